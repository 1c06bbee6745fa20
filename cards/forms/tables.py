"""The tables of a form: gas, measures, briefing, signatures, the course of the work, and the index of photos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cards import words as chat
from cards.forms import words
from cards.forms.paper import Paper, number
from workflow.ids import MediaHash, PersonId
from workflow.permit import events as e
from workflow.permit.content import GasReading
from workflow.permit.state import MeasureState
from workflow.rules.gas import label
from workflow.rules.types import GasKind, GasLimit, GasRules, Measure, Role
from workflow.values import Proof, WorkType

_FREE = "free"
"""The trigger of the item that holds what no other item does: 其他安全措施."""
_AIR = frozenset({WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.POWER})
"""Forms with a gas table, also while it is empty."""
S = TypeVar("S", e.StartSigned, e.ResumeSigned, e.AcceptanceSigned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: a title, its columns with their share of the width, its rows, and a line under it."""

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    small: tuple[int, ...] = ()
    """Columns in small fixed type, e.g. hashes."""


def tables(paper: Paper) -> tuple[Table, ...]:
    """Every table of the permit's form, in its order."""
    return tuple(
        table
        for table in (gas(paper), measures(paper), briefing(paper), signatures(paper), course(paper), index(paper))
        if table is not None
    )


# --- gas ------------------------------------------------------------------------------------------------------------


def gas(paper: Paper) -> Table | None:
    """Every analysis, the failed ones too. The paper form has three columns; the record has no end."""
    found = [event for event in paper.events if isinstance(event, e.GasRecorded)]
    rules = paper.law.gas
    if not found and paper.content.work not in _AIR and rules is None:
        return None
    return Table(
        title="气体分析",
        columns=(("取样时间", 3.3), ("分析部位", 2.0), ("分析结果", 5.6), ("结论", 2.8), ("分析人", 2.2)),
        rows=tuple(_sample(paper, rules, one) for one in found) or (("",) * 5,),
        note="" if rules is None else "合格标准：" + "；".join(_limit(rules, one) for one in rules.limits),
    )


def _sample(paper: Paper, rules: GasRules | None, event: e.GasRecorded) -> tuple[str, ...]:
    sample = event.sample
    verdict = words.PASSED if event.passed else f"{words.FAILED}：{'；'.join(event.failures)}"
    values = "  ".join(_reading(rules, one) for one in sample.readings)
    who = paper.name(sample.analyst) + (f"（{sample.device}）" if sample.device else "")
    point = dict(zip(rules.points, rules.point_labels, strict=False)).get(sample.point) if rules else None
    return paper.time(sample.sampled_at), point or sample.point, values, verdict, who


def _reading(rules: GasRules | None, one: GasReading) -> str:
    name = chat.GAS.get(one.gas) or (label(rules, one.gas) if rules is not None else one.gas)
    return f"{name} {number(one.value)} {one.unit.value}"


def _limit(rules: GasRules, limit: GasLimit) -> str:
    name = chat.GAS.get(limit.gas) or label(rules, limit.gas)
    low = f"{number(limit.low)}～" if limit.low is not None else "≤"
    high = number(limit.high) if limit.high is not None else ""
    case = ""
    if limit.kind is GasKind.FLAMMABLE:
        case = f"（爆炸下限≥{limit.lel_from}%）" if limit.lel_from is not None else ""
        case = f"（爆炸下限<{limit.lel_below}%）" if limit.lel_below is not None else case
        case = "（气体不明）" if limit.unknown_gas else case
    return f"{name}{case} {low}{high} {limit.unit.value}"


# --- measures and briefing ------------------------------------------------------------------------------------------


def measures(paper: Paper) -> Table:
    """Each item with 是否涉及 and who confirmed it; what nobody has answered stays empty."""
    return Table(
        title="安全措施",
        columns=(("序号", 1.0), ("安全措施", 7.4), ("是否涉及", 1.8), ("确认人", 1.6), ("确认时间与说明", 4.2)),
        rows=tuple(_measure(paper, one) for one in paper.law.measures),
        note="编制人（其他安全措施）：" + _author(paper),
    )


