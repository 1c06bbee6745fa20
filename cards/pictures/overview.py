"""The picture of a morning: the plan of the plant coloured by what goes on, and two weeks of permits and stops.

Pillow and one font, nothing of the machine's: the same overview gives the same picture. Colour never speaks alone:
every area says its name and its numbers, and those without a fence stand below the plan.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from PIL import Image, ImageDraw

from cards import words_digest as say
from cards.overview import Day, Overview
from cards.pictures.fonts import chinese_font
from cards.plan import Plot
from workflow.area_risk import Level, Standing

WIDTH: Final = 1080
HEIGHT: Final = 1380
FINE: Final = 2
"""Drawn so many times larger and shrunk: smooth edges."""
EDGE: Final = 40
MAP: Final = (EDGE, 150, WIDTH - EDGE, 780)
LEGEND: Final = 806
TILES: Final = 860
TREND: Final = (EDGE, 1010, WIDTH - EDGE, 1290)
MOST_TILES: Final = 6
PAPER, INK, FAINT, LINE = "#ffffff", "#1f2933", "#616e7c", "#9aa5b1"
FILL: Final[Mapping[Level, str]] = {
    Level.QUIET: "#e4e7eb", Level.PLANNED: "#bcdff8", Level.WORKING: "#fbe38e", Level.HIGH: "#f7a14d",
    Level.WRONG: "#e5484d",
}  # fmt: skip
ON: Final[Mapping[Level, str]] = {level: PAPER if level is Level.WRONG else INK for level in Level}
"""What is written with on each."""
BAR, STOP = "#5b8bb8", "#e5484d"


def overview(told: Overview) -> bytes:
    """The picture as PNG. Takes tens of milliseconds: draw it in a thread."""
    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = _Pen(ImageDraw.Draw(picture))
    pen.text((EDGE, 36), told.title, 40, INK)
    pen.text((EDGE, 96), say.MAP_IS, 24, FAINT)
    _map(pen, told)
    _legend(pen)
    _tiles(pen, told)
    _trend(pen, told.days)
    pen.text((EDGE, HEIGHT - 44), told.foot, 22, FAINT)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(colors=128, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


class _Pen:
    """Draws in the picture's own pixels, whatever it is enlarged by."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def text(self, at: tuple[float, float], words: str, size: float, colour: str, *, anchor: str = "la") -> None:
        font = chinese_font(max(1, round(size * FINE)))
        self._draw.text((at[0] * FINE, at[1] * FINE), words, fill=colour, font=font, anchor=anchor)

    def width(self, words: str, size: float) -> float:
        return float(chinese_font(max(1, round(size * FINE))).getlength(words)) / FINE

    def shape(self, corners: list[tuple[float, float]], fill: str) -> None:
        spots = [(x * FINE, y * FINE) for x, y in corners]
        self._draw.polygon(spots, fill=fill)
        self._draw.line([*spots, spots[0]], fill=LINE, width=FINE * 2, joint="curve")

    def box(self, corners: tuple[float, float, float, float], fill: str) -> None:
        left, top, right, bottom = corners
        if bottom > top and right > left:
            self._draw.rectangle((left * FINE, top * FINE, right * FINE - 1, bottom * FINE - 1), fill=fill)


def _said(standing: Standing) -> str:
    """「作业2 异常1」; nothing for a quiet one."""
    found = ((say.MAP_RUNNING, standing.running), (say.MAP_WRONG, standing.wrong), (say.MAP_PLANNED, standing.planned))
    return " ".join(f"{name}{many}" for name, many in found if many)


