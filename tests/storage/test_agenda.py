"""The agenda: what is due is claimed once, what was claimed and dropped comes back, the newest word wins."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from storage.agenda import PLAIN, AgendaKind, Claimed, NewMessage, timer_key
from storage.agenda_sql import CLAIM, NEXT
from storage.engine import open_database
from storage.sql import Backend
from storage.tx import Tx
from storage.writer import Writer
from tests.support.ledger import T0, minutes
from workflow.effects import Lane
from workflow.errors import NaiveTime
from workflow.privacy.retention import Thing

LEASE = timedelta(minutes=2)


def message(
    key: str,
    *,
    lane: Lane = Lane.ACTION,
    at: datetime = T0,
    coalesce: str | None = None,
    not_before: datetime | None = None,
) -> NewMessage:
    """A message whose payload is its key."""
    return NewMessage(
        key=key,
        lane=lane,
        recipient="wang",
        purpose="ask_approve",
        payload=key.encode(),
        at=at,
        permit="P",
        not_before=not_before,
        coalesce_key=coalesce,
    )


class Agenda:
    """The agenda through a writer, in the words of these tests."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def post(self, *messages: NewMessage) -> None:
        def work(tx: Tx) -> None:
            for one in messages:
                tx.post(one)

        await self.writer.submit(work)

    async def arm(self, key: str, due: datetime, payload: bytes = b"") -> None:
        await self.writer.submit(lambda tx: tx.put_timer(key, due, "prompt", "P", payload))

    async def claim(
        self, kind: AgendaKind, now: datetime = T0, limit: int = 10, lanes: tuple[Lane, ...] = tuple(Lane)
    ) -> list[Claimed]:
        def work(tx: Tx) -> list[Claimed]:
            return list(tx.claim_due(kind, now=now, limit=limit, lease=LEASE, worker="w", lanes=lanes))

        return await self.writer.submit(work)

    async def timers(self, now: datetime) -> list[Claimed]:
        return await self.claim(AgendaKind.TIMER, now)

    async def messages(self, now: datetime = T0, limit: int = 10) -> list[Claimed]:
        return await self.claim(AgendaKind.MESSAGE, now, limit)

    async def done(self, row: Claimed, at: datetime = T0) -> None:
        await self.writer.submit(lambda tx: tx.mark_done(row, at))

    async def retry(self, row: Claimed, at: datetime, error: str = "timeout") -> None:
        await self.writer.submit(lambda tx: tx.mark_retry(row, at, error))

    async def counts(self) -> dict[tuple[str, str], int]:
        return await self.writer.submit(lambda tx: tx.agenda_counts())


@pytest.fixture
def agenda(writer: Writer) -> Agenda:
    """The agenda of a fresh database."""
    return Agenda(writer)


async def test_a_timer_fires_when_it_is_due_and_once(agenda: Agenda) -> None:
    await agenda.arm("P/end", minutes(10), b"payload")
    assert await agenda.timers(minutes(9)) == []
    (row,) = await agenda.timers(minutes(10))
    assert (row.key, row.payload, row.permit, row.due_at, row.attempts) == ("P/end", b"payload", "P", minutes(10), 1)
    assert await agenda.timers(minutes(10)) == []
    await agenda.done(row)
    assert await agenda.timers(minutes(60)) == []
    assert await agenda.counts() == {("timer", "done"): 1}


async def test_a_claim_that_was_dropped_comes_back_when_its_lease_ends(agenda: Agenda) -> None:
    await agenda.arm("P/end", T0)
    (first,) = await agenda.timers(T0)
    assert await agenda.timers(T0 + LEASE - timedelta(microseconds=1)) == []
    (second,) = await agenda.timers(T0 + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)
    await agenda.done(first)  # the one who was too slow changes nothing
    await agenda.retry(first, minutes(50))
    (third,) = await agenda.timers(T0 + LEASE * 2)
    await agenda.done(third)
    assert await agenda.counts() == {("timer", "done"): 1}


