"""The ledger of cards: a code works once and for 72 hours."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from storage.cards_sent import CardSent, CardState
from storage.tx import Tx
from storage.writer import Writer
from tests.support.ledger import T0, minutes

CARD = CardSent(
    platform="wecom",
    task_id="t1",
    subject="DH-A-20260501-001",
    person="wang",
    shown_version=3,
    content_hash="h3",
    sent_at=T0,
    updated_at=T0,
    msgid="m1",
)


async def take(writer: Writer, now: timedelta = timedelta(0), card: CardSent = CARD) -> str | None:
    """Take a code of a card ``now`` after the beginning."""
    return await writer.submit(lambda tx: tx.take_code(card, T0 + now))


async def test_a_code_is_spent_once_the_newest_first(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    await writer.submit(lambda tx: tx.record_code("wecom", "t1", "clicked", minutes(5)))
    assert await take(writer, timedelta(minutes=6)) == "clicked"
    assert await take(writer, timedelta(minutes=6)) == "sent"
    assert await take(writer, timedelta(minutes=6)) is None


async def test_two_who_take_at_once_never_get_the_same_code(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    await writer.submit(lambda tx: tx.record_code("wecom", "t1", "clicked", minutes(5)))
    taken = await asyncio.gather(*(take(writer, timedelta(minutes=6)) for _ in range(6)))
    assert sorted(code for code in taken if code) == ["clicked", "sent"]


async def test_a_code_lives_seventy_two_hours(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    assert await take(writer, timedelta(hours=72)) is None
    assert await take(writer, timedelta(hours=72) - timedelta(microseconds=1)) == "sent"


async def test_a_redelivered_click_does_not_renew_its_code(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD))
    await writer.submit(lambda tx: tx.record_code("wecom", "t1", "clicked", T0))
    assert await take(writer) == "clicked"
    await writer.submit(lambda tx: tx.record_code("wecom", "t1", "clicked", minutes(1)))
    assert await take(writer, timedelta(minutes=2)) is None


async def test_a_code_belongs_to_its_card_and_platform(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    assert await take(writer, card=replace(CARD, task_id="t2")) is None
    assert await take(writer, card=replace(CARD, platform="dingtalk")) is None


async def test_looking_at_codes_does_not_spend_them(writer: Writer) -> None:
    def codes(tx: Tx) -> tuple[str, ...]:
        return tx.living_codes(CARD, minutes(9))

    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    await writer.submit(lambda tx: tx.record_code("wecom", "t1", "clicked", minutes(5)))
    for _ in range(2):
        assert await writer.submit(codes) == ("clicked", "sent")
    await writer.submit(lambda tx: tx.spend_code("wecom", "clicked", minutes(9)))
    assert await writer.submit(codes) == ("sent",)


async def test_a_code_names_its_card_even_when_spent_or_closed(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.record_card(CARD, "sent"))
    await writer.submit(lambda tx: tx.spend_code("wecom", "sent", T0))
    await writer.submit(lambda tx: tx.close_card("wecom", "t1", T0))
    assert await writer.submit(lambda tx: tx.card_of_code("wecom", "sent")) == replace(CARD, state=CardState.CLOSED)
    assert await writer.submit(lambda tx: tx.card_of_code("wecom", "foreign")) is None
    await writer.submit(lambda tx: tx.record_code("wecom", "not sent yet", "early", T0))
    assert await writer.submit(lambda tx: tx.card_of_code("wecom", "early")) is None


async def test_what_a_person_sees_is_known(writer: Writer) -> None:
    other = replace(CARD, task_id="t2", person="zhao", sent_at=minutes(1))
    elsewhere = replace(CARD, task_id="t3", subject="DH-A-20260501-002", sent_at=minutes(2))

    def send(tx: Tx) -> None:
        for card in (CARD, other, elsewhere):
            tx.record_card(card)

    await writer.submit(send)
    assert await writer.submit(lambda tx: tx.live_cards(subject=CARD.subject)) == (CARD, other)
    assert await writer.submit(lambda tx: tx.live_cards(person="wang")) == (CARD, elsewhere)
    assert await writer.submit(lambda tx: tx.live_cards(subject=CARD.subject, person="wang")) == (CARD,)

    await writer.submit(lambda tx: tx.card_shown("wecom", "t1", 4, "h4", minutes(9)))
    shown = replace(CARD, shown_version=4, content_hash="h4", updated_at=minutes(9))
    assert await writer.submit(lambda tx: tx.card("wecom", "t1")) == shown

    await writer.submit(lambda tx: tx.close_card("wecom", "t1", minutes(10)))
    closed = replace(shown, state=CardState.CLOSED, updated_at=minutes(10))
    assert await writer.submit(lambda tx: tx.card("wecom", "t1")) == closed
    assert await writer.submit(lambda tx: tx.live_cards(person="wang")) == (elsewhere,)
    assert await writer.submit(lambda tx: tx.card("wecom", "unknown")) is None
