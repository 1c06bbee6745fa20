"""A small plant in a WeCom twin, an API client, and a receiver that plays the adapter."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import aiohttp
from aiohttp import web

from sandbox.wecom import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    MemberStatus,
    PersonConfig,
    TwinConfig,
    WebhookConfig,
    aes_key_from,
)
from sandbox.wecom.crypto import Envelope
from sandbox.wecom.markup import read

START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""Monday, 08:30 in China."""
CORP, OTHER_CORP = "ww1plant", "ww2contractor"
AGENT, SECRET = 1000002, "secret-of-permits"
SMALL_AGENT, SMALL_SECRET = 1000003, "secret-of-small-app"
ROBOT = "robot-key"
TOKEN, AES_KEY = "permits", aes_key_from("permits")
JPEG = b"\xff\xd8\xff\xe0" + b"jpeg" * 4
AMR = b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 50
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 16

Answer = dict[str, Any]


def plant_config() -> TwinConfig:
    """Two corps, two apps, and the awkward people of a real directory."""
    people = (
        PersonConfig(
            userid="WangQiang",
            name="王强",
            departments=(2, 3),
            leader_in=(False,),
            direct_leader=("LiGong",),
            mobile="13800000001",
            human="wang",
        ),
        PersonConfig(userid="ZhaoMin", name="赵敏", departments=(2,), mobile="13800000002", tags=(7,)),
        PersonConfig(userid="LiGong", name="李工", departments=(1, 2), leader_in=(True, False), position="车间主任"),
        PersonConfig(userid="gone", name="离岗", departments=(2,), status=MemberStatus.DISABLED),
        PersonConfig(userid="left", name="已离职", departments=(2,), status=MemberStatus.LEFT),
        PersonConfig(userid="unlicensed", name="无许可", departments=(3,), licensed=False),
    )
    departments = (
        DepartmentConfig(id=1, name="厂区", parent=0),
        DepartmentConfig(id=2, name="动力车间", parent=1, leaders=("LiGong",)),
        DepartmentConfig(id=3, name="维修班", parent=2),
        DepartmentConfig(id=9, name="外协", parent=1),
    )
    app = AppConfig(
        agentid=AGENT,
        secret=SECRET,
        name="作业票",
        token=TOKEN,
        aes_key=AES_KEY,
        report_location=True,
        report_enter=True,
    )
    small = AppConfig(agentid=SMALL_AGENT, secret=SMALL_SECRET, visible_departments=(3,), trusted_ips=("10.0.0.1",))
    plant = CorpConfig(
        corpid=CORP,
        apps=(app, small),
        people=people,
        departments=departments,
        tags=(7, 8),
        webhooks=(WebhookConfig(key=ROBOT, name="安全群"),),
    )
    contractor = CorpConfig(
        corpid=OTHER_CORP,
        apps=(AppConfig(agentid=AGENT, secret="secret-of-contractor"),),
        people=(PersonConfig(userid="wq", name="王强", human="wang"), PersonConfig(userid="ext", name="外人")),
    )
    return TwinConfig(corps=(plant, contractor))


