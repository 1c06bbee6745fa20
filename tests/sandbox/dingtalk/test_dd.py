"""The ``dd`` object in a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from sandbox.dingtalk import Twin
from tests.support.dingtalk_twin import APP, JPEG, Api

POLICY = "default-src 'none'; script-src 'self' {sdk} 'unsafe-eval'"


@pytest.fixture
async def host(twin: Twin) -> AsyncIterator[str]:
    """A page of ours that allows nothing but the platform's script; and a place to upload to."""

    async def page(_: web.Request) -> web.Response:
        text = f'<!doctype html><title>x</title><script src="{twin.base_url}/dd.js"></script>'
        headers = {"Content-Security-Policy": POLICY.format(sdk=twin.base_url)}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def upload(request: web.Request) -> web.Response:
        form = await request.post()
        found = form["photo"]
        assert isinstance(found, web.FileField)
        return web.json_response({"size": len(found.file.read()), "permit": form["permit"]})

    app = web.Application()
    app.add_routes([web.get("/page", page), web.post("/upload", upload)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def page(twin: Twin, host: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = await browser.new_page()
        url = f"http://{host}/page"
        await opened.goto(f"{twin.base_url}/twin/open?client_id={APP}&userid=zhaomin&url={url}")
        yield opened
        await browser.close()


async def ask(page: Page, call: str, given: dict[str, Any]) -> Any:
    script = f"given => dd.{call}(given).then(told => ({{told}}), failed => ({{failed}}))"
    return await page.evaluate(script, given)


@pytest.mark.browser
async def test_a_page_gets_what_the_phone_has(page: Page, twin: Twin, api: Api, host: str) -> None:
    phone = twin.phone("zhaomin", client_id=APP)
    assert "failed" in await ask(page, "requestAuthCode", {})
    twin.change_app(APP, page_hosts=(host,))
    code = (await ask(page, "requestAuthCode", {}))["told"]["code"]
    found = await api.legacy("/topapi/v2/user/getuserinfo", {"code": code})
    assert found["result"]["userid"] == "zhaomin"

    assert "failed" in await ask(page, "getLocation", {})
    phone.device.latitude, phone.device.longitude, phone.device.mocked = "30.25", "120.16", True
    assert (await ask(page, "getLocation", {}))["told"]["latitude"] == "30.25"
    older = "() => new Promise(done => dd.device.geolocation.get({onSuccess: done}))"
    assert (await page.evaluate(older))["isFromMock"] is True

    phone.device.codes.append("PTW1:7")
    assert await ask(page, "scan", {"type": "qr"}) == {"told": {"text": "PTW1:7"}}
    assert "failed" in await ask(page, "scan", {})

    phone.device.pictures.append(JPEG)
    (picture,) = (await ask(page, "chooseImage", {"count": 1}))["told"]["files"]
    given = {
        "url": f"http://{host}/upload",
        "filePath": picture["path"],
        "fileName": "photo",
        "formData": {"permit": "7"},
    }
    sent = (await ask(page, "uploadFile", given))["told"]
    assert json.loads(sent["data"]) == {"size": len(JPEG), "permit": "7"}

    assert "failed" in await ask(page, "exclusiveLiveCheck", {})
    unsigned = "() => new Promise(done => { dd.error(done); dd.config({ corpId: 'ding1plant', signature: 'x' }); })"
    assert (await page.evaluate(unsigned))["errorMessage"] == "52013"


async def test_nobody_holds_the_phone(api: Api) -> None:
    async with api.session.get(f"{api.base}/dd.js") as response:
        assert await response.text() == ""
    async with api.session.get(f"{api.base}/dd/scan?callback=alert&holder={APP}/zhaomin") as response:
        assert response.status == 404
