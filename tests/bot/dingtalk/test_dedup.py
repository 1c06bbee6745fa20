"""What comes again is known again; what is new is not taken for old."""

from __future__ import annotations

import json

import pytest

from bot.dingtalk.dedup import DedupKey, dedup_key
from bot.dingtalk.protocol import read_callback, read_frame
from tests.support.dingtalk import CORP, click, event, message, sample


def key(said: str) -> DedupKey:
    return dedup_key(read_callback(read_frame(said), corp=CORP))


def again(said: str) -> str:
    """The same under a new name of the push, as the platform repeats it."""
    raw = json.loads(said)
    raw["headers"] |= {"messageId": "anew", "time": "1690362999999"}
    return json.dumps(raw)


@pytest.mark.parametrize("said", [message("text"), message("rich_text"), click("button"), click("form")])
def test_a_push_that_comes_again_has_the_same_key(said: str) -> None:
    assert key(said) == key(again(said))


def test_an_event_that_comes_again_has_the_same_key() -> None:
    assert key(event("user_leave_org")) == key(event("user_leave_org", messageId="anew", topic="dingTalk"))
    assert key(event("user_leave_org")) != key(event("user_leave_org", eventId="another"))


def test_one_message_to_two_robots_is_two() -> None:
    assert key(message("text")) != key(message("text", robotCode="dingapp0000000002"))


def test_the_same_line_twice_is_two() -> None:
    assert key(message("text")) != key(message("text", msgId="msgOther=="))


@pytest.mark.parametrize("changed", [{"userId": "managerwang"}, {"outTrackId": "ptw_other"}])
def test_clicks_of_two_people_or_on_two_cards_are_two(changed: dict[str, str]) -> None:
    assert key(click("button")) != key(click("button", **changed))


def bent(name: str, **params: object) -> str:
    content = json.loads(sample("clicks", name)["content"])
    content["cardPrivateData"]["params"] |= params
    return click(name, content=json.dumps(content))


def test_other_choices_another_button_and_a_newer_card_are_another_click() -> None:
    assert key(click("form")) != key(bent("form", form={"grade": {"index": 0, "value": "one"}}))
    assert key(click("button")) != key(bent("button", v="8"))
    assert key(click("button")) != key(bent("button", token="p1.reject.UFQ.3.bg.MAC"))


def test_the_order_in_which_parameters_are_written_says_nothing() -> None:
    params = {"v": "7", "token": "p1.approve.UFQ.3.bg.MAC"}
    content = {"cardPrivateData": {"params": params, "actionIds": ["approve"]}}
    assert key(click("button")) == key(click("button", content=json.dumps(content)))


def test_keys_are_short_and_plain() -> None:
    for said in (message("text", msgId="信" * 200), click("form"), event("check_in")):
        assert len(key(said)) <= 100
        assert key(said).isascii()
