"""Steps before the work: from the request to the last signature."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cards import words, words_steps
from cards.buttons import Action
from cards.card import Choice, Option
from cards.step import Step, button
from cards.views import PermitView
from cards.wecom_limits import APP
from workflow.effects import Purpose
from workflow.permit.state import Permit
from workflow.rules.types import Measure, Role

_MINUTE: Final = timedelta(minutes=1)


def draft(view: PermitView) -> Step:
    if Role.APPLICANT not in view.roles:
        return Step()
    return Step(hint=words_steps.HINT_RETURNED, buttons=(button(view, Action.EDIT), button(view, Action.CANCEL)))


def submitted(view: PermitView) -> Step:
    if view.viewer in view.asked:
        actions = (Action.ACCEPT, Action.RETURN, Action.REJECT, Action.WHY, Action.REFRESH)
        return Step(
            hint=_waited(view) + words_steps.HINT_ACCEPT, buttons=tuple(button(view, action) for action in actions)
        )
    if view.viewer in view.permit.escalated_to:
        return _escalated(view, "accept")
    if Role.APPLICANT in view.roles:
        return Step(hint=words_steps.HINT_WAIT, buttons=(button(view, Action.CANCEL), button(view, Action.REFRESH)))
    return Step()


def _escalated(view: PermitView, node: str) -> Step:
    """Whoever the waiting climbed to. Once somebody took charge nothing is left to press."""
    if view.permit.escalation_acknowledged:
        return Step()
    buttons = (button(view, Action.ACKNOWLEDGE, node), button(view, Action.REFRESH))
    return Step(hint=_waited(view) + words_steps.HINT_ESCALATED, buttons=buttons)


def _waited(view: PermitView) -> str:
    """Why somebody hears of a step others have had: how long is left, for whom to stand in, that all were asked."""
    permit = view.permit
    if view.purpose is Purpose.REMIND and view.late_at is not None and view.now < view.late_at:
        left = -((view.now - view.late_at) // _MINUTE) * _MINUTE
        return words_steps.HINT_LEFT.format(left=words.span(left), until=_until(view.late_at, view))
    if view.viewer in permit.deputised:
        names = [view.name(one) for one in view.asked if one not in (*permit.deputised, *permit.escalated_to)]
        return words_steps.HINT_DEPUTY.format(names="、".join(names[:2]) or words_steps.SOMEBODY)
    if permit.escalated_to[:1] != (view.viewer,) or permit.deputised or permit.escalation_acknowledged:
        return ""
    held = any(one not in permit.escalated_to for one in view.asked)
    return words_steps.HINT_ALL_ASKED if held else words_steps.HINT_NO_HOLDER


def _until(moment: datetime, view: PermitView) -> str:
    """A time of day; with the day where it is another one: in quiet hours the clock stands still."""
    clock = words.clock(moment, view.zone)
    today = moment.astimezone(view.zone).date() == view.now.astimezone(view.zone).date()
    return clock if today else f"{words.day(moment, view.zone)} {clock}"


def open_measures(permit: Permit) -> tuple[Measure, ...]:
    """Checklist items whose 是否涉及 nobody has answered yet."""
    unknown = [m for m in permit.law.measures if (s := permit.measures.get(m.no)) is None or s.involved is None]
    return tuple(unknown)


def preparing(view: PermitView) -> Step:
    permit = view.permit
    if Role.WORK_LEADER not in view.roles:
        return Step(hint=view.ways.preparing) if Role.GUARDIAN in view.roles else Step()
    if open_measures(permit):
        return _choose_measures(view)
    if permit.jsa is None:
        buttons = (button(view, Action.JSA), button(view, Action.CANCEL), button(view, Action.REFRESH))
        return Step(hint=words_steps.HINT_JSA, buttons=buttons)
    actions = (Action.REVIEW, Action.WHY, Action.CANCEL, Action.REFRESH)
    return Step(hint=words_steps.HINT_REVIEW, buttons=tuple(button(view, action) for action in actions))


MOST_TICKS = 20
"""A card shows no more ticks; a longer checklist comes in pages."""


def measures_page(permit: Permit, page: int) -> tuple[Measure, ...]:
    """One page of the checklist: the same items for the card and for whoever takes its ticks."""
    return permit.law.measures[page * MOST_TICKS : (page + 1) * MOST_TICKS]


def _choose_measures(view: PermitView) -> Step:
    """The checklist's first page that is not answered, the proposed items ticked. Not ticked = 不涉及, by this
    person's word."""
    permit = view.permit
    still_open = open_measures(permit)
    page = next(at // MOST_TICKS for at, measure in enumerate(permit.law.measures) if measure in still_open)
    listed = measures_page(permit, page)
    options = tuple(Option(id=m.no, text=f"{m.no} {m.label}", chosen=_proposed(permit, m)) for m in listed)
    choice = Choice(key="measures", title=words_steps.HINT_MEASURES, options=options, many=True)
    press = button(view, Action.MEASURES, str(page) if page else "")
    return Step(hint=words_steps.HINT_MEASURES, choices=(choice,), submit=press)


def written_out(permit: Permit) -> tuple[str, ...]:
    """Every item of the checklist that a tick cannot show whole, whole: what is ticked must have been read."""
    rows = (f"{measure.no} {measure.label}" for measure in permit.law.measures)
    return tuple(row for row in rows if len(row) > APP.lengths.tick)


def _proposed(permit: Permit, measure: Measure) -> bool:
    state = permit.measures.get(measure.no)
    if state is not None and state.involved is not None:
        return state.involved
    return measure.trigger == "always" or measure.trigger in permit.what.facts.triggers


def in_review(view: PermitView) -> Step:
    node = view.permit.node
    if node is None:
        return Step()
    if view.viewer in view.asked or view.viewer in view.permit.escalated_to:
        buttons = [button(view, Action.APPROVE, node.key), button(view, Action.RETURN, node.key)]
        buttons += [button(view, Action.REJECT, node.key), button(view, Action.WHY), button(view, Action.REFRESH)]
        if view.viewer in view.permit.escalated_to and not view.permit.escalation_acknowledged:
            buttons.insert(1, button(view, Action.ACKNOWLEDGE, node.key))
        hint = view.ways.approve_at_site if node.at_site else words_steps.HINT_APPROVE
        return Step(hint=_waited(view) + hint, buttons=tuple(buttons))
    if Role.APPLICANT in view.roles or Role.WORK_LEADER in view.roles:
        return Step(hint=words_steps.HINT_WAIT, buttons=(button(view, Action.CANCEL), button(view, Action.REFRESH)))
    return Step()
