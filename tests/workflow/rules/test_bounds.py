"""Single figures of the law: exact, strict or not as the text has it, and of two packs the stricter."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.rulebook import chemical, content, rules, trade
from workflow.rules.bounds import Bound, BoundKind, Compare, of_work, strictest
from workflow.values import WorkType


def bound(compare: str, value: str, kind: BoundKind = BoundKind.LIMIT) -> Bound:
    return Bound(
        key="power.buried_m", compare=Compare(compare), value=Decimal(value), unit="m", clause="10.6", kind=kind
    )


@pytest.mark.parametrize(
    ("compare", "below", "at", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True), (">=", False, True, True)],
)
def test_a_figure_is_compared_exactly(compare: str, below: bool, at: bool, above: bool) -> None:
    figure = bound(compare, "0.7")
    assert [figure.holds(Decimal(v)) for v in ("0.6999999999", "0.70", "0.7000000001")] == [below, at, above]


@pytest.mark.parametrize(
    ("kind", "one", "other", "kept"),
    [
        (BoundKind.LIMIT, ("<=", "80"), ("<=", "75"), ("<=", "75")),
        (BoundKind.LIMIT, (">=", "0.7"), (">", "0.7"), (">", "0.7")),
        (BoundKind.LIMIT, (">", "0.7"), (">=", "0.8"), (">=", "0.8")),
        (BoundKind.TRIGGER, (">=", "30"), (">=", "25"), (">=", "25")),
        (BoundKind.TRIGGER, (">", "24"), (">=", "24"), (">=", "24")),
    ],
)
def test_of_two_packs_the_stricter_counts(
    kind: BoundKind, one: tuple[str, str], other: tuple[str, str], kept: tuple[str, str]
) -> None:
    for pair in ((one, other), (other, one)):
        assert strictest(bound(*each, kind) for each in pair) == (bound(*kept, kind),)


def test_figures_that_face_each_other_cannot_both_be_held() -> None:
    with pytest.raises(ValueError, match="cannot both be held"):
        strictest((bound("<", "1"), bound(">", "1")))


def test_a_work_has_only_its_own_figures() -> None:
    assert of_work((bound(">", "0.7"),), WorkType.ROAD) == ()
    assert of_work((bound(">", "0.7"),), WorkType.POWER) == (bound(">", "0.7"),)


def test_the_packs_give_an_entry_its_figures() -> None:
    space = content(WorkType.CONFINED_SPACE)
    here = rules(space, book=chemical())
    assert {figure.key for figure in here.bounds} >= {"cs.spacing_m", "cs.levels", "cs.voltage_v"}
    found = here.bound("cs.spacing_m")
    assert found is not None
    assert (found.value, found.clause) == (Decimal(8), "GB 46768-2025 5")
    assert rules(space, book=trade()).bound("cs.levels") is None
