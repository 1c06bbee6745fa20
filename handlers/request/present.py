"""How a moment and an interval are shown: always absolute, always with the weekday."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from workflow.values import aware

WEEKDAYS = "一二三四五六日"


def day(on: date, today: date | None = None) -> str:
    """``11月22日 周日``; with the year in front when it is not the year of ``today``."""
    year = f"{on.year}年" if today is not None and on.year != today.year else ""
    return f"{year}{on.month}月{on.day}日 周{WEEKDAYS[on.weekday()]}"


def moment(at: datetime, tz: tzinfo, today: date | None = None) -> str:
    """``11月22日 周日 08:00`` in the site's time zone. Raises `NaiveTime` for a time without zone."""
    local = aware(at).astimezone(tz)
    return f"{day(local.date(), today)} {local:%H:%M}"


def interval(start: datetime, end: datetime, tz: tzinfo, today: date | None = None) -> str:
    """``11月22日 周日 08:00–11:00``; past midnight ``23:00–次日 03:00``; longer ``08:00–11月24日 周二 08:00``.

    Minutes are the finest unit shown. Raises `NaiveTime` for a time without zone.
    """
    first, last = aware(start).astimezone(tz), aware(end).astimezone(tz)
    if last.date() == first.date():
        until = f"{last:%H:%M}"
    elif last.date() == first.date() + timedelta(days=1):
        until = f"次日 {last:%H:%M}"
    else:
        until = moment(last, tz, today)
    return f"{moment(first, tz, today)}–{until}"


def length(span: timedelta) -> str:
    """``3小时``, ``1小时30分``, ``45分钟``, ``15天``."""
    if span > timedelta(hours=72) and not span % timedelta(days=1):
        return f"{span.days}天"
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes}分钟"
    return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
