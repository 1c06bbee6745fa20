"""What the gate says. A gatekeeper acts on the big word; the line below says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.gate_pass import Verdict

GOOD, WAIT, BAD = "good", "warn", "danger"

SAID: Final[Mapping[Verdict, tuple[str, str, str, str]]] = {
    Verdict.ENTER: (GOOD, "✓", "可进入", "票有效。核对本人、人数和监护人，相符才放行。"),
    Verdict.SUSPENDED: (WAIT, "‖", "已暂停", "作业停工中，不要放行。"),
    Verdict.ENDED: (BAD, "✕", "已结束", "作业已经完工或关闭，不要放行。"),
    Verdict.VOIDED: (BAD, "✕", "已作废", "票已作废、取消或被拒绝，不要放行。"),
    Verdict.EXPIRED: (BAD, "✕", "过期", "票上的时间已过，不要放行。"),
    Verdict.NOT_ISSUED: (BAD, "✕", "未签发", "票还没有批下来，不要放行。"),
    Verdict.EARLY: (WAIT, "!", "未到时间", "还没到进场时间，不要放行。"),
    Verdict.FORGED: (BAD, "✕", "伪造", "签名对不上：票是假的，或被改过。扣下票，马上报告安全员。"),
    Verdict.FOREIGN: (BAD, "✕", "不是本厂的票", "不是本厂签的，不要放行。"),
    Verdict.FUTURE: (BAD, "✕", "签发时间不对", "票的签发时间在将来，不要放行。先看本机时间；本机没错就报告安全员。"),
    Verdict.NO_STATUS: (WAIT, "?", "没有状态", "请联网或电话核实；没核实不要放行。"),
    Verdict.STALE: (WAIT, "?", "状态过旧", "请联网或电话核实；没核实不要放行。"),
    Verdict.ROLLED_BACK: (BAD, "✕", "状态被换旧", "状态比看过的还旧。请联网或电话核实，并报告安全员；不要放行。"),
    Verdict.CLOCK: (WAIT, "?", "本机时间不对", "请校准时间后联网更新；没核实不要放行。"),
    Verdict.UNKNOWN: (WAIT, "?", "名单上没有", "系统里没有这张有效的票。请电话核实；没核实不要放行。"),
    Verdict.NEWER: (WAIT, "?", "票比状态新", "请联网更新后再扫；没核实不要放行。"),
    Verdict.UNREADABLE: (WAIT, "?", "不是作业票", "没有读出作业票的门岗码，请再扫一次；读不出不要放行。"),
    Verdict.CANNOT: (
        WAIT, "?", "本机不能核验", "这个浏览器断网时验不了签名。请联网，或换新版浏览器，或电话核实；没核实不要放行。"
    ),
}  # fmt: skip
"""Tone, sign, word, and what to do."""

TITLE: Final = "门岗核票"
LABELS: Final = (
    ("number", "票号"), ("work", "作业"), ("place", "地点"), ("window", "时间"), ("guardian", "监护人"),
    ("people", "人数"), ("issued", "票面截至"),
)  # fmt: skip
PAGE: Final = {
    "fresh": "状态更新于 {age}前",
    "now": "状态刚刚更新",
    "old": "状态已过旧（{age}前），请联网或电话核实",
    "none": "还没有状态，请先联网打开一次",
    "online": "已联网",
    "offline": "没联网",
    "refused": "收到的状态是假的或更旧的，没有采用。请报告安全员。",
    "unable": "这个浏览器断网时不能核验；联网时由系统核验。",
    "reading": "正在识别…",
    "minutes": "{count} 分钟",
    "hours": "{count} 小时",
    "seconds": "{count} 秒",
    "people": "{count} 人",
    "ready": "扫一张票",
    "hint": "扫票上的「门岗核验」码",
}
ON_PAPER: Final = "门岗核验"
"""Beside the code on the form."""
