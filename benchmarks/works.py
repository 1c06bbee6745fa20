"""A plant at work, for the benchmarks of the whole: many running hot works in one database, and a server process.

One first-grade hot work is played through the office from the request to the start, and on to an open prompt of the
guardian. Its journal is then copied for every other work, with its own number, place and people: the copies are folded,
decided and refreshed like any permit. Every work lies in a place of its own with two neighbours, so that each decision
about running work finds others to weigh.

``python benchmarks/works.py DATABASE …`` is the server process itself; `Served` starts one and speaks with it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.clock import SystemClock

SITE, CORP, AGENT, TOKEN = "hc", "wwcorp", 1000002, "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
KEY = "0123456789abcdef0123456789abcdef"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 18, 8, 40, tzinfo=ZONE)
"""When the benchmarks begin: the works run, and every guardian has just been asked whether all is well."""
FIRST = "DHZY-HC-20260318-001"
CREW = ("liqiang", "wangqiang", "zhaomin")
GUARD = "zhaomin"
EARLIER = "approving||"
"""What the copies of cards are said to show, as `bot.copies.shown` spells it: the permit before it ran."""


class WorkdayClock:
    """Runs like a clock, from the benchmarks' morning on."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._ahead = NOW.astimezone(UTC) - self._clock.now()

    def now(self) -> datetime:
        """The plant's present moment, in UTC as the service's own clock tells it, and nearly as cheap."""
        return self._clock.now() + self._ahead


# --- the database ----------------------------------------------------------------------------------------------------


def number(index: int) -> str:
    """The number of work ``index``."""
    return f"DHZY-HC-20260318-{index + 1:05d}"


def guard(index: int) -> str:
    """The guardian of work ``index``."""
    return f"{GUARD}{index}"


def make(folder: Path, works: int, planned: int = 0) -> Path:
    """A database of ``works`` works in progress and ``planned`` that wait for later days."""
    from storage.engine import open_database
    from storage.writer import Writer
    from tests.support import hot_work, office

    path = office.template(folder)
    world = office.open_world(path, office.at("07:30"))
    waiting = asyncio.run(hot_work.prepared(world))
    early = world.writer.submit_blocking(lambda tx: tx.records(world.house.permits, waiting))
    world.writer.stop_blocking()
    for leftover in folder.glob("office.sqlite3*"):
        leftover.unlink()

    path = office.template(folder)
    world = office.open_world(path, office.at("07:30"))

    async def play() -> None:
        await hot_work.started(world)
        world.now = NOW - timedelta(minutes=1)
        await world.take(replace(_prompt_due(0, 1), permit=FIRST))  # without a draw: a tap answers
        await world.rows()

    asyncio.run(play())
    late = world.writer.submit_blocking(lambda tx: tx.records(world.house.permits, FIRST))
    shown = world.writer.submit_blocking(lambda tx: tx.on_board(FIRST))
    world.writer.stop_blocking()
    assert shown is not None
    assert late[-1].kind == "PromptRaised", "the work runs, and its guardian was asked"
    writer = Writer(open_database(f"sqlite:///{path}"), SITE)
    writer.start_blocking()
    _populate(writer, works)
    for start in range(0, works + planned, 200):
        chunk = range(start, min(start + 200, works + planned))
        copies = [_Copy(index=index, works=works, records=late if index < works else early) for index in chunk]
        writer.submit_blocking(partial(_write_all, copies=copies, shown=shown, fold=world.house.permits))
    writer.stop_blocking()
    return path


def _write_all(tx: Any, *, copies: Iterable[_Copy], shown: Any, fold: Any) -> None:
    for copy in copies:
        copy.write(tx, shown, fold)


_APART = Decimal("0.01")
"""Degrees of longitude between two places, some 900 m: else all would lie on the one they are copied from."""


