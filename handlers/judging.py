"""The radar's night: who approves like a stamp is told privately, once a week at most; managers get a number later."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cards.words_attention import REASON
from handlers.answers import Say
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.house import House
from handlers.outgoing import Answer, GroupWords
from storage.attention import Decided, Standing
from storage.tx import Tx
from workflow.attention.radar import Approval, Score, Weights, score
from workflow.effects import Lane
from workflow.ids import PersonId
from workflow.permit.effects_common import MANAGEMENT_GROUP

MOST = 200
"""Approvals of one person that are looked at: more do not say more."""
_MONTH, _TOLD = "radar.month", "radar.told:{}"


def judge(tx: Tx, house: House, person: PersonId, radar: Weights, *, pages: bool, now: datetime) -> None:
    """Judge one person anew, and tell him where he should know."""
    found = [_approval(one) for one in tx.decisions_of(person, now - radar.window, MOST)]
    judged = score(found, radar, pages=pages)
    before = tx.standing(person)
    told = before.told_at if before is not None else None
    if judged is not None and judged.value >= radar.tell_from and (told is None or now - told >= radar.tell_every):
        _tell(tx, house, person, judged, radar, now)
        _count(tx, _month(now, house), told is not None and _month(told, house) == _month(now, house))
        told = now
    value = 0 if judged is None else judged.value
    tx.put_standing(Standing(person=person, score=value, permits=len(found), judged_at=now, told_at=told))


def _approval(one: Decided) -> Approval:
    """Nobody can have seen the permit before it waited for him, nor before a card of it was sent."""
    shown = max(one.asked_at, one.card_sent_at) if one.card_sent_at is not None else one.asked_at
    return Approval(at=one.at, shown_at=min(shown, one.at), lines=one.lines, opened_at=one.opened_at, words=one.words)


def _tell(tx: Tx, house: House, person: PersonId, judged: Score, radar: Weights, now: datetime) -> None:
    desk = Desk(tx, house, now=now, cause=f"radar:{person}:{now.isoformat()}", sender=CLOCK, actor=None)
    lines = "\n".join(REASON[one.sign].format(count=one.count) for one in judged.reasons)
    args = {"days": str(radar.window.days), "count": str(judged.approvals), "lines": lines}
    answer = Answer(person=person, key=Say.ATTEND_TOLD.value, args=args)
    desk.post_to(person, answer, purpose="attention", lane=Lane.INFORMATION)


def _count(tx: Tx, month: date, already: bool) -> None:
    """People told in a month, each once."""
    if not already:
        tx.put_setting(_TOLD.format(month), str(int(tx.setting(_TOLD.format(month)) or 0) + 1))


def tell_managers(tx: Tx, house: House, now: datetime) -> None:
    """Once in a month: how many were told in the month before. They know it themselves already; nobody is named."""
    month = _month(_month_began(now, house) - timedelta(days=1), house)
    if tx.setting(_MONTH) == month.isoformat():
        return
    tx.put_setting(_MONTH, month.isoformat())
    people = tx.setting(_TOLD.format(month))
    if people is None:
        return
    desk = Desk(tx, house, now=now, cause=f"radar:{month}", sender=CLOCK, actor=None)
    args = {"month": f"{month.month}月", "people": people}
    for group in tx.directory.groups_for(MANAGEMENT_GROUP):
        words = GroupWords(group=group.id, key=Say.ATTEND_MONTH.value, args=args)
        desk.post_to(group.id, words, purpose="attention", lane=Lane.INFORMATION)


def _month_began(moment: datetime, house: House) -> datetime:
    return moment.astimezone(house.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month(moment: datetime, house: House) -> date:
    """The first day of its month at the site."""
    return _month_began(moment, house).date()
