"""The tables of a form: gas, measures, briefing and signatures; `past` has those of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cards import words as chat
from cards import words_links
from cards.forms import words
from cards.forms.paper import Paper, number
from cards.forms.past import course, index, inside
from cards.forms.table import Table
from cards.given import given
from cards.worth import worth
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.content import GasReading
from workflow.permit.signing import START
from workflow.permit.state import MeasureState
from workflow.rules.gas import label
from workflow.rules.sampling import called
from workflow.rules.types import GasKind, GasLimit, GasRules, Measure, Role, Unit
from workflow.values import Proof, WorkType

_FREE = "free"
"""The trigger of the item that holds what no other item does: 其他安全措施."""
_AIR = frozenset({WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.POWER})
"""Forms with a gas table, also while it is empty."""


def tables(paper: Paper) -> tuple[Table, ...]:
    """Every table of the permit's form, in its order."""
    return tuple(
        table
        for table in (
            gas(paper), measures(paper), briefing(paper), signatures(paper), inside(paper), course(paper), index(paper)
        )
        if table is not None
    )  # fmt: skip


# --- gas ------------------------------------------------------------------------------------------------------------


def gas(paper: Paper) -> Table | None:
    """Every analysis, the failed ones too. The paper form has three columns; the record has no end."""
    found = [event for event in paper.events if isinstance(event, e.GasRecorded)]
    rules = paper.law.gas
    if paper.content.work is WorkType.CONFINED_SPACE:
        return _space(paper, rules, found)
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
    return paper.time(sample.sampled_at), point or called(sample.point), values, verdict, who


_OXYGENS, _ANY_FLAMMABLE = frozenset({"o2", "oxygen"}), "flammable"
_OXYGEN, _FLAMMABLE, _TOXIC = GasKind.OXYGEN, GasKind.FLAMMABLE, GasKind.TOXIC


def _space(paper: Paper, rules: GasRules | None, found: list[e.GasRecorded]) -> Table:
    """The columns of A.2: toxic, flammable and oxygen each by itself, what is acceptable above, and where it was."""
    limits = () if rules is None else rules.limits
    accepted = {
        kind: "；".join(_limit(rules, one) for one in limits if rules is not None and one.kind is kind)
        for kind in (_TOXIC, _FLAMMABLE, _OXYGEN)
    }
    head = ("", words.ACCEPTABLE, accepted[_TOXIC], accepted[_FLAMMABLE], accepted[_OXYGEN], "", "")
    return Table(
        title="气体分析",
        columns=(
            ("分析时间", 3.4), ("分析部位", 1.5), ("有毒有害介质", 2.8), ("可燃气", 2.4), ("氧含量", 2.2),
            ("结论", 2.0), ("分析人", 1.8),
        ),
        rows=(head, *(tuple(_space_sample(paper, rules, one) for one in found) or (("",) * 7,))),
    )  # fmt: skip


def _space_sample(paper: Paper, rules: GasRules | None, event: e.GasRecorded) -> tuple[str, ...]:
    at, point, _, verdict, who = _sample(paper, rules, event)

    def told(kind: GasKind) -> str:
        mine = (one for one in event.sample.readings if kind_of(rules, one) is kind)
        return "  ".join(_reading(rules, one) for one in mine)

    return at, point, told(_TOXIC), told(_FLAMMABLE), told(_OXYGEN), verdict, who


def kind_of(rules: GasRules | None, one: GasReading) -> GasKind:
    """Which column a reading stands in: as the rules have it, else by what it says of itself."""
    for limit in () if rules is None else rules.limits:
        if limit.gas == one.gas:
            return limit.kind
    if one.gas in _OXYGENS:
        return _OXYGEN
    return _FLAMMABLE if one.unit is Unit.LEL_PERCENT or one.gas == _ANY_FLAMMABLE else _TOXIC


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
    signed = [(one.by.as_person, one.at, one.proof) for one in paper.events if isinstance(one, e.BriefingSigned)]

    def told(people: list[tuple[PersonId | None, datetime, Proof | None]]) -> str:
        return "；".join(f"{paper.name(who)} {paper.time(at)}{_vouched(paper, proof)}" for who, at, proof in people)

    return Table(
        title="安全交底",
        columns=(("安全交底人", 1.0), ("接受交底人", 2.0)),
        rows=((told([one for one in signed if one[0] not in crew]), told([one for one in signed if one[0] in crew])),),
    )


