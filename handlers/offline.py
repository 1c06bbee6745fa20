"""Deciding before a place's board while the chat is down: who is it, what waits for him, and the decision itself.

Five rules stand over all of it (docs/adr/0190, 0212):

1. That the chat is down is what our own look wrote down, asked again in the very transaction of the decision.
2. Right or wrong comes in with the enrolment it was judged by; what has changed since counts as wrong.
3. Whatever was wrong is answered alike, whether there is such a person, a PIN, a lock, or none of them.
4. Whoever has a key and has to use it gets a link for the key: it needs no chat.
5. A board before which too much was wrong is not heard for a while; meanwhile nothing counts against anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cards import words
from cards import words_pins as say
from cards.words_keys import WORK_STEP
from handlers import keyed, onsite, outages, pins
from handlers.answers import Say
from handlers.asked import who
from handlers.desk import Desk
from handlers.house import House
from handlers.keyed import Beside, End, Opened, Outcome
from handlers.keys import (
    COMMANDS,
    OFFLINE,
    SIGN_FOR,
    OfflineLink,
    SignLink,
    listens,
    may_be_asked,
    new_link,
    only_by_key,
    ring_of,
    signed_already,
    tell,
    weakest,
)
from handlers.tally import Tally
from storage.proofs import PinSecret
from storage.tx import Tx
from workflow.errors import Refused
from workflow.findings import no
from workflow.ids import PermitId, PersonId
from workflow.permit.signing import ACCEPT, APPROVE, RESUME, START
from workflow.permit.state import Permit
from workflow.pins import Part, used
from workflow.plant import Area
from workflow.rules.types import Role
from workflow.values import STRENGTH, ProofMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody says to be this person. Without a ``person`` there is nobody of that name with a PIN that counts."""

    person: PersonId | None
    secret: PinSecret | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A claim, and whether the PIN that came with it was right."""

    claim: Claim
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One decision that waits for the person. ``link`` is the path below the public address."""

    permit: PermitId
    label: str
    link: str
    by_key: bool


class NotUsable(Exception):
    """The way is shut: the plant has none, or the chat works."""


class TooOften(Exception):
    """Too much was wrong before this board lately: nothing given there is looked at, and nobody's PIN is nearer to a
    lock."""


MISSES: Final = 10
"""So many wrong names or PINs before one board within `MISSES_WITHIN`."""
MISSES_WITHIN: Final = timedelta(minutes=10)


def _misses(tx: Tx, board: str, now: datetime) -> Tally:
    """What was wrong before a board. Raise `TooOften`."""
    found = Tally.at(tx, f"offline:{board}", now, MISSES_WITHIN)
    if found.count >= MISSES:
        raise TooOften
    return found


def claim(tx: Tx, house: House, said: str, *, served: frozenset[str], now: datetime) -> Claim:
    """Whom somebody means who writes a name or a code of the register; nobody where several are called so."""
    plain = "".join(said.split())
    people = tx.directory.people
    found = [one for one in people.values() if one.active and plain and plain in (str(one.id), one.name)]
    since = outages.open_since(tx, house, served, now)
    if len(found) != 1 or since is None or not pins.book_of(tx, house, found[0].id).counts(since):
        return Claim(person=None, secret=None)
    return Claim(person=found[0].id, secret=tx.pin_secret(found[0].id))


def usable(tx: Tx, house: House, served: frozenset[str], now: datetime) -> bool:
    """Whether the page is there at all."""
    return outages.any_down(tx, house, served, now)


