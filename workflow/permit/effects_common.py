"""The pieces effects are made of: whom to tell, which timers to set and clear."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.effects import ClearTimer, Effect, Lane, Notify, Purpose, Refresh, SetTimer
from workflow.escalation import Step, climbs_from, late_from, urgent, waiting
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Permit
from workflow.permit.who import NAMED
from workflow.rules.types import Role
from workflow.values import Actor

NODE, VALIDITY, START, PROMPT, WATCH, COUNT = "node", "validity", "start", "prompt", "watch", "count"
REMIND = "remind"
STEP = (REMIND, NODE)
"""What runs while a step waits."""
SHIFT, GAS = "shift", "gas"
"""Names of the timers; each permit has at most one of a name."""
SAFETY_GROUP, MANAGEMENT_GROUP = "safety", "management"
KEEPERS = (Role.SHIFT_LEADER, Role.SITE_UNIT)
"""Who answers for the place and must hear of danger there."""


def warning(left: timedelta) -> str:
    """The name of the timer that warns this long before the end."""
    return f"warn-{left // timedelta(minutes=1)}"


Effects = tuple[Effect, ...]


def refresh(_event: e.Event, _before: Permit, after: Permit, _at: datetime) -> Effects:
    return (Refresh(permit=after.id),)


def nothing(_event: e.Event, _before: Permit, _after: Permit, _at: datetime) -> Effects:
    return ()


def clear(permit: Permit, *names: str) -> Effects:
    return tuple(ClearTimer(permit=permit.id, name=name) for name in names)


def set_timer(permit: Permit, name: str, due: datetime, command: c.Command) -> SetTimer:
    return SetTimer(permit=permit.id, name=name, due=due, command=command)


def others(people: tuple[PersonId, ...], event: e.Event) -> tuple[PersonId, ...]:
    """Each once, without the one who did it himself: he has his answer."""
    return tuple(dict.fromkeys(person for person in people if person != event.by.as_person))


def askers(permit: Permit) -> tuple[PersonId, ...]:
    return (permit.leader, permit.what.applicant)


def crew(permit: Permit) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys((permit.leader, *permit.what.workers, permit.guardian, permit.what.applicant)))


def tell(
    permit: Permit,
    purpose: Purpose,
    lane: Lane,
    *,
    people: tuple[PersonId, ...] = (),
    roles: tuple[Role, ...] = (),
    groups: tuple[str, ...] = (),
    key: str = "",
    step: str = "",
    first: bool = False,
    again: bool = False,
) -> Effects:
    """One message, or none when it would reach nobody. Roles the permit itself fills become people here."""
    named = tuple(person for role in roles if role in NAMED for person in NAMED[role](permit))
    posts = tuple(role for role in roles if role not in NAMED)
    people = tuple(dict.fromkeys((*people, *named)))
    if not (people or posts or groups):
        return ()
    told = Notify(
        permit=permit.id,
        purpose=purpose,
        lane=lane,
        people=people,
        roles=posts,
        groups=groups,
        key=key,
        step=step,
        first=first,
        again=again,
    )
    return (told,)


def ask_step(permit: Permit, purpose: Purpose, at: datetime) -> Effects:
    """Ask the step that is due now, and set the times after which it is said again and climbs; nothing when no step is
    due."""
    step = waiting(permit, at)
    if step is None:
        return ()
    key, first = f"{permit.revision}:{step.key}", not urgent(permit)
    asked = tell(permit, purpose, Lane.ACTION, roles=(step.role,), key=key, step=key, first=first)
    return (*asked, *_remind(permit, step, at), *climb(permit, step, at))


def remind_step(permit: Permit, step: Step) -> Effects:
    """Say it again to those who were asked."""
    key, first = f"{permit.revision}:{step.key}", not urgent(permit)
    return tell(permit, Purpose.REMIND, Lane.ACTION, roles=(step.role,), key=key, step=key, first=first, again=True)


def _remind(permit: Permit, step: Step, at: datetime) -> Effects:
    due = late_from(permit, step, at, permit.law.ladder.remind)
    command = c.RemindNode(by=Actor.clock(), at=due, revision=permit.revision, node=step.key)
    return (set_timer(permit, REMIND, due, command),)


def climb(permit: Permit, step: Step, at: datetime) -> Effects:
    command = c.NodeOverdue(
        by=Actor.clock(),
        at=climbs_from(permit, step, at),
        revision=permit.revision,
        node=step.key,
        level=permit.escalation_level,
    )
    return (set_timer(permit, NODE, command.at, command),)


def end_timer(permit: Permit) -> Effects:
    end = permit.valid_until or permit.what.planned.end
    return (set_timer(permit, VALIDITY, end, c.ValidityEnded(by=Actor.clock(), at=end)),)


def next_prompt(permit: Permit, at: datetime) -> Effects:
    """The next prompt: somewhere between the soonest the plant allows and the latest the rules allow.

    Beside it, on a clock of its own, the next gas record: asked for when it is due, whatever was drawn.
    """
    law, number = permit.law, permit.prompts_raised + 1
    latest = at + law.asked_every
    earliest = None if law.soonest_prompt is None else at + law.soonest_prompt
    command = c.PromptDue(by=Actor.clock(), at=latest, number=number)
    prompt = SetTimer(permit=permit.id, name=PROMPT, due=latest, command=command, earliest=earliest)
    return (prompt, *next_gas(permit, at))


def next_gas(permit: Permit, at: datetime) -> Effects:
    """When the next gas record is due, counted from the newest sample; nothing when it is overdue: then the prompts
    ask for it."""
    gas = permit.law.gas
    newest = max((record.sample.sampled_at for record in permit.gas), default=None)
    if gas is None or gas.record_every is None or newest is None or newest + gas.record_every <= at:
        return ()
    due = newest + gas.record_every
    command = c.PromptDue(by=Actor.clock(), at=due, number=permit.prompts_raised + 1, for_gas=True)
    return (set_timer(permit, GAS, due, command),)


def warnings(permit: Permit, at: datetime) -> Effects:
    """Warnings of the end that still lie ahead."""
    end = permit.valid_until or permit.what.planned.end
    ahead = [left for left in permit.law.warn_before_end if end - left > at and left not in permit.warned]
    return tuple(
        set_timer(permit, warning(left), end - left, c.ValidityEnding(by=Actor.clock(), at=end - left, left=left))
        for left in ahead
    )


def work_timers(permit: Permit) -> Effects:
    return clear(permit, START, PROMPT, GAS, VALIDITY, SHIFT, *(warning(left) for left in permit.law.warn_before_end))


def count_timer(permit: Permit, at: datetime) -> Effects:
    command = c.CountOverdue(by=Actor.clock(), at=at + permit.law.count_reminder, number=permit.count_reminders + 1)
    return (set_timer(permit, COUNT, command.at, command),)


def ask_acceptance(permit: Permit) -> Effects:
    return tell(permit, Purpose.ASK_ACCEPTANCE, Lane.ACTION, roles=permit.law.acceptance_roles)


def ask_end(permit: Permit) -> Effects:
    """What is due after the work: first whatever must be put right, then acceptance."""
    needs = permit.closing_open(permit.law.closing)
    wanted = {need.key for need in permit.law.photos if need.moment == "close"}
    guardian = () if wanted <= {photo.purpose for photo in permit.photos} else (permit.guardian,)
    if not needs:
        # without the photos nobody can accept: whoever takes them hears of it, too
        photos = tell(permit, Purpose.ASK_CLOSING, Lane.ACTION, people=guardian, key="photos")
        return (*photos, *ask_acceptance(permit))
    roles = tuple(dict.fromkeys(need.role for need in needs))
    return tell(permit, Purpose.ASK_CLOSING, Lane.ACTION, people=guardian, roles=roles)
