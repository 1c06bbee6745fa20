"""Effects of entries, reliefs, the things put right at the end, and permits of one job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workflow.effects import AskPermit, Lane, Purpose, Refresh
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.effects_common import COUNT, SHIFT, Effects, ask_end, clear, count_timer, others, set_timer, tell
from workflow.permit.life import LinkChange
from workflow.permit.state import Permit, Status
from workflow.values import Actor, WorkType

_DAY = timedelta(days=1)


def next_shift(permit: Permit, at: datetime) -> Effects:
    """The next change of shift; none when the plant has not said when its shifts change."""
    changes = permit.law.shift_changes
    if not changes:
        return ()
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    due = min(when for change in changes for when in (midnight + change, midnight + change + _DAY) if when > at)
    return (set_timer(permit, SHIFT, due, c.ShiftChangeDue(by=Actor.clock(), at=due, shift_at=due)),)


# --- entries --------------------------------------------------------------------------------------------------------


def counted(_event: e.Event, _before: Permit, after: Permit, at: datetime) -> Effects:
    """Somebody counted inside after all was closed: the reminders begin again; nobody any more: they end."""
    if after.status not in {Status.EXPIRED, Status.VOIDED}:
        return (Refresh(permit=after.id),)
    timer = count_timer(after, at) if after.live else clear(after, COUNT)
    return (*timer, Refresh(permit=after.id))


# --- reliefs --------------------------------------------------------------------------------------------------------


def handover_opened(event: e.HandoverOpened, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """Those who have not signed yet are asked to; the one who wrote it has."""
    people = others(after.handing_over, event)
    told = tell(after, Purpose.ASK_HANDOVER, Lane.ACTION, people=people, key=str(event.number))
    return (*told, Refresh(permit=after.id))


# --- the end --------------------------------------------------------------------------------------------------------


def closing_confirmed(_event: e.ClosingConfirmed, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """The last one leads on to acceptance; what kept the place taken no longer does."""
    open_ones = after.closing_open(after.law.closing)
    asked = () if open_ones or after.watch_open else ask_end(after)
    counted_out = after.counted_out and not after.reopening_open and not after.watch_open
    return (*(clear(after, COUNT) if counted_out else ()), *asked, Refresh(permit=after.id))


# --- permits of one job ---------------------------------------------------------------------------------------------

_WHAT = {
    LinkChange.SUSPENDED: "已停工",
    LinkChange.FINISHED: "作业已结束",
    LinkChange.DEAD: "已作废、取消或过期",
}
_NAMES = {
    WorkType.HOT: "动火",
    WorkType.CONFINED_SPACE: "受限空间",
    WorkType.BLIND: "盲板抽堵",
    WorkType.HEIGHT: "高处",
    WorkType.LIFT: "吊装",
    WorkType.POWER: "临时用电",
    WorkType.EARTH: "动土",
    WorkType.ROAD: "断路",
}


def ask_linked(permit: Permit, change: LinkChange, at: datetime, *, evacuate: bool = False) -> Effects:
    """Tell every permit of the job what became of this one."""
    text = f"关联的{_NAMES[permit.what.work]}票{permit.id}{_WHAT[change]}"
    command = c.LinkedChanged(
        by=Actor.clock(),
        at=at,
        number=permit.id,
        work=permit.what.work,
        change=change,
        text=text,
        evacuate=evacuate,
    )
    numbers = dict.fromkeys((*permit.what.linked, *(each.number for each in permit.job)))
    key = f"{permit.id}@{permit.version}"
    return tuple(AskPermit(permit=number, command=command, key=key) for number in numbers if number != permit.id)


def note_links(permit: Permit, at: datetime) -> Effects:
    """Every permit this one cites hears that it does."""
    command = c.NoteLink(by=Actor.clock(), at=at, number=permit.id, work=permit.what.work)
    key = f"{permit.id}@{permit.version}"
    return tuple(
        AskPermit(permit=number, command=command, key=key) for number in permit.what.linked if number != permit.id
    )


def link_noted(event: e.LinkNoted, _before: Permit, after: Permit, at: datetime) -> Effects:
    """Who made itself known hears in return what this one is; to whoever knows it already that is no news.

    Also when this one cites the other: the permits of a job name each other before all of them exist.
    """
    if after.content is None:
        return ()
    command = c.NoteLink(by=Actor.clock(), at=at, number=after.id, work=after.what.work)
    return (AskPermit(permit=event.number, command=command, key=f"{after.id}@{after.version}"),)


def linked_changed(event: e.LinkedPermitChanged, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """Told by a push where no stop follows that tells it anyway."""
    at_work = after.status in {Status.ACTIVE, Status.SUSPENDED}
    stops = at_work and event.number in after.what.linked
    quiet = event.change is LinkChange.SUSPENDED or stops
    told = tell(
        after,
        Purpose.LINKED,
        Lane.ACTION,
        people=() if quiet else (after.leader, after.what.applicant),
        key=f"{event.number}:{event.change}",
    )
    return (*told, Refresh(permit=after.id))