def waiting(
    tx: Tx, house: House, area: Area, board: str, given: Given, *, served: frozenset[str], cause: str, now: datetime
) -> tuple[Waiting, ...] | None:
    """What waits for this person at the place; None when it is not he.

    Raise `NotUsable` where the way is shut, `TooOften` where nothing is looked at.
    """
    since = outages.open_since(tx, house, served, now)
    if since is None:
        raise NotUsable
    misses, person = _misses(tx, board, now), given.claim.person
    if person is None or not _holds(tx, house, given, since):
        misses.add(tx)
        if person is not None:
            desk = keyed.page_desk(tx, house, person, cause, now)
            pins.missed(desk, person, since)
            desk.close()
        return None
    if outages.down_since(tx, house, person, served) is None:
        raise NotUsable
    desk = keyed.page_desk(tx, house, person, cause, now)
    numbers = onsite.permits_of(tx, house, area, person, now)
    found = tuple(
        _offered(desk, permit, step, label, board)
        for number in numbers
        if (permit := desk.permit(number)).what.area == area.id
        for step, label in _due(desk, permit)
    )
    desk.close()
    return found


def _holds(tx: Tx, house: House, given: Given, since: datetime) -> bool:
    """Whether a right PIN is right still: the same enrolment, and not locked meanwhile."""
    person, secret = given.claim.person, given.claim.secret
    if person is None or secret is None or not given.right:
        return False
    book = pins.book_of(tx, house, person)
    return book.counts(since) and book.number == secret.number


def _due(desk: Desk, permit: Permit) -> Iterator[tuple[SignLink, str]]:
    """The decisions that wait for the person who came, in words."""
    node, now_hash = permit.node, permit.content_hash
    if node is not None and desk.me in may_be_asked(desk, permit):
        yield SignLink(content_hash=now_hash, verdict=APPROVE, step=node.key), node.label
    holders, law = desk.holders(permit.what.area), permit.law
    before = law.start_roles if permit.started_at is None else ()
    wanted: tuple[tuple[str, tuple[Role, ...]], ...] = (
        (START, law.start_roles),
        (RESUME, tuple(dict.fromkeys((*before, *law.resume_roles)))),
        (ACCEPT, law.acceptance_roles),
    )
    for verdict, roles in wanted:
        for role in roles if listens(permit, verdict) else ():
            if desk.me in who(permit, role, holders) and not signed_already(desk, permit, verdict, role):
                label = f"{WORK_STEP[verdict]}·{words.ROLE[role]}"
                yield SignLink(content_hash=now_hash, verdict=verdict, step=role.value), label


def _offered(desk: Desk, permit: Permit, step: SignLink, label: str, board: str) -> Waiting:
    offline, key = desk.house.book.plant.offline, bool(ring_of(desk, desk.me).active)
    least = weakest(desk.house, permit, step.verdict, step.step, desk.now)
    beyond = offline is None or STRENGTH[least] > STRENGTH[offline.replaces]
    by_key = key and desk.house.key_pages is not None and (beyond or only_by_key(permit, key=True))
    if by_key:
        if step.verdict == RESUME:
            step = replace(step, text=words.CAUSE_REMOVED)  # what the button of the chat says; the key signs it
        link = f"/sign/{new_link(desk, step, desk.me, permit.id, SIGN_FOR)}"
    else:
        what = OfflineLink(content_hash=step.content_hash, verdict=step.verdict, step=step.step, board=board)
        link = f"/offline/{board}/{new_link(desk, what, desk.me, permit.id, SIGN_FOR)}"
    return Waiting(permit=permit.id, label=label, link=link, by_key=by_key)


# --- one decision ---------------------------------------------------------------------------------------------------


def look(tx: Tx, house: House, token: str, board: str, *, served: frozenset[str], now: datetime) -> Opened | None:
    """The decision a link opens before its board; None when either is over, or the chat works."""
    opened = keyed.look_to_sign(tx, house, token, now, purpose=OFFLINE)
    if opened is None or not isinstance(opened.what, OfflineLink) or opened.what.board != board:
        return None
    return opened if usable(tx, house, served, now) else None


def own_claim(tx: Tx, house: House, opened: Opened, *, served: frozenset[str], now: datetime) -> Claim:
    """The person the link belongs to."""
    return claim(tx, house, opened.person.id, served=served, now=now)


