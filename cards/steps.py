"""What this viewer may do now: one table from status to the step shown, one function per status.

A step holds a hint (what to do next, in a sentence), an alarm (when something must not be overlooked), and the buttons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cards import words
from cards.buttons import Action, Press
from cards.card import Button, Choice, Option, Style
from cards.views import PermitView
from workflow.permit.again import outdated
from workflow.permit.gates_items import miswritten
from workflow.permit.state import Permit, Status
from workflow.rules.types import Measure, Role
from workflow.values import WorkType

_STYLE: dict[Action, Style] = {
    Action.APPROVE: Style.PRIMARY,
    Action.ACCEPT: Style.PRIMARY,
    Action.REVIEW: Style.PRIMARY,
    Action.MEASURES: Style.PRIMARY,
    Action.CONFIRM: Style.PRIMARY,
    Action.START: Style.PRIMARY,
    Action.RESUME: Style.PRIMARY,
    Action.PROMPT: Style.PRIMARY,
    Action.END_WATCH: Style.PRIMARY,
    Action.ACCEPTANCE: Style.PRIMARY,
    Action.HANDOVER: Style.PRIMARY,
    Action.CLOSING: Style.PRIMARY,
    Action.STOP: Style.DANGER,
    Action.REJECT: Style.DANGER,
    Action.VOID: Style.DANGER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due for this viewer."""

    hint: str = ""
    alarm: str = ""
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    submit: Button | None = None


def button(view: PermitView, action: Action, arg: str = "", text: str | None = None) -> Button:
    """One button of this permit for this viewer."""
    press = Press(action=action, subject=view.permit.id, revision=view.permit.revision, arg=arg)
    return Button(text=text or words.BUTTON[action], token=view.seal(press), style=_STYLE.get(action, Style.NORMAL))


def step_for(view: PermitView) -> Step:
    """The step of the viewer in the permit's status."""
    return _STEPS[view.permit.status](view)


# --- before work ----------------------------------------------------------------------------------------------------


def _draft(view: PermitView) -> Step:
    if Role.APPLICANT not in view.roles:
        return Step()
    return Step(hint=words.HINT_RETURNED, buttons=(button(view, Action.EDIT), button(view, Action.CANCEL)))


def _submitted(view: PermitView) -> Step:
    if view.viewer in view.asked:
        actions = (Action.ACCEPT, Action.RETURN, Action.REJECT, Action.WHY, Action.REFRESH)
        return Step(hint=words.HINT_ACCEPT, buttons=tuple(button(view, action) for action in actions))
    if view.viewer in view.permit.escalated_to:
        return _escalated(view, "accept")
    if Role.APPLICANT in view.roles:
        return Step(hint=words.HINT_WAIT, buttons=(button(view, Action.CANCEL), button(view, Action.REFRESH)))
    return Step()


def _escalated(view: PermitView, node: str) -> Step:
    """Whoever the waiting climbed to. Once somebody took charge nothing is left to press."""
    if view.permit.escalation_acknowledged:
        return Step()
    return Step(
        hint=words.HINT_ESCALATED, buttons=(button(view, Action.ACKNOWLEDGE, node), button(view, Action.REFRESH))
    )


def open_measures(permit: Permit) -> tuple[Measure, ...]:
    """Checklist items whose 是否涉及 nobody has answered yet."""
    unknown = [m for m in permit.law.measures if (s := permit.measures.get(m.no)) is None or s.involved is None]
    return tuple(unknown)


def _preparing(view: PermitView) -> Step:
    permit = view.permit
    if Role.WORK_LEADER not in view.roles:
        return Step(hint=words.HINT_PREPARING) if Role.GUARDIAN in view.roles else Step()
    if open_measures(permit):
        return _choose_measures(view)
    if permit.jsa is None:
        buttons = (button(view, Action.JSA), button(view, Action.CANCEL), button(view, Action.REFRESH))
        return Step(hint=words.HINT_JSA, buttons=buttons)
    actions = (Action.REVIEW, Action.WHY, Action.CANCEL, Action.REFRESH)
    return Step(hint=words.HINT_REVIEW, buttons=tuple(button(view, action) for action in actions))


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
    choice = Choice(key="measures", title=words.HINT_MEASURES, options=options, many=True)
    press = button(view, Action.MEASURES, str(page) if page else "")
    return Step(hint=words.HINT_MEASURES, choices=(choice,), submit=press)


