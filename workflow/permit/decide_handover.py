"""Relief of guardian and leader: a record, everybody's signature at the place, and only then somebody else guards.

The content that was signed names the guardian it names; it is never altered. Who guards *now* is what the signed
records say. In between the work stands still; in a confined space everybody is out (domain 1.5, 4.6).
"""

from __future__ import annotations

from datetime import timedelta

from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import gates, words
from workflow.permit.case import Case, demand, no
from workflow.permit.changes import amended
from workflow.permit.conditions import evacuates, fresh_handover
from workflow.permit.gates import Moment
from workflow.permit.life import HandoverRecord
from workflow.permit.signing import at_the_place, said
from workflow.permit.state import Status
from workflow.permit.who import only, the_person
from workflow.rules.types import Role
from workflow.values import WorkType

CLAUSE = "GB 30871-2022 4.10"
EARLY = timedelta(hours=1)
"""A hand-over this long before the change of shift counts for it."""
FITNESS = frozenset({"people_distinct", "people_known", "guardian_qualified", "guardian_twice"})
"""Gates that ask whether somebody may guard at all. All the others are asked when the work resumes."""


def open_handover(case: Case, command: c.OpenHandover) -> tuple[e.Event, ...]:
    """Whoever guards or leads writes how the place stands and who takes over, and signs."""
    person = only(case, command, Role.GUARDIAN, Role.WORK_LEADER)
    permit = case.permit
    idle = permit.started_at is None
    demand(
        [no("handover.idle", "还没有开过工，不能交接", clause=CLAUSE, cure="要换监护人请重新申请") if idle else None]
    )
    demand(
        [said(command.isolation, "handover.isolation", "隔离状态"), said(command.issues, "handover.issues", "遗留问题")]
    )
    untested = permit.law.gas is not None and not permit.gas
    demand(
        [
            no("handover.gas", "没有气体分析可以交接", clause=CLAUSE, cure="请先报气体分析", button="gas_help")
            if untested
            else None,
            *_counts(case, command.people, command.tools),
            *_fit(case, command.guardian, command.leader),
            at_the_place(case, person),
        ],
        remember=True,
    )
    record = HandoverRecord(
        guardian=command.guardian,
        leader=command.leader,
        gas=tuple(one.sample for one in permit.gas),
        isolation=command.isolation,
        people=command.people,
        tools=command.tools,
        issues=command.issues,
    )
    number = permit.handovers + 1
    return (
        e.HandoverOpened(by=command.by, at=command.at, number=number, record=record),
        e.HandoverSigned(by=command.by, at=command.at, number=number),
    )


def _counts(case: Case, people: int, tools: int) -> list[Finding | None]:
    """The record says what the last count and the log say; in a confined space that is nobody."""
    permit = case.permit
    inside, carried = max(permit.people_inside or 0, len(permit.inside)), permit.tools_inside or 0
    confined = permit.what.work is WorkType.CONFINED_SPACE
    said_so = (people, tools) == (inside, carried) or (permit.people_inside is None and not confined)
    return [
        no(
            "handover.inside",
            f"里面还有{max(inside, people)}人",
            rule="受限空间交接班时全部撤出",
            clause="GB 30871-2022 6.8 a；GB 46768-2025 6.3.1",
            cure="请全部撤出并清点后再交接",
            button="count",
        )
        if confined and (inside or people)
        else None,
        None
        if said_so
        else no(
            "handover.count",
            f"交接写的是{people}人{tools}件工具，清点是{inside}人{carried}件",
            cure="请重新清点后再交接",
            button="count",
        ),
    ]


def _fit(case: Case, guardian: PersonId, leader: PersonId) -> list[Finding | None]:
    """Whether these two may guard and lead: known, qualified, apart from each other, the crew and the signers."""
    permit, facts = case.permit, case.facts
    as_if = amended(permit, {"guarding": guardian, "leading": leader})
    found = [
        finding
        for finding in gates.evaluate(Moment.RESUME, as_if, case.rules, facts)
        if finding.stops and finding.gate in FITNESS
    ]
    judges = {*(signature.person for signature in permit.signatures), permit.accepted_by, *permit.checked_by}
    signers = [
        no(
            "handover.independent",
            f"{words.name(who, facts)}审批或验过本票，不能接班监护或负责",
            clause="GB 30871-2022 4.6、4.10、4.11",
            cure="请换别人接班",
        )
        for who in dict.fromkeys((guardian, leader))
        if who in judges
    ]
    return [*found, *signers]


def sign_handover(case: Case, command: c.SignHandover) -> tuple[e.Event, ...]:
    """One of those who hand over or take over signs, at the place, while the record still says how things are."""
    person = the_person(case, command)
    permit, record = case.permit, case.permit.handover
    if record is None or record.number != command.number:
        fact = "没有等签字的交接记录" if record is None else "交接记录已重写"
        raise Refused(findings=(no("late.done", fact, cure="请看最新卡片", button="refresh"),))
    if person not in permit.handing_over:
        names = words.names(permit.handing_over, case.facts)
        fact = f"{words.name(person, case.facts)}不在这次交接里"
        raise Refused(findings=(no("who.role", fact, cure="由交班和接班的人签", who=names),), remember=True)
    mine = next((each for each in record.signed if each.person == person), None)
    again = mine is not None and fresh_handover(mine, case.at, case.rules)
    demand([no("late.done", "您已签过这次交接", cure="无需再签") if again else None])
    demand(
        [
            *_counts(case, record.record.people, record.record.tools),
            *_fit(case, record.record.guardian, record.record.leader),
            at_the_place(case, person),
        ],
        remember=True,
    )
    return (e.HandoverSigned(by=command.by, at=command.at, number=command.number),)


def shift_change_due(case: Case, command: c.ShiftChangeDue) -> tuple[e.Event, ...]:
    """The plant's shift changes: the work stands still until it is handed over. Done already just before: nothing."""
    permit = case.permit
    done = permit.handed_over_at is not None and permit.handed_over_at >= command.shift_at - EARLY
    waiting = permit.status is Status.SUSPENDED and permit.handover_due
    if permit.started_at is None or done or waiting or command.at < command.shift_at:
        return ()
    reason = c.SuspendReason.SHIFT_CHANGE
    text = f"{words.clock(command.shift_at, case.facts)}交接班"
    evacuate = evacuates(permit.what.work, reason)
    return (e.WorkSuspended(by=command.by, at=command.at, reason=reason, text=text, evacuate=evacuate),)


def not_handed_over(case: Case) -> Finding | None:
    """None unless the work stopped for a change of shift and nobody has handed over since."""
    if not case.permit.handover_due:
        return None
    return no(
        "handover.open",
        "交接班还没有签完",
        rule="交班、接班的监护人和负责人都签字后才能复工",
        clause=CLAUSE,
        cure="请填交接记录，四方在现场签字",
        who=words.names(permit_people(case), case.facts),
        button="handover",
    )


def permit_people(case: Case) -> tuple[PersonId, ...]:
    """Who must act on the hand-over: those who still have to sign it, or, with none open, those who may write it."""
    permit = case.permit
    if permit.handover is None:
        return (permit.guardian, permit.leader)
    signed = {each.person for each in permit.handover.signed}
    return tuple(person for person in permit.handing_over if person not in signed)
