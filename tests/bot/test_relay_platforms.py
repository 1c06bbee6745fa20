"""A plant on two platforms: what fails on one keeps nothing back on the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.delivery import Delivery, GroupPost, Push
from bot.pace import NoLimit, NotYet, Saved
from bot.platform import Cards, TryLater
from bot.relay import Relay
from cards.card import Bubble, File
from storage.agenda import Claimed
from storage.writer import Writer
from tests.support.chat import FakeChat
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.outbox import Outbox
from workflow.effects import Lane

OUTAGE = TryLater("no answer")


@dataclass(slots=True)
class Month(NoLimit):
    """A pace that holds all but safety back once the month is over."""

    over: bool = False

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        if self.over and lane is not Lane.SAFETY:
            raise Saved("the month is over", timedelta(minutes=1), say="额度快用完")


@dataclass(slots=True, kw_only=True)
class Plant:
    """A relay that speaks on both platforms, and who else was told."""

    relay: Relay
    anew: Callable[[], Relay]
    """The relay of a process that was just started."""
    box: Outbox
    clock: FakeClock
    wecom: FakeChat
    dingtalk: FakeChat
    month: Month
    told: list[str] = field(default_factory=list)

    async def say(self, *parts: Delivery, lane: Lane = Lane.SAFETY) -> None:
        await self.box.post("k", lambda: parts, lane=lane)
        await self.relay.drain()

    async def later(self) -> None:
        self.clock.advance(timedelta(minutes=2))
        await self.relay.drain()

    def to_wang(self) -> Push:
        """Wang last wrote on DingTalk and has an account on WeCom."""
        return Push(
            platform="dingtalk", user="d-wang", person="wang", message=Bubble(text="停工"), seen_at=self.clock.now(),
            elsewhere={"wecom": "w-wang"},
        )  # fmt: skip


@pytest.fixture
def plant(writer: Writer) -> Plant:
    clock, told, month = FakeClock(), list[str](), Month()
    chats = {"wecom": FakeChat(), "dingtalk": FakeChat(name="dingtalk", cards_are=Cards.FREE)}
    box = Outbox(writer, clock)

    async def tell(row: Claimed, why: str) -> None:
        told.append(row.key)

    def relay() -> Relay:
        return Relay(
            writer=writer, present=box.script, platforms=chats, pace={"wecom": NoLimit(), "dingtalk": month},
            clock=clock, name="relay-1", undelivered=tell,
        )  # fmt: skip

    return Plant(
        relay=relay(), anew=relay, box=box, clock=clock, wecom=chats["wecom"], dingtalk=chats["dingtalk"], month=month,
        told=told,
    )  # fmt: skip


def line(platform: str, chat: str) -> GroupPost:
    return GroupPost(platform=platform, chat=chat, text="停工")


@pytest.mark.parametrize("lane", [Lane.SAFETY, Lane.INFORMATION])
async def test_a_platform_that_is_down_keeps_no_line_from_the_other(plant: Plant, lane: Lane) -> None:
    plant.dingtalk.fails("group", *[OUTAGE] * 3)
    await plant.say(line("dingtalk", "d"), line("wecom", "w"), lane=lane)
    assert plant.wecom.groups == {"w": ["停工"]}
    await plant.later()
    assert plant.wecom.groups == {"w": ["停工"]}


async def test_a_platform_that_hangs_delays_nobody_on_the_other(plant: Plant) -> None:
    plant.dingtalk.gates["d"] = asyncio.Event()
    await plant.box.post("k", lambda: (line("dingtalk", "d"), line("wecom", "w")), lane=Lane.SAFETY)
    draining = asyncio.create_task(plant.relay.drain())
    await eventually(lambda: plant.wecom.groups == {"w": ["停工"]})
    assert not draining.done()
    plant.dingtalk.gates["d"].set()
    await draining
    assert plant.dingtalk.groups == {"d": ["停工"]}


async def test_one_group_that_must_wait_keeps_no_line_from_the_next(plant: Plant) -> None:
    plant.dingtalk.fails("group first", *[OUTAGE] * 5)
    await plant.say(line("dingtalk", "first"), line("dingtalk", "second"))
    assert plant.dingtalk.groups == {"second": ["停工"]}


async def test_the_row_comes_again_as_soon_as_the_first_part_may(plant: Plant) -> None:
    plant.dingtalk.fails("group", TryLater("month", timedelta(hours=1), sure=True))
    plant.wecom.fails("group", TryLater("busy", timedelta(seconds=1), sure=True))
    await plant.say(line("dingtalk", "d"), line("wecom", "w"))
    await plant.later()
    assert (plant.wecom.groups, plant.dingtalk.groups) == ({"w": ["停工"]}, {"d": ["停工"]})


@pytest.mark.parametrize(
    "wait", [NotYet("pace", timedelta(minutes=1)), TryLater("busy", sure=True)], ids=["our pace", "the platform"]
)
async def test_news_that_one_group_has_still_goes_to_the_group_that_had_to_wait(plant: Plant, wait: TryLater) -> None:
    """A group that read of the stop and not that work goes on would hold a line in vain."""
    plant.dingtalk.fails("group", wait)
    await plant.say(line("dingtalk", "d"), line("wecom", "w"), lane=Lane.INFORMATION)
    assert (plant.wecom.groups, plant.dingtalk.groups) == ({"w": ["停工"]}, {})
    await plant.later()
    assert (plant.wecom.groups, plant.dingtalk.groups) == ({"w": ["停工"]}, {"d": ["停工"]})
    assert (await plant.box.counts())[("information", "done")] == 1


async def test_news_that_may_stand_in_one_group_is_said_in_the_other_alone(plant: Plant) -> None:
    plant.wecom.fails("group", OUTAGE)
    plant.dingtalk.fails("group", NotYet("pace", timedelta(minutes=1)))
    await plant.say(line("dingtalk", "d"), line("wecom", "w"), lane=Lane.INFORMATION)
    await plant.later()
    assert (plant.wecom.calls.count("group w"), plant.dingtalk.groups) == (1, {"d": ["停工"]})


@pytest.mark.parametrize(("lane", "said"), [(Lane.INFORMATION, 1), (Lane.SAFETY, 2)])
async def test_a_process_that_was_just_started_does_not_know_which_group_has_it(
    plant: Plant, lane: Lane, said: int
) -> None:
    """News is then said at most once, an alarm at least once."""
    plant.wecom.fails("group", OUTAGE)
    await plant.say(line("wecom", "w"), lane=lane)
    plant.relay = plant.anew()
    await plant.later()
    assert plant.wecom.calls.count("group w") == said
    assert (await plant.box.counts())[(lane.value, "done")] == 1


async def test_a_line_and_a_page_to_one_group_are_two_parts(plant: Plant) -> None:
    page = GroupPost(platform="wecom", chat="w", text="", file=File(name="a.png", mime="image/png", data=b"x"))
    await plant.say(line("wecom", "w"), page, lane=Lane.INFORMATION)
    assert plant.wecom.groups == {"w": ["停工", "a.png"]}


async def test_a_bug_in_one_part_is_not_taken_for_sent(plant: Plant) -> None:
    plant.dingtalk.fails("group", RuntimeError("a bug"))
    await plant.say(line("dingtalk", "d"), line("wecom", "w"), lane=Lane.ACTION)
    await plant.later()
    assert (plant.wecom.groups, plant.dingtalk.groups) == ({"w": ["停工"]}, {"d": ["停工"]})


async def test_an_alarm_that_cannot_arrive_goes_by_the_other_account(plant: Plant) -> None:
    plant.dingtalk.gone.add("d-wang")
    await plant.say(plant.to_wang())
    assert plant.wecom.words("w-wang") == ["停工"]
    assert plant.told == []


async def test_an_alarm_a_platform_does_not_take_twice_goes_by_the_other_account(plant: Plant) -> None:
    plant.dingtalk.fails("push", *[OUTAGE] * 9)
    await plant.say(plant.to_wang())
    assert plant.wecom.words("w-wang") == []
    await plant.later()
    assert plant.wecom.words("w-wang") == ["停工"]
    await plant.later()
    assert plant.wecom.words("w-wang") == ["停工"]


async def test_a_group_s_alarm_is_urgent_and_its_news_is_not(plant: Plant) -> None:
    await plant.say(line("dingtalk", "d"))
    assert plant.dingtalk.urgent == ["d"]
    await plant.box.post("news", lambda: (line("dingtalk", "n"),), lane=Lane.INFORMATION, to="g")
    await plant.relay.drain()
    assert plant.dingtalk.urgent == ["d"]


async def test_who_waits_in_vain_is_told_so_once(plant: Plant) -> None:
    plant.month.over = True
    for number in range(3):
        await plant.box.post(f"k{number}", lambda: (plant.to_wang(),))
    await plant.relay.drain()
    await plant.later()
    assert plant.dingtalk.calls == ["push d-wang"]
    assert plant.dingtalk.words("d-wang") == ["额度快用完"]
    plant.month.over = False
    await plant.later()
    assert plant.dingtalk.words("d-wang") == ["额度快用完", "停工", "停工", "停工"]


async def test_news_does_not_wander_between_platforms(plant: Plant) -> None:
    plant.dingtalk.gone.add("d-wang")
    await plant.say(plant.to_wang(), lane=Lane.ACTION)
    assert plant.wecom.calls == []


async def test_who_is_on_neither_platform_is_told_to_others(plant: Plant) -> None:
    plant.dingtalk.gone.add("d-wang")
    plant.wecom.gone.add("w-wang")
    await plant.say(plant.to_wang())
    assert plant.told == ["k"]
