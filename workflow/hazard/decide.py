"""What may happen to a hazard: reporting, assigning and grading it. Putting it right is in `decide_work`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow.hazard import commands as c
from workflow.hazard import decide_work as work
from workflow.hazard import events as e
from workflow.hazard.evolve import evolve
from workflow.hazard.facts import Facts, present, told_at
from workflow.hazard.grading import grade
from workflow.hazard.holds import asked_by
from workflow.hazard.law import Inside, Legal, Plant, Reason
from workflow.hazard.no import STAGES, refuse, the_why
from workflow.hazard.owed import next_look, owed
from workflow.hazard.state import Grade, Hazard, Sighting, Supervision
from workflow.hazard.transitions import LISTENS, MAY_ASK
from workflow.ids import PersonId
from workflow.values import Actor, ActorKind

LONGEST = 1_000
"""Characters of any text that are kept."""


def decide(hazard: Hazard, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow; empty for a timer that came late. Raise `Refused` with the reason when it may not be."""
    if command.by.kind not in MAY_ASK[type(command)]:
        refuse("who.kind", "这一步要由人来做", "请由负责人在手机上办理")
    if command.by.kind is ActorKind.PERSON and not present((PersonId(command.by.id),), facts):
        refuse("who.known", "本厂名单里没有您", "请联系安全管理部门登记")
    if type(command) not in LISTENS[hazard.stage]:
        if command.by.kind is ActorKind.CLOCK:
            return ()
        refuse("hazard.stage", f"{hazard.id} {STAGES[hazard.stage]}", "请核对编号和当前状态")
    return _DECISIONS[type(command)](hazard, command, facts)


# --- seeing ---------------------------------------------------------------------------------------------------------


def _report(now: Hazard, command: c.Report, facts: Facts) -> tuple[e.Event, ...]:
    _says_something(command.what)
    found = grade(command.what, facts.grading, live_work=bool(facts.permits))
    assigned = _assign_by_register(command, facts)
    first = e.HazardReported(
        by=command.by, at=command.at, what=command.what, grade=found, law=facts.law, permits=facts.permits,
        inside=_inside(found, facts), to_assign=not assigned,
    )  # fmt: skip
    return (first, *_climb_at_once(evolve(now, first), command, facts), *assigned)


def _says_something(what: Sighting) -> None:
    if not what.text.strip() and not what.photos and not what.videos:
        refuse("hazard.empty", "没有说是什么隐患", "请拍一张照片，或写一句话：在哪里、什么问题")


def _inside(found: Grade, facts: Facts) -> Inside:
    """What follows for live work at the place: what the grade asks, and a stop for whatever is urgent."""
    if not facts.permits:
        return Inside.NOTHING
    return asked_by(found, facts.law)


