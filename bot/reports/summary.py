"""The summary of a week or a month as a page: figures of the journal, printed. It names nobody, so nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot import press
from bot.clock import Clock, SystemClock
from bot.evidence import Say, ready_database
from bot.new_file import written
from bot.settings import Settings
from cards import words_reports as say
from cards.reports import summary as cards
from cards.reports.summary import Group, Stretch, Summary, Value
from handlers.windows import Window, month_before, month_with, week_before, week_with
from storage.figures import counts, shares, spreads, tally
from storage.store import Store
from storage.tx import Tx
from workflow.figures import DEFINITIONS, NO_SHARE, NO_SPREAD, UNKNOWN, Cut, Key, Unit
from workflow.ids import AreaId
from workflow.values import Interval

TEMPLATE: Final = Path(cards.__file__).with_name("summary.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The page, as it is called."""

    name: str
    title: str
    data: bytes


def make(settings: Settings, window: Window, *, as_of: datetime) -> Printed:
    """The page, as was known at ``as_of``. Blocks: in a service run it in a thread.

    Raise `storage.errors.StorageError`.
    """
    summary = asyncio.run(_read(settings, window, as_of))
    title = say.SUMMARY_TITLE[summary.kind]
    return Printed(
        name=say.SUMMARY_NAME.format(title=title, since=window.since, until=window.until),
        title=say.SUMMARY_POSTED.format(title=title, days=summary.days),
        data=press.printed(TEMPLATE, {"page": cards.page(summary).decode()}, at=as_of),
    )


async def _read(settings: Settings, window: Window, as_of: datetime) -> Summary:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(lambda tx: gather(tx, settings, window, as_of))
    finally:
        await store.close()


def gather(tx: Tx, settings: Settings, window: Window, as_of: datetime) -> Summary:
    """Every figure of the window, and of the one before it."""
    kind, earlier = before(window)
    now, then = (_span(one, settings) for one in (window, earlier))
    areas = tx.directory.areas

    def area(group: str) -> str:
        known = areas.get(AreaId(group))
        return say.UNKNOWN_GROUP if group == UNKNOWN else known.name if known is not None else group

    broken: dict[str, int] = {}
    for (_, what), many in counts(tx, Key.VIOLATIONS, now).items():
        broken[what] = broken.get(what, 0) + many
    return Summary(
        kind=kind,
        site=settings.site_id,
        days=_days(window),
        before_days=_days(earlier),
        as_of=as_of,
        zone=settings.zone,
        now=_stretch(tx, now, as_of),
        # Seen from as long after its own end: else what has merely had more time to be closed would look better.
        before=_stretch(tx, then, as_of - (now.end - then.end)),
        works=_groups(tx, now, Cut.WORK, as_of, cards.work_label),
        areas=_groups(tx, now, Cut.AREA, as_of, area),
        violations=broken,
    )


def before(window: Window) -> tuple[str, Window]:
    """What kind of window it is, and the one of its kind before it."""
    if window == month_with(window.since):
        return "month", month_before(window.since)
    if window == week_with(window.since):
        return "week", week_before(window.since)
    length = window.until - window.since + timedelta(days=1)
    return "days", Window(since=window.since - length, until=window.until - length)


def _span(window: Window, settings: Settings) -> Interval:
    start, end = window.moments(settings.zone)
    return Interval(start=start, end=end)


def _days(window: Window) -> str:
    return say.DAYS.format(since=window.since, until=window.until)


def _stretch(tx: Tx, span: Interval, as_of: datetime) -> Stretch:
    return Stretch(whole={key: _whole(tx, key, span, as_of) for key in DEFINITIONS}, tally=tally(tx, span))


def _whole(tx: Tx, key: Key, span: Interval, as_of: datetime) -> Value:
    match DEFINITIONS[key].unit:
        case Unit.SPREAD:
            return spreads(tx, key, span).get("", NO_SPREAD)
        case Unit.SHARE:
            return shares(tx, key, span, as_of=as_of).get("", NO_SHARE)
        case Unit.COUNT:
            return sum(counts(tx, key, span).values())


def _groups(tx: Tx, span: Interval, cut: Cut, as_of: datetime, name: Callable[[str], str]) -> tuple[Group, ...]:
    """Kinds of work, or areas, in which anything was counted; by name."""
    approval = spreads(tx, Key.APPROVAL_TIME, span, cut)
    closed = shares(tx, Key.CLOSED_LOOP, span, cut, as_of=as_of)
    broken: dict[str, int] = {}
    for (group, _), many in counts(tx, Key.VIOLATIONS, span, cut).items():
        broken[group] = broken.get(group, 0) + many
    found = (
        Group(
            name=name(group),
            approval=approval.get(group, NO_SPREAD),
            closed=closed.get(group, NO_SHARE),
            violations=broken.get(group, 0),
        )
        for group in {*approval, *closed, *broken}
    )
    return tuple(sorted(found, key=lambda one: one.name))


def main(*, settings: Settings, window: Window, path: Path | None, say: Say, clock: Clock | None = None) -> int:
    """Write the page to a new file that only its owner can read; 1 when that cannot be done."""
    made = make(settings, window, as_of=(clock or SystemClock()).now())
    target = path or Path(made.name)
    if not written(target, made.data, say):
        return 1
    say(f"{target}: {len(made.data)} bytes.")
    return 0
