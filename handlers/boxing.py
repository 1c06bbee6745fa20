"""Lock boxes by chat and by card: 设锁箱 · 入箱 · 挂箱锁 · 交箱锁 · 接箱锁 · 摘箱锁 · 看锁箱 · 锁箱台账 · 拆锁箱.

Hanging a lock on makes its permit stand on every isolation in the box, and so does a key that is put in later. When the
last lock comes off, the keeper and those whose keys lie inside are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cards import words_ledgers
from cards.buttons import Action, Press
from handlers.answers import ROWS, Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.isolating import cite
from handlers.ledger import Ledger, begins, permit_in
from handlers.outgoing import Answer, Ask, Offer
from handlers.reading import Line
from handlers.request.people import find_names
from storage.isolations import IsolationRow
from storage.lock_boxes import LockBoxRow
from workflow.ids import AreaId, IsolationId, PermitId, PersonId
from workflow.lockbox import commands as c
from workflow.lockbox import events as e
from workflow.lockbox.decide import Crew, Facts, Key, decide
from workflow.lockbox.state import CrewLock, LockBox, Stage
from workflow.permit.who import team
from workflow.rules.types import Role

LONGEST = 100
"""Characters of a typed reason that are kept."""
_SIGN = re.compile(r"(?:锁箱|箱|锁|牌|盲板)?号?([A-Za-z0-9][A-Za-z0-9-]{0,23})(?:号箱|号锁|号)?")


# --- keys -----------------------------------------------------------------------------------------------------------


def _set_up(desk: Desk, _line: Line, rest: str) -> None:
    label, *names = _signs(rest)
    rows = [_isolation(desk, name) for name in names]
    if not label or not names:
        desk.say(Say.BOX_HOW)
        return
    if any(row is None for row in rows):
        unknown = next(name for name, row in zip(names, rows, strict=True) if row is None)
        desk.say(Say.ISOLATION_UNKNOWN, name=unknown)
        return
    found = [row for row in rows if row is not None]
    points = tuple(IsolationId(row.id) for row in found)
    command = c.SetUp(by=desk.by, at=desk.now, label=label, area=AreaId(found[0].area), points=points)
    if _BOXES.open(desk, "SX", command) is not None:
        desk.say(Say.BOX_SET, label=label, points="、".join(_mark(row) for row in found))


def _put_key_in(desk: Desk, _line: Line, rest: str) -> None:
    box, names = _named(desk, rest)
    if box is None:
        return
    row = _isolation(desk, names[0]) if len(names) == 1 else None
    if row is None:
        desk.say(Say.ISOLATION_UNKNOWN, name="、".join(names) or rest[:LONGEST])
    elif (after := _done(desk, box, c.PutKeyIn(by=desk.by, at=desk.now, point=IsolationId(row.id)))) is not None:
        for number in dict.fromkeys(lock.permit for lock in after.locks):
            if not desk.permit(number).over:
                _stand_on(desk, number, (row.id,))
        desk.say(Say.BOX_KEY_IN, label=box.label, point=_mark(row))


# --- crews' locks ---------------------------------------------------------------------------------------------------


def _hang_on(desk: Desk, _line: Line, rest: str) -> None:
    permit, rest = permit_in(rest)
    box, names = _named(desk, rest)
    if box is None:
        return
    if permit is None or len(names) != 1:
        desk.say(Say.BOX_HOW)
        return
    after = _done(desk, box, c.HangOn(by=desk.by, at=desk.now, number=names[0], permit=permit))
    if after is not None:
        _stand_on(desk, permit, after.points)
        desk.say(Say.BOX_HUNG, label=box.label, lock=names[0], permit=permit)
        _show(desk, after)


def _offer(desk: Desk, _line: Line, rest: str) -> None:
    box, names = _named(desk, rest)
    if box is None:
        return
    people = [found.person.person for found in find_names(rest, desk.gazetteer, ()) if found.person.person]
    number = _mine(desk, box, names)
    if number is None or len(people) != 1:
        desk.say(Say.BOX_WHICH, label=box.label)
        return
    taker = PersonId(people[0].id)
    after = _done(desk, box, c.Offer(by=desk.by, at=desk.now, number=number, to=taker))
    if after is not None:
        desk.say(Say.BOX_OFFERED, label=box.label, lock=number, name=people[0].name)
        _show(desk, after, to=taker)


def _take_over(desk: Desk, _line: Line, rest: str) -> None:
    box, names = _named(desk, rest)
    if box is not None:
        offered = [lock.number for lock in _load(desk, box).locks if lock.offered_to == desk.me]
        _taken_over(desk, box, names[0] if names else offered[0] if len(offered) == 1 else None)


def _taken_over(desk: Desk, box: LockBoxRow, number: str | None) -> None:
    if number is None:
        desk.say(Say.BOX_WHICH, label=box.label)
    elif _done(desk, box, c.TakeOver(by=desk.by, at=desk.now, number=number)) is not None:
        desk.say(Say.BOX_TAKEN, label=box.label, lock=number)


def _take_off(desk: Desk, _line: Line, rest: str) -> None:
    box, names = _named(desk, rest)
    if box is not None:
        _taken_off(desk, box, _mine(desk, box, names))


def _taken_off(desk: Desk, box: LockBoxRow, number: str | None) -> None:
    if number is None:
        desk.say(Say.BOX_WHICH, label=box.label)
        return
    _came_off(desk, box, number, _done(desk, box, c.TakeOff(by=desk.by, at=desk.now, number=number)))


def _break_off(desk: Desk, _line: Line, rest: str) -> None:
    box, names = _named(desk, rest)
    if box is None:
        return
    if not names:
        desk.say(Say.BOX_WHICH, label=box.label)
        return
    number = names[0]
    reason = re.split(rf"{re.escape(number)}(?:号锁|号)?", rest, maxsplit=1, flags=re.IGNORECASE)[-1].strip()
    command = c.BreakOff(by=desk.by, at=desk.now, number=number, reason=reason[:LONGEST])
    _came_off(desk, box, number, _done(desk, box, command))


def _came_off(desk: Desk, box: LockBoxRow, number: str, after: LockBox | None) -> None:
    if after is None:
        return
    desk.say(Say.BOX_OFF, label=box.label, lock=number)
    if after.locks:
        return
    rows = _rows(desk, after)
    args = {"label": box.label, "points": "、".join(_mark(row) for row in rows)}
    concerned = [PersonId(box.keeper), *(PersonId(row.owner) for row in rows)]
    for person in dict.fromkeys(concerned):
        desk.post_to(person, Answer(person=person, key=Say.BOX_FREE.value, args=args), purpose="box")


def _give_up(desk: Desk, _line: Line, rest: str) -> None:
    box, _ = _named(desk, rest)
    if box is not None and _done(desk, box, c.GiveUp(by=desk.by, at=desk.now)) is not None:
        desk.say(Say.BOX_GIVEN_UP, label=box.label)


# --- looking --------------------------------------------------------------------------------------------------------


def _look(desk: Desk, _line: Line, rest: str) -> None:
    box, _ = _named(desk, rest)
    if box is not None:
        _show(desk, _load(desk, box))


def _list(desk: Desk, _line: Line, _rest: str) -> None:
    boxes = [_load(desk, row) for row in desk.tx.lock_boxes_in_use()]
    if not boxes:
        desk.say(Say.BOX_NONE)
        return
    lines = [
        words_ledgers.box_line(
            box.label, _area(desk, box), len(box.points), [_name(desk, lock.owner) for lock in box.locks]
        )
        for box in boxes
    ]
    desk.say(Say.BOX_LIST, count=str(len(boxes)), lines="\n".join(lines))


def _show(desk: Desk, box: LockBox, *, to: PersonId | None = None) -> None:
    """The box as a card: who has a lock on, and what this person may press."""
    person = to if to is not None else desk.me
    held = words_ledgers.BOX_HELD.format(count=len(box.locks)) if box.locks else words_ledgers.BOX_EMPTY
    args = {
        "label": box.label,
        "place": _area(desk, box),
        "keeper": _name(desk, box.keeper),
        "state": held,
        ROWS: "\n".join(_card_rows(desk, box)),
    }
    taps = [("off", lock) for lock in box.locks if lock.owner == person]
    taps += [("take", lock) for lock in box.locks if lock.offered_to == person]
    offers = [_tap(box, what, lock.number) for what, lock in taps[:5]]
    offers.append(_tap(box, "look", ""))
    question = Ask(person=person, subject=f"box:{box.id}", key=Say.BOX_CARD.value, args=args, offers=tuple(offers))
    desk.post_to(person, question, purpose="box")


def _tap(box: LockBox, what: str, number: str) -> Offer:
    press = Press(action=Action.BOX, subject=box.id, revision=box.version, arg=f"{what}:{number}")
    return Offer(press=press, label=words_ledgers.BOX_TAPS[what].format(number=number))


def _card_rows(desk: Desk, box: LockBox) -> Iterable[str]:
    yield f"{words_ledgers.BOX_ROWS['points']}：{'、'.join(_mark(row) for row in _rows(desk, box))}"
    for lock in box.locks:
        label = words_ledgers.BOX_ROWS["lock"].format(number=lock.number)
        yield f"{label}：{_whose(desk, lock)}"


def _whose(desk: Desk, lock: CrewLock) -> str:
    known = desk.tx.directory.people.get(lock.owner)
    crew = (known.employer or known.department) if known is not None else ""
    taker = _name(desk, lock.offered_to) if lock.offered_to is not None else ""
    return words_ledgers.crew_lock(_name(desk, lock.owner), crew, lock.permit, taker)


def box_tapped(desk: Desk, _tap: Tap, press: Press) -> None:
    """摘锁 · 接锁 · 刷新 on a box's card. The core is asked as for a line; a card that is out of date is shown anew."""
    row = next((one for one in desk.tx.lock_boxes_in_use() if one.id == press.subject), None)
    if row is None:
        desk.say(Say.BOX_UNKNOWN, label=desk.tx.load(desk.house.lock_boxes, press.subject)[0].label)
        return
    what, _, number = press.arg.partition(":")
    if what == "off":
        _taken_off(desk, row, number)
    elif what == "take":
        _taken_over(desk, row, number)
    _show(desk, _load(desk, row))


