"""What may happen to an isolation.

The law, after GB 30871-2022 4.2 b, 4.5 c and 6.1 and the practice of locking out (domain 4.4): whoever puts a lock on
takes it off, nobody else; somebody else shows that no energy is left; a lock stays on while a permit that stands on it
is not over, whoever asks, for whatever reason; and at the change of shift a lock changes hands, it is not taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.errors import Refused
from workflow.findings import Finding, no
from workflow.ids import IsolationId, PermitId, PersonId
from workflow.isolation import commands as c
from workflow.isolation import events as e
from workflow.isolation.state import LOCKS, Isolation, Point, Stage
from workflow.plant import Person

CLAUSE = "GB 30871-2022 4.2 b、4.5 c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """What the office knows of a permit that stands on an isolation."""

    over: bool
    """Closed, cancelled, rejected, or ended otherwise with everybody and everything out."""
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision about one isolation looks at."""

    people: Mapping[PersonId, Person]
    """Who asks, the owner, and who is named."""
    safety: tuple[PersonId, ...]
    """Holders of the safety department at the place."""
    permits: Mapping[PermitId, Citing]
    """Every permit that cites it or is to cite it; one that is missing is unknown and counts as not over."""
    lock_on: IsolationId | None = None
    """The isolation in place that already uses the lock's number; None = none."""
    boxed: tuple[str, ...] = ()
    """Lock boxes its key lies in, on which somebody's lock hangs, in words."""