def _vouched(paper: Paper, proof: Proof | None) -> str:
    """Where the signature is worth less than one's own account, that and whose word it rests on."""
    if proof is None or proof.voucher is None:
        return ""
    return f"（{words_links.VOUCHED.format(name=paper.name(proof.voucher))}）"


# --- signatures -----------------------------------------------------------------------------------------------------


def signatures(paper: Paper) -> Table:
    """The chain, the start, every resumption, the acceptance: opinion, name, time, and what the signature is worth."""
    return Table(
        title="意见与签字",
        columns=(("环节", 3.6), ("意见", 3.2), ("签字", 1.4), ("时间", 3.3), ("确认方式", 4.6)),
        rows=(*_review(paper), *_start(paper), *_resumed(paper), *_relieved(paper), *_accepted(paper)),
    )


def _review(paper: Paper) -> Iterator[tuple[str, ...]]:
    asked = _last(paper, e.ReviewRequested)
    lift = paper.content.work is WorkType.LIFT
    title = words.COMMANDER_OPINION if lift else words.LEADER_OPINION
    if asked is None or paper.permit.review_requested_at is None:
        yield title, "", "", "", ""
    else:
        yield title, "", paper.who(asked.by), paper.time(asked.at), worth(asked.proof, paper.name)
    signed = {one.node: one for one in paper.permit.signatures}
    for node in paper.law.chain:
        one = signed.get(node.key)
        if one is None:
            yield node.label, "", "", "", ""
        else:
            how = worth(one.proof, paper.name, escalated=one.escalated)
            yield node.label, one.opinion, paper.name(one.person), paper.time(one.at), how


def _last(paper: Paper, kind: type[e.ReviewRequested]) -> e.ReviewRequested | None:
    return next((one for one in reversed(paper.events) if isinstance(one, kind)), None)


def _start(paper: Paper) -> Iterator[tuple[str, ...]]:
    signed = {one.role: one for step, one in given(paper.permit, paper.events) if step == START}
    for role in paper.law.start_roles:
        hot_shift = paper.content.work is WorkType.HOT and role is Role.SHIFT_LEADER
        title = words.CHECK_TICKET if hot_shift else words.START.format(role=_signer(role))
        one = signed.get(role)
        yield (title, "", "", "", "") if one is None else (
            title, "", paper.name(one.person), paper.time(one.at), worth(one.proof, paper.name)
        )  # fmt: skip


def _resumed(paper: Paper) -> Iterator[tuple[str, ...]]:
    for one in paper.events:
        if isinstance(one, e.ResumeSigned):
            title = words.RESUME.format(role=_signer(one.role))
            yield title, one.cause_removed, paper.who(one.by), paper.time(one.at), worth(one.proof, paper.name)


def _relieved(paper: Paper) -> Iterator[tuple[str, ...]]:
    for one in paper.events:
        if isinstance(one, e.HandoverSigned):
            # The record of a hand-over carries no proof: it was a tap in the chat.
            how = worth(None, paper.name)
            yield words.HANDOVER.format(number=one.number), "", paper.who(one.by), paper.time(one.at), how


def _accepted(paper: Paper) -> Iterator[tuple[str, ...]]:
    signed = {one.role: one for one in paper.permit.acceptance}
    for role in paper.law.acceptance_roles:
        title, one = words.ACCEPTANCE.format(role=_signer(role)), signed.get(role)
        yield (title, "", "", "", "") if one is None else (
            title, "", paper.name(one.person), paper.time(one.at), worth(one.proof, paper.name)
        )  # fmt: skip


def _signer(role: Role) -> str:
    return words.SIGNER.get(role) or chat.ROLE.get(role, role.value)
