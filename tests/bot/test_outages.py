"""When a chat platform counts as down, and what of it is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outages import KNOWN_FOR, Outages
from handlers.outages import any_down, down_since
from storage.directory import Account, Register
from tests.support.clock import FakeClock
from tests.support.hot_work import UNIT, WORKER
from tests.support.office import World
from workflow.ids import PersonId
from workflow.rules.plant_rules import Offline
from workflow.values import ProofMethod

BOTH = frozenset({"wecom", "dingtalk"})
MINUTE = timedelta(minutes=1)


class Lines:
    """Lines a test cuts."""

    def __init__(self) -> None:
        self.cut: tuple[str, ...] = ()

    def __call__(self) -> tuple[str, ...]:
        return self.cut


def letting(world: World) -> World:
    book = world.house.book
    offline = Offline(replaces=ProofMethod.PLATFORM_SESSION, after=10 * MINUTE)
    world.house = replace(world.house, book=replace(book, plant=replace(book.plant, offline=offline)))
    return world


@pytest.fixture
def clock(world: World) -> FakeClock:
    return FakeClock(world.now)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def outages(world: World, clock: FakeClock, lines: Lines) -> Outages:
    return Outages(house=letting(world).house, platforms=BOTH, clock=clock, cut_off=lines)


def test_a_platform_is_down_from_a_missing_answer_to_the_next_word_of_it(outages: Outages, clock: FakeClock) -> None:
    outages.heard("wecom", answered=False)
    assert outages.down() == ("wecom",)
    outages.heard("dingtalk", answered=True)
    assert outages.down() == ("wecom",), "the other one says nothing of it"
    outages.heard("wecom", answered=True)
    assert outages.down() == ()


def test_a_missing_answer_of_long_ago_says_nothing(outages: Outages, clock: FakeClock) -> None:
    """The message it was missed for may have been taken back: nobody asks any more, so nobody knows."""
    outages.heard("wecom", answered=False)
    clock.advance(KNOWN_FOR - timedelta(seconds=1))
    assert outages.down() == ("wecom",)
    clock.advance(timedelta(seconds=1))
    assert outages.down() == ()


def test_a_line_that_is_cut_off_is_an_outage_of_its_platform(outages: Outages, lines: Lines) -> None:
    lines.cut = ("dingtalk-stream",)
    assert outages.down() == ("dingtalk",)
    lines.cut = ("mqtt",)
    assert outages.down() == ()


async def test_what_is_found_is_written_down_and_counted_from_there(
    world: World, outages: Outages, clock: FakeClock
) -> None:
    async def look() -> None:
        await world.writer.submit(lambda tx: outages.note(tx, clock.now()))
        outages.noted()

    async def since(served: frozenset[str] = frozenset({"wecom"}), person: PersonId = UNIT) -> object:
        return await world.writer.submit(lambda tx: down_since(tx, world.house, person, served))

    async def is_open() -> bool:
        return await world.writer.submit(lambda tx: any_down(tx, world.house, BOTH, clock.now()))

    await look()
    assert await since() is None
    clock.advance(MINUTE)
    lost = clock.now()
    outages.heard("wecom", answered=False)
    await look()
    for _ in range(4):
        clock.advance(2 * MINUTE)
        outages.heard("wecom", answered=False)
        await look()
    assert await since() == lost
    assert not await is_open()
    clock.advance(2 * MINUTE)
    assert await is_open()
    assert await since(frozenset()) is None, "a platform this house does not speak is not known to be down"
    kinds = await world.writer.submit(lambda tx: [one.kind for one in tx.stream_records("outage/wecom")])
    assert kinds == ["PlatformLost"]
    outages.heard("wecom", answered=True)
    await look()
    assert await since() is None


async def test_who_can_act_on_another_platform_is_not_kept_from_it(world: World, outages: Outages) -> None:
    """All the platforms of a person must be down; who has none is never cut off by one."""
    more = Account(platform="dingtalk", corp="ding1", userid="u1", person=UNIT)
    await world.writer.submit(lambda tx: tx.put_register(Register(accounts=(more,))))
    outages.heard("wecom", answered=False)
    await world.writer.submit(lambda tx: outages.note(tx, world.now))

    async def since(person: PersonId) -> object:
        return await world.writer.submit(lambda tx: down_since(tx, world.house, person, BOTH))

    assert await since(UNIT) is None
    assert await since(WORKER) == world.now
    assert await since(PersonId("nobody")) is None
    outages.heard("dingtalk", answered=False)
    await world.writer.submit(lambda tx: outages.note(tx, world.now + MINUTE))
    assert await since(UNIT) == world.now + MINUTE


async def test_where_the_plant_lets_nobody_nothing_is_written(world: World, clock: FakeClock, lines: Lines) -> None:
    made = Outages(house=world.house, platforms=BOTH, clock=clock, cut_off=lines)
    made.heard("wecom", answered=False)
    await world.writer.submit(lambda tx: made.note(tx, clock.now()))
    assert await world.writer.submit(lambda tx: tx.stream_records("outage/wecom")) == ()
