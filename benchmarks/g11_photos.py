"""G11: a phone's photo becomes evidence without anybody waiting for it.

``[FULL=1] python benchmarks/g11_photos.py`` prints one JSON line a figure, for a photo of 12 megapixels:

- wall time from the bytes to the watermarked copy, over the usual way with Pillow (decode all, turn, shrink, draw,
  save; goal: 0.5 or less) and, where it is installed, over pyvips (goal: 1.3 or less);
- the whole intake (look at it, hash it, watermark it, search its look among all earlier photos) over the watermark;
- the search alone, among 100,000 earlier photos (10,000 without FULL), as a share of a second;
- the lag of an event loop while photos are taken in by a thread, p99 as a share of ten milliseconds (goal: 1 or less);
- the time to refuse a header of 200 megapixels, as a share of five milliseconds (goal: 1 or less).

pyvips is no dependency: ``pip install pyvips pyvips-binary`` beside the environment adds it to the comparison.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import io
import struct
import sys
import time
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from cards.pictures.asked import BadPicture, Watermark, examine, watermarked
from cards.pictures.fonts import chinese_font
from cards.pictures.likeness import WINDOWS, Album, likeness

ALBUM = 100_000 if FULL else 10_000
PAIRS = 15 if FULL else 5
LINES = ("DHZY-HC-20260318-001 动火作业 一级 · 作业现场", "二号罐区 2号罐 · 赵敏", "2026-03-18 08:02:11 · 现场拍摄")


def phone_photo() -> bytes:
    """4000 × 3000, some three megabytes, held upright: noise of all sizes, so that it compresses like a photo."""
    dice = np.random.default_rng(11)
    picture = np.zeros((3000, 4000, 3), dtype=np.float32)
    for size, weight in ((12, 90.0), (60, 60.0), (300, 30.0), (1500, 14.0)):
        grain = dice.integers(0, 256, (size * 3 // 4, size, 3), dtype=np.uint8)
        layer = Image.fromarray(grain).resize((4000, 3000), Image.Resampling.BICUBIC)
        picture += (np.asarray(layer, dtype=np.float32) - 128) * (weight / 128)
    image = Image.fromarray(np.clip(picture + 128, 0, 255).astype(np.uint8))
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def timed(work: Any, *args: Any) -> float:
    """Seconds of wall time."""
    start = time.perf_counter()
    work(*args)
    return time.perf_counter() - start


def usual(raw: bytes) -> bytes:
    """What one writes first."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(raw)))
    picture.thumbnail((1600, 1600), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(LINES):
        draw.text((16, picture.height - 150 + 45 * row), line, fill=(255, 255, 255), font=chinese_font(35))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def vips(raw: bytes) -> bytes:
    """The fastest other imaging library."""
    library = importlib.import_module("pyvips")
    picture = library.Image.thumbnail_buffer(raw, 1600, height=1600)
    text = library.Image.text("\n".join(LINES), dpi=200)
    white = text.new_from_image([255, 255, 255]).copy(interpretation="srgb").bandjoin(text)
    done = picture.bandjoin(255).composite(white, "over", x=16, y=picture.height - 150).flatten()
    data: bytes = done.jpegsave_buffer(Q=80)
    return data


def header(width: int, height: int) -> bytes:
    """A PNG that claims a size."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def refuse(raw: bytes) -> None:
    """A bomb at the door."""
    with contextlib.suppress(BadPicture):
        examine(raw)


def crowd() -> Album:
    """An album of looks that resemble nothing."""
    dice, album = np.random.default_rng(7), Album()
    for number in range(ALBUM):
        album.add(f"photo-{number}", dice.bytes(16 * len(WINDOWS)))
    return album


async def lag(raw: bytes, album: Album) -> list[float]:
    """How late the loop wakes while photos are taken in beside it, in seconds."""
    late: list[float] = []
    busy = asyncio.create_task(_take_in(raw, album))
    while not busy.done():
        start = time.perf_counter()
        await asyncio.sleep(0.002)
        late.append(time.perf_counter() - start - 0.002)
    return sorted(late)


async def _take_in(raw: bytes, album: Album) -> None:
    for _ in range(8 if FULL else 4):
        await asyncio.to_thread(intake, raw, album)


def intake(raw: bytes, album: Album) -> None:
    """Everything that happens to a photo."""
    examine(raw)
    hashlib.sha256(raw).hexdigest()
    look = likeness(raw)
    if look is not None:
        album.nearest(look)
    watermarked(raw, Watermark(lines=LINES))


def main() -> None:
    """Measure all of it."""
    raw, album = phone_photo(), crowd()
    look, mark = likeness(raw), Watermark(lines=LINES)
    sides = [lambda: timed(watermarked, raw, mark), lambda: timed(usual, raw), lambda: timed(intake, raw, album)]
    with_vips = importlib.util.find_spec("pyvips") is not None
    if with_vips:
        sides.append(lambda: timed(vips, raw))
    rounds = interleaved(PAIRS, *sides)
    ours, others, whole = ([round_[side] for round_ in rounds] for side in range(3))
    more = {"ms_ours": middle(ours, 1000), "noisy": noisy(others), "bytes": len(raw)}
    pillow = [a / b for a, b in zip(ours, others, strict=True)]
    report("G11", "watermark over the usual way with Pillow", pillow, ms_other=middle(others, 1000), **more)
    if with_vips:
        beside = [round_[3] for round_ in rounds]
        ratios = [a / b for a, b in zip(ours, beside, strict=True)]
        report("G11", "watermark over pyvips", ratios, ms_other=middle(beside, 1000), **more)
    else:
        print("not compared with pyvips, which is not installed")
    ratios = [a / b for a, b in zip(whole, ours, strict=True)]
    report("G11", "whole intake over the watermark", ratios, ms_ours=middle(whole, 1000), photos=len(album))
    if look is not None:
        searches = [timed(album.nearest, look) for _ in range(PAIRS)]
        report("G11", "search among all earlier photos, of one second", searches, photos=len(album))
    late = asyncio.run(lag(raw, album))
    p99 = late[int(len(late) * 0.99)]
    figures = {"ms_p50": middle(late, 1000), "ms_max": round(late[-1] * 1000, 2)}
    report("G11", "lag of the loop meanwhile: p99, of ten milliseconds", [p99 / 0.010], **figures)
    bomb = header(20_000, 10_000)
    report("G11", "refusing 200 megapixels, of five milliseconds", [timed(refuse, bomb) / 0.005 for _ in range(PAIRS)])


if __name__ == "__main__":
    main()
