"""The plant whose names the sentence tests use. The clock stands at Saturday 2026-11-21 15:00 in Shanghai."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.request.details import DetailKey, DetailSaid
from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceEntry, PlaceKind
from handlers.request.merge import merge
from handlers.request.understand import Understanding, understand
from workflow.rules.types import Role

TZ = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=TZ)


def _person(number: int, name: str, unit: str, employer: str = "", *aliases: str) -> PersonEntry:
    return PersonEntry(id=f"p{number}", name=name, department=unit, employer=employer, aliases=aliases)


def _area(code: str, name: str, *aliases: str, old: tuple[str, ...] = ()) -> PlaceEntry:
    return PlaceEntry(kind=PlaceKind.AREA, id=code, code=code, name=name, aliases=aliases, old_codes=old)


def _unit(code: str, name: str, area: str, *aliases: str, old: tuple[str, ...] = ()) -> PlaceEntry:
    return PlaceEntry(
        kind=PlaceKind.EQUIPMENT, id=code, code=code, name=name, area=area, aliases=aliases, old_codes=old
    )


PEOPLE = (
    _person(1, "王强", "检修部"),
    _person(2, "赵敏", "安全部"),
    _person(3, "刘军", "检修部"),
    _person(4, "李强", "合成车间"),
    _person(5, "张伟", "检修部"),
    _person(6, "张伟", "仪表班"),
    _person(7, "李蔷", "合成车间"),
    _person(8, "陈建国", "检修部", "", "老陈"),
    _person(9, "马上", "储运部"),
    _person(10, "方明", "储运部"),
    _person(11, "欧阳雪", "化验室"),
    _person(12, "孙丽", "安装队", "华建安装工程有限公司"),
    _person(13, "周三强", "动力车间"),
    _person(14, "周杰", "化验室"),
    _person(15, "高明", "储运部"),
)
AREAS = (
    _area("A-01", "合成车间"),
    _area("A-02", "精馏车间"),
    _area("A-03", "三号罐区", "3号罐区", old=("GQ-3",)),
    _area("A-04", "北罐区"),
    _area("A-05", "南罐区"),
    _area("A-06", "一车间"),
    _area("A-07", "二车间"),
    _area("A-08", "1号管廊"),
    _area("A-09", "污水处理站"),
    _area("A-10", "空压站"),
    _area("A-11", "装卸区"),
    _area("A-12", "锅炉房"),
)
UNITS = (
    _unit("R-101", "1号反应釜", "A-01"),
    _unit("R-102", "2号反应釜", "A-01"),
    _unit("T-204", "4号精馏塔", "A-02"),
    _unit("V-301", "1号罐", "A-03"),
    _unit("V-302", "2号罐", "A-03"),
    _unit("V-303", "3号罐", "A-03"),
    _unit("V-312", "12号罐", "A-03"),
    _unit("P-101A", "进料泵A", "A-01"),
    _unit("P-101B", "进料泵B", "A-01"),
    _unit("E-201", "再沸器", "A-02", old=("H-21",)),
    _unit("V-501", "缓冲罐", "A-06"),
    _unit("V-502", "缓冲罐", "A-07"),
    _unit("W-901", "污水池", "A-09"),
)
GAZETTEER = Gazetteer.of(people=PEOPLE, areas=AREAS, equipment=UNITS)
SENDER = PEOPLE[0]


def say(*texts: str, now: datetime = NOW) -> Understanding:
    """Several messages in a row, each the answer to the first open question; what is understood in the end."""
    found = understand(texts[0], now=now, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)
    assert isinstance(found, Understanding)
    for text in texts[1:]:
        asked = found.questions[0] if found.questions else None
        answered = merge(found, text, asked=asked, now=now, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)
        assert isinstance(answered, Understanding)
        found = answered
    return found


ROLES = {"G": Role.GUARDIAN, "W": Role.WORKER, "L": Role.WORK_LEADER, "A": Role.GAS_ANALYST}
ALWAYS = ("w", "p", "s", "ask", "D", *ROLES)
"""Compared in every row of a table: what is not written there must not have been understood."""


def rows(table: Path) -> list[tuple[str, dict[str, str]]]:
    """``text ⇒ key=value …`` lines; the keys are explained on top of `sentences.txt`."""
    found = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, wanted = line.partition("⇒")
            fields = dict(pair.split("=", 1) for pair in wanted.split())
            found.append((text.strip().replace("⏎", "\n"), fields))
    return found


def told(found: Understanding, key: str) -> str:
    """One thing understood, in the spelling of the tables."""
    draft = found.draft
    if key in ROLES:
        return ",".join(person.name for person in found.who(ROLES[key]))
    if key == "s" and found.interval is not None:
        ends = (found.interval.start, found.interval.end)
        return "/".join(f"{at.astimezone(TZ):%dT%H:%M}" for at in ends)
    return {
        "w": ",".join(said.work for said in draft.works),
        "g": found.stated_grade or "",
        "m": ",".join(draft.methods),
        "p": found.place.entry.code if found.place and found.place.entry else "",
        "d": found.place.detail if found.place else "",
        "t": draft.task.replace(" ", "_"),
        "s": "",
        "f": ",".join(fact.fact if fact.value else f"{fact.fact}:no" for fact in draft.facts),
        "c": draft.company.employer if draft.company else "",
        "left": ",".join(draft.leftovers),
        "D": ",".join([*map(_cell, _certain(found)), *_posted(found)]),
        "Q": ",".join(key for question in found.questions for key in (*question.details, *question.devices)),
        "offer": ",".join(choice.label for question in found.questions for choice in question.choices),
        "ask": ",".join(question.kind for question in found.questions),
    }[key]


def _certain(found: Understanding) -> list[DetailSaid]:
    return [one for one in found.draft.details if one.doubt is None]


def _cell(one: DetailSaid) -> str:
    """``height:8.5``, ``device:电焊机=7.5x2``."""
    number = format(one.number, "f") if one.number is not None else ""
    if one.key is DetailKey.DEVICE:
        return f"device:{one.text}={number}" + (f"x{one.count}" if one.count > 1 else "")
    return f"{one.key}:{number or one.text.replace(' ', '_')}"


def _posted(found: Understanding) -> list[str]:
    people = [(one.duty, one.person) for one in found.draft.people if one.duty is not None and one.doubt is None]
    return [f"{duty}:{person.name}" for duty, person in people if person is not None]


def both(found: Understanding, wanted: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was understood and what the row says, key by key, to be compared."""
    keys = dict.fromkeys((*ALWAYS, *wanted))
    return {key: told(found, key) for key in keys}, {key: wanted.get(key, "") for key in keys}
