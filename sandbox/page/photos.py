"""Pictures for people who have no camera here: drawn, each one different, plainly marked as made up."""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image, ImageDraw


def picture(number: int, at: datetime) -> bytes:
    """A JPEG of 1280 by 960 that looks like a place and carries its number; never the same bytes twice."""
    image = Image.new("RGB", (1280, 960), (168, 178, 186))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 620, 1280, 960), fill=(120, 116, 108))
    for pipe in range(4):
        top = 180 + pipe * 90
        draw.rectangle((0, top, 1280, top + 34), fill=(200 - 18 * pipe, 160, 90 + 30 * pipe))
    left = 120 + number * 53 % 700
    draw.ellipse((left, 300, left + 360, 760), fill=(150, 150, 156), outline=(70, 70, 80), width=6)
    draw.rectangle((left + 150, 240, left + 210, 330), fill=(190, 60, 50))
    draw.text((20, 20), f"DEMO PICTURE {number} {at.isoformat()}", fill=(20, 20, 20))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
