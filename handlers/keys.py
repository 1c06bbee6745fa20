"""Keys by chat: 登记钥匙 · 我的钥匙 · 注销钥匙; and when 同意 is given with one, by a one-time link.

The token of a link is made of our secret and the arrival that asked for it: nobody can guess it, and memory knows its
hash only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cards import words
from cards.words_keys import STAGE, WORK_STEP, key_line
from handlers.answers import Say
from handlers.asked import asked, who
from handlers.desk import Desk
from handlers.house import House
from handlers.ledger import begins
from handlers.outgoing import Answer
from handlers.reading import Line
from handlers.request.people import find_names
from handlers.rungs import offers
from handlers.streams import keep
from storage.codec import Codec
from storage.desk import Link
from workflow import keys
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.ids import PersonId
from workflow.keys import KeyRing
from workflow.permit import commands as c
from workflow.permit.signing import ACCEPT, APPROVE, RESUME, START, weakest_at_work
from workflow.permit.state import Permit
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Grade, Role
from workflow.values import STRENGTH, STRONGEST_TAP, ProofMethod, WorkType

SIGN, ENROL, PIN, OFFLINE = "sign", "enrol", "pin", "offline"
OWN_KEYS = "/keys"
"""The page of one's own keys, below the public address."""
SIGN_FOR = timedelta(minutes=5)
"""How long a link to a decision opens it."""
KEY_GRADES = frozenset({Grade.SPECIAL, Grade.FIRST})
"""Grades of hot work at which whoever has a key signs with it, even where the plant would take less. Grades of other
works count the other way round or mean something else: there the plant's file says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLink:
    """What a link to a decision opens; person and permit stand in its row.

    ``step`` is the node's key, or the role signed in; ``text`` what was said with it (how the cause was removed).
    """

    content_hash: str
    verdict: str
    step: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolLink:
    """What a link to an enrolment opens."""

    officer: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLink:
    """What a link to the enrolment of an offline PIN opens."""

    officer: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineLink(SignLink):
    """What a link to a decision opens that is given by PIN before a board; ``board`` is its code."""

    board: str


Opens = SignLink | EnrolLink | PinLink | OfflineLink
PURPOSES: Mapping[type[Opens], str] = {SignLink: SIGN, EnrolLink: ENROL, PinLink: PIN, OfflineLink: OFFLINE}
OPENS: Mapping[str, type[Opens]] = {purpose: kind for kind, purpose in PURPOSES.items()}
LINKS: Codec[Opens] = Codec(tuple(PURPOSES))


def hash_of(token: str) -> str:
    """What memory knows of a token."""
    return hashlib.sha256(f"key-link\n{token}".encode()).hexdigest()


def safety(desk: Desk) -> tuple[PersonId, ...]:
    """The safety officers of the plant."""
    return desk.holders(None).get(Role.SAFETY_DEPT, ())


def ring_of(desk: Desk, person: PersonId) -> KeyRing:
    """A person's keys; blank when there never was one."""
    return desk.tx.load(desk.house.keys, person)[0]


def write(desk: Desk, person: PersonId, events: tuple[keys.Event, ...]) -> KeyRing:
    """Append to a person's ring."""
    return keep(desk.tx, desk.house.keys, person, events, at=desk.now, cause=desk.cause)


def new_link(desk: Desk, what: Opens, person: PersonId, permit: str | None, lasts: timedelta) -> str:
    """A new one-time link; its token."""
    kind, payload = LINKS.encode(what)
    seed = "\n".join(("permitbot.key-link.v1", kind, person, permit or "", desk.cause, payload.decode()))
    token = base64.urlsafe_b64encode(hmac.digest(desk.house.secret, seed.encode(), "sha256")).rstrip(b"=").decode()
    desk.tx.put_link(
        Link(
            token_hash=hash_of(token),
            purpose=PURPOSES[type(what)],
            person=person,
            permit=permit,
            payload=payload,
            created_at=desk.now,
            expires_at=desk.now + lasts,
        )
    )
    return token


# --- deciding with a key --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One decision of the person who came. ``label`` in words."""

    verdict: str
    step: str
    label: str
    text: str = ""


