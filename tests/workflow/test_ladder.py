"""The ladder of a step that waits: half its time, all of it, half as much again; in virtual time, with people who come
and go, and a house that is down for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.dice import Dice
from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    DUTY,
    HOUR,
    MINUTE,
    SAFETY,
    STRANGER,
    UNIT_HEAD,
    Desk,
    at,
    permit_rules,
)
from workflow.effects import ClearTimer, Notify, Purpose, SetTimer
from workflow.escalation import asked_first, step_now, urgent
from workflow.ids import NodeKey, PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.effects_common import MANAGEMENT_GROUP, NODE, REMIND, STEP
from workflow.permit.state import Status
from workflow.rules.types import Grade, Ladder, Role

SPARE = STRANGER
"""Holds the owning unit's post as well, and only stands by."""
STANDBY: dict[str, Any] = {"holders": {Role.SITE_UNIT: (UNIT_HEAD, SPARE)}, "standby": {Role.SITE_UNIT: (SPARE,)}}


@dataclass(slots=True, kw_only=True)
class Town:
    """A desk whose timers fire, and every push about a late step written down: when, why, to whom."""

    desk: Desk
    told: list[tuple[datetime, Purpose, tuple[str, ...]]] = field(default_factory=list)
    rows: dict[str, SetTimer] = field(default_factory=dict)
    read: int = 0

    def settle(self) -> None:
        """Put what was decided into the agenda."""
        for effect in self.desk.done[self.read :]:
            if isinstance(effect, SetTimer):
                self.rows[effect.name] = effect
            elif isinstance(effect, ClearTimer):
                self.rows = {n: row for n, row in self.rows.items() if effect.name and n != effect.name}
            elif isinstance(effect, Notify) and effect.purpose in LATE:
                roles = [one for role in effect.roles for one in self._behind(role, first=effect.first)]
                told = (*effect.people, *roles, *(f"#{group}" for group in effect.groups))
                self.told.append((self.desk.now, effect.purpose, tuple(str(one) for one in told)))
        self.read = len(self.desk.done)

    def _behind(self, role: Role, *, first: bool) -> tuple[PersonId, ...]:
        known = self.desk.facts()
        people = known.holders[role]
        return asked_first(people, known.standby.get(role, ())) if first else people

    def passes(self, until: datetime, *, down: tuple[datetime, datetime] | None = None) -> None:
        """Fire what falls due; nothing while the house is down, and all of that as soon as it is back."""
        self.settle()
        while True:
            due = sorted((self._when(row.due, down), row.due, name) for name, row in self.rows.items() if name in STEP)
            if not due or due[0][0] > until:
                break
            moment, _, name = due[0]
            row = self.rows.pop(name)
            self.desk.now = max(self.desk.now, moment)
            self.desk.ask(replace(row.command, at=self.desk.now))
            self.settle()
        self.desk.now = max(self.desk.now, until)

    @staticmethod
    def _when(due: datetime, down: tuple[datetime, datetime] | None) -> datetime:
        return down[1] if down is not None and down[0] <= due < down[1] else due


LATE = {Purpose.REMIND, Purpose.DEPUTISE, Purpose.ESCALATED}


def town(*, rules: Mapping[str, Any] | None = None, **changed: Any) -> Town:
    """A request that is just asked for at seven, for eight; the owning unit may wait 30 minutes. Nothing is near."""
    desk = Desk(rules=permit_rules(**{"near_start": timedelta(0), **(rules or {})}), **_with(changed))
    found = Town(desk=desk)
    desk.ask(desk.submit())
    found.settle()
    return found


def _with(changed: dict[str, Any]) -> dict[str, Any]:
    holders = changed.pop("holders", None)
    return changed if holders is None else {**changed, "holders": {**Desk().facts().holders, **holders}}


