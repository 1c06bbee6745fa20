"""Whether two reports may be one hazard. It only ever proposes: a person says so, or it stays two.

Codes never match fuzzily: 1号泵 and 2号泵 are two pumps, however alike the rest of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from workflow.hazard.state import Kind, Sighting
from workflow.ids import AreaId, HazardId
from workflow.values import aware

LOOK_BACK = timedelta(days=30)
"""Older ones are told apart by their age; the same thing again is a repeated hazard, not a double report."""
ALIKE = Fraction(1, 2)
"""Share of common pairs of characters from which two texts say the same; a design decision, tried on examples."""
_CODE = re.compile(r"[A-Za-z]*[-#]?\d+[A-Za-z]?")
_NOISE = re.compile(r"[\s，。、；：！？,.;:!?（）()的了有在处着一]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An open hazard as the register has it. ``same_picture``: a picture of it looks like one of the new report."""

    id: HazardId
    area: AreaId | None
    kind: Kind
    text: str
    at: datetime
    same_picture: bool = False

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """One candidate and how much speaks for it: 1 is the same picture or the same words."""

    id: HazardId
    share: Fraction


def alike(new: Sighting, at: datetime, others: Iterable[Known]) -> tuple[Alike, ...]:
    """Open hazards this report may be, the likeliest first. A place that nobody named may be any place."""
    found = [Alike(id=other.id, share=share) for other in others if (share := _share(new, aware(at), other))]
    return tuple(sorted(found, key=lambda one: (-one.share, one.id)))


def _share(new: Sighting, at: datetime, other: Known) -> Fraction | None:
    if at - other.at > LOOK_BACK:
        return None
    if other.same_picture:
        return Fraction(1)
    if new.area is not None and other.area is not None and new.area != other.area:
        return None
    codes, theirs = _codes(new.text), _codes(other.text)
    if codes and theirs and codes != theirs:
        return None
    share = _common(new.text, other.text)
    return share if share >= ALIKE else None


def _codes(text: str) -> frozenset[str]:
    return frozenset(code.upper() for code in _CODE.findall(text))


def _common(one: str, other: str) -> Fraction:
    """Dice's share of common pairs of neighbouring characters, exact."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return Fraction(0)
    return Fraction(2 * len(mine & theirs), len(mine) + len(theirs))


def _pairs(text: str) -> frozenset[str]:
    plain = _NOISE.sub("", text)
    return frozenset(plain[start : start + 2] for start in range(len(plain) - 1))
