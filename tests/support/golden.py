"""Golden cases as data: what the law says, what is given, what must come out. Written from the text, not from output.

``given`` changes a scene in which everything is in order; its keys are the functions of `GIVEN`. ``expect`` names the
gates and what they must say: ``pass``, ``fail``, ``unknown``, or ``silent``. Every case carries its clause and the
sentence of the law it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support import scenes as s
from tests.support.gate_changes import aged, broken, near
from tests.support.rulebook import ZONE, chemical, content, local, planned, trade
from tests.support.scenes import Scene, scene
from workflow.facts import Weather
from workflow.ids import EquipmentId, MediaHash, PermitId, PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.content import Content, GasReading, GasSample, SiteFacts
from workflow.permit.details import Details, PowerDevice
from workflow.permit.gates import Moment
from workflow.permit.state import MeasureState, Status
from workflow.plant import Certificate, Shape
from workflow.rules.book import RuleBook
from workflow.rules.types import PermitRules, Unit
from workflow.values import Actor, WorkType

FOLDER = Path(__file__).parents[1] / "workflow" / "golden"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Golden:
    """One case of one file."""

    file: str
    row: Row

    def __str__(self) -> str:
        return f"{self.file}-{self.row['id']}"


@cache
def cases(*files: str) -> tuple[Golden, ...]:
    """Every case of these files."""
    found = []
    for name in files:
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        found += [Golden(name, row) for row in yaml.safe_load(text)]
    return tuple(found)


def book(name: str) -> RuleBook:
    """``chemical`` or ``trade``."""
    return {"chemical": chemical, "trade": trade}[name]()


def given(row: Row) -> Scene:
    """The scene of a case."""
    here = scene(WorkType(row["work"]), Moment(row["moment"]))
    for key, value in row.get("given", {}).items():
        here = GIVEN[key](here, value)
    return here


# --- what may be given ----------------------------------------------------------------------------------------------


def _decimal(value: Any) -> Any:
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return Decimal(value)
    if isinstance(value, list):
        return tuple(_decimal(each) for each in value)
    return value


def _of_form(key: str, value: Any) -> Any:
    if key == "devices":
        return tuple(PowerDevice(name=name, kw=None if kw is None else Decimal(kw)) for name, kw in value)
    return value if key in {"number", "spec", "drawing_no"} else _decimal(value)


def _details(here: Scene, changes: Row) -> Scene:
    """Fields of the work's own form; measures are answered anew for the content they belong to."""
    details = here.permit.what.details
    part = next(each.name for each in fields(Details) if getattr(details, each.name) is not None)
    form = replace(getattr(details, part), **{key: _of_form(key, value) for key, value in changes.items()})
    return _asking(here, details=replace(details, **{part: form}))


def _asking(here: Scene, **changes: Any) -> Scene:
    """Another content with its own rules; checklist items that newly apply are confirmed as all others are."""
    after = here.asking(**changes)
    if here.moment in {Moment.REQUEST, Moment.ACCEPT}:
        return after
    fresh = s._measures(after.rules, here.facts.at - 5 * s.MINUTE)
    kept = {no: state for no, state in here.permit.measures.items() if no in fresh and fresh[no].involved}
    return after.permit_with(measures={**fresh, **{no: state for no, state in kept.items() if state.involved}})


def _holds(here: Scene, names: list[str]) -> Scene:
    facts = here.permit.what.facts
    cleared = tuple(name for name in facts.cleared if name not in names)
    return _asking(here, facts=replace(facts, triggers=(*facts.triggers, *names), cleared=cleared))


def _unsaid(here: Scene, names: list[str]) -> Scene:
    """Nobody has said whether these apply."""
    facts = here.permit.what.facts
    none: dict[str, Any] = {name: None for name in names if hasattr(facts, name)}
    cleared = tuple(name for name in facts.cleared if name not in names)
    return _asking(here, facts=replace(facts, cleared=cleared, **none))


def _said(here: Scene, changes: Row) -> Scene:
    facts = here.permit.what.facts
    said: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in changes.items()}
    return _asking(here, facts=replace(facts, **said))


def _planned(here: Scene, ends: list[str]) -> Scene:
    return _asking(here, planned=planned(*ends))


def _content(here: Scene, changes: Row) -> Scene:
    names = {key: tuple(map(PersonId, value)) if key == "workers" else value for key, value in changes.items()}
    return _asking(here, **{key: tuple(value) if isinstance(value, list) else value for key, value in names.items()})


def _item(here: Scene, changes: Row) -> Scene:
    """Checklist items by number: ``no``, ``unanswered``, ``unconfirmed``, or the words of the confirmation."""
    for number, said in changes.items():
        here = here.permit_with(measures={**here.permit.measures, number: _state(here, said)})
    return here


def _state(here: Scene, said: str) -> MeasureState:
    by = Actor.person(s.WANG)
    match said:
        case "no":
            return MeasureState(involved=False, answered_by=by)
        case "unanswered":
            return MeasureState()
        case "unconfirmed":
            return MeasureState(involved=True, answered_by=by)
    before = said.startswith("before: ")
    at = here.facts.at - (60 if before else 1) * s.MINUTE
    return MeasureState(
        involved=True,
        answered_by=by,
        confirmed_by=s.ZHAO,
        confirmed_at=at,
        confirm_detail=said.removeprefix("before: "),
        media=MediaHash("0" * 64),
    )


def _weather(here: Scene, seen: Row) -> Scene:
    return here.facts_with(weather=Weather(**seen))


def _wind(here: Scene, speed: str | None) -> Scene:
    return here.facts_with(wind_ms=None if speed is None else Decimal(speed))


