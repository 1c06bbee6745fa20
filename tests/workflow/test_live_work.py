"""Random lives that begin with live work, held against a small model of the site that knows nothing of the code.

The model keeps its own truth: who stands where, how the air is at each point, whether it moves, whose certificate is
good, when work was stopped and why. After every step the permit may not claim more than the site allows. Counters make
sure that the dangerous states were really reached; a run that never got there is red.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.works import (
    APPLICANT,
    BOARD,
    CHIEF,
    CLOCK,
    GAS_HEAD,
    GUARDIAN,
    LEADER,
    MINUTE,
    SAFETY,
    SECOND,
    SHIFT,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    gas_rules,
    permit_rules,
    sample,
)
from workflow.effects import ClearTimer, SetTimer
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.state import Status
from workflow.plant import CertificateStatus
from workflow.rules.types import CertificateNeed, Role
from workflow.values import Actor, WorkType

EVERYBODY = [APPLICANT, LEADER, WORKER, SECOND, GUARDIAN, UNIT_HEAD, SAFETY, CHIEF, SHIFT, STRANGER]
POINTS = ["上部", "下部"]
WELDER = CertificateNeed(role=Role.WORKER, kinds=("2.1",), when=(), blocks=True, clause="4.9", label="焊接")
RESUMERS = {Role.GUARDIAN: GUARDIAN, Role.WORK_LEADER: LEADER}
BAD_AIR = {
    SuspendReason.GAS, SuspendReason.VENTILATION, SuspendReason.DEVICE_ALARM, SuspendReason.DEVICE_SILENT,
    SuspendReason.SUDDEN_RELEASE,
}  # fmt: skip
OVER = {Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED, Status.EXPIRED, Status.VOIDED}

people = st.sampled_from(EVERYBODY)
points = st.sampled_from(POINTS)
roles = st.sampled_from([Role.GUARDIAN, Role.WORK_LEADER, Role.SHIFT_LEADER, Role.SITE_UNIT])
reporters = st.sampled_from([Actor.person(WORKER), Actor.person(STRANGER), GAS_HEAD])


class Site:
    """The truth of the place, kept by hand."""

    def __init__(self, desk: Desk) -> None:
        self.confined = desk.work is WorkType.CONFINED_SPACE
        self.guardian_since: datetime | None = desk.now
        self.bad_points: dict[str, datetime] = {}
        self.tested_at: dict[str, datetime] = {"东侧": desk.now}
        self.air_moves = self.confined
        self.mechanical_since: datetime | None = desk.now if self.confined else None
        self.ever_bad = False
        self.welder_certified = True
        self.stopped_since: datetime | None = None
        self.last_stop: datetime | None = None
        self.stop_reasons: set[SuspendReason] = set()
        self.finished = False
        self.inside = 0
        self.watch_until: datetime | None = None

    @property
    def safe(self) -> bool:
        """Whether anybody may work here now."""
        moving = self.air_moves or not self.confined
        return self.guardian_since is not None and not self.bad_points and moving and self.welder_certified

    def sampled(self, point: str, drawn: datetime, good: bool) -> None:
        if good:
            if point in self.bad_points and drawn > self.bad_points[point]:
                del self.bad_points[point]
            self.tested_at[point] = max(drawn, self.tested_at.get(point, drawn))
            return
        self.bad_points[point] = drawn
        self.tested_at.pop(point, None)
        if self.confined:
            self.tested_at.clear()
            self.ever_bad = True

    def stopped(self, at: datetime, reason: SuspendReason) -> None:
        if self.stopped_since is None:
            self.stopped_since = at
            self.stop_reasons = set()
        self.last_stop = at
        self.stop_reasons.add(reason)


def _old_enough(machine: LiveWork) -> bool:
    """Work goes on for a while before somebody ends it: the danger is in the middle."""
    return machine.steps > 12


class LiveWork(RuleBasedStateMachine):
    """Starts with work going on; anybody may do anything; nothing unlawful may come of it."""

    reached: ClassVar[Counter[str]] = Counter()

    @initialize(work=st.sampled_from([WorkType.HOT, WorkType.CONFINED_SPACE]))
    def live_work(self, work: WorkType) -> None:
        rules = permit_rules(work, certificates=(WELDER,), gas=gas_rules(work))
        self.desk = Desk(work, rules=rules).reach(Status.ACTIVE)
        self.site = Site(self.desk)
        self.timers: dict[str, SetTimer] = {}
        self.heard = 0
        self.over: Status | None = None
        self.steps = 0
        self._hear()
        assert self.desk.permit.status is Status.ACTIVE

    # --- doing ---

    def do(self, command: c.Command) -> list[e.Event]:
        """Ask; what comes of it must be lawful. A refusal is an answer."""
        before = self.desk.permit.status
        try:
            found = list(self.desk.ask(command))
        except Refused as refused:
            self._refused(command, refused.findings)
            return []
        for event in found:
            self._seen(event, command)
        self._hear()
        after = self.desk.permit.status
        if before in OVER - {Status.CLOSED}:
            assert after is before, "what has ended came back"
        if found and after is Status.ACTIVE:
            assert self.site.safe, f"{type(command).__name__} left work going on in an unsafe place"
        return found

    def danger(self, command: c.Command, name: str) -> None:
        """As `do`; if work was going on it is stopped by this very command."""
        active = self.desk.permit.status is Status.ACTIVE
        self.do(command)
        if active:
            assert self.desk.permit.status is not Status.ACTIVE, f"{name} did not stop the work"
            self.reached[f"stopped by {name}"] += 1

    def _refused(self, command: c.Command, findings: tuple[Finding, ...]) -> None:
        if isinstance(command, c.Resume):
            for finding in findings:
                self.reached[f"resume refused: {finding.gate}"] += 1
        assert not isinstance(command, c.StopWork) or self._already_stopped(), "a stop was refused"

    def _already_stopped(self) -> bool:
        return self.desk.permit.status in {Status.SUSPENDED, Status.COMPLETED} | OVER

    def _hear(self) -> None:
        """Keep the timers as the agenda would."""
        for effect in self.desk.done[self.heard :]:
            if isinstance(effect, SetTimer):
                self.timers[effect.name] = effect
            elif isinstance(effect, ClearTimer):
                gone = list(self.timers) if not effect.name else [effect.name]
                for name in gone:
                    self.timers.pop(name, None)
        self.heard = len(self.desk.done)

    def _seen(self, event: e.Event, command: c.Command) -> None:
        self.reached[type(event).__name__] += 1
        seen = _SEEN.get(type(event))
        if seen is not None:
            seen(self, event, command)

    def _on_stop(self, event: e.WorkSuspended, _command: c.Command) -> None:
        self.reached[f"suspended: {event.reason}"] += 1
        assert event.evacuate or not self.site.confined, "a stop in a confined space left people inside"
        if self.desk.permit.status in {Status.SUSPENDED, Status.EXPIRED}:
            self.site.stopped(event.at, event.reason)

    def _on_resume(self, event: e.WorkResumed, command: c.Command) -> None:
        site, permit = self.site, self.desk.permit
        assert isinstance(command, c.Resume), "work resumed without a resume"
        assert command.by.as_person in RESUMERS.values(), "resumed by somebody else"
        signed = {signature.role: signature for signature in permit.resume_signatures}
        assert site.last_stop is not None
        assert site.stopped_since is not None
        for role, who in RESUMERS.items():
            assert signed[role].person == who
            assert signed[role].at >= site.last_stop, "a signature from before the newest stop"
            assert event.at - signed[role].at <= 15 * MINUTE, "a signature that had grown old"
        assert site.safe, "work resumed in an unsafe place"
        pause = event.at - site.stopped_since
        if site.confined or pause > 30 * MINUTE or site.stop_reasons & BAD_AIR:
            assert site.tested_at, "resumed without any test"
            assert all(drawn > site.last_stop for drawn in site.tested_at.values()), "resumed without a new test"
            assert all(event.at - drawn <= 30 * MINUTE for drawn in site.tested_at.values()), "resumed on an old test"
        if site.confined and site.ever_bad:
            since = site.mechanical_since
            assert since is not None, "resumed after a failed test without mechanical ventilation"
            assert all(drawn >= since for drawn in site.tested_at.values())
            self.reached["resumed after a failed entry test"] += 1
        self.reached[f"resumed: {self.desk.work}"] += 1
        site.stopped_since = None

    def _on_end(self, event: e.PermitExpired | e.PermitVoided, _command: c.Command) -> None:
        if not self.site.finished:
            self.reached[f"{type(event).__name__} with people at the place"] += 1
            assert self.desk.permit.was_live_at_end

    def _on_finish(self, event: e.WorkFinished, _command: c.Command) -> None:
        assert self.site.inside == 0, "finished with people counted inside"
        self.site.finished = True

    def _on_watch(self, event: e.FireWatchStarted, _command: c.Command) -> None:
        assert not self.site.confined
        if self.site.watch_until is not None:
            self.reached["watch begun anew"] += 1
        self.site.watch_until = event.until

    def _on_watch_end(self, event: e.FireWatchEnded, command: c.Command) -> None:
        assert self.site.watch_until is not None
        assert event.at >= self.site.watch_until, "the watch ended early"
        assert command.by.as_person is not None, "nobody ruled out residual fire"

    def _on_close(self, event: e.PermitClosed, _command: c.Command) -> None:
        permit = self.desk.permit
        assert self.site.finished
        assert self.site.inside == 0
        assert self.site.confined or permit.fire_watch_ended
        signed = {signature.role: signature.person for signature in permit.acceptance}
        assert signed == {Role.WORK_LEADER: LEADER, Role.SITE_UNIT: UNIT_HEAD}
        self.reached[f"closed: {self.desk.work}"] += 1

    # --- what may happen at any time ---

    @rule(minutes=st.sampled_from([1, 4, 13, 31]), late=st.booleans())
    def time_passes(self, minutes: int, late: bool) -> None:
        """The clock moves; the agenda fires what is due, now and then late."""
        self.desk.later(minutes * MINUTE)
        if late:
            self.reached["agenda late"] += 1
        else:
            self._fire()

    @rule()
    def the_guardian_falls_asleep(self) -> None:
        for _ in range(4):
            self.desk.later(30 * MINUTE)
            self._fire()

    @precondition(_old_enough)
    @rule(late=st.booleans())
    def the_day_ends(self, late: bool) -> None:
        end = self.desk.permit.valid_until
        assert end is not None
        self.desk.now = max(self.desk.now, end)
        if not late:
            self._fire()

    def _fire(self) -> None:
        for _ in range(20):
            due = sorted((t for t in self.timers.values() if t.due <= self.desk.now), key=lambda t: t.due)
            if not due:
                return
            timer = self.timers.pop(due[0].name)
            self.do(replace(timer.command, at=self.desk.now))

    @rule(point=points, by=reporters, air=st.sampled_from(["30", "100"]))
    def bad_air(self, point: str, by: Actor, air: str) -> None:
        desk = self.desk
        values = {"methane": air, "point": point} | ({"o2": "20.9", "h2s": "1"} if self.site.confined else {})
        if desk.permit.status in {Status.ACTIVE, Status.SUSPENDED}:
            self.site.sampled(point, desk.now, good=False)
        self.danger(c.RecordGas(by=by, at=desk.now, sample=sample(desk.now, values)), "bad air")

    @rule(point=points, minutes_ago=st.sampled_from([0, 3, 40]), who=st.sampled_from([GUARDIAN, SHIFT, WORKER]))
    def good_air(self, point: str, minutes_ago: int, who: PersonId) -> None:
        self._test(point, self.desk.now - minutes_ago * MINUTE, who)

    def _test(self, point: str, drawn: datetime, who: PersonId) -> None:
        values = {"point": point} | ({"o2": "20.9", "h2s": "1"} if self.site.confined else {})
        taken = who is not WORKER and self.desk.permit.status in {Status.ACTIVE, Status.SUSPENDED}
        command = self.desk.by(who, c.RecordGas, sample=sample(drawn, values))
        known = any(record.sample == command.sample for record in self.desk.permit.gas)
        if taken and not known:
            self.site.sampled(point, drawn, good=True)
        self.do(command)

    @rule(by=reporters)
    def guardian_leaves(self, by: Actor) -> None:
        self.site.guardian_since = None
        self.danger(c.LeaveSite(by=by, at=self.desk.now, person=GUARDIAN), "guardian leaving")

    @rule(who=people)
    def somebody_checks_in(self, who: PersonId) -> None:
        self._check_in(who)

    def _check_in(self, who: PersonId) -> None:
        heard = self.desk.permit.status not in OVER | {Status.COMPLETED, Status.CLOSED} - {Status.EXPIRED}
        if who == GUARDIAN and heard:
            self.site.guardian_since = self.desk.now
        self.do(self.desk.by(who, c.CheckIn, way=CheckInWay.BOARD_CODE, code=BOARD))

    @rule(by=reporters)
    def air_stands_still(self, by: Actor) -> None:
        if self.desk.permit.status in {Status.ACTIVE, Status.SUSPENDED}:
            self._air(False)
        command = c.ReportVentilation(by=by, at=self.desk.now, running=False, mechanical=False)
        if self.site.confined:
            self.danger(command, "standing air")
        else:
            self.do(command)

    def _air(self, moves: bool) -> None:
        site = self.site
        site.air_moves = moves
        site.mechanical_since = (site.mechanical_since or self.desk.now) if moves else None
        if not moves and site.confined:
            site.tested_at.clear()

    @rule()
    def air_moves_again(self) -> None:
        if self.desk.permit.status in {Status.ACTIVE, Status.SUSPENDED} and self.site.confined:
            self._air(True)
        self.do(self.desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))

    @rule(good=st.booleans())
    def certificate_is_looked_up(self, good: bool) -> None:
        """The register changes; the core hears of it with the next sign of life."""
        desk = self.desk
        known = desk.facts().people
        status = CertificateStatus.REGISTERED if good else CertificateStatus.REVOKED
        cards = tuple(replace(one, status=status) for one in known[WORKER].certificates)
        desk.changed["people"] = {**known, WORKER: replace(known[WORKER], certificates=cards)}
        self.site.welder_certified = good
        command = desk.by(SECOND, c.AddNote, text="x")
        if good:
            self.do(command)
        else:
            self.danger(command, "a revoked certificate")

    @rule(by=st.sampled_from([*map(Actor.person, EVERYBODY), GAS_HEAD, CLOCK]), reason=st.sampled_from(SuspendReason))
    def stop(self, by: Actor, reason: SuspendReason) -> None:
        self.danger(c.StopWork(by=by, at=self.desk.now, reason=reason), "the stop-work right")

    @rule(who=people, role=roles, said=st.sampled_from(["", "已消除"]))
    def somebody_resumes(self, who: PersonId, role: Role, said: str) -> None:
        self.do(self.desk.by(who, c.Resume, role=role, cause_removed=said))

    @rule(gap=st.sampled_from([0, 1, 16]), skip=st.sampled_from([None, None, None, "guardian", "air", "test"]))
    def the_crew_recovers(self, gap: int, skip: str | None) -> None:
        """What a good crew does after a stop; now and then it forgets something."""
        desk = self.desk
        if desk.permit.status is not Status.SUSPENDED:
            return
        desk.later(2 * MINUTE)
        if skip != "air" and self.site.confined and not self.site.air_moves:
            self.air_moves_again()
        for point in POINTS:
            if skip != "test":
                self._test(point, desk.now, SHIFT)
        self._test("东侧", desk.now, SHIFT) if skip != "test" else None
        for who in (LEADER, *(() if skip == "guardian" else (GUARDIAN,))):
            self._check_in(who)
        for role, who in RESUMERS.items():
            self.do(desk.by(who, c.Resume, role=role, cause_removed="已消除"))
            desk.later(gap * MINUTE)

    @rule(who=people, role=roles)
    def somebody_starts(self, who: PersonId, role: Role) -> None:
        assert not self.do(self.desk.by(who, c.Start, role=role)), "work that ran was started again"

    @rule(who=st.sampled_from([GUARDIAN, GUARDIAN, LEADER]))
    def a_prompt_is_answered(self, who: PersonId) -> None:
        permit = self.desk.permit
        if permit.prompt_open is not None:
            if permit.prompt_wants_gas:
                self._test("东侧", self.desk.now, GUARDIAN)
            self.do(self.desk.by(who, c.AnswerPrompt, number=permit.prompt_open))

    @rule(who=people, inside=st.sampled_from([0, 0, 2]))
    def somebody_counts(self, who: PersonId, inside: int) -> None:
        if any(isinstance(event, e.PeopleCounted) for event in self.do(
            self.desk.by(who, c.CountPeople, people=inside, tools=0)
        )):  # fmt: skip
            self.site.inside = inside

    @precondition(_old_enough)
    @rule(who=st.sampled_from([LEADER, GUARDIAN, WORKER, UNIT_HEAD]), inside=st.sampled_from([0, 0, 1]))
    def somebody_finishes(self, who: PersonId, inside: int) -> None:
        if self.desk.permit.people_inside and inside == 0:
            self.reached["finish tried with people counted inside"] += 1
        found = self.do(self.desk.by(who, c.Finish, people_inside=inside, tools_inside=0))
        assert not (found and inside), "finished with people inside"

    @rule()
    def fire_breaks_out_anew(self) -> None:
        if self.desk.permit.status is Status.FIRE_WATCH:
            self.stop(Actor.person(WORKER), SuspendReason.EMERGENCY)

    @rule(who=people)
    def somebody_ends_the_watch(self, who: PersonId) -> None:
        self.do(self.desk.by(who, c.EndFireWatch))

    @rule(who=people, role=st.sampled_from([Role.WORK_LEADER, Role.SITE_UNIT, Role.ACCEPTOR]))
    def somebody_accepts(self, who: PersonId, role: Role) -> None:
        self.do(self.desk.by(who, c.SignAcceptance, role=role))

    @precondition(_old_enough)
    @rule()
    def all_is_brought_to_an_end(self) -> None:
        """The orderly way out from wherever it stands."""
        desk = self.desk
        if self.site.inside:
            desk.later(MINUTE)
            self.somebody_counts(GUARDIAN, 0)
        self.do(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
        desk.later(31 * MINUTE)
        self.do(desk.by(GUARDIAN, c.EndFireWatch))
        for who, role in ((LEADER, Role.WORK_LEADER), (UNIT_HEAD, Role.SITE_UNIT)):
            self.do(desk.by(who, c.SignAcceptance, role=role))

    @precondition(_old_enough)
    @rule(who=st.sampled_from([SAFETY, UNIT_HEAD, LEADER]))
    def somebody_voids(self, who: PersonId) -> None:
        self.do(self.desk.by(who, c.Void, reason="条件改变"))

    @rule(who=people)
    def old_papers_are_tried_again(self, who: PersonId) -> None:
        """Requests, approvals and the like have no business with work that was issued."""
        desk = self.desk
        for command in (
            desk.approve(who, "approver"),
            desk.by(who, c.AcceptRequest),
            desk.by(who, c.RequestReview),
            desk.by(who, c.ReturnForChange, node=None, reason="x"),
            desk.by(who, c.Cancel, reason="x"),
        ):
            assert not self.do(command), f"{type(command).__name__} was heard after the issue"

    # --- what always holds ---

    @invariant()
    def time_goes_on(self) -> None:
        self.steps += 1

    @invariant()
    def nobody_approved_his_own_work(self) -> None:
        signed = [signature.person for signature in self.desk.permit.signatures]
        assert not set(signed) & {APPLICANT, LEADER, WORKER, SECOND, GUARDIAN}
        assert len(signed) == len(set(signed)) == 3

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        status = self.desk.permit.status
        if self.over is not None:
            assert status is self.over or (self.over, status) == (Status.CLOSED, Status.ARCHIVED)
        self.over = status if status in OVER else None

    @invariant()
    def people_who_may_be_inside_keep_the_permit_live(self) -> None:
        permit = self.desk.permit
        if not self.site.finished or self.site.inside:
            assert permit.live, "a permit was dropped while people may be inside"

    @invariant()
    def somebody_looks_after_everything_that_is_live(self) -> None:
        """A live permit always has a timer that will come back to it."""
        permit = self.desk.permit
        names = set(self.timers)
        if permit.status is Status.ACTIVE:
            assert {"prompt", "validity"} <= names
        elif permit.status is Status.SUSPENDED:
            assert "validity" in names
        elif permit.live and not permit.fire_watch_ended:
            assert names & {"watch", "count"}
        elif permit.status is Status.CLOSED:
            assert not names


_SEEN: dict[type[e.Event], Callable[..., None]] = {
    e.WorkSuspended: LiveWork._on_stop,
    e.WorkResumed: LiveWork._on_resume,
    e.PermitExpired: LiveWork._on_end,
    e.PermitVoided: LiveWork._on_end,
    e.WorkFinished: LiveWork._on_finish,
    e.FireWatchStarted: LiveWork._on_watch,
    e.FireWatchEnded: LiveWork._on_watch_end,
    e.PermitClosed: LiveWork._on_close,
}

MUST_REACH = {
    "stopped by bad air": 20,
    "stopped by guardian leaving": 15,
    "stopped by standing air": 5,
    "stopped by a revoked certificate": 3,
    "stopped by the stop-work right": 15,
    "suspended: gas": 30,
    "suspended: guardian_left": 15,
    "suspended: guardian_silent": 10,
    "suspended: ventilation": 10,
    "suspended: certificate": 5,
    "resumed: hot": 10,
    "resumed: cs": 3,
    "resumed after a failed entry test": 2,
    "resume refused: gas_fresh": 20,
    "resume refused: guardian_present": 4,
    "resume refused: certs_valid": 1,
    "resume refused: who.role": 20,
    "PermitExpired with people at the place": 20,
    "PermitVoided with people at the place": 5,
    "CountReminded": 20,
    "finish tried with people counted inside": 5,
    "watch begun anew": 5,
    "FireWatchEnded": 20,
    "closed: hot": 10,
    "closed: cs": 10,
    "agenda late": 30,
}
"""How often each of these must have happened at least. They are what the machine is for."""


MOST_ROUNDS = 5


def _run(examples: int, steps: int) -> dict[str, int]:
    """Random lives, round by round until every dangerous state was reached; what is missing after the last round.

    What Hypothesis draws depends on the modules a process has loaded, so one round alone is not the same everywhere.
    """
    LiveWork.reached.clear()
    phases = [Phase.generate] if os.environ.get("PERMITBOT_NO_SHRINK") else list(Phase)
    how = settings(max_examples=examples, stateful_step_count=steps, phases=phases)
    missed: dict[str, int] = {}
    for number in range(MOST_ROUNDS):
        run_state_machine_as_test(seed(number)(LiveWork), settings=how)
        missed = {what: LiveWork.reached[what] for what, least in MUST_REACH.items() if LiveWork.reached[what] < least}
        if not missed:
            break
    return missed


def test_live_work_never_goes_on_where_it_is_not_safe() -> None:
    missed = _run(examples=200, steps=40)
    assert not missed, f"the run never got where it is dangerous: {missed}"


@pytest.mark.deep
def test_live_work_at_length() -> None:
    examples = int(os.environ.get("PERMITBOT_DEEP_EXAMPLES", "3000"))
    assert not _run(examples=examples, steps=80)
