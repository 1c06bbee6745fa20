"""The isolation register by chat: 上锁 · 验证 · 引用 · 交锁 · 接锁 · 解锁 · 强制解锁 · 隔离台账.

A line counts as one of these only when it begins with the word: a request that mentions locks is a request.
"""

from __future__ import annotations

import re

from cards.words_ledgers import AND_MORE, isolation_line
from handlers.answers import Say
from handlers.desk import Desk
from handlers.ledger import Ledger, begins, permit_in
from handlers.reading import Line
from handlers.request.people import find_names
from storage.isolations import IsolationRow
from workflow.ids import AreaId, IsolationId, PermitId, PersonId
from workflow.isolation import commands as c
from workflow.isolation import events as e
from workflow.isolation.decide import Citing, Facts, decide
from workflow.isolation.state import Energy, Isolation, Method, Point, Stage
from workflow.lockbox.decide import kept_in
from workflow.permit.state import Permit
from workflow.rules.types import Role

LONGEST = 100
"""Characters of a typed point or reason that are kept."""
MOST_LISTED = 20

_NUMBER = r"[A-Za-z0-9][A-Za-z0-9-]{0,23}"
_LOCK = re.compile(rf"锁(?:号)?[:：]?\s*({_NUMBER})")
_TAG = re.compile(rf"(?:牌(?:号)?|盲板(?:号)?)[:：]?\s*({_NUMBER})")
_METHODS: tuple[tuple[re.Pattern[str], Method, Energy], ...] = (
    (re.compile("盲板"), Method.BLIND, Energy.PROCESS),
    (re.compile("短节|短管|断开管"), Method.SPOOL_REMOVED, Energy.PROCESS),
    (re.compile("断电|电源|开关|拉闸|停电"), Method.POWER_LOCK, Energy.ELECTRICAL),
    (re.compile("放射"), Method.SOURCE_CLOSED, Energy.RADIOACTIVE),
    (re.compile("阀"), Method.VALVE_LOCK, Energy.PROCESS),
)


# --- putting on -----------------------------------------------------------------------------------------------------


def _lock_on(desk: Desk, line: Line, rest: str) -> None:
    method = next(((method, energy) for pattern, method, energy in _METHODS if pattern.search(rest)), None)
    if len(line.areas) != 1 or method is None:
        desk.say(Say.ISOLATION_HOW)
        return
    permit, rest = permit_in(rest)
    lock, tag = _LOCK.search(rest), _TAG.search(rest)
    what = rest
    for found in (lock, tag):
        what = what.replace(found.group(), " ") if found is not None else what
    point = Point(
        area=line.areas[0],
        equipment=line.things[0] if len(line.things) == 1 else None,
        what=" ".join(what.split())[:LONGEST],
        energy=method[1],
        method=method[0],
        lock=lock.group(1).upper() if lock is not None else "",
        tag=tag.group(1).upper() if tag is not None else "",
    )
    number = _ISOLATIONS.open(desk, "GL", c.LockOn(by=desk.by, at=desk.now, point=point))
    if number is None:
        return
    desk.say(Say.ISOLATION_ON, number=number, what=point.what)
    if permit is not None:
        _cite_one(desk, number, permit)


def _prove(desk: Desk, _line: Line, rest: str) -> None:
    row, said = _named(desk, rest)
    if row is not None and _done(desk, row, c.Prove(by=desk.by, at=desk.now, how=said[:LONGEST])):
        desk.say(Say.ISOLATION_PROVEN, number=row.id, what=row.what)


def _cite(desk: Desk, _line: Line, rest: str) -> None:
    permit, rest = permit_in(rest)
    if permit is None:
        desk.say(Say.ISOLATION_WORDS)
        return
    row, _ = _named(desk, rest)
    if row is not None:
        _cite_one(desk, row.id, permit)


def _cite_one(desk: Desk, number: str, permit: PermitId) -> None:
    if cite(desk, number, permit):
        desk.say(Say.ISOLATION_CITED, number=number, permit=permit)


def cite(desk: Desk, number: str, permit: PermitId) -> bool:
    """Let a permit stand on an isolation; a no is said."""
    if _ISOLATIONS.ask(desk, number, c.Cite(by=desk.by, at=desk.now, permit=permit)) is None:
        return False
    desk.tx.stands_on(permit, number)
    desk.refresh_later(permit)
    return True


# --- changing hands, taking off -------------------------------------------------------------------------------------


def _offer(desk: Desk, _line: Line, rest: str) -> None:
    row, said = _named(desk, rest)
    if row is None:
        return
    people = [found.person.person for found in find_names(said, desk.gazetteer, ()) if found.person.person]
    if len(people) != 1:
        desk.say(Say.ISOLATION_WORDS)
    elif _done(desk, row, c.Offer(by=desk.by, at=desk.now, to=PersonId(people[0].id))):
        desk.say(Say.ISOLATION_OFFERED, number=row.id, name=people[0].name, lock=row.lock or row.tag)


def _take_over(desk: Desk, _line: Line, rest: str) -> None:
    row, _ = _named(desk, rest)
    if row is not None and _done(desk, row, c.TakeOver(by=desk.by, at=desk.now)):
        desk.say(Say.ISOLATION_TAKEN, number=row.id, what=row.what)


