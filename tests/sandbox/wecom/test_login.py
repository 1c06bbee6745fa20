"""Who opened the page: OAuth, tickets and JS-SDK signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from aiohttp import web

from sandbox.clock import ManualClock
from sandbox.wecom import MemberStatus, Twin
from sandbox.wecom.logins import js_signature
from tests.support.wecom_twin import AGENT, CORP, OTHER_CORP, Api


@pytest.fixture
async def site(twin: Twin) -> AsyncIterator[str]:
    """A page of the bot that shows its query and cookies and sets a cookie."""

    async def page(request: web.Request) -> web.Response:
        response = web.Response(text=f"{request.query_string}|{sorted(request.cookies)}")
        response.set_cookie("session", "1")
        return response

    app = web.Application()
    app.router.add_get("/page", page)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    twin.trust_domain(host, AGENT, corpid=CORP)
    yield f"http://{host}/page"
    await runner.cleanup()


def authorize(
    twin: Twin,
    target: str,
    *,
    scope: str = "snsapi_base",
    state: str = "s1",
    agentid: str = str(AGENT),
    corpid: str = CORP,
) -> str:
    query = f"appid={corpid}&redirect_uri={quote(target, safe='')}&response_type=code&scope={scope}&state={state}"
    return f"{twin.base_url}/connect/oauth2/authorize?{query}&agentid={agentid}#wechat_redirect"


async def code_of(twin: Twin, url: str, userid: str = "WangQiang", corpid: str = CORP) -> str:
    page = await twin.phone(userid, agentid=AGENT, corpid=corpid).open_link(url)
    assert page.status == 200, page.text
    return parse_qs(urlsplit(page.url).query)["code"][0]


async def test_a_link_opens_silently_with_a_code_that_names_the_member(api: Api, twin: Twin, site: str) -> None:
    phone = twin.phone("wangqiang", agentid=AGENT, corpid=CORP)
    page = await phone.open_link(authorize(twin, f"{site}?permit=DH-1"))
    query = parse_qs(urlsplit(page.url).query)
    assert (query["permit"], query["state"]) == (["DH-1"], ["s1"])
    assert page.text.endswith("|[]"), "the site learns nothing but the code"
    info = await api.get("auth/getuserinfo", code=query["code"][0])
    assert info["userid"] == "WangQiang"
    assert "user_ticket" not in info
    assert (await api.get("auth/getuserinfo", code=query["code"][0]))["errcode"] == 42022
    assert (await phone.open_link(site)).text == "|['session']", "the browser keeps its cookies"


async def test_codes_expire_and_must_exist(api: Api, twin: Twin, site: str, clock: ManualClock) -> None:
    assert (await api.get("auth/getuserinfo"))["errcode"] == 41008
    assert (await api.get("auth/getuserinfo", code="x"))["errcode"] == 40029
    code = await code_of(twin, authorize(twin, site))
    clock.advance(timedelta(minutes=5))
    assert (await api.get("auth/getuserinfo", code=code))["errcode"] == 42003


async def test_the_key_of_the_userid_varies(api: Api, twin: Twin, site: str) -> None:
    twin.quirks.userid_key = "UserId"
    assert (await api.get("auth/getuserinfo", code=await code_of(twin, authorize(twin, site))))["UserId"] == "WangQiang"
    legacy = await api.get("user/getuserinfo", code=await code_of(twin, authorize(twin, site)))
    assert legacy["UserId"] == "WangQiang"


async def test_private_scope_gives_a_ticket_for_details(api: Api, twin: Twin, site: str, clock: ManualClock) -> None:
    url = authorize(twin, site, scope="snsapi_privateinfo")
    ticket = (await api.get("auth/getuserinfo", code=await code_of(twin, url)))["user_ticket"]
    detail = await api.post("auth/getuserdetail", {"user_ticket": ticket})
    assert (detail["userid"], detail["mobile"]) == ("WangQiang", "13800000001")
    assert (await api.post("auth/getuserdetail", {"user_ticket": "x"}))["errcode"] == 84015
    clock.advance(timedelta(seconds=1800))
    assert (await api.post("auth/getuserdetail", {"user_ticket": ticket}))["errcode"] == 84014
    downgraded = authorize(twin, site, scope="snsapi_privateinfo", agentid="")
    assert "user_ticket" not in await api.get("auth/getuserinfo", code=await code_of(twin, downgraded))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "has-dash"}, "84025"),
        ({"state": "s" * 129}, "84025"),
        ({"scope": "snsapi_userinfo"}, "40058"),
        ({"agentid": "77"}, "40056"),
        ({"corpid": "ww0"}, "40013"),
    ],
)
async def test_authorize_shows_an_error_page(twin: Twin, site: str, change: dict[str, str], code: str) -> None:
    page = await twin.phone("WangQiang", agentid=AGENT, corpid=CORP).open_link(authorize(twin, site, **change))
    assert page.status == 403
    assert page.text.startswith(code)


async def test_the_redirect_host_must_be_trusted_with_its_port(twin: Twin, site: str) -> None:
    phone = twin.phone("WangQiang", agentid=AGENT, corpid=CORP)
    page = await phone.open_link(authorize(twin, "http://127.0.0.1:1/page"))
    assert page.text.startswith("50001")


async def test_nobody_and_disabled_members_get_no_code(api: Api, twin: Twin, site: str) -> None:
    url = authorize(twin, site)
    async with api.session.get(url, allow_redirects=False) as response:
        assert response.status == 403
    async with api.session.get(url, allow_redirects=False, cookies={"twin_user": f"{CORP}/ZhaoMin"}) as response:
        assert response.status == 302, "a real browser says it by cookie"
    twin.set_status("ZhaoMin", MemberStatus.DISABLED, corpid=CORP)
    async with api.session.get(f"{url.partition('#')[0]}&twin_user={CORP}/ZhaoMin") as response:
        assert response.status == 403


async def test_a_visitor_from_another_corp_is_an_outsider_unless_the_same_human(
    api: Api, twin: Twin, site: str
) -> None:
    outsider = await code_of(twin, authorize(twin, site), "ext", OTHER_CORP)
    info = await api.get("auth/getuserinfo", code=outsider)
    assert "userid" not in info
    assert info["openid"]
    same_human = await code_of(twin, authorize(twin, site), "wq", OTHER_CORP)
    assert (await api.get("auth/getuserinfo", code=same_human))["userid"] == "WangQiang"


async def test_a_code_of_one_corp_is_worthless_in_another(api: Api, twin: Twin, site: str) -> None:
    code = await code_of(twin, authorize(twin, site))
    await api.login(OTHER_CORP, "secret-of-contractor")
    assert (await api.get("auth/getuserinfo", code=code))["errcode"] == 40029


def test_the_published_js_signature() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    made = js_signature(
        ticket, noncestr="Wm3WZYTPz0wzccnW", timestamp="1414587457", url="http://mp.weixin.qq.com?params=value#part"
    )
    assert made == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


async def test_tickets_sign_pages_of_their_own_app(api: Api, twin: Twin, clock: ManualClock) -> None:
    corp_ticket = (await api.get("get_jsapi_ticket"))["ticket"]
    app_ticket = (await api.get("ticket/get", type="agent_config"))["ticket"]
    assert (await api.get("ticket/get", type="jsapi"))["errcode"] == 91040
    assert (await api.get("get_jsapi_ticket"))["ticket"] == corp_ticket
    page = {"noncestr": "n", "timestamp": "1", "url": "https://a.example/p"}

    def holds(ticket: str, agentid: int | None) -> bool:
        made = js_signature(ticket, **page)
        return twin.js_signature_holds(**page, signature=made, agentid=agentid, corpid=CORP)

    assert holds(corp_ticket, None)
    assert holds(app_ticket, AGENT)
    assert not holds(corp_ticket, AGENT)
    assert not holds(app_ticket, None)
    clock.advance(timedelta(seconds=7200))
    assert not holds(corp_ticket, None)
