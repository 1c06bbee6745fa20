"""Later works over the whole: one line on a phone of the twin, through the production service, to the issued paper."""

from __future__ import annotations

from decimal import Decimal

from sandbox.story_six import HEIGHT, LIFT, ROAD, road_to_its_end, to_issue
from tests.scenarios.conftest import Plant
from workflow.permit.state import Status


async def test_work_at_height_is_asked_for_in_one_line_and_issued(site: Plant) -> None:
    number = await to_issue(site.player, HEIGHT)

    permit = await site.service.permit(number)
    assert permit.status is Status.ISSUED
    assert permit.law.grade.value == "iii"
    form = permit.what.details.height
    assert form is not None
    assert form.height_m == Decimal(18)
    assert [signature.person for signature in permit.signatures] == list(HEIGHT.signs)
    assert not site.twin.dropped, "no message was lost to the platform's silent limit"
    # the applicant saw the figure and why it is this grade before he pressed
    shown = str(site.twin.phone(HEIGHT.by).screen)
    assert "18米" in shown
    assert "Ⅲ级" in shown


async def test_a_lift_of_forty_five_tonnes_is_asked_for_in_one_line_and_issued(site: Plant) -> None:
    number = await to_issue(site.player, LIFT)

    permit = await site.service.permit(number)
    assert permit.status is Status.ISSUED
    assert permit.law.grade.value == "second"
    form = permit.what.details.lift
    assert form is not None
    assert (form.mass_t, form.load, form.rigging) == (Decimal(45), "换热器", "钢丝绳")
    assert (form.commander, form.operators, form.slingers) == ("liqiang", ("hc0253",), ("gaofei",))
    assert permit.what.leader == form.commander, "the commander signs in the place of the work leader"
    assert [signature.person for signature in permit.signatures] == list(LIFT.signs)
    assert not site.twin.dropped


async def test_a_road_is_closed_repaired_and_reported_open(site: Plant) -> None:
    number = await road_to_its_end(site.player)

    permit = await site.service.permit(number)
    assert permit.status is Status.CLOSED
    assert not permit.live
    form = permit.what.details.road
    assert form is not None
    assert form.fire_route_kept is True
    assert [signature.person for signature in permit.signatures] == list(ROAD.signs)
    assert [each.need for each in permit.closings] == ["road_clear", "road_open"]
    assert not site.twin.dropped