async def test_what_a_dead_process_claimed_is_free_at_once_for_who_knows_that_it_is_dead(agenda: Agenda) -> None:
    await agenda.arm("P/end", T0)
    await agenda.arm("P/later", minutes(30))
    (first,) = await agenda.timers(T0)
    await agenda.writer.submit(lambda tx: tx.release_claims(T0))
    (again,) = await agenda.timers(T0)
    assert again.id == first.id
    await agenda.done(first)  # the dead one's late word changes nothing
    await agenda.done(again)
    assert await agenda.timers(minutes(29)) == []  # what was promised for later stays promised for later


async def test_a_timer_armed_again_while_it_fires_fires_again(agenda: Agenda) -> None:
    await agenda.arm("P/prompt", T0)
    (row,) = await agenda.timers(T0)

    def fire(tx: Tx) -> None:
        tx.put_timer("P/prompt", minutes(30), "prompt", "P", b"next")
        tx.mark_done(row, T0)

    await agenda.writer.submit(fire)
    (again,) = await agenda.timers(minutes(30))
    assert (again.payload, again.attempts) == (b"next", 1)


async def test_the_order_of_arming_and_closing_does_not_matter(agenda: Agenda) -> None:
    await agenda.arm("P/prompt", T0)
    (row,) = await agenda.timers(T0)

    def fire(tx: Tx) -> None:
        tx.mark_done(row, T0)
        tx.put_timer("P/prompt", minutes(30), "prompt", "P", b"next")

    await agenda.writer.submit(fire)
    assert [again.payload for again in await agenda.timers(minutes(30))] == [b"next"]


async def test_arming_again_replaces(agenda: Agenda) -> None:
    await agenda.arm("P/end", minutes(10))
    await agenda.arm("P/end", minutes(20), b"later")
    assert await agenda.timers(minutes(15)) == []
    assert [row.payload for row in await agenda.timers(minutes(20))] == [b"later"]


async def test_dropping_the_timers_of_a_permit_leaves_its_neighbours(agenda: Agenda) -> None:
    mine, longer, other = timer_key("P-1", "end"), timer_key("P-10", "end"), timer_key("P", "end")
    for key in (mine, timer_key("P-1", "prompt"), longer, other):
        await agenda.arm(key, T0)
    await agenda.writer.submit(lambda tx: tx.drop_timers("P-1"))
    assert {row.key for row in await agenda.timers(T0)} == {longer, other}


async def test_dropping_one_timer(agenda: Agenda) -> None:
    def work(tx: Tx) -> None:
        tx.put_timer("P/a", T0, "prompt", "P", b"")
        tx.put_timer("P/b", T0, "prompt", "P", b"")
        tx.drop_timer("P/a")
        tx.drop_timer("P/never")

    await agenda.writer.submit(work)
    assert [row.key for row in await agenda.timers(T0)] == ["P/b"]


async def test_safety_goes_first_and_every_lane_in_its_order(agenda: Agenda) -> None:
    await agenda.post(
        message("digest", lane=Lane.INFORMATION, at=minutes(-30)),
        message("ask-2", at=minutes(-10)),
        message("ask-1", at=minutes(-20)),
        message("stop", lane=Lane.SAFETY),
    )
    assert [row.key for row in await agenda.messages(limit=3)] == ["stop", "ask-1", "ask-2"]
    assert [row.key for row in await agenda.messages()] == ["digest"]


async def test_a_relay_can_keep_to_one_lane(agenda: Agenda) -> None:
    await agenda.post(message("ask"), message("stop", lane=Lane.SAFETY))
    rows = await agenda.claim(AgendaKind.MESSAGE, lanes=(Lane.SAFETY,))
    assert [(row.key, row.lane, row.recipient, row.purpose) for row in rows] == [
        ("stop", "safety", "wang", "ask_approve")
    ]


