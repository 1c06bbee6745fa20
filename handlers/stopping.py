"""停工: anybody's right, at any moment, in any words. When in doubt, more is stopped rather than less.

What a 停工 means, in this order (docs/adr/0030):

1.  A permit number in the words, or the button of a card: that permit.
2.  A place in the words with work there: every permit at work there.
3.  Otherwise every permit at work that the sender belongs to.
4.  Otherwise it is asked with taps, and the plant's duty leader and safety department are called at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk
from handlers.outgoing import Answer, Ask, Offer
from storage.board import BoardRow
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import AreaId, EquipmentId, PermitId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Grade, Role
from workflow.values import WorkType

LONGEST_WORDS = 200
_MOST_CHOICES = 10
_SOON = timedelta(hours=2)
_HEARS = frozenset(status.value for status in Status if c.StopWork in LISTENS[status])


_DUG_UP = re.compile(
    "挖[出到断破坏穿着]|挖.{0,4}(?:电缆|光缆|管线|管道)|不明(?:物|管|线|东西)|(?:电缆|光缆|管线|管道).{0,4}(?:露|断|破)"
)
_RELEASE = re.compile("突[发然]排放|紧急排放|突然放空|放空了|跑料|喷料|大量(?:泄漏|泄露|排放)")
_WIND = re.compile("风(?:太|很|变|突然|力)?大|大风|起风|刮风|阵风|[五六七八5-8]级(?:以上)?(?:的)?风|风力超")
_DIGGING = frozenset({WorkType.EARTH, WorkType.ROAD})


def reason_of(work: WorkType, text: str) -> SuspendReason:
    """Why, as far as the words plainly say it: what is found in the ground has a way back of its own (11.4)."""
    if work in _DIGGING and _DUG_UP.search(text):
        return SuspendReason.UNKNOWN_OBJECT
    if _RELEASE.search(text):
        return SuspendReason.SUDDEN_RELEASE
    return SuspendReason.WIND if _WIND.search(text) else SuspendReason.STOP_WORK


def stop_tapped(desk: Desk, permit: Permit, press: Press) -> None:
    """立即停工 on a card, or under the question whether a report meant a stop: then it carries the reason."""
    told = next((each for each in SuspendReason if each.value == press.arg), SuspendReason.STOP_WORK)
    _stop(desk, [permit.id], "", "", told=told)


def stop_said(
    desk: Desk, line: str, *, number: PermitId | None, areas: Iterable[AreaId], things: Iterable[EquipmentId]
) -> None:
    """停工 in words. ``areas`` and ``things`` are the places the words surely name."""
    text = line.strip()[:LONGEST_WORDS]
    if number is not None and desk.known(number) is not None:
        _stop(desk, [number], text, "")
        return
    at_work = _at_work(desk, desk.tx.open_permits())
    meant = _meant(desk, at_work, areas, things)
    if meant:
        _stop(desk, [PermitId(row.permit) for row in meant], text, _place(desk, meant))
    elif at_work:
        _ask_which(desk, at_work, text)
    else:
        desk.say(Say.STOP_NOTHING)
        _call(desk, text)


def ask_whether(
    desk: Desk, line: str, *, number: PermitId | None, areas: Iterable[AreaId], things: Iterable[EquipmentId]
) -> bool:
    """Perhaps a stop was meant: offer it, the likeliest first. False when nothing is at work."""
    at_work = _at_work(desk, desk.tx.open_permits())
    one = [row for row in at_work if row.permit == number]
    likely = one or _meant(desk, at_work, areas, things) or at_work
    if likely:
        _offer(desk, likely, Say.STOP_WHETHER, line)
    return bool(likely)


def _meant(
    desk: Desk, at_work: list[BoardRow], areas: Iterable[AreaId], things: Iterable[EquipmentId]
) -> list[BoardRow]:
    """What the words mean: work at the very thing named, else anywhere in its area, else the sender's own."""
    named, exact = set(areas), set(things)
    there = [row for row in at_work if AreaId(row.area) in named]
    exactly = [row for row in there if row.equipment is not None and EquipmentId(row.equipment) in exact]
    mine = [row for row in at_work if any(person == desk.me for _, person in row.people)]
    return exactly or there or mine


def _at_work(desk: Desk, rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Permits whose work may be going on: begun or about to begin; if there is none, whatever may still start."""
    live = [row for row in rows if row.live and row.status in _HEARS]
    now = [row for row in live if row.status != Status.ISSUED.value or row.planned.start <= desk.now + _SOON]
    return now or live


def _stop(
    desk: Desk, numbers: list[PermitId], text: str, place: str, *, told: SuspendReason = SuspendReason.STOP_WORK
) -> None:
    """Stop every one of them; say what is stopped, or why nothing had to be."""
    stopped: list[PermitId] = []
    refused: list[tuple[PermitId, tuple[Finding, ...]]] = []
    for number in numbers:
        content = desk.permit(number).content
        reason = reason_of(content.work, text) if text and content is not None else told
        command = c.StopWork(by=desk.by, at=desk.now, reason=reason, text=text)
        try:
            desk.ask(number, command)
        except Refused as no:
            refused.append((number, no.findings))
        else:
            stopped.append(number)
            desk.show_again(number)
    if stopped:
        desk.say(Say.STOPPED, numbers="、".join(stopped), place=place)
    for number, findings in refused:
        if not stopped or len(numbers) == 1:
            desk.refuse(number, Action.STOP, findings)
            show_card(desk, number)


def _ask_which(desk: Desk, rows: list[BoardRow], text: str) -> None:
    _offer(desk, rows, Say.STOP_WHICH, text)
    _call(desk, text)


def _offer(desk: Desk, rows: list[BoardRow], key: Say, text: str) -> None:
    offers = tuple(
        Offer(
            press=Press(
                action=Action.STOP, subject=row.permit, revision=0, arg=reason_of(WorkType(row.work), text).value
            ),
            label=f"{_area_name(desk, row)} {words.work_name(WorkType(row.work), Grade(row.grade))}",
        )
        for row in rows[:_MOST_CHOICES]
    )
    ask = Ask(person=desk.me, subject=f"ask:stop:{desk.me}", key=key.value, offers=offers)
    desk.post(ask, purpose="ask", lane=Lane.SAFETY)


def _call(desk: Desk, text: str) -> None:
    """Somebody cries stop and we do not know where: people who can find out are told at once."""
    directory = desk.tx.directory
    posts = desk.house.posts
    leader = posts.duty_leader(directory)
    told = (*((leader,) if leader is not None else ()), *posts.holders(directory, None)[Role.SAFETY_DEPT])
    args = {"name": desk.person.name, "words": text or words.STOP}
    for person in dict.fromkeys(told):
        if person != desk.me:
            call = Answer(person=person, key=Say.STOP_CALL.value, args=args)
            desk.post_to(person, call, purpose="stop_call", lane=Lane.SAFETY)


def _place(desk: Desk, rows: list[BoardRow]) -> str:
    return "、".join(dict.fromkeys(_area_name(desk, row) for row in rows))


def _area_name(desk: Desk, row: BoardRow) -> str:
    area = desk.tx.directory.areas.get(AreaId(row.area))
    return area.name if area is not None else row.place
