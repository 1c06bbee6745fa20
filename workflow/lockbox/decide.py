"""What may happen to a lock box.

The law, after the practice of group lockout (domain 4.4): only one's own keys go in; a crew hangs its own lock on, for
its own permit, and only where every isolation in the box has been proven; it comes off by its owner's hand alone, and
not before that permit is over; while one lock hangs, no key comes out, whoever asks. The last one off frees the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.errors import Refused
from workflow.findings import Finding, no
from workflow.ids import IsolationId, PermitId, PersonId
from workflow.lockbox import commands as c
from workflow.lockbox import events as e
from workflow.lockbox.state import CrewLock, LockBox, Stage
from workflow.plant import Person

CLAUSE = "GB 30871-2022 4.2 b、4.5 c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What the office knows of an isolation whose key lies in the box, or is to."""

    name: str
    """Its lock or tag, as people call it."""
    owner: PersonId | None
    in_place: bool
    proven: bool
    box: str = ""
    """Another box its key lies in already; empty = none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What the office knows of a permit whose crew hangs its lock on."""

    over: bool
    team: frozenset[PersonId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision about one box looks at. What is missing in a mapping is unknown, and unknown counts against."""

    people: Mapping[PersonId, Person]
    safety: tuple[PersonId, ...]
    keys: Mapping[IsolationId, Key]
    crews: Mapping[PermitId, Crew]
    label_used: bool = False
    """Whether another box in use bears the label."""
    lock_used: str = ""
    """Where a lock with this number hangs already; empty = nowhere."""


def decide(box: LockBox, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow. Raise `Refused` with the reason when it may not be."""
    person = facts.people.get(PersonId(command.by.id)) if command.by.as_person is not None else None
    if person is None or not person.active:
        raise Refused((_no("who.known", "本厂名单里没有您", "请联系安全管理部门登记"),))
    if isinstance(command, c.SetUp):
        return _set_up(box, command, facts, person)
    if box.stage is not Stage.IN_USE:
        said = "没有登记" if box.stage is Stage.BLANK else "已拆除"
        raise Refused((_no("box.in_use", f"锁箱 {box.label or box.id} {said}", "请核对箱号"),))
    return _DECISIONS[type(command)](box, command, facts, person)


def _no(gate: str, fact: str, cure: str, *, who: str = "", call: PersonId | None = None) -> Finding:
    return no(gate, fact, cure=cure, who=who, clause=CLAUSE, call=(call,) if call is not None else ())


# --- keys -----------------------------------------------------------------------------------------------------------


def _set_up(box: LockBox, command: c.SetUp, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if box.stage is not Stage.BLANK:
        raise Refused((_no("box.done", f"锁箱 {box.id} 已登记", "要另设一个请重新发"),))
    if not command.label.strip() or not command.points:
        raise Refused((_no("box.fields", "缺少箱号或锁号", "请写明箱号和放进去的锁号"),))
    if facts.label_used:
        raise Refused((_no("box.label", f"{command.label}号锁箱正在用", "请换一个箱，或发「入箱」加锁"),))
    for point in command.points:
        _own_key(point, facts, person)
    event = e.BoxSetUp(
        by=command.by, at=command.at, label=command.label.strip(), area=command.area, points=command.points
    )
    return (event,)


def _put_key_in(box: LockBox, command: c.PutKeyIn, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if command.point in box.points:
        raise Refused((_no("box.done", f"隔离 {command.point} 的钥匙已在箱里", "无需再办"),))
    _own_key(command.point, facts, person)
    return (e.KeyPutIn(by=command.by, at=command.at, point=command.point),)


def _own_key(point: IsolationId, facts: Facts, person: Person) -> None:
    key = facts.keys.get(point)
    if key is None or not key.in_place:
        raise Refused((_no("box.key", f"隔离 {point} 没有登记或已解除", "请先上锁登记"),))
    if key.owner != person.id:
        owner = _name(facts, key.owner)
        raise Refused(
            (_no("box.own_key", f"{key.name}号锁是{owner}的", f"请{owner}本人放钥匙", who=owner, call=key.owner),)
        )
    if key.box:
        raise Refused((_no("box.key", f"{key.name}号锁的钥匙在{key.box}号箱里", "一把钥匙只能在一个箱里"),))


# --- crews' locks ---------------------------------------------------------------------------------------------------


def _hang_on(box: LockBox, command: c.HangOn, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if not command.number.strip():
        raise Refused((_no("box.number", "没有写锁号", "请写明您这把锁的号"),))
    crew = facts.crews.get(command.permit)
    if crew is None or crew.over:
        raise Refused((_no("box.permit", f"{command.permit} 不存在或已结束", "请核对票号"),))
    if person.id not in crew.team:
        fact = f"{person.name}不在 {command.permit} 的作业人员里"
        raise Refused((_no("box.crew", fact, "各班组只挂自己的锁、自己的票"),))
    if facts.lock_used:
        raise Refused((_no("box.number", f"{command.number}号锁正挂在{facts.lock_used}上", "请核对锁号"),))
    untried = [_called(facts, point) for point in box.points if not _proven(facts, point)]
    if untried:
        fact = f"箱里{'、'.join(untried)}还没有验证或已解除"
        raise Refused((_no("box.proven", fact, "请另一人到现场验证，全部验证后再挂锁"),))
    return (e.CrewLockHung(by=command.by, at=command.at, number=command.number.strip(), permit=command.permit),)


def _proven(facts: Facts, point: IsolationId) -> bool:
    key = facts.keys.get(point)
    return key is not None and key.in_place and key.proven


def _called(facts: Facts, point: IsolationId) -> str:
    key = facts.keys.get(point)
    return f"{key.name}号锁" if key is not None else f"隔离 {point}"


def _offer(box: LockBox, command: c.Offer, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _own_lock(box, command.number, facts, person)
    taker = facts.people.get(command.to)
    if taker is None or not taker.active or taker.id == person.id:
        raise Refused((_no("box.to", "接锁的人不在本厂名单里", "请说清楚交给谁"),))
    return (e.CrewLockOffered(by=command.by, at=command.at, number=command.number, to=command.to),)


def _take_over(box: LockBox, command: c.TakeOver, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    lock = _hanging(box, command.number)
    if lock.offered_to != person.id:
        fact = f"{lock.number}号锁没有交给您"
        raise Refused((_no("box.to", fact, f"请{_name(facts, lock.owner)}先交锁"),))
    return (e.CrewLockTakenOver(by=command.by, at=command.at, number=command.number),)


def _take_off(box: LockBox, command: c.TakeOff, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    lock = _own_lock(box, command.number, facts, person)
    _permit_is_over(lock, facts)
    return (e.CrewLockTakenOff(by=command.by, at=command.at, number=command.number),)


def _break_off(box: LockBox, command: c.BreakOff, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    lock = _hanging(box, command.number)
    if person.id not in facts.safety:
        fact = f"{person.name}不是安全管理部门人员"
        cure = "锁主不在时，由安全管理部门到场确认后摘锁"
        raise Refused((_no("who.role", fact, cure, who="安全管理部门"),), remember=True)
    if person.id == lock.owner:
        raise Refused((_no("box.own", "这是您自己的锁", "请直接摘锁"),))
    _permit_is_over(lock, facts)
    if not command.reason.strip():
        raise Refused((_no("box.reason", "没有说原因", "请写明锁主为什么不能来、现场确认了什么"),))
    reason = command.reason.strip()
    return (e.CrewLockBroken(by=command.by, at=command.at, number=command.number, reason=reason),)


def _give_up(box: LockBox, command: c.GiveUp, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if person.id != box.keeper and person.id not in facts.safety:
        fact = f"{box.label}号锁箱是{_name(facts, box.keeper)}设的"
        raise Refused((_no("box.keeper", fact, "请设箱的人或安全管理部门拆除"),), remember=True)
    if box.locks:
        names = "、".join(f"{lock.number}（{_name(facts, lock.owner)}）" for lock in box.locks)
        raise Refused((_no("box.locks", f"箱上还挂着锁：{names}", "最后一把锁摘下后才能拆箱"),), remember=True)
    return (e.BoxGivenUp(by=command.by, at=command.at),)


def _hanging(box: LockBox, number: str) -> CrewLock:
    lock = box.lock(number)
    if lock is None:
        raise Refused((_no("box.number", f"{box.label}号锁箱上没有{number}号锁", "请核对锁号，发「看锁箱」看全部"),))
    return lock


def _own_lock(box: LockBox, number: str, facts: Facts, person: Person) -> CrewLock:
    lock = _hanging(box, number)
    if lock.owner != person.id:
        owner = _name(facts, lock.owner)
        cure = f"请{owner}本人摘锁；人不在时由安全管理部门到场处理"
        raise Refused((_no("box.own", f"{number}号锁是{owner}的", cure, who=owner, call=lock.owner),), remember=True)
    return lock


def _permit_is_over(lock: CrewLock, facts: Facts) -> None:
    """The heart of it: a crew whose permit is not surely over keeps its lock on."""
    crew = facts.crews.get(lock.permit)
    if crew is None or not crew.over:
        fact = f"{lock.number}号锁为 {lock.permit} 挂着，这张票还没有结束"
        raise Refused((_no("box.cited", fact, "这张票验收关闭以后才能摘锁；换班请交锁"),), remember=True)


def _name(facts: Facts, person: PersonId | None) -> str:
    known = facts.people.get(person) if person is not None else None
    return known.name if known is not None else str(person or "锁主")


def kept_in(locked: Iterable[LockBox], point: IsolationId, name: Callable[[PersonId], str]) -> tuple[str, ...]:
    """Which boxes keep the key of an isolation in, and whose locks hang there; nothing when it may come out."""
    return tuple(
        f"{box.label}号锁箱（{'、'.join(name(lock.owner) for lock in box.locks)}）"
        for box in locked
        if point in box.points and box.locks and box.stage is Stage.IN_USE
    )


_Decision = Callable[[LockBox, Any, Facts, Person], tuple[e.Event, ...]]
_DECISIONS: Mapping[type[c.Command], _Decision] = {
    c.PutKeyIn: _put_key_in,
    c.HangOn: _hang_on,
    c.Offer: _offer,
    c.TakeOver: _take_over,
    c.TakeOff: _take_off,
    c.BreakOff: _break_off,
    c.GiveUp: _give_up,
}
