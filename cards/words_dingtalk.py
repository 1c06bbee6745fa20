"""Words only people on DingTalk read, and those of cards that are answered by typing."""

from __future__ import annotations

from cards.card import Button, Card, Choice, Line, Option, Style, Tone

CUT_SHORT = "……（没显示完，请发「查 票号」看）"
"""After a safety line that does not fit: it never ends as if that were all."""
TYPE_BUTTON = "「选 {number}{nth}」{text}"
"""One press of a card that is a text. ``nth``: 「-1」, or the words of the button."""
TYPE_TICKS = "请回「选 {number}」加涉及的编号，例如「选 {number} 1 3」；一项也不涉及回「选 {number} 0」。"
TYPE_CHOICE = "请回「选 {number}」加编号，例如「选 {number} {example}」。"
TYPED_CHOSEN = "（建议）"
"""After an option that is proposed."""
TOO_OLD = "钉钉版本太旧，看不了这张卡片。请升级钉钉，或发「我的任务」。"
"""Where a client cannot show the card."""
MONTH_SPENT = (
    "本月钉钉的调用额度快用完了，剩下的只够通知停工。您发的、按的照样收到、照样办，但结果和新的待办这个月先不发到这里。"
    "急事请打电话；要停工照常发「停工」，马上通知。"
)
"""Once to everybody who would wait in vain."""
PRESS_TAKEN = "{at} 收到了。本月钉钉额度快用完，这张卡片先不更新，结果请打电话问；要停工照常按。"
"""On the copy that was pressed, in place of a new card."""
LOGIN_WAIT = "正在确认您是谁，请稍等……"
LOGIN_ELSEWHERE = "请在钉钉里打开这个页面。"
LOGIN_FAILED = "没能确认您是谁。请关掉页面，回到钉钉里重新点开。"
SAMPLE = Card(
    subject="permit:sample",
    key="sample",
    title="请审批｜一级动火",
    subtitle="二号罐区 2号罐 · 换法兰",
    tone=Tone.WARN,
    quote="气体分析还有12分钟过期",
    body="点同意即为您本人签字，只对当前内容有效。",
    lines=(
        Line(label="票号", value="DHZY-HC-20261124-001"),
        Line(label="时间", value="明天 08:00–11:00"),
        Line(label="监护人", value="赵敏"),
    ),
    choices=(
        Choice(
            key="measures",
            title="勾选涉及的安全措施",
            options=(Option(id="1", text="1 动火点周围清理干净", chosen=True), Option(id="2", text="2 备好灭火器")),
            many=True,
        ),
    ),
    submit=Button(text="提交勾选", token="sample-form"),
    buttons=(
        Button(text="同意", token="sample-1", style=Style.PRIMARY),
        Button(text="退回", token="sample-2"),
        Button(text="拒绝", token="sample-3", style=Style.DANGER),
    ),
)
"""What the builder shows while somebody looks at the template."""
