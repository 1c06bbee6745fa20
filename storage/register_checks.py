"""What only shows when all records of a register lie side by side: every fault with file, line and key.

References may lead to records of the same files or to what is ``known`` already (the register in force); a record of
the files takes the place of the known one with its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from storage.directory import Home, Register
from storage.policy_yaml import Path_, Problem
from storage.register_at import At
from storage.register_devices import devices
from storage.register_fields import national_number_fault
from storage.register_links import links
from storage.register_models import (
    AreaEntry,
    CertificateEntry,
    ContractorEntry,
    DeviceEntry,
    EquipmentEntry,
    GroupEntry,
    LinkEntry,
    PersonEntry,
)
from storage.register_records import accounts, chats, is_national, number_of
from workflow.plant import CertificateStatus

T = TypeVar("T")

_CORNERS = 3
_WIDEST = 1
"""Degrees between the corners of a fence: beyond, one of them was mistyped."""
_NOT_ADMITTING = frozenset({CertificateStatus.MISMATCH, CertificateStatus.UNVERIFIED, CertificateStatus.REVOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """All records of all files, in the order written."""

    areas: tuple[At[AreaEntry], ...]
    equipment: tuple[At[EquipmentEntry], ...]
    links: tuple[At[LinkEntry], ...]
    groups: tuple[At[GroupEntry], ...]
    contractors: tuple[At[ContractorEntry], ...]
    people: tuple[At[PersonEntry], ...]
    devices: tuple[At[DeviceEntry], ...]


def look(entries: Entries, known: Register, *, home: Home, compared: Callable[[str], str]) -> list[Problem]:
    """Everything wrong across records. ``compared`` is the spelling in which names of places are told apart."""
    rest = _without(known, entries)
    areas: dict[str, tuple[str, ...]] = {area.id: area.neighbours for area in rest.areas}
    return [
        *_twice((at, ("code",), at.said.code) for at in entries.areas),
        *_twice((at, ("code",), at.said.code) for at in entries.equipment),
        *_twice((at, ("id",), at.said.id) for at in entries.links),
        *_twice((at, ("id",), at.said.id) for at in entries.groups),
        *_twice((at, ("id",), at.said.id) for at in entries.contractors),
        *_twice((at, ("name",), at.said.name) for at in entries.contractors),
        *_twice((at, ("id",), at.said.id.lower()) for at in entries.people),
        *_places(entries, rest, compared),
        *_neighbours(entries.areas, areas),
        *_boards(entries.areas, rest),
        *(problem for at in entries.areas for problem in _fence(at)),
        *_within(entries, {*areas, *(at.said.code for at in entries.areas)}),
        *_sizes(entries),
        *links(entries.links, rest.links, _codes(entries, rest)),
        *_chats(entries.groups, home),
        *_accounts(entries.people, home),
        *_superiors(entries.people, rest),
        *_employers(entries, rest),
        *_certificates(entries.people, rest),
        *devices(entries.devices, rest, areas=_areas(entries, rest), people=_people(entries, rest)),
    ]


def _without(known: Register, entries: Entries) -> Register:
    """What is known and not written anew."""
    areas = {at.said.code for at in entries.areas}
    equipment = {at.said.code for at in entries.equipment}
    people = {at.said.id for at in entries.people}
    contractors = {at.said.id for at in entries.contractors}
    written = {at.said.id for at in entries.links}
    written_devices = {at.said.id for at in entries.devices}
    return Register(
        devices=tuple(one for one in known.devices if one.id not in written_devices),
        links=tuple(one for one in known.links if one.id not in written),
        areas=tuple(one for one in known.areas if one.id not in areas),
        equipment=tuple(one for one in known.equipment if one.id not in equipment),
        people=tuple(one for one in known.people if one.id not in people),
        contractors=tuple(one for one in known.contractors if one.id not in contractors),
    )


def _areas(entries: Entries, rest: Register) -> set[str]:
    return {str(area.id) for area in rest.areas} | {at.said.code for at in entries.areas}


def _people(entries: Entries, rest: Register) -> set[str]:
    return {str(person.id) for person in rest.people} | {at.said.id for at in entries.people}


def _codes(entries: Entries, rest: Register) -> dict[str, str]:
    """Every code of a place → whether it is an area or equipment."""
    found = {str(area.id): "areas" for area in rest.areas} | {at.said.code: "areas" for at in entries.areas}
    found |= {str(thing.id): "equipment" for thing in rest.equipment}
    return found | {at.said.code: "equipment" for at in entries.equipment}


def _twice(claims: Iterable[tuple[At[T], Path_, str]]) -> Iterator[Problem]:
    first: dict[str, At[T]] = {}
    for at, key, value in claims:
        other = first.setdefault(value, at)
        if other is not at:
            yield at.wrong(f"与 {_where(other)} 重复", *key)


def _where(at: At[T]) -> str:
    return f"{at.source.name}:{at.source.lines[at.where]}"


# --- places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A name says: I mean this place."""

    place: tuple[str, str]
    shared_in: str = ""
    """A name of equipment that others may carry in other areas; the area it stands in."""
    wrong: Callable[[str], Problem] | None = None
    """None for what is in force already and not written here."""

    def bears(self, other: _Claim) -> bool:
        """Whether both may carry one name: the reader then asks which of them is meant."""
        return bool(self.shared_in and other.shared_in and self.shared_in != other.shared_in)


