"""交接班 in chat: the stop, the record in one line, and the signatures (domain 4.6).

1.  「交接班」 by anybody of the crew stops the work for a change of shift.
2.  Whoever guards or leads writes how the place stands: 「交接 监护刘军 负责王强 隔离3块盲板在位 人0 工具0 遗留无」.
3.  All who hand over or take over tap 交接签字 at the place. Only then somebody else guards.
"""

from __future__ import annotations

import contextlib
import re

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk
from handlers.reading import Line
from workflow.errors import Refused
from workflow.ids import PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Permit, Status

_CALL = re.compile("(?:现在|要|开始|我们|准备)*(?:交接班|换班|交班)(?:了|啦|吧)?[。.!！ ]*")
_RECORD = re.compile("交接(?:班|记录)?[:： ]+(?P<rest>.{4,300})", re.DOTALL)
_PART = re.compile(
    "(?:^|(?<=[ ，,；;。、\n]))(监护人?|作业负责人|负责人?|隔离(?:状态|情况)?|人数?|工具|遗留(?:问题)?|没干完的?)"
)
_FIELDS = {
    "监": "guardian", "负": "leader", "作": "leader", "隔": "isolation", "人": "people", "工": "tools", "遗": "issues",
    "没": "issues",
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,3}")
_LONGEST = 200


def shift_said(desk: Desk, line: Line) -> bool:
    """交接班: stop what this person works on, for the next crew; or the record of the hand-over."""
    text = line.text.strip()
    record = _RECORD.fullmatch(text)
    if record is not None:
        return _record(desk, record["rest"])
    if _CALL.fullmatch(text) is None:
        return False
    mine = _mine(desk, {Status.ACTIVE, Status.SUSPENDED})
    if not mine:
        desk.say(Say.SHIFT_NOTHING)
        return True
    for permit in mine:
        command = c.StopWork(by=desk.by, at=desk.now, reason=SuspendReason.SHIFT_CHANGE, text=words.SHIFT_CHANGE)
        with contextlib.suppress(Refused):  # stopped for it already: the same next step is shown
            desk.ask(permit.id, command)
        show_card(desk, permit.id, Say.HANDOVER_HOW, number=permit.id)
    return True


def _mine(desk: Desk, statuses: set[Status]) -> list[Permit]:
    """Permits this person guards, leads or works on."""
    permits = [desk.permit(PermitId(row.permit)) for row in desk.mine()]
    return [
        one
        for one in permits
        if one.status in statuses
        and one.started_at is not None
        and desk.me in {one.guardian, one.leader, *one.what.workers}
    ]


def handover(desk: Desk, permit: Permit, press: Press) -> None:
    """交接班 on a card: sign the open record, or be told how one is written."""
    if press.arg.isdecimal():
        sign(desk, permit, int(press.arg))
    else:
        desk.say(Say.HANDOVER_HOW, number=permit.id)


def sign(desk: Desk, permit: Permit, number: int) -> None:
    """One signature under the record."""
    desk.attempt(permit.id, c.SignHandover(by=desk.by, at=desk.now, number=number), Action.HANDOVER)


def _record(desk: Desk, rest: str) -> bool:
    permits = [one for one in _mine(desk, {Status.SUSPENDED}) if desk.me in {one.guardian, one.leader}]
    waiting = [one for one in permits if one.handover_due] or permits
    if len(waiting) != 1:
        desk.say(Say.SHIFT_NOTHING)
        return True
    permit = waiting[0]
    said = parts(rest)
    guardian = _person(desk, said.get("guardian", ""), permit.guardian)
    leader = _person(desk, said.get("leader", ""), permit.leader)
    people, tools = (_NUMBER.search(said.get(key, "")) for key in ("people", "tools"))
    missing = [
        name
        for name, given in (
            (words.HANDOVER_PARTS["guardian"], guardian),
            (words.HANDOVER_PARTS["leader"], leader),
            (words.HANDOVER_PARTS["isolation"], said.get("isolation")),
            (words.HANDOVER_PARTS["people"], people),
            (words.HANDOVER_PARTS["tools"], tools),
            (words.HANDOVER_PARTS["issues"], said.get("issues")),
        )
        if not given
    ]
    if missing or guardian is None or leader is None or people is None or tools is None:
        desk.say(Say.HANDOVER_MISSING, number=permit.id, what="、".join(missing))
        return True
    command = c.OpenHandover(
        by=desk.by,
        at=desk.now,
        guardian=guardian,
        leader=leader,
        isolation=said["isolation"][:_LONGEST],
        people=int(people.group()),
        tools=int(tools.group()),
        issues=said["issues"][:_LONGEST],
    )
    if desk.attempt(permit.id, command, Action.HANDOVER) is not None:
        show_card(desk, permit.id, Say.HANDOVER_OPENED, number=permit.id)
    return True


def parts(rest: str) -> dict[str, str]:
    """「监护刘军 负责王强 隔离正常 人0 工具0 遗留无」 by what each part is about."""
    pieces = _PART.split(rest)
    found: dict[str, str] = {}
    for head, body in zip(pieces[1::2], pieces[2::2], strict=True):
        found[_FIELDS[head[0]]] = body.strip(" ：:，,；;。、是为")
    return found


def _person(desk: Desk, name: str, now: PersonId) -> PersonId | None:
    """The one person called so; 不变 and 不换 mean whoever it is now."""
    if name in {"不变", "不换", "照旧"}:
        return now
    same = [one.id for one in desk.tx.directory.people.values() if one.name == name and one.active]
    return same[0] if len(same) == 1 else None
