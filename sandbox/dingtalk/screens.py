"""What chats with the robot and group chats show. A card looks different to every viewer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sandbox.changes import Changes, Json

APP, ME = "app", "me"
View: TypeAlias = dict[str, Any]
"""JSON on its way out, for pages and tests that look inside."""


class ShownCard(Protocol):
    """A card as a screen sees it."""

    def view(self, viewer: str) -> Json:
        """The card as this person sees it."""
        ...

    def visible_to(self, viewer: str) -> bool:
        """Whether this person sees it at all."""
        ...


@dataclass(slots=True, kw_only=True)
class Item:
    """One bubble or card. ``sender`` is "app", "me", or in groups a userid or the robotCode."""

    id: str
    at: datetime
    sender: str
    kind: str
    content: Json
    robot: str = ""
    recalled: bool = False
    read_by: set[str] = field(default_factory=set)
    card: ShownCard | None = None

    def view(self, viewer: str) -> View:
        """The item as this person sees it: plain JSON values."""
        sender = ME if self.sender == viewer else self.sender
        shown: View = {
            "id": self.id,
            "at": self.at.isoformat(),
            "from": sender,
            "robot": self.robot,
            "kind": self.kind,
            "recalled": self.recalled,
        }
        if self.recalled:
            return shown
        return shown | (self.content if self.card is None else self.card.view(viewer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands: a person's chat with a robot, or a group."""

    corp_id: str
    userid: str = ""
    robot: str = ""
    group: str = ""

    def view(self) -> Json:
        """The place for a page."""
        if self.group:
            return {"kind": "group", "corp_id": self.corp_id, "id": self.group}
        return {"kind": "phone", "corp_id": self.corp_id, "userid": self.userid, "robot": self.robot}


class Screens:
    """All items by place, oldest first."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._items: dict[Place, list[Item]] = {}

    def items(self, place: Place) -> list[Item]:
        """What stands there."""
        return self._items.setdefault(place, [])

    def add(self, place: Place, item: Item) -> Item:
        """Show a new item."""
        self.items(place).append(item)
        self._tell(place, item, "added")
        return item

    def changed(self, place: Place, item: Item) -> None:
        """Say that an item looks different now."""
        self._tell(place, item, "changed")

    def recall(self, place: Place, item: Item) -> None:
        """Replace an item by the mark of a recalled message."""
        item.recalled = True
        self._tell(place, item, "changed")

    def _tell(self, place: Place, item: Item, action: str) -> None:
        change: Json = {"type": "item", "action": action, "place": place.view(), "id": item.id, "kind": item.kind}
        self._changes.publish(change)
