"""Every documented payload as what it means; everything malformed as a reason, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dingtalk.callbacks import (
    AnyCallback,
    AudioMessage,
    CardClicked,
    DirectoryChanged,
    OtherEvent,
    OtherMessage,
    PeopleLeft,
    Picture,
    PictureMessage,
    QuotaMarker,
    RichMessage,
    TextMessage,
    VideoMessage,
    Words,
)
from bot.dingtalk.protocol import Kind, push_id, read_callback, read_frame
from bot.dingtalk.rejection import RejectedFrame, Rejection
from tests.support.dingtalk import CARD_TOPIC, CORP, ROBOT_TOPIC, click, event, frame, message, names, sample


def opened(said: str) -> AnyCallback:
    return read_callback(read_frame(said), corp=CORP)


def reason(said: str) -> Rejection:
    with pytest.raises(RejectedFrame) as caught:
        opened(said)
    assert str(caught.value) == caught.value.reason.value
    return caught.value.reason


# --- messages


def test_a_line_is_a_text() -> None:
    said = opened(message("text"))
    assert isinstance(said, TextMessage)
    assert said.content == "明早8点到11点 2号罐 二级动火 换法兰 监护赵敏"
    assert (said.sender, said.corp_id, said.message_id) == ("ManagerWang", CORP, "msgXk3v7Qm1oZ2==")
    assert said.robot_code == "dingapp0000000001"
    assert said.created_at == datetime(2025, 6, 11, 2, 20, 0, 456000, UTC)
    assert not said.in_group


def test_the_blank_of_the_call_by_name_is_not_part_of_the_line() -> None:
    said = opened(message("text_in_group"))
    assert isinstance(said, TextMessage)
    assert (said.content, said.in_group) == ("停工 2号罐", True)


def test_a_quoted_message_is_not_said_again() -> None:
    """The reply says 同意; what it quotes says 停工, and somebody else said that."""
    said = opened(message("text_quoting"))
    assert isinstance(said, TextMessage)
    assert said.content == "同意"


def test_the_time_may_be_digits_or_missing() -> None:
    assert opened(message("text_created_as_string")).created_at == opened(message("text")).created_at
    assert opened(message("text", createAt=None)).created_at is None
    assert opened(message("text", createAt="soon")).created_at is None


def test_a_picture() -> None:
    said = opened(message("picture"))
    assert isinstance(said, PictureMessage)
    assert said.download_code == "d0wnl0adC0de/picture+1="


def test_a_rich_text_keeps_its_order_and_joins_what_only_style_cut() -> None:
    said = opened(message("rich_text"))
    assert isinstance(said, RichMessage)
    assert said.parts == (
        Words(content="现场已清理"),
        Picture(download_code="d0wnl0adC0de/1"),
        Picture(download_code="d0wnl0adC0de/2"),
        Words(content="灭火器两具"),
    )


def test_a_rich_text_without_anything_in_it_is_nothing_we_can_use() -> None:
    said = opened(message("rich_text", content={"richText": [{"text": " "}]}))
    assert isinstance(said, OtherMessage)


@pytest.mark.parametrize(("name", "heard"), [("audio", "二号罐马上停工"), ("audio_unheard", "")])
def test_a_voice_comes_with_what_the_platform_heard(name: str, heard: str) -> None:
    said = opened(message(name))
    assert isinstance(said, AudioMessage)
    assert (said.download_code, said.recognition) == ("d0wnl0adC0de/audio", heard)


@pytest.mark.parametrize("name", ["video_ms", "video_seconds_as_text"])
def test_a_video_is_read_however_its_length_is_written(name: str) -> None:
    assert isinstance(opened(message(name)), VideoMessage)


@pytest.mark.parametrize(("name", "kind"), [("file", "file"), ("unknown", "unknownMsgType"), ("markdown", "markdown")])
def test_a_kind_we_have_no_use_for_is_named(name: str, kind: str) -> None:
    said = opened(message(name))
    assert isinstance(said, OtherMessage)
    assert said.kind == kind


@pytest.mark.parametrize("name", ["quota_gone", "quota_gone_other_guide"])
def test_a_message_without_its_words_says_that_the_quota_is_gone(name: str) -> None:
    assert isinstance(opened(message(name)), QuotaMarker)


@pytest.mark.parametrize("nothing", [None, {}, ""])
def test_words_that_are_there_and_empty_are_missing_all_the_same(nothing: object) -> None:
    assert isinstance(opened(message("quota_gone", text=nothing, content=nothing)), QuotaMarker)


def test_an_error_code_takes_no_words_away() -> None:
    assert isinstance(opened(message("text", errorCode=20001)), TextMessage)


@pytest.mark.parametrize("name", ["outside_contact", "unpublished_app", "foreign_corp"])
def test_whoever_has_no_user_id_with_us_has_no_name_either(name: str) -> None:
    said = opened(message(name))
    assert isinstance(said, TextMessage)
    assert said.sender is None
    assert "王强" not in repr(said)


def test_every_sample_is_read() -> None:
    for name in names("messages"):
        opened(message(name))
    for name in names("clicks"):
        opened(click(name))
    for name in names("events"):
        opened(event(name))


# --- clicks


@pytest.mark.parametrize("name", ["button", "value_instead_of_content", "params_beside", "without_extension"])
def test_a_click_is_the_same_wherever_the_platform_writes_it(name: str) -> None:
    said = opened(click(name))
    assert isinstance(said, CardClicked)
    assert (said.user, said.card, said.action) == ("ManagerWang", "ptw_5f2c0a", "approve")
    assert (said.token, said.version, said.chosen) == ("p1.approve.UFQ.3.bg.MAC", "7", {})


def test_a_form_says_which_options_were_chosen() -> None:
    said = opened(click("form"))
    assert isinstance(said, CardClicked)
    assert said.chosen == {
        "grade": ("two",),
        "measures": ("m1", "m3"),
        "gas": ("0.2",),
        "people": ("3",),
        "watched": ("true",),
        "tools": ("t1", "t2"),
        "left_open": (),
    }


def test_a_form_may_be_text_in_text() -> None:
    said = opened(_with_params({"token": "t", "form": json.dumps({"grade": {"index": 0, "value": "one"}})}))
    assert isinstance(said, CardClicked)
    assert said.chosen == {"grade": ("one",)}


def test_a_click_of_another_company_is_none_of_ours() -> None:
    assert reason(click("button", corpId="dingOther")) is Rejection.FOREIGN_CORP


def test_a_click_that_names_its_user_by_another_kind_of_id_is_refused() -> None:
    """A unionId is somebody else's user id in the worst case."""
    assert reason(click("button", userIdType=2)) is Rejection.BAD_FIELD