def _lock_off(desk: Desk, _line: Line, rest: str) -> None:
    row, _ = _named(desk, rest)
    if row is not None and _done(desk, row, c.LockOff(by=desk.by, at=desk.now)):
        desk.say(Say.ISOLATION_OFF, number=row.id, what=row.what)


def _break_lock(desk: Desk, _line: Line, rest: str) -> None:
    row, said = _named(desk, rest)
    if row is not None and _done(desk, row, c.BreakLock(by=desk.by, at=desk.now, reason=said[:LONGEST])):
        desk.say(Say.ISOLATION_OFF, number=row.id, what=row.what)


def _list(desk: Desk, line: Line, _rest: str) -> None:
    """What is in place, at the places named or everywhere."""
    rows = [row for row in desk.tx.isolations_in_place() if not line.areas or AreaId(row.area) in line.areas]
    if not rows:
        desk.say(Say.ISOLATION_NONE)
        return
    people = desk.tx.directory.people
    lines = [
        isolation_line(
            row.id,
            row.what,
            Method(row.method),
            row.lock or row.tag,
            people[PersonId(row.owner)].name if PersonId(row.owner) in people else row.owner,
            proven=row.proven,
        )
        for row in rows[:MOST_LISTED]
    ]
    if len(rows) > MOST_LISTED:
        lines.append(AND_MORE.format(count=len(rows) - MOST_LISTED))
    desk.say(Say.ISOLATION_LIST, count=str(len(rows)), lines="\n".join(lines))


# --- asking the core ------------------------------------------------------------------------------------------------


def _named(desk: Desk, rest: str) -> tuple[IsolationRow | None, str]:
    """The isolation in place that the first word names, by lock, tag or register number; and what else was said."""
    head, _, said = rest.partition(" ") if " " in rest else _split(rest)
    name = re.sub("^(?:锁|牌|盲板)号?", "", head).upper()
    found = desk.tx.isolations_called(name) if name else ()
    if len(found) != 1:
        desk.say(Say.ISOLATION_UNKNOWN, name=name or rest[:LONGEST])
        return None, ""
    return found[0], said.strip()


def _split(rest: str) -> tuple[str, str, str]:
    match = re.match(rf"((?:锁|牌|盲板)?号?{_NUMBER})(.*)", rest, re.DOTALL)
    return (match.group(1), "", match.group(2)) if match is not None else (rest, "", "")


def _done(desk: Desk, row: IsolationRow, command: c.Command) -> bool:
    return _ISOLATIONS.ask(desk, row.id, command) is not None


def _decide(desk: Desk, isolation: Isolation, command: c.Command) -> tuple[e.Event, ...]:
    return decide(isolation, command, _facts(desk, isolation, command))


def _project(desk: Desk, number: str, state: Isolation) -> None:
    point = state.point
    if point is None:
        return
    desk.tx.put_isolation(
        IsolationRow(
            id=number,
            in_place=state.on,
            proven=state.stage is Stage.PROVEN,
            area=point.area,
            lock=point.lock,
            tag=point.tag,
            what=point.what,
            method=point.method.value,
            energy=point.energy.value,
            owner=str(state.owner or ""),
            updated_at=desk.now,
        )
    )


_ISOLATIONS: Ledger[Isolation, c.Command, e.Event] = Ledger(
    fold=lambda house: house.isolations,
    decide=_decide,
    project=_project,
    asked="isolation",
    attempt=lambda desk, why: e.RemovalRefused(by=desk.by, at=desk.now, why=why),
)


def _facts(desk: Desk, isolation: Isolation, command: c.Command) -> Facts:
    permits = [*isolation.cited_by, *((command.permit,) if isinstance(command, c.Cite) else ())]
    known = {number: permit for number in permits if (permit := desk.known(number)) is not None}
    point = command.point if isinstance(command, c.LockOn) else isolation.point
    area = point.area if point is not None else None
    same = desk.tx.isolations_called(point.lock) if isinstance(command, c.LockOn) and point and point.lock else ()
    return Facts(
        people=desk.tx.directory.people,
        safety=desk.holders(area).get(Role.SAFETY_DEPT, ()),
        permits={number: _citing(permit) for number, permit in known.items()},
        boxed=_boxed(desk, isolation.id),
        lock_on=next((IsolationId(row.id) for row in same if row.lock == point.lock), None) if point else None,
    )


def _boxed(desk: Desk, isolation: IsolationId) -> tuple[str, ...]:
    """Lock boxes that keep the key in."""
    people = desk.tx.directory.people
    boxes = [desk.tx.load(desk.house.lock_boxes, row.id)[0] for row in desk.tx.lock_boxes_in_use()]
    return kept_in(boxes, isolation, lambda one: people[one].name if one in people else str(one))


def _citing(permit: Permit) -> Citing:
    return Citing(over=permit.over, place=permit.what.place)


isolating = begins(
    {
        "上锁": _lock_on,
        "挂锁": _lock_on,
        "验证": _prove,
        "引用": _cite,
        "交锁": _offer,
        "接锁": _take_over,
        "解锁": _lock_off,
        "强制解锁": _break_lock,
        "隔离台账": _list,
        "隔离登记": _list,
        "在用锁": _list,
        "在用的锁": _list,
    }
)
"""Whether a line is about the isolation register; then it is answered."""
