"""PostgreSQL: several writers of one site share the work. (Two writers in one process stand for two processes.)"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import psycopg
import pytest

from storage.agenda import AgendaKind
from storage.board import BoardRow
from storage.engine import open_database
from storage.errors import Conflict
from storage.faults import CrashPoint, Faults
from storage.tx import Tx
from storage.verify import verify_journal
from storage.writer import RETRIES, Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Paid, minutes
from workflow.journal import GENESIS, link
from workflow.plant import Person
from workflow.values import Interval

pytestmark = pytest.mark.pg


def pay(tx: Tx, stream: str = "one") -> int:
    """Pay one in and say the balance."""
    _, version = tx.load(ACCOUNTS, stream)
    return tx.append(ACCOUNTS, stream, version, [Paid(amount=1)], T0, "test")[0].balance


@pytest.fixture
async def writers(postgres_url: str) -> AsyncIterator[tuple[Writer, Writer]]:
    """Two writers of the same site."""
    pair = Writer(open_database(postgres_url), SITE), Writer(open_database(postgres_url), SITE)
    for writer in pair:
        await writer.start()
    yield pair
    for writer in pair:
        await writer.stop()


async def test_no_update_is_lost_between_processes(postgres_url: str, writers: tuple[Writer, Writer]) -> None:
    works = [partial(pay, stream=f"s{number % 3}") for number in range(60)]
    answers = await asyncio.gather(*(writers[index % 2].submit(work) for index, work in enumerate(works)))
    assert sorted(answers) == sorted(list(range(1, 21)) * 3)
    assert verify_journal(open_database(postgres_url), SITE).sound


async def test_each_sees_what_the_other_did(writers: tuple[Writer, Writer]) -> None:
    here, there = writers
    for expected in range(1, 11):
        assert await (here if expected % 2 else there).submit(pay) == expected
        assert await here.submit(lambda tx: tx.load(ACCOUNTS, "one")[1]) == expected
        assert await there.submit(lambda tx: tx.load(ACCOUNTS, "one")[1]) == expected
    assert [await writer.submit(lambda tx: tx.next_number("n")) for writer in (here, there, here)] == [1, 2, 3]
    person = Person(id="wang", site=SITE, name="王强", department="检修")  # type: ignore[arg-type]  # ids are strings
    await here.submit(lambda tx: tx.put_person(person))
    assert await there.submit(lambda tx: tx.person(person.id)) == person
    await there.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
    assert not await here.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))


async def test_two_permits_that_exclude_each_other_are_never_both_put_up(writers: tuple[Writer, Writer]) -> None:
    def put_up_if_free(tx: Tx, permit: str) -> bool:
        planned = Interval(start=T0, end=minutes(60))
        if tx.overlapping(["tank"], planned, T0):
            return False
        tx.put_on_board(
            BoardRow(
                permit=permit,
                status="issued",
                version=1,
                work="hot",
                grade="first",
                area="tank",
                place="",
                equipment=None,
                planned=planned,
                live=True,
                open=True,
                task="",
                people=(),
                updated_at=T0,
            )
        )
        return True

    for _ in range(5):
        answers = await asyncio.gather(
            *(writer.submit(partial(put_up_if_free, permit=f"P{number}")) for number, writer in enumerate(writers))
        )
        assert answers.count(True) <= 1
    assert len(await writers[0].submit(lambda tx: tx.open_permits())) == 1


async def test_due_rows_are_shared_out_and_never_doubled(writers: tuple[Writer, Writer]) -> None:
    def arm(tx: Tx) -> None:
        for number in range(100):
            tx.put_timer(f"P/{number}", T0, "prompt", "P", b"")

    await writers[0].submit(arm)

    def claim(tx: Tx, worker: str) -> list[str]:
        claimed = tx.claim_due(AgendaKind.TIMER, now=T0, limit=7, lease=minutes(5) - T0, worker=worker)
        return [row.key for row in claimed]

    rounds = [partial(claim, worker=f"w{index % 2}") for index in range(20)]
    answers = await asyncio.gather(*(writers[index % 2].submit(work) for index, work in enumerate(rounds)))
    keys = [key for answer in answers for key in answer]
    assert sorted(keys) == sorted(f"P/{number}" for number in range(100))


class Rogue:
    """Somebody who writes into the journal without taking turns, between our decision and our flush."""

    def __init__(self, url: str, times: int) -> None:
        self._url = url
        self.left = times

    def __call__(self) -> None:
        if not self.left:
            return
        self.left -= 1
        with psycopg.connect(self._url) as connection:
            row = connection.execute(
                "SELECT version, hash FROM journal WHERE stream = 'account/one' ORDER BY version DESC LIMIT 1"
            ).fetchone()
            version, prev = row or (0, GENESIS)
            at, body = "2026-05-01T08:00:00.000000Z", b'{"amount":100}'
            digest = link(
                prev=prev,
                site=SITE,
                stream="account/one",
                version=version + 1,
                at=at,
                cause="rogue",
                kind="Paid",
                body=body,
            )
            connection.execute(
                "INSERT INTO journal (site, stream, version, at, cause, kind, body, prev, hash)"
                " VALUES (%s, 'account/one', %s, %s, 'rogue', 'Paid', %s, %s, %s)",
                (SITE, version + 1, at, body, prev, digest),
            )


async def test_a_stream_that_moved_under_us_is_decided_again(postgres_url: str) -> None:
    rogue = Rogue(postgres_url, times=0)
    writer = Writer(open_database(postgres_url), SITE, faults=Faults({CrashPoint.BEFORE_FLUSH: rogue}))
    await writer.start()
    assert await writer.submit(pay) == 1
    rogue.left = 1
    assert await writer.submit(pay) == 102
    assert await writer.submit(pay) == 103
    assert verify_journal(open_database(postgres_url), SITE).sound
    await writer.stop()


async def test_it_gives_up_when_the_stream_never_rests(postgres_url: str) -> None:
    rogue = Rogue(postgres_url, times=1)
    calls = 0

    def restless(tx: Tx) -> int:
        nonlocal calls
        calls += 1
        _, version = tx.load(ACCOUNTS, "one")
        answer = tx.append(ACCOUNTS, "one", version, [Paid(amount=1)], T0, "test")[0].balance
        rogue.left = 1
        rogue()
        tx.setting("anything")
        return answer

    writer = Writer(open_database(postgres_url), SITE, faults=Faults())
    await writer.start()
    with pytest.raises(Conflict):
        await writer.submit(restless)
    assert calls == 1 + RETRIES
    rogue.left = 0
    assert await writer.submit(pay) == 100 * (1 + RETRIES) + 1
    await writer.stop()
