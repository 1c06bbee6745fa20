"""Wall screens: allowed by name for half a year, ended at once, and no more than a site can keep an eye on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.errors import ImpossibleEvent, Refused
from workflow.ids import AreaId, PersonId, SiteId
from workflow.screens import LASTS, LONGEST, MOST, Screens, allow, end, evolve, take
from workflow.values import Actor

NOW = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
SAFETY = PersonId("sunli")
NONE = Screens(id="wall", site=SiteId("hc"))


def allowed(*secrets: str, at: datetime = NOW) -> Screens:
    state = NONE
    for secret in secrets:
        state = evolve(state, allow(state, SAFETY, at, "中控室", secret))
    return state


def test_a_screen_is_seen_through_until_its_half_year_is_over() -> None:
    state = allowed("one")
    found = state.live("one", NOW + LASTS - timedelta(seconds=1))
    assert found is not None
    assert (found.name, found.by) == ("中控室", SAFETY)
    assert state.live("one", NOW + LASTS) is None
    assert state.live("other", NOW) is None
    assert NONE.live("", NOW) is None


def test_an_ended_screen_is_over_at_once_and_the_others_are_not() -> None:
    state = allowed("one", "two")
    event = end(state, SAFETY, NOW, "one")
    assert event is not None
    state = evolve(state, event)
    assert (state.live("one", NOW), state.live("two", NOW) is not None) == (None, True)
    assert end(state, SAFETY, NOW, "one") is None, "ending it twice is nothing"


@pytest.mark.parametrize("name", ["", "   ", "大" * (LONGEST + 1)])
def test_a_screen_has_a_name(name: str) -> None:
    with pytest.raises(Refused):
        allow(NONE, SAFETY, NOW, name, "one")
    assert allow(NONE, SAFETY, NOW, "  中控室\n东墙 ", "one").name == "中控室 东墙"


def test_one_too_many_is_refused_and_lapsed_ones_do_not_count() -> None:
    full = allowed(*(str(number) for number in range(MOST)))
    with pytest.raises(Refused):
        allow(full, SAFETY, NOW, "中控室", "one more")
    assert allow(full, SAFETY, NOW + LASTS, "中控室", "one more").name == "中控室"


def test_what_cannot_follow_does_not() -> None:
    once = allowed("one")
    with pytest.raises(ImpossibleEvent):
        evolve(once, allow(NONE, SAFETY, NOW, "中控室", "one"))
    event = end(once, SAFETY, NOW, "one")
    assert event is not None
    with pytest.raises(ImpossibleEvent):
        evolve(NONE, event)
    with pytest.raises(ImpossibleEvent):
        evolve(NONE, type(event)(by=Actor.clock(), at=NOW, secret_hash="one"))


def test_a_link_to_a_number_is_taken_once_and_a_link_to_the_board_never() -> None:
    here = AreaId("tk2")
    state = evolve(allowed("board"), allow(allowed("board"), SAFETY, NOW, "罐区门口", "one", here))
    assert state.number_screen("one", NOW) is None, "the link itself shows nothing"
    taken = take(state, NOW, "one", "kept")
    assert taken is not None
    after = evolve(state, taken)
    found = after.number_screen("kept", NOW)
    assert (found and found.area) == here
    assert (after.number_screen("one", NOW), after.number_screen("kept", NOW + LASTS)) == (None, None)
    assert take(after, NOW, "one", "again") is None
    for nothing in ("board", "two"):
        assert take(state, NOW, nothing, "kept") is None
    assert take(state, NOW + LASTS, "one", "kept") is None
    over = end(after, SAFETY, NOW, "one")
    assert over is not None
    assert evolve(after, over).number_screen("kept", NOW) is None
    with pytest.raises(ImpossibleEvent):
        evolve(NONE, taken)


def test_a_screen_for_a_place_shows_the_number_of_that_place_as_long_as_it_lives() -> None:
    here, there = AreaId("tk2"), AreaId("tk1")
    state = evolve(allowed("board"), allow(allowed("board"), SAFETY, NOW, "罐区门口", "one", here))
    assert (state.shows_number(here, NOW), state.shows_number(there, NOW)) == (True, False)
    assert not state.shows_number(here, NOW + LASTS)
    event = end(state, SAFETY, NOW, "one")
    assert event is not None
    assert not evolve(state, event).shows_number(here, NOW)
