"""What only one kind of work asks for (GB 30871-2022 Annex A.3 to A.8), as said: plain data, nothing decided."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from handlers.request.folding import Span
from workflow.values import WorkType


class DetailKey(StrEnum):
    """One cell of one form. Declared in the order in which the cells are asked for and shown."""

    MACHINE = "machine"
    """Where the welding machine stands, when it is more than 10 m away (5.2.12)."""
    ACTION = "action"
    """堵 or 抽: ``text`` is ``insert`` or ``remove``."""
    PIPE = "pipe"
    MEDIUM = "medium"
    TEMPERATURE = "temperature"
    """℃."""
    PRESSURE = "pressure"
    """MPa."""
    MATERIAL = "material"
    SPEC = "spec"
    BLIND_NO = "blind_no"
    DRAWING = "drawing"
    BLINDS = "blinds"
    """How many blinds: more than one is asked about, one permit is one blind (GB 30871-2022 7)."""
    AUTHOR = "author"
    """Who drew it: a person."""
    HEIGHT = "height"
    """m."""
    LAYERS = "layers"
    """Protective layers between this work and what goes on below or above it."""
    MASS = "mass"
    """t."""
    LOAD = "load"
    RIGGING = "rigging"
    COMMANDER = "commander"
    OPERATOR = "operator"
    SLINGER = "slinger"
    RADIUS = "radius"
    """m: how far the boom reaches with this load."""
    PATH = "path"
    """Areas the load is carried over, in the applicant's words."""
    SOURCE = "source"
    VOLTAGE = "voltage"
    """V."""
    DEVICE = "device"
    """One consumer: ``text`` its name, ``number`` its kW; as many as there are."""
    PERMITTED = "permitted"
    """kW."""
    USER = "user"
    SPECIAL = "special"
    """Why more than 15 days (10.8)."""
    DEPTH = "depth"
    """m."""
    AREA = "area"
    """m²."""
    SCOPE = "scope"
    BURIED = "buried"
    """Whether bad media may lie in the ground: ``text`` is ``yes`` or ``no``."""
    ROUTE = "route"
    """Whether fire engines still get through: ``yes`` or ``no``."""
    REASON = "reason"
    UNITS = "units"


PEOPLE = frozenset({DetailKey.AUTHOR, DetailKey.COMMANDER, DetailKey.OPERATOR, DetailKey.SLINGER, DetailKey.USER})
"""Cells that hold people: read with the people of the sentence."""
SEVERAL = frozenset({DetailKey.DEVICE})
"""Cells that may be said more than once."""
OF_WORK: dict[WorkType, tuple[DetailKey, ...]] = {
    WorkType.HOT: (DetailKey.MACHINE,),
    WorkType.CONFINED_SPACE: (),
    WorkType.BLIND: (
        DetailKey.ACTION,
        DetailKey.PIPE,
        DetailKey.MEDIUM,
        DetailKey.TEMPERATURE,
        DetailKey.PRESSURE,
        DetailKey.MATERIAL,
        DetailKey.SPEC,
        DetailKey.BLIND_NO,
        DetailKey.DRAWING,
        DetailKey.BLINDS,
        DetailKey.AUTHOR,
    ),
    WorkType.HEIGHT: (DetailKey.HEIGHT, DetailKey.LAYERS),
    WorkType.LIFT: (
        DetailKey.MASS,
        DetailKey.LOAD,
        DetailKey.RIGGING,
        DetailKey.COMMANDER,
        DetailKey.OPERATOR,
        DetailKey.SLINGER,
        DetailKey.RADIUS,
        DetailKey.PATH,
    ),
    WorkType.POWER: (
        DetailKey.SOURCE,
        DetailKey.VOLTAGE,
        DetailKey.DEVICE,
        DetailKey.PERMITTED,
        DetailKey.USER,
        DetailKey.SPECIAL,
    ),
    WorkType.EARTH: (DetailKey.DEPTH, DetailKey.AREA, DetailKey.SCOPE, DetailKey.BURIED, DetailKey.ROUTE),
    WorkType.ROAD: (DetailKey.REASON, DetailKey.UNITS, DetailKey.ROUTE),
}
"""Which cells belong to which work."""
OPTIONAL = frozenset(
    {
        DetailKey.MACHINE,
        DetailKey.BURIED,
        DetailKey.ROUTE,
        DetailKey.BLINDS,
        DetailKey.LAYERS,
        DetailKey.RADIUS,
        DetailKey.PATH,
        DetailKey.SPECIAL,
        DetailKey.AREA,
        DetailKey.SCOPE,
        DetailKey.REASON,
    }
)
"""Not asked for: filled by somebody else, told by the task (作业范围, 断路原因), or wanted only beside other work."""


