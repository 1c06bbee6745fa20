"""What an old copy says that could not be taken back: it is over, the newer card counts."""

from __future__ import annotations

from cards import words
from cards.card import Card


def replaced_card(subject: str) -> Card:
    """The last copy of a card that a newer one has replaced: nothing to press."""
    return Card(
        subject=subject,
        key=f"{subject}:replaced",
        title=words.REPLACED_TITLE,
        subtitle=words.REPLACED_HINT,
        done=words.REPLACED_DONE,
    )
