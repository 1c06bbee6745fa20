"""The statements of the agenda. What they promise is told in `storage.agenda`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from storage.schema import PENDING, WAITING, agenda
from storage.sql import Backend, Channel, Statement, asked, inserting

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

AGENDA_CHANNELS = (Channel.TIMERS, Channel.MESSAGES)
"""Both halves of the one table. Their rows may pass each other: timers and messages share no key, and whatever closes
a row names its token."""

_a = agenda.c
# Spelled as literals, so that the planner sees that the partial indexes apply.
_pending: ColumnElement[bool] = literal_column(f"agenda.{PENDING}")
_closed: ColumnElement[bool] = literal_column("agenda.state IN ('done', 'superseded')")
_timer: ColumnElement[bool] = literal_column("agenda.kind = 'timer'")

_NEW: dict[str, ColumnElement[Any]] = {
    "state": literal_column("'pending'", Text),
    "attempts": literal_column("0", Integer),
    "token": literal_column("1", Integer),
}


def _put_timer(backend: Backend) -> Executable:
    names = ("site", "key", "due_at", "created_at", "permit", "purpose", "payload")
    fixed = {"kind": literal_column("'timer'", Text), "lane": literal_column("'timer'", Text), **_NEW}
    core = inserting(agenda, backend, names).values({**fixed, "wake_at": bindparam("due_at", type_=_a.due_at.type)})
    again = {name: core.excluded[name] for name in ("due_at", "wake_at", "created_at", "permit", "purpose", "payload")}
    fresh = {
        "state": _NEW["state"],
        "attempts": _NEW["attempts"],
        "token": _a.token + literal_column("1", Integer),
        "claimed_by": null(),
        "closed_at": null(),
        "last_error": null(),
    }
    return core.on_conflict_do_update(index_elements=["site", "kind", "key"], set_={**again, **fresh})


PUT_TIMER = Statement(
    _put_timer, "site", "key", "due_at", "created_at", "permit", "purpose", "payload", channel=Channel.TIMERS
)
DROP_TIMER = Statement(
    delete(agenda).where(*asked(agenda, "site", "key"), _timer), "site", "key", channel=Channel.TIMERS
)
DROP_TIMERS = Statement(
    delete(agenda).where(*asked(agenda, "site"), _timer, _a.key >= bindparam("first"), _a.key < bindparam("after")),
    "site",
    "first",
    "after",
    channel=Channel.TIMERS,
)

_MESSAGE = (
    "site", "key", "lane", "due_at", "created_at", "permit", "recipient", "purpose", "coalesce_key", "payload",
)  # fmt: skip


def _post(backend: Backend) -> Executable:
    core = inserting(agenda, backend, _MESSAGE).values(
        {"kind": literal_column("'message'", Text), "wake_at": bindparam("due_at", type_=_a.due_at.type), **_NEW}
    )
    return core.on_conflict_do_nothing(index_elements=["site", "kind", "key"])


def _post_coalesced(backend: Backend) -> Executable:
    """Insert unless the key is known; where an unclaimed one of the same coalesce key waits, take its place."""
    given: dict[str, ColumnElement[Any]] = {name: bindparam(name, type_=_a[name].type) for name in _MESSAGE}
    known = exists().where(_a.site == given["site"], _a.kind == "message", _a.key == given["key"])
    message: ColumnElement[str] = literal_column("'message'", Text)
    columns: list[ColumnElement[Any]] = [*given.values(), message, given["due_at"], *_NEW.values()]
    source = select(*columns).where(~known)
    names = [*_MESSAGE, "kind", "wake_at", *_NEW]
    core: sqlite.Insert | postgresql.Insert
    match backend:
        case Backend.SQLITE:
            core = sqlite.insert(agenda).from_select(names, source)
        case Backend.POSTGRESQL:
            from sqlalchemy.dialects import postgresql

            core = postgresql.insert(agenda).from_select(names, source)
    new = core.excluded
    sooner = case((_a.wake_at < new.wake_at, _a.wake_at), else_=new.wake_at)
    taken = {name: new[name] for name in ("key", "created_at", "permit", "recipient", "purpose", "payload")}
    return core.on_conflict_do_update(
        index_elements=["site", "lane", "coalesce_key"],
        index_where=literal_column(WAITING),
        set_={**taken, "due_at": sooner, "wake_at": sooner, "attempts": _NEW["attempts"], "last_error": null()},
    )


POST = Statement(_post, *_MESSAGE, channel=Channel.MESSAGES)
POST_COALESCED = Statement(_post_coalesced, *_MESSAGE, channel=Channel.MESSAGES)


def _claim(backend: Backend) -> Executable:
    mine, other = agenda.alias("mine"), agenda.alias("other")
    in_the_way = exists().where(
        other.c.site == mine.c.site,
        other.c.lane == mine.c.lane,
        other.c.coalesce_key == mine.c.coalesce_key,
        literal_column(f"other.{PENDING}"),
        other.c.id != mine.c.id,
        or_(other.c.id > mine.c.id, and_(other.c.claimed_by.is_not(None), other.c.wake_at > bindparam("now"))),
    )
    due = (
        select(mine.c.id)
        .where(
            mine.c.site == bindparam("site"),
            mine.c.lane == bindparam("lane"),
            mine.c.wake_at <= bindparam("now"),
            literal_column(f"mine.{PENDING}"),
            or_(mine.c.coalesce_key.is_(None), ~in_the_way),
        )
        .order_by(mine.c.wake_at, mine.c.id)
        .limit(bindparam("limit", type_=Integer))
    )
    if backend is Backend.POSTGRESQL:
        due = due.with_for_update(skip_locked=True)
    return (
        update(agenda)
        .where(_a.id.in_(due))
        .values(
            wake_at=bindparam("until"),
            claimed_by=bindparam("worker"),
            attempts=_a.attempts + literal_column("1", Integer),
            token=_a.token + literal_column("1", Integer),
        )
        .returning(*_SEEN)
    )  # fmt: skip


_SEEN = (
    _a.id, _a.token, _a.kind, _a.key, _a.lane, _a.due_at, _a.attempts, _a.permit, _a.recipient, _a.purpose,
    _a.coalesce_key, _a.payload,
)  # fmt: skip
CLAIM = Statement(_claim, "site", "lane", "now", "until", "worker", "limit", channel=Channel.MESSAGES)

_MINE = (*asked(agenda, "site", "id", "token"), _pending)

CLOSE = Statement(
    update(agenda)
    .where(*_MINE)
    .values(state=bindparam("new_state"), closed_at=bindparam("now"), last_error=bindparam("error")),
    "site",
    "id",
    "token",
    "new_state",
    "now",
    "error",
    channel=Channel.MESSAGES,
)
_newer = agenda.alias("newer")
OVERTAKEN = Statement(
    update(agenda)
    .where(
        *_MINE,
        exists().where(
            _newer.c.site == _a.site,
            _newer.c.lane == _a.lane,
            _newer.c.coalesce_key == _a.coalesce_key,
            literal_column(f"newer.{PENDING}"),
            _newer.c.id > _a.id,
        ),
    )
    .values(state=literal_column("'superseded'"), closed_at=bindparam("now")),
    "site",
    "id",
    "token",
    "now",
    channel=Channel.MESSAGES,
)
RETRY = Statement(
    update(agenda).where(*_MINE).values(wake_at=bindparam("again"), claimed_by=null(), last_error=bindparam("error")),
    "site",
    "id",
    "token",
    "again",
    "error",
    channel=Channel.MESSAGES,
)
WAIT = Statement(
    update(agenda)
    .where(*_MINE)
    .values(
        wake_at=bindparam("again"),
        claimed_by=null(),
        last_error=bindparam("error"),
        attempts=_a.attempts - literal_column("1", Integer),
    ),
    "site",
    "id",
    "token",
    "again",
    "error",
    channel=Channel.MESSAGES,
)
SUPERSEDE_OLDER = Statement(
    update(agenda)
    .where(
        *asked(agenda, "site", "lane", "coalesce_key"),
        _a.id < bindparam("id"),
        _pending,
        or_(_a.claimed_by.is_(None), _a.wake_at <= bindparam("now")),
    )
    .values(state=literal_column("'superseded'"), closed_at=bindparam("now")),
    "site",
    "lane",
    "coalesce_key",
    "id",
    "now",
    channel=Channel.MESSAGES,
)
REVIVE = Statement(
    update(agenda)
    .where(*asked(agenda, "site", "id"), literal_column("agenda.state = 'dead'"))
    .values(
        state=_NEW["state"], wake_at=bindparam("now"), attempts=_NEW["attempts"], claimed_by=null(), closed_at=null(),
        token=_a.token + literal_column("1", Integer),
    ),
    "site",
    "id",
    "now",
    channel=Channel.MESSAGES,
)  # fmt: skip
RELEASE = Statement(
    update(agenda)
    .where(
        *asked(agenda, "site"),
        _pending,
        _a.claimed_by.is_not(None),
        _a.wake_at > bindparam("now"),
    )
    .values(wake_at=bindparam("now"), claimed_by=null()),
    "site",
    "now",
    channel=Channel.MESSAGES,
)
NEXT = Statement(
    select(func.min(_a.wake_at)).where(*asked(agenda, "site", "lane"), _pending),
    "site",
    "lane",
    channel=Channel.MESSAGES,
)
DEAD = Statement(
    select(*_SEEN, _a.last_error, _a.closed_at)
    .where(*asked(agenda, "site"), literal_column("agenda.state = 'dead'"))
    .order_by(_a.closed_at.desc(), _a.id.desc()),
    "site",
    channel=Channel.MESSAGES,
)
LATE = Statement(
    select(*_SEEN)
    .where(*asked(agenda, "site", "lane"), _pending, _a.due_at < bindparam("before"))
    .order_by(_a.due_at, _a.id)
    .limit(bindparam("limit", type_=Integer)),
    "site",
    "lane",
    "before",
    "limit",
    channel=Channel.MESSAGES,
)
POSTED = Statement(
    select(_a.key, _a.recipient, _a.lane, _a.state, _a.payload)
    .where(
        *asked(agenda, "site"),
        literal_column("agenda.kind = 'message'"),
        _a.key >= bindparam("first"),
        _a.key < bindparam("after"),
    )
    .order_by(_a.id),
    "site",
    "first",
    "after",
    channel=Channel.MESSAGES,
)
LAST_PUSH = Statement(
    select(func.max(case((literal_column("agenda.state = 'done'"), _a.closed_at), else_=_a.due_at))).where(
        *asked(agenda, "site", "recipient"),
        literal_column("agenda.kind = 'message'"),
        literal_column("agenda.state IN ('pending', 'done')"),
        _a.key >= bindparam("first"),
        _a.key < bindparam("after"),
        _a.purpose != bindparam("but"),
        _a.due_at <= bindparam("now"),
    ),
    "site",
    "recipient",
    "first",
    "after",
    "but",
    "now",
    channel=Channel.MESSAGES,
)
ARMED = Statement(
    select(_a.permit, func.min(_a.due_at))
    .where(*asked(agenda, "site"), _timer, _pending, _a.permit.is_not(None))
    .group_by(_a.permit),
    "site",
    channel=Channel.TIMERS,
)
TIMERS = Statement(
    select(_a.permit, _a.purpose, _a.due_at).where(*asked(agenda, "site"), _timer, _pending, _a.permit.is_not(None)),
    "site",
    channel=Channel.TIMERS,
)
_counted: ColumnElement[str] = literal_column(
    "CASE WHEN agenda.state = 'done' AND agenda.last_error IS NOT NULL THEN 'plain' ELSE agenda.state END", Text
)
COUNT = Statement(
    select(_a.lane, _counted, func.count()).where(*asked(agenda, "site")).group_by(_a.lane, _counted),
    "site",
    channel=Channel.MESSAGES,
)
