"""The journal in plain Chinese: one sentence for each event, who first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, TypeVar

from cards import words, words_links, words_photos
from cards import words_devices as devices
from cards import words_prompts as say
from cards.said_stop import without_order
from cards.words_photos import SKETCH
from cards.worth import worth
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.again import LOOK
from workflow.permit.content import GasSample
from workflow.permit.tasks import PHOTO_PURPOSE
from workflow.rules.tasks import TaskKind
from workflow.rules.types import PermitRules
from workflow.values import ActorKind, Proof

JSA = "jsa"
"""The purpose of a photographed hazard analysis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the sentences are told with."""

    names: Mapping[PersonId, str]
    zone: tzinfo
    nodes: Mapping[str, str]
    """Node key to label."""
    closings: Mapping[str, str] = field(default_factory=dict)
    """What is put right at the end: key to label."""
    photos: Mapping[str, str] = field(default_factory=dict)
    """Purpose of a photo to what people call it, see `photo_labels`."""

    def who(self, event: e.Event) -> str:
        """The person, device or clock behind an event."""
        if event.by.kind is ActorKind.CLOCK:
            return "系统"
        if event.by.kind is ActorKind.DEVICE:
            return f"设备{event.by.id}"
        return self.names.get(PersonId(event.by.id), event.by.id)

    def node(self, key: str | None) -> str:
        """The label of a node."""
        return self.nodes.get(key, key) if key is not None else ""

    def photo(self, purpose: str) -> str:
        """What people call the purpose of a photo."""
        return self.photos.get(purpose, words_photos.NOTE_PHOTO)


def photo_labels(rules: PermitRules) -> dict[str, str]:
    """Purpose to label for every photo a permit may ask for: of its list, its measures, its hazard analysis."""
    measures = {measure.no: f"措施{measure.no} {measure.label}" for measure in rules.measures}
    return {
        **measures,
        **{need.key: need.label for need in rules.photos},
        JSA: words_photos.JSA_SHEET,
        SKETCH: words_photos.SKETCH_LABEL,
        PHOTO_PURPOSE: say.PROMPT_PHOTO,
    }


E = TypeVar("E", bound=e.Event)
_LINES: dict[type[e.Event], Callable[[Any, Telling], str]] = {}


def _line(event: type[E], tell: Callable[[E, Telling], str]) -> None:
    _LINES[event] = tell


def history_line(event: e.Event, telling: Telling) -> str:
    """「周建国 受理了申请」. Raise `KeyError` for an event without a sentence: a bug of ours."""
    return f"{telling.who(event)} {_LINES[type(event)](event, telling)}"


def _photo(media: object) -> str:
    return "（附照片）" if media else ""


def _task(prompt: e.PromptRaised) -> str:
    if prompt.task is not None:
        return f"：{say.TASK[prompt.task.kind]}"
    return "，要气体数值" if prompt.wants_gas else ""


def _vouched(proof: Proof | None, telling: Telling) -> str:
    """Where a signature is worth less than one's own account: that, and whose word it rests on."""
    if proof is not None and proof.second is not None:
        return f"（{worth(proof, lambda one: telling.names.get(one, one))}）"
    if proof is None or proof.voucher is None:
        return ""
    return f"（{words_links.VOUCHED.format(name=telling.names.get(proof.voucher, proof.voucher))}）"


def _doubts(photo: e.PhotoAdded) -> str:
    fresh = "" if photo.camera else "（带现场验证码）" if photo.code else "（非现场拍摄）"
    return fresh + ("（像是以前用过的照片）" if photo.copies else "")


def _in_place(confirmed: e.MeasureConfirmed) -> str:
    if confirmed.no == LOOK.no:
        return f"到现场看过：{LOOK.label}"
    return f"确认措施{confirmed.no}已落实{_photo(confirmed.media)}{confirmed.detail}"


