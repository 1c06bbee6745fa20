"""Who goes in and who comes out, by the guardian's word or tap, and who is inside now (GB 30871-2022 6.8).

「王强进 工具2」 and 「王强、李明出」 work at any time for whoever guards. 「谁在里面」 is answered to anybody: in an
emergency nobody should have to ask for permission to count heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk
from handlers.outgoing import Ask, Offer
from handlers.reading import Line
from storage.board import BoardRow
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Grade
from workflow.values import WorkType

IN, OUT = "in", "out"
_MOVE = re.compile(
    r"(?P<names>[\u4e00-\u9fff·、，, ]{2,40}?)(?:都|也|已经?)?(?P<way>进去|进入|进场|进|出来|出去|出场|出)了?"
    r"[,，、 ]*(?:带(?:了|出)?)?(?:工具(?P<tools>\d{1,3})件?|(?P<more>\d{1,3})件工具)?[。.! ！]*"
)
_WHO = re.compile(
    "(?:现在)?(?:还有)?(?:谁|哪些人|什么人)?(?:还)?在?里面"
    "(?:还有|有|的是|的人)?(?:谁|哪些人|几个人|多少人|什么人)?[?？。 ]*|点名[。 ]*"
)
_SPLIT = re.compile("[、，, ]+|和")
_MOST_LINES = 12

# --- in and out -----------------------------------------------------------------------------------------------------


def moved_said(desk: Desk, line: Line) -> bool:
    """Whether the line logs people in or out; then it is done, or refused in words."""
    match = _MOVE.fullmatch(line.text.strip())
    if match is None:
        return False
    way = IN if match["way"].startswith("进") else OUT
    people = [_named(desk, name) for name in _SPLIT.split(match["names"]) if name]
    if not people or None in people:
        return False
    tools = int(match["tools"] or match["more"] or 0)
    for number, person in enumerate(one for one in people if one is not None):
        permit = _where(desk, way, person)
        if permit is None:
            return False
        move(desk, permit, way, person, tools if number == 0 else 0)
    return True


def _named(desk: Desk, name: str) -> PersonId | None:
    """The one person of the plant called so; with namesakes the one on a permit this person guards."""
    same = [one.id for one in desk.tx.directory.people.values() if one.name == name.strip() and one.active]
    if len(same) == 1:
        return same[0]
    crew = {who for permit in _guarded(desk) for who in (*permit.what.workers, permit.leader)}
    mine = [who for who in same if who in crew]
    return mine[0] if len(mine) == 1 else None


def _guarded(desk: Desk) -> list[Permit]:
    """Permits this person guards now whose log is open, confined spaces first."""
    permits = [desk.permit(PermitId(row.permit)) for row in desk.mine()]
    mine = [one for one in permits if one.guardian == desk.me and c.LogExit in LISTENS[one.status]]
    return sorted(mine, key=lambda one: one.what.work is not WorkType.CONFINED_SPACE)


def _where(desk: Desk, way: str, person: PersonId) -> Permit | None:
    """Which permit is meant: the guarded one the person is inside of, or works on, or else the first guarded one.

    For somebody coming out, whoever else says it means the permit whose log holds the person.
    """
    guarded = _guarded(desk)
    inside = [one for one in guarded if any(each.person == person for each in one.inside)]
    works = [one for one in guarded if person in (*one.what.workers, one.leader)]
    if inside or works or guarded:
        return (inside or works or guarded)[0] if way == OUT else (works or guarded)[0]
    if way == OUT:
        return next((one for one in _open(desk) if any(each.person == person for each in one.inside)), None)
    return None


def _open(desk: Desk) -> Iterable[Permit]:
    return (desk.permit(PermitId(row.permit)) for row in desk.tx.open_permits() if row.live)


def move(desk: Desk, permit: Permit, way: str, person: PersonId, tools: int) -> None:
    """Log one person in or out, and say what the log now holds."""
    kind = c.LogEntry if way == IN else c.LogExit
    found = desk.attempt(permit.id, kind(by=desk.by, at=desk.now, person=person, tools=tools), Action.LOG)
    if found is None:
        return
    refused = next((event for event in found if isinstance(event, e.AttemptRefused)), None)
    if refused is not None:
        desk.say(Say.ENTRY_REFUSED, number=permit.id, name=_name(desk, person), why=refused.text)
        desk.show_again(permit.id)
        return
    now = desk.permit(permit.id)
    key = Say.WENT_IN if way == IN else Say.CAME_OUT
    args = {"number": str(permit.id), "name": _name(desk, person), "who": who_inside(desk, now)}
    show_card(desk, permit.id, key, **args)


def log(desk: Desk, permit: Permit, press: Press) -> None:
    """进出登记: a tap for everybody who may go in or come out; or, with a name, the move itself."""
    way, _, who = press.arg.partition(":")
    if who:
        move(desk, permit, way, PersonId(who), 0)
        return
    inside = [one.person for one in permit.inside]
    outside = [one for one in dict.fromkeys((*permit.what.workers, permit.leader)) if one not in inside]
    offers = [_offer(desk, permit, OUT, one) for one in inside]
    if permit.status is Status.ACTIVE:
        offers += [_offer(desk, permit, IN, one) for one in outside]
    args = {"number": str(permit.id), "who": who_inside(desk, permit)}
    subject = f"ask:{permit.id}:log"
    desk.question(Ask(person=desk.me, subject=subject, key=Say.LOG_WHO.value, args=args, offers=tuple(offers[:10])))


def _offer(desk: Desk, permit: Permit, way: str, person: PersonId) -> Offer:
    press = Press(action=Action.LOG, subject=permit.id, revision=permit.revision, arg=f"{way}:{person}")
    return Offer(press=press, label=f"{_name(desk, person)}{words.WENT_IN if way == IN else words.CAME_OUT}")


def _name(desk: Desk, person: PersonId) -> str:
    known = desk.tx.directory.people.get(person)
    return known.name if known is not None else str(person)


# --- who is inside --------------------------------------------------------------------------------------------------


def who_inside(desk: Desk, permit: Permit) -> str:
    """「2人：王强（09:10进）、李明（09:12进），工具3件」, or that nobody is."""
    names = "、".join(
        f"{_name(desk, one.person)}（{words.clock(one.since, desk.house.zone)}{words.WENT_IN}）"
        for one in permit.inside
    )
    count = max(permit.people_inside or 0, len(permit.inside))
    unnamed = count - len(permit.inside)
    if not count:
        return words.NOBODY_INSIDE
    more = f"，另有{unnamed}人没有登记姓名" if unnamed else ""
    tools = f"，工具{permit.tools_inside}件" if permit.tools_inside else ""
    return f"{count}人：{names}{more}{tools}".replace("：，", "，")


def roster(desk: Desk, rows: Iterable[BoardRow]) -> list[str]:
    """One line for each permit under which somebody is inside or at work, by area."""
    lines = []
    for row in sorted(rows, key=lambda one: (one.area, one.permit)):
        permit = desk.permit(PermitId(row.permit))
        inside = who_inside(desk, permit)
        at_work = permit.status in {Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED, Status.VOIDED}
        if inside == words.NOBODY_INSIDE and (
            permit.started_at is None or not at_work or permit.finished_at is not None
        ):
            continue
        if not permit.log_kept and inside == words.NOBODY_INSIDE:
            crew = dict.fromkeys((permit.leader, *permit.what.workers))
            inside = f"{words.NOT_LOGGED}：{'、'.join(_name(desk, one) for one in crew)}"
        what = words.work_name(WorkType(row.work), Grade(row.grade))
        lines.append(f"{area_name(desk, row)} {what} {row.permit} {inside}；监护{_name(desk, permit.guardian)}")
    return lines


def area_name(desk: Desk, row: BoardRow) -> str:
    """What people call the place of a permit."""
    area = desk.tx.directory.areas.get(AreaId(row.area))
    return area.name if area is not None else row.place


def roster_said(desk: Desk, line: Line) -> bool:
    """谁在里面: at the place named, else under the permits this person has to do with, else in the whole plant."""
    text = line.text.strip()
    places = {AreaId(area) for area in line.areas}
    core = text
    if places or line.things:
        core = text[text.find("谁") :] if "谁" in text else text[text.find("里面") :]
    if ("里面" not in text and "点名" not in text) or _WHO.fullmatch(core) is None or not core.strip():
        return False
    rows = [row for row in desk.tx.open_permits() if row.live]
    mine = [row for row in rows if any(person == desk.me for _, person in row.people)]
    meant = [row for row in rows if AreaId(row.area) in places] if places else (mine or rows)
    lines = roster(desk, meant)
    if lines:
        desk.say(Say.ROSTER, lines="\n".join(lines[:_MOST_LINES]), count=str(len(lines)))
    else:
        desk.say(Say.ROSTER_EMPTY)
    return True
