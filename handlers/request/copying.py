"""A draft made from a permit: for a repeated job, a returned request, or the next work of the same job."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from handlers.request.company import CompanySaid
from handlers.request.details import DetailKey
from handlers.request.drafts import FactAnswer, RequestDraft
from handlers.request.forms import people_again, said_again
from handlers.request.frame import Frame
from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceEntry, PlaceKind, Via
from handlers.request.lexicon import WORK_LABELS
from handlers.request.people import PersonDoubt, PersonSaid
from handlers.request.places import PlaceSaid
from handlers.request.roles import same
from handlers.request.times import fixed
from handlers.request.understand import Draft
from handlers.request.words import WorkSaid
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.content import Content
from workflow.rules.types import Role
from workflow.values import WorkType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = ("fire_explosion", "operating", "major_hazard_dike", "pipe_rack", "outdoor", "held_toxic_or_flammable")


def said_of(content: Content, gazetteer: Gazetteer, zone: tzinfo, *, with_time: bool) -> Draft:
    """What somebody would have said to get this content. People and places no longer known are left to be asked."""
    place = _place(content, gazetteer)
    people: list[tuple[Role, PersonId]] = [(Role.WORKER, one) for one in content.workers]
    people.append((Role.GUARDIAN, content.guardian))
    duties = people_again(content.details)
    on_form = {person for _, person in duties}
    people = [(role, one) for role, one in people if role is not Role.WORKER or one not in on_form]
    if content.leader not in {content.applicant, *on_form}:
        people.append((Role.WORK_LEADER, content.leader))
    company = CompanySaid(said=content.work_unit, employer=content.work_unit)
    return Draft(
        works=(WorkSaid(work=content.work, said=WORK_LABELS[content.work]),),
        methods=content.method,
        places=(place,) if place is not None else (),
        task=content.task,
        frame=fixed(Frame(), content.planned.start, content.planned.end, zone) if with_time else Frame(),
        people=(
            *(_person(role, gazetteer.by_person_id.get(one), one) for role, one in people),
            *(_person(duty, gazetteer.by_person_id.get(one), one) for duty, one in duties),
        ),
        details=said_again(content.details, lambda area: _area_name(gazetteer, area)),
        company=company if content.work_unit in gazetteer.employers.values() else None,
    )


def _area_name(gazetteer: Gazetteer, area: AreaId) -> str:
    entry = gazetteer.by_place_id.get((PlaceKind.AREA, str(area)))
    return str(area) if entry is None else entry.name


def _place(content: Content, gazetteer: Gazetteer) -> PlaceSaid | None:
    key = (PlaceKind.AREA, str(content.area))
    if content.equipment is not None:
        key = (PlaceKind.EQUIPMENT, str(content.equipment))
    entry: PlaceEntry | None = gazetteer.by_place_id.get(key)
    if entry is None:
        return None
    detail = content.place.removeprefix(entry.name) if content.place.startswith(entry.name) else ""
    return PlaceSaid(said=entry.name, entry=entry, via=Via.CHOSEN, detail=detail, candidates=(entry,))


def _person(post: Role | DetailKey, entry: PersonEntry | None, person: str) -> PersonSaid:
    if entry is None:
        return same(PersonSaid(role=None, said=person, doubt=PersonDoubt.UNKNOWN), post)
    return same(PersonSaid(role=None, said=entry.name, person=entry, candidates=(entry,)), post)


def from_content(content: Content, said: Draft) -> RequestDraft:
    """A draft with the answers of this content. Its caller names it and says when it was opened."""
    facts = content.facts
    answers = [FactAnswer(name=name, value=value) for name in _FIELDS if (value := getattr(facts, name)) is not None]
    answers += [FactAnswer(name=name, value=True) for name in facts.triggers]
    answers += [FactAnswer(name=name, value=False) for name in facts.cleared]
    road, earth = content.details.road, content.details.earth
    if road is not None and road.fire_route_kept is not None:
        answers.append(FactAnswer(name="fire_route_kept", value=road.fire_route_kept))
    if earth is not None and earth.buried_media is not None:
        answers.append(FactAnswer(name="buried_media", value=earth.buried_media))
    gases = tuple(dict.fromkeys((*((facts.flammable_gas,) if facts.flammable_gas else ()), *facts.toxic_gases)))
    return RequestDraft(
        id="", version=0, opened_at=_EPOCH, said=said, facts=tuple(answers), situations_answered=True, gases=gases
    )


def for_next_work(draft: RequestDraft, work: WorkType, rest: tuple[WorkType, ...], number: PermitId) -> RequestDraft:
    """The next permit of the same job: same place, time and people; its own methods and questions."""
    said = replace(draft.said, works=(WorkSaid(work=work, said=WORK_LABELS[work]),), grades=())
    before = {one.work for one in draft.said.works}
    inside = work is WorkType.HOT and WorkType.CONFINED_SPACE in before
    return replace(
        draft,
        said=said,
        facts=draft.answered(FactAnswer(name="in_confined_space", value=True)) if inside else draft.facts,
        methods=(),
        situations_answered=False,
        ticked_off=(),
        number=draft.followers[0] if draft.followers else None,
        followers=draft.followers[1:],
        revises=None,
        again=None,
        linked=(*draft.linked, number),
        queue=rest,
    )
