"""The law of the gate: a yes needs everything, any doubt is a no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.passes import DOUBTS, LIST, MINUTE, NOW, NUMBER, OTHER, PASS, SEEN, told
from workflow.gate_pass import (
    STANDING,
    NotAPass,
    Pass,
    Seen,
    Standing,
    StatusList,
    Verdict,
    entry_key,
    judge,
    list_message,
    opened,
    pass_message,
    read,
    spelled,
)
from workflow.permit.state import Status

KEY, SIGNATURE = b"\x01\x02\x03\x04", bytes(range(64))


def test_everything_in_order_is_the_only_yes() -> None:
    assert judge(now=NOW, shown=PASS, status=LIST, seen=SEEN) is Verdict.ENTER
    assert judge(now=PASS.planned.start - 59 * MINUTE, shown=replace(PASS, issued_at=NOW - 600 * MINUTE),
                 status=replace(LIST, issued_at=NOW - 95 * MINUTE), seen=Seen()) is Verdict.ENTER  # fmt: skip


@pytest.mark.parametrize(("shown", "status", "seen", "verdict"), DOUBTS)
def test_a_single_doubt_is_no_yes(shown: Pass, status: StatusList | None, seen: Seen, verdict: Verdict) -> None:
    assert judge(now=NOW, shown=shown, status=status, seen=seen) is verdict


@pytest.mark.parametrize("seen", [SEEN, replace(SEEN, number=999), replace(SEEN, latest=NOW + 60 * MINUTE)])
def test_a_bad_word_never_grows_old(seen: Seen) -> None:
    stale = replace(told(Standing.SUSPENDED), expires_at=NOW - MINUTE)
    assert judge(now=NOW, shown=PASS, status=stale, seen=seen) is Verdict.SUSPENDED


def test_who_was_suspended_on_paper_may_have_been_resumed_since() -> None:
    paper = replace(PASS, standing=Standing.SUSPENDED)
    assert judge(now=NOW, shown=paper, status=LIST, seen=SEEN) is Verdict.ENTER


def test_only_what_is_issued_or_running_lets_in() -> None:
    assert set(STANDING) == set(Status)
    assert {one for one, standing in STANDING.items() if standing is Standing.MAY_ENTER} == {
        Status.ISSUED, Status.ACTIVE
    }  # fmt: skip


def test_both_come_back_as_they_were() -> None:
    for content, message in ((PASS, pass_message(PASS, KEY)), (LIST, list_message(LIST, KEY))):
        text = spelled(message, SIGNATURE)
        for typed in (text, text.lower(), f" {text}\n"):
            found = opened(typed)
            assert (found.key, found.message, found.signature) == (KEY, message, SIGNATURE)
            assert read(found.message) == content


def test_a_place_described_at_length_ends_early() -> None:
    found = read(pass_message(replace(PASS, place="很长的地点" * 20), KEY))
    assert isinstance(found, Pass)
    assert found.place == "很长的地点" * 3 + "很长的地…"


WHOLE = spelled(pass_message(PASS, KEY), SIGNATURE)


def shaken(message: bytes, change: tuple[bytes, bytes]) -> str:
    """The text of a message in which some bytes were exchanged for others."""
    assert change[0] in message
    return spelled(message.replace(*change), SIGNATURE)


@pytest.mark.parametrize(
    "text",
    ["", "PTW1:DHZY-HC-20260611-001", "PTG1:", "PTG1:!!!", WHOLE[:-20], WHOLE + "AAAAAAAA", WHOLE.replace("PTG", "PTL"),
     "PTL1:" + "A" * 160,
     shaken(pass_message(PASS, KEY), (b"\x06\xe8\xb5\xb5", b"\xff\xe8\xb5\xb5")),
     shaken(pass_message(PASS, KEY), (b"\x06\xe8\xb5\xb5", b"\x05\xe8\xb5\xb5")),
     shaken(list_message(LIST, KEY), (b"\x02HC", b"\x01HC")),
     shaken(list_message(LIST, KEY), (entry_key("HC", NUMBER), b"\xff" * 8)),
     shaken(list_message(LIST, KEY), (entry_key("HC", NUMBER), entry_key("HC", OTHER)))],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(NotAPass):
        read(opened(text).message)


def test_a_pass_names_its_record() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        replace(PASS, head=b"short")