def decide(isolation: Isolation, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow. Raise `Refused` with the reason when it may not be."""
    person = facts.people.get(PersonId(command.by.id)) if command.by.as_person is not None else None
    if person is None or not person.active:
        raise Refused((_no("who.known", "本厂名单里没有您", "请联系安全管理部门登记"),))
    return _DECISIONS[type(command)](isolation, command, facts, person)


def _no(gate: str, fact: str, cure: str, *, who: str = "", call: PersonId | None = None) -> Finding:
    """One reason why not."""
    return no(gate, fact, cure=cure, who=who, clause=CLAUSE, call=(call,) if call is not None else ())


def _lock_on(now: Isolation, command: c.LockOn, facts: Facts, _: Person) -> tuple[e.Event, ...]:
    if now.stage is not Stage.BLANK:
        raise Refused((_no("isolation.done", f"隔离 {now.id} 已登记", "要登记另一处请重新发"),))
    lacking = _lacking(command.point)
    if lacking:
        raise Refused((_no("isolation.fields", f"缺少：{'、'.join(lacking)}", "请补全后再登记"),))
    if facts.lock_on is not None:
        fact = f"{command.point.lock}号锁正锁在隔离 {facts.lock_on} 上"
        raise Refused((_no("isolation.lock", fact, "请核对锁号"),))
    return (e.LockedOn(by=command.by, at=command.at, point=command.point),)


def _lacking(point: Point) -> list[str]:
    missing = [] if point.what.strip() else ["隔离点"]
    if point.method in LOCKS and not point.lock.strip():
        missing.append("锁号")
    if point.method not in LOCKS and not point.tag.strip():
        missing.append("盲板号或牌号")
    return missing


def _prove(now: Isolation, command: c.Prove, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    if person.id == now.owner:
        raise Refused((_no("isolation.second", "自己上的锁要由另一个人验证", "请另一人到现场试车、验电或放空确认"),))
    if now.stage is Stage.PROVEN:
        fact = f"{_name(facts, now.proven_by)}已验证过，无需再验"
        raise Refused((_no("isolation.done", fact, "可以直接引用"),))
    if not command.how.strip():
        raise Refused((_no("isolation.how", "没有说怎么验证的", "请说明：试车、验电、放空、测压"),))
    return (e.ZeroEnergyProven(by=command.by, at=command.at, how=command.how.strip()),)


def _cite(now: Isolation, command: c.Cite, facts: Facts, _: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    known = facts.permits.get(command.permit)
    if known is None or known.over:
        fact = f"{command.permit} 不存在或已结束"
        raise Refused((_no("isolation.permit", fact, "请核对票号"),))
    if command.permit in now.cited_by:
        raise Refused((_no("isolation.done", f"{command.permit} 已引用隔离 {now.id}", "无需再办"),))
    return (e.CitedByPermit(by=command.by, at=command.at, permit=command.permit),)


def _offer(now: Isolation, command: c.Offer, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    _own(now, facts, person)
    taker = facts.people.get(command.to)
    if taker is None or not taker.active or taker.id == person.id:
        raise Refused((_no("isolation.to", "接锁的人不在本厂名单里", "请说清楚交给谁"),))
    return (e.LockOffered(by=command.by, at=command.at, to=command.to),)


def _take_over(now: Isolation, command: c.TakeOver, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    if now.offered_to != person.id:
        fact = f"隔离 {now.id} 没有交给您"
        raise Refused((_no("isolation.to", fact, f"请{_name(facts, now.owner)}先交锁"),))
    return (e.LockTakenOver(by=command.by, at=command.at),)


def _lock_off(now: Isolation, command: c.LockOff, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    _own(now, facts, person)
    _nobody_stands_on_it(now, facts)
    return (e.LockedOff(by=command.by, at=command.at),)


def _break_lock(now: Isolation, command: c.BreakLock, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    _in_place(now)
    if person.id not in facts.safety:
        fact = f"{person.name}不是安全管理部门人员"
        raise Refused(
            (_no("who.role", fact, "锁主不在时，由安全管理部门到场确认后解除", who="安全管理部门"),), remember=True
        )
    if person.id == now.owner:
        raise Refused((_no("isolation.own", "这是您自己的锁", "请直接解锁"),))
    _nobody_stands_on_it(now, facts)
    if not command.reason.strip():
        raise Refused((_no("isolation.reason", "没有说原因", "请写明锁主为什么不能来、现场确认了什么"),))
    return (e.LockBroken(by=command.by, at=command.at, reason=command.reason.strip()),)


def _in_place(now: Isolation) -> None:
    if not now.on:
        said = "没有登记" if now.stage is Stage.BLANK else "已解除"
        raise Refused((_no("isolation.on", f"隔离 {now.id} {said}", "请核对编号"),))


def _own(now: Isolation, facts: Facts, person: Person) -> None:
    if person.id != now.owner:
        owner = _name(facts, now.owner)
        cure = f"请{owner}本人解锁；人不在时由安全管理部门到场处理"
        raise Refused((_no("isolation.own", f"这把锁是{owner}的", cure, who=owner, call=now.owner),), remember=True)


def _nobody_stands_on_it(now: Isolation, facts: Facts) -> None:
    """The heart of it: a permit that is not surely over keeps every lock it stands on."""
    if facts.boxed:
        fact = f"钥匙在{'、'.join(facts.boxed)}里，箱上还挂着锁"
        raise Refused((_no("isolation.boxed", fact, "最后一把锁摘下后才能取钥匙解锁"),), remember=True)
    open_ones = [permit for permit in now.cited_by if not _over(facts, permit)]
    if open_ones:
        places = "、".join(f"{one}（{facts.permits[one].place}）" if one in facts.permits else one for one in open_ones)
        fact = f"还有作业票靠它隔离：{places}"
        raise Refused((_no("isolation.cited", fact, "这些票验收关闭以后才能解锁"),), remember=True)


def _over(facts: Facts, permit: PermitId) -> bool:
    known = facts.permits.get(permit)
    return known is not None and known.over


def _name(facts: Facts, person: PersonId | None) -> str:
    if person is None:
        return "锁主"
    known = facts.people.get(person)
    return known.name if known is not None else str(person)


_Decision = Callable[[Isolation, Any, Facts, Person], tuple[e.Event, ...]]
_DECISIONS: Mapping[type[c.Command], _Decision] = {
    c.LockOn: _lock_on,
    c.Prove: _prove,
    c.Cite: _cite,
    c.Offer: _offer,
    c.TakeOver: _take_over,
    c.LockOff: _lock_off,
    c.BreakLock: _break_lock,
}
