"""Where a work is done, and how two such places lie to each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workflow.ids import AreaId, EquipmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a work is done. ``area`` None = nobody knows."""

    area: AreaId | None
    equipment: EquipmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """How two spots lie to each other. None everywhere means: nobody recorded it."""

    same_area: bool | None
    adjacent: bool | None
    same_spot: bool | None = None
    """The same piece of equipment."""
    same_space: bool | None = None
    same_dike: bool | None = None
    same_drain: bool | None = None
    same_system: bool | None = None
    same_line: bool | None = None
    fall_line: bool | None = None
    """One hangs over the other."""
    low_m: Decimal | None = None
    """They are at least this far apart."""
    high_m: Decimal | None = None
    """They are at most this far apart."""

    @property
    def near(self) -> bool | None:
        """In one area or in areas that touch; None when that cannot be told."""
        if self.same_area or self.adjacent:
            return True
        return None if None in (self.same_area, self.adjacent) else False

    def within(self, metres: Decimal) -> bool | None:
        """Within so many metres, the limit included. In one area a distance nobody measured counts as near."""
        if self.high_m is not None and self.high_m <= metres:
            return True
        if self.low_m is not None and self.low_m > metres:
            return False
        if self.same_area:
            return True
        return None if self.near is not False or self.low_m is not None else False


UNKNOWN = Between(same_area=None, adjacent=None)
"""One of the places is not known at all."""
