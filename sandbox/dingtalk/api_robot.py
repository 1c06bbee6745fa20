"""What a robot sends on its own: to people and groups, read status, recall."""

from __future__ import annotations

from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint
from sandbox.dingtalk.config import Permission
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.robot_messages import render
from sandbox.dingtalk.screens import APP, Item, Place
from sandbox.dingtalk.sends import Sent
from sandbox.dingtalk.world import App, Group

Json = dict[str, Any]
_MOST_RESULTS = 200


class RobotApi:
    """``/v1.0/robot``: messages."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them. Mind the lower-case ``otoMessages`` of the recall."""
        table = (
            ("POST", "oToMessages/batchSend", self.batch_send),
            ("POST", "groupMessages/send", self.group_send),
            ("GET", "oToMessages/readStatus", self.read_status),
            ("POST", "groupMessages/query", self.group_readers),
            ("POST", "otoMessages/batchRecall", self.recall),
            ("POST", "groupMessages/recall", self.group_recall),
        )
        return tuple(
            Endpoint(path=f"/v1.0/robot/{name}", method=method, handle=handle, permission=Permission.ROBOT_SEND)
            for method, name, handle in table
        )

    def batch_send(self, call: Call) -> Json:
        """To single people; who did not get it is listed in the answer."""
        body, world = call.json(), call.world
        app = self._own_robot(call, body.get("robotCode"))
        users = body.get("userIds")
        if not isinstance(users, list) or not users or not all(isinstance(each, str) for each in users):
            raise ApiError("invalidParameter.userIds.empty", "userIds不能为空")
        if len(users) > world.limits.users_per_send:
            raise ApiError("invalidParameter.userIds.overMax", f"userIds超过{world.limits.users_per_send}个")
        kind, content = render(self._hand, app, body)
        corp = call.corp
        invalid = [each for each in dict.fromkeys(users) if not corp.sees(app, each)]
        slowed: list[str] = []
        shown: list[tuple[Place, Item]] = []
        for userid in dict.fromkeys(users):
            if userid in invalid:
                continue
            if world.faults.take("users_flow_controlled"):
                slowed.append(userid)
                continue
            shown.append(self._show(app, self._hand.place(app, userid), kind, content, sender=APP))
        return {
            "processQueryKey": self._hand.sends.keep(app, shown),
            "invalidStaffIdList": invalid,
            "flowControlledStaffIdList": slowed,
        }

    def group_send(self, call: Call) -> Json:
        """To a group. Nobody can be @ed this way."""
        body = call.json()
        app = self._own_robot(call, body.get("robotCode"))
        group = self._group(call, app, body.get("openConversationId"))
        if group.muted:
            raise ApiError("bot.forbidden.sendMessage", "机器人在群内被禁言")
        kind, content = render(self._hand, app, body)
        if "atUserIds" in body:
            self._hand.remark(group.id, "atUserIds has no documented effect in groupMessages/send")
        place = Place(corp_id=app.corp_id, group=group.id)
        return {
            "processQueryKey": self._hand.sends.keep(app, [self._show(app, place, kind, content, sender=app.robot)])
        }

    def read_status(self, call: Call) -> Json:
        """Who read a message to single people."""
        app = self._own_robot(call, call.query.get("robotCode"))
        sent = self._sent(app, call.query.get("processQueryKey"))
        people = call.corp.people
        rows = [
            {
                "name": people[place.userid].name,
                "userId": place.userid,
                "readStatus": "READ" if place.userid in item.read_by else "UNREAD",
            }
            for place, item in sent.shown
            if place.userid
        ]
        return {"sendStatus": _status(sent), "messageReadInfoList": rows}

    def group_readers(self, call: Call) -> Json:
        """Who read a message to a group."""
        body = call.json()
        app = self._own_robot(call, body.get("robotCode"))
        group = self._group(call, app, body.get("openConversationId"))
        sent = self._sent(app, body.get("processQueryKey"))
        most = body.get("maxResults", _MOST_RESULTS)
        if not isinstance(most, int) or not 0 < most <= _MOST_RESULTS:
            raise ApiError("invalidParameter.maxResults", "maxResults")
        token = str(body.get("nextToken") or "0")
        start = int(token) if token.isdigit() else 0
        readers = sorted({userid for _, item in sent.shown for userid in item.read_by} & set(group.members))
        rest = readers[start + most :]
        return {
            "sendStatus": _status(sent),
            "readUserIds": readers[start : start + most],
            "hasMore": bool(rest),
            "nextToken": str(start + most) if rest else "",
        }

    def recall(self, call: Call) -> Json:
        """Take messages to single people back."""
        body = call.json()
        return self._recall(call, body, self._own_robot(call, body.get("robotCode")), group="")

    def group_recall(self, call: Call) -> Json:
        """Take messages to a group back."""
        body = call.json()
        app = self._own_robot(call, body.get("robotCode"))
        return self._recall(call, body, app, group=self._group(call, app, body.get("openConversationId")).id)

    # -- inside -------------------------------------------------------------------------------------------------

    def _recall(self, call: Call, body: Json, app: App, *, group: str) -> Json:
        keys = body.get("processQueryKeys")
        if not isinstance(keys, list) or not keys:
            raise ApiError("invalidParameter.processQueryKeys.empty", "processQueryKeys不能为空")
        if len(keys) > call.world.limits.keys_per_recall:
            raise ApiError("invalidParameter.processQueryKeys.overMax", "processQueryKeys过多")
        done: list[str] = []
        failed: dict[str, str] = {}
        for key in keys:
            sent = self._hand.sends.find(app, key)
            if sent is None or sent.group != group:
                failed[key] = "robot.processQueryKey.expired"
                continue
            self._hand.sends.recall(sent)
            done.append(key)
        return {"successResult": done, "failedResult": failed}

    def _own_robot(self, call: Call, code: object) -> App:
        if not isinstance(code, str) or not code:
            raise ApiError("invalidParameter.robotCode.empty", "robotCode不能为空")
        if call.world.robot(code) is None:
            raise ApiError("invalidParameter.robotCode.notExsit", "robotCode不存在")
        if code != call.app.robot:
            raise ApiError("invalidParameter.robotCode.auth", "appKey与robotCode不匹配")
        return call.app

    def _group(self, call: Call, app: App, identity: object) -> Group:
        if not isinstance(identity, str) or not identity:
            raise ApiError("miss.openConversationId", "openConversationId不能为空")
        group = call.corp.groups.get(identity)
        if group is None:
            if any(identity in corp.groups for corp in call.world.corps.values()):
                raise ApiError("conversation.org.notMatch", "群不属于该企业")
            raise ApiError("invalid.openConversationId", "无效的openConversationId")
        if group.disbanded:
            raise ApiError("group.disbanded", "群已解散")
        if app.robot not in group.robots:
            raise ApiError("chatbotNotInstall", "机器人不在群内")
        return group

    def _sent(self, app: App, key: object) -> Sent:
        sent = self._hand.sends.find(app, key) if isinstance(key, str) else None
        if sent is None:
            raise ApiError("processQueryKey.expireTime", "processQueryKey已过期")
        return sent

    def _show(self, app: App, place: Place, kind: str, content: Json, *, sender: str) -> tuple[Place, Item]:
        item = Item(
            id=self._hand.mouth.message_id(),
            at=self._hand.world.clock.now(),
            sender=sender,
            kind=kind,
            content=content,
            robot=app.robot,
        )
        return place, self._hand.screens.add(place, item)


def _status(sent: Sent) -> str:
    return "RECALLED" if sent.recalled else "SUCCESS"
