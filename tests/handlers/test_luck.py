"""The draw: inside its window, not to be foreseen, to be drawn again by whoever knows the secret; kept in its row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.encoding import unpack_command
from handlers.luck import draw, drawn, moment
from storage.agenda import AgendaKind, Claimed
from tests.support.hot_work import NUMBER
from tests.support.office import SECRET, Stage, World
from workflow.effects import SetTimer
from workflow.ids import PermitId
from workflow.permit.commands import LookAround, PromptDue
from workflow.values import Actor

T0 = datetime(2026, 3, 18, 0, 0, tzinfo=UTC)
EARLIEST, LATEST = T0 + timedelta(minutes=10), T0 + timedelta(minutes=30)


def shares(count: int, secret: bytes = b"secret") -> list[float]:
    """Where in its window each of many prompts of one permit falls, 0 to 1."""
    found = (moment(EARLIEST, LATEST, draw(secret, "DHZY-1", number, T0)) for number in range(count))
    return [(one - EARLIEST) / (LATEST - EARLIEST) for one in found]


# --- the stream -----------------------------------------------------------------------------------------------------


def test_a_moment_never_leaves_its_window() -> None:
    assert all(0 <= share <= 1 for share in shares(5000))
    assert moment(EARLIEST, LATEST, bytes(32)) == EARLIEST
    whole = (LATEST - EARLIEST) // timedelta(milliseconds=1)
    assert moment(EARLIEST, LATEST, whole.to_bytes(8) + bytes(24)) == LATEST
    assert moment(LATEST, LATEST, b"\xff" * 32) == LATEST


def test_every_part_of_the_window_is_as_likely_as_the_next() -> None:
    """Chi square over twenty parts: with 19 degrees of freedom 43.8 is passed once in a thousand streams."""
    counts = [0] * 20
    for share in shares(10_000):
        counts[min(19, int(share * 20))] += 1
    assert sum((count - 500) ** 2 / 500 for count in counts) < 43.8


@pytest.mark.parametrize("lag", [1, 2, 3, 7])
def test_what_came_before_tells_nothing_of_what_comes(lag: int) -> None:
    """Neither does a moment follow the one before, nor does guessing "the other half than last time" ever pay."""
    found = shares(10_000)
    mean = sum(found) / len(found)
    pairs = list(zip(found, found[lag:], strict=False))
    variance = sum((one - mean) ** 2 for one in found) / len(found)
    together = sum((one - mean) * (other - mean) for one, other in pairs) / len(pairs)
    assert abs(together / variance) < 0.04  # four standard deviations
    guessed = sum((one < 0.5) != (other < 0.5) for one, other in pairs)
    assert abs(guessed / len(pairs) - 0.5) < 0.02


def test_no_two_permits_and_no_two_sites_are_asked_together() -> None:
    moments = {moment(EARLIEST, LATEST, draw(b"secret", f"DHZY-{one}", 1, T0)) for one in range(200)}
    assert len({one.replace(microsecond=0) for one in moments}) > 150
    assert shares(10) != shares(10, b"another")


def test_the_draw_can_be_made_again_and_depends_on_all_it_is_made_of() -> None:
    first = draw(b"secret", "DHZY-1", 1, T0)
    assert draw(b"secret", "DHZY-1", 1, T0) == first
    others = {
        draw(b"secret", "DHZY-1", 2, T0),
        draw(b"secret", "DHZY-2", 1, T0),
        draw(b"secret", "DHZY-1", 1, T0 + timedelta(microseconds=1)),
        draw(b"other", "DHZY-1", 1, T0),
    }
    assert len(others | {first}) == 5


def test_what_is_not_left_to_chance_stays_as_it_is() -> None:
    record = PromptDue(by=Actor.clock(), at=LATEST, number=1, for_gas=True)
    gas = SetTimer(permit=PermitId("P"), name="gas", due=LATEST, command=record)
    assert drawn(gas, b"secret", T0) == (LATEST, gas.command)
    look = LookAround(by=Actor.clock(), at=LATEST)
    around = SetTimer(permit=PermitId("P"), name="x", due=LATEST, command=look, earliest=EARLIEST)
    assert drawn(around, b"secret", T0) == (LATEST, around.command)


# --- in the office --------------------------------------------------------------------------------------------------


async def row(world: World) -> Claimed:
    """The prompt's row of the agenda, looked at when it falls due."""
    due = await world.writer.submit(lambda tx: tx.next_due(AgendaKind.TIMER))
    assert due is not None
    (found,) = await world.writer.submit(
        lambda tx: tx.claim_due(AgendaKind.TIMER, now=due, limit=1, lease=timedelta(seconds=1), worker="test")
    )
    return found


async def test_the_moment_and_the_task_outlive_the_office_that_drew_them(at_stage: Stage) -> None:
    """The stage was played by an office that is gone; this one finds its row."""
    world = at_stage("active")
    started = world.now
    found = await row(world)
    command = unpack_command(found.payload)
    assert isinstance(command, PromptDue)
    assert found.purpose == "prompt"
    assert timedelta(minutes=10) <= found.due_at - started <= timedelta(minutes=30)
    luck = draw(SECRET, NUMBER, 1, started)
    assert command.draw == luck[8:].hex()
    again = moment(started + timedelta(minutes=10), started + timedelta(minutes=30), luck)
    assert found.due_at == again.astimezone(UTC), "whoever knows the secret can draw it again"


async def test_the_journal_knows_a_draw_only_when_it_is_used(at_stage: Stage) -> None:
    world = at_stage("active")
    luck = draw(SECRET, NUMBER, 1, world.now)[8:].hex()
    assert luck not in str(await world.events(NUMBER))
    await world.until_asked(NUMBER)
    assert luck in str(await world.events(NUMBER))
    second = draw(SECRET, NUMBER, 2, world.now)[8:].hex()
    assert second not in str(await world.events(NUMBER))