async def test_a_message_is_posted_once_however_often_it_is_posted(agenda: Agenda) -> None:
    await agenda.post(message("m"), message("m"))
    (row,) = await agenda.messages()
    await agenda.done(row)
    await agenda.post(message("m"), message("m", coalesce="card"))
    assert await agenda.messages() == []
    assert await agenda.counts() == {("action", "done"): 1}


async def test_timers_and_messages_may_share_a_key(agenda: Agenda) -> None:
    await agenda.arm("same", T0)
    await agenda.post(message("same"))
    assert len(await agenda.timers(T0)) == len(await agenda.messages()) == 1


async def test_a_message_waits_for_its_time(agenda: Agenda) -> None:
    await agenda.post(message("m", not_before=minutes(5)), message("n", not_before=minutes(-5)))
    (early,) = await agenda.messages()
    assert early.key == "n"
    await agenda.done(early)
    assert await agenda.messages(minutes(5) - timedelta(microseconds=1)) == []
    assert [row.key for row in await agenda.messages(minutes(5))] == ["m"]


async def test_the_newest_content_replaces_what_still_waits_and_keeps_its_place(agenda: Agenda) -> None:
    await agenda.post(message("v1", coalesce="card", not_before=minutes(1)))
    await agenda.post(message("v2", coalesce="card", not_before=minutes(9)))
    await agenda.post(message("v3", coalesce="card", not_before=minutes(9)), message("other", coalesce="another"))
    rows = await agenda.messages(minutes(1))
    assert [row.payload for row in rows] == [b"other", b"v3"]
    assert await agenda.counts() == {("action", "pending"): 2}


async def test_a_digest_never_replaces_an_alarm(agenda: Agenda) -> None:
    await agenda.post(message("alarm", lane=Lane.SAFETY, coalesce="card"))
    await agenda.post(message("digest", lane=Lane.INFORMATION, coalesce="card"))
    assert [row.key for row in await agenda.messages()] == ["alarm", "digest"]


async def test_one_in_flight_the_newest_waits_and_never_overtakes(agenda: Agenda) -> None:
    await agenda.post(message("v1", coalesce="card"))
    (flying,) = await agenda.messages()
    await agenda.post(message("v2", coalesce="card"))
    await agenda.post(message("v3", coalesce="card"))
    assert await agenda.messages() == [], "v3 waits until v1 has landed"
    await agenda.done(flying)
    assert [row.key for row in await agenda.messages()] == ["v3"]


async def test_a_failed_older_message_is_dropped_for_the_newer(agenda: Agenda) -> None:
    await agenda.post(message("v1", coalesce="card"))
    (flying,) = await agenda.messages()
    await agenda.post(message("v2", coalesce="card"))
    await agenda.retry(flying, minutes(1))
    assert [row.key for row in await agenda.messages(minutes(1))] == ["v2"]
    assert await agenda.counts() == {("action", "superseded"): 1, ("action", "pending"): 1}


async def test_a_failed_message_that_is_still_the_newest_is_tried_again(agenda: Agenda) -> None:
    await agenda.post(message("v1", coalesce="card"))
    (flying,) = await agenda.messages()
    await agenda.retry(flying, minutes(1), "45009 too fast")
    assert await agenda.messages() == []
    (again,) = await agenda.messages(minutes(1))
    assert (again.key, again.attempts) == ("v1", 2)


def _put_off(row: Claimed, tx: Tx) -> None:
    tx.mark_retry(row, T0, "too fast", tried=False)


async def test_a_claim_under_which_nothing_was_tried_is_no_attempt(agenda: Agenda) -> None:
    await agenda.post(message("m"))
    for _ in range(3):
        (row,) = await agenda.messages()
        assert row.attempts == 1
        await agenda.writer.submit(partial(_put_off, row))
    (row,) = await agenda.messages()
    await agenda.retry(row, T0)
    assert [one.attempts for one in await agenda.messages()] == [2]


