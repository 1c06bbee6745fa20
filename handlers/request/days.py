"""Which day a word of time names, seen from now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handlers.request.frame import Doubt, Slot
from handlers.request.numerals import to_int
from handlers.request.questions import QuestionKind
from handlers.request.timescan import Token

NIGHT_OWL = 5
"""Before this hour ``明天`` and ``明早`` may mean the coming morning or the one after: we ask."""
_FAR = timedelta(days=92)
"""A month and day already past this year mean next year only when that is at most this far away."""
_NEAR = timedelta(days=10)
"""A day of the month already past means next month only when that is at most this far away."""

_OFFSETS = {"今": 0, "本": 0, "明": 1, "后": 2, "大后": 3, "昨": -1, "前": -2, "大前": -3}
_ENGLISH = {"TODAY": 0, "TOMORROW": 1, "TMR": 1}
_WEEK = "一二三四五六日"


def day_of(token: Token, now: datetime, start_day: date | None) -> date | Doubt:
    """The date a `Kind.DAY` token names, or the doubt it raises. ``now`` is local time at the site.

    A week starts on Monday; ``下周三`` is the Wednesday of the next calendar week. Where two people could mean two
    different days, both are offered.
    """
    groups = token.groups
    if token.rule == "monthend":
        return _month_end(now.date(), following=groups.get("end", "").startswith("下"))
    if "name" in groups:
        return _named(token, now, start_day)
    if "wd" in groups:
        return _weekday(token, now.date())
    if "days" in groups:
        ahead = to_int(groups["days"])
        return _doubt(token) if not ahead or ahead > 366 else now.date() + timedelta(days=ahead)
    if "rel" in groups:
        months = 1 if groups["rel"].startswith("下") else 0
        return _in_month(token, now.date(), to_int(groups["d3"]) or 0, months)
    if "d7" in groups:
        return _day_of_month(token, now.date())
    return _month_day(token, now.date())


def weekday_of(token: Token) -> int:
    """Monday is 0. Only for tokens of the weekday rule."""
    said = token.groups["wd"].replace("天", "日")
    return int(said) - 1 if said.isascii() else _WEEK.index(said)


def coming(today: date, weekday: int) -> date:
    """The next such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _doubt(token: Token, *days: date, kind: QuestionKind = QuestionKind.UNCLEAR_DAY) -> Doubt:
    return Doubt(kind=kind, slot=Slot.DAY, said=token.said, days=days)


def _named(token: Token, now: datetime, start_day: date | None) -> date | Doubt:
    name, today = token.groups["name"], now.date()
    if name.startswith("当"):
        return start_day or (today if name == "当" else _doubt(token, today))
    offset = _ENGLISH[name] if name.isascii() else _OFFSETS[name[:2] if name[0] == "大" else name[0]]
    day = today + timedelta(days=offset)
    if offset > 0 and now.hour < NIGHT_OWL:
        return _doubt(token, day - timedelta(days=1), day)
    return day


def _weekday(token: Token, today: date) -> date | Doubt:
    weekday, prefix = weekday_of(token), token.groups.get("wp", "").rstrip("个")
    this_week = today - timedelta(days=today.weekday()) + timedelta(days=weekday)
    if prefix in {"本", "这"}:
        return this_week
    if prefix == "上":
        return this_week - timedelta(days=7)
    if prefix:
        then = this_week + timedelta(days=7 * prefix.count("下"))
        # some people begin the week on Sunday
        return _doubt(token, then, then + timedelta(days=7)) if today.weekday() == 6 else then
    if this_week == today:
        return _doubt(token, today, today + timedelta(days=7))
    return this_week if this_week > today else this_week + timedelta(days=7)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(today: date, *, following: bool) -> date:
    months = today.month + (1 if following else 0)
    first_of_next = date(today.year + months // 12, months % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def _month_day(token: Token, today: date) -> date | Doubt:
    groups = token.groups
    month = to_int(next(groups[name] for name in ("mo", "mo2", "mo4", "mo5", "mo6") if name in groups)) or 0
    day = to_int(next(groups[name] for name in ("d", "d2", "d4", "d5", "d6") if name in groups)) or 0
    said_year = groups.get("y") or groups.get("y2")
    if said_year:
        year = {"今": today.year, "明": today.year + 1}.get(said_year) or to_int(said_year) or 0
        return _date(year, month, day) or _doubt(token, kind=QuestionKind.IMPOSSIBLE_DATE)
    here, next_year = _date(today.year, month, day), _date(today.year + 1, month, day)
    if here and here >= today:
        return here
    if next_year and next_year - today <= _FAR:
        return next_year
    return _doubt(token, kind=QuestionKind.PAST_START if here else QuestionKind.IMPOSSIBLE_DATE)


def _in_month(token: Token, today: date, day: int, months: int) -> date | Doubt:
    year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
    return _date(year, month, day) or _doubt(token, kind=QuestionKind.IMPOSSIBLE_DATE)


def _day_of_month(token: Token, today: date) -> date | Doubt:
    day = to_int(token.groups["d7"]) or 0
    here, following = _in_month(token, today, day, 0), _in_month(token, today, day, 1)
    if isinstance(here, date) and here >= today:
        return here
    if isinstance(here, Doubt):
        return here if isinstance(following, Doubt) else _doubt(token, following, kind=QuestionKind.IMPOSSIBLE_DATE)
    if isinstance(following, date) and following - today <= _NEAR:
        return following
    return _doubt(token, *([following] if isinstance(following, date) else []))
