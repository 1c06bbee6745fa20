"""What was written in a register file, as the records the plant is kept in. Checks nothing; see `register_checks`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from storage.directory import Account, Contractor, Device, GroupChat, Home, normal_account
from storage.register_fields import NATIONAL_KIND
from storage.register_models import (
    AreaEntry,
    CertificateEntry,
    ContractorEntry,
    DeviceEntry,
    EquipmentEntry,
    FenceEntry,
    GroupEntry,
    LinkEntry,
    PersonEntry,
    PointEntry,
)
from workflow.ids import AreaId, DeviceId, EquipmentId, GroupId, PersonId, SiteId
from workflow.plant import Area, Certificate, Equipment, Group, Person, PlaceLink, Post
from workflow.values import Position


def area(site: SiteId, said: AreaEntry) -> Area:
    """A place."""
    return Area(
        id=AreaId(said.code),
        site=site,
        name=said.name,
        aliases=said.aliases,
        department=said.department or "",
        fire_explosion=said.fire_explosion,
        pipe_rack=said.pipe_rack,
        major_hazard_dike=said.major_hazard_dike,
        fixed_hot_work=said.fixed_hot_work,
        neighbours=_areas(said.neighbours),
        fence=_fence(said.fence),
        board_code=said.board,
        medium=said.medium,
        confined_space=said.confined_space,
    )


def _fence(said: FenceEntry | None) -> tuple[Position, ...]:
    if said is None:
        return ()
    return tuple(
        Position(latitude=latitude, longitude=longitude, datum=said.datum, accuracy_m=accuracy)
        for latitude, longitude, accuracy in said.corners
    )


def equipment(site: SiteId, said: EquipmentEntry) -> Equipment:
    """A piece of equipment."""
    return Equipment(
        id=EquipmentId(said.code),
        site=site,
        name=said.name,
        area=AreaId(said.area),
        aliases=said.aliases,
        operating=said.operating,
        medium=said.medium,
        held_toxic_or_flammable=said.held_toxic_or_flammable,
        purged=said.purged,
        confined_space=said.confined_space,
        position=None if said.position is None else _point(said.position),
        shape=said.shape,
        height_m=said.height_m,
        depth_m=said.depth_m,
    )


def _point(said: PointEntry) -> Position:
    latitude, longitude, accuracy = said.at
    return Position(latitude=latitude, longitude=longitude, datum=said.datum, accuracy_m=accuracy)


def link(site: SiteId, said: LinkEntry) -> PlaceLink:
    """A relation between places."""
    return PlaceLink(
        id=said.id,
        site=site,
        kind=said.kind,
        places=said.places,
        name=said.name or "",
        aliases=said.aliases,
        metres=said.metres,
        decided_by=None if said.decided_by is None else PersonId(said.decided_by),
        decided_on=said.decided_on,
        active=said.active,
    )


def group(site: SiteId, said: GroupEntry) -> Group:
    """A chat group, without where it meets."""
    return Group(id=GroupId(said.id), site=site, name=said.name, purpose=said.purpose, areas=_areas(said.areas))


def chats(said: GroupEntry, home: Home) -> tuple[GroupChat, ...]:
    """Where a group meets; at ``home`` where nothing else is written."""
    return tuple(
        GroupChat(group=GroupId(said.id), platform=platform, corp=chat.corp or home.corp(platform), chat=chat.key)
        for chat in said.chats
        for platform in (chat.platform or home.platform,)
    )


def contractor(said: ContractorEntry) -> Contractor:
    """A company."""
    return Contractor(
        id=said.id,
        name=said.name,
        credit_code=said.credit_code,
        valid_to=said.valid_to,
        active=said.active,
        note=said.note or "",
    )


def device(said: DeviceEntry) -> Device:
    """A device; what only the bridge reads stands in ``settings``."""
    own = {key: getattr(said, key) for key in DEVICE_KEYS}
    channels = [{key: _plain(value) for key, value in dict(one).items() if value is not None} for one in said.channels]
    settings = {key: _plain(value) for key, value in own.items() if value is not None}
    if channels:
        settings["channels"] = channels
    return Device(
        id=DeviceId(said.id),
        name=said.name,
        kind=said.kind,
        address=said.address or said.id,
        area=None if said.area is None else AreaId(said.area),
        person=None if said.person is None else PersonId(said.person),
        permit=said.permit,
        calibrated_on=said.calibrated_on,
        calibration_due=said.calibration_due,
        active=said.active,
        settings=json.dumps(settings, ensure_ascii=False, sort_keys=True),
    )


DEVICE_KEYS = (
    "model",
    "serial",
    "point",
    "gateway",
    "bump_tested_at",
    "bump_every_h",
    "stale_s",
    "clock_ahead_s",
    "near_dbm",
    "drop_db",
    "heard_s",
)
"""What the bridge reads of a device besides its channels."""


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat()
        case _:
            return value


def person(site: SiteId, said: PersonEntry) -> Person:
    """A person, without accounts."""
    return Person(
        id=PersonId(said.id),
        site=site,
        name=said.name,
        department=said.department or "",
        posts=tuple(Post(key=post, areas=_areas(covered)) for post, covered in said.posts.items()),
        superior=None if said.superior is None else PersonId(said.superior),
        employer=said.employer,
        phone=said.phone,
        active=said.active,
        experience_years=said.experience_years,
        certificates=tuple(map(_certificate, said.certificates)),
    )


def _certificate(said: CertificateEntry) -> Certificate:
    return Certificate(
        kind=said.kind,
        number=number_of(said),
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        review_due=said.review_due,
        reviewed_on=said.reviewed_on,
        status=said.status,
        scope=tuple(work.value for work in said.scope),
    )


def accounts(said: PersonEntry, home: Home) -> tuple[Account, ...]:
    """Where a person can be reached: what ``accounts`` says, else the user id on the plant's first platform."""
    who = PersonId(said.id)
    if said.accounts is None:
        userid = normal_account(home.platform, said.userid or said.id)
        return (Account(platform=home.platform, corp=home.corp(home.platform), userid=userid, person=who),)
    return tuple(
        Account(
            platform=platform,
            corp=one.corp or home.corp(platform),
            userid=normal_account(platform, one.userid),
            person=who,
            active=one.active,
        )
        for one in said.accounts
        for platform in (one.platform or home.platform,)
    )


def number_of(said: CertificateEntry) -> str:
    """The number as it is kept: of national certificates in capitals, their last character may be an x."""
    return said.number.upper() if is_national(said.kind) else said.number


def is_national(kind: str) -> bool:
    """Whether this is an item of the national catalogue, numbered by the holder's identity number."""
    return NATIONAL_KIND.fullmatch(kind) is not None


def _areas(codes: Iterable[str]) -> tuple[AreaId, ...]:
    return tuple(map(AreaId, codes))
