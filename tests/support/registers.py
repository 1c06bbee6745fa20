"""Hypothesis strategies for whole registers that would load: the shape of a plant, everything in it made up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from storage.directory import Account, Contractor, GroupChat, Register
from workflow.ids import AreaId, EquipmentId, GroupId, PersonId, SiteId
from workflow.plant import (
    Area,
    Certificate,
    CertificateStatus,
    Equipment,
    Group,
    LinkKind,
    Person,
    PlaceLink,
    Post,
    Shape,
)
from workflow.values import Datum, Position, WorkType

SITE, CORP = SiteId("A"), "ww1"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Signs that mean something to YAML, words it would take for something else, and plain Chinese.
_LETTERS = st.sampled_from("罐区一二三AZaz09 -:#'\"[]{}&*!|>%@`,.?~\\/=\U0001f6e2é")
_ODD = st.sampled_from(
    ["no", "yes", "~", "null", "2.1", "2026-05-01", "1e3", "0x1F", "- a", "a: b", "a #b", "=", "<<", "all"]
)
names = st.one_of(st.text(_LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool), _ODD)
flags = st.booleans()
maybes = st.sampled_from([None, True, False])
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
amounts = st.decimals(0, 60, places=2).map(lambda number: number.normalize())


def _some(texts: list[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(texts), unique=True, max_size=most).map(tuple) if texts else st.just(())


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A register whose parts fit together."""
    count = draw(st.integers(0, 4))
    areas = draw(_areas(count))
    codes = [area.id for area in areas]
    companies = tuple(
        Contractor(
            id=f"c{number}",
            name=f"公司{number}",
            credit_code=draw(st.sampled_from([None, "91370300MA3C0RHXXX"])),
            valid_to=draw(st.none() | days),
            active=draw(flags),
            note=draw(st.just("") | names),
        )
        for number in range(draw(st.integers(0, 2)))
    )
    things = tuple(_thing(draw, number, codes) for number in range(draw(st.integers(0, 3)) if codes else 0))
    groups = tuple(_group(draw, number, codes) for number in range(draw(st.integers(0, 3))))
    people = tuple(
        _person(draw, number, codes, [company.name for company in companies])
        for number in range(draw(st.integers(0, 5)))
    )
    return Register(
        people=people,
        accounts=tuple(one for number, person in enumerate(people) for one in _accounts(draw, number, person)),
        contractors=companies,
        areas=areas,
        equipment=things,
        links=_links(draw, [*codes], [thing.id for thing in things]),
        groups=groups,
        chats=tuple(one for group in groups for one in _chats(draw, group)),
    )


@st.composite
def _areas(draw: st.DrawFn, count: int) -> tuple[Area, ...]:
    codes = [AreaId(f"A-{number}") for number in range(count)]
    pairs = [(one, other) for one in codes for other in codes if one < other and draw(flags)]
    return tuple(
        Area(
            id=code,
            site=SITE,
            name=f"{number}区 {draw(names)}".strip(),
            aliases=tuple(f"{number}/{place} {text}" for place, text in enumerate(draw(st.lists(names, max_size=2)))),
            department=draw(st.just("") | names),
            fire_explosion=draw(maybes),
            pipe_rack=draw(flags),
            major_hazard_dike=draw(flags),
            fixed_hot_work=draw(flags),
            neighbours=tuple(b if a == code else a for a, b in pairs if code in (a, b)),
            fence=draw(_fences()),
            board_code=draw(st.sampled_from([None, f"B:{number}"])),
            medium=draw(st.none() | names),
            confined_space=draw(flags),
        )
        for number, code in enumerate(codes)
    )


@st.composite
def _fences(draw: st.DrawFn) -> tuple[Position, ...]:
    datum = draw(st.sampled_from(Datum))
    south, west = draw(st.decimals(-89, 88, places=7)), draw(st.decimals(-179, 178, places=5))
    step = Decimal("0.001")
    accuracies = st.none() | st.decimals(0, 50, places=1)
    corners = [(south, west), (south, west + step), (south + step, west + step)]
    return tuple(
        Position(latitude=latitude, longitude=longitude, datum=datum, accuracy_m=draw(accuracies))
        for latitude, longitude in corners[: draw(st.sampled_from([0, 3]))]
    )


def _thing(draw: st.DrawFn, number: int, codes: list[AreaId]) -> Equipment:
    return Equipment(
        id=EquipmentId(f"E.{number}"),
        site=SITE,
        name=f"{number}号 {draw(names)}".strip(),
        area=draw(st.sampled_from(codes)),
        aliases=tuple(f"{number}+{place}" for place in range(draw(st.integers(0, 2)))),
        operating=draw(maybes),
        medium=draw(st.none() | names),
        held_toxic_or_flammable=draw(maybes),
        purged=draw(maybes),
        confined_space=draw(flags),
        position=draw(st.none() | _points()),
        shape=draw(st.none() | st.sampled_from(Shape)),
        height_m=draw(st.none() | st.decimals("0.1", 90, places=2)),
        depth_m=draw(st.none() | st.decimals("0.1", 90, places=2)),
    )