def _climb_at_once(seen: Hazard, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """A major hazard does not wait to be overdue (domain 7 T31)."""
    _, held = seen.ruling
    if not (held.major or held.urgent) or seen.supervision is Supervision.LEADERSHIP:
        return ()
    level, told = told_at(Supervision.LEADERSHIP, seen, facts)
    return (e.SupervisionRaised(by=Actor.clock(), at=command.at, level=level, owed=None, told=told),)


def _assign_by_register(command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    if facts.registered is None or not present((facts.registered,), facts):
        return ()
    return (e.HazardAssigned(by=Actor.clock(), at=command.at, to=facts.registered),)


def _see_again(_now: Hazard, command: c.SeeAgain, _: Facts) -> tuple[e.Event, ...]:
    _says_something(command.what)
    return (e.SeenAgain(by=command.by, at=command.at, what=command.what),)


# --- the safety department's word -----------------------------------------------------------------------------------


def _merge(now: Hazard, command: c.Merge, facts: Facts) -> tuple[e.Event, ...]:
    _is_safety(command, facts, "合并")
    _not_the_responsible(now, command)
    if command.into == now.id:
        refuse("hazard.same", "不能和自己合并", "请写另一条隐患的编号")
    other = facts.other
    if other is None or other.id != command.into or not other.open:
        refuse("hazard.into", f"{command.into} 没有登记或已经结束，并进去就没有人管了", "请写一条还没结束的隐患的编号")
    if not _as_grave(other.ruling[1], now.ruling[1]):
        refuse("hazard.into", f"{command.into} 等级更低", "请先核定它的等级，或反过来合并")
    return (e.HazardMerged(by=command.by, at=command.at, into=command.into),)


def _dismiss(now: Hazard, command: c.Dismiss, facts: Facts) -> tuple[e.Event, ...]:
    if now.ruling[1].legal is Legal.MAJOR:
        if PersonId(command.by.id) not in present(facts.leadership, facts):
            refuse("who.role", "法定重大隐患只有厂领导能判定不属实", "请报厂领导核定")
    else:
        _is_safety(command, facts, "判定不属实")
    _not_the_responsible(now, command)
    return (e.HazardDismissed(by=command.by, at=command.at, why=the_why(command.why)),)


def _regrade(now: Hazard, command: c.Regrade, facts: Facts) -> tuple[e.Event, ...]:
    who, (_, old) = PersonId(command.by.id), now.ruling
    heads = present(facts.leadership, facts)
    if who not in (*facts.safety, *heads):
        refuse("who.role", "只有安全管理部门或厂领导能核定等级", "请联系安全管理部门")
    _not_the_responsible(now, command)
    if command.legal is Legal.MAJOR and command.plant is not Plant.MAJOR:
        refuse("hazard.grade", "法定重大隐患在厂内也是重大", "请把厂内等级一并定为重大")
    if old.legal is Legal.MAJOR and command.legal is not Legal.MAJOR and who not in heads:
        refuse("who.role", "法定重大隐患只有厂领导能降级", "请报厂领导核定")
    if (old.plant, old.legal, old.urgent) == (command.plant, command.legal, command.urgent) and old.sure:
        refuse("hazard.grade", "等级没有变化", "无需再定")
    why = the_why(command.why)
    reasons = (Reason(rule="person", clause="", text=why),)
    found = Grade(plant=command.plant, legal=command.legal, urgent=command.urgent, reasons=reasons)
    graver = found.urgent or found.plant.rank > old.plant.rank
    first = e.HazardRegraded(
        by=command.by, at=command.at, grade=found, why=why,
        permits=facts.permits if graver else (), inside=_inside(found, facts) if graver else Inside.NOTHING,
    )  # fmt: skip
    return (first, *_climb_at_once(evolve(now, first), command, facts))


def _assign(now: Hazard, command: c.Assign, facts: Facts) -> tuple[e.Event, ...]:
    who = PersonId(command.by.id)
    below = None if now.responsible is None else facts.people.get(now.responsible)
    above = None if below is None else below.superior
    if who not in (*facts.safety, *facts.leadership) and who != above:
        refuse("who.role", "只有安全管理部门、厂领导或责任人的上级能派发", "请联系安全管理部门")
    if not present((command.to,), facts):
        refuse("hazard.to", "要派给的人不在本厂名单里，或已离岗", "请换一个人")
    if command.to == now.responsible:
        refuse("hazard.to", "已经是他负责", "无需再派")
    return (e.HazardAssigned(by=command.by, at=command.at, to=command.to),)


def _reopen(now: Hazard, command: c.Reopen, facts: Facts) -> tuple[e.Event, ...]:
    who = PersonId(command.by.id)
    reporter = None if now.reporter is None else now.reporter.as_person
    if who not in {reporter, *now.witnesses, *facts.safety, *facts.leadership, *facts.owners}:
        refuse("who.role", "只有报告人、属地、安全管理部门或厂领导能重新打开", "看到新的问题请直接报一条新隐患")
    law, held = now.ruling
    if now.ended_at is not None and command.at - now.ended_at > law.reopen:
        refuse("hazard.old", f"{now.id} 结束已超过{law.reopen.days}天", "请报一条新隐患，注明原来的编号")
    first = e.HazardReopened(
        by=command.by, at=command.at, why=the_why(command.why), photos=command.photos,
        permits=facts.permits, inside=_inside(held, facts),
    )  # fmt: skip
    again = () if now.responsible is None or not present((now.responsible,), facts) else (
        e.HazardAssigned(by=Actor.clock(), at=command.at, to=now.responsible),
    )  # fmt: skip
    return (first, *(again or _assign_by_register(command, facts)))


def _note(_now: Hazard, command: c.AddNote, _: Facts) -> tuple[e.Event, ...]:
    text = command.text.strip()
    if not text:
        refuse("hazard.text", "没有内容", "请写明情况")
    return (e.NoteAdded(by=command.by, at=command.at, text=text[:LONGEST]),)


# --- the clock ------------------------------------------------------------------------------------------------------


def _charge(now: Hazard, command: c.TakeCharge, _: Facts) -> tuple[e.Event, ...]:
    who = PersonId(command.by.id)
    if who not in now.told or who == now.responsible:
        refuse("who.role", "督办没有到您这里", "请由收到督办的上级来接")
    if now.charge == who:
        refuse("hazard.charge", "您已接手督办", "请督促整改")
    return (e.ChargeTaken(by=command.by, at=command.at),)


def _overdue(now: Hazard, command: c.DebtOverdue, facts: Facts) -> tuple[e.Event, ...]:
    look = next_look(now)
    if (owed(now), now.round, now.rung) != (command.owed, command.round, command.rung) or look is None:
        return ()
    if command.at < look:
        return ()
    wanted = Supervision(min(now.supervision + 1, Supervision.LEADERSHIP))
    level, told = told_at(wanted, now, facts)
    return (e.SupervisionRaised(by=command.by, at=command.at, level=level, owed=command.owed, told=told),)


def _as_grave(one: Grade, other: Grade) -> bool:
    """Whether under the grade of ``one`` nothing is asked less strictly than under that of ``other``."""
    law = one.legal is Legal.MAJOR or other.legal is not Legal.MAJOR
    return law and one.plant.rank >= other.plant.rank and one.urgent >= other.urgent


def _is_safety(command: c.Command, facts: Facts, what: str) -> None:
    if PersonId(command.by.id) not in present(facts.safety, facts):
        refuse("who.role", f"只有安全管理部门能{what}", "请联系安全管理部门")


def _not_the_responsible(now: Hazard, command: c.Command) -> None:
    if PersonId(command.by.id) in {now.responsible, *now.hands}:
        refuse("who.independent", "整改责任人不能自己判定", "请安全管理部门的其他人来定")


_Decision = Callable[[Hazard, Any, Facts], tuple[e.Event, ...]]
_DECISIONS: Mapping[type[c.Command], _Decision] = {
    c.Report: _report,
    c.SeeAgain: _see_again,
    c.Merge: _merge,
    c.Dismiss: _dismiss,
    c.Regrade: _regrade,
    c.Assign: _assign,
    c.Take: work.take,
    c.PutInterim: work.put_interim,
    c.AdoptPlan: work.adopt_plan,
    c.AskExtension: work.ask_extension,
    c.AnswerExtension: work.answer_extension,
    c.Rectify: work.rectify,
    c.Accept: work.accept,
    c.SendBack: work.send_back,
    c.Reopen: _reopen,
    c.AddNote: _note,
    c.TakeCharge: _charge,
    c.DebtOverdue: _overdue,
}
