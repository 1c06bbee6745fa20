"""Steps of the end: counting out, watching, putting right, accepting."""

from __future__ import annotations

from cards import words_steps
from cards.buttons import Action
from cards.card import Button
from cards.step import Step, button
from cards.steps_site import log, missing_photos
from cards.views import PermitView
from workflow.permit.state import Status
from workflow.rules.types import Role


def aftermath(view: PermitView) -> Step:
    """Completed, on watch, or ended with people possibly still at the place."""
    permit = view.permit
    buttons: list[Button] = []
    hint = ""
    alarm = ""
    if not permit.counted_out:
        alarm = words_steps.ALARM_COUNT
        if permit.inside:
            alarm = words_steps.ALARM_INSIDE.format(names="、".join(view.name(one.person) for one in permit.inside))
            buttons += log(view)
        if view.roles & {Role.WORK_LEADER, Role.GUARDIAN}:
            buttons.append(button(view, Action.FINISH))
    if permit.fire_watch_until is not None and not permit.fire_watch_ended and Role.GUARDIAN in view.roles:
        hint = words_steps.HINT_WATCH_OVER if permit.fire_watch_minutes_over else words_steps.HINT_WATCH
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
        hint = words_steps.HINT_CLOSING.format(label=yours[0].label)
    photos = "、".join(missing_photos(permit, "close")) if permit.started_at is not None else ""
    if mine and ended and not open_ones:
        buttons.append(button(view, Action.ACCEPTANCE, mine[0].value))
        hint = words_steps.HINT_PHOTO_FIRST.format(what=photos) if photos else words_steps.HINT_ACCEPTANCE
    if photos and ended and not yours and view.roles & {Role.GUARDIAN, Role.WORK_LEADER}:
        hint = view.ways.photo.format(what=photos)
    dead = permit.status in {Status.EXPIRED, Status.VOIDED} and not permit.live
    if dead and view.roles & {Role.APPLICANT, Role.WORK_LEADER}:
        buttons += [button(view, Action.AGAIN), button(view, Action.COPY)]
    if buttons:
        buttons.append(button(view, Action.REFRESH))
    return Step(hint=hint, alarm=alarm, buttons=tuple(buttons[:6]))
