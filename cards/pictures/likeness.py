"""Whether a photo was taken from an earlier one: re-compressed, shrunk, brightened, or cut out of it.

Two steps. A *print* says for 128 places of a picture whether it gets brighter to the right or downwards; a picture has
one for itself and one for each of many windows in it, and a new photo's own print is compared with all prints of all
earlier photos at once. What comes near is then laid over the earlier picture and shifted and scaled to fit best: only
a correlation of `SAME` or more is a likeness. A second photo of the same place is no likeness: another point of view
moves near things against far ones, which no shifting and scaling undoes.

A new photo that shows *more* than an earlier one is not found, nor one that was turned or mirrored; a picture without
texture cannot be compared at all, and then says so. Measured figures are in docs/adr/0063.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from cards.pictures.asked import BadPicture
from cards.pictures.watermark import opened

THUMB = 64
"""Pixels a side of the small grey picture that is kept for laying over."""
SAME = 0.93
"""The correlation from which on two pictures are one. Different photos of one scene stay below 0.89."""
NEAR = 40
"""Of 128 differences; two unlike pictures differ in 64 on average."""
MOST = 48
"""How many of the nearest are laid over; each takes three milliseconds."""
_AT_ONCE = 8192
"""Photos compared in one call: bounds the memory a search takes."""
FLATTEST = 6.0
"""Grey levels of spread under which a picture has nothing to compare."""
SMALLEST_WINDOW = 0.45
"""Of the side; what was cut smaller is not looked for."""
_SCALES = ((1.0, 1), (0.85, 3), (0.7, 4), (0.6, 4))
_FIT = 24
_FIRST_STEP, _STEPS = 0.06, 4

Grey = NDArray[np.float32]
Prints = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture: its left upper corner and its side, as shares of the whole."""

    x: float
    y: float
    side: float


def _windows() -> tuple[Window, ...]:
    found = []
    for side, many in _SCALES:
        gaps = [0.0] if many == 1 else [(1 - side) * step / (many - 1) for step in range(many)]
        found += [Window(x, y, side) for x in gaps for y in gaps]
    return tuple(found)


WINDOWS = _windows()
"""The first is the whole picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What is kept of a photo for later comparing: about five kilobytes."""

    prints: bytes
    """16 bytes a window of `WINDOWS`."""
    thumb: bytes
    """`THUMB` × `THUMB` grey levels."""


def likeness(raw: bytes) -> Likeness | None:
    """Look at a photo; None when it has too little texture to compare. Raise `BadPicture`."""
    grey = _grey(raw)
    thumb = grey.resize((THUMB, THUMB), Image.Resampling.LANCZOS)
    if _spread(np.asarray(thumb, dtype=np.float32)) < FLATTEST:
        return None
    wide, high = grey.size
    prints = b"".join(
        _print(grey.resize((9, 9), Image.Resampling.LANCZOS, box=_box(window, wide, high))) for window in WINDOWS
    )
    return Likeness(prints=prints, thumb=thumb.tobytes())


class Album:
    """The prints of every photo so far, for searching. Numbers photos in the order they were added."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._held: set[str] = set()
        self._prints: Prints = np.empty((1024, len(WINDOWS), 2), dtype=np.uint64)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, prints: bytes) -> None:
        """Keep one photo's prints, once. Prints of another make (other windows) are left out."""
        if len(prints) != 16 * len(WINDOWS) or name in self._held:
            return
        self._held.add(name)
        if len(self._names) == len(self._prints):
            self._prints = np.concatenate([self._prints, np.empty_like(self._prints)])
        self._prints[len(self._names)] = _read(prints)
        self._names.append(name)

    def nearest(self, photo: Likeness) -> list[tuple[str, Window]]:
        """Earlier photos it may have been made from, likeliest first, each with the window it may be."""
        mine = _read(photo.prints)[0]
        found: list[tuple[int, int, int]] = []
        for start in range(0, len(self._names), _AT_ONCE):
            held = self._prints[start : min(start + _AT_ONCE, len(self._names))]
            apart = np.bitwise_count(held ^ mine).sum(axis=2, dtype=np.uint8)
            best = apart.min(axis=1)
            found += [(int(best[one]), start + int(one), int(apart[one].argmin())) for one in _least(best)]
        return [(self._names[one], WINDOWS[window]) for _, one, window in sorted(found)[:MOST]]


