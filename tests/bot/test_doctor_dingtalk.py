"""The doctor and DingTalk, asked of the twin over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.doctor import Finding, Verdict, examine_values
from bot.doctor_dingtalk import examine_dingtalk
from bot.settings import Settings
from sandbox.clock import FlowingClock, ManualClock
from sandbox.dingtalk import Outage, Twin
from tests.support.dingtalk_server import scripted_dingtalk
from tests.support.dingtalk_twin import APP, CORP, SECRET, START, plant_config


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    made = Twin(plant_config(), ManualClock(START))
    await made.start()
    yield made
    await made.stop()


def settings(base: str = "http://127.0.0.1:1", **more: Any) -> Settings:
    ours = {
        "dingtalk_client_id": APP,
        "dingtalk_client_secret": SECRET,
        "dingtalk_corp_id": CORP,
        "dingtalk_openapi_base_url": base,
    }
    return Settings.model_validate(ours | more)


async def look(given: Settings, off: timedelta = timedelta()) -> list[Finding]:
    clock = FlowingClock()
    clock.advance(off)
    async with aiohttp.ClientSession() as session:
        return await examine_dingtalk(given, clock, session)


def verdicts(found: list[Finding]) -> dict[str, Verdict]:
    return {one.subject: one.verdict for one in found}


async def test_good_credentials_and_a_gateway_that_offers_a_connection(twin: Twin) -> None:
    found = await look(settings(twin.base_url))
    good = {"dingtalk": Verdict.GOOD, "stream": Verdict.GOOD, "clock": Verdict.GOOD}
    assert good.items() <= verdicts(found).items()
    assert twin.connections() == [], "the ticket was not used"


async def test_a_wrong_clock_is_noticed(twin: Twin) -> None:
    assert verdicts(await look(settings(twin.base_url), timedelta(minutes=5)))["clock"] is Verdict.BAD


async def test_a_wrong_secret_is_asked_once_and_never_shown(twin: Twin) -> None:
    (found,) = await look(settings(twin.base_url, dingtalk_client_secret="not-the-secret"))
    assert (found.subject, found.verdict) == ("dingtalk", Verdict.BAD)
    assert "PERMITBOT_DINGTALK_CLIENT_SECRET" in found.cure
    assert "not-the-secret" not in found.saw + found.cure
    assert len(twin.requests) == 1


async def test_a_gateway_that_refuses_names_the_console(twin: Twin) -> None:
    twin.faults.fail("/v1.0/gateway/connections/open", "authFailed", status=401)
    found = {one.subject: one for one in await look(settings(twin.base_url))}
    assert found["stream"].verdict is Verdict.BAD
    assert "Stream" in found["stream"].cure


@pytest.mark.parametrize("outage", [Outage.BAD_GATEWAY, Outage.DISCONNECT])
async def test_an_answer_that_is_not_dingtalks(twin: Twin, outage: Outage) -> None:
    twin.faults.outage = outage
    (found,) = await look(settings(twin.base_url))
    assert found.verdict is Verdict.BAD


async def test_nobody_there() -> None:
    (found,) = await look(settings())
    assert "does not answer" in found.saw


async def test_a_site_without_dingtalk_is_not_examined_for_it() -> None:
    assert await look(Settings.model_validate({"wecom_corp_id": "ww1"})) == []


def test_a_site_with_dingtalk_alone_needs_no_public_address() -> None:
    problems = [one.saw for one in examine_values(settings())]
    assert [one.split()[0] for one in problems] == ["PERMITBOT_BUTTON_KEY"]


def test_a_site_with_nothing_is_told_what_to_fill_in() -> None:
    problems = [one.saw for one in examine_values(Settings.model_validate({}))]
    assert any("no chat platform is set" in one for one in problems)


async def test_the_secret_follows_nobody_who_points_elsewhere() -> None:
    """A proxy that answers 307 would have the same body sent to whatever address it names."""
    async with scripted_dingtalk() as server:
        server.always["/v1.0/oauth2/accessToken"] = {"accessToken": "t", "expireIn": 7200}
        server.then("/v1.0/gateway/connections/open", _elsewhere())
        server.then("/v1.0/card/instances", _elsewhere())
        await look(settings(server.base_url, dingtalk_card_templates="a.schema"))
        assert server.calls("/v1.0/gateway/connections/open")
        assert server.calls("/v1.0/card/instances")
        assert server.calls("/elsewhere") == []


def _elsewhere() -> web.Response:
    return web.json_response({}, status=307, headers={"Location": "/elsewhere"})
