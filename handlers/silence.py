"""The equipment system is silent and a permit waits for it: whoever may stand in for it is asked by a card.

Asked when something was refused for it, not before: most silence ends by itself. Asked again when it is refused half an
hour later. Pressing nothing confirms nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cards.buttons import Action, Press
from cards.words_ledgers import PURGE_WRITE, PURGE_WRITE_TAP, PURGED_BY
from handlers.answers import Say
from handlers.asked import who
from handlers.outgoing import Ask, Offer
from workflow.findings import Finding, Verdict
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit
from workflow.rules.types import Role

if TYPE_CHECKING:
    from handlers.desk import Desk

GATE = "purged"
CONFIRMERS = (Role.SITE_UNIT, Role.SHIFT_LEADER)
"""Who may confirm, when they are not of the permit's team; the core checks it again."""
AGAIN_AFTER = timedelta(minutes=30)


def waits_for_a_word(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What of this the equipment system has left open."""
    return tuple(one for one in findings if one.gate == GATE and one.verdict is Verdict.UNKNOWN and one.stops)


def refused(desk: Desk, number: PermitId, findings: tuple[Finding, ...]) -> None:
    """After a refusal: ask those who may confirm, unless they were asked just now."""
    silent = waits_for_a_word(findings)
    permit = desk.known(number) if silent else None
    if permit is None or not _due(desk, number):
        return
    desk.tx.put_setting(_key(number), desk.now.isoformat())
    for person in confirmers(desk, permit):
        put(desk, person, permit, silent)


def confirmers(desk: Desk, permit: Permit) -> tuple[PersonId, ...]:
    """Everybody who may confirm for this permit now."""
    holders = desk.holders(permit.what.area)
    return tuple(dict.fromkeys(person for role in CONFIRMERS for person in who(permit, role, holders)))


def put(desk: Desk, person: PersonId, permit: Permit, silent: tuple[Finding, ...]) -> None:
    """Put the question before one person: what is open, and how he made sure."""
    labels = {**PURGED_BY, PURGE_WRITE: PURGE_WRITE_TAP}
    offers = tuple(
        Offer(
            press=Press(action=Action.PURGED, subject=permit.id, revision=permit.revision, arg=key),
            label=label,
        )
        for key, label in labels.items()
    )
    why = "；".join(dict.fromkeys(one.fact for one in silent))
    args = {"number": str(permit.id), "place": permit.what.place, "why": why}
    question = Ask(person=person, subject=subject(permit.id), key=Say.PURGE_ASK.value, args=args, offers=offers)
    desk.post_to(person, question, purpose="ask", permit=permit.id)


def subject(number: PermitId) -> str:
    """The key under which a person holds at most one such card."""
    return f"ask:purged:{number}"


def _due(desk: Desk, number: PermitId) -> bool:
    asked = desk.tx.setting(_key(number))
    return asked is None or desk.now - datetime.fromisoformat(asked) >= AGAIN_AFTER


def _key(number: PermitId) -> str:
    return f"purged:asked:{number}"
