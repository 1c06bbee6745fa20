"""What people do in the simulated month: ask, sign late or not at all, guard, forget, stop, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cards.buttons import Action
from handlers.desk import Desk
from handlers.due import CLOCK
from storage.tx import Tx
from tests.support.dice import Dice
from tests.support.month import Stage, Telling
from tests.support.office import ZONE
from tests.support.six_lives import Hands
from workflow.ids import PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.values import Actor

MINUTE = timedelta(minutes=1)
DUTY = "zhengwei"
PLACES = (
    "1号罐", "合成一车间 3号反应釜", "公用工程站", "P403泵", "合成二车间 4号反应釜", "机修车间", "2号罐",
    "精馏装置区 2号精馏塔", "污水处理站", "5号罐",
)  # fmt: skip
"""One after the other far apart, and each with a head and a shift leader of its own."""
STORM = (SuspendReason.DEVICE_SILENT, SuspendReason.WIND, SuspendReason.GUARDIAN_LEFT, SuspendReason.VENTILATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One permit of the month, as it is meant to go."""

    asked: datetime
    start: datetime
    hours: int
    place: str
    asker: PersonId
    worker: str
    guardian: str
    seed: int


class Life:
    """One permit from the line to its end, in the hands of people with their own minds."""

    def __init__(self, stage: Stage, job: Job) -> None:
        self.stage, self.job = stage, job
        self.world: Telling = stage.world
        self.dice = Dice(job.seed)
        self.hands: Hands | None = None

    @property
    def number(self) -> str:
        """The number of its permit. A bug before there is one."""
        if self.hands is None:
            raise LookupError(f"nothing was asked for: {self.job}")
        return self.hands.number

    async def live(self) -> None:
        """All of it, as far as it comes."""
        if not await self._requested():
            return
        hands = self.hands
        assert hands is not None
        if await self._accepted(hands) and await self._prepared(hands) and await self._signed(hands):
            await self._worked(hands)

    async def _later(self, low: int, high: int) -> None:
        await self.stage.until(self.world.now + self.dice.between(low, high) * MINUTE)

    async def _requested(self) -> bool:
        job, world, before = self.job, self.world, await self._numbers()
        day = "今天" if job.start.date() == job.asked.date() else "明天"
        hours = f"{job.start.hour}点到{job.start.hour + job.hours}点"
        await world.says(job.asker, f"{day}{hours} {job.place} 换法兰 电焊 作业人{job.worker} 监护{job.guardian}")
        for _ in range(6):
            question = (await world.shown(job.asker)).question
            if question is None:
                break
            await world.answers(job.asker, tuple(key for key, _ in question.options if key in question.ticked))
        await world.submits(job.asker)
        (number,) = await self._numbers() - before
        self.hands = Hands(world=world, number=number)
        return await self.hands.status() is Status.SUBMITTED

    async def _numbers(self) -> set[str]:
        rows = await self.world.writer.submit(lambda tx: tx.open_permits())
        return {row.permit for row in rows}

    async def _decides(self, hands: Hands) -> PersonId | None:
        """Somebody who is asked gets round to it, late or not; None when it is over meanwhile."""
        version = (await hands.permit()).signatures
        await self._thinks()
        while await hands.status() in (Status.SUBMITTED, Status.IN_REVIEW):
            permit = await hands.permit()
            if permit.escalated_to and not permit.escalation_acknowledged and self.dice.share() < 0.6:
                await self._acknowledges(hands)
                await self._later(10, 50)
                continue
            if permit.signatures != version or not await hands.asked():
                return None
            first = [who for who in await hands.asked() if who not in permit.escalated_to]
            return first[0] if first else (await hands.asked())[0]
        return None

    async def _thinks(self) -> None:
        """Most answer within minutes, some are in a meeting, and whoever sleeps answers after breakfast."""
        await self._later(*((2, 14) if self.dice.share() < 0.8 else (20, 100)))
        here = self.world.now
        if here.hour >= 22 or here.hour < 6:
            day = here.date() + timedelta(days=1 if here.hour >= 22 else 0)
            morning = datetime(day.year, day.month, day.day, 6, 5, tzinfo=ZONE)
            await self.stage.until(morning + self.dice.between(0, 55) * MINUTE)

    async def _acknowledges(self, hands: Hands) -> None:
        permit = await hands.permit()
        node = "accept" if permit.node is None else str(permit.node.key)
        await self.world.taps(str(permit.escalated_to[-1]), Action.ACKNOWLEDGE, hands.number, node)

    async def _accepted(self, hands: Hands) -> bool:
        who = await self._decides(hands)
        if who is not None:
            await hands.press(who, "受理")
        return await hands.status() is Status.PREPARING

    async def _prepared(self, hands: Hands) -> bool:
        await self._later(3, 25)
        if await hands.status() is not Status.PREPARING:
            return False
        leader = (await hands.permit()).leader
        await hands.tick(leader)
        await hands.analyse(leader, "火花飞溅引燃：清理周边可燃物，铺防火毯，专人监护")
        await hands.press(leader, "提交审批")
        return await hands.status() is Status.IN_REVIEW

    async def _signed(self, hands: Hands) -> bool:
        while await hands.status() is Status.IN_REVIEW:
            permit = await hands.permit()
            if len(permit.signatures) + 1 == len(permit.law.chain):
                # signed sooner, it would lapse before the end of the work
                await self.stage.until(permit.what.planned.end.astimezone(ZONE) - permit.law.max_validity + MINUTE)
            who = await self._decides(hands)
            if who is None:
                continue
            if "须在现场审批" in (await hands.card(who)).body:
                await hands.board(who)
            await hands.press(who, "同意")
        return await hands.status() is Status.ISSUED

    # --- at the place

    async def _worked(self, hands: Hands) -> None:
        permit = await hands.permit()
        await self.stage.until(permit.what.planned.start.astimezone(ZONE))
        if await hands.status() is not Status.ISSUED:
            return
        hands.figures = _Figures()
        await hands.brief()
        await hands.board(permit.guardian)
        await hands.confirm()
        await self.world.says(permit.guardian, "可燃 0.1%LEL")
        await hands.board(DUTY)  # wanted where 特级 work would have to be raised; never wrong
        await hands.start()
        await self._guarded(hands, permit.what.planned.end.astimezone(ZONE) - 25 * MINUTE)
        await self._ended(hands)

    async def _guarded(self, hands: Hands, until: datetime) -> None:
        """The guardian answers, mostly; now and then something stops the work."""
        trouble = self.dice.share() < 0.12
        while self.world.now < until and await hands.status() is Status.ACTIVE:
            await self._later(3, 6)
            permit = await hands.permit()
            if permit.status is not Status.ACTIVE:
                break
            if permit.prompt_open is not None and self.dice.share() < 0.95:
                await hands.answer()
            elif trouble and self.dice.share() < 0.15:
                await self._stopped(hands)

    async def _stopped(self, hands: Hands) -> None:
        for reason in self.dice.some(STORM, self.dice.between(1, len(STORM))):
            await self.world.writer.submit(partial(_stops, world=self.world, number=hands.number, reason=reason))
            await self.world.rows()
            await self.stage.until(self.world.now + timedelta(seconds=self.dice.between(2, 20)))

    async def _ended(self, hands: Hands) -> None:
        permit = await hands.permit()
        if not permit.live:
            return
        await hands.finish(permit.leader)
        if permit.status is Status.EXPIRED:
            return
        if permit.law.fire_watch is not None:
            await self.stage.until(self.world.now + permit.law.fire_watch + MINUTE)
        await self._later(1, 8)
        if (await hands.permit()).watch_open:
            await hands.press(permit.guardian, "确认无残火")
        await hands.close()


class _Figures(dict[str, str]):
    """Whatever a measure wants to know, in one line."""

    def get(self, _key: str, _default: object = None) -> str:
        return "灭火器2具 灭火毯1块 距离12米 6米 设备号C-01"


def _stops(tx: Tx, *, world: Telling, number: str, reason: SuspendReason) -> None:
    world.count += 1
    desk = Desk(tx, world.house, now=world.now, cause=f"month-{world.count}", sender=CLOCK, actor=None)
    desk.ask(PermitId(number), c.StopWork(by=Actor.clock(), at=world.now, reason=reason, text=reason.value))
    desk.close()
