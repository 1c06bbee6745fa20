"""What the radar says: to the approver himself, privately; and the one question before 同意."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.attention.question import About
from workflow.attention.radar import Sign

ANSWERS_ATTENTION: Final[Mapping[str, str]] = {
    "attend_ask": "{number} 签字前请看一眼票面：{question}",
    "attend_missed": "{number} 票面上写的是：{line}。看过了再点。",
    "attend_done": "{number} {line}",
    "attend_told": (
        "这条只发给您本人。最近{days}天您批了{count}张票：\n{lines}\n"
        "审批是最后一道关，请先看票面再点同意。系统算的是上限，可能算错；它只提醒，从不拦您。"
    ),
    "attend_month": "{month}审批用时提醒：{people}人收到过。只报人数，不点名；本人都已先知道。",
}
QUESTION: Final[Mapping[About, str]] = {
    About.GAS: "本票{subject}分析结果是多少？",
    About.HEIGHT: "本票作业高度是多少？",
    About.MASS: "本票吊多重？",
    About.DEPTH: "本票挖多深？",
    About.PRESSURE: "本票管线压力是多少？",
    About.VOLTAGE: "本票用多少伏的电？",
    About.GUARDIAN: "本票谁监护？",
    About.ENDS: "本票最晚到几点？",
    About.MEASURES: "本票有几项安全措施要落实？",
}
LINE: Final[Mapping[About, str]] = {
    About.GAS: "{subject} {answer}",
    About.HEIGHT: "作业高度 {answer}",
    About.MASS: "吊物 {answer}",
    About.DEPTH: "挖深 {answer}",
    About.PRESSURE: "管线压力 {answer}",
    About.VOLTAGE: "电压 {answer}",
    About.GUARDIAN: "监护人 {answer}",
    About.ENDS: "到 {answer} 为止",
    About.MEASURES: "{answer} 项安全措施",
}
REASON: Final[Mapping[Sign, str]] = {
    Sign.QUICK: "· {count}张从送到您手机到点同意，时间不够把票读完",
    Sign.BURST: "· {count}张内容多的票是几分钟里连着批的，一张也没打开",
    Sign.UNOPENED: "· {count}张内容多的票没有打开详情",
    Sign.SAME_WORDS: "· {count}次写的意见一字不差",
}
SEEN: Final = "看过了，同意"
