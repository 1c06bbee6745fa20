"""What a robot sent on its own: processQueryKeys, who read it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.dingtalk.screens import Item, Place, Screens
from sandbox.dingtalk.world import App, World

WINDOW = timedelta(hours=24)
"""How long read status and recall work."""


@dataclass(slots=True, kw_only=True)
class Sent:
    """One send: the bubbles it made, by place."""

    key: str
    client_id: str
    at: datetime
    shown: list[tuple[Place, Item]]
    recalled: bool = False

    @property
    def group(self) -> str:
        """The group it went to; "" for chats with single people."""
        return next((place.group for place, _ in self.shown), "")


class Sends:
    """All sends by processQueryKey."""

    def __init__(self, world: World, screens: Screens) -> None:
        self._world = world
        self._screens = screens
        self.all: dict[str, Sent] = {}

    def record(self, app: App, place: Place, items: list[Item]) -> str:
        """Keep bubbles of one place; the processQueryKey."""
        return self.keep(app, [(place, item) for item in items])

    def keep(self, app: App, shown: list[tuple[Place, Item]]) -> str:
        """Keep bubbles; the processQueryKey."""
        key = self._world.opaque("process", 42)
        self.all[key] = Sent(key=key, client_id=app.client_id, at=self._world.clock.now(), shown=shown)
        return key

    def find(self, app: App, key: str) -> Sent | None:
        """The app's own send while it can still be asked about."""
        sent = self.all.get(key)
        if sent is None or sent.client_id != app.client_id or self._world.clock.now() - sent.at >= WINDOW:
            return None
        return sent

    def recall(self, sent: Sent) -> None:
        """Take the bubbles back."""
        sent.recalled = True
        for place, item in sent.shown:
            self._screens.recall(place, item)
