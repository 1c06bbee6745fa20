"""One seal a night, told to those who did not write the journal; a past that changed is told and not sealed over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import or_, select

from bot.delivery import GroupPost
from bot.sealing import Sealer
from cards.answers import answer_text
from handlers.answers import Say
from handlers.encoding import unpack_outgoing
from handlers.outgoing import GroupWords
from handlers.sealing import seal
from handlers.streams import sealed_readings
from storage.directory import GroupChat, Register
from storage.schema import agenda
from storage.sql import Channel, Statement
from tests.bot.test_present import studio
from tests.support.clock import FakeClock
from tests.support.hot_work import NUMBER
from tests.support.office import CORP, ZONE, World
from workflow.effects import Lane
from workflow.ids import GroupId
from workflow.readings_sealed import untold

NIGHT = datetime(2025, 6, 11, 3, 0, tzinfo=ZONE)


async def meeting(world: World, *groups: str) -> None:
    """Give groups a chat each."""
    chats = tuple(GroupChat(group=GroupId(one), platform="wecom", corp=CORP, chat=f"robot-{one}") for one in groups)
    await world.writer.submit(lambda tx: tx.put_register(Register(chats=chats)))


def messages(world: World) -> list[tuple[str, str, GroupWords]]:
    """Who is told what, in which lane: the groups' part of the outbox."""
    everything = Statement(
        select(agenda.c.recipient, agenda.c.lane, agenda.c.payload)
        .where(or_(agenda.c.purpose == "sealed", agenda.c.purpose == "unsealed"))
        .order_by(agenda.c.id),
        channel=Channel.MESSAGES,
    )
    rows = world.writer.submit_blocking(lambda tx: tx.read(everything, ()))
    unpacked = [(recipient, lane, unpack_outgoing(bytes(payload))) for recipient, lane, payload in rows]
    return [(who, lane, said) for who, lane, said in unpacked if isinstance(said, GroupWords)]


async def test_what_people_typed_is_sealed_at_night_where_no_bridge_does_it(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    assert await world.writer.submit(lambda tx: tx.segments_of_permit(NUMBER)) == ()
    now = world.now + timedelta(hours=2)
    assert await world.writer.submit(lambda tx: seal(tx, world.house, now, since=NIGHT)) is not None
    segments = await world.writer.submit(lambda tx: tx.segments_of_permit(NUMBER))
    assert [one.subject for one in segments] == [f"permit:{NUMBER}"]
    assert segments[0].count > 0
    told = await world.writer.submit(lambda tx: tx.load(sealed_readings(), segments[0].subject)[0])
    assert not untold(told, segments, at=now)
    later = now + timedelta(days=1)
    await world.writer.submit(lambda tx: seal(tx, world.house, later, since=NIGHT + timedelta(days=400)))
    assert await world.writer.submit(lambda tx: tx.segments_of_permit(NUMBER)) == segments


async def test_one_line_a_night_to_the_group(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await meeting(world, "hc-safety", "hc-management")
    now = NIGHT + timedelta(hours=6)
    first = await world.writer.submit(lambda tx: seal(tx, world.house, now, since=NIGHT))
    assert first is not None
    assert first.records > 0
    again = await world.writer.submit(lambda tx: seal(tx, world.house, now + timedelta(hours=1), since=NIGHT))
    assert again is None
    ((group, lane, said),) = messages(world)
    assert (group, lane) == ("hc-management", Lane.INFORMATION.value)
    text = answer_text(said.key, said.args)
    assert text.startswith("记录存证 第1号 2025-06-11 09:00\n")
    assert first.hash.hex() in text.replace(" ", "")

    (post,) = await studio(world).of(said, Lane.INFORMATION)
    assert isinstance(post, GroupPost)
    assert post.text == text

    day = timedelta(days=1)
    second = await world.writer.submit(lambda tx: seal(tx, world.house, now + day, since=NIGHT + day))
    assert second is not None
    assert (second.number, second.prev) == (2, first.hash)
    assert [who for who, _, _ in messages(world)] == [group, group]


async def test_a_time_in_the_future_is_not_believed(at_stage: Callable[[str], World]) -> None:
    world = at_stage("submitted")
    ahead = NIGHT + timedelta(days=400)
    await world.writer.submit(lambda tx: tx.take_checkpoint(ahead))
    assert await world.writer.submit(lambda tx: seal(tx, world.house, NIGHT, since=NIGHT)) is not None


async def test_a_changed_past_is_told_once_a_day_and_not_sealed(
    at_stage: Callable[[str], World], tmp_path: Path
) -> None:
    world = at_stage("active")
    await meeting(world, "hc-safety")
    clock = FakeClock(NIGHT + timedelta(hours=1))
    sealer = Sealer(writer=world.writer, clock=clock, house=world.house)
    await sealer.knock()
    connection = sqlite3.connect(tmp_path / "office.sqlite3")
    connection.execute("DROP TRIGGER journal_no_update")
    connection.execute("UPDATE journal SET hash = prev WHERE seq = (SELECT max(seq) FROM journal)")
    connection.commit()
    connection.close()
    clock.advance(timedelta(days=1))
    with structlog.testing.capture_logs() as lines:
        await sealer.knock()
        await sealer.knock()
    assert [line["log_level"] for line in lines] == ["error", "error"]
    told = [(who, said.key) for who, _, said in messages(world)]
    assert told == [("hc-safety", Say.SEALED.value), ("hc-safety", Say.UNSEALED.value)]
