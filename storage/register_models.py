"""The shapes of the register files. An unknown key is an error; nothing is coerced silently.

These models only say what may be written. `storage.register` turns them into records, `storage.register_checks` looks
across records and files.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from storage.policy_models_work import Model
from storage.register_fields import (
    ChatKey,
    Corner,
    Covered,
    CreditCode,
    Day,
    Dbm,
    DeviceUnit,
    Flag,
    Maybe,
    Moment,
    Name,
    Names,
    Number,
    Phone,
    Quantity,
    Seconds,
    UserId,
    When,
)
from workflow.plant import CertificateStatus, LinkKind, Shape
from workflow.values import Datum, WorkType

Platform = Literal["wecom", "dingtalk"]


class FenceEntry(Model):
    """The outline of an area: its corners in order, all in one coordinate system."""

    datum: Datum
    corners: tuple[Corner, ...]


class AreaEntry(Model):
    """A place. Flags left out are unknown where unknown exists, else no."""

    code: Name
    name: Name
    aliases: Names = ()
    department: Name | None = None
    fire_explosion: Maybe = None
    pipe_rack: Flag = False
    major_hazard_dike: Flag = False
    fixed_hot_work: Flag = False
    confined_space: Flag = False
    medium: Name | None = None
    board: Name | None = None
    """The code printed on the place's board."""
    neighbours: Names = ()
    fence: FenceEntry | None = None


class PointEntry(Model):
    """Where a thing stands: its middle. The third number is how exact that is and how far the thing reaches, metres."""

    datum: Datum
    at: Corner


class EquipmentEntry(Model):
    """A piece of equipment."""

    code: Name
    name: Name
    area: Name
    aliases: Names = ()
    operating: Maybe = None
    medium: Name | None = None
    held_toxic_or_flammable: Maybe = None
    purged: Maybe = None
    confined_space: Flag = False
    position: PointEntry | None = None
    shape: Shape | None = None
    height_m: Number | None = None
    depth_m: Number | None = None


class LinkEntry(Model):
    """A relation between places beyond neighbours. ``places`` are codes; their order counts for above and inside."""

    id: Name
    kind: LinkKind
    places: Names
    name: Name | None = None
    aliases: Names = ()
    metres: Number | None = None
    decided_by: UserId | None = None
    decided_on: Day | None = None
    active: Flag = True


class ChatEntry(Model):
    """Where a group meets. ``key`` is the robot's key, or ``$NAME`` of the variable that holds it."""

    platform: Platform | None = None
    corp: Name | None = None
    key: ChatKey


class GroupEntry(Model):
    """A chat group; without ``areas`` it is the whole site's."""

    id: Name
    name: Name
    purpose: Literal["safety", "management", "area"]
    areas: Names = ()
    chats: tuple[ChatEntry, ...] = ()


class ContractorEntry(Model):
    """A company whose people work here; people name it in ``employer`` by its name."""

    id: Name
    name: Name
    credit_code: CreditCode | None = None
    valid_to: Day | None = None
    active: Flag = True
    note: Name | None = None


class AccountEntry(Model):
    """A chat account of a person; inactive ones are kept so that the person is known when they come back."""

    platform: Platform | None = None
    corp: Name | None = None
    userid: UserId
    active: Flag = True


class CertificateEntry(Model):
    """A certificate or a training record."""

    kind: Name
    number: Name = Field(repr=False)
    valid_from: Day
    valid_to: Day
    review_due: Day | None = None
    reviewed_on: Day | None = None
    status: CertificateStatus = CertificateStatus.REGISTERED
    scope: tuple[WorkType, ...] = ()


class PersonEntry(Model):
    """A person. Without ``userid`` and ``accounts`` the id is also the user id in the plant's own corp."""

    id: UserId
    name: Name
    department: Name | None = None
    superior: UserId | None = None
    userid: UserId | None = None
    accounts: tuple[AccountEntry, ...] | None = None
    posts: dict[Name, Covered] = Field(default_factory=dict)
    employer: Name | None = None
    phone: Phone | None = Field(default=None, repr=False)
    experience_years: Number | None = None
    certificates: tuple[CertificateEntry, ...] = ()
    active: Flag = True


class LeaveEntry(Model):
    """Somebody is away, and who stands in. ``until`` a day: to its end. ``active: no`` ends what this said."""

    person: UserId
    deputy: UserId
    since: When
    until: When
    active: Flag = True


class SensorEntry(Model):
    """One sensor of a device: what it measures, and the range in its unit. ``channel`` as the device itself says it."""

    quantity: Quantity
    unit: DeviceUnit
    low: Number
    high: Number
    channel: Name | None = None
    response_s: Seconds | None = None
    stuck_s: Seconds | None = None


class DeviceEntry(Model):
    """A detector or another device. Without ``address`` its id is what the wire calls it; without a calibration date it
    serves nobody (docs/hardware.md)."""

    id: Name
    name: Name
    kind: Name = "gas"
    address: Name | None = None
    area: Name | None = None
    person: UserId | None = None
    permit: Name | None = None
    model: Name | None = None
    serial: Name | None = None
    point: Name | None = None
    gateway: Name | None = None
    calibrated_on: Day | None = None
    calibration_due: Day | None = None
    bump_tested_at: Moment | None = None
    bump_every_h: Seconds | None = None
    stale_s: Seconds | None = None
    clock_ahead_s: Seconds | None = None
    near_dbm: Dbm | None = None
    drop_db: Seconds | None = None
    heard_s: Seconds | None = None
    channels: tuple[SensorEntry, ...] = ()
    active: Flag = True


class RegisterFile(Model):
    """``register.yaml``, or one of several files of a folder."""

    site: Name | None = None
    """When written: the site this register belongs to; loading it into another one is refused."""
    areas: tuple[AreaEntry, ...] = ()
    equipment: tuple[EquipmentEntry, ...] = ()
    links: tuple[LinkEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    contractors: tuple[ContractorEntry, ...] = ()
    devices: tuple[DeviceEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    leave: tuple[LeaveEntry, ...] = ()
