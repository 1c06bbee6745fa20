"""The one writer: nothing lost, nothing half done, nobody fails for another's mistake."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import pytest

from storage.agenda import NewMessage
from storage.cards_sent import CardSent
from storage.desk import Draft
from storage.engine import Database
from storage.errors import Conflict, ConstraintBroken, Overloaded, StorageError, StorageTrouble, WriterStopped
from storage.faults import CrashPoint, Faults
from storage.tx import Tx
from storage.writer import Committed, Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Noted, Paid, minutes
from workflow.effects import Lane


def pay(tx: Tx, stream: str = "one", amount: int = 1) -> int:
    """Read the account, pay in, and say the new balance."""
    _, version = tx.load(ACCOUNTS, stream)
    state, _ = tx.append(ACCOUNTS, stream, version, [Paid(amount=amount)], T0, "test")
    return state.balance


def poison(tx: Tx) -> None:
    """Pay, then write a card whose task id is taken: the database refuses it at the flush, long after this returned."""
    pay(tx)
    tx.next_number("poisoned")
    for _ in range(2):
        tx.record_card(
            CardSent(
                platform="wecom",
                task_id="taken",
                subject="P",
                person="wang",
                shown_version=1,
                content_hash="h",
                sent_at=T0,
                updated_at=T0,
            )
        )


async def balance(writer: Writer, stream: str = "one") -> int:
    """The balance as the stored records tell it, folded anew."""
    records = await writer.submit(lambda tx: tx.records(ACCOUNTS, stream))
    state = ACCOUNTS.initial(stream)
    for record in records:
        state = ACCOUNTS.evolve(state, ACCOUNTS.codec.decode(record.kind, record.body))
    return state.balance


@asynccontextmanager
async def held(writer: Writer) -> AsyncIterator[None]:
    """Keep the writer busy inside, so that everything submitted meanwhile meets in the next batch."""
    inside, go = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        inside.set()
        go.wait(60)

    first = asyncio.create_task(writer.submit(hold))
    await asyncio.to_thread(inside.wait, 60)
    try:
        yield
    finally:
        go.set()
        await first


async def together(writer: Writer, *works: Callable[[Tx], object]) -> list[object]:
    """Submit all so that they share a batch; what each returned or raised."""
    async with held(writer):
        tasks = [asyncio.create_task(writer.submit(work)) for work in works]
        await asyncio.sleep(0)
    return list(await asyncio.gather(*tasks, return_exceptions=True))


async def test_twenty_tasks_lose_no_update(writer: Writer) -> None:
    answers = await asyncio.gather(*(writer.submit(pay) for _ in range(20)))
    assert sorted(answers) == list(range(1, 21))
    assert await balance(writer) == 20


async def test_waiting_commands_share_one_commit(database: Database) -> None:
    commits: list[int] = []
    writer = Writer(database, SITE, faults=Faults({CrashPoint.AFTER_COMMIT: lambda: commits.append(1)}))
    await writer.start()
    answers = await together(writer, *[pay] * 30)
    assert answers == list(range(1, 31))
    assert len(commits) == 2  # the one that held the door, and all thirty
    await writer.stop()


async def test_a_batch_has_a_size(database: Database) -> None:
    writer = Writer(database, SITE, batch=8)
    await writer.start()
    before = writer.stats.batches
    await together(writer, *[pay] * 20)
    assert writer.stats.batches - before == 1 + 3
    await writer.stop()


async def test_a_command_that_raises_fails_alone_and_leaves_no_trace(writer: Writer) -> None:
    class Changed(Exception):
        pass

    def half(tx: Tx) -> None:
        assert tx.first_time("arrival", T0, "wecom", "text")
        pay(tx)
        tx.next_number("permit")
        tx.put_draft("wang", b"half", T0)
        tx.put_setting("color", "red")
        raise Changed

    answers = await together(writer, pay, half, pay)
    assert answers[0] == 1
    assert isinstance(answers[1], Changed)
    assert answers[2] == 2
    assert await balance(writer) == 2

    def look(tx: Tx) -> tuple[object, ...]:
        state, version = tx.load(ACCOUNTS, "one")
        return state.balance, version, tx.first_time("arrival", T0, "wecom", "text"), tx.next_number("permit")

    assert await writer.submit(look) == (2, 2, True, 1)
    assert await writer.submit(lambda tx: (tx.draft("wang"), tx.setting("color"))) == (None, None)


async def test_what_a_failed_command_took_is_free_for_the_next_in_its_batch(writer: Writer) -> None:
    def take(tx: Tx) -> tuple[bool, int, Draft | None]:
        taken = tx.first_time("arrival", T0, "wecom", "text"), tx.next_number("permit"), tx.draft("wang")
        tx.put_draft("wang", b"mine", T0)
        return taken

    def fail(tx: Tx) -> None:
        take(tx)
        raise KeyError

    answers = await together(writer, fail, take)
    assert isinstance(answers[0], KeyError)
    assert answers[1] == (True, 1, None)


async def test_a_failure_after_its_rows_were_flushed_still_leaves_no_trace(writer: Writer) -> None:
    def flushed(tx: Tx) -> None:
        tx.put_setting("color", "red")
        assert tx.setting("color") == "red"  # reading it wrote it, inside the open transaction
        pay(tx)
        assert len(tx.records(ACCOUNTS, "one")) == 2
        raise KeyError("no")

    answers = await together(writer, pay, flushed, pay)
    assert [type(answer) for answer in answers] == [int, KeyError, int]
    assert await balance(writer) == 2
    assert await writer.submit(lambda tx: tx.setting("color")) is None


async def test_a_poisoned_command_fails_alone(writer: Writer) -> None:
    answers = await together(writer, pay, poison, pay, pay)
    assert answers[0] == 1
    assert isinstance(answers[1], ConstraintBroken)
    assert answers[2:] == [2, 3]
    assert await balance(writer) == 3
    assert await writer.submit(lambda tx: (tx.card("wecom", "taken"), tx.next_number("poisoned"))) == (None, 1)
    assert writer.stats.poisoned == 1


async def test_only_the_later_of_two_rivals_is_poisoned(writer: Writer) -> None:
    def send(tx: Tx) -> str:
        card = CardSent(
            platform="wecom",
            task_id="t1",
            subject="P",
            person="wang",
            shown_version=1,
            content_hash="h",
            sent_at=T0,
            updated_at=T0,
        )
        tx.record_card(card)
        return "sent"

    answers = await together(writer, send, pay, send)
    assert answers[:2] == ["sent", 1]
    assert isinstance(answers[2], ConstraintBroken)


async def test_swallowing_a_refusal_of_the_database_does_not_hide_it(writer: Writer) -> None:
    def swallow(tx: Tx) -> str:
        poison(tx)
        try:
            tx.live_cards(person="wang")  # flushes, and the database refuses
        except Exception:
            return "all is well"
        return "not reached"

    answers = await together(writer, pay, swallow, pay)
    assert answers[0] == 1
    assert isinstance(answers[1], ConstraintBroken)
    assert answers[2] == 2
    assert await balance(writer) == 2


async def test_a_command_sees_what_was_decided_before_it_in_the_batch(writer: Writer) -> None:
    def post(tx: Tx) -> None:
        tx.put_timer("P/prompt", minutes(5), "prompt", "P", b"{}")
        tx.post(NewMessage(key="m", lane=Lane.ACTION, recipient="wang", purpose="ask", payload=b"", at=T0))
        tx.put_draft("wang", b"one", T0)

    def look(tx: Tx) -> tuple[object, ...]:
        draft = tx.draft("wang")
        return tx.agenda_counts(), draft.body if draft else None, tx.next_number("n")

    answers = await together(writer, lambda tx: tx.next_number("n"), post, look)
    assert answers[2] == ({("timer", "pending"): 1, ("action", "pending"): 1}, b"one", 2)


async def test_an_arrival_is_taken_once_however_many_race(writer: Writer) -> None:
    def take(tx: Tx) -> bool:
        first = tx.first_time("wecom:42", T0, "wecom", "tap")
        if first:
            pay(tx)
        return first

    answers = await asyncio.gather(*(writer.submit(take) for _ in range(25)))
    assert answers.count(True) == 1
    assert await balance(writer) == 1


async def test_the_wrong_version_is_a_conflict(writer: Writer) -> None:
    await writer.submit(pay)

    def stale(tx: Tx) -> None:
        tx.append(ACCOUNTS, "one", 0, [Paid(amount=5)], T0, "stale")

    with pytest.raises(Conflict, match="expected version 0, found version 1"):
        await writer.submit(stale)
    assert await balance(writer) == 1


async def test_states_survive_the_cache_and_the_restart(database: Database) -> None:
    writer = Writer(database, SITE, hot_streams=2)
    await writer.start()
    for number in range(6):
        await writer.submit(partial(pay, stream=f"s{number}", amount=7))
    for number in range(6):
        assert await writer.submit(partial(pay, stream=f"s{number}")) == 8
    await writer.stop()
    again = Writer(database, SITE)
    await again.start()
    assert await again.submit(lambda tx: tx.load(ACCOUNTS, "s0")[1]) == 2
    assert await again.submit(lambda tx: pay(tx, "s0")) == 9
    await again.stop()


async def test_the_streams_in_use_stay_hot(database: Database) -> None:
    writer = Writer(database, SITE, hot_streams=2)
    await writer.start()
    for stream in ("old", "used", "old", "new"):
        await writer.submit(partial(pay, stream=stream))
    assert await writer.submit(lambda tx: list(tx._session.streams)) == ["account/old", "account/new"]
    await writer.stop()


async def test_sites_do_not_see_each_other(url: str, database: Database) -> None:
    writer = Writer(database, SITE)
    await writer.start()
    await writer.submit(pay)
    await writer.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
    await writer.stop()
    other = Writer(database, "B")
    await other.start()
    assert await other.submit(lambda tx: tx.load(ACCOUNTS, "one")[1]) == 0
    assert await other.submit(lambda tx: tx.first_time("k", T0, "wecom", "text"))
    await other.stop()


async def test_work_is_synchronous(writer: Writer) -> None:
    async def wrong(tx: Tx) -> None:
        pay(tx)

    pending = []

    def leaking(tx: Tx) -> object:
        pending.append(wrong(tx))
        return pending[0]

    with pytest.raises(TypeError, match="synchronous"):
        await writer.submit(leaking)
    pending[0].close()
    assert await balance(writer) == 0


async def test_a_transaction_cannot_be_kept(writer: Writer) -> None:
    kept: list[Tx] = []
    await writer.submit(kept.append)
    with pytest.raises(StorageError, match="over"):
        kept[0].put_setting("late", "yes")
    with pytest.raises(StorageError, match="over"):
        kept[0].setting("late")


async def test_too_many_waiting_is_said_at_once(database: Database) -> None:
    writer = Writer(database, SITE, max_waiting=3)
    await writer.start()
    async with held(writer):
        tasks = [asyncio.create_task(writer.submit(pay)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await writer.submit(pay)
    assert await asyncio.gather(*tasks) == [1, 2, 3]
    assert await balance(writer) == 3
    await writer.stop()


async def test_stopping_finishes_what_waits(database: Database) -> None:
    writer = Writer(database, SITE)
    await writer.start()
    async with held(writer):
        tasks = [asyncio.create_task(writer.submit(pay)) for _ in range(100)]
        await asyncio.sleep(0)
        stopping = asyncio.create_task(writer.stop())
        await asyncio.sleep(0)
    assert sorted(await asyncio.gather(*tasks)) == list(range(1, 101))
    await stopping
    with pytest.raises(WriterStopped):
        await writer.submit(pay)
    await writer.stop()


@pytest.mark.filterwarnings("ignore:Exception in thread storage-writer")
async def test_nobody_waits_for_ever_on_a_writer_whose_thread_was_ended(database: Database) -> None:
    writer = Writer(database, SITE)
    await writer.start()

    def leave(tx: Tx) -> None:
        raise SystemExit

    answers = await together(writer, pay, leave)
    assert [type(answer) for answer in answers] == [WriterStopped, WriterStopped]
    with pytest.raises(WriterStopped):
        await writer.submit(pay)
    await writer.stop()


async def test_giving_up_waiting_does_not_take_the_command_back(writer: Writer) -> None:
    async with held(writer):
        task = asyncio.create_task(writer.submit(pay))
        await asyncio.sleep(0)
        task.cancel()
    assert await writer.submit(pay) == 2


async def test_threads_without_a_loop_can_submit(writer: Writer) -> None:
    assert await asyncio.to_thread(writer.submit_blocking, pay) == 1
    with pytest.raises(ConstraintBroken):
        await asyncio.to_thread(writer.submit_blocking, poison)


async def test_those_who_watch_hear_of_new_work_after_the_commit(writer: Writer) -> None:
    heard: asyncio.Queue[Committed] = asyncio.Queue()
    writer.watch(heard.put_nowait)
    await writer.submit(pay)

    def arm(tx: Tx) -> None:
        tx.put_timer("P/a", minutes(9), "x", "P", b"")
        tx.put_timer("P/b", minutes(5), "x", "P", b"")

    def fail(tx: Tx) -> None:
        tx.put_timer("P/c", minutes(1), "x", "P", b"")
        raise ValueError

    await together(writer, arm, fail)
    assert await heard.get() == Committed({"timer": "2026-05-01T08:05:00.000000Z"})
    assert heard.empty()


async def test_a_bug_of_ours_fails_the_batch_and_the_next_one_is_clean(database: Database) -> None:
    bugs = [RuntimeError("bug")]

    def once() -> None:
        if bugs:
            raise bugs.pop()

    writer = Writer(database, SITE, faults=Faults({CrashPoint.BEFORE_COMMIT: once}))
    await writer.start()
    with pytest.raises(RuntimeError, match="bug"):
        await writer.submit(pay)
    assert await writer.submit(pay) == 1
    assert await balance(writer) == 1
    await writer.stop()


async def test_an_event_the_codec_does_not_know_is_refused(writer: Writer) -> None:
    def unknown(tx: Tx) -> None:
        tx.append(ACCOUNTS, "one", 0, [cast(Any, "not an event")], T0, "x")

    with pytest.raises(StorageError, match="not a registered event"):
        await writer.submit(unknown)
    await writer.submit(lambda tx: tx.append(ACCOUNTS, "one", 0, [Noted(text="fine", at=T0)], T0, "x"))


async def test_starting_twice_is_a_mistake(writer: Writer) -> None:
    with pytest.raises(StorageError, match="already started"):
        await writer.start()
    assert not isinstance(await writer.submit(pay), StorageTrouble)


async def take_together(writer: Writer, *keys: str, spoil: Callable[[Tx], None] | None = None) -> list[object]:
    """One batch of arrivals whose keys the writer knows beforehand: which of them were new."""

    def take(tx: Tx, key: str) -> bool:
        return tx.first_time(key, T0, "wecom", "tap")

    async with held(writer):
        tasks = [asyncio.create_task(writer.submit(partial(take, key=key), arrival=key)) for key in keys]
        if spoil is not None:
            tasks.append(asyncio.create_task(writer.submit(spoil)))  # type: ignore[arg-type]  # its answer is an error
        await asyncio.sleep(0)
    return list(await asyncio.gather(*tasks, return_exceptions=True))


async def test_arrivals_looked_up_together_are_taken_once(writer: Writer) -> None:
    assert await take_together(writer, "a", "b'\"\\", "a", "泵") == [True, True, False, True]
    assert await take_together(writer, "泵", "c", "b'\"\\", "a", "c") == [False, True, False, False, False]


async def test_arrivals_of_a_refused_batch_are_looked_up_again(writer: Writer) -> None:
    await take_together(writer, "a", "b")
    *new, refused = await take_together(writer, "a", "c", "c", spoil=poison)
    assert new == [False, True, False]
    assert isinstance(refused, ConstraintBroken)
    assert await take_together(writer, "a", "c", "d") == [False, False, True]


async def test_a_failed_arrival_looked_up_before_is_free_again(writer: Writer) -> None:
    def fail(tx: Tx) -> None:
        assert tx.first_time("a", T0, "wecom", "tap")
        raise ValueError("a bug")

    def take(tx: Tx) -> bool:
        return tx.first_time("a", T0, "wecom", "tap")

    async with held(writer):
        failing = asyncio.create_task(writer.submit(fail, arrival="a"))
        again = asyncio.create_task(writer.submit(take, arrival="a"))
        await asyncio.sleep(0)
    with pytest.raises(ValueError, match="a bug"):
        await failing
    assert await again
