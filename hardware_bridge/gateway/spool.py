"""The gateway's spool: batches in the order they were made, on disk until the house has them.

::

    <folder>/spool.json          name of this spool, and the last number the house has
    <folder>/0000000001.log      batches from that number on: CRC, a blank, the batch, a line feed

Only ever appended, synced after every batch, cut into files of `SEGMENT` bytes; a file goes when the house has all of
it. A line that was torn by a kill is cut off at the next start: nobody was told that it is kept. When there is no room
the oldest file is given up and counted; when the disk takes nothing at all, the newest batches are kept in memory as
long as there is room for them there, and order holds all the same.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

SEGMENT: Final = 1 << 20
MOST_BYTES: Final = 256 << 20
MOST_IN_MEMORY: Final = 600
"""Batches, some minutes of them."""
_STATE: Final = "spool.json"


class _State(msgspec.Struct):
    name: str
    taken: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Held:
    """One batch that waits; ``body`` where it is in memory alone."""

    number: int
    file: Path | None
    at: int
    size: int
    body: bytes | None = None


class Spool:
    """Open it, `append`, send `first`, tell it what was `taken`. Made by and used from one thread at a time.

    ``write`` puts bytes on disk for good and raises `OSError` where it cannot: tests give one that fails. ``sync`` lets
    what an open file or folder holds outlast a power cut: tests give one that remembers what it was asked for.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        most: int = MOST_BYTES,
        segment: int = SEGMENT,
        write: Callable[[Path, bytes], None] | None = None,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        """``name`` is for a folder that holds no spool yet: a name nobody has used. Raise `OSError` where the folder
        cannot be used."""
        self._folder = folder
        self._most, self._segment = most, segment
        self._sync = sync
        self._write = write or partial(_append, sync=sync)
        folder.mkdir(parents=True, exist_ok=True)
        self._waiting: deque[_Held] = deque()
        self._open: Path | None = None
        """The file the next batch goes to; None: one of its own."""
        self._state = self._opened(name)
        self._newest = self._state.taken
        for file in sorted(folder.glob("*.log")):
            self._read(file)
        self.trouble = ""
        """Why the disk took nothing the last time; empty: it did."""

    @property
    def name(self) -> str:
        """This spool's name: numbers count within it."""
        return self._state.name

    @property
    def lost(self) -> int:
        """Batches given up since it began."""
        return self._state.lost

    def __len__(self) -> int:
        """Batches the house does not have."""
        return len(self._waiting)

    def append(self, body: bytes) -> int:
        """Keep a batch; its number. Returns once it is on disk, or `trouble` says why it is in memory only."""
        self._newest += 1
        held = _Held(self._newest, None, 0, len(body), body)
        if self._room(len(body)):
            self._to_disk(held, body)
        self._waiting.append(held)
        in_memory = [one for one in self._waiting if one.body is not None]
        if len(in_memory) > MOST_IN_MEMORY:
            self._waiting.remove(in_memory[0])
            self._state.lost += 1
        return held.number

    def first(self) -> tuple[int, bytes] | None:
        """The oldest batch the house does not have; None: it has all."""
        while self._waiting:
            held = self._waiting[0]
            body = held.body if held.body is not None else _body_of(held)
            if body is not None:
                return held.number, body
            self._waiting.popleft()
            self._state.lost += 1
        return None

    def taken(self, number: int) -> None:
        """The house has everything up to this number. Raise `OSError` where that cannot be written: it will be asked
        again and say so again."""
        while self._waiting and self._waiting[0].number <= number:
            self._waiting.popleft()
        self._state.taken = max(self._state.taken, number)
        self._keep_state()
        needed = {one.file for one in self._waiting}
        for file in sorted(self._folder.glob("*.log")):
            if file not in needed:
                self._forget(file)

    # --- disk

    def _to_disk(self, held: _Held, body: bytes) -> None:
        line = _line(body)
        file = self._open or self._folder / f"{held.number:010}.log"
        at = file.stat().st_size if file.exists() else 0
        try:
            self._write(file, line)
        except OSError as trouble:
            self.trouble = trouble.strerror or type(trouble).__name__
            # Half a line may stand there now: the next batch begins a file of its own.
            self._open = None
            with contextlib.suppress(OSError):
                if file.exists():
                    os.truncate(file, at)
            return
        self.trouble = ""
        held.file, held.at, held.size, held.body = file, at, len(line), None
        self._open = file if at + len(line) < self._segment else None

    def _room(self, size: int) -> bool:
        """Give up the oldest files until there is room; False where nothing helps."""
        while self._used() + size + _FRAME > self._most:
            oldest = next((one.file for one in self._waiting if one.file is not None), None)
            if oldest is None:
                self.trouble = "no room is left for the spool"
                return False
            gone = [one for one in self._waiting if one.file == oldest]
            self._waiting = deque(one for one in self._waiting if one.file != oldest)
            self._state.lost += len(gone)
            self._forget(oldest)
        return True

    def _used(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob("*.log"))

    def _forget(self, file: Path) -> None:
        if self._open == file:
            self._open = None
        with contextlib.suppress(OSError):
            file.unlink()

    def _read(self, file: Path) -> None:
        """The batches of a file. What follows a torn or damaged line is given up with it; of the last file it was
        never kept."""
        number, at = int(file.stem), 0
        with file.open("rb") as lines:
            for line in lines:
                if _opened(line) is None:
                    break
                if number > self._state.taken:
                    self._waiting.append(_Held(number, file, at, len(line)))
                self._newest = max(self._newest, number)
                number, at = number + 1, at + len(line)
        if at < file.stat().st_size:
            os.truncate(file, at)
        if at == 0:
            self._forget(file)

    # --- the state

    def _opened(self, name: str) -> _State:
        file = self._folder / _STATE
        try:
            return msgspec.json.decode(file.read_bytes(), type=_State)
        except FileNotFoundError:
            pass
        except msgspec.DecodeError:
            # Nobody knows any more what the house has of it: rather history that is missing than history counted twice.
            file.unlink()
        self._state = _State(name=name)
        for stray in self._folder.glob("*.log"):
            stray.unlink()
        self._keep_state()
        return self._state

    def _keep_state(self) -> None:
        new = self._folder / f"{_STATE}.new"
        with new.open("wb") as out:
            out.write(msgspec.json.encode(self._state))
            out.flush()
            self._sync(out.fileno())
        new.replace(self._folder / _STATE)
        _sync_folder(self._folder, self._sync)


_FRAME: Final = 10
"""CRC, blank and line feed around a batch."""


def _line(body: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _opened(line: bytes) -> bytes | None:
    """The batch of a whole line; None where it is torn or damaged."""
    body = line[9:-1]
    return body if line == _line(body) else None


def _body_of(held: _Held) -> bytes | None:
    if held.file is None:
        return None
    try:
        with held.file.open("rb") as file:
            file.seek(held.at)
            return _opened(file.read(held.size))
    except OSError:
        return None


def _append(file: Path, line: bytes, sync: Callable[[int], None] = os.fsync) -> None:
    new = not file.exists()
    with file.open("ab") as out:
        out.write(line)
        out.flush()
        sync(out.fileno())
    if new:
        _sync_folder(file.parent, sync)


def _sync_folder(folder: Path, sync: Callable[[int], None]) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        os.close(handle)
