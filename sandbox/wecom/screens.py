"""What phones and groups show, and a stream of every change to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakSet

from sandbox.wecom.ledger import CardCopy
from sandbox.wecom.reading import Json

APP, ME = "app", "me"
_LOOK_AGAIN = 0.02


@dataclass(slots=True, kw_only=True)
class Item:
    """One bubble or card. ``sender`` is "app", "me", or in groups a userid or the robot's name."""

    id: str
    at: datetime
    sender: str
    kind: str
    content: Json
    agentid: int | None = None
    recalled: bool = False
    card: CardCopy | None = None

    def view(self) -> Json:
        """The item for a page: plain JSON values."""
        shown: Json = {
            "id": self.id,
            "at": self.at.isoformat(),
            "from": self.sender,
            "agentid": self.agentid,
            "kind": self.kind,
            "recalled": self.recalled,
        }
        if self.recalled:
            return shown
        return shown | (self.content if self.card is None else self.card.view())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands: a member's phone, or a group."""

    corpid: str
    userid: str = ""
    group: str = ""

    def view(self) -> Json:
        """The place for a page."""
        if self.group:
            return {"kind": "group", "corpid": self.corpid, "id": self.group}
        return {"kind": "phone", "corpid": self.corpid, "userid": self.userid}


class Subscription(AsyncIterator[Json]):
    """The changes since it was made; iterate with ``async for``, or stop it with `close`."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Json | None] = asyncio.Queue()

    def push(self, change: Json) -> None:
        """Hand over one change."""
        self._waiting.put_nowait(change)

    def close(self) -> None:
        """End the iteration after what is already there."""
        self._waiting.put_nowait(None)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Json:
        change = await self._waiting.get()
        if change is None:
            raise StopAsyncIteration
        return change


class Changes:
    """Hands every change to all subscriptions."""

    def __init__(self) -> None:
        self._subscriptions: WeakSet[Subscription] = WeakSet()
        self._moved = asyncio.Event()

    def publish(self, change: Json) -> None:
        """Tell everyone."""
        for subscription in list(self._subscriptions):
            subscription.push(change)
        self._moved.set()
        self._moved = asyncio.Event()

    def subscribe(self) -> Subscription:
        """Changes from now on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    def close(self) -> None:
        """End all subscriptions."""
        for subscription in list(self._subscriptions):
            subscription.close()

    async def until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Wait until ``condition`` holds, looking again at every change and every 20 ms (it may be about other things).

        Raises TimeoutError after real ``seconds``.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                moved = self._moved
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(moved.wait(), timeout=_LOOK_AGAIN)


@dataclass(slots=True)
class Screens:
    """All items by place, oldest first."""

    changes: Changes = field(default_factory=Changes)
    _items: dict[Place, list[Item]] = field(default_factory=dict)

    def items(self, place: Place) -> list[Item]:
        """What stands there."""
        return self._items.setdefault(place, [])

    def add(self, place: Place, item: Item) -> Item:
        """Show a new item."""
        self.items(place).append(item)
        self._tell(place, item, "added")
        return item

    def changed(self, place: Place, item_id: str) -> None:
        """Say that an item looks different now."""
        for item in self.items(place):
            if item.id == item_id:
                self._tell(place, item, "changed")

    def recall(self, place: Place, item_id: str) -> None:
        """Replace an item by the mark of a recalled message."""
        for item in self.items(place):
            if item.id == item_id:
                item.recalled = True
                self._tell(place, item, "changed")

    def _tell(self, place: Place, item: Item, action: str) -> None:
        self.changes.publish({"type": "item", "action": action, "place": place.view(), "item": item.view()})