def _person(here: Scene, changes: Row) -> Scene:
    for who, said in changes.items():
        said = {**said}
        if "holds" in said:
            said["certificates"] = tuple(_certificate(each) for each in said.pop("holds"))
        if "experience_years" in said and said["experience_years"] is not None:
            said["experience_years"] = Decimal(said["experience_years"])
        here = here.person_with(PersonId(who), **said)
    return here


def _certificate(said: Row) -> Certificate:
    days = {key: date.fromisoformat(str(value)) for key, value in said.items() if key != "kind"}
    return Certificate(**{
        "kind": said["kind"], "number": "T1", "valid_from": date(2026, 1, 1), "valid_to": date(2030, 1, 1), **days
    })  # fmt: skip


def _stopped(here: Scene, said: Row) -> Scene:
    """A stop of so many minutes; samples are from before it unless ``tested``."""
    reasons = tuple(SuspendReason(each) for each in said.get("reasons", ["stop_work"]))
    return broken(said["minutes"], *reasons, since_test=said.get("tested", False))(here)


def _neighbour(here: Scene, said: Row) -> Scene:
    changes = {key: _decimal(value) for key, value in said.items()}
    if "work" in changes:
        changes["work"] = WorkType(changes["work"])
    return near(**changes)(here)


def _linked(here: Scene, said: Row) -> Scene:
    number, status = PermitId("SXKJ-HC-20261124-009"), Status(said["status"])
    here = _asking(here, linked=(number,))
    times = {"interval": planned(*said["planned"])} if "planned" in said else {}
    neighbour = s.other(id=number, work=WorkType(said["work"]), status=status, **times)
    return here.facts_with(linked={number: status}, others=(neighbour,))


def _vessel(here: Scene, said: Row) -> Scene:
    height = said.get("height_m")
    shape = {"shape": Shape(said["shape"]), "height_m": None if height is None else Decimal(height)}
    return here.facts_with(equipment=s.equipment(**shape))


def _points(here: Scene, names: list[str]) -> Scene:
    """The samples that were drawn, by point."""
    at = here.facts.at - 5 * s.MINUTE
    good = {"o2": "20.9", "flammable": "0", "h2s": "0", "co": "0"}
    return here.permit_with(gas=tuple(s.sample(name, at, **good) for name in names))


GIVEN: Mapping[str, Callable[[Scene, Any], Scene]] = {
    "details": _details,
    "holds": _holds,
    "unsaid": _unsaid,
    "said": _said,
    "planned": _planned,
    "content": _content,
    "items": _item,
    "weather": _weather,
    "wind": _wind,
    "people": _person,
    "strangers": lambda here, who: here.without(PersonId(who)),
    "stopped": _stopped,
    "neighbour": _neighbour,
    "linked": _linked,
    "vessel": _vessel,
    "points": _points,
    "sampled_minutes_ago": lambda here, minutes: aged(minutes)(here),
    "at": lambda here, text: here.at(local(text)),
    "briefed": lambda here, who: here.permit_with(briefed=tuple(map(PersonId, who))),
    "without": lambda here, names: here.permit_with(**dict.fromkeys(names)),
    "equipment": lambda here, said: here.facts_with(equipment=s.equipment(**said)),
    "area": lambda here, said: here.facts_with(area=s.area(**{"fire_explosion": False, **said})),
    "gone": lambda here, who: here.permit_with(presence={p: x for p, x in here.permit.presence.items() if p != who}),
    "permit": lambda here, said: here.permit_with(**said),
}

# --- air and rules --------------------------------------------------------------------------------------------------

_UNITS = {"%LEL": Unit.LEL_PERCENT, "%vol": Unit.VOL_PERCENT, "ppm": Unit.PPM, "mg/m3": Unit.MG_M3}


def resolved(row: Row) -> tuple[Content, PermitRules]:
    """The content and the rules of a case about air, grades or validity."""
    work = WorkType(row["work"])
    day = row.get("day", "2026-11-24")
    when = planned(*row["planned"]) if "planned" in row else planned(f"{day} 10:00", f"{day} 14:00")
    if work in {WorkType.HOT, WorkType.CONFINED_SPACE}:
        base: dict[str, Any] = {"fire_explosion": False, "operating": False, "major_hazard_dike": False}
        base |= {"pipe_rack": False, "outdoor": False, "held_toxic_or_flammable": True}
        said = SiteFacts(**{**base, **_tuples(row.get("said", {}))})
        what = content(work, facts=said, planned=when)
    else:
        what = s.asked_for(work)
        facts = what.facts
        holds = tuple(row.get("holds", ()))
        cleared = tuple(name for name in facts.cleared if name not in holds)
        what = replace(what, planned=when, facts=replace(facts, triggers=holds, cleared=cleared))
        if "details" in row:
            part = next(each.name for each in fields(Details) if getattr(what.details, each.name) is not None)
            form = replace(getattr(what.details, part), **{k: _of_form(k, v) for k, v in row["details"].items()})
            what = replace(what, details=replace(what.details, **{part: form}))
    return what, book(row.get("book", "chemical")).rules_for(what, at=when.start, zone=ZONE)


def _tuples(said: Row) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def sample(text: str) -> GasSample:
    """``methane 10.0 %LEL``: one reading."""
    gas, value, unit = text.split()
    reading = GasReading(gas=gas, value=Decimal(value), unit=_UNITS[unit])
    return GasSample(sampled_at=local("2026-11-24 09:50"), point="上部", readings=(reading,), analyst=PersonId("wu"))


__all__ = ["GIVEN", "EquipmentId", "Golden", "book", "cases", "given", "resolved", "sample"]
