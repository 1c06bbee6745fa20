"""Taps of the review: taking in, signing, sending back, refusing, taking back; and the reason each no must carry.

A signature is bound to the content the card showed: its revision travels in the button, and a card of an earlier
revision signs nothing. Whoever comes second is told by the core who decided and when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.attention import answered, asks_first
from handlers.desk import Desk
from handlers.keys import leads_to_key
from handlers.outgoing import Ask, Offer, PermitCard
from handlers.proving import tap_proof
from handlers.talk import Awaiting, Expect
from workflow.ids import NodeKey, PermitId
from workflow.permit import commands as c
from workflow.permit.commands import Command
from workflow.permit.state import Permit
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Role

LONGEST_REASON = 200
"""Characters of a typed reason that are kept."""


def accept(desk: Desk, permit: Permit, press: Press) -> None:
    """受理."""
    if _fresh(desk, permit, press):
        desk.attempt(permit.id, c.AcceptRequest(by=desk.by, at=desk.now), press.action)


def approve(desk: Desk, permit: Permit, press: Press) -> None:
    """同意: one node's signature over exactly the revision the card showed; with a key, it is given on a page."""
    if _fresh(desk, permit, press) and not asks_first(desk, permit, press):
        _give(desk, permit, press)


def attended(desk: Desk, permit: Permit, press: Press) -> None:
    """The one question before 同意 was answered; the right line was shown to whoever missed it."""
    if _fresh(desk, permit, press) and answered(desk, permit, press):
        node = press.arg.rpartition(":")[0]
        _give(desk, permit, replace(press, action=Action.APPROVE, arg=node))


def _give(desk: Desk, permit: Permit, press: Press) -> None:
    if not leads_to_key(desk, permit, press.arg):
        proof = tap_proof(desk, permit, verdict="approve", step=press.arg)
        node = NodeKey(press.arg)
        command = c.Approve(
            by=desk.by, at=desk.now, node=node, content_hash=permit.content_hash, opinion=words.AGREED, proof=proof
        )
        desk.attempt(permit.id, command, press.action)


def acknowledge(desk: Desk, permit: Permit, press: Press) -> None:
    """我来跟进: the climb stops, nothing is signed by that."""
    command = c.AcknowledgeEscalation(by=desk.by, at=desk.now, node=NodeKey(press.arg))
    desk.attempt(permit.id, command, press.action)


def review(desk: Desk, permit: Permit, press: Press) -> None:
    """提交审批: the work leader signs that all is prepared."""
    if _fresh(desk, permit, press):
        proof = tap_proof(desk, permit, verdict="review", step=Role.WORK_LEADER.value)
        desk.attempt(permit.id, c.RequestReview(by=desk.by, at=desk.now, proof=proof), press.action)


def _fresh(desk: Desk, permit: Permit, press: Press) -> bool:
    """Whether the card showed the present revision; if not, that is said and nothing is done."""
    if press.revision == permit.revision:
        return True
    desk.say(Say.CHANGED_SINCE, number=permit.id)
    return False


# --- every no has a reason ------------------------------------------------------------------------------------------

_NO: Mapping[Action, Callable[[Desk, NodeKey | None, str], Command]] = {
    Action.RETURN: lambda desk, node, reason: c.ReturnForChange(by=desk.by, at=desk.now, node=node, reason=reason),
    Action.REJECT: lambda desk, node, reason: c.Reject(by=desk.by, at=desk.now, node=node, reason=reason),
    Action.CANCEL: lambda desk, _node, reason: c.Cancel(by=desk.by, at=desk.now, reason=reason),
    Action.VOID: lambda desk, _node, reason: c.Void(by=desk.by, at=desk.now, reason=reason),
}
_KINDS: Mapping[Action, type[Command]] = {
    Action.RETURN: c.ReturnForChange,
    Action.REJECT: c.Reject,
    Action.CANCEL: c.Cancel,
    Action.VOID: c.Void,
}
CHIPS: Mapping[Action, tuple[str, ...]] = {
    Action.RETURN: ("place_unclear", "time_wrong", "risk_missing", "measure_missing", "person_unfit", "grade_wrong"),
    Action.REJECT: ("not_needed", "conflict", "process_not_ready", "person_unfit", "weather"),
    Action.CANCEL: ("not_needed", "weather", "time_wrong", "process_not_ready"),
    Action.VOID: ("measure_missing", "process_not_ready", "conflict", "weather"),
}
"""Reasons to tap, keys of `cards.words.REASONS`; a typed line is always possible."""


