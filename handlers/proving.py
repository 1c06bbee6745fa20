"""What a tap in the chat is worth: a platform session, one at the site when the person was just shown to stand there,
and one beside the changing number of the place's screen when that was how.

Stronger proofs come by a page of their own; nothing here is ever called biometric.
"""

from __future__ import annotations

from handlers.desk import Desk
from workflow.permit.signing import SHOWS_THE_PLACE, decision_hash, gave_fresh_code
from workflow.permit.state import Permit
from workflow.values import Proof, ProofMethod


def stands_there(desk: Desk, permit: Permit) -> bool:
    """Whether the person who came was just shown to stand at the place."""
    seen = permit.presence.get(desk.me)
    return seen is not None and seen.way in SHOWS_THE_PLACE and desk.now - seen.at <= permit.law.presence_valid


def tap_proof(desk: Desk, permit: Permit, *, verdict: str, step: str) -> Proof:
    """The proof of a tap on exactly this decision."""
    there = stands_there(desk, permit)
    expected = decision_hash(
        permit=permit.id, content_hash=permit.content_hash, verdict=verdict, step=step, person=desk.me
    )
    return Proof(
        method=_worth(desk, permit, there=there),
        subject=desk.me,
        decision_hash=expected,
        at=desk.now,
        at_site=True if there else None,
    )


def _worth(desk: Desk, permit: Permit, *, there: bool) -> ProofMethod:
    if not there:
        return ProofMethod.PLATFORM_SESSION
    if gave_fresh_code(permit, desk.me, at=desk.now):
        return ProofMethod.PLATFORM_SESSION_FRESH_CODE
    return ProofMethod.PLATFORM_SESSION_AT_SITE
