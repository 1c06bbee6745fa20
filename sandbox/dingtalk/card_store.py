"""Cards as they are: public data for everybody, private data per viewer, and what a click's answer showed its clicker.

Law: an update replaces a whole map unless told to go by key, and reaches every space and viewer. The answer to a click
reaches the clicker only, until the next update of the same variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.dingtalk.screens import Item, Place
from sandbox.dingtalk.templates import Template
from sandbox.dingtalk.views import Face, broken_face, face

Values = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Overlay:
    """Public data only the clicker sees. ``whole``: it stands instead of the card's, not on top of it."""

    values: Values
    whole: bool


@dataclass(slots=True, kw_only=True, eq=False)
class Card:
    """One card instance. Private data is kept by userid, whatever kind of id the app uses (``by_union``)."""

    out_track_id: str
    client_id: str
    template: Template
    stream: bool
    """Whether clicks go over the stream: callbackType STREAM."""
    by_union: bool
    public: Values
    private: dict[str, Values]
    created_at: datetime
    space_models: set[str] = field(default_factory=set)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    delivered_at: datetime | None = None
    updated_at: datetime | None = None
    clicks_open: int = 0

    def data(self, viewer: str) -> Values:
        """All variables as this person has them."""
        public, overlay = self.public, self.overlays.get(viewer)
        if overlay is not None:
            public = overlay.values if overlay.whole else public | overlay.values
        return public | self.private.get(viewer, {})

    def face(self, viewer: str) -> Face:
        """What this person sees."""
        if self.template.client_id not in ("", self.client_id):
            return broken_face()
        return face(self.template, self.data(viewer))

    def set_public(self, values: Values, *, by_key: bool) -> None:
        """Change what everybody sees."""
        if not by_key:
            self.public = dict(values)
            self.overlays.clear()
            return
        self.public |= values
        for overlay in self.overlays.values():
            overlay.values |= values

    def set_private(self, changes: dict[str, Values], *, by_key: bool, spare_others: bool) -> None:
        """Change what single viewers see."""
        if not by_key and not spare_others:
            self.private = {}
        for viewer, values in changes.items():
            self.private[viewer] = self.private.get(viewer, {}) | values if by_key else dict(values)

    def show_clicker(self, clicker: str, values: Values, *, by_key: bool) -> None:
        """Public data in the answer to a click: for the clicker alone."""
        before = self.overlays.get(clicker)
        if by_key and before is not None:
            before.values |= values
        else:
            self.overlays[clicker] = Overlay(values=dict(values), whole=not by_key)


@dataclass(slots=True, kw_only=True, eq=False)
class Copy:
    """A card in one space. ``recipients``: only they see it; empty = everybody there."""

    card: Card
    space_type: str
    space_id: str
    place: Place
    recipients: tuple[str, ...] = ()
    item: Item | None = None
    clicked: dict[str, str] = field(default_factory=dict)
    """How the last click of each viewer ended: waiting, answered, failed."""

    def visible_to(self, viewer: str) -> bool:
        """Whether this person sees it at all."""
        return not self.recipients or viewer in self.recipients

    def view(self, viewer: str) -> dict[str, Any]:
        """The card as this person sees it."""
        card = self.card
        return card.face(viewer).view() | {
            "task_id": card.out_track_id,
            "out_track_id": card.out_track_id,
            "template_id": card.template.id,
            "data": card.data(viewer),
            "click": self.clicked.get(viewer, ""),
            "chosen": {},
        }