def _measure(paper: Paper, measure: Measure) -> tuple[str, ...]:
    state = paper.permit.measures.get(measure.no, MeasureState())
    text = measure.label
    if measure.trigger == _FREE and state.detail:
        text = f"{text}：{state.detail}"
    involved = "" if state.involved is None else words.YES if state.involved else words.NO
    said = " ".join(filter(None, (paper.time(state.confirmed_at), state.confirm_detail)))
    return measure.no, text, involved, paper.name(state.confirmed_by), said


def _author(paper: Paper) -> str:
    states = (paper.permit.measures.get(one.no) for one in paper.law.measures if one.trigger == _FREE)
    return "、".join(dict.fromkeys(filter(None, (paper.who(one.answered_by) for one in states if one is not None))))


def briefing(paper: Paper) -> Table:
    """Who briefed and who was briefed (4.4). The crew is briefed; whoever else signed has briefed."""
    content = paper.content
    crew = {content.leader, content.guardian, *content.workers}
    signed = [(one.by.as_person, one.at) for one in paper.events if isinstance(one, e.BriefingSigned)]

    def told(people: list[tuple[PersonId | None, datetime]]) -> str:
        return "；".join(f"{paper.name(who)} {paper.time(at)}" for who, at in people)

    return Table(
        title="安全交底",
        columns=(("安全交底人", 1.0), ("接受交底人", 2.0)),
        rows=((told([one for one in signed if one[0] not in crew]), told([one for one in signed if one[0] in crew])),),
    )


# --- signatures -----------------------------------------------------------------------------------------------------


def signatures(paper: Paper) -> Table:
    """The chain, the start, every resumption, the acceptance: opinion, name, time, and what the signature is worth."""
    return Table(
        title="意见与签字",
        columns=(("环节", 3.6), ("意见", 3.2), ("签字", 1.4), ("时间", 3.3), ("确认方式", 4.6)),
        rows=(*_review(paper), *_start(paper), *_resumed(paper), *_accepted(paper)),
    )


def worth(proof: Proof | None, *, escalated: bool = False) -> str:
    """What a signature is worth, said no better than it is."""
    if proof is None:
        return chat.NO_PROOF + (words.ESCALATED if escalated else "")
    place = words.ON_SITE if proof.at_site and "现场" not in chat.PROOF[proof.method] else ""
    return chat.PROOF[proof.method] + place + (words.ESCALATED if escalated else "")


def _review(paper: Paper) -> Iterator[tuple[str, ...]]:
    asked = _last(paper, e.ReviewRequested)
    lift = paper.content.work is WorkType.LIFT
    title = words.COMMANDER_OPINION if lift else words.LEADER_OPINION
    if asked is None or paper.permit.review_requested_at is None:
        yield title, "", "", "", ""
    else:
        yield title, "", paper.who(asked.by), paper.time(asked.at), worth(asked.proof)
    signed = {one.node: one for one in paper.permit.signatures}
    for node in paper.law.chain:
        one = signed.get(node.key)
        if one is None:
            yield node.label, "", "", "", ""
        else:
            how = worth(one.proof, escalated=one.escalated)
            yield node.label, one.opinion, paper.name(one.person), paper.time(one.at), how


def _last(paper: Paper, kind: type[e.ReviewRequested]) -> e.ReviewRequested | None:
    return next((one for one in reversed(paper.events) if isinstance(one, kind)), None)


def _start(paper: Paper) -> Iterator[tuple[str, ...]]:
    signed = {one.role: one for one in paper.events if isinstance(one, e.StartSigned)}
    for role in paper.law.start_roles:
        hot_shift = paper.content.work is WorkType.HOT and role is Role.SHIFT_LEADER
        title = words.CHECK_TICKET if hot_shift else words.START.format(role=_signer(role))
        one = signed.get(role)
        yield (title, "", "", "", "") if one is None else (
            title, "", paper.who(one.by), paper.time(one.at), worth(one.proof)
        )  # fmt: skip


