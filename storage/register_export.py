"""The register as YAML again, in the shape `storage.register` reads: reading what was written gives it back.

The text holds identity and telephone numbers, and the keys of robots that were not given as ``$NAME``: whoever writes
it down keeps it from others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from storage.directory import Account, Contractor, Device, GroupChat, Home, Register, normal_account
from storage.register_fields import WHOLE_SITE
from storage.register_records import DEVICE_KEYS
from workflow.delegation import Absence
from workflow.plant import Area, Certificate, CertificateStatus, Equipment, Group, Person, PlaceLink
from workflow.values import Position

Node: TypeAlias = "str | list[Node] | dict[str, Node]"


class CannotExport(Exception):
    """The register holds something its file cannot say; the message names the record."""


def spell(register: Register, *, site: str, home: Home, leave: Iterable[Absence] = ()) -> str:
    """The register as YAML. ``home`` are the plant's own companies, left out wherever it is meant; ``leave`` is who is
    away, by the clock of the site.

    Raise `CannotExport` for a fence whose corners are in two coordinate systems.
    """
    written = {name: value for name, value in nodes(register, site=site, home=home, leave=leave).items() if value}
    text: str = yaml.dump(
        written, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000
    )
    return text


def nodes(register: Register, *, site: str, home: Home, leave: Iterable[Absence] = ()) -> dict[str, Node]:
    """The register as plain lists and texts, section by section. Raise `CannotExport` as `spell` does."""
    accounts: dict[str, list[Account]] = {}
    for account in register.accounts:
        accounts.setdefault(account.person, []).append(account)
    chats: dict[str, list[GroupChat]] = {}
    for chat in register.chats:
        chats.setdefault(chat.group, []).append(chat)
    return {
        "site": site,
        "areas": [_entry(_area(one)) for one in register.areas],
        "equipment": [_entry(_equipment(one)) for one in register.equipment],
        "links": [_entry(_link(one)) for one in register.links],
        "groups": [_entry(_group(one, chats.get(one.id, []), home)) for one in register.groups],
        "contractors": [_entry(_contractor(one)) for one in register.contractors],
        "devices": [_entry(_device(one)) for one in register.devices],
        "leave": [_entry(_leave(one)) for one in leave],
        "people": [_entry(_person(one, accounts.get(one.id, []), home)) for one in register.people],
    }


class _Plain(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes text as it is: our reader takes ``no`` and ``2026-05-01`` for text, so nothing needs quotes but YAML's own
    signs."""

    def __init__(self, stream: Any, **options: Any) -> None:
        Emitter.__init__(
            self,
            stream,
            canonical=options["canonical"],
            indent=options["indent"],
            width=options["width"],
            allow_unicode=options["allow_unicode"],
            line_break=options["line_break"],
        )
        Serializer.__init__(self, encoding=options["encoding"])
        SafeRepresenter.__init__(self, default_flow_style=options["default_flow_style"], sort_keys=options["sort_keys"])
        BaseResolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:
        """Our reader knows no anchors: everything is written out."""
        del data
        return True


def _entry(pairs: Iterator[tuple[str, Node | None]]) -> Node:
    """The keys that have something to say."""
    return {key: value for key, value in pairs if value is not None}


def _list(values: Iterable[Node]) -> Node | None:
    """The values, or nothing at all."""
    return [*values] or None


def _device(device: Device) -> Iterator[tuple[str, Node | None]]:
    said: dict[str, Any] = json.loads(device.settings)
    yield "id", device.id
    yield "name", device.name
    yield "kind", None if device.kind == "gas" else device.kind
    yield "address", None if device.address == device.id else device.address
    yield "area", device.area
    yield "person", device.person
    yield "permit", device.permit
    yield "calibrated_on", None if device.calibrated_on is None else device.calibrated_on.isoformat()
    yield "calibration_due", None if device.calibration_due is None else device.calibration_due.isoformat()
    for key in DEVICE_KEYS:
        yield key, None if key not in said else str(said[key])
    sensors: list[Node] = [{key: str(value) for key, value in one.items()} for one in said.get("channels", ())]
    yield "channels", _list(sensors)
    yield "active", None if device.active else "no"


def _area(area: Area) -> Iterator[tuple[str, Node | None]]:
    yield "code", area.id
    yield "name", area.name
    yield "aliases", _list(area.aliases)
    yield "department", area.department or None
    yield "fire_explosion", _maybe(area.fire_explosion)
    yield "pipe_rack", _yes(area.pipe_rack)
    yield "major_hazard_dike", _yes(area.major_hazard_dike)
    yield "fixed_hot_work", _yes(area.fixed_hot_work)
    yield "confined_space", _yes(area.confined_space)
    yield "medium", area.medium
    yield "board", area.board_code
    yield "neighbours", _list(area.neighbours)
    yield "fence", _fence(area)


def _fence(area: Area) -> Node | None:
    if not area.fence:
        return None
    data = {corner.datum for corner in area.fence}
    if len(data) > 1:
        raise CannotExport(f"area {area.id}: the corners of its fence are in two coordinate systems")
    return {"datum": data.pop().value, "corners": [_corner(corner) for corner in area.fence]}