def _proposed(permit: Permit, measure: Measure) -> bool:
    state = permit.measures.get(measure.no)
    if state is not None and state.involved is not None:
        return state.involved
    return measure.trigger == "always" or measure.trigger in permit.what.facts.triggers


def _in_review(view: PermitView) -> Step:
    node = view.permit.node
    if node is None:
        return Step()
    if view.viewer in view.asked or view.viewer in view.permit.escalated_to:
        buttons = [button(view, Action.APPROVE, node.key), button(view, Action.RETURN, node.key)]
        buttons += [button(view, Action.REJECT, node.key), button(view, Action.WHY), button(view, Action.REFRESH)]
        if view.viewer in view.permit.escalated_to and not view.permit.escalation_acknowledged:
            buttons.insert(1, button(view, Action.ACKNOWLEDGE, node.key))
        hint = words.HINT_APPROVE_AT_SITE if node.at_site else words.HINT_APPROVE
        return Step(hint=hint, buttons=tuple(buttons))
    if Role.APPLICANT in view.roles or Role.WORK_LEADER in view.roles:
        return Step(hint=words.HINT_WAIT, buttons=(button(view, Action.CANCEL), button(view, Action.REFRESH)))
    return Step()


# --- on site --------------------------------------------------------------------------------------------------------


def unconfirmed(permit: Permit) -> tuple[Measure, ...]:
    """Involved checklist items that nobody has confirmed on site yet."""
    return tuple(
        m
        for m in permit.law.measures
        if (state := permit.measures.get(m.no)) is not None and state.involved and state.confirmed_by is None
    )


def to_confirm(view: PermitView) -> tuple[Measure, ...]:
    """What the guardian has to confirm on site now: not yet, or before a stop or on another day, or figures that the
    rules do not take."""
    permit = view.permit
    again = (*outdated(permit, permit.law, view.now, view.zone), *miswritten(permit, permit.law))
    return (*unconfirmed(permit), *dict.fromkeys(again))


def missing_photos(permit: Permit, moment: str) -> tuple[str, ...]:
    """Labels of photos the rules want at a moment and that nobody has taken with the camera, or only doubtful ones."""
    taken = {photo.purpose for photo in permit.photos if photo.fresh and not photo.doubtful}
    return tuple(need.label for need in permit.law.photos if need.moment == moment and need.key not in taken)


def _issued(view: PermitView) -> Step:
    buttons: list[Button] = []
    hint = ""
    if _must_brief(view):
        buttons.append(button(view, Action.BRIEF))
        hint = words.HINT_BRIEF
    if Role.GUARDIAN in view.roles:
        guard = _guardian_step(view)
        buttons += guard.buttons
        hint = guard.hint or hint
    if _may_start(view):
        buttons.append(button(view, Action.START, _start_role(view).value))
        hint = hint or words.HINT_START
    if buttons or view.roles & {Role.WORK_LEADER, Role.GUARDIAN, Role.APPLICANT}:
        buttons += [button(view, Action.WHY), button(view, Action.REFRESH)]
    if Role.APPLICANT in view.roles or Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.CANCEL))
    return Step(hint=hint, buttons=tuple(buttons[:6]))


def _must_brief(view: PermitView) -> bool:
    if view.viewer in view.permit.briefed:
        return False
    if view.roles & {Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN}:
        return True
    briefed_by_somebody = any(person in view.briefers for person in view.permit.briefed)
    return view.viewer in view.briefers and not briefed_by_somebody


def _start_role(view: PermitView) -> Role:
    signed = {signature.role for signature in view.permit.start_signatures}
    return next(role for role in view.permit.law.start_roles if role in view.roles and role not in signed)


def _may_start(view: PermitView) -> bool:
    signed = {signature.role for signature in view.permit.start_signatures}
    mine = [role for role in view.permit.law.start_roles if role in view.roles and role not in signed]
    if Role.GUARDIAN in mine:
        return not to_confirm(view) and view.viewer in view.permit.presence
    return bool(mine)


def _confirm_hint(view: PermitView, rest: tuple[Measure, ...]) -> str:
    """The item whose turn it is, and how many are done; or what the tapped one still wants."""
    item, total = rest[0], sum(1 for state in view.permit.measures.values() if state.involved)
    if view.expecting is not None and view.expecting[0] == item.no:
        return words.HINT_EXPECT[view.expecting[1]].format(no=item.no, text=item.label)
    return words.HINT_CONFIRM.format(done=total - len(rest) + 1, total=total, no=item.no, text=item.label)


