"""Steps on site: before the start, at work, and while it is stopped."""

from __future__ import annotations

from collections.abc import Iterator

from cards import words, words_steps
from cards.buttons import Action
from cards.card import Button
from cards.prompting import asked, look_after
from cards.said_stop import without_order
from cards.step import Step, button
from cards.views import PermitView
from workflow.permit.again import LOOK, WEATHER, confirmable, outdated
from workflow.permit.conditions import evacuates
from workflow.permit.gates_items import miswritten
from workflow.permit.state import Permit
from workflow.rules.types import Measure, Role
from workflow.values import WorkType

_SKY_GATES = frozenset({"wind_stop", "weather_stop"})


def unconfirmed(permit: Permit) -> tuple[Measure, ...]:
    """Involved checklist items that nobody has confirmed on site yet."""
    return tuple(
        m
        for m in permit.law.measures
        if (state := permit.measures.get(m.no)) is not None and state.involved and state.confirmed_by is None
    )


def to_confirm(view: PermitView) -> tuple[Measure, ...]:
    """What the guardian has to confirm on site now: not yet, or before a stop or on another day, or figures that the
    rules do not take, or a sky of which bad was heard since."""
    permit = view.permit
    again = (*outdated(permit, permit.law, view.now, view.zone), *miswritten(permit, permit.law), *_sky(view))
    return (*unconfirmed(permit), *dict.fromkeys(again))


def _sky(view: PermitView) -> Iterator[Measure]:
    """The item for the weather, where it was confirmed and a gate asks for another look; or else the look itself."""
    if any(one.gate in _SKY_GATES and one.stops and one.button == Action.CONFIRM for one in view.findings):
        for measure in confirmable(view.permit.law):
            state = view.permit.measures.get(measure.no)
            confirmed = state is not None and state.confirmed_by is not None
            if measure is LOOK or (measure.gate == WEATHER and confirmed):
                yield measure


def missing_photos(permit: Permit, moment: str) -> tuple[str, ...]:
    """Labels of photos the rules want at a moment and that nobody has taken with the camera, or only doubtful ones."""
    taken = {photo.purpose for photo in permit.photos if photo.fresh and not photo.doubtful}
    return tuple(need.label for need in permit.law.photos if need.moment == moment and need.key not in taken)


def issued(view: PermitView) -> Step:
    buttons: list[Button] = []
    hint = ""
    if _must_brief(view):
        buttons.append(button(view, Action.BRIEF))
        hint = words_steps.HINT_GIVE_BRIEF if _briefs(view) else words_steps.HINT_BRIEF
    if Role.GUARDIAN in view.roles:
        guard = _guardian_step(view)
        buttons += guard.buttons
        hint = guard.hint or hint
    if _may_start(view):
        buttons.append(button(view, Action.START, _start_role(view).value))
        hint = hint or words_steps.HINT_START
    if buttons or view.roles & {Role.WORK_LEADER, Role.GUARDIAN, Role.APPLICANT}:
        buttons += [button(view, Action.WHY), button(view, Action.REFRESH)]
    if Role.APPLICANT in view.roles or Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.CANCEL))
    return Step(hint=hint, buttons=tuple(buttons[:6]))


def _briefs(view: PermitView) -> bool:
    """Whether the viewer is the one who gives the briefing, not one of those who hear it."""
    hears = view.roles & {Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN}
    return view.viewer in view.briefers and not hears


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
    item, known = rest[0], view.permit.measures
    total = sum(1 for state in known.values() if state.involved) + (LOOK in rest and LOOK.no not in known)
    if view.expecting is not None and view.expecting[0] == item.no:
        asks = view.ways.measure_photo if view.expecting[1] == "photo" else words_steps.HINT_EXPECT_TEXT
        return asks.format(no=item.no, text=item.label)
    return words_steps.HINT_CONFIRM.format(done=total - len(rest) + 1, total=total, no=item.no, text=item.label)


def _guardian_step(view: PermitView) -> Step:
    """The guardian's next thing: be there, then item by item, photos, gas."""
    permit = view.permit
    if view.viewer not in permit.presence:
        return Step(hint=view.ways.check_in)
    rest = to_confirm(view)
    if rest:
        return Step(hint=_confirm_hint(view, rest), buttons=(button(view, Action.CONFIRM, rest[0].no),))
    photos = missing_photos(permit, "start")
    if photos:
        return Step(hint=view.ways.photo.format(what="、".join(photos)))
    air = _air(view)
    if permit.law.gas is not None and not (permit.gas and permit.gas[-1].passed):
        return Step(hint=words_steps.HINT_GAS, buttons=(button(view, Action.GAS_HELP), *air))
    return Step(hint=words_steps.HINT_VENTILATION, buttons=air) if air else Step()