def say_no(desk: Desk, permit: Permit, press: Press) -> None:
    """退回 · 拒绝 · 取消 · 作废: ask for the reason first. What the status does not hear is answered at once."""
    action = press.action
    node = NodeKey(press.arg) if press.arg else None
    if _KINDS[action] not in LISTENS[permit.status]:
        desk.attempt(permit.id, _NO[action](desk, node, ""), action)
        return
    if not _fresh(desk, permit, press):
        return
    subject = f"ask:{permit.id}:{action.value}"
    step = f"{action.value}:{press.arg}"
    offers = tuple(
        Offer(press=Press(action=Action.REASON, subject=permit.id, revision=press.revision, arg=f"{step}:{key}"))
        for key in CHIPS[action]
    )
    args = {"asked": words.BUTTON[action], "number": str(permit.id)}
    desk.question(Ask(person=desk.me, subject=subject, key=Say.ASK_REASON.value, args=args, offers=offers))
    awaiting = Awaiting(
        what=Expect.REASON, permit=permit.id, revision=press.revision, step=step, at=desk.now, subject=subject
    )
    desk.talk = replace(desk.talk, awaiting=awaiting)


def reason_tapped(desk: Desk, permit: Permit, press: Press) -> None:
    """A reason was tapped."""
    what, node, key = press.arg.split(":")
    _decide(desk, permit, press.revision, f"{what}:{node}", words.REASONS[key])


def reason_typed(desk: Desk, awaiting: Awaiting, line: str) -> None:
    """A reason was typed."""
    _decide(desk, desk.permit(awaiting.permit), awaiting.revision, awaiting.step, line.strip()[:LONGEST_REASON])


def _decide(desk: Desk, permit: Permit, revision: int, step: str, reason: str) -> None:
    what, _, node = step.partition(":")
    action = Action(what)
    desk.forget_question()
    subject = f"ask:{permit.id}:{what}"
    if revision != permit.revision:
        desk.settle(subject, Say.CHANGED_SINCE, number=permit.id)
        desk.say(Say.CHANGED_SINCE, number=permit.id)
        return
    command = _NO[action](desk, NodeKey(node) if node else None, reason)
    if desk.attempt(permit.id, command, action) is not None:
        args = {"asked": words.BUTTON[action], "number": str(permit.id), "reason": reason}
        desk.settle(subject, Say.REASON_TAKEN, **args)
        if not desk.tapped:
            desk.say(Say.REASON_TAKEN, **args)
    desk.show_again(permit.id)


# --- looking --------------------------------------------------------------------------------------------------------


def refresh(_desk: Desk, _permit: Permit, _press: Press) -> None:
    """刷新: every tap on a permit ends in a fresh card; nothing else is asked here."""


def show(desk: Desk, permit: Permit, _press: Press) -> None:
    """查看: the person's own card of the permit."""
    show_card(desk, permit.id)


def show_card(desk: Desk, permit_id: PermitId, note: Say | None = None, **args: str) -> None:
    """Push the person's own card of a permit; with ``note``, what was just taken stands on it."""
    card = PermitCard(person=desk.me, permit=permit_id, purpose=None, note=note.value if note else "", args=args)
    desk.post(card, purpose="show", permit=permit_id)
