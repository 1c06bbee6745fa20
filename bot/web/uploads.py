"""Photos on their way from a page, in pieces, so that a bad network loses no more than a piece.

A photo goes by a name that its sender made up and nobody else can use. What has arrived stays for a day; then whoever
gave it up has taken another. Whole ones wait here until the fetcher has looked at them, as they would on a platform.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

HANDLE: Final = "page:"
"""A handle starting so names a photo that lies here."""
MOST_BYTES: Final = 20 << 20
"""Of one photo: what the platforms take, too."""
KEPT_FOR: Final = timedelta(days=1)
MOST_WAITING: Final = 40
"""So many photos of one person may be under way."""


class NotTaken(Exception):
    """The piece is not taken: the photo is too large, or too many are under way. Another try changes nothing."""


class Uploads:
    """The directory of what is under way. All methods block; call them in a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._one_at_a_time = Lock()

    def handle(self, person: str, upload: str) -> str:
        """What an arrival calls a photo of this person."""
        return f"{HANDLE}{self._folder(person).name}/{_digest(upload)}"

    def have(self, person: str, upload: str) -> int:
        """How many bytes have arrived."""
        whole = self._whole(person, upload)
        for path in (whole, whole.with_suffix(".part")):
            with suppress(FileNotFoundError):
                return path.stat().st_size
        return 0

    def add(self, person: str, upload: str, *, at: int, of: int, piece: bytes, now: datetime) -> int:
        """Add a piece that begins ``at``; how many bytes there are afterwards. A piece of another place adds nothing.

        Raise `NotTaken`.
        """
        with self._one_at_a_time:  # a page that gave up waiting sends a piece again while it is still being written
            return self._add(person, upload, at=at, of=of, piece=piece, now=now)

    def _add(self, person: str, upload: str, *, at: int, of: int, piece: bytes, now: datetime) -> int:
        have = self.have(person, upload)
        if not 0 < of <= MOST_BYTES or (have + len(piece) > of and at == have):
            raise NotTaken
        whole = self._whole(person, upload)
        if at != have or not piece or whole.exists():
            return have
        if not have:
            self._make_room(whole.parent, now)
        part = whole.with_suffix(".part")
        with part.open("ab") as file:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        stamp = now.timestamp()
        os.utime(part, (stamp, stamp))
        if have + len(piece) == of:
            part.replace(whole)
        return have + len(piece)

    def is_whole(self, person: str, upload: str) -> bool:
        """Whether all of it has arrived."""
        return self._whole(person, upload).exists()

    def read(self, handle: str) -> bytes | None:
        """A whole photo; None when there is none of this handle."""
        with suppress(FileNotFoundError):
            return self._path(handle).read_bytes()
        return None

    def drop(self, handle: str) -> None:
        """It was looked at."""
        self._path(handle).unlink(missing_ok=True)

    def _path(self, handle: str) -> Path:
        folder, _, name = handle.removeprefix(HANDLE).partition("/")
        if not (folder.isalnum() and name.isalnum()):
            raise ValueError("no handle of ours")
        return self._root / folder / name

    def _folder(self, person: str) -> Path:
        return self._root / _digest(person)

    def _whole(self, person: str, upload: str) -> Path:
        return self._folder(person) / _digest(upload)

    def _make_room(self, folder: Path, now: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for path in _older(folder, now - KEPT_FOR):
            path.unlink(missing_ok=True)
        if sum(1 for _ in folder.iterdir()) >= MOST_WAITING:
            raise NotTaken


def _older(folder: Path, than: datetime) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.stat().st_mtime < than.timestamp():
            yield path


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
