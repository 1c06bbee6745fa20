"""A site gateway and the main house over real sockets: cut, killed, replayed, reordered, with a clock that jumps."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.gateway_port import MOST_NONCES, GatewayPort, _Nonces
from bot.settings import Settings, SettingsError
from bot.site_gateway import made
from hardware_bridge.codecs.signed_push import Push, sign
from hardware_bridge.gateway.batch import MOST_BYTES, PATH, Answer, Batch, Entry, Tickets, written
from hardware_bridge.gateway.link import DEVICE, NONCE, SIGNATURE, TIMESTAMP, Link, LinkDown
from hardware_bridge.gateway.service import SiteGateway
from hardware_bridge.gateway.spool import Spool
from hardware_bridge.sample import DeviceKey, Flag, Said, Sample
from hardware_bridge.sources.gateways import Gateways
from tests.support.detectors import sample
from tests.support.eventually import eventually

KEY = b"north-key-north-key-north-key-north-key"
NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class House:
    """The main house's end: the real port and source; memory is a set that outlives a restart."""

    seconds: float = 1000.0
    heard: list[tuple[Said, datetime]] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    swallow: int = 0
    """So many requests are taken and never answered."""
    slow: bool = False
    """Answers come in pieces."""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    async def first_time(self, key: str) -> bool:
        new = key not in self.kept
        self.kept.add(key)
        return new

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        assert received_at is not None
        self.heard.append((said, received_at))

    def values(self) -> list[str]:
        return [str(said.value) for said, _ in self.heard if isinstance(said, Sample)]

    def stored(self) -> list[bool]:
        return [not isinstance(said, Sample) or Flag.STORED in said.flags for said, _ in self.heard]

    async def start(self) -> None:
        self.source = Gateways(
            ["north"], steady=lambda: self.seconds, tickets=Tickets(b"t" * 32), first_time=self.first_time
        )
        await self.listens()
        app = web.Application()
        app.add_routes(GatewayPort(keys={"north": KEY}, gateways=self.source, clock=self).routes())
        app.middlewares.append(self._between)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    @web.middleware
    async def _between(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append((dict(request.headers), await request.read()))
        answer = await handler(request)
        if self.slow:
            answer = await _slowly(request, answer)
        if self.swallow and b'"entries"' in self.requests[-1][1]:
            self.swallow -= 1
            assert request.transport is not None
            request.transport.close()
        return answer  # type: ignore[no-any-return]  # aiohttp's handler is untyped here

    async def listens(self) -> None:
        self._listening = asyncio.create_task(self.source.run(self))
        await asyncio.sleep(0)

    async def deaf(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def stop(self) -> None:
        await self.deaf()
        await self._runner.cleanup()


async def _slowly(request: web.Request, answer: web.Response) -> web.StreamResponse:
    sent = web.StreamResponse(status=answer.status, headers={SIGNATURE: answer.headers[SIGNATURE]})
    await sent.prepare(request)
    assert isinstance(answer.body, bytes)
    await sent.write(answer.body[:20])
    await asyncio.sleep(0.05)
    await sent.write(answer.body[20:])
    return sent


@dataclass
class Plant:
    """A gateway whose clock and steps are a test's."""

    folder: Path
    house: House
    session: aiohttp.ClientSession
    seconds: float = 50.0
    date: float = 0.0
    runs: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.date = self.house.now().timestamp()
        self.start()

    def start(self) -> None:
        """A new run of the gateway over whatever lies in the spool."""
        run = next(self.runs)
        nonces = count(1)
        self.link = Link(
            f"http://127.0.0.1:{self.house.port}", gateway="north", key=KEY, session=self.session,
            steady=lambda: self.seconds, date=lambda: self.date, nonce=lambda: f"nonce-{run:04}-{next(nonces):010}",
        )  # fmt: skip
        self.spool = Spool(self.folder, name=f"spool-{run}")
        self.gateway = SiteGateway(
            sources=(), spool=self.spool, link=self.link, run_name=f"run-{run}", steady=lambda: self.seconds,
            clock=lambda: datetime.fromtimestamp(self.date, UTC),
        )  # fmt: skip

    async def says(self, value: str) -> None:
        self.gateway.take(sample("o2", value))
        await self.gateway.keep()

    def passes(self, seconds: float) -> None:
        self.seconds += seconds
        self.house.seconds += seconds
        self.date += seconds


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def plant(tmp_path: Path, house: House) -> AsyncIterator[Plant]:
    async with aiohttp.ClientSession() as session:
        yield Plant(tmp_path, house, session)


async def test_what_waited_while_the_link_was_cut_comes_in_order_as_old_as_it_is(plant: Plant, house: House) -> None:
    await plant.says("20.9")
    await plant.gateway.send()
    assert (house.values(), house.stored()) == (["20.9"], [False])
    await house.stop()
    for value in ("20.8", "20.7"):
        await plant.says(value)
        with pytest.raises(LinkDown):
            await plant.gateway.send()
        plant.passes(600)
    await house.start()
    await plant.says("20.6")
    await plant.gateway.send()
    assert house.values() == ["20.9", "20.8", "20.7", "20.6"]
    assert house.stored() == [False, True, True, False]
    ages = [(house.now() - said.device_time).total_seconds() for said, _ in house.heard[1:3] if said.device_time]  # type: ignore[union-attr]  # samples
    assert ages == [1200, 600]
    assert len(plant.spool) == 0


async def test_an_answer_that_comes_in_pieces_is_one(plant: Plant, house: House) -> None:
    house.slow = True
    await plant.says("20.9")
    await plant.gateway.send()
    assert (house.values(), len(plant.spool)) == (["20.9"], 0)


async def test_two_gateways_may_call_their_spools_alike(house: House) -> None:
    """As after a disk was copied: the batches of one are none of the other's."""
    names = ("north", "south")
    source = Gateways(names, steady=lambda: 1.0, tickets=Tickets(b"t" * 32), first_time=house.first_time)
    listening = asyncio.create_task(source.run(house))
    await asyncio.sleep(0)
    one = Entry(said=msgspec.Raw(written(sample("o2", "20.9"))), waited_ms=0)
    for gateway in names:
        await source.accept(gateway, Batch(spool="spool-1", number=1, entries=[one]), house.now())
    assert house.values() == ["20.9", "20.9"]
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_batch_that_comes_while_nobody_listens_is_not_lost(plant: Plant, house: House) -> None:
    await plant.says("20.9")
    await house.deaf()
    with pytest.raises(LinkDown, match="503"):
        await plant.gateway.send()
    await house.listens()
    await plant.gateway.send()
    assert house.values() == ["20.9"]


async def test_what_lay_before_the_gateway_heard_it_is_as_old_as_it_is(plant: Plant, house: House) -> None:
    """A broker of the plant had kept it for a while: the gateway says so."""
    plant.gateway.take(sample("o2", "20.9"), datetime.fromtimestamp(plant.date, UTC) - timedelta(seconds=8))
    await plant.gateway.keep()
    await plant.gateway.send()
    ((_, at),) = house.heard
    assert house.now() - at >= timedelta(seconds=8)


async def test_an_answer_that_got_lost_counts_nothing_twice(plant: Plant, house: House) -> None:
    house.swallow = 1
    await plant.says("20.9")
    with pytest.raises(LinkDown):
        await plant.gateway.send()
    assert house.values() == ["20.9"]
    plant.start()
    await plant.gateway.send()
    assert house.values() == ["20.9"], "the same batch of the same spool, told apart by its number"
    assert len(plant.spool) == 0


async def test_after_a_kill_what_was_spooled_is_handed_over_as_history(plant: Plant, house: House) -> None:
    await plant.says("12.0")
    plant.gateway.take(sample("o2", "11.0"))  # heard, not yet on disk: acknowledged to nobody
    plant.start()
    plant.seconds = 3.0  # the machine started anew, and its seconds with it
    await plant.gateway.send()
    assert (house.values(), house.stored()) == (["12.0"], [True]), "how long it lay, nobody knows"


@pytest.mark.parametrize("jump", [-86400.0, 86400.0 * 365])
async def test_a_gateway_whose_date_jumps_is_neither_shut_out_nor_believed(
    plant: Plant, house: House, jump: float
) -> None:
    plant.date += jump
    with pytest.raises(LinkDown, match="403"):
        await plant.gateway.send()
    await plant.says("20.9")
    plant.passes(30)
    plant.date -= 2 * jump
    await plant.gateway.send()
    await plant.says("20.8")
    await plant.gateway.send()
    assert (house.values(), house.stored()) == (["20.9", "20.8"], [True, False])


async def test_what_was_sent_once_is_worth_nothing_sent_again_or_held_back(plant: Plant, house: House) -> None:
    await plant.says("20.9")
    await plant.gateway.send()
    headers, body = next(each for each in house.requests if b'"entries"' in each[1])
    url = f"http://127.0.0.1:{house.port}{PATH}"
    async with plant.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 403
    plant.passes(60)
    anew = signed(house, headers[DEVICE], body, "another-nonce-0001")
    async with plant.session.post(url, data=body, headers=anew) as answer:
        assert answer.status == 200
    assert house.values() == ["20.9"]
    assert any("nothing is heard of north" in note for note in house.source.notes()), "an old ticket is no sign of life"


async def test_batches_that_overtake_each_other_are_each_taken_once(plant: Plant, house: House) -> None:
    await plant.gateway.send()
    ticket = house.source._tickets.give(house.seconds)
    url = f"http://127.0.0.1:{house.port}{PATH}"
    for number in (2, 1, 2, 3, 1):
        entry = Entry(said=msgspec.Raw(written(sample("o2", f"20.{number}"))), waited_ms=0)
        body = msgspec.json.encode(Batch(spool="s", number=number, entries=[entry], ticket=ticket))
        nonce = f"nonce-of-a-batch-{len(house.requests)}"
        async with plant.session.post(url, data=body, headers=signed(house, "north", body, nonce)) as answer:
            assert msgspec.json.decode(await answer.read(), type=Answer).taken == number
    assert house.values() == ["20.2", "20.1", "20.3"]


async def test_nobody_else_is_heard_and_no_other_answer_is_believed(plant: Plant, house: House) -> None:
    url = f"http://127.0.0.1:{house.port}{PATH}"
    body = msgspec.json.encode(Batch(spool="s", number=1))
    good = signed(house, "north", body, "nonce-nonce-nonce")
    for headers in ({}, good | {DEVICE: "south"}, good | {SIGNATURE: "0" * 64}, good | {NONCE: "short"}):
        async with plant.session.post(url, data=body, headers=headers) as answer:
            assert answer.status in (400, 403)
            assert SIGNATURE not in answer.headers
    assert house.kept == set()
    liar = web.Application()
    liar.add_routes([web.post(PATH, _lie)])
    runner = web.AppRunner(liar, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        plant.house.port, kept = runner.addresses[0][1], plant.house.port
        plant.start()
        await plant.says("20.9")
        with pytest.raises(LinkDown, match="did not sign"):
            await plant.gateway.send()
        assert len(plant.spool) == 1
        plant.house.port = kept
    finally:
        await runner.cleanup()


async def test_what_is_too_long_too_slow_or_no_batch_is_no_batch(plant: Plant, house: House) -> None:
    url = f"http://127.0.0.1:{house.port}{PATH}"
    long = b"x" * (MOST_BYTES + 1)
    async with plant.session.post(url, data=long, headers=signed(house, "north", long, "nonce-nonce-long")) as answer:
        assert (answer.status, SIGNATURE in answer.headers) == (413, False)
    body = b'{"spool": "s", "number": -1}'
    async with plant.session.post(url, data=body, headers=signed(house, "north", body, "nonce-nonce-ill-1")) as answer:
        assert (answer.status, SIGNATURE in answer.headers) == (400, True), "its own words, which nobody can read"
    body = b'{"spool": "s", "number": 1, "entries": [{"said": {"device_id": "GD-1"}, "waited_ms": 9007199254740992}]}'
    async with plant.session.post(url, data=body, headers=signed(house, "north", body, "nonce-nonce-ill-2")) as answer:
        assert answer.status == 400, "not taken: the right one comes under the same number"
    assert house.values() == []
    app = web.Application()
    port = GatewayPort(keys={"north": KEY}, gateways=house.source, clock=house, patience=0.05)
    app.add_routes(port.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    try:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{DEVICE}: north\r\nContent-Length: 9\r\n\r\nx"
        writer.write(head.encode())
        async with asyncio.timeout(30):
            assert b" 408 " in await reader.readline()
    finally:
        writer.close()
        await runner.cleanup()


def test_nonces_are_remembered_within_bounds() -> None:
    nonces = _Nonces()
    for number in range(MOST_NONCES + 5):
        assert nonces.claim(DeviceKey("north"), str(number), NOW)
    assert len(nonces._until) == MOST_NONCES
    assert not nonces.claim(DeviceKey("north"), str(MOST_NONCES), NOW)


async def test_an_answer_without_end_is_no_answer(plant: Plant, house: House) -> None:
    async def endless(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * (MOST_BYTES + 1))

    liar = web.Application()
    liar.add_routes([web.post(PATH, endless)])
    runner = web.AppRunner(liar, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kept, house.port = house.port, runner.addresses[0][1]
    try:
        plant.start()
        await plant.says("20.9")
        with pytest.raises(LinkDown, match="did not sign"):
            await plant.gateway.send()
        assert len(plant.spool) == 1
    finally:
        house.port = kept
        await runner.cleanup()


async def _lie(_: web.Request) -> web.Response:
    return web.Response(body=msgspec.json.encode(Answer(taken=9, ticket="t", now=0)))


def signed(house: House, name: str, body: bytes, nonce: str) -> dict[str, str]:
    stamp = str(int(house.now().timestamp()))
    push = Push(method="POST", path=PATH, timestamp=stamp, nonce=nonce, signature="", body=body)
    return {DEVICE: name, TIMESTAMP: stamp, NONCE: nonce, SIGNATURE: sign(KEY, push)}


async def test_a_gateway_is_made_of_the_settings_or_says_what_is_missing(tmp_path: Path, house: House) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(SettingsError, match="PERMITBOT_GATEWAY_URL"):
            made(Settings.model_validate({"site_id": "hc"}), "north", tmp_path, session)
        url = f"http://127.0.0.1:{house.port}"
        given = {"site_id": "hc", "gateway_url": url, "gateway_key": KEY.decode()}
        gateway = made(Settings.model_validate(given), "north", tmp_path / "spool", session)
        house.seconds = (SystemClock().now() - NOW).total_seconds()
        gateway.take(sample("o2", "20.9"))
        await gateway.keep()
        await gateway.send()
    assert house.values() == ["20.9"]
    assert gateway.notes() == ()


CHILD = """
import asyncio, sys, time
from datetime import UTC, datetime
from pathlib import Path
import aiohttp
from hardware_bridge.gateway.link import Link
from hardware_bridge.gateway.service import SiteGateway
from hardware_bridge.gateway.spool import Spool
from tests.support.detectors import sample

class Counting:
    name = "counting"
    def notes(self): return ()
    async def run(self, sink):
        value = int(sys.argv[3])
        while True:
            sink.take(sample("o2", str(value)))
            value += 1
            await asyncio.sleep(0.01)

async def main():
    async with aiohttp.ClientSession() as session:
        began = time.monotonic_ns()
        numbers = iter(range(10**9))
        link = Link(sys.argv[2], gateway="north", key=sys.argv[4].encode(), session=session, steady=time.monotonic,
                    date=lambda: float(sys.argv[5]), nonce=lambda: f"nonce-{began}-{next(numbers)}")
        spool = Spool(Path(sys.argv[1]), name=f"s{began}")
        await SiteGateway(sources=(Counting(),), spool=spool, link=link, run_name=str(began), steady=time.monotonic,
                          clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)).run()

asyncio.run(main())
"""


async def test_a_gateway_killed_in_the_middle_loses_nothing_it_had_kept(house: House, tmp_path: Path) -> None:
    async def child(first: int) -> asyncio.subprocess.Process:
        url = f"http://127.0.0.1:{house.port}"
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, str(tmp_path / "spool"), url, str(first), KEY.decode(),
            str(house.now().timestamp()), cwd=ROOT,
        )  # fmt: skip

    house.swallow = 1
    one = await child(0)
    try:
        await eventually(lambda: house.swallow == 0 and len(house.values()) > 20, seconds=30)
    finally:
        one.kill()
        await one.wait()
    kept = Spool(tmp_path / "spool", name="x")
    waiting = len(kept)
    two = await child(1_000_000)
    try:
        await eventually(lambda: "1000000" in house.values(), seconds=30)
    finally:
        two.kill()
        await two.wait()
    values = [int(value) for value in house.values()]
    assert values == sorted(set(values)), "each once, in order"
    early = [value for value in values if value < 1_000_000]
    assert early == list(range(len(early))), f"no gap, {waiting} batches waited"
