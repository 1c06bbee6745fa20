"""A photo becomes readable evidence: permit, time and place are written on a shrunken copy; the original is kept.

Measured recipe: check the size before decoding, draft to the aspect-true target, shrink, and only then turn upright.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from cards.pictures.fonts import chinese_font

MAX_PIXELS = 50_000_000
"""Beyond this a picture is refused undecoded: no phone makes it, a bomb does."""
LONG_SIDE = 1600
_ALLOWED = ("JPEG", "PNG", "WEBP", "MPO")


class BadPicture(ValueError):
    """The bytes are not a picture we open: too large, of another kind, or broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What is written into the photo's corner; each entry is one line of plain Chinese."""

    lines: tuple[str, ...]


def _open(raw: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(raw), formats=_ALLOWED)
    except Image.DecompressionBombError as bomb:
        raise BadPicture("照片像素过大") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise BadPicture("不是能打开的照片") from broken
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadPicture("照片像素过大")
    return picture


def check(raw: bytes) -> None:
    """Raise `BadPicture` unless the header is that of a picture of sane size. Decodes nothing."""
    _open(raw)


def watermarked(raw: bytes, mark: Watermark) -> bytes:
    """A JPEG of at most `LONG_SIDE` pixels with the mark at its foot. Raise `BadPicture`."""
    picture = _open(raw)
    scale = LONG_SIDE / max(picture.size)
    target = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    try:
        if scale < 1:
            picture.draft("RGB", target)
            picture.thumbnail(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise BadPicture("照片已损坏") from broken
    _write(upright, mark)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()


def _write(picture: Image.Image, mark: Watermark) -> None:
    size = max(14, picture.width // 45)
    font = chinese_font(size)
    pad = size // 2
    step = round(size * 1.35)
    top = picture.height - pad - step * len(mark.lines)
    shade = Image.new("RGBA", (picture.width, picture.height - top + pad), (0, 0, 0, 150))
    picture.paste(shade, (0, top - pad), shade)
    draw = ImageDraw.Draw(picture)
    for row, text in enumerate(mark.lines):
        draw.text((pad, top + row * step), text, fill=(255, 255, 255), font=font)
