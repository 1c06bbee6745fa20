"""The summary of the last month, and of the last week where the plant wants it, falls due: once, for one group.

First a few lines that are read in the chat, each leading to what stands behind it, then the page.

It falls due at eight in the morning of the first day after. The row of the outbox and the note that it was posted are
one transaction: knocked at twice, or killed in between, it is posted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.groups import meeting
from handlers.house import House
from handlers.outgoing import Period, SummaryFile
from handlers.windows import Window, month_before, week_before
from storage.tx import Tx
from workflow.effects import Lane
from workflow.permit.effects_common import MANAGEMENT_GROUP, SAFETY_GROUP

AT_HOUR: Final = timedelta(hours=8)
"""Of the day at the site."""


class Every(StrEnum):
    """How often there is one."""

    MONTH = "month"
    WEEK = "week"


_BEFORE: Final[Mapping[Every, Callable[[date], Window]]] = {Every.MONTH: month_before, Every.WEEK: week_before}


def newest(every: Every, now: datetime, zone: tzinfo) -> Window:
    """The last whole month or week whose summary is due."""
    return _BEFORE[every]((now.astimezone(zone) - AT_HOUR).date())


def post_due(tx: Tx, house: House, now: datetime, wanted: Iterable[Every]) -> tuple[SummaryFile, ...]:
    """Post what is due and was not posted yet; what was posted.

    The first time it is asked it only notes where the plant stands: nobody wants a page about a month before there was
    a system. Without a group that meets somewhere nothing is posted, and it stays due.
    """
    posted: list[SummaryFile] = []
    for every in wanted:
        key, window = f"summary:{every}", newest(every, now, house.zone)
        last = tx.setting(key)
        if last is None:
            tx.put_setting(key, window.since.isoformat())
        elif last < window.since.isoformat() and (sent := _post(tx, house, now, every, window)):
            tx.put_setting(key, window.since.isoformat())
            posted += sent
    return tuple(posted)


def _post(tx: Tx, house: House, now: datetime, every: Every, window: Window) -> list[SummaryFile]:
    desk = Desk(tx, house, now=now, cause=f"summary:{every}:{window.since}", sender=CLOCK, actor=None)
    sent = []
    for group in meeting(tx, MANAGEMENT_GROUP) or meeting(tx, SAFETY_GROUP):
        text = Period(group=group, since=window.since, until=window.until, as_of=now)
        desk.post_to(str(group), text, purpose="summary", lane=Lane.INFORMATION)
        page = SummaryFile(group=group, since=window.since, until=window.until, as_of=now)
        desk.post_to(str(group), page, purpose="summary", lane=Lane.INFORMATION)
        sent.append(page)
    return sent