def told(found: Town) -> list[tuple[int, str, str]]:
    """(minutes since it was asked, purpose, people)."""
    return [((when - at("07:00")) // MINUTE, why.value, " ".join(who)) for when, why, who in found.told]


# --- the rungs ------------------------------------------------------------------------------------------------------


def test_half_all_and_half_as_much_again_and_then_the_duty_leader_and_the_group() -> None:
    found = town(**STANDBY)
    found.passes(at("12:00"))
    assert told(found) == [
        (15, "remind", UNIT_HEAD),
        (30, "deputise", SPARE),
        (45, "escalated", CHIEF),
        (60, "escalated", DIRECTOR),
        (75, "escalated", DUTY),
        (90, "escalated", f"#{MANAGEMENT_GROUP}"),
    ]
    assert found.desk.permit.deputised == (SPARE,)
    assert found.desk.permit.signatures == ()


def test_where_nobody_stands_by_the_superior_hears_at_once_and_his_own_in_their_time() -> None:
    found = town()
    found.passes(at("12:00"))
    assert told(found)[:4] == [
        (15, "remind", UNIT_HEAD), (30, "escalated", CHIEF), (60, "escalated", DIRECTOR), (75, "escalated", DUTY)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "soon",
    [
        {"rules": {"near_start": 2 * HOUR}},
        {"rules": {"grade": Grade.SPECIAL}},
    ],
    ids=["near the start", "special grade"],
)
def test_what_is_urgent_is_asked_of_everybody_and_reaches_a_superior_as_soon_as_it_is_late(
    soon: dict[str, Any],
) -> None:
    found = town(**STANDBY, **soon)
    assert urgent(found.desk.permit)
    (asked,) = [one for one in found.desk.done if isinstance(one, Notify) and one.purpose is Purpose.ASK_ACCEPT]
    assert not asked.first
    found.passes(at("07:35"))
    assert told(found) == [(15, "remind", f"{UNIT_HEAD} {SPARE}"), (30, "escalated", CHIEF)]


def test_what_is_not_urgent_is_asked_of_who_does_not_merely_stand_by() -> None:
    found = town(**STANDBY)
    (asked,) = [one for one in found.desk.done if isinstance(one, Notify) and one.purpose is Purpose.ASK_ACCEPT]
    assert asked.first
    assert not urgent(found.desk.permit)
    assert asked_first((UNIT_HEAD, SPARE), (SPARE,)) == (UNIT_HEAD,)
    assert asked_first((SPARE,), (SPARE,)) == (SPARE,), "there is nobody else"


def test_the_plant_writes_its_own_ladder() -> None:
    found = town(**STANDBY, rules={"ladder": Ladder(remind=20, superior=120, further=10)})
    found.passes(at("12:00"))
    assert [minutes for minutes, _, _ in told(found)] == [6, 30, 36, 39, 42, 45]


@pytest.mark.parametrize(
    "wrong",
    [{"remind": 0}, {"remind": 100}, {"remind": -5}, {"superior": 100}, {"superior": 90}, {"further": 0}],
)
def test_a_ladder_goes_up(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a ladder reminds before 100"):
        Ladder(**wrong)


def test_whoever_stands_by_and_may_not_sign_is_passed_over() -> None:
    found = town(**{**STANDBY, "standby": {Role.SITE_UNIT: (SPARE,)}})
    found.desk.changed["holders"] = {**found.desk.facts().holders, Role.SITE_UNIT: (UNIT_HEAD, APPLICANT)}
    found.desk.changed["standby"] = {Role.SITE_UNIT: (APPLICANT,)}
    found.passes(at("07:35"))
    assert told(found)[-1] == (30, "escalated", CHIEF)


@pytest.mark.parametrize(
    ("left", "told_at_all_of_it"),
    [((SPARE,), (30, "deputise", SPARE)), ((UNIT_HEAD, SPARE), (30, "deputise", SPARE)),
     ((SAFETY, SPARE), (30, "deputise", f"{SAFETY} {SPARE}")), ((UNIT_HEAD,), (30, "escalated", CHIEF))],
    ids=["the one who was asked has left", "nobody has left", "another has come", "who stood by has left"],
)  # fmt: skip
def test_who_was_not_asked_is_asked_when_all_the_time_is_over(
    left: tuple[PersonId, ...], told_at_all_of_it: tuple[int, str, str]
) -> None:
    """Who stands by is worked out when the time comes; nobody counts as asked because he holds the post by then."""
    found = town(**STANDBY)
    found.passes(at("07:20"))
    found.desk.changed["holders"] = {**found.desk.facts().holders, Role.SITE_UNIT: left}
    found.desk.changed["asked"] = frozenset({UNIT_HEAD})
    found.passes(at("07:35"))
    assert told(found)[-1] == told_at_all_of_it


def test_who_has_come_to_the_post_is_asked_and_the_superior_waits_no_longer_for_it() -> None:
    """A change of shift: where the plant lets nobody stand by, a superior hears when all the time is over."""
    found = town()
    found.passes(at("07:20"))
    found.desk.changed["holders"] = {**found.desk.facts().holders, Role.SITE_UNIT: (SAFETY,)}
    found.desk.changed["asked"] = frozenset({UNIT_HEAD})
    alone = town()
    alone.passes(at("12:00"))
    found.passes(at("12:00"))
    assert told(found)[1:3] == [(30, "deputise", SAFETY), (30, "escalated", CHIEF)]
    assert [one for one in told(found) if one[1] != "deputise"] == told(alone)


def test_who_signed_before_is_not_asked_to_stand_in() -> None:
    """One person signs one node of a chain."""
    desk = Desk().reach(Status.SUBMITTED)
    desk.changed["holders"] = {**desk.facts().holders, Role.SAFETY_DEPT: (SAFETY, UNIT_HEAD)}
    desk.changed["standby"] = {Role.SAFETY_DEPT: (UNIT_HEAD,)}
    found = Town(desk=desk)
    desk.reach(Status.PREPARING)
    found.desk.hand.page = replace(desk.hand.page, near_start=timedelta(0))
    desk.reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    found.read = len(desk.done)
    (climbed,) = desk.ask(desk.tick(c.NodeOverdue, revision=desk.permit.revision, node=NodeKey("safety_dept"), level=0))
    assert isinstance(climbed, e.NodeEscalated)
    assert (climbed.deputies, climbed.to) == ((), CHIEF)


def test_who_is_away_is_not_asked_to_stand_in_for_his_deputy() -> None:
    """Of three who hold the post one is away, one stands in for him, and one stands by."""
    found = town()
    found.desk.changed["holders"] = {**found.desk.facts().holders, Role.SITE_UNIT: (UNIT_HEAD, SAFETY, SPARE)}
    found.desk.changed["standing_in"] = {Role.SITE_UNIT: {SPARE: (UNIT_HEAD,)}}
    found.desk.changed["standby"] = {Role.SITE_UNIT: (UNIT_HEAD, SAFETY)}
    found.passes(at("07:35"))
    assert told(found)[-1] == (30, "deputise", SAFETY)


def test_who_stands_by_only_for_somebody_of_the_team_is_not_asked() -> None:
    """A deputy is barred where the one he stands in for is; asked, he could not sign, and time would be lost."""
    found = town()
    found.desk.changed["holders"] = {**found.desk.facts().holders, Role.SITE_UNIT: (UNIT_HEAD, APPLICANT, SPARE)}
    found.desk.changed["standing_in"] = {Role.SITE_UNIT: {SPARE: (APPLICANT,)}}
    found.desk.changed["standby"] = {Role.SITE_UNIT: (SPARE,)}
    found.passes(at("07:35"))
    assert told(found)[-1] == (30, "escalated", CHIEF)


def test_what_is_said_of_a_step_names_it() -> None:
    """Else it is said of the next step, held back for manners, to somebody who has just been asked for that."""
    found = town(**STANDBY)
    found.passes(at("08:05"))
    said = [one for one in found.desk.done if isinstance(one, Notify) and one.purpose in LATE and not one.groups]
    assert {one.purpose for one in said} == LATE
    assert [one.step for one in said] == ["1:accept"] * len(said)


# --- what stops it --------------------------------------------------------------------------------------------------


def test_a_reminder_comes_once_and_never_after_it_is_late() -> None:
    found = town()
    desk = found.desk

    def remind(**changes: Any) -> tuple[e.Event, ...]:
        return desk.ask(desk.tick(c.RemindNode, **{"revision": 1, "node": NodeKey("accept"), **changes}))

    assert remind(revision=2) == remind(node=NodeKey("approver")) == ()
    (said,) = remind()
    assert isinstance(said, e.NodeReminded)
    assert remind() == ()
    late = town()
    late.desk.ask(late.desk.tick(c.NodeOverdue, revision=1, node=NodeKey("accept"), level=0))
    assert late.desk.permit.reminded, "who was not reminded in time is so with the first rung"
    assert late.desk.ask(late.desk.tick(c.RemindNode, revision=1, node=NodeKey("accept"))) == ()


def test_a_row_that_was_claimed_when_a_superior_took_charge_says_nothing() -> None:
    found = town()
    found.passes(at("07:31"))
    desk = found.desk
    desk.ask(desk.by(CHIEF, c.AcknowledgeEscalation, node=NodeKey("accept")))
    assert desk.ask(desk.tick(c.NodeOverdue, revision=1, node=NodeKey("accept"), level=1)) == ()


@pytest.mark.parametrize("moment", ["07:05", "07:20", "07:31"])
def test_moving_on_clears_both_timers_and_begins_anew(moment: str) -> None:
    found = town(**STANDBY)
    found.passes(at(moment))
    found.desk.ask(found.desk.by(SPARE, c.AcceptRequest))
    found.settle()
    assert not {REMIND, NODE} & set(found.rows)
    permit = found.desk.permit
    assert (permit.reminded, permit.deputised, permit.escalation_level) == (False, (), 0)
    assert step_now(permit, found.desk.now) == ""


def test_a_step_has_a_name_of_its_revision() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    assert step_now(desk.permit, desk.now) == "1:accept"
    desk.reach(Status.IN_REVIEW)
    assert step_now(desk.permit, desk.now) == "1:site_unit"


# --- any life -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 6000), marks=pytest.mark.deep)], ids=["", "deep"])
def test_in_any_life_rungs_come_in_order_each_once_and_none_is_lost(seeds: range) -> None:
    ended: set[str] = set()
    for number in seeds:
        ended.add(_life(Dice(number)))
    assert ended == {"taken", "signed", "waits"}


def _life(dice: Dice) -> str:
    """One step that waits: people come, go and answer at random, and the house is down for a while."""
    spare, ladder = dice.share() < 0.5, Ladder(remind=dice.between(1, 99), superior=dice.between(101, 300),
                                               further=dice.between(1, 200))  # fmt: skip
    found = town(**(STANDBY if spare else {}), rules={"ladder": ladder})
    asked, wait = found.desk.now, 30 * MINUTE
    fell = asked + dice.between(0, 200) * MINUTE
    down = (fell, fell + dice.between(0, 40) * MINUTE)
    acts = asked + dice.between(1, 400) * MINUTE
    end = asked + 6 * HOUR
    what = dice.choice(("takes", "signs", "nothing"))
    found.passes(min(acts, end), down=down)
    outcome, quiet = "waits", end
    superiors = found.desk.permit.escalated_to
    if what == "takes" and superiors:
        found.desk.ask(found.desk.by(superiors[0], c.AcknowledgeEscalation, node=NodeKey("accept")))
        outcome, quiet = "taken", found.desk.now
    elif what == "signs":
        found.desk.ask(found.desk.by(UNIT_HEAD, c.AcceptRequest))
        outcome, quiet = "signed", found.desk.now
    found.passes(end, down=down)
    _checks(found, ladder=ladder, spare=spare, asked=asked, wait=wait, down=down, quiet=quiet)
    return outcome


def _checks(
    found: Town, *, ladder: Ladder, spare: bool, asked: datetime, wait: timedelta, down: tuple[datetime, datetime],
    quiet: datetime,
) -> None:  # fmt: skip
    """By our own books: what is said, in which order, and when."""
    shares = [ladder.remind, 100, ladder.superior, ladder.superior + ladder.further]
    superiors: list[tuple[Purpose, str]] = [(Purpose.ESCALATED, one) for one in (CHIEF, DIRECTOR)]
    rungs = [(Purpose.REMIND, str(UNIT_HEAD)), (Purpose.DEPUTISE, str(SPARE)), *superiors]
    if not spare:
        rungs.pop(1)
        shares.pop(2)
    rungs += [(Purpose.ESCALATED, DUTY), (Purpose.ESCALATED, f"#{MANAGEMENT_GROUP}")]
    shares += [shares[-1] + ladder.further, shares[-1] + 2 * ladder.further]
    said = [(why, who) for _, why, (who,) in found.told]
    assert said == rungs[: len(said)], "out of order, twice, or to somebody else"
    assert all(when <= quiet for when, _, _ in found.told), "said after it was taken or signed"
    delay = down[1] - down[0]
    for (when, _, _), share in zip(found.told, shares, strict=False):
        assert asked + wait * share / 100 <= when <= asked + wait * share / 100 + delay, "too soon, or too late"
    if len(said) < len(rungs):
        following = asked + wait * shares[len(said)] / 100
        assert following + delay > quiet or following > quiet - delay, "a rung was lost"
