"""What we can say to a park's platform, row by row, in our own words; `policies/park.yaml` turns it into theirs.

A value nobody gave is None. Nothing is computed here that the journal does not hold: a field without a source stays
empty, and the manifest says so. Numbers of people are cut out of what was typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cards import words
from cards.forms.cells import place
from cards.forms.paper import Paper, number
from cards.forms.tables import kind_of
from cards.reports.hidden import without_numbers
from workflow.hazard.law import Legal
from workflow.hazard.state import Hazard, Stage
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.details import PowerDevice
from workflow.permit.state import MeasureState, Status
from workflow.rules.gas_types import GasKind
from workflow.rules.sampling import called

Raw = str | datetime | Decimal | None
Row = Mapping[str, Raw]


class Rows(StrEnum):
    """What a file has a row for."""

    PERMITS = "permits"
    GAS = "gas"
    APPROVALS = "approvals"
    MEASURES = "measures"
    HAZARDS = "hazards"


EVERY: Final = ("company_code", "credit_code")
"""What every row knows: who the plant is, from `policies/park.yaml` itself."""
KNOWN: Final[Mapping[Rows, tuple[str, ...]]] = {
    Rows.PERMITS: (
        "number", "work", "grade", "phase", "applicant_unit", "applicant", "submitted_at", "task", "place", "work_unit",
        "employer", "leader", "guardian", "workers", "planned_start", "planned_end", "started_at", "finished_at",
        "has_linked", "linked", "risk", "briefed", "methods", "medium", "blind_action", "pipe_medium",
        "pipe_temperature", "pipe_pressure", "blind_material", "blind_spec", "drawing_no", "height_m", "rigging",
        "load_t", "slingers", "commander", "permitted_kw", "device_kw", "voltage_v", "power_user", "earth_scope",
        "road_reason", "road_units",
    ),
    Rows.GAS: ("number", "work", "gas_kind", "gas_name", "value", "unit", "analyst", "sampled_at", "point"),
    Rows.APPROVALS: ("number", "step", "who", "opinion", "at"),
    Rows.MEASURES: ("number", "item", "label", "involved", "confirmed_by"),
    Rows.HAZARDS: (
        "id", "number", "said", "legal_level", "reported_at", "registrant", "kind", "measures", "responsible",
        "rectify_by", "accepted_by", "accepted_at", "state",
    ),
}  # fmt: skip
"""What ``from`` may name in a file of these rows."""
CODED: Final[Mapping[str, frozenset[str]]] = {
    "work": frozenset(work.value for work in words.WORK),
    "phase": frozenset({"before", "during", "after"}),
    "employer": frozenset({"own", "contractor"}),
    "has_linked": frozenset({"yes", "no"}),
    "involved": frozenset({"yes", "no"}),
    "blind_action": frozenset({"insert", "remove"}),
    "gas_kind": frozenset(kind.value for kind in GasKind),
    "legal_level": frozenset(level.value for level in Legal),
    "state": frozenset({"rectifying", "to_accept", "archived"}),
}
"""Values that mean nothing to anybody else: their field needs a code for each."""
_PHASE: Final[Mapping[Status, str | None]] = {
    Status.DRAFT: "before", Status.SUBMITTED: "before", Status.PREPARING: "before", Status.IN_REVIEW: "before",
    Status.ISSUED: "before", Status.ACTIVE: "during", Status.SUSPENDED: "during", Status.COMPLETED: "after",
    Status.FIRE_WATCH: "after", Status.CLOSED: "after", Status.ARCHIVED: "after", Status.REJECTED: None,
    Status.CANCELLED: None, Status.EXPIRED: None, Status.VOIDED: None,
}  # fmt: skip
_STATE: Final[Mapping[Stage, str | None]] = {
    Stage.BLANK: None, Stage.REPORTED: "rectifying", Stage.RECTIFYING: "rectifying", Stage.TO_ACCEPT: "to_accept",
    Stage.ARCHIVED: "archived", Stage.DISMISSED: None, Stage.MERGED: None,
}  # fmt: skip


def phase(paper: Paper) -> str | None:
    """``before`` · ``during`` · ``after`` the work; None for a permit under which nobody worked or will work."""
    permit = paper.permit
    found = _PHASE[permit.status]
    ended = permit.status in (Status.EXPIRED, Status.VOIDED) and permit.started_at is not None
    return ("during" if permit.live else "after") if ended else found


def permit_row(paper: Paper, *, contractor: bool | None) -> Row:
    """One permit. ``contractor``: whether its leader is another company's; None: the register does not know him."""
    permit, content = paper.permit, paper.content
    row: dict[str, Raw] = {
        "number": permit.id, "work": content.work.value, "grade": paper.law.grade.value, "phase": phase(paper),
        "applicant_unit": content.applicant_unit, "applicant": paper.name(content.applicant),
        "submitted_at": permit.submitted_at, "task": content.task, "place": place(paper),
        "work_unit": content.work_unit, "employer": _either(contractor, "contractor", "own"),
        "leader": paper.name(permit.leader), "guardian": paper.name(permit.guardian),
        "workers": paper.people(content.workers), "planned_start": content.planned.start,
        "planned_end": content.planned.end, "started_at": permit.started_at, "finished_at": permit.finished_at,
        "has_linked": _either(bool(content.linked), "yes", "no"), "linked": ",".join(content.linked),
        "risk": permit.jsa, "briefed": paper.people(permit.briefed),
        "methods": "、".join(map(paper.label, content.method)),
    }  # fmt: skip
    return _clean(row | _of_work(paper))


