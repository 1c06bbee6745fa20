"""The grade of hot work: table 1.2 in order, then the relief of a stopped plant, then 升级管理 (GB 30871-2022 5.1).

A grade is computed, never chosen. What the applicant called it may raise it, never lower it. Where an answer is missing
and could change the grade, there is no grade: the missing questions come back instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.rules.law import GradeRule, Grading, Upgrade, Vocabulary
from workflow.rules.situation import Known, holds, open_names
from workflow.rules.types import GRADE_RANK, GRADE_WORDS, Grade

_NEXT = {Grade.SECOND: Grade.FIRST, Grade.FIRST: Grade.SPECIAL, Grade.SPECIAL: Grade.SPECIAL}


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


def grade(grading: Grading, known: Known, words: Vocabulary, stated: str | None) -> Graded:
    """Compute the grade.

    Raise `Refused` when the work needs no permit grade (fixed hot-work area) or when unknown facts could change the
    grade; one finding per question, gate ``grade.<fact>``.
    """
    free = grading.permit_free
    if free is not None and holds(free.when, known) is True:
        raise Refused((_permit_free(free),))
    row = _first(grading.rows, known, words)
    base, why, clause = row.grade, row.why, row.clause
    relief = grading.relief
    if relief is not None and base is grading.relief_from and holds(relief.when, known) is True:
        base, why, clause = relief.grade, relief.why, relief.clause
    raised = [upgrade for upgrade in grading.upgrades if holds(upgrade.when, known) is True]
    found = _raise(base, why, clause, raised, grading.duty_leader)
    named = parse(stated)
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


def parse(stated: str | None) -> Grade | None:
    """What an applicant called the grade, as a grade; None when nothing can be read out of it."""
    if stated is None:
        return None
    marks = {"特": Grade.SPECIAL, "一": Grade.FIRST, "二": Grade.SECOND}
    found = {value for mark, value in marks.items() if mark in stated}
    found |= {value for value in marks.values() if value.value == stated}
    return found.pop() if len(found) == 1 else None


def _raise(base: Grade, why: str, clause: str, raised: list[Upgrade], duty_leader: str) -> Graded:
    if not raised:
        return Graded(grade=base, base=base, why=why, clause=clause)
    reasons = "、".join(upgrade.why for upgrade in raised)
    names = tuple(upgrade.when for upgrade in raised)
    clauses = "；".join(dict.fromkeys((clause, *(upgrade.clause for upgrade in raised))))
    higher = _NEXT[base]
    if higher is base:
        text = f"{why}；{reasons}，已是{GRADE_WORDS[base]}，须厂值班领导到场"
        clauses = "；".join(dict.fromkeys((clauses, duty_leader))) if duty_leader else clauses
        return Graded(grade=base, base=base, why=text, clause=clauses, raised_by=names, duty_leader=bool(duty_leader))
    text = f"{why}；{reasons}，由{GRADE_WORDS[base]}升为{GRADE_WORDS[higher]}"
    return Graded(grade=higher, base=base, why=text, clause=clauses, raised_by=names)


def _first(rows: tuple[GradeRule, ...], known: Known, words: Vocabulary) -> GradeRule:
    """The first row that holds, provided no open row before it could give another grade."""
    before: list[GradeRule] = []
    for row in rows:
        answer = holds(row.when, known)
        if answer is True:
            rivals = [rival for rival in before if rival.grade is not row.grade]
            if rivals:
                raise Refused(_questions(rivals, known, words))
            return row
        if answer is None:
            before.append(row)
    raise ValueError("a grading table must end in a row that always holds")


def _questions(rivals: list[GradeRule], known: Known, words: Vocabulary) -> tuple[Finding, ...]:
    names = dict.fromkeys(name for rival in rivals for name in open_names(rival.when, known))
    return tuple(
        Finding(
            gate=f"grade.{name}",
            verdict=Verdict.UNKNOWN,
            severity=Severity.BLOCK,
            rule="动火级别按作业地点和设备状态确定，缺一项就定不了级",
            clause=rivals[0].clause,
            fact=f"还没有回答：{words.question(name)}",
            cure=words.question(name),
            who="申请人",
        )
        for name in names
    )


def _permit_free(row: GradeRule) -> Finding:
    return Finding(
        gate="grade.fixed_hot_work",
        verdict=Verdict.FAIL,
        severity=Severity.BLOCK,
        rule="在批准的固定动火区内动火，不办动火作业票，按固定动火区管理要求执行",
        clause=row.clause,
        fact=row.why,
        cure="不用申请作业票；请按固定动火区管理规定作业。若不在区内，请改作业地点",
        who="申请人",
    )
