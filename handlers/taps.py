"""A press on one of our buttons: opened, checked for whose it is, and led to its handler. Every press is answered.

A button that was not made for this person opens nothing; the attempt is kept. A button of an earlier day is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cards.buttons import Action, ForeignToken, Press, claimed_subject, unpack
from handlers import (
    airs,
    anew,
    approvals,
    boxing,
    checkins,
    doubts,
    emergency,
    entries,
    evidence,
    handover,
    hazard_steps,
    interlocking,
    liveness,
    matching,
    menus,
    muster,
    stopping,
    vouching,
    why,
)
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.request import conversation
from workflow.ids import PermitId
from workflow.permit.state import Permit

PICK = "pick"
"""Token of a list's 确定 whose options are themselves tokens (`cards.ask`)."""

OnPermit = Callable[[Desk, Permit, Press], None]

PERMIT_TAPS: Mapping[Action, OnPermit] = {
    Action.EDIT: conversation.change_returned,
    Action.ACCEPT: approvals.accept,
    Action.APPROVE: approvals.approve,
    Action.ATTEND: approvals.attended,
    Action.RETURN: approvals.say_no,
    Action.REJECT: approvals.say_no,
    Action.REASON: approvals.reason_tapped,
    Action.ACKNOWLEDGE: approvals.acknowledge,
    Action.JSA: checkins.jsa,
    Action.REVIEW: approvals.review,
    Action.BRIEF: checkins.brief,
    Action.GAS_HELP: airs.gas_help,
    Action.VENTILATION: checkins.ventilation,
    Action.START: checkins.start,
    Action.PROMPT: liveness.answered,
    Action.EXCUSE: liveness.excused,
    Action.STOP: stopping.stop_tapped,
    Action.RESUME: checkins.resume,
    Action.FINISH: checkins.finish,
    Action.END_WATCH: checkins.end_watch,
    Action.ACCEPTANCE: checkins.acceptance,
    Action.COUNT: checkins.count,
    Action.PHOTO: evidence.moved,
    Action.LOG: entries.log,
    Action.HANDOVER: handover.handover,
    Action.CLOSING: checkins.closing,
    Action.AGAIN: anew.again,
    Action.COPY: anew.copy,
    Action.ASK_PHOTO: doubts.ask,
    Action.ACCEPT_PHOTO: doubts.accepted,
    Action.CANCEL: approvals.say_no,
    Action.VOID: approvals.say_no,
    Action.PURGED: interlocking.purged_tapped,
    Action.VOUCH: vouching.vouch_tapped,
    Action.WHY: why.why,
    Action.REFRESH: approvals.refresh,
    Action.SHOW: approvals.show,
}
"""What a press on a permit does."""

TICKED_TAPS: Mapping[Action, Callable[[Desk, Permit, Press, Tap], None]] = {
    Action.MEASURES: checkins.measures,
    Action.CONFIRM: checkins.confirm,
}
"""The same, for presses that also read what was chosen or filled in beside the button."""

DRAFT_TAPS: Mapping[Action, Callable[[Desk, Tap, Press], None]] = {
    Action.ANSWER: conversation.answer_tapped,
    Action.SUBMIT: conversation.submit,
    Action.EDIT: conversation.edit,
    Action.DROP_DRAFT: conversation.drop,
    Action.EMERGENCY: emergency.emergency,
    Action.MUSTER: muster.muster_tapped,
    Action.BOX: boxing.box_tapped,
    Action.PLACES: matching.places_tapped,
    Action.HAZARD: hazard_steps.tapped,
    Action.MENU: menus.menu_tapped,
}
"""What a press on a draft does, or on what is no permit at all."""


def tapped(desk: Desk, tap: Tap) -> None:
    """A button was pressed."""
    desk.tapped = True
    if tap.update_handle is not None:
        desk.tx.record_code(tap.sender.platform, tap.card, tap.update_handle, desk.now)
    token = picked(tap)
    try:
        press = unpack(token, person=desk.me, secret=desk.house.secret)
    except ForeignToken:
        _foreign(desk, token)
        return
    except ValueError:
        # Ours, but of an action this version no longer has.
        desk.say(Say.OLD_BUTTON, number=claimed_subject(token))
        return
    _pressed(desk, tap, press)


def picked(tap: Tap) -> str:
    """The token a press means: its own, or the one of the option chosen in a list of taps."""
    return tap.chosen[PICK][0] if tap.token == PICK and tap.chosen.get(PICK) else tap.token


def _pressed(desk: Desk, tap: Tap, press: Press) -> None:
    permit = desk.known(PermitId(press.subject))
    if permit is None:
        on_draft = DRAFT_TAPS.get(press.action)
        if on_draft is not None:
            on_draft(desk, tap, press)
        else:
            desk.say(Say.NO_SUCH_PERMIT, number=press.subject)
        return
    if press.action in TICKED_TAPS:
        TICKED_TAPS[press.action](desk, permit, press, tap)
    elif press.action in PERMIT_TAPS:
        PERMIT_TAPS[press.action](desk, permit, press)
    else:
        desk.say(Say.OLD_BUTTON, number=permit.id)
    desk.show_again(permit.id, tap.answered_by)


def _foreign(desk: Desk, token: str) -> None:
    """Not made by us for this person: answered, never obeyed, kept once on the permit it claims to be about."""
    subject = PermitId(claimed_subject(token))
    if desk.talk.may_say(Say.FOREIGN_BUTTON, desk.now) and subject and desk.known(subject) is not None:
        desk.keep_attempt(subject, "Tap", "token.foreign", f"{desk.person.name}按了不属于自己的按钮，没有生效")
    desk.talk = desk.talk.saying(Say.FOREIGN_BUTTON, desk.now)
    desk.say(Say.FOREIGN_BUTTON)
