"""What the benchmarks share: pairs measured one right after the other, and one JSON line for each figure.

A shared machine is noisy, so nothing here is an absolute rate. Both sides of a comparison run interleaved, A B A B,
in one run on one disk; the ratio is taken per pair and the median is quoted. Nothing is asserted: a figure is a
figure.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable, Iterable
from typing import Any

FULL = os.environ.get("FULL", "") not in {"", "0"}
"""``FULL=1``: the sizes the goals speak of; otherwise a short run of a minute at most."""


def report(goal: str, what: str, ratios: Iterable[float], **more: Any) -> None:
    """Print one figure. ``ratios`` are per pair."""
    found = sorted(ratios)
    line = {
        "goal": goal,
        "what": what,
        "ratio_median": round(statistics.median(found), 3),
        "ratio_min": round(found[0], 3),
        "ratio_max": round(found[-1], 3),
        "n": len(found),
        "size": "full" if FULL else "quick",
        **more,
    }
    print(json.dumps(line), flush=True)


def interleaved(pairs: int, *sides: Callable[[], float]) -> list[tuple[float, ...]]:
    """Measure every side once per round, in turning order; what a side returns is its figure."""
    rounds: list[tuple[float, ...]] = []
    for number in range(pairs):
        order = list(enumerate(sides))
        if number % 2:
            order.reverse()
        figures = {index: side() for index, side in order}
        rounds.append(tuple(figures[index] for index in range(len(sides))))
    return rounds


def noisy(limit: Iterable[float]) -> bool:
    """Whether the limit itself varied more than twofold between pairs: then the run is to be repeated."""
    found = list(limit)
    return max(found) > 2 * min(found)


def middle(figures: Iterable[float], scale: float = 1.0) -> float:
    """The median, rounded for printing."""
    return round(statistics.median(figures) * scale, 2)
