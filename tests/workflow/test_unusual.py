"""What is unusual about a permit, held against the last ones of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.permits import ANSWERED, GUARD, HEAD, LEADER, NOW, SHIFT, WORKER, content, permit, rules
from workflow.ids import EquipmentId, MediaHash, NodeKey, PermitId, PersonId
from workflow.permit.content import GasReading, GasSample
from workflow.permit.life import ByHand
from workflow.permit.state import GasRecord, MeasureState, Permit, Photo, Signature, Status
from workflow.permit.unusual import (
    AGAINST,
    Comparison,
    ContractorNew,
    Departed,
    Departure,
    GasNearer,
    GradeRaised,
    Longer,
    MoreSkipped,
    OutOfHours,
    PeopleNew,
    PlaceNew,
    compare,
)
from workflow.rules.gas_types import Unit
from workflow.rules.types import Grade, Role
from workflow.values import Interval

HOUR = timedelta(hours=1)
Change = Callable[[Permit], Permit]


def same(one: Permit) -> Permit:
    return one


def said(**parts: Any) -> Change:
    return lambda one: replace(one, content=replace(one.what, **parts))


def ruled(**parts: Any) -> Change:
    return lambda one: replace(one, rules=replace(one.law, **parts))


def folded(**parts: Any) -> Change:
    return lambda one: replace(one, **parts)


def gas(name: str, value: str, unit: Unit = Unit.LEL_PERCENT, *, passed: bool = True) -> Change:
    reading = GasReading(gas=name, value=Decimal(value), unit=unit)
    sample = GasSample(sampled_at=NOW, point="中", readings=(reading,), analyst=SHIFT)
    return lambda one: replace(one, gas=(*one.gas, GasRecord(sample=sample, recorded_at=NOW, passed=passed)))


def lasts(hours: float) -> Change:
    start = content().planned.start
    return said(planned=Interval(start=start, end=start + hours * HOUR))


def against(now: Change, *before: Change) -> Comparison:
    plain = permit(Status.IN_REVIEW, measures=ANSWERED)
    earlier = [
        replace(change(plain), id=PermitId(f"DHZY-HC-20261120-{at:03}")) for at, change in enumerate(before, start=1)
    ]
    return compare(now(plain), earlier)


def found(now: Change, *before: Change) -> tuple[object, ...]:
    comparison = against(now, *(before or (same, same, same)))
    assert comparison.enough
    return comparison.differences


def test_ten_alike_show_nothing_unusual() -> None:
    assert against(same, *[same] * 10) == Comparison(against=10)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_earlier_ones_are_no_custom(count: int) -> None:
    comparison = against(lasts(9), *[same] * count)
    assert (comparison.against, comparison.enough, comparison.differences) == (count, False, ())


def test_more_than_ten_are_not_looked_at_and_a_permit_is_not_held_against_itself() -> None:
    one = permit(Status.IN_REVIEW)
    others = [replace(one, id=PermitId(f"DHZY-HC-20261120-{at:03}")) for at in range(AGAINST + 5)]
    assert compare(one, others).against == AGAINST
    assert compare(one, [one, *others[:2]]).against == 2


def test_longer_than_all_is_told_with_the_usual_length() -> None:
    assert found(lasts(4), lasts(1), lasts(1.5), lasts(2)) == (
        Longer(planned=4 * HOUR, usual=1.5 * HOUR, most=2 * HOUR),
    )
    assert found(lasts(2), lasts(1), lasts(1.5), lasts(2)) == (), "as long as one of them is not unusual"


def test_a_place_is_known_by_its_words_or_its_equipment() -> None:
    elsewhere = said(place="3号 泵房", equipment=EquipmentId("P-301"))
    assert found(elsewhere) == (PlaceNew(place="3号 泵房"),)
    assert found(elsewhere, same, same, said(place="3号泵房", equipment=None)) == ()
    assert found(said(place="罐顶"), same, same, same) == (), "the same vessel by another name"


@pytest.mark.parametrize("when", ["night", "holiday", "rest_day"])
def test_a_time_none_of_the_others_had(when: str) -> None:
    there = ruled(holds=(when,))
    assert found(there) == (OutOfHours(when=when),)
    assert found(there, same, same, there) == ()


def test_a_raised_grade_says_why_once() -> None:
    raised = ruled(base_grade=Grade.SECOND, raised_by=("night",), holds=("night",))
    assert found(raised) == (GradeRaised(base=Grade.SECOND, grade=Grade.FIRST, by=("night",)),)
    assert found(raised, same, same, raised) == ()


def test_people_and_units_seen_for_the_first_time() -> None:
    new = PersonId("xin")
    assert found(said(work_unit="新来的公司")) == (ContractorNew(unit="新来的公司"),)
    assert found(said(guardian=new)) == (PeopleNew(role=Role.GUARDIAN, people=(new,)),)
    assert found(said(workers=(WORKER, HEAD))) == (PeopleNew(role=Role.WORKER, people=(HEAD,)),)
    assert found(said(guardian=WORKER)) == (PeopleNew(role=Role.GUARDIAN, people=(WORKER,)),), "known in another role"
    assert found(folded(guarding=SHIFT)) == (PeopleNew(role=Role.GUARDIAN, people=(SHIFT,)),), "who guards now"
    assert found(folded(leading=GUARD)) == (PeopleNew(role=Role.WORK_LEADER, people=(GUARD,)),)


def test_gas_counts_when_it_is_twice_as_near_as_ever() -> None:
    assert found(gas("methane", "8"), gas("methane", "1"), gas("methane", "3"), same) == (
        GasNearer(gas="methane", value=Decimal(8), unit=Unit.LEL_PERCENT, usual=Decimal(3)),
    )
    assert found(gas("methane", "6"), gas("methane", "3"), same, same) == ()
    assert found(gas("methane", "8")) == (), "nothing to hold it against"
    vol = Unit.VOL_PERCENT
    assert found(gas("o2", "19.9", vol), gas("o2", "20.6", vol), gas("o2", "20.9", vol), same) == (
        GasNearer(gas="o2", value=Decimal("19.9"), unit=vol, usual=Decimal("20.6")),
    )
    assert found(gas("methane", "0.5", vol), gas("methane", "1"), same, same) == (), "another unit is another figure"


def test_more_measures_called_not_involved_than_ever() -> None:
    none = {number: MeasureState(involved=False) for number in ANSWERED}
    assert found(folded(measures=none)) == (MoreSkipped(skipped=3, most=1),)
    assert found(same, folded(measures=none), same, same) == ()


@pytest.mark.parametrize(
    ("how", "change"),
    [
        (Departure.GAS_FAILED, folded(gas_failed_once=True)),
        (Departure.GAS_FAILED, gas("methane", "30", passed=False)),
        (
            Departure.ESCALATED,
            folded(
                signatures=(
                    Signature(
                        node=NodeKey("site_unit"), person=HEAD, at=NOW, opinion="", content_hash="", proof=None,
                        escalated=True,
                    ),
                )
            ),
        ),
        (
            Departure.PHOTO_DOUBTED,
            folded(
                photos=(
                    Photo(
                        purpose="scene", media=MediaHash("a" * 64), by=GUARD, at=NOW, camera=True,
                        copies=MediaHash("b" * 64), accepted_by=LEADER,
                    ),
                )
            ),
        ),
        (Departure.PURGED_BY_HAND, folded(purge_by_hand=ByHand(person=HEAD, at=NOW, how="看过"))),
    ],
)  # fmt: skip
def test_departures_of_this_very_permit(how: Departure, change: Change) -> None:
    assert Departed(how=how) in found(change)
    assert found(change, same, same, change) == ()


def test_the_weightiest_come_first() -> None:
    everything: Change = lambda one: said(  # noqa: E731 - a change like the others
        place="新地方", equipment=None, work_unit="新单位", guardian=PersonId("xin")
    )(lasts(9)(ruled(holds=("night",))(gas("methane", "9")(one))))
    kinds = [type(one) for one in found(everything, gas("methane", "1"), same, same)]
    assert kinds == [GasNearer, OutOfHours, PlaceNew, Longer, ContractorNew, PeopleNew]


def test_rules_without_any_of_it_compare_too() -> None:
    assert found(folded(rules=rules())) == ()
