"""The morning after: what the groups of the plant read and see, once, through the production adapter and the twin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import OffsetClock
from sandbox.story_hot import hot_work_story
from tests.scenarios.conftest import Plant

MANAGEMENT, SAFETY = "hc-management", "hc-safety"


def to_morning(clock: OffsetClock, site: Plant) -> timedelta:
    """How far it is to the next shift."""
    local = clock.now().astimezone(site.service.zone)
    morning = (local + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    return morning - local


def heard(site: Plant, group: str) -> list[dict[str, Any]]:
    """What the group got since the last night's end, the daily line of the seal left out."""
    morning = site.clock.now().astimezone(site.service.zone).date().isoformat()
    screen = site.twin.group(group).screen
    return [item for item in screen if item["at"] >= f"{morning}T07" and "记录存证" not in str(item)]


@pytest.mark.deep
async def test_the_morning_after_a_hot_work(site: Plant) -> None:
    await hot_work_story(site.player)
    await site.push(to_morning(site.clock, site))
    figures, picture = heard(site, MANAGEMENT)
    assert figures["content"].startswith("昨日作业票 ")
    assert "签发1" in figures["content"]
    assert "许可闭环率 100.0%（1/1）" in figures["content"]
    assert picture["kind"] == "image"
    assert [item["kind"] for item in heard(site, SAFETY)] == ["image"], "nothing waits, runs or is wrong: no digest"
    await site.push(timedelta(minutes=1))
    assert len(heard(site, MANAGEMENT)) == 2, "once"
