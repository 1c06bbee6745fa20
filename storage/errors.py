"""What can go wrong with memory.

::

    StorageError
    ├── CannotOpen                the database cannot be used at all; the message says what to do
    │   ├── UnknownDatabase       the URL names no database we speak
    │   ├── MissingDirectory      the directory of the file does not exist
    │   ├── MissingExtra          the driver of this database is not installed
    │   ├── NotMigrated           the tables are missing or of another version
    │   └── AnotherWriter         another process already writes to this file
    ├── StorageTrouble            the disk or the server failed; nothing was recorded, try again later
    ├── Overloaded                too many commands are waiting; nothing was recorded
    ├── WriterStopped             the writer is not running
    ├── Conflict                  the stream moved on: the expected version is not the present one
    ├── PastChanged               (storage.checkpoints) the journal is not what was sealed
    ├── ConstraintBroken          a row broke a constraint of the schema
    └── UnknownEvent              a stored or given event is of no registered class
"""

from __future__ import annotations

from enum import StrEnum


class StorageError(Exception):
    """Memory could not do what was asked."""


class CannotOpen(StorageError):
    """The database cannot be used at all; the message says what to do about it."""


class UnknownDatabase(CannotOpen):
    """The URL names no database we speak; use ``sqlite:///path`` or ``postgresql://user@host/name``."""


class MissingDirectory(CannotOpen):
    """The directory that should hold the database file does not exist."""


class MissingExtra(CannotOpen):
    """The driver of this database is not installed."""


class NotMigrated(CannotOpen):
    """The database has no tables, or tables of another version."""


class AnotherWriter(CannotOpen):
    """Another process already writes to this database file; a SQLite file has exactly one writer."""


class Trouble(StrEnum):
    """Why storage failed, for the operator and for metrics."""

    DISK_FULL = "disk_full"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    CONNECTION = "connection"
    INPUT_OUTPUT = "input_output"
    OTHER = "other"


class StorageTrouble(StorageError):
    """The disk or the database server failed.

    Nothing was acknowledged. When the commit itself failed, whether it took hold can be unknown: repeat the command,
    the inbox recognises what was already done.
    """

    def __init__(self, kind: Trouble, detail: str) -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind


class Overloaded(StorageError):
    """Too many commands are waiting for the writer; nothing was recorded. The sender must try again."""


class WriterStopped(StorageError):
    """The writer is not running: it was never started, is stopping, or its thread died."""


class Conflict(StorageError):
    """The stream moved on: its version is not the one the caller expected."""

    def __init__(self, stream: str, *, expected: int, actual: int | None = None) -> None:
        where = "another version" if actual is None else f"version {actual}"
        super().__init__(f"{stream}: expected version {expected}, found {where}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class ConstraintBroken(StorageError):
    """A row broke a constraint of the schema; only the command that wrote it failed."""


class UnknownEvent(StorageError):
    """A stored or given event is of no registered class: the code and the journal are of different versions."""
