"""The bad machine of `make test-shaken` is late and unjust, and keeps what asyncio promises."""

from __future__ import annotations

import asyncio
from random import Random  # noqa: TID251 - seeded

from tests.support.eventually import eventually
from tests.support.shaken import ShakenLoop

SEEDS = 20


async def _first_of_two() -> int:
    """Two sockets are ready at the same moment: whose bytes are read first?"""
    heard: list[int] = []

    async def keep(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(number for byte in await reader.read() if byte)
        writer.close()

    servers = [
        await asyncio.start_server(lambda *line, number=number: keep(number, *line), "127.0.0.1", 0)
        for number in (1, 2)
    ]
    for server in servers:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"x" * 3)
        writer.close()
    await eventually(lambda: len(heard) == 6)
    for server in servers:
        server.close()
    return heard[0]


async def _in_order() -> list[int]:
    loop, order = asyncio.get_running_loop(), list[int]()
    for number in range(100):
        loop.call_soon(order.append, number)
    await asyncio.sleep(0)
    return order


def test_sockets_are_heard_in_any_order_and_all_of_them() -> None:
    firsts = set()
    for seed in range(SEEDS):
        with asyncio.Runner(loop_factory=lambda seed=seed: ShakenLoop(Random(seed))) as runner:  # type: ignore[misc]  # the default binds
            firsts.add(runner.run(_first_of_two()))
    assert firsts == {1, 2}


def test_what_one_loop_was_told_keeps_its_order() -> None:
    with asyncio.Runner(loop_factory=lambda: ShakenLoop(Random(1))) as runner:
        assert runner.run(_in_order()) == list(range(100))
