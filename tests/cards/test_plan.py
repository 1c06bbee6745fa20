"""The plan of the plant: true to scale, in one datum, and what cannot be drawn is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cards.plan import plan
from sandbox.plant import areas
from workflow.geo import to_bd09, to_gcj02
from workflow.plant import Area

PLANT = areas()
TANKS = next(area for area in PLANT if area.id == "TK1")


def moved(area: Area, north: str = "0", east: str = "0") -> Area:
    shift = (Decimal(north), Decimal(east))
    fence = tuple(replace(at, latitude=at.latitude + shift[0], longitude=at.longitude + shift[1]) for at in area.fence)
    return replace(area, fence=fence)


def test_north_is_up_and_a_unit_is_a_metre() -> None:
    """A fence of the demo is 0.0010° by 0.0012°: at 36.8° north 111.2 m by 106.8 m."""
    drawn = {plot.area: plot for plot in plan(PLANT).plots}
    assert len(drawn) == len(PLANT)
    xs, ys = zip(*drawn[TANKS.id].corners, strict=True)
    assert max(ys) - min(ys) == pytest.approx(111.2, abs=0.2)
    assert max(xs) - min(xs) == pytest.approx(106.8, abs=0.3)
    beside, above = drawn[PLANT[1].id].middle, drawn[PLANT[5].id].middle
    assert beside[0] > drawn[TANKS.id].middle[0], "east is right"
    assert above[1] < drawn[TANKS.id].middle[1], "north is up"


@pytest.mark.parametrize("convert", [to_gcj02, to_bd09])
def test_a_fence_lies_where_it_lies_in_whatever_datum_it_was_surveyed(convert: object) -> None:
    """Half a kilometre lies between them: without conversion it would stand in a neighbour's yard."""
    assert callable(convert)
    other = replace(TANKS, fence=tuple(convert(at) for at in TANKS.fence))
    before, after = plan(PLANT), plan((other, *PLANT[1:]))
    assert (after.width, after.height) == pytest.approx((before.width, before.height), abs=0.3)
    for one, two in zip(before.plots[0].corners, after.plots[0].corners, strict=True):
        assert one == pytest.approx(two, abs=0.3)


def test_what_has_no_fence_or_lies_far_off_is_named() -> None:
    no_fence, two_corners = replace(TANKS, fence=()), replace(PLANT[1], fence=PLANT[1].fence[:2])
    slipped = moved(PLANT[2], north="1")
    drawn = plan((no_fence, two_corners, slipped, *PLANT[3:]))
    assert drawn.missing == (TANKS.id, PLANT[1].id, PLANT[2].id)
    assert len(drawn.plots) == len(PLANT) - 3
    assert drawn.height < 1000, "one slip of the pen makes no dot of all others"


def test_a_plant_without_fences_has_no_plan() -> None:
    bare = [replace(area, fence=()) for area in PLANT]
    assert plan(bare).plots == ()
    assert len(plan(bare).missing) == len(PLANT)
    assert plan(()).missing == ()


def test_two_fences_far_apart_leave_nothing_to_draw_together() -> None:
    """Nobody can say which of two is the slip: neither is drawn, both are named."""
    found = plan((TANKS, moved(PLANT[1], east="3")))
    assert (found.plots, found.missing) == ((), (TANKS.id, PLANT[1].id))


def test_every_name_fits_into_its_place() -> None:
    for plot in plan(PLANT).plots:
        xs = [x for x, _ in plot.corners]
        assert plot.words * len(plot.name) <= max(xs) - min(xs)
