"""Lines of the ledgers beside the permits: isolations, deviations and emergencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from workflow.deviation.state import Stage as DeviationStage
from workflow.isolation.state import Method

ISOLATION_METHOD: Mapping[Method, str] = {
    Method.BLIND: "盲板",
    Method.SPOOL_REMOVED: "拆短节",
    Method.POWER_LOCK: "断电上锁",
    Method.VALVE_LOCK: "阀门上锁",
    Method.SOURCE_CLOSED: "放射源关闭",
}
AND_MORE = "……还有{count}处，说地点再查"


def isolation_line(number: str, what: str, method: Method, mark: str, owner: str, *, proven: bool) -> str:
    """One isolation in the list: ``GL-… 进料阀（阀门上锁 L12，王强）已验证``."""
    state = "已验证" if proven else "还没验证"
    return f"{number} {what}（{ISOLATION_METHOD[method]} {mark}，{owner}）{state}"


NOTHING_STOPPED = "该处没有正在作业的票"
CHANNEL_STOP = "该处开通绿色通道抢修 {number}"
NO_DEVIATIONS = "没有没办完的偏差。"


def deviation_line(number: str, place: str, why: str, stage: DeviationStage, due: datetime, now: datetime) -> str:
    """One deviation in the list: ``PC-… 2号罐 法兰泄漏：还没补录，剩5小时``."""
    if stage is DeviationStage.RECORDED:
        state = "等审查"
    elif now > due:
        state = f"超期{int((now - due).total_seconds() // 3600)}小时没有补录"
    else:
        state = f"还没补录，剩{int((due - now).total_seconds() // 3600)}小时"
    return f"{number} {place} {why}：{state}"


NO_EMERGENCY = "没有未解除的紧急状态。"


def emergency_line(where: str, caller: str, when: str, lifters: Sequence[str]) -> str:
    """One emergency in the list: ``二号罐区：赵敏 3月18日 10:00 发起，由周强解除``."""
    return f"{where}：{caller} {when} 发起，由{'、'.join(lifters) or '值班领导（还没有登记）'}解除"


SAME_PLACE, TWO_PLACES = "同一处", "两处"
PAIR = "{one} / {other}"
PLACE_ROWS: Mapping[str, str] = {
    "code": "编码",
    "name": "名称",
    "map": "位置",
    "things": "设备",
    "past": "历史",
    "why": "依据",
}
"""What the safety department looks at before it says that two codes are one place."""
FENCES_MEET, FENCES_APART, NO_FENCES = "围栏重叠", "围栏不重叠", "没有围栏可比"
NO_THINGS_SHARED, NO_PAST_SHARED = "没有同名设备", "没有开过同样的票"

PURGED_BY: Mapping[str, str] = {
    "sampled": "现场取样分析合格",
    "drained": "排净放空并加盲板",
    "steamed": "蒸煮吹扫检测合格",
}
"""How a named human made sure that equipment is purged, while the equipment system is silent."""
PURGE_WRITE, PURGE_WRITE_TAP = "write", "自己写一句"


BOX_ROWS: Mapping[str, str] = {"points": "隔离点", "lock": "锁{number}"}
BOX_HELD, BOX_EMPTY = "挂着{count}把锁，钥匙不能取", "没有锁挂着，可以取钥匙"
BOX_TAPS: Mapping[str, str] = {"off": "摘锁{number}", "take": "接锁{number}", "look": "刷新"}
"""What may be pressed on a box's card, by the first part of the button's argument."""


def box_line(label: str, place: str, points: int, owners: list[str]) -> str:
    """One box in the list: ``X1 2号罐：3处隔离，挂着2把锁（王强、李明）``."""
    held = f"挂着{len(owners)}把锁（{'、'.join(owners)}）" if owners else "没有锁挂着"
    return f"{label} {place}：{points}处隔离，{held}"


def crew_lock(owner: str, crew: str, permit: str, taker: str) -> str:
    """Whose lock it is and for which permit: ``王强（鲁安检修）DHZY-…，等李明接``."""
    return f"{owner}（{crew}）{permit}" + (f"，等{taker}接" if taker else "")
