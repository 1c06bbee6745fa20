"""kill -9 of the whole service at every place where it makes a difference, while a permit lives.

The service is a process of its own, the twin stays: it delivers again what was not answered, and it remembers what it
was sent. After every death the service comes back on the same file. At the end the permit must have lived the same life
as one whose service never died, and the plant must have heard the same.

SIGKILL ends the process, not the machine: what the operating system had taken it still writes.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.crash_points import EdgePoint
from sandbox.hands import Platform
from sandbox.story import Player
from sandbox.story_hot import LINE, hot_work_story
from storage.engine import open_database
from storage.faults import CrashPoint
from storage.verify import verify_journal
from tests.support.killable import Works, works
from tests.support.service_child import POINTS

Rows = Counter[tuple[Any, ...]]
BEFORE_THE_DISK = {CrashPoint.BEFORE_FLUSH.value, CrashPoint.BEFORE_COMMIT.value}
BEFORE_THE_ANSWER = {CrashPoint.AFTER_COMMIT.value, CrashPoint.BEFORE_RESOLVE.value, EdgePoint.BEFORE_ACK.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What remains of a life: what happened, and what was to be said."""

    happened: list[str]
    said: Rows
    """Without the changes of cards that can be changed freely: how often those are drawn anew hangs on what is under
    way at that moment."""
    heard: Rows
    """Without the new cards that answer a tap whose own card cannot be changed any more: its right was spent by a
    process that died before it could write that down."""


Step = Callable[[str, Awaitable[object]], Awaitable[None]]
"""Plays a step of the given name, which may cost the service its life."""


async def calm_down(plant: Works) -> None:
    """Until nothing waits: a row whose lease ended under our hands, by a death or a pushed clock, comes back."""
    for _ in range(5):
        await plant.push(timedelta(minutes=2))
        if not plant.rows("SELECT 1 FROM agenda WHERE kind = 'message' AND state = 'pending'"):
            return


async def stretch(plant: Works, player: Player, step: Step) -> None:
    """From a line to the first signatures and an escalation."""
    await step("line", player.types("wangqiang", LINE))
    await step("names", player.press("wangqiang", "选好了"))
    await step("submit", player.press("wangqiang", "提交申请"))
    await player.sees("wangqiang", "DHZY-")
    await step("accept", player.press("zhoujianguo", "受理"))
    await step("measures", player.press("liqiang", "提交勾选"))
    await step("ask jsa", player.press("liqiang", "填危害分析"))
    await step("jsa", player.types("liqiang", "苯蒸气着火爆炸：已置换分析合格，盲板隔离，备灭火器2具，专人监护"))
    await step("review", player.press("liqiang", "提交审批"))
    await step("approve", player.press("zhoujianguo", "同意"))
    await player.offered("sunli", "同意")
    await step("overdue", player.jump(timedelta(minutes=31)))
    await player.press("zhengwei", "我来跟进")
    await player.press("sunli", "同意")
    await calm_down(plant)


async def calmly(_: str, played: Awaitable[object]) -> None:
    """Nobody dies."""
    await played


MATRIX = {
    "line": EdgePoint.WOKEN,
    "names": CrashPoint.BEFORE_FLUSH,
    "submit": CrashPoint.BEFORE_COMMIT,
    "accept": CrashPoint.AFTER_COMMIT,
    "measures": CrashPoint.BEFORE_RESOLVE,
    "ask jsa": EdgePoint.BEFORE_ACK,
    "jsa": EdgePoint.CLAIMED,
    "review": EdgePoint.ACCEPTED,
    "approve": EdgePoint.MARKED,
    "overdue": EdgePoint.TIMER_CLAIMED,
}


def life(plant: Works) -> Life:
    """Read it from the file and from the twin."""
    happened = plant.rows("SELECT kind FROM journal ORDER BY seq")  # this plant has one permit
    assert happened
    said = plant.rows(
        "SELECT purpose, recipient, lane FROM agenda WHERE kind = 'message' AND key NOT LIKE '%:refresh:holders:%'"
    )
    answers = {
        plant.witness.name_of(key, recipient)
        for key, recipient in plant.rows("SELECT key, recipient FROM agenda WHERE key LIKE '%:refresh:%'")
    }
    heard = [(told.kind, told.user) for told in plant.witness.told() if told.task not in answers]
    return Life(happened=[str(row[0]) for row in happened], said=Counter(said), heard=Counter(heard))


