"""Leave by the register: the rules of deputies hold for it, and nobody's own word is overruled or forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.support.works import CHIEF, GUARDIAN, HOUR, SAFETY, SECOND, UNIT_HEAD, at, people
from workflow.delegation import LONGEST, Absences, Event, come_back, evolve, go_away
from workflow.ids import PersonId, SiteId
from workflow.leave import Judged, Kept, Row, judge
from workflow.values import ActorKind, Interval

BLANK = Absences(id="absences", site=SiteId("hc"), known={})
NOW = at("06:00")
TODAY = Interval(start=at("08:00"), end=at("18:00"))
LATER = Interval(start=at("19:00"), end=at("20:00"))


def row(who: PersonId, deputy: PersonId, during: Interval = TODAY, *, active: bool = True) -> Row:
    return Row(person=who, deputy=deputy, during=during, active=active)


def asked(state: Absences, *rows: Row, hours: int = 0) -> Judged:
    return judge(state, rows, people(), at=NOW + hours * HOUR)


def after(state: Absences, events: tuple[Event, ...]) -> Absences:
    for event in events:
        state = evolve(state, event)
    return state


def loaded(state: Absences, *rows: Row, hours: int = 0) -> Absences:
    found = asked(state, *rows, hours=hours)
    assert found.refused == ()
    return after(state, found.events)


def says(state: Absences, who: PersonId, deputy: PersonId, during: Interval = TODAY) -> Absences:
    return after(state, go_away(state, by=who, deputy=deputy, during=during, people=people(), at=NOW))


def refused(state: Absences, *rows: Row) -> list[tuple[int, str]]:
    return [(index, finding.gate) for index, finding in asked(state, *rows).refused]


def test_a_row_is_an_absence_nobody_said_himself_and_loading_it_again_changes_nothing() -> None:
    state = loaded(BLANK, row(UNIT_HEAD, CHIEF))
    (one,) = state.at(at("09:00"))
    assert (one.person, one.deputy, one.registered) == (UNIT_HEAD, CHIEF, True)
    (event,) = asked(BLANK, row(UNIT_HEAD, CHIEF)).events
    assert (event.by.kind, event.person) == (ActorKind.CLOCK, UNIT_HEAD), "not in his name"
    assert asked(state, row(UNIT_HEAD, CHIEF)) == Judged(events=(), kept=(), refused=())
    assert loaded(state, row(UNIT_HEAD, SECOND)).known[UNIT_HEAD].deputy == SECOND, "the register may move its own"


def test_the_rules_of_a_chat_hold_for_the_register() -> None:
    too_long = Interval(start=TODAY.start, end=TODAY.start + LONGEST + timedelta(minutes=1))
    assert refused(BLANK, row(UNIT_HEAD, CHIEF, too_long)) == [(0, "away.time")]
    assert refused(BLANK, row(UNIT_HEAD, UNIT_HEAD)) == [(0, "away.deputy")]
    assert refused(BLANK, row(UNIT_HEAD, PersonId("nobody"))) == [(0, "away.deputy")]
    assert refused(BLANK, row(PersonId("nobody"), CHIEF)) == [(0, "away.person")]
    left = {**people(), UNIT_HEAD: replace(people()[UNIT_HEAD], active=False)}
    (gone,) = judge(BLANK, (row(UNIT_HEAD, CHIEF),), left, at=NOW).refused
    assert gone[1].gate == "away.person"
    assert refused(BLANK, row(UNIT_HEAD, CHIEF), row(UNIT_HEAD, CHIEF, LATER)) == [(1, "away.twice")]


def test_no_chains_in_one_file_whatever_its_order_nor_with_what_was_said() -> None:
    chain = row(UNIT_HEAD, CHIEF), row(CHIEF, SAFETY)
    assert refused(BLANK, *chain) == [(1, "away.chain")]
    assert refused(BLANK, *reversed(chain)) == [(1, "away.chain")]
    assert refused(says(BLANK, CHIEF, SAFETY), row(UNIT_HEAD, CHIEF)) == [(0, "away.chain")]
    assert refused(BLANK, row(UNIT_HEAD, CHIEF), row(CHIEF, SAFETY, LATER)) == [], "at another time"
    turned = loaded(loaded(BLANK, row(UNIT_HEAD, CHIEF)), row(CHIEF, SAFETY), row(UNIT_HEAD, SECOND))
    assert {one.person: one.deputy for one in turned.at(at("09:00"))} == {CHIEF: SAFETY, UNIT_HEAD: SECOND}


def test_his_own_word_stands_until_it_is_over() -> None:
    said = says(BLANK, UNIT_HEAD, SECOND)
    found = asked(said, row(UNIT_HEAD, CHIEF, LATER))
    assert (found.events, found.kept) == ((), ((0, Kept.OWN_WORD),))
    assert asked(said, row(UNIT_HEAD, SECOND)) == Judged(events=(), kept=(), refused=()), "the same is no quarrel"
    assert asked(said, row(UNIT_HEAD, SECOND, active=False)).events == (), "the register ends only its own"
    assert loaded(said, row(UNIT_HEAD, CHIEF, LATER), hours=12).known[UNIT_HEAD].deputy == CHIEF
    past = Interval(start=at("04:00"), end=at("05:00"))
    assert asked(said, row(UNIT_HEAD, CHIEF, past)).kept == (), "a row that is over quarrels with nothing"
    back = after(said, come_back(said, by=UNIT_HEAD, at=NOW))
    assert loaded(back, row(UNIT_HEAD, SECOND)).known[UNIT_HEAD].registered, "he took back his own word, not the file's"


def test_what_he_took_back_or_said_otherwise_does_not_come_back_with_the_file() -> None:
    state = loaded(BLANK, row(UNIT_HEAD, CHIEF))
    back = after(state, come_back(state, by=UNIT_HEAD, at=NOW))
    assert back.at(at("09:00")) == ()
    assert asked(back, row(UNIT_HEAD, CHIEF)) == Judged(events=(), kept=((0, Kept.TAKEN_BACK),), refused=())
    short = Interval(start=TODAY.start, end=at("09:00"))
    otherwise = says(state, UNIT_HEAD, SECOND, short)
    assert asked(otherwise, row(UNIT_HEAD, CHIEF), hours=5).kept == ((0, Kept.TAKEN_BACK),)
    anew = loaded(back, row(UNIT_HEAD, CHIEF, LATER))
    assert anew.known[UNIT_HEAD].during == LATER, "what the register says anew is news"
    assert asked(anew, row(UNIT_HEAD, CHIEF)).kept == ((0, Kept.TAKEN_BACK),), "nor with an older file, after that"
    both = after(anew, come_back(anew, by=UNIT_HEAD, at=NOW))
    for old in (row(UNIT_HEAD, CHIEF), row(UNIT_HEAD, CHIEF, LATER)):
        assert asked(both, old).kept == ((0, Kept.TAKEN_BACK),), "of two he took back neither comes back"
    assert after(both, come_back(says(both, UNIT_HEAD, SECOND), by=UNIT_HEAD, at=at("21:00"))).taken_back == {}


def test_a_row_that_ends_nothing_although_somebody_is_away_says_so() -> None:
    """Whoever takes a leave out by a row that fits no longer believes that nobody stands in."""
    state = loaded(BLANK, row(UNIT_HEAD, CHIEF))
    other = row(UNIT_HEAD, SECOND, active=False)
    assert asked(state, other) == Judged(events=(), kept=((0, Kept.ENDS_NOTHING),), refused=())
    own = says(BLANK, UNIT_HEAD, SECOND)
    assert asked(own, other) == Judged(events=(), kept=((0, Kept.ENDS_NOTHING),), refused=())
    assert asked(state, other, row(UNIT_HEAD, CHIEF)).kept == (), "the file itself says which one stands"
    assert asked(BLANK, other).kept == asked(state, other, hours=12).kept == ()


def test_a_row_can_be_ended_and_one_that_is_over_says_nothing() -> None:
    state = loaded(BLANK, row(UNIT_HEAD, CHIEF), row(GUARDIAN, SECOND))
    ended = loaded(state, row(UNIT_HEAD, CHIEF, active=False))
    assert set(ended.known) == {GUARDIAN}
    assert asked(ended, row(UNIT_HEAD, CHIEF, active=False)).events == ()
    assert loaded(ended, row(UNIT_HEAD, CHIEF)).known[UNIT_HEAD].registered, "and be written again"
    assert asked(BLANK, row(UNIT_HEAD, UNIT_HEAD), hours=12) == Judged(events=(), kept=(), refused=())
