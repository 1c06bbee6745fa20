"""Everybody's hands, on one platform or on several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.dingtalk import Twin as DingTalkTwin
from sandbox.hands.dingtalk import DingTalkHand
from sandbox.hands.hand import Hand, Platform
from sandbox.hands.wecom import WeComHand
from sandbox.wecom import Twin as WeComTwin

Places = Callable[[str], tuple[Platform, ...]]
"""Where a person has an account; the first is where they are reached until they write elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The hands of a plant's people. At least one twin is given."""

    wecom: WeComTwin | None = None
    dingtalk: DingTalkTwin | None = None
    places: Places

    @classmethod
    def on_wecom(cls, twin: WeComTwin) -> Hands:
        """Everybody is on WeCom."""
        return cls(wecom=twin, places=lambda _: (Platform.WECOM,))

    @classmethod
    def on_dingtalk(cls, twin: DingTalkTwin) -> Hands:
        """Everybody is on DingTalk."""
        return cls(dingtalk=twin, places=lambda _: (Platform.DINGTALK,))

    @property
    def clock(self) -> Clock:
        """The plant's time."""
        return self._twin.clock

    def of(self, who: str) -> Hand:
        """The hand of a person; with several accounts, where they last heard something."""
        found = [self.on(platform, who) for platform in self.places(who)]
        return max(found, key=_last_heard)

    def on(self, platform: Platform, who: str) -> Hand:
        """The hand of a person on a platform; raises KeyError for strangers, and where there is no such platform."""
        made: Mapping[Platform, Callable[[], Hand]] = {}
        if self.wecom is not None:
            one = self.wecom
            made = {**made, Platform.WECOM: lambda: WeComHand(one.phone(who), one.group)}
        if self.dingtalk is not None:
            other = self.dingtalk
            made = {**made, Platform.DINGTALK: lambda: DingTalkHand(other.phone(who))}
        return made[platform]()

    async def until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Wait until a condition holds; raises TimeoutError after so many real seconds."""
        await self._twin.until(condition, seconds=seconds)

    async def settled(self) -> None:
        """Wait until no news of anybody's hand is on its way."""
        if self.wecom is not None:
            await self.wecom.settled()
        if self.dingtalk is not None:
            await self.dingtalk.settled()

    @property
    def _twin(self) -> WeComTwin | DingTalkTwin:
        twin = self.wecom or self.dingtalk
        if twin is None:
            raise ValueError("hands without a platform")
        return twin


def _last_heard(hand: Hand) -> str:
    return max((str(item["at"]) for item in hand.screen if item["from"] == "app"), default="")
