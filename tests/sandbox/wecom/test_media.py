"""Uploads, downloads, ranges and the third day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import Twin
from sandbox.wecom.media import voice_length
from tests.support.wecom_twin import (
    AGENT,
    AMR,
    CORP,
    JPEG,
    MP4,
    OTHER_CORP,
    SECRET,
    SMALL_SECRET,
    Api,
)


async def download(api: Api, media_id: str, **headers: str) -> aiohttp.ClientResponse:
    params = {"access_token": api.token, "media_id": media_id}
    response = await api.session.get(f"{api.base_url}/cgi-bin/media/get", params=params, headers=headers)
    await response.read()
    return response


async def test_a_file_comes_back_with_type_name_and_string_time(api: Api, clock: ManualClock) -> None:
    answer = await api.upload("file", b"%PDF-1.7 permit", "作业票.pdf")
    assert answer["type"] == "file"
    assert answer["created_at"] == str(int(clock.now().timestamp()))
    response = await download(api, answer["media_id"])
    assert await response.read() == b"%PDF-1.7 permit"
    assert response.status == 200
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("poem", JPEG, 40004),
        ("image", b"", 44001),
        ("file", b"12345", 40006),
        ("image", b"GIF89a....", 40123),
        ("voice", b"not amr at all", 301017),
        ("voice", b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 3001, 45007),
        ("voice", b"#!AMR\n" + bytes(2 * 1024 * 1024), 45001),
        ("video", b"not mp4 at all", 40004),
        ("image", b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), 45001),
    ],
)
async def test_uploads_that_are_refused(api: Api, kind: str, content: bytes, code: int) -> None:
    assert (await api.upload(kind, content))["errcode"] == code


async def test_an_upload_without_type_or_without_file_is_refused(api: Api) -> None:
    assert (await api.post("media/upload", b"", type="image"))["errcode"] == 44001
    url = f"{api.base_url}/cgi-bin/media/upload"
    form = aiohttp.FormData({"other": "x"}, default_to_multipart=True)
    async with api.session.post(url, params={"access_token": api.token, "type": "image"}, data=form) as response:
        assert (await response.json())["errcode"] == 44001
    async with api.session.post(url, params={"access_token": api.token}, data=b"") as response:
        assert (await response.json())["errcode"] == 40005


@pytest.mark.parametrize(("kind", "content"), [("image", JPEG), ("voice", AMR), ("video", MP4)])
async def test_well_formed_files_pass(api: Api, kind: str, content: bytes) -> None:
    assert (await api.upload(kind, content))["errcode"] == 0


def test_the_length_of_a_voice_is_counted_in_frames() -> None:
    assert voice_length(AMR) == timedelta(seconds=1)


async def test_a_file_is_shared_in_the_corp_and_unknown_elsewhere(api: Api, twin: Twin) -> None:
    media_id = (await api.upload("image", JPEG))["media_id"]
    small = twin.agent(1000003, corpid=CORP)
    from dataclasses import replace

    small.config = replace(small.config, trusted_ips=None)
    await api.login(secret=SMALL_SECRET)
    assert (await download(api, media_id)).status == 200
    await api.login(OTHER_CORP, "secret-of-contractor")
    refused = await download(api, media_id)
    assert refused.status == 200
    assert (await refused.json())["errcode"] == 40007


@pytest.mark.parametrize("code", [40007, 40145])
async def test_after_three_days_the_file_is_gone_and_the_error_is_json_with_200(
    api: Api, twin: Twin, clock: ManualClock, code: int
) -> None:
    twin.quirks.media_expired_code = code
    media_id = (await api.upload("image", JPEG))["media_id"]
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    await api.login(secret=SECRET)
    assert (await (await download(api, media_id)).read()) == JPEG
    clock.advance(timedelta(seconds=1))
    gone = await download(api, media_id)
    assert gone.status == 200
    assert (await gone.json())["errcode"] == code
    answer = await api.send("ZhaoMin", msgtype="image", image={"media_id": media_id})
    assert answer["errcode"] == code


async def test_ranges(api: Api, twin: Twin) -> None:
    content = bytes(range(100))
    media_id = (await api.upload("file", content))["media_id"]
    part = await download(api, media_id, Range="bytes=10-19")
    assert (part.status, await part.read()) == (206, content[10:20])
    assert part.headers["Content-Range"] == "bytes 10-19/100"
    tail = await download(api, media_id, Range="bytes=96-")
    assert (tail.headers["Content-Range"], await tail.read()) == ("bytes 96-99/100", content[96:])
    for bad in ("bytes=200-300", "bytes=5-4", "lines=1-2", "bytes=-5"):
        assert (await (await download(api, media_id, Range=bad)).json())["errcode"] == 40146
    twin.quirks.media_encrypted_at_rest = True
    assert (await (await download(api, media_id, Range="bytes=0-9")).json())["errcode"] == 40146
    assert (await download(api, media_id, Range="bytes=0-15")).status == 206
    assert (await download(api, media_id, Range="bytes=96-99")).status == 206, "the last part may be shorter"


async def test_big_files_insist_on_ranges(api: Api, twin: Twin) -> None:
    twin.quirks.media_in_one_request = 64
    media_id = (await api.upload("file", bytes(100)))["media_id"]
    assert (await (await download(api, media_id)).json())["errcode"] == 830002
    assert (await (await download(api, media_id, Range="bytes=0-99")).json())["errcode"] == 830002
    assert (await download(api, media_id, Range="bytes=0-63")).status == 206


async def test_what_people_send_is_fetched_the_same_way(api: Api, twin: Twin) -> None:
    phone = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)
    phone.send_photo(JPEG)
    shown: dict[str, Any] = phone.screen[0]
    assert (shown["from"], shown["kind"]) == ("me", "image")
    assert await (await download(api, shown["media_id"])).read() == JPEG
    async with api.session.get(f"{api.base_url}/wwpic/{shown['media_id']}") as picture:
        assert await picture.read() == JPEG


async def test_high_quality_voice_has_its_own_api(api: Api, twin: Twin) -> None:
    phone = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)
    phone.send_voice(b"speex bytes", form="speex")
    voice = phone.screen[0]["media_id"]
    picture = (await api.upload("image", JPEG))["media_id"]
    assert (await api.get("media/get/jssdk", media_id=picture))["errcode"] == 40007
    params = {"access_token": api.token, "media_id": voice}
    async with api.session.get(f"{api.base_url}/cgi-bin/media/get/jssdk", params=params) as response:
        assert await response.read() == b"speex bytes"
