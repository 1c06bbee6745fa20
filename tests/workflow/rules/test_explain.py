"""What the rules would say of work nobody has asked for yet. Golden values: the domain's table of grades and limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import PLANT, ZONE, chemical, load_with, local
from workflow.ids import SiteId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    PowerDetails,
    PowerDevice,
    RoadDetails,
)
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


def imagined(work: WorkType, **said: str) -> Content:
    return imagine(chemical(), work, said, site=SiteId("HC"), at=AT, zone=ZONE)


def test_figures_choices_lists_and_words_of_a_form_are_read_as_what_they_are() -> None:
    assert imagined(WorkType.BLIND, action="insert").details.blind == BlindDetails(action=BlindAction.INSERT)
    road = imagined(WorkType.ROAD, units_concerned="消防队、物流部", fire_route_kept="yes").details.road
    assert road == RoadDetails(units_concerned=("消防队", "物流部"), fire_route_kept=True)
    assert imagined(WorkType.EARTH, scope="沿管廊").details.earth == EarthDetails(scope="沿管廊")
    assert imagined(WorkType.HEIGHT, layers="2").details.height == HeightDetails(layers=2)
    assert imagined(WorkType.ROAD).details == imagined(WorkType.CONFINED_SPACE).details == Details()
    devices = imagined(WorkType.POWER, devices="电焊机").details.power
    assert devices == PowerDetails(devices=(PowerDevice(name="电焊机"),))


def test_what_must_be_yes_or_no_is_no_while_it_is_unknown() -> None:
    assert imagined(WorkType.HOT, fixed_hot_work="unknown", outdoor="unknown").facts == SiteFacts()


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


def test_works_without_rules_are_not_drawn_and_nodes_of_some_grades_only_there() -> None:
    book = chemical()
    packs = tuple(
        replace(pack, works={WorkType.HOT: pack.works[WorkType.HOT]} if WorkType.HOT in pack.works else {})
        for pack in book.packs
    )
    assert "cs_none" not in chains(replace(book, packs=packs))
    extra = "extra_nodes: [{work: hot, grades: [first], key: x, label: 厂长终审, role: chief, after: approver}]"
    text = chains(load_with(PLANT.read_text(encoding="utf-8").replace("extra_nodes: []", extra)))
    assert text.count("厂长终审") == 1


def test_the_chains_are_drawn_from_the_packs() -> None:
    text = chains(chemical())
    assert text.startswith("flowchart LR")
    assert "主管领导" in text
    assert text.count("subgraph") >= 4
