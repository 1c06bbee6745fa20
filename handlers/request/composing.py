"""From a draft to a permit's content: what is missing is asked, one question at a time; what is known is judged at
once.

The plant's register outranks what was said wherever it is the stricter. Nothing is guessed: a method, a state or a
medium that nobody named is asked with taps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from cards import words_draft as say
from handlers.desk import Desk
from handlers.request import asking, present
from handlers.request.carrying import ask_path, path_of
from handlers.request.details import DetailKey, DetailSaid
from handlers.request.drafts import Asked, RequestDraft
from handlers.request.forms import details_of
from handlers.request.gazetteer import PersonEntry, PlaceKind
from handlers.request.lexicon import GRADE_LABELS, ROLE_LABELS, FactKind
from handlers.request.manners import methods_meant
from handlers.request.questions import Question, QuestionKind
from handlers.request.situations import FORM_FIELDS, SITE_FIELDS, ask_fact, ask_grade, ask_situations
from handlers.request.understand import Draft, Understanding, judge, longest_of, task_of
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import AreaId, EquipmentId, PersonId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import Details
from workflow.plant import Area, Equipment
from workflow.rules.types import PermitRules, Role
from workflow.simops.pairs import machine_lost
from workflow.values import Interval, WorkType

_MOST_GASES = 10
_VOCABULARY = {"abrasive_blasting": "blasting"}
"""Words of the sentence reader that the rules call otherwise."""


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


def judged(desk: Desk, said: Draft, *, longest: timedelta | None = None) -> Understanding:
    """The sentence judged now; the medium in a line is the register's word where nobody said another."""
    said = _with_medium(desk, said)
    sender = sender_of(desk)
    return judge(
        said,
        now=desk.now,
        tz=desk.house.zone,
        sender=sender,
        longest=longest or longest_of(said),
        required=required_of(said, sender),
    )


def _with_medium(desk: Desk, said: Draft) -> Draft:
    """A blind's medium as the register knows it: shown on the card like everything else."""
    works = {one.work for one in said.works[:1]}
    told = any(one.key is DetailKey.MEDIUM for one in said.details)
    place = said.places[0].entry if len(said.places) == 1 else None
    if WorkType.BLIND not in works or told or place is None or place.kind is not PlaceKind.EQUIPMENT:
        return said
    equipment = desk.tx.directory.equipment.get(EquipmentId(place.id))
    if equipment is None or not equipment.medium:
        return said
    medium = DetailSaid(key=DetailKey.MEDIUM, said=equipment.medium, text=equipment.medium)
    return replace(said, details=(*said.details, medium))


def compose(desk: Desk, draft: RequestDraft) -> Composed:
    """Everything that can be told about a draft now."""
    found = judged(desk, draft.said)
    work = found.work or (found.draft.works[0].work if found.draft.works and found.draft.linked else None)
    if found.questions or work is None or found.place is None or found.interval is None:
        question = ask_said(desk, found.questions[0]) if found.questions else None
        return Composed(understanding=found, question=question)
    methods = _methods(desk, draft, work)
    if not methods and (offered := desk.house.book.methods(work)):
        return Composed(understanding=found, question=_ask_method(work, tuple((m.key, m.label) for m in offered)))
    content = _content(desk, draft, found, work, methods)
    question = _ask_medium(desk, draft, content)
    try:
        rules = desk.house.book.rules_for(content, at=desk.now, zone=desk.house.zone)
    except Refused as refused:
        asked = ask_grade(draft, content, refused.findings)
        stops = () if asked is not None else refused.findings
        return Composed(understanding=found, content=content, question=asked or question, stops=stops)
    if content.planned.length > rules.max_validity:
        shorter = judged(desk, draft.said, longest=rules.max_validity)
        if shorter.questions:
            return Composed(
                understanding=shorter, content=content, rules=rules, question=ask_said(desk, shorter.questions[0])
            )
    if question is None:
        question = ask_situations(draft, content, rules) or _ask_machine(content)
        question = question or ask_path(desk, content, rules, _cell(found, DetailKey.PATH))
    return Composed(understanding=found, content=content, rules=rules, question=question)


# --- the questions --------------------------------------------------------------------------------------------------


def ask_said(desk: Desk, question: Question) -> Asked:
    """A question of the sentence, in words."""
    role = ROLE_LABELS.get(question.role, "") if question.role is not None else ""
    start = present.moment(question.start, desk.house.zone, desk.today) if question.start is not None else ""
    limit = present.length(question.limit) if question.limit is not None else ""
    told = _in_words(question)
    role = role or (told["what"] if question.details else "")
    text = say.QUESTIONS[question.kind.value].format(said=question.said, role=role, start=start, limit=limit, **told)
    if question.kind is QuestionKind.DETAIL_UNLIKELY and question.details == (DetailKey.HEIGHT,):
        text = say.HEIGHT_UNLIKELY.format(said=question.said)
    if question.kind is QuestionKind.DETAIL_WHICH and question.details == (DetailKey.DEVICE,):
        text = say.NAMELESS.format(said=question.said)
    options = tuple((choice.key, choice.label) for choice in question.choices)
    if question.kind is QuestionKind.MISSING_PERSON and question.role is Role.WORK_LEADER:
        # Asked only when the applicant himself guards: he is not an answer.
        text, options = say.LEADER, ()
    return Asked(key="said", text=text, options=options, hint=_hint(question))


def _in_words(question: Question) -> dict[str, str]:
    """The cells a question is about, and how to say them."""
    named = [say.DETAIL[key.value] for key in question.details]
    named += [say.RATING.format(device=device) for device in question.devices]
    return {"what": "、".join(named)}


