"""DING (强提醒): in the app, by SMS, by phone call; what an organisation gets depends on its edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint
from sandbox.dingtalk.config import Edition, Permission
from sandbox.dingtalk.errors import ApiError, no_permission
from sandbox.dingtalk.faults import StandardDing
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.screens import APP, Item, Place

Json = dict[str, Any]
IN_APP, SMS, PHONE = 1, 2, 3
VOICES = (
    "Standard_Female_Voice",
    "Cantonese_Female_Voice",
    "Gentine_Female_Voice",
    "Overbearing_Female_Voice",
    "Lovely_Girl_Voice",
    "Standard_Male_Voice",
)
_PER_MINUTE = 6000
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Ding:
    """One DING that was sent."""

    id: str
    client_id: str
    at: datetime
    remind_type: int
    content: str
    receivers: list[str]
    shown: list[tuple[Place, Item]]
    recalled: bool = False


class DingApi:
    """``/v1.0/robot/ding``."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.sent: dict[str, Ding] = {}

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Send and recall."""
        return (
            Endpoint(path="/v1.0/robot/ding/send", method="POST", handle=self.send, permission=Permission.DING_WRITE),
            Endpoint(
                path="/v1.0/robot/ding/recall", method="POST", handle=self.recall, permission=Permission.DING_WRITE
            ),
        )

    def send(self, call: Call) -> Json:
        """Remind people; who cannot be reminded is in failedList."""
        body, app = call.json(), call.app
        kind, receivers, content = self._read(call, body)
        self._demand_edition(call, kind)
        limiter = call.world.limiter
        if not limiter.admits("ding", app.robot, limit=_PER_MINUTE - 1, span=_MINUTE, weight=len(receivers)):
            raise ApiError("toomuch.msg", "发送过于频繁")
        failed = [each for each in receivers if not call.corp.sees(app, each)]
        reached = [each for each in receivers if each not in failed]
        ding = Ding(
            id=self._hand.world.opaque("ding", 15),
            client_id=app.client_id,
            at=call.world.clock.now(),
            remind_type=kind,
            content=content,
            receivers=reached,
            shown=[],
        )
        for userid in reached:
            place = self._hand.place(app, userid)
            shown: Json = {"content": content, "remind_type": kind}
            item = Item(
                id=self._hand.mouth.message_id(), at=ding.at, sender=APP, kind="ding", content=shown, robot=app.robot
            )
            ding.shown.append((place, self._hand.screens.add(place, item)))
        self.sent[ding.id] = ding
        return {"openDingId": ding.id, "failedList": {"用户不在应用可见范围内": failed} if failed else {}}

    def recall(self, call: Call) -> Json:
        """Take a DING back."""
        body = call.json()
        ding = self.sent.get(str(body.get("openDingId")))
        if body.get("robotCode") != call.app.robot:
            raise ApiError("invalid.chatbotId", "robotCode无效")
        if ding is None or ding.client_id != call.app.client_id:
            raise ApiError("invalidParameter.param.invalid", "openDingId无效")
        ding.recalled = True
        for place, item in ding.shown:
            self._hand.screens.recall(place, item)
        return {"openDingId": ding.id}

    def _read(self, call: Call, body: Json) -> tuple[int, list[str], str]:
        if body.get("robotCode") != call.app.robot:
            raise ApiError("invalid.chatbotId", "robotCode无效")
        kind, content = body.get("remindType"), body.get("content")
        receivers = body.get("receiverUserIdList")
        if kind not in (IN_APP, SMS, PHONE) or not isinstance(content, str) or not content:
            raise ApiError("invalidParameter.param.invalid", "remindType或content无效")
        if "callVoice" in body and body["callVoice"] not in VOICES:
            raise ApiError("invalidParameter.param.invalid", "callVoice无效")
        if not isinstance(receivers, list) or not receivers:
            raise ApiError("miss.staffId", "receiverUserIdList不能为空")
        limits = call.world.limits
        if len(receivers) > (limits.ding_receivers if kind == IN_APP else limits.ding_paid_receivers):
            raise ApiError("ding.receivercount.limit", "接收人超过上限")
        return int(kind), [str(each) for each in dict.fromkeys(receivers)], content

    def _demand_edition(self, call: Call, kind: int) -> None:
        config = call.corp.config
        if kind != IN_APP and kind not in config.ding_packages:
            raise ApiError("ding.serverquota.insufficient", "DING额度不足")
        if config.edition is not Edition.STANDARD:
            return
        reading = call.world.quirks.standard_ding
        if reading is StandardDing.DENIED:
            raise no_permission(str(Permission.DING_WRITE))
        if reading is StandardDing.NO_QUOTA:
            raise ApiError("ding.serverquota.insufficient", "DING额度不足")
