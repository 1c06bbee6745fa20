"""What may happen to a deviation.

An emergency is never refused for want of paper: whoever leads at the place may open the channel, and what it costs is
that it is numbered, counted, told, accounted for within 48 hours and judged by somebody else. It approves nothing, and
nothing in it is ever dated back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.deviation import commands as c
from workflow.deviation import events as e
from workflow.deviation.state import Deviation, Stage
from workflow.errors import Refused
from workflow.findings import Finding, no
from workflow.ids import PersonId
from workflow.plant import Person

CLAUSE = "厂内绿色通道管理（国标只有先审批后作业，没有例外）"
SHORTEST_ACCOUNT = 20
"""Characters under which an account says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision about one deviation looks at."""

    people: Mapping[PersonId, Person]
    leaders: tuple[PersonId, ...]
    """Who may open the channel at the place: the owning unit, the shift leader, the safety department, the duty
    leader."""
    heads: tuple[PersonId, ...]
    """Who may open it beyond the month's quota: the duty leader and the leadership."""
    safety: tuple[PersonId, ...]
    used: int
    """How many were opened in this calendar month at the site."""
    quota: int


def decide(deviation: Deviation, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow. Raise `Refused` with the reason when it may not be."""
    person = facts.people.get(PersonId(command.by.id)) if command.by.as_person is not None else None
    if person is None or not person.active:
        raise Refused((_no("who.known", "本厂名单里没有您", "请联系安全管理部门登记"),))
    return _DECISIONS[type(command)](deviation, command, facts, person)


def _open(now: Deviation, command: c.Open, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if now.stage is not Stage.BLANK:
        raise Refused((_no("deviation.done", f"{now.id} 已经开通", "再有险情请另发一次"),))
    if person.id not in (*facts.leaders, *facts.heads):
        fact = f"{person.name}不能开通绿色通道"
        cure = "有险情先喊「停工」；请当班班长、属地负责人、安全管理部门或值班领导开通"
        raise Refused((_no("who.role", fact, cure),))
    if len(command.what.why.strip()) < 2:
        raise Refused((_no("deviation.why", "没有说是什么险情", "请一句话说明险情"),))
    over = facts.used >= facts.quota
    if over and person.id not in facts.heads:
        fact = f"本月绿色通道已用{facts.used}次，超过{facts.quota}次"
        raise Refused((_no("deviation.quota", fact, "请值班领导或厂领导开通；有险情先喊「停工」"),))
    return (e.DeviationOpened(by=command.by, at=command.at, what=command.what, over_quota=over),)


def _note(now: Deviation, command: c.Note, _: Facts, __: Person) -> tuple[e.Event, ...]:
    _is_open(now)
    if not command.text.strip():
        raise Refused((_no("deviation.text", "没有内容", "请写明情况"),))
    return (e.DeviationNoted(by=command.by, at=command.at, text=command.text.strip()),)


def _end(now: Deviation, command: c.End, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _is_open(now)
    if now.ended_at is not None:
        raise Refused((_no("deviation.done", f"{now.id} 抢修已报结束", "请补录经过"),))
    _may_speak_for(now, facts, person)
    return (e.EmergencyEnded(by=command.by, at=command.at),)


def _record(now: Deviation, command: c.Record, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if now.stage not in {Stage.OPEN, Stage.RECORDED}:
        raise Refused((_no("deviation.open", f"{now.id} {_STAGES[now.stage]}", "请核对编号"),))
    if now.ended_at is None:
        raise Refused((_no("deviation.running", "抢修还没有报结束", f"人员、工具全部撤出后先发「抢修结束 {now.id}」"),))
    _may_speak_for(now, facts, person)
    if len(command.account.strip()) < SHORTEST_ACCOUNT:
        cure = "请写明：险情、谁干了什么、有哪些措施和气体数据、为什么不能等"
        raise Refused((_no("deviation.account", "补录内容太少", cure),))
    late = now.due_at is not None and command.at > now.due_at
    return (e.AccountRecorded(by=command.by, at=command.at, account=command.account.strip(), late=late),)


def _judge(now: Deviation, command: c.Judge, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if now.stage is not Stage.RECORDED:
        said = "还没有补录" if now.stage is Stage.OPEN else _STAGES[now.stage]
        raise Refused((_no("deviation.recorded", f"{now.id} {said}", "补录后才能审查"),))
    if person.id not in facts.safety:
        raise Refused((_no("who.role", f"{person.name}不是安全管理部门人员", "请安全管理部门审查"),))
    if person.id in {now.opened_by, now.recorded_by}:
        raise Refused((_no("who.independent", "自己开通或补录的不能自己审查", "请安全管理部门的其他人审查"),))
    if not command.judgement.strip():
        raise Refused((_no("deviation.judgement", "没有审查意见", "请写明是否属实、有什么要改"),))
    return (e.DeviationJudged(by=command.by, at=command.at, judgement=command.judgement.strip()),)


def _is_open(now: Deviation) -> None:
    if now.stage is not Stage.OPEN:
        raise Refused((_no("deviation.open", f"{now.id} {_STAGES[now.stage]}", "请核对编号"),))


def _may_speak_for(now: Deviation, facts: Facts, person: Person) -> None:
    if person.id not in {now.opened_by, *facts.leaders, *facts.heads}:
        raise Refused((_no("who.role", f"{person.name}不是这次抢修的负责人", "请开通人或属地负责人来报"),))


_STAGES = {
    Stage.BLANK: "没有这个编号",
    Stage.OPEN: "还没有补录",
    Stage.RECORDED: "已补录，等审查",
    Stage.CLOSED: "已审查关闭",
}


def _no(gate: str, fact: str, cure: str) -> Finding:
    return no(gate, fact, cure=cure, clause=CLAUSE)


_Decision = Callable[[Deviation, Any, Facts, Person], tuple[e.Event, ...]]
_DECISIONS: Mapping[type[c.Command], _Decision] = {
    c.Open: _open,
    c.Note: _note,
    c.End: _end,
    c.Record: _record,
    c.Judge: _judge,
}
