"""Drafts, permit numbers, one-time links, settings, readings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from storage.desk import _PUT_DRAFT, Draft, Link
from storage.engine import Database
from storage.errors import Conflict
from storage.readings import ReadingRow
from storage.times import spell
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import T0, minutes
from workflow.privacy.retention import Thing

LINK = Link(
    token_hash="ab12",
    purpose="sign",
    person="wang",
    permit="P",
    payload=b"{}",
    created_at=T0,
    expires_at=minutes(10),
)


async def test_a_person_has_one_conversation(writer: Writer) -> None:
    assert await writer.submit(lambda tx: tx.draft("wang")) is None
    assert await writer.submit(lambda tx: tx.put_draft("wang", b"one", T0)) == 1
    assert await writer.submit(lambda tx: tx.put_draft("wang", b"two", minutes(1), expected_version=1)) == 2
    with pytest.raises(Conflict):
        await writer.submit(lambda tx: tx.put_draft("wang", b"late", minutes(2), expected_version=1))
    assert await writer.submit(lambda tx: tx.draft("wang")) == Draft(
        person="wang", version=2, updated_at=minutes(1), body=b"two"
    )
    await writer.submit(lambda tx: tx.drop_draft("wang"))
    assert await writer.submit(lambda tx: tx.draft("wang")) is None
    assert await writer.submit(lambda tx: tx.put_draft("wang", b"new", T0, expected_version=0)) == 1


async def test_a_conversation_another_process_went_on_with_is_read_anew(database: Database, writer: Writer) -> None:
    await writer.submit(lambda tx: tx.put_draft("wang", b"one", T0))
    assert await writer.submit(lambda tx: tx.draft("wang")) is not None
    connection = database.connect_writer()
    connection.begin()
    connection.run(_PUT_DRAFT, [(SITE, "wang", 2, spell(minutes(1)), b"two")])
    connection.commit()
    connection.close()
    draft = await writer.submit(lambda tx: tx.draft("wang"))
    assert draft is not None
    assert (draft.version, draft.body) == (2, b"two")


async def test_a_conversation_is_what_this_command_made_of_it(writer: Writer) -> None:
    def work(tx: Tx) -> list[bytes | None]:
        seen: list[bytes | None] = []
        for step in (b"a", b"b", None, b"c"):
            if step is None:
                tx.drop_draft("wang")
            else:
                tx.put_draft("wang", step, T0)
            draft = tx.draft("wang")
            seen.append(draft.body if draft else None)
        return seen

    assert await writer.submit(work) == [b"a", b"b", None, b"c"]
    draft = await writer.submit(lambda tx: tx.draft("wang"))
    assert draft is not None
    assert (draft.body, draft.version) == (b"c", 1)


async def test_forgotten_conversations_are_swept(writer: Writer) -> None:
    def work(tx: Tx) -> list[Draft | None]:
        tx.put_draft("fresh", b"", minutes(9))
        tx.put_draft("just", b"", minutes(2))
        tx.purge_drafts(minutes(5))
        return [tx.draft(person) for person in ("old", "just", "fresh")]

    await writer.submit(lambda tx: tx.put_draft("old", b"", T0))
    await writer.submit(work)
    swept = await writer.submit(lambda tx: [tx.draft(person) for person in ("old", "just", "fresh")])
    assert [draft is not None for draft in swept] == [False, False, True]


async def test_numbers_have_no_gaps_and_no_twins(writer: Writer) -> None:
    class Changed(Exception):
        pass

    def fail(tx: Tx) -> None:
        tx.next_number("DH-A-20260501")
        raise Changed

    works = [fail if index % 3 == 0 else (lambda tx: tx.next_number("DH-A-20260501")) for index in range(30)]
    answers = await asyncio.gather(*(writer.submit(work) for work in works), return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, int)] == list(range(1, 21))
    assert await writer.submit(lambda tx: tx.next_number("DH-A-20260502")) == 1


async def test_a_link_opens_once_and_in_time(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.put_link(LINK))
    assert await writer.submit(lambda tx: tx.see_link("ab12", minutes(1))) == LINK
    assert await writer.submit(lambda tx: tx.see_link("ab12", minutes(10))) is None
    assert await writer.submit(lambda tx: tx.see_link("other", minutes(1))) is None
    opened = await asyncio.gather(*(writer.submit(lambda tx: tx.use_link("ab12", minutes(1))) for _ in range(5)))
    assert [link is not None for link in opened].count(True) == 1
    assert await writer.submit(lambda tx: tx.see_link("ab12", minutes(1))) is None


async def test_a_link_that_ended_does_not_open(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.put_link(LINK))
    assert await writer.submit(lambda tx: tx.use_link("ab12", LINK.expires_at)) is None
    await writer.submit(lambda tx: tx.forget_rows(Thing.LINKS, minutes(11), 9))
    assert await writer.submit(lambda tx: tx.see_link("ab12", minutes(1))) is None


async def test_settings_are_kept(writer: Writer) -> None:
    assert await writer.submit(lambda tx: tx.setting("k")) is None
    await writer.submit(lambda tx: tx.put_setting("k", "1"))
    await writer.submit(lambda tx: tx.put_setting("k", "2"))
    assert await writer.submit(lambda tx: tx.setting("k")) == "2"


async def test_readings_keep_their_exact_value_and_a_permit_keeps_its_readings(writer: Writer) -> None:
    bound = ReadingRow(
        device="d1",
        quantity="h2s",
        value=Decimal("0.50"),
        unit="ppm",
        quality="good",
        received_at=minutes(1),
        measured_at=T0,
        permit="P",
    )
    loose = replace(bound, permit=None, measured_at=None, value=Decimal("1E+1"), received_at=minutes(2))
    await writer.submit(lambda tx: tx.add_readings([bound, loose]))

    def of_device(tx: Tx) -> tuple[ReadingRow, ...]:
        return tx.readings_of_device("d1", T0, minutes(3))

    kept = await writer.submit(of_device)
    assert kept == (bound, loose)
    assert str(kept[0].value) == "0.50"
    assert await writer.submit(lambda tx: tx.readings_of_device("d1", minutes(1), minutes(2))) == (bound,)
    assert await writer.submit(lambda tx: tx.readings_of_permit("P", T0, minutes(3))) == (bound,)
    await writer.submit(lambda tx: tx.forget_rows(Thing.READINGS, minutes(90), 9))
    assert await writer.submit(of_device) == (bound,)


async def test_old_arrivals_can_be_forgotten(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
    await writer.submit(lambda tx: tx.forget_rows(Thing.INBOX, T0, 9))
    assert not await writer.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
    await writer.submit(lambda tx: tx.forget_rows(Thing.INBOX, T0 + timedelta(seconds=1), 9))
    assert await writer.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
