"""Figures in conditions: exact, three-valued, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import TUESDAY, content, matter, rules
from tests.support.six_works import COMMANDER, OPERATOR, SLINGER, height, lift, power, road
from workflow.permit.content import Content
from workflow.permit.details import Details, PowerDetails, PowerDevice
from workflow.permit.named import on_form
from workflow.rules import quantities
from workflow.rules.situation import Known, figures_of, frozen, holds, names_of, open_names
from workflow.rules.stricter import stricter
from workflow.values import Interval

KNOWN = Known(holds=frozenset({"a"}), excluded=frozenset(), figures={"height_m": Decimal("15.0")})


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("height_m>15", False),
        ("height_m>=15", True),
        ("height_m<15.01", True),
        ("height_m<=14.99", False),
        ("!height_m>15", True),
        ("height_m>=15+a", True),
        ("height_m>15|a", True),
        ("mass_t>1", None),
        ("!mass_t>1", None),
        ("mass_t>1+height_m>15", False),
        ("mass_t>1|a", True),
    ],
)
def test_comparisons_have_three_answers(condition: str, answer: bool | None) -> None:
    assert holds(condition, KNOWN) is answer


def test_what_is_open_is_the_figure() -> None:
    assert open_names("mass_t>1+q|mass_t<=0.5", KNOWN) == ("mass_t", "q")
    assert figures_of("mass_t>1+!q|grade=iv") == ("mass_t",)
    assert names_of("mass_t>1+!q|grade=iv") == ("q",)


def with_devices(*kw: str | None) -> Content:
    devices = tuple(PowerDevice(name="泵", kw=None if each is None else Decimal(each)) for each in kw)
    return replace(power(), details=Details(power=PowerDetails(devices=devices)))


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (height("5.0"), {"height_m": Decimal("5.0")}),
        (height(None), {}),
        (lift("39.9"), {"mass_t": Decimal("39.9")}),
        (with_devices("5.5", "2.25"), {"load_kw": Decimal("7.75")}),
        (with_devices("5.5", None), {}),  # one unknown leaves the sum unknown
        (with_devices(), {}),
        (road(), {}),
        (content(), {}),
    ],
)
def test_figures_of_a_permit(what: Content, found: dict[str, Decimal]) -> None:
    six_hours = {"planned_h": Decimal(6)}
    assert quantities.of(matter(what)) == {**found, **six_hours}


def test_the_planned_time_is_exact_and_stays_out_of_the_frozen_rules() -> None:
    longer = Interval(start=TUESDAY.start, end=TUESDAY.start + timedelta(hours=360, microseconds=1))
    known = Known(holds=frozenset(), excluded=frozenset(), figures=quantities.of(matter(road(planned=longer))))
    assert holds("planned_h>360", known) is True
    assert rules(road()).quantities == ()
    assert rules(lift("20")).quantities == (("mass_t", Decimal(20)),)
    assert frozen(rules(lift("20"))).of("mass_t<40") is True


def test_those_a_lift_names() -> None:
    assert on_form(lift("20")) == (COMMANDER, OPERATOR, SLINGER)
    assert on_form(height("6")) == ()


def test_the_stricter_of_two_opens_no_longer_validity_than_both() -> None:
    open_, closed = rules(power()), rules(power(reason="大修"))
    assert (open_.longer_validity, closed.longer_validity) == (timedelta(days=30), None)
    both = stricter(open_, closed)
    assert (both.max_validity, both.longer_validity, both.longer_needs) == (timedelta(days=15), None, "")
    shorter = replace(open_, longer_validity=timedelta(days=20), prompt_every=timedelta(minutes=1))
    assert stricter(open_, shorter).longer_validity == timedelta(days=20)


def test_the_stricter_of_two_confirms_anew_when_one_does() -> None:
    asked = rules(height("6"))
    assert stricter(replace(asked, reconfirm_after_break=False), asked).reconfirm_after_break
    assert stricter(asked, replace(asked, reconfirm_after_break=False)).reconfirm_after_break
