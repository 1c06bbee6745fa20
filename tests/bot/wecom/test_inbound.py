"""The callback address over a real socket: acknowledged means committed, and nothing of a forgery is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest
import structlog
from aiohttp import web

from bot.wecom.callbacks import ContactChanged
from bot.wecom.inbound import STATUS, Inbound
from bot.wecom.protocol import MAX_BODY, CallbackCodec
from bot.wecom.rejection import Rejection
from handlers.arrivals import Arrival, Tap, Text
from tests.support.clock import FakeClock
from tests.support.wecom import AES_KEY, CORP, TOKEN, Platform, sample
from tests.support.wecom_server import serving
from workflow.ids import SiteId

PLATFORM = Platform()
PATH = "/wecom/callback"


@dataclass(slots=True)
class FakeOffice:
    """Commits at once, unless told to wait, to fail, or both."""

    committed: list[Arrival] = field(default_factory=list)
    asked: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    bug: Exception | None = None

    async def __call__(self, arrival: Arrival) -> None:
        self.asked += 1
        self.started.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.bug is not None:
            raise self.bug
        self.committed.append(arrival)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The served callback address."""

    url: str
    inbound: Inbound
    session: aiohttp.ClientSession

    async def post(self, body: bytes, query: dict[str, str]) -> tuple[int, bytes]:
        async with self.session.post(self.url, data=body, params=query) as response:
            return response.status, await response.read()

    async def deliver(self, name: str, platform: Platform = PLATFORM) -> tuple[int, bytes]:
        return await self.post(*platform.delivery(sample(name)))


Open = Callable[..., Awaitable[Address]]


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@asynccontextmanager
async def opened(office: FakeOffice, clock: FakeClock, **options: object) -> AsyncIterator[Address]:
    codec = CallbackCodec(TOKEN, AES_KEY, CORP)
    inbound = Inbound(codec, office, clock, site=SiteId("main"), **options)  # type: ignore[arg-type]
    application = web.Application()
    application.add_routes(inbound.routes(PATH))
    async with serving(application) as base, aiohttp.ClientSession() as session:
        yield Address(url=base + PATH, inbound=inbound, session=session)
        if office.gate is not None:
            office.gate.set()
        await inbound.finish()


@pytest.fixture
async def address(office: FakeOffice, clock: FakeClock) -> AsyncIterator[Address]:
    async with opened(office, clock) as served:
        yield served


async def test_a_delivery_is_committed_and_acknowledged_with_nothing(address: Address, office: FakeOffice) -> None:
    assert await address.deliver("text") == (200, b"")
    (arrival,) = office.committed
    assert isinstance(arrival, Text)
    assert arrival.text.startswith("明早8点")
    assert (arrival.sender.corp, arrival.sender.user) == (CORP, "wangqiang")


async def test_nothing_is_acknowledged_before_it_is_committed(address: Address, office: FakeOffice) -> None:
    office.gate = asyncio.Event()
    waiting = asyncio.create_task(address.deliver("text"))
    await office.started.wait()
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    office.gate.set()
    assert await waiting == (200, b"")
    assert len(office.committed) == 1


async def test_a_bug_of_ours_is_answered_so_that_the_platform_comes_again(address: Address, office: FakeOffice) -> None:
    office.bug = RuntimeError("a bug")
    assert (await address.deliver("text"))[0] == 500
    office.bug = None
    assert (await address.deliver("text"))[0] == 200
    assert len(office.committed) == 1


async def test_a_slow_office_goes_on_while_the_platform_comes_again(office: FakeOffice, clock: FakeClock) -> None:
    office.gate = asyncio.Event()
    async with opened(office, clock, patience=timedelta(milliseconds=300)) as address:
        assert (await address.deliver("text"))[0] == 503
        assert (await address.deliver("text"))[0] == 503
        office.gate.set()
        await address.inbound.finish()
        assert (office.asked, len(office.committed)) == (1, 1)


async def test_a_slow_failure_leaves_the_way_free_for_the_next_attempt(office: FakeOffice, clock: FakeClock) -> None:
    office.gate, office.bug = asyncio.Event(), RuntimeError("a bug")
    async with opened(office, clock, patience=timedelta(milliseconds=300)) as address:
        assert (await address.deliver("text"))[0] == 503
        office.gate.set()
        await address.inbound.finish()
        office.bug = None
        address.inbound._patience = 300.0  # what is not slow is not to be taken for it
        assert (await address.deliver("text"))[0] == 200
    assert len(office.committed) == 1


async def test_a_caller_who_hangs_up_does_not_stop_the_office(address: Address, office: FakeOffice) -> None:
    office.gate = asyncio.Event()
    leaving = asyncio.create_task(address.deliver("text"))
    await office.started.wait()
    leaving.cancel()
    await asyncio.wait({leaving})
    office.gate.set()
    await address.inbound.finish()
    assert len(office.committed) == 1