class DetailDoubt(StrEnum):
    """Why a detail must be asked about."""

    NOT_EXACT = "not_exact"
    """``约8米``, ``七八吨``, ``8到10米``."""
    NO_UNIT = "no_unit"
    SEVERAL = "several"
    """Two different values for one cell."""
    WHICH = "which"
    """A number that may be something else: the crane's capacity, the length of a pipe, the elevation of a platform."""
    UNLIKELY = "unlikely"
    """Outside of what such work can be: 0吨, 1.2米高处, 230V."""
    TOO_MANY = "too_many"
    """Several blinds on one permit."""
    EACH_OR_ALL = "each_or_all"
    """``两台电焊机15kW``: each or both together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailSaid:
    """One cell as said. Certain when ``doubt`` is None; otherwise ``readings`` and ``options`` are what to offer."""

    key: DetailKey
    said: str
    text: str = ""
    number: Decimal | None = None
    count: int = 1
    """How many alike (only `DetailKey.DEVICE`)."""
    doubt: DetailDoubt | None = None
    readings: tuple[Decimal, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A detail and the stretch of the folded text it was read from."""

    detail: DetailSaid
    span: Span


LEAST_HEIGHT = Decimal(2)
"""高处作业 begins here (GB 30871-2022 3.7)."""
_RANGES: dict[DetailKey, tuple[Decimal, Decimal]] = {
    DetailKey.HEIGHT: (LEAST_HEIGHT, Decimal(200)),
    DetailKey.LAYERS: (Decimal(0), Decimal(4)),
    DetailKey.MASS: (Decimal("0.001"), Decimal(2000)),
    DetailKey.RADIUS: (Decimal(1), Decimal(200)),
    DetailKey.DEPTH: (Decimal("0.05"), Decimal(30)),
    DetailKey.AREA: (Decimal("0.01"), Decimal(100000)),
    DetailKey.TEMPERATURE: (Decimal(-273), Decimal(1500)),
    DetailKey.PRESSURE: (Decimal("-0.1"), Decimal(100)),
    DetailKey.DEVICE: (Decimal("0.001"), Decimal(2000)),
    DetailKey.PERMITTED: (Decimal("0.001"), Decimal(10000)),
}
_VOLTAGES = frozenset(map(Decimal, (12, 24, 36, 42, 48, 110, 220, 380, 400, 660, 1140, 3000, 6000, 10000, 35000)))


def likely(key: DetailKey, number: Decimal) -> bool:
    """Whether such a number can be in such a cell; what cannot is asked again, never corrected."""
    if key is DetailKey.VOLTAGE:
        return number in _VOLTAGES
    low, high = _RANGES[key]
    return low <= number <= high


def number_said(key: DetailKey, said: str, value: Decimal | None, readings: tuple[Decimal, ...]) -> DetailSaid:
    """A number in its cell: certain, or doubtful for its own sake."""
    if value is None:
        return DetailSaid(key=key, said=said, doubt=DetailDoubt.NOT_EXACT, readings=readings)
    if not likely(key, value):
        return DetailSaid(key=key, said=said, doubt=DetailDoubt.UNLIKELY, readings=())
    return DetailSaid(key=key, said=said, number=value)


def doubtful(
    key: DetailKey, said: str, doubt: DetailDoubt, readings: tuple[Decimal, ...] = (), text: str = ""
) -> DetailSaid:
    """A number that must be asked about; impossible readings are not offered."""
    offered = tuple(dict.fromkeys(one for one in readings if likely(key, one)))
    return DetailSaid(key=key, said=said, doubt=doubt, readings=offered, text=text)
