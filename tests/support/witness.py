"""What a platform remembers while the service dies and comes back: what it pushed, and what people were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, cast

from bot.clock import OffsetClock
from bot.demo import dingtalk as on_demo
from bot.demo.plant import OPENS, twin_config
from bot.wecom.platform import task_of
from cards.dingtalk import track_id
from sandbox import dingtalk, wecom
from sandbox.dingtalk.faults import TimeKind
from sandbox.hands import Hands, Platform
from sandbox.wecom.faults import Quirks
from sandbox.wecom.ledger import Sent

Json = dict[str, Any]
RETRY = timedelta(seconds=5)
"""How long the twin of WeCom waits before it delivers again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one person. ``task``: our name of a card; a card that ends a matter has none."""

    kind: str
    user: str
    task: str
    card: bool


class Witness(Protocol):
    """The platform beside a service that dies."""

    platform: Platform

    @property
    def hands(self) -> Hands: ...

    async def start(self) -> str: ...

    async def stop(self) -> None: ...

    async def connect(self, service: str) -> None:
        """Do what the administrator does when the service is up for the first time."""
        ...

    async def reconnected(self) -> None:
        """Wait until a service that came back is heard of again."""
        ...

    def pushed(self) -> Sequence[Any]:
        """Whatever was pushed or was to be; each has ``outcome`` and ``attempts``."""
        ...

    def told(self) -> list[Told]:
        """What people were told."""
        ...

    def name_of(self, key: str, recipient: str) -> str:
        """What a row's card is called there."""
        ...

    @property
    def dropped(self) -> Sequence[object]:
        """What was lost to the platform's silent limits."""
        ...


@dataclass(slots=True)
class OnWeCom:
    """WeCom calls the service."""

    twin: wecom.Twin
    platform = Platform.WECOM

    @property
    def hands(self) -> Hands:
        return Hands.on_wecom(self.twin)

    async def start(self) -> str:
        return await self.twin.start()

    async def stop(self) -> None:
        await self.twin.stop()

    async def connect(self, service: str) -> None:
        assert (await self.twin.save_callback(f"{service}/wecom/callback")).ok

    async def reconnected(self) -> None:
        return

    def pushed(self) -> Sequence[Any]:
        return self.twin.deliveries

    def told(self) -> list[Told]:
        return [
            Told(kind=sent.msgtype, user=user, task=_task(sent), card="card" in sent.content)
            for sent in self.twin.sent
            for user in sent.recipients
        ]

    def name_of(self, key: str, recipient: str) -> str:
        return task_of(f"{key}/{recipient}")

    @property
    def dropped(self) -> Sequence[object]:
        return self.twin.dropped


def _task(sent: Sent) -> str:
    return str(cast(Json, sent.content.get("card", {})).get("task_id", ""))


@dataclass(slots=True)
class OnDingTalk:
    """The service calls DingTalk and holds a line to it."""

    twin: dingtalk.Twin
    platform = Platform.DINGTALK

    @property
    def hands(self) -> Hands:
        return Hands.on_dingtalk(self.twin)

    async def start(self) -> str:
        return await self.twin.start()

    async def stop(self) -> None:
        await self.twin.stop()

    async def connect(self, service: str) -> None:
        await self.reconnected()

    async def reconnected(self) -> None:
        await self.twin.connected(seconds=60)

    def pushed(self) -> Sequence[Any]:
        return self.twin.pushes

    def told(self) -> list[Told]:
        people = self.twin.corp().people
        return [
            Told(kind=item["kind"], user=one, task=str(item.get("out_track_id", "")), card="card" in item)
            for one in people
            for item in self.twin.phone(one).screen
            if item["from"] == "app"
        ]

    def name_of(self, key: str, recipient: str) -> str:
        return track_id(f"{key}/{recipient}", on_demo.TEMPLATE)

    @property
    def dropped(self) -> Sequence[object]:
        # A card whose sending was not written down is sent again under its name, and refused as there already.
        return [one for one in self.twin.requests if one.code not in {"", "param.cardAlreadyExist"}]


def on_wecom(clock: OffsetClock) -> Witness:
    """WeCom of the demo's plant."""
    return OnWeCom(wecom.Twin(twin_config(OPENS), clock, quirks=Quirks(retry_spacing=RETRY)))


def on_dingtalk(clock: OffsetClock) -> Witness:
    """DingTalk of the demo's plant; what it waits for passes on the plant's clock.

    That clock is pushed while a test looks for what it waits for, so an answer that is merely slow would come too late.
    Here only a death keeps an answer back, and a death cuts the line.
    """
    twin = on_demo.twin(clock, OPENS)
    twin.quirks.limits_in = TimeKind.VIRTUAL
    twin.quirks.ack_limit = twin.quirks.click_limit = timedelta(days=1)
    twin.quirks.redeliveries = 20
    return OnDingTalk(twin)