async def test_a_dropped_older_message_is_never_sent_after_the_newer(agenda: Agenda) -> None:
    await agenda.post(message("v1", coalesce="card"))
    await agenda.messages()  # whoever claimed v1 died
    await agenda.post(message("v2", coalesce="card"))
    (newer,) = await agenda.messages(T0 + LEASE)
    assert newer.key == "v2"
    await agenda.done(newer, T0 + LEASE)
    assert await agenda.messages(minutes(60)) == []
    assert await agenda.counts() == {("action", "superseded"): 1, ("action", "done"): 1}


async def test_what_was_said_in_other_words_is_counted_apart_and_forgotten_like_the_rest(agenda: Agenda) -> None:
    for key in ("card", "words"):
        await agenda.post(message(key))
    card, words = await agenda.messages()
    await agenda.retry(card, minutes(1), "502")
    await agenda.writer.submit(lambda tx: tx.mark_done(words, minutes(1), instead_of="42045"))
    (card,) = await agenda.messages(minutes(1))
    await agenda.done(card, minutes(1))
    assert await agenda.counts() == {("action", "done"): 1, ("action", PLAIN): 1}
    await agenda.writer.submit(lambda tx: tx.forget_rows(Thing.AGENDA, minutes(600), 9))
    assert await agenda.counts() == {}


async def test_the_dead_stay_visible_and_can_be_revived(agenda: Agenda) -> None:
    await agenda.post(message("m"))
    (row,) = await agenda.messages()
    await agenda.writer.submit(lambda tx: tx.mark_dead(row, T0, "81013 nobody"))
    assert await agenda.messages(minutes(60)) == []
    await agenda.writer.submit(lambda tx: tx.forget_rows(Thing.AGENDA, minutes(600), 9))
    assert await agenda.counts() == {("action", "dead"): 1}
    (dead,) = await agenda.writer.submit(lambda tx: tx.dead_rows())
    assert (dead.row.key, dead.last_error, dead.closed_at) == ("m", "81013 nobody", T0)
    await agenda.writer.submit(lambda tx: tx.revive(row.id, minutes(1)))
    (again,) = await agenda.messages(minutes(1))
    assert again.attempts == 1
    assert await agenda.writer.submit(lambda tx: tx.dead_rows()) == ()


async def test_old_finished_rows_can_be_forgotten(agenda: Agenda) -> None:
    await agenda.post(message("old"), message("waiting", not_before=minutes(90)))
    (row,) = await agenda.messages()
    await agenda.done(row, minutes(1))
    await agenda.writer.submit(lambda tx: tx.forget_rows(Thing.AGENDA, minutes(1), 9))
    assert await agenda.counts() == {("action", "done"): 1, ("action", "pending"): 1}
    await agenda.writer.submit(lambda tx: tx.forget_rows(Thing.AGENDA, minutes(2), 9))
    assert await agenda.counts() == {("action", "pending"): 1}


async def test_the_next_look_is_the_earliest_of_all_lanes(agenda: Agenda) -> None:
    async def next_due(kind: AgendaKind) -> datetime | None:
        return await agenda.writer.submit(lambda tx: tx.next_due(kind))

    assert await next_due(AgendaKind.TIMER) is None
    await agenda.arm("P/a", minutes(7))
    await agenda.arm("P/b", minutes(3))
    await agenda.post(message("x", at=minutes(5)), message("y", lane=Lane.INFORMATION, at=minutes(4)))
    assert await next_due(AgendaKind.TIMER) == minutes(3)
    assert await next_due(AgendaKind.MESSAGE) == minutes(4)
    await agenda.timers(minutes(3))
    assert await next_due(AgendaKind.TIMER) == minutes(3) + LEASE


