"""G6: sensor readings per processor second, from the socket to the database, at QoS 1.

``[FULL=1] python benchmarks/g6_ingest.py`` prints one JSON line a figure. A gateway pours readings into Mosquitto; each
side is a process of its own, and what counts is its processor time (all threads) a reading:

- *bare*: a gmqtt subscriber that counts (the limit);
- *ours*: the source, the codec, the judge, the watch over ten running works, the recorder, the database (fsynced);
- *peer*: aiomqtt and pydantic, four limits, nothing stored; only where both are installed (`make bench-deps`).

Goals: ours at 0.6 of bare or more; three times the peer or more.
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.brokered import TOPIC, Behind, Gateway, broker_here, house, made, packets, say, told
from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from tests.support.brokers import mosquitto
from tests.support.eventually import eventually

PAIRS = 7 if FULL else 3
COUNT = 100_000 if FULL else 20_000
WORKS, DEVICES = 10, 100


async def bare(port: int, count: int) -> None:
    """Hear so many messages and count them."""
    import gmqtt

    done, heard = asyncio.Event(), 0

    def hear(*_: object) -> int:
        nonlocal heard
        heard += 1
        if heard == count:
            done.set()
        return 0

    client = gmqtt.Client("bare")
    client.on_message = hear
    ready = asyncio.Event()
    client.on_subscribe = lambda *_: ready.set()
    await client.connect("127.0.0.1", port)
    client.subscribe(f"{TOPIC}/#", qos=1)
    await ready.wait()
    await _timed(done)
    await client.disconnect()


async def peer(port: int, count: int) -> None:
    """Hear, decode and check by aiomqtt and pydantic."""
    import aiomqtt
    from pydantic import AwareDatetime, BaseModel

    class Said(BaseModel):
        device_id: str
        gas: str
        value: float
        unit: str
        quality: str
        measured_at: AwareDatetime
        seq: int

    limits, newest, heard = {"flammable": 10.0, "o2": 23.5, "h2s": 10.0, "co": 25.0}, {}, 0
    done = asyncio.Event()
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(f"{TOPIC}/#", qos=1)

        async def listen() -> None:
            nonlocal heard
            async for message in client.messages:
                said = Said.model_validate_json(message.payload)
                newest[said.device_id] = (said, said.value > limits[said.gas])
                heard += 1
                if heard == count:
                    done.set()

        task = asyncio.create_task(listen())
        await _timed(done)
        task.cancel()


async def ours(port: int, count: int, database: Path) -> None:
    """The house, until every reading is in the database."""
    async with house(database, port) as behind:
        done = asyncio.Event()

        async def look() -> None:
            await eventually(lambda: behind.source.messages >= count, seconds=300)
            await eventually(lambda: not len(behind.bridge._recorder), seconds=300)
            await eventually(lambda: _all(behind, count), seconds=30)
            done.set()

        task = asyncio.create_task(look())
        await _timed(done)
        await task
        assert behind.bridge._recorder.dropped == 0


async def _all(behind: Behind, count: int) -> bool:
    return await asyncio.to_thread(behind.stored) >= count


async def _timed(done: asyncio.Event) -> None:
    """Say that we hear, and what hearing everything cost."""
    began = time.process_time()
    say(ready=1)
    await done.wait()
    say(seconds=time.process_time() - began)


def side(name: str, port: int, load: bytes, *more: str) -> float:
    """Seconds of processor a reading."""
    argv = [sys.executable, __file__, name, str(port), str(COUNT), *more]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told(process.stdout)
        gateway = Gateway(port)
        gateway.pour(load)
        seconds = told(process.stdout)["seconds"]
        gateway.close()
        process.wait(60)
    return seconds / COUNT


def main(home: Path) -> None:
    """Measure and print."""
    database, load = made(home, WORKS, DEVICES), packets(COUNT, DEVICES)
    peers = importlib.util.find_spec("aiomqtt") is not None
    with mosquitto(home / "broker") as broker:
        sides: list[Callable[[], float]] = [
            lambda: side("bare", broker.port, load),
            lambda: side("ours", broker.port, load, str(database)),
        ]
        if peers:
            sides.append(lambda: side("peer", broker.port, load))
        rounds = interleaved(PAIRS, *sides)
    limit, product, *others = zip(*rounds, strict=True)
    common: dict[str, Any] = {"us_ours": middle(product, 1e6), "us_bare": middle(limit, 1e6), "noisy": noisy(limit)}
    report(
        "G6", "readings a processor second, stored, over a bare gmqtt subscriber",
        [a / b for a, b in zip(limit, product, strict=True)], goal_ratio=0.6, **common,
    )  # fmt: skip
    if not others:
        print("not compared with aiomqtt: make bench-deps", file=sys.stderr)
        return
    report(
        "G6", "readings a processor second, stored, over aiomqtt and pydantic without storing",
        [a / b for a, b in zip(others[0], product, strict=True)], goal_ratio=3,
        us_peer=middle(others[0], 1e6), **common,
    )  # fmt: skip


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", at, many]:
            asyncio.run(bare(int(at), int(many)))
        case ["peer", at, many]:
            asyncio.run(peer(int(at), int(many)))
        case ["ours", at, many, where]:
            asyncio.run(ours(int(at), int(many), Path(where)))
        case _ if broker_here():
            with tempfile.TemporaryDirectory(prefix="permitbot-g6-") as directory:
                main(Path(directory))
