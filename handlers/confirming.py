"""A decision that a service outside the house confirms: begin, keep the service's number, conclude or give up.

Each in one transaction. Three rules stand over all of them:

1. One attempt is open for a person. It is bound to one link, and with it to one decision: while it is open, no other
   decision of this person can begin one, for some services tell who and when, and not what. What was seen in an attempt
   that was left alone is stamped up to `AHEAD` after its end: until then none begins after a live check.
2. What a service saw counts once, for whoever comes first; link, attempt and record are used up together with the
   decision, or none of them.
3. The permit is asked again at the end: content, step and the least that will do may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cards.words_rungs import ATTEMPTED, CLAUSE, FAILED, TITLE, USED, USED_CURE
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.house import House
from handlers.keyed import End, Opened, Outcome, carry_out, look_to_sign, words_of
from handlers.keys import COMMANDS, SignLink, hash_of, only_by_key
from handlers.rungs import Rung
from storage.proofs import ProofAttempt
from storage.tx import Tx
from workflow.findings import no
from workflow.values import ProofMethod, Seen

USED_BEFORE = "used_before"
AHEAD = timedelta(minutes=2)
"""How far the clock of a service may run ahead of ours that tells when it saw somebody, and not what for."""


class Shut(StrEnum):
    """Why nothing can be begun."""

    GONE = "gone"
    """The link or the decision is over, or this way is not there for this person."""
    BUSY = "busy"
    """Another decision of this person is being confirmed."""
    JUST_OVER = "just_over"
    """It is over, but what was seen of it may still be told, for `AHEAD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """An open attempt, the link it belongs to, and how it is confirmed."""

    opened: Opened
    what: SignLink
    attempt: ProofAttempt
    rung: Rung


def rung_of(tx: Tx, house: House, opened: Opened, way: str) -> Rung | None:
    """The rung with this page, if it is there for this person; none for whoever has to use a key."""
    permit = tx.load(house.permits, opened.permit)[0]
    if only_by_key(permit, key=bool(opened.ring.active)):
        return None
    return next((one for one in house.rungs if one.way == way and one.has(tx, opened.person.id)), None)


def begin(tx: Tx, house: House, token: str, *, way: str, nonce: bytes, now: datetime) -> UnderWay | Shut:
    """Begin an attempt; one of the same link is begun anew."""
    opened = look_to_sign(tx, house, token, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return Shut.GONE
    rung = rung_of(tx, house, opened, way)
    if rung is None:
        return Shut.GONE
    before = tx.proof_attempt(opened.person.id)
    if before is not None and before.link != opened.link.token_hash and now < _over(house, before):
        return Shut.BUSY if now < before.until else Shut.JUST_OVER
    attempt = ProofAttempt(
        person=opened.person.id,
        id=nonce.hex(),
        link=opened.link.token_hash,
        way=way,
        said=words_of(tx, house, opened, opened.what),
        begun_at=now,
        until=opened.link.expires_at,
    )
    tx.put_proof_attempt(attempt)
    return UnderWay(opened=opened, what=opened.what, attempt=attempt, rung=rung)


def _over(house: House, attempt: ProofAttempt) -> datetime:
    """From when on nothing that was seen in an attempt can be taken for something of the next."""
    by_time = {rung.way for rung in house.rungs if rung.method is ProofMethod.PLATFORM_LIVE_CHECK}
    return attempt.until + AHEAD if attempt.way in by_time else attempt.until


def keep_number(tx: Tx, attempt: ProofAttempt, reference: str) -> bool:
    """The service has given the attempt a number; False when it is not the open one any more."""
    now_open = tx.proof_attempt(attempt.person)
    if now_open is None or now_open.id != attempt.id:
        return False
    tx.put_proof_attempt(replace(attempt, reference=reference))
    return True


def under_way(tx: Tx, house: House, token: str, way: str, now: datetime) -> UnderWay | None:
    """The attempt this link has begun, while the decision is still the one that was shown."""
    opened = look_to_sign(tx, house, token, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return None
    attempt, rung = tx.proof_attempt(opened.person.id), rung_of(tx, house, opened, way)
    if attempt is None or rung is None or now >= attempt.until:
        return None
    mine = (attempt.link, attempt.way, attempt.said) == (hash_of(token), way, words_of(tx, house, opened, opened.what))
    return UnderWay(opened=opened, what=opened.what, attempt=attempt, rung=rung) if mine else None


def conclude(
    tx: Tx, house: House, token: str, *, way: str, attempt: str, seen: Sequence[Seen], now: datetime
) -> Outcome:
    """A service saw the person: the first record that never counted before decides. All is used up together: of two
    checks in one attempt the other one must not sign the next decision, as it would where the service's clock is ahead
    and the record lies within that attempt, too."""
    found = _take(tx, house, token, way, attempt, now)
    if found is None:
        return Outcome(end=End.GONE)
    person, permit = found.opened.person.id, found.opened.permit
    unused = [one for one in seen if tx.use_proof(one.source, one.record, person=person, permit=permit, at=now)]
    if not unused:
        _remember(tx, house, found, USED_BEFORE, now)
        return Outcome(end=End.REFUSED, findings=(no("proof.used", USED, clause=CLAUSE, cure=USED_CURE),))
    return carry_out(
        tx, house, found.opened, cause=f"proof:{attempt}", method=found.rung.method, seen=unused[0], now=now
    )


def give_up(tx: Tx, house: House, token: str, *, way: str, attempt: str, why: str, now: datetime) -> None:
    """The service says no, or tells of something else: the link is used up, and the permit remembers it."""
    found = _take(tx, house, token, way, attempt, now)
    if found is not None:
        _remember(tx, house, found, why, now)


def _take(tx: Tx, house: House, token: str, way: str, attempt: str, now: datetime) -> UnderWay | None:
    found = under_way(tx, house, token, way, now)
    if found is None or found.attempt.id != attempt:
        return None
    tx.use_link(found.opened.link.token_hash, now)
    tx.drop_proof_attempt(found.opened.person.id)
    return found


def _remember(tx: Tx, house: House, found: UnderWay, why: str, now: datetime) -> None:
    person = found.opened.person
    desk = Desk(
        tx, house, now=now, cause=f"proof:{found.attempt.id}",
        sender=Sender(platform="page", corp="", user=person.id), actor=person.id,
    )  # fmt: skip
    text = ATTEMPTED.format(name=person.name, way=TITLE[found.rung.method], why=FAILED[why])
    desk.keep_attempt(found.opened.permit, COMMANDS[found.what.verdict].__name__, f"proof.{why}", text)
    desk.close()
