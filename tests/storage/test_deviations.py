"""Emergency work that goes on without a permit is seen by the next decision, however often was asked before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.deviations import _PUT, DeviationRow
from storage.engine import Database
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import T0

ROW = DeviationRow(id="LS-1", stage="open", area="TK2", place="2号罐", why="抢修", opened_at=T0)


def seen(tx: Tx) -> dict[str, list[str]]:
    return {stage: [one.id for one in tx.deviations_at(stage)] for stage in ("open", "closed")}


async def test_what_comes_and_goes_is_seen(writer: Writer) -> None:
    assert await writer.submit(seen) == {"open": [], "closed": []}
    await writer.submit(lambda tx: tx.put_deviation(ROW))
    assert await writer.submit(seen) == {"open": ["LS-1"], "closed": []}
    await writer.submit(lambda tx: tx.put_deviation(replace(ROW, id="LS-2")))
    assert await writer.submit(seen) == {"open": ["LS-1", "LS-2"], "closed": []}
    await writer.submit(lambda tx: tx.put_deviation(replace(ROW, stage="closed")))
    assert await writer.submit(seen) == {"open": ["LS-2"], "closed": ["LS-1"]}


async def test_it_is_seen_by_the_command_that_writes_it_and_by_no_other_when_that_fails(writer: Writer) -> None:
    def fails(tx: Tx) -> None:
        seen(tx)
        tx.put_deviation(ROW)
        assert seen(tx) == {"open": ["LS-1"], "closed": []}
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await writer.submit(fails)
        assert await writer.submit(seen) == {"open": [], "closed": []}


async def test_what_another_process_wrote_is_seen(database: Database, writer: Writer) -> None:
    assert await writer.submit(seen) == {"open": [], "closed": []}
    connection = database.connect_writer()
    connection.begin()
    connection.run(_PUT, [(SITE, "LS-1", "open", "TK2", "2号罐", "抢修", "2026-05-01T00:00:00.000000Z", 0)])
    connection.commit()
    connection.close()
    assert await writer.submit(seen) == {"open": ["LS-1"], "closed": []}
