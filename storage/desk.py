"""The small things on the desk: open conversations, permit numbers, one-time links, settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, literal_column, select, update

from storage.errors import Conflict
from storage.schema import counters, drafts, links, settings
from storage.sql import Channel, Statement, asked, insert_row, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The one open conversation of a person. ``version`` moves with every change."""

    person: str
    version: int
    updated_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that opens one page for one person once. Only the hash of its token is known here."""

    token_hash: str
    purpose: str
    person: str
    permit: str | None
    payload: bytes
    created_at: datetime
    expires_at: datetime

    def __post_init__(self) -> None:
        aware(self.created_at)
        aware(self.expires_at)


GET_DRAFT = Statement(
    select(drafts.c.version, drafts.c.updated_at, drafts.c.body).where(*asked(drafts, "site", "person")),
    "site",
    "person",
    channel=Channel.DRAFTS,
)
_PUT_DRAFT = put_row(drafts, channel=Channel.DRAFTS)
_DROP_DRAFT = Statement(
    delete(drafts).where(*asked(drafts, "site", "person")), "site", "person", channel=Channel.DRAFTS
)
PROOF = "key:"
"""How the slots of drafts begin that hold a proof under way."""
_STALE_DRAFTS = Statement(
    delete(drafts).where(
        *asked(drafts, "site"), drafts.c.updated_at < bindparam("before"), drafts.c.person.not_like(f"{PROOF}%")
    ),
    "site",
    "before",
    channel=Channel.DRAFTS,
)
_STALE_PROOFS = Statement(
    delete(drafts).where(
        *asked(drafts, "site"), drafts.c.updated_at < bindparam("before"), drafts.c.person.like(f"{PROOF}%")
    ),
    "site",
    "before",
    channel=Channel.DRAFTS,
)
_COUNTER = Statement(
    select(counters.c.value).where(*asked(counters, "site", "series")), "site", "series", channel=Channel.COUNTERS
)
_PUT_COUNTER = put_row(counters, channel=Channel.COUNTERS)
_PUT_LINK = insert_row(links, channel=Channel.LINKS)
_l = links.c
_SEE_LINK = Statement(
    select(_l.purpose, _l.person, _l.permit, _l.payload, _l.created_at, _l.expires_at).where(
        *asked(links, "site", "token_hash"), _l.expires_at > bindparam("now"), literal_column("used_at IS NULL")
    ),
    "site",
    "token_hash",
    "now",
    channel=Channel.LINKS,
)
_USE_LINK = Statement(
    update(links).where(*asked(links, "site", "token_hash")).values(used_at=bindparam("now")),
    "site",
    "token_hash",
    "now",
    channel=Channel.LINKS,
)
_SETTING = Statement(
    select(settings.c.value).where(*asked(settings, "site", "key")), "site", "key", channel=Channel.SETTINGS
)
_PUT_SETTING = put_row(settings, channel=Channel.SETTINGS)


class DeskTx(TxBase):
    """Drafts, numbers, links, settings."""

    __slots__ = ()

    def draft(self, person: str) -> Draft | None:
        """A person's open conversation."""
        buffered: dict[str, Draft | None] = self._session.drafts
        if person in buffered:
            return buffered[person]
        # No flush: whoever has an unwritten draft was found above.
        rows = self._session.fetch(GET_DRAFT, (self.site, person))
        found = Draft(person=person, version=rows[0][0], updated_at=read(rows[0][1]), body=rows[0][2]) if rows else None
        self.remember(self._session.drafts, person, found)
        return found

    def put_draft(self, person: str, body: bytes, at: datetime, *, expected_version: int | None = None) -> int:
        """Replace a person's conversation; the new version.

        With ``expected_version`` (0: there was none) raise `Conflict` when it is at another one.
        """
        before = self.draft(person)
        version = 0 if before is None else before.version
        if expected_version is not None and expected_version != version:
            raise Conflict(f"draft of {person}", expected=expected_version, actual=version)
        draft = Draft(person=person, version=version + 1, updated_at=at, body=body)
        self.remember(self._session.drafts, person, draft)
        self.write(_PUT_DRAFT, (self.site, person, draft.version, spell(at), body))
        return draft.version

    def drop_draft(self, person: str) -> None:
        """The conversation is over."""
        self.remember(self._session.drafts, person, None)
        self.write(_DROP_DRAFT, (self.site, person))

    def purge_drafts(self, before: datetime) -> None:
        """Forget conversations nobody touched since ``before``."""
        self._purge(_STALE_DRAFTS, before, proofs=False)

    def purge_proofs(self, before: datetime) -> None:
        """Forget proofs that were begun before ``before`` and never finished."""
        self._purge(_STALE_PROOFS, before, proofs=True)

    def _purge(self, stale: Statement, before: datetime, *, proofs: bool) -> None:
        for person, draft in list(self._session.drafts.items()):
            if draft is not None and draft.updated_at < before and person.startswith(PROOF) is proofs:
                self.remember(self._session.drafts, person, None)
        self.write(stale, (self.site, spell(before)))

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1, without gaps: a command that fails gives its number back."""
        numbers = self._session.counters
        last = numbers.get(series)
        if last is None:
            rows = self.read(_COUNTER, (self.site, series))
            last = int(rows[0][0]) if rows else 0
        self.remember(numbers, series, last + 1)
        self.write(_PUT_COUNTER, (self.site, series, last + 1))
        return last + 1

    def put_link(self, link: Link) -> None:
        """Remember a link that was handed out."""
        row = (
            self.site, link.token_hash, link.purpose, link.person, link.permit, link.payload, spell(link.created_at),
            spell(link.expires_at), None,
        )  # fmt: skip
        self.write(_PUT_LINK, row)

    def see_link(self, token_hash: str, now: datetime) -> Link | None:
        """A link that still works, without using it up."""
        rows = self.read(_SEE_LINK, (self.site, token_hash, spell(now)))
        if not rows:
            return None
        purpose, person, permit, payload, created_at, expires_at = rows[0]
        return Link(
            token_hash=token_hash, purpose=purpose, person=person, permit=permit, payload=payload,
            created_at=read(created_at), expires_at=read(expires_at),
        )  # fmt: skip

    def use_link(self, token_hash: str, now: datetime) -> Link | None:
        """Use a link up: the link once, then None for ever."""
        link = self.see_link(token_hash, now)
        if link is not None:
            self.write(_USE_LINK, (self.site, token_hash, spell(now)))
        return link

    def setting(self, key: str) -> str | None:
        """A stored setting."""
        rows = self.read(_SETTING, (self.site, key))
        return str(rows[0][0]) if rows else None

    def put_setting(self, key: str, value: str) -> None:
        """Store a setting."""
        self.write(_PUT_SETTING, (self.site, key, value))
