"""绿色通道 by chat: opened in one line, it stops the place's other work, and is numbered, counted and accounted for.

A line counts only when it begins with the word. Whoever may not open it is told to cry 停工 instead, which anybody may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from cards import words
from cards.words_ledgers import CHANNEL_STOP, NO_DEVIATIONS, NOTHING_STOPPED, deviation_line
from handlers import neighbour_news as news
from handlers.answers import Say
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.house import House
from handlers.ledger import Ledger, begins
from handlers.outgoing import Answer
from handlers.reading import Line
from handlers.stopping import ask_whether
from storage.deviations import DeviationRow
from storage.tx import Tx
from workflow.deviation import commands as c
from workflow.deviation import events as e
from workflow.deviation.clock import level, overdue
from workflow.deviation.decide import Facts, decide
from workflow.deviation.state import RECORD_WITHIN, Deviation, Emergency, Stage
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.ids import AreaId, DeviationId, PermitId, PersonId
from workflow.permit import commands as permit
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Role
from workflow.values import WorkType

LONGEST = 200
"""Characters of a typed reason that are kept."""
LONGEST_ACCOUNT = 2000
_LEADERS = (Role.SITE_UNIT, Role.BASE_UNIT, Role.SHIFT_LEADER, Role.SAFETY_DEPT)
_HEADS = (Role.CHIEF, Role.PRINCIPAL)
_NUMBER = re.compile(r"PC-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}", re.IGNORECASE)
_WORKS: tuple[tuple[str, WorkType], ...] = (
    ("动火|焊|切割", WorkType.HOT),
    ("受限空间|进罐|罐内", WorkType.CONFINED_SPACE),
    ("盲板", WorkType.BLIND),
    ("高处|登高", WorkType.HEIGHT),
    ("吊", WorkType.LIFT),
    ("临时用电|临电", WorkType.POWER),
    ("动土|开挖|挖", WorkType.EARTH),
    ("断路|封路", WorkType.ROAD),
)


# --- opening --------------------------------------------------------------------------------------------------------


def _open(desk: Desk, line: Line, rest: str) -> None:
    if len(line.areas) != 1:
        desk.say(Say.CHANNEL_HOW)
        return
    area = line.areas[0]
    work = next((kind for pattern, kind in _WORKS if re.search(pattern, rest)), None)
    what = Emergency(work=work, area=area, place=_area_name(desk, area), why=rest[:LONGEST])
    number = _DEVIATIONS.open(desk, "PC", c.Open(by=desk.by, at=desk.now, what=what))
    if number is None:
        ask_whether(desk, line.text, number=None, areas=line.areas, things=line.things)  # it may still be stopped
        return
    stopped = _stop_all(desk, area, number)
    news.ask_everybody(desk.tx, desk.now)  # work near by finds it among its neighbours
    due = desk.now + RECORD_WITHIN
    told = {"number": number, "place": what.place, "why": what.why, "name": desk.person.name}
    until = f"{words.day(due, desk.house.zone)} {words.clock(due, desk.house.zone)}"
    desk.say(Say.CHANNEL_OPEN, number=number, until=until, stopped=stopped or NOTHING_STOPPED)
    for person in _told(desk, area, Role.SAFETY_DEPT):
        call = Answer(person=person, key=Say.CHANNEL_OPENED.value, args=told)
        desk.post_to(person, call, purpose="channel", lane=Lane.SAFETY)


def _stop_all(desk: Desk, area: AreaId, number: str) -> str:
    """Everything else at the place stops: what goes on there now was not known when it was approved."""
    stopped = []
    for row in desk.tx.open_permits():
        if row.area != area or not row.live or permit.StopWork not in LISTENS[Status(row.status)]:
            continue
        text = CHANNEL_STOP.format(number=number)
        command = permit.StopWork(by=desk.by, at=desk.now, reason=SuspendReason.EMERGENCY, text=text)
        try:
            desk.ask(PermitId(row.permit), command)
        except Refused:
            continue  # it stands already
        stopped.append(row.permit)
    return "、".join(stopped)


# --- meanwhile and afterwards ---------------------------------------------------------------------------------------


def _note(desk: Desk, _line: Line, rest: str) -> None:
    number, said = _named(desk, rest)
    if number is not None and _done(desk, number, c.Note(by=desk.by, at=desk.now, text=said[:LONGEST])):
        desk.say(Say.CHANNEL_NOTED, number=number)


def _end(desk: Desk, _line: Line, rest: str) -> None:
    number, _ = _named(desk, rest)
    if number is not None and _done(desk, number, c.End(by=desk.by, at=desk.now)):
        desk.say(Say.CHANNEL_ENDED, number=number)


def _record(desk: Desk, _line: Line, rest: str) -> None:
    number, said = _named(desk, rest)
    if number is None:
        return
    state = _DEVIATIONS.ask(desk, number, c.Record(by=desk.by, at=desk.now, account=said[:LONGEST_ACCOUNT]))
    if state is None:
        return
    desk.say(Say.CHANNEL_LATE if state.late else Say.CHANNEL_RECORDED, number=number)
    if state.what is None:
        return
    for person in _told(desk, state.what.area, Role.SAFETY_DEPT):
        if person != state.opened_by:
            call = Answer(person=person, key=Say.CHANNEL_TO_JUDGE.value, args={"number": str(number)})
            desk.post_to(person, call, purpose="channel")


def _judge(desk: Desk, _line: Line, rest: str) -> None:
    number, said = _named(desk, rest)
    if number is not None and _done(desk, number, c.Judge(by=desk.by, at=desk.now, judgement=said[:LONGEST])):
        desk.say(Say.CHANNEL_JUDGED, number=number)


def _list(desk: Desk, _line: Line, _rest: str) -> None:
    """The month's count, for everybody to see, and what is still owed."""
    open_ones = [*desk.tx.deviations_at(Stage.OPEN.value), *desk.tx.deviations_at(Stage.RECORDED.value)]
    lines = [
        deviation_line(row.id, row.place, row.why, Stage(row.stage), row.opened_at + RECORD_WITHIN, desk.now)
        for row in open_ones
    ]
    used, quota = used_this_month(desk.tx, desk.house, desk.now), desk.house.book.plant.green_channel
    desk.say(
        Say.CHANNEL_LIST, used=str(used), quota=str(quota), lines="\n".join(lines) or NO_DEVIATIONS
    )  # fmt: skip


