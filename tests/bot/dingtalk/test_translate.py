"""From the platform's words to the house's: who, what, in which order, under which key."""

from __future__ import annotations

from bot.dingtalk.protocol import read_callback, read_frame
from bot.dingtalk.translate import arrivals_of
from handlers.arrivals import (
    WITHHELD,
    Arrival,
    MembershipChanged,
    Photo,
    PlatformNotice,
    Sender,
    Tap,
    Text,
    Unsupported,
    Video,
    Voice,
)
from tests.support.clock import START
from tests.support.dingtalk import CORP, click, event, message, names
from workflow.ids import SiteId

WANG = Sender(platform="dingtalk", corp=CORP, user="ManagerWang")


def arrivals(said: str) -> tuple[Arrival, ...]:
    return arrivals_of(read_callback(read_frame(said), corp=CORP), site=SiteId("main"), received_at=START)


def test_a_line_keeps_the_spelling_of_its_sender() -> None:
    (one,) = arrivals(message("text"))
    assert isinstance(one, Text)
    assert one.sender == WANG
    assert (one.received_at, one.sent_at is not None) == (START, True)


def test_one_rich_message_is_several_arrivals_in_order_each_with_its_own_key() -> None:
    several = arrivals(message("rich_text"))
    kinds: list[type[Arrival]] = [Text, Photo, Photo, Text]
    assert [type(one) for one in several] == kinds
    assert [one.handle for one in several if isinstance(one, Photo)] == ["d0wnl0adC0de/1", "d0wnl0adC0de/2"]
    assert len({one.dedup_key for one in several}) == 4
    assert several == arrivals(message("rich_text"))


def test_photos_voices_and_videos_carry_the_code_they_are_fetched_by() -> None:
    (photo,) = arrivals(message("picture"))
    (voice,) = arrivals(message("audio"))
    (unheard,) = arrivals(message("audio_unheard"))
    (video,) = arrivals(message("video_ms"))
    assert isinstance(photo, Photo)
    assert photo.handle == "d0wnl0adC0de/picture+1="
    assert isinstance(voice, Voice)
    assert (voice.handle, voice.text) == ("d0wnl0adC0de/audio", "二号罐马上停工")
    assert isinstance(unheard, Voice)
    assert unheard.text is None
    assert isinstance(video, Video)
    assert video.handle == "d0wnl0adC0de/video"


def test_what_we_have_no_use_for_is_answered() -> None:
    for name in ("file", "unknown", "markdown"):
        (one,) = arrivals(message(name))
        assert isinstance(one, Unsupported)


def test_whoever_has_no_user_id_is_a_stranger_whatever_he_calls_himself() -> None:
    for name in ("outside_contact", "unpublished_app", "foreign_corp"):
        (one,) = arrivals(message(name))
        assert one.sender.user.startswith("outside|")
        assert one.sender.corp == CORP


def test_words_that_were_kept_back_are_told_to_both_sides() -> None:
    told, notice = arrivals(message("quota_gone"))
    assert isinstance(told, Unsupported)
    assert (told.kind, told.sender) == (WITHHELD, WANG)
    assert isinstance(notice, PlatformNotice)
    (_, another) = arrivals(message("quota_gone", msgId="msgNext=="))
    assert another.dedup_key == notice.dedup_key, "the operator hears it once a day"


def test_a_click_carries_our_token_our_card_and_what_was_chosen() -> None:
    (tap,) = arrivals(click("form"))
    assert isinstance(tap, Tap)
    assert (tap.sender, tap.token, tap.card) == (WANG, "p1.approve.UFQ.3.bg.MAC", "ptw_5f2c0a")
    assert tap.update_handle is None
    assert tap.chosen["measures"] == ("m1", "m3")


def test_everybody_who_left_is_told_apart() -> None:
    several = arrivals(event("user_leave_org"))
    assert [(type(one), one.sender.user) for one in several] == [
        (MembershipChanged, "ManagerWang"),
        (MembershipChanged, "managerwang"),
    ]
    assert not any(one.joined for one in several if isinstance(one, MembershipChanged))
    assert len({one.dedup_key for one in several}) == 2


def test_events_that_concern_nobody_become_nothing() -> None:
    for name in set(names("events")) - {"user_leave_org", "user_leave_org_other_spelling"}:
        assert arrivals(event(name)) == ()