def _places(entries: Entries, rest: Register, compared: Callable[[str], str]) -> Iterator[Problem]:
    """A name or code of a place leads to one place. Only names of equipment may come back in another area."""
    claims: dict[str, list[_Claim]] = {}
    for name, claim in _claims(entries, rest):
        others = claims.setdefault(compared(name), [])
        clash = next((one for one in others if one.place != claim.place and not one.bears(claim)), None)
        if clash is not None and claim.wrong is not None:
            yield claim.wrong(f"“{name}”也指{clash.place[0]} {clash.place[1]}；一个名称只能指一处")
        others.append(claim)


def _claims(entries: Entries, rest: Register) -> Iterator[tuple[str, _Claim]]:
    for area in rest.areas:
        for name in (area.id, area.name, *area.aliases):
            yield name, _Claim(place=("区域", area.id))
    for thing in rest.equipment:
        for name in (thing.id, *thing.aliases):
            yield name, _Claim(place=("设备", thing.id))
        yield thing.name, _Claim(place=("设备", thing.id), shared_in=thing.area)
    for place in entries.areas:
        for key, name in _names(place.said):
            yield name, _Claim(place=("区域", place.said.code), wrong=_at(place, key))
    for piece in entries.equipment:
        for key, name in _names(piece.said):
            shared = piece.said.area if key == ("name",) else ""
            yield name, _Claim(place=("设备", piece.said.code), shared_in=shared, wrong=_at(piece, key))


def _names(said: AreaEntry | EquipmentEntry) -> Iterator[tuple[Path_, str]]:
    yield ("code",), said.code
    yield ("name",), said.name
    for number, alias in enumerate(said.aliases):
        yield ("aliases", number), alias


def _at(at: At[T], key: Path_) -> Callable[[str], Problem]:
    return lambda message: at.wrong(message, *key)


