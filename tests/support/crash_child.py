"""A program that dies by SIGKILL in the middle of its work: what the crash tests run as a child process.

    python -m tests.support.crash_child URL POINT BATCH

It submits numbered commands, eight in flight, and writes ``ack N`` to its output for each one acknowledged. At the
given crash point of the given batch it kills itself; nothing of it gets a chance to tidy up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from storage.agenda import NewMessage
from storage.engine import open_database
from storage.faults import CrashPoint, Faults
from storage.tx import Tx
from storage.writer import Writer
from tests.support.ledger import ACCOUNTS, T0, Paid, minutes
from workflow.effects import Lane

SITE = "A"


class Command:
    """One numbered command: arrival, event, timer and message, all or nothing."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, tx: Tx) -> bool:
        key, stream = f"arrival-{self.number:04d}", f"s{self.number % 3}"
        if not tx.first_time(key, T0, "wecom", "tap"):
            return False
        _, version = tx.load(ACCOUNTS, stream)
        tx.append(ACCOUNTS, stream, version, [Paid(amount=1)], T0, key)
        tx.put_timer(key, minutes(30), "prompt", stream, b"{}")
        tx.post(NewMessage(key=key, lane=Lane.ACTION, recipient="wang", purpose="ask", payload=b"{}", at=T0))
        return True


class KillAt:
    """Counts how often a crash point is passed and ends the process at the chosen one."""

    def __init__(self, batch: int) -> None:
        self._left = batch

    def __call__(self) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, point: str, batch: int) -> None:
    """Work until killed; gives up after 2,000 commands, which a test takes as a failure."""
    writer = Writer(open_database(url), SITE, faults=Faults({CrashPoint(point): KillAt(batch)}))
    await writer.start()
    numbers = iter(range(2_000))

    async def worker() -> None:
        for number in numbers:
            await writer.submit(Command(number))
            # One write, so that a line is there whole or not at all; only now is the command acknowledged.
            os.write(sys.stdout.fileno(), f"ack {number}\n".encode())

    await asyncio.gather(*(worker() for _ in range(8)))
    await writer.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
