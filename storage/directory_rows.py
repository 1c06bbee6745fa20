"""The register between records and table rows, in both directions. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from storage import schema_plant as plant
from storage.directory import Account, Contractor, Device, GroupChat, Register, normal_account
from storage.sql import Row
from storage.times import read_day, spell_day
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
from workflow.values import Datum, Position

Fetched = Mapping[str, list[Row]]
"""All rows of every register table, by table name, columns in schema order."""

REGISTER_TABLES: tuple[Table, ...] = (
    plant.people,
    plant.posts,
    plant.certificates,
    plant.accounts,
    plant.contractors,
    plant.areas,
    plant.area_aliases,
    plant.area_neighbours,
    plant.fences,
    plant.equipment,
    plant.equipment_aliases,
    plant.equipment_positions,
    plant.equipment_spaces,
    plant.place_links,
    plant.place_link_places,
    plant.place_link_aliases,
    plant.chat_groups,
    plant.chat_group_areas,
    plant.chat_group_chats,
    plant.devices,
)


# --- records to rows


def rows_of(site: str, part: Register) -> Iterator[tuple[str, Row]]:
    """Every row of ``part`` as (table name, columns), owners before their details."""
    for person in part.people:
        yield from _person_rows(site, person)
    for area in part.areas:
        yield from _area_rows(site, area)
    for thing in part.equipment:
        yield from _equipment_rows(site, thing)
    for group in part.groups:
        yield "chat_groups", (site, group.id, group.name, group.purpose)
        for covered in group.areas:
            yield "chat_group_areas", (site, group.id, covered)
    for chat in part.chats:
        yield "chat_group_chats", (site, chat.group, chat.platform, chat.corp, chat.chat)
    for account in part.accounts:
        userid = normal_account(account.platform, account.userid)
        yield "accounts", (site, account.platform, account.corp, userid, account.person, account.active)
    for company in part.contractors:
        valid_to = spell_day(company.valid_to)
        yield (
            "contractors",
            (site, company.id, company.name, company.credit_code, valid_to, company.active, company.note),
        )
    for link in part.links:
        yield from _link_rows(site, link)
    for device in part.devices:
        yield "devices", _device_row(site, device)


def _person_rows(site: str, person: Person) -> Iterator[tuple[str, Row]]:
    experience = None if person.experience_years is None else str(person.experience_years)
    yield (
        "people",
        (
            site, person.id, person.name, person.department, person.superior, person.employer, person.phone,
            person.active, experience,
        ),
    )  # fmt: skip
    for post in person.posts:
        for area in post.areas or ("",):
            yield "posts", (site, person.id, post.key, area)
    for held in person.certificates:
        yield (
            "certificates",
            (
                site, person.id, held.kind, held.number, spell_day(held.valid_from), spell_day(held.valid_to),
                spell_day(held.review_due), spell_day(held.reviewed_on), held.status.value, json.dumps(held.scope),
            ),
        )  # fmt: skip


def _area_rows(site: str, area: Area) -> Iterator[tuple[str, Row]]:
    yield (
        "areas",
        (
            site, area.id, area.name, area.department, area.fire_explosion, area.pipe_rack, area.major_hazard_dike,
            area.fixed_hot_work, area.board_code, area.medium, area.confined_space,
        ),
    )  # fmt: skip
    for alias in area.aliases:
        yield "area_aliases", (site, area.id, alias)
    for neighbour in area.neighbours:
        yield "area_neighbours", (site, area.id, neighbour)
    for corner, at in enumerate(area.fence):
        accuracy = None if at.accuracy_m is None else str(at.accuracy_m)
        yield "fences", (site, area.id, corner, str(at.latitude), str(at.longitude), at.datum.value, accuracy)


def _equipment_rows(site: str, thing: Equipment) -> Iterator[tuple[str, Row]]:
    yield (
        "equipment",
        (
            site, thing.id, thing.name, thing.area, thing.operating, thing.medium, thing.held_toxic_or_flammable,
            thing.purged, thing.confined_space,
        ),
    )  # fmt: skip
    for alias in thing.aliases:
        yield "equipment_aliases", (site, thing.id, alias)
    if thing.position is not None:
        at, accuracy = thing.position, thing.position.accuracy_m
        where = (str(at.latitude), str(at.longitude), at.datum.value, None if accuracy is None else str(accuracy))
        yield "equipment_positions", (site, thing.id, *where)
    if (thing.shape, thing.height_m, thing.depth_m) != (None, None, None):
        sizes = (None if one is None else str(one) for one in (thing.height_m, thing.depth_m))
        yield "equipment_spaces", (site, thing.id, None if thing.shape is None else thing.shape.value, *sizes)


def _link_rows(site: str, link: PlaceLink) -> Iterator[tuple[str, Row]]:
    metres = None if link.metres is None else str(link.metres)
    yield (
        "place_links",
        (
            site, link.id, link.kind.value, link.name, metres, link.decided_by, spell_day(link.decided_on), link.active,
        ),
    )  # fmt: skip
    for number, place in enumerate(link.places):
        yield "place_link_places", (site, link.id, number, place)
    for alias in link.aliases:
        yield "place_link_aliases", (site, link.id, alias)


def _device_row(site: str, device: Device) -> Row:
    return (
        site, device.id, device.name, device.kind, device.address, device.area, device.person, device.permit,
        spell_day(device.calibrated_on), spell_day(device.calibration_due),
        device.active, device.settings,
    )  # fmt: skip


# --- rows to records


def register_of(fetched: Fetched) -> Register:
    """The whole register of one site."""
    return Register(
        people=_people(fetched),
        accounts=tuple(
            Account(platform=platform, corp=corp, userid=userid, person=person, active=bool(active))
            for _, platform, corp, userid, person, active in fetched["accounts"]
        ),
        contractors=tuple(
            Contractor(id=key, name=name, credit_code=code, valid_to=read_day(valid_to), active=bool(active), note=note)
            for _, key, name, code, valid_to, active, note in fetched["contractors"]
        ),
        areas=_areas(fetched),
        equipment=_equipment(fetched),
        groups=_groups(fetched),
        chats=tuple(
            GroupChat(group=group, platform=platform, corp=corp, chat=chat)
            for _, group, platform, corp, chat in fetched["chat_group_chats"]
        ),
        devices=tuple(map(_device, fetched["devices"])),
        links=_links(fetched),
    )


def _by_owner(rows: list[Row]) -> defaultdict[str, list[Row]]:
    """Rows by their second column, without site and owner."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(row[2:])
    return found