def _guardian_step(view: PermitView) -> Step:
    """The guardian's next thing: be there, then item by item, photos, gas."""
    permit = view.permit
    if view.viewer not in permit.presence:
        return Step(hint=words.HINT_SCAN)
    rest = to_confirm(view)
    if rest:
        return Step(hint=_confirm_hint(view, rest), buttons=(button(view, Action.CONFIRM, rest[0].no),))
    photos = missing_photos(permit, "start")
    if photos:
        return Step(hint=words.HINT_PHOTO.format(what="、".join(photos)))
    air = _air(view)
    if permit.law.gas is not None and not (permit.gas and permit.gas[-1].passed):
        return Step(hint=words.HINT_GAS, buttons=(button(view, Action.GAS_HELP), *air))
    return Step(hint=words.HINT_VENTILATION, buttons=air) if air else Step()


def _air(view: PermitView) -> tuple[Button, ...]:
    """The report of ventilation that is still missing: mechanical where the rules or a failed test ask for it."""
    permit, gas = view.permit, view.permit.law.gas
    if gas is None:
        return ()
    mechanical = gas.mechanical or (gas.ventilate_after_failure and permit.gas_failed_once)
    if mechanical and not (permit.ventilation_running and permit.ventilation_mechanical):
        return (button(view, Action.VENTILATION, "mechanical", words.MECHANICAL_AIR),)
    if gas.ventilation_always and not permit.ventilation_running:
        return (button(view, Action.VENTILATION, "on"),)
    return ()


# --- work -----------------------------------------------------------------------------------------------------------


def _active(view: PermitView) -> Step:
    permit = view.permit
    buttons: list[Button] = []
    hint = ""
    alarm = ""
    if Role.GUARDIAN in view.roles:
        hint = words.HINT_GUARD
        if permit.prompt_open is not None:
            alarm = words.ALARM_PROMPT_GAS if permit.prompt_wants_gas else words.ALARM_PROMPT
            if not permit.prompt_wants_gas:
                buttons.append(button(view, Action.PROMPT, str(permit.prompt_open)))
    if view.roles & {Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN} or view.viewer in view.asked:
        buttons.append(button(view, Action.STOP))
    buttons += _log(view)
    if Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.FINISH))
        hint = hint or words.HINT_FINISH
    if buttons:
        buttons.append(button(view, Action.REFRESH))
    return Step(hint=hint, alarm=alarm, buttons=tuple(buttons))


def _log(view: PermitView) -> tuple[Button, ...]:
    """The entry log: for whoever guards a space, and wherever names were logged."""
    kept = view.permit.what.work is WorkType.CONFINED_SPACE or view.permit.log_kept
    return (button(view, Action.LOG),) if kept and Role.GUARDIAN in view.roles else ()


_SHORT = 30
"""Characters of what one crew tells the next that fit on a card; the page has all of it."""


def _handover(view: PermitView) -> tuple[str, tuple[Button, ...]]:
    """The hint and the tap of a hand-over: to sign the open record, or to write one."""
    permit, record = view.permit, view.permit.handover
    if record is None:
        if permit.handover_due and view.viewer in {permit.guardian, permit.leader}:
            return words.HINT_HANDOVER, (button(view, Action.HANDOVER),)
        return "", ()
    signed = {each.person for each in record.signed}
    if view.viewer not in permit.handing_over or view.viewer in signed:
        return "", ()
    said = record.record
    hint = words.HINT_SIGN_HANDOVER.format(
        guardian=view.name(said.guardian),
        leader=view.name(said.leader),
        isolation=said.isolation[:_SHORT],
        people=said.people,
        tools=said.tools,
        issues=said.issues[:_SHORT],
    )
    return hint, (button(view, Action.HANDOVER, str(record.number), words.SIGN_HANDOVER),)


def stopped_by(permit: Permit) -> str:
    """「气体分析不合格：可燃 0.8%vol」, or nothing when no stop is in force."""
    stop = permit.suspension
    if stop is None:
        return ""
    reason = words.SUSPENDED[stop.reasons[-1]]
    return f"{reason}：{stop.text}" if stop.text else reason