# --- asking the core ------------------------------------------------------------------------------------------------


def _signs(text: str) -> list[str]:
    """Labels and lock numbers in a text, as they are stored."""
    return [match.group(1).upper() for match in _SIGN.finditer(text)] or [""]


def _named(desk: Desk, rest: str) -> tuple[LockBoxRow | None, list[str]]:
    """The box in use whose label comes first, and the other numbers of the line."""
    label, *others = _signs(rest)
    found = [row for row in desk.tx.lock_boxes_in_use() if row.label == label]
    if len(found) != 1:
        desk.say(Say.BOX_UNKNOWN if label else Say.BOX_HOW, **({"label": label} if label else {}))
        return None, []
    return found[0], others


def _mine(desk: Desk, box: LockBoxRow, names: list[str]) -> str | None:
    """The lock that is meant: the one named, else the only one of this person."""
    mine = [lock.number for lock in _load(desk, box).locks if lock.owner == desk.me]
    return names[0] if names else mine[0] if len(mine) == 1 else None


def _isolation(desk: Desk, name: str) -> IsolationRow | None:
    found = desk.tx.isolations_called(name)
    return found[0] if len(found) == 1 else None


def _rows(desk: Desk, box: LockBox) -> list[IsolationRow]:
    """The isolations in the box that are in place."""
    return [row for point in box.points for row in desk.tx.isolations_called(point) if row.id == point]


