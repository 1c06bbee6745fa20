"""G5: asking for a permit in four messages, beside NoneBot2 with SQLAlchemy, both with a durable store.

``[FULL=1] python benchmarks/g5_dialogue.py`` prints one JSON line a figure:

- dialogues a second over NoneBot2, one user after another (goal: 10 or more) and 16 users at a time (goal: 40 or more);
- the same without the reading of Chinese, which NoneBot2 does not do: `read_line` alone is timed on the same lines and
  its share taken off. This is the comparable part; the first figure is what a plant gets;
- a message with 10,000 dialogues open over a message with none, for the product (goal: flat), and for NoneBot2 with as
  many as it can bear (200).

The product's four messages: two typed lines that are understood as a request (place, time, work, people, what is
missing), the answer to what it asks, and 提交, which freezes the rules, grades the work and looks for conflicts, with
journal, outbox, board and timers. NoneBot2's four: a command, two answers to ``got`` prompts, a confirmation; each
message is one transaction of its own (inbox, permit, event, message, timer) by SQLAlchemy's ORM over aiosqlite, WAL
and FULL like ours. No network on either side.

NoneBot2 is no dependency of the product: `make bench-deps` adds it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog

from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from cards.buttons import Action, Press, pack
from handlers.arrivals import Tap, Text
from handlers.reading import Glimpse, read_line
from handlers.request.conversation import draft_id
from sandbox.plant import everybody
from storage.tx import Tx
from tests.support import office
from workflow.plant import CertificateStatus

USERS = 16
EACH = 4 if FULL else 1
"""Dialogues of each user in one round of 16 users."""
ALONE = 16 if FULL else 6
"""Dialogues in one round of one user after another."""
PAIRS = 9 if FULL else 5
OPEN = 10_000
PEER_OPEN = 200
NOW = office.at("07:30")
LATEST = date(2026, 9, 30)
_NAMES = [one.name for one in everybody(office.TODAY)]


def able(kind: str) -> list[str]:
    """Names, each of one person only, of those whose certificate of this kind outlasts the benchmark."""
    return [
        one.name
        for one in everybody(office.TODAY)
        if _NAMES.count(one.name) == 1
        and any(
            held.kind == kind
            and held.status is CertificateStatus.REGISTERED
            and held.valid_to > LATEST
            and (held.review_due is None or held.review_due > LATEST or held.reviewed_on is not None)
            for held in one.certificates
        )
    ]


WELDERS = able("2.1")
GUARDS = [name for name in able("guardian") if name not in WELDERS]
_ASKED = "situations"
"""What the second line leaves open."""
SLOTS = ("8点到10点", "10点到12点", "13点到15点", "15点到17点")


# --- the product


class Product:
    """The office on a seeded database. Every dialogue asks for a time of its own, so that none is in another's way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._serial = itertools.count()
        self.reading: list[float] = []

    def dialogues(self, users: int, each: int) -> float:
        """Seconds a dialogue."""

        async def run(world: office.World) -> float:
            people = [f"hc{100 + number:04d}" for number in range(users)]
            await self._dialogue(world, people[0])  # the names of the plant are read once
            before = await world.writer.submit(_requests)
            began = time.perf_counter()
            await asyncio.gather(*(self._several(world, who, each) for who in people))
            elapsed = time.perf_counter() - began
            taken = await world.writer.submit(_requests) - before
            assert taken == users * each, f"{taken} of {users * each} requests were taken"
            return elapsed / (users * each)

        return self._inside(run)

    def read_alone(self) -> float:
        """Seconds a dialogue to understand its two lines, and nothing else."""

        async def run(world: office.World) -> float:
            glimpse = await world.writer.submit(self._glimpse)
            lines = [self._lines() for _ in range(ALONE)]
            read_line(lines[0][0], glimpse, world.house, NOW, NOW)
            began = time.perf_counter()
            for both in lines:
                for line in both:
                    read_line(line, glimpse, world.house, NOW, NOW)
            return (time.perf_counter() - began) / ALONE

        return self._inside(run)

    def message(self) -> float:
        """Seconds a message: a short line on an open draft."""

        async def run(world: office.World) -> float:
            who = "hc0300"  # the dialogues begin without an open draft
            await self._says(world, who, self._lines()[0])
            began = time.perf_counter()
            for number in range(40):
                await self._says(world, who, f"{9 + number % 2}点到11点")
            return (time.perf_counter() - began) / 40

        return self._inside(run)

    def open_many(self, count: int) -> None:
        """Put so many open dialogues beside: copies of one."""

        async def run(world: office.World) -> float:
            await self._says(world, "hc0200", self._lines()[0])

            def copy(tx: Tx) -> None:
                row = tx.draft("hc0200")
                assert row is not None
                for number in range(count):
                    tx.put_draft(f"open{number}", row.body, NOW)

            await world.writer.submit(copy)
            return 0.0

        self._inside(run)

    def _inside(self, run: Callable[[office.World], Any]) -> float:
        world = office.open_world(self._path, NOW)
        world.count = next(self._serial) * 100_000
        try:
            return float(asyncio.run(run(world)))
        finally:
            world.writer.stop_blocking()

    def _lines(self) -> tuple[str, str]:
        serial = next(self._serial)
        day = NOW + timedelta(days=2 + serial // len(SLOTS))
        crew = f"电焊 作业人{WELDERS[serial % len(WELDERS)]} 监护{GUARDS[serial % len(GUARDS)]}"
        return f"{day.month}月{day.day}日{SLOTS[serial % len(SLOTS)]} 2号罐 换法兰", crew

    async def _several(self, world: office.World, who: str, count: int) -> None:
        for _ in range(count):
            await self._dialogue(world, who)

    async def _dialogue(self, world: office.World, who: str) -> None:
        # The buttons are made as the cards would hold them: a phone asks nobody what stands on its card.
        first, second = self._lines()
        draft = draft_id(await self._says(world, who, first), who)
        await self._says(world, who, second)
        answer = Press(action=Action.ANSWER, subject=draft, revision=2, arg=_ASKED)
        await self._presses(world, who, answer, {_ASKED: ()})
        await self._presses(world, who, Press(action=Action.SUBMIT, subject=draft, revision=3), {})

    @staticmethod
    async def _says(world: office.World, who: str, line: str) -> str:
        """The key of the line."""
        head = world.head(who, None)
        await world.office.handle(Text(**head, text=line))
        return str(head["dedup_key"])

    @staticmethod
    async def _presses(world: office.World, who: str, press: Press, chosen: dict[str, tuple[str, ...]]) -> None:
        token = pack(press, person=who, secret=office.SECRET)
        head = world.head(who, None)
        await world.office.handle(
            Tap(**head, token=token, card="card", update_handle=f"code{world.count}", chosen=chosen)
        )

    @staticmethod
    def _glimpse(tx: Tx) -> Glimpse:
        person = tx.person_by_account("wecom", office.CORP, "hc0100")
        assert person is not None
        return Glimpse(person=person, directory=tx.directory, body=None)


def _requests(tx: Tx) -> int:
    return sum(tx.board_counts().values())


# --- both


def main(home: Path) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("quiet", "crowded"):
        (home / name).mkdir()
    product, crowded = Product(office.template(home / "quiet")), Product(office.template(home / "crowded"))
    crowded.open_many(OPEN)
    rounds = interleaved(PAIRS, product.message, crowded.message)
    report(
        "G5",
        f"a message with {OPEN} open dialogues over one with none",
        [b / a for a, b in rounds],
        us_none=middle((a for a, _ in rounds), 1e6),
        us_many=middle((b for _, b in rounds), 1e6),
    )
    if find_spec("nonebot") is None:
        print("not compared with NoneBot2, which is not installed: `make bench-deps` adds it", file=sys.stderr)
        return
    from benchmarks.nonebot_peer import Peer

    compare(product, Peer(home / "peer.sqlite3"))


def compare(product: Product, peer: Any) -> None:
    """The figures beside NoneBot2."""
    rounds = interleaved(
        PAIRS,
        lambda: peer.dialogues(1, ALONE),
        lambda: product.dialogues(1, ALONE),
        lambda: peer.dialogues(USERS, EACH),
        lambda: product.dialogues(USERS, EACH),
        product.read_alone,
    )
    theirs, ours, theirs16, ours16, reading = zip(*rounds, strict=True)
    for users, other, mine in (("one by one", theirs, ours), (f"{USERS} users", theirs16, ours16)):
        _beside("the whole", users, other, mine)
        _beside("without reading Chinese", users, other, [max(a - b, 1e-6) for a, b in zip(mine, reading, strict=True)])
    rounds = interleaved(3, lambda: peer.message(0), lambda: peer.message(PEER_OPEN))
    report("G5", f"NoneBot2: a message with {PEER_OPEN} open dialogues over one with none", [b / a for a, b in rounds],
           us_none=middle((a for a, _ in rounds), 1e6), us_many=middle((b for _, b in rounds), 1e6))  # fmt: skip


def _beside(what: str, users: str, theirs: Sequence[float], ours: Sequence[float]) -> None:
    report(
        "G5",
        f"dialogues a second over NoneBot2, {users}, {what}",
        [a / b for a, b in zip(theirs, ours, strict=True)],
        ms_nonebot=middle(theirs, 1e3),
        ms_ours=middle(ours, 1e3),
        noisy=noisy(theirs),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g5-") as directory:
        main(Path(directory))
