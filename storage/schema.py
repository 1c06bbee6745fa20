"""Every table of the system. Each carries ``site``, the partition key.

Rules the schema itself keeps:

- ``journal`` is append-only: triggers refuse UPDATE and DELETE (and TRUNCATE where it exists) on both databases.
- one event per version of a stream, one inbox row per arrival, one agenda row per idempotency key, one pending
  unclaimed message per coalesce key, one use per link and per card code.

Instants are text as spelled by `storage.times.spell`; days are ISO text; exact decimals are text; bodies are bytes.
The tables of the plant (people, areas, equipment) are in `storage.schema_plant`; the migrations in
``storage/migrations`` build all of it, and a test holds them equal.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

REVISION = "0024"
"""The migration this code is written for (equals the newest one in ``storage/migrations``)."""

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
    }
)

_PARTIAL: Final = "where"

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database hands out; on SQLite the row id itself."""
Bytewise = Text().with_variant(Text(collation="C"), "postgresql")
"""Text ordered byte by byte on both databases, whatever the server's language."""
Instant = Bytewise
"""An instant as `storage.times` spells it: text order is time order."""


def partial(condition: str) -> dict[str, Any]:
    """The WHERE of a partial index; `spelled_whole` gives it to PostgreSQL."""
    return {"sqlite_where": text(condition), "info": {_PARTIAL: text(condition)}}


