"""A line is read against how its conversation was left; what has moved since is noticed, and the line is read anew."""

from __future__ import annotations

from dataclasses import replace

from handlers.answers import Say
from handlers.arrivals import Sender, Text
from handlers.glimpses import Glimpses
from handlers.outgoing import Stranger
from handlers.talk import pack_talk
from storage.directory import Register
from storage.tx import Tx
from tests.support.office import CORP, World
from workflow.ids import PersonId

ASKER = "liqiang"
FIRST = "明天8点到11点 2号罐 电焊 换法兰"
CREW = "作业人王强 监护赵敏"


async def guardian(world: World) -> str | None:
    return dict((await world.shown(ASKER)).lines).get("监护人")


async def asked(world: World, line: str) -> int:
    """How often the writer was asked for one line."""
    before = world.writer.stats.commands
    await world.office.handle(Text(**world.head(ASKER, None), text=line))
    return world.writer.stats.commands - before


async def test_only_the_first_line_of_a_conversation_asks_how_it_stands(world: World) -> None:
    assert [await asked(world, FIRST), await asked(world, CREW)] == [2, 1]
    assert await guardian(world) == "赵敏"


async def test_a_conversation_that_was_moved_elsewhere_is_read_as_it_is(world: World) -> None:
    await world.says(ASKER, FIRST)
    talk = await world.talk(ASKER)
    assert talk.draft is not None
    moved = replace(talk, draft=replace(talk.draft, version=9, said=replace(talk.draft.said, task="换阀门")))
    await world.writer.submit(lambda tx: tx.put_draft(ASKER, pack_talk(moved), world.now))
    assert await asked(world, CREW) == 3, "read, noticed, asked, read again"
    after = (await world.talk(ASKER)).draft
    assert after is not None
    assert (after.version, after.said.task) == (10, "换阀门")
    assert await guardian(world) == "赵敏"


async def test_a_conversation_that_ended_elsewhere_is_not_gone_on_with(world: World) -> None:
    await world.says(ASKER, FIRST)
    await world.writer.submit(lambda tx: tx.drop_draft(ASKER))
    rows = await world.says(ASKER, "赵敏")
    assert (await world.talk(ASKER)).draft is None
    assert Say.NOT_UNDERSTOOD.value in rows.said(ASKER)


async def test_a_name_that_was_just_entered_is_known_at_once(world: World) -> None:
    await world.says(ASKER, FIRST)

    def enter(tx: Tx) -> None:
        known = tx.directory.people[PersonId("zhaomin")]
        tx.put_register(Register(people=(replace(known, name="赵敏敏"),)))

    await world.writer.submit(enter)
    await world.says(ASKER, "作业人王强 监护赵敏敏")
    assert await guardian(world) == "赵敏敏"


async def test_who_left_the_plant_is_a_stranger_at_once(world: World) -> None:
    await world.says(ASKER, FIRST)

    def leave(tx: Tx) -> None:
        tx.put_register(Register(people=(replace(tx.directory.people[PersonId(ASKER)], active=False),)))

    await world.writer.submit(leave)
    rows = await world.says(ASKER, CREW)
    assert len(rows.of(Stranger)) == 1


async def test_few_conversations_are_remembered_and_none_of_a_register_gone_by(world: World) -> None:
    glimpses = Glimpses()
    senders = [Sender(platform="wecom", corp=CORP, user=f"hc{number:04d}") for number in range(100)]

    def leave_all(tx: Tx) -> None:
        for sender in senders:
            glimpses.leave(tx, sender, tx.directory.people[PersonId(ASKER)])

    await world.writer.submit(leave_all)
    assert [glimpses.take(sender) is not None for sender in senders] == [False] * 36 + [True] * 64
    assert glimpses.take(senders[-1]) is None, "once"

    await world.writer.submit(leave_all)

    def renamed(tx: Tx) -> None:
        tx.put_register(Register(people=(replace(tx.directory.people[PersonId(ASKER)], phone="1"),)))
        glimpses.leave(tx, senders[0], tx.directory.people[PersonId(ASKER)])

    await world.writer.submit(renamed)
    assert glimpses.take(senders[-1]) is None
    assert glimpses.take(senders[0]) is not None
