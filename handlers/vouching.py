"""开链接 · 收回链接: a foreman lets somebody of his crew without an account act (docs/adr/0114, 0115).

The link and its code go to the foreman in two messages: one to be handed on, one to be said aloud. The core decides who
may vouch for whom; that there is no account of their own is known here.
"""

from __future__ import annotations

from cards.buttons import Press
from cards.links import link_id
from handlers.answers import Say
from handlers.desk import Desk
from handlers.ledger import begins, permit_in
from handlers.outgoing import Answer, VouchedLink
from handlers.reading import Line
from handlers.request.people import find_names
from handlers.streams import keep
from handlers.unaccounted import ask_for_whom, case_of, name_of, purpose_now
from workflow.effects import Lane
from workflow.findings import no
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit
from workflow.permit.vouching import unfit_voucher
from workflow.rules.types import Role
from workflow.vouching import Event, LinkOpened, Links, TooManyVouched, open_link, revoke_all

ASKED = "vouch"


# --- by tap and by word ---------------------------------------------------------------------------------------------


def vouch_tapped(desk: Desk, permit: Permit, press: Press) -> None:
    """为 张三 开链接."""
    _open(desk, permit, PersonId(press.arg))


def _said(desk: Desk, _line: Line, rest: str) -> None:
    number, rest = permit_in(rest)
    permits = [desk.known(number)] if number is not None else [desk.permit(PermitId(row.permit)) for row in desk.mine()]
    named = [one.person.person for one in find_names(rest, desk.gazetteer, ()) if one.person.person is not None]
    people = [PersonId(one.id) for one in named]
    known = [one for one in permits if one is not None and (not people or people[0] in one.what.workers)]
    if len(people) == 1 and len(known) == 1:
        _open(desk, known[0], people[0])
        return
    asked = [] if people or rest else [one for one in known if ask_for_whom(desk, one, desk.me)]
    if not asked:
        desk.say(Say.VOUCH_HOW)


def _taken_back(desk: Desk, _line: Line, _rest: str) -> None:
    events = revoke_all(_links(desk), desk.now)
    _keep(desk, events)
    desk.say(Say.VOUCH_REVOKED, count=str(len(events)))


vouching = begins({"开链接": _said, "收回链接": _taken_back})
"""Whether a line is about links; then it is answered."""


# --- opening --------------------------------------------------------------------------------------------------------


def _open(desk: Desk, permit: Permit, person: PersonId) -> None:
    wrong = [*unfit_voucher(case_of(desk, permit), person, desk.me)]
    purpose = purpose_now(permit, person)
    if desk.tx.directory.accounts_of(person):
        fact = f"{name_of(desk, person)}有自己的账号"
        wrong.insert(0, no("vouch.account", fact, cure="请本人在聊天里办理"))
    elif purpose is None:
        fact = f"{name_of(desk, person)}现在没有要在{permit.id}上办的事"
        wrong.append(no("vouch.nothing", fact, cure="无需开链接"))
    if wrong or purpose is None:
        text = "；".join(finding.fact for finding in wrong)
        desk.keep_attempt(permit.id, "OpenLink", wrong[0].gate, text)
        desk.refuse(permit.id, ASKED, tuple(wrong))
        return
    link = link_id(desk.me, permit.id, person, purpose.value, desk.cause, secret=desk.house.secret)
    rules = desk.house.book.plant.vouching
    events = open_link(
        _links(desk), link=link, permit=permit.id, person=person, purpose=purpose, at=desk.now, rules=rules
    )
    _keep(desk, events)
    for event in events:
        if isinstance(event, TooManyVouched):
            _too_many(desk, permit, person)
        elif isinstance(event, LinkOpened):
            _hand_over(desk, event)


def _hand_over(desk: Desk, opened: LinkOpened) -> None:
    for part in ("link", "code"):
        message = VouchedLink(
            person=desk.me, permit=opened.permit, link=opened.link, whom=opened.person, ends=opened.ends, part=part
        )
        desk.post(message, purpose="vouch", permit=opened.permit)


def _too_many(desk: Desk, permit: Permit, person: PersonId) -> None:
    """It looks like signing for others: refused, kept, and the safety department hears of it."""
    fact = f"{desk.person.name}一分钟内要为{name_of(desk, person)}等多人开链接，没有开"
    desk.keep_attempt(permit.id, "OpenLink", "vouch.many", fact)
    desk.refuse(permit.id, ASKED, (no("vouch.many", fact, cure="请逐人当面核对、交底后再开"),))
    args = {"name": desk.person.name, "number": str(permit.id)}
    for one in desk.holders(permit.what.area).get(Role.SAFETY_DEPT, ()):
        told = Answer(person=one, key=Say.VOUCH_MANY.value, args=args)
        desk.post_to(one, told, purpose="vouch_many", lane=Lane.SAFETY, permit=permit.id)


def _links(desk: Desk) -> Links:
    return desk.tx.load(desk.house.links, desk.me)[0]


def _keep(desk: Desk, events: tuple[Event, ...]) -> None:
    if events:
        keep(desk.tx, desk.house.links, desk.me, events, at=desk.now, cause=desk.cause)
