"""kill -9 at every crash point: whatever was acknowledged is there once and whole, and nothing is there in part.

SIGKILL ends the process, not the machine: what the operating system had taken it still writes. So this shows that we
never acknowledge before the commit and never commit in part; it does not test the loss of power.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.engine import open_database
from storage.faults import CrashPoint
from storage.store import Store
from storage.tx import Tx
from storage.verify import verify_journal
from storage.writer import Writer
from tests.support.crash_child import SITE, Command
from tests.support.ledger import ACCOUNTS, Account

ROOT = Path(__file__).parents[2]


def run_until_killed(url: str, point: CrashPoint) -> set[int]:
    """Run the child into its death; the commands it acknowledged before."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.crash_child", url, point.value, "6"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, "the child must die at the crash point"
    return {int(line.split()[1]) for line in done.stdout.decode().splitlines()}


def found(tx: Tx) -> tuple[list[str], int, int]:
    """Causes of all events, and how many timers and messages there are."""
    causes = [record.cause for stream in ("s0", "s1", "s2") for record in tx.records(ACCOUNTS, stream)]
    counts = tx.agenda_counts()
    return causes, counts.get(("timer", "pending"), 0), counts.get(("action", "pending"), 0)


@pytest.mark.parametrize("point", list(CrashPoint))
async def test_a_killed_process_loses_nothing_it_acknowledged(url: str, point: CrashPoint) -> None:
    acknowledged = run_until_killed(url, point)
    assert len(acknowledged) >= 5

    database = open_database(url)
    store = Store(database, SITE)
    causes, timers, messages = await store.read(found)
    await store.close()
    assert len(causes) == len(set(causes)), "no command took effect twice"
    assert {f"arrival-{number:04d}" for number in acknowledged} <= set(causes)
    assert timers == messages == len(causes), "no command took effect in part"
    assert verify_journal(database, SITE).sound

    # Whoever sent a command and heard nothing sends it again: it is recognised, or done now, but never done twice.
    writer = Writer(database, SITE)
    await writer.start()
    again = [await writer.submit(Command(number)) for number in range(120)]
    assert again == [f"arrival-{number:04d}" not in causes for number in range(120)]

    def total(tx: Tx) -> int:
        accounts: list[Account] = [tx.load(ACCOUNTS, stream)[0] for stream in ("s0", "s1", "s2")]
        return sum(account.balance for account in accounts)

    assert await writer.submit(total) == len(set(causes) | {f"arrival-{number:04d}" for number in range(120)})
    await writer.stop()
