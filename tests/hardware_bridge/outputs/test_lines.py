"""Outputs over real sockets: a relay board on Modbus TCP, a door on signed HTTP, and all they do wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import aiohttp
import pytest
from aiohttp import web

from hardware_bridge.codecs.signed_push import Push, sign, verify
from hardware_bridge.outputs.coil import Coil, Wiring
from hardware_bridge.outputs.model import Command, OutputId, State, Unreached
from hardware_bridge.outputs.webhook import LONGEST_ANSWER, NONCE, SIGNATURE, TIMESTAMP, Webhook, answer_signature
from hardware_bridge.sample import DeviceKey
from tests.support.relay_board import board

NOW = datetime(2025, 6, 11, 1, 0, tzinfo=UTC)
DOOR = OutputId("door-1")
KEY = b"k" * 32
OPEN = Command(output=DOOR, state=State.RELEASED, at=NOW, key="a-1", lasts=timedelta(seconds=8))
SHUT = Command(output=DOOR, state=State.SAFE, at=NOW, key="a-2")


# --- Modbus


def coil(port: int, **changes: bool) -> Coil:
    return Coil(DOOR, Wiring(host="127.0.0.1", port=port, coil=3, read_back=13, **changes))


async def test_a_coil_is_written_and_the_input_beside_it_is_read() -> None:
    async with board() as one:
        line = coil(one.port)
        assert await line.state() is State.SAFE
        await line.command(OPEN)
        assert one.coils == {3: True}
        assert await line.state() is State.RELEASED
        await line.command(SHUT)
        assert await line.state() is State.SAFE
        await line.close()


async def test_a_lock_that_is_safe_under_current() -> None:
    async with board() as one:
        line = coil(one.port, safe=True)
        assert await line.state() is State.RELEASED
        await line.command(SHUT)
        assert one.coils == {3: True}
        assert await line.state() is State.SAFE
        await line.close()


@pytest.mark.parametrize("how", ["refuses", "mute"])
async def test_a_board_that_refuses_or_says_nothing_is_not_reached(how: str) -> None:
    async with board(how) as one:
        line = coil(one.port)
        with pytest.raises(Unreached):
            await line.command(OPEN)
        with pytest.raises(Unreached):
            await line.state()
        one.how = "well"
        assert await line.state() is State.SAFE
        assert one.connections == 3, "after anything odd the line is made anew: a late answer would pass for the next"
        await line.command(OPEN)
        assert one.connections == 3
        await line.close()


async def test_nobody_at_the_port() -> None:
    async with board() as one:
        port = one.port
    with pytest.raises(Unreached):
        await coil(port).state()


async def test_who_is_cancelled_in_an_exchange_stops_at_whatever_moment() -> None:
    async with board() as one:
        for moment in range(60):  # an exchange takes about five steps of the loop
            line = coil(one.port)

            async def keep(line: Coil = line) -> None:
                while True:
                    await line.state()

            keeping = asyncio.create_task(keep())
            for _ in range(moment):
                await asyncio.sleep(0)
            keeping.cancel()
            async with asyncio.timeout(30):
                await asyncio.wait((keeping,))
            assert keeping.cancelled()
            await line.close()


# --- signed HTTP


class Nonces:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    def claim(self, _: DeviceKey, nonce: str, __: datetime) -> bool:
        new = nonce not in self.seen
        self.seen.add(nonce)
        return new


class Door:
    """A door controller that checks what it hears and signs what it says."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        self.does = "safe"
        self.how = "well"
        self.nonces = Nonces()
        self.first: web.Response | None = None

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        push = Push(
            method=request.method, path=request.path_qs, timestamp=request.headers[TIMESTAMP],
            nonce=request.headers[NONCE], signature=request.headers[SIGNATURE], body=body,
        )  # fmt: skip
        if verify(push, sender=DeviceKey("house"), key=KEY, at=NOW, nonces=self.nonces) is not None:
            return web.Response(status=403)
        said = json.loads(body)
        self.heard.append(said)
        self.does = said.get("set", self.does)
        answer = self._answer(push.nonce)
        return answer if self.how != "in pieces" else await self._slowly(request, answer)

    @staticmethod
    async def _slowly(request: web.Request, answer: web.Response) -> web.StreamResponse:
        """As a small controller writes: a few characters, and then the rest."""
        sent = web.StreamResponse(headers={SIGNATURE: answer.headers[SIGNATURE]})
        await sent.prepare(request)
        assert isinstance(answer.body, bytes)
        await sent.write(answer.body[:7])
        await asyncio.sleep(0.05)
        await sent.write(answer.body[7:])
        return sent

    async def elsewhere(self, request: web.Request) -> web.Response:
        """Somewhere else on the line, that has the answers of the door relayed to it."""
        said = {"output": "door-1", "state": self.does, "nonce": request.headers[NONCE]}
        return self._signed(said)

    def _answer(self, nonce: str) -> web.Response:
        match self.how:
            case "elsewhere":
                return web.Response(status=307, headers={"Location": "/another"})
            case "ill":
                return web.Response(status=500)
            case "another door":
                return self._signed({"output": "door-2", "state": self.does, "nonce": nonce})
            case "recorded":
                return self._signed({"output": "door-1", "state": self.does, "nonce": "of-another-question"})
            case "forged":
                answer = self._signed({"output": "door-1", "state": self.does, "nonce": nonce})
                answer.headers[SIGNATURE] = "0" * 64
                return answer
            case "too long":
                return self._signed({"output": "door-1", "state": self.does, "nonce": nonce, "x": "x" * LONGEST_ANSWER})
            case "a word unknown":
                return self._signed({"output": "door-1", "state": "ajar", "nonce": nonce})
            case _:
                return self._signed({"output": "door-1", "state": self.does, "nonce": nonce})

    def _signed(self, said: dict[str, str]) -> web.Response:
        body = json.dumps(said).encode()
        return web.Response(body=body, headers={SIGNATURE: answer_signature(KEY, body)})


