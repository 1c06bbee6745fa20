"""A small plant in a DingTalk twin, an OpenAPI client, and a stream client that acks as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote_plus

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

from sandbox.dingtalk import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    Edition,
    GroupConfig,
    PersonConfig,
    TwinConfig,
)
from sandbox.dingtalk.config import conversation_id

START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""Monday, 08:30 in China."""
CORP = "ding1plant"
APP, SECRET = "dingpermitapp", "secret-of-permits"
OTHER_APP, OTHER_SECRET = "dingotherapp", "secret-of-other"
GROUP = conversation_id("safety")
ROBOT_TOPIC, CARD_TOPIC = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
EVERYTHING = [("EVENT", "*"), ("CALLBACK", ROBOT_TOPIC), ("CALLBACK", CARD_TOPIC)]
JPEG = b"\xff\xd8\xff\xe0" + b"jpeg" * 4
AMR = b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 50

Json = dict[str, Any]


def plant_config(*, edition: Edition = Edition.STANDARD) -> TwinConfig:
    """One organisation: workers, a workshop head, an outside contractor, two apps, one group with the first robot."""
    people = (
        PersonConfig(userid="zhaomin", name="赵敏", departments=(2,), mobile="13800000001", manager="zhoujianguo"),
        PersonConfig(userid="wangqiang", name="王强", departments=(2,), mobile="13800000002"),
        PersonConfig(userid="zhoujianguo", name="周建国", departments=(2,), title="车间主任", admin=True),
        PersonConfig(userid="hidden", name="外厂", departments=(3,)),
        PersonConfig(userid="visitor", name="访客", outside=True),
    )
    departments = (
        DepartmentConfig(id=1, name="公司", parent=0),
        DepartmentConfig(id=2, name="储运车间", managers=("zhoujianguo",)),
        DepartmentConfig(id=3, name="外厂"),
    )
    apps = (
        AppConfig(client_id=APP, client_secret=SECRET, agent_id=77, visible_departments=(2,)),
        AppConfig(client_id=OTHER_APP, client_secret=OTHER_SECRET, agent_id=78),
    )
    group = GroupConfig(
        id=GROUP, name="安全群", members=("zhaomin", "wangqiang", "zhoujianguo"), robots=(APP, OTHER_APP)
    )
    corp = CorpConfig(corp_id=CORP, edition=edition, apps=apps, people=people, departments=departments, groups=(group,))
    return TwinConfig(corps=(corp,))


class Api:
    """Calls the OpenAPI like an adapter would, with one app's token."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base
        self.token = ""

    async def login(self, client_id: str = APP, secret: str = SECRET) -> None:
        """Get a token."""
        _, answer = await self.call("POST", "/v1.0/oauth2/accessToken", {"appKey": client_id, "appSecret": secret})
        self.token = answer["accessToken"]

    async def call(
        self, method: str, path: str, body: object = None, *, params: dict[str, str] | None = None
    ) -> tuple[int, Json]:
        """One call of the new API: HTTP status and body."""
        headers = {"x-acs-dingtalk-access-token": self.token, "Accept": "application/json"}
        async with self.session.request(
            method, self.base + path, json=body, headers=headers, params=params
        ) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: object, *, status: int = 200) -> Json:
        """A call that must end with ``status``."""
        got, answer = await self.call("POST", path, body)
        assert got == status, answer
        return answer

    async def put(self, path: str, body: object, *, status: int = 200) -> Json:
        """A call that must end with ``status``."""
        got, answer = await self.call("PUT", path, body)
        assert got == status, answer
        return answer

    async def legacy(self, path: str, body: object = None, **params: str) -> Json:
        """One call of the old API, always HTTP 200."""
        url = self.base + path
        async with self.session.post(url, json=body, params={"access_token": self.token} | params) as response:
            assert response.status == 200
            answer: Json = await response.json()
            return answer


Answer = Callable[[Json], Json | None]


def yes(frame: Json) -> Json:
    """The ack of a handler that is content."""
    return {
        "code": 200,
        "headers": {"messageId": frame["headers"]["messageId"], "contentType": "application/json"},
        "message": "OK",
        "data": json.dumps({"response": None}),
    }


def silence(_: Json) -> None:
    """No ack."""


def saying(code: int, data: object) -> Answer:
    """An ack with this code and data."""
    return lambda frame: yes(frame) | {"code": code, "data": json.dumps(data)}


@dataclass(slots=True)
class Client:
    """A stream client written for tests: keeps every frame and acks as ``answer`` says."""

    socket: ClientConnection
    answer: Answer = yes
    frames: list[Json] = field(default_factory=list)
    close_code: int | None = None
    _task: asyncio.Task[None] | None = None
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, frame: object) -> None:
        """Say something to the gateway."""
        await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def got(self, number: int) -> list[Json]:
        """Wait until so many frames came."""
        async with asyncio.timeout(30), self._came:
            await self._came.wait_for(lambda: len(self.frames) >= number)
        return self.frames

    async def ended(self) -> int | None:
        """Wait for the end of the socket; the close code, 1006 for a cut."""
        assert self._task is not None
        async with asyncio.timeout(30):
            await self._task
        return self.close_code

    async def _listen(self) -> None:
        async for text in self.socket:
            frame = json.loads(text)
            if (ack := self.answer(frame)) is not None:
                await self.send(ack)
            async with self._came:
                self.frames.append(frame)
                self._came.notify_all()

    async def _run(self) -> None:
        try:
            await self._listen()
        except Exception as error:
            if type(error).__name__ != "ConnectionClosedError":
                raise
        self.close_code = self.socket.close_code

    def start(self) -> Self:
        """Begin to listen."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
        if self._task is not None:
            await self._task


