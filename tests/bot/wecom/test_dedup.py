"""The same delivery again is the same; two things in one second are two."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.wecom.dedup import dedup_key
from bot.wecom.documents import read
from tests.support.wecom import SAMPLES, sample

NAMES = sorted(path.stem for path in (SAMPLES / "callbacks").glob("*.xml"))
TAP = "template_card_event_choices"


@pytest.mark.parametrize("name", NAMES)
def test_a_repeated_delivery_has_the_same_key(name: str) -> None:
    assert dedup_key(read(sample(name))) == dedup_key(read(sample(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_key_fits_a_column(name: str) -> None:
    key = dedup_key(read(sample(name)))
    assert len(key) <= 200
    assert key.isascii()


def test_all_samples_of_one_second_and_one_person_differ() -> None:
    keys = [dedup_key(read(sample(name))) for name in NAMES]
    assert len(set(keys)) == len(keys)


def test_two_events_of_one_second_that_differ_in_any_field_are_two() -> None:
    tap = sample(TAP)
    variants = [
        tap,
        tap.replace(b"p1.answer", b"p1.submit"),
        tap.replace(b"draft-9@1", b"draft-9@2"),
        tap.replace(b"c0deB2", b"c0deB3"),
        tap.replace(b"[second]", b"[first]"),
        tap.replace(b"[grinder]", b"[lamp]"),
        tap.replace(b"WangQiang", b"ZhaoMin"),
        tap.replace(b"1749608400", b"1749608401"),
        tap.replace(b"1000002", b"1000003"),
        tap.replace(b"ww0f0e0d0c0b0a0908", b"ww0f0e0d0c0b0a0909"),
        tap.replace(b"template_card_event", b"template_card_menu_event"),
    ]
    for one, other in combinations(variants, 2):
        assert dedup_key(read(one)) != dedup_key(read(other))


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("scancode_waitmsg", b"tank-2", b"tank-3"),
        ("pic_sysphoto", b"7e1a1b", b"7e1a1c"),
        ("location_event", b"31.237049", b"31.237050"),
        ("location_select", b"121.500877", b"121.500878"),
        ("click", b"tasks", b"stop"),
        ("change_contact_update_user", b"UserID><![CDATA[WangQiang", b"UserID><![CDATA[ZhaoMin"),
        ("change_contact_delete_party", b"<Id>8", b"<Id>9"),
    ],
)
def test_events_without_an_id_differ_by_what_they_say(name: str, was: bytes, now: bytes) -> None:
    document = sample(name)
    assert was in document
    assert dedup_key(read(document)) != dedup_key(read(document.replace(was, now)))


def test_a_message_is_known_by_its_id_alone() -> None:
    again = sample("text").replace(b"1749608400", b"1749608405")
    assert dedup_key(read(again)) == dedup_key(read(sample("text")))
    other = sample("text").replace(b"7514129834461184001", b"7514129834461184099")
    assert dedup_key(read(other)) != dedup_key(read(sample("text")))


def test_the_case_of_a_userid_makes_no_second_event() -> None:
    assert dedup_key(read(sample(TAP).replace(b"WangQiang", b"wangqiang"))) == dedup_key(read(sample(TAP)))


def test_ids_of_different_apps_do_not_meet() -> None:
    other = sample("text").replace(b"1000002", b"1000003")
    assert dedup_key(read(other)) != dedup_key(read(sample("text")))
