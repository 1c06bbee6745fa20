"""The loud channel beside a safety message's card: a DING where the organisation has it, else a message and a todo.

What an organisation's edition really gives is known only by asking (docs/adr/0087). A no is remembered for some hours,
so that an alarm does not pay for the question every time, and is then asked again, because packs are bought.

Nobody tells whether a DING was heard. It is a louder way of saying what the card says, never a condition of anything:
whatever goes wrong here is told in the log and keeps nothing back.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog

from bot.clock import Clock
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.errors import AlreadyThere, DingTalkTrouble, NotInEdition
from bot.dingtalk.outgoing import DingKind, Markdown, MessageInvalid, Todo

ASK_AGAIN_AFTER: Final = timedelta(hours=6)
REMEMBERED: Final = 2000
MAX_DING: Final = 300
"""Characters of a DING: what a phone reads aloud or shows in one piece."""

V = TypeVar("V")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is to be said loudly, to one member. ``said``: it goes out as a plain message anyway."""

    user: str
    title: str
    text: str
    key: str
    """The idempotency key of the message it belongs to."""
    task: str
    """Our key of the card it belongs to; a todo ends with the card."""
    url: str
    said: bool = False


class Alarm:
    """Sounds each alert once. ``page``: what a todo opens when its card has no page."""

    def __init__(self, client: DingTalkClient, clock: Clock, *, page: str, kind: DingKind = DingKind.APP) -> None:
        self._client = client
        self._clock = clock
        self._page = page
        self._kind = kind
        self._refused_until: datetime | None = None
        self._sounded: OrderedDict[str, None] = OrderedDict()
        self._unions: OrderedDict[str, str] = OrderedDict()
        self._todos: OrderedDict[str, tuple[str, str]] = OrderedDict()
        """By card: who holds a todo, and its id. Of this process only: after a restart it is ticked off by hand."""

    @property
    def quiet(self) -> bool:
        """Whether the platform said no to DING lately: alarms go as messages and todos."""
        return self._refused_until is not None and self._clock.now() < self._refused_until

    def notes(self) -> list[str]:
        """What an operator may want to know, for the health page and the doctor."""
        return ["dingtalk: no DING in this edition; alarms go as card, message and todo"] if self.quiet else []

    async def sound(self, alert: Alert) -> None:
        """Say it loudly, once for each key in this process; a new process says it again rather than not at all."""
        if alert.key in self._sounded:
            return
        if await self._dinged(alert):
            _remember(self._sounded, alert.key, None)
            return
        said = alert.said or await self._tried("message", lambda: self._say(alert))
        entered = await self._tried("todo", lambda: self._enter(alert))
        if said or entered:
            _remember(self._sounded, alert.key, None)

    async def over(self, task: str) -> None:
        """The card is final: its todo, if there is one, is ticked off."""
        todo = self._todos.pop(task, None)
        if todo is not None:
            owner, number = todo
            await self._tried("todo", lambda: self._client.update_todo(owner, number, done=True))

    async def _dinged(self, alert: Alert) -> bool:
        if self.quiet:
            return False
        # A card's words begin with its title already; a phone that reads it aloud must not say it twice.
        told = alert.title in alert.text[: MAX_DING // 2]
        words = (alert.text if told else f"{alert.title}\n{alert.text}")[:MAX_DING]
        try:
            dinged = await self._client.ding((alert.user,), words, kind=self._kind)
        except NotInEdition as no:
            self._refused_until = self._clock.now() + ASK_AGAIN_AFTER
            _log.warning("no DING in this edition", action="ding", why=str(no), instead="message and todo")
            return False
        except (DingTalkTrouble, MessageInvalid) as trouble:
            _log.warning("no DING", action="ding", key=alert.key, why=str(trouble))
            return False
        return alert.user not in dinged.failed

    async def _say(self, alert: Alert) -> None:
        sent = await self._client.send(
            (alert.user,), Markdown(title=alert.title, text=f"**{alert.title}**\n\n{alert.text}"), urgent=True
        )
        if alert.user in sent.invalid | sent.held_back:
            raise MessageInvalid("not to this member now")

    async def _enter(self, alert: Alert) -> None:
        owner = self._unions.get(alert.user) or await self._client.union_of(alert.user)
        _remember(self._unions, alert.user, owner)
        source = hashlib.sha256(alert.key.encode()).hexdigest()[:40]
        todo = Todo(source=source, subject=alert.title, url=alert.url or self._page, executors=(owner,), urgent=True)
        number = await self._client.create_todo(todo, urgent=True)
        if number:
            _remember(self._todos, alert.task, (owner, number))

    @staticmethod
    async def _tried(what: str, act: Callable[[], Awaitable[None]]) -> bool:
        try:
            await act()
        except AlreadyThere:
            return True
        except (DingTalkTrouble, MessageInvalid) as trouble:
            _log.warning("not said this way", action="ding", way=what, why=str(trouble))
            return False
        return True


def _remember(memory: OrderedDict[str, V], key: str, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
