"""A photo becomes readable evidence: permit, time and place are written on a shrunken copy; the original is kept.

Measured recipe: check the size before decoding, draft to the aspect-true target, shrink, and only then turn upright.
Everything here is for one thread at a time: a photo of fifty megapixels takes its memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from cards.pictures.asked import BadPicture, Watermark
from cards.pictures.fonts import chinese_font

MAX_PIXELS = 50_000_000
"""Beyond this a picture is refused undecoded: no phone sends it, a bomb does."""
MAX_PIXELS_WHOLE = 25_000_000
"""The same for the kinds that cannot be decoded at a reduced size."""
LONG_SIDE = 1600
_KINDS = ("JPEG", "PNG", "WEBP")
"""What is opened. A JPEG of several pictures opens as MPO, and shows its first."""
_REDUCIBLE = frozenset({"JPEG", "MPO"})
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError)
_SMALLEST_LETTER, _MOST_SHADE = 12, 0.5


def examine(raw: bytes) -> str:
    """The media type of a picture that can be shown. Raise `BadPicture` for anything else, broken ones too."""
    picture = opened(raw)
    kind = picture.format or ""
    try:
        picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
    except _BROKEN as broken:
        raise BadPicture("照片已损坏") from broken
    return Image.MIME[kind] if kind != "MPO" else "image/jpeg"


def watermarked(raw: bytes, mark: Watermark) -> bytes:
    """A JPEG of at most `LONG_SIDE` pixels, upright, with the mark at its foot and nothing else of the original's
    metadata. Raise `BadPicture`.
    """
    picture = opened(raw)
    scale = min(1.0, LONG_SIDE / max(picture.size))
    target = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    try:
        if scale < 1:
            picture.draft("RGB", target)
            picture.thumbnail(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
        upright = _plain(ImageOps.exif_transpose(picture))
    except _BROKEN as broken:
        raise BadPicture("照片已损坏") from broken
    _write(upright, mark)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80)
    return out.getvalue()


def opened(raw: bytes) -> Image.Image:
    """The picture with nothing decoded but its header."""
    try:
        picture = Image.open(io.BytesIO(raw), formats=_KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise BadPicture("照片像素过大") from bomb
    except (UnidentifiedImageError, *_BROKEN) as broken:
        raise BadPicture("不是能打开的照片") from broken
    limit = MAX_PIXELS if picture.format in _REDUCIBLE else MAX_PIXELS_WHOLE
    if picture.width * picture.height > limit:
        raise BadPicture("照片像素过大")
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """In three colours; what was transparent lies on white, as a viewer shows it."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        page = Image.new("RGB", seen.size, (255, 255, 255))
        page.paste(seen, mask=seen.getchannel("A"))
        return page
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; converting would cut off all that is brighter than the darkest sixteenth.
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _write(picture: Image.Image, mark: Watermark) -> None:
    font, lines = _fitted(mark, picture.width, picture.height)
    size = int(font.size)
    pad, step = size // 2, round(size * 1.35)
    top = max(0, picture.height - 2 * pad - step * len(lines))
    shade = Image.new("RGBA", (picture.width, picture.height - top), (0, 0, 0, 150))
    picture.paste(shade, (0, top), shade)
    draw = ImageDraw.Draw(picture)
    for row, text in enumerate(lines):
        draw.text((pad, top + pad + row * step), text, fill=(255, 255, 255), font=font)


def _fitted(mark: Watermark, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest letters with which the mark leaves half of the picture clear, and its lines broken to the width."""
    size = max(_SMALLEST_LETTER, width // 45)
    while True:
        font = chinese_font(size)
        lines = [part for line in mark.lines for part in _broken(line, font, width - size)]
        if size <= _SMALLEST_LETTER or (len(lines) * 1.35 + 1) * size <= height * _MOST_SHADE:
            return font, lines
        size = max(_SMALLEST_LETTER, size * 4 // 5)


def _broken(line: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """A line in pieces no wider than the picture; at least one character each."""
    start = 0
    for end in range(1, len(line) + 1):
        if end - start > 1 and font.getlength(line[start:end]) > width:
            yield line[start : end - 1]
            start = end - 1
    yield line[start:]
