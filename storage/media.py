"""Photos, voices and files: originals on disk under their own hash, what is known of them in the database.

An original is written once and never changed; a copy made from it (shrunk, stamped) names it. Platform media ids die
after days, so the bytes are ours or they are lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select

from storage.errors import StorageTrouble, Trouble
from storage.schema import likeness, media
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.ids import MediaHash
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """Bytes that lie safely on disk. ``path`` is relative to the store."""

    sha256: MediaHash
    md5: str
    size: int
    path: str


class MediaFiles:
    """The directory of originals. All methods block; call them in a thread, never inside a transaction."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, data: bytes) -> StoredFile:
        """Keep ``data`` for good: on disk, synced, under its hash. Saving the same bytes again changes nothing.

        Raise `StorageTrouble` when the disk refuses; nothing half written is left under the final name.
        """
        digest = hashlib.sha256(data).hexdigest()
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        relative = f"{digest[:2]}/{digest[2:4]}/{digest}"
        final = self._root / relative
        try:
            if not final.exists() or final.stat().st_size != len(data):
                self._write(final, data)
        except OSError as error:
            raise StorageTrouble(Trouble.INPUT_OUTPUT, f"media cannot be kept: {error.strerror}") from error
        return StoredFile(sha256=MediaHash(digest), md5=md5, size=len(data), path=relative)

    def read(self, sha256: MediaHash) -> bytes:
        """The bytes behind a hash. Raise `FileNotFoundError`, or `StorageTrouble` when they were changed."""
        data = self.path_of(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StorageTrouble(Trouble.CORRUPT, f"media {sha256[:12]}… was changed on disk")
        return data

    def path_of(self, sha256: MediaHash) -> Path:
        """Where the bytes behind a hash lie, or would lie."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def set_aside(self, sha256: MediaHash) -> None:
        """Take the bytes behind a hash out of the way, still whole; nothing when they are gone already."""
        with contextlib.suppress(FileNotFoundError):
            self.path_of(sha256).replace(self._aside(sha256))

    def put_back(self, sha256: MediaHash) -> None:
        """Undo `set_aside`; bytes saved anew meanwhile are the same."""
        with contextlib.suppress(FileNotFoundError):
            self._aside(sha256).replace(self.path_of(sha256))

    def drop_aside(self, sha256: MediaHash) -> None:
        """Bytes that were set aside are gone for good."""
        self._aside(sha256).unlink(missing_ok=True)

    def _aside(self, sha256: MediaHash) -> Path:
        final = self.path_of(sha256)
        return final.with_name(f"{final.name}.aside")

    def _write(self, final: Path, data: bytes) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        # Two savers of the same bytes write the same content; whichever renames last changes nothing.
        draft = final.with_name(f"{final.name}.{os.getpid()}.part")
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(final)
        finally:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
        # The name must be as durable as the bytes, up to the store itself.
        for directory in (final.parent, final.parent.parent, self._root):
            _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """What is known of one file: whose, for which permit (None: none yet) and purpose, made from which original."""

    sha256: MediaHash
    mime: str
    size: int
    path: str
    received_at: datetime
    permit: str | None = None
    purpose: str = ""
    person: str | None = None
    md5: str | None = None
    derived_from: MediaHash | None = None
    copies: MediaHash | None = None
    """An earlier photo this one seems to be made from."""
    codes: tuple[str, ...] = ()
    """One-time codes read in the picture."""

    def __post_init__(self) -> None:
        aware(self.received_at)


_m = media.c
_ADD = insert_row(media, channel=Channel.MEDIA, ignore=True)
_OF_HASH = Statement(
    select(*_m).where(*asked(media, "site", "sha256")).order_by(_m.received_at), "site", "sha256", channel=Channel.MEDIA
)
_OF_MD5 = Statement(
    select(*_m).where(*asked(media, "site", "md5")).order_by(_m.received_at), "site", "md5", channel=Channel.MEDIA
)
_OF_PERMIT = Statement(
    select(*_m).where(*asked(media, "site", "permit")).order_by(_m.received_at, _m.sha256),
    "site",
    "permit",
    channel=Channel.MEDIA,
)


_KEEP_LOOK = insert_row(likeness, channel=Channel.MEDIA, ignore=True)
_l = likeness.c
_LOOKS = Statement(
    select(_l.sha256, _l.prints)
    .where(*asked(likeness, "site"), _l.sha256 > bindparam("after"))
    .order_by(_l.sha256)
    .limit(bindparam("most")),
    "site",
    "after",
    "most",
    channel=Channel.MEDIA,
)
_THUMB = Statement(
    select(_l.prints, _l.thumb).where(*asked(likeness, "site", "sha256")), "site", "sha256", channel=Channel.MEDIA
)


class MediaTx(TxBase):
    """Media."""

    __slots__ = ()

    def add_media(self, row: MediaRow) -> None:
        """Register a file that already lies on disk, once for each permit and purpose."""
        received_at = spell(row.received_at)
        self.write(
            _ADD,
            (
                self.site, row.sha256, row.permit or "", row.purpose, row.mime, row.size, row.path, received_at,
                row.person, row.md5, row.derived_from, row.copies, " ".join(row.codes),
            ),
        )  # fmt: skip

    def media_called(self, sha256: MediaHash) -> tuple[MediaRow, ...]:
        """Every use of a file, oldest first: a photo that already served another permit shows here."""
        return media_rows(self.read(_OF_HASH, (self.site, sha256)))

    def media_with_md5(self, md5: str) -> tuple[MediaRow, ...]:
        """Files a platform only told us the MD5 of (its system camera does)."""
        return media_rows(self.read(_OF_MD5, (self.site, md5.lower())))

    def add_look(self, sha256: MediaHash, prints: bytes, thumb: bytes) -> None:
        """Keep what a photo looks like; the first look of a file stays."""
        self.write(_KEEP_LOOK, (self.site, sha256, prints, thumb))

    def looks(self, after: str, most: int) -> tuple[tuple[MediaHash, bytes], ...]:
        """The prints of the next photos in the order of their hashes: a plant of years has tens of megabytes."""
        rows = self.read(_LOOKS, (self.site, after, most))
        return tuple((MediaHash(sha256), bytes(prints)) for sha256, prints in rows)

    def look_of(self, sha256: MediaHash) -> tuple[bytes, bytes] | None:
        """Prints and thumb of one photo; None when nothing could be compared."""
        found = self.read(_THUMB, (self.site, sha256))
        return (bytes(found[0][0]), bytes(found[0][1])) if found else None

    def media_of(self, permit: str) -> tuple[MediaRow, ...]:
        """Everything registered for a permit, oldest first."""
        return media_rows(self.read(_OF_PERMIT, (self.site, permit)))


def media_rows(rows: Iterable[Row]) -> tuple[MediaRow, ...]:
    """Rows of ``media``, all columns, as records."""
    return tuple(
        MediaRow(
            sha256=MediaHash(sha256), permit=permit or None, purpose=purpose, mime=mime, size=size, path=path,
            received_at=read(received_at), person=person, md5=md5,
            derived_from=None if derived_from is None else MediaHash(derived_from),
            copies=None if copies is None else MediaHash(copies), codes=tuple(codes.split()),
        )
        for _, sha256, permit, purpose, mime, size, path, received_at, person, md5, derived_from, copies, codes in rows
    )  # fmt: skip
