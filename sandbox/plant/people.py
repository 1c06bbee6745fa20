"""Everybody: the cast, then background people by rule, 480 in all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sandbox.plant.cast import CAST, CastMember
from workflow.ids import AreaId, PersonId, SiteId
from workflow.plant import Certificate, Person, Post
from workflow.values import WorkType

_SITE = SiteId("hc")
HEADCOUNT = 480
_SURNAMES = "王李张刘陈杨黄吴徐朱马胡郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟崔汪范陆廖金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙贺顾毛郝龚邵万"
_GIVEN = ("建", "志", "国", "海", "春", "晓", "文", "永", "德", "玉", "金", "立", "卫", "振", "兴", "庆")
_GIVEN2 = ("军", "平", "波", "龙", "霞", "燕", "峰", "刚", "亮", "华", "东", "红", "明", "超", "娟")
_DEPARTMENTS = (
    ("储运车间", 62, "zhoujianguo"), ("合成一车间", 78, "hetao"), ("合成二车间", 74, "luoping"),
    ("公用工程车间", 48, "tangjie"), ("设备部", 52, "maming"), ("电仪车间", 36, "maming"), ("安环部", 14, "chenan"),
    ("质检中心", 22, "chenan"), ("综合办公室", 18, "zhengwei"), ("鲁安检修", 34, "liqiang"), ("中建防腐", 24, "liqiang"),
)  # fmt: skip
_CONTRACTORS = frozenset({"鲁安检修", "中建防腐"})


def companies(today: date) -> tuple[tuple[str, str, date], ...]:
    """The contractors whose people work here: id, name, and the last day of their admission."""
    return tuple(
        (ident, name, today + timedelta(days=400)) for ident, name in (("luan", "鲁安检修"), ("zhongjian", "中建防腐"))
    )


_POSTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "hc0062": ("workshop_deputy", ("RX1", "CCR", "RCK")), "hc0138": ("workshop_deputy", ("RX2", "DST")),
    "hc0210": ("utility_head", ()), "hc0212": ("utility_deputy", ()), "hc0254": ("maintenance_deputy", ()),
    "hc0303": ("electric_head", ()), "hc0338": ("fire_head", ()), "hc0374": ("process_head", ()),
}  # fmt: skip
"""Posts of the background that long chains need, with the areas they cover; empty = the whole site."""
_TRADES = {
    "电仪车间": ("low_voltage", "ex_electric"),
    "设备部": ("commander", "crane"),
    "鲁安检修": ("climber", "scaffolder"),
}
"""What every second person of these departments is certified for."""


def everybody(today: date) -> tuple[Person, ...]:
    """All 480 people as of ``today`` (site time): certificate dates are laid relative to it."""
    people = [_cast(member, today) for member in CAST]
    number = 0
    for department, size, head in _DEPARTMENTS:
        already = sum(person.department == department for person in people)
        for _ in range(size - already):
            people.append(_background(number, department, head, today))
            number += 1
    while len(people) < HEADCOUNT:
        people.append(_background(number, "综合办公室", "zhengwei", today))
        number += 1
    return tuple(people[:HEADCOUNT])


def _cast(member: CastMember, today: date) -> Person:
    certificates = tuple(_CERTIFICATES[kind](member.id, today) for kind in member.certificates)
    return Person(
        id=PersonId(member.id),
        site=_SITE,
        name=member.name,
        department=member.department,
        posts=tuple(Post(key=key, areas=tuple(AreaId(a) for a in areas)) for key, areas in member.posts),
        superior=PersonId(member.superior) if member.superior else None,
        employer=member.employer,
        experience_years=None if member.experience_years is None else Decimal(member.experience_years),
        certificates=certificates,
    )


def _background(number: int, department: str, head: str, today: date) -> Person:
    name = _SURNAMES[number * 7 % len(_SURNAMES)] + _GIVEN[number % len(_GIVEN)] + _GIVEN2[number * 4 % len(_GIVEN2)]
    ident = f"hc{number + 1:04d}"
    kinds = []
    if number % 9 == 0:
        kinds.append("welder_expired" if number % 27 == 0 else "welder")
    if number % 4 == 0:
        kinds.append("guardian")
    if number % 3 == 0:
        kinds.append("cs")
    if number % 2 == 0:
        kinds += _TRADES.get(department, ())
    post = _POSTS.get(ident)
    return Person(
        id=PersonId(ident),
        site=_SITE,
        name=name,
        department=department,
        posts=() if post is None else (Post(key=post[0], areas=tuple(AreaId(area) for area in post[1])),),
        superior=PersonId(head),
        employer=department if department in _CONTRACTORS else None,
        experience_years=Decimal(number % 20 + 1) if number % 5 else None,
        certificates=tuple(_CERTIFICATES[kind](ident, today) for kind in kinds),
    )


def _fake_id_number(ident: str) -> str:
    """A well-formed certificate number that belongs to nobody: region code 000000 is never given out."""
    return "T000000" + "19900101" + f"{sum(ord(c) * (i + 7) for i, c in enumerate(ident)) % 1000:03d}" + "0"


def _welder(ident: str, today: date) -> Certificate:
    return Certificate(
        kind="2.1",
        number=_fake_id_number(ident),
        valid_from=today - timedelta(days=700),
        valid_to=today + timedelta(days=1400),
        review_due=today + timedelta(days=395),
    )


def _welder_expired(ident: str, today: date) -> Certificate:
    return Certificate(
        kind="2.1",
        number=_fake_id_number(ident),
        valid_from=today - timedelta(days=2200),
        valid_to=today - timedelta(days=9),
    )


def _guardian(ident: str, today: date) -> Certificate:
    return Certificate(
        kind="guardian",
        number=f"JH-{ident}",
        valid_from=today - timedelta(days=100),
        valid_to=today + timedelta(days=265),
        scope=tuple(work.value for work in WorkType),
    )


def _cs(ident: str, today: date) -> Certificate:
    return Certificate(
        kind="cs_training",
        number=f"YX-{ident}",
        valid_from=today - timedelta(days=60),
        valid_to=today + timedelta(days=305),
    )


def _special(kind: str, years: int) -> Callable[[str, date], Certificate]:
    """A certificate of the catalogue, or of special equipment (four years), half-way through."""

    def issue(ident: str, today: date) -> Certificate:
        half = timedelta(days=years * 365 // 2)
        return Certificate(kind=kind, number=_fake_id_number(ident), valid_from=today - half, valid_to=today + half)

    return issue


_CERTIFICATES: dict[str, Callable[[str, date], Certificate]] = {
    "welder": _welder,
    "welder_expired": _welder_expired,
    "guardian": _guardian,
    "cs": _cs,
    "low_voltage": _special("1.2", 6),
    "ex_electric": _special("1.3", 6),
    "scaffolder": _special("3.1", 6),
    "climber": _special("3.2", 6),
    "commander": _special("Q1", 4),
    "crane": _special("Q2", 4),
}
