"""The one writer: nothing lost, nothing half done, nobody fails for another's mistake."""

from __future__ import annotations

import asyncio
import threading

import pytest

from storage.engine import Database
from storage.errors import Conflict, ConstraintBroken, Overloaded, StorageError, WriterStopped
from storage.faults import CrashPoint, Faults
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Account, Noted, Paid


def pay(tx: Tx, stream: str = "one", amount: int = 1) -> int:
    """Read the account, pay in, and say the new balance."""
    state, version = tx.load(ACCOUNTS, stream)
    state, _ = tx.append(ACCOUNTS, stream, version, [Paid(amount=amount)], T0, "test")
    return state.balance


async def balance(writer: Writer, stream: str = "one") -> int:
    """The balance as the journal tells it, folded anew."""
    records = await writer.submit(lambda tx: tx.records(ACCOUNTS, stream))
    state = Account(stream)
    for record in records:
        state = ACCOUNTS.evolve(state, ACCOUNTS.codec.decode(record.kind, record.body))
    return state.balance


async def test_twenty_tasks_lose_no_update(writer: Writer) -> None:
    answers = await asyncio.gather(*(writer.submit(pay) for _ in range(20)))
    assert sorted(answers) == list(range(1, 21))
    assert await balance(writer) == 20