def spelled_whole() -> MetaData:
    """The schema with what only PostgreSQL's description understands, for whoever creates or compares tables.

    The service does neither, its tables are the migrations' work; naming ``postgresql_where`` at an index would make
    SQLAlchemy import that description, three megabytes, on every site.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if _PARTIAL in index.info:
                index.dialect_options["postgresql"]["where"] = index.info[_PARTIAL]
    return metadata


def _site() -> Column[str]:
    return Column("site", Text, nullable=False)


MILESTONES: Final = (
    "PermitSubmitted", "RequestAccepted", "ReviewRequested", "StepApproved", "NodeEscalated", "ReturnedForChange",
    "PermitIssued", "PermitRejected", "PermitCancelled", "PermitVoided", "PermitExpired", "WorkStarted",
    "WorkSuspended", "WorkResumed", "WorkFinished", "PermitClosed", "AttemptRefused", "HazardReported",
    "HazardAccepted", "HazardReopened", "SeenAgain",
)  # fmt: skip
"""The events the figures are made of."""


def milestone(event: str = "") -> str:
    """That an event (the alias of a journal's row, with its dot) is a milestone, as the small indexes spell it.

    A planner takes them only for a question that says it in the same words. Not IN: SQLite would build the list as a
    table of its own for every row that is written, once for each index, and that costs more than writing the row.
    """
    return "(" + " OR ".join(f"{event}kind = '{kind}'" for kind in MILESTONES) + ")"


journal = Table(
    "journal",
    metadata,
    Column("seq", Serial, primary_key=True),
    _site(),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("site", "stream", "version"),
    Index("journal_site_at_kind", "site", "at", "kind"),
    Index("journal_milestones", "site", "kind", "at", **partial(milestone())),
    Index("journal_lives", "site", "stream", "version", "kind", "at", **partial(milestone())),
)

inbox = Table(
    "inbox",
    metadata,
    _site(),
    Column("dedup_key", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("platform", Text, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("site", "dedup_key"),
    sqlite_with_rowid=False,
)

PENDING = "state = 'pending'"
COALESCED = "state = 'pending' AND coalesce_key IS NOT NULL"
WAITING = "state = 'pending' AND claimed_by IS NULL AND coalesce_key IS NOT NULL"

agenda = Table(
    "agenda",
    metadata,
    Column("id", Serial, primary_key=True),
    _site(),
    Column("kind", Text, nullable=False),  # timer · message
    Column("key", Bytewise, nullable=False),  # idempotency key
    Column("lane", Text, nullable=False),  # timer, or the message's lane
    Column("state", Text, nullable=False),  # pending · done · dead · superseded
    Column("due_at", Instant, nullable=False),  # when it was promised for
    Column("wake_at", Instant, nullable=False),  # when to look next: due, end of the claim's lease, or the retry
    Column("attempts", Integer, nullable=False),
    Column("token", Integer, nullable=False),  # moves with every claim and re-arming; a stale claimer changes nothing
    Column("claimed_by", Text),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("permit", Text),
    Column("recipient", Text),
    Column("purpose", Text, nullable=False),
    Column("coalesce_key", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("last_error", Text),
    UniqueConstraint("site", "kind", "key"),
    Index("agenda_due", "site", "lane", "wake_at", **partial(PENDING)),
    Index("agenda_overtaking", "site", "lane", "coalesce_key", **partial(COALESCED)),
    Index("agenda_coalesce", "site", "lane", "coalesce_key", unique=True, **partial(WAITING)),
)

cards_sent = Table(
    "cards_sent",
    metadata,
    _site(),
    Column("platform", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("subject", Text, nullable=False),  # permit number, or another thing with a card
    Column("person", Text, nullable=False),
    Column("msgid", Text),
    Column("state", Text, nullable=False),  # live · closed
    Column("shown_version", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "platform", "task_id"),
    Index("cards_sent_subject", "site", "subject", "person"),
    Index("cards_sent_person", "site", "person"),
    sqlite_with_rowid=False,
)

card_codes = Table(
    "card_codes",
    metadata,
    _site(),
    Column("platform", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("obtained_at", Instant, nullable=False),
    Column("spent_at", Instant),
    PrimaryKeyConstraint("site", "platform", "code"),
    Index("card_codes_unspent", "site", "platform", "task_id", "obtained_at", **partial("spent_at IS NULL")),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "person"),
)

media = Table(
    "media",
    metadata,
    _site(),
    Column("sha256", Text, nullable=False),
    Column("permit", Text, nullable=False),  # empty: belongs to no permit
    Column("purpose", Text, nullable=False),
    Column("mime", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("person", Text),
    Column("md5", Text),
    Column("derived_from", Text),  # sha256 of the original this copy was made from
    Column("copies", Text),  # sha256 of the earlier photo this one seems to be made from
    Column("codes", Text, nullable=False, server_default=""),  # one-time codes read in the picture, by blanks
    PrimaryKeyConstraint("site", "sha256", "permit", "purpose"),
    Index("media_permit", "site", "permit"),
    Index("media_md5", "site", "md5"),
)

likeness = Table(
    "likeness",
    metadata,
    _site(),
    Column("sha256", Text, nullable=False),
    Column("prints", LargeBinary, nullable=False),
    Column("thumb", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "sha256"),
)
"""What `cards.pictures.likeness` keeps of a photo for comparing later ones."""

isolations = Table(
    "isolations",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("in_place", Boolean, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("area", Text, nullable=False),
    Column("lock", Text, nullable=False),
    Column("tag", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("energy", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)
isolation_permits = Table(
    "isolation_permits",
    metadata,
    _site(),
    Column("permit", Text, nullable=False),
    Column("isolation", Text, nullable=False),
    PrimaryKeyConstraint("site", "permit", "isolation"),
)

lock_boxes = Table(
    "lock_boxes",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("label", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("keeper", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

deviations = Table(
    "deviations",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("asked", Integer, nullable=False),
    PrimaryKeyConstraint("site", "id"),
    Index("deviations_opened", "site", "opened_at"),
)

equipment_states = Table(
    "equipment_states",
    metadata,
    _site(),
    Column("equipment", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),  # the equipment system's own time
    Column("received_at", Instant, nullable=False),
    Column("said_by", Text, nullable=False),
    PrimaryKeyConstraint("site", "equipment"),
)
"""The newest word of the equipment system about each piece of equipment."""

emergencies = Table(
    "emergencies",
    metadata,
    _site(),
    Column("zone", Text, nullable=False),  # the code of an area, or the whole plant
    Column("called_by", Text, nullable=False),
    Column("called_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "zone"),
)
"""Zones with an emergency in force; lifted, the row goes."""

platform_usage = Table(
    "platform_usage",
    metadata,
    _site(),
    Column("platform", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("pushes", Integer, nullable=False),
    Column("calls_warned", Integer, nullable=False),
    Column("pushes_warned", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "platform", "app", "month"),
)
"""What each month of a platform with a monthly quota has cost."""

board = Table(
    "board",
    metadata,
    _site(),
    Column("permit", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("work", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("equipment", Text),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("task", Text, nullable=False),
    PrimaryKeyConstraint("site", "permit"),
    Index("board_area", "site", "area", "starts_at", **partial("is_open")),
    Index("board_status", "site", "status"),
    Index("board_kind", "site", "work", "grade", "starts_at"),
    sqlite_with_rowid=False,
)

board_people = Table(
    "board_people",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("permit", Text, nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("site", "permit", "role", "person"),
    Index("board_people_person", "site", "person"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    _site(),
    Column("series", Text, nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("site", "series"),
    sqlite_with_rowid=False,
)

readings = Table(
    "readings",
    metadata,
    Column("id", Serial, primary_key=True),
    _site(),
    Column("device", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("quality", Text, nullable=False),
    Column("measured_at", Instant),  # the device's own stamp, absent when it has no clock
    Column("received_at", Instant, nullable=False),
    Column("permit", Text),
    Index("readings_device", "site", "device", "received_at"),
    Index("readings_loose", "site", "received_at", **partial("permit IS NULL")),
    Index("readings_permit", "site", "permit", "received_at", **partial("permit IS NOT NULL")),
)

links = Table(
    "links",
    metadata,
    _site(),
    Column("token_hash", Text, nullable=False),  # the token itself is never stored
    Column("purpose", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("permit", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    PrimaryKeyConstraint("site", "token_hash"),
)

settings = Table(
    "settings",
    metadata,
    _site(),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("site", "key"),
    sqlite_with_rowid=False,
)
