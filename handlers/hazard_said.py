"""Hazards by chat: 隐患 · 匿名隐患 · 我的隐患 · 待整改 · 督办清单, and the words of those who judge and lead.

A line counts only when it begins with the word. Whoever reports and cries stop in one line gets both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime

from cards import words_hazards as said
from handlers import hazard_steps as steps
from handlers import hazards
from handlers.answers import Say
from handlers.desk import Desk
from handlers.hazard_views import may_press
from handlers.reading import Line
from handlers.supervision import hazards_watched
from handlers.words import heard
from storage.hazards import HazardRow
from workflow.hazard import commands as c
from workflow.hazard.law import Legal, Plant
from workflow.hazard.state import Hazard, Plan, Stage
from workflow.ids import HazardId

_MOST = 20
NUMBER = re.compile(r"YH-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}", re.IGNORECASE)
_REPORT = re.compile(
    r"\s*(?P<word>隐患上报|上报隐患|发现隐患|匿名隐患|不具名隐患|报隐患|隐患)(?P<gap>[:：,，\s]*)(?P<rest>.*)",
    re.DOTALL,
)
_UNNAMED = frozenset({"匿名隐患", "不具名隐患"})
_LEVELS: Mapping[str, tuple[Plant, Legal]] = {
    "法定重大": (Plant.MAJOR, Legal.MAJOR),
    "重大": (Plant.MAJOR, Legal.GENERAL),
    "较大": (Plant.SERIOUS, Legal.GENERAL),
    "一般": (Plant.ORDINARY, Legal.GENERAL),
}
_URGENT = re.compile("(?<![不非])紧急")
_PARTS = re.compile(r"[；;\n]+")


def hazard_said(desk: Desk, line: Line) -> bool:
    """Whether a line is about hazards; then it is answered."""
    if desk.house.hazard_rules is None:
        return False
    return _listed(desk, line) or _about_one(desk, line) or _reported(desk, line)


# --- seeing something -----------------------------------------------------------------------------------------------


def _reported(desk: Desk, line: Line) -> bool:
    match = _REPORT.fullmatch(line.text)
    if match is None:
        return False
    rest = match["rest"].strip()
    if rest and not match["gap"] and desk.talk.open_question(desk.now) is not None:
        return False  # 「隐患没有整改」 is the reason somebody was asked for
    photos, videos = steps.take_loose(desk)
    if not rest and not photos and not videos:
        steps.how(desk)
        return True
    steps.report(desk, rest, line.areas, photos, videos=videos, named=match["word"] not in _UNNAMED)
    heard(desk, line.text)
    return True


# --- one that is named ----------------------------------------------------------------------------------------------

_Act = Callable[[Desk, Hazard, str], c.Command | None]


def _about_one(desk: Desk, line: Line) -> bool:
    text = line.text.strip()
    word = next((one for one in _ACTS if text.startswith(one)), None)
    match = NUMBER.search(text)
    if word is None or match is None:
        return False
    number = HazardId(match.group().upper())
    hazard = hazards.load(desk, number)
    if hazard.sighting is None:
        desk.say(Say.HAZARD_UNKNOWN, number=number)
        return True
    rest = f"{text[len(word) : match.start()]} {text[match.end() :]}".strip(" :：,，")
    if word in _LOOKS:
        steps.show(desk, number)
        return True
    command = _ACTS[word](desk, hazard, rest)
    if command is None:
        desk.say(Say.HAZARD_WORDS)
    elif hazards.ask(desk, number, command) is not None:
        desk.say(Say.HAZARD_DONE, number=number, what=word)
    return True


def _dismiss(desk: Desk, _hazard: Hazard, rest: str) -> c.Command:
    return c.Dismiss(by=desk.by, at=desk.now, why=rest)


def _merge(desk: Desk, _hazard: Hazard, rest: str) -> c.Command | None:
    into = NUMBER.search(rest)
    if into is None or hazards.load(desk, HazardId(into.group().upper())).sighting is None:
        return None
    return c.Merge(by=desk.by, at=desk.now, into=HazardId(into.group().upper()))


def _regrade(desk: Desk, hazard: Hazard, rest: str) -> c.Command | None:
    level = next((one for one in _LEVELS if rest.startswith(one)), None)
    if level is None or hazard.grade is None:
        return None
    plant, legal = _LEVELS[level]
    why = rest.removeprefix(level).strip(" :：,，")
    urgent = hazard.grade.urgent or _URGENT.search(why) is not None
    return c.Regrade(by=desk.by, at=desk.now, plant=plant, legal=legal, urgent=urgent, why=why)


def _hold(desk: Desk, _hazard: Hazard, rest: str) -> c.Command:
    photos, _ = steps.take_loose(desk)
    return c.PutInterim(by=desk.by, at=desk.now, text=rest, photos=photos)


def _plan(desk: Desk, _hazard: Hazard, rest: str) -> c.Command:
    """Six parts in the order of the form; what is missing is named by the refusal."""
    parts = [part.strip() for part in _PARTS.split(rest)]
    names = [field.name for field in fields(Plan)]
    filled = dict(zip(names, [*parts, *[""] * len(names)], strict=False))
    return c.AdoptPlan(by=desk.by, at=desk.now, plan=Plan(**filled))


def _reopen(desk: Desk, _hazard: Hazard, rest: str) -> c.Command:
    photos, _ = steps.take_loose(desk)
    return c.Reopen(by=desk.by, at=desk.now, why=rest, photos=photos)


def _note(desk: Desk, _hazard: Hazard, rest: str) -> c.Command:
    return c.AddNote(by=desk.by, at=desk.now, text=rest)


_LOOKS = ("看隐患", "查")
_ACTS: Mapping[str, _Act] = {
    **dict.fromkeys(_LOOKS, _note),
    "不属实": _dismiss,
    "合并": _merge,
    "核定等级": _regrade,
    "临时措施": _hold,
    "治理方案": _plan,
    "重开隐患": _reopen,
    "隐患备注": _note,
}


# --- lists ----------------------------------------------------------------------------------------------------------


def _listed(desk: Desk, line: Line) -> bool:
    key = _LISTS.get(line.text.strip())
    if key is None:
        return False
    rows = _ROWS[key](desk)
    title = said.TITLES[key]
    if not rows:
        desk.say(Say.HAZARD_NONE, title=title)
    else:
        lines = [_line(row, desk.now, desk) for row in rows[:_MOST]]
        desk.say(Say.HAZARD_LIST, title=title, lines="\n".join(lines))
    return True


def _line(row: HazardRow, now: datetime, desk: Desk) -> str:
    due = said.left(row.due_at, now, desk.house.zone) if row.due_at is not None else ""
    return said.list_line(row.id, row.place, row.said, Stage(row.stage), due)


def _mine(desk: Desk) -> list[HazardRow]:
    return list(desk.tx.hazards_by(desk.me, _MOST))


def _todo(desk: Desk) -> list[HazardRow]:
    """Open ones this person may do something about, besides taking charge; the most urgent first."""
    found = [row for row in desk.tx.open_hazards() if _waits(desk, row)]
    return sorted(found, key=lambda row: (row.due_at is None, row.due_at, row.id))


def _waits(desk: Desk, row: HazardRow) -> bool:
    hazard = hazards.load(desk, HazardId(row.id))
    facts = hazards.facts_of(desk, hazard, c.AddNote(by=desk.by, at=desk.now, text=""))
    may = set(may_press(hazard, facts, desk.me)) - {"charge"}
    return bool(may - {"assign"}) or ("assign" in may and hazard.stage is Stage.REPORTED)


_LISTS: Mapping[str, str] = {"我的隐患": "mine", "待整改": "todo", "待办隐患": "todo", "督办清单": "supervised"}
_ROWS: Mapping[str, Callable[[Desk], list[HazardRow]]] = {"mine": _mine, "todo": _todo, "supervised": hazards_watched}