@st.composite
def _points(draw: st.DrawFn) -> Position:
    return Position(
        latitude=draw(st.decimals(-89, 88, places=7)),
        longitude=draw(st.decimals(-179, 178, places=5)),
        datum=draw(st.sampled_from(Datum)),
        accuracy_m=draw(st.none() | st.decimals(0, 50, places=1)),
    )


def _links(draw: st.DrawFn, areas: list[str], things: list[str]) -> tuple[PlaceLink, ...]:
    """Relations that contradict neither themselves nor each other: what hangs over another comes before it."""
    found: list[PlaceLink] = []
    for number, (one, other) in enumerate(zip([*areas, *things], [*areas, *things][1:], strict=False)):
        mixed = (one in areas) != (other in areas)
        kind = draw(st.sampled_from([each for each in LinkKind if not (mixed and each is LinkKind.SAME)]))
        found.append(
            PlaceLink(
                id=f"l{number}",
                site=SITE,
                kind=kind,
                places=(one, other),
                name=draw(names) if kind is LinkKind.LINE or draw(flags) else "",
                aliases=tuple(f"{number}={place}" for place in range(draw(st.integers(0, 2)))),
                metres=draw(amounts) if kind is LinkKind.DISTANCE else None,
                decided_by=draw(st.none() | st.just(PersonId("P0"))),
                decided_on=draw(st.none() | days),
                active=draw(flags),
            )
        )
    return tuple(found)


def _group(draw: st.DrawFn, number: int, codes: list[AreaId]) -> Group:
    purpose = draw(st.sampled_from(["safety", "management", "area"]))
    areas = tuple(map(AreaId, draw(_some([*codes], 2))))
    return Group(id=GroupId(f"g{number}"), site=SITE, name=draw(names), purpose=purpose, areas=areas)


def _chats(draw: st.DrawFn, group: Group) -> tuple[GroupChat, ...]:
    keys = draw(st.lists(st.sampled_from(["$ROBOT", "$robot_2", "6d1f2a-77", "no"]), unique=True, max_size=2))
    platform, corp = draw(st.sampled_from(["wecom", "dingtalk"])), draw(st.sampled_from([CORP, "ww2"]))
    return tuple(GroupChat(group=group.id, platform=platform, corp=corp, chat=key) for key in keys)


def _person(draw: st.DrawFn, number: int, codes: list[AreaId], companies: list[str]) -> Person:
    posts = draw(st.dictionaries(names, _some([*codes], 3), max_size=3))
    above = draw(st.integers(-1, number - 1))
    return Person(
        id=PersonId(f"P{number}"),
        site=SITE,
        name=draw(names),
        department=draw(st.just("") | names),
        posts=tuple(Post(key=key, areas=tuple(map(AreaId, areas))) for key, areas in posts.items()),
        superior=PersonId(f"P{above}") if above >= 0 else None,
        employer=draw(st.sampled_from([None, *companies])),
        phone=draw(st.sampled_from([None, "13800000000", "+86 138-0000-0000", "01012345678"])),
        active=draw(flags),
        experience_years=draw(st.none() | amounts),
        certificates=tuple(_certificate(draw, number, place) for place in range(draw(st.integers(0, 3)))),
    )


def national_number(number: int) -> str:
    """A well-formed certificate number that belongs to nobody: the order 000 is never given out."""
    digits = f"110000{1980 + number}0101000"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return "T" + digits + "10X98765432"[total % 11]


def _certificate(draw: st.DrawFn, number: int, place: int) -> Certificate:
    starts = draw(days)
    kind = draw(st.sampled_from([f"{place + 1}.1", f"guardian{place}", f"证 {place}"]))
    ends = starts + timedelta(days=draw(st.integers(0, 3000)))
    return Certificate(
        kind=kind,
        number=national_number(number) if "." in kind else draw(names),
        valid_from=starts,
        valid_to=ends,
        review_due=draw(st.none() | st.dates(starts, ends)),
        reviewed_on=draw(st.none() | st.dates(starts, date(2070, 1, 1))),
        status=draw(st.sampled_from(CertificateStatus)),
        scope=draw(_some([work.value for work in WorkType], 3)),
    )


def _accounts(draw: st.DrawFn, number: int, person: Person) -> tuple[Account, ...]:
    kinds = {
        "home": [("wecom", CORP, person.id.lower(), True)],
        "other name": [("wecom", CORP, f"u_{number}@x", True)],
        "nowhere": [],
        "away": [("wecom", CORP, person.id.lower(), False)],
        "two": [("wecom", "ww2", person.id.lower(), True), ("dingtalk", CORP, f"m{number}", False)],
    }
    chosen = kinds[draw(st.sampled_from(sorted(kinds)))]
    return tuple(
        Account(platform=platform, corp=corp, userid=userid, person=person.id, active=active)
        for platform, corp, userid, active in chosen
    )
