"""What DingTalk is sent: looked at as data, card by card, and whatever the words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.ask import ask_card, settled_card
from cards.buttons import Action, Press
from cards.card import Button, Card, Choice, Line, Option, Style, Tone
from cards.dingtalk import Encoded, Kind, encode, template_of, track_id
from cards.dingtalk_fields import PRIVATE, PUBLIC, VARIABLES
from cards.dingtalk_limits import MAX_CARD_BYTES, MAX_FORM_BYTES, MAX_TRACK_ID, MAX_VALUE_BYTES, check, cut_bytes
from cards.dingtalk_template import PATH, template
from cards.draft import draft_card
from cards.fit import CardMisshapen, CardTooLong
from cards.lists import task_list
from cards.permit import permit_card
from cards.replaced import replaced_card
from cards.typed import as_text
from cards.views import DraftView, PermitView, Question, TaskLine, TaskListView
from cards.words_dingtalk import CUT_SHORT
from tests.support.permits import GUARD, LEADER, NOW, SAFETY, permit, view
from workflow.ids import PermitId, PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Permit, Status, Suspension
from workflow.rules.types import Role
from workflow.values import Actor

TEMPLATE = "0f1e2d3c-0000-4000-8000-000000000001.schema"


def token(press: Press) -> str:
    return f"token:{press.action.value}:{press.subject}:{press.arg}"


def sent(card: Card) -> Encoded:
    return encode(card, template=TEMPLATE)


def buttons(encoded: Encoded) -> dict[str, str]:
    """Words and token of every button that is shown."""
    private = encoded.private
    return {private[f"b{n}_text"]: private[f"b{n}_token"] for n in range(1, 7) if private[f"b{n}_text"]}


def form(encoded: Encoded) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = json.loads(encoded.private["form"])["fields"]
    return fields


def tokens_of(card: Card) -> set[str]:
    pressed = (*card.buttons, *card.menu, *((card.submit,) if card.submit else ()))
    return {one.token for one in pressed}


# --- card by card ----------------------------------------------------------------------------------------------------


def test_the_answer_to_a_press_can_be_pressed_again_though_nothing_changed() -> None:
    """A click has no id: 刷新 twice on an unchanged permit is two presses only if the drawn answer has a version."""
    card = permit_card(view(permit(Status.IN_REVIEW), SAFETY, {Role.SAFETY_DEPT}, asked=(SAFETY,)))
    answers = [replace(card, source=f"已刷新 {at}") for at in ("10:00:01", "10:00:02")]
    assert len({sent(one).private["v"] for one in (card, *answers)}) == 3
    assert sent(card).private["v"] == sent(card).private["v"]


def test_an_approver_gets_the_status_in_words_and_colour_and_the_buttons_in_private() -> None:
    card = permit_card(view(permit(Status.IN_REVIEW), SAFETY, {Role.SAFETY_DEPT}, asked=(SAFETY,)))
    shown = sent(card)
    assert shown.kind is Kind.CARD
    assert f"{shown.public['status']}｜{shown.public['heading']}" == card.title
    assert shown.public["status_color"] == "common_level1_base_color"
    assert shown.public["line1"] == f"票号：{card.lines[0].value}"
    assert list(buttons(shown))[:3] == ["同意", "退回修改", "拒绝"]
    assert shown.private["b1_color"] == "blue"
    assert shown.private["b3_color"] == "red"
    assert shown.private["word1"] == card.body


def test_a_stop_is_red_and_said() -> None:
    stop = Suspension(since=NOW, reasons=(SuspendReason.GAS,), text="可燃 0.8%vol", by=Actor.person(GUARD))
    card = permit_card(view(permit(Status.SUSPENDED, suspension=stop, started_at=NOW), GUARD, {Role.GUARDIAN}))
    shown = sent(card)
    assert shown.public["status_color"] == "common_red1_color"
    assert "停" in shown.public["status"]
    assert shown.public["quote"].startswith("停工！")


def test_ticks_become_a_form_with_the_proposed_ones_chosen() -> None:
    ticks = Choice(
        key="measures", title="勾选涉及的安全措施", many=True,
        options=(Option(id="1", text="1 清理", chosen=True), Option(id="2", text="2 灭火器"),
                 Option(id="7", text="7 接火盆", chosen=True)),
    )  # fmt: skip
    again = Button(text="刷新", token="t-menu")
    shown = sent(plain(choices=(ticks,), submit=Button(text="提交勾选", token="t-form"), menu=(again,)))
    assert form(shown) == [
        {
            "name": "measures", "label": "勾选涉及的安全措施", "type": "MULTI_SELECT", "required": False,
            "options": [{"value": "1", "text": "1 清理"}, {"value": "2", "text": "2 灭火器"},
                        {"value": "7", "text": "7 接火盆"}],
            "defaultValue": {"index": [0, 2], "value": ["1", "7"]},
        }
    ]  # fmt: skip
    assert (shown.private["form_btn_text"], shown.private["form_token"]) == ("提交勾选", "t-form")
    assert buttons(shown) == {"刷新": "t-menu"}


def test_of_one_choice_one_must_be_chosen() -> None:
    options = tuple((f"TK-{n}", f"{n}号罐旁边的平台东侧") for n in range(12))
    card = draft_card(draft(Question(key="place", text="在哪里？", options=options)))
    field = form(sent(card))[0]
    assert (field["name"], field["type"], field["required"], len(field["options"])) == ("place", "SELECT", True, 10)
    assert "defaultValue" not in field


def test_a_long_question_is_a_form_whose_options_are_the_signed_taps() -> None:
    offers = [
        (Press(action=Action.SHOW, subject=f"p{n}", revision=0, arg=str(n)), f"第{n}张作业票在二号罐区")
        for n in range(8)
    ]
    shown = sent(ask_card("ask:1", "photo_which", {}, offers, token))
    assert [one["value"] for one in form(shown)[0]["options"]] == [token(press) for press, _ in offers]
    assert shown.private["form_token"] == "pick"
    assert buttons(shown) == {}


@pytest.mark.parametrize("card", [settled_card("ask:1", "photo_which", {}), replaced_card("permit:1")])
def test_a_final_copy_has_one_dead_button_and_nothing_else_to_press(card: Card) -> None:
    shown = sent(replace(card, buttons=(Button(text="同意", token="secret"),)))
    assert shown.public["done"] == card.done
    assert (buttons(shown), shown.private["form"], shown.private["form_btn_text"]) == ({}, "", "")


def test_a_list_has_a_button_for_each_task() -> None:
    tasks = tuple(
        TaskLine(permit=PermitId(f"DHZY-HC-20261124-00{n}"), status=Status.ACTIVE, headline="一级动火", place="2号罐",
                 waiting_for_you=True)
        for n in range(1, 4)
    )  # fmt: skip
    card = task_list(TaskListView(person=PersonId("zhao"), tasks=tasks, seal=token))
    assert isinstance(card, Card)
    assert list(buttons(sent(card))) == ["看001号", "看002号", "看003号"]


def test_every_variable_is_sent_every_time_so_replacing_and_merging_come_to_the_same() -> None:
    for card in (replaced_card("permit:1"), draft_card(draft(None))):
        shown = sent(card)
        assert set(shown.public) == {one.name for one in PUBLIC}
        assert set(shown.private) == {one.name for one in PRIVATE}


def test_without_a_template_a_notice_is_a_text_and_buttons_are_a_bug() -> None:
    card = replaced_card("permit:1")
    shown = encode(card, template=None)
    assert (shown.kind, shown.public, shown.private) == (Kind.TEXT, {}, {})
    assert shown.text == as_text(card)
    with pytest.raises(CardMisshapen):
        encode(replace(card, done="", buttons=(Button(text="同意", token="t"),)), template=None)


# --- what does not fit -----------------------------------------------------------------------------------------------


def test_a_safety_line_is_never_cut_in_silence() -> None:
    shown = sent(Card(subject="s", key="k", title="已停工", quote="停工！" + "硫化氢超标" * 100))
    assert shown.public["quote"].startswith("停工！硫化氢超标")
    assert shown.public["quote"].endswith(CUT_SHORT)
    assert len(shown.public["quote"].encode()) <= MAX_VALUE_BYTES


def test_facts_beyond_the_last_row_are_told_below() -> None:
    lines = tuple(Line(label=f"项{n}", value=str(n)) for n in range(20))
    shown = sent(Card(subject="s", key="k", title="t", body="甲\n乙", lines=lines))
    told = " ".join((*shown.public.values(), *shown.private.values()))
    assert all(f"项{n}：{n}" in told for n in range(20))


def plain(**changes: object) -> Card:
    return replace(Card(subject="s", key="k", title="t"), **changes)  # type: ignore[arg-type]  # named like the fields


def choice(*texts: str) -> Choice:
    return Choice(key="a", title="", options=tuple(Option(id=str(n), text=text) for n, text in enumerate(texts)))


@pytest.mark.parametrize(
    ("card", "error"),
    [
        (plain(buttons=(Button(text="同意" * 6, token="t"),)), CardTooLong),
        (plain(buttons=tuple(Button(text=f"钮{n}", token=f"{n}") for n in range(7))), CardTooLong),
        (plain(buttons=(Button(text="甲", token="t"), Button(text="乙", token="t"))), CardMisshapen),
        (plain(choices=(choice("x"),)), CardMisshapen),
        (plain(title=""), CardMisshapen),
        (
            plain(
                submit=Button(text="好", token="t"),
                choices=(choice("长" * 40 + "乙", *("长" * 40 + "甲" * 40 + one for one in "丙丁")),),
            ),
            CardTooLong,
        ),
    ],
    ids=["long button", "seven buttons", "one token twice", "nothing sends it", "no title", "look alike"],
)
def test_what_is_pressed_is_never_cut_into_something_else(card: Card, error: type[Exception]) -> None:
    with pytest.raises(error):
        sent(card)


def test_the_platform_takes_texts_only_and_none_too_large() -> None:
    with pytest.raises(TypeError):
        check({"a": 1}, {}, forms=frozenset())  # type: ignore[dict-item]  # what a careless caller would pass
    with pytest.raises(CardTooLong):
        check({"a": "x" * 1025}, {}, forms=frozenset())
    check({"a": "x" * 1025}, {}, forms=frozenset({"a"}))
    with pytest.raises(CardTooLong):
        check({f"a{n}": "x" * 1024 for n in range(101)}, {}, forms=frozenset())


@given(st.text(max_size=600), st.integers(min_value=8, max_value=700))
def test_cutting_keeps_to_the_bytes(text: str, limit: int) -> None:
    assert len(cut_bytes(text, limit).encode()) <= limit


# --- whatever the words ----------------------------------------------------------------------------------------------

WORDS = st.text(alphabet="作业票动火监护罐区，。Ab1👷é\u0301 \n", max_size=700)
SHORT = st.text(alphabet="同意退回停工拒绝", min_size=1, max_size=10)


def draft(question: Question | None, **changes: object) -> DraftView:
    base = DraftView(
        draft="d1", version=1, person=PersonId("wang"), heading="动火作业", lines=(), warnings=(), complete=False,
        seal=token, question=question,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]  # named like the fields


@st.composite
def permit_cards(draw: st.DrawFn) -> Card:
    """A permit of any status, for anybody, with words of any length."""
    status = draw(st.sampled_from([one for one in Status if one not in {Status.REJECTED, Status.CANCELLED}]))
    stop = Suspension(since=NOW, reasons=(SuspendReason.GAS,), text=draw(WORDS), by=Actor.person(GUARD))
    changes: dict[str, Any] = {"suspension": stop} if status is Status.SUSPENDED else {}
    base: Permit = permit(status, **changes)
    content = replace(base.what, task=draw(WORDS) or "换", place=draw(WORDS) or "罐")
    base = replace(base, content=content)
    roles = draw(st.sets(st.sampled_from(list(Role)), max_size=3))
    seen: PermitView = view(base, draw(st.sampled_from([GUARD, LEADER, SAFETY])), roles)
    return permit_card(replace(seen, note=draw(WORDS), area_name=draw(WORDS), now=NOW + timedelta(minutes=5)))


@st.composite
def draft_cards(draw: st.DrawFn) -> Card:
    many = draw(st.booleans())
    texts = draw(st.lists(SHORT, max_size=20 if many else 30, unique=True))
    question = Question(
        key="field", text=draw(WORDS) or "什么", many=many, hint=draw(WORDS),
        options=tuple((f"id{n}", text) for n, text in enumerate(texts)),
    )  # fmt: skip
    asked = draw(st.sampled_from([question if not many or texts else None, None]))
    return draft_card(
        draft(asked, warnings=(draw(WORDS),), details=draw(WORDS), why=draw(WORDS), leftovers=(draw(WORDS),),
              complete=draw(st.booleans()), lines=tuple(("项", draw(WORDS)) for _ in range(6)))
    )  # fmt: skip


@given(st.one_of(permit_cards(), draft_cards()))
def test_no_card_of_ours_exceeds_the_limits_and_nothing_to_press_is_ever_public(card: Card) -> None:
    shown = sent(card)
    for name, value in (*shown.public.items(), *shown.private.items()):
        assert len(value.encode()) <= (MAX_FORM_BYTES if name == "form" else MAX_VALUE_BYTES), name
    whole = json.dumps([dict(shown.public), dict(shown.private)], ensure_ascii=False)
    assert len(whole.encode()) <= MAX_CARD_BYTES
    everybody_sees = json.dumps(dict(shown.public), ensure_ascii=False)
    for secret in tokens_of(card):
        assert secret not in everybody_sees
    if not card.done:
        assert tokens_of(card) <= {*buttons(shown).values(), shown.private["form_token"]}


# --- the id of a card, and the template ------------------------------------------------------------------------------


def test_a_cards_id_tells_its_template_and_fits() -> None:
    old, new = "a.schema", "b.schema"
    track = track_id("permit:1/push-1/wang", old)
    assert track == track_id("permit:1/push-1/wang", old)
    assert len(track) <= MAX_TRACK_ID
    assert template_of(track, [new, old]) == old
    assert template_of(track, [new]) is None


def test_the_template_in_the_tree_is_the_one_the_variables_make() -> None:
    assert PATH.read_text(encoding="utf-8") == template(), "run: python -m tools.dingtalk_template"


def test_the_template_has_the_builders_shape_and_shows_every_variable() -> None:
    envelope = json.loads(template())
    assert set(envelope) == {"editorData", "widgetInfo", "type", "mode"}
    editor = json.loads(envelope["editorData"])
    assert {one["name"]: one["private"] for one in editor["variableList"]} == {
        one.name: one.private for one in VARIABLES
    }
    tree = json.dumps(editor["schema"]["componentsTree"])
    for one in VARIABLES:
        named = f'"variable": "{one.name}"' in tree or f"${{{one.name}}}" in tree
        assert named or one.name == "lastMessage", one.name
    assert set(editor["mockData"]["cardData"]) == {one.name for one in PUBLIC}
    assert set(editor["mockData"]["cardPrivateData"]) == {one.name for one in PRIVATE}


def test_every_press_of_the_template_brings_back_token_and_version() -> None:
    editor = json.loads(json.loads(template())["editorData"])
    pressed = [
        node["props"]
        for node in editor["schema"]["componentsTree"][0]["children"]
        if node["props"].get("actionType") == "request"
    ]
    assert len(pressed) == 7
    assert all([one["name"] for one in props["params"]] == ["token", "v"] for props in pressed)
    tokens = {props["params"][0]["variable"] for props in pressed}
    assert tokens == {"form_token", *(f"b{n}_token" for n in range(1, 7))}


def test_colours_and_styles_are_complete() -> None:
    for tone in Tone:
        for style in Style:
            sent(Card(subject="s", key="k", title="t", tone=tone, buttons=(Button(text="好", token="t", style=style),)))
