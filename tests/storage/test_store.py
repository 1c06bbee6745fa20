"""Reading beside the writer: committed things only, one moment at a time, and never a write."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from storage.agenda import AgendaKind, NewMessage
from storage.engine import Database, open_database
from storage.errors import StorageError, StorageTrouble, Trouble
from storage.media import MediaRow
from storage.sql import Channel, Statement
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Account, Paid, minutes
from workflow.effects import Lane
from workflow.ids import MediaHash


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    """A store on the fresh database."""
    store = Store(database, SITE)
    yield store
    await store.close()


def fill(tx: Tx) -> None:
    """A little of everything."""
    tx.append(ACCOUNTS, "one", 0, [Paid(amount=3), Paid(amount=4)], T0, "c")
    tx.put_timer("P/x", minutes(5), "x", "P", b"")
    tx.post(NewMessage(key="m", lane=Lane.SAFETY, recipient="wang", purpose="stop", payload=b"", at=T0))
    tx.put_draft("wang", b"draft", T0)
    tx.add_media(MediaRow(sha256=MediaHash("0" * 64), mime="image/png", size=1, path="x", received_at=T0, permit="P"))


async def test_what_was_committed_can_be_read(writer: Writer, store: Store) -> None:
    assert await store.load(ACCOUNTS, "one") == (Account("one"), 0)
    await writer.submit(fill)
    assert await store.load(ACCOUNTS, "one") == (Account("one", 7), 2)
    assert [record.kind for record in await store.records(ACCOUNTS, "one")] == ["Paid", "Paid"]
    assert await store.next_due(AgendaKind.TIMER) == minutes(5)
    assert await store.agenda_counts() == {("timer", "pending"): 1, ("safety", "pending"): 1}
    draft = await store.draft("wang")
    assert draft is not None
    assert draft.body == b"draft"
    assert [row.mime for row in await store.media_of("P")] == ["image/png"]
    assert await store.open_permits() == await store.open_permits_of("wang") == ()


async def test_a_read_function_sees_one_moment(writer: Writer, store: Store) -> None:
    await writer.submit(lambda tx: tx.put_setting("k", "before"))

    def twice(tx: Tx) -> tuple[str | None, str | None]:
        first = tx.setting("k")
        writer.submit_blocking(lambda tx: tx.put_setting("k", "after"))
        return first, tx.setting("k")

    assert await store.read(twice) == ("before", "before")
    assert await store.read(lambda tx: tx.setting("k")) == "after"


async def test_a_read_function_cannot_write(writer: Writer, store: Store) -> None:
    for attempt in (
        lambda tx: tx.put_setting("k", "1"),
        lambda tx: tx.next_number("n"),
        lambda tx: tx.claim_due(AgendaKind.TIMER, now=T0, limit=1, lease=minutes(1) - T0, worker="w"),
    ):
        with pytest.raises(StorageError, match="may not write"):
            await store.read(attempt)
    assert await writer.submit(lambda tx: (tx.setting("k"), tx.next_number("n"))) == (None, 1)


async def test_the_connection_itself_cannot_write_either(store: Store) -> None:
    slip = Statement(text("DELETE FROM settings"), channel=Channel.SETTINGS)
    with pytest.raises(StorageTrouble) as caught:
        await store.read(lambda tx: tx._session.fetch(slip, ()))
    assert caught.value.kind is Trouble.READ_ONLY


async def test_a_database_that_is_gone_is_trouble(sqlite_url: str) -> None:
    database = open_database(sqlite_url + ".gone/")
    store = Store(database, SITE)
    with pytest.raises(StorageTrouble):
        await store.read(lambda tx: tx.setting("k"))
    await store.close()