def _mark(row: IsolationRow) -> str:
    return row.lock or row.tag or row.id


def _stand_on(desk: Desk, permit: PermitId, points: Iterable[str]) -> None:
    """The permit stands on these from now on, as far as it does not already."""
    standing = {row.id for row in desk.tx.isolations_of(permit)}
    for point in points:
        if point not in standing:
            cite(desk, point, permit)


def _area(desk: Desk, box: LockBox) -> str:
    known = desk.tx.directory.areas.get(box.area) if box.area is not None else None
    return known.name if known is not None else str(box.area or "")


def _name(desk: Desk, person: PersonId | None) -> str:
    known = desk.tx.directory.people.get(person) if person is not None else None
    return known.name if known is not None else str(person or "")


def _load(desk: Desk, row: LockBoxRow) -> LockBox:
    return _BOXES.load(desk, row.id)


def _done(desk: Desk, row: LockBoxRow, command: c.Command) -> LockBox | None:
    return _BOXES.ask(desk, row.id, command)


def _decide(desk: Desk, box: LockBox, command: c.Command) -> tuple[e.Event, ...]:
    others = [_load(desk, row) for row in desk.tx.lock_boxes_in_use() if row.id != box.id]
    points = (*box.points, *_asked_points(command))
    permits = {lock.permit for lock in box.locks} | ({command.permit} if isinstance(command, c.HangOn) else set())
    area = command.area if isinstance(command, c.SetUp) else box.area
    facts = Facts(
        people=desk.tx.directory.people,
        safety=desk.holders(area).get(Role.SAFETY_DEPT, ()),
        keys={point: _key(desk, point, others) for point in points},
        crews={
            number: Crew(over=permit.over, team=team(permit))
            for number in permits
            if (permit := desk.known(number)) is not None
        },
        label_used=isinstance(command, c.SetUp) and any(one.label == command.label for one in others),
        lock_used=_hangs(desk, command.number, (box, *others)) if isinstance(command, c.HangOn) else "",
    )
    return decide(box, command, facts)


