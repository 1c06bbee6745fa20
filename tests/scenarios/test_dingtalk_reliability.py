"""The whole service on a bad day of DingTalk: nothing lost that the platform still has, nothing twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.chat import Chat, House
from bot.crash_points import EdgePoint
from bot.dingtalk.chat import LINE, dingtalk_chat
from bot.settings import Settings
from sandbox.dingtalk.faults import Redelivery, TimeKind
from sandbox.dingtalk.pushes import Outcome, Push
from sandbox.plant.mixes import Mix
from storage.faults import CrashPoint, Faults
from tests.support.dingtalk_stream import WATCHFUL
from tests.support.eventually import eventually
from tests.support.plant_on import PlantOn, plant_on

WHO = "wangqiang"
OPEN = "/v1.0/gateway/connections/open"
CREATE = "/v1.0/card/instances/createAndDeliver"
SECOND = timedelta(seconds=1)


class Bugs:
    """Raises at a point of the house as often as it is told."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self) -> None:
        if self.left:
            self.left -= 1
            raise RuntimeError("a bug of ours")


def hasty(settings: Settings, house: House) -> list[Chat]:
    """A line that is looked after often and dialled again soon, and that holds a frame as long as it takes.

    It bears it when all of us stand still for a while: a cut that nobody asked for is one connection too many.
    """
    timing = replace(WATCHFUL, pong_within=timedelta(seconds=2))
    return [dingtalk_chat(settings.dingtalk(), settings, house, timing=timing)]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, Mix.DINGTALK, chats=hasty) as made:
        made.dingtalk.quirks.limits_in = TimeKind.VIRTUAL
        yield made


def answers(site: PlantOn, who: str = WHO) -> int:
    """How many messages and cards of ours somebody sees."""
    return sum(1 for item in site.hands.of(who).screen if item["from"] == "app")


async def asked(site: PlantOn, who: str = WHO) -> Push:
    """Somebody asks for help; the push is on its way."""
    push = site.dingtalk.phone(who).type_text("帮助")
    assert push is not None
    return push


async def answered_once(site: PlantOn, before: int, who: str = WHO) -> None:
    """One answer comes, and it stays at one."""
    await eventually(lambda: answers(site, who) == before + 1)
    await eventually(partial(written_down, site))
    await site.push(timedelta(seconds=70))
    await site.dingtalk.settled()
    assert answers(site, who) == before + 1


async def written_down(site: PlantOn) -> bool:
    """Whether every message is marked as sent: plain words whose lease runs out before that are said again."""
    counts = await site.service.writer.submit(lambda tx: tx.agenda_counts())
    return not any(count for (lane, state), count in counts.items() if lane != "timer" and state == "pending")


async def works(site: PlantOn) -> None:
    """A question is answered, once."""
    before = answers(site)
    await asked(site)
    await answered_once(site, before)


async def at_once(act: Callable[[], None]) -> None:
    """An end that takes no time."""
    act()


async def test_every_kind_of_end_is_followed_by_one_new_connection(site: PlantOn) -> None:
    gateway = site.dingtalk.gateway
    ends: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: gateway.close_with(gateway.live()[-1], 1000),
        lambda: gateway.close_with(gateway.live()[-1], 1011),
        lambda: at_once(lambda: gateway.reset(gateway.live()[-1])),
        lambda: gateway.disconnect(gateway.live()[-1]),
        lambda: at_once(lambda: gateway.half_kill(gateway.live()[-1])),
    )
    for end in ends:
        opened = len(gateway.connections)
        await end()
        await eventually(lambda opened=opened: len(gateway.connections) == opened + 1)  # type: ignore[misc]
        await site.dingtalk.connected()
        await works(site)
    assert len(gateway.connections) == len(ends) + 1


async def test_what_was_said_into_a_dead_line_comes_again_over_the_next(site: PlantOn) -> None:
    gateway, before = site.dingtalk.gateway, answers(site)
    site.dingtalk.quirks.ack_limit = timedelta(minutes=1)  # the line is given up before the answer is
    gateway.half_kill(gateway.live()[-1])
    push = await asked(site)
    await site.dingtalk.until(lambda: len(gateway.connections) == 2)
    await eventually(lambda: push.attempts[0].outcome is Outcome.CUT)
    assert answers(site) == before
    await site.push(timedelta(seconds=17))
    await answered_once(site, before)


@pytest.mark.parametrize("redelivery", [Redelivery.AFTER_16_S, Redelivery.AFTER_60_S])
async def test_an_answer_that_was_lost_brings_the_push_again_and_nothing_twice(
    site: PlantOn, redelivery: Redelivery
) -> None:
    site.dingtalk.quirks.redelivery = redelivery
    before = answers(site)
    site.dingtalk.faults.deaf = 1
    push = await asked(site)
    await eventually(lambda: answers(site) == before + 1)
    await site.push(timedelta(seconds=4))
    await eventually(lambda: push.attempts[0].outcome is Outcome.TIMEOUT)
    await site.push(redelivery.pause)
    assert (await push).outcome is Outcome.ACCEPTED
    assert len(push.attempts) == 2
    assert push.attempts[0].message_id != push.attempts[1].message_id
    await answered_once(site, before)


