"""An outbox whose rows say in their payload what is to be delivered: the relay without an office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.delivery import Delivery, Present, Push
from cards.card import Bubble
from storage.agenda import Claimed, DeadRow, NewMessage
from storage.writer import Writer
from tests.support.clock import FakeClock
from workflow.effects import Lane

Render = Callable[[], tuple[Delivery, ...]]


@dataclass(slots=True)
class Script:
    """A `bot.delivery.Present`: each row is rendered by the function a test gave it, at the moment it is asked."""

    renders: dict[str, Render] = field(default_factory=dict)
    plains: dict[str, Render] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, row: Claimed) -> tuple[Delivery, ...]:
        self.asked.append(row.key)
        return self.renders[row.key]()

    async def plain(self, row: Claimed) -> tuple[Delivery, ...] | None:
        return self.plains[row.key]() if row.key in self.plains else None


@dataclass(slots=True)
class Outbox:
    """Posts rows and reads what became of them."""

    writer: Writer
    clock: FakeClock
    script: Script = field(default_factory=Script)

    async def post(
        self,
        key: str,
        render: Render,
        *,
        lane: Lane = Lane.ACTION,
        to: str = "wang",
        coalesce: str | None = None,
        plain: Render | None = None,
    ) -> None:
        """Put a row into the outbox."""
        self.script.renders[key] = render
        if plain is not None:
            self.script.plains[key] = plain
        message = NewMessage(
            key=key,
            lane=lane,
            recipient=to,
            purpose="test",
            payload=b"",
            at=self.clock.now(),
            permit="P",
            coalesce_key=coalesce,
        )
        await self.writer.submit(lambda tx: tx.post(message))

    async def say(self, key: str, text: str, *, lane: Lane = Lane.ACTION, to: str = "wang") -> None:
        """Put a plain text into the outbox."""
        await self.post(key, lambda: (words(to, text, self.clock.now()),), lane=lane, to=to)

    async def counts(self) -> dict[tuple[str, str], int]:
        """Rows by (lane, state)."""
        return await self.writer.submit(lambda tx: tx.agenda_counts())

    async def dead(self) -> tuple[DeadRow, ...]:
        """Rows that were given up."""
        return await self.writer.submit(lambda tx: tx.dead_rows())


def words(user: str, text: str, at: datetime) -> Push:
    """A plain text to one member."""
    return Push(platform="wecom", user=user, person=user, message=Bubble(text=text), seen_at=at)


def _is_a_presenter(script: Script) -> Present:
    """For the type checker."""
    return script
