"""What the office answered to an act of a page, read back from the outbox in which it lies for the chat.

So the page says what the chat says, in the same words, and an act that is sent twice is answered the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.present_words import plain_no
from cards.answers import answer_text
from cards.ask import ask_card
from cards.views import Seal
from cards.words_ways import Ways
from handlers import outgoing as out
from handlers.answers import Say
from handlers.encoding import unpack_outgoing
from handlers.house import Permits
from handlers.told import notices
from storage.agenda import AgendaState, Posted
from storage.tx import Tx
from workflow.effects import Lane, Purpose
from workflow.ids import GroupId, PermitId, PersonId
from workflow.permit.events import WorkSuspended

_NOT_GOOD = frozenset(
    {
        Say.FOREIGN_BUTTON, Say.OLD_BUTTON, Say.CHANGED_SINCE, Say.NOTHING_HERE, Say.UNKNOWN_BOARD, Say.OUTSIDE_FENCES,
        Say.POSITION_MADE_UP, Say.BOARD_ELSEWHERE, Say.FRESH_WRONG, Say.FRESH_TOO_OFTEN, Say.FRESH_NO_SCREEN,
        Say.GAS_UNCLEAR, Say.GAS_FAILED, Say.GAS_NOWHERE, Say.GAS_POINT,
        Say.PHOTO_USED, Say.PHOTO_DOUBTED, Say.PHOTO_NOWHERE, Say.MEDIA_TROUBLE, Say.NOT_UNDERSTOOD, Say.NO_SUCH_PERMIT,
        Say.STOP_NOTHING, Say.KEY_NEEDED,
    }
)  # fmt: skip
"""Answers that say that something was not done, or is not well."""


@dataclass(slots=True)
class Told:
    """What there is to be said on the page."""

    said: list[dict[str, Any]] = field(default_factory=list)
    """``text`` and ``bad``."""
    asks: list[dict[str, Any]] = field(default_factory=list)
    """``text`` and ``buttons``, each with ``text`` and ``token``."""
    heard: list[str] = field(default_factory=list)
    """Names of people and groups who are being told of a danger."""
    waiting: int = 0
    """How many of them are still to be reached."""
    fetching: bool = False
    """A photo has yet to be looked at."""


def told(tx: Tx, causes: Sequence[str], person: PersonId, *, ways: Ways, seal: Seal) -> Told:
    """Everything the office posted to the person for these causes."""
    found = Told()
    for posted in (one for cause in causes for one in tx.posted(f"{cause}#")):
        intent = unpack_outgoing(posted.payload)
        if isinstance(intent, out.Fetch):
            found.fetching = found.fetching or posted.state is AgendaState.PENDING
        elif posted.recipient == person:
            _say(found, intent, ways, seal)
        elif posted.lane is Lane.SAFETY:
            _heard(tx, found, posted, person)
    return found


def heard_of_stop(
    tx: Tx, permits: Permits, numbers: Iterable[PermitId], cause: str, found: Told, person: PersonId
) -> None:
    """Add who is told of the stops that one act brought about."""
    for number in numbers:
        for record in tx.records(permits, number):
            if record.cause == cause and record.kind == WorkSuspended.__name__:
                for posted in tx.posted(notices(number, Purpose.SUSPENDED, str(record.version))):
                    _heard(tx, found, posted, person)


def _say(found: Told, intent: out.Outgoing, ways: Ways, seal: Seal) -> None:
    match intent:
        case out.Answer():
            _add(found, answer_text(intent.key, intent.args, ways), intent.key)
        case out.PermitCard(note=note) if note:
            _add(found, answer_text(note, intent.args, ways), note)
        case out.Refusal():
            found.said.append({"text": plain_no(intent, ways).text, "bad": True})
        case out.Ask():
            offers = [(offer.press, offer.label) for offer in intent.offers]
            card = ask_card(intent.subject, intent.key, dict(intent.args), offers, seal, ways)
            taps = [{"text": one.text, "token": one.token} for one in card.buttons]
            listed = [{"text": one.text, "token": one.id} for choice in card.choices for one in choice.options]
            found.asks.append({"text": card.body, "buttons": taps + listed})
        case _:
            return  # a copy in the chat that changes; the page itself is drawn anew


def _add(found: Told, text: str, key: str) -> None:
    found.said.append({"text": text, "bad": Say(key) in _NOT_GOOD})


def _heard(tx: Tx, found: Told, posted: Posted, person: PersonId) -> None:
    other, group = (
        tx.directory.people.get(PersonId(posted.recipient)),
        tx.directory.groups.get(GroupId(posted.recipient)),
    )
    names = [one.name for one in (other, group) if one is not None and posted.recipient != person]
    if names:
        found.heard = list(dict.fromkeys((*found.heard, *names)))
        found.waiting += posted.state is not AgendaState.DONE  # given up is not told, either