def _hint(question: Question) -> str:
    if question.kind is not QuestionKind.MISSING_DETAILS or question.choices:
        return ""
    parts = [say.EXAMPLE[key.value] for key in question.details]
    parts += [f"{device}7.5kW" for device in question.devices]
    return say.HINT_DETAILS.format(example=" ".join(parts))


def _ask_method(work: WorkType, offered: tuple[tuple[str, str], ...]) -> Asked:
    text = say.METHOD if work is WorkType.HOT else say.METHODS
    return Asked(key="method", text=text, options=offered, many=True)


def _ask_medium(desk: Desk, draft: RequestDraft, content: Content) -> Asked | None:
    """Whether a confined space held something dangerous; and, wherever that is so, what it was."""
    facts = content.facts
    if facts.held_toxic_or_flammable is None and content.work is WorkType.CONFINED_SPACE:
        return ask_fact("held_toxic_or_flammable", desk.house.book.question("held_toxic_or_flammable"))
    if facts.held_toxic_or_flammable and not draft.gases and not (facts.flammable_gas or facts.toxic_gases):
        gases = tuple((gas.gas, gas.label) for gas in desk.house.book.gas_table.gases[:_MOST_GASES])
        return Asked(key="gas", text=say.FORMER_MEDIUM, options=gases)
    return None


def _ask_machine(content: Content) -> Asked | None:
    """Where the welding machine stands that is a second hot point (5.2.12): until it is a place of the register."""
    if not machine_lost(content):
        return None
    said = content.details.hot.machine_place if content.details.hot is not None else ""
    return Asked(key="machine", text=say.MACHINE_UNKNOWN.format(said=said) if said else say.MACHINE)


def _cell(found: Understanding, key: DetailKey) -> str:
    """What was said for one cell; empty while nobody has, or while it is doubtful."""
    return next((one.text for one in found.draft.details if one.key is key and one.doubt is None), "")


def _placed(desk: Desk, details: Details, *, path: str, own: AreaId) -> Details:
    """The machine's place and the load's path looked up; what the register does not know stays words."""
    hot, lift = details.hot, details.lift
    if lift is not None and path:
        return replace(details, lift=replace(lift, path=path_of(desk.tx.directory, path, own)))
    if hot is None or not hot.machine_place:
        return details
    things = desk.tx.directory.equipment_called(hot.machine_place)
    areas = desk.tx.directory.areas_called(hot.machine_place)
    if len(things) == 1:
        return replace(details, hot=replace(hot, machine_area=things[0].area, machine_equipment=things[0].id))
    return replace(details, hot=replace(hot, machine_area=areas[0].id)) if len(areas) == 1 else details


# --- the content ----------------------------------------------------------------------------------------------------


def _methods(desk: Desk, draft: RequestDraft, work: WorkType) -> tuple[str, ...]:
    """The methods named that the rules know; what people do inside a space is read from the task."""
    offered = desk.house.book.methods(work)
    known = {method.key for method in offered}
    said = [_VOCABULARY.get(name, name) for name in (*draft.said.methods, *draft.methods)]
    if work is not WorkType.HOT:
        text = " ".join((draft.said.task, *draft.said.said))
        said += [one.key for one in offered if any(name in text for name in (one.label, *one.aliases))]
        said += methods_meant(work, text, draft.said.details)
        said = [name for name in said if not name.startswith("other_")] or said
        if "half_closure" in said:
            said = [name for name in said if name != "full_closure"]
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
    commanders = found.on_duty(DetailKey.COMMANDER) if work is WorkType.LIFT else ()
    # the commander signs in the place of the work leader (A.5)
    leader = PersonId((*leaders, *commanders)[0].id) if leaders or commanders else desk.me
    crew = found.who(Role.WORKER)
    if work is WorkType.LIFT:
        crew = tuple(dict.fromkeys((*crew, *found.on_duty(DetailKey.OPERATOR), *found.on_duty(DetailKey.SLINGER))))
    grade = found.stated_grade
    return Content(
        site=desk.house.site,
        work=work,
        task=task_of(found.draft),
        area=area_id,
        place=f"{entry.name}{place.detail}",
        equipment=equipment_id,
        method=methods,
        planned=_utc(planned),
        applicant=desk.me,
        applicant_unit=desk.person.department,
        work_unit=_work_unit(desk, found, leader),
        leader=leader,
        workers=tuple(PersonId(one.id) for one in crew),
        guardian=PersonId(guardian.id),
        facts=_facts(desk, draft, directory.areas.get(area_id), equipment),
        linked=draft.linked,
        stated_grade=GRADE_LABELS[grade] if grade is not None else None,
        details=_placed(
            desk,
            details_of(work, found, task=task_of(found.draft), facts={one.name: one.value for one in draft.facts}),
            path=_cell(found, DetailKey.PATH),
            own=area_id,
        ),
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
    situations = {
        answer.name: answer.value
        for answer in draft.facts
        if answer.name in say.SITUATION and answer.name not in FORM_FIELDS
    }
    triggers = {name for name, value in situations.items() if value and name not in SITE_FIELDS}
    if claims.get(FactKind.TANK_AREA) is True or in_dike:
        triggers.add("in_tank_area")
    cleared = {name for name, value in situations.items() if not value and name not in SITE_FIELDS} - triggers
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
    medium = "、".join([medium, *(one.text for one in draft.said.details if one.key is DetailKey.MEDIUM)])
    keys = [table.aliases.get(name.strip(), name.strip()) for name in medium.replace("，", "、").split("、")]
    keys += draft.gases
    found = [known for name in dict.fromkeys(keys) if (known := table.find(name)) is not None]
    burning = [gas.gas for gas in found if gas.lel is not None]
    poison = tuple(gas.gas for gas in found if gas.limit is not None)
    return burning[0] if len(burning) == 1 else None, poison
