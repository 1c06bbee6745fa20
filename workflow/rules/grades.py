"""The grade of a work: its table in order, then the relief of a stopped plant, what annex B adds, then 升级管理.

A grade is computed, never chosen. What the applicant called it may raise it, never lower it. Where an answer is missing
and could change the grade, there is no grade: the missing questions come back instead, figures before facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.rules.law import GradeRule, Grading, PermitFree, Upgrade, Vocabulary
from workflow.rules.levels import parse
from workflow.rules.quantities import QUANTITIES
from workflow.rules.situation import Known, holds, open_names
from workflow.rules.types import GRADE_RANK, GRADE_WORDS, GRADES, Grade
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A grade with its reasons."""

    grade: Grade
    base: Grade
    """Before 升级管理."""
    why: str
    clause: str
    raised_by: tuple[str, ...] = ()
    duty_leader: bool = False
    """特级 that had to be raised: the plant's duty leader stands by."""


UNGRADED = Graded(grade=Grade.NONE, base=Grade.NONE, why="该类作业不分级", clause="")


def grade(grading: Grading, known: Known, words: Vocabulary, stated: str | None, work: WorkType) -> Graded:
    """Compute the grade.

    Raise `Refused` when no permit of this work is made here (fixed hot-work area, less than 2 m high) or when unknown
    facts could change the grade; one finding per question, gate ``grade.<fact>``.
    """
    free = grading.permit_free
    if free is not None and holds(free.when, known) is True:
        raise Refused((_permit_free(free),))
    row, rivals = _table(grading, known)
    base, why, clause = row.grade, row.why, row.clause
    relief = grading.relief
    if relief is not None and base is grading.relief_from and holds(relief.when, known) is True:
        base, why, clause = relief.grade, relief.why, relief.clause
    open_ones = [*([free.when] if free is not None else []), *rivals]
    questions = _questions(open_ones, grading, known, words)
    if questions:
        raise Refused(questions)
    raised = [upgrade for upgrade in grading.upgrades if holds(upgrade.when, known) is True]
    found = _raise(base, why, clause, raised, grading.duty_leader, GRADES[work])
    named = parse(stated, work)
    if named is not None and GRADE_RANK[named] > GRADE_RANK[found.grade]:
        return Graded(
            grade=named,
            base=found.base,
            why=f"{found.why}；申请按{GRADE_WORDS[named]}办理，从严",
            clause=found.clause,
            raised_by=found.raised_by,
            duty_leader=found.duty_leader,
        )
    return found


def _raise(
    base: Grade, why: str, clause: str, raised: list[Upgrade], duty_leader: str, ladder: tuple[Grade, ...]
) -> Graded:
    if not raised:
        return Graded(grade=base, base=base, why=why, clause=clause)
    reasons = "、".join(upgrade.why for upgrade in raised)
    names = tuple(upgrade.when for upgrade in raised)
    clauses = "；".join(dict.fromkeys((clause, *(upgrade.clause for upgrade in raised))))
    higher = ladder[min(ladder.index(base) + 1, len(ladder) - 1)]
    if higher is base:
        text = f"{why}；{reasons}，已是{GRADE_WORDS[base]}，须厂值班领导到场"
        clauses = "；".join(dict.fromkeys((clauses, duty_leader))) if duty_leader else clauses
        return Graded(grade=base, base=base, why=text, clause=clauses, raised_by=names, duty_leader=bool(duty_leader))
    text = f"{why}；{reasons}，由{GRADE_WORDS[base]}升为{GRADE_WORDS[higher]}"
    return Graded(grade=higher, base=base, why=text, clause=clauses, raised_by=names)


def _table(grading: Grading, known: Known) -> tuple[GradeRule, list[str]]:
    """The row that decides, raised to what annex B asks; and the open conditions that could still change the grade."""
    floors = [row for row in grading.floors if holds(row.when, known) is True]
    floor = max(floors, key=_rank, default=None)
    before: list[GradeRule] = []
    for row in grading.rows:
        answer = holds(row.when, known)
        if answer is True:
            decided = row if floor is None or _rank(floor) <= _rank(row) else floor
            rivals = [rival.when for rival in before if _over(rival, floor) != _rank(decided)]
            higher = [row.when for row in grading.floors if _rank(row) > _rank(decided)]
            return decided, [*rivals, *higher]
        if answer is None:
            before.append(row)
    raise ValueError("a grading table must end in a row that always holds")


def _rank(row: GradeRule) -> int:
    return GRADE_RANK[row.grade]


def _over(row: GradeRule, floor: GradeRule | None) -> int:
    return _rank(row) if floor is None else max(_rank(row), _rank(floor))


def _questions(conditions: list[str], grading: Grading, known: Known, words: Vocabulary) -> tuple[Finding, ...]:
    """One finding per open name; a summary asks for its parts. Figures come first and alone: the rest hangs on them."""
    names = dict.fromkeys(
        part
        for condition in conditions
        for name in open_names(condition, known)
        for part in words.any_of.get(name, (name,))
        if known.of(part) is None
    )
    figures = [name for name in names if name in QUANTITIES]
    return tuple(
        Finding(
            gate=f"grade.{name}",
            verdict=Verdict.UNKNOWN,
            severity=Severity.BLOCK,
            rule=grading.rule,
            clause=grading.rows[0].clause,
            fact=f"还没有回答：{words.question(name)}",
            cure=words.question(name),
            who="申请人",
        )
        for name in figures or names
    )


def _permit_free(row: PermitFree) -> Finding:
    return Finding(
        gate=f"grade.{row.key}",
        verdict=Verdict.FAIL,
        severity=Severity.BLOCK,
        rule=row.rule,
        clause=row.clause,
        fact=row.why,
        cure=row.cure,
        who="申请人",
    )
