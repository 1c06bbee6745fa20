"""Our template file, read and drawn by the twin: what the person sees, and what anybody else would."""

from __future__ import annotations

from dataclasses import replace

from cards.card import Button, Card, Choice, Option, Style, Tone
from cards.dingtalk import encode
from cards.dingtalk_template import PATH
from sandbox.dingtalk.templates import Template, Templates
from sandbox.dingtalk.views import Face, face

TEMPLATE = "our-permit-card.schema"
REVIEW = Card(
    subject="permit:1",
    key="1@4",
    title="请审批｜一级动火",
    subtitle="二号罐区 2号罐 · 换法兰",
    tone=Tone.WARN,
    quote="气体分析还有12分钟过期",
    body="点同意即为您本人签字。",
    buttons=(
        Button(text="同意", token="t-yes", style=Style.PRIMARY),
        Button(text="拒绝", token="t-no", style=Style.DANGER),
    ),
    url="https://permit.example.com/p/1",
)


def template() -> Template:
    return Templates().load(PATH.read_text("utf-8"), TEMPLATE)


def seen(card: Card) -> Face:
    """What the person sees whose card it is."""
    encoded = encode(card, template=TEMPLATE)
    return face(template(), {**encoded.public, **encoded.private})


def test_the_person_reads_the_status_first_and_may_press() -> None:
    shown = seen(REVIEW)
    assert shown.title == "请审批"
    assert shown.lines == [
        "作业票", "一级动火", "二号罐区 2号罐 · 换法兰", "气体分析还有12分钟过期", "点同意即为您本人签字。",
    ]  # fmt: skip
    assert [(one.text, one.params["token"]) for one in shown.buttons] == [("同意", "t-yes"), ("拒绝", "t-no")]
    assert len({one.params["v"] for one in shown.buttons}) == 1
    assert [one["url"] for one in shown.links] == ["https://permit.example.com/p/1"]
    assert (shown.greyed, shown.form_button) == ("", None)


def test_somebody_else_would_see_a_notice() -> None:
    encoded = encode(REVIEW, template=TEMPLATE)
    shown = face(template(), encoded.public)
    assert shown.title == "请审批"
    assert (shown.buttons, shown.links, shown.form_button) == ([], [], None)
    assert "点同意即为您本人签字。" not in shown.lines


def test_ticks_are_a_form_with_a_button_of_its_own() -> None:
    ticks = Choice(
        key="measures", title="勾选", many=True,
        options=(Option(id="1", text="清理", chosen=True), Option(id="2", text="灭火器")),
    )  # fmt: skip
    shown = seen(replace(REVIEW, buttons=(), choices=(ticks,), submit=Button(text="提交勾选", token="t-form")))
    assert [one["name"] for one in shown.form] == ["measures"]
    assert shown.form_button is not None
    assert (shown.form_button.text, shown.form_button.params["token"]) == ("提交勾选", "t-form")


def test_a_final_copy_has_one_dead_button() -> None:
    shown = seen(replace(REVIEW, title="已关闭｜一级动火", done="赵敏 11:20 已关闭"))
    assert shown.greyed == "赵敏 11:20 已关闭"
    assert (shown.buttons, shown.form_button) == ([], None)


def test_nothing_of_one_card_is_left_on_it_after_the_next() -> None:
    """A change sends every variable, so merged or replaced it comes to the same."""
    before, after = encode(REVIEW, template=TEMPLATE), encode(replace(REVIEW, buttons=(), quote=""), template=TEMPLATE)
    merged = {**before.public, **before.private, **after.public, **after.private}
    assert merged == {**after.public, **after.private}
    assert face(template(), merged).buttons == []
