"""The picture of a morning, held against what it must show: the colours at their places, the bars at their height."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image, ImageColor

from cards.overview import Day, Overview
from cards.pictures.overview import BAR, FILL, HEIGHT, MAP, PAPER, STOP, TILES, TREND, WIDTH, overview
from cards.plan import plan
from workflow.area_risk import Level, Standing
from workflow.ids import AreaId, SiteId
from workflow.plant import Area
from workflow.values import Datum, Position

LEVELS = {
    Level.QUIET: Standing(), Level.PLANNED: Standing(planned=2), Level.WORKING: Standing(running=1),
    Level.HIGH: Standing(running=12, high=1), Level.WRONG: Standing(running=12, wrong=11),
}  # fmt: skip
DAYS = tuple(Day(label=f"3/{day}", issued=day % 5 * 3, stopped=day % 3) for day in range(4, 18))


def square(number: int) -> Area:
    """Areas in a row, 100 m each."""
    west, south = 118 + number * 0.0012, 36.8
    corners = ((0, 0), (0, 0.001), (0.0009, 0.001), (0.0009, 0))
    fence = tuple(
        Position(latitude=Decimal(str(south + up)), longitude=Decimal(str(round(west + right, 6))), datum=Datum.WGS84)
        for up, right in corners
    )
    return Area(id=AreaId(f"A{number}"), site=SiteId("hc"), name=f"{number}号罐区", fence=fence)


def drawn(told: Overview) -> Image.Image:
    return Image.open(io.BytesIO(overview(told))).convert("RGB")


def near(seen: object, colour: str) -> bool:
    """The same to the eye: the palette has few colours, and edges are smooth."""
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(seen, ImageColor.getrgb(colour), strict=True))


def share(picture: Image.Image, box: tuple[int, int, int, int], colour: str) -> float:
    """How much of a box has this colour."""
    part = picture.crop(box)
    found = part.getcolors(1 << 20) or []
    return sum(many for many, seen in found if near(seen, colour)) / (part.width * part.height)


@pytest.fixture(scope="module")
def told() -> Overview:
    areas = [square(number) for number in range(5)]
    fenceless = Area(id=AreaId("X1"), site=SiteId("hc"), name="一个没有登记过围栏的很长很长名字的区域")
    standings = {AreaId(f"A{number}"): standing for number, standing in enumerate(LEVELS.values())}
    return Overview(
        title="作业风险图 3月18日 周三 08:00", foot="截至 08:00", plan=plan([*areas, fenceless]),
        names={one.id: one.name for one in (*areas, fenceless)},
        standings={**standings, fenceless.id: Standing(wrong=1)}, days=DAYS,
    )  # fmt: skip


@pytest.fixture(scope="module")
def picture(told: Overview) -> Image.Image:
    return drawn(told)


def test_every_area_has_the_colour_of_its_level(told: Overview, picture: Image.Image) -> None:
    scale = (MAP[2] - MAP[0]) / told.plan.width
    assert picture.size == (WIDTH, HEIGHT)
    north = MAP[1] + ((MAP[3] - MAP[1]) - told.plan.height * scale) / 2
    for plot, level in zip(told.plan.plots, LEVELS, strict=True):
        xs, ys = [x for x, _ in plot.corners], [y for _, y in plot.corners]
        box = (
            round(MAP[0] + min(xs) * scale) + 4, round(north + min(ys) * scale) + 4,
            round(MAP[0] + max(xs) * scale) - 4, round(north + max(ys) * scale) - 4,
        )  # fmt: skip
        assert share(picture, box, FILL[level]) > 0.6, f"{plot.name} is {level.name}, and its words leave room"


def test_an_area_without_a_fence_stands_below_the_plan(told: Overview, picture: Image.Image) -> None:
    assert share(picture, (50, TILES, 350, TILES + 40), FILL[Level.WRONG]) > 0.5
    quiet = drawn(Overview(title="", foot="", plan=told.plan, names=told.names, standings={}, days=DAYS))
    assert share(quiet, (50, TILES, 350, TILES + 40), PAPER) == 1


def test_the_bars_are_as_high_as_their_numbers(picture: Image.Image) -> None:
    step = (TREND[2] - TREND[0]) / len(DAYS)
    most = max(day.issued for day in DAYS)
    for number, day in enumerate(DAYS):
        for offset, many, colour in ((0.3, day.issued, BAR), (0.7, day.stopped, STOP)):
            x = round(TREND[0] + (number + offset) * step)
            column = [picture.getpixel((x, y)) for y in range(TREND[1], TREND[3] - 37)]
            high = sum(near(seen, colour) for seen in column)
            assert abs(high - (TREND[3] - TREND[1] - 70) * many / most) <= 3


def test_the_same_morning_is_the_same_picture_and_fits_a_chat(told: Overview) -> None:
    first = overview(told)
    assert first == overview(told)
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(first) < 300_000


def test_without_fences_and_days_there_is_still_a_picture() -> None:
    empty = Overview(title="无", foot="", plan=plan(()), names={}, standings={}, days=())
    assert drawn(empty).size == (WIDTH, HEIGHT)