def _with_params(params: object) -> str:
    return click("button", content=json.dumps({"cardPrivateData": {"actionIds": ["a"], "params": params}}))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (click("button", userId=""), Rejection.MISSING_FIELD),
        (click("button", outTrackId=None), Rejection.MISSING_FIELD),
        (click("button", content=None), Rejection.BAD_DATA),
        (click("button", content="{"), Rejection.BAD_DATA),
        (click("button", content="[]"), Rejection.BAD_DATA),
        (click("button", content='{"cardPrivateData":{"actionIds":["a"]}}'), Rejection.MISSING_FIELD),
        (click("button", content='{"cardPrivateData":{"actionIds":[7],"params":{"token":"t"}}}'), Rejection.BAD_FIELD),
        (_with_params({}), Rejection.MISSING_FIELD),
        (_with_params({"token": 7}), Rejection.BAD_FIELD),
        (_with_params({"token": "t" * 2000}), Rejection.BAD_FIELD),
        (_with_params({"token": "t", "v": {}}), Rejection.BAD_FIELD),
        (_with_params({"token": "t", "form": []}), Rejection.BAD_DATA),
        (_with_params({"token": "t", "form": {"q": [["deep"]]}}), Rejection.BAD_FIELD),
        (_with_params({"token": "t", "form": {"q": ["x"] * 500}}), Rejection.BAD_FIELD),
        (_with_params({"token": "t", "form": {str(n): 1 for n in range(500)}}), Rejection.BAD_FIELD),
    ],
)
def test_a_click_that_cannot_be_read_is_refused(said: str, why: Rejection) -> None:
    assert reason(said) is why


# --- events


def test_who_left_is_named() -> None:
    said = opened(event("user_leave_org"))
    assert isinstance(said, PeopleLeft)
    assert said.users == ("ManagerWang", "managerwang")
    assert said.event_id == "e1f2a3b4c5"
    other = opened(event("user_leave_org_other_spelling"))
    assert isinstance(other, PeopleLeft)
    assert other.users == ("ManagerWang",)


@pytest.mark.parametrize("name", ["user_add_org", "org_dept_modify"])
def test_a_change_of_the_directory(name: str) -> None:
    assert isinstance(opened(event(name)), DirectoryChanged)


@pytest.mark.parametrize("name", ["robot_msg_read", "robot_msg_recall", "check_in"])
def test_what_nobody_acts_on(name: str) -> None:
    assert isinstance(opened(event(name)), OtherEvent)


