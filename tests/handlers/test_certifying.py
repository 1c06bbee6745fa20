"""The certificates of those at work: every day once, by the register as it stands, without a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.certifying import Certifying
from bot.reader import Reader
from handlers.certifying import MOST_DAYS, count, days_owed, keep
from handlers.figured import span_of, values
from handlers.windows import Window
from storage.certified import worked
from storage.directory import Register
from tests.support.clock import FakeClock
from tests.support.finished import to_the_end
from tests.support.hot_work import NUMBER
from tests.support.office import SITE, TODAY, World, at
from workflow.figures import Cut, Key, Share, day_of
from workflow.ids import PersonId
from workflow.plant import Certificate, CertificateStatus

TOMORROW = TODAY + timedelta(days=1)


async def counted(world: World, day: date) -> dict[str, tuple[str, ...]]:
    return await world.writer.submit(lambda tx: count(tx, world.house, day))


async def welder(world: World, change: Callable[[Certificate], Certificate]) -> PersonId:
    """Change every certificate of the crew's workers in the register; who they are."""
    directory = await world.writer.submit(lambda tx: tx.directory)
    row = await world.writer.submit(lambda tx: tx.on_board(NUMBER))
    assert row is not None
    who = next(PersonId(who) for role, who in row.people if role == "worker")
    changed = replace(directory.people[who], certificates=tuple(map(change, directory.people[who].certificates)))
    await world.writer.submit(lambda tx: tx.put_register(Register(people=(changed,))))
    return who


async def test_a_welder_with_his_certificate_counts_as_one_of_one(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    assert await counted(world, TODAY) == {NUMBER: ("",)}
    assert await counted(world, TODAY - timedelta(days=1)) == {}, "nobody was at work"


async def test_expired_revoked_unverified_or_another_one_is_none(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    held = (
        (await world.writer.submit(lambda tx: tx.directory)).people[await welder(world, lambda one: one)].certificates
    )
    changes: tuple[Callable[[Certificate], Certificate], ...] = (
        lambda one: replace(one, valid_to=TODAY - timedelta(days=1)),
        lambda one: replace(one, status=CertificateStatus.REVOKED),
        lambda one: replace(one, status=CertificateStatus.UNVERIFIED),
        lambda one: replace(one, scope=("road",)),
    )
    for change in changes:
        await welder(world, change)
        (lacked,) = (await counted(world, TODAY))[NUMBER]
        assert lacked
        await welder(world, lambda one: next(old for old in held if (old.kind, old.number) == (one.kind, one.number)))
        assert await counted(world, TODAY) == {NUMBER: ("",)}


async def test_the_last_day_of_a_certificate_counts_and_the_day_after_does_not(
    at_stage: Callable[[str], World],
) -> None:
    world = at_stage("active")
    await welder(world, lambda one: replace(one, valid_to=TODAY))
    assert await counted(world, TODAY) == {NUMBER: ("",)}
    assert any((await counted(world, TOMORROW))[NUMBER]), "the work was not ended: its crew is at work still"


async def test_work_that_ended_is_of_its_days_and_of_no_later_one(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await to_the_end(world, NUMBER)
    zone = world.house.zone
    assert await world.writer.submit(lambda tx: worked(tx, day_of(TODAY, zone))) == (NUMBER,)
    assert await world.writer.submit(lambda tx: worked(tx, day_of(TOMORROW, zone))) == ()


async def test_the_night_counts_once_and_makes_up_for_days_it_missed(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    clock = FakeClock(at("00:30", TOMORROW.isoformat()))
    reader = Reader(world.writer, SITE)
    night = Certifying(writer=world.writer, reader=reader, clock=clock, house=world.house)
    await night.knock()
    span = span_of(Window(since=TODAY, until=TODAY), world.house)

    async def figure() -> object:
        ask = lambda tx: values(tx, Key.CERTIFIED, span, Cut.WORK, as_of=clock.now())  # noqa: E731 - said once
        return await world.writer.submit(ask)

    assert await figure() == {"hot": Share(part=1, whole=1)}
    await welder(world, lambda one: replace(one, status=CertificateStatus.REVOKED))
    await night.knock()
    assert await figure() == {"hot": Share(part=1, whole=1)}, "a day that was counted stays as it was"
    later = at("00:30", (TODAY + timedelta(days=4)).isoformat())
    owed = await world.writer.submit(lambda tx: days_owed(tx, world.house, later))
    assert owed == tuple(TODAY + timedelta(days=number) for number in (1, 2, 3))
    far = at("00:30", (TODAY + timedelta(days=400)).isoformat())
    assert len(await world.writer.submit(lambda tx: days_owed(tx, world.house, far))) == MOST_DAYS
    await world.writer.submit(lambda tx: keep(tx, world.house, TOMORROW, count(tx, world.house, TOMORROW)))
    span = span_of(Window(since=TODAY, until=TOMORROW), world.house)
    assert await figure() == {"hot": Share(part=1, whole=2)}
    await reader.close()
