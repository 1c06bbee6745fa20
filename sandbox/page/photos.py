"""Pictures for people who have no camera here: drawn, plainly marked as made up, and no two of them look alike.

Looking alike is more than having other bytes: whoever searches for photos used before compares light and dark. So each
picture is a wall of panels whose shades come from its number.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime

from PIL import Image, ImageDraw


def picture(number: int, at: datetime) -> bytes:
    """A JPEG of 1280 by 960 that looks like a place and carries its number; never the same bytes twice."""
    image = Image.new("RGB", (1280, 960), (168, 178, 186))
    draw = ImageDraw.Draw(image)
    shades = hashlib.sha512(f"{number}".encode()).digest()
    for panel, shade in enumerate(shades[:48]):
        left, top = panel % 8 * 160, panel // 8 * 160
        draw.rectangle((left, top, left + 159, top + 159), fill=(shade, shade, 40 + shade // 2))
    spot = 120 + shades[48] * 3
    draw.ellipse((spot, 300, spot + 360, 760), fill=(150, 150, 156), outline=(70, 70, 80), width=6)
    draw.rectangle((spot + 150, 240, spot + 210, 330), fill=(190, 60, 50))
    draw.rectangle((0, 0, 640, 50), fill=(235, 235, 235))
    draw.text((20, 20), f"DEMO PICTURE {number} {at.isoformat()}", fill=(20, 20, 20))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
