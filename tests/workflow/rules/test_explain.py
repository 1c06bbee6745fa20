"""What the rules would say of work nobody has asked for yet. Golden values: the domain's table of grades and limits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import ZONE, chemical, local
from workflow.ids import SiteId
from workflow.rules.chain_diagram import chains
from workflow.rules.explain import Explanation, Unreadable, explain, imagine
from workflow.rules.types import Grade
from workflow.values import WorkType

AT = local("2026-05-06 09:00")


def told(work: str, **said: str) -> Explanation:
    book = chemical()
    content = imagine(book, WorkType(work), said, site=SiteId("HC"), at=AT, zone=ZONE)
    return explain(book, content, zone=ZONE)


def test_what_is_missing_comes_back_as_questions() -> None:
    found = told("hot")
    assert found.rules is None
    names = [name for name, _ in found.questions]
    assert {"fire_explosion", "operating", "pipe_rack", "major_hazard_dike"} <= set(names)
    assert dict(found.questions)["pipe_rack"] == "作业点在管廊上吗？"
    assert all(one.clause for one in found.refused)


def test_an_operating_pipe_in_an_explosion_place_is_special() -> None:
    found = told("hot", fire_explosion="yes", operating="yes")
    assert found.rules is not None
    assert (found.rules.grade, found.rules.max_validity) == (Grade.SPECIAL, timedelta(hours=8))
    assert found.rules.gas is not None
    assert found.rules.gas.continuous


def test_saturday_night_raises_and_a_time_may_be_said() -> None:
    workshop = dict.fromkeys(("fire_explosion", "operating", "pipe_rack", "major_hazard_dike"), "no")
    found = told("hot", **workshop, start="2026-05-16T10:00", end="2026-05-16T12:00")
    assert found.rules is not None
    assert (found.rules.base_grade, found.rules.grade) == (Grade.SECOND, Grade.FIRST)


def test_every_gate_names_its_clause_and_when_it_asks() -> None:
    found = told("cs", held_toxic_or_flammable="yes")
    keys = {gate.key: gate for gate in found.gates}
    assert {"gas_fresh", "cs.ventilation_running", "briefing_signed", "counted_out"} <= set(keys)
    assert all(gate.clause and gate.moments for gate in found.gates)
    assert keys["counted_out"].stops
    assert "hot.second_point" not in keys


def test_names_and_methods_may_be_said_as_people_say_them() -> None:
    book = chemical()
    said = {"method": "电焊、打磨", "gas": "甲烷", "at_height": "yes", "crossing": "no"}
    content = imagine(book, WorkType.HOT, said, site=SiteId("HC"), at=AT, zone=ZONE)
    assert content.method == ("electric_welding", "grinding")
    assert content.facts.flammable_gas == "methane"
    assert (content.facts.triggers, content.facts.cleared) == (("at_height",), ("crossing",))


def test_the_fields_of_one_work_may_be_said() -> None:
    content = imagine(chemical(), WorkType.LIFT, {"mass_t": "39.9"}, site=SiteId("HC"), at=AT, zone=ZONE)
    assert content.details.lift is not None
    assert content.details.lift.mass_t == Decimal("39.9")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"outdoors": "yes"}, "no such fact"),
        ({"outdoor": "maybe"}, "not yes, no or unknown"),
        ({"method": "唱歌"}, "unknown"),
        ({"start": "tomorrow"}, "no time"),
        ({"start": "2026-05-06T10:00", "end": "2026-05-06T10:00"}, "not after"),
    ],
)
def test_what_cannot_be_read_is_said(said: dict[str, str], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        imagine(chemical(), WorkType.HOT, said, site=SiteId("HC"), at=AT, zone=ZONE)


def test_a_number_must_be_one() -> None:
    for text in ("heavy", "NaN", "Infinity"):
        with pytest.raises(Unreadable, match="cannot be read"):
            imagine(chemical(), WorkType.LIFT, {"mass_t": text}, site=SiteId("HC"), at=AT, zone=ZONE)


def test_the_chains_are_drawn_from_the_packs() -> None:
    text = chains(chemical())
    assert text.startswith("flowchart LR")
    assert "主管领导" in text
    assert text.count("subgraph") >= 4