def leads_to_key(desk: Desk, permit: Permit, node: str) -> bool:
    """Whether this approval is given on a page: then the link is said, or how to come by a key.

    On a page because the plant asks for more than a tap, or because whoever has a key signs with it. Whoever is not
    asked to sign gets no link, and whoever has no way that is strong enough; the core answers them as ever.
    """
    due = permit.node
    if due is None or due.key != node or desk.me not in may_be_asked(desk, permit):
        return False
    return _leads(desk, permit, Step(verdict=APPROVE, step=node, label=due.label), Say.KEY_SIGN)


def leads_work_to_key(desk: Desk, permit: Permit, verdict: str, role: Role, text: str = "") -> bool:
    """As `leads_to_key`, for a signature of `START`, `RESUME` or `ACCEPT` in a role. A stop is never led anywhere."""
    if not listens(permit, verdict) or desk.me not in who(permit, role, desk.holders(permit.what.area)):
        return False
    if signed_already(desk, permit, verdict, role):
        return False
    label = f"{WORK_STEP[verdict]}·{words.ROLE[role]}"
    return _leads(desk, permit, Step(verdict=verdict, step=role.value, label=label, text=text), Say.KEY_SIGN_WORK)


COMMANDS: Mapping[str, type[c.Command]] = {
    APPROVE: c.Approve,
    START: c.Start,
    RESUME: c.Resume,
    ACCEPT: c.SignAcceptance,
}
"""What a link to a decision ends in, by verdict."""


def listens(permit: Permit, verdict: str) -> bool:
    """Whether the permit, as it stands, hears a decision of this kind at all."""
    return COMMANDS[verdict] in LISTENS[permit.status]


def signed_already(desk: Desk, permit: Permit, verdict: str, role: Role) -> bool:
    """Whether this person's signature in the role stands already: the core says so."""
    given = {START: permit.start_signatures, RESUME: permit.resume_signatures, ACCEPT: permit.acceptance}[verdict]
    counts = None if verdict == ACCEPT else permit.law.signatures_within
    return any(
        one.role is role and one.person == desk.me and (counts is None or desk.now - one.at <= counts) for one in given
    )


def _leads(desk: Desk, permit: Permit, step: Step, say: Say) -> bool:
    least = weakest(desk.house, permit, step.verdict, step.step, desk.now)
    wanted = STRENGTH[least] > STRENGTH[STRONGEST_TAP]
    pages, key = desk.house.key_pages, bool(ring_of(desk, desk.me).active)
    if pages is None or not (wanted or only_by_key(permit, key=key)):
        return False
    if not offers(desk.tx, desk.house.rungs, desk.me, key=key, weakest=least):
        by_key_only = least is ProofMethod.PASSKEY
        if by_key_only:
            desk.say(Say.KEY_NEEDED, number=permit.id)
        return by_key_only
    what = SignLink(content_hash=permit.content_hash, verdict=step.verdict, step=step.step, text=step.text)
    link = f"{pages}/sign/{new_link(desk, what, desk.me, permit.id, SIGN_FOR)}"
    desk.say(say, number=permit.id, step=step.label, link=link)
    return True


def owners_sign(permit: Permit) -> bool:
    """Whether whoever has a key signs this permit with it."""
    return permit.what.work is WorkType.HOT and permit.law.grade in KEY_GRADES


def only_by_key(permit: Permit, *, key: bool) -> bool:
    """Whether this person, who has a key in use or not, confirms this permit with the key and in no weaker way.

    Else whoever gets hold of the chat would choose the way that is easiest to forge (docs/adr/0123).
    """
    return key and owners_sign(permit)


def may_be_asked(desk: Desk, permit: Permit) -> tuple[PersonId, ...]:
    return (*asked(permit, desk.holders(permit.what.area), desk.now), *permit.escalated_to)


def weakest(house: House, permit: Permit, verdict: str, step: str, now: datetime) -> ProofMethod:
    """The least that will do under the stricter of the frozen rules and those of ``now``."""
    rules, book = permit.law, house.book
    with suppress(Refused):  # the core will say what the rules do not know
        rules = book.stricter(permit.law, book.rules_for(permit.what, at=now, zone=house.zone))
    if verdict != APPROVE:
        return weakest_at_work(rules, verdict, never_begun=permit.started_at is None)
    chains = ((one.key, one.proof) for one in (*rules.chain, *permit.law.chain))
    return next(proof for key, proof in chains if key == step)


