"""What may be asked about pictures.

Drawing and reading them is Pillow's and zxing's work, five megabytes that a service to which nobody has sent a photo
would carry for nothing: what does it is imported at the first question. Every function here takes its time: ask in a
thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cards.overview import Overview


class BadPicture(ValueError):
    """The bytes are not a picture we open: too large, of another kind, or broken. The message is for the sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What is written into the photo's foot; each entry is one line of plain Chinese."""

    lines: tuple[str, ...]


def examine(raw: bytes) -> str:
    """As `cards.pictures.watermark.examine`. Raise `BadPicture`."""
    from cards.pictures import watermark

    return watermark.examine(raw)


def watermarked(raw: bytes, mark: Watermark) -> bytes:
    """As `cards.pictures.watermark.watermarked`. Raise `BadPicture`."""
    from cards.pictures import watermark

    return watermark.watermarked(raw, mark)


def side_by_side(halves: tuple[tuple[bytes, Watermark], ...]) -> bytes:
    """As `cards.pictures.pair.side_by_side`. Raise `BadPicture`."""
    from cards.pictures import pair

    return pair.side_by_side(halves)


def sketch(raw: bytes) -> str:
    """As `cards.pictures.sketch.sketch`. Raise `BadPicture`."""
    from cards.pictures import sketch as drawing

    return drawing.sketch(raw)


def codes_in(raw: bytes) -> tuple[str, ...]:
    """As `cards.pictures.codes.codes_in`. Raise `BadPicture`."""
    from cards.pictures import codes

    return codes.codes_in(raw)


def texts_in(raw: bytes, prefix: str) -> tuple[str, ...]:
    """As `cards.pictures.codes.texts_in`. Raise `BadPicture`."""
    from cards.pictures import codes

    return codes.texts_in(raw, prefix)


def overview(told: Overview) -> bytes:
    """As `cards.pictures.overview.overview`."""
    from cards.pictures import overview as drawing

    return drawing.overview(told)