def _least(best: NDArray[np.uint8]) -> NDArray[np.intp]:
    near = np.flatnonzero(best <= NEAR)
    return near[np.argsort(best[near], kind="stable")][:MOST]


def alike(photo: Likeness, earlier: Likeness, window: Window) -> float:
    """How well a photo fits on a part near ``window`` of an earlier one: 1 is the same picture, 0 no relation."""
    mine = _levelled(np.asarray(_image(photo).resize((_FIT, _FIT), Image.Resampling.LANCZOS), dtype=np.float32))
    theirs = _image(earlier)
    if mine is None:
        return 0.0
    best, at, step = _fit(mine, theirs, window), window, _FIRST_STEP
    for _ in range(_STEPS):
        moved = True
        while moved:
            moved = False
            for tried in _around(at, step):
                found = _fit(mine, theirs, tried)
                if found > best + 1e-4:
                    best, at, moved = found, tried, True
                    break
        step /= 2
    return best


def _around(at: Window, step: float) -> Iterable[Window]:
    half = step / 2
    for dx, dy, grow in (
        (step, 0.0, 0.0), (-step, 0.0, 0.0), (0.0, step, 0.0), (0.0, -step, 0.0),
        (0.0, 0.0, step), (0.0, 0.0, -step), (-half, -half, step), (half, half, -step),
    ):  # fmt: skip
        side = min(1.0, max(SMALLEST_WINDOW, at.side + grow))
        room = 1.0 - side
        yield Window(min(room, max(0.0, at.x + dx)), min(room, max(0.0, at.y + dy)), side)


def _fit(mine: Grey, theirs: Image.Image, window: Window) -> float:
    part = theirs.resize((_FIT, _FIT), Image.Resampling.BILINEAR, box=_box(window, THUMB, THUMB))
    levelled = _levelled(np.asarray(part, dtype=np.float32))
    return 0.0 if levelled is None else float((mine * levelled).sum())


def _levelled(grey: Grey) -> Grey | None:
    """Without its brightness and contrast; None for a flat one."""
    if _spread(grey) < FLATTEST / 2:
        return None
    even: Grey = grey - grey.mean()
    scaled: Grey = even / np.sqrt((even * even).sum())
    return scaled


def _spread(grey: Grey) -> float:
    return float(grey.std())


def _grey(raw: bytes) -> Image.Image:
    picture = opened(raw)
    try:
        picture.draft("L", (8 * THUMB, 8 * THUMB))
        upright = ImageOps.exif_transpose(picture).convert("L")
        upright.thumbnail((4 * THUMB, 4 * THUMB), Image.Resampling.BICUBIC)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
        raise BadPicture("照片已损坏") from broken
    return upright


def _print(small: Image.Image) -> bytes:
    grey: NDArray[np.int16] = np.asarray(small, dtype=np.int16)
    rightwards = grey[:8, 1:] > grey[:8, :-1]
    downwards = grey[1:, :8] > grey[:-1, :8]
    return np.packbits(np.concatenate([rightwards.ravel(), downwards.ravel()])).tobytes()


def _read(prints: bytes) -> Prints:
    found: Prints = np.frombuffer(prints, dtype=np.uint64).reshape(-1, 2)
    return found


def _box(window: Window, wide: int, high: int) -> tuple[float, float, float, float]:
    left, top = window.x * wide, window.y * high
    return (left, top, min(wide, left + window.side * wide), min(high, top + window.side * high))


def _image(one: Likeness) -> Image.Image:
    return Image.frombytes("L", (THUMB, THUMB), one.thumb)


__all__ = ["NEAR", "SAME", "Album", "Likeness", "Window", "alike", "likeness"]
