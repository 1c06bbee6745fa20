"""What a plant's file says of cameras and people, and its faults with their lines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from storage import policies
from storage.policy_models_people import CameraAlarmSaid, OccupancySaid, Stills
from tests.support.office import POLICIES
from workflow.camera_alarms import CameraAlarm, CameraAlarmRule, Then
from workflow.occupancy import OccupancyBreach, OccupancyRule
from workflow.occupancy import Then as OccupancyThen
from workflow.rules.book import RuleBook
from workflow.values import WorkType


def book(folder: Path, more: str) -> RuleBook:
    path = folder / "plant.yaml"
    path.write_text((POLICIES / "plant.example.yaml").read_text("utf-8") + more, "utf-8")
    return policies.load(POLICIES, plant=str(path))


def test_what_it_says(tmp_path: Path) -> None:
    said = book(
        tmp_path,
        "seen:\n  - {kinds: [no_harness], works: [height], then: stop}\n"
        "crowd:\n  - {kind: overtime, works: [cs], after: 60 min, then: stop}\n"
        "  - {kind: too_many, works: [cs], most: 3, then: tell}\n",
    ).plant
    assert said.seen == (
        CameraAlarmRule(kinds=frozenset({CameraAlarm.NO_HARNESS}), works=frozenset({WorkType.HEIGHT}), then=Then.STOP),
    )
    confined = frozenset({WorkType.CONFINED_SPACE})
    assert said.crowd == (
        OccupancyRule(kind=OccupancyBreach.OVERTIME, works=confined, after=timedelta(hours=1), then=OccupancyThen.STOP),
        OccupancyRule(kind=OccupancyBreach.TOO_MANY, works=confined, most=3, then=OccupancyThen.TELL),
    )


def test_a_fault_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(policies.PolicyError) as wrong:
        book(tmp_path, "seen:\n  - {kinds: [no_hat], then: stop}\n")
    assert any("plant.yaml:" in str(one) and "no_helmet" in str(one) for one in wrong.value.problems)


WORKS = {"works": ["cs"]}


@pytest.mark.parametrize(
    ("shape", "said", "why"),
    [
        (OccupancySaid, {**WORKS, "kind": "overtime", "then": "stop"}, "after"),
        (OccupancySaid, {**WORKS, "kind": "stranger", "after": "5 min", "then": "stop"}, "after"),
        (OccupancySaid, {**WORKS, "kind": "stranger", "most": "5", "then": "stop"}, "most"),
        (OccupancySaid, {**WORKS, "kind": "stranger", "then": "hazard"}, "tell"),
        (CameraAlarmSaid, {"kinds": [], "then": "stop"}, "kinds"),
        (Stills, {**WORKS, "random": {"every": "14 min"}}, "at_least"),
        (Stills, {**WORKS, "random": {"every": "60 min", "at_least": "60 min"}}, "at_least"),
        (Stills, {**WORKS, "random": {"every": "60 min", "at_least": "4 min"}}, "at_least"),
        (Stills, {**WORKS, "silent": "never"}, "suspend"),
    ],
)
def test_what_makes_no_sense_is_refused(shape: type[BaseModel], said: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        shape.model_validate(said)
