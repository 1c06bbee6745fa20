"""The register of permits as sheets: which columns there are, and what stands in them for one permit.

A cell is text, a moment, a whole number, an exact decimal, or nothing: what nobody did is an empty cell, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from cards import words
from cards import words_reports as say
from cards.forms.cells import place
from cards.forms.paper import Paper, masked
from cards.forms.words import ACCEPTANCE as ACCEPTED
from cards.forms.words import FAILED, HANDOVER, PASSED, RESUME, SIGNER, START
from cards.reports.hidden import without_numbers
from cards.worth import worth
from workflow.ids import PermitId
from workflow.permit import events as e
from workflow.rules.sampling import called
from workflow.rules.types import Role
from workflow.values import Proof

Cell = str | datetime | int | Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its headings with their widths in characters, and the rows one permit adds."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Callable[[Paper], Iterator[tuple[Cell, ...]]]


def broken_row(number: PermitId) -> tuple[Cell, ...]:
    """The row of a permit whose history does not verify: it is there, and nothing of it is told."""
    return (number, *([None] * (len(_LEDGER) - 2)), say.BROKEN)


# --- one row a permit -----------------------------------------------------------------------------------------------


def _permit(paper: Paper) -> Iterator[tuple[Cell, ...]]:
    permit, content = paper.permit, paper.content
    air = [one for one in paper.events if isinstance(one, e.GasRecorded)]
    yield (
        paper.number, words.WORK[content.work], words.GRADE[paper.law.grade], words.STATUS[permit.status],
        paper.area_name, _typed(place(paper)), content.equipment or "", _typed(content.task),
        content.applicant_unit, paper.name(content.applicant), content.work_unit, paper.name(permit.leader),
        paper.name(permit.guardian), paper.people(content.workers), _certificates(paper),
        content.planned.start, content.planned.end, permit.submitted_at, permit.issued_at, permit.started_at,
        permit.finished_at, _closed_at(paper),
        sum(isinstance(one, e.WorkSuspended) for one in paper.events), len(air), sum(not one.passed for one in air),
        _typed(permit.closing.reason) if permit.closing is not None else "", "、".join(content.linked),
        permit.version, paper.head.hex(), say.AGREED,
    )  # fmt: skip


_LEDGER: Final = (
    ("作业票编号", 24), ("作业类型", 9), ("级别", 7), ("状态", 15), ("区域", 14), ("地点", 20), ("设备位号", 10),
    ("作业内容", 36), ("申请单位", 14), ("申请人", 9), ("作业单位", 14), ("作业负责人", 11), ("监护人", 9),
    ("作业人", 20), ("作业人证书编号", 30), ("计划开始", 17), ("计划结束", 17), ("提交时间", 17), ("签发时间", 17),
    ("开工时间", 17), ("作业结束时间", 17), ("关闭时间", 17), ("停工次数", 9), ("气体检测次数", 13), ("不合格次数", 11),
    ("拒绝、取消或作废的原因", 26), ("关联作业票", 26), ("记录条数", 9), ("记录链头 SHA-256", 20), ("记录校验", 12),
)  # fmt: skip


def _certificates(paper: Paper) -> str:
    """Every certificate of the workers, each without its middle: a national one holds an identity number."""
    told = []
    for person in paper.content.workers:
        numbers = "、".join(masked(one.number) for one in paper.certificates.get(person, ()) if one.number)
        told += [f"{paper.name(person)} {numbers}"] if numbers else []
    return "；".join(told)


def _closed_at(paper: Paper) -> datetime | None:
    return next((one.at for one in paper.events if isinstance(one, e.PermitClosed)), None)


def _typed(text: str) -> str:
    return without_numbers(text)


# --- one row a signature --------------------------------------------------------------------------------------------


def _signatures(paper: Paper) -> Iterator[tuple[Cell, ...]]:
    """Every signature there ever was, of earlier revisions, too."""
    revision = 0
    nodes: dict[str, str] = {}
    for event in paper.events:
        if isinstance(event, e.PermitSubmitted):
            revision = event.revision
            nodes = {str(node.key): node.label for node in event.rules.chain}
        step = _signed(paper, event, nodes)
        if step is not None:
            what, opinion, how = step
            yield paper.number, revision, what, _typed(opinion), paper.who(event.by), event.at, how


def _signed(paper: Paper, event: e.Event, nodes: dict[str, str]) -> tuple[str, str, str] | None:
    """What was signed, with which words, and what the signature is worth; None for what is no signature."""

    def how(proof: Proof | None) -> str:
        return worth(proof, paper.name)

    match event:
        case e.ReviewRequested():
            return say.FIRST_OPINION, "", how(event.proof)
        case e.StepApproved():
            return (
                nodes.get(event.node, event.node),
                event.opinion,
                worth(event.proof, paper.name, escalated=event.escalated),
            )
        case e.BriefingSigned():
            return say.BRIEFED, "", how(event.proof)
        case e.StartSigned():
            return START.format(role=_role(event.role)), "", how(event.proof)
        case e.ResumeSigned():
            return RESUME.format(role=_role(event.role)), event.cause_removed, how(event.proof)
        case e.HandoverSigned():
            return HANDOVER.format(number=event.number), "", how(None)
        case e.AcceptanceSigned():
            return ACCEPTED.format(role=_role(event.role)), "", how(event.proof)
        case _:
            return None


def _role(role: Role) -> str:
    return SIGNER.get(role) or words.ROLE[role]


_SIGNED: Final = (
    ("作业票编号", 24), ("第几次申请", 11), ("环节", 26), ("意见", 26), ("签字人", 10), ("时间", 17), ("确认方式", 34),
)  # fmt: skip


# --- one row a value ------------------------------------------------------------------------------------------------


def _air(paper: Paper) -> Iterator[tuple[Cell, ...]]:
    """Every value of every analysis, the failed ones too, exactly as it was given."""
    rules = paper.law.gas
    points = dict(zip(rules.points, rules.point_labels, strict=False)) if rules is not None else {}
    for event in paper.events:
        if isinstance(event, e.GasRecorded):
            sample = event.sample
            verdict = PASSED if event.passed else FAILED
            for one in sample.readings:
                name = words.GAS.get(one.gas) or paper.label(one.gas)
                yield (
                    paper.number, sample.sampled_at, points.get(sample.point) or called(sample.point), name, one.value,
                    one.unit.value, verdict, _typed("；".join(event.failures)), paper.name(sample.analyst),
                    sample.device or "",
                )  # fmt: skip


_AIR: Final = (
    ("作业票编号", 24), ("取样时间", 17), ("部位", 12), ("气体", 10), ("数值", 10), ("单位", 8), ("结论", 8),
    ("不合格原因", 30), ("分析人", 10), ("仪器", 14),
)  # fmt: skip

SHEETS: Final = (
    Sheet(name=say.LEDGER, columns=_LEDGER, rows=_permit),
    Sheet(name=say.SIGNED, columns=_SIGNED, rows=_signatures),
    Sheet(name=say.AIR, columns=_AIR, rows=_air),
)
"""In the order of the workbook; what a stranger needs to know comes on a sheet behind them."""
