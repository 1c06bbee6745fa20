"""How grave a hazard is: by rules that say why, and by the scores plants use for risk (domain 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from workflow.hazard.law import GradeRule, Legal, Plant, Reason
from workflow.hazard.state import Grade, Sighting

UNKNOWN = Reason(rule="none", clause="", text="没有对上定级规则，先按一般隐患处理，请安全管理部门核定")


def grade(sighting: Sighting, known: Iterable[GradeRule], *, live_work: bool) -> Grade:
    """The gravest grade any of the ``known`` rules asks for, with every reason. ``live_work``: special work goes on
    at the place.

    Without a rule it is ordinary, and not sure: a picture alone says nothing to a rule.
    """
    rules = [rule for rule in known if _knows(rule, sighting, live_work=live_work)]
    if not rules:
        return Grade(plant=Plant.ORDINARY, legal=Legal.GENERAL, urgent=False, reasons=(UNKNOWN,), sure=False)
    rules.sort(key=lambda rule: (rule.legal is not Legal.MAJOR, -rule.plant.rank))
    return Grade(
        plant=max((rule.plant for rule in rules), key=lambda level: level.rank),
        legal=rules[0].legal,
        urgent=any(rule.urgent for rule in rules),
        reasons=tuple(Reason(rule=rule.key, clause=rule.clause, text=rule.text) for rule in rules),
    )


def _knows(rule: GradeRule, sighting: Sighting, *, live_work: bool) -> bool:
    if rule.kinds and sighting.kind.value not in rule.kinds:
        return False
    if rule.at_live_work and not (live_work or sighting.permit is not None):
        return False
    return any(word in sighting.text for word in rule.words)


class Danger(StrEnum):
    """Bands of the LEC score."""

    EXTREME = "extreme"
    """极其危险."""
    HIGH = "high"
    """高度危险."""
    MARKED = "marked"
    """显著危险."""
    USUAL = "usual"
    """一般危险."""
    SLIGHT = "slight"
    """稍有危险."""


LIKELIHOOD = tuple(map(Decimal, ("10", "6", "3", "1", "0.5", "0.2", "0.1")))
EXPOSURE = tuple(map(Decimal, ("10", "6", "3", "2", "1", "0.5")))
CONSEQUENCE = tuple(map(Decimal, ("100", "40", "15", "7", "3", "1")))
_BANDS: tuple[tuple[Decimal, Danger], ...] = (
    (Decimal(160), Danger.HIGH), (Decimal(70), Danger.MARKED), (Decimal(20), Danger.USUAL),
)  # fmt: skip
_EXTREME_ABOVE = Decimal(320)


def lec(likelihood: Decimal, exposure: Decimal, consequence: Decimal) -> tuple[Decimal, Danger]:
    """``D = L × E × C`` and its band; a band begins at its lower end, the highest only above 320 (domain 3.2).

    Raise ValueError for a figure that is not on the scales.
    """
    for name, value, scale in (
        ("L", likelihood, LIKELIHOOD), ("E", exposure, EXPOSURE), ("C", consequence, CONSEQUENCE),
    ):  # fmt: skip
        if value not in scale:
            raise ValueError(f"{name} is one of {', '.join(map(str, scale))}, not {value}")
    score = likelihood * exposure * consequence
    if score > _EXTREME_ABOVE:
        return score, Danger.EXTREME
    return score, next((band for least, band in _BANDS if score >= least), Danger.SLIGHT)


class Colour(StrEnum):
    """The four colours of risk, from grave to mild."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


LS_BANDS: tuple[tuple[int, Colour], ...] = ((20, Colour.RED), (15, Colour.ORANGE), (9, Colour.YELLOW))
"""The common split; provinces differ, a plant may hand in its own."""


def ls(likelihood: int, severity: int, bands: tuple[tuple[int, Colour], ...] = LS_BANDS) -> tuple[int, Colour]:
    """``R = L × S`` on two scales of 1 to 5, and its colour. Raise ValueError beyond the scales."""
    if not (1 <= likelihood <= 5 and 1 <= severity <= 5):
        raise ValueError("L and S go from 1 to 5")
    score = likelihood * severity
    return score, next((colour for least, colour in bands if score >= least), Colour.BLUE)


GRADE_OF_DANGER: Mapping[Danger, Plant] = {
    Danger.EXTREME: Plant.MAJOR,
    Danger.HIGH: Plant.SERIOUS,
    Danger.MARKED: Plant.SERIOUS,
    Danger.USUAL: Plant.ORDINARY,
    Danger.SLIGHT: Plant.ORDINARY,
}
"""What a score may raise the plant's grade to. It never makes a hazard major before the law."""
