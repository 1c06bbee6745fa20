"""A person's offline PIN: who lets one in, when it counts, how it is locked; and how an outage is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import outage, pins
from workflow.errors import ImpossibleEvent, Refused
from workflow.ids import PermitId, PersonId, SiteId
from workflow.outage import Outage
from workflow.pins import Part, PinBook, Stage, too_plain
from workflow.plant import Person
from workflow.values import Actor

NOW = datetime(2026, 3, 18, 0, 30, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=20)
"""When the outage began."""
WANG, SUN, ZHOU = PersonId("wang"), PersonId("sun"), PersonId("zhou")
EMPTY = PinBook(id=WANG, site=SiteId("hc"))
PERMIT = PermitId("P1")


def officer(who: PersonId = SUN, *, active: bool = True) -> Person:
    return Person(id=who, site=SiteId("hc"), name=who, department="EHS", active=active)


def after(book: PinBook, *events: pins.Event) -> PinBook:
    for event in events:
        book = pins.evolve(book, event)
    return book


def opened(book: PinBook = EMPTY) -> PinBook:
    return after(book, *pins.open_window(book, officer=officer(), safety=(SUN,), at=NOW))


def enrolled(book: PinBook = EMPTY) -> PinBook:
    book = opened(book)
    return after(book, *pins.enrol(book, officer=SUN, at=NOW))


def gate(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.findings[0].gate


@pytest.mark.parametrize(
    ("who", "why"),
    [(officer(ZHOU), "pin.officer"), (officer(active=False), "pin.officer"), (officer(WANG), "pin.self")],
)
def test_only_an_officer_lets_one_in_and_never_his_own(who: Person, why: str) -> None:
    with pytest.raises(Refused) as refused:
        pins.open_window(EMPTY, officer=who, safety=(SUN, WANG), at=NOW)
    assert gate(refused) == why


def test_it_is_enrolled_while_the_officer_stands_by_and_no_later() -> None:
    book = opened()
    for who, at in ((ZHOU, NOW), (SUN, NOW + pins.WINDOW)):
        with pytest.raises(Refused) as refused:
            pins.enrol(book, officer=who, at=at)
        assert gate(refused) == "pin.window"
    book = enrolled()
    assert (book.stage, book.number, book.window) == (Stage.ACTIVE, 1, None)
    with pytest.raises(Refused):
        pins.enrol(book, officer=SUN, at=NOW)
    assert enrolled(book).number == 2


def test_a_locked_one_comes_back_in_this_outage_by_nothing_but_another_enrolment() -> None:
    book = enrolled()
    for _ in range(2):
        book = after(book, *pins.missed(book, tries=3, since=SINCE, at=NOW))
    assert (book.active, book.tries) == (True, 2)
    book = after(book, *pins.missed(book, tries=3, since=SINCE, at=NOW))
    assert book.stage is Stage.LOCKED
    assert pins.missed(book, tries=3, since=SINCE, at=NOW) == (), "nothing more is kept"
    with pytest.raises(Refused) as refused:
        pins.used(book, permit=PERMIT, decision_hash="", part=Part.SIGNER, since=SINCE, at=NOW)
    assert gate(refused) == "pin.gone"
    again = enrolled(book)
    assert (again.active, again.tries) == (True, 0)


def locked() -> PinBook:
    book = enrolled()
    for _ in range(3):
        book = after(book, *pins.missed(book, tries=3, since=SINCE, at=NOW))
    assert book.stage is Stage.LOCKED
    return book


def test_a_lock_ends_with_the_outage_it_was_made_in() -> None:
    book, later = locked(), NOW + timedelta(hours=1)
    assert not book.counts(SINCE)
    assert not book.counts(NOW), "the outage began with the very moment of the lock: not after it"
    assert book.counts(later)
    events = pins.used(book, permit=PERMIT, decision_hash="", part=Part.SIGNER, since=later, at=later)
    assert [type(one).__name__ for one in events] == ["PinReopened", "PinUsed"]
    assert (after(book, *events).active, after(book, *events).tries) == (True, 0)


def test_in_the_next_outage_there_are_as_many_tries_as_in_the_first() -> None:
    book, later = locked(), NOW + timedelta(hours=1)
    for number in range(3):
        assert book.counts(later), number
        book = after(book, *pins.missed(book, tries=3, since=later, at=later))
    assert (book.stage, book.counts(later)) == (Stage.LOCKED, False)
    assert pins.missed(book, tries=3, since=later, at=later) == ()


def test_what_was_given_up_comes_back_in_no_outage() -> None:
    for book in (enrolled(), locked()):
        gone = after(book, *pins.revoke(book, by=WANG, safety=(), at=NOW))
        assert not gone.counts(NOW + timedelta(days=1))
        with pytest.raises(ImpossibleEvent):
            after(gone, pins.PinReopened(by=Actor.clock(), at=NOW))


def test_its_owner_and_an_officer_give_it_up_and_nobody_else() -> None:
    book = enrolled()
    with pytest.raises(Refused) as refused:
        pins.revoke(book, by=ZHOU, safety=(SUN,), at=NOW)
    assert gate(refused) == "pin.owner"
    for who in (WANG, SUN):
        gone = after(book, *pins.revoke(book, by=who, safety=(SUN,), at=NOW))
        assert gone.stage is Stage.REVOKED
        with pytest.raises(Refused):
            pins.used(gone, permit=PERMIT, decision_hash="", part=Part.SECOND, since=SINCE, at=NOW)
        with pytest.raises(Refused):
            pins.revoke(gone, by=who, safety=(SUN,), at=NOW)


def test_no_event_says_what_the_pin_is() -> None:
    assert {name for kind in pins.ALL for name in kind.__dataclass_fields__} == {
        "by", "at", "until", "number", "supervised_by", "permit", "decision_hash", "part",
    }  # fmt: skip


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567890123", "000000", "121212", "234567", "987654", "1a3b5c", "１３５７９０"]
)
def test_what_anybody_would_try_first_is_no_pin(pin: str) -> None:
    assert too_plain(pin)


@pytest.mark.parametrize("pin", ["135792", "904417", "203948576102"])
def test_six_to_twelve_digits_are_one(pin: str) -> None:
    assert not too_plain(pin)


@given(st.lists(st.sampled_from(["right", "wrong", "enrol", "revoke"]), max_size=40), st.integers(3, 5))
def test_however_it_is_tried_so_many_wrong_ones_in_a_row_lock_it(acts: list[str], tries: int) -> None:
    """A model of its own: a count of wrong ones since the last right one or enrolment."""
    book, wrong, good = enrolled(), 0, True
    for act in acts:
        if act == "wrong":
            book = after(book, *pins.missed(book, tries=tries, since=SINCE, at=NOW))
            wrong += good
            good = good and wrong < tries
        elif act == "right" and good:
            book = after(book, *pins.used(book, permit=PERMIT, decision_hash="", part=Part.SIGNER, since=SINCE, at=NOW))
            wrong = 0
        elif act == "right":
            with pytest.raises(Refused):
                pins.used(book, permit=PERMIT, decision_hash="", part=Part.SIGNER, since=SINCE, at=NOW)
        elif act == "enrol":
            book, wrong, good = enrolled(book), 0, True
        elif book.stage is not Stage.REVOKED:
            book, good = after(book, *pins.revoke(book, by=WANG, safety=(), at=NOW)), False
        assert book.active is good


# --- outages --------------------------------------------------------------------------------------------------------

UP = Outage(id="wecom", site=SiteId("hc"))


def looked(known: Outage, *looks: tuple[bool, bool, int]) -> Outage:
    """Looks: down, unwatched, and the minute."""
    for down, unwatched, minute in looks:
        for event in outage.seen(known, down=down, unwatched=unwatched, at=NOW + timedelta(minutes=minute)):
            known = outage.evolve(known, event)
    return known


def test_an_outage_begins_with_the_first_look_that_sees_it_and_ends_with_the_first_that_does_not() -> None:
    assert looked(UP, (True, False, 1), (True, False, 2)).since == NOW + timedelta(minutes=1)
    assert looked(UP, (True, False, 1), (False, False, 2)).since is None
    assert outage.seen(UP, down=False, unwatched=False, at=NOW) == ()


def test_a_house_that_begins_anew_counts_from_its_own_first_look() -> None:
    """Nobody knows what the platform did meanwhile."""
    assert looked(UP, (True, False, 1), (True, True, 30)).since == NOW + timedelta(minutes=30)
    assert looked(UP, (True, False, 1), (False, True, 30)).since is None


def test_what_cannot_follow_is_not_believed() -> None:
    with pytest.raises(ImpossibleEvent):
        outage.evolve(UP, outage.PlatformBack(by=Actor.clock(), at=NOW))
    with pytest.raises(ImpossibleEvent):
        pins.evolve(EMPTY, pins.PinLocked(by=Actor.clock(), at=NOW))