@asynccontextmanager
async def door(key: bytes = KEY) -> AsyncIterator[tuple[Door, Webhook]]:
    one, app = Door(), web.Application()
    app.router.add_post("/door-1", one.take)
    app.router.add_post("/another", one.elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    numbers = count()
    try:
        async with aiohttp.ClientSession() as session:
            line = Webhook(
                DOOR, f"http://127.0.0.1:{port}/door-1", key=key, session=session, clock=lambda: NOW,
                nonce=lambda: f"{next(numbers):016d}",
            )  # fmt: skip
            yield one, line
    finally:
        await runner.cleanup()


async def test_a_door_hears_for_how_long_and_says_what_it_does() -> None:
    async with door() as (one, line):
        assert await line.state() is State.SAFE
        await line.command(OPEN)
        assert await line.state() is State.RELEASED
        await line.command(SHUT)
        assert await line.state() is State.SAFE
    assert one.heard[1] == {"output": "door-1", "set": "released", "key": "a-1", "lasts_ms": 8000}
    assert one.heard[3] == {"output": "door-1", "set": "safe", "key": "a-2"}


@pytest.mark.parametrize(
    "how", ["elsewhere", "ill", "another door", "recorded", "forged", "a word unknown", "too long"]
)
async def test_only_the_doors_own_answer_to_this_question_counts(how: str) -> None:
    async with door() as (one, line):
        one.how = how
        with pytest.raises(Unreached):
            await line.state()
        with pytest.raises(Unreached):
            await line.command(SHUT)


async def test_an_answer_that_comes_in_pieces_is_one() -> None:
    async with door() as (one, line):
        one.how = "in pieces"
        await line.command(OPEN)
        assert await line.state() is State.RELEASED


async def test_a_door_takes_no_command_of_anybody_else() -> None:
    async with door(key=b"x" * 32) as (one, line):
        with pytest.raises(Unreached, match="403"):
            await line.command(OPEN)
        assert one.heard == []


def test_a_command_cannot_be_signed_with_a_short_key() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        Webhook(DOOR, "http://x/", key=b"k", session=None, clock=lambda: NOW, nonce=str)  # type: ignore[arg-type]  # not used
    assert len(sign(KEY, Push(method="POST", path="/", timestamp="1", nonce="n", signature="", body=b""))) == 64