def _resumed(paper: Paper) -> Iterator[tuple[str, ...]]:
    for one in paper.events:
        if isinstance(one, e.ResumeSigned):
            title = words.RESUME.format(role=_signer(one.role))
            yield title, one.cause_removed, paper.who(one.by), paper.time(one.at), worth(one.proof)


def _accepted(paper: Paper) -> Iterator[tuple[str, ...]]:
    signed = {one.role: one for one in paper.permit.acceptance}
    for role in paper.law.acceptance_roles:
        title, one = words.ACCEPTANCE.format(role=_signer(role)), signed.get(role)
        # The record of an acceptance carries no proof: it was a tap in the chat.
        yield (title, "", "", "", "") if one is None else (
            title, "", paper.name(one.person), paper.time(one.at), worth(None)
        )  # fmt: skip


def _signer(role: Role) -> str:
    return words.SIGNER.get(role) or chat.ROLE.get(role, role.value)


# --- what happened --------------------------------------------------------------------------------------------------

_MILESTONES: dict[type[e.Event], str] = {
    e.PermitIssued: "签发",
    e.WorkStarted: "开工",
    e.WorkSuspended: "停工",
    e.WorkResumed: "复工",
    e.WorkFinished: "作业结束",
    e.FireWatchStarted: "开始留守",
    e.FireWatchEnded: "确认无残火",
    e.PermitClosed: "验收关闭",
    e.ReturnedForChange: "退回修改",
    e.PermitRejected: "拒绝",
    e.PermitCancelled: "取消",
    e.PermitVoided: "作废",
    e.PermitExpired: "过期",
}


def course(paper: Paper) -> Table:
    """When what happened, with the reason where there is one."""
    rows = tuple(
        (paper.time(one.at), _MILESTONES[type(one)], _why(one), paper.who(one.by) or "系统")
        for one in paper.events
        if type(one) in _MILESTONES
    )
    return Table(
        title="经过",
        columns=(("时间", 3.2), ("事项", 2.0), ("说明", 7.0), ("办理", 2.0)),
        rows=rows or (("",) * 4,),
    )


def _why(event: e.Event) -> str:
    match event:
        case e.WorkSuspended(reason=reason, text=text):
            return " ".join(filter(None, (chat.SUSPENDED[reason], text)))
        case e.PermitExpired(why=why):
            return why
        case e.ReturnedForChange(reason=text) | e.PermitRejected(reason=text):
            return text
        case e.PermitCancelled(reason=text) | e.PermitVoided(reason=text):
            return text
        case e.WorkFinished(people_inside=people, tools_inside=tools):
            return f"清点：里面{people}人、{tools}件工具"
        case _:
            return ""


def index(paper: Paper) -> Table | None:
    """What was photographed or attached, each with the hash of its original bytes."""
    rows = tuple(_attached(paper))
    if not rows:
        return None
    return Table(
        title="照片与附件索引",
        columns=(("用途", 3.2), ("时间", 3.4), ("提供人", 1.5), ("来源", 1.6), ("原件 SHA-256", 6.9)),
        rows=rows,
        small=(4,),
    )


def _attached(paper: Paper) -> Iterator[tuple[str, ...]]:
    names = {one.key: one.label for one in paper.law.photos} | {one.no: one.no for one in paper.law.measures}
    for event in paper.events:
        media: MediaHash | None = None
        source, title = "", ""
        match event:
            case e.PhotoAdded(media=media, purpose=purpose, camera=camera):
                title = names.get(purpose, purpose)
                source = words.BY_CAMERA if camera else words.NOT_BY_CAMERA
            case e.MeasureConfirmed(media=media, no=no):
                title = f"措施{no}"
            case e.JsaAttached(media=media):
                title = "风险辨识"
            case e.FireWatchEnded(media=media):
                title = "无残火"
            case e.NoteAdded(media=media):
                title = "留言"
            case _:
                pass
        if media is not None:
            yield title, paper.time(event.at), paper.who(event.by), source, media
