"""One isolation as folded from its events (domain 4.4). Never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.ids import AreaId, EquipmentId, IsolationId, PermitId, PersonId, SiteId


class Energy(StrEnum):
    """What is kept away (GB 30871-2022 4.2 b)."""

    MECHANICAL = "mechanical"
    PROCESS = "process"
    ELECTRICAL = "electrical"
    RADIOACTIVE = "radioactive"


class Method(StrEnum):
    """How it is kept away. Only a blind or a removed spool keeps material out of a confined space (6.1)."""

    BLIND = "blind"
    SPOOL_REMOVED = "spool_removed"
    POWER_LOCK = "power_lock"
    VALVE_LOCK = "valve_lock"
    SOURCE_CLOSED = "source_closed"


TIGHT = frozenset({Method.BLIND, Method.SPOOL_REMOVED})
"""Methods that hold where a closed valve or a water seal does not (6.1)."""

LOCKS = frozenset({Method.POWER_LOCK, Method.VALVE_LOCK, Method.SOURCE_CLOSED})
"""Methods that need a lock; the others are told by the number on the tag."""


class Stage(StrEnum):
    """Where an isolation stands."""

    BLANK = "blank"
    LOCKED = "locked"
    """On, and nobody has shown yet that no energy is left."""
    PROVEN = "proven"
    """On, and shown to be without energy by a second person."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is isolated, where and with what."""

    area: AreaId
    equipment: EquipmentId | None
    what: str
    """The point in plain words, e.g. ``2号罐进料阀 V-203``."""
    energy: Energy
    method: Method
    lock: str
    """The lock's number; empty where none is needed."""
    tag: str
    """The tag's or blind's number; empty = none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The whole state of one isolation."""

    id: IsolationId
    site: SiteId
    stage: Stage = Stage.BLANK
    version: int = 0
    point: Point | None = None
    owner: PersonId | None = None
    """Whose lock it is: who put it on, or took it over. Only he takes it off."""
    locked_at: datetime | None = None
    proven_by: PersonId | None = None
    proven_at: datetime | None = None
    offered_to: PersonId | None = None
    """To whom the owner wants to hand it over at the change of shift."""
    cited_by: tuple[PermitId, ...] = ()
    """Permits that stand on it."""
    ended_by: PersonId | None = None
    ended_at: datetime | None = None
    broken: str = ""
    """Why it was taken off without its owner; empty = it was not."""

    @property
    def on(self) -> bool:
        """Whether it is in place."""
        return self.stage in {Stage.LOCKED, Stage.PROVEN}
