"""Rows about personal data: originals that were forgotten, who looked at whom, what lies behind the glass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, false, select, true, update

from storage.schema import board, journal, likeness, media
from storage.schema_hazards import hazards
from storage.schema_privacy import confidential, forgotten_media, looks
from storage.sql import Channel, Statement, among, asked, insert_row, listed, put_row
from storage.times import read, read_optional, spell
from storage.tx_base import TxBase
from workflow.ids import MediaHash
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of an original, and what is known of its permit, or hazard. ``ended``: when that was last touched; None:
    open, unknown, or there is none."""

    sha256: MediaHash
    permit: str
    purpose: str
    mime: str
    received_at: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenMedia:
    """An original that was forgotten. ``version``: of the record that names its batch."""

    sha256: MediaHash
    thing: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody looked at somebody's data."""

    subject: str
    viewer: str
    kind: str
    day: date
    at: datetime
    what: str
    why: str

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Something about a person that only he sees."""

    kind: str
    value: str
    noted_at: datetime
    noted_by: str


GIVEN_AGAIN = "given_again"
"""What a mark becomes that was taken back; the row stays, for the digest of its batch is over all that were marked."""
_m, _b, _f, _z = media.c, board.c, forgotten_media.c, hazards.c
_USES = Statement(
    select(
        _m.sha256, _m.permit, _m.purpose, _m.mime, _m.received_at, _b.is_open, _b.updated_at, _z.is_open, _z.ended_at
    )
    .select_from(
        media.outerjoin(board, (_b.site == _m.site) & (_b.permit == _m.permit)).outerjoin(
            hazards, (_z.site == _m.site) & (_z.id == _m.permit)
        )
    )
    .where(*asked(media, "site"), _m.sha256 > bindparam("after"))
    .order_by(_m.sha256, _m.permit, _m.purpose)
    .limit(bindparam("most")),
    "site",
    "after",
    "most",
    channel=Channel.MEDIA,
)
_NAMING = Statement(
    lambda backend: select(journal.c.body).where(
        *asked(journal, "site"),
        journal.c.at >= bindparam("since"),
        journal.c.at < bindparam("until"),
        among(journal.c.kind, "kinds", backend),
    ),
    "site",
    "since",
    "until",
    "kinds",
    channel=Channel.JOURNAL,
)
_PUT_FORGOTTEN = put_row(forgotten_media, channel=Channel.FORGOTTEN)
_AMONG_FORGOTTEN = Statement(
    lambda backend: (
        select(_f.sha256, _f.thing, _f.forgotten_at, _f.version)
        .where(*asked(forgotten_media, "site"), among(_f.sha256, "hashes", backend))
        .order_by(_f.version, _f.sha256)
    ),
    "site",
    "hashes",
    channel=Channel.FORGOTTEN,
)
_BATCH = Statement(
    select(_f.sha256).where(*asked(forgotten_media, "site", "version")).order_by(_f.sha256),
    "site",
    "version",
    channel=Channel.FORGOTTEN,
)
_TO_ERASE = Statement(
    select(_f.sha256, _f.thing)
    .where(*asked(forgotten_media, "site"), _f.erased == false())
    .order_by(_f.sha256)
    .limit(bindparam("most")),
    "site",
    "most",
    channel=Channel.FORGOTTEN,
)
_SETTLED = Statement(
    update(forgotten_media)
    .where(*asked(forgotten_media, "site", "sha256"), _f.erased == false())
    .values(erased=true(), thing=bindparam("became")),
    "site",
    "sha256",
    "became",
    channel=Channel.FORGOTTEN,
)
_NO_LOOK = Statement(
    delete(likeness).where(*asked(likeness, "site", "sha256")), "site", "sha256", channel=Channel.MEDIA
)
_LOOK = insert_row(looks, channel=Channel.LOOKS, ignore=True)
_o = looks.c
_LOOKED = Statement(
    select(_o.day, _o.viewer, _o.kind, _o.at, _o.what, _o.why)
    .where(*asked(looks, "site", "subject"), _o.day >= bindparam("since"))
    .order_by(_o.at.desc(), _o.viewer, _o.kind)
    .limit(bindparam("most")),
    "site",
    "subject",
    "since",
    "most",
    channel=Channel.LOOKS,
)
_HIDE = put_row(confidential, channel=Channel.CONFIDENTIAL)
_h = confidential.c
_HIDDEN = Statement(
    select(_h.kind, _h.value, _h.noted_at, _h.noted_by).where(*asked(confidential, "site", "person")).order_by(_h.kind),
    "site",
    "person",
    channel=Channel.CONFIDENTIAL,
)
_UNHIDE = Statement(
    delete(confidential).where(*asked(confidential, "site", "person")), "site", "person", channel=Channel.CONFIDENTIAL
)


def _over(is_open: object, at: Any) -> datetime | None:
    """When what an original belongs to was over; None for what is open, and for what is not there."""
    return None if is_open is None or is_open else read_optional(at)


def note_looks(found: Iterable[Look], site: str) -> list[tuple[Statement, tuple[object, ...]]]:
    """The rows of looks as statements, for whoever has no transaction of the writer's."""
    return [
        (_LOOK, (site, look.subject, look.day.isoformat(), look.viewer, look.kind, spell(look.at), look.what, look.why))
        for look in found
    ]


