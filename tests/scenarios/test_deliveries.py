"""Callbacks and frames come twice, late and out of order: nothing happens twice, nothing is lost."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from sandbox.hands import Platform
from sandbox.plant.mixes import Mix
from sandbox.story_hot import approve, ask, prepare
from storage.sql import Channel, Statement
from tests.scenarios.conftest import Plant
from tests.support.chaos import Chaos, Mail
from tests.support.plain_log import plain_log
from tests.support.plant_on import PlantOn, plant_on
from workflow.journal import verify
from workflow.permit import events as e


@pytest.fixture(params=list(Platform))
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, Mix(request.param.value)) as made:
        yield made


def _mail(site: PlantOn) -> Mail:
    return Mail.of_wecom(site.wecom) if site.works.mix is Mix.WECOM else Mail.of_dingtalk(site.dingtalk)


async def _taken(site: PlantOn) -> int:
    """How many pushes of the platform the office has ever taken."""
    rows = await site.service.writer.submit(lambda tx: tx.read(_TAKEN, ()))
    return int(rows[0][0])


_TAKEN = Statement(text("SELECT count(*) FROM inbox WHERE platform IN ('wecom', 'dingtalk')"), channel=Channel.INBOX)


async def _chaos(site: PlantOn, deliveries: int, seed: int) -> Chaos:
    """A request and its signatures in a storm of repetitions, then the storm alone up to the number asked for."""
    chaos = Chaos(_mail(site), seed)
    if site.works.mix is Mix.DINGTALK:
        site.dingtalk.event("user_leave_org", {"userId": ["gaofei"]})
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
    assert await _taken(site) == len(chaos.mail.sent()), "every delivery was taken, and only once"
    records, _ = await site.service.history(number)
    verify(records)
    assert set(chaos.answers) <= {chaos.mail.yes} | chaos.mail.late, "a repetition is answered like the first time"
    assert chaos.unanswered <= deliveries // 100
    assert chaos.late > deliveries // 10
    assert chaos.together > deliveries // 100
    return chaos


async def test_ten_thousand_repeated_deliveries_change_nothing(there: PlantOn) -> None:
    chaos = await _chaos(there, 10_000, seed=1)
    assert chaos.sent >= 10_000


@pytest.fixture
def hushed() -> Iterator[None]:
    """A million lines of log help nobody."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    plain_log()


@pytest.mark.deep
@pytest.mark.timeout(0)
@pytest.mark.usefixtures("hushed")
async def test_a_million_repeated_deliveries_change_nothing(there: PlantOn, tell: Callable[[str], None]) -> None:
    """Some ten minutes of one core; ``PERMITBOT_DELIVERIES`` names another number."""
    chaos = await _chaos(there, int(os.environ.get("PERMITBOT_DELIVERIES", "1000000")), seed=2)
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