def _of_work(paper: Paper) -> dict[str, Raw]:
    """What only one kind of work is asked for."""
    said = paper.content.details
    blind, height, lift, power = said.blind, said.height, said.lift, said.power
    return {
        "medium": paper.labels.get(f"medium:{paper.content.equipment}"),
        "blind_action": blind.action.value if blind and blind.action else None,
        "pipe_medium": blind.medium if blind else None,
        "pipe_temperature": blind.temperature_c if blind else None,
        "pipe_pressure": blind.pressure_mpa if blind else None,
        "blind_material": blind.material if blind else None, "blind_spec": blind.spec if blind else None,
        "drawing_no": blind.drawing_no if blind else None, "height_m": height.height_m if height else None,
        "rigging": lift.rigging if lift else None, "load_t": lift.mass_t if lift else None,
        "slingers": paper.people(lift.slingers) if lift else None,
        "commander": paper.name(lift.commander) if lift else None,
        "permitted_kw": power.permitted_kw if power else None,
        "device_kw": "；".join(_device(one) for one in power.devices) if power else None,
        "voltage_v": power.voltage_v if power else None, "power_user": paper.name(power.user) if power else None,
        "earth_scope": said.earth.scope if said.earth else None,
        "road_reason": said.road.reason if said.road else None,
        "road_units": "、".join(said.road.units_concerned) if said.road else None,
    }  # fmt: skip


def _device(one: PowerDevice) -> str:
    return f"{one.name} {number(one.kw, ' kW')}".strip()


def gas_rows(paper: Paper) -> Iterator[Row]:
    """Every value of every analysis, the failed ones too, in the unit it was given in: nothing is converted."""
    rules = paper.law.gas
    points = dict(zip(rules.points, rules.point_labels, strict=False)) if rules is not None else {}
    for event in paper.events:
        if isinstance(event, e.GasRecorded):
            sample = event.sample
            for one in sample.readings:
                yield _clean(
                    {
                        "number": paper.number, "work": paper.content.work.value,
                        "gas_kind": kind_of(rules, one).value,
                        "gas_name": words.GAS.get(one.gas) or paper.label(one.gas),
                        "value": one.value, "unit": one.unit.value, "analyst": paper.name(sample.analyst),
                        "sampled_at": sample.sampled_at, "point": points.get(sample.point) or called(sample.point),
                    }
                )  # fmt: skip


def approval_rows(paper: Paper) -> Iterator[Row]:
    """The signatures of the chain that stand now."""
    labels = {node.key: node.label for node in paper.law.chain}
    for one in paper.permit.signatures:
        who = paper.name(one.person)
        yield _clean(
            {"number": paper.number, "step": labels[one.node], "who": who, "opinion": one.opinion, "at": one.at}
        )


def measure_rows(paper: Paper) -> Iterator[Row]:
    """The items of the checklist."""
    for item in paper.law.measures:
        state = paper.permit.measures.get(item.no, MeasureState())
        involved = None if state.involved is None else _either(state.involved, "yes", "no")
        confirmed = paper.name(state.confirmed_by)
        yield _clean(
            {
                "number": paper.number, "item": item.no, "label": item.label, "involved": involved,
                "confirmed_by": confirmed,
            }
        )  # fmt: skip


def hazard_row(hazard: Hazard, names: Mapping[PersonId, str]) -> Row | None:
    """One hazard; None for what was none, or goes on under another number. Who asked not to be named is not."""
    state, sighting = _STATE[hazard.stage], hazard.sighting
    if state is None or sighting is None:
        return None
    reporter, responsible, accepted = named_in_row(hazard)
    plan = hazard.plan.measures if hazard.plan is not None else ""
    return _clean(
        {
            # The dictionary wants 32 characters; the same hazard gets the same ones for ever.
            "id": hashlib.sha256(f"{hazard.site}\n{hazard.id}".encode()).hexdigest()[:32],
            "number": hazard.id, "said": sighting.text,
            "legal_level": hazard.grade.legal.value if hazard.grade is not None else None,
            "reported_at": hazard.reported_at, "registrant": names.get(reporter) if reporter else None,
            "kind": sighting.kind.value, "measures": plan or hazard.interim,
            "responsible": names.get(responsible) if responsible else None,
            "rectify_by": hazard.rectify_by,
            "accepted_by": names.get(accepted) if accepted else None,
            "accepted_at": hazard.ended_at if hazard.stage is Stage.ARCHIVED else None, "state": state,
        }
    )  # fmt: skip


def named_in_row(hazard: Hazard) -> tuple[PersonId | None, ...]:
    """Whom the row of a hazard names."""
    named = hazard.sighting is not None and hazard.sighting.named
    reporter = hazard.reporter.as_person if hazard.reporter is not None and named else None
    return reporter, hazard.responsible, hazard.accepted_by


def _either(says: bool | None, yes: str, no: str) -> str | None:
    return None if says is None else yes if says else no


def _clean(row: Mapping[str, Raw]) -> Row:
    return {name: (without_numbers(value) or None) if isinstance(value, str) else value for name, value in row.items()}
