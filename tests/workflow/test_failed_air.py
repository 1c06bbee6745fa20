"""A failing sample stays until that very air was tested anew: no other gas, point or detector speaks for it."""

from __future__ import annotations

from dataclasses import replace

from tests.support.works import GUARDIAN, MINUTE, Desk, permit_rules, sample
from workflow.ids import DeviceId
from workflow.permit import commands as c
from workflow.permit.content import GasSample
from workflow.permit.state import Status
from workflow.values import Actor, WorkType

CONFINED = WorkType.CONFINED_SPACE


def issued(work: WorkType = WorkType.HOT) -> Desk:
    return Desk(work).reach(Status.ISSUED).to("08:00")


def by_device(desk: Desk, device: str, **values: str) -> c.RecordGas:
    """What a detector says that stands at no particular point."""
    said = tuple(one for one in sample(desk.now, values).readings if one.gas in values)
    drawn = GasSample(sampled_at=desk.now, point="", readings=said, analyst=GUARDIAN, device=device)
    return c.RecordGas(by=Actor.device(DeviceId(device.partition(",")[0])), at=desk.now, sample=drawn)


def test_a_second_failure_does_not_hide_the_first() -> None:
    desk = issued(CONFINED)
    desk.ask(by_device(desk, "A", methane="30"))
    desk.later(MINUTE).ask(by_device(desk, "A", h2s="90"))
    desk.later(MINUTE).ask(by_device(desk, "A", h2s="1"))
    assert [record.passed for record in desk.permit.gas] == [False, False], "nobody has tested the methane since"
    desk.later(MINUTE).ask(by_device(desk, "A", h2s="1", methane="0"))
    assert [record.passed for record in desk.permit.gas] == [True]


def test_one_detector_never_answers_for_another_at_no_particular_point() -> None:
    desk = issued()
    desk.ask(by_device(desk, "A", methane="30"))
    desk.later(MINUTE).ask(by_device(desk, "B", methane="0"))
    assert [(record.sample.device, record.passed) for record in desk.permit.gas] == [("A", False)]
    desk.later(MINUTE).ask(by_device(desk, "A,B", methane="0"))
    assert [(record.sample.device, record.passed) for record in desk.permit.gas] == [("A,B", True)]


def test_people_clear_what_a_detector_found_at_no_point_that_must_be_covered() -> None:
    """A detector that failed and died would else keep a safe place shut for ever, and teach people to do without."""
    desk = issued(CONFINED)
    desk.ask(by_device(desk, "A", h2s="30"))
    failed = desk.permit.gas
    before = sample(desk.now - MINUTE, {"o2": "20.9", "h2s": "1"}, point="作业点")
    desk.later(MINUTE).ask(replace(desk.gas(), sample=before))
    desk.later(MINUTE).ask(replace(desk.gas(), sample=sample(desk.now, {}, point="作业点")))
    assert failed[0] in desk.permit.gas, "drawn before it failed, or of another gas"
    desk.later(MINUTE).ask(desk.gas(point="作业点"))
    assert [(record.sample.point, record.passed) for record in desk.permit.gas] == [("作业点", True)]
    desk.ask(by_device(desk, "A", h2s="30"))
    clean = by_device(desk.later(MINUTE), "B", methane="0", h2s="0", o2="20.9")
    desk.ask(replace(clean, sample=replace(clean.sample, point="北侧")))
    assert not all(record.passed for record in desk.permit.gas), "nobody was there"


def test_where_points_must_be_covered_all_of_them_clear_it() -> None:
    gas = permit_rules().gas
    assert gas is not None
    desk = Desk(rules=permit_rules(gas=replace(gas, points=("upper", "lower")))).reach(Status.ISSUED)
    desk.ask(by_device(desk, "A", methane="30"))
    desk.later(MINUTE).ask(desk.gas(point="upper"))
    assert [record.passed for record in desk.permit.gas] == [False, True]
    desk.later(MINUTE).ask(desk.gas(point="lower", methane="30"))
    desk.later(MINUTE).ask(desk.gas(point="upper"))
    assert [record.passed for record in desk.permit.gas].count(False) == 2
    desk.later(MINUTE).ask(desk.gas(point="lower"))
    assert {(record.sample.point, record.passed) for record in desk.permit.gas} == {("upper", True), ("lower", True)}
