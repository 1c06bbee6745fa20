"""Emergency work without a permit: never refused for want of paper, always numbered, accounted for and judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workflow.deviation import commands as c
from workflow.deviation import events as e
from workflow.deviation.clock import level, overdue
from workflow.deviation.decide import Facts, decide
from workflow.deviation.evolve import evolve, fold
from workflow.deviation.state import Deviation, Emergency, Stage
from workflow.errors import ImpossibleEvent, Refused
from workflow.ids import AreaId, DeviationId, PersonId, SiteId
from workflow.plant import Person
from workflow.values import Actor, WorkType

ID, SITE = DeviationId("PC-HC-20260318-001"), SiteId("hc")
SHIFT, DUTY, SAFETY, OTHER_SAFETY, WORKER, GONE = map(PersonId, ("shift", "duty", "sun", "qian", "wang", "zhou"))
AT = datetime(2026, 3, 18, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAK = Emergency(work=WorkType.HOT, area=AreaId("tk"), place="2号罐", why="法兰泄漏，要马上堵")
ACCOUNT = "01:30 法兰泄漏，李强带两人戴正压呼吸器堵漏，检测 LEL 为 0，02:10 撤出，来不及等审批。"


@dataclass(slots=True)
class Log:
    """One deviation and what the office knows around it."""

    facts: Facts = field(
        default_factory=lambda: Facts(
            people={
                one: Person(id=one, site=SITE, name=f"人{one}", department="", active=one != GONE)
                for one in (SHIFT, DUTY, SAFETY, OTHER_SAFETY, WORKER, GONE)
            },
            leaders=(SHIFT, SAFETY, OTHER_SAFETY),
            heads=(DUTY,),
            safety=(SAFETY, OTHER_SAFETY),
            used=0,
            quota=3,
        )
    )
    now: datetime = AT
    state: Deviation = field(default_factory=lambda: Deviation(id=ID, site=SITE))
    events: list[e.Event] = field(default_factory=list)

    def ask(self, who: PersonId, kind: type[Any], **parts: Any) -> list[str]:
        found = decide(self.state, kind(by=Actor.person(who), at=self.now, **parts), self.facts)
        for event in found:
            self.state = evolve(self.state, event)
            self.events.append(event)
        assert fold(ID, SITE, self.events) == self.state
        return [type(event).__name__ for event in found]

    def refused(self, who: PersonId, kind: type[Any], **parts: Any) -> str:
        before = self.state
        with pytest.raises(Refused) as refusal:
            self.ask(who, kind, **parts)
        assert self.state == before
        (finding,) = refusal.value.findings
        assert finding.cure
        return finding.gate

    def used(self, times: int) -> Log:
        self.facts = replace(self.facts, used=times)
        return self


def opened() -> Log:
    log = Log()
    assert log.ask(SHIFT, c.Open, what=LEAK) == ["DeviationOpened"]
    return log


def recorded(after: timedelta = HOUR) -> Log:
    log = opened()
    log.now += min(after, HOUR)
    log.ask(SHIFT, c.End)
    log.now = AT + after
    log.ask(SHIFT, c.Record, account=ACCOUNT)
    return log


def test_the_whole_life() -> None:
    log = opened()
    assert log.ask(WORKER, c.Note, text="LEL 0，风向北") == ["DeviationNoted"]
    assert log.refused(SHIFT, c.Record, account=ACCOUNT) == "deviation.running"
    assert log.ask(SHIFT, c.End) == ["EmergencyEnded"]
    assert log.refused(SHIFT, c.End) == "deviation.done"
    assert log.ask(SHIFT, c.Record, account=ACCOUNT) == ["AccountRecorded"]
    assert log.ask(SAFETY, c.Judge, judgement="属实；补办演练") == ["DeviationJudged"]
    assert (log.state.stage, log.state.late, log.state.opened_at) == (Stage.CLOSED, False, AT)
    for who, kind, parts in (
        (SHIFT, c.Open, {"what": LEAK}), (WORKER, c.Note, {"text": "x"}), (SHIFT, c.End, {}),
        (SHIFT, c.Record, {"account": ACCOUNT}), (OTHER_SAFETY, c.Judge, {"judgement": "x"}),
    ):  # fmt: skip
        assert log.refused(who, kind, **parts).startswith("deviation.")


@pytest.mark.parametrize(("after", "late"), [(48 * HOUR, False), (48 * HOUR + timedelta(seconds=1), True)])
def test_an_account_after_48_hours_is_late_for_good(after: timedelta, *, late: bool) -> None:
    log = recorded(after)
    assert log.state.late is late
    assert log.state.recorded_at == AT + after  # never dated back
    log.now += HOUR
    log.ask(SHIFT, c.Record, account=ACCOUNT + "补充。")
    assert log.state.late is (late or after + HOUR > 48 * HOUR)


def test_the_month_has_a_quota_and_an_emergency_beyond_it_a_head() -> None:
    log = Log().used(2)
    assert log.ask(SHIFT, c.Open, what=LEAK) == ["DeviationOpened"]
    assert not log.state.over_quota
    log = Log().used(3)
    assert log.refused(SHIFT, c.Open, what=LEAK) == "deviation.quota"
    assert log.ask(DUTY, c.Open, what=LEAK) == ["DeviationOpened"]
    assert log.state.over_quota


def test_only_who_leads_at_the_place_opens_it_and_says_why() -> None:
    assert Log().refused(WORKER, c.Open, what=LEAK) == "who.role"
    assert Log().refused(GONE, c.Open, what=LEAK) == "who.known"
    assert Log().refused(SHIFT, c.Open, what=replace(LEAK, why=" ")) == "deviation.why"


def test_only_who_leads_ends_it_and_gives_the_account() -> None:
    log = opened()
    assert log.refused(WORKER, c.End) == "who.role"
    log.ask(SAFETY, c.End)
    assert log.refused(WORKER, c.Record, account=ACCOUNT) == "who.role"
    assert log.refused(SHIFT, c.Record, account="已处理") == "deviation.account"


def test_somebody_else_of_the_safety_department_judges() -> None:
    log = Log()
    log.ask(SAFETY, c.Open, what=LEAK)
    log.ask(SAFETY, c.End)
    assert log.refused(OTHER_SAFETY, c.Judge, judgement="x") == "deviation.recorded"
    log.ask(SHIFT, c.Record, account=ACCOUNT)
    assert log.refused(SHIFT, c.Judge, judgement="x") == "who.role"
    assert log.refused(SAFETY, c.Judge, judgement="x") == "who.independent"
    assert log.refused(OTHER_SAFETY, c.Judge, judgement=" ") == "deviation.judgement"
    log.ask(OTHER_SAFETY, c.Judge, judgement="属实")


def test_devices_and_strangers_ask_nothing() -> None:
    for by in (Actor.clock(), Actor.person(PersonId("nobody"))):
        with pytest.raises(Refused):
            decide(opened().state, c.End(by=by, at=AT), Log().facts)


@pytest.mark.parametrize(
    ("hours", "wanted"), [(0, 0), (23, 0), (24, 1), (39, 1), (40, 2), (47, 2), (48, 3), (71, 3), (72, 4), (96, 5)]
)
def test_the_clock_asks_twice_before_and_once_a_day_after(hours: int, wanted: int) -> None:
    state = opened().state
    assert level(state, AT + hours * HOUR) == wanted
    assert overdue(state, AT + hours * HOUR) is (hours >= 48)


def test_nobody_is_asked_for_what_is_there() -> None:
    assert level(recorded().state, AT + 100 * HOUR) == 0
    assert level(Log().state, AT) == 0


def event(kind: type[Any], who: PersonId | None = SHIFT, **parts: Any) -> e.Event:
    by = Actor.clock() if who is None else Actor.person(who)
    made: e.Event = kind(by=by, at=AT, **parts)
    return made


@pytest.mark.parametrize(
    ("log", "strange"),
    [
        (Log(), event(e.EmergencyEnded)),
        (opened(), event(e.DeviationOpened, what=LEAK, over_quota=False)),
        (opened(), event(e.AccountRecorded, account="x", late=False)),
        (opened(), event(e.DeviationJudged, judgement="x")),
        (recorded(), event(e.EmergencyEnded)),
        (recorded(), event(e.DeviationJudged, judgement="by the one who opened it")),
        (recorded(), event(e.DeviationJudged, None, judgement="by the clock")),
    ],
)
def test_what_cannot_have_happened_is_never_folded(log: Log, strange: e.Event) -> None:
    with pytest.raises(ImpossibleEvent):
        evolve(log.state, strange)


def test_an_end_twice_is_impossible() -> None:
    log = opened()
    log.ask(SHIFT, c.End)
    with pytest.raises(ImpossibleEvent):
        evolve(log.state, event(e.EmergencyEnded))