def _climbed(late: e.NodeEscalated, told: Telling) -> str:
    up = f"上报给{told.names.get(late.to, late.to)}" if late.to else ""
    if late.deputies:
        asked = f"请{'、'.join(told.names.get(one, one) for one in late.deputies)}代为办理"
        return f"{asked}，并{up}" if up else asked
    # Whether the management has a group, and whether it was reached, is not told by the event.
    return up or "已没有可上报的人"


def _manner(signed: e.StepApproved, told: Telling) -> str:
    late = "，超时上报后签" if signed.escalated else ""
    deputy = f"（代{told.names.get(signed.instead_of, signed.instead_of)}）" if signed.instead_of else ""
    return f"{late}{deputy}{_vouched(signed.proof, told)}"


_line(
    e.PermitSubmitted,
    lambda x, t: f"提交申请：{x.content.place} {x.content.task}，{words.stretch(x.content.planned, t.zone)}",
)
_line(e.RequestAccepted, lambda x, t: "受理了申请")
_line(e.JsaAttached, lambda x, t: f"填了危害分析：{x.text or '照片'}")
_line(e.MeasureAnswered, lambda x, t: f"措施{x.no}：{'涉及' if x.involved else '不涉及'}")
_line(e.ReviewRequested, lambda x, t: "签字提交审批")
_line(e.StepApproved, lambda x, t: f"签字通过（{t.node(x.node)}）：{x.opinion}{_manner(x, t)}")
_line(e.PermitIssued, lambda x, t: "全部签完，作业票签发")
_line(e.ReturnedForChange, lambda x, t: f"退回修改：{x.reason}；已有签字作废")
_line(e.PermitRejected, lambda x, t: f"拒绝：{x.reason}")
_line(e.PermitCancelled, lambda x, t: f"取消：{x.reason}")
_line(e.PermitVoided, lambda x, t: f"作废：{x.reason}")
_line(e.PermitExpired, lambda x, t: f"过期：{x.why}")
_line(e.NodeReminded, lambda x, t: f"{t.node(x.node)}还没办，提醒了一次")
_line(e.NodeEscalated, lambda x, t: f"{t.node(x.node)}超时，{_climbed(x, t)}（第{x.level}级）")
_line(e.EscalationAcknowledged, lambda x, t: f"跟进超时的{t.node(x.node)}")
_line(e.BriefingSigned, lambda x, t: f"签了安全交底{_vouched(x.proof, t)}")
_line(e.ArrivedOnSite, lambda x, t: "到现场签到")
_line(e.LeftSite, lambda x, t: f"{t.names.get(x.person, x.person)}离开现场")
_line(e.MeasureConfirmed, lambda x, t: _in_place(x))
_line(e.PhotoAdded, lambda x, t: f"拍照：{t.photo(x.purpose)}{_doubts(x)}")
_line(e.PhotoAccepted, lambda x, t: f"认可照片：{t.photo(x.purpose)}，理由：{x.reason}")
_line(e.PurgeConfirmedByHand, lambda x, t: f"人工确认已置换合格（设备系统无回传）：{x.how}")
_line(
    e.GasRecorded,
    lambda x, t: f"气体分析{'合格' if x.passed else '不合格：' + '；'.join(x.failures)}（{gas_values(x.sample)}）",
)
_line(e.VentilationReported, lambda x, t: f"通风{'运行' if x.running else '停止'}{'（机械）' if x.mechanical else ''}")
_line(e.PeopleCounted, lambda x, t: f"清点：里面{x.people}人、{x.tools}件工具")
_line(e.StartSigned, lambda x, t: f"确认开工（{words.ROLE[x.role]}）{_vouched(x.proof, t)}")
_line(e.WorkStarted, lambda x, t: "条件全部满足，开工")
_line(e.PromptRaised, lambda x, t: f"询问监护人（第{x.number}次）{_task(x)}")
_line(e.PromptAnswered, lambda x, t: f"应答（第{x.number}次）")
_line(e.PromptMissed, lambda x, t: f"监护人{'答错，算一次未应答' if x.wrong else '没有应答'}（第{x.number}次）")
_line(e.PromptMisanswered, lambda x, t: f"答错（第{x.number}次第{x.attempt}答）：{x.said}")
_line(
    e.TaskExcused,
    lambda x, t: (
        f"说办不了（第{x.number}次）：{say.TASK[x.task]}，"
        f"改为{say.TASK[x.instead.kind if x.instead is not None else TaskKind.TAP]}"
    ),
)
_line(
    e.WorkSuspended,
    lambda x, t: (
        f"停工：{words.SUSPENDED[x.reason]} {without_order(x.text)}{'，人员撤离' if x.evacuate else ''}".rstrip()
        + _vouched(x.proof, t)
    ),
)
_line(e.ResumeSigned, lambda x, t: f"确认复工（{words.ROLE[x.role]}）：{x.cause_removed}{_vouched(x.proof, t)}")
_line(e.WorkResumed, lambda x, t: "条件重新满足，复工")
_line(e.ValidityWarned, lambda x, t: f"提醒：还有{words.span(x.left)}到期")
_line(e.WorkFinished, lambda x, t: f"完工清点：里面{x.people_inside}人、{x.tools_inside}件工具")
_line(e.FireWatchStarted, lambda x, t: f"开始留守，到{words.clock(x.until, t.zone)}")
_line(e.FireWatchMinutesOver, lambda x, t: "留守时间到")
_line(e.FireWatchEnded, lambda x, t: f"确认没有残火{_photo(x.media)}")
_line(e.AcceptanceSigned, lambda x, t: f"验收签字（{words.ROLE[x.role]}）{_vouched(x.proof, t)}")
_line(e.PermitClosed, lambda x, t: "验收完毕，关闭")
_line(e.PermitArchived, lambda x, t: "归档")
_line(e.NoteAdded, lambda x, t: f"留言：{x.text or '语音'}")
_line(e.CountReminded, lambda x, t: f"第{x.number}次催清点")
_line(e.PersonEntered, lambda x, t: f"登记{t.names.get(x.person, x.person)}进入，带工具{x.tools}件")
_line(e.PersonCameOut, lambda x, t: f"登记{t.names.get(x.person, x.person)}出来，带出工具{x.tools}件")
_line(
    e.HandoverOpened,
    lambda x, t: (
        f"填了第{x.number}份交接记录：监护{t.names.get(x.record.guardian, x.record.guardian)}、"
        f"负责{t.names.get(x.record.leader, x.record.leader)}；里面{x.record.people}人、工具{x.record.tools}件；"
        f"隔离：{x.record.isolation}；遗留：{x.record.issues}"
    ),
)
_line(e.HandoverSigned, lambda x, t: f"签了第{x.number}份交接记录")
_line(
    e.ShiftHandedOver,
    lambda x, t: (
        f"签完第{x.number}份交接：现在监护人{t.names.get(x.guardian, x.guardian)}、"
        f"负责人{t.names.get(x.leader, x.leader)}"
    ),
)
_line(e.ClosingConfirmed, lambda x, t: f"收尾确认：{t.closings.get(x.need, x.need)} {x.text}{_photo(x.media)}".rstrip())
_line(e.LinkNoted, lambda x, t: f"{words.WORK[x.work]}票{x.number}关联了本票")
_line(e.LinkedPermitChanged, lambda x, t: x.text)
_line(e.StillTaken, lambda x, t: f"拍下画面（{devices.OCCASION[x.occasion]}）：{x.name}")
_line(e.CameraSilent, lambda x, t: f"{devices.camera_silent(x.name, x.why)}（{devices.OCCASION[x.occasion]}）")
_line(e.AttemptRefused, lambda x, t: f"没办成：{x.text}")


def gas_values(sample: GasSample) -> str:
    """「可燃 0.1%LEL 氧 20.8%vol」 with the gas names people use."""
    return " ".join(f"{words.GAS.get(one.gas, one.gas)} {one.value}{one.unit.value}" for one in sample.readings)