# --- enrolling, listing, giving up ----------------------------------------------------------------------------------


def _enrol(desk: Desk, _line: Line, rest: str) -> None:
    person, _ = one_named(desk, rest)
    pages = desk.house.key_pages
    if pages is None:
        desk.say(Say.KEY_NOWHERE)
    elif person is None:
        desk.say(Say.KEY_HOW)
    elif _decided(desk, person, lambda ring: keys.open_window(
        ring, officer=desk.person, safety=safety(desk), at=desk.now
    )):  # fmt: skip
        token = new_link(desk, EnrolLink(officer=desk.me), person, None, keys.WINDOW)
        until = words.clock(desk.now + keys.WINDOW, desk.house.zone)
        desk.say(Say.KEY_WINDOW, name=called(desk, person), until=until, link=f"{pages}/key/{token}/code")


def _mine(desk: Desk, _line: Line, rest: str) -> None:
    """The person's own keys; an officer may name somebody."""
    person, _ = one_named(desk, rest) if desk.me in safety(desk) else (None, rest)
    owner = person or desk.me
    found = ring_of(desk, owner).keys
    if not found:
        desk.say(Say.KEY_NONE, name=called(desk, owner))
        return
    zone = desk.house.zone
    lines = [
        key_line(
            number, key.device, words.day(key.enrolled_at, zone), called(desk, key.supervised_by), STAGE[key.stage]
        )
        for number, key in enumerate(found, start=1)
    ]
    pages, told = desk.house.key_pages, "\n".join(lines)
    if owner == desk.me and pages is not None:
        desk.say(Say.KEY_LIST_OWN, name=called(desk, owner), lines=told, link=f"{pages}{OWN_KEYS}")
    else:
        desk.say(Say.KEY_LIST, name=called(desk, owner), lines=told)


def _revoke(desk: Desk, _line: Line, rest: str) -> None:
    person, rest = one_named(desk, rest)
    owner = person or desk.me
    number = re.search("[0-9]{1,3}", rest)
    ring = ring_of(desk, owner)
    if number is None or not 0 < int(number.group()) <= len(ring.keys):
        desk.say(Say.KEY_REVOKE_HOW)
        return
    key = ring.keys[int(number.group()) - 1]
    if _decided(desk, owner, lambda ring: keys.revoke(
        ring, credential=key.credential, by=desk.me, safety=safety(desk), at=desk.now
    )):  # fmt: skip
        desk.say(Say.KEY_REVOKED, name=called(desk, owner), device=key.device)
        if owner != desk.me:
            tell(desk, owner, Say.KEY_REVOKED_BY, name=desk.person.name, device=key.device)


enrolling = begins(
    {
        "登记钥匙": _enrol,
        "我的钥匙": _mine,
        "查看钥匙": _mine,
        "注销钥匙": _revoke,
    }
)
"""Whether a line is about keys; then it is answered."""


def tell(desk: Desk, person: PersonId, key: Say, **args: str) -> None:
    """News about a key, to be heard at once: whoever did not do it himself must know now."""
    desk.post_to(person, Answer(person=person, key=key.value, args=args), purpose="answer", lane=Lane.SAFETY)


def _decided(desk: Desk, person: PersonId, decide: keys.Decide) -> bool:
    try:
        events = decide(ring_of(desk, person))
    except Refused as refused:
        desk.refuse(None, "key", refused.findings)
        return False
    write(desk, person, events)
    return True


def one_named(desk: Desk, rest: str) -> tuple[PersonId | None, str]:
    """The one person a line names, and what else it says."""
    found = [one for one in find_names(rest, desk.gazetteer, ()) if one.person.person]
    if len(found) != 1 or found[0].person.person is None:
        return None, rest
    span = found[0].span
    return PersonId(found[0].person.person.id), rest[: span.start] + rest[span.end :]


def called(desk: Desk, person: PersonId) -> str:
    known = desk.tx.directory.people.get(person)
    return known.name if known is not None else str(person)
