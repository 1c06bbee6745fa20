"""A chat platform one can read: what every member sees, which rights are left, what was asked of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.platform import AlreadySent, Cards, Fetched, Gone, HandleSpent, Platform, Pushed, TryLater, Undeliverable
from cards.card import Bubble, Card, File, Message


@dataclass(slots=True)
class Seen:
    """One message on somebody's screen."""

    user: str
    message: Message
    task: str
    msgid: str
    recalled: bool = False


@dataclass(slots=True)
class FakeChat:
    """A `bot.platform.Platform` that keeps everything in lists.

    A card's rights are named after it: ``<task>#1`` came with the send, ``<task>#2`` with the first `tap`.
    """

    name: str = "wecom"
    cards_are: Cards = Cards.ONE_USE
    screen: list[Seen] = field(default_factory=list)
    groups: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Members and groups nobody can reach."""
    troubles: dict[str, deque[Exception]] = field(default_factory=dict)
    """By call: what is raised instead of doing it."""
    lost: dict[str, int] = field(default_factory=dict)
    """By call: how many answers are lost after the call had its effect."""
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """By member or group: what a call for them waits for."""
    too_old: bool = False
    """Whether everything is too old to be taken back."""
    urgent: list[str] = field(default_factory=list)
    """Groups that were told something urgent."""
    files: dict[str, Fetched] = field(default_factory=dict)
    _taps: defaultdict[str, int] = field(default_factory=lambda: defaultdict(lambda: 1))

    # --- for tests

    def fails(self, call: str, *troubles: Exception) -> None:
        """The next calls (``push``, or ``push wang`` for one member only) end with these, one each."""
        self.troubles.setdefault(call, deque()).extend(troubles)

    def cards(self, user: str) -> list[Card]:
        """The cards a member sees, oldest first."""
        return [one.message for one in self._of(user) if isinstance(one.message, Card)]

    def titles(self, user: str) -> list[str]:
        """Their titles."""
        return [card.title for card in self.cards(user)]

    def words(self, user: str) -> list[str]:
        """The plain texts a member sees."""
        return [one.message.text for one in self._of(user) if isinstance(one.message, Bubble)]

    def task(self, user: str, number: int = -1) -> str:
        """The key of one of the cards a member sees."""
        return [one for one in self._of(user) if isinstance(one.message, Card)][number].task

    def tap(self, task: str) -> str:
        """Somebody pressed a button of this card: the fresh right that comes with it."""
        self._taps[task] += 1
        return f"{task}#{self._taps[task]}"

    def _of(self, user: str) -> list[Seen]:
        return [one for one in self.screen if one.user == user and not one.recalled]

    # --- the platform

    def parts(self, message: Message) -> int:
        return 1

    async def push(self, user: str, message: Message, *, key: str, again: bool, urgent: bool = False) -> Pushed:
        await self._enter("push", user)
        if isinstance(message, Card) and any(one.task == key for one in self.screen):
            raise AlreadySent(key) if again else Undeliverable("duplicate key")
        if not any(one.task == key for one in self.screen):
            self.screen.append(Seen(user=user, message=message, task=key, msgid=f"msg-{len(self.screen) + 1}"))
        self._leave("push")
        mine = next(one for one in self.screen if one.task == key)
        pressed = isinstance(message, Card) and bool(message.buttons or message.menu)
        handle = f"{key}#1" if pressed and self.cards_are is Cards.ONE_USE else None
        return Pushed(task=key, msgid=mine.msgid, handle=handle)

    async def edit(self, user: str, card: Card, *, task: str, handle: str | None) -> None:
        await self._enter("edit", user)
        if self.cards_are is Cards.ONE_USE:
            if handle is None or handle in self.spent or not handle.startswith(f"{task}#"):
                raise HandleSpent(handle)
            self.spent.add(handle)
        elif all(one.task != task or one.user != user for one in self.screen):
            raise Undeliverable(f"{user} holds no card {task}")
        for one in self.screen:
            if one.task == task:
                one.message = card
        self._leave("edit")

    async def recall(self, msgid: str) -> bool:
        await self._enter("recall", "")
        if self.too_old:
            return False
        for one in self.screen:
            if one.msgid == msgid:
                one.recalled = True
        self._leave("recall")
        return True

    async def say_to_group(
        self, chat: str, text: str, *, key: str, again: bool, urgent: bool = False, links: Sequence[str] = ()
    ) -> None:
        if urgent:
            self.urgent.append(chat)
        await self._enter("group", chat)
        self.groups[chat].append(text)
        self._leave("group")

    async def file_to_group(self, chat: str, file: File) -> None:
        await self._enter("group", chat)
        self.groups[chat].append(file.name)
        self._leave("group")

    async def fetch(self, handle: str) -> Fetched:
        await self._enter("fetch", handle)
        if handle not in self.files:
            raise Gone(handle)
        self._leave("fetch")
        return self.files[handle]

    async def _enter(self, call: str, whom: str) -> None:
        self.calls.append(f"{call} {whom}".strip())
        if whom in self.gates:
            await self.gates[whom].wait()
        if whom in self.gone:
            raise Undeliverable(f"{whom} is not reached")
        waiting = self.troubles.get(call) or self.troubles.get(f"{call} {whom}")
        if waiting:
            raise waiting.popleft()

    def _leave(self, call: str) -> None:
        if self.lost.get(call, 0):
            self.lost[call] -= 1
            raise TryLater("the answer was lost")


def _is_a_platform(chat: FakeChat) -> Platform:
    """For the type checker."""
    return chat