# --- the clock ------------------------------------------------------------------------------------------------------


def remind(tx: Tx, house: House, now: datetime) -> int:
    """Ask for every account that is due to be asked for; how many were. Asked again, it asks nothing twice."""
    asked = 0
    for row in tx.deviations_at(Stage.OPEN.value):
        state, _ = tx.load(house.deviations, row.id)
        wanted = level(state, now)
        if wanted <= row.asked or state.what is None or state.due_at is None:
            continue
        desk = Desk(tx, house, now=now, cause=f"deviation:{row.id}:{wanted}", sender=CLOCK, actor=None)
        late = overdue(state, now)
        key = Say.CHANNEL_OVERDUE if late else Say.CHANNEL_OWED
        due = state.due_at
        args = {
            "number": row.id, "place": row.place,
            "until": f"{words.day(due, house.zone)} {words.clock(due, house.zone)}",
        }  # fmt: skip
        above = _told(desk, state.what.area, Role.SAFETY_DEPT, *(_HEADS if wanted > _CLIMBS else ())) if late else ()
        for person in dict.fromkeys((*((state.opened_by,) if state.opened_by else ()), *above)):
            desk.post_to(person, Answer(person=person, key=key.value, args=args), purpose="channel")
        tx.put_deviation(replace(row, asked=wanted))
        asked += 1
    return asked


_CLIMBS = 3
"""From the level after this one on the leadership hears of it, too."""


def used_this_month(tx: Tx, house: House, now: datetime) -> int:
    """How many were opened in this calendar month at the site."""
    local = now.astimezone(house.zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return len(tx.deviations_between(first, now + timedelta.resolution))


# --- asking the core ------------------------------------------------------------------------------------------------


def _named(desk: Desk, rest: str) -> tuple[DeviationId | None, str]:
    """The deviation named, else the only open one this person opened; and what else was said."""
    match = _NUMBER.search(rest)
    if match is not None:
        number = match.group().upper()
        if desk.tx.deviation(number) is not None:
            return DeviationId(number), (rest[: match.start()] + rest[match.end() :]).strip()
        desk.say(Say.CHANNEL_UNKNOWN, number=number)
        return None, ""
    mine = [
        row.id for row in desk.tx.deviations_at(Stage.OPEN.value) if _DEVIATIONS.load(desk, row.id).opened_by == desk.me
    ]
    if len(mine) == 1:
        return DeviationId(mine[0]), rest
    desk.say(Say.CHANNEL_HOW)
    return None, ""


def _done(desk: Desk, number: str, command: c.Command) -> bool:
    return _DEVIATIONS.ask(desk, number, command) is not None


def _decide(desk: Desk, state: Deviation, command: c.Command) -> tuple[e.Event, ...]:
    what = command.what if isinstance(command, c.Open) else state.what
    return decide(state, command, _facts(desk, what.area if what is not None else None))


def _project(desk: Desk, number: str, state: Deviation) -> None:
    if state.what is None or state.opened_at is None:
        return
    before = desk.tx.deviation(number)
    desk.tx.put_deviation(
        DeviationRow(
            id=number,
            stage=state.stage.value,
            area=state.what.area,
            place=state.what.place,
            why=state.what.why,
            opened_at=state.opened_at,
            asked=before.asked if before is not None else 0,
        )
    )


_DEVIATIONS: Ledger[Deviation, c.Command, e.Event] = Ledger(
    fold=lambda house: house.deviations, decide=_decide, project=_project, asked="deviation"
)


def _facts(desk: Desk, area: AreaId | None) -> Facts:
    holders = desk.holders(area)
    duty = desk.house.posts.duty_leader(desk.tx.directory)
    heads = [person for role in _HEADS for person in holders.get(role, ())]
    return Facts(
        people=desk.tx.directory.people,
        leaders=tuple(dict.fromkeys(person for role in _LEADERS for person in holders.get(role, ()))),
        heads=tuple(dict.fromkeys((*((duty,) if duty is not None else ()), *heads))),
        safety=holders.get(Role.SAFETY_DEPT, ()),
        used=used_this_month(desk.tx, desk.house, desk.now),
        quota=desk.house.book.plant.green_channel,
    )


def _told(desk: Desk, area: AreaId, *roles: Role) -> tuple[PersonId, ...]:
    """The duty leader and the holders of these roles, but whoever writes."""
    duty = desk.house.posts.duty_leader(desk.tx.directory)
    holders = desk.holders(area)
    people: Iterable[PersonId] = (person for role in roles for person in holders.get(role, ()))
    everybody = dict.fromkeys((*((duty,) if duty is not None else ()), *people))
    return tuple(person for person in everybody if person != desk.actor)


def _area_name(desk: Desk, area: AreaId) -> str:
    known = desk.tx.directory.areas.get(area)
    return known.name if known is not None else str(area)


deviating = begins(
    {
        "绿色通道": _open,
        "抢修情况": _note,
        "抢修结束": _end,
        "补录": _record,
        "审查偏差": _judge,
        "偏差台账": _list,
    }
)
"""Whether a line is about the green channel; then it is answered."""