def _people(fetched: Fetched) -> tuple[Person, ...]:
    posts, certificates = _by_owner(fetched["posts"]), _by_owner(fetched["certificates"])
    return tuple(
        Person(
            id=key, site=site, name=name, department=department, superior=superior, employer=employer, phone=phone,
            active=bool(active), experience_years=None if years is None else Decimal(years),
            posts=_posts(posts[key]), certificates=tuple(map(_certificate, certificates[key])),
        )
        for site, key, name, department, superior, employer, phone, active, years in fetched["people"]
    )  # fmt: skip


def _posts(rows: list[Row]) -> tuple[Post, ...]:
    covered: dict[str, list[Any]] = {}
    for key, area in rows:
        covered.setdefault(key, []).append(area)
    # An empty area means the whole site and outweighs any list beside it.
    return tuple(Post(key=key, areas=() if "" in areas else tuple(areas)) for key, areas in covered.items())


def _certificate(row: Row) -> Certificate:
    kind, number, valid_from, valid_to, review_due, reviewed_on, status, scope = row
    starts, ends = read_day(valid_from), read_day(valid_to)
    if starts is None or ends is None:
        raise ValueError(f"certificate {kind} has no dates")
    return Certificate(
        kind=kind, number=number, valid_from=starts, valid_to=ends, review_due=read_day(review_due),
        reviewed_on=read_day(reviewed_on), status=CertificateStatus(status), scope=tuple(json.loads(scope)),
    )  # fmt: skip


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _areas(fetched: Fetched) -> tuple[Area, ...]:
    aliases, fences = _by_owner(fetched["area_aliases"]), _by_owner(fetched["fences"])
    neighbours = _by_owner(fetched["area_neighbours"])
    return tuple(
        Area(
            id=key, site=site, name=name, aliases=tuple(row[0] for row in aliases[key]), department=department,
            fire_explosion=_flag(fire), pipe_rack=bool(rack), major_hazard_dike=bool(dike), fixed_hot_work=bool(fixed),
            neighbours=tuple(row[0] for row in neighbours[key]), fence=tuple(map(_corner, fences[key])),
            board_code=board_code, medium=medium, confined_space=bool(confined),
        )
        for site, key, name, department, fire, rack, dike, fixed, board_code, medium, confined in fetched["areas"]
    )  # fmt: skip


def _corner(row: Row) -> Position:
    _, latitude, longitude, datum, accuracy = row
    return Position(
        latitude=Decimal(latitude), longitude=Decimal(longitude), datum=Datum(datum),
        accuracy_m=None if accuracy is None else Decimal(accuracy),
    )  # fmt: skip


def _links(fetched: Fetched) -> tuple[PlaceLink, ...]:
    places, aliases = _by_owner(fetched["place_link_places"]), _by_owner(fetched["place_link_aliases"])
    return tuple(
        PlaceLink(
            id=key, site=site, kind=LinkKind(kind), places=tuple(row[1] for row in places[key]), name=name,
            aliases=tuple(row[0] for row in aliases[key]), metres=None if metres is None else Decimal(metres),
            decided_by=decided_by, decided_on=read_day(decided_on), active=bool(active),
        )
        for site, key, kind, name, metres, decided_by, decided_on, active in fetched["place_links"]
    )  # fmt: skip


def _equipment(fetched: Fetched) -> tuple[Equipment, ...]:
    aliases = _by_owner(fetched["equipment_aliases"])
    positions = {row[1]: _corner((0, *row[2:])) for row in fetched["equipment_positions"]}
    spaces = {row[1]: _space(row) for row in fetched["equipment_spaces"]}
    return tuple(
        Equipment(
            id=key, site=site, name=name, area=area, aliases=tuple(row[0] for row in aliases[key]),
            operating=_flag(operating), medium=medium, held_toxic_or_flammable=_flag(held), purged=_flag(purged),
            confined_space=bool(confined), position=positions.get(key), **spaces.get(key, {}),
        )
        for site, key, name, area, operating, medium, held, purged, confined in fetched["equipment"]
    )  # fmt: skip


def _space(row: Row) -> dict[str, Any]:
    _, _, shape, height, depth = row
    return {
        "shape": None if shape is None else Shape(shape),
        "height_m": None if height is None else Decimal(height),
        "depth_m": None if depth is None else Decimal(depth),
    }


def _groups(fetched: Fetched) -> tuple[Group, ...]:
    areas = _by_owner(fetched["chat_group_areas"])
    return tuple(
        Group(id=key, site=site, name=name, purpose=purpose, areas=tuple(row[0] for row in areas[key]))
        for site, key, name, purpose in fetched["chat_groups"]
    )


def _device(row: Row) -> Device:
    _, key, name, kind, address, area, person, permit, calibrated, due, active, settings = row
    return Device(
        id=key, name=name, kind=kind, address=address, area=area, person=person, permit=permit,
        calibrated_on=read_day(calibrated), calibration_due=read_day(due),
        active=bool(active), settings=settings,
    )  # fmt: skip