def _map(pen: _Pen, told: Overview) -> None:
    left, top, right, bottom = MAP
    plan = told.plan
    if not plan.plots:
        pen.text(((left + right) / 2, (top + bottom) / 2), say.MAP_NONE, 30, FAINT, anchor="mm")
        return
    scale = min((right - left) / plan.width, (bottom - top) / plan.height)
    west = left + ((right - left) - plan.width * scale) / 2
    north = top + ((bottom - top) - plan.height * scale) / 2
    places = [(plot, told.standings.get(plot.area, Standing())) for plot in plan.plots]
    # The gravest last: where fences overlap nothing hides it.
    places.sort(key=lambda one: (one[1].level, one[0].area))
    for plot, standing in places:
        corners = [(west + x * scale, north + y * scale) for x, y in plot.corners]
        pen.shape(corners, FILL[standing.level])
    for plot, standing in places:
        _name(pen, plot, standing, (west + plot.middle[0] * scale, north + plot.middle[1] * scale), scale)


def _name(pen: _Pen, plot: Plot, standing: Standing, at: tuple[float, float], scale: float) -> None:
    size = min(34.0, max(18.0, plot.words * scale))
    numbers = _said(standing)
    up = size * 0.6 if numbers else 0.0
    pen.text((at[0], at[1] - up), plot.name, size, ON[standing.level], anchor="mm")
    if numbers:
        room = 0.94 * scale * (max(x for x, _ in plot.corners) - min(x for x, _ in plot.corners))
        small = min(size * 0.85, size * room / pen.width(numbers, size))
        pen.text((at[0], at[1] + size * 0.65), numbers, small, ON[standing.level], anchor="mm")


def _legend(pen: _Pen) -> None:
    x = float(EDGE)
    for level in sorted(Level, reverse=True):
        words = say.LEVEL[level]
        pen.box((x, LEGEND, x + 30, LEGEND + 30), FILL[level])
        pen.text((x + 40, LEGEND + 15), words, 24, INK, anchor="lm")
        x += 40 + pen.width(words, 24) + 34


def _tiles(pen: _Pen, told: Overview) -> None:
    """Areas nobody has drawn a fence of, when something goes on there."""
    busy = [(told.standings[area], area) for area in told.plan.missing if area in told.standings]
    busy = sorted((one for one in busy if one[0].level), key=lambda one: (-one[0].level, one[1]))
    if not busy:
        return
    wide = (WIDTH - 2 * EDGE) / 3
    for number, (standing, area) in enumerate(busy[:MOST_TILES]):
        x, y = EDGE + (number % 3) * wide, TILES + (number // 3) * 52
        pen.box((x, y, x + wide - 10, y + 44), FILL[standing.level])
        name, numbers = told.names.get(area, area), _said(standing)
        while pen.width(words := f"{name} {numbers}", 24) > wide - 34 and len(name) > 2:
            name = name[:-2] + "…"
        pen.text((x + 12, y + 22), words, 24, ON[standing.level], anchor="lm")
    if len(busy) > MOST_TILES:
        pen.text((WIDTH - EDGE, TILES + 110), say.MAP_MORE.format(count=len(busy) - MOST_TILES), 22, FAINT, anchor="ra")


def _trend(pen: _Pen, days: tuple[Day, ...]) -> None:
    left, top, right, bottom = TREND
    pen.text((left, top - 36), say.TREND.format(days=len(days)), 26, INK)
    most = max((max(day.issued, day.stopped) for day in days), default=0) or 1
    step = (right - left) / max(1, len(days))
    for number, day in enumerate(days):
        x, room = left + number * step, bottom - top - 70
        for offset, many, colour in ((0.12, day.issued, BAR), (0.52, day.stopped, STOP)):
            height = room * many / most
            start, end = x + step * offset, x + step * (offset + 0.36)
            pen.box((start, bottom - 36 - height, end, bottom - 36), colour)
            if many:
                pen.text(((start + end) / 2, bottom - 40 - height), str(many), 20, INK, anchor="mb")
        pen.text((x + step / 2, bottom - 24), day.label, 19, FAINT, anchor="ma")
    pen.box((left, bottom - 36, right, bottom - 34), LINE)
