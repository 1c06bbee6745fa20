"""Rows of the radar: approvals, pages opened, and how attentively people approve as last judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select

from storage.schema import cards_sent
from storage.schema_privacy import attention, decisions, sights
from storage.sql import Channel, Statement, asked, insert_row, put_row
from storage.times import read, read_optional, spell, spell_optional
from storage.tx_base import TxBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One approval, with what memory knows of the time before it."""

    permit: str
    revision: int
    at: datetime
    asked_at: datetime
    lines: int
    words: str
    questioned: bool
    card_sent_at: datetime | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody approves, as last judged. ``score`` in thousandths."""

    person: str
    score: int
    permits: int
    judged_at: datetime
    told_at: datetime | None = None


_DECIDED = insert_row(decisions, channel=Channel.DECISIONS, ignore=True)
_SEEN = insert_row(sights, channel=Channel.DECISIONS, ignore=True)
_PUT = put_row(attention, channel=Channel.ATTENTION)
_a, _d, _s, _c = attention.c, decisions.c, sights.c, cards_sent.c
_ONE = Statement(
    select(_a.score, _a.permits, _a.judged_at, _a.told_at).where(*asked(attention, "site", "person")),
    "site",
    "person",
    channel=Channel.ATTENTION,
)
_ALL = Statement(
    select(_a.person, _a.score, _a.permits, _a.judged_at, _a.told_at)
    .where(*asked(attention, "site"))
    .order_by(_a.person),
    "site",
    channel=Channel.ATTENTION,
)
_LAST = Statement(
    select(_d.questioned)
    .where(*asked(decisions, "site", "person"))
    .order_by(_d.at.desc(), _d.permit)
    .limit(bindparam("most")),
    "site",
    "person",
    "most",
    channel=Channel.DECISIONS,
)
_WHO = Statement(
    select(_d.person).where(*asked(decisions, "site"), _d.at >= bindparam("since")).distinct().order_by(_d.person),
    "site",
    "since",
    channel=Channel.DECISIONS,
)
# The first card of this permit in the person's chat: nobody can have seen it before it was sent.
_FIRST_CARD = (
    select(func.min(_c.sent_at))
    .where(_c.site == _d.site, _c.subject == "permit:" + _d.permit, _c.person == _d.person, _c.sent_at <= _d.at)
    .scalar_subquery()
)
_OF_PERSON = Statement(
    select(_d.permit, _d.revision, _d.at, _d.asked_at, _d.lines, _d.words, _d.questioned, _FIRST_CARD, _s.at)
    .select_from(
        decisions.outerjoin(
            sights,
            and_(
                _s.site == _d.site,
                _s.permit == _d.permit,
                _s.revision == _d.revision,
                _s.person == _d.person,
                _s.at <= _d.at,
            ),
        )
    )
    .where(*asked(decisions, "site", "person"), _d.at >= bindparam("since"))
    .order_by(_d.at.desc(), _d.permit)
    .limit(bindparam("most")),
    "site",
    "person",
    "since",
    "most",
    channel=Channel.DECISIONS,
)


class AttentionTx(TxBase):
    """The radar's memory."""

    __slots__ = ()

    def add_decision(self, person: str, one: Decided) -> None:
        """Somebody approved."""
        self.write(
            _DECIDED,
            (
                self.site, person, spell(one.at), one.permit, one.revision, spell(one.asked_at), one.lines, one.words,
                one.questioned,
            ),
        )  # fmt: skip

    def add_sight(self, permit: str, revision: int, person: str, at: datetime) -> None:
        """Somebody opened the page of a permit; the first time of each revision stays."""
        self.write(_SEEN, (self.site, permit, revision, person, spell(at)))

    def deciders(self, since: datetime) -> tuple[str, ...]:
        """Everybody who approved since then."""
        return tuple(person for (person,) in self.read(_WHO, (self.site, spell(since))))

    def decisions_of(self, person: str, since: datetime, most: int) -> tuple[Decided, ...]:
        """A person's newest approvals since then, oldest first."""
        rows = self.read(_OF_PERSON, (self.site, person, spell(since), most), Channel.DECISIONS, Channel.CARDS)
        return tuple(
            Decided(
                permit=permit, revision=revision, at=read(at), asked_at=read(asked_at), lines=lines, words=words,
                questioned=bool(questioned), card_sent_at=read_optional(sent), opened_at=read_optional(opened),
            )
            for permit, revision, at, asked_at, lines, words, questioned, sent, opened in reversed(rows)
        )  # fmt: skip

    def lately_questioned(self, person: str, most: int) -> bool:
        """Whether a question was asked with one of the person's last approvals."""
        return any(bool(asked) for (asked,) in self.read(_LAST, (self.site, person, most)))

    def put_standing(self, one: Standing) -> None:
        """Write a person's standing anew."""
        self.write(
            _PUT,
            (self.site, one.person, one.score, one.permits, spell(one.judged_at), spell_optional(one.told_at)),
        )

    def standing(self, person: str) -> Standing | None:
        """A person's standing; None when never judged."""
        rows = self.read(_ONE, (self.site, person))
        if not rows:
            return None
        score, permits, judged_at, told_at = rows[0]
        return Standing(
            person=person, score=score, permits=permits, judged_at=read(judged_at), told_at=read_optional(told_at)
        )

    def standings(self) -> tuple[Standing, ...]:
        """Everybody who was ever judged."""
        return tuple(
            Standing(
                person=person, score=score, permits=permits, judged_at=read(judged_at), told_at=read_optional(told_at)
            )
            for person, score, permits, judged_at, told_at in self.read(_ALL, (self.site,))
        )