class Api:
    """Calls the platform as an adapter would, with one app's token."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self.session = session
        self.base_url = base_url
        self.token = ""

    async def login(self, corpid: str = CORP, secret: str = SECRET) -> Answer:
        """Fetch a token and keep it."""
        answer = await self.get("gettoken", corpid=corpid, corpsecret=secret)
        self.token = answer.get("access_token", "")
        return answer

    async def get(self, api: str, **query: str) -> Answer:
        """A GET call."""
        return await self._call("GET", api, query, None)

    async def post(self, api: str, body: Answer | bytes, **query: str) -> Answer:
        """A POST call."""
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return await self._call("POST", api, query, data)

    async def upload(self, kind: str, content: bytes, filename: str = "a.jpg", **query: str) -> Answer:
        """Upload a file."""
        form = aiohttp.FormData()
        form.add_field("media", io.BytesIO(content), filename=filename, content_type="application/octet-stream")
        params = {"access_token": self.token, "type": kind} | query
        url = f"{self.base_url}/cgi-bin/media/upload"
        async with self.session.post(url, params=params, data=form) as response:
            assert response.status == 200
            answer: Answer = await response.json()
            return answer

    async def send(self, touser: str, **message: Any) -> Answer:
        """message/send; ``text="…"`` and ``card={…}`` are short for their bodies."""
        body: Answer = {"touser": touser, "agentid": AGENT}
        if "text" in message:
            body |= {"msgtype": "text", "text": {"content": message.pop("text")}}
        if "card" in message:
            body |= {"msgtype": "template_card", "template_card": message.pop("card")}
        return await self.post("message/send", body | message)

    async def _call(self, method: str, api: str, query: dict[str, str], data: io.BytesIO | None) -> Answer:
        params = ({"access_token": self.token} if self.token else {}) | query
        url = f"{self.base_url}/cgi-bin/{api}"
        async with self.session.request(method, url, params=params, data=data) as response:
            assert response.status == 200, await response.text()
            answer: Answer = json.loads(await response.text())
            return answer


@dataclass
class Got:
    """One push as the receiver saw it. ``root`` is None when it could not be opened."""

    query: dict[str, str]
    raw: bytes
    root: Element | None

    def text(self, path: str) -> str | None:
        """Text of an element of the decrypted message."""
        assert self.root is not None
        return self.root.findtext(path)


@dataclass
class Receiver:
    """Opens every push, and answers as told: ``statuses`` first, then 200; ``reply`` makes a passive reply."""

    envelope: Envelope
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    silent: int = 0
    """So many pushes are not answered at all."""
    reply: Callable[[Element], str] = lambda _: ""
    seal: Callable[[str], bytes] | None = None
    """Makes the body of the answer; for answers that are not what they should be."""
    echo: Callable[[bytes], bytes] = lambda echo: echo
    got: list[Got] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        """The server side."""
        app = web.Application()
        app.router.add_get("/callback", self._verify)
        app.router.add_post("/callback", self._receive)
        return app

    @property
    def events(self) -> list[str]:
        """MsgType or Event of everything that could be opened."""
        return [got.text("Event") or got.text("MsgType") or "" for got in self.got if got.root is not None]

    async def _verify(self, request: web.Request) -> web.Response:
        query = request.query
        if self.silent:
            self.silent -= 1
            await self.over.wait()
        echo = self.envelope.open_signed(
            encrypted=query["echostr"],
            msg_signature=query["msg_signature"],
            timestamp=query["timestamp"],
            nonce=query["nonce"],
        )
        return web.Response(body=self.echo(echo))

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        got = Got(query=dict(request.query), raw=raw, root=None)
        self.got.append(got)
        try:
            encrypted = read(raw).findtext("Encrypt") or ""
            inner = self.envelope.open_signed(
                encrypted=encrypted,
                msg_signature=request.query["msg_signature"],
                timestamp=request.query["timestamp"],
                nonce=request.query["nonce"],
            )
            got.root = read(inner)
        except Exception:  # whatever is wrong with the bytes, an adapter answers 4xx
            return web.Response(status=400)
        if self.silent:
            self.silent -= 1
            await self.over.wait()
        if self.statuses:
            return web.Response(status=self.statuses.pop(0), headers={"Location": "/callback"})
        make = self.seal or self._sealed
        return web.Response(body=make(self.reply(got.root)))

    def _sealed(self, inner: str) -> bytes:
        if not inner:
            return b""
        encrypted = self.envelope.seal(inner.encode(), prefix=b"0123456789abcdef")
        signature = self.envelope.sign(timestamp="1772411400", nonce="n1", encrypted=encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>1772411400</TimeStamp><Nonce><![CDATA[n1]]></Nonce></xml>"
        ).encode()


def button_card(task_id: str = "T-1", **more: Any) -> Answer:
    """An approval card with two buttons."""
    card: Answer = {
        "card_type": "button_interaction",
        "main_title": {"title": "动火作业票", "desc": "2号罐 二级动火"},
        "task_id": task_id,
        "button_list": [{"text": "同意", "key": "yes", "style": 1}, {"text": "退回", "key": "no", "style": 3}],
    }
    return card | more


def text_card(**more: Any) -> Answer:
    """A notice that only shows something."""
    card: Answer = {
        "card_type": "text_notice",
        "main_title": {"title": "已批准"},
        "card_action": {"type": 1, "url": "https://permits.example/p/1"},
    }
    return card | more


def vote_card(task_id: str = "T-2", **more: Any) -> Answer:
    """A checklist to tick."""
    card: Answer = {
        "card_type": "vote_interaction",
        "main_title": {"title": "安全措施"},
        "task_id": task_id,
        "checkbox": {
            "question_key": "measures",
            "mode": 1,
            "option_list": [
                {"id": "blind", "text": "已加盲板", "is_checked": True},
                {"id": "purge", "text": "已置换", "is_checked": False},
            ],
        },
        "submit_button": {"text": "提交", "key": "done"},
    }
    return card | more


def multiple_card(task_id: str = "T-3", **more: Any) -> Answer:
    """Two drop-down lists."""
    options = [{"id": "a", "text": "甲班"}, {"id": "b", "text": "乙班"}]
    card: Answer = {
        "card_type": "multiple_interaction",
        "main_title": {"title": "交接班"},
        "task_id": task_id,
        "select_list": [
            {"question_key": "shift", "title": "班次", "option_list": options},
            {"question_key": "post", "title": "岗位", "option_list": options, "selected_id": "b"},
        ],
        "submit_button": {"text": "提交", "key": "done"},
    }
    return card | more


def news_card(**more: Any) -> Answer:
    """A notice with a picture."""
    card: Answer = {
        "card_type": "news_notice",
        "main_title": {"title": "今日作业"},
        "card_image": {"url": "https://permits.example/1.png", "aspect_ratio": 1.3},
        "card_action": {"type": 1, "url": "https://permits.example"},
    }
    return card | more
