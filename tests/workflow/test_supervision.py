"""What is late, in which order, and whose department lets others wait."""

from __future__ import annotations

from dataclasses import replace

from tests.support.works import CHIEF, SAFETY, UNIT_HEAD, people
from workflow.ids import AreaId, NodeKey, PermitId, PersonId
from workflow.supervision import NOBODY, Waiting, shares, supervised


def step(number: str, level: int = 0, *, asked: tuple[PersonId, ...] = (UNIT_HEAD,), taken: bool = False) -> Waiting:
    return Waiting(
        deputised=(),
        permit=PermitId(number), node=NodeKey("site_unit"), label="属地", area=AreaId("TK1"), place="2号罐", since=None,
        asked=asked, told=(CHIEF,) * bool(level), level=level, taken=taken,
    )  # fmt: skip


def test_first_what_nobody_took_charge_of_then_what_climbed_highest() -> None:
    found = supervised([step("A", 3, taken=True), step("B", 1), step("C"), step("D", 2), step("E", 2)])
    assert [one.permit for one in found] == ["D", "E", "B", "A"]


def test_a_rate_is_of_what_a_department_owes_now() -> None:
    known = people()
    known[UNIT_HEAD] = replace(known[UNIT_HEAD], department="储运车间")
    known[SAFETY] = replace(known[SAFETY], department="安环部")
    open_steps = [step("A", 1), step("B"), step("C"), step("D", 2, asked=(SAFETY,)), step("E", 1, asked=())]
    found = [(one.department, one.late, one.waiting, one.percent) for one in shares(open_steps, known)]
    assert found == [(NOBODY, 1, 1, 100), ("安环部", 1, 1, 100), ("储运车间", 1, 3, 33)]
    assert shares([], known) == ()


def test_who_it_climbed_to_is_not_who_lets_others_wait() -> None:
    known = people()
    known[UNIT_HEAD] = replace(known[UNIT_HEAD], department="储运车间")
    known[CHIEF] = replace(known[CHIEF], department="厂部")
    assert [one.department for one in shares([step("A", 1)], known)] == ["储运车间"]
