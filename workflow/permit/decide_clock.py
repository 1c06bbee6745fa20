"""What the clock asks. A timer set for a state that is gone decides nothing; none of these ever approves or starts."""

from __future__ import annotations

from workflow.escalation import climbing, next_rung, urgent
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case
from workflow.permit.state import Permit
from workflow.permit.who import holders, standing_by, team


def remind_node(case: Case, command: c.RemindNode) -> tuple[e.Event, ...]:
    """A step has waited a good part of its time: say it again, once, and only before it is late."""
    permit = case.permit
    step = climbing(permit, command.revision, command.node, 0, command.at)
    if step is None or permit.reminded:
        return ()
    return (e.NodeReminded(by=command.by, at=command.at, node=step.key),)


def node_overdue(case: Case, command: c.NodeOverdue) -> tuple[e.Event, ...]:
    """A step has waited its time (again): ask whoever was not asked, once, and tell the next superior, at last the duty
    leader. He waits for those alone whom the plant lets stand by: who has come to the post since makes nobody wait."""
    permit = case.permit
    step = climbing(permit, command.revision, command.node, command.level, command.at)
    if step is None:
        return ()
    deputies = () if command.level or urgent(permit) else standing_by(case, step.role)
    first = not frozenset(deputies).isdisjoint(case.facts.standby.get(step.role, ()))
    to = next_rung(
        asked=holders(case, step.role),
        told=permit.escalated_to,
        barred=team(permit),
        people=case.facts.people,
        duty_leader=case.facts.duty_leader,
    )
    climbed = e.NodeEscalated(
        by=command.by,
        at=command.at,
        node=step.key,
        level=command.level + 1,
        to=None if first else to,
        deputies=deputies,
    )
    return (climbed,)


def start_window_ended(case: Case, command: c.StartWindowEnded) -> tuple[e.Event, ...]:
    """Issued and not started in time (domain 4.2)."""
    permit = case.permit
    last = permit.start_until
    fresh = permit.revision == command.revision and permit.started_at is None
    if not fresh or last is None or command.at < last:
        return ()
    return (_expired(permit, command, "签发后未按时开工"),)


def validity_ending(case: Case, command: c.ValidityEnding) -> tuple[e.Event, ...]:
    """The end is near and people are at work: warn them once for each warning time."""
    permit = case.permit
    end = permit.valid_until
    if permit.started_at is None or end is None or command.left in permit.warned:
        return ()
    if not end - command.left <= command.at < end:
        return ()
    return (e.ValidityWarned(by=command.by, at=command.at, left=command.left),)


def validity_ended(case: Case, command: c.ValidityEnded) -> tuple[e.Event, ...]:
    """The last minute is over. A request nobody issued in time ends as well: its planned time is past."""
    permit = case.permit
    end = permit.valid_until or permit.what.planned.end
    if command.at < end:
        return ()
    why = "有效期已到" if permit.issued_at is not None else "计划时间已过，没有签发"
    return (_expired(permit, command, why),)


def _expired(permit: Permit, command: c.Command, why: str) -> e.PermitExpired:
    was_live = permit.started_at is not None or not permit.counted_out
    return e.PermitExpired(by=command.by, at=command.at, why=why, was_live=was_live)


def fire_watch_elapsed(case: Case, command: c.FireWatchElapsed) -> tuple[e.Event, ...]:
    """The watch minutes are over. Residual fire must still be ruled out by a person."""
    until = case.permit.fire_watch_until
    if until is None or case.permit.fire_watch_minutes_over or command.at < until:
        return ()
    return (e.FireWatchMinutesOver(by=command.by, at=command.at),)


def count_overdue(case: Case, command: c.CountOverdue) -> tuple[e.Event, ...]:
    """It ended, but people, tools or the watch are not recorded: say it again."""
    permit = case.permit
    if command.number != permit.count_reminders + 1 or not _count_open(permit):
        return ()
    return (e.CountReminded(by=command.by, at=command.at, number=command.number),)


def _count_open(permit: Permit) -> bool:
    """Somebody or something may be inside, or the watch has had its minutes and nobody ruled out residual fire."""
    watched = permit.watch_open and (permit.fire_watch_minutes_over or permit.fire_watch_until is None)
    return permit.live and (not permit.counted_out or watched or permit.reopening_open)


def archive(_case: Case, command: c.Archive) -> tuple[e.Event, ...]:
    """Seal a closed permit."""
    return (e.PermitArchived(by=command.by, at=command.at),)