def _neighbours(areas: tuple[At[AreaEntry], ...], rest: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Neighbours name each other: whoever looks for conflicts looks from the own side only."""
    names: dict[str, tuple[str, ...]] = {**rest, **{at.said.code: at.said.neighbours for at in areas}}
    for at in areas:
        code = at.said.code
        for number, other in enumerate(at.said.neighbours):
            if other == code:
                yield at.wrong("自己不能是自己的相邻区域", "neighbours", number)
            elif other not in names:
                yield at.wrong(f"没有区域 {other}", "neighbours", number)
            elif code not in names[other]:
                yield at.wrong(f"{other} 没有把 {code} 写成相邻；相邻要两边都写", "neighbours", number)
        for other, theirs in rest.items():
            if code in theirs and other not in at.said.neighbours:
                yield at.wrong(f"在用的区域 {other} 与它相邻，这里没有写；相邻要两边都写", "neighbours")


def _boards(areas: tuple[At[AreaEntry], ...], rest: Register) -> Iterator[Problem]:
    taken: dict[str, str] = {area.board_code: area.id for area in rest.areas if area.board_code is not None}
    for at in areas:
        if at.said.board is None:
            continue
        other = taken.setdefault(at.said.board, at.said.code)
        if other != at.said.code:
            yield at.wrong(f"区域 {other} 的标牌也是这个码", "board")


def _fence(at: At[AreaEntry]) -> Iterator[Problem]:
    fence = at.said.fence
    if fence is None:
        return
    if len({corner[:2] for corner in fence.corners}) < _CORNERS:
        yield at.wrong(f"围栏至少要 {_CORNERS} 个不同的角", "fence", "corners")
        return
    for degrees in zip(*(corner[:2] for corner in fence.corners), strict=True):
        if max(degrees) - min(degrees) > _WIDEST:
            yield at.wrong("围栏的角相距上百公里，有一个写错了", "fence", "corners")
            return


def _sizes(entries: Entries) -> Iterator[Problem]:
    """A vessel without any height would be sampled at fewer points."""
    for piece in entries.equipment:
        for key, size in (("height_m", piece.said.height_m), ("depth_m", piece.said.depth_m)):
            if size is not None and size <= 0:
                yield piece.wrong("应大于 0", key)


def _within(entries: Entries, areas: set[str]) -> Iterator[Problem]:
    """Every area somebody names exists."""
    for piece in entries.equipment:
        if piece.said.area not in areas:
            yield piece.wrong(f"没有区域 {piece.said.area}", "area")
    for group in entries.groups:
        for number, area in enumerate(group.said.areas):
            if area not in areas:
                yield group.wrong(f"没有区域 {area}", "areas", number)
    for person in entries.people:
        for post, covered in person.said.posts.items():
            if len(set(covered)) != len(covered):
                yield person.wrong("同一区域写了两次", "posts", post)
            for number, area in enumerate(covered):
                if area not in areas:
                    yield person.wrong(f"没有区域 {area}", "posts", post, number)


def _chats(groups: tuple[At[GroupEntry], ...], home: Home) -> Iterator[Problem]:
    for at in groups:
        met = chats(at.said, home)
        for number, chat in enumerate(met):
            if not chat.corp:
                yield at.wrong(f"{chat.platform} 没有设置，要写明 corp", "chats", number)
            if chat in met[:number]:
                yield at.wrong("同一个群写了两次", "chats", number)


# --- people


def _accounts(people: tuple[At[PersonEntry], ...], home: Home) -> Iterator[Problem]:
    """An account is one human's."""
    owners: dict[tuple[str, str, str], At[PersonEntry]] = {}
    for at in people:
        if at.said.userid is not None and at.said.accounts is not None:
            yield at.wrong("userid 和 accounts 只写一个", "userid")
        for number, account in enumerate(accounts(at.said, home)):
            key = (account.platform, account.corp, account.userid)
            where: Path_ = ("userid",) if at.said.accounts is None else ("accounts", number, "userid")
            if not account.corp:
                yield at.wrong(f"{account.platform} 没有设置，要写明 corp", *where)
            if key in owners:
                yield at.wrong(f"这个账号已经写给 {_where(owners[key])}", *where)
            owners.setdefault(key, at)


def _superiors(people: tuple[At[PersonEntry], ...], rest: Register) -> Iterator[Problem]:
    """Every superior exists, and nobody is in the end their own: an escalation has to arrive somewhere."""
    above: dict[str, str | None] = {person.id: person.superior for person in rest.people}
    above |= {at.said.id: at.said.superior for at in people}
    spelt = {name.lower(): name for name in above}
    told: set[str] = set()
    for at in people:
        superior = at.said.superior
        if superior is not None and superior not in above:
            near = spelt.get(superior.lower())
            yield at.wrong(f"没有人员 {superior}" + (f"，是不是 {near}？" if near else ""), "superior")
        circle = _circle(at.said.id, above)
        if circle and told.isdisjoint(circle):
            told.update(circle)
            yield at.wrong("上级绕成一圈：" + " → ".join((*circle, circle[0])), "superior")


def _circle(start: str, above: Mapping[str, str | None]) -> tuple[str, ...]:
    """The people on the way up from ``start`` back to it; empty when the way ends elsewhere."""
    way: list[str] = []
    current: str | None = start
    while current is not None and current not in way:
        way.append(current)
        current = above.get(current)
    return tuple(way) if current == start else ()


def _employers(entries: Entries, rest: Register) -> Iterator[Problem]:
    names = {at.said.name for at in entries.contractors} | {company.name for company in rest.contractors}
    for at in entries.people:
        if at.said.employer is not None and at.said.employer not in names:
            yield at.wrong(f"没有登记承包商“{at.said.employer}”", "employer")
    taken = {company.name: company.id for company in rest.contractors}
    for company in entries.contractors:
        if company.said.name in taken:
            yield company.wrong(f"在用的承包商 {taken[company.said.name]} 也叫这个名称", "name")


def _certificates(people: tuple[At[PersonEntry], ...], rest: Register) -> Iterator[Problem]:
    holders: dict[str, str] = {
        held.number: one.id for one in rest.people for held in one.certificates if is_national(held.kind)
    }
    for at in people:
        numbers: set[str] = set()
        seen: set[tuple[str, str]] = set()
        for index, held in enumerate(at.said.certificates):
            here = ("certificates", index)
            yield from (at.wrong(message, *here, key) for key, message in _dates(held))
            number = number_of(held)
            if (held.kind, number) in seen:
                yield at.wrong("同一张证写了两次", *here)
            seen.add((held.kind, number))
            if not is_national(held.kind):
                continue
            if fault := national_number_fault(number):
                yield at.wrong(fault, *here, "number")
            elif holders.setdefault(number, at.said.id) != at.said.id:
                yield at.wrong(f"与 {holders[number]} 的证号相同；证号跟着身份证，一人一个", *here, "number")
            if held.status not in _NOT_ADMITTING:
                numbers.add(number)
                if len(numbers) > 1:
                    yield at.wrong("与此人另一张操作证的证号不同；核实之前 status 写 unverified", *here, "number")


def _dates(held: CertificateEntry) -> Iterator[tuple[str, str]]:
    if held.valid_to < held.valid_from:
        yield "valid_to", "有效期止早于有效期起"
    elif held.review_due is not None and not held.valid_from <= held.review_due <= held.valid_to:
        yield "review_due", "复审日不在有效期内"
    if held.reviewed_on is not None and held.reviewed_on < held.valid_from:
        yield "reviewed_on", "复审早于有效期起"
