"""Callbacks come twice, late and out of order: nothing happens twice, nothing is lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter

import pytest

from sandbox.story_hot import approve, ask, prepare
from tests.scenarios.conftest import Plant
from workflow.journal import verify
from workflow.permit import events as e


def _dice(seed: int, throw: int) -> int:
    """The same throws on every run, and no two seeds alike."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{throw}".encode()).digest()[:8], "big")


async def _chaos(site: Plant, deliveries: int, seed: int) -> Counter[str]:
    """Replay what the platform has ever pushed, in random order and company, while people go on pressing."""
    number = await ask(site.player)
    await prepare(site.player)
    await approve(site.player)
    await site.service.quiet()
    before = await site.events(number)
    pushed = [delivery for delivery in site.twin.deliveries if delivery.attempts]
    answers: Counter[str] = Counter()
    sent = 0
    while sent < deliveries:
        batch = [pushed[_dice(seed, sent + each) % len(pushed)] for each in range(min(32, deliveries - sent))]
        sent += len(batch)
        for status in await asyncio.gather(*(site.twin.courier.repeat(one) for one in batch)):
            answers[str(status)] += 1
    await site.service.quiet()
    assert await site.events(number) == before, "a repeated delivery had an effect"
    records, _ = await site.service.history(number)
    verify(records)
    return answers


async def test_ten_thousand_repeated_deliveries_change_nothing(site: Plant) -> None:
    answers = await _chaos(site, 10_000, seed=1)
    assert set(answers) == {"200"}, "a repetition is answered like the first time, so that the platform stops"


@pytest.mark.deep
@pytest.mark.timeout(3000)
async def test_a_million_repeated_deliveries_change_nothing(site: Plant) -> None:
    answers = await _chaos(site, 1_000_000, seed=2)
    assert set(answers) == {"200"}


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