def _suspended(view: PermitView) -> Step:
    permit = view.permit
    alarm = words.ALARM_SUSPENDED.format(reason=stopped_by(permit))
    buttons: list[Button] = []
    signed = {signature.role for signature in permit.resume_signatures}
    wanted = permit.law.resume_roles
    if permit.started_at is None:
        wanted = tuple(dict.fromkeys((*permit.law.start_roles, *wanted)))
    mine = [role for role in wanted if role in view.roles and role not in signed]
    relief, signing = _handover(view)
    buttons += signing
    if view.viewer in {permit.guarding, permit.leading} and view.viewer not in permit.briefed:
        buttons.append(button(view, Action.BRIEF))
        relief = relief or words.HINT_BRIEF
    hint = words.HINT_RESUME if mine else ""
    if Role.GUARDIAN in view.roles:
        rest = to_confirm(view)
        if rest:
            hint = _confirm_hint(view, rest)
            buttons.append(button(view, Action.CONFIRM, rest[0].no))
        buttons += _air(view)
    if permit.inside:
        buttons += _log(view)
    if mine and not permit.handover_due:
        buttons.append(button(view, Action.RESUME, mine[0].value))
    if Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.FINISH))
    if Role.SITE_UNIT in view.roles or Role.SAFETY_DEPT in view.roles:
        buttons.append(button(view, Action.VOID))
    if buttons:
        buttons += [button(view, Action.WHY), button(view, Action.REFRESH)]
    return Step(hint=relief or hint, alarm=alarm, buttons=tuple(buttons[:6]))


# --- the end --------------------------------------------------------------------------------------------------------


def _aftermath(view: PermitView) -> Step:
    """Completed, on watch, or ended with people possibly still at the place."""
    permit = view.permit
    buttons: list[Button] = []
    hint = ""
    alarm = ""
    if not permit.counted_out:
        alarm = words.ALARM_COUNT
        if permit.inside:
            alarm = words.ALARM_INSIDE.format(names="、".join(view.name(one.person) for one in permit.inside))
            buttons += _log(view)
        if view.roles & {Role.WORK_LEADER, Role.GUARDIAN}:
            buttons.append(button(view, Action.FINISH))
    if permit.fire_watch_until is not None and not permit.fire_watch_ended and Role.GUARDIAN in view.roles:
        hint = words.HINT_WATCH_OVER if permit.fire_watch_minutes_over else words.HINT_WATCH
        if permit.fire_watch_minutes_over:
            buttons.append(button(view, Action.END_WATCH))
        buttons.append(button(view, Action.STOP, text="又起火了"))
    watch_done = permit.law.fire_watch is None or permit.fire_watch_ended
    signed = {signature.role for signature in permit.acceptance}
    mine = [role for role in permit.law.acceptance_roles if role in view.roles and role not in signed]
    ended = watch_done and permit.counted_out and permit.started_at is not None
    open_ones = permit.closing_open(permit.law.closing)
    yours = [need for need in open_ones if need.role in view.roles]
    if yours and permit.finished_at is not None:
        buttons += [button(view, Action.CLOSING, need.key, need.label[:10]) for need in yours[:3]]
        hint = words.HINT_CLOSING.format(label=yours[0].label)
    photos = "、".join(missing_photos(permit, "close")) if permit.started_at is not None else ""
    if mine and ended and not open_ones:
        buttons.append(button(view, Action.ACCEPTANCE, mine[0].value))
        hint = words.HINT_PHOTO_FIRST.format(what=photos) if photos else words.HINT_ACCEPTANCE
    if photos and ended and not yours and view.roles & {Role.GUARDIAN, Role.WORK_LEADER}:
        hint = words.HINT_PHOTO.format(what=photos)
    dead = permit.status in {Status.EXPIRED, Status.VOIDED} and not permit.live
    if dead and view.roles & {Role.APPLICANT, Role.WORK_LEADER}:
        buttons += [button(view, Action.AGAIN), button(view, Action.COPY)]
    if buttons:
        buttons.append(button(view, Action.REFRESH))
    return Step(hint=hint, alarm=alarm, buttons=tuple(buttons[:6]))


def _ended(_view: PermitView) -> Step:
    return Step()


_STEPS: dict[Status, Callable[[PermitView], Step]] = {
    Status.DRAFT: _draft,
    Status.SUBMITTED: _submitted,
    Status.PREPARING: _preparing,
    Status.IN_REVIEW: _in_review,
    Status.ISSUED: _issued,
    Status.ACTIVE: _active,
    Status.SUSPENDED: _suspended,
    Status.COMPLETED: _aftermath,
    Status.FIRE_WATCH: _aftermath,
    Status.CLOSED: _ended,
    Status.ARCHIVED: _ended,
    Status.REJECTED: _ended,
    Status.CANCELLED: _ended,
    Status.EXPIRED: _aftermath,
    Status.VOIDED: _aftermath,
}
