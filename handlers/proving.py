"""What a tap in the chat is worth: a platform session, and one at the site when the person was just shown to stand
there.

Stronger proofs come by a page of their own; nothing here is ever called biometric.
"""

from __future__ import annotations

from handlers.desk import Desk
from workflow.permit.commands import CheckInWay
from workflow.permit.signing import decision_hash
from workflow.permit.state import Permit
from workflow.values import Proof, ProofMethod

_SHOWS_THE_PLACE = frozenset({CheckInWay.BOARD_CODE, CheckInWay.POSITION})
"""A permit's own code can be scanned from any screen; the board's code and the position are of the place."""


def stands_there(desk: Desk, permit: Permit) -> bool:
    """Whether the person who came was just shown to stand at the place."""
    seen = permit.presence.get(desk.me)
    return seen is not None and seen.way in _SHOWS_THE_PLACE and desk.now - seen.at <= permit.law.presence_valid


def tap_proof(desk: Desk, permit: Permit, *, verdict: str, step: str) -> Proof:
    """The proof of a tap on exactly this decision."""
    there = stands_there(desk, permit)
    expected = decision_hash(
        permit=permit.id, content_hash=permit.content_hash, verdict=verdict, step=step, person=desk.me
    )
    return Proof(
        method=ProofMethod.PLATFORM_SESSION_AT_SITE if there else ProofMethod.PLATFORM_SESSION,
        subject=desk.me,
        decision_hash=expected,
        at=desk.now,
        at_site=True if there else None,
    )
