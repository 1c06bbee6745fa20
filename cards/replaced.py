"""What an old copy says that could not be taken back: it is over, the newer card counts."""

from __future__ import annotations

from dataclasses import replace

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


def over(card: Card) -> Card:
    """The card as a last copy: what it tells, and nothing to press, because a newer one is there."""
    return replace(card, buttons=(), menu=(), choices=(), submit=None, done=words.REPLACED_DONE)
