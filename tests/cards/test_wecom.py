"""Every card WeCom would refuse is refused by us first, and no card says less than it should in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from cards.card import Button, Card, Choice, Line, Option, Style, Tone
from cards.fit import CardMisshapen, CardTooLong, apart, cut
from cards.wecom import encode, encode_for_group
from cards.wecom_limits import AIBOT, APP, WEBHOOK
from tests.support.wecom_cards import violations

PAGE = "https://permit.example.com/p/DH-A-20250611-003"
HOME = "https://permit.example.com/"


def spelt(card: Card) -> dict[str, Any]:
    return encode(card, task_id="ptw_1", notice_url=HOME)


APPROVE = Card(
    subject="permit:DH-A-20250611-003",
    key="k",
    title="待您会签｜二级动火 2号罐",
    subtitle="6月11日 08:00–11:00　换法兰",
    tone=Tone.WARN,
    quote="同一区域 10:00 起有受限空间作业",
    body="您的签字表示已到现场核实以下内容。",
    lines=(
        Line(label="作业人", value="王强"),
        Line(label="监护人", value="赵敏"),
        Line(label="气体", value="可燃 0.02%vol　O₂ 20.9%vol"),
    ),
    buttons=(
        Button(text="现场签字", token="p1.approve.1", style=Style.PRIMARY),
        Button(text="退回补正", token="p1.return.1"),
        Button(text="不同意", token="p1.reject.1", style=Style.DANGER),
    ),
    url=PAGE,
)
NOTICE = replace(
    APPROVE, title="已停工｜二级动火 2号罐", tone=Tone.DANGER, buttons=(), quote="气体超限：可燃 0.62%vol", menu=()
)
WITH_MENU = replace(NOTICE, menu=(Button(text="刷新", token="p1.refresh.1"),))
DONE = replace(APPROVE, title="已签发｜二级动火 2号罐", done="已由赵强 08:12 通过", tone=Tone.GOOD)
TICKS = replace(
    APPROVE,
    title="逐条确认安全措施｜2号罐二级动火",
    buttons=(),
    choices=(
        Choice(
            key="measures",
            title="请勾选已落实的措施",
            many=True,
            options=(
                Option(id="1", text="动火设备内部构件已清洗置换", chosen=True),
                Option(id="2", text="断开与动火设备相连接的所有管线并加盲板"),
            ),
        ),
    ),
    submit=Button(text="已逐条确认", token="p1.measures.1"),
)
SELECTS = replace(
    APPROVE,
    title="申请草稿｜动火作业",
    buttons=(),
    choices=(
        Choice(
            key="grade",
            title="动火等级",
            options=(Option(id="none", text="请选择"), Option(id="1", text="一级"), Option(id="2", text="二级")),
        ),
        Choice(
            key="place",
            title="地点",
            options=(Option(id="t1", text="1号罐"), Option(id="t2", text="2号罐", chosen=True)),
        ),
    ),
    submit=Button(text="下一步", token="p1.answer.1"),
)
SELECT_AND_BUTTONS = replace(
    SELECTS, choices=SELECTS.choices[:1], buttons=(Button(text="放弃草稿", token="p1.drop.1", style=Style.DANGER),)
)
CARDS = {
    "approve": APPROVE,
    "notice": NOTICE,
    "notice_with_menu": WITH_MENU,
    "done": DONE,
    "ticks": TICKS,
    "selects": SELECTS,
    "select_and_buttons": SELECT_AND_BUTTONS,
}


@pytest.mark.parametrize("name", CARDS)
def test_what_people_see(name: str, snapshot: SnapshotAssertion) -> None:
    card = spelt(CARDS[name])
    assert violations(card, APP) == ()
    assert card == snapshot(extension_class=JSONSnapshotExtension)


def test_what_a_group_sees(snapshot: SnapshotAssertion) -> None:
    card = encode_for_group(WITH_MENU, notice_url=HOME)
    assert violations(card, WEBHOOK) == ()
    assert card == snapshot(extension_class=JSONSnapshotExtension)


# --- the figures, from the platform's pages --------------------------------------------------------------------------


def test_the_figures_of_an_app_s_card() -> None:
    fit = APP.lengths
    assert (fit.source, fit.title, fit.vote_title, fit.desc, fit.long_desc) == (20, 36, 16, 44, 160)
    assert (fit.emphasis_title, fit.emphasis_desc, fit.sub_title) == (14, 22, 160)
    assert (fit.keyname, fit.value, fit.jump_title) == (5, 30, 18)
    assert (fit.vertical_title, fit.vertical_desc, fit.button, fit.option, fit.tick) == (38, 160, 10, 16, 17)


def test_the_figures_of_a_robot_s_card() -> None:
    assert AIBOT.lengths == WEBHOOK.lengths
    fit = AIBOT.lengths
    assert (fit.source, fit.title, fit.desc, fit.emphasis_title, fit.emphasis_desc) == (13, 26, 30, 10, 15)
    assert (fit.sub_title, fit.keyname, fit.value, fit.jump_title) == (112, 5, 26, 13)
    assert (fit.vertical_title, fit.vertical_desc) == (26, 112)
    assert (fit.select_title, fit.option, fit.tick) == (13, 10, 11)


def test_the_doors_are_not_mixed() -> None:
    assert violations(spelt(APPROVE), WEBHOOK) == ("card_type: button_interaction cannot be sent here",)
    assert "action_menu: nobody would hear it" in violations(spelt(WITH_MENU), WEBHOOK)
    long = spelt(replace(NOTICE, title="停" * 30))
    assert violations(long, APP) == ()
    assert violations(long, AIBOT) == ("main_title.title: more than 26 characters",)


# --- construction ----------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
TOKENS = st.text("abcdef0123456789.-_", min_size=1, max_size=12)
BUTTONS = st.builds(Button, text=st.text("停工签字", min_size=1, max_size=12), token=TOKENS)
OPTIONS = st.builds(Option, id=TOKENS, text=WORDS, chosen=st.booleans())
CHOICES = st.builds(
    Choice,
    key=TOKENS,
    title=WORDS,
    options=st.lists(OPTIONS, max_size=12, unique_by=lambda one: one.id).map(tuple),
    many=st.booleans(),
)
CARD = st.builds(
    Card,
    subject=st.just("s"),
    key=st.just("k"),
    title=WORDS,
    subtitle=WORDS,
    source=WORDS,
    quote=WORDS,
    body=st.text(max_size=300),
    tone=st.sampled_from(Tone),
    lines=st.lists(st.builds(Line, label=st.text("作业人abc", max_size=8), value=WORDS), max_size=9).map(tuple),
    choices=st.lists(CHOICES, max_size=3).map(tuple),
    submit=st.none() | BUTTONS,
    buttons=st.lists(BUTTONS, max_size=7).map(tuple),
    menu=st.lists(BUTTONS, max_size=4).map(tuple),
    url=st.none() | st.just(PAGE),
    done=st.sampled_from(["", "", "", "已由赵强 08:12 通过"]),
)


@given(CARD)
def test_whatever_is_asked_for_is_in_order_or_refused(card: Card) -> None:
    try:
        body = spelt(card)
    except (CardTooLong, CardMisshapen):
        return
    assert violations(body, APP) == ()
    assert violations(encode_for_group(card, notice_url=HOME), WEBHOOK) == ()


@given(CARD)
def test_nothing_to_press_is_ever_dropped(card: Card) -> None:
    if card.done:
        return
    try:
        body = spelt(card)
    except (CardTooLong, CardMisshapen):
        return
    said = str(body)
    wanted = [*card.buttons, *((card.submit,) if card.submit else ())]
    if not wanted and not card.choices:
        wanted = list(card.menu)
    assert all(repr(button.token) in said for button in wanted)
    assert all(repr(option.id) in said for choice in card.choices for option in choice.options)


@given(CARD)
def test_a_final_copy_has_nothing_to_press(card: Card) -> None:
    try:
        body = spelt(replace(card, done="已由赵强 08:12 通过"))
    except CardMisshapen:
        assert not card.title
        return
    assert body["card_type"] == "text_notice"
    assert body["sub_title_text"].startswith("已由赵强 08:12 通过")
    assert not {"button_list", "action_menu", "submit_button"} & body.keys()


@pytest.mark.parametrize(
    "line",
    [
        Line(label="作业负责人", value="王" * 31),
        Line(label="安全交底负责人", value="赵敏"),
        Line(label="", value="无标签"),
    ],
)
def test_a_fact_that_does_not_fit_the_table_moves_whole_into_the_text(line: Line) -> None:
    body = spelt(replace(APPROVE, lines=(line, *APPROVE.lines)))
    assert f"{line.label}：{line.value}" in body["sub_title_text"]
    assert len(body["horizontal_content_list"]) == 3
    assert violations(body, APP) == ()


def test_the_seventh_fact_moves_into_the_text() -> None:
    lines = tuple(Line(label=f"第{n}条", value="x") for n in range(1, 9))
    body = spelt(replace(APPROVE, lines=lines))
    assert [line["keyname"] for line in body["horizontal_content_list"]] == [f"第{n}条" for n in range(1, 7)]
    assert body["sub_title_text"].endswith("第7条：x\n第8条：x")


def test_what_must_be_whole_is_whole_up_to_the_limit() -> None:
    fits = Button(text="停" * 10, token="k" * 1024)
    assert violations(spelt(replace(APPROVE, buttons=(fits,))), APP) == ()
    for button in (replace(fits, text="停" * 11), replace(fits, token="k" * 1025)):
        with pytest.raises(CardTooLong):
            spelt(replace(APPROVE, buttons=(button,)))


def option(text: str, key: str) -> Option:
    return Option(id=key, text=text)


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        (replace(APPROVE, title=""), CardMisshapen),
        (replace(APPROVE, buttons=tuple(Button(text="x", token=str(n)) for n in range(7))), CardTooLong),
        (replace(APPROVE, buttons=(Button(text="a", token="k"), Button(text="b", token="k"))), CardMisshapen),
        (replace(APPROVE, buttons=(Button(text="", token="k"),)), CardMisshapen),
        (replace(APPROVE, buttons=(Button(text="a", token=""),)), CardTooLong),
        (replace(NOTICE, menu=tuple(Button(text="x", token=str(n)) for n in range(4))), CardTooLong),
        (replace(TICKS, submit=None), CardMisshapen),
        (replace(TICKS, buttons=APPROVE.buttons), CardMisshapen),
        (replace(TICKS, choices=TICKS.choices * 2), CardMisshapen),
        (replace(SELECTS, buttons=APPROVE.buttons), CardMisshapen),
        (replace(SELECTS, choices=SELECTS.choices * 2), CardTooLong),
        (replace(SELECTS, choices=SELECTS.choices[:1] * 2), CardMisshapen),
        (replace(SELECTS, choices=(Choice(key="q", title="t", options=()),)), CardTooLong),
        (
            replace(
                SELECTS, choices=(Choice(key="q", title="t", options=tuple(option("x", str(n)) for n in range(11))),)
            ),
            CardTooLong,
        ),
        (
            replace(
                SELECTS,
                choices=(
                    Choice(
                        key="q",
                        title="t",
                        options=(
                            option("二级动火作业票编号甲乙丙丁戊己庚01，" + "其余相同" * 4 + "一", "1"),
                            option("二级动火作业票编号甲乙丙丁戊己庚01，" + "其余相同" * 4 + "二", "2"),
                            option("二级动火作业票编号甲乙丙丁戊己庚02，" + "其余相同" * 4 + "二", "3"),
                        ),
                    ),
                ),
            ),
            CardTooLong,
        ),
    ],
)
def test_what_cannot_be_said_whole_is_an_error_not_an_omission(card: Card, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        spelt(card)


@pytest.mark.parametrize(
    ("wholes", "shown"),
    [
        (("2026年10月25日08:00到11:30", "2026年10月25日13:00到16:30"), ["…08:00到11:30", "…13:00到16:30"]),
        (("合成车间西侧冷却水泵房T-101", "合成车间西侧冷却水泵房T-102"), ["…T-101", "…T-102"]),
        (("三号罐顶部平台北侧栏杆旁边东", "三号罐", "三号罐顶部平台北侧栏杆旁边西"), ["…东", "三号罐", "…西"]),
        (("甲" * 20, "甲" * 20), ["甲" * 11 + "…"] * 2),
    ],
)
def test_what_looks_alike_shows_where_it_parts(wholes: tuple[str, ...], shown: list[str]) -> None:
    assert apart(wholes, 12) == shown


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.integers(2, 20))
def test_different_words_never_look_the_same(texts: list[str], limit: int) -> None:
    try:
        shown = apart(texts, limit)
    except CardTooLong:
        return
    assert [shown.index(one) for one in shown] == [texts.index(one) for one in texts]
    assert all(len(one) <= limit for one in shown)


def test_the_question_over_ticks_is_not_lost() -> None:
    assert spelt(TICKS)["main_title"]["desc"].startswith("请勾选已落实的措施")


# --- cutting ---------------------------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.integers(1, 60))
def test_a_cut_text_fits_and_begins_as_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_composed_character_is_not_torn() -> None:
    assert cut("停工👷\u200d♂️现场", 5) == "停工…"
    assert cut("e\u0301e\u0301e\u0301", 4) == "e\u0301…"
    assert cut("停工现场", 4) == "停工现场"


# --- the judge itself ------------------------------------------------------------------------------------------------


def broken(name: str, **changes: Any) -> dict[str, Any]:
    body = spelt(CARDS[name]) | changes
    return {key: value for key, value in body.items() if value is not None}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (broken("approve", card_type="poll"), "card_type: unknown"),
        (broken("approve", task_id=None), "task_id: missing"),
        (broken("approve", task_id="票 1"), "task_id: characters or length"),
        (broken("approve", main_title={}), "main_title.title: missing"),
        (broken("approve", jump_list=[]), "jump_list: not a field of button_interaction, would be ignored"),
        (broken("approve", button_list=[]), "button_list: 0 entries, 1 to 6 are allowed"),
        (broken("approve", button_list=[{"text": "x"}]), "button_list: a key or id is missing"),
        (broken("notice", card_action=None), "card_action: missing"),
        (broken("notice", card_action={"type": 0}), "card_action.type: not allowed"),
        (broken("notice", card_action={"type": 1}), "card_action.url: missing"),
        (
            broken("notice", horizontal_content_list=[{"keyname": "附件", "type": 2}]),
            "horizontal_content_list[0].media_id: missing",
        ),
        (broken("notice_with_menu", task_id=None), "task_id: missing"),
        (
            broken("ticks", checkbox={"question_key": "q", "option_list": []}),
            "checkbox.option_list: 0 entries, 1 to 20 are allowed",
        ),
        (broken("ticks", submit_button={"text": "x"}), "submit_button: a key or id is missing"),
        (broken("selects", select_list=None), "select_list: 0 entries, 1 to 3 are allowed"),
    ],
)
def test_the_judge_finds_planted_faults(body: dict[str, Any], complaint: str) -> None:
    assert complaint in violations(body, APP)
