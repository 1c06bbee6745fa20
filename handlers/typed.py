"""Cards answered by typing 「选 417-1」, for people on a platform that shows us no cards (docs/adr/0091).

A number names exactly one copy of one card in one person's chat. It opens for nobody else, and only while that copy is
the newest of its subject and the permit still stands as it told: otherwise nothing is done and the present card is
shown. A stop is taken from any copy, however old.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cards.buttons import Action, ForeignToken, Press, unpack
from cards.card import Card
from cards.permit import subject
from cards.typed import Offered, Pressed, Typed, offer_of, pressed, read_typed
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.reading import Line
from handlers.request import conversation
from handlers.taps import picked, tapped
from storage.cards_sent import CardState
from storage.codec import Codec
from storage.desk import Link
from storage.errors import UnknownEvent
from storage.tx import Tx
from workflow.ids import PermitId

OPEN_FOR = timedelta(days=7)
"""How long a number can be answered at all."""
_FIRST = 100
"""Numbers have three digits or more: shorter ones are tanks and pumps."""
_PURPOSE = "typed"
_CODEC: Codec[Offered] = Codec((Offered,))
_SHOWN_ANEW = frozenset({Action.REFRESH, Action.SHOW})


def put_offer(tx: Tx, card: Card, *, task: str, platform: str, person: str, now: datetime) -> int:
    """Keep what a card offers, and its number for this person. A number is never given twice."""
    number = _FIRST + tx.next_number(f"{_PURPOSE}:{person}")
    tx.put_link(
        Link(
            token_hash=_key(person, number),
            purpose=_PURPOSE,
            person=person,
            permit=None,
            payload=_CODEC.encode(offer_of(card, platform=platform, task=task))[1],
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
    )
    return number


def typed_number(desk: Desk, line: Line) -> bool:
    """Whether the line answers a card by its number; then it is done."""
    typed = read_typed(line.text)
    if typed is None:
        return False
    offer = _offered(desk, typed)
    if offer is None:
        if typed.number <= _FIRST:
            return False  # 选2号罐
        desk.say(Say.NO_SUCH_NUMBER, number=str(typed.number))
        return True
    press = pressed(offer, typed.said)
    if press is None:
        desk.say(Say.NUMBER_HOW, number=str(typed.number))
    else:
        _answered(desk, offer, press, typed.number)
    return True


def _key(person: str, number: int) -> str:
    return hashlib.sha256(f"{_PURPOSE}\n{person}\n{number}".encode()).hexdigest()


def _offered(desk: Desk, typed: Typed) -> Offered | None:
    link = desk.tx.see_link(_key(desk.me, typed.number), desk.now)
    if link is None or link.purpose != _PURPOSE or link.person != desk.me:
        return None
    try:
        return _CODEC.decode(Offered.__name__, link.payload)
    except UnknownEvent:
        return None  # of another version of ours


def _answered(desk: Desk, offer: Offered, answer: Pressed, number: int) -> None:
    tap = Tap(
        site=desk.house.site,
        sender=desk.sender,
        dedup_key=desk.cause,
        received_at=desk.now,
        token=answer.token,
        card=offer.task,
        update_handle=None,
        chosen=answer.chosen,
    )
    try:
        press = unpack(picked(tap), person=desk.me, secret=desk.house.secret)
    except (ForeignToken, ValueError):
        tapped(desk, tap)  # of a version that knew other buttons: answered as a press of an old button is
        return
    if press.action is not Action.STOP and _stale(desk, offer, press):
        _show_present(desk, press, number)
    elif press.action in _SHOWN_ANEW and desk.known(PermitId(press.subject)) is not None:
        show_card(desk, PermitId(press.subject))
    else:
        tapped(desk, tap)


def _stale(desk: Desk, offer: Offered, press: Press) -> bool:
    """Whether the copy is not the newest of its subject, or its permit has moved on."""
    copy = desk.tx.card(offer.platform, offer.task)
    if copy is None or copy.state is not CardState.LIVE or copy.person != desk.me:
        return True
    return copy.subject == subject(press.subject) and copy.shown_version != desk.permit(PermitId(press.subject)).version


def _show_present(desk: Desk, press: Press, number: int) -> None:
    """Nothing is done; what the person sees next is the card as it stands."""
    permit = PermitId(press.subject)
    if desk.known(permit) is not None:
        show_card(desk, permit, Say.NUMBER_STALE, number=str(number))
        return
    desk.say(Say.NUMBER_STALE, number=str(number))
    if desk.talk.draft is not None:
        conversation.show_draft(desk)
