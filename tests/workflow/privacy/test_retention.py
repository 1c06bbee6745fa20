"""The table judged: golden case T32, and what a hold and an open permit are worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.retention import RETENTION
from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import PermitId, PersonId, SiteId
from workflow.privacy.keeping import (
    ALL,
    Event,
    Forgotten,
    HoldLifted,
    HoldPlaced,
    Keeping,
    digest_of,
    evolve,
    hold,
    lift,
)
from workflow.privacy.retention import HAZARD, Retention, Thing, kind_of
from workflow.values import Actor

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
DAY = timedelta(days=1)
PERMIT, OFFICER = PermitId("DHZY-HC-20260611-001"), PersonId("ehs")


def kept(thing: Thing, keep: timedelta) -> Retention:
    """The shipped table with one other period."""
    line = RETENTION.lines[thing]
    assert line.refuses(keep) == ""
    return Retention({**RETENTION.lines, thing: replace(line, keep=keep)})


@pytest.mark.parametrize(
    ("thing", "least"), [(Thing.PHOTOS, 365), (Thing.PERMIT_READINGS, 365), (Thing.VOICES, 365), (Thing.VIDEOS, 30)]
)
def test_t32_deletable_by_policy_only_and_never_earlier(thing: Thing, least: int) -> None:
    """A ticket at least a year, a video at least a month (GB 30871-2022 4.18, B.3)."""
    table = kept(thing, least * DAY)
    assert table.forgettable(thing, since=NOW - least * DAY - timedelta(seconds=1), now=NOW)
    assert not table.forgettable(thing, since=NOW - least * DAY, now=NOW)
    assert "至少保存" in RETENTION.lines[thing].refuses((least - 1) * DAY)


def test_t32_the_record_itself_is_never_deleted() -> None:
    line = RETENTION.lines[Thing.JOURNAL]
    assert line.keep is None
    assert RETENTION.before(Thing.JOURNAL, NOW) is None
    assert not RETENTION.forgettable(Thing.JOURNAL, since=NOW - 9999 * DAY, now=NOW)
    assert "不能缩短" in line.refuses(400 * DAY)


def test_what_is_open_unknown_or_held_stays() -> None:
    old = NOW - 9999 * DAY
    assert RETENTION.forgettable(Thing.PHOTOS, since=old, now=NOW)
    assert not RETENTION.forgettable(Thing.PHOTOS, since=None, now=NOW)
    assert not RETENTION.forgettable(Thing.PHOTOS, since=old, now=NOW, held=True)


def test_personal_data_has_an_upper_bound_too() -> None:
    for thing in (Thing.MEDICAL, Thing.DECISIONS, Thing.DRAFTS, Thing.ATTEMPTS, Thing.LOOSE_MEDIA):
        line = RETENTION.lines[thing]
        assert line.most is not None
        assert "最多保存" in line.refuses(line.most + DAY)
        assert "最多保存" in line.refuses(None)


def test_every_line_names_its_source() -> None:
    assert set(RETENTION.lines) == set(Thing)
    assert all(line.clause and line.mark in "TSDU" for line in RETENTION.lines.values())


def test_originals_fall_under_their_own_line() -> None:
    assert kind_of("image/jpeg", bound=True) is Thing.PHOTOS
    assert kind_of("video/mp4", bound=True) is Thing.VIDEOS
    assert kind_of("audio/amr", bound=True) is Thing.VOICES
    assert kind_of("image/jpeg", bound=False) is Thing.LOOSE_MEDIA
    assert kind_of("image/jpeg", bound=True, purpose=HAZARD) is Thing.HAZARD_PHOTOS
    assert kind_of("video/mp4", bound=True, purpose=HAZARD) is Thing.HAZARD_VIDEOS
    assert kind_of("image/jpeg", bound=False, purpose=HAZARD) is Thing.LOOSE_MEDIA


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(NaiveTime):
        RETENTION.before(Thing.PHOTOS, NOW.replace(tzinfo=None))


# --- holds ----------------------------------------------------------------------------------------------------------


def blank() -> Keeping:
    return Keeping(id="holds", site=SiteId("hc"))


def test_a_hold_is_placed_and_lifted_by_name_with_a_reason() -> None:
    (placed,) = hold(blank(), permit=PERMIT, why="事故调查", by=OFFICER, safety=(OFFICER,), at=NOW)
    held = evolve(blank(), placed)
    assert held.held == {PERMIT: "事故调查"}
    (lifted,) = lift(held, permit=PERMIT, why="调查结束", by=OFFICER, safety=(OFFICER,), at=NOW)
    assert evolve(held, lifted).held == {}


@pytest.mark.parametrize(
    ("decide", "state", "by", "why", "gate"),
    [
        (hold, {}, "wang", "事故", "hold.officer"),
        (hold, {}, "ehs", "", "hold.reason"),
        (hold, {PERMIT: "事故"}, "ehs", "事故", "hold.again"),
        (lift, {PERMIT: "事故"}, "wang", "完了", "hold.officer"),
        (lift, {PERMIT: "事故"}, "ehs", "", "hold.reason"),
        (lift, {}, "ehs", "完了", "hold.none"),
    ],
)
def test_holds_refused(decide: Callable[..., object], state: dict[PermitId, str], by: str, why: str, gate: str) -> None:
    keeping = replace(blank(), held=state)
    with pytest.raises(Refused) as refused:
        decide(keeping, permit=PERMIT, why=why, by=PersonId(by), safety=(OFFICER,), at=NOW)
    assert [one.gate for one in refused.value.findings] == [gate]


def test_every_event_moves_the_state_or_cannot_follow() -> None:
    by = Actor.clock()
    held = replace(blank(), held={PERMIT: "事故"})
    lawful: dict[type[Event], tuple[Keeping, Event]] = {
        Forgotten: (blank(), Forgotten(by=by, at=NOW, counts={"photos": 1})),
        HoldPlaced: (blank(), HoldPlaced(by=by, at=NOW, permit=PERMIT, why="事故")),
        HoldLifted: (held, HoldLifted(by=by, at=NOW, permit=PERMIT, why="完了")),
    }
    assert set(lawful) == set(ALL)
    for state, event in lawful.values():
        assert evolve(state, event) != state
    for state, event in ((held, lawful[HoldPlaced][1]), (blank(), lawful[HoldLifted][1])):
        with pytest.raises(ImpossibleEvent):
            evolve(state, event)


def test_the_digest_of_a_batch_is_over_all_of_it_in_order() -> None:
    # printf 'aa\nbb\n' | sha256sum
    assert digest_of(["bb", "aa"]) == "329d670e59ead1543a2d36865895972560bc434204c5f4a0c8219005dd312719"
