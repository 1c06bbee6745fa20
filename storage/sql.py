"""A SQL statement, written once in SQLAlchemy Core and compiled once for each database.

Awaiting every statement through an ORM or an async engine costs more than the disk does; here a statement is a
constant, and running it is one call of the driver with a tuple of parameters.

SQLAlchemy's description of PostgreSQL, three megabytes, is imported where a statement is spelled for it, and so never
on a site that has its memory in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


class Backend(StrEnum):
    """The databases we speak."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Row = tuple[Any, ...]


class Channel(StrEnum):
    """Tables whose rows must reach the database in the order they were written; between channels order is free."""

    JOURNAL = "journal"
    INBOX = "inbox"
    TIMERS = "timers"
    MESSAGES = "messages"
    CARDS = "cards"
    BOARD = "board"
    ISOLATIONS = "isolations"
    """Apart from the board: every decision about running work asks for them, right after the board was written by the
    last one, and must not have to write its rows first."""
    BOXES = "boxes"
    """Lock boxes: asked for whenever a lock comes off, right after other boxes were written."""
    EQUIPMENT = "equipment"
    """Words of the equipment system: apart from the board for the same reason."""
    DEVIATIONS = "deviations"
    """Emergency work without a permit: apart from the board for the same reason."""
    EMERGENCIES = "emergencies"
    """Zones in an emergency: apart from the board for the same reason."""
    HAZARDS = "hazards"
    """Hazards: apart from the board for the same reason."""
    DRAFTS = "drafts"
    COUNTERS = "counters"
    MEDIA = "media"
    READINGS = "readings"
    TYPED = "typed"
    """Readings people typed: apart from the detectors', which the start of another permit asks for right after."""
    SKY = "sky"
    """What instruments said of the sky last: apart from all that detectors say."""
    LINKS = "links"
    SETTINGS = "settings"
    DIRECTORY = "directory"
    USAGE = "usage"
    CHECKPOINTS = "checkpoints"
    FORGOTTEN = "forgotten"
    LOOKS = "looks"
    CONFIDENTIAL = "confidential"
    DECISIONS = "decisions"
    """Approvals and pages opened, for the radar: apart from the standings, for every approval writes one and asks for
    the other."""
    ATTENTION = "attention"
    PROOFS = "proofs"
    FIGURES = "figures"
    PINS = "pins"


def _dialect(backend: Backend) -> Dialect:
    match backend:
        case Backend.SQLITE:
            return sqlite.dialect(paramstyle="qmark")
        case Backend.POSTGRESQL:
            # Compiling needs SQLAlchemy's description of the driver only, not the driver itself.
            from sqlalchemy.dialects.postgresql import psycopg

            return psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy's gap


_PLACES = {channel: place for place, channel in enumerate(Channel)}
Build = Callable[[Backend], Executable]
Spelled = tuple[str, Callable[[Row], Row] | None]
"""SQL text for one database, and how to arrange our parameters for it (None: as they are)."""


class Statement:
    """A statement with parameters ``names``, which callers give as a tuple in exactly that order.

    ``core`` is the statement, or a function that builds it for one database where the two are spelled differently.
    """

    __slots__ = ("_core", "_names", "_postgresql", "_sqlite", "channel", "place")

    def __init__(self, core: Executable | Build, *names: str, channel: Channel) -> None:
        self._core = core
        self._names = names
        self.channel = channel
        self.place = _PLACES[channel]
        """Position of the channel, for those who must not hash an enumeration for every row."""
        self._sqlite: Spelled | None = None
        self._postgresql: Spelled | None = None

    def on(self, backend: Backend) -> Spelled:
        """The SQL text for ``backend`` and the arrangement of parameters; compiled at first use."""
        if backend is Backend.SQLITE:
            if self._sqlite is None:
                self._sqlite = self._compile(backend)
            return self._sqlite
        if self._postgresql is None:
            self._postgresql = self._compile(backend)
        return self._postgresql

    def _compile(self, backend: Backend) -> Spelled:
        core = self._core if isinstance(self._core, Executable) else self._core(backend)
        compiled = core.compile(dialect=_dialect(backend)) if isinstance(core, ClauseElement) else None
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{core} is not a statement with parameters")
        order = tuple(compiled.positiontup or ())
        return str(compiled), _arrangement(self._names, order, compiled.params)

    def __repr__(self) -> str:
        return f"Statement({self.on(Backend.SQLITE)[0]!r})"


