"""Callbacks come twice, late and out of order: nothing happens twice, nothing is lost."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import structlog
from sqlalchemy import text

from sandbox.story_hot import approve, ask, prepare
from storage.sql import Channel, Statement
from tests.scenarios.conftest import Plant
from workflow.journal import verify
from workflow.permit import events as e


def _dice(seed: int, throw: int) -> int:
    """The same throws on every run, and no two seeds alike."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{throw}".encode()).digest()[:8], "big")


_NOT_IN_TIME = {"503", "None"}


@dataclass(slots=True)
class Chaos:
    """Pushes again what the platform has ever pushed: out of order, late, twice at once; the throws are repeatable."""

    site: Plant
    seed: int
    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    late: int = 0
    """How many came again after something newer of the same person."""
    together: int = 0
    """How many came twice in the same breath."""

    @property
    def unanswered(self) -> int:
        """How many found the machine too busy to answer within the platform's five seconds."""
        return sum(self.answers[status] for status in _NOT_IN_TIME)

    async def push(self, deliveries: int) -> None:
        """Push ``deliveries`` again, up to 32 at the same time."""
        goal = self.sent + deliveries
        while self.sent < goal:
            pushed = [one for one in self.site.twin.deliveries if one.attempts]
            newest = {one.news.userid: one.number for one in pushed}
            throws = range(self.sent, min(self.sent + 32, goal))
            batch = [pushed[_dice(self.seed, throw) % len(pushed)] for throw in throws]
            self.sent += len(batch)
            self.late += sum(1 for one in batch if one.number < newest[one.news.userid])
            self.together += len(batch) - len({one.number for one in batch})
            for status in await asyncio.gather(*(self.site.twin.courier.repeat(one) for one in batch)):
                self.answers[str(status)] += 1

    async def storm(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.push(32) if self.site.twin.deliveries else await asyncio.sleep(0)


async def _taken(site: Plant) -> int:
    """How many deliveries of the platform the office has ever taken."""
    rows = await site.service.writer.submit(lambda tx: tx.read(_TAKEN, ()))
    return int(rows[0][0])


_TAKEN = Statement(text("SELECT count(*) FROM inbox WHERE platform = 'wecom'"), channel=Channel.INBOX)


async def _chaos(site: Plant, deliveries: int, seed: int) -> Chaos:
    """A request and its signatures in a storm of repetitions, then the storm alone up to the number asked for."""
    chaos = Chaos(site, seed)
    storm = asyncio.create_task(chaos.storm())
    number = await ask(site.player)
    await prepare(site.player)
    await approve(site.player)
    storm.cancel()
    await asyncio.gather(storm, return_exceptions=True)
    await site.service.quiet()
    before = await site.events(number)
    kinds = Counter(before)
    for once in ("PermitSubmitted", "RequestAccepted", "JsaAttached", "ReviewRequested", "PermitIssued"):
        assert kinds[once] == 1, once
    assert kinds["StepApproved"] == 3
    await chaos.push(max(0, deliveries - chaos.sent))
    await site.service.quiet()
    assert await site.events(number) == before, "a repeated delivery had an effect"
    assert await _taken(site) == len(site.twin.deliveries), "every delivery was taken, and only once"
    records, _ = await site.service.history(number)
    verify(records)
    assert set(chaos.answers) <= {"200"} | _NOT_IN_TIME, "a repetition is answered like the first time"
    assert chaos.unanswered <= deliveries // 100
    assert chaos.late > deliveries // 10
    assert chaos.together > deliveries // 100
    return chaos


async def test_ten_thousand_repeated_deliveries_change_nothing(site: Plant) -> None:
    chaos = await _chaos(site, 10_000, seed=1)
    assert chaos.sent >= 10_000


@pytest.fixture
def hushed() -> Iterator[None]:
    """A million lines of log help nobody."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    structlog.reset_defaults()


@pytest.mark.deep
@pytest.mark.timeout(0)
@pytest.mark.usefixtures("hushed")
async def test_a_million_repeated_deliveries_change_nothing(site: Plant, tell: Callable[[str], None]) -> None:
    """Some ten minutes of one core; ``PERMITBOT_DELIVERIES`` names another number."""
    chaos = await _chaos(site, int(os.environ.get("PERMITBOT_DELIVERIES", "1000000")), seed=2)
    tell(
        f"{chaos.sent} deliveries, {chaos.late} late, {chaos.together} at the same moment as their twin; "
        f"{chaos.unanswered} not answered in time, so the platform would come again"
    )


async def test_duplicates_reorder_and_delay_leave_one_story(site: Plant) -> None:
    """The platform's own misfortunes, switched on while the story is played."""
    faults = site.twin.faults
    faults.duplicate = 12
    faults.late_200 = 4
    faults.replay = 6
    number = await ask(site.player)
    await prepare(site.player)
    kinds = Counter(await site.events(number))
    for once in ("PermitSubmitted", "RequestAccepted", "JsaAttached", "ReviewRequested"):
        assert kinds[once] == 1, once
    records, _ = await site.service.history(number)
    answers = [
        (event.by, event.no)
        for record in records
        if isinstance(event := site.service.event_of(record), e.MeasureAnswered)
    ]
    assert len(answers) == len(set(answers)), "nobody answered an item twice"