async def test_a_repeated_delivery_reaches_the_inbox_under_the_same_key(address: Address, office: FakeOffice) -> None:
    """Neither replay nor retry is refused: the inbox knows it again."""
    again = Platform(timestamp="1749608405", nonce="n0ther")
    assert (await address.deliver("template_card_event_button"))[0] == 200
    assert (await address.deliver("template_card_event_button"))[0] == 200
    assert (await address.deliver("template_card_event_button", again))[0] == 200
    assert len({arrival.dedup_key for arrival in office.committed}) == 1
    assert all(isinstance(arrival, Tap) for arrival in office.committed)


async def test_two_taps_of_one_second_are_two(address: Address, office: FakeOffice) -> None:
    first = sample("template_card_event_button")
    await asyncio.gather(
        address.post(*PLATFORM.delivery(first)),
        address.post(*PLATFORM.delivery(first.replace(b"c0deA1", b"c0deA2"))),
    )
    assert len({arrival.dedup_key for arrival in office.committed}) == 2


@pytest.mark.parametrize("name", ["view", "unknown_event", "pic_weixin"])
async def test_what_concerns_nobody_is_acknowledged(address: Address, office: FakeOffice, name: str) -> None:
    assert await address.deliver(name) == (200, b"")
    assert office.asked == 0


async def test_a_change_of_the_directory_is_passed_on(office: FakeOffice, clock: FakeClock) -> None:
    heard: list[ContactChanged] = []
    async with opened(office, clock, directory_changed=heard.append) as address:
        assert (await address.deliver("change_contact_update_user"))[0] == 200
    assert [one.change for one in heard] == ["update_user"]


# --- turned away -----------------------------------------------------------------------------------------------------


async def test_a_forgery_is_turned_away_and_nothing_of_it_is_logged(address: Address, office: FakeOffice) -> None:
    body, query = PLATFORM.delivery(sample("text"))
    with structlog.testing.capture_logs() as lines:
        status, answer = await address.post(body, {**query, "msg_signature": "0" * 40})
    assert (status, answer, office.asked) == (403, b"", 0)
    assert lines == [{"event": "callback.rejected", "reason": "bad_signature", "log_level": "warning"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"<xml>", 400), (b"x" * (MAX_BODY + 1), 413)],
)
async def test_a_body_that_is_none_is_turned_away(address: Address, body: bytes, status: int) -> None:
    _, query = PLATFORM.delivery(sample("text"))
    assert (await address.post(body, query))[0] == status


async def test_a_body_that_never_ends_is_turned_away(office: FakeOffice, clock: FakeClock) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.Event().wait()

    _, query = PLATFORM.delivery(sample("text"))
    async with (
        opened(office, clock, patience=timedelta(milliseconds=50)) as address,
        address.session.post(address.url, data=trickle(), params=query) as response,
    ):
        assert response.status == 408


async def test_a_body_that_grows_too_long_is_not_read_to_its_end(address: Address) -> None:
    async def flood() -> AsyncIterator[bytes]:
        yield b"x" * (MAX_BODY + 1)
        await asyncio.Event().wait()

    _, query = PLATFORM.delivery(sample("text"))
    async with address.session.post(address.url, data=flood(), params=query) as response:
        assert response.status == 413


async def test_only_a_day_off_the_clock_is_too_far(address: Address, office: FakeOffice, clock: FakeClock) -> None:
    for by in (timedelta(hours=23), timedelta(hours=-23)):
        clock.set(clock.at + by)
        assert (await address.deliver("text"))[0] == 200
        clock.set(clock.at - by)
    for by in (timedelta(hours=25), timedelta(hours=-25)):
        clock.set(clock.at + by)
        assert (await address.deliver("text"))[0] == 403
        clock.set(clock.at - by)
    assert len(office.committed) == 2


@pytest.mark.parametrize("timestamp", ["soon", "-1749608400", "1" * 13, "１７４９６０８４００"])
async def test_a_time_that_is_none_is_turned_away(address: Address, timestamp: str) -> None:
    assert (await address.deliver("text", Platform(timestamp=timestamp)))[0] == 403


def test_every_reason_has_its_status() -> None:
    assert set(STATUS) == set(Rejection)
    assert all(400 <= status < 500 for status in STATUS.values())


# --- the address check -----------------------------------------------------------------------------------------------


async def test_the_address_check_gets_the_bare_text(address: Address) -> None:
    sealed = PLATFORM.encrypt(b"1616140317555161061")
    async with address.session.get(address.url, params={**PLATFORM.query(sealed), "echostr": sealed}) as response:
        assert (response.status, await response.read()) == (200, b"1616140317555161061")


async def test_a_wrong_address_check_is_refused(address: Address) -> None:
    sealed = PLATFORM.encrypt(b"1616140317555161061")
    query = {**PLATFORM.query("other"), "echostr": sealed}
    async with address.session.get(address.url, params=query) as response:
        assert (response.status, await response.read()) == (403, b"")
