"""督办 as somebody sees it: late and waiting steps, hazards that climbed, rates; for the page and the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from cards import words_hazards
from cards import words_supervision as say
from cards.reports.hidden import without_numbers
from cards.reports.ledger import Cell
from workflow.hazard.state import Stage
from workflow.ids import AreaId, HazardId, PermitId
from workflow.supervision import Share
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step of a permit the plant is waited for. ``climbed`` is empty before it is late."""

    permit: PermitId
    area: AreaId
    place: str
    label: str
    asked: str
    department: str
    since: datetime | None
    late: bool
    climbed: str
    mine: bool
    """Whether it asked the viewer or climbed to him."""

    def __post_init__(self) -> None:
        if self.since is not None:
            aware(self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardLine:
    """An open hazard under 督办. ``due`` None: nothing has a time now; ``climbed`` 1 … 3, how high."""

    hazard: HazardId
    place: str
    said: str
    stage: Stage
    responsible: str
    since: datetime
    due: datetime | None
    late: bool
    climbed: int

    def __post_init__(self) -> None:
        aware(self.since)
        if self.due is not None:
            aware(self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """All of it for one person at one moment. Rates are for who leads the plant (``whole``)."""

    at: datetime
    zone: tzinfo
    whole: bool
    steps: tuple[StepLine, ...]
    rates: tuple[Share, ...]
    hazards: tuple[HazardLine, ...]
    hazard_rates: tuple[Share, ...]

    def __post_init__(self) -> None:
        aware(self.at)

    @property
    def late(self) -> tuple[StepLine, ...]:
        """The steps that have waited their time."""
        return tuple(one for one in self.steps if one.late)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.steps and not self.hazards and not self.hazard_rates


# --- as sheets ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One sheet: its headings with their widths in characters, and its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]


_STEPS: Final = (
    ("作业票编号", 24), ("地点", 20), ("等待的步骤", 16), ("等谁", 24), ("责任部门", 14),
    ("从何时起等", 17), ("超时", 7), ("督办情况", 30),
)  # fmt: skip
_HAZARDS: Final = (
    ("隐患编号", 22), ("地点", 20), ("情况", 36), ("状态", 10), ("责任人", 10), ("上报时间", 17),
    ("期限", 17), ("超期", 7), ("督办级别", 12),
)  # fmt: skip
_RATES: Final = (("事项", 12), ("部门", 18), ("在等", 8), ("其中超时", 10), ("超时率（%）", 12))


def tabs(view: WatchView) -> Iterator[Tab]:
    """The sheets of the workbook; rates only for who leads the plant."""
    yield Tab(name=say.SHEET_STEPS, columns=_STEPS, rows=tuple(map(_step, view.steps)))
    yield Tab(name=say.SHEET_HAZARDS, columns=_HAZARDS, rows=tuple(map(_hazard, view.hazards)))
    if view.whole:
        permits = (_rate(say.OF_PERMITS, say.NO_DEPARTMENT, one) for one in view.rates)
        hazards = (_rate(say.OF_HAZARDS, say.NOT_ASSIGNED, one) for one in view.hazard_rates)
        yield Tab(name=say.SHEET_RATES, columns=_RATES, rows=(*permits, *hazards))


def _step(one: StepLine) -> tuple[Cell, ...]:
    return (
        one.permit, without_numbers(one.place), one.label, one.asked, one.department or say.NO_DEPARTMENT, one.since,
        say.YES if one.late else say.NO, one.climbed,
    )  # fmt: skip


def _hazard(one: HazardLine) -> tuple[Cell, ...]:
    return (
        one.hazard, without_numbers(one.place or words_hazards.NO_PLACE),
        without_numbers(one.said or words_hazards.ONLY_PHOTO), words_hazards.STAGE[one.stage],
        one.responsible or say.NOT_ASSIGNED, one.since, one.due, say.YES if one.late else say.NO,
        say.LEVEL[one.climbed],
    )  # fmt: skip


def _rate(what: str, nobody: str, one: Share) -> tuple[Cell, ...]:
    return what, one.department or nobody, one.waiting, one.late, one.percent
