"""A guardian's tag: what is believed of it, what is asked when it is outside, and how long it may show nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, hypot, pi, sin
from typing import NamedTuple

import pytest

from handlers.monitoring import Served
from hardware_bridge.positions import Positions, believed
from hardware_bridge.sample import Flag, Position
from hardware_bridge.watching import Wish
from storage.directory import Device
from tests.support.detectors import register, served
from tests.support.dice import Dice
from tests.support.tags import FENCE, HALF, spot, tag, told
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.commands import LeaveSite
from workflow.permit.release import SeenAt
from workflow.permit.state import Status
from workflow.presence import TagRule, Where
from workflow.values import ActorKind, WorkType

NOW = datetime(2026, 5, 12, 3, tzinfo=UTC)
P = PermitId("P-1")
RULE = TagRule(works=frozenset({WorkType.CONFINED_SPACE}))
FENCES = {AreaId("A-1"): FENCE}
OUT = 40


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Post:
    """A permit, tags, and what was asked."""

    def __init__(self, *permits: Served, rows: Iterable[Device] = (tag(),)) -> None:
        self.devices = register(*rows)
        self.positions = Positions()
        self.asked: list[Wish] = []
        self.bind(*permits)

    def bind(self, *permits: Served) -> None:
        self.positions.bind(permits, self.devices, FENCES)

    def hears(self, said: Position, now: datetime) -> list[Wish]:
        self.positions.take(self.devices.by_key[said.device].id, said, now)
        return self.wishes(now)

    def wishes(self, now: datetime) -> list[Wish]:
        self.positions.look(now)
        found = list(self.positions.wishes())
        for wish in found:
            self.positions.heard(wish)
        self.asked += found
        return found

    def walks(self, *east: float, at: datetime = NOW, every: float = 5) -> list[Wish]:
        return [
            wish
            for number, each in enumerate(east)
            for wish in self.hears(told(spot(each)), at + seconds(number * every))
        ]


def test_three_readings_outside_ask_once_that_the_guardian_left() -> None:
    post = Post(served(NOW))
    assert post.walks(0, 0, OUT, OUT) == []
    (wish,) = post.walks(OUT, OUT, OUT, at=NOW + seconds(30))
    assert isinstance(wish.command, LeaveSite)
    assert (wish.permit, wish.command.person) == (P, PersonId("zhaomin"))
    assert (wish.command.by.kind, wish.command.by.id) == (ActorKind.DEVICE, "TAG-1")
    assert post.walks(*[OUT] * 50, at=NOW + seconds(60)) == []


def test_work_taken_up_beside_a_tag_that_is_outside_is_asked_again() -> None:
    post = Post(served(NOW))
    assert len(post.walks(OUT, OUT, OUT)) == 1
    post.bind(served(NOW, status=Status.SUSPENDED, version=2))
    assert len(post.wishes(NOW + seconds(12))) == 1
    post.bind(served(NOW, status=Status.ACTIVE, version=3))
    assert len(post.wishes(NOW + seconds(14))) == 1
    assert post.wishes(NOW + seconds(15)) == []


def test_coming_back_asks_for_nothing() -> None:
    post = Post(served(NOW))
    post.walks(OUT, OUT, OUT)
    post.bind(served(NOW, status=Status.SUSPENDED, version=2))
    post.wishes(NOW + seconds(12))
    assert post.walks(0, 0, 0, 0, at=NOW + seconds(20)) == []
    post.bind(served(NOW, status=Status.SUSPENDED, version=3))
    assert post.wishes(NOW + seconds(40)) == []


def test_only_the_guardians_tag_means_something() -> None:
    rows = (tag("W", "wangqiang"), tag("N", None))
    post = Post(served(NOW), rows=rows)
    for number in range(10):
        for row in rows:
            assert post.hears(told(spot(OUT), key=row.address), NOW + seconds(number * 5)) == []
    post = Post(served(NOW, guardian=PersonId("other")))
    assert post.walks(OUT, OUT, OUT, OUT) == []


def test_another_guardian_begins_anew() -> None:
    post = Post(served(NOW), rows=(tag(), tag("TAG-2", "other")))
    post.walks(OUT, OUT)
    post.bind(served(NOW, guardian=PersonId("other"), version=2))
    assert post.walks(OUT, OUT, OUT, at=NOW + seconds(20)) == []  # he who was relieved may go
    one = served(NOW, guardian=PersonId("other"), version=2)
    assert post.positions.pairs() == {(one.permit, "TAG-2")}


def test_what_is_not_believed() -> None:
    (known,) = register(tag()).by_id.values()
    good = told(spot(0), at=NOW)
    assert believed(known, good, NOW) is not None
    assert believed(known, replace(good, device_time=NOW - seconds(30)), NOW) is not None
    for bad in (
        replace(good, place=None),
        replace(good, mock=True),
        replace(good, flags=frozenset({Flag.STORED})),
        replace(good, flags=frozenset({Flag.FAULT})),
        replace(good, device_time=NOW - seconds(31)),
        replace(good, device_time=NOW + seconds(6)),
    ):
        assert believed(known, bad, NOW) is None
    ahead = believed(known, replace(good, device_time=NOW + seconds(4)), NOW)
    assert ahead is not None
    assert ahead.at == NOW


def test_the_end_of_the_silence_moves_by_what_is_surely_inside() -> None:
    post = Post(served(NOW, tag=RULE))
    post.walks(0)
    assert post.positions.ends(NOW) == {}
    post.walks(0, at=NOW + seconds(5))
    assert post.positions.ends(NOW + seconds(5)) == {P: NOW + seconds(65)}
    post.positions.pushed({P: NOW + seconds(65)})
    post.walks(0, 0, at=NOW + seconds(10))
    assert post.positions.ends(NOW + seconds(15)) == {}  # by less than a quarter of the bound
    post.walks(14, 14, 14, at=NOW + seconds(20))
    assert post.positions.ends(NOW + seconds(30)) == {}  # nearer to the fence than its accuracy
    post.walks(0, at=NOW + seconds(40))
    assert post.positions.ends(NOW + seconds(40)) == {P: NOW + seconds(100)}
    assert post.positions.ends(NOW + seconds(100)) == {}
    post.bind(served(NOW, tag=RULE, status=Status.SUSPENDED, version=2))
    assert post.positions.ends(NOW + seconds(41)) == {}


def test_what_the_tags_show_for_the_work_box() -> None:
    post = Post(served(NOW))
    assert post.positions.shown(P, NOW) == (Where.UNKNOWN, None)
    assert post.positions.shown(PermitId("another"), NOW) == (Where.UNKNOWN, None)
    post.walks(0)
    assert post.positions.shown(P, NOW) == (Where.UNKNOWN, None)
    post.walks(0, 0, at=NOW + seconds(5))
    seen = SeenAt(person=PersonId("zhaomin"), at=NOW + seconds(10))
    assert post.positions.shown(P, NOW + seconds(11)) == (Where.INSIDE, seen)
    post.walks(OUT, OUT, OUT, at=NOW + seconds(20))
    assert post.positions.shown(P, NOW + seconds(31)) == (Where.OUTSIDE, None)


def test_what_can_show_nothing_is_named() -> None:
    assert Post(served(NOW, tag=RULE)).positions.lacking() == ()
    assert Post(served(NOW), rows=()).positions.lacking() == ()
    (none,) = Post(served(NOW, tag=RULE), rows=()).positions.lacking()
    assert none == "the guardian of P-1 wears no registered tag"
    elsewhere = replace(served(NOW, tag=RULE), content=replace(served(NOW).content, area=AreaId("A-9")))
    (none,) = Post(elsewhere).positions.lacking()
    assert none == "the place of P-1 has no fence and no beacon: no tag can be inside it"


# --- lives at random ------------------------------------------------------------------------------------------------


class Life(NamedTuple):
    """How one life ended, in seconds: when the guardian was no longer shown to be there, and when work stopped."""

    what: str
    since: int
    stopped: int | None
    left: bool
    """Whether it was asked that he left; else silence stopped the work."""


LEAVES = ("walks away", "tag dies", "made up", "clock stands", "process dies")


def played(seed: int, *, what: str, bound: int = 60, lasts: int = 0, drift: float = 0, near: bool = False) -> Life:
    """One life, a second at a time: the guardian moves about at his post, then something happens, or nothing does.

    The tag errs by no more than it says, but in spells of drift: there by ``drift`` times as much.
    """
    dice = Dice(seed)
    every, accuracy = dice.choice([1, 2, 5]), dice.choice([2, 3, 4])
    cut = lasts or dice.between(20, 200)
    post = Post(served(NOW, tag=replace(RULE, silent_after=seconds(bound))))
    home, reach = (HALF - 2.0, 2.0) if near else (0.0, HALF - 2.0 * accuracy - 1)
    heading, speed = dice.share() * 2 * pi, 0.8 + dice.share()
    east, north = home, 0.0
    due, since, spell = bound, None if what == "walks away" else cut, 0
    for second in range(cut + 60 + bound + HALF * 2):
        now = NOW + seconds(second)
        if second >= cut and what == "walks away":
            east, north = east + speed * cos(heading), north + speed * sin(heading)
            if since is None and max(abs(east), abs(north)) > HALF:
                since = second
        else:
            east, north = _strolls(dice, (east, north), home, reach)
        if lasts and second >= lasts:
            break
        silent = second >= cut and what in ("tag dies", "process dies")
        if second % every == 0 and not silent:
            spell = spell - 1 if spell else (dice.between(1, 12) if drift and dice.share() < 0.01 else 0)
            off, way = dice.share() * accuracy * (drift if spell else 1), dice.share() * 2 * pi
            place = spot(east + off * cos(way), north + off * sin(way), accuracy=accuracy)
            at = NOW + seconds(cut - 1) if what == "clock stands" and second >= cut else now
            if post.hears(told(place, at=at, mock=what == "made up" and second >= cut), now):
                return Life(what, since or second, second, left=True)
        if not (what == "process dies" and second >= cut):
            ends = post.positions.ends(now)
            post.positions.pushed(ends)
            due = round((ends[P] - NOW).total_seconds()) if ends else due
        if second >= due:
            return Life(what, since or second, due, left=False)
    return Life(what, since or cut, None, left=False)


def _strolls(dice: Dice, here: tuple[float, float], home: float, reach: float) -> tuple[float, float]:
    """A step of a metre, never further than ``reach`` from ``home``."""
    way = dice.share() * 2 * pi
    east, north = here[0] + cos(way), here[1] + sin(way)
    return (east, north) if hypot(east - home, north) <= reach else here


def stopped_in_time(seeds: range) -> list[Life]:
    lives = []
    for seed in seeds:
        what = LEAVES[seed % len(LEAVES)]
        bound = 60 if seed % 2 else 30
        life = played(seed, what=what, bound=bound)
        assert life.stopped is not None, f"{seed} ({what}): never stopped"
        assert life.since <= life.stopped, f"{seed} ({what}): stopped at {life.stopped}, all was well till {life.since}"
        assert life.stopped - life.since <= bound, f"{seed} ({what}): took {life.stopped - life.since} s"
        lives.append(life)
    return lives


def test_a_guardian_who_is_not_shown_to_be_there_stops_the_work_within_the_bound() -> None:
    lives = stopped_in_time(range(300))
    walks = sorted(one.stopped - one.since for one in lives if one.what == "walks away" and one.stopped is not None)
    print(f"left the fence: stopped after {walks[len(walks) // 2]} s (median), {walks[-1]} s (longest)")  # noqa: T201 - for the report
    assert sum(one.left for one in lives if one.what == "walks away") > len(walks) // 2
    assert not any(one.left for one in lives if one.what != "walks away")


@pytest.mark.deep
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_lives(block: int) -> None:
    stopped_in_time(range(1000 + block * 100, 1100 + block * 100))


def test_an_hour_at_the_post_and_what_stops_it_for_nothing() -> None:
    """Figures for the docs. An honest tag well inside never stops the work; drift and the edge of the fence may."""
    figures = {}
    for name, drift, near in (
        ("well inside", 0.0, False),
        ("spells of drift, eight times its accuracy", 8.0, False),
        ("two metres from the fence", 0.0, True),
    ):
        lives = [played(seed, what="nothing", lasts=3600, drift=drift, near=near) for seed in range(3)]
        figures[name] = [one.stopped for one in lives]
        print(f"an hour, {name}: stopped at {figures[name]}")  # noqa: T201 - for the report
    assert figures["well inside"] == [None] * 3


def test_where_the_fence_was_drawn_anew_nobody_has_been_seen_yet() -> None:
    post = Post(served(NOW, tag=RULE))
    post.walks(0, 0)
    assert post.positions.shown(P, NOW + seconds(6))[0] is Where.INSIDE
    moved = tuple(
        spot(east + 400, north) for east, north in ((-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF))
    )
    post.positions.bind((served(NOW, tag=RULE),), post.devices, {AreaId("A-1"): moved})
    assert post.positions.shown(P, NOW + seconds(6)) == (Where.UNKNOWN, None)
    assert post.positions.ends(NOW + seconds(6)) == {}


def test_after_a_clock_was_set_back_whoever_is_seen_keeps_the_work_going() -> None:
    post = Post(served(NOW, tag=RULE))
    post.walks(0, 0)
    post.positions.pushed({P: NOW + timedelta(hours=1)})
    post.walks(0, 0, 0, at=NOW + seconds(10))
    assert post.positions.ends(NOW + seconds(20)) == {P: NOW + seconds(20) + RULE.silent_after}
