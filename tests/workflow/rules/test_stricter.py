"""Of two rules the stricter: never looser than either side, both sources shown, nothing changed for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.support.rulebook import ZONE, chemical, content, facts, local, planned, rules, trade
from workflow.ids import NodeKey, PersonId
from workflow.permit.content import GasReading, GasSample, SiteFacts
from workflow.rules import merge
from workflow.rules.gas import judge
from workflow.rules.law import ChainStep, Duty, Figure, GasLaw, LimitLaw, RequiredGas, Span, WorkLaw
from workflow.rules.stricter import stricter, tightest
from workflow.rules.types import GRADE_RANK, GasKind, GasLimit, Grade, PackRef, PermitRules, PhotoNeed, Role, Unit
from workflow.values import STRENGTH, ProofMethod, WorkType

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SPACE = content(WorkType.CONFINED_SPACE, facts=SiteFacts(held_toxic_or_flammable=False, flammable_gas="hydrogen"))


def space(day: str, trading: bool = False) -> PermitRules:
    what = replace(SPACE, planned=planned(f"{day} 10:00", f"{day} 16:00"))
    return rules(what, book=trade() if trading else chemical())


def hot(said: SiteFacts, day: str = "2026-11-24") -> PermitRules:
    return rules(content(facts=said, planned=planned(f"{day} 10:00", f"{day} 12:00")))


EVERY_SPACE = [space(day, trading) for day, trading in product(("2026-04-28", "2026-05-12"), (False, True))]
EVERY_HOT = [
    hot(facts(fire_explosion=True, operating=True)),
    hot(facts(fire_explosion=True)),
    hot(facts()),
    hot(facts(), "2026-11-28"),
    replace(hot(facts()), gas=None, wind_stop_ms=None, fire_watch=None),
    replace(
        hot(facts()), duty_leader_on_site=True, leader_on_site=True, site_proof=ProofMethod.PASSKEY, near_start=HOUR,
        start_proof=ProofMethod.PASSKEY, resume_proof=ProofMethod.PASSKEY, acceptance_proof=ProofMethod.PASSKEY,
        misses_to_suspend=1, presence_valid=MINUTE, start_within=MINUTE, signatures_within=MINUTE, prompt_every=MINUTE,
        chain=tuple(
            replace(node, proof=ProofMethod.PASSKEY, at_site=True, statutory=False) for node in hot(facts()).chain
        ),
    ),
]  # fmt: skip
PAIRS = [*product(EVERY_SPACE, EVERY_SPACE), *product(EVERY_HOT, EVERY_HOT)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_never_looser_than_either_side(one: PermitRules, other: PermitRules) -> None:
    both = stricter(one, other)
    for side in (one, other):
        assert GRADE_RANK[both.grade] >= GRADE_RANK[side.grade]
        assert both.max_validity <= side.max_validity
        assert both.prompt_every <= side.prompt_every
        assert both.misses_to_suspend <= side.misses_to_suspend
        assert both.start_within <= side.start_within
        assert both.presence_valid <= side.presence_valid
        assert both.signatures_within <= side.signatures_within
        for proof in ("site_proof", "start_proof", "resume_proof", "acceptance_proof"):
            assert STRENGTH[getattr(both, proof)] >= STRENGTH[getattr(side, proof)]
        assert both.guardian_may_leave <= side.guardian_may_leave
        assert both.leader_on_site >= side.leader_on_site
        assert both.duty_leader_on_site >= side.duty_leader_on_site
        assert side.fire_watch is None or (both.fire_watch is not None and both.fire_watch >= side.fire_watch)
        assert side.wind_stop_ms is None or (both.wind_stop_ms is not None and both.wind_stop_ms <= side.wind_stop_ms)
        nodes = {node.key: node for node in both.chain}
        for node in side.chain:
            assert STRENGTH[nodes[node.key].proof] >= STRENGTH[node.proof]
            assert nodes[node.key].at_site >= node.at_site
            assert nodes[node.key].statutory >= node.statutory
        assert set(side.start_roles) <= set(both.start_roles)
        assert {measure.no for measure in side.measures} <= {measure.no for measure in both.measures}
        assert {photo.key for photo in side.photos} <= {photo.key for photo in both.photos}
        assert {need.kinds for need in side.certificates} <= {need.kinds for need in both.certificates}
        assert set(side.packs) <= set(both.packs)
        assert set(side.holds) <= set(both.holds)
        assert not set(both.holds) & set(both.excluded)
        if side.gas is not None:
            assert both.gas is not None
            assert set(side.gas.required) <= set(both.gas.required)
            assert set(side.gas.points) <= set(both.gas.points)
            assert both.gas.max_age <= side.gas.max_age
            assert both.gas.retest_after_break <= side.gas.retest_after_break
            assert side.gas.record_every is None or (
                both.gas.record_every is not None and both.gas.record_every <= side.gas.record_every
            )
            for flag in ("continuous", "daily", "ventilate_after_failure", "ventilation_always", "mechanical"):
                assert getattr(both.gas, flag) >= getattr(side.gas, flag)


READINGS = [("o2", "21.1", Unit.VOL_PERCENT), ("flammable", "11", Unit.LEL_PERCENT), ("h2s", "8", Unit.PPM)]


@pytest.mark.parametrize(("one", "other"), list(product(EVERY_SPACE, EVERY_SPACE)))
@pytest.mark.parametrize(("gas", "value", "unit"), READINGS)
def test_air_that_fails_on_one_side_fails_on_both(
    one: PermitRules, other: PermitRules, gas: str, value: str, unit: Unit
) -> None:
    reading = GasReading(gas=gas, value=Decimal(value), unit=unit)
    sample = GasSample(sampled_at=local("2026-04-28 10:00"), point="上部", readings=(reading,), analyst=PersonId("wu"))

    def passed(side: PermitRules) -> bool:
        assert side.gas is not None
        return judge(sample, side.gas, SPACE).passed

    assert passed(stricter(one, other)) is (passed(one) and passed(other))


def test_nothing_changed_is_the_very_same() -> None:
    frozen = rules(content())
    assert stricter(frozen, frozen) is frozen
    assert stricter(frozen, replace(frozen)) is frozen


def test_a_permit_signed_in_april_works_in_may_under_both() -> None:
    """The instrument binds the work, not the paper."""
    what = replace(SPACE, planned=planned("2026-04-30 20:00", "2026-05-01 10:00"))
    book = chemical()
    frozen = book.rules_for(what, at=what.planned.start, zone=ZONE)
    now = book.rules_for(what, at=local("2026-05-01 00:00"), zone=ZONE)
    both = book.stricter(frozen, now)
    assert both.gas is not None
    assert both.gas.retest_after_break == timedelta(0)
    assert both.gas.retest_clause == "GB 46768-2025 6.2.7（严于 GB 30871-2022 6.3 f）"
    assert {"S1", "S2"} <= {measure.no for measure in both.measures}
    assert both.gas.ventilation_always
    oxygen = [limit for limit in both.gas.limits if limit.gas == "o2"]
    assert [(limit.low, limit.high) for limit in oxygen] == [(Decimal("19.5"), Decimal(21))]


def test_nodes_keep_their_place_and_new_ones_come_last() -> None:
    frozen, now = rules(SPACE), rules(SPACE, book=trade())
    assert [node.key for node in stricter(frozen, now).chain] == ["site_unit", "principal"]
    assert [node.key for node in stricter(now, frozen).chain] == ["site_unit", "principal"]


def test_a_need_that_one_side_only_warns_of_blocks() -> None:
    frozen = rules(SPACE)
    lax = replace(frozen, certificates=tuple(replace(need, blocks=False, max_age=None) for need in frozen.certificates))
    for both in (stricter(frozen, lax), stricter(lax, frozen)):
        assert [(need.blocks, need.max_age) for need in both.certificates] == [
            (need.blocks, need.max_age) for need in frozen.certificates
        ]


def limit(low: str | None, high: str | None, clause: str) -> GasLimit:
    return GasLimit(
        gas="o2",
        kind=GasKind.OXYGEN,
        unit=Unit.VOL_PERCENT,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        clause=clause,
    )


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (limit("19.5", "21", "A"), limit("19.5", "23.5", "B"), ("19.5", "21", "A（严于 B）")),
        (limit("19.5", "23.5", "A"), limit("19.5", "21", "B"), ("19.5", "21", "B（严于 A）")),
        (limit("19.5", "21", "A"), limit("19.5", "21", "B"), ("19.5", "21", "A；B")),
        (limit("19.5", None, "A"), limit(None, "23.5", "B"), ("19.5", "23.5", "A；B")),
        (limit("19.5", "23.5", "A"), limit("20", "23.5", "B"), ("20", "23.5", "B（严于 A）")),
        (limit("20", "23.5", "A"), limit("19.5", "23.5", "B"), ("20", "23.5", "A（严于 B）")),
    ],
)
def test_bands_are_cut_to_what_both_allow(one: GasLimit, other: GasLimit, found: tuple[str, str, str]) -> None:
    (both,) = tightest((one, other))
    assert (str(both.low), str(both.high), both.clause) == found


# --- the law before it is resolved ----------------------------------------------------------------------------------


def span(minutes: int, clause: str) -> Span:
    return Span(value=minutes * MINUTE, clause=clause)


def test_times_and_figures() -> None:
    assert merge.shortest(span(30, "A"), span(60, "B")) == span(30, "A（严于 B）")
    assert merge.shortest(span(60, "A"), span(30, "B")) == span(30, "B（严于 A）")
    assert merge.shortest(span(30, "A"), span(30, "B")) == span(30, "A；B")
    assert merge.shortest(None, span(30, "B")) == span(30, "B")
    assert merge.longest(span(30, "A"), span(60, "B")) == span(60, "B（严于 A）")
    assert merge.longest(span(30, "A"), span(30, "A")) == span(30, "A")
    assert merge.longest(span(30, "A"), None) == span(30, "A")
    low, high = Figure(value=Decimal(8), clause="A"), Figure(value=Decimal(10), clause="B")
    assert merge.lowest(high, low) == Figure(value=Decimal(8), clause="A（严于 B）")
    assert merge.lowest(low, replace(low, clause="C")) == Figure(value=Decimal(8), clause="A；C")
    assert merge.lowest(None, high) == high


def test_a_clause_is_not_said_to_be_stricter_than_itself() -> None:
    assert merge.over("B（严于 A）", "A") == "B（严于 A）"
    assert merge.over("B", "") == "B"


def test_duties_and_conditions_add_up() -> None:
    assert merge.either(Duty(when="a", clause="A"), Duty(when="b", clause="B")) == Duty(when="a|b", clause="A；B")
    assert merge.either(None, Duty(when="b", clause="B")) == Duty(when="b", clause="B")


def step(key: str, **changes: Any) -> ChainStep:
    base = ChainStep(
        key=NodeKey(key), label="", roles={Grade.NONE: Role.SITE_UNIT}, when="always", at_site=False, clause="A"
    )
    return replace(base, **changes)


def test_the_same_node_twice_is_one_node() -> None:
    one = WorkLaw(work=WorkType.HOT, chain=(step("n", grades=(Grade.FIRST,)),))
    other = WorkLaw(
        work=WorkType.HOT, chain=(step("n", at_site=True, when="a", grades=(Grade.SECOND,), statutory=False),)
    )
    (both,) = merge.merge(one, other).chain
    assert (both.at_site, both.when, both.grades, both.statutory) == (
        True,
        "always|a",
        (Grade.FIRST, Grade.SECOND),
        True,
    )
    (every,) = merge.merge(one, WorkLaw(work=WorkType.HOT, chain=(step("n"),))).chain
    assert every.grades == ()


def test_two_gradings_cannot_be_merged() -> None:
    law = next(pack.works[WorkType.HOT] for pack in chemical().packs if pack.id == "cn.gb30871.2022")
    with pytest.raises(ValueError, match="two packs grade"):
        merge.merge(law, law)


EVERY_LAW = [(pack.id, work, law) for pack in chemical().packs for work, law in pack.works.items()]


@pytest.mark.parametrize(("pack", "work", "law"), EVERY_LAW, ids=[f"{pack}-{work}" for pack, work, _ in EVERY_LAW])
def test_nothing_a_law_says_is_lost_beside_one_that_is_silent(pack: str, work: WorkType, law: WorkLaw) -> None:
    full = replace(
        law,
        photos=law.photos or (PhotoNeed(key="scene", label="作业现场"),),
        briefers=law.briefers or (Role.SITE_UNIT,),
        closing_note=law.closing_note or Duty(when="always", clause="A"),
    )
    silent = WorkLaw(work=work)
    assert merge.merge(full, silent) == full
    assert merge.merge(silent, full) == full
    assert merge.fill(full, silent) == full
    assert merge.fill(silent, full) == replace(full, grading_also="")


@pytest.mark.parametrize("one", [*EVERY_SPACE, *EVERY_HOT])
def test_a_new_edition_that_says_the_same_changes_nothing_but_the_source(one: PermitRules) -> None:
    full = replace(one, closing_note=one.closing_note or "厂规")
    edition = PackRef(id="cn.new", hash="1" * 64)
    same = replace(full, packs=(*full.packs, edition))
    assert replace(stricter(full, same), packs=full.packs) == full
    note = replace(same, closing_note="")
    assert stricter(full, note).closing_note == stricter(note, full).closing_note == full.closing_note


def test_gas_needed_under_either_condition() -> None:
    found = merge._required(
        (RequiredGas(gas="o2", when="a"),), (RequiredGas(gas="o2", when="b"), RequiredGas(gas="co", when="c"))
    )
    assert found == (RequiredGas(gas="o2", when="a|b"), RequiredGas(gas="co", when="c"))


def test_defaults_never_overrule() -> None:
    law = WorkLaw(work=WorkType.HOT, validity={Grade.FIRST: span(480, "A")}, fire_watch=span(60, "A"))
    spare = WorkLaw(
        work=WorkType.HOT,
        validity={Grade.FIRST: span(9999, "D"), Grade.SECOND: span(600, "D")},
        fire_watch=span(30, "D"),
        start_roles=(Role.GUARDIAN,),
    )
    found = merge.fill(law, spare)
    assert found.validity == {Grade.FIRST: span(480, "A"), Grade.SECOND: span(600, "D")}
    assert found.fire_watch == span(60, "A")
    assert found.start_roles == (Role.GUARDIAN,)


DUTIES = ("continuous", "daily", "ventilate_after_failure", "ventilation_always", "mechanical")


def gas_law(clause: str) -> GasLaw:
    duties: dict[str, Any] = {name: Duty(when="always", clause=clause) for name in DUTIES}
    return GasLaw(
        max_age=span(30, clause), record_every=span(15, clause), retest={Grade.NONE: span(0, clause)}, **duties
    )


def test_gas_of_the_law_and_of_the_defaults() -> None:
    silent, says = WorkLaw(work=WorkType.HOT, gas=GasLaw()), WorkLaw(work=WorkType.HOT, gas=gas_law("A"))
    spare = WorkLaw(work=WorkType.HOT, gas=gas_law("D"))
    assert merge.fill(silent, spare).gas == gas_law("D")
    assert merge.fill(says, spare).gas == gas_law("A")
    assert merge.fill(says, silent).gas == gas_law("A")
    assert merge.fill(WorkLaw(work=WorkType.HOT), spare).gas == gas_law("D")


def test_gas_of_two_laws() -> None:
    silent, says = WorkLaw(work=WorkType.HOT, gas=GasLaw()), WorkLaw(work=WorkType.HOT, gas=gas_law("A"))
    assert merge.merge(silent, says).gas == merge.merge(says, silent).gas == gas_law("A")
    both = merge.merge(says, WorkLaw(work=WorkType.HOT, gas=gas_law("B"))).gas
    assert both is not None
    assert both.max_age == span(30, "A；B")
    assert all(getattr(both, name) == Duty(when="always", clause="A；B") for name in DUTIES)


def test_a_limit_the_law_conditions_stays_conditioned() -> None:
    law = next(pack.works[WorkType.CONFINED_SPACE] for pack in chemical().packs if pack.id == "cn.gb30871.2022")
    assert law.gas is not None
    rich: list[LimitLaw] = [each for each in law.gas.limits if each.when == "oxygen_rich"]
    assert [each.high for each in rich] == [Decimal("23.5")]
