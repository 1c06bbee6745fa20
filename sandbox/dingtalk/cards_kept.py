"""All cards by outTrackId."""

from __future__ import annotations

from sandbox.dingtalk.card_store import Card
from sandbox.dingtalk.screens import Screens


class Cards:
    """Keeps cards and tells screens when one looks different."""

    def __init__(self, screens: Screens) -> None:
        self._screens = screens
        self._all: dict[str, Card] = {}

    def find(self, out_track_id: str) -> Card | None:
        """The card."""
        return self._all.get(out_track_id)

    def keep(self, card: Card) -> None:
        """A new card."""
        self._all[card.out_track_id] = card

    def tell(self, card: Card) -> None:
        """It looks different now, wherever it is shown."""
        for copy in card.copies:
            if copy.item is not None:
                self._screens.changed(copy.place, copy.item)
