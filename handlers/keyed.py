"""What the pages for keys do in memory, each in one transaction: look at a link, begin, finish, or give up.

One attempt at a time and person: a new beginning takes the place of the last. A link is used up by the signature it led
to, and by one that did not count; the nonce, the counter of the key and the decision are written together or not at
all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cards import words
from cards.words_keys import ATTEMPT, ATTEMPTED
from handlers.answers import Say
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.house import House
from handlers.keys import (
    COMMANDS,
    ENROL,
    LINKS,
    OPENS,
    SIGN,
    EnrolLink,
    Opens,
    SignLink,
    hash_of,
    listens,
    safety,
    tell,
    write,
)
from handlers.proving import stands_there
from storage.codec import Codec
from storage.desk import Link
from storage.tx import Tx
from workflow import keys
from workflow.decision import Decision
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import NodeKey, PermitId, PersonId
from workflow.keys import Key, KeyRing, KeySuspended
from workflow.permit import commands as c
from workflow.permit.signing import APPROVE, RESUME, decision_hash
from workflow.permit.state import Permit
from workflow.plant import Person
from workflow.rules.types import Role
from workflow.values import Assertion, Proof, ProofMethod, Seen, aware

CLONED = "cloned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What was asked of a phone and is not answered yet. ``nonce`` in hex; ``said`` is the canonical decision."""

    link: str
    nonce: str
    said: str
    until: datetime

    def __post_init__(self) -> None:
        aware(self.until)


