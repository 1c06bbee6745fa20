"""A weather service over a real socket: its own times, its failures, and no word that says no time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from hardware_bridge.codecs.profiles import load
from hardware_bridge.sample import DeviceKey, Sample
from hardware_bridge.sources.feed import MOST, Feed
from hardware_bridge.sources.tally import Tally
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.lines import Ear, running
from tests.support.office import at
from tests.support.wecom_server import serving

FORMAT = load(Path(__file__).parents[3] / "policies").json["weather-feed"]
GOOD = b'{"time": "2026-03-18T08:50:00+08:00", "wind": {"speed": 8.4, "direction": 135}}'


@asynccontextmanager
async def service(*answers: web.Response) -> AsyncIterator[tuple[Feed, Ear, list[str]]]:
    """A feed on a service that gives these answers in turn, the last for ever."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        one = answers[min(len(asked), len(answers)) - 1]
        return web.Response(body=one.body, status=one.status, headers=one.headers)

    app = web.Application()
    app.router.add_get("/now", answer)
    async with serving(app) as url:
        feed = Feed(
            "weather", url=f"{url}/now", device=DeviceKey("MET-1"), format_=FORMAT, token="t0ken",
            every=timedelta(milliseconds=10), tally=Tally(FakeClock(at("09:00")).now),
        )  # fmt: skip
        async with running(feed) as ear:
            yield feed, ear, asked


async def test_an_observation_keeps_its_own_time_however_often_it_is_told() -> None:
    async with service(web.Response(body=GOOD)) as (feed, ear, asked):
        await eventually(lambda: len(ear.of(Sample)) >= 6)
        assert feed.notes() == ()
    assert {(one.device, one.quantity.name, str(one.value), one.unit.value) for one in ear.of(Sample)} == {
        ("MET-1", "wind_speed", "8.4", "m/s"), ("MET-1", "wind_direction", "135", "deg")
    }  # fmt: skip
    assert {one.device_time for one in ear.of(Sample)} == {datetime.fromisoformat("2026-03-18T08:50:00+08:00")}
    assert set(asked) == {"Bearer t0ken"}


@pytest.mark.parametrize(
    "bad",
    [
        web.Response(status=500, body=GOOD),
        web.Response(status=302, body=GOOD, headers={"Location": "/now"}),
        web.Response(body=b"x" * (MOST + 1)),
        web.Response(body=b"<html>"),
        web.Response(body=b'{"wind": {"speed": 30}}'),
        web.Response(body=b'{"time": null, "wind": {"speed": 30}}'),
    ],
    ids=["500", "elsewhere", "too long", "no json", "no time", "time is null"],
)
async def test_what_a_service_must_not_do_is_no_reading(bad: web.Response) -> None:
    async with service(bad, bad, web.Response(body=GOOD)) as (feed, ear, asked):
        await eventually(lambda: len(asked) >= 3 and bool(ear.of(Sample)))
        assert {str(one.value) for one in ear.of(Sample)} == {"8.4", "135"}
        assert "t0ken" not in str(feed.notes())


async def test_a_service_that_is_down_is_told_of() -> None:
    async with service(web.Response(body=GOOD)) as (feed, _, asked):
        await eventually(lambda: bool(asked))
        url = feed._url
    gone = Feed(
        "weather", url=url, device=DeviceKey("MET-1"), format_=FORMAT, every=timedelta(milliseconds=10),
        tally=Tally(FakeClock(at("09:00")).now),
    )  # fmt: skip
    async with running(gone) as ear:
        await eventually(lambda: any("line down" in note for note in gone.notes()))
    assert not ear.said
