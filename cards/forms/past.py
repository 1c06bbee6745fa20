"""The tables of what happened: the course of the work, who was inside, and what was photographed."""

from __future__ import annotations

from collections.abc import Iterator

from cards import words as chat
from cards import words_photos
from cards.forms import words
from cards.forms.paper import Paper
from cards.forms.table import Table
from cards.history import photo_labels
from cards.said_stop import without_order
from workflow.ids import MediaHash
from workflow.permit import events as e

_MILESTONES: dict[type[e.Event], str] = {
    e.PermitIssued: "签发",
    e.WorkStarted: "开工",
    e.WorkSuspended: "停工",
    e.WorkResumed: "复工",
    e.WorkFinished: "作业结束",
    e.FireWatchStarted: "开始留守",
    e.FireWatchEnded: "确认无残火",
    e.PermitClosed: "验收关闭",
    e.ReturnedForChange: "退回修改",
    e.PermitRejected: "拒绝",
    e.PermitCancelled: "取消",
    e.PermitVoided: "作废",
    e.PermitExpired: "过期",
    e.ShiftHandedOver: "交接班",
    e.ClosingConfirmed: "收尾确认",
    e.LinkedPermitChanged: "关联票变化",
    e.PhotoAccepted: "认可照片",
    e.PurgeConfirmedByHand: "人工确认置换",
}


def course(paper: Paper) -> Table:
    """When what happened, with the reason where there is one."""
    rows = tuple(
        (paper.time(one.at), _MILESTONES[type(one)], _why(paper, one), paper.who(one.by) or words.SYSTEM)
        for one in paper.events
        if type(one) in _MILESTONES
    )
    return Table(
        title="经过",
        columns=(("时间", 3.2), ("事项", 2.0), ("说明", 7.0), ("办理", 2.0)),
        rows=rows or (("",) * 4,),
    )


def _why(paper: Paper, event: e.Event) -> str:
    match event:
        case e.WorkSuspended(reason=reason, text=text):
            return " ".join(filter(None, (chat.SUSPENDED[reason], without_order(text))))
        case e.PermitExpired(why=why):
            return why
        case e.ReturnedForChange(reason=text) | e.PermitRejected(reason=text):
            return text
        case e.PermitCancelled(reason=text) | e.PermitVoided(reason=text):
            return text
        case e.WorkFinished(people_inside=people, tools_inside=tools):
            return f"清点：里面{people}人、{tools}件工具"
        case e.ShiftHandedOver(guardian=guardian, leader=leader):
            return f"监护人{paper.name(guardian)}，作业负责人{paper.name(leader)}"
        case e.ClosingConfirmed(need=need, text=text):
            labels = {one.key: one.label for one in paper.law.closing}
            return " ".join(filter(None, (labels.get(need, need), text)))
        case e.PurgeConfirmedByHand(how=how, why=why):
            return f"{how}（{why}）"
        case e.LinkedPermitChanged(text=text) | e.PhotoAccepted(reason=text):
            return text
        case _:
            return ""


def inside(paper: Paper) -> Table | None:
    """Who went in and came out, as the guardian logged it (6.8); None when nobody was logged."""
    rows = tuple(
        (paper.time(one.at), paper.name(one.person), words.WENT_IN if entered else words.CAME_OUT, f"{one.tools}件")
        for one in paper.events
        if (entered := isinstance(one, e.PersonEntered)) or isinstance(one, e.PersonCameOut)
    )
    if not rows:
        return None
    columns = (("时间", 3.4), ("姓名", 3.0), ("进出", 2.0), ("工具", 2.0))
    return Table(title="人员进出登记", columns=columns, rows=rows)


def index(paper: Paper) -> Table | None:
    """What was photographed or attached, each with the hash of its original bytes."""
    rows = tuple(_attached(paper))
    if not rows:
        return None
    return Table(
        title="照片与附件索引",
        columns=(("用途", 3.2), ("时间", 3.4), ("提供人", 1.5), ("来源", 1.6), ("原件 SHA-256", 6.9)),
        rows=rows,
        small=(4,),
    )


def _attached(paper: Paper) -> Iterator[tuple[str, ...]]:
    names = photo_labels(paper.law)
    for event in paper.events:
        media: MediaHash | None = None
        source, title = "", ""
        match event:
            case e.PhotoAdded(media=media, purpose=purpose, camera=camera):
                title = names.get(purpose, words_photos.NOTE_PHOTO)
                source = words.BY_CAMERA if camera else words.NOT_BY_CAMERA
            case e.MeasureConfirmed(media=media, no=no):
                title = f"措施{no}"
            case e.JsaAttached(media=media):
                title = "风险辨识"
            case e.FireWatchEnded(media=media):
                title = "无残火"
            case e.NoteAdded(media=media):
                title = "留言"
            case e.ClosingConfirmed(media=media):
                title = "收尾确认"
            case _:
                pass
        if media is not None:
            yield title, paper.time(event.at), paper.who(event.by), source, media
