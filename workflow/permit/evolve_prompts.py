"""What prompts, answers, silence and excuses do to a permit."""

from __future__ import annotations

from dataclasses import replace

from workflow.permit import events as e
from workflow.permit.changes import Changes
from workflow.permit.evolve_common import impossible, not_asked
from workflow.permit.state import Permit
from workflow.permit.tasks import TRIES, Asking, Doubt
from workflow.rules.tasks import TaskKind

_AboutOne = e.PromptAnswered | e.PromptMissed | e.PromptMisanswered | e.TaskExcused


def raised(permit: Permit, event: e.PromptRaised) -> Changes:
    if event.number != permit.prompts_raised + 1:
        impossible(permit, event, f"is number {event.number} after {permit.prompts_raised}")
    return {
        "prompt_open": event.number,
        "prompt_wants_gas": event.wants_gas,
        "prompts_raised": event.number,
        "asking": Asking(at=event.at, task=event.task, draw=event.draw),
        "doubt": permit.doubt if permit.prompts_missed else None,
    }


def _asked(permit: Permit, event: _AboutOne) -> Asking:
    if event.number != permit.prompt_open or permit.asking is None:
        impossible(permit, event, f"is about {event.number}, open is {permit.prompt_open}")
    return permit.asking


def answered(permit: Permit, event: e.PromptAnswered) -> Changes:
    asking = _asked(permit, event)
    # That he could not do it is still to be read by others, though he has answered otherwise.
    return {**not_asked(), "prompts_missed": 0, "doubt": permit.doubt if asking.excused else None}


def misanswered(permit: Permit, event: e.PromptMisanswered) -> Changes:
    asking = _asked(permit, event)
    if asking.task is None or event.attempt != asking.tries + 1 or event.attempt > TRIES:
        impossible(permit, event, f"is attempt {event.attempt} after {asking.tries}")
    return {"asking": replace(asking, tries=event.attempt), "doubt": Doubt(kind=asking.task.kind, said=event.said)}


def missed(permit: Permit, event: e.PromptMissed) -> Changes:
    asking = _asked(permit, event)
    if event.wrong and asking.tries < TRIES:
        impossible(permit, event, f"is called wrong after {asking.tries} tries")
    return {**not_asked(), "prompts_missed": permit.prompts_missed + 1}


def excused(permit: Permit, event: e.TaskExcused) -> Changes:
    """Something else is asked instead. What was to be measured is no longer asked for, what the law wants always is."""
    asking = _asked(permit, event)
    if asking.task is None or asking.task.kind is not event.task or asking.excused:
        impossible(permit, event, f"excuses {event.task}")
    still = permit.prompt_wants_gas and event.task is not TaskKind.GAS
    return {
        "asking": replace(asking, task=event.instead, excused=True),
        "prompt_wants_gas": still,
        "doubt": Doubt(kind=event.task, said=None),
    }
