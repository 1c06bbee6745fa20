"""A person's keys: who lets one in, when it counts, how it ends; and the words a key signs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import keys
from workflow.decision import Decision, challenge
from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import PermitId, PersonId, SiteId
from workflow.keys import Key, KeyRing, KeySuspended, KeyUsed, Stage
from workflow.plant import Person
from workflow.values import Actor

NOW = datetime(2026, 3, 18, 0, 30, tzinfo=UTC)
WANG, SUN, ZHOU = PersonId("wang"), PersonId("sun"), PersonId("zhou")
EMPTY = KeyRing(id=WANG, site=SiteId("hc"))


def officer(who: PersonId = SUN, *, active: bool = True) -> Person:
    return Person(id=who, site=SiteId("hc"), name=who, department="EHS", active=active)


def key(credential: str = "k1", counter: int = 1) -> Key:
    return Key(
        credential=credential, public_key="pub", aaguid="0", device="安卓手机", counter=counter, enrolled_at=NOW,
        supervised_by=SUN,
    )  # fmt: skip


def after(ring: KeyRing, *events: keys.Event) -> KeyRing:
    for event in events:
        ring = keys.evolve(ring, event)
    return ring


def opened(ring: KeyRing = EMPTY) -> KeyRing:
    return after(ring, *keys.open_window(ring, officer=officer(), safety=(SUN,), at=NOW))


def enrolled(ring: KeyRing = EMPTY, one: Key | None = None) -> KeyRing:
    ring = opened(ring)
    return after(ring, *keys.enrol(ring, officer=SUN, key=one or key(), synced=False, at=NOW))


def gate(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.findings[0].gate


@pytest.mark.parametrize(
    ("who", "why"),
    [(officer(ZHOU), "key.officer"), (officer(active=False), "key.officer"), (officer(WANG), "key.self")],
)
def test_only_another_person_of_the_safety_department_opens_a_window(who: Person, why: str) -> None:
    with pytest.raises(Refused) as refused:
        keys.open_window(EMPTY, officer=who, safety=(SUN, WANG), at=NOW)
    assert gate(refused) == why


def test_nobody_has_more_keys_than_he_can_know() -> None:
    ring = EMPTY
    for number in range(keys.MOST):
        ring = enrolled(ring, key(f"k{number}"))
    with pytest.raises(Refused) as refused:
        opened(ring)
    assert gate(refused) == "key.most"


def test_a_window_lets_one_key_in_and_is_shut_by_time() -> None:
    ring = enrolled()
    assert [one.supervised_by for one in ring.active] == [SUN]
    with pytest.raises(Refused) as refused:
        keys.enrol(ring, officer=SUN, key=key("k2"), synced=False, at=NOW)
    assert gate(refused) == "key.window"
    late = opened()
    with pytest.raises(Refused):
        keys.enrol(late, officer=SUN, key=key(), synced=False, at=NOW + keys.WINDOW)
    assert keys.enrol(late, officer=SUN, key=key(), synced=False, at=NOW + keys.WINDOW - timedelta(seconds=1))


def test_a_window_is_the_officers_who_opened_it() -> None:
    with pytest.raises(Refused) as refused:
        keys.enrol(opened(), officer=ZHOU, key=key(), synced=False, at=NOW)
    assert gate(refused) == "key.window"


def test_a_key_that_was_there_never_comes_again() -> None:
    ring = enrolled()
    ring = after(ring, *keys.revoke(ring, credential="k1", by=WANG, safety=(SUN,), at=NOW))
    assert ring.active == ()
    with pytest.raises(Refused) as refused:
        keys.enrol(opened(ring), officer=SUN, key=key(), synced=False, at=NOW)
    assert gate(refused) == "key.again"
    with pytest.raises(Refused) as gone:
        keys.use(ring, credential="k1", counter=9, at=NOW)
    assert gate(gone) == "key.gone"


@pytest.mark.parametrize(
    ("before", "shown", "counts"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_a_counter_that_does_not_rise_is_a_copy(before: int, shown: int, counts: bool) -> None:
    ring = enrolled(one=key(counter=before))
    used = keys.use(ring, credential="k1", counter=shown, at=NOW)
    assert isinstance(used, KeyUsed if counts else KeySuspended)
    ring = after(ring, used)
    assert [one.stage for one in ring.keys] == [Stage.ACTIVE if counts else Stage.SUSPENDED]
    if not counts:
        with pytest.raises(Refused):
            keys.use(ring, credential="k1", counter=99, at=NOW)


def test_its_owner_and_the_safety_department_give_a_key_up_and_nobody_else() -> None:
    for by in (WANG, SUN):
        assert keys.revoke(enrolled(), credential="k1", by=by, safety=(SUN,), at=NOW)
    with pytest.raises(Refused) as refused:
        keys.revoke(enrolled(), credential="k1", by=ZHOU, safety=(SUN,), at=NOW)
    assert gate(refused) == "key.owner"
    with pytest.raises(Refused):
        keys.revoke(EMPTY, credential="k1", by=WANG, safety=(SUN,), at=NOW)


def test_what_cannot_follow_is_a_bug_or_a_forgery() -> None:
    by = Actor.person(WANG)
    (forged,) = keys.enrol(opened(), officer=SUN, key=key(), synced=False, at=NOW)
    with pytest.raises(ImpossibleEvent):
        keys.evolve(EMPTY, forged)
    with pytest.raises(ImpossibleEvent):
        keys.evolve(EMPTY, KeyUsed(by=by, at=NOW, credential="k1", counter=1))
    suspended = after(enrolled(), KeySuspended(by=by, at=NOW, credential="k1", counter=0, expected_above=1))
    with pytest.raises(ImpossibleEvent):
        keys.evolve(suspended, KeyUsed(by=by, at=NOW, credential="k1", counter=2))
    with pytest.raises(ImpossibleEvent):
        keys.evolve(EMPTY, keys.EnrolmentOpened(by=Actor.clock(), at=NOW, until=NOW))


# --- the words a key signs ------------------------------------------------------------------------------------------

DECISION = Decision(
    permit=PermitId("DHZY-HC-20260318-001"), revision=2, content_hash="ab" * 32, verdict="resume", step="guardian",
    role="guardian", text="已通风", person=WANG, start=NOW, until=NOW + timedelta(minutes=5),
)  # fmt: skip


def test_the_words_are_spelled_in_one_way_only() -> None:
    assert DECISION.canonical() == (
        '{"content_hash":"' + "ab" * 32 + '","from":"2026-03-18T00:30:00Z","permit":"DHZY-HC-20260318-001",'
        '"person":"wang","revision":2,"role":"guardian","step":"guardian","text":"已通风",'
        '"until":"2026-03-18T00:35:00Z","verdict":"resume"}'
    )
    nonce = bytes(range(16))
    expected = hashlib.sha256(b"permitbot.passkey.v1\0" + nonce + b"\0" + DECISION.canonical().encode()).digest()
    assert challenge(DECISION.canonical(), nonce) == expected


SAID = ("permit", "content_hash", "verdict", "step", "role", "text", "person")


@given(st.text(min_size=1, max_size=20), st.sampled_from(SAID))
def test_any_other_decision_is_another_challenge(other: str, field: str) -> None:
    said = json.loads(DECISION.canonical())
    if said[field] == other:
        return
    changed = replace(DECISION, **{field: other})  # type: ignore[arg-type]  # one of the fields that are strings
    assert challenge(changed.canonical(), bytes(16)) != challenge(DECISION.canonical(), bytes(16))


def test_a_window_has_two_ends_a_zone_and_a_nonce_its_length() -> None:
    with pytest.raises(ValueError, match="after it begins"):
        replace(DECISION, until=NOW)
    with pytest.raises(NaiveTime):
        replace(DECISION, start=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="16 bytes"):
        challenge(DECISION.canonical(), b"short")