def _corner(at: Position) -> Node:
    numbers = [at.latitude, at.longitude, *([] if at.accuracy_m is None else [at.accuracy_m])]
    return [_decimal(number) for number in numbers]


def _equipment(thing: Equipment) -> Iterator[tuple[str, Node | None]]:
    yield "code", thing.id
    yield "name", thing.name
    yield "area", thing.area
    yield "aliases", _list(thing.aliases)
    yield "operating", _maybe(thing.operating)
    yield "medium", thing.medium
    yield "held_toxic_or_flammable", _maybe(thing.held_toxic_or_flammable)
    yield "purged", _maybe(thing.purged)
    yield "confined_space", _yes(thing.confined_space)
    yield "position", None if thing.position is None else _point(thing.position)
    yield "shape", None if thing.shape is None else thing.shape.value
    yield "height_m", None if thing.height_m is None else str(thing.height_m)
    yield "depth_m", None if thing.depth_m is None else str(thing.depth_m)


def _point(at: Position) -> Node:
    return {"datum": at.datum.value, "at": _corner(at)}


def _link(link: PlaceLink) -> Iterator[tuple[str, Node | None]]:
    yield "id", link.id
    yield "kind", link.kind.value
    yield "places", [*link.places]
    yield "name", link.name or None
    yield "aliases", _list(link.aliases)
    yield "metres", None if link.metres is None else _decimal(link.metres)
    yield "decided_by", link.decided_by
    yield "decided_on", None if link.decided_on is None else link.decided_on.isoformat()
    yield "active", None if link.active else "no"


def _group(group: Group, chats: list[GroupChat], home: Home) -> Iterator[tuple[str, Node | None]]:
    yield "id", group.id
    yield "name", group.name
    yield "purpose", group.purpose
    yield "areas", _list(group.areas)
    yield "chats", _list(_entry(_chat(chat, home)) for chat in chats)


def _chat(chat: GroupChat, home: Home) -> Iterator[tuple[str, Node | None]]:
    yield "platform", chat.platform if chat.platform != home.platform else None
    yield "corp", chat.corp if chat.corp != home.corp(chat.platform) else None
    yield "key", chat.chat


def _contractor(company: Contractor) -> Iterator[tuple[str, Node | None]]:
    yield "id", company.id
    yield "name", company.name
    yield "credit_code", company.credit_code
    yield "valid_to", None if company.valid_to is None else company.valid_to.isoformat()
    yield "active", None if company.active else "no"
    yield "note", company.note or None


def _person(person: Person, accounts: list[Account], home: Home) -> Iterator[tuple[str, Node | None]]:
    yield "id", person.id
    yield "name", person.name
    yield "department", person.department or None
    yield "superior", person.superior
    posts: dict[str, Node] = {post.key: [*post.areas] if post.areas else WHOLE_SITE for post in person.posts}
    yield "posts", posts or None
    yield "employer", person.employer
    yield "phone", person.phone
    yield "experience_years", None if person.experience_years is None else _decimal(person.experience_years)
    yield "certificates", _list(_entry(_certificate(held)) for held in person.certificates)
    yield "active", None if person.active else "no"
    yield from _accounts(person, accounts, home)


def _accounts(person: Person, accounts: list[Account], home: Home) -> Iterator[tuple[str, Node | None]]:
    at_home = (home.platform, home.corp(home.platform))
    if len(accounts) == 1 and accounts[0].active and (accounts[0].platform, accounts[0].corp) == at_home:
        userid = accounts[0].userid
        yield "userid", userid if userid != normal_account(home.platform, person.id) else None
        return
    # Also when it is empty: without the key the id would count as an account.
    yield "accounts", [_entry(_account(account, home)) for account in accounts]


def _account(account: Account, home: Home) -> Iterator[tuple[str, Node | None]]:
    yield "platform", account.platform if account.platform != home.platform else None
    yield "corp", account.corp if account.corp != home.corp(account.platform) else None
    yield "userid", account.userid
    yield "active", None if account.active else "no"


def _certificate(held: Certificate) -> Iterator[tuple[str, Node | None]]:
    yield "kind", held.kind
    yield "number", held.number
    yield "valid_from", held.valid_from.isoformat()
    yield "valid_to", held.valid_to.isoformat()
    yield "review_due", None if held.review_due is None else held.review_due.isoformat()
    yield "reviewed_on", None if held.reviewed_on is None else held.reviewed_on.isoformat()
    yield "status", None if held.status is CertificateStatus.REGISTERED else held.status.value
    yield "scope", _list(held.scope)


def _maybe(flag: bool | None) -> str | None:
    return None if flag is None else "yes" if flag else "no"


def _yes(flag: bool) -> str | None:
    return "yes" if flag else None


def _decimal(number: Decimal) -> str:
    return format(number, "f")


def _leave(one: Absence) -> Iterator[tuple[str, Node | None]]:
    yield "person", str(one.person)
    yield "deputy", str(one.deputy)
    yield "since", one.during.start.strftime(_MINUTE)
    yield "until", one.during.end.strftime(_MINUTE)


_MINUTE = "%Y-%m-%d %H:%M"