_ATTEMPTS: Codec[Attempt] = Codec((Attempt,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A link that still works: whose it is, what it opens, and the keys its person has."""

    link: Link
    what: Opens
    person: Person
    ring: KeyRing

    @property
    def permit(self) -> PermitId:
        """The permit of a link to a decision."""
        return PermitId(self.link.permit or "")


def look(tx: Tx, house: House, token: str, purpose: str, now: datetime) -> Opened | None:
    """What a link opens; None when it is used up, over, of another purpose, or its person has left."""
    link = tx.see_link(hash_of(token), now)
    if link is None or link.purpose != purpose:
        return None
    person = tx.directory.people.get(PersonId(link.person))
    if person is None or not person.active:
        return None
    ring = tx.load(house.keys, person.id)[0]
    return Opened(link=link, what=LINKS.decode(OPENS[purpose].__name__, link.payload), person=person, ring=ring)


def look_to_sign(tx: Tx, house: House, token: str, now: datetime, *, purpose: str = SIGN) -> Opened | None:
    """As `look`, for a decision that can still be taken: the content is the one shown, and the step is due."""
    opened = look(tx, house, token, purpose, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return None
    permit = tx.load(house.permits, opened.permit)[0]
    return opened if _still_due(permit, opened.what, opened.link.created_at) else None


def _still_due(permit: Permit, what: SignLink, asked_at: datetime) -> bool:
    """Whether the decision can still be taken: the content is the one shown, the step is due, no newer stop."""
    if permit.content_hash != what.content_hash:
        return False
    if what.verdict == APPROVE:
        return permit.node is not None and permit.node.key == what.step
    stop = permit.suspension
    return listens(permit, what.verdict) and (stop is None or stop.newest < asked_at)


def begin_to_sign(tx: Tx, house: House, token: str, nonce: bytes, now: datetime) -> tuple[Opened, Attempt] | None:
    """Begin to sign: from now on this nonce is the only one that counts for this person."""
    opened = look_to_sign(tx, house, token, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return None
    return opened, _put(tx, opened, words_of(tx, house, opened, opened.what), nonce, now)


def words_of(tx: Tx, house: House, opened: Opened, what: SignLink) -> str:
    """The canonical words of the decision a link opens: what a key signs, and what everybody else is asked about."""
    permit = tx.load(house.permits, opened.permit)[0]
    decision = Decision(
        permit=opened.permit,
        content_hash=what.content_hash,
        verdict=what.verdict,
        step=what.step,
        role=_role(permit, what).value,
        revision=permit.revision,
        text=what.text,
        person=opened.person.id,
        start=opened.link.created_at,
        until=opened.link.expires_at,
    )
    return decision.canonical()


def begin_to_enrol(tx: Tx, house: House, token: str, nonce: bytes, now: datetime) -> tuple[Opened, Attempt] | None:
    """Begin to enrol a key."""
    opened = look(tx, house, token, ENROL, now)
    return None if opened is None else (opened, _put(tx, opened, f"enrol:{opened.person.id}", nonce, now))


def _put(tx: Tx, opened: Opened, said: str, nonce: bytes, now: datetime) -> Attempt:
    attempt = Attempt(link=opened.link.token_hash, nonce=nonce.hex(), said=said, until=opened.link.expires_at)
    tx.put_draft(_slot(opened.link.purpose, opened.person.id), _ATTEMPTS.encode(attempt)[1], now)
    return attempt


def under_way(tx: Tx, house: House, token: str, purpose: str, now: datetime) -> tuple[Opened, Attempt] | None:
    """The attempt this link has begun, if it is still the one that counts."""
    opened = look(tx, house, token, purpose, now)
    row = None if opened is None else tx.draft(_slot(purpose, opened.person.id))
    if opened is None or row is None:
        return None
    attempt = _ATTEMPTS.decode(Attempt.__name__, row.body)
    return (opened, attempt) if attempt.link == opened.link.token_hash and now < attempt.until else None


def _slot(purpose: str, person: PersonId) -> str:
    return f"key:{purpose}:{person}"


def _take(tx: Tx, house: House, token: str, purpose: str, nonce: str, now: datetime) -> Opened | None:
    """Use link and nonce up; None when either is no longer good."""
    found = under_way(tx, house, token, purpose, now)
    if found is None or found[1].nonce != nonce:
        return None
    opened = found[0]
    tx.use_link(opened.link.token_hash, now)
    tx.drop_draft(_slot(purpose, opened.person.id))
    return opened


# --- signing --------------------------------------------------------------------------------------------------------


class End(StrEnum):
    """What became of a signature."""

    SIGNED = "signed"
    REFUSED = "refused"
    """The signature was right; the permit says no."""
    CLONED = "cloned"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of an attempt, and the reasons of a no."""

    end: End
    findings: tuple[Finding, ...] = ()


def sign(tx: Tx, house: House, token: str, *, nonce: str, counter: int, assertion: Assertion, now: datetime) -> Outcome:
    """A signature that was found right: does the link, the key and the permit still take it?"""
    opened = _take(tx, house, token, SIGN, nonce, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return Outcome(end=End.GONE)
    desk = page_desk(tx, house, opened.person.id, f"key:{nonce}", now)
    if not _still_due(desk.permit(opened.permit), opened.what, opened.link.created_at):
        return Outcome(end=End.GONE)
    try:
        used = keys.use(opened.ring, credential=assertion.credential, counter=counter, at=now)
        write(desk, opened.person.id, (used,))
        if isinstance(used, KeySuspended):
            return _cloned(desk, opened, opened.what, assertion.credential)
        proof = _proof(desk, opened, opened.what, method=ProofMethod.PASSKEY, assertion=assertion)
        _decide(desk, opened, opened.what, proof)
    except Refused as refused:
        return Outcome(end=End.REFUSED, findings=refused.findings)
    finally:
        desk.show_again(opened.permit)
        desk.close()
    return Outcome(end=End.SIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Who stood beside the person before a board, and since when the chat was down."""

    second: PersonId
    down_since: datetime


def carry_out(
    tx: Tx,
    house: House,
    opened: Opened,
    *,
    cause: str,
    method: ProofMethod,
    seen: Seen | None = None,
    beside: Beside | None = None,
    now: datetime,
) -> Outcome:
    """The decision behind a link, on somebody else's word: of a service that saw the person, or of who stood beside.

    The link is used up before.
    """
    desk = page_desk(tx, house, opened.person.id, cause, now)
    try:
        what = opened.what
        if not isinstance(what, SignLink) or not _still_due(desk.permit(opened.permit), what, opened.link.created_at):
            return Outcome(end=End.GONE)
        proof = _proof(desk, opened, what, method=method, seen=seen, beside=beside)
        _decide(desk, opened, what, proof)
    except Refused as refused:
        return Outcome(end=End.REFUSED, findings=refused.findings)
    finally:
        desk.show_again(opened.permit)
        desk.close()
    return Outcome(end=End.SIGNED)


def _decide(desk: Desk, opened: Opened, what: SignLink, proof: Proof) -> None:
    """Ask the core. Raise `Refused`."""
    desk.ask(opened.permit, _command(desk, what, proof))
    if what.verdict == RESUME:
        asked = f"ask:{opened.permit}:resume"
        desk.settle(asked, Say.CAUSE_TAKEN, number=opened.permit, cause=what.text)


def _command(desk: Desk, what: SignLink, proof: Proof) -> c.Command:
    """What was decided, as the core is asked it."""
    by, at = desk.by, desk.now
    match what.verdict:
        case "approve":
            node = NodeKey(what.step)
            return c.Approve(by=by, at=at, node=node, content_hash=what.content_hash, opinion=words.AGREED, proof=proof)
        case "start":
            return c.Start(by=by, at=at, role=Role(what.step), proof=proof)
        case "resume":
            return c.Resume(by=by, at=at, role=Role(what.step), cause_removed=what.text, proof=proof)
        case "accept":
            return c.SignAcceptance(by=by, at=at, role=Role(what.step), proof=proof)
        case other:
            raise ValueError(f"no link leads to {other}")


def _proof(
    desk: Desk,
    opened: Opened,
    what: SignLink,
    *,
    method: ProofMethod,
    assertion: Assertion | None = None,
    seen: Seen | None = None,
    beside: Beside | None = None,
) -> Proof:
    there = beside is not None or stands_there(desk, desk.permit(opened.permit))
    return Proof(
        method=method,
        subject=opened.person.id,
        decision_hash=hash_to_sign(opened, what),
        at=desk.now,
        at_site=True if there else None,
        assertion=assertion,
        seen=seen,
        second=None if beside is None else beside.second,
        down_since=None if beside is None else beside.down_since,
    )


def hash_to_sign(opened: Opened, what: SignLink) -> str:
    """What the proof of this decision is bound to."""
    return decision_hash(
        permit=opened.permit,
        content_hash=what.content_hash,
        verdict=what.verdict,
        step=what.step,
        person=opened.person.id,
    )


def _role(permit: Permit, what: SignLink) -> Role:
    """In which role somebody signs."""
    if what.verdict != APPROVE:
        return Role(what.step)
    return next(node.role for node in permit.law.chain if node.key == what.step)


def _cloned(desk: Desk, opened: Opened, what: SignLink, credential: str) -> Outcome:
    key = opened.ring.key(credential)
    device = key.device if key is not None else ""
    for one in dict.fromkeys((opened.person.id, *safety(desk))):
        tell(desk, one, Say.KEY_CLONED, name=opened.person.name, device=device)
    _remember(desk, opened, what, CLONED)
    return Outcome(end=End.CLONED)


def give_up(tx: Tx, house: House, token: str, *, nonce: str, why: str, now: datetime) -> None:
    """A signature that was not right: link and nonce are used up, and the permit remembers the attempt."""
    opened = _take(tx, house, token, SIGN, nonce, now)
    if opened is None or not isinstance(opened.what, SignLink):
        return
    desk = page_desk(tx, house, opened.person.id, f"key:{nonce}", now)
    _remember(desk, opened, opened.what, why)
    desk.close()


def _remember(desk: Desk, opened: Opened, what: SignLink, why: str) -> None:
    text = ATTEMPTED.format(name=opened.person.name, why=ATTEMPT[why])
    desk.keep_attempt(opened.permit, COMMANDS[what.verdict].__name__, f"proof.{why}", text)


# --- enrolling ------------------------------------------------------------------------------------------------------


def enrol(tx: Tx, house: House, token: str, *, nonce: str, key: Key, synced: bool, now: datetime) -> Outcome:
    """A key the phone made: in it goes, if the officer's window is still open. The person and the officer are told."""
    opened = _take(tx, house, token, ENROL, nonce, now)
    if opened is None or not isinstance(opened.what, EnrolLink):
        return Outcome(end=End.GONE)
    person, officer = opened.person, opened.what.officer
    desk = page_desk(tx, house, person.id, f"key:{nonce}", now)
    key = replace(key, supervised_by=officer, enrolled_at=now)
    try:
        events = keys.enrol(opened.ring, officer=officer, key=key, synced=synced, at=now)
    except Refused as refused:
        return Outcome(end=End.REFUSED, findings=refused.findings)
    ring = write(desk, person.id, events)
    by = desk.tx.directory.people[officer].name
    number, count = str(len(ring.keys)), str(len(ring.active))
    tell(desk, person.id, Say.KEY_ENROLLED, number=number, device=key.device, officer=by, count=count)
    tell(desk, officer, Say.KEY_WITNESSED, name=person.name, device=key.device)
    desk.close()
    return Outcome(end=End.SIGNED)


def page_desk(tx: Tx, house: House, person: PersonId, cause: str, now: datetime) -> Desk:
    """The desk for what a person does on a page that a link opened."""
    return Desk(tx, house, now=now, cause=cause, sender=Sender(platform="page", corp="", user=person), actor=person)
