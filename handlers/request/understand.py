"""The whole request: what is understood, what is left over, and what must be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from handlers.request import asking
from handlers.request.company import CompanySaid
from handlers.request.details import DetailKey, DetailSaid
from handlers.request.folding import MAX_TEXT
from handlers.request.frame import NOTHING, Frame
from handlers.request.gazetteer import Gazetteer, PersonEntry
from handlers.request.lexicon import StatedGrade
from handlers.request.people import PersonSaid
from handlers.request.places import PlaceSaid
from handlers.request.questions import Field, Question, in_order
from handlers.request.reading import Parts, Setting, read
from handlers.request.times import LONGEST, resolve, spanning
from handlers.request.typos import sounds_like
from handlers.request.words import FactSaid, WorkSaid
from workflow.rules.types import Role
from workflow.values import Interval, WorkType, aware


class RefusedWhy(StrEnum):
    """Why a text is not read at all."""

    TOO_LONG = "too_long"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRefused:
    """A plain no: the text was not read. ``length`` and ``limit`` in characters."""

    why: RefusedWhy
    length: int
    limit: int = MAX_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a request says so far, part by part. Plain data: it can be stored and read back."""

    works: tuple[WorkSaid, ...] = ()
    linked: bool = False
    """The applicant said that several works belong together: one permit each, cross-referenced (GB 30871-2022 4.6)."""
    grades: tuple[StatedGrade, ...] = ()
    methods: tuple[str, ...] = ()
    places: tuple[PlaceSaid, ...] = ()
    task: str = ""
    frame: Frame = NOTHING
    people: tuple[PersonSaid, ...] = ()
    company: CompanySaid | None = None
    facts: tuple[FactSaid, ...] = ()
    details: tuple[DetailSaid, ...] = ()
    """Cells of the forms of single works (A.3 to A.8)."""
    leftovers: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """The applicant's own messages, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a text makes of a request, not judged yet: whoever keeps it judges it at his own moment.

    ``changed`` are the fields the text touched.
    """

    draft: Draft
    changed: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A draft, judged at one moment. Nothing in it is a guess: what is not certain has a question.

    ``leftovers`` are words nobody understood; the card shows them. ``changed`` are the fields the last text touched.
    """

    draft: Draft
    interval: Interval | None
    questions: tuple[Question, ...]
    changed: tuple[Field, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is left to ask."""
        return not self.questions

    @property
    def work(self) -> WorkType | None:
        """The one work asked for; None while there is none or are several."""
        return self.draft.works[0].work if len(self.draft.works) == 1 else None

    @property
    def stated_grade(self) -> StatedGrade | None:
        """The grade the applicant named: a claim for comparison, it never lowers the computed one."""
        return self.draft.grades[0] if len(self.draft.grades) == 1 else None

    @property
    def place(self) -> PlaceSaid | None:
        """The one certain place; None while it is open."""
        places = self.draft.places
        return places[0] if len(places) == 1 and places[0].entry is not None and places[0].doubt is None else None

    def who(self, role: Role) -> tuple[PersonEntry, ...]:
        """The certain people of a role, in the order named."""
        people = (person for person in self.draft.people if person.role is role and person.doubt is None)
        return tuple(person.person for person in people if person.person is not None)

    def on_duty(self, duty: DetailKey) -> tuple[PersonEntry, ...]:
        """The certain people of a cell of the work's form, in the order named."""
        people = (person for person in self.draft.people if person.duty is duty and person.doubt is None)
        return tuple(person.person for person in people if person.person is not None)


def understand(
    text: str,
    *,
    now: datetime,
    tz: tzinfo,
    gazetteer: Gazetteer,
    sender: PersonEntry,
    longest: timedelta | None = None,
    required: Sequence[Role] = asking.REQUIRED,
) -> Understanding | TextRefused:
    """Read one request sentence. Never raises on any text; raises `NaiveTime` when ``now`` has no zone.

    ``longest`` is the limit the interval is judged against (None: that of the works named), ``required`` the roles
    somebody must be named for.
    """
    said = read_first(text, Setting(now=now, tz=tz, gazetteer=gazetteer, sender=sender))
    if isinstance(said, TextRefused):
        return said
    return judge(said.draft, now=now, tz=tz, sender=sender, longest=longest, required=required, changed=said.changed)


def read_first(text: str, setting: Setting) -> Said | TextRefused:
    """`understand`, but for the judging: what one request sentence says."""
    aware(setting.now)
    if refused := refuse(text):
        return refused
    parts = read(text, setting)
    return Said(draft=first_draft(parts, text), changed=touched(parts))


def refuse(text: str) -> TextRefused | None:
    """The two texts that are not read: too long, and without a single letter or digit."""
    if len(text) > MAX_TEXT:
        return TextRefused(why=RefusedWhy.TOO_LONG, length=len(text))
    if not any(sign.isalnum() for sign in text):
        return TextRefused(why=RefusedWhy.EMPTY, length=len(text))
    return None


