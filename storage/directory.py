"""The directory: what the plant knows of its people, places and things, as one immutable snapshot in memory.

A plant has thousands of people, not millions: the whole register is read once, looked up in dictionaries, and read
again when its version moves. Account names are compared trimmed and as each platform compares them (`normal_account`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from workflow.ids import AreaId, DeviceId, EquipmentId, GroupId, PersonId
from workflow.plant import Admission, Area, Equipment, Group, Person, PlaceLink

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account on a chat platform; ``corp`` is the platform's id of the company."""

    platform: str
    corp: str
    userid: str
    person: PersonId
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChat:
    """Where a group of ours meets on a platform.

    ``chat`` may be all it takes to post there (a robot's key), or ``$NAME`` of the variable that holds it.
    """

    group: GroupId
    platform: str
    corp: str
    chat: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The plant's own companies, by platform: what a register means where it names none.

    The first platform is the one meant where none is named either.
    """

    corps: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.corps:
            raise ValueError("a plant is at home somewhere")

    @property
    def platform(self) -> str:
        """The platform of an account or chat that does not name one."""
        return next(iter(self.corps))

    def corp(self, platform: str) -> str:
        """The company on a platform; empty where the plant has none."""
        return self.corps.get(platform, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contractor:
    """A company whose people work at the plant. ``valid_to`` is the last day of its admission, at the site."""

    id: str
    name: str
    credit_code: str | None = None
    valid_to: date | None = None
    active: bool = True
    note: str = ""


BEACON = "beacon"
"""Kind of a device that stands at a place and is heard there by tags, or hears them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A registered device. The bridge knows it by ``address`` and reads ``settings``, a JSON object."""

    id: DeviceId
    name: str
    kind: str
    address: str
    area: AreaId | None = None
    person: PersonId | None = None
    permit: str | None = None
    calibrated_on: date | None = None
    calibration_due: date | None = None
    active: bool = True
    settings: str = "{}"


_CASELESS = frozenset({"wecom"})
"""Platforms that answer user ids in lower case whatever was asked. On every other, two spellings are two people."""


def normal_account(platform: str, userid: str) -> str:
    """The one spelling of a user id of ``platform``. Without blanks; in lower case only where the platform does not
    tell one case from the other, for otherwise one person's press would count as another's signature."""
    trimmed = userid.strip()
    return trimmed.lower() if platform in _CASELESS else trimmed


def normal_alias(name: str) -> str:
    """The one spelling of a name or code of a place or thing: trimmed, upper case. Digits never match fuzzily."""
    return name.strip().upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Everything the directory holds, as plain records; what an import writes and a snapshot is built from."""

    people: tuple[Person, ...] = ()
    accounts: tuple[Account, ...] = ()
    contractors: tuple[Contractor, ...] = ()
    areas: tuple[Area, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    groups: tuple[Group, ...] = ()
    chats: tuple[GroupChat, ...] = ()
    devices: tuple[Device, ...] = ()
    links: tuple[PlaceLink, ...] = ()
    """How places belong together beyond the areas' neighbours."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The register with its indexes. Immutable; ``version`` moves with every change of the register."""

    version: int
    register: Register
    people: Mapping[PersonId, Person] = field(init=False)
    names: Mapping[PersonId, str] = field(init=False)
    areas: Mapping[AreaId, Area] = field(init=False)
    equipment: Mapping[EquipmentId, Equipment] = field(init=False)
    groups: Mapping[GroupId, Group] = field(init=False)
    devices: Mapping[DeviceId, Device] = field(init=False)
    contractors: Mapping[str, Contractor] = field(init=False)
    admissions: Mapping[str, Admission] = field(init=False)
    """Contractors' leave to work here, by name."""
    _accounts: Mapping[tuple[str, str, str], Account] = field(init=False)
    _accounts_of: Mapping[PersonId, tuple[Account, ...]] = field(init=False)
    _holders: Mapping[str, tuple[Person, ...]] = field(init=False)
    _area_names: Mapping[str, tuple[Area, ...]] = field(init=False)
    _board_codes: Mapping[str, Area] = field(init=False)
    _equipment_names: Mapping[str, tuple[Equipment, ...]] = field(init=False)
    _addresses: Mapping[str, Device] = field(init=False)

    def __post_init__(self) -> None:
        register = self.register
        built: dict[str, object] = {
            "people": {person.id: person for person in register.people},
            "names": {person.id: person.name for person in register.people},
            "areas": {area.id: area for area in register.areas},
            "equipment": {thing.id: thing for thing in register.equipment},
            "groups": {group.id: group for group in register.groups},
            "devices": {device.id: device for device in register.devices},
            "contractors": {company.id: company for company in register.contractors},
            "admissions": {
                company.name: Admission(until=company.valid_to, active=company.active)
                for company in register.contractors
            },
            "_accounts": {(a.platform, a.corp, normal_account(a.platform, a.userid)): a for a in register.accounts},
            "_accounts_of": _gather((a.person, a) for a in register.accounts),
            "_holders": _gather((post.key, person) for person in register.people for post in person.posts),
            "_area_names": _gather(
                (normal_alias(name), area)
                for area in register.areas
                for name in dict.fromkeys((area.id, area.name, *area.aliases))
            ),
            "_board_codes": {area.board_code: area for area in register.areas if area.board_code is not None},
            "_equipment_names": _gather(
                (normal_alias(name), thing)
                for thing in register.equipment
                for name in dict.fromkeys((thing.id, thing.name, *thing.aliases))
            ),
            "_addresses": {device.address: device for device in register.devices},
        }
        for name, value in built.items():
            object.__setattr__(self, name, value)

    # --- people

    def person(self, person: PersonId) -> Person | None:
        """A person by id, active or not."""
        return self.people.get(person)

    def by_account(self, platform: str, corp: str, userid: str) -> Person | None:
        """The person behind an active account; None for strangers."""
        account = self._accounts.get((platform, corp, normal_account(platform, userid)))
        return self.people.get(account.person) if account is not None and account.active else None

    def accounts_of(self, person: PersonId) -> tuple[Account, ...]:
        """Where a person can be reached."""
        return tuple(account for account in self._accounts_of.get(person, ()) if account.active)

    def holders(self, post: str, area: AreaId | None = None) -> tuple[Person, ...]:
        """Active people who hold ``post``; with an area, those whose post covers it."""
        return tuple(
            dict.fromkeys(
                person
                for person in self._holders.get(post, ())
                if person.active
                and any(held.key == post and (area is None or held.covers(area)) for held in person.posts)
            )
        )

    def superiors(self, person: PersonId) -> tuple[Person, ...]:
        """Active superiors from the nearest up. A circle in the register ends the walk."""
        found: dict[PersonId, Person] = {}
        current = self.people.get(person)
        seen = {person}
        while current is not None and current.superior is not None and current.superior not in seen:
            seen.add(current.superior)
            current = self.people.get(current.superior)
            if current is not None and current.active:
                found[current.id] = current
        return tuple(found.values())

    # --- places and things

    def areas_called(self, name: str) -> tuple[Area, ...]:
        """Areas with this id, name or alias; more than one means one must ask."""
        return self._area_names.get(normal_alias(name), ())

    def area_of_board(self, code: str) -> Area | None:
        """The area whose board carries this code."""
        return self._board_codes.get(code)

    def equipment_called(self, name: str) -> tuple[Equipment, ...]:
        """Equipment with this code, name or alias, exactly."""
        return self._equipment_names.get(normal_alias(name), ())

    def groups_for(self, purpose: str, area: AreaId | None = None) -> tuple[Group, ...]:
        """Groups of a purpose; with an area, those of that area and those of the whole site."""
        return tuple(
            group
            for group in self.register.groups
            if group.purpose == purpose and (area is None or not group.areas or area in group.areas)
        )

    def chats_of(self, group: GroupId) -> tuple[GroupChat, ...]:
        """Where a group meets."""
        return tuple(chat for chat in self.register.chats if chat.group == group)

    def device_at(self, address: str) -> Device | None:
        """The device a bridge speaks of."""
        return self._addresses.get(address)


def _gather(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    lists: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        lists[key].append(value)
    return {key: tuple(values) for key, values in lists.items()}
