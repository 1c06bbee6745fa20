"""Groups: making them, their members and robots, and the ids they had before."""

from __future__ import annotations

from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint
from sandbox.dingtalk.config import GroupConfig, conversation_id
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.world import Group

Json = dict[str, Any]
_LONGEST_NAME, _LONGEST_TITLE = 20, 30


class GroupApi:
    """``/v1.0/im`` and the robots of a group."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._scenes: dict[str, str] = {}
        """Groups by the uuid of their creation."""

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them."""
        table = (
            ("/v1.0/im/group/create", self.create),
            ("/v1.0/im/sceneGroup/create", self.create_scene),
            ("/v1.0/im/sceneGroup/member/add", self.add_members),
            ("/v1.0/im/sceneGroup/member/delete", self.delete_members),
            ("/v1.0/im/chat/scenegroup/disband", self.disband),
            ("/v1.0/im/chat/{chatId}/convertToOpenConversationId", self.convert),
            ("/v1.0/robot/groups/robots/query", self.robots),
        )
        return tuple(Endpoint(path=path, method="POST", handle=handle) for path, handle in table)

    def create(self, call: Call) -> Json:
        """An ordinary internal group. The robot is not in it: a person adds it in the client."""
        body = call.json()
        name, owner = body.get("name"), body.get("owner")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise ApiError("invalidParameter.name", "群名称1-20个字符")
        if body.get("conversationTag") != 2:
            raise ApiError("invalidParameter.conversationTag", "conversationTag")
        group = self._made(call, name, str(owner), body.get("useridlist"), robots=())
        return {"openConversationId": group.id, "chatid": group.chat_id, "conversationTag": 2}

    def create_scene(self, call: Call) -> Json:
        """A group from a template with the robot in it; the same uuid gives the same group."""
        body = call.json()
        title, owner = body.get("title"), body.get("owner_user_id")
        if not isinstance(title, str) or not 0 < len(title) <= _LONGEST_TITLE:
            raise ApiError("invalidParameter.title", "群名称不能超过30个字符")
        if not body.get("template_id"):
            raise ApiError("invalidParameter.template_id", "template_id不能为空")
        uuid = str(body.get("uuid") or "")
        group = call.corp.groups.get(self._scenes.get(uuid, ""))
        if group is None:
            group = self._made(call, title, str(owner), body.get("user_ids"), robots=(call.app.robot,))
        if uuid:
            self._scenes[uuid] = group.id
        return {"open_conversation_id": group.id, "chat_id": group.chat_id, "success": True}

    def add_members(self, call: Call) -> Json:
        """Let people in."""
        body = call.json()
        group = self._group(call, body.get("open_conversation_id"))
        for userid in self._people(call, body.get("user_ids")):
            if userid not in group.members:
                group.members.append(userid)
        return {"success": True}

    def delete_members(self, call: Call) -> Json:
        """Take people out."""
        body = call.json()
        group = self._group(call, body.get("open_conversation_id"))
        leaving = self._people(call, body.get("user_ids"))
        group.members = [each for each in group.members if each not in leaving]
        return {"success": True}

    def disband(self, call: Call) -> Json:
        """End a group."""
        self._group(call, call.json().get("openConversationId")).disbanded = True
        return {"success": True}

    def convert(self, call: Call) -> Json:
        """The openConversationId of an old chatid."""
        for group in call.corp.groups.values():
            if group.chat_id == call.path["chatId"]:
                return {"openConversationId": group.id}
        raise ApiError("invalidParameter.chatId", "chatId无效")

    def robots(self, call: Call) -> Json:
        """Robots in a group."""
        group = self._group(call, call.json().get("openConversationId"))
        apps = [self._hand.world.robot(code) for code in group.robots]
        rows = [
            {"robotCode": app.robot, "robotName": app.config.name, "openRobotType": 1}
            for app in apps
            if app is not None
        ]
        return {"chatbotInstanceVOList": rows}

    def _group(self, call: Call, identity: object) -> Group:
        group = call.corp.groups.get(str(identity))
        if group is None or group.disbanded:
            raise ApiError("invalidParameter.openConversationId.invalid", "openConversationId无效")
        return group

    def _people(self, call: Call, users: object) -> list[str]:
        names = users.split(",") if isinstance(users, str) else users
        if not isinstance(names, list) or not names:
            raise ApiError("invalidParameter.userIds", "人员不能为空")
        for userid in names:
            if userid not in call.corp.people:
                raise ApiError("invalidParameter.userIds", f"人员不存在: {userid}")
        return [str(each) for each in names]

    def _made(self, call: Call, name: str, owner: str, users: object, *, robots: tuple[str, ...]) -> Group:
        members = dict.fromkeys([*self._people(call, [owner]), *self._people(call, users)])
        number = self._hand.world.serials.number("group")
        return call.corp.add_group(
            GroupConfig(
                id=conversation_id(f"made|{number}"), name=name, owner=owner, members=tuple(members), robots=robots
            )
        )
