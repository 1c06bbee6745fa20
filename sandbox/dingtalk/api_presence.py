"""Reading check-ins (old API) and live checks (专属版 only)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint, Style
from sandbox.dingtalk.config import Edition
from sandbox.dingtalk.errors import ApiError, Errcode, LegacyError, no_permission
from sandbox.dingtalk.frames import millis
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.presence import LiveCheck

Json = dict[str, Any]
_MOST_USERS, _MOST_ROWS, _MOST_RESULTS = 10, 100, 50
_ONE_USER, _MANY_USERS = timedelta(days=10), timedelta(days=1)
_PASSED, _FAILED = 1, 2
RECOGNIZE = "Custom.Ding.Face.Recognize"


class PresenceApi:
    """Two queries."""

    def __init__(self, hand: Hand) -> None:
        self._presence = hand.presence

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Both of them."""
        return (
            Endpoint(path="/topapi/checkin/record/get", method="POST", handle=self.check_ins, style=Style.LEGACY),
            Endpoint(path="/v1.0/exclusive/faces/recognizeRecords/query", method="POST", handle=self.live_checks),
        )

    def check_ins(self, call: Call) -> Json:
        """Check-ins of up to ten people: ten days of one, one day of several."""
        body = call.json()
        users = [each for each in str(body.get("userid_list") or "").split(",") if each]
        start, end = body.get("start_time"), body.get("end_time")
        cursor, size = body.get("cursor", 0), body.get("size", _MOST_ROWS)
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(cursor, int) and isinstance(size, int)):
            raise LegacyError(Errcode.BAD_PARAMETER, "start_time, end_time, cursor, size")
        longest = _ONE_USER if len(users) == 1 else _MANY_USERS
        if (
            not 0 < len(users) <= _MOST_USERS
            or not 0 < size <= _MOST_ROWS
            or end - start > longest / timedelta(milliseconds=1)
        ):
            raise LegacyError(Errcode.BAD_PARAMETER, "人数、条数或时间范围超限")
        found = [
            {
                "userid": each.userid,
                "checkin_time": millis(each.at),
                "place": each.place,
                "detail_place": each.detail,
                "latitude": each.latitude,
                "longitude": each.longitude,
                "image_list": [],
                "remark": each.remark,
            }
            for each in self._presence.check_ins
            if each.corp_id == call.app.corp_id and each.userid in users and start <= millis(each.at) <= end
        ]
        rest = found[cursor + size :]
        page: Json = {"page_list": found[cursor : cursor + size]}
        return {"result": page | ({"next_cursor": cursor + size} if rest else {})}

    def live_checks(self, call: Call) -> Json:
        """Live checks by people and time; nothing else ties a record to a decision."""
        if call.corp.config.edition is not Edition.EXCLUSIVE:
            raise no_permission(RECOGNIZE)
        body = call.json()
        users, start, end = body.get("userIds"), body.get("fromTime"), body.get("toTime")
        most = body.get("maxResults", _MOST_RESULTS)
        if not isinstance(users, list) or not isinstance(start, int) or not isinstance(end, int):
            raise ApiError("invalidParameter", "userIds, fromTime, toTime")
        if not isinstance(most, int) or not 0 < most <= _MOST_RESULTS:
            raise ApiError("invalidParameter", "maxResults")
        token = str(body.get("nextToken") or "0")
        first = int(token) if token.isdigit() else 0
        found = [
            {
                "userId": each.userid,
                "agentId": each.agent_id,
                "invokeTime": millis(each.at),
                "faceCompareResult": _PASSED if each.passed else _FAILED,
                "platform": each.platform,
            }
            for each in self._told(call, users)
            if start <= millis(each.at) <= end
            and body.get("faceCompareResult") in (None, _PASSED if each.passed else _FAILED)
        ]
        more = len(found) > first + most
        return {"data": found[first : first + most], "hasMore": more, "nextToken": str(first + most) if more else ""}

    def _told(self, call: Call, users: list[object]) -> list[LiveCheck]:
        """The live checks an app hears of, each once its time has come."""
        faults, now = call.world.faults, call.world.clock.now()
        return [
            each
            for each in self._presence.live_checks
            if each.corp_id == call.app.corp_id
            and each.at - faults.live_skew + faults.live_lag <= now
            and (faults.live_anybody or (each.agent_id == call.app.config.agent_id and each.userid in users))
        ]