def sound(plant: Works) -> None:
    """What must hold after any death, wherever it struck."""
    url = f"sqlite:///{plant.folder / 'permitbot.sqlite3'}"
    assert verify_journal(open_database(url), "hc").sound
    taken = plant.taken()
    pushed = plant.witness.pushed()
    assert {str(one.outcome) for one in pushed} == {"accepted"}, "the platform was told of each"
    assert taken == len(pushed), "every delivery was taken, and only once"

    rows = plant.rows("SELECT key, recipient, state, attempts, wake_at, last_error FROM agenda WHERE kind = 'message'")
    assert not [row for row in rows if row[2] not in {"done", "superseded"}], "nothing waits, nothing was given up"
    ours = {plant.witness.name_of(key, recipient) for key, recipient, *_ in rows}
    tasks = [told.task for told in plant.witness.told() if told.card]
    named = [task for task in tasks if task]  # a card that ends a matter has no key: nothing will change it
    assert len(named) == len(set(named)), "no card was sent twice"
    assert set(named) <= ours, "every card carries the key of a row"
    recorded = {task for (task,) in plant.rows("SELECT task_id FROM cards_sent")}
    assert len(recorded - set(named)) <= len(tasks) - len(named), "every card we believe to be out there is out there"
    assert not plant.witness.dropped


@pytest.mark.parametrize("platform", list(Platform))
async def test_killed_at_every_point_it_lives_the_same_life(
    tmp_path: Path, tell: Callable[[str], None], platform: Platform
) -> None:
    async with works(tmp_path / "calm", platform) as (plant, player):
        await stretch(plant, player, calmly)
        calm = life(plant)
        sound(plant)

    after = {EdgePoint.TIMER_CLAIMED.value: (EdgePoint.TIMER_DECIDED.value, 1)}
    async with works(tmp_path / "killed", platform, lambda: after.get(plant.kills[-1].point)) as (plant, player):

        async def deadly(name: str, played: Awaitable[object]) -> None:
            deaths = len(plant.kills)
            await plant.arm(MATRIX[name].value)
            await played
            await plant.survived(deaths + 1)

        await stretch(plant, player, deadly)
        await plant.survived(len(POINTS))
        killed = life(plant)
        sound(plant)

    tell(f"{len(plant.kills)} kills: {', '.join(one.point for one in plant.kills)}")
    assert plant.counts() == Counter(list(POINTS)), "the service died once at every point"
    for one in plant.kills:
        if one.point in BEFORE_THE_DISK:
            assert one.inbox == one.delivered - 1, f"{one.point}: the arrival left no trace"
        if one.point in BEFORE_THE_ANSWER:
            assert (one.inbox, one.acknowledged) == (one.delivered, one.delivered - 1), (
                f"{one.point}: durable, unanswered"
            )
    assert killed.happened == calm.happened, "the same life"
    assert killed.said == calm.said, "the same was to be said"
    assert killed.heard == calm.heard, "the same was heard"


def dice(seed: int) -> Iterator[int]:
    """The same throws on every run."""
    throw = 0
    while True:
        throw += 1
        yield int.from_bytes(hashlib.sha256(f"{seed}:{throw}".encode()).digest()[:4], "big")


@pytest.mark.deep
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(int(os.environ.get("PERMITBOT_LIVES", "5"))))
@pytest.mark.parametrize("platform", list(Platform))
async def test_a_whole_life_under_random_kills(
    tmp_path: Path, tell: Callable[[str], None], platform: Platform, seed: int
) -> None:
    """From the line to the closed permit. Every fresh service is armed anew, at random."""
    throws, names = dice(seed), sorted(POINTS)

    over = False

    def trap() -> tuple[str, int] | None:
        name = names[next(throws) % len(names)]
        few = name.startswith("timer")  # a life has some six timers that fire, and hundreds of everything else
        return None if over else (name, 1 + next(throws) % (2 if few else 12))

    async with works(tmp_path / "killed", platform, trap) as (plant, player):
        await plant.arm(EdgePoint.WOKEN.value)
        await hot_work_story(player)
        over = True
        await calm_down(plant)
        sound(plant)
        happened = Counter(life(plant).happened)
    tell(f"{len(plant.kills)} kills: {dict(sorted(plant.counts().items()))}")
    for once in ("PermitSubmitted", "RequestAccepted", "PermitIssued", "WorkStarted", "WorkSuspended", "WorkResumed",
                 "WorkFinished", "PermitClosed"):  # fmt: skip
        assert happened[once] == 1, once
