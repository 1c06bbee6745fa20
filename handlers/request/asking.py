"""From what is known to what must be asked: the questions of a draft, in order of importance, each with its buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.request.amounts import amount
from handlers.request.company import CompanySaid
from handlers.request.detailing import load_of, missing, of_work, unrated
from handlers.request.details import DetailDoubt, DetailKey, DetailSaid
from handlers.request.fuzzy import MOST
from handlers.request.gazetteer import PersonEntry, PlaceEntry
from handlers.request.lexicon import GRADE_LABELS, ROLE_LABELS, WORK_LABELS, StatedGrade
from handlers.request.people import PersonDoubt, PersonSaid
from handlers.request.places import PlaceDoubt, PlaceSaid
from handlers.request.questions import Choice, Field, Question, QuestionKind
from handlers.request.words import WorkSaid
from workflow.rules.types import Role
from workflow.values import WorkType

OFFERED = tuple(WorkType)
"""The works that can be asked for."""
REQUIRED = (Role.GUARDIAN, Role.WORKER)
"""The people a draft cannot do without. Callers may add the work leader."""
_FIELD = {
    Role.GUARDIAN: Field.GUARDIAN,
    Role.WORKER: Field.WORKERS,
    Role.WORK_LEADER: Field.LEADER,
    Role.GAS_ANALYST: Field.ANALYST,
    Role.APPLICANT: Field.LEADER,
}
LABEL_OF = ROLE_LABELS
ROLE_OF = {
    Field.GUARDIAN: Role.GUARDIAN,
    Field.WORKERS: Role.WORKER,
    Field.LEADER: Role.WORK_LEADER,
    Field.ANALYST: Role.GAS_ANALYST,
}
_HOT_GRADES = (StatedGrade.SPECIAL, StatedGrade.FIRST, StatedGrade.SECOND)


def place_label(entry: PlaceEntry) -> str:
    """``2号反应釜 R-102``: the name, and the code where it says more."""
    return entry.name if entry.code in {"", entry.name} else f"{entry.name} {entry.code}"


def person_label(person: PersonEntry) -> str:
    """``张伟（检修部）``, ``张伟（安装队·华建公司）``."""
    unit = "·".join(filter(None, (person.department, person.employer)))
    return f"{person.name}（{unit}）" if unit else person.name


def about_work(works: Sequence[WorkSaid], *, linked: bool, perhaps: Sequence[WorkType] = ()) -> Iterator[Question]:
    """Exactly one work, or several that belong together. ``perhaps`` are works a word only sounds like."""
    if not works:
        near = tuple(dict.fromkeys(perhaps))
        offered = near or OFFERED
        choices = tuple(Choice(key=f"work:{work}", label=WORK_LABELS[work]) for work in offered)
        kind = QuestionKind.UNSURE_WORK if near else QuestionKind.MISSING_WORK
        said = "、".join(WORK_LABELS[work] for work in near)
        yield Question(kind=kind, field=Field.WORK, said=said, choices=choices)
    elif len(works) > 1 and not linked:
        each = [Choice(key=f"work:{said.work}", label=f"只办{WORK_LABELS[said.work]}") for said in works[:MOST]]
        said = "、".join(dict.fromkeys(one.said.strip("\ue000") for one in works))
        choices = (Choice(key="works:linked", label="都要办，各开一张并关联"), *each)
        yield Question(kind=QuestionKind.SEVERAL_WORKS, field=Field.WORK, said=said, choices=choices)


_PLACE_KIND = {
    PlaceDoubt.UNKNOWN: QuestionKind.UNKNOWN_PLACE,
    PlaceDoubt.UNKNOWN_CODE: QuestionKind.UNKNOWN_CODE,
    PlaceDoubt.SEVERAL_ENTRIES: QuestionKind.AMBIGUOUS_PLACE,
    PlaceDoubt.UNSURE: QuestionKind.AMBIGUOUS_PLACE,
    PlaceDoubt.OTHER_AREA: QuestionKind.PLACE_CONFLICT,
}


def about_place(places: Sequence[PlaceSaid]) -> Iterator[Question]:
    """Exactly one certain place."""
    if not places:
        yield Question(kind=QuestionKind.MISSING_PLACE, field=Field.PLACE)
        return
    doubtful = [place for place in places if place.doubt is not None]
    if any(place.doubt is PlaceDoubt.OTHER_AREA for place in places):
        entries = [place.entry for place in places if place.entry]
        yield _which_place(QuestionKind.PLACE_CONFLICT, "、".join(place.said for place in places), entries)
    elif doubtful:
        for place in doubtful:
            yield _which_place(_PLACE_KIND[place.doubt or PlaceDoubt.UNKNOWN], place.said, place.candidates)
    elif len(places) > 1:
        entries = [place.entry for place in places if place.entry]
        yield _which_place(QuestionKind.SEVERAL_PLACES, "、".join(place.said for place in places), entries)


def _which_place(kind: QuestionKind, said: str, entries: Sequence[PlaceEntry]) -> Question:
    labels = [place_label(entry) for entry in entries]
    choices = tuple(
        Choice(
            key=f"place:{entry.kind}:{entry.id}",
            label=label if labels.count(label) == 1 else f"{label}（{entry.area or entry.id}）",
        )
        for entry, label in zip(entries[:MOST], labels, strict=False)
    )
    return Question(kind=kind, field=Field.PLACE, said=said, choices=choices)


_PERSON_KIND = {
    PersonDoubt.UNKNOWN: QuestionKind.UNKNOWN_PERSON,
    PersonDoubt.SAME_NAME: QuestionKind.SAME_NAME,
    PersonDoubt.UNSURE: QuestionKind.UNSURE_PERSON,
}


def about_people(people: Sequence[PersonSaid], required: Sequence[Role], sender: PersonEntry) -> Iterator[Question]:
    """Every doubtful person, and every role nobody was named for."""
    for at, person in enumerate(people):
        if person.doubt is not None and person.role is not None:
            choices = tuple(
                Choice(key=f"person:{at}:{one.id}", label=person_label(one)) for one in person.candidates[:MOST]
            )
            kind, field = _PERSON_KIND[person.doubt], _FIELD[person.role]
            yield Question(kind=kind, field=field, said=person.said, role=person.role, choices=choices)
        elif person.doubt is not None and person.duty is not None:
            choices = tuple(
                Choice(key=f"person:{at}:{one.id}", label=person_label(one)) for one in person.candidates[:MOST]
            )
            kind, duty = _PERSON_KIND[person.doubt], (person.duty,)
            yield Question(kind=kind, field=Field.DETAILS, said=person.said, choices=choices, details=duty)
    for role in required:
        if all(person.role is not role for person in people):
            myself = Choice(key=f"self:{role}", label=f"我本人（{sender.name}）")
            choices = () if role is Role.GUARDIAN else (myself,)
            yield Question(kind=QuestionKind.MISSING_PERSON, field=_FIELD[role], role=role, choices=choices)


def about_task(task: str) -> Iterator[Question]:
    """What is to be done (作业内容, GB 30871-2022 Annex A)."""
    if not task:
        yield Question(kind=QuestionKind.MISSING_TASK, field=Field.TASK)


DOUBT_KIND = {
    DetailDoubt.NOT_EXACT: QuestionKind.DETAIL_NOT_EXACT,
    DetailDoubt.NO_UNIT: QuestionKind.DETAIL_NO_UNIT,
    DetailDoubt.SEVERAL: QuestionKind.DETAIL_SEVERAL,
    DetailDoubt.WHICH: QuestionKind.DETAIL_WHICH,
    DetailDoubt.UNLIKELY: QuestionKind.DETAIL_UNLIKELY,
    DetailDoubt.TOO_MANY: QuestionKind.DETAIL_TOO_MANY,
    DetailDoubt.EACH_OR_ALL: QuestionKind.DETAIL_EACH_OR_ALL,
}
ACTION_LABELS = {"insert": "堵（加盲板）", "remove": "抽（拆盲板）"}
_OPTION_LABELS = {**ACTION_LABELS, "one": "这张票只办1块", "each": "每台这么多", "all": "合计这么多"}


def about_details(
    works: Sequence[WorkSaid],
    details: Sequence[DetailSaid],
    people: Sequence[PersonSaid],
    places: Sequence[PlaceSaid],
    *,
    linked: bool,
) -> Iterator[Question]:
    """The cells of the form: what is doubtful one by one, what is missing all at once."""
    if not works or (len(works) > 1 and not linked):
        return
    work = works[0].work
    for one in of_work(details, work):
        if one.doubt is not None:
            at = details.index(one)
            yield Question(
                kind=DOUBT_KIND[one.doubt],
                field=Field.DETAILS,
                said=one.said,
                details=(one.key,),
                choices=tuple(_readings(at, one)),
            )
    lacking = missing(work, details, people, places)
    bare = tuple(dict.fromkeys(one.text for one in unrated(of_work(details, work))))
    if lacking or bare:
        choices: tuple[Choice, ...] = ()
        if lacking == (DetailKey.ACTION,):
            choices = tuple(Choice(key=f"cell:action:{value}", label=label) for value, label in ACTION_LABELS.items())
        elif lacking == (DetailKey.VOLTAGE,) and not bare:
            choices = tuple(Choice(key=f"cell:voltage:{volts}", label=f"{volts}V") for volts in (220, 380))
        elif lacking == (DetailKey.PERMITTED,) and not bare and (load := load_of(details)) is not None:
            told = amount(DetailKey.PERMITTED, load)
            choices = (Choice(key=f"cell:permitted:{load}", label=f"{told}（设备合计）"),)
        yield Question(
            kind=QuestionKind.MISSING_DETAILS, field=Field.DETAILS, details=lacking, devices=bare, choices=choices
        )


def _readings(at: int, one: DetailSaid) -> Iterator[Choice]:
    options = one.options
    if one.doubt is DetailDoubt.EACH_OR_ALL and one.key is DetailKey.DEVICE:
        options = ("each", "all")
    for option in options[:MOST]:
        yield Choice(key=f"detail:{at}:{option}", label=_OPTION_LABELS.get(option, option))
    if not options and not (one.key is DetailKey.DEVICE and not one.text):
        for number in one.readings[:MOST]:
            yield Choice(key=f"detail:{at}:{number}", label=amount(one.key, number))


def about_grade(grades: Sequence[StatedGrade], works: Sequence[WorkSaid]) -> Iterator[Question]:
    """One stated grade at most, and for hot work one that exists (GB 30871-2022 5.1)."""
    if len(grades) > 1:
        yield _which_grade(QuestionKind.SEVERAL_GRADES, grades, grades)
    elif grades and grades[0] not in _HOT_GRADES and [said.work for said in works] == [WorkType.HOT]:
        yield _which_grade(QuestionKind.NO_SUCH_GRADE, grades, _HOT_GRADES)


def _which_grade(kind: QuestionKind, said: Sequence[StatedGrade], offered: Sequence[StatedGrade]) -> Question:
    choices = tuple(Choice(key=f"grade:{grade}", label=GRADE_LABELS[grade]) for grade in offered)
    return Question(
        kind=kind, field=Field.GRADE, said="、".join(GRADE_LABELS[grade] for grade in said), choices=choices
    )


def about_company(company: CompanySaid | None) -> Iterator[Question]:
    """A contractor nobody in the plant's list works for."""
    if company is not None and not company.employer:
        choices = tuple(Choice(key=f"company:{name}", label=name) for name in company.candidates)
        yield Question(kind=QuestionKind.UNKNOWN_COMPANY, field=Field.COMPANY, said=company.said, choices=choices)
