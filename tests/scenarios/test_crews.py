"""The first story by whoever is on whichever platform: one story, one service, thumbs on two kinds of phones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import OffsetClock
from bot.demo.plant import works
from sandbox.crews import CONTRACTOR, STAFF, Crew
from sandbox.plant.mixes import Mix
from sandbox.story import Player
from sandbox.story_hot import hot_work_story
from tests.scenarios.conftest import StandingClock
from workflow.journal import verify
from workflow.permit.state import Status


class HurriedHand:
    """The house's own clock: every look at it is a second later, so that changes of one card need not wait."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __call__(self) -> float:
        self._seconds += 1
        return self._seconds


@pytest.mark.parametrize(("mix", "crew"), [(Mix.MIXED, CONTRACTOR), (Mix.DINGTALK, STAFF)])
async def test_the_story_is_the_same_wherever_people_are(mix: Mix, crew: Crew, tmp_path: Path) -> None:
    clock = OffsetClock(StandingClock())
    async with works(tmp_path, clock, mix=mix, steady=HurriedHand()) as site:

        async def push(by: timedelta) -> None:
            clock.jump(by)
            site.service.look_at_clock()
            await site.service.quiet()

        number = await hot_work_story(Player(hands=site.hands, jump=push, say=lambda _: None, crew=crew))

        permit = await site.service.permit(number)
        assert permit.status is Status.CLOSED
        records, _ = await site.service.history(number)
        verify(records)
        if site.wecom is not None:
            assert not site.wecom.dropped, "no message was lost to the platform's silent limit"
        dingtalk = site.dingtalk
        assert dingtalk is not None
        rung = {place.userid for one in dingtalk.dings for place, _ in one.shown}
        assert crew.worker in rung or crew.leader in rung, "the stop rang on the phones of the crew"
