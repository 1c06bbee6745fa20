"""Packs by industry and moment, merged to the stricter, filled from the defaults, remembered without a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.support.rulebook import PLANT, ZONE, chemical, content, facts, load_with, local, planned, rules, trade
from workflow.errors import NaiveTime, Refused
from workflow.findings import Verdict
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import Details, HeightDetails
from workflow.rules.book import RuleBook
from workflow.rules.matter import Hours, Matter
from workflow.rules.types import Citation, GasRules, PermitRules, Unit
from workflow.values import WorkType

HOUR, MINUTE, NONE = timedelta(hours=1), timedelta(minutes=1), timedelta(0)
BOUNDARY = local("2026-05-01 00:00")


def space(day: str, **said: object) -> Content:
    told = replace(SiteFacts(held_toxic_or_flammable=False), **said)  # type: ignore[arg-type]  # free field names
    return content(WorkType.CONFINED_SPACE, planned=planned(f"{day} 10:00", f"{day} 16:00"), facts=told)


def gas(found: PermitRules) -> GasRules:
    assert found.gas is not None
    return found.gas


def packs(found: PermitRules) -> set[str]:
    return {pack.id for pack in found.packs if pack.id.startswith("cn.")}


# --- which packs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("book", "day", "ids"),
    [
        (chemical(), "2026-04-30", {"cn.certificates", "cn.gb30871.2022"}),
        (chemical(), "2026-05-01", {"cn.certificates", "cn.gb30871.2022", "cn.gb46768.2025"}),
        (trade(), "2026-04-30", {"cn.certificates", "cn.mem13.2023"}),
        (trade(), "2026-05-01", {"cn.certificates", "cn.mem13.2023", "cn.gb46768.2025"}),
    ],
)
def test_packs_in_force(book: RuleBook, day: str, ids: set[str]) -> None:
    at = local(f"{day} 10:00")
    assert {pack.id for pack in book.in_force(WorkType.CONFINED_SPACE, at, ZONE)} <= ids
    assert packs(rules(space(day), book=book)) == ids - {"cn.certificates"}


def test_every_source_is_named_with_its_hash() -> None:
    found = rules(content())
    assert [pack.id for pack in found.packs] == [
        "cn.certificates", "cn.gb30871.2022", "cn.gb9448.2025", "permitbot.defaults", "gases", "vocabulary",
        "calendar.2026", "plant.example",
    ]  # fmt: skip
    assert all(len(pack.hash) == 64 for pack in found.packs)


def test_the_boundary_is_midnight_at_the_site() -> None:
    what = space("2026-05-01")
    early = replace(what, planned=planned("2026-04-30 22:00", "2026-05-01 02:00"))
    last = chemical().rules_for(early, at=BOUNDARY - timedelta(microseconds=1), zone=ZONE)
    first = chemical().rules_for(early, at=BOUNDARY, zone=ZONE)
    assert gas(last).retest_after_break == HOUR
    assert gas(first).retest_after_break == NONE
    assert chemical().rules_for(early, at=BOUNDARY.astimezone(UTC), zone=ZONE) == first


def test_before_the_start_the_planned_start_decides() -> None:
    """Asked for in April, done in May: the rules of May."""
    found = rules(space("2026-05-12"), at=local("2026-04-20 09:00"))
    assert "cn.gb46768.2025" in packs(found)


def test_a_plan_across_a_boundary_shows_it() -> None:
    across = replace(space("2026-05-01"), planned=planned("2026-04-30 22:00", "2026-05-01 02:00"))
    (change,) = rules(across).changes
    assert (change.at, change.title, change.starts) == (BOUNDARY, "GB 46768-2025", True)
    assert rules(space("2026-05-12")).changes == ()


@pytest.mark.parametrize(
    ("start", "end"), [("2026-04-30 22:00", "2026-05-01 00:00"), ("2026-05-01 00:00", "2026-05-01 02:00")]
)
def test_a_plan_that_ends_or_begins_at_a_boundary_lies_on_one_side_of_it(start: str, end: str) -> None:
    assert rules(replace(space("2026-05-01"), planned=planned(start, end))).changes == ()


def test_the_next_change_of_the_law() -> None:
    book = chemical()
    assert book.next_change(local("2025-01-01 00:00"), ZONE) == BOUNDARY
    assert book.next_change(BOUNDARY, ZONE) == local("2026-08-01 00:00")
    assert book.next_change(local("2026-08-01 00:00"), ZONE) is None
    assert book.next_change(local("2020-01-01 00:00"), ZONE) == local("2022-10-01 00:00")


def test_a_pack_binds_through_its_last_day() -> None:
    book = chemical()
    ending = tuple(replace(pack, effective_to=date(2026, 6, 30)) for pack in book.packs)
    (new,) = [pack for pack in ending if pack.id == "cn.gb46768.2025"]
    assert new.in_force(local("2026-06-30 23:59"), ZONE)
    assert not new.in_force(local("2026-07-01 00:00"), ZONE)
    assert replace(book, packs=ending).next_change(BOUNDARY, ZONE) == local("2026-07-01 00:00")


# --- confined space, stricter wins ----------------------------------------------------------------------------------


def limits(found: PermitRules) -> set[tuple[str, Unit, str | None, str | None]]:
    plain = (each for each in gas(found).limits if not each.unknown_gas)
    return {
        (one.gas, one.unit, None if one.low is None else str(one.low), None if one.high is None else str(one.high))
        for one in plain
    }


def test_chemical_space_before_and_after() -> None:
    old, new = rules(space("2026-04-28")), rules(space("2026-05-12"))
    assert (old.max_validity, new.max_validity) == (24 * HOUR, 24 * HOUR)
    assert (gas(old).record_every, gas(new).record_every) == (2 * HOUR, 15 * MINUTE)
    assert (gas(old).retest_after_break, gas(new).retest_after_break) == (HOUR, NONE)
    assert (gas(old).ventilation_always, gas(new).ventilation_always) == (False, True)
    assert (gas(old).ventilate_after_failure, gas(new).ventilate_after_failure) == (False, True)
    assert (gas(old).required, gas(new).required) == (("o2", "flammable"), ("o2", "flammable", "h2s", "co"))
    assert (old.prompt_every, new.prompt_every) == (30 * MINUTE, 15 * MINUTE)
    assert (old.leader_on_site, new.leader_on_site) == (False, True)
    assert old.guardian_may_leave is False
    assert new.guardian_may_leave is False
    assert gas(new).points == ("upper", "middle", "lower")
    assert ("o2", Unit.VOL_PERCENT, "19.5", "21") in limits(new)
    assert ("flammable", Unit.LEL_PERCENT, None, "10") in limits(new)
    assert ("flammable", Unit.VOL_PERCENT, None, "0.5") in limits(new)
    assert ("h2s", Unit.MG_M3, None, "10") in limits(new)


def test_both_sources_are_shown() -> None:
    found = gas(rules(space("2026-05-12")))
    assert found.retest_clause == "GB 46768-2025 6.2.7（严于 GB 30871-2022 6.3 f）"
    assert found.record_clause == "GB 46768-2025 6.2.3（严于 GB 30871-2022 6.5）"
    (oxygen,) = [limit for limit in found.limits if limit.gas == "o2"]
    assert oxygen.clause == "GB 30871-2022 6（严于 GB 46768-2025 5）"


def test_oxygen_rich_space() -> None:
    (oxygen,) = [limit for limit in gas(rules(space("2026-05-12", oxygen_rich=True))).limits if limit.gas == "o2"]
    assert (oxygen.low, oxygen.high) == (Decimal("19.5"), Decimal("23.5"))
    assert oxygen.clause == "GB 30871-2022 6；GB 46768-2025 5"


def test_trade_space() -> None:
    """Order 13 since 2024: any break, ventilation throughout; numbers it does not give come from the defaults."""
    old, new = rules(space("2025-06-11"), book=trade()), rules(space("2026-05-12"), book=trade())
    assert (gas(old).retest_after_break, gas(old).ventilation_always) == (NONE, True)
    assert gas(old).retest_clause == "应急管理部令第13号 第15条"
    assert old.guardian_may_leave is False
    assert ("o2", Unit.VOL_PERCENT, "19.5", "23.5") in limits(old)
    assert ("o2", Unit.VOL_PERCENT, "19.5", "23.5") in limits(new)
    assert gas(new).record_every == 15 * MINUTE
    assert old.validity_clause.startswith("系统默认")
    assert {"flammable", "o2"} <= set(gas(old).required)


@pytest.mark.parametrize(
    ("said", "mechanical"),
    [
        ({}, True),  # nobody has said that gas cannot rise or oxygen run short
        ({"cleared": ("oxygen_shortage", "sudden_change")}, False),
        ({"cleared": ("oxygen_shortage",), "triggers": ("sudden_change",)}, True),
    ],
)
def test_mechanical_ventilation(said: dict[str, object], mechanical: bool) -> None:
    assert gas(rules(space("2026-05-12", **said))).mechanical is mechanical


def test_vapour_work_needs_forced_ventilation_already_before() -> None:
    assert gas(rules(replace(space("2026-04-28"), method=("painting",)))).mechanical is True
    assert gas(rules(space("2026-04-28"))).mechanical is False


# --- hot work -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "hours", "pause", "continuous"),
    [
        (facts(fire_explosion=True, operating=True), 8, 30, True),
        (facts(fire_explosion=True), 8, 30, False),
        (facts(), 72, 60, False),
    ],
)
def test_hot_work_by_grade(said: SiteFacts, hours: int, pause: int, continuous: bool) -> None:
    found = rules(content(facts=said))
    assert found.max_validity == hours * HOUR
    assert gas(found).retest_after_break == pause * MINUTE
    assert gas(found).continuous is continuous
    assert gas(found).max_age == 30 * MINUTE
    assert gas(found).daily is True
    assert found.fire_watch == 30 * MINUTE
    assert found.wind_stop_ms == Decimal("8.0")
    assert found.guardian_may_leave is True
    assert found.start_within == 2 * HOUR


@pytest.mark.parametrize(
    ("triggers", "points"),
    [
        ((), ()),
        (("large_vessel",), ("upper", "middle", "lower")),
        (("outer_wall",), ("around_10m", "inside")),
        (("open_surroundings",), ("around_10m",)),
        (("welder_machine_over_10m",), ("welder_machine",)),
    ],
)
def test_sampling_points(triggers: tuple[str, ...], points: tuple[str, ...]) -> None:
    found = gas(rules(content(facts=facts(triggers=triggers))))
    assert found.points == points
    assert len(found.point_labels) == len(points)


def test_a_railway_nearby_is_a_reminder() -> None:
    (notice,) = rules(content(facts=facts(triggers=("rail_within_25m",)))).notices
    assert "25 m" in notice
    assert "5.2.10" in notice


def test_trade_hot_work_is_borrowed() -> None:
    found = rules(content(), book=trade())
    assert (found.max_validity, found.wind_stop_ms) == (72 * HOUR, Decimal("8.0"))


# --- what cannot be told --------------------------------------------------------------------------------------------


def refusal(what: Content, book: RuleBook | None = None) -> list[tuple[str, Verdict]]:
    with pytest.raises(Refused) as refused:
        rules(what, book=book)
    return [(finding.gate, finding.verdict) for finding in refused.value.findings]


def test_works_that_are_not_offered() -> None:
    text = PLANT.read_text(encoding="utf-8")
    offered = next(line for line in text.splitlines() if line.startswith("start_within: "))
    few = load_with(text.replace(offered, "start_within: {hot: 2 h, cs: 2 h}"))
    for work in set(WorkType) - {WorkType.HOT, WorkType.CONFINED_SPACE}:
        assert refusal(content(work, method=()), few) == [("work_offered", Verdict.UNKNOWN)]
    lonely = text.replace("industry: hazchem", "industry: industry_trade").replace(
        "  approver: platform_session_at_site\n", ""
    )
    assert refusal(content(), load_with(lonely)) == [("work_offered", Verdict.UNKNOWN)]
    closed = load_with(text.replace(offered, "start_within: {cs: 2 h}"))
    assert refusal(content(), closed) == [("work_offered", Verdict.UNKNOWN)]


def test_before_the_standard_there_was_no_permit() -> None:
    assert refusal(content(planned=planned("2022-09-30 10:00", "2022-09-30 12:00"))) == [
        ("work_offered", Verdict.UNKNOWN)
    ]


def test_methods_and_gases_nobody_knows() -> None:
    assert refusal(content(method=("sorcery",))) == [("method", Verdict.UNKNOWN)]
    assert refusal(content(facts=facts(flammable_gas="phlogiston"))) == [("gas", Verdict.UNKNOWN)]
    assert refusal(space("2026-05-12", toxic_gases=("miasma", "miasma"))) == [("gas", Verdict.UNKNOWN)]


def test_an_incomplete_law_offers_nothing() -> None:
    book = chemical()
    bare = tuple(
        replace(pack, works={work: replace(law, start_roles=(), validity={}) for work, law in pack.works.items()})
        for pack in book.packs
    )
    with pytest.raises(Refused) as refused:
        replace(book, packs=bare).rules_for(content(), at=local("2026-11-24 09:00"), zone=ZONE)
    assert "最长有效期、开工签字人" in refused.value.findings[0].fact


def test_a_law_that_tests_gas_says_how_old_a_test_may_be() -> None:
    book = chemical()
    ageless = tuple(
        replace(pack, works={
            work: replace(law, gas=None if law.gas is None else replace(law.gas, max_age=None))
            for work, law in pack.works.items()
        })
        for pack in book.packs
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        replace(book, packs=ageless).rules_for(content(), at=local("2026-11-24 09:00"), zone=ZONE)
    assert "气体分析有效时间" in refused.value.findings[0].fact


def test_without_defaults_the_packs_stand_alone() -> None:
    """GB 30871 is complete for an entry; it only asks for no photos."""
    book = replace(chemical(), packs=tuple(pack for pack in chemical().packs if not pack.fills_gaps))
    found = book.rules_for(space("2026-05-12"), at=local("2026-05-12 09:00"), zone=ZONE)
    assert found.photos == ()
    assert "permitbot.defaults" not in {pack.id for pack in found.packs}


def test_a_naive_time_is_a_bug() -> None:
    with pytest.raises(NaiveTime):
        chemical().rules_for(content(), at=local("2026-11-24 09:00").replace(tzinfo=None), zone=ZONE)


# --- what it remembers ----------------------------------------------------------------------------------------------


def test_the_same_question_gets_the_same_object() -> None:
    book = chemical()
    one, two = rules(content(), book=book), rules(content(), book=book)
    assert one is two
    assert rules(content(method=("electric_welding",)), book=book) is not one


def test_permits_that_differ_in_people_and_places_share_their_rules() -> None:
    """A thousand works at once are a handful of questions; what one of them asks otherwise is asked for it alone."""
    book, plain = replace(chemical()), content()
    elsewhere = content(place="另一处", area=AreaId("elsewhere"), workers=(PersonId("somebody"),))
    assert rules(elsewhere, book=book) is rules(plain, book=book)
    later = content(planned=planned("2026-11-24 09:30", "2026-11-24 11:00"))
    assert rules(later, book=book) is rules(plain, book=book), "as long as the calendar says the same"
    linked = content(linked=(PermitId("SXKJ-1"),))
    assert rules(linked, book=book) is not rules(plain, book=book)
    assert "linked" in rules(linked, book=book).holds


def test_whatever_the_rules_look_at_makes_another_matter() -> None:
    base, hours = content(), hours_of(content())
    others = {
        "work": WorkType.HEIGHT,
        "method": ("electric_welding",),
        "facts": replace(base.facts, triggers=("at_height",)),
        "details": Details(height=HeightDetails(height_m=Decimal(20))),
        "stated_grade": "special",
        "linked": (PermitId("A-1"),),
    }
    for name, value in others.items():
        other = Matter.of(content(**{name: value}), hours)  # type: ignore[arg-type]  # free field names
        assert other != Matter.of(base, hours), name


TIMES = {
    "morning": ("2026-11-24 09:00", "2026-11-24 11:00"),
    "the next morning": ("2026-11-25 09:00", "2026-11-25 11:00"),
    "longer": ("2026-11-24 09:00", "2026-11-24 12:00"),
    "night": ("2026-11-24 21:00", "2026-11-24 23:00"),
    "rest day": ("2026-11-28 09:00", "2026-11-28 11:00"),
    "holiday": ("2026-10-01 09:00", "2026-10-01 11:00"),
    "a year nobody has entered": ("2031-03-04 09:00", "2031-03-04 11:00"),
    "over new year": ("2026-12-31 20:00", "2027-01-01 04:00"),
    "over the first day of a rule": ("2026-04-30 20:00", "2026-05-01 04:00"),
}


@pytest.mark.parametrize("zone", [ZONE, ZoneInfo("Europe/Berlin")])
@pytest.mark.parametrize("what", [content(), space("2026-05-12")], ids=["hot", "space"])
def test_hours_that_are_not_alike_never_share_rules(zone: ZoneInfo, what: Content) -> None:
    """Whatever was asked before, each planned time gets the rules a book gives that was never asked anything."""
    used = replace(chemical())
    for _ in range(2):
        for start, end in TIMES.values():
            what = replace(what, planned=planned(start, end))
            fresh = replace(chemical()).rules_for(what, at=what.planned.start, zone=zone)
            assert used.rules_for(what, at=what.planned.start, zone=zone) == fresh, start


def test_what_the_rules_see_in_a_planned_time() -> None:
    seen = {name: hours_of(replace(content(), planned=planned(*times))) for name, times in TIMES.items()}
    assert [name for name, hours in seen.items() if hours == seen["morning"]] == ["morning", "the next morning"]
    alike = replace(seen["longer"], length=seen["morning"].length)
    assert alike == seen["morning"]
    assert seen["night"].meets.holds == {"night"}
    assert seen["rest day"].meets.holds == {"rest_day"}
    assert seen["holiday"].meets.holds == {"holiday"}
    assert seen["a year nobody has entered"].years == ()
    assert seen["over new year"].meets.notices != seen["night"].meets.notices, "2027 has no calendar yet"
    first_day = planned(*TIMES["over the first day of a rule"])
    assert [one.title for one in hours_of(replace(space("2026-05-12"), planned=first_day)).changes] == ["GB 46768-2025"]


def hours_of(what: Content, zone: ZoneInfo = ZONE) -> Hours:
    return chemical().hours(what, zone)


def test_memory_never_shows() -> None:
    fresh, used = replace(chemical()), replace(chemical())
    for day in range(1, 29):
        rules(content(planned=planned(f"2026-06-{day:02} 10:00", f"2026-06-{day:02} 12:00")), book=used)
    assert fresh == used
    assert rules(content(), book=fresh) == rules(content(), book=used)
    assert "_answers" not in repr(used)


def test_memory_has_a_bottom() -> None:
    book = replace(chemical())
    first = rules(content(stated_grade="0"), book=book)
    for number in range(1, 600):
        rules(content(stated_grade=str(number)), book=book)
    assert len(book._answers) <= 512
    assert rules(content(stated_grade="0"), book=book) == first


def test_the_stricter_of_two_is_worked_out_once_and_never_mixed_up() -> None:
    """Rules come and go, and with them their places in memory: an answer stays with the rules it was given for."""
    book, plain = replace(chemical()), rules(content())
    looser = replace(plain, prompt_every=plain.prompt_every * 2)
    assert book.stricter(looser, plain) is book.stricter(looser, plain)
    for minutes in range(1, 600):
        every = timedelta(minutes=minutes)
        found = book.stricter(plain, replace(plain, prompt_every=every))
        assert found.prompt_every == min(plain.prompt_every, every)
    assert len(book._pairs) <= 1024


def test_two_permits_of_one_day_keep_what_each_was_granted_under() -> None:
    """The rules of this moment are one object for both; what they were requested under is not."""
    book, now = replace(chemical()), rules(content())
    mild, strict = (replace(now, prompt_every=every) for every in (now.prompt_every * 2, MINUTE))
    found = [book.stricter(under, now).prompt_every for under in (mild, strict, mild)]
    assert found == [now.prompt_every, MINUTE, now.prompt_every]


def test_another_zone_is_another_question() -> None:
    """21:00 in Shanghai is night there, and afternoon in Berlin."""
    what = content(planned=planned("2026-11-24 21:00", "2026-11-24 22:00"))
    book = chemical()
    assert book.rules_for(what, at=what.planned.start, zone=ZONE).raised_by == ("night",)
    assert book.rules_for(what, at=what.planned.start, zone=ZoneInfo("Europe/Berlin")).raised_by == ()


# --- words ----------------------------------------------------------------------------------------------------------


def test_methods_questions_and_clauses() -> None:
    book = chemical()
    assert {method.key for method in book.methods(WorkType.HOT)} >= {"electric_welding", "gas_cutting", "grinding"}
    assert book.methods(WorkType.BLIND) == ()
    assert book.question("operating").endswith("？")
    assert Citation(gate="jsa_done", clause="GB 30871-2022 4.1") in rules(content()).citations


def test_only_works_offered_here_can_be_demanded_as_linked_permits() -> None:
    text = PLANT.read_text(encoding="utf-8")
    offered = next(line for line in text.splitlines() if line.startswith("start_within: "))
    few = load_with(text.replace(offered, "start_within: {hot: 2 h, cs: 2 h}"))
    assert [need.work for need in rules(content(), book=few).link_needs] == [WorkType.CONFINED_SPACE]
    assert [need.work for need in rules(space("2026-05-12"), book=few).link_needs] == [WorkType.HOT]
    everywhere = {need.work for need in rules(content()).link_needs}
    assert everywhere >= {WorkType.CONFINED_SPACE, WorkType.HEIGHT, WorkType.BLIND, WorkType.POWER}
