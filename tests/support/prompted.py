"""Random lives of running work, fast enough for thousands: one permit at work, its timers, and people as they are.

What matters is kept beside the code, by hand: when the guardian was last asked, how often he was silent or wrong, when
gas was last recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from tests.support.works import (
    BOARD,
    DIRECTOR,
    DUTY,
    GUARDIAN,
    LEADER,
    MINUTE,
    PERMIT,
    SHIFT,
    SITE,
    WORKER,
    Desk,
    at,
    facts,
    gas_rules,
    permit_rules,
    photo,
    sample,
)
from workflow.effects import ClearTimer, Effect, SetTimer
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay, Command, SuspendReason
from workflow.permit.content import GasSample
from workflow.permit.decide import decide
from workflow.permit.effects import effects
from workflow.permit.evolve import evolve, fold
from workflow.permit.state import Permit, Status
from workflow.permit.tasks import PHOTO_PURPOSE
from workflow.rules.tasks import TaskKind, TaskWeight
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

T = TypeVar("T")
SOONEST, LATEST, RECORDS = 10 * MINUTE, 30 * MINUTE, timedelta(hours=2)
PLACES = ("2号罐区", "3号罐区", "装卸站", "锅炉房")
NEXT_GUARD, NEXT_LEADER = DUTY, DIRECTOR
_KNOWN = facts(at("08:00"), elsewhere=PLACES)


@cache
def at_work(work: WorkType) -> Desk:
    """Work that has just begun, with every kind of task; gas is recorded every two hours, the air is good for eight."""
    gas = gas_rules(work, record_every=RECORDS, max_age=timedelta(hours=8), retest_after_break=timedelta(hours=8))
    weights = tuple(TaskWeight(kind=kind, weight=1) for kind in TaskKind)
    rules = permit_rules(
        work, gas=gas, prompt_earliest=SOONEST, prompt_every=LATEST, prompt_tasks=weights,
        signatures_within=timedelta(hours=1), presence_valid=timedelta(hours=8),
    )  # fmt: skip
    return Desk(work, rules=rules).reach(Status.ACTIVE)


class Luck:
    """Chance from a seed: the same life again under the same number."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, end: int) -> int:
        """0 to ``end`` - 1."""
        digest = sha256(self._state.to_bytes(32)).digest()
        self._state = int.from_bytes(digest)
        return self._state % end

    def between(self, first: timedelta, last: timedelta) -> timedelta:
        """Any time from the one to the other, in milliseconds."""
        return first + timedelta(milliseconds=self.below((last - first) // timedelta(milliseconds=1) + 1))

    def one_of(self, *weighed: tuple[int, T]) -> T:
        """One of these, by their weights."""
        ticket = self.below(sum(weight for weight, _ in weighed))
        for weight, thing in weighed:
            ticket -= weight
            if ticket < 0:
                return thing
        raise AssertionError("a ticket is below the sum of the weights")


@dataclass(slots=True)
class Life:
    """One life. ``faults`` holds what must never be, in words; it stays empty."""

    luck: Luck
    work: WorkType
    permit: Permit = field(init=False)
    now: datetime = field(init=False)
    timers: dict[str, SetTimer] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    asked_at: datetime = field(init=False)
    misses: int = 0
    tries: int = 0
    events: list[e.Event] = field(default_factory=list)
    gaps: list[timedelta] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = at_work(self.work)
        self.permit, self.now, self.events = desk.permit, desk.now, list(desk.events)
        self.asked_at = self.now
        self.follow(effect for effect in desk.done if isinstance(effect, SetTimer | ClearTimer))

    # --- the machinery

    def follow(self, wanted: Iterable[Effect]) -> None:
        for effect in wanted:
            if isinstance(effect, ClearTimer):
                for name in [effect.name] if effect.name else list(self.timers):
                    self.timers.pop(name, None)
                    self.due.pop(name, None)
            elif isinstance(effect, SetTimer):
                self.timers[effect.name] = effect
                self.due[effect.name] = self.draw(effect)

    def draw(self, timer: SetTimer) -> datetime:
        if timer.earliest is None:
            return timer.due
        return timer.earliest + self.luck.between(timedelta(0), timer.due - timer.earliest)

    def ask(self, command: Command) -> tuple[e.Event, ...]:
        known = replace(_KNOWN, at=self.now)
        found = decide(self.permit, command, at_work(self.work).book, known)
        for event in found:
            before, self.permit = self.permit, evolve(self.permit, event)
            self.events.append(event)
            self.judge(event)
            self.follow(effects(event, before, self.permit, event.at))
        return found

    def by(self, who: PersonId, kind: type[Any], **parts: Any) -> Any:
        return kind(by=Actor.person(who), at=self.now, **parts)

    # --- what must be

    def judge(self, event: e.Event) -> None:
        self.seen[type(event).__name__] += 1
        match event:
            case e.PromptRaised():
                gap = event.at - self.asked_at
                self.gaps.append(gap)
                if gap > LATEST:
                    self.faults.append(f"asked after {gap}")
                newest = max(record.sample.sampled_at for record in self.permit.gas)
                if not event.wants_gas and newest + RECORDS < event.at:
                    self.faults.append(f"a gas record {event.at - newest} old was not asked for")
                self.asked_at, self.tries = event.at, 0
            case e.PromptMisanswered():
                self.tries += 1
            case e.PromptMissed():
                self.misses += 1
            case e.PromptAnswered():
                self.misses = 0
                if self.tries > 1:
                    self.faults.append("answered after two wrong answers")
            case e.WorkResumed():
                self.asked_at, self.misses, self.tries = event.at, 0, 0
            case _:
                pass

    def look(self) -> None:
        """What must hold between any two acts."""
        active = self.permit.status is Status.ACTIVE
        if active and self.misses >= 2:
            self.faults.append("work goes on after two misses")
        if active and self.tries >= 2 and self.permit.prompt_open is not None:
            self.faults.append("a prompt outlives two wrong answers")
        if active and ("prompt" not in self.due or self.due["prompt"] > self.asked_at + LATEST):
            self.faults.append("nobody will ask in time")
        if active and self.work is WorkType.CONFINED_SPACE:
            newest = max(record.sample.sampled_at for record in self.permit.gas)
            if not self.permit.prompt_wants_gas and self.due.get("gas", newest + 2 * RECORDS) > newest + RECORDS:
                self.faults.append("nobody will ask for the gas record in time")

    # --- what people do

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            if self.permit.status is Status.EXPIRED:
                return
            if self.permit.status is Status.ACTIVE:
                self.luck.one_of((12, self.waits), (1, self.stops), (2, self.restarts))()
            else:
                self.comes_back()
            self.look()

    def waits(self) -> None:
        """Until the next timer of the watch, and then he answers, or does not."""
        name = min(("prompt", "gas"), key=lambda one: self.due.get(one, self.due["prompt"] + LATEST))
        timer, self.now = self.timers[name], max(self.now, self.due[name])
        number = f"{self.luck.below(1 << 64):x}"
        command = timer.command
        if isinstance(command, c.PromptDue):
            drawn = number if timer.earliest is not None else ""
            self.ask(replace(command, at=self.now, draw=drawn))
        if name == "gas":
            self.due.pop(name, None)
        if self.permit.prompt_open is not None:
            # he does something before the next timer, or nothing at all
            left = min(self.due[one] for one in ("prompt", "gas") if one in self.due) - self.now
            self.now += self.luck.between(timedelta(0), min(left, 5 * MINUTE))
            self.luck.one_of((8, self.right), (2, self.wrong), (2, self.silent), (1, self.excuse))()

    def right(self) -> None:
        asking = self.permit.asking
        assert asking is not None
        guard, number = self.permit.guardian, self.permit.prompt_open
        kind = asking.task.kind if asking.task is not None else TaskKind.TAP
        if self.permit.prompt_wants_gas:
            self.ask(self.by(guard, c.RecordGas, sample=self.sample()))
        elif kind is TaskKind.PHOTO:
            media = photo(f"{self.now.timestamp()}")
            self.ask(self.by(guard, c.AddPhoto, purpose=PHOTO_PURPOSE, media=media, camera=True))
        elif kind is TaskKind.BOARD:
            self.ask(self.by(guard, c.AnswerPrompt, number=number, answer=BOARD))
        else:
            right = asking.task.right if asking.task is not None else ""
            self.ask(self.by(guard, c.AnswerPrompt, number=number, answer=right))
        if self.permit.prompt_open is not None:
            self.faults.append(f"a right answer to {kind} did not count")

    def sample(self) -> GasSample:
        values = {"o2": "20.9", "h2s": "1"} if self.work is WorkType.CONFINED_SPACE else {}
        return sample(self.now, values)

    def wrong(self) -> None:
        """Wrong once or twice, where an answer can be wrong."""
        for _ in range(self.luck.below(2) + 1):
            task = self.permit.asking.task if self.permit.asking is not None else None
            if task is None or task.kind not in {TaskKind.PLACE, TaskKind.WORK, TaskKind.BOARD}:
                return
            if self.permit.status is Status.ACTIVE:
                self.ask(self.by(self.permit.guardian, c.AnswerPrompt, number=self.permit.prompt_open, answer="不对"))

    def silent(self) -> None:
        self.seen["silence"] += 1

    def excuse(self) -> None:
        task = self.permit.asking.task if self.permit.asking is not None else None
        if task is not None and task.kind in {TaskKind.PHOTO, TaskKind.BOARD}:
            self.ask(self.by(self.permit.guardian, c.ExcuseTask, number=self.permit.prompt_open))

    def stops(self) -> None:
        self.now += self.luck.between(timedelta(0), MINUTE)
        reason = self.luck.one_of((1, SuspendReason.STOP_WORK), (1, SuspendReason.SHIFT_CHANGE))
        self.ask(self.by(WORKER, c.StopWork, reason=reason))

    def restarts(self) -> None:
        """The machine falls over and comes up again: what is left is the journal, and the rows with their moments."""
        self.seen["restart"] += 1
        if fold(PERMIT, SITE, self.events) != self.permit:
            self.faults.append("the journal tells another permit")

    def comes_back(self) -> None:
        """Everybody at the place, the relief if there is one, a new test, both signatures."""
        self.now += self.luck.between(2 * MINUTE, 20 * MINUTE)
        if self.permit.handover_due:
            self._relieve()
        guard, leader = self.permit.guardian, self.permit.leader
        for who in (guard, leader):
            self._comes(who)
            if who not in self.permit.briefed:
                self.ask(self.by(who, c.SignBriefing))
        self.ask(self.by(SHIFT, c.RecordGas, sample=self.sample()))
        for role, who in ((Role.GUARDIAN, guard), (Role.WORK_LEADER, leader)):
            self.ask(self.by(who, c.Resume, role=role, cause_removed="已消除"))
        assert self.permit.status is Status.ACTIVE

    def _relieve(self) -> None:
        first = self.permit.guardian == GUARDIAN
        guard, leader = (NEXT_GUARD, NEXT_LEADER) if first else (GUARDIAN, LEADER)
        out = self.permit.guardian
        everybody = (out, self.permit.leader, guard, leader)
        for who in everybody:
            self._comes(who)
        said = {"guardian": guard, "leader": leader, "people": 0, "tools": 0, "isolation": "未变", "issues": "无"}
        self.ask(self.by(out, c.OpenHandover, **said))
        for who in everybody[1:]:
            self.ask(self.by(who, c.SignHandover, number=self.permit.handovers))

    def _comes(self, who: PersonId) -> None:
        self.now += MINUTE
        self.ask(self.by(who, c.CheckIn, way=CheckInWay.BOARD_CODE, code=BOARD))
