"""Signing in to our pages inside DingTalk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.identity import SDK, PageLogin
from bot.dingtalk.outgoing import side_panel_link
from storage.directory import Account, Register
from storage.writer import Writer
from tests.bot.dingtalk.conftest import APP, CORP
from tests.support.dingtalk_server import ScriptedDingTalk
from tests.support.wecom_server import serving
from workflow.ids import PersonId, SiteId
from workflow.plant import Person

PUBLIC = "https://permit.example.com"
WHO = "/topapi/v2/user/getuserinfo"


@pytest.fixture
def login(client: DingTalkClient, writer: Writer) -> PageLogin:
    return PageLogin(client, writer, client_id=APP, public_url=PUBLIC)


@pytest.fixture
async def base(login: PageLogin) -> AsyncIterator[str]:
    application = web.Application()
    application.add_routes(login.routes())
    async with serving(application) as address:
        yield address


def test_signing_in_begins_at_a_page_of_ours(login: PageLogin) -> None:
    parts = urlsplit(login.link(f"{PUBLIC}/login/back", "abc123"))
    assert f"{parts.scheme}://{parts.netloc}" == PUBLIC
    assert parse_qs(parts.query) == {"state": ["abc123"], "back": ["/login/back"]}


@pytest.mark.parametrize(
    ("back", "state"),
    [
        ("https://evil.example/login/back", "abc"),
        (f"{PUBLIC}.evil.example/x", "abc"),
        (f"{PUBLIC}/login/back", ""),
        (f"{PUBLIC}/login/back", "a b"),
        (f"{PUBLIC}/login/back", "x" * 129),
    ],
)
def test_the_way_back_leads_home_only(login: PageLogin, back: str, state: str) -> None:
    with pytest.raises(ValueError, match=r"way back|state"):
        login.link(back, state)


async def test_the_page_asks_the_client_and_runs_nothing_else(
    login: PageLogin, base: str, session: aiohttp.ClientSession
) -> None:
    link = urlsplit(login.link(f"{PUBLIC}/login/back", "abc123"))
    async with session.get(f"{base}{link.path}?{link.query}") as answer:
        page, headers = await answer.text(), answer.headers
    for told in (f'data-corp="{CORP}"', f'data-client="{APP}"', 'data-back="/login/back"', 'data-state="abc123"', SDK):
        assert told in page
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' https://g.alicdn.com;" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    async with session.get(f"{base}/dingtalk/login.js") as answer:
        assert answer.content_type == "text/javascript"
        script = await answer.text()
    assert "requestAuthCode" in script
    assert "innerHTML" not in script


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=abc",
        "state=abc&back=//evil.example",
        "state=abc&back=https://evil.example",
        "state=abc&back=/\\evil.example",
        "state=abc&back=javascript:alert(1)",
        'state="><script>&back=/login/back',
    ],
)
async def test_a_page_nobody_linked_is_not_there(base: str, session: aiohttp.ClientSession, query: str) -> None:
    async with session.get(f"{base}/dingtalk/login?{query}") as answer:
        assert answer.status == 404


async def test_a_code_tells_the_person_once(login: PageLogin, writer: Writer, dingtalk: ScriptedDingTalk) -> None:
    zhao = Person(id=PersonId("zhao"), site=SiteId("HC"), name="赵敏", department="维修班")
    account = Account(platform="dingtalk", corp=CORP, userid="ZhaoMin", person=zhao.id)
    await writer.submit(lambda tx: tx.put_register(Register(people=(zhao,), accounts=(account,))))
    known = {"errcode": 0, "result": {"userid": "ZhaoMin", "unionid": "U"}}
    stranger = {"errcode": 0, "result": {"userid": "Nobody", "unionid": "U2"}}
    used = {"errcode": 40078, "errmsg": "不存在的临时授权码"}
    dingtalk.then(WHO, known, used, stranger)
    assert [await login.who("c1"), await login.who("c1"), await login.who("c2")] == ["zhao", None, None]
    await writer.submit(lambda tx: tx.account_gone("dingtalk", CORP, "ZhaoMin"))
    dingtalk.then(WHO, known)
    assert await login.who("c3") is None


async def test_whom_the_plant_refused_is_nobody_even_while_the_platform_knows_them(
    login: PageLogin, writer: Writer, dingtalk: ScriptedDingTalk
) -> None:
    refused = Person(id=PersonId("zhao"), site=SiteId("HC"), name="赵敏", department="维修班", active=False)
    account = Account(platform="dingtalk", corp=CORP, userid="ZhaoMin", person=refused.id)
    await writer.submit(lambda tx: tx.put_register(Register(people=(refused,), accounts=(account,))))
    dingtalk.then(WHO, {"errcode": 0, "result": {"userid": "ZhaoMin", "unionid": "U"}})
    assert await login.who("c1") is None


def test_a_page_opens_inside_the_client() -> None:
    link = side_panel_link(f"{PUBLIC}/p/DHZY-HC-20261124-001?x=1&y=2")
    assert link == (
        "dingtalk://dingtalkclient/page/link"
        "?url=https%3A%2F%2Fpermit.example.com%2Fp%2FDHZY-HC-20261124-001%3Fx%3D1%26y%3D2&pc_slide=true"
    )
