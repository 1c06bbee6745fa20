"""The structural check of app cards, code by code."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.wecom import ApiError, Quirks, Twin
from sandbox.wecom.cards import Phase, check_app_card
from sandbox.wecom.reading import Note, NoteKind, Notes
from tests.support.wecom_twin import (
    AGENT,
    CORP,
    JPEG,
    Api,
    Receiver,
    button_card,
    multiple_card,
    news_card,
    text_card,
    vote_card,
)

UNLISTED = 49999
LINK = {"type": 1, "url": "https://a.example"}
OPTION = {"id": "a", "text": "甲"}


def check(
    card: dict[str, Any], *, phase: Phase = Phase.SEND, strict: bool = False
) -> tuple[dict[str, Any], list[Note]]:
    notes = Notes(strict_lengths=strict)
    quirks = Quirks(unlisted_card_code=UNLISTED)
    return check_app_card(card, phase=phase, notes=notes, quirks=quirks), notes.items


def without(card: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name not in names}


@pytest.mark.parametrize("card", [text_card(), news_card(), button_card(), vote_card(), multiple_card()])
def test_the_plain_card_of_every_type_passes_without_remark(card: dict[str, Any]) -> None:
    shown, notes = check(card)
    assert shown["card_type"] == card["card_type"]
    assert notes == []


MENU = {"desc": "更多", "action_list": [{"text": "撤回", "key": "withdraw"}]}
MISTAKES: list[tuple[dict[str, Any], int]] = [
    ({}, 42031),
    ({"card_type": "poem"}, 42031),
    # titles
    (without(text_card(), "main_title"), UNLISTED),
    (without(news_card(), "main_title"), UNLISTED),
    (button_card(main_title={"desc": "only desc"}), UNLISTED),
    # card_action
    (without(text_card(), "card_action"), 42045),
    (text_card(card_action={"type": 0}), 42045),
    (text_card(card_action={"type": 1}), 42028),
    (text_card(card_action={"type": 2}), 42030),
    (button_card(card_action={"type": 1}), 42028),
    (button_card(card_action={"type": 3}), 42045),
    # pictures
    (without(news_card(), "card_image"), 42044),
    (news_card(card_image={"aspect_ratio": 1.5}), 42044),
    (news_card(image_text_area={"title": "t"}), UNLISTED),
    # quote
    (text_card(quote_area={"type": 1}), UNLISTED),
    # lists
    (text_card(horizontal_content_list=[{"keyname": "k"}] * 7), 42035),
    (text_card(horizontal_content_list=[{"value": "v"}]), 42027),
    (text_card(horizontal_content_list=[{"keyname": "k", "type": 1}]), 42028),
    (text_card(horizontal_content_list=[{"keyname": "k", "type": 2}]), 42029),
    (text_card(horizontal_content_list=[{"keyname": "k", "type": 3}]), 42050),
    (news_card(vertical_content_list=[{"title": "t"}] * 5), 42036),
    (news_card(vertical_content_list=[{"desc": "d"}]), 42033),
    (text_card(jump_list=[{"title": "t", **LINK}] * 4), 42042),
    (text_card(jump_list=[LINK]), 42033),
    (text_card(jump_list=[{"title": "t", "type": 1}]), 42028),
    (text_card(jump_list=[{"title": "t", "type": 2}]), 42030),
    # corner menu and task id
    (text_card(task_id="T-1", action_menu={"action_list": []}), UNLISTED),
    (text_card(task_id="T-1", action_menu={"action_list": [{"text": "t", "key": "k"}] * 4}), UNLISTED),
    (text_card(task_id="T-1", action_menu={"action_list": [{"text": "t", "key": "k"}] * 2}), 42051),
    (text_card(task_id="T-1", action_menu={"action_list": [{"text": "t"}]}), UNLISTED),
    (text_card(action_menu=MENU), UNLISTED),
    (without(button_card(), "task_id"), UNLISTED),
    (button_card("中文"), 42014),
    (button_card("x" * 129), 42014),
    (without(vote_card(), "task_id"), UNLISTED),
    (without(multiple_card(), "task_id"), UNLISTED),
    # buttons
    (button_card(button_list=[]), UNLISTED),
    (button_card(button_list=[{"text": str(n), "key": str(n)} for n in range(7)]), UNLISTED),
    (button_card(button_list=[{"key": "k"}]), 42038),
    (button_card(button_list=[{"text": "t"}]), 42039),
    (button_card(button_list=[{"text": "t", "key": "k" * 1025}]), 42039),
    (button_card(button_list=[{"text": "t", "key": "k"}] * 2), 42039),
    (button_card(button_list=[{"text": "t", "type": 1}]), UNLISTED),
    # choices
    (button_card(button_selection={"option_list": [OPTION]}), 42043),
    (button_card(button_selection={"question_key": "q", "option_list": []}), 42037),
    (button_card(button_selection={"question_key": "q", "option_list": [OPTION] * 2}), 42040),
    (button_card(button_selection={"question_key": "q", "option_list": [{"id": "a"}]}), 42041),
    (button_card(button_selection={"question_key": "q", "option_list": [{"id": "a" * 129, "text": "t"}]}), 42040),
    (without(vote_card(), "checkbox"), UNLISTED),
    (vote_card(checkbox={"option_list": [OPTION]}), 42043),
    (vote_card(checkbox={"question_key": "q", "option_list": [{"id": str(n), "text": "t"} for n in range(21)]}), 42037),
    (multiple_card(select_list=[]), 42047),
    (multiple_card(select_list=[{"question_key": str(n), "option_list": [OPTION]} for n in range(4)]), 42047),
    (multiple_card(select_list=[{"question_key": "q", "option_list": [OPTION]}] * 2), 42043),
    (without(vote_card(), "submit_button"), 42046),
    (multiple_card(submit_button={"text": "t"}), 42046),
    (multiple_card(submit_button={"key": "k"}), 42049),
]


@pytest.mark.parametrize(("card", "code"), MISTAKES)
def test_a_structural_mistake_has_its_code(card: dict[str, Any], code: int) -> None:
    with pytest.raises(ApiError) as refused:
        check(card)
    assert refused.value.code == code


def test_either_title_serves_a_text_notice_and_either_picture_a_news_notice() -> None:
    check(without(text_card(sub_title_text="下班"), "main_title"))
    check(without(news_card(image_text_area={"image_url": "https://a.example/1.png"}), "card_image"))


def test_both_ends_of_the_aspect_ratio_pass_and_others_fall_back() -> None:
    for ratio in (1.3, 2.25):
        assert check(news_card(card_image={"url": "https://a.example", "aspect_ratio": ratio}))[1] == []
    shown, notes = check(news_card(card_image={"url": "https://a.example", "aspect_ratio": 3}))
    assert shown["card_image"]["aspect_ratio"] == 1.3
    assert notes[0].kind is NoteKind.VALUE


def test_fields_the_type_does_not_know_have_no_effect_and_leave_a_remark() -> None:
    shown, notes = check(button_card(jump_list=[{"title": "t", **LINK}], replace_text="x", colour="red"))
    assert {"jump_list", "replace_text", "colour"} & shown.keys() == set()
    assert {note.path for note in notes if note.kind is NoteKind.IGNORED} == {
        "template_card.jump_list",
        "template_card.replace_text",
        "template_card.colour",
    }
    assert check(vote_card(action_menu=MENU))[0].get("action_menu") is None


def test_defaults_for_style_selection_and_mode() -> None:
    shown, _ = check(button_card(button_list=[{"text": "t", "key": "k", "style": 9}]))
    assert shown["button_list"][0]["style"] == 1
    shown, _ = check(multiple_card())
    assert [each["selected_id"] for each in shown["select_list"]] == ["a", "b"]
    question = {"question_key": "q", "option_list": [OPTION], "selected_id": "gone"}
    shown, notes = check(button_card(button_selection=question))
    assert shown["button_selection"]["selected_id"] == "a"
    assert notes[0].path.endswith("selected_id")


def test_long_texts_are_remarked_on_or_refused_in_strict_mode() -> None:
    card = button_card(
        main_title={"title": "票" * 37}, horizontal_content_list=[{"keyname": "作业地点名", "value": "v"}]
    )
    _, notes = check(card)
    assert [(note.kind, note.path) for note in notes] == [(NoteKind.LENGTH, "template_card.main_title.title")]
    with pytest.raises(ApiError) as refused:
        check(card, strict=True)
    assert refused.value.code == 40058
    assert check(vote_card(main_title={"title": "票" * 17}))[1], "a vote's title is shorter"


def test_updates_know_more_fields_and_need_no_task_id() -> None:
    shown, notes = check(without(button_card(replace_text="已处理"), "task_id"), phase=Phase.UPDATE)
    assert shown["replace_text"] == "已处理"
    card = without(vote_card(replace_text="已提交"), "task_id", "submit_button")
    card["checkbox"]["disable"] = True
    shown, more = check(card, phase=Phase.UPDATE)
    assert shown["checkbox"]["disable"] is True
    assert notes == more == []
    with pytest.raises(ApiError) as refused:
        check({"card_type": "text_notice", "main_title": {"title": "t"}}, phase=Phase.UPDATE)
    assert refused.value.code == 42045


async def test_cards_that_call_back_need_a_callback_address(api: Api, twin: Twin) -> None:
    for card in (button_card(), vote_card(), multiple_card(), text_card(task_id="T-9", action_menu=MENU)):
        assert (await api.send("ZhaoMin", card=card))["errcode"] == 43012
    answer = await api.send("ZhaoMin", card=text_card())
    assert answer["errcode"] == 0
    assert "response_code" not in answer


async def test_a_task_id_works_once_per_app(api: Api, twin: Twin, receiver: Receiver) -> None:
    assert (await api.send("nobody", card=button_card("T-7")))["errcode"] == 81013
    first = await api.send("ZhaoMin|WangQiang", card=button_card("T-7"))
    assert first["errcode"] == 0, "a send that failed burns nothing"
    assert first["response_code"]
    assert (await api.send("LiGong", card=button_card("T-7")))["errcode"] == 42014
    twin.quirks.duplicate_task_code = 42016
    assert (await api.send("LiGong", card=button_card("T-7")))["errcode"] == 42016


async def test_an_attachment_must_exist_and_be_alive(api: Api, twin: Twin) -> None:
    line = {"keyname": "附件", "value": "作业票.pdf", "type": 2, "media_id": "unknown"}
    card = text_card(horizontal_content_list=[line])
    assert (await api.send("ZhaoMin", card=card))["errcode"] == 40007
    line["media_id"] = (await api.upload("image", JPEG))["media_id"]
    assert (await api.send("ZhaoMin", card=card))["errcode"] == 0
    shown = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).screen[0]
    assert shown["card"]["horizontal_content_list"][0]["media_id"] == line["media_id"]
