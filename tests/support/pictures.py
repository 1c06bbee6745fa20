"""Pictures as phones, scanners and mischief make them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION = 0x0112


def split(width: int = 1200, height: int = 900) -> Image.Image:
    """Red on the left, blue on the right: shows which way it lies."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def jpeg(image: Image.Image | None = None, *, orientation: int = 1, **more: Any) -> bytes:
    """As a phone saves it; ``orientation`` after EXIF."""
    image = split() if image is None else image
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return saved(image, "JPEG", quality=90, exif=exif, **more)


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    """The bytes of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(raw: bytes) -> Image.Image:
    """The picture behind bytes, decoded."""
    image = Image.open(io.BytesIO(raw))
    image.load()
    return image


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and hardly holds a byte: a bomb's header."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 64)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    """A small PNG whose text unfolds to a hundred megabytes."""
    text = b"Comment\0\0" + zlib.compress(b"A" * 100_000_000, 9)
    plain = saved(split(8, 8), "PNG")
    end = plain.index(b"IDAT") - 4
    return plain[:end] + _chunk(b"zTXt", text) + plain[end:]


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header was changed to claim another size."""
    raw = bytearray(saved(split(16, 16), "JPEG"))
    at = raw.index(b"\xff\xc0")
    raw[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(raw)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scene(seed: int, *, step: int = 0, width: int = 1200, height: int = 900) -> Image.Image:
    """Something like a place: far and near things at places drawn from ``seed``. ``step`` is how far the photographer
    has moved to the side, in pixels of the nearest things; far things move less."""
    state = seed * 2654435761 % 2**32 or 1

    def draw(limit: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % limit

    image = Image.new("RGB", (width, height), (90 + draw(80), 120 + draw(60), 140 + draw(60)))
    pen = ImageDraw.Draw(image)
    for layer in range(1, 41):
        left = draw(width) - width // 8 - step * layer // 40
        top = draw(height) - height // 8
        wide, high = 40 + draw(width // 4), 40 + draw(height // 4)
        colour = (draw(256), draw(256), draw(256))
        box = (left, top, left + wide, top + high)
        if draw(2):
            pen.rectangle(box, fill=colour)
        else:
            pen.ellipse(box, fill=colour)
    return image
