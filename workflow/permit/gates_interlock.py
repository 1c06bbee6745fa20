"""The gate of the equipment interlock: is what the work touches washed out and free of gas? (4.2 a)

Without an equipment system the register's value is asked. With one, its newest word counts while it is young enough;
when it is silent, only a named human's confirmation for this very permit stands in for it (docs/adr/0079).
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Severity, Verdict
from workflow.interlock import EquipmentState, Interlock, Word
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.permit.life import ByHand
from workflow.rules import validity
from workflow.values import WorkType

_CONFIRM = "请联系设备系统恢复回传；恢复不了，到现场核实后发「置换确认 票号 怎么确认的」"
_CONFIRMERS = "所在单位负责人、当班班长（不是本票作业方）"
_SAYS = {
    EquipmentState.NOT_PURGED: "未置换合格",
    EquipmentState.OPERATING: "在运行",
    EquipmentState.STOPPED: "已停车，还没有置换合格",
}


def purged(asked: Asked) -> Iterator[Answer]:
    """Equipment that is not purged keeps hot work and entry locked (4.2 a), and the hot work of its whole area.

    Work on equipment that stays in operation (带压不置换) is graded for it instead.
    """
    system = asked.facts.interlock
    if system is None:
        if asked.moment is not Moment.DURING:
            yield from _by_register(asked)
        return
    hand = standing(asked, system)
    for answer in by_system(asked, system):
        if answer.verdict is Verdict.UNKNOWN and hand is not None:
            who, when = asked.name(hand.person), asked.clock(hand.at)
            yield good(f"设备系统无回传，{who} {when} 人工确认已置换合格：{hand.how}")
        else:
            yield answer


def by_system(asked: Asked, system: Interlock) -> Iterator[Answer]:
    """What the system says, and what it leaves open; nobody's word by hand is looked at."""
    own = asked.facts.equipment
    needed = own is not None and own.held_toxic_or_flammable is True and asked.known.of("operating") is not True
    if own is not None and needed and system.about(own.id) is None:
        yield _silent(f"设备系统没有报过{own.name}的状态")
    for word in _words(asked, system):
        yield _judged(asked, system, word)


def standing(asked: Asked, system: Interlock) -> ByHand | None:
    """The confirmation by hand that still counts: not too old, and the system has not spoken against it since."""
    hand = asked.permit.purge_by_hand
    if hand is None or asked.at - hand.at > system.max_age:
        return None
    against = (word for word in _words(asked, system) if word.state is not EquipmentState.PURGED)
    return None if any(word.heard > hand.at for word in against) else hand


def _words(asked: Asked, system: Interlock) -> Iterator[Word]:
    """The words that matter to this permit.

    About its own equipment, when that held toxic or flammable matter, every word; otherwise only 未置换合格. About
    anything else in the area, 未置换合格 only, and only for hot work: it locks the area's until 已置换合格 comes back.
    """
    own, operating = asked.facts.equipment, asked.known.of("operating") is True
    for word in system.words:
        denied = word.state is EquipmentState.NOT_PURGED
        if own is not None and word.equipment == own.id:
            if not operating and (denied or own.held_toxic_or_flammable is True):
                yield word
        elif denied and asked.content.work is WorkType.HOT:
            yield word


def _judged(asked: Asked, system: Interlock, word: Word) -> Answer:
    when = asked.clock(word.at)
    if not system.counts(word, asked.at):
        limit = validity.spoken(system.max_age)
        return _silent(f"设备系统超过{limit}没有报{word.name}的状态（上次{when}）")
    by = f"，{word.by}" if word.by else ""
    if word.state is EquipmentState.PURGED:
        return good(f"{word.name}已置换合格（设备系统 {when}{by}）")
    fact = f"{word.name}{_SAYS[word.state]}（设备系统 {when}{by}）"
    return bad(fact, "请先置换合格，由设备系统回传后再作业", "所在单位")


def _silent(fact: str) -> Answer:
    return open_(fact, _CONFIRM, _CONFIRMERS)


def _by_register(asked: Asked) -> Iterator[Answer]:
    equipment = asked.facts.equipment
    if equipment is None or not equipment.held_toxic_or_flammable or asked.known.of("operating") is True:
        return
    if equipment.purged is False:
        yield bad(f"{equipment.name}未置换合格", "请先置换合格并回传", "所在单位")
    elif equipment.purged is None:
        fact = f"{equipment.name}有没有置换合格，设备系统没有说"
        yield open_(fact, "请在措施清单里现场确认", "所在单位", severity=Severity.WARN)
    else:
        yield good(f"{equipment.name}已置换合格")