def _populate(writer: Any, works: int) -> None:
    """Places and crews, one for each running work."""
    from storage.directory import Account, Register
    from workflow.ids import AreaId, PersonId

    directory = writer.submit_blocking(lambda tx: tx.directory)
    area, crew = directory.areas["TK2"], [directory.people[PersonId(who)] for who in CREW]
    places = tuple(
        replace(
            area, id=AreaId(f"B{index}"), name=f"{index}号装置", aliases=(), board_code=f"PTB1:HC-B{index}",
            neighbours=tuple(AreaId(f"B{(index + step) % works}") for step in (-1, 1)),
            fence=tuple(replace(corner, longitude=corner.longitude + _APART * index) for corner in area.fence),
        )
        for index in range(works)
    )  # fmt: skip
    people = tuple(replace(one, id=PersonId(f"{one.id}{index}"), posts=()) for index in range(works) for one in crew)
    accounts = tuple(Account(platform="wecom", corp=CORP, userid=one.id, person=one.id) for one in people)
    register = Register(people=people, areas=places, accounts=accounts)
    writer.submit_blocking(lambda tx: tx.put_register(register))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """One more work like the first, in its own place, with its own crew, on a later day when it only waits."""

    index: int
    works: int
    records: Sequence[Any]

    @property
    def place(self) -> int:
        return self.index % self.works

    def renamed(self, body: bytes) -> bytes:
        """The stored event with this work's names."""
        text = body.decode()
        for who in CREW:
            text = text.replace(f'"{who}"', f'"{who}{self.place}"')
        text = text.replace('"TK2"', f'"B{self.place}"').replace(FIRST, number(self.index))
        if self.index >= self.works:
            day = NOW + timedelta(days=self.index // self.works)
            head, planned, tail = text.partition('"planned":{')
            text = head + planned + tail.replace("2026-03-18T", f"{day:%Y-%m-%d}T", 2)
        return text.encode()

    def write(self, tx: Any, shown: Any, fold: Any) -> None:
        """Journal, board, timers and the cards people hold."""
        from handlers.desk import Desk  # noqa: F401 - the fold's events are registered there
        from storage.agenda import timer_key
        from storage.cards_sent import CardSent

        permit = number(self.index)
        events = [fold.codec.decode(one.kind, self.renamed(one.body)) for one in self.records]
        state, version = tx.append(fold, permit, 0, events, NOW, f"copy:{permit}")
        people = tuple((role, f"{who}{self.place}" if who in CREW else who) for role, who in shown.people)
        status = state.status.value
        row = replace(
            shown, permit=permit, area=f"B{self.place}", people=people, version=version, status=status,
            live=state.live, planned=state.what.planned,
        )  # fmt: skip
        tx.put_on_board(row)
        end = state.what.planned.end
        for timer in ("validity", "prompt"):  # what a permit at work must have, or the watchdog cries
            tx.put_timer(timer_key(permit, timer), end, timer, permit, b"{}", at=NOW)
        for who in dict.fromkeys(who for _, who in people):
            card = CardSent(
                platform="wecom", task_id=f"card-{permit}-{who}", subject=f"permit:{permit}", person=who,
                shown_version=version, content_hash=EARLIER, sent_at=NOW, updated_at=NOW,
            )  # fmt: skip
            tx.record_card(card, f"code-{permit}-{who}")


# --- what the platform sends -----------------------------------------------------------------------------------------


def sealed(document: str, moment: datetime) -> bytes:
    """A whole signed and encrypted HTTP request as WeCom sends it."""
    from tests.support.wecom import Platform

    platform = Platform(
        token=TOKEN, aes_key=AES_KEY, receive_id=CORP, timestamp=str(int(moment.timestamp())), nonce="1372623149"
    )
    body, query = platform.delivery(document.encode())
    line = "&".join(f"{name}={value}" for name, value in query.items())
    head = (
        f"POST /wecom/callback?{line} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


def tap(who: str, permit: str, action: Any, arg: str, serial: int, *, revision: int = 1) -> bytes:
    """One press on a button of a card; every serial is another press."""
    from cards.buttons import Press, pack

    token = pack(Press(action=action, subject=permit, revision=revision, arg=arg), person=who, secret=KEY.encode())
    code = hashlib.sha256(str(serial).encode()).hexdigest()[:36]
    return sealed(
        f"""<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>\
<CreateTime>{int(NOW.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{token}]]></EventKey>\
<TaskId><![CDATA[card-{permit}-{who}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>\
<ResponseCode><![CDATA[{code}]]></ResponseCode><AgentID>{AGENT}</AgentID></xml>""",
        NOW,
    )


class Connection:
    """One keep-alive connection: a request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its answer."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
        if length:
            await self._reader.readexactly(length)
        return int(head[9:12])

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()


async def closed_loop(port: int, requests: Iterable[bytes], connections: int) -> tuple[float, list[float]]:
    """All requests over so many connections, each sending its next when answered; seconds in all, and each wait."""
    waiting, waits = iter(requests), list[float]()
    lines = [Connection(port) for _ in range(connections)]

    async def one(line: Connection) -> None:
        for request in waiting:
            began = time.perf_counter()
            status = await line.ask(request)
            waits.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"a callback was answered {status}")

    began = time.perf_counter()
    await asyncio.gather(*map(one, lines))
    elapsed = time.perf_counter() - began
    for line in lines:
        await line.close()
    return elapsed, waits


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure below which ``share`` of all lie."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# --- the server process ----------------------------------------------------------------------------------------------


class Served:
    """A server process and the pipe to it: one JSON line for each word said to it."""

    def __init__(self, *arguments: str, script: Path | None = None) -> None:
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, str(script or Path(__file__).resolve()), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.hello: dict[str, Any] = self._answer()
        self.listening_after = time.perf_counter() - self.began
        self.port = int(self.hello["port"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the server process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def say(self, word: str) -> dict[str, Any]:
        """Say a word, get the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self._answer()

    def stop(self) -> None:
        """End the process in order."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


@contextlib.contextmanager
def served(*arguments: str, script: Path | None = None) -> Iterator[Served]:
    """A server process for the length of a block."""
    server = Served(*arguments, script=script)
    try:
        yield server
    finally:
        server.stop()


Answering = Callable[[], Awaitable[dict[str, Any]]]


async def obey(hello: dict[str, Any], words: Mapping[str, Answering]) -> None:
    """Say hello, then answer every word on standard input until it ends."""
    print(json.dumps(hello), flush=True)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().strip():
        print(json.dumps(await words[line]()), flush=True)


class Lag:
    """How late a millisecond's sleep ends: what the event loop makes others wait."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        """Sleep and note, until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.late.append(time.perf_counter() - began - 0.001)

    async def read(self) -> dict[str, Any]:
        """The lags since this was last asked, milliseconds."""
        late, self.late = self.late or [0.0], []
        return {
            "lag_p50_ms": round(percentile(late, 0.5) * 1e3, 2),
            "lag_p99_ms": round(percentile(late, 0.99) * 1e3, 2),
            "lag_max_ms": round(max(late) * 1e3, 2),
        }


async def spent() -> dict[str, Any]:
    """Processor seconds of this process, all threads: what remains comparable when others use the machine."""
    return {"cpu_s": time.process_time()}


def resident_mib() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * resource.getpagesize() / 2**20, 1)


@contextlib.asynccontextmanager
async def running(database: Path, *, loops: bool, api: str) -> AsyncIterator[Any]:
    """The product's service on a database; without its loops only callbacks are taken."""
    from bot import building
    from bot.settings import Settings

    settings = Settings.model_validate(
        {
            "site_id": SITE, "database_url": f"sqlite:///{database}", "media_dir": database.parent / "media",
            "listen_port": 0, "button_key": KEY, "wecom_corp_id": CORP, "wecom_agent_id": AGENT,
            "wecom_secret": "bench", "wecom_token": TOKEN, "wecom_aes_key": AES_KEY, "wecom_api_base_url": api,
        }
    )  # fmt: skip
    service = await building.build(settings, clock=WorkdayClock())
    if not loops:
        service.relay.run = service.timers.run = service.housekeeper.run = _idle  # type: ignore[method-assign]
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


async def _idle() -> None:
    await asyncio.Event().wait()


async def _serve(options: argparse.Namespace) -> None:
    async with running(options.database, loops=options.loops, api=options.api) as service:
        lag, works = Lag(), int(options.works)
        asked = 1

        async def prompts() -> dict[str, Any]:
            """Every guardian is asked once more."""
            nonlocal asked
            asked += 1
            await asyncio.gather(*(service.office.handle(_prompt_due(index, asked)) for index in range(works)))
            return {"asked": asked}

        async def count() -> dict[str, Any]:
            def look(tx: Any) -> dict[str, int]:
                return {f"{lane}/{state}": many for (lane, state), many in tx.agenda_counts().items()}

            return dict(await service.writer.submit(look))

        async def memory() -> dict[str, Any]:
            return {"rss_mib": resident_mib()}

        probe = asyncio.create_task(lag.run()) if options.probe else None
        hello = {"port": int(service.base_url.rpartition(":")[2]), "pid": os.getpid()}
        words = {"prompts": prompts, "lag": lag.read, "count": count, "memory": memory, "cpu": spent}
        await obey(hello, words)
        if probe is not None:
            probe.cancel()


def _prompt_due(index: int, asked: int) -> Any:
    from handlers.arrivals import Due
    from handlers.due import CLOCK
    from workflow.ids import SiteId
    from workflow.permit.commands import PromptDue
    from workflow.values import Actor

    command = PromptDue(by=Actor.clock(), at=NOW, number=asked)
    return Due(
        site=SiteId(SITE), sender=CLOCK, dedup_key=f"prompt:{index}:{asked}", received_at=NOW,
        permit=number(index), name="prompt", command=command,
    )  # fmt: skip


def main() -> None:
    """Serve until standard input ends."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("database", type=Path)
    options.add_argument("--works", default="0")
    options.add_argument("--loops", action="store_true")
    options.add_argument("--probe", action="store_true")
    options.add_argument("--log", default="info")
    options.add_argument("--api", default="http://127.0.0.1:9")
    chosen = options.parse_args()
    from bot import log

    # As in production, one line of JSON for each callback; only nobody reads it.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        log.configure(style="json", level=chosen.log, secrets=(KEY, TOKEN, AES_KEY), stream=nowhere)
        asyncio.run(_serve(chosen))


if __name__ == "__main__":
    main()
