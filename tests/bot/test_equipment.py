"""The port of the equipment system over a real socket: signed, once, in time; acknowledged means committed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.equipment import PATH, EquipmentPort, equipment_port
from bot.signed_port import MAX_BODY, NONCE, SIGNATURE, TIMESTAMP
from bot.signed_port import signature as sign
from bot.turned_away import STATUS, No
from handlers.interlocking import Report, Taken
from storage.equipment_states import EquipmentStateRow
from tests.support.clock import FakeClock
from tests.support.office import World, at, copied, open_world
from tests.support.wecom_server import serving

KEY = b"an equipment system's own secret of 40 by"
NOW = at("09:00")
VECTOR = "87066485dc8c1aad8a6bf01e5f69ead2fa811dea7ef88cde8e08787fa9535d42"
GOOD: dict[str, Any] = {"equipment": "T-202", "state": "purged", "at": "2026-03-18T08:59:30+08:00", "by": "中控"}


@dataclass(slots=True)
class Port:
    """The served port and the memory behind it."""

    url: str
    world: World
    clock: FakeClock
    session: aiohttp.ClientSession
    count: int = 0

    async def send(
        self,
        said: object,
        *,
        key: bytes = KEY,
        nonce: str | None = None,
        moment: datetime | None = None,
        but: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        self.count += 1
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        stamp = str(int((moment or self.clock.now()).timestamp()))
        nonce = nonce or f"nonce-{self.count:012d}"
        signed = sign(key, timestamp=stamp, nonce=nonce, body=body)
        headers = {TIMESTAMP: stamp, NONCE: nonce, SIGNATURE: signed, **(but or {})}
        async with self.session.post(self.url + PATH, data=body, headers=headers) as response:
            return response.status, await response.json()

    async def known(self) -> tuple[EquipmentStateRow, ...]:
        return await self.world.writer.submit(lambda tx: tx.equipment_states(["T-202", "T-203", "T-999"]))


@asynccontextmanager
async def open_port(world: World) -> AsyncIterator[Port]:
    clock = FakeClock(NOW)
    app = web.Application()
    app.add_routes(equipment_port(SecretStr(KEY.decode()), world.writer, world.house, clock))
    async with serving(app) as url, aiohttp.ClientSession() as session:
        yield Port(url, world, clock, session)


@pytest.fixture
async def port(office_seed: Path, tmp_path: Path) -> AsyncIterator[Port]:
    world = open_world(copied(office_seed, tmp_path), NOW)
    try:
        async with open_port(world) as opened:
            yield opened
    finally:
        world.writer.stop_blocking()


def test_the_signature_is_the_documented_one() -> None:
    # printf '1773795600\nnonce-0000000001\n{}' | openssl dgst -sha256 -hmac key
    assert sign(b"key", timestamp="1773795600", nonce="nonce-0000000001", body=b"{}") == VECTOR


async def test_a_good_report_is_kept_when_it_is_answered(port: Port) -> None:
    assert await port.send(GOOD) == (200, {"taken": True, "result": "kept"})
    (row,) = await port.known()
    assert (row.equipment, row.state, row.said_by) == ("T-202", "purged", "中控")
    assert row.at == datetime.fromisoformat(GOOD["at"])
    assert row.received_at == NOW


async def test_an_older_report_is_answered_and_changes_nothing(port: Port) -> None:
    await port.send(GOOD)
    older = {**GOOD, "state": "not_purged", "at": "2026-03-18T08:59:29+08:00"}
    assert await port.send(older) == (200, {"taken": True, "result": "older"})
    (row,) = await port.known()
    assert row.state == "purged"


async def test_the_same_nonce_is_refused_whatever_it_brings(port: Port) -> None:
    await port.send({**GOOD, "state": "not_purged"}, nonce="nonce-of-the-first-one")
    newer = {**GOOD, "at": "2026-03-18T08:59:59+08:00"}
    assert await port.send(newer, nonce="nonce-of-the-first-one") == (409, {"taken": False, "why": "replayed"})
    (row,) = await port.known()
    assert row.state == "not_purged"


@pytest.mark.parametrize(
    ("said", "how", "why"),
    [
        (GOOD, {"key": b"another secret of more than 32 characters"}, No.SIGNATURE),
        (GOOD, {"but": {SIGNATURE: "0" * 64}}, No.SIGNATURE),
        (GOOD, {"but": {NONCE: "another-nonce-0001"}}, No.SIGNATURE),
        (GOOD, {"but": {TIMESTAMP: str(int(NOW.timestamp()) + 1)}}, No.SIGNATURE),
        (GOOD, {"but": {TIMESTAMP: "soon"}}, No.HEADERS),
        (GOOD, {"nonce": "short"}, No.HEADERS),
        (GOOD, {"moment": NOW - timedelta(minutes=5, seconds=1)}, No.STALE),
        (GOOD, {"moment": NOW + timedelta(minutes=5, seconds=1)}, No.STALE),
        (b" " * (MAX_BODY + 1), {}, No.TOO_LARGE),
        (b"not json", {}, No.DOCUMENT),
        ({**GOOD, "state": "clean"}, {}, No.DOCUMENT),
        ({**GOOD, "at": "2026-03-18T08:59:30"}, {}, No.DOCUMENT),  # no zone
        ({**GOOD, "permit": "x"}, {}, No.DOCUMENT),
        ({**GOOD, "at": "2026-03-18T09:06:00+08:00"}, {}, No.FUTURE),
        ({**GOOD, "equipment": "T-999"}, {}, No.EQUIPMENT),
    ],
    ids=str,
)
async def test_what_is_turned_away_changes_nothing(port: Port, said: object, how: dict[str, Any], why: No) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await port.send(said, **how) == (STATUS[why], {"taken": False, "why": why.value})
    assert await port.known() == ()
    assert [set(line) - {"event", "log_level", "logger", "component"} for line in logs] == [{"reason"}]


async def test_a_code_nobody_knew_may_be_reported_again_once_it_is_known(port: Port) -> None:
    assert (await port.send({**GOOD, "equipment": "T-999"}, nonce="nonce-that-was-free"))[0] == 404
    assert (await port.send(GOOD, nonce="nonce-that-was-free"))[0] == 200


async def test_exactly_the_allowed_skew_is_taken(port: Port) -> None:
    assert (await port.send(GOOD, moment=NOW - timedelta(minutes=5)))[0] == 200


async def test_a_bug_of_ours_is_no_acknowledgement() -> None:
    async def broken(_report: Report) -> Taken:
        raise RuntimeError("the disk is full")

    app = web.Application()
    clock = FakeClock(NOW)
    app.add_routes(EquipmentPort(key=KEY, office=broken, clock=clock).routes())
    async with serving(app) as url, aiohttp.ClientSession() as session:
        port = Port(url, None, clock, session)  # type: ignore[arg-type]  # nothing is looked at
        assert (await port.send(GOOD))[0] == 500


async def test_without_a_key_there_is_no_port(port: Port) -> None:
    assert equipment_port(None, port.world.writer, port.world.house, port.clock) == []


def test_no_sender_is_told_that_what_was_turned_away_was_taken() -> None:
    assert set(STATUS) == set(No)
    assert min(STATUS.values()) >= 400
    assert STATUS[No.SIGNATURE] == STATUS[No.STALE] == 403