def _air(view: PermitView) -> tuple[Button, ...]:
    """The report of ventilation that is still missing: mechanical where the rules or a failed test ask for it."""
    permit, gas = view.permit, view.permit.law.gas
    if gas is None:
        return ()
    mechanical = gas.mechanical or (gas.ventilate_after_failure and permit.gas_failed_once)
    if mechanical and not (permit.ventilation_running and permit.ventilation_mechanical):
        return (button(view, Action.VENTILATION, "mechanical", words_steps.MECHANICAL_AIR),)
    if gas.ventilation_always and not permit.ventilation_running:
        return (button(view, Action.VENTILATION, "on"),)
    return ()


def active(view: PermitView) -> Step:
    buttons: list[Button] = []
    hint = ""
    alarm = look_after(view)
    if Role.GUARDIAN in view.roles:
        hint = words_steps.HINT_GUARD
        alarm, answers = asked(view)
        buttons += answers
    if view.roles & {Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN} or view.viewer in view.asked:
        buttons.append(button(view, Action.STOP))
    buttons += log(view)
    if Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.FINISH))
        hint = hint or words_steps.HINT_FINISH
    if buttons:
        buttons.append(button(view, Action.REFRESH))
    return Step(hint=hint, alarm=alarm, buttons=tuple(buttons))


def log(view: PermitView) -> tuple[Button, ...]:
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
            return words_steps.HINT_HANDOVER, (button(view, Action.HANDOVER),)
        return "", ()
    signed = {each.person for each in record.signed}
    if view.viewer not in permit.handing_over or view.viewer in signed:
        return "", ()
    said = record.record
    hint = words_steps.HINT_SIGN_HANDOVER.format(
        guardian=view.name(said.guardian),
        leader=view.name(said.leader),
        isolation=said.isolation[:_SHORT],
        people=said.people,
        tools=said.tools,
        issues=said.issues[:_SHORT],
    )
    return hint, (button(view, Action.HANDOVER, str(record.number), words_steps.SIGN_HANDOVER),)


def stopped_by(permit: Permit) -> str:
    """「气体分析不合格：可燃 0.8%vol」, of several reasons the newest and how many; nothing without a stop."""
    stop = permit.suspension
    if stop is None:
        return ""
    reason = words.SUSPENDED[stop.reasons[-1]]
    counted = words_steps.OF_SEVERAL.format(count=len(stop.reasons)) if len(stop.reasons) > 1 else ""
    said = without_order(stop.text)
    return f"{counted}{reason}：{said}" if said else f"{counted}{reason}"


def ordered_out(permit: Permit) -> bool:
    """Whether the stop in force, for any of its reasons, orders everybody out."""
    stop = permit.suspension
    return stop is not None and any(evacuates(permit.what.work, reason) for reason in stop.reasons)


def suspended(view: PermitView) -> Step:
    permit = view.permit
    alarm = (words_steps.ALARM_OUT if ordered_out(permit) else words_steps.ALARM_SUSPENDED).format(
        reason=stopped_by(permit)
    )
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
        relief = relief or words_steps.HINT_BRIEF
    hint = words_steps.HINT_RESUME if mine else ""
    if Role.GUARDIAN in view.roles:
        rest = to_confirm(view)
        if rest:
            hint = _confirm_hint(view, rest)
            buttons.append(button(view, Action.CONFIRM, rest[0].no))
        buttons += _air(view)
    if permit.inside:
        buttons += log(view)
    if mine and not permit.handover_due:
        buttons.append(button(view, Action.RESUME, mine[0].value))
    if Role.WORK_LEADER in view.roles:
        buttons.append(button(view, Action.FINISH))
    if Role.SITE_UNIT in view.roles or Role.SAFETY_DEPT in view.roles:
        buttons.append(button(view, Action.VOID))
    if buttons:
        buttons += [button(view, Action.WHY), button(view, Action.REFRESH)]
    return Step(hint=relief or hint, alarm=alarm, buttons=tuple(buttons[:6]))
