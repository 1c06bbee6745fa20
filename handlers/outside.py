"""What a person without an account does through a vouched link, inside one transaction each (docs/adr/0115).

Only what stands here can be done by link: signing the briefing, and stopping work. Whose word it is and who vouched
travels in the proof; whether that is enough is the core's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cards.links import Ticket
from cards.views import PermitView
from handlers.answers import Say
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.house import House
from handlers.outgoing import Answer
from handlers.streams import keep
from handlers.views import Viewer
from storage.tx import Tx
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.signing import BRIEF, STOP, decision_hash
from workflow.permit.state import Permit
from workflow.values import Proof, ProofMethod
from workflow.vouching import Link, LinkPurpose, LinkState, held_by, try_code, usable

PLATFORM = "link"
"""What journal and inbox call the way these acts come in."""
LONGEST_WORDS = 200


class Standing(StrEnum):
    """What an address is worth to the phone that shows it."""

    WANTS_CODE = "wants_code"
    MINE = "mine"
    OVER = "over"


class Act(StrEnum):
    """What a held link may do."""

    SIGN = "sign"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: the address, and the digest of the secret the phone showed (empty: none)."""

    ticket: Ticket
    phone: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the page may show. ``view`` and ``link`` only to the phone that holds the link."""

    standing: Standing
    left: int = 0
    """Tries of the code that are left."""
    link: Link | None = None
    view: PermitView | None = None
    voucher: str = ""


def look(tx: Tx, house: House, visit: Visit) -> Seen:
    """What this phone may see now. Changes nothing, whoever asks and however often."""
    link = tx.load(house.links, visit.ticket.voucher)[0].link(visit.ticket.link)
    if link is None or not usable(link, visit.now):
        return Seen(standing=Standing.OVER)
    if link.state is LinkState.OPEN:
        left = house.book.plant.vouching.code_tries - link.tries
        return Seen(standing=Standing.WANTS_CODE, left=left)
    if not held_by(link, visit.phone, visit.now):
        return Seen(standing=Standing.OVER)
    view = Viewer(house=house).permit(
        tx, link.permit, link.person, purpose=None, now=visit.now, seal=lambda _: "", page=None
    )
    foreman = tx.directory.person(visit.ticket.voucher)
    name = foreman.name if foreman is not None else str(visit.ticket.voucher)
    return Seen(standing=Standing.MINE, link=link, view=view, voucher=name)


def links_to_scan(
    tx: Tx, house: House, voucher: PersonId, permit: PermitId, now: datetime
) -> tuple[tuple[str, Ticket], ...]:
    """A foreman's links of a permit that wait for their code, with the name of whom each is for."""
    links = tx.load(house.links, voucher)[0].links
    return tuple(
        (known.name, Ticket(voucher=voucher, link=one.id, ends=one.ends))
        for one in links
        if one.permit == permit and one.state is LinkState.OPEN and usable(one, now)
        and (known := tx.directory.person(one.person)) is not None
    )  # fmt: skip


def type_code(tx: Tx, house: House, visit: Visit, *, right: bool, phone: str, cause: str) -> bool:
    """A code was typed in: kept either way. True makes ``phone`` the one that holds the link."""
    links, _ = tx.load(house.links, visit.ticket.voucher)
    rules = house.book.plant.vouching
    try:
        events = try_code(links, visit.ticket.link, right=right, phone=phone, at=visit.now, rules=rules)
    except Refused:
        return False
    keep(tx, house.links, visit.ticket.voucher, events, at=visit.now, cause=cause)
    return right


def act(tx: Tx, house: House, visit: Visit, what: Act, *, text: str, cause: str) -> tuple[Finding, ...] | None:
    """Do it; the reasons when it may not be, None when this phone does not hold the link (any more)."""
    link = tx.load(house.links, visit.ticket.voucher)[0].link(visit.ticket.link)
    if link is None or not held_by(link, visit.phone, visit.now):
        return None
    sender = Sender(platform=PLATFORM, corp="", user=link.person)
    desk = Desk(tx, house, now=visit.now, cause=cause, sender=sender, actor=link.person)
    permit = desk.permit(link.permit)
    try:
        desk.ask(link.permit, _command(desk, permit, visit, what, text))
    except Refused as refused:
        return refused.findings
    finally:
        desk.close()
    _tell_voucher(desk, visit, what, permit)
    return ()


def may_sign(seen: Seen) -> bool:
    """Whether the briefing is still to be signed by who holds the link."""
    link, view = seen.link, seen.view
    if link is None or view is None or link.purpose is not LinkPurpose.BRIEFING:
        return False
    return link.person not in view.permit.briefed


def _command(desk: Desk, permit: Permit, visit: Visit, what: Act, text: str) -> c.Command:
    match what:
        case Act.SIGN:
            return c.SignBriefing(by=desk.by, at=desk.now, proof=_proof(desk, permit, visit, BRIEF))
        case Act.STOP:
            proof = _proof(desk, permit, visit, STOP)
            said = text.strip()[:LONGEST_WORDS]
            return c.StopWork(by=desk.by, at=desk.now, reason=SuspendReason.STOP_WORK, text=said, proof=proof)


def _proof(desk: Desk, permit: Permit, visit: Visit, verdict: str) -> Proof:
    """The lowest rung, with its voucher; never anything better, whatever else is known of the phone."""
    bound = decision_hash(
        permit=permit.id, content_hash=permit.content_hash, verdict=verdict, step=verdict, person=desk.me
    )
    return Proof(
        method=ProofMethod.VOUCHED_LINK, subject=desk.me, decision_hash=bound, at=desk.now,
        voucher=visit.ticket.voucher,
    )  # fmt: skip


def _tell_voucher(desk: Desk, visit: Visit, what: Act, permit: Permit) -> None:
    if what is Act.SIGN:
        args = {"name": desk.person.name, "number": str(permit.id)}
        told = Answer(person=visit.ticket.voucher, key=Say.VOUCH_SIGNED.value, args=args)
        desk.post_to(visit.ticket.voucher, told, purpose="vouch", permit=permit.id)
