"""What a browser asks of the key pages, without a browser: look, begin, finish."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from cards import words_keys as say
from tests.support.key_site import KeySite
from tests.support.soft_key import SoftKey


async def get(link: str) -> tuple[aiohttp.ClientResponse, str]:
    """Look at a page, following nothing."""
    async with aiohttp.ClientSession() as session, session.get(link, allow_redirects=False) as answer:
        return answer, await answer.text()


async def post(site: KeySite, link: str, step: str, body: object = None, **headers: str) -> tuple[int, dict[str, Any]]:
    """Post as our own page does; ``headers`` say otherwise."""
    told = {"Origin": site.base} | {name.replace("_", "-"): value for name, value in headers.items()}
    data = json.dumps({} if body is None else body)
    if "Content-Type" not in told:
        told["Content-Type"] = "application/json"
    async with aiohttp.ClientSession() as session, session.post(f"{link}/{step}", data=data, headers=told) as answer:
        return answer.status, await answer.json()


async def begun(site: KeySite, link: str) -> dict[str, Any]:
    """The options a page gets for the browser."""
    status, told = await post(site, link, "begin")
    assert (status, told["ok"]) == (200, True), told
    options: dict[str, Any] = told["options"]
    return options


async def enrolled(site: KeySite, name: str = "周建国", **made: Any) -> SoftKey:
    """A key in software, let in by the safety officer."""
    link = await site.key_link(name)
    key = SoftKey(origin=site.base, **made)
    status, told = await post(site, link, "finish", key.enrol(await begun(site, link)))
    assert (status, told) == (200, {"ok": True, "text": say.ENROLLED})
    return key
