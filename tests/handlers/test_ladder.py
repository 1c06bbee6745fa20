"""Who stands by for a post is asked when nobody else acted in time; how long is left stands on the reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import Push
from cards.answers import answer_text
from cards.buttons import Action
from cards.card import Card
from handlers.encoding import pack_outgoing, unpack_outgoing
from handlers.facts import Posts
from handlers.manners import late_at
from handlers.outgoing import Answer, PermitCard
from handlers.supervision import desk_of, watch_view, watched
from storage.tx import Tx
from tests.bot.test_present import studio
from tests.support.hot_work import LEADER, NUMBER, SAFETY, UNIT
from tests.support.office import Rows, World, at
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.rules.types import Role

DEPUTY = "dengkai"
"""The other holder of the unit's role here (副主任)."""
NOON = "今天12点到15点 2号罐 换法兰 电焊 作业人王强 监护赵敏"


async def asked(world: World) -> Rows:
    """A request of half past seven, for noon: nothing about it is urgent. The unit's second man only stands by."""
    plant = replace(world.house.book.plant, standby={Role.SITE_UNIT: ("workshop_deputy",)})
    book = replace(world.house.book, plant=plant)
    world.house = replace(world.house, book=book, posts=Posts(book=book))
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    world.now = at("07:30")
    await world.says(LEADER, NOON)
    await world.answers(LEADER, ())
    return await world.submits(LEADER)


async def climbs(world: World) -> list[e.NodeEscalated]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.NodeEscalated)]


async def test_who_stands_by_is_asked_when_it_is_late(world: World) -> None:
    rows = await asked(world)
    assert (rows.pushed(UNIT), rows.pushed(DEPUTY)) == (["ask_accept"], [])
    rows = await world.passes(minutes=16)
    assert (rows.pushed(UNIT), rows.pushed(DEPUTY)) == (["remind"], [])
    assert await waited_for(world) == "周建国", "nobody lets wait who has not been asked"
    rows = await world.passes(minutes=15)
    assert (rows.pushed(UNIT), rows.pushed(DEPUTY)) == ([], ["deputise"])
    assert [(one.level, one.to, one.deputies) for one in await climbs(world)] == [(1, None, (DEPUTY,))]
    (told,) = (await world.says(SAFETY, "督办")).of(Answer, SAFETY)
    assert "受理：等周建国、邓凯；已请邓凯代办\n" in answer_text(told.key, told.args), "nobody above has heard of it"
    rows = await world.passes(minutes=15)
    assert rows.pushed(DEPUTY) == []
    assert [one.to for one in await climbs(world)][1:] == ["zhengwei"]


async def waited_for(world: World) -> str:
    def look(tx: Tx) -> str:
        desk = desk_of(tx, world.house, PersonId(SAFETY), world.now)
        assert desk is not None
        (step,) = watch_view(desk, watched(desk)).steps
        return step.asked

    return await world.writer.submit(look)


async def test_a_deputy_who_acts_ends_it(world: World) -> None:
    await asked(world)
    await world.passes(minutes=31)
    rows = await world.taps(DEPUTY, Action.ACCEPT, NUMBER)
    assert rows.refused(DEPUTY) == []
    rows = await world.passes(minutes=60)
    assert rows.claimed == []
    assert len(await climbs(world)) == 1


async def test_who_stands_by_is_asked_at_once_when_somebody_away_has_named_him(world: World) -> None:
    world.now = at("07:29")
    await world.says(UNIT, "请假 现在到3月18日18点 由邓凯代")
    rows = await asked(world)
    assert rows.pushed(DEPUTY) == ["ask_accept"]


async def leaves(world: World, how: str) -> None:
    """The unit's first man is gone: from the register, or by his own word."""
    if how == "away":
        rows = await world.says(UNIT, "请假 现在到3月18日18点 由邓凯代")
        assert rows.refused(UNIT) == []
        return

    def write(tx: Tx) -> None:
        people = tx.directory.register.people
        gone = tuple(replace(one, active=False) if one.id == UNIT else one for one in people)
        tx.put_register(replace(tx.directory.register, people=gone))

    await world.writer.submit(write)


@pytest.mark.parametrize(("how", "superiors"), [("away", ["zhengwei", None]), ("off the register", [None, "zhengwei"])])
async def test_who_stands_by_is_asked_though_the_one_asked_first_left_meanwhile(
    world: World, how: str, superiors: list[str | None]
) -> None:
    """Named by who is away he does not merely stand by: no superior waits for him."""
    await asked(world)
    await world.passes(minutes=20)
    await leaves(world, how)
    rows = await world.passes(minutes=11)
    assert rows.pushed(DEPUTY) == ["deputise"]
    assert [(one.level, one.to, one.deputies) for one in await climbs(world)] == [(1, superiors[0], (DEPUTY,))]
    await world.passes(minutes=30)
    assert [one.to for one in await climbs(world)][:2] == superiors


async def test_who_was_reminded_because_the_one_before_him_left_is_not_asked_anew(world: World) -> None:
    await asked(world)
    await world.passes(minutes=5)
    await leaves(world, "off the register")
    rows = await world.passes(minutes=11)
    assert rows.pushed(DEPUTY) == ["remind"]
    rows = await world.passes(minutes=15)
    assert [(one.level, one.to, one.deputies) for one in await climbs(world)] == [(1, "zhengwei", ())]


async def test_the_reminder_says_how_long_is_left(world: World) -> None:
    await asked(world)
    world.now += timedelta(minutes=15)
    due = await world.fires()
    desk = studio(world)
    (told,) = [row for row, _ in due.claimed if row.recipient == UNIT]
    (push,) = await desk.presenter(told)
    assert isinstance(push, Push)
    assert isinstance(push.message, Card)
    assert "还剩15分钟（到" in push.message.body
    assert "08:00）" in push.message.body
    card = unpack_outgoing(told.payload)
    assert isinstance(card, PermitCard)
    assert await desk.presenter(replace(told, payload=pack_outgoing(replace(card, step="1:site_unit")))) == ()


async def test_a_step_is_late_once_and_its_clock_stands_still_at_night(world: World) -> None:
    await asked(world)
    assert late_at(world.house, await world.permit(NUMBER)) == at("08:00")
    await world.passes(minutes=31)
    assert late_at(world.house, await world.permit(NUMBER)) is None, "it is late now"
    at_night = replace(await world.permit(NUMBER), escalation_level=0, waiting_since=at("21:50", "2026-03-17"))
    assert late_at(world.house, at_night) == at("06:20")
