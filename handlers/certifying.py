"""The certificates of those at work, counted once for every day that is over, by the register of the night after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from handlers.house import House
from storage.certified import put_certified, worked
from storage.tx import Tx
from workflow.certified import certified
from workflow.figures import day_of

_COUNTED = "figures.certified_to"
MOST_DAYS = 31
"""So many days are made up for; of those before nobody knows any more who held what."""

Counted = dict[str, tuple[str, ...]]
"""By permit: what each of its crew lacked."""


def days_owed(tx: Tx, house: House, now: datetime) -> tuple[date, ...]:
    """The days that are over and not counted yet, oldest first; the first time, yesterday alone."""
    yesterday = now.astimezone(house.zone).date() - timedelta(days=1)
    last = tx.setting(_COUNTED)
    since = date.fromisoformat(last) + timedelta(days=1) if last is not None else yesterday
    since = max(since, yesterday - timedelta(days=MOST_DAYS - 1))
    return tuple(since + timedelta(days=number) for number in range((yesterday - since).days + 1))


def count(tx: Tx, house: House, day: date) -> Counted:
    """Look at every crew that was at work on a day; reads only."""
    return dict(_counted(tx, house, day))


def _counted(tx: Tx, house: House, day: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    people = tx.directory.people
    for number in worked(tx, day_of(day, house.zone)):
        permit = tx.load(house.permits, number)[0]
        if permit.rules is not None:
            yield number, tuple(certified(permit, people, day))


def keep(tx: Tx, house: House, day: date, counted: Counted) -> None:
    """Write a day's count down, and that it is done."""
    for permit, lacked in counted.items():
        put_certified(tx, day_of(day, house.zone), permit, lacked)
    tx.put_setting(_COUNTED, day.isoformat())
