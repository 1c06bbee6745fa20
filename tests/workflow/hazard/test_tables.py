"""The tables of a hazard's life, held against grids written out by hand: every pair is classified, and exactly once."""

from __future__ import annotations

import pytest

from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.decide import _DECISIONS
from workflow.hazard.effects import _TABLE
from workflow.hazard.evolve import _APPLY
from workflow.hazard.no import STAGES
from workflow.hazard.state import OPEN, Stage
from workflow.hazard.transitions import LISTENS, MAY_ASK, MOVES

# x: heard · . : a person is refused with an answer, a timer is stale
HEARD = """
                 bl re rc ta ar di me
Report           x  .  .  .  .  .  .
SeeAgain         .  x  x  x  .  .  .
Merge            .  x  x  .  .  .  .
Dismiss          .  x  x  .  .  .  .
Regrade          .  x  x  x  .  .  .
Assign           .  x  x  .  .  .  .
Take             .  .  x  .  .  .  .
PutInterim       .  x  x  .  .  .  .
AdoptPlan        .  x  x  .  .  .  .
AskExtension     .  .  x  .  .  .  .
AnswerExtension  .  .  x  .  .  .  .
Rectify          .  .  x  .  .  .  .
Accept           .  .  .  x  .  .  .
SendBack         .  .  .  x  .  .  .
Reopen           .  .  .  .  x  x  .
AddNote          .  x  x  x  x  x  .
TakeCharge       .  x  x  x  .  .  .
DebtOverdue      .  x  x  x  .  .  .
"""
# a letter: where it leads (R reported, C rectifying, T to accept, A archived, D dismissed, M merged) · . : impossible
LEADS = """
                   bl re rc ta ar di me
HazardReported     R  .  .  .  .  .  .
SeenAgain          .  R  C  T  .  .  .
HazardMerged       .  M  M  .  .  .  .
HazardDismissed    .  D  D  .  .  .  .
HazardRegraded     .  R  C  T  .  .  .
HazardAssigned     .  C  C  .  .  .  .
HazardTaken        .  .  C  .  .  .  .
InterimPut         .  R  C  .  .  .  .
PlanAdopted        .  R  C  .  .  .  .
ExtensionAsked     .  .  C  .  .  .  .
ExtensionGranted   .  .  C  .  .  .  .
ExtensionRefused   .  .  C  .  .  .  .
HazardRectified    .  .  T  .  .  .  .
HazardAccepted     .  .  .  A  .  .  .
HazardSentBack     .  .  .  C  .  .  .
HazardReopened     .  .  .  .  R  R  .
NoteAdded          .  R  C  T  A  D  .
ChargeTaken        .  R  C  T  .  .  .
SupervisionRaised  .  R  C  T  .  .  .
PointsEarned       .  .  .  .  A  .  .
"""
_SHORT = {
    "bl": Stage.BLANK, "re": Stage.REPORTED, "rc": Stage.RECTIFYING, "ta": Stage.TO_ACCEPT, "ar": Stage.ARCHIVED,
    "di": Stage.DISMISSED, "me": Stage.MERGED,
}  # fmt: skip
_LETTERS = {
    "R": Stage.REPORTED, "C": Stage.RECTIFYING, "T": Stage.TO_ACCEPT, "A": Stage.ARCHIVED, "D": Stage.DISMISSED,
    "M": Stage.MERGED,
}  # fmt: skip


def _cells(grid: str) -> dict[tuple[str, Stage], str]:
    head, *rows = (line.split() for line in grid.strip("\n").splitlines())
    return {(row[0], _SHORT[short]): cell for row in rows for short, cell in zip(head, row[1:], strict=True)}


def test_every_stage_hears_what_the_grid_says() -> None:
    cells = _cells(HEARD)
    assert {name for name, _ in cells} == {kind.__name__ for kind in c.ALL}
    for kind in c.ALL:
        for stage in Stage:
            assert (kind in LISTENS[stage]) == (cells[kind.__name__, stage] == "x"), (kind, stage)


def test_every_event_leads_where_the_grid_says() -> None:
    cells = _cells(LEADS)
    assert {name for name, _ in cells} == {kind.__name__ for kind in e.ALL}
    for kind in e.ALL:
        for stage in Stage:
            letter = cells[kind.__name__, stage]
            assert MOVES.get((stage, kind)) == (None if letter == "." else _LETTERS[letter]), (kind, stage)


@pytest.mark.parametrize("table", [_DECISIONS, MAY_ASK])
def test_every_command_has_its_row(table: dict[type[c.Command], object]) -> None:
    assert set(table) == set(c.ALL)


@pytest.mark.parametrize("table", [_APPLY, _TABLE])
def test_every_event_has_its_row(table: dict[type[e.Event], object]) -> None:
    assert set(table) == set(e.ALL)


def test_the_clock_only_ever_reminds_and_open_stages_hear_it() -> None:
    assert {kind for kind, who in MAY_ASK.items() if {one.value for one in who} == {"clock"}} == {c.DebtOverdue}
    assert {stage for stage in Stage if c.DebtOverdue in LISTENS[stage]} == OPEN
    assert set(STAGES) == set(Stage)