def _arrangement(names: Sequence[str], order: Sequence[str], constants: dict[str, Any]) -> Callable[[Row], Row] | None:
    """How to turn a tuple in the order of ``names`` into one in the order SQL wants; constants are filled in."""
    missing = set(names) - set(order)
    if missing:
        raise TypeError(f"the statement has no parameter {', '.join(sorted(missing))}")
    if tuple(order) == tuple(names):
        return None
    position = {name: index for index, name in enumerate(names)}
    fixed = [name for name in dict.fromkeys(order) if name not in position]
    values = tuple(constants[name] for name in fixed)
    if any(value is None for value in values):
        raise TypeError(f"parameters without a value: {', '.join(fixed)}")
    for offset, name in enumerate(fixed):
        position[name] = len(names) + offset
    indexes = [position[name] for name in order]
    if len(indexes) == 1:
        only = indexes[0]
        return lambda row: ((row + values)[only],)
    pick = itemgetter(*indexes)
    return (lambda row: pick(row + values)) if values else pick


Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def inserting(table: Table, backend: Backend, names: Sequence[str]) -> Insert:
    """INSERT of the columns ``names``, in the spelling of ``backend`` that knows ON CONFLICT."""
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    match backend:
        case Backend.SQLITE:
            return sqlite.insert(table).values(values).inline()
        case Backend.POSTGRESQL:
            from sqlalchemy.dialects import postgresql

            return postgresql.insert(table).values(values).inline()


def insert_row(table: Table, *, channel: Channel, without: Sequence[str] = (), ignore: bool = False) -> Statement:
    """INSERT of every column of ``table`` in its own order, except those the database fills in.

    With ``ignore`` a row that breaks a uniqueness is left out silently.
    """
    names = [column.name for column in table.columns if column.name not in without]

    def build(backend: Backend) -> Executable:
        core = inserting(table, backend, names)
        return core.on_conflict_do_nothing() if ignore else core

    return Statement(build, *names, channel=channel)


def put_row(table: Table, *, channel: Channel, keep: Sequence[str] = ()) -> Statement:
    """INSERT of every column, or, where the primary key exists, replacement of all the others but ``keep``."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]

    def build(backend: Backend) -> Executable:
        core = inserting(table, backend, names)
        changed = {name: core.excluded[name] for name in names if name not in keys and name not in keep}
        if not changed:
            return core.on_conflict_do_nothing()
        return core.on_conflict_do_update(index_elements=keys, set_=changed)

    return Statement(build, *names, channel=channel)


def among(column: ColumnElement[Any], name: str, backend: Backend) -> ColumnElement[bool]:
    """``column IN :name``, for a parameter that `listed` made of any number of texts."""
    match backend:
        case Backend.SQLITE:
            each = func.json_each(bindparam(name)).table_valued("value")
            return column.in_(select(each.c.value))
        case Backend.POSTGRESQL:
            from sqlalchemy.dialects import postgresql

            return column == any_(bindparam(name, type_=postgresql.ARRAY(Text)))


def listed(texts: Sequence[str], backend: Backend) -> Any:
    """Texts as one parameter: SQLite takes a list only as JSON."""
    return msgspec.json.encode(texts).decode() if backend is Backend.SQLITE else list(texts)


def asked(table: Table, *names: str) -> tuple[ColumnElement[bool], ...]:
    """``table.name = :name`` for every name: the usual WHERE."""
    return tuple(table.c[name] == bindparam(name) for name in names)
