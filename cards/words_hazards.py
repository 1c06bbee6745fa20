"""What people read about hazards. Plain Chinese; whoever reported unnamed is never in these words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from cards import words
from workflow.hazard.effects import About
from workflow.hazard.law import Legal, Plant
from workflow.hazard.state import Grade, Owed, Stage, Supervision

SOURCE = "隐患"
LEVEL: Mapping[Plant, str] = {
    Plant.ORDINARY: "蓝·一般隐患",
    Plant.SERIOUS: "橙·较大隐患",
    Plant.MAJOR: "红·重大隐患",
}
"""Colour and word together: never colour alone."""
URGENT = "紧急 "
SUPERVISED = "督办 "
STAGE: Mapping[Stage, str] = {
    Stage.BLANK: "没有登记",
    Stage.REPORTED: "待派发",
    Stage.RECTIFYING: "整改中",
    Stage.TO_ACCEPT: "待验收",
    Stage.ARCHIVED: "已归档",
    Stage.DISMISSED: "不属实",
    Stage.MERGED: "已合并",
}
STEPS: Mapping[Stage, str] = {
    Stage.BLANK: "",
    Stage.REPORTED: "已登记",
    Stage.RECTIFYING: "已登记→已派→整改中",
    Stage.TO_ACCEPT: "已登记→已派→已整改→待验收",
    Stage.ARCHIVED: "已登记→已派→已整改→已归档",
    Stage.DISMISSED: "已登记→安全部门核实：不属实",
    Stage.MERGED: "已登记→并入同一条继续办",
}
"""Where a report is on its way, as one follows a parcel."""
OWED: Mapping[Owed, str] = {
    Owed.ASSIGNMENT: "派发",
    Owed.RESPONSE: "接单",
    Owed.INTERIM: "临时措施",
    Owed.RECTIFICATION: "整改",
    Owed.ACCEPTANCE: "验收",
}
ABOUT: Mapping[About, str] = {
    About.REGISTERED: "已登记，谢谢。办到哪一步，这张卡片会跟着变。",
    About.ASK_ASSIGN: "没有登记的责任人，请派给一个人。",
    About.ASK_GRADE: "没有对上定级规则，先按一般隐患办，请核定等级。",
    About.WORK_ORDER: "请您整改。先点接单，改好了拍照上报。",
    About.ASK_EXTENSION: "责任人申请延期，请批。",
    About.EXTENSION_ANSWERED: "延期申请有了答复。",
    About.ASK_ACCEPT: "说已整改，请到现场看了再验收。",
    About.SENT_BACK: "验收没有通过，请重新整改。",
    About.SUPERVISED: "督办：请您督促，或接手督办。",
    About.REMINDED: "已经超期，上级已经知道。",
    About.ASK_GUARDIAN: "您监护的作业地点报了隐患，请马上去看，有危险先停工。",
    About.ARCHIVED: "整改验收通过，已归档。",
    About.DISMISSED: "安全部门核实：不属实。",
    About.MERGED: "和另一条是同一处，并在一起办。",
    About.REOPENED: "归档后又发现，重新打开。",
    About.REPRESENTATIVES: "重大隐患，依法同时告知职工代表。",
    About.ORDER_DONE: "设备系统报工单已完工。请到现场看了，拍照上报整改。",
    About.ORDER_REFUSED: "设备系统退回了工单，没有人在修。请另行安排整改。",
    About.UNWATCHED: "系统一度没有在催这条隐患，期限可能被漏掉。请看一眼办到哪了，并告诉系统管理员。",
}
ORDER_NUMBER = "设备系统已接工单{number}"
ORDER_NOTE = "设备系统工单{number}：{said}{more}"
ORDER_SAID: Mapping[str, str] = {"taken": "已接", "done": "已完工", "refused": "已退回"}
"""What the equipment system says of a work order of its own; a word, and no mending."""
EARNED = "记{points}分，发「我的积分」看。"
TAPS: Mapping[str, str] = {
    "take": "接单",
    "rectify": "已整改",
    "extend": "申请延期",
    "accept": "验收通过",
    "back": "退回",
    "grant": "同意延期",
    "refuse": "不同意延期",
    "assign": "派给…",
    "charge": "接手督办",
    "show": "刷新",
    "same": "是这一条",
    "new": "不是，另报",
    "go": "就这样上报",
}
"""What may be pressed, by the argument of the button."""
ROWS: Mapping[str, str] = {
    "place": "地点",
    "who": "责任人",
    "due": "期限",
    "by": "上报人",
    "way": "进度",
    "more": "延期",
    "hold": "临时措施",
    "photos": "照片",
}
UNNAMED = "不具名"
CAMERA = "摄像头"
NOBODY = "还没有派"
NO_PLACE = "没说地点"
ONLY_PHOTO = "（只有照片）"
BEFORE, AFTER = "整改前", "整改后"
PAIR, FILM = "整改前和整改后", "报告时的视频"
BEFORE_AFTER = "整改前{before}张，整改后{after}张"
MAJOR_PLAN = "法定重大：{clause}"

ANSWERS_HAZARDS: Final[Mapping[str, str]] = {
    "hazard_how": "报隐患：拍一张照片，再写一句在哪、什么问题。例如：隐患 2号泵房护栏松动。有危险先喊停工。",
    "hazard_line": "照片收到了。再写一句：在哪、什么问题。写不了就点「就这样上报」。",
    "hazard_place": "位置收到了：{place}。再写一句：什么问题。能拍的话拍一张照片。",
    "hazard_same": "可能已经有人报过：{number} {place} {text}。是不是同一条？",
    "hazard_joined": "和{number}是同一条，您的照片和话已经加进去，谢谢。",
    "hazard_before": "{number} 已登记。能拍的话请补一张现在的照片。",
    "hazard_photo_added": "{number} 照片已收下。",
    "hazard_after": "{number} 请拍整改后的照片，再写一句整改了什么。",
    "hazard_after_line": "照片收到了。再写一句整改了什么。",
    "hazard_after_photo": "记下了。请拍整改后的照片。",
    "hazard_why_back": "{number} 哪里没有改好？写一句。",
    "hazard_why_refused": "{number} 为什么不同意延期？写一句。",
    "hazard_extend": "{number} 要延到哪天、为什么？例如：3月25日 备件没到。最多{days}天。",
    "hazard_extend_how": "没看懂延到哪天。请写月日和原因，例如：3月25日 备件没到。",
    "hazard_to": "{number} 派给谁？写姓名。",
    "hazard_to_how": "没有认出是谁，或者不止一个人。请写一个姓名。",
    "hazard_unknown": "没有编号{number}的隐患。发「我的隐患」看自己报的，「待整改」看要办的。",
    "hazard_words": "请写编号：不属实 YH-… 原因；合并 YH-… YH-…；核定等级 YH-… 较大 原因；临时措施 YH-… 内容；"
    "治理方案 YH-… 目标；措施；经费；人员；时限；预案。",
    "hazard_done": "{number} 已办：{what}。",
    "hazard_unread": "隐患{number}：{what}",
    "hazard_list": "{title}：\n{lines}",
    "hazard_none": "{title}：没有。",
}
TITLES: Mapping[str, str] = {"mine": "我报的隐患", "todo": "等您办的隐患", "supervised": "督办清单"}


def headline(grade: Grade, stage: Stage, supervision: Supervision, *, ended: bool) -> str:
    """「督办 红·重大隐患 整改中」."""
    shown = SUPERVISED if supervision is not Supervision.NONE and not ended else ""
    urgent = URGENT if grade.urgent and not ended else ""
    return f"{shown}{urgent}{LEVEL[grade.plant]} {STAGE[stage]}"


def left(due: datetime, now: datetime, zone: tzinfo) -> str:
    """Until when, and how much of it is left: 「1月16日 周五 09:23，还剩5小时」."""
    until = f"{words.day(due, zone)} {words.clock(due, zone)}"
    if now >= due:
        return f"{until}，超期{_long(now - due)}"
    return f"{until}，还剩{_long(due - now)}"


def _long(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    if hours >= 48:
        return f"{span.days}天"
    return f"{hours}小时" if hours else f"{span // timedelta(minutes=1)}分钟"


def why_grave(grade: Grade) -> str:
    """The reasons of a grade, a legal one with its clause."""
    said = "；".join(f"{reason.text}（{reason.clause}）" if reason.clause else reason.text for reason in grade.reasons)
    return MAJOR_PLAN.format(clause=said) if grade.legal is Legal.MAJOR else said


def list_line(number: str, place: str, said: str, stage: Stage, due: str) -> str:
    """One hazard in a list."""
    return f"{number} {place or NO_PLACE} {said or ONLY_PHOTO}：{STAGE[stage]}" + (f"，{due}" if due else "")
