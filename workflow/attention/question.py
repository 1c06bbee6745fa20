"""One question about a permit that only its reader can answer, drawn from the permit itself.

Asked, now and then, of somebody whose approvals look like a stamp: it costs him one look at the right line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.ids import PersonId
from workflow.permit.state import Permit

CHOICES = 3


class About(StrEnum):
    """What is asked for."""

    GAS = "gas"
    """The newest value of one gas."""
    HEIGHT = "height"
    MASS = "mass"
    DEPTH = "depth"
    PRESSURE = "pressure"
    VOLTAGE = "voltage"
    GUARDIAN = "guardian"
    ENDS = "ends"
    MEASURES = "measures"
    """How many safety measures apply."""


Value = Decimal | int | datetime | PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``answers[right]`` is what the permit says. ``subject``: of which gas; ``unit``: what values are in."""

    about: About
    answers: tuple[Value, ...]
    right: int
    subject: str = ""
    unit: str = ""


def question_for(permit: Permit, seed: str) -> Question | None:
    """The question for this permit and whoever ``seed`` stands for: always the same one.

    None when nothing can be asked. What is critical for the work comes first; what every permit has is asked only where
    there is nothing better.
    """
    found = tuple(_critical(permit)) or tuple(_common(permit))
    if not found:
        return None
    draw = _Draw(f"{permit.content_hash}\n{seed}")
    return found[draw.below(len(found))](draw)


def lines_of(permit: Permit) -> int:
    """How much there is to read: the measures that apply, the gas values, the team, and the analysis of hazards."""
    measures = sum(bool(one.involved) for one in permit.measures.values())
    gas = sum(len(record.sample.readings) for record in permit.gas)
    return measures + gas + len(permit.what.workers) + len((permit.jsa or "").split("\n"))


class _Draw:
    """Choices that depend on the seed and nothing else."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def below(self, limit: int) -> int:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}\n{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def ask(
        self, about: About, right: Value, others: Iterable[Value], *, subject: str = "", unit: str = ""
    ) -> Question:
        pool = list(dict.fromkeys(one for one in others if one != right))
        answers: list[Value] = []
        while pool and len(answers) < CHOICES - 1:  # drawn, or the right one would always be the smallest
            answers.append(pool.pop(self.below(len(pool))))
        place = self.below(len(answers) + 1)
        answers.insert(place, right)
        return Question(about=about, answers=tuple(answers), right=place, subject=subject, unit=unit)


_Make = Callable[[_Draw], Question]


def _critical(permit: Permit) -> Iterator[_Make]:
    details = permit.what.details
    for record in permit.gas[-1:]:
        for reading in record.sample.readings:
            yield _figure(About.GAS, reading.value, subject=reading.gas, unit=reading.unit.value)
    if details.height is not None and details.height.height_m is not None:
        yield _figure(About.HEIGHT, details.height.height_m, unit="m")
    if details.lift is not None and details.lift.mass_t is not None:
        yield _figure(About.MASS, details.lift.mass_t, unit="t")
    if details.earth is not None and details.earth.depth_m is not None:
        yield _figure(About.DEPTH, details.earth.depth_m, unit="m")
    if details.blind is not None and details.blind.pressure_mpa is not None:
        yield _figure(About.PRESSURE, details.blind.pressure_mpa, unit="MPa")
    if details.power is not None and details.power.voltage_v is not None:
        yield _figure(About.VOLTAGE, details.power.voltage_v, unit="V")


def _common(permit: Permit) -> Iterator[_Make]:
    what = permit.what
    others = tuple(dict.fromkeys(one for one in (what.leader, *what.workers, what.applicant) if one != what.guardian))
    if len(others) >= CHOICES - 1:
        yield lambda draw: draw.ask(About.GUARDIAN, what.guardian, others)
    end = what.planned.end
    yield lambda draw: draw.ask(
        About.ENDS, end, (end + timedelta(hours=2), end - timedelta(hours=1), end + timedelta(hours=1))
    )
    applies = sum(bool(one.involved) for one in permit.measures.values())
    if applies:
        yield lambda draw: draw.ask(About.MEASURES, applies, (applies + 2, applies + 3, max(applies - 2, 0)))


def _figure(about: About, right: Decimal, *, subject: str = "", unit: str = "") -> _Make:
    """A figure among others of its own size; among small ones where it is nought."""
    step = right or Decimal("0.2")
    others = tuple((right + step * part).normalize() for part in (Decimal("-0.5"), Decimal("0.5"), Decimal(1)))
    return lambda draw: draw.ask(about, right, [one for one in others if one >= 0], subject=subject, unit=unit)