def conclude(
    tx: Tx,
    house: House,
    token: str,
    board: str,
    *,
    first: Given,
    second: Given,
    text: str,
    served: frozenset[str],
    cause: str,
    now: datetime,
) -> Outcome:
    """Both PINs were given for this decision. All is used up together with it, or a wrong PIN is kept.

    Raise `TooOften` where nothing is looked at.
    """
    opened, lasting = look(tx, house, token, board, served=served, now=now), outages.open_since(tx, house, served, now)
    since = None if opened is None else outages.down_since(tx, house, opened.person.id, served)
    if opened is None or since is None or lasting is None or not isinstance(opened.what, OfflineLink):
        return Outcome(end=End.GONE)
    area = tx.directory.area_of_board(board)
    if area is None or tx.load(house.permits, opened.permit)[0].what.area != area.id:
        return Outcome(end=End.GONE)
    misses, wrong = _misses(tx, board, now), [one for one in (first, second) if not _holds(tx, house, one, lasting)]
    if wrong or first.claim.person != opened.person.id or second.claim.person is None:
        misses.add(tx)
        return _wrong(tx, house, opened, wrong, lasting, cause, now)
    what = replace(opened.what, text=text) if opened.what.verdict == RESUME else opened.what
    opened = replace(opened, what=what)
    beside = Beside(second=second.claim.person, down_since=since)
    tx.use_link(opened.link.token_hash, now)
    try:
        _use(tx, house, opened, what, beside, lasting, cause, now)
    except Refused as refused:
        return Outcome(end=End.REFUSED, findings=refused.findings)
    outcome = keyed.carry_out(tx, house, opened, cause=cause, method=ProofMethod.OFFLINE_PIN, beside=beside, now=now)
    if outcome.end is End.SIGNED:
        _tell_both(tx, house, opened, beside, cause, now)
    return outcome


def _use(
    tx: Tx, house: House, opened: Opened, what: SignLink, beside: Beside, since: datetime, cause: str, now: datetime
) -> None:
    """Write into both books what the PINs were given for. Raise `Refused` where one of them does not count."""
    desk = keyed.page_desk(tx, house, opened.person.id, cause, now)
    bound, parts = keyed.hash_to_sign(opened, what), ((opened.person.id, Part.SIGNER), (beside.second, Part.SECOND))
    for person, part in parts:
        book = pins.book_of(tx, house, person)
        given = used(book, permit=opened.permit, decision_hash=bound, part=part, since=since, at=now)
        pins.write(desk, person, given)
    desk.close()


def _tell_both(tx: Tx, house: House, opened: Opened, beside: Beside, cause: str, now: datetime) -> None:
    """They hear it when their chat is back, so that a PIN in foreign hands is noticed."""
    desk = keyed.page_desk(tx, house, opened.person.id, f"{cause}:told", now)
    second = tx.directory.people[beside.second]
    tell(desk, opened.person.id, Say.PIN_SIGNED, number=opened.permit, name=second.name)
    tell(desk, second.id, Say.PIN_STOOD_BY, number=opened.permit, name=opened.person.name)
    desk.close()


def _wrong(
    tx: Tx, house: House, opened: Opened, wrong: list[Given], since: datetime, cause: str, now: datetime
) -> Outcome:
    """One of the PINs was wrong: kept with its owner and on the permit; the link lives on for its few minutes."""
    desk = keyed.page_desk(tx, house, opened.person.id, cause, now)
    for person in dict.fromkeys(one.claim.person for one in wrong):
        if person is not None:
            pins.missed(desk, person, since)
    if isinstance(opened.what, SignLink):
        text = say.ATTEMPTED.format(name=opened.person.name)
        desk.keep_attempt(opened.permit, COMMANDS[opened.what.verdict].__name__, "proof.pin", text)
    desk.close()
    return Outcome(end=End.REFUSED, findings=(no("proof.pin", say.WRONG, clause=say.CLAUSE, cure=say.WRONG_CURE),))
