"""How it was and how it is now, side by side: one picture to accept by."""

from __future__ import annotations

import io

from PIL import Image

from cards.pictures.asked import Watermark
from cards.pictures.watermark import watermarked

HEIGHT, WIDTH = 960, 1280
"""Each half at most; both are as high as the higher of the two."""
_GAP, _GROUND = 12, (255, 255, 255)


def side_by_side(halves: tuple[tuple[bytes, Watermark], ...]) -> bytes:
    """A JPEG of one or two photos beside each other, each with its mark at its foot. Raise `BadPicture`."""
    shown = [_half(raw, mark) for raw, mark in halves]
    height = max(one.height for one in shown)
    width = sum(one.width for one in shown) + _GAP * (len(shown) - 1)
    sheet, left = Image.new("RGB", (width, height), _GROUND), 0
    for one in shown:
        sheet.paste(one, (left, (height - one.height) // 2))
        left += one.width + _GAP
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=82)
    return out.getvalue()


def _half(raw: bytes, mark: Watermark) -> Image.Image:
    half = Image.open(io.BytesIO(watermarked(raw, mark)))
    half.thumbnail((WIDTH, HEIGHT))
    return half
