"""G1: a press on a card, from the encrypted POST to the 200 that says it is durable, 16 connections at a time.

``[FULL=1] python benchmarks/g1_end_to_end.py`` prints one JSON line a figure. Guardians of running hot works answer
their prompts: verify, decrypt, parse, seen before?, whose press?, gather facts, decide with every gate of running work,
journal with its hash, board, outbox, commit (WAL, FULL), 200. Compared with:

- *raw*: hand-written sqlite3 that stores one event, message, timer and inbox row a transaction in the product's own
  tables, in process, without a web server, a cipher or a rule (goal: 0.7 or more);
- *bare raw*: the same on three tables without an index of ours;
- the same web server and codec with SQLAlchemy's ORM over aiosqlite, which decides nothing (goal: 12 or more).

A second figure presses 刷新 only, and a third counts the product with its relay, timers and housekeeper running against
a platform that takes everything at once. The load comes from a process of its own. Before each round every guardian is
asked anew; that is not timed.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import g4_writer
from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from benchmarks.works import Served, closed_loop, guard, make, number, percentile, served, tap
from cards.buttons import Action
from storage.migrate import upgrade

WORKS = 1_000 if FULL else 200
PAIRS = 9 if FULL else 5
CONNECTIONS = 16
ORM, PLATFORM = (Path(__file__).with_name(name) for name in ("orm_server.py", "fake_platform.py"))
SERIALS = itertools.count(1)


class Side:
    """A server: asked for its rate, as seconds a press; beside it, the processor time of every press."""

    def __init__(self, server: Served, presses: int) -> None:
        self._server = server
        self._presses = presses
        self._asked = 1
        self.waits: list[float] = []
        self.cpu: dict[Action, list[float]] = {Action.PROMPT: [], Action.REFRESH: []}

    def answers(self) -> float:
        """Every guardian answers the open prompt."""
        each = self._press(Action.PROMPT, str(self._asked))
        self._asked = int(self._server.say("prompts")["asked"])
        return each

    def first_answers(self) -> float:
        """As `answers`, of a server that asks nobody anew because it looks at nothing."""
        return self._press(Action.PROMPT, "1")

    def refreshes(self) -> float:
        """Everybody presses 刷新."""
        return self._press(Action.REFRESH, "")

    def _press(self, action: Action, arg: str) -> float:
        taps = [tap(guard(i), number(i), action, arg, next(SERIALS)) for i in range(self._presses)]
        before = float(self._server.say("cpu")["cpu_s"])
        elapsed, waits = asyncio.run(closed_loop(self._server.port, taps, CONNECTIONS))
        self.cpu[action].append((float(self._server.say("cpu")["cpu_s"]) - before) / len(taps))
        self.waits += waits
        return elapsed / len(taps)

    def forget(self) -> None:
        """The warm-up is over."""
        self.waits.clear()
        for found in self.cpu.values():
            found.clear()


def databases(home: Path) -> Iterator[Path]:
    """Three databases with the same works, and an empty one."""
    for name in ("alone", "whole"):
        (home / name).mkdir()
        yield make(home / name, WORKS)


def main(home: Path) -> None:
    """Measure and print."""
    alone, whole = databases(home)
    same, plain = home / "raw.sqlite3", home / "bare.sqlite3"
    upgrade(f"sqlite:///{same}")
    g4_writer.connect(plain).executescript(g4_writer.BARE)
    with ExitStack() as stack:
        product = Side(stack.enter_context(served(str(alone), "--works", str(WORKS))), WORKS)
        api = f"http://127.0.0.1:{stack.enter_context(served(script=PLATFORM)).port}"
        busy = Side(stack.enter_context(served(str(whole), "--works", str(WORKS), "--loops", "--api", api)), WORKS)
        other = Side(stack.enter_context(served(str(home / "orm.sqlite3"), str(WORKS), script=ORM)), min(WORKS, 150))
        for warm in (product.answers, product.refreshes, busy.answers, other.first_answers):
            warm()
        for side in (product, busy, other):
            side.forget()
        rounds = interleaved(
            PAIRS,
            lambda: g4_writer.raw(same, 300),
            lambda: g4_writer.bare(plain, 300),
            product.answers,
            product.refreshes,
            busy.answers,
            other.first_answers,
        )
    raws, bares, answers, refreshes, busies, orms = zip(*rounds, strict=True)
    shaky = noisy(raws) or noisy(orms)
    sides = (
        ("answers a prompt", answers),
        ("presses refresh", refreshes),
        ("answers, relay and timers running", busies),
    )
    limits = (("raw: same tables", raws), ("bare raw: three tables", bares), ("ORM async + aiosqlite", orms))
    for name, ours in sides:
        for against, limit in limits:
            report(
                "G1",
                f"rate, {name}, over {against}",
                [a / b for a, b in zip(limit, ours, strict=True)],
                us_ours=middle(ours, 1e6),
                us_other=middle(limit, 1e6),
                per_second=round(1e6 / middle(ours, 1e6)),
                noisy=shaky,
            )
    for action, name in ((Action.PROMPT, "answers a prompt"), (Action.REFRESH, "presses refresh")):
        report(
            "G1",
            f"processor time of the server a press: ORM over ours, {name}",
            [b / a for a, b in zip(product.cpu[action], other.cpu[Action.PROMPT], strict=True)],
            us_ours=middle(product.cpu[action], 1e6),
            us_other=middle(other.cpu[Action.PROMPT], 1e6),
        )
    report(
        "G1",
        "wait for the 200 at 16 connections: p99 over p50",
        [percentile(product.waits, 0.99) / percentile(product.waits, 0.5)],
        p50_ms=round(percentile(product.waits, 0.5) * 1e3, 2),
        p99_ms=round(percentile(product.waits, 0.99) * 1e3, 2),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g1-") as directory:
        main(Path(directory))
