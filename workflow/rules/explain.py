"""What the rules would say about work that nobody has asked for yet: grade, chain, limits, gates, and what is missing.

Facts are said as names and texts (``outdoor=yes``, ``mass_t=39.9``); what is not said stays unknown, and comes back as
the question that would be asked.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from workflow.errors import Refused
from workflow.facts import Facts
from workflow.findings import Finding, Severity
from workflow.ids import AreaId, PermitId, PersonId, SiteId
from workflow.permit import gates
from workflow.permit.content import Content, SiteFacts, content_hash
from workflow.permit.details import Details, PowerDevice
from workflow.permit.gates import Moment
from workflow.permit.state import Permit, Status
from workflow.rules.book import RuleBook
from workflow.rules.situation import CONTENT_FACTS, frozen, open_names
from workflow.rules.types import PermitRules
from workflow.values import Interval, WorkType

_NOBODY = (PersonId("applicant"), PersonId("leader"), PersonId("worker"), PersonId("guardian"))
_PLACE = AreaId("place")
_FLAGS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
_PARTS: Mapping[WorkType, str] = {
    WorkType.HOT: "hot", WorkType.BLIND: "blind", WorkType.HEIGHT: "height", WorkType.LIFT: "lift",
    WorkType.POWER: "power", WorkType.EARTH: "earth", WorkType.ROAD: "road",
}  # fmt: skip
_ALONE = ("start", "end", "method", "gas", "toxic", "grade")
LENGTH = timedelta(hours=1)
"""How long the work is taken to last when nothing is said."""


class Unreadable(Exception):
    """Something said about the imagined work that cannot be read; ``known`` are the names that may be said."""

    def __init__(self, said: str, why: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(f"{said}: {why}")
        self.known = known


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """One gate that would ask something of this work."""

    key: str
    rule: str
    clause: str
    moments: tuple[Moment, ...]
    stops: bool
    """At one of these moments its no stops the work; else it only warns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the rules say; ``rules`` None when they cannot say it yet: then ``refused`` tells why."""

    content: Content
    rules: PermitRules | None
    refused: tuple[Finding, ...]
    gates: tuple[GateLine, ...]
    questions: tuple[tuple[str, str], ...]
    """(fact, question) of everything unknown that something hangs on."""


def explain(book: RuleBook, content: Content, *, zone: tzinfo) -> Explanation:
    """What the rules say about this content at its planned start."""
    at = content.planned.start
    try:
        rules = book.rules_for(content, at=at, zone=zone)
    except Refused as refused:
        names = [(one.gate.removeprefix("grade."), one.cure) for one in refused.findings if one.gate[:6] == "grade."]
        return Explanation(
            content=content, rules=None, refused=refused.findings, gates=(), questions=tuple(names)
        )  # fmt: skip
    return Explanation(
        content=content,
        rules=rules,
        refused=(),
        gates=_asked(content, rules, at, zone),
        questions=tuple((name, book.question(name)) for name in _open(book, rules)),
    )


def _open(book: RuleBook, rules: PermitRules) -> Iterable[str]:
    known = frozen(rules)
    conditions = [
        *(one.trigger for one in rules.measures),
        *(one.when for one in rules.link_needs),
        *(condition for one in rules.certificates for condition in one.when),
        *(one.when for one in rules.conflicts),
    ]
    names = dict.fromkeys(name for condition in conditions for name in open_names(condition, known))
    return [name for name in names if name in book.words.questions]


def _asked(content: Content, rules: PermitRules, at: datetime, zone: tzinfo) -> tuple[GateLine, ...]:
    """Every gate that has something to say to a blank sheet with this content, with nobody known and nothing done."""
    number = PermitId("-")
    permit = Permit(
        id=number, site=content.site, status=Status.ISSUED, revision=1, content=content, rules=rules,
        content_hash=content_hash(number, 1, content), submitted_at=at, issued_at=at,
    )  # fmt: skip
    facts = Facts(at=at, zone=zone, people={}, holders={}, area=None)
    found: dict[str, GateLine] = {}
    for moment in Moment:
        for one in gates.evaluate(moment, permit, rules, facts):
            before = found.get(one.gate)
            found[one.gate] = GateLine(
                key=one.gate,
                rule=one.rule,
                clause=one.clause,
                moments=tuple(dict.fromkeys((*(before.moments if before else ()), moment))),
                stops=one.severity is Severity.BLOCK or (before is not None and before.stops),
            )
    return tuple(found.values())


# --- reading what was said ------------------------------------------------------------------------------------------


def imagine(
    book: RuleBook, work: WorkType, said: Mapping[str, str], *, site: SiteId, at: datetime, zone: tzinfo
) -> Content:
    """The content of work of which only this is said. Without ``start`` it begins ``at``; without ``end`` it lasts an
    hour.

    Raise `Unreadable` for a name nobody knows, or a value that cannot be one of it.
    """
    part, plain = _part(work), dict(said)
    names = (*_ALONE, *CONTENT_FACTS, *book.words.questions, *_keys(part))
    for name in plain:
        if name not in names:
            raise Unreadable(name, "no such fact", tuple(dict.fromkeys(names)))
    start = _moment("start", plain.get("start"), zone) or at
    end = _moment("end", plain.get("end"), zone) or start + LENGTH
    if end <= start:
        raise Unreadable("end", "not after the start")
    applicant, leader, worker, guardian = _NOBODY
    return Content(
        site=site,
        work=work,
        task="-",
        area=_PLACE,
        place="-",
        equipment=None,
        method=tuple(_method(book, work, one) for one in _list(plain.get("method"))),
        planned=Interval(start=start, end=end),
        applicant=applicant,
        applicant_unit="-",
        work_unit="-",
        leader=leader,
        workers=(worker,),
        guardian=guardian,
        facts=_facts(book, plain),
        stated_grade=plain.get("grade"),
        details=_details(work, part, plain),
    )


def _facts(book: RuleBook, said: Mapping[str, str]) -> SiteFacts:
    flags = {name: _flag(name, said[name]) for name in said if name in book.words.questions or name in CONTENT_FACTS}
    own = {name: value for name, value in flags.items() if name in CONTENT_FACTS}
    rest = {name: value for name, value in flags.items() if name not in CONTENT_FACTS}
    sure = {field.name for field in fields(SiteFacts) if field.default is False}
    for name in sure & set(own):
        own[name] = bool(own[name])
    return SiteFacts(
        **own,  # type: ignore[arg-type]  # the names are those of the fields, each yes, no or unknown
        flammable_gas=_gas(book, said["gas"]) if "gas" in said else None,
        toxic_gases=tuple(_gas(book, one) for one in _list(said.get("toxic"))),
        triggers=tuple(name for name, value in rest.items() if value is True),
        cleared=tuple(name for name, value in rest.items() if value is False),
    )


def _list(text: str | None) -> list[str]:
    return [one.strip() for one in (text or "").replace("，", ",").replace("、", ",").split(",") if one.strip()]


def _flag(name: str, text: str) -> bool | None:
    if text not in _FLAGS:
        raise Unreadable(name, f"{text!r} is not yes, no or unknown")
    return _FLAGS[text]


def _gas(book: RuleBook, text: str) -> str:
    return book.gas_table.aliases.get(text, text)


def _method(book: RuleBook, work: WorkType, text: str) -> str:
    for method in book.methods(work):
        if text in (method.key, method.label, *method.aliases):
            return method.key
    raise Unreadable("method", f"{text!r} is unknown", tuple(method.key for method in book.methods(work)))


def _moment(name: str, text: str | None, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(name, f"{text!r} is no time, e.g. 2026-05-01T08:00") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=zone)


def _part(work: WorkType) -> type[Any] | None:
    """The class of the details that only this work has."""
    if work not in _PARTS:
        return None
    kind: type[Any] = get_args(get_type_hints(Details)[_PARTS[work]])[0]
    return kind


def _keys(part: type[Any] | None) -> tuple[str, ...]:
    return () if part is None else tuple(field.name for field in fields(part))


def _details(work: WorkType, part: type[Any] | None, said: Mapping[str, str]) -> Details:
    if part is None:
        return Details()
    hints = get_type_hints(part)
    values = {name: _value(name, hints[name], said[name]) for name in _keys(part) if name in said}
    if not values:
        return Details()
    filled: dict[str, Any] = {_PARTS[work]: part(**values)}
    return Details(**filled)


def _value(name: str, hint: Any, text: str) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(name, inner, one) for one in _list(text))
    read: Callable[[str], Any] = _READERS.get(hint, str)
    try:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(text)
        return _flag(name, text) if hint is bool else read(text)
    except (ValueError, InvalidOperation):
        raise Unreadable(name, f"{text!r} cannot be read") from None


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_READERS: Mapping[Any, Callable[[str], Any]] = {
    Decimal: _decimal,
    int: int,
    PowerDevice: lambda text: PowerDevice(name=text),
}