@pytest.mark.parametrize("point", [EdgePoint.TAKEN, CrashPoint.BEFORE_FLUSH, EdgePoint.BEFORE_ACK])
async def test_a_bug_of_ours_makes_the_platform_come_again(tmp_path: Path, point: CrashPoint | EdgePoint) -> None:
    bugs = Bugs()
    async with plant_on(tmp_path, Mix.DINGTALK, chats=hasty, faults=Faults({point: bugs})) as site:
        site.dingtalk.quirks.limits_in = TimeKind.VIRTUAL
        before = answers(site)
        bugs.left = 1
        push = await asked(site)
        await eventually(lambda: bool(push.attempts) and push.attempts[0].outcome is not Outcome.PENDING)
        await site.push(timedelta(seconds=17))
        assert (await push).outcome is Outcome.ACCEPTED
        await answered_once(site, before)


async def test_two_connections_share_what_comes_and_nothing_is_lost_or_twice(site: PlantOn) -> None:
    second = asyncio.ensure_future(site.service.chats["dingtalk"].loops[LINE]())
    await site.dingtalk.connected(2)
    people = ("wangqiang", "liqiang", "zhaomin", "sunli", "chenan", "zhengwei", "wugang", "zhoujianguo")
    before = {who: answers(site, who) for who in people}
    pushes = [await asked(site, who) for who in people]
    for push in pushes:
        assert (await push).outcome is Outcome.ACCEPTED
    await eventually(lambda: all(answers(site, who) == before[who] + 1 for who in people))
    for who in people:
        await answered_once(site, before[who], who)
    assert len({push.attempts[0].connection for push in pushes}) == 2
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_line_cut_under_a_slow_handler_loses_nothing(site: PlantOn) -> None:
    before, gate = answers(site), threading.Event()
    busy = asyncio.create_task(site.service.writer.submit(lambda _: gate.wait(60)))
    push = await asked(site)
    await eventually(lambda: bool(push.attempts))
    site.dingtalk.gateway.reset(site.dingtalk.gateway.live()[-1])
    await eventually(lambda: push.attempts[0].outcome is Outcome.CUT)
    gate.set()
    await busy
    await site.dingtalk.connected()
    await eventually(lambda: answers(site) == before + 1)
    await site.push(timedelta(seconds=17))
    assert (await push).outcome is Outcome.ACCEPTED
    await answered_once(site, before)


async def test_a_token_that_dies_in_the_middle_is_replaced_and_nothing_is_said_twice(site: PlantOn) -> None:
    await works(site)
    site.dingtalk.revoke_tokens()
    await works(site)
    assert "InvalidAuthentication" in {request.code for request in site.dingtalk.requests}


@pytest.mark.parametrize(
    "trouble",
    [
        lambda faults: faults.fail(OPEN, "authFailed", status=401, times=2),
        lambda faults: faults.fail(OPEN, "ServiceUnavailable", status=503, times=2),
        lambda faults: faults.answer_page(OPEN, times=2),
    ],
    ids=["401", "503", "html"],
)
async def test_a_gateway_in_trouble_is_asked_again_until_it_is_well(
    site: PlantOn, trouble: Callable[[object], None]
) -> None:
    trouble(site.dingtalk.faults)
    site.dingtalk.gateway.reset(site.dingtalk.gateway.live()[-1])
    await site.dingtalk.until(lambda: len(site.dingtalk.gateway.connections) == 2)
    await works(site)


async def test_words_withheld_by_the_quota_are_told_to_whoever_wrote_them(site: PlantOn) -> None:
    before = answers(site)
    site.dingtalk.faults.push_quota_gone = True
    await (await asked(site))
    await answered_once(site, before)


async def test_when_the_month_is_over_other_things_wait_and_come_once(site: PlantOn) -> None:
    over = "Forbidden.AccessDenied.ApiCountLimitForOrg"
    before = answers(site)
    for api in (CREATE, "/v1.0/robot/oToMessages/batchSend"):
        site.dingtalk.faults.fail(api, over, status=403)
    await (await asked(site))
    await eventually(lambda: over in {request.code for request in site.dingtalk.requests})
    assert answers(site) == before
    await site.push(timedelta(minutes=11))
    site.dingtalk.faults.clear()
    await site.push(timedelta(minutes=11))
    await eventually(lambda: answers(site) == before + 1)


@pytest.mark.parametrize("state", ["well", "hanging", "dead", "refused"])
async def test_it_stops_whatever_the_platform_is_at(tmp_path: Path, state: str, tell: Callable[[str], None]) -> None:
    async with plant_on(tmp_path, Mix.DINGTALK, chats=hasty) as site:
        gateway, faults = site.dingtalk.gateway, site.dingtalk.faults
        match state:
            case "hanging":
                faults.slow_open = timedelta(seconds=20)
                gateway.reset(gateway.live()[-1])
            case "dead":
                gateway.half_kill(gateway.live()[-1])
            case "refused":
                faults.refuse_sockets = True
                gateway.reset(gateway.live()[-1])
        loop = asyncio.get_running_loop()
        began = loop.time()
        await site.service.stop()
        tell(f"{state}: stopped after {(loop.time() - began) * 1000:.0f} ms")
        # Its last act is to say that it ends; a moment later it is gone.
        await eventually(lambda: "dingtalk-stream" not in {thread.name for thread in threading.enumerate()})
