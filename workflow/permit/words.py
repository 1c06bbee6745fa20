"""The few Chinese words findings are made of: names of states and commands, times of day, people."""

from __future__ import annotations

from datetime import datetime

from workflow.facts import Facts
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit.state import Status

STATUS: dict[Status, str] = {
    Status.DRAFT: "草稿",
    Status.SUBMITTED: "已申请",
    Status.PREPARING: "准备中",
    Status.IN_REVIEW: "审批中",
    Status.ISSUED: "已签发",
    Status.ACTIVE: "作业中",
    Status.SUSPENDED: "已停工",
    Status.COMPLETED: "作业结束",
    Status.FIRE_WATCH: "留守观察",
    Status.CLOSED: "已验收关闭",
    Status.ARCHIVED: "已归档",
    Status.REJECTED: "已拒绝",
    Status.CANCELLED: "已取消",
    Status.EXPIRED: "已过期",
    Status.VOIDED: "已作废",
}

COMMAND: dict[type[c.Command], str] = {
    c.Submit: "提交申请",
    c.AcceptRequest: "受理",
    c.AttachJsa: "提交作业危害分析",
    c.AnswerMeasure: "回答措施是否涉及",
    c.RequestReview: "提交审批",
    c.Approve: "审批",
    c.ReturnForChange: "退回修改",
    c.Reject: "拒绝",
    c.Cancel: "取消",
    c.Void: "作废",
    c.AcknowledgeEscalation: "接手督办",
    c.SignBriefing: "交底签字",
    c.CheckIn: "签到",
    c.LeaveSite: "离场",
    c.ConfirmMeasure: "确认措施",
    c.AddPhoto: "补照片",
    c.AcceptPhoto: "认可照片",
    c.ConfirmPurged: "人工确认置换",
    c.RecordGas: "录入气体分析",
    c.ReportVentilation: "报告通风",
    c.CountPeople: "清点",
    c.Start: "开工签字",
    c.AnswerPrompt: "应答提醒",
    c.ExcuseTask: "说明办不了",
    c.StopWork: "停工",
    c.Resume: "复工签字",
    c.Finish: "完工",
    c.EndFireWatch: "结束留守",
    c.SignAcceptance: "验收签字",
    c.AddNote: "备注",
    c.RemindNode: "催办",
    c.NodeOverdue: "超时升级",
    c.StartWindowEnded: "开工时限",
    c.ValidityEnding: "到期提醒",
    c.ValidityEnded: "到期",
    c.PromptDue: "到岗提醒",
    c.FireWatchElapsed: "留守到时",
    c.CountOverdue: "清点提醒",
    c.LookAround: "核对周围作业",
    c.Archive: "归档",
    c.LogEntry: "登记进入",
    c.LogExit: "登记离开",
    c.OpenHandover: "填写交接记录",
    c.SignHandover: "交接签字",
    c.ConfirmClosing: "收尾确认",
    c.ShiftChangeDue: "交接班时间",
    c.NoteLink: "关联登记",
    c.LinkedChanged: "关联票变化",
    c.RecordStill: "记录摄像头画面",
}


def clock(moment: datetime, facts: Facts) -> str:
    """A moment as people at the site say it: ``08:12``, with the day when it is not the day of ``facts.at``."""
    local = moment.astimezone(facts.zone)
    today = facts.at.astimezone(facts.zone).date()
    hour = f"{local:%H:%M}"
    return hour if local.date() == today else f"{local.month}月{local.day}日 {hour}"


def name(person: PersonId, facts: Facts) -> str:
    """What the person is called; the bare id when the plant does not know them."""
    known = facts.people.get(person)
    return known.name if known is not None else person


def names(people: tuple[PersonId, ...], facts: Facts) -> str:
    """Several people: ``赵强、李娜``."""
    return "、".join(name(person, facts) for person in people)