async def test_one_lane_has_a_next_look_of_its_own(agenda: Agenda) -> None:
    await agenda.post(message("x", at=minutes(5)), message("y", lane=Lane.INFORMATION, at=minutes(4)))

    def look(tx: Tx) -> list[datetime | None]:
        return [tx.next_due(AgendaKind.MESSAGE, (lane,)) for lane in Lane]

    assert await agenda.writer.submit(look) == [None, minutes(5), minutes(4)]


async def test_what_waits_too_long_is_seen_whatever_is_being_tried_with_it(agenda: Agenda) -> None:
    await agenda.post(message("stop", lane=Lane.SAFETY), message("digest", lane=Lane.INFORMATION))
    (stop, _) = await agenda.messages()
    await agenda.retry(stop, minutes(60))
    await agenda.arm("P/end", minutes(1))

    def late(tx: Tx) -> list[str]:
        messages = tx.late(AgendaKind.MESSAGE, before=minutes(2), lanes=(Lane.SAFETY,))
        return [row.key for row in (*messages, *tx.late(AgendaKind.TIMER, before=minutes(2)))]

    assert await agenda.writer.submit(late) == ["stop", "P/end"]
    assert await agenda.writer.submit(lambda tx: tx.late(AgendaKind.MESSAGE, before=T0)) == ()


async def test_the_permits_with_a_timer_are_known(agenda: Agenda) -> None:
    await agenda.arm("P/end", minutes(7))
    await agenda.arm("P/prompt", minutes(3))
    assert await agenda.writer.submit(lambda tx: tx.armed()) == {"P": minutes(3)}
    for row in await agenda.timers(minutes(9)):
        await agenda.done(row)
    assert await agenda.writer.submit(lambda tx: tx.armed()) == {}


def test_a_message_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTime):
        message("m", at=datetime(2026, 5, 1))  # noqa: DTZ001 - on purpose


def test_looking_for_due_rows_walks_an_index_however_many_wait(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    connection = sqlite3.connect(str(database.url.database))
    for statement, index in ((CLAIM, "agenda_due"), (NEXT, "agenda_due")):
        sql, _ = statement.on(Backend.SQLITE)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?"))]
        touching = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
        assert not any(step.startswith("SCAN") for step in touching), plan
        assert any(index in step for step in touching), plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan
    connection.close()


async def test_when_somebody_was_last_told_of_a_thing_is_known(agenda: Agenda) -> None:
    refreshed = replace(message("P:refresh:1", at=minutes(6)), purpose="refresh")
    held = message("P:held:1", at=minutes(7), not_before=minutes(40))
    await agenda.post(message("P:ask:1"), message("P2:ask:1", at=minutes(5)), refreshed, held)

    async def last(prefix: str = "P:", who: str = "wang", now: int = 10) -> datetime | None:
        return await agenda.writer.submit(lambda tx: tx.last_push(prefix, who, now=minutes(now), but="refresh"))

    assert await last(who="li") is None
    assert await last("P:held:") is None, "what is held back has not been told"
    assert await last(now=41) == minutes(40)
    (told, *_) = await agenda.messages(minutes(0))
    assert await last("P:ask:") == minutes(0), "under way"
    await agenda.done(told, minutes(9))
    assert await last("P:ask:") == minutes(9), "it counts when it left, not when it was wanted"


async def test_what_one_arrival_posted_is_found_by_it_sent_or_not(agenda: Agenda) -> None:
    await agenda.post(message("page:1#1"), message("page:1#2", lane=Lane.SAFETY), message("page:12#1"), message("x#1"))
    await agenda.arm("page:1#3", T0)
    (sent,) = await agenda.messages(limit=1)
    await agenda.done(sent)
    found = await agenda.writer.submit(lambda tx: tx.posted("page:1#"))
    assert [(one.payload, one.lane, one.state.value) for one in found] == [
        (b"page:1#1", Lane.ACTION, "pending"),
        (b"page:1#2", Lane.SAFETY, "done"),
    ]
    assert await agenda.writer.submit(lambda tx: tx.posted("page:2#")) == ()