def test_an_event_of_another_company_is_none_of_ours() -> None:
    assert reason(event("user_leave_org", eventCorpId="dingOther")) is Rejection.FOREIGN_CORP


def test_an_event_without_its_id_is_refused() -> None:
    assert reason(event("user_leave_org", eventId="")) is Rejection.MISSING_FIELD


# --- frames


def test_every_header_but_the_topic_may_be_missing() -> None:
    said = read_frame('{"type":"SYSTEM","headers":{"topic":"disconnect"},"data":"{\\"reason\\":\\"expired\\"}"}')
    assert said.kind is Kind.SYSTEM
    assert said.retires
    assert said.message_id == ""


def test_a_frame_without_data_has_none() -> None:
    assert read_frame('{"type":"SYSTEM","headers":{"topic":"REGISTERED"}}').data == {}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", Rejection.NOT_JSON),
        ("{", Rejection.NOT_JSON),
        ("[" * 100_000, Rejection.NOT_JSON),
        ("[]", Rejection.BAD_FRAME),
        ("{}", Rejection.BAD_FRAME),
        ('{"type":"CALLBACK"}', Rejection.BAD_FRAME),
        ('{"type":"OTHER","headers":{}}', Rejection.BAD_FRAME),
        ('{"type":["CALLBACK"],"headers":{}}', Rejection.BAD_FRAME),
        ('{"type":"CALLBACK","headers":{"topic":7}}', Rejection.BAD_FIELD),
        ('{"type":"CALLBACK","headers":{"topic":"x"},"data":{"raw":"object"}}', Rejection.BAD_DATA),
        ('{"type":"CALLBACK","headers":{"topic":"x"},"data":"no json"}', Rejection.BAD_DATA),
        ('{"type":"CALLBACK","headers":{"topic":"x"},"data":"[]"}', Rejection.BAD_DATA),
        (frame("/v1.0/graph/api/invoke", {}), Rejection.UNKNOWN_TOPIC),
        (frame(ROBOT_TOPIC, {}), Rejection.MISSING_FIELD),
        (frame(CARD_TOPIC, {}), Rejection.BAD_DATA),
        (message("text", msgtype=None), Rejection.MISSING_FIELD),
        (message("text", msgId=""), Rejection.MISSING_FIELD),
        (message("text", msgId="x" * 1000), Rejection.BAD_FIELD),
        (message("text", senderStaffId=["ManagerWang"]), Rejection.BAD_FIELD),
        (message("text", senderStaffId=None, senderId=None), Rejection.MISSING_FIELD),
    ],
)
def test_what_is_malformed_is_refused_with_a_reason_and_no_content(said: str, why: Rejection) -> None:
    assert reason(said) is why


@pytest.mark.parametrize(
    "said",
    [
        message("text", text="no object"),
        message("text", text=None),
        message("text", text={"content": "停" * 100_001}),
        message("picture", content={}),
        message("audio", content={"recognition": 7, "downloadCode": "c"}),
        message("rich_text", content={"richText": "x"}),
        message("rich_text", content={"richText": ["x"]}),
        message("rich_text", content={"richText": [{"text": "x"}] * 100}),
    ],
)
def test_whoever_sent_what_cannot_be_read_hears_so(said: str) -> None:
    """No `RejectedFrame`: the sender is known, and silence could be taken for an answer."""
    read = opened(said)
    assert isinstance(read, OtherMessage)
    assert read.sender == "ManagerWang"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
def test_a_field_of_any_kind_whatever_breaks_nothing(data: st.DataObject) -> None:
    """Every documented payload with one of its fields replaced by anything: read, or refused with a reason."""
    kind = data.draw(st.sampled_from(["messages", "clicks"]))
    payload = sample(kind, data.draw(st.sampled_from(names(kind))))
    payload[data.draw(st.sampled_from(sorted(payload)))] = data.draw(_JSON)
    try:
        opened(frame(ROBOT_TOPIC if kind == "messages" else CARD_TOPIC, payload))
    except RejectedFrame:
        return


def test_a_refused_frame_can_still_be_answered() -> None:
    assert push_id('{"type":"CALLBACK","headers":{"messageId":"m1"},"data":{}}') == "m1"
    for said in ("", "[]", "{}", '{"headers":[]}', '{"headers":{"messageId":7}}'):
        assert push_id(said) == ""


def test_nothing_of_a_frame_but_its_outside_is_printed() -> None:
    assert "动火" not in repr(read_frame(message("text")))
    assert sample("messages", "text")["sessionWebhook"] not in repr(opened(message("text")))
    assert "MAC" not in repr(opened(click("button")))
