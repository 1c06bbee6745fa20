"""Pictures for people who have no camera here: drawn, plainly marked as made up, and no two of them look alike.

Looking alike is more than having other bytes: whoever searches for photos used before compares light and dark. So each
picture is a wall of panels whose shades come from its number.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import datetime

from PIL import Image, ImageDraw

_SIDE = re.compile(r'<path[^>]*\bd="(?P<path>[^"]+)"')
_STEP = re.compile(r"(?P<what>[Mmh])(?P<numbers>[-0-9. ]+)")
_MODULE = 8
"""Pixels of one field of a code in a picture: what a camera sees of a second screen held beside the work."""


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


def tanks(label: str) -> Image.Image:
    """What a camera over a tank area sees, 640 by 368, with its label in the picture as cameras write it."""
    image = Image.new("RGB", (640, 368), (176, 198, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 232, 640, 368), fill=(128, 126, 118))
    for left, top, width in ((40, 96, 170), (236, 70, 196), (462, 112, 140)):
        draw.rectangle((left, top, left + width, 262), fill=(206, 209, 212), outline=(110, 116, 124), width=2)
        draw.rectangle((left + width - 34, top, left + width, 262), fill=(178, 183, 190))
        draw.ellipse((left, top - 16, left + width, top + 16), fill=(222, 225, 228), outline=(110, 116, 124), width=2)
    draw.line((0, 286, 640, 286), fill=(196, 152, 46), width=10)
    draw.rectangle((318, 272, 334, 300), fill=(168, 62, 46))
    draw.ellipse((296, 232, 312, 248), fill=(236, 196, 30))
    draw.rectangle((295, 248, 313, 290), fill=(34, 74, 132))
    draw.rectangle((0, 0, 640, 26), fill=(24, 26, 30))
    draw.text((12, 8), label, fill=(240, 240, 240))
    return image


def beside_code(photo: bytes, svg: str) -> bytes:
    """The photo (JPEG) with a code beside the work, as a second screen shows it. ``svg``: the code of a page, drawn in
    horizontal strokes of one field each. Raise `ValueError` for any other drawing."""
    image = Image.open(io.BytesIO(photo))
    code = drawn(svg)
    image.paste(code, (image.width - code.width - 40, image.height - code.height - 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def drawn(svg: str) -> Image.Image:
    """A code of a page as an eye or a reader sees it. Raise `ValueError` for any other drawing."""
    found = _SIDE.search(svg)
    strokes = list(_strokes(found["path"])) if found is not None else []
    if not strokes:
        raise ValueError("the page shows no code that could be drawn")
    quiet = min(x for x, _, _ in strokes)
    side = max(x + length for x, _, length in strokes) + quiet
    image = Image.new("L", (side * _MODULE, side * _MODULE), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in strokes:
        draw.rectangle((x * _MODULE, y * _MODULE, (x + length) * _MODULE - 1, (y + 1) * _MODULE - 1), fill=0)
    return image


def _strokes(path: str) -> Iterator[tuple[int, int, int]]:
    """Left end, row and length of every stroke. A row is named by the middle of its line."""
    x, y = 0.0, 0.0
    for step in _STEP.finditer(path):
        numbers = [float(one) for one in re.findall(r"-?[0-9]*\.?[0-9]+", step["numbers"])]
        if step["what"] == "h":
            yield int(x), int(y - 0.5), int(numbers[0])
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if step["what"] == "M" else (x + numbers[0], y + numbers[1])
