"""From a draft to a permit's content: what is missing is asked, one question at a time; what is known is judged at
once.

The plant's register outranks what was said wherever it is the stricter. Nothing is guessed: a method, a state or a
medium that nobody named is asked with taps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta

from cards import words_draft as say
from handlers.desk import Desk
from handlers.request import asking, present
from handlers.request.drafts import Asked, RequestDraft
from handlers.request.gazetteer import PersonEntry, PlaceKind
from handlers.request.lexicon import GRADE_LABELS, ROLE_LABELS, FactKind
from handlers.request.questions import Question, QuestionKind
from handlers.request.times import LONGEST
from handlers.request.understand import Draft, Understanding, judge
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import AreaId, EquipmentId, PersonId
from workflow.permit.content import Content, SiteFacts
from workflow.plant import Area, Equipment
from workflow.rules.types import PermitRules, Role
from workflow.values import Interval, WorkType

LONGEST_OF: dict[WorkType, timedelta] = {WorkType.CONFINED_SPACE: timedelta(hours=24)}
"""The longest any permit of a work may last (domain 1.1); the grade may allow less, judged once it is known."""
_MOST_GASES = 10
_VOCABULARY = {"abrasive_blasting": "blasting"}
"""Words of the sentence reader that the rules call otherwise."""

_COMMON = ("temporary_power", "blind_work", "at_height")
_OF_HOT = ("outdoor", "large_vessel", "outer_wall", "open_surroundings", "in_confined_space", "oxygen_service")
_OF_CS = ("rotating_equipment", "dusty", "sudden_change", "oxygen_shortage", "oxygen_rich")
_SITE_FIELDS = frozenset({"outdoor", "oxygen_rich"})
"""Situations that are fields of `SiteFacts`; the others are triggers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a draft comes to: a content when everything is there, and the one question when not."""

    understanding: Understanding
    content: Content | None = None
    rules: PermitRules | None = None
    question: Asked | None = None
    stops: tuple[Finding, ...] = ()
    """Why no rules can be told for this request; it cannot be submitted like that."""


def sender_of(desk: Desk) -> PersonEntry:
    """The person who came, as the readers know them."""
    person = desk.person
    known = desk.gazetteer.by_person_id.get(person.id)
    return known or PersonEntry(id=person.id, name=person.name, department=person.department)


def required_of(said: Draft, sender: PersonEntry) -> tuple[Role, ...]:
    """Who must be named: guardian and workers; the leader, too, when the applicant himself guards."""
    guards = any(
        one.role is Role.GUARDIAN and one.person is not None and one.person.id == sender.id for one in said.people
    )
    return (*asking.REQUIRED, Role.WORK_LEADER) if guards else asking.REQUIRED


def longest_of(said: Draft) -> timedelta:
    """The longest interval the sentence is held against."""
    return min((LONGEST_OF.get(work.work, LONGEST) for work in said.works), default=LONGEST)


def judged(desk: Desk, said: Draft, *, longest: timedelta | None = None) -> Understanding:
    """The sentence judged now."""
    sender = sender_of(desk)
    return judge(
        said,
        now=desk.now,
        tz=desk.house.zone,
        sender=sender,
        longest=longest or longest_of(said),
        required=required_of(said, sender),
    )


def compose(desk: Desk, draft: RequestDraft) -> Composed:
    """Everything that can be told about a draft now."""
    found = judged(desk, draft.said)
    work = found.work or (found.draft.works[0].work if found.draft.works and found.draft.linked else None)
    if found.questions or work is None or found.place is None or found.interval is None:
        question = ask_said(desk, found.questions[0]) if found.questions else None
        return Composed(understanding=found, question=question)
    methods = _methods(desk, draft, work)
    if not methods and (offered := desk.house.book.methods(work)):
        return Composed(understanding=found, question=_ask_method(tuple((m.key, m.label) for m in offered)))
    content = _content(desk, draft, found, work, methods)
    question = _ask_medium(desk, draft, content)
    try:
        rules = desk.house.book.rules_for(content, at=desk.now, zone=desk.house.zone)
    except Refused as refused:
        asked = _ask_grade(refused.findings)
        stops = () if asked is not None else refused.findings
        return Composed(understanding=found, content=content, question=asked or question, stops=stops)
    if content.planned.length > rules.max_validity:
        shorter = judged(desk, draft.said, longest=rules.max_validity)
        if shorter.questions:
            return Composed(
                understanding=shorter, content=content, rules=rules, question=ask_said(desk, shorter.questions[0])
            )
    if question is None and not draft.situations_answered:
        question = _ask_situations(content, rules)
    return Composed(understanding=found, content=content, rules=rules, question=question)


# --- the questions --------------------------------------------------------------------------------------------------


def ask_said(desk: Desk, question: Question) -> Asked:
    """A question of the sentence, in words."""
    role = ROLE_LABELS.get(question.role, "") if question.role is not None else ""
    start = present.moment(question.start, desk.house.zone, desk.today) if question.start is not None else ""
    limit = present.length(question.limit) if question.limit is not None else ""
    text = say.QUESTIONS[question.kind.value].format(said=question.said, role=role, start=start, limit=limit)
    options = tuple((choice.key, choice.label) for choice in question.choices)
    if question.kind is QuestionKind.MISSING_PERSON and question.role is Role.WORK_LEADER:
        # Asked only when the applicant himself guards: he is not an answer.
        text, options = say.LEADER, ()
    return Asked(key="said", text=text, options=options)


def _ask_method(offered: tuple[tuple[str, str], ...]) -> Asked:
    return Asked(key="method", text=say.METHOD, options=offered, many=True)


def _ask_grade(findings: tuple[Finding, ...]) -> Asked | None:
    """The rules want a fact nobody has told: the first of them, as yes or no."""
    for finding in findings:
        kind, _, fact = finding.gate.partition(".")
        if kind == "grade" and fact in _GRADE_FACTS:
            return _ask_fact(fact, finding.cure)
    return None


_GRADE_FACTS = frozenset({"fire_explosion", "operating", "major_hazard_dike", "pipe_rack"})


def _ask_fact(fact: str, text: str) -> Asked:
    return Asked(key=f"fact:{fact}", text=text, options=(("yes", say.YES), ("no", say.NO)))


def _ask_medium(desk: Desk, draft: RequestDraft, content: Content) -> Asked | None:
    """Whether a confined space held something dangerous; and, wherever that is so, what it was."""
    facts = content.facts
    if facts.held_toxic_or_flammable is None and content.work is WorkType.CONFINED_SPACE:
        return _ask_fact("held_toxic_or_flammable", desk.house.book.question("held_toxic_or_flammable"))
    if facts.held_toxic_or_flammable and not draft.gases and not (facts.flammable_gas or facts.toxic_gases):
        gases = tuple((gas.gas, gas.label) for gas in desk.house.book.gas_table.gases[:_MOST_GASES])
        return Asked(key="gas", text=say.FORMER_MEDIUM, options=gases)
    return None


def _ask_situations(content: Content, rules: PermitRules) -> Asked | None:
    """Everything else the rules hang on, as one list to tick: what is not ticked is not so."""
    names = list(_OF_HOT if content.work is WorkType.HOT else _OF_CS)
    if "welding" in rules.holds:
        names.append("pressure_part")
    if "electric_welding" in rules.holds:
        names.append("welder_machine_over_10m")
    names += _COMMON
    settled = {name for name in _SITE_FIELDS if getattr(content.facts, name) is True}
    ticked = tuple(name for name in names if name in settled or name in content.facts.triggers)
    options = tuple((name, say.SITUATION[name]) for name in names)
    return Asked(key="situations", text=say.SITUATIONS, options=options, many=True, ticked=ticked)


# --- the content ----------------------------------------------------------------------------------------------------


def _methods(desk: Desk, draft: RequestDraft, work: WorkType) -> tuple[str, ...]:
    """The methods named that the rules know; what people do inside a space is read from the task."""
    offered = desk.house.book.methods(work)
    known = {method.key for method in offered}
    said = [_VOCABULARY.get(name, name) for name in (*draft.said.methods, *draft.methods)]
    if work is WorkType.CONFINED_SPACE:
        text = " ".join((draft.said.task, *draft.said.said))
        said += [one.key for one in offered if any(name in text for name in (one.label, *one.aliases))]
        said = [name for name in said if name != "other_cs"] or said
    return tuple(dict.fromkeys(name for name in said if name in known))


def _content(
    desk: Desk, draft: RequestDraft, found: Understanding, work: WorkType, methods: tuple[str, ...]
) -> Content:
    place, planned = found.place, found.interval
    if place is None or place.entry is None or planned is None:
        raise LookupError("a content is made of a certain place and time only")
    entry, directory = place.entry, desk.tx.directory
    area_id = AreaId(entry.id if entry.kind is PlaceKind.AREA else entry.area)
    equipment_id = EquipmentId(entry.id) if entry.kind is PlaceKind.EQUIPMENT else None
    equipment = directory.equipment.get(equipment_id) if equipment_id is not None else None
    leaders, guardian = found.who(Role.WORK_LEADER), found.who(Role.GUARDIAN)[0]
    leader = PersonId(leaders[0].id) if leaders else desk.me
    grade = found.stated_grade
    return Content(
        site=desk.house.site,
        work=work,
        task=found.draft.task,
        area=area_id,
        place=f"{entry.name}{place.detail}",
        equipment=equipment_id,
        method=methods,
        planned=_utc(planned),
        applicant=desk.me,
        applicant_unit=desk.person.department,
        work_unit=_work_unit(desk, found, leader),
        leader=leader,
        workers=tuple(PersonId(one.id) for one in found.who(Role.WORKER)),
        guardian=PersonId(guardian.id),
        facts=_facts(desk, draft, directory.areas.get(area_id), equipment),
        linked=draft.linked,
        stated_grade=GRADE_LABELS[grade] if grade is not None else None,
    )


def _utc(planned: Interval) -> Interval:
    return Interval(start=planned.start.astimezone(UTC), end=planned.end.astimezone(UTC))


def _work_unit(desk: Desk, found: Understanding, leader: PersonId) -> str:
    """Who does the work: the contractor named, else the employer or department of the first worker or leader."""
    company = found.draft.company
    if company is not None and company.employer:
        return company.employer
    people = desk.tx.directory.people
    for person in (*(PersonId(one.id) for one in found.who(Role.WORKER)), leader):
        known = people.get(person)
        if known is not None:
            return known.employer or known.department
    return desk.person.department


def _facts(desk: Desk, draft: RequestDraft, area: Area | None, equipment: Equipment | None) -> SiteFacts:
    """What is known of the place: the register's word, the applicant's word, the stricter of the two."""
    claims = {said.fact: said.value for said in draft.said.facts}
    in_dike = claims.get(FactKind.DIKE) is True
    dike = area.major_hazard_dike if area is not None else None
    flammable, toxic = _gases(desk, draft, area, equipment)
    situations = {answer.name: answer.value for answer in draft.facts if answer.name in say.SITUATION}
    triggers = {name for name, value in situations.items() if value and name not in _SITE_FIELDS}
    if claims.get(FactKind.TANK_AREA) is True or in_dike:
        triggers.add("in_tank_area")
    cleared = {name for name, value in situations.items() if not value and name not in _SITE_FIELDS} - triggers
    rack = area.pipe_rack if area is not None else None
    return SiteFacts(
        fire_explosion=_stricter(
            area.fire_explosion if area is not None else None,
            claims.get(FactKind.FIRE_EXPLOSION),
            draft.fact("fire_explosion"),
        ),
        operating=_stricter(
            equipment.operating if equipment is not None else None,
            claims.get(FactKind.OPERATING),
            draft.fact("operating"),
        ),
        major_hazard_dike=_stricter(None if in_dike and not dike else dike, draft.fact("major_hazard_dike")),
        pipe_rack=_stricter(rack, claims.get(FactKind.PIPE_RACK), draft.fact("pipe_rack")),
        fixed_hot_work=area is not None and area.fixed_hot_work,
        outdoor=_stricter(claims.get(FactKind.OUTDOOR), situations.get("outdoor")),
        oxygen_rich=claims.get(FactKind.OXYGEN_RICH) is True or situations.get("oxygen_rich") is True,
        held_toxic_or_flammable=_stricter(
            equipment.held_toxic_or_flammable if equipment is not None else None,
            draft.fact("held_toxic_or_flammable"),
        ),
        flammable_gas=flammable,
        toxic_gases=toxic,
        triggers=tuple(sorted(triggers)),
        cleared=tuple(sorted(cleared)),
    )


def _stricter(*answers: bool | None) -> bool | None:
    """Yes when anybody says yes; no when somebody says no and nobody yes; else nobody has said."""
    if True in answers:
        return True
    return False if False in answers else None


def _gases(
    desk: Desk, draft: RequestDraft, area: Area | None, equipment: Equipment | None
) -> tuple[str | None, tuple[str, ...]]:
    """The representative flammable gas and the toxic ones, from the medium. Two flammables are a mixture: unknown."""
    table = desk.house.book.gas_table
    medium = (equipment.medium if equipment is not None else None) or (area.medium if area is not None else None) or ""
    keys = [table.aliases.get(name.strip(), name.strip()) for name in medium.replace("，", "、").split("、")]
    keys += draft.gases
    found = [known for name in dict.fromkeys(keys) if (known := table.find(name)) is not None]
    burning = [gas.gas for gas in found if gas.lel is not None]
    poison = tuple(gas.gas for gas in found if gas.limit is not None)
    return burning[0] if len(burning) == 1 else None, poison