def first_draft(parts: Parts, text: str) -> Draft:
    """A draft out of one text."""
    return Draft(
        works=parts.works,
        grades=parts.grades,
        methods=parts.methods,
        places=parts.places,
        task=parts.task,
        frame=parts.frame,
        people=parts.people,
        company=parts.company,
        facts=parts.facts,
        details=parts.details,
        leftovers=parts.leftovers,
        said=(text,),
    )


def touched(parts: Parts) -> tuple[Field, ...]:
    """The fields a text said something about."""
    roles = {person.role for person in parts.people}
    duties = any(person.duty is not None for person in parts.people)
    said = {
        Field.WORK: bool(parts.works),
        Field.PLACE: bool(parts.places),
        Field.WHEN: not parts.frame.empty,
        Field.GUARDIAN: Role.GUARDIAN in roles,
        Field.WORKERS: Role.WORKER in roles,
        Field.LEADER: Role.WORK_LEADER in roles,
        Field.ANALYST: Role.GAS_ANALYST in roles,
        Field.TASK: bool(parts.task),
        Field.DETAILS: bool(parts.details) or duties,
        Field.GRADE: bool(parts.grades),
        Field.COMPANY: parts.company is not None,
    }
    return tuple(field for field, yes in said.items() if yes)


LONGEST_OF: dict[WorkType, timedelta] = {
    WorkType.CONFINED_SPACE: timedelta(hours=24),
    WorkType.HEIGHT: timedelta(days=7),
    WorkType.POWER: timedelta(days=30),
    WorkType.EARTH: timedelta(days=7),
    WorkType.ROAD: timedelta(days=7),
}
"""The longest any permit of a work may last (domain 1.1); grade and reason may allow less, judged once the rules are
known."""


def longest_of(draft: Draft) -> timedelta:
    """The longest interval a draft is held against; several works: the shortest of them."""
    return min((LONGEST_OF.get(work.work, LONGEST) for work in draft.works), default=LONGEST)


def task_of(draft: Draft) -> str:
    """What is to be done. Some forms tell it by other cells: the load (A.5), 堵 or 抽 (A.3), the consumers (A.6), the
    reason (A.8)."""
    if len(draft.task) > 1 or not draft.works:
        return draft.task
    cells = {one.key: one for one in draft.details if one.doubt is None}
    load, action = cells.get(DetailKey.LOAD), cells.get(DetailKey.ACTION)
    match draft.works[0].work:
        case WorkType.LIFT:
            return f"吊装{load.text}" if load is not None else ""
        case WorkType.BLIND:
            return {"insert": "堵盲板", "remove": "抽盲板"}[action.text] if action is not None else ""
        case WorkType.POWER:
            devices = "、".join(dict.fromkeys(one.text for one in draft.details if one.key is DetailKey.DEVICE))
            return f"{devices}用电" if devices else ""
        case WorkType.ROAD:
            reason = cells.get(DetailKey.REASON)
            return reason.text if reason is not None else ""
        case _:
            return ""


def _told_otherwise(draft: Draft) -> str:
    """The work's name where its own cells, asked for anyhow, will tell the task."""
    works = {said.work for said in draft.works[:1]}
    return draft.works[0].said if works & {WorkType.BLIND, WorkType.LIFT, WorkType.POWER} else ""


def _needed(draft: Draft, required: Sequence[Role]) -> tuple[Role, ...]:
    """Who must be named: on a lift operators and slingers are the workers (A.5)."""
    works = {said.work for said in draft.works[:1]} if len(draft.works) == 1 or draft.linked else set()
    crewless = bool(works & {WorkType.LIFT})
    return tuple(role for role in required if not (crewless and role is Role.WORKER))


def judge(
    draft: Draft,
    *,
    now: datetime,
    tz: tzinfo,
    sender: PersonEntry,
    longest: timedelta | None = None,
    required: Sequence[Role] = asking.REQUIRED,
    changed: tuple[Field, ...] = (),
) -> Understanding:
    """Judge a draft at a moment: a start that was ahead an hour ago may be past now. Raises `NaiveTime`.

    ``longest`` None is the limit of the draft's works.
    """
    longest = longest or longest_of(draft)
    when = resolve(spanning(draft.frame, longest), now=now, tz=tz, longest=longest)
    perhaps = () if draft.works else sounds_like(draft.said)
    questions = [
        *asking.about_work(draft.works, linked=draft.linked, perhaps=perhaps),
        *asking.about_place(draft.places),
        *([when] if isinstance(when, Question) else []),
        *asking.about_people(draft.people, _needed(draft, required), sender),
        *asking.about_task(task_of(draft) or _told_otherwise(draft)),
        *asking.about_details(draft.works, draft.details, draft.people, draft.places, linked=draft.linked),
        *asking.about_grade(draft.grades, draft.works),
        *asking.about_company(draft.company),
    ]
    interval = when if isinstance(when, Interval) else None
    return Understanding(draft=draft, interval=interval, questions=in_order(questions), changed=changed)
