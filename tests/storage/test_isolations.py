"""What a permit stands on, however often it was asked before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.engine import Database
from storage.isolations import _PUT, _STANDS, IsolationRow
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import T0

ROW = IsolationRow(
    id="GL-1", in_place=True, proven=False, area="TK2", lock="L1", tag="T1", what="泵P-1", method="blind",
    energy="pressure", owner="wang", updated_at=T0,
)  # fmt: skip


def seen(tx: Tx) -> list[tuple[str, bool]]:
    assert not tx.isolations_of("other")
    return [(one.id, one.proven) for one in tx.isolations_of("P")]


async def test_what_comes_later_is_seen(writer: Writer) -> None:
    assert await writer.submit(seen) == []
    await writer.submit(lambda tx: tx.put_isolation(ROW))
    assert await writer.submit(seen) == []
    await writer.submit(lambda tx: tx.stands_on("P", ROW.id))
    assert await writer.submit(seen) == [("GL-1", False)]
    await writer.submit(lambda tx: tx.put_isolation(replace(ROW, proven=True)))
    assert await writer.submit(seen) == [("GL-1", True)]


async def test_an_isolation_written_after_who_stands_on_it_is_seen(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.stands_on("P", ROW.id))
    assert await writer.submit(seen) == []
    await writer.submit(lambda tx: tx.put_isolation(ROW))
    assert await writer.submit(seen) == [("GL-1", False)]


async def test_a_command_that_fails_leaves_nothing_behind(writer: Writer) -> None:
    def fails(tx: Tx) -> None:
        seen(tx)
        tx.put_isolation(ROW)
        tx.stands_on("P", ROW.id)
        assert seen(tx) == [("GL-1", False)]
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await writer.submit(fails)
        assert await writer.submit(seen) == []
    await writer.submit(lambda tx: tx.stands_on("P", ROW.id))
    await writer.submit(lambda tx: tx.put_isolation(ROW))
    assert await writer.submit(seen) == [("GL-1", False)]


async def test_what_another_process_wrote_is_seen(database: Database, writer: Writer) -> None:
    assert await writer.submit(seen) == []
    connection = database.connect_writer()
    connection.begin()
    row = (
        SITE,
        ROW.id,
        True,
        False,
        "TK2",
        "L1",
        "T1",
        "泵P-1",
        "blind",
        "pressure",
        "wang",
        "2026-05-01T00:00:00.000000Z",
    )
    connection.run(_PUT, [row])
    connection.run(_STANDS, [(SITE, "P", ROW.id)])
    connection.commit()
    connection.close()
    assert await writer.submit(seen) == [("GL-1", False)]
