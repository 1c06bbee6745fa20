"""Offline PINs: 登记离线码 · 注销离线码 · 我的离线码 by chat; the page to choose one on; what wrong tries leave behind.

The PIN itself never comes here: pages bring a digest to keep, and a yes or no.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cards import words
from cards.words_pins import STAGE
from handlers import keyed
from handlers.answers import Say
from handlers.desk import Desk
from handlers.house import House
from handlers.keyed import End, Opened, Outcome
from handlers.keys import PIN, PinLink, called, new_link, one_named, safety, tell
from handlers.ledger import begins
from handlers.reading import Line
from handlers.streams import keep
from storage.proofs import PinSecret
from storage.tx import Tx
from workflow import pins
from workflow.errors import Refused
from workflow.ids import PersonId
from workflow.pins import PinBook


def book_of(tx: Tx, house: House, person: PersonId) -> PinBook:
    """What is known of a person's PIN."""
    return tx.load(house.pins, person)[0]


def write(desk: Desk, person: PersonId, events: tuple[pins.Event, ...]) -> None:
    """Append to a person's book; the digest goes with the PIN that ends for good."""
    book = keep(desk.tx, desk.house.pins, person, events, at=desk.now, cause=desk.cause)
    if book.stage is pins.Stage.REVOKED:
        desk.tx.drop_pin_secret(person)


# --- by chat --------------------------------------------------------------------------------------------------------


def _enrol(desk: Desk, _line: Line, rest: str) -> None:
    person, _ = one_named(desk, rest)
    pages = desk.house.key_pages
    if desk.house.book.plant.offline is None or pages is None:
        desk.say(Say.PIN_OFF)
        return
    if person is None:
        desk.say(Say.PIN_HOW)
        return
    try:
        opened = pins.open_window(
            book_of(desk.tx, desk.house, person), officer=desk.person, safety=safety(desk), at=desk.now
        )
    except Refused as refused:
        desk.refuse(None, "pin", refused.findings)
        return
    keep(desk.tx, desk.house.pins, person, opened, at=desk.now, cause=desk.cause)
    token = new_link(desk, PinLink(officer=desk.me), person, None, pins.WINDOW)
    until = words.clock(desk.now + pins.WINDOW, desk.house.zone)
    desk.say(Say.PIN_WINDOW, name=called(desk, person), until=until, link=f"{pages}/pin/{token}/code")


def _mine(desk: Desk, _line: Line, rest: str) -> None:
    """How the person's own PIN stands; an officer may name somebody."""
    person, _ = one_named(desk, rest) if desk.me in safety(desk) else (None, rest)
    owner = person or desk.me
    desk.say(Say.PIN_STATE, name=called(desk, owner), state=STAGE[book_of(desk.tx, desk.house, owner).stage])


def _revoke(desk: Desk, _line: Line, rest: str) -> None:
    person, _ = one_named(desk, rest)
    owner = person or desk.me
    try:
        events = pins.revoke(book_of(desk.tx, desk.house, owner), by=desk.me, safety=safety(desk), at=desk.now)
    except Refused as refused:
        desk.refuse(None, "pin", refused.findings)
        return
    write(desk, owner, events)
    desk.say(Say.PIN_REVOKED, name=called(desk, owner))
    if owner != desk.me:
        tell(desk, owner, Say.PIN_REVOKED_BY, name=desk.person.name)


pinning = begins({"登记离线码": _enrol, "我的离线码": _mine, "查看离线码": _mine, "注销离线码": _revoke})
"""Whether a line is about offline PINs; then it is answered."""


# --- by page --------------------------------------------------------------------------------------------------------


def look(tx: Tx, house: House, token: str, now: datetime) -> Opened | None:
    """The enrolment a link opens; None when it is over."""
    opened = keyed.look(tx, house, token, PIN, now)
    return opened if opened is not None and isinstance(opened.what, PinLink) else None


def enrol(tx: Tx, house: House, token: str, secret: PinSecret, *, cause: str, now: datetime) -> Outcome:
    """The person chose a PIN; it counts if the officer's window is still open. Both are told."""
    opened = look(tx, house, token, now)
    if opened is None or not isinstance(opened.what, PinLink):
        return Outcome(end=End.GONE)
    tx.use_link(opened.link.token_hash, now)
    person, officer = opened.person, opened.what.officer
    desk = keyed.page_desk(tx, house, person.id, cause, now)
    try:
        events = pins.enrol(book_of(tx, house, person.id), officer=officer, at=now)
    except Refused as refused:
        return Outcome(end=End.REFUSED, findings=refused.findings)
    book = keep(tx, house.pins, person.id, events, at=now, cause=cause)
    tx.put_pin_secret(person.id, replace(secret, number=book.number))
    tell(desk, person.id, Say.PIN_ENROLLED, officer=called(desk, officer))
    tell(desk, officer, Say.PIN_WITNESSED, name=person.name)
    desk.close()
    return Outcome(end=End.SIGNED)


def missed(desk: Desk, person: PersonId, since: datetime) -> None:
    """A wrong PIN was given for this person in the outage since then: kept, and told where it was the last try."""
    offline = desk.house.book.plant.offline
    if offline is None:
        return
    events = pins.missed(book_of(desk.tx, desk.house, person), tries=offline.tries, since=since, at=desk.now)
    if not events:
        return
    write(desk, person, events)
    if any(isinstance(one, pins.PinLocked) for one in events):
        for one in dict.fromkeys((person, *safety(desk))):
            tell(desk, one, Say.PIN_LOCKED, name=called(desk, person))
