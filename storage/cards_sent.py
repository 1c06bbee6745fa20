"""The ledger of cards: who holds which card at which version, and the platform's one-use right to change it.

A WeCom response code works once and lives 72 hours; one comes with the send and a fresh one with every click. The
task id is our own key of the card. A platform that updates freely simply has no codes here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, literal_column, select, update

from storage.schema import card_codes, cards_sent
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware

CODE_LIFE = timedelta(hours=72)


class CardState(StrEnum):
    """Whether a card may still be changed in place."""

    LIVE = "live"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSent:
    """One card in one person's chat. ``subject`` is the permit number, or another thing with a card."""

    platform: str
    task_id: str
    subject: str
    person: str
    shown_version: int
    content_hash: str
    sent_at: datetime
    updated_at: datetime
    msgid: str | None = None
    state: CardState = CardState.LIVE

    def __post_init__(self) -> None:
        aware(self.sent_at)
        aware(self.updated_at)


_INSERT = insert_row(cards_sent, channel=Channel.CARDS)
_CODE = insert_row(card_codes, channel=Channel.CARDS, ignore=True)
_KEY = asked(cards_sent, "site", "platform", "task_id")
_SHOWN = Statement(
    update(cards_sent)
    .where(*_KEY)
    .values(shown_version=bindparam("shown"), content_hash=bindparam("shown_hash"), updated_at=bindparam("now")),
    "site",
    "platform",
    "task_id",
    "shown",
    "shown_hash",
    "now",
    channel=Channel.CARDS,
)
_CLOSE = Statement(
    update(cards_sent).where(*_KEY).values(state=literal_column("'closed'"), updated_at=bindparam("now")),
    "site",
    "platform",
    "task_id",
    "now",
    channel=Channel.CARDS,
)
_c = card_codes.c
_LIVING = Statement(
    select(_c.code)
    .where(
        *asked(card_codes, "site", "platform", "task_id"),
        literal_column("card_codes.spent_at IS NULL"),
        _c.obtained_at > bindparam("oldest"),
    )
    .order_by(_c.obtained_at.desc(), _c.code),
    "site",
    "platform",
    "task_id",
    "oldest",
    channel=Channel.CARDS,
)
_OF_CODE = Statement(
    select(_c.task_id).where(*asked(card_codes, "site", "platform", "code")),
    "site",
    "platform",
    "code",
    channel=Channel.CARDS,
)
_SPEND = Statement(
    update(card_codes).where(*asked(card_codes, "site", "platform", "code")).values(spent_at=bindparam("now")),
    "site",
    "platform",
    "code",
    "now",
    channel=Channel.CARDS,
)


def _listing(*names: str) -> Statement:
    live: ColumnElement[bool] = literal_column("cards_sent.state = 'live'")
    core = select(*cards_sent.c).where(*asked(cards_sent, *names), live)
    return Statement(core.order_by(cards_sent.c.sent_at, cards_sent.c.task_id), *names, channel=Channel.CARDS)


_ONE = Statement(select(*cards_sent.c).where(*_KEY), "site", "platform", "task_id", channel=Channel.CARDS)
_OF_SUBJECT = _listing("site", "subject")
_OF_PERSON = _listing("site", "person")
_OF_BOTH = _listing("site", "subject", "person")


class CardsTx(TxBase):
    """Cards."""

    __slots__ = ()

    def record_card(self, card: CardSent, code: str | None = None) -> None:
        """A card was sent; ``code`` is the right to change it that came back with the send."""
        row = (
            self.site, card.platform, card.task_id, card.subject, card.person, card.msgid, card.state.value,
            card.shown_version, card.content_hash, spell(card.sent_at), spell(card.updated_at),
        )  # fmt: skip
        self.write(_INSERT, row)
        if code is not None:
            self.record_code(card.platform, card.task_id, code, card.sent_at)

    def record_code(self, platform: str, task_id: str, code: str, at: datetime) -> None:
        """A click brought a fresh code. One already known is not renewed."""
        self.write(_CODE, (self.site, platform, code, task_id, spell(at), None))

    def living_codes(self, card: CardSent, now: datetime, *, life: timedelta = CODE_LIFE) -> tuple[str, ...]:
        """The unspent codes of a card that still live, newest first; asking spends none. None left: send a new card."""
        rows = self.read(_LIVING, (self.site, card.platform, card.task_id, spell(now - life)))
        return tuple(str(row[0]) for row in rows)

    def spend_code(self, platform: str, code: str, at: datetime) -> None:
        """The platform took the code, or said that it is worth nothing: it is never tried again."""
        self.write(_SPEND, (self.site, platform, code, spell(at)))

    def take_code(self, card: CardSent, now: datetime, *, life: timedelta = CODE_LIFE) -> str | None:
        """The newest of `living_codes`, spent in the same breath: two who take at once never get the same one."""
        code = next(iter(self.living_codes(card, now, life=life)), None)
        if code is not None:
            self.spend_code(card.platform, code, now)
        return code

    def card_shown(self, platform: str, task_id: str, version: int, content_hash: str, at: datetime) -> None:
        """The card was changed in place and now shows this version."""
        self.write(_SHOWN, (self.site, platform, task_id, version, content_hash, spell(at)))

    def close_card(self, platform: str, task_id: str, at: datetime) -> None:
        """The card will not be changed any more."""
        self.write(_CLOSE, (self.site, platform, task_id, spell(at)))

    def card(self, platform: str, task_id: str) -> CardSent | None:
        """The card behind a click, live or closed."""
        return next(iter(cards_of(self.read(_ONE, (self.site, platform, task_id)))), None)

    def card_of_code(self, platform: str, code: str) -> CardSent | None:
        """The card a code came from, live or closed; None when either is unknown."""
        rows = self.read(_OF_CODE, (self.site, platform, code))
        return self.card(platform, str(rows[0][0])) if rows else None

    def live_cards(self, *, subject: str | None = None, person: str | None = None) -> tuple[CardSent, ...]:
        """Live cards of a subject, of a person, or of a person about a subject, oldest first."""
        if subject is None and person is None:
            raise ValueError("name a subject, a person or both")
        if subject is None:
            return cards_of(self.read(_OF_PERSON, (self.site, person)))
        if person is None:
            return cards_of(self.read(_OF_SUBJECT, (self.site, subject)))
        return cards_of(self.read(_OF_BOTH, (self.site, subject, person)))


def cards_of(rows: Iterable[Row]) -> tuple[CardSent, ...]:
    """Rows of ``cards_sent``, all columns, as records."""
    return tuple(
        CardSent(
            platform=platform, task_id=task_id, subject=subject, person=person, msgid=msgid, state=CardState(state),
            shown_version=version, content_hash=content_hash, sent_at=read(sent_at), updated_at=read(updated_at),
        )
        for _, platform, task_id, subject, person, msgid, state, version, content_hash, sent_at, updated_at in rows
    )  # fmt: skip
