"""The permit's code at the place: a QR that points to the permit. A pointer, not a proof."""

from __future__ import annotations

import io

import segno

PERMIT_PREFIX = "PTW1:"
"""A scanned text starting so is a permit number of ours."""
BOARD_PREFIX = "PTB1:"
"""A scanned text starting so is the board code of a place."""


def permit_code(permit: str) -> str:
    """The text in the QR of a permit."""
    return PERMIT_PREFIX + permit


def board_code(code: str) -> str:
    """The text in the QR of a place's board."""
    return BOARD_PREFIX + code


def png(text: str, *, scale: int = 6) -> bytes:
    """The QR as PNG bytes: error level M, quiet zone of four modules."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def svg(text: str, *, scale: int = 4) -> str:
    """The QR as an SVG element for pages."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=scale, border=4)
