"""The last permits of one kind: those that were issued, of this work, grade and site; by one indexed question."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from storage.alike import _ALIKE, alike, folded
from storage.codec import Codec
from storage.engine import open_database
from storage.fold import Fold
from storage.sql import Backend
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.test_board import row
from tests.support.ledger import T0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of the pretended permits."""

    what: str


LIVES: Fold[tuple[str, ...], Happened] = Fold(
    kind="permit",
    initial=lambda name: (name,),
    evolve=lambda state, event: (*state, event.what),
    codec=Codec([Happened]),
)


async def lived(writer: Writer, permit: str, day: int, **parts: str) -> None:
    shown = row(permit, day * 1440, day * 1440 + 60, status=parts.get("status", "closed"), live=False, is_open=False)
    shown = replace(shown, work=parts.get("work", "hot"), grade=parts.get("grade", "first"))

    def work(tx: Tx) -> None:
        tx.append(LIVES, permit, 0, [Happened(what="asked"), Happened(what="done")], T0, f"cause-{permit}")
        tx.put_on_board(shown)

    await writer.submit(work)


async def of_kind(writer: Writer, but: str = "") -> list[str]:
    found = folded(LIVES, await writer.submit(lambda tx: alike(tx, work="hot", grade="first", but=but)))
    assert all(one[1:] == ("asked", "done") for one in found), "folded from the first event to the last"
    return [one[0] for one in found]


async def test_only_those_of_this_kind_that_were_issued(writer: Writer) -> None:
    await lived(writer, "P-001", 1)
    await lived(writer, "P-002", 2, status="issued")
    await lived(writer, "P-003", 3, status="cancelled")
    await lived(writer, "P-004", 4, grade="second")
    await lived(writer, "P-005", 5, work="height")
    assert await of_kind(writer) == ["P-001", "P-002"]
    assert await of_kind(writer, but="P-002") == ["P-001"]


async def test_the_ten_planned_last(writer: Writer) -> None:
    for day in range(12):
        await lived(writer, f"P-{day:03}", day)
    assert await of_kind(writer) == [f"P-{day:03}" for day in range(2, 12)]


def test_the_index_serves_the_question(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    connection = sqlite3.connect(str(database.url.database))
    sql, _ = _ALIKE.on(Backend.SQLITE)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?"))]
    connection.close()
    assert any("board_kind" in step for step in plan), plan
    assert not any(step.startswith("SCAN journal") for step in plan), plan
