"""What phones and groups show, and a stream of every change to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.changes import Changes
from sandbox.wecom.ledger import CardCopy
from sandbox.wecom.reading import Json

APP, ME = "app", "me"


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