class PrivacyTx(TxBase):
    """Personal data."""

    __slots__ = ()

    # --- originals

    def media_uses(self, after: str, most: int) -> tuple[Use, ...]:
        """The next uses of originals in the order of their hashes, forgotten ones included."""
        rows = self.read(_USES, (self.site, after, most), Channel.MEDIA, Channel.BOARD, Channel.HAZARDS)
        return tuple(
            Use(
                sha256=MediaHash(sha256), permit=permit, purpose=purpose, mime=mime, received_at=read(received_at),
                ended=_over(is_open, updated_at) or _over(is_seen, ended_at),
            )
            for sha256, permit, purpose, mime, received_at, is_open, updated_at, is_seen, ended_at in rows
        )  # fmt: skip

    def named_by(self, sha256: str, kinds: Iterable[str], since: datetime, until: datetime) -> bool:
        """Whether an event of these kinds in ``[since, until)`` names an original."""
        given = listed(sorted(kinds), self._session.connection.backend)
        rows = self.read(_NAMING, (self.site, spell(since), spell(until), given))
        return any(sha256.encode() in bytes(body) for (body,) in rows)

    def forget_media(self, sha256: str, *, thing: str, at: datetime, version: int) -> None:
        """The time of an original is over; its bytes are erased after the commit."""
        self.write(_PUT_FORGOTTEN, (self.site, sha256, thing, spell(at), version, False))

    def forgotten(self, hashes: Iterable[str]) -> tuple[ForgottenMedia, ...]:
        """Those of these originals that were forgotten and not given again, by batch."""
        rows = self.read(_AMONG_FORGOTTEN, (self.site, listed(sorted(hashes), self._session.connection.backend)))
        return tuple(
            ForgottenMedia(sha256=MediaHash(sha256), thing=thing, at=read(at), version=version)
            for sha256, thing, at, version in rows
            if thing != GIVEN_AGAIN
        )

    def forgotten_with(self, version: int) -> tuple[str, ...]:
        """All hashes of one batch."""
        return tuple(sha256 for (sha256,) in self.read(_BATCH, (self.site, version)))

    def to_erase(self, most: int) -> tuple[tuple[MediaHash, str], ...]:
        """Forgotten originals whose bytes may still lie on the disk, and what they are."""
        return tuple((MediaHash(sha256), thing) for sha256, thing in self.read(_TO_ERASE, (self.site, most)))

    def erased(self, sha256: str, thing: str) -> None:
        """The bytes are gone, and the small picture that was kept of them."""
        self.write(_SETTLED, (self.site, sha256, thing))
        self.write(_NO_LOOK, (self.site, sha256))

    def given_again(self, sha256: str) -> None:
        """The same bytes came in anew, or were put under hold: they are kept, and may be forgotten another time."""
        self.write(_SETTLED, (self.site, sha256, GIVEN_AGAIN))

    # --- who looked

    def look(self, look: Look) -> None:
        """Keep that somebody looked; the first time of the day counts, and nobody is told of his own looks."""
        if look.viewer != look.subject:
            for statement, row in note_looks((look,), self.site):
                self.write(statement, row)

    def looks_at(self, subject: str, *, since: date, most: int) -> tuple[Look, ...]:
        """Who looked at a person's data since a day, newest first."""
        return tuple(
            Look(
                subject=subject, day=date.fromisoformat(day), viewer=viewer, kind=kind, at=read(at), what=what, why=why
            )
            for day, viewer, kind, at, what, why in self.read(_LOOKED, (self.site, subject, since.isoformat(), most))
        )

    # --- behind the glass

    def hide(self, person: str, hidden: Hidden) -> None:
        """Keep something about a person, in place of what was known."""
        self.write(_HIDE, (self.site, person, hidden.kind, hidden.value, spell(hidden.noted_at), hidden.noted_by))

    def hidden(self, person: str) -> tuple[Hidden, ...]:
        """What only this person sees."""
        return tuple(
            Hidden(kind=kind, value=value, noted_at=read(at), noted_by=by)
            for kind, value, at, by in self.read(_HIDDEN, (self.site, person))
        )

    def unhide(self, person: str) -> None:
        """The person takes it all back."""
        self.write(_UNHIDE, (self.site, person))
