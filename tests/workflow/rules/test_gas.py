"""Air: exact comparison in the unit of the limit, the table of the fact sheet row by row, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.rulebook import chemical, content, facts, local, planned, rules, trade
from workflow.errors import Refused
from workflow.findings import Verdict
from workflow.ids import PersonId
from workflow.permit.content import Content, GasReading, GasSample, SiteFacts
from workflow.rules import gas as air
from workflow.rules.gas import GasVerdict, UnknownReading, judge
from workflow.rules.types import GasKind, GasLimit, GasRules, Unit
from workflow.values import WorkType

VOL, LEL, PPM, MG = Unit.VOL_PERCENT, Unit.LEL_PERCENT, Unit.PPM, Unit.MG_M3
BEFORE = planned("2026-04-28 10:00", "2026-04-28 16:00")  # GB 30871 alone
SINCE = planned("2026-05-12 10:00", "2026-05-12 16:00")  # with GB 46768


def hot(gas: str | None = None) -> Content:
    return content(facts=facts(flammable_gas=gas))


def space(gas: str | None = None, *, since: bool = True, toxic: tuple[str, ...] = (), rich: bool = False) -> Content:
    said = SiteFacts(held_toxic_or_flammable=True, flammable_gas=gas, toxic_gases=toxic, oxygen_rich=rich)
    return content(WorkType.CONFINED_SPACE, facts=said, planned=SINCE if since else BEFORE)


def gas_of(what: Content) -> GasRules:
    found = rules(what).gas
    assert found is not None
    return found


def ask(what: Content, *readings: tuple[str, str, Unit], by: GasRules | None = None) -> GasVerdict:
    values = tuple(GasReading(gas=gas, value=Decimal(value), unit=unit) for gas, value, unit in readings)
    sample = GasSample(sampled_at=local("2026-04-28 09:50"), point="上部", readings=values, analyst=PersonId("wu"))
    return judge(sample, by or gas_of(what), what)


def passes(what: Content, gas: str, value: str, unit: Unit) -> bool:
    return ask(what, (gas, value, unit)).passed


# --- flammable: gas, LEL, limit % vol, the last passing %LEL, with the cap -------------------------------------------

TABLE = [
    ("methane", "0.5", "10.0", "10.0"), ("benzene", "0.2", "16.66", "10"), ("hydrogen", "0.5", "12.5", "10"),
    ("toluene", "0.2", "18.18", "10"), ("co", "0.5", "4.0", "4.0"), ("xylene", "0.2", "20.0", "10"),
    ("nh3", "0.5", "3.33", "3.33"), ("methanol", "0.5", "8.33", "8.33"), ("h2s", "0.5", "12.5", "10"),
    ("ethanol", "0.2", "6.06", "6.06"), ("acetylene", "0.2", "8.0", "8.0"), ("acetone", "0.2", "8.0", "8.0"),
    ("ethylene", "0.2", "7.40", "7.40"), ("styrene", "0.2", "22.22", "10"), ("propane", "0.2", "9.52", "9.52"),
    ("ethylene_oxide", "0.2", "6.66", "6.66"), ("butane", "0.2", "11.11", "10"),
    ("vinyl_chloride", "0.2", "5.55", "5.55"), ("n_hexane", "0.2", "18.18", "10"), ("gasoline", "0.2", "14.28", "10"),
]  # fmt: skip
STEP = Decimal("0.01")


@pytest.mark.parametrize(("gas", "limit", "lel", "capped"), TABLE)
def test_every_row_of_the_table(gas: str, limit: str, lel: str, capped: str) -> None:
    """The figures for reading are cut off, so the printed one passes and one hundredth more does not."""
    work, entry = hot(gas), space(gas)
    assert passes(work, "flammable", limit, VOL)
    assert not passes(work, "flammable", str(Decimal(limit) + Decimal("0.000001")), VOL)
    for what, last in ((work, lel), (entry, capped)):
        assert passes(what, "flammable", last, LEL)
        assert not passes(what, "flammable", str(Decimal(last) + STEP), LEL)


@pytest.mark.parametrize(
    ("what", "gas", "value", "unit", "good"),
    [
        (hot("methane"), "flammable", "10.0", LEL, True),
        (hot("methane"), "flammable", "10.1", LEL, False),
        (hot("hydrogen"), "flammable", "12", LEL, True),  # 0.48 % vol
        (space("hydrogen", since=False), "flammable", "12", LEL, True),
        (space("hydrogen"), "flammable", "12", LEL, False),  # over 10 %LEL
        (hot("n_hexane"), "flammable", "18", LEL, True),  # 0.198 % vol
        (hot("n_hexane"), "flammable", "20", LEL, False),  # 0.220 % vol
        (hot("nh3"), "flammable", "4", LEL, False),  # 0.6 % vol
        (hot(), "flammable", "3.3", LEL, True),  # mixture or unknown gas
        (hot(), "flammable", "3.4", LEL, False),
        (hot(), "flammable", "0.2", VOL, True),
        (hot(), "flammable", "0.21", VOL, False),
        (hot("methane"), "acetylene", "8.0", LEL, True),  # the gas that was read counts, not the one expected
        (hot("methane"), "acetylene", "8.1", LEL, False),
        (hot("methane"), "methane", "5000", PPM, True),  # 0.5 % vol
        (hot("methane"), "methane", "5001", PPM, False),
    ],
)
def test_flammable(what: Content, gas: str, value: str, unit: Unit, good: bool) -> None:
    assert passes(what, gas, value, unit) is good


def test_a_share_of_the_air_is_never_read_as_a_share_of_the_lel() -> None:
    """0.5 is a limit in % vol; a detector that shows 0.5 %LEL is far below it, one that shows 5 % vol far above."""
    assert passes(hot("methane"), "flammable", "0.5", LEL)
    assert not passes(hot("methane"), "flammable", "5", VOL)


def test_an_unknown_gas_cannot_be_held_against_the_cap_in_vol() -> None:
    verdict = ask(space(), ("flammable", "0.1", VOL))
    assert not verdict.passed
    assert "不知道是哪种气体" in verdict.failures[0]
    assert passes(space(), "flammable", "3", LEL)


def test_an_unknown_gas_under_the_cap_alone() -> None:
    """工贸 from 2026-05-01: only the 10 %LEL cap, which needs no conversion."""
    what = replace(space(), planned=SINCE)
    by = rules(what, book=trade()).gas
    assert by is not None
    assert ask(what, ("flammable", "10", LEL), by=by).passed
    assert not ask(what, ("flammable", "10.1", LEL), by=by).passed


def test_without_a_stand_in_for_unknown_gases_a_share_of_the_lel_says_nothing() -> None:
    full = gas_of(hot())
    by = replace(full, limits=tuple(limit for limit in full.limits if not limit.unknown_gas))
    assert not ask(hot(), ("flammable", "1", LEL), by=by).passed


# --- oxygen ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "good"), [("19.4", False), ("19.5", True), ("20.9", True), ("21.0", True), ("21.1", False), ("22", False)]
)
def test_oxygen_in_a_chemical_space(value: str, good: bool) -> None:
    assert passes(space(), "o2", value, VOL) is good
    assert passes(space(since=False), "o2", value, VOL) is good


@pytest.mark.parametrize(("value", "good"), [("19.4", False), ("21.1", True), ("23.5", True), ("23.6", False)])
def test_oxygen_in_an_oxygen_rich_space_and_in_trade(value: str, good: bool) -> None:
    assert passes(space(rich=True), "o2", value, VOL) is good
    by = rules(space(), book=trade()).gas
    assert by is not None
    assert ask(space(), ("o2", value, VOL), by=by).passed is good


@pytest.mark.parametrize(("value", "hinted"), [("21.1", True), ("21.3", True), ("21.4", False), ("19.4", False)])
def test_a_drifting_sensor_is_asked_to_breathe_fresh_air(value: str, hinted: bool) -> None:
    (failure,) = ask(space(), ("o2", value, VOL)).failures
    assert ("新鲜空气校零后复测" in failure) is hinted


def test_oxygen_in_oxygen_service() -> None:
    what = content(facts=facts(triggers=("oxygen_service",)))
    assert gas_of(what).required == ("flammable", "o2")
    assert passes(what, "o2", "23.5", VOL)
    assert not passes(what, "o2", "23.6", VOL)


# --- toxic ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gas", "value", "unit", "good"),
    [
        ("h2s", "10", MG, True),
        ("h2s", "10.01", MG, False),
        ("h2s", "7.05", PPM, True),
        ("h2s", "7.06", PPM, False),
        ("h2s", "8", PPM, False),  # 11.3 mg/m³: a detector set to 10 ppm would stay silent
        ("h2s", "0.0007", VOL, True),
        ("h2s", "0.001", VOL, False),  # 10 ppm
        ("co", "25.76", PPM, True),
        ("co", "25.77", PPM, False),
        ("co", "30", MG, True),
    ],
)
def test_toxic(gas: str, value: str, unit: Unit, good: bool) -> None:
    assert passes(space("methane"), gas, value, unit) is good


@pytest.mark.parametrize(
    ("gas", "last", "kind"),
    [
        ("nh3", "42.37", "STEL"), ("cl2", "0.33", "MAC"), ("so2", "3.75", "STEL"), ("no2", "5.22", "STEL"),
        ("hcn", "0.88", "MAC"), ("benzene", "1.84", "STEL"),
    ],
)  # fmt: skip
def test_toxic_gases_named_in_the_permit(gas: str, last: str, kind: str) -> None:
    what = space("methane", toxic=(gas,))
    assert gas in gas_of(what).required
    assert passes(what, gas, last, PPM)
    failed = ask(what, (gas, str(Decimal(last) + STEP), PPM))
    assert not failed.passed
    assert f"GBZ 2.1 {kind}" in failed.failures[0]


def test_the_basis_of_the_conversion_is_printed() -> None:
    verdict = ask(space(), ("h2s", "8", PPM))
    assert verdict.failures == ("硫化氢 8ppm = 11.3mg/m³（20 ℃），限值 ≤10mg/m³（GBZ 2.1 MAC）",)
    assert verdict.notes == ("硫化氢 8ppm = 11.3 mg/m³（20 ℃）",)


def test_a_rounded_figure_never_hides_a_failure() -> None:
    """7.06 ppm is 10.0024 mg/m³: three digits would print the limit itself."""
    assert "= 10.002mg/m³" in ask(space(), ("h2s", "7.06", PPM)).failures[0]


def test_a_toxic_gas_nobody_named_is_judged_all_the_same() -> None:
    assert not passes(space("methane"), "benzene", "100", MG)
    assert not passes(hot("methane"), "h2s", "20", PPM)


def test_a_gas_both_flammable_and_toxic_is_held_against_both() -> None:
    """Carbon monoxide at 0.1 % vol does not burn, and kills."""
    failures = ask(space("methane"), ("co", "0.1", VOL)).failures
    assert len(failures) == 1
    assert "mg/m³" in failures[0]
    assert ask(hot("co"), ("co", "0.1", VOL)).passed
    assert len(ask(space("methane"), ("co", "2", VOL)).failures) == 3


def test_a_gas_without_a_limit_does_not_pass() -> None:
    table = tuple(replace(row, limit=None) if row.gas == "cl2" else row for row in gas_of(space()).table)
    by = replace(gas_of(space()), table=table)
    verdict = ask(space(), ("cl2", "0.1", PPM), by=by)
    assert not verdict.passed
    assert "限值" in verdict.failures[0]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gas", "value", "unit", "why"),
    [
        ("unobtainium", "1", PPM, "气体表里没有"),
        ("o2", "20.9", LEL, "单位应为 %vol"),
        ("o2", "209000", PPM, "单位应为 %vol"),
        ("cl2", "1", LEL, "没有爆炸下限"),
        ("flammable", "10", MG, "不知道是哪种气体"),
        ("flammable", "-0.5", LEL, "为负"),
        ("flammable", "101", LEL, "超过 100%"),
        ("o2", "NaN", VOL, "不是数字"),
        ("o2", "Infinity", VOL, "不是数字"),
    ],
)
def test_nonsense_is_refused(gas: str, value: str, unit: Unit, why: str) -> None:
    with pytest.raises(UnknownReading) as refused:
        ask(space(), (gas, value, unit))
    assert isinstance(refused.value, Refused)
    (finding,) = refused.value.findings
    assert (finding.gate, finding.verdict) == ("gas_reading", Verdict.UNKNOWN)
    assert why in finding.fact


def test_no_reading_is_no_sample() -> None:
    with pytest.raises(UnknownReading):
        ask(space())


def test_a_gas_whose_mass_is_not_in_the_table_is_not_guessed() -> None:
    table = tuple(replace(row, molar_mass=None) if row.gas == "cl2" else row for row in gas_of(space()).table)
    by = replace(gas_of(space()), table=table)
    with pytest.raises(UnknownReading, match="摩尔质量"):
        ask(space(), ("cl2", "0.1", PPM), by=by)
    assert ask(space(), ("cl2", "1", MG), by=by).passed


# --- what is missing ------------------------------------------------------------------------------------------------


def missing(what: Content, *gases: tuple[str, Unit]) -> tuple[str, ...]:
    readings = tuple(GasReading(gas=gas, value=Decimal(1), unit=unit) for gas, unit in gases)
    sample = GasSample(sampled_at=local("2026-04-28 09:50"), point="上部", readings=readings, analyst=PersonId("wu"))
    return air.missing(sample, gas_of(what), what)


def test_required_gases() -> None:
    assert gas_of(hot()).required == ("flammable",)
    assert gas_of(space(since=False, toxic=("benzene",))).required == ("o2", "flammable", "benzene")
    assert gas_of(space(toxic=("h2s", "benzene"))).required == ("o2", "flammable", "h2s", "co", "benzene")


def test_missing_gases_are_named() -> None:
    assert missing(space(), ("o2", VOL), ("flammable", LEL)) == ("h2s", "co")
    assert missing(space("methane"), ("o2", VOL), ("methane", LEL), ("h2s", PPM), ("co", PPM)) == ()
    assert missing(space(), ("o2", VOL), ("propane", LEL), ("h2s", PPM), ("co", PPM)) == ()
    assert missing(space(), ("o2", VOL), ("h2s", PPM), ("co", PPM)) == ("flammable",)


def test_names_for_people() -> None:
    by = gas_of(space())
    assert [air.label(by, name) for name in ("o2", "flammable", "h2s", "xyz")] == ["氧气", "可燃气", "硫化氢", "xyz"]


# --- exactness ------------------------------------------------------------------------------------------------------

VALUES = st.decimals(min_value=Decimal(0), max_value=Decimal(100), places=6)


@given(value=VALUES, gas=st.sampled_from([row[0] for row in TABLE]))
def test_comparison_is_exact(value: Decimal, gas: str) -> None:
    """An own model of the law in whole numbers: no rounding anywhere decides."""
    lel = chemical().gas_table.find(gas)
    assert lel is not None
    assert lel.lel is not None
    limit = Decimal("0.5") if lel.lel >= 4 else Decimal("0.2")
    lawful = value * lel.lel <= limit * 100
    assert passes(hot(gas), "flammable", str(value), LEL) is lawful
    assert passes(space(gas), "flammable", str(value), LEL) is (lawful and value <= 10)


@given(value=VALUES)
def test_conversions_undo_each_other(value: Decimal) -> None:
    vol = air.lel_to_vol(value, Decimal("1.1"))
    assert air.vol_to_lel(vol, Decimal("1.1")) == Fraction(value)
    mass, room = Decimal("34.08"), Decimal("24.055")
    mg = air.ppm_to_mg_m3(Fraction(value), mass, room)
    assert air.mg_m3_to_ppm(mg, mass, room) == Fraction(value)


def test_flammable_in_milligrams_uses_the_gas_named() -> None:
    """toluene at 100 mg/m³ is 26 ppm: far below 0.2 % vol, and exactly its STEL."""
    what = space("toluene", toxic=("toluene",))
    assert ask(what, ("flammable", "100", MG)).passed
    assert ask(what, ("toluene", "100", MG)).passed
    assert not ask(what, ("toluene", "100.1", MG)).passed


def test_an_upper_bound_alone_and_a_lower_bound_alone() -> None:
    low = GasLimit(gas="o2", kind=GasKind.OXYGEN, unit=VOL, low=Decimal("19.5"), high=None, clause="x")
    by = replace(gas_of(space()), limits=(low,))
    assert ask(space(), ("o2", "99", VOL), by=by).passed
    assert "≥19.5%vol" in ask(space(), ("o2", "19", VOL), by=by).failures[0]