def _asked_points(command: c.Command) -> tuple[IsolationId, ...]:
    if isinstance(command, c.SetUp):
        return command.points
    return (command.point,) if isinstance(command, c.PutKeyIn) else ()


def _key(desk: Desk, point: IsolationId, others: Iterable[LockBox]) -> Key:
    isolation = desk.tx.load(desk.house.isolations, point)[0]
    name = (isolation.point.lock or isolation.point.tag) if isolation.point is not None else str(point)
    return Key(
        name=name,
        owner=isolation.owner,
        in_place=isolation.on,
        proven=isolation.on and isolation.proven_by is not None,
        box=next((one.label for one in others if point in one.points), ""),
    )


def _hangs(desk: Desk, number: str, boxes: Iterable[LockBox]) -> str:
    """Where a lock with this number is already."""
    for box in boxes:
        if box.lock(number) is not None:
            return f"{box.label}号锁箱"
    return next((f"隔离 {row.id} " for row in desk.tx.isolations_called(number) if row.lock == number), "")


def _project(desk: Desk, number: str, box: LockBox) -> None:
    row = LockBoxRow(
        id=number,
        in_use=box.stage is Stage.IN_USE,
        label=box.label,
        area=str(box.area or ""),
        keeper=str(box.keeper or ""),
        updated_at=desk.now,
    )
    desk.tx.put_lock_box(row)


_BOXES: Ledger[LockBox, c.Command, e.Event] = Ledger(
    fold=lambda house: house.lock_boxes,
    decide=_decide,
    project=_project,
    asked="box",
    attempt=lambda desk, why: e.BoxRefused(by=desk.by, at=desk.now, why=why),
)

boxing = begins(
    {
        "设锁箱": _set_up,
        "入箱": _put_key_in,
        "挂箱锁": _hang_on,
        "交箱锁": _offer,
        "接箱锁": _take_over,
        "摘箱锁": _take_off,
        "强制摘箱锁": _break_off,
        "看锁箱": _look,
        "锁箱台账": _list,
        "拆锁箱": _give_up,
    }
)
"""Whether a line is about a lock box; then it is answered."""
