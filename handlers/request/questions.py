"""What can be asked back: typed, ordered, and answerable with a button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.request.details import DetailKey
from workflow.rules.types import Role


class Field(StrEnum):
    """The part of a request a question is about. Declared in the order in which it is asked."""

    WORK = "work"
    PLACE = "place"
    WHEN = "when"
    GUARDIAN = "guardian"
    WORKERS = "workers"
    LEADER = "leader"
    ANALYST = "analyst"
    TASK = "task"
    DETAILS = "details"
    GRADE = "grade"
    COMPANY = "company"


class QuestionKind(StrEnum):
    """Why we ask."""

    MISSING_WORK = "missing_work"
    SEVERAL_WORKS = "several_works"

    MISSING_PLACE = "missing_place"
    UNKNOWN_PLACE = "unknown_place"
    UNKNOWN_CODE = "unknown_code"
    AMBIGUOUS_PLACE = "ambiguous_place"
    SEVERAL_PLACES = "several_places"
    PLACE_CONFLICT = "place_conflict"

    MISSING_TIMES = "missing_times"
    MISSING_START = "missing_start"
    MISSING_END = "missing_end"
    AMBIGUOUS_HOUR = "ambiguous_hour"
    UNCLEAR_DAY = "unclear_day"
    UNCLEAR_TIME = "unclear_time"
    IMPOSSIBLE_DATE = "impossible_date"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    SEVERAL_DAYS = "several_days"
    SEVERAL_INTERVALS = "several_intervals"
    CONFLICTING_TIMES = "conflicting_times"
    PAST_START = "past_start"
    END_BEFORE_START = "end_before_start"
    TOO_LONG = "too_long"
    AMBIGUOUS_CHANGE = "ambiguous_change"

    MISSING_PERSON = "missing_person"
    UNKNOWN_PERSON = "unknown_person"
    SAME_NAME = "same_name"
    UNSURE_PERSON = "unsure_person"

    MISSING_TASK = "missing_task"
    MISSING_DETAILS = "missing_details"
    UNSURE_WORK = "unsure_work"
    DETAIL_NOT_EXACT = "detail_not_exact"
    DETAIL_NO_UNIT = "detail_no_unit"
    DETAIL_SEVERAL = "detail_several"
    DETAIL_WHICH = "detail_which"
    DETAIL_UNLIKELY = "detail_unlikely"
    DETAIL_TOO_MANY = "detail_too_many"
    DETAIL_EACH_OR_ALL = "detail_each_or_all"
    SEVERAL_GRADES = "several_grades"
    NO_SUCH_GRADE = "no_such_grade"
    UNKNOWN_COMPANY = "unknown_company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One button under a question. ``key`` goes back to `merge.choose` unchanged; ``label`` is what people read."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to ask. ``said`` repeats the person's own words that raised it."""

    kind: QuestionKind
    field: Field
    said: str = ""
    role: Role | None = None
    choices: tuple[Choice, ...] = ()
    start: datetime | None = None
    """The start that is already clear, when the end is what is asked."""
    details: tuple[DetailKey, ...] = ()
    """The cells of the form that are asked for."""
    devices: tuple[str, ...] = ()
    """Consumers whose power is asked for."""
    limit: timedelta | None = None
    """The longest validity the interval was judged against (only `QuestionKind.TOO_LONG`)."""


_RANK = {field: rank for rank, field in enumerate(Field)}


def in_order(questions: list[Question]) -> tuple[Question, ...]:
    """Most important first; within one field in the order found."""
    return tuple(sorted(questions, key=lambda question: _RANK[question.field]))