@dataclass(slots=True)
class Stream:
    """Opens stream clients of an app."""

    api: Api
    clients: list[Client] = field(default_factory=list)

    async def open(
        self, client_id: str = APP, secret: str = SECRET, topics: list[tuple[str, str]] | None = None
    ) -> Json:
        """The open call."""
        asked = [{"type": kind, "topic": topic} for kind, topic in (EVERYTHING if topics is None else topics)]
        body = {
            "clientId": client_id,
            "clientSecret": secret,
            "subscriptions": asked,
            "ua": "test",
            "localIp": "127.0.0.1",
        }
        return await self.api.post("/v1.0/gateway/connections/open", body)

    async def connect(
        self,
        answer: Answer = yes,
        *,
        client_id: str = APP,
        secret: str = SECRET,
        topics: list[tuple[str, str]] | None = None,
    ) -> Client:
        """Open and connect."""
        opened = await self.open(client_id, secret, topics)
        client = Client(await connect(address(opened), proxy=None), answer).start()
        self.clients.append(client)
        return client


def address(opened: Json) -> str:
    """The socket's address out of the answer of the open call."""
    return f"{opened['endpoint']}?ticket={quote_plus(opened['ticket'])}"


TEMPLATE = "0d1c2b3a-permit.schema"


def _words(text: str) -> Json:
    return {"type": "dynamicString", "content": text, "i18n": False}


def _when(variable: str) -> Json:
    condition = {"variable": variable, "op": "notEqual", "value": "", "valueType": "fixed"}
    return {"valueType": "condition", "condition": {"op": "and", "conditions": [condition]}}


def exported_template() -> str:
    """A card with a status everybody sees, one button only its owner sees, a form, a link, and a grey end."""
    token = {"name": "token", "variable": "approve_token", "type": "variable"}
    kind = {"name": "kind", "variable": "", "value": "permit"}
    button = {
        "text": _words("${approve_text}"), "actionType": "request", "actionId": _words("approve"),
        "params": [token, kind], "color": {"valueType": "fixed", "value": "blue"}, "visible": _when("approve_text"),
    }  # fmt: skip
    page = {
        "text": _words("看整张票"), "actionType": "url", "url": {"valueType": "variable", "variable": "page"},
        "visible": _when("page"),
    }  # fmt: skip
    end = {"text": _words("${done}"), "actionType": "none", "visible": _when("done")}
    form = {"formSchema": {"variable": "form"}, "submitText": _words("交"), "params": [token], "visible": _when("form")}
    nodes: list[tuple[str, Json]] = [
        ("BaseText", {"text": _words("${title}"), "bold": True}),
        ("BaseText", {"text": _words("状态：${status}")}),
        ("SingleButton", button),
        ("SingleButton", page),
        ("SingleButton", end),
        ("Form", form),
    ]
    children = [{"componentName": name, "id": f"node_{at}", "props": props} for at, (name, props) in enumerate(nodes)]
    private = {"approve_text", "approve_token", "form"}
    names = ("title", "status", "approve_text", "approve_token", "page", "done", "form")
    editor = {
        "schemaVersion": "3.0.0",
        "schema": {"componentsTree": [{"componentName": "Card", "id": "root", "props": {}, "children": children}]},
        "variableList": [{"name": name, "type": "string", "private": name in private} for name in names],
    }
    return json.dumps({"editorData": json.dumps(editor), "widgetInfo": "", "type": "im", "mode": "card"})


def card(track_id: str = "permit-1-r1", **more: object) -> Json:
    """A createAndDeliver to the group and to 赵敏, with the button for 周建国 only."""
    base: Json = {
        "cardTemplateId": TEMPLATE,
        "outTrackId": track_id,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "二级动火", "status": "待审批"}},
        "privateData": {"zhoujianguo": {"cardParamMap": {"approve_text": "同意", "approve_token": "t-1"}}},
        "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP};IM_ROBOT.zhaomin",
        "imGroupOpenSpaceModel": {"supportForward": True},
        "imRobotOpenSpaceModel": {"supportForward": True},
        "imGroupOpenDeliverModel": {"robotCode": APP},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
    }
    return base | more
