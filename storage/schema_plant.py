"""The tables of the plant: people and their accounts, posts and certificates; areas, equipment, groups, devices.

Plain tables, replaced row by row when the register is imported. They hold no history: what mattered to a permit is
frozen in its events.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.schema import metadata

_OF: dict[str, Any] = {"ondelete": "CASCADE"}


def _site() -> Column[str]:
    return Column("site", Text, nullable=False)


people = Table(
    "people",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("superior", Text),
    Column("employer", Text),
    Column("phone", Text),
    Column("active", Boolean, nullable=False),
    Column("experience_years", Text),
    PrimaryKeyConstraint("site", "id"),
)

posts = Table(
    "posts",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("area", Text, nullable=False),  # empty: the whole site
    PrimaryKeyConstraint("site", "person", "key", "area"),
    ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], **_OF),
    Index("posts_site_key", "site", "key"),
)

certificates = Table(
    "certificates",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text, nullable=False),
    Column("review_due", Text),
    Column("reviewed_on", Text),
    Column("status", Text, nullable=False),
    Column("scope", Text, nullable=False),  # JSON list of work types
    PrimaryKeyConstraint("site", "person", "kind", "number"),
    ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], **_OF),
)

accounts = Table(
    "accounts",
    metadata,
    _site(),
    Column("platform", Text, nullable=False),
    Column("corp", Text, nullable=False),
    Column("userid", Text, nullable=False),  # spelt as storage.directory.normal_account spells it
    Column("person", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("site", "platform", "corp", "userid"),
    ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], **_OF),
    Index("accounts_site_person", "site", "person"),
)

contractors = Table(
    "contractors",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("credit_code", Text),
    Column("valid_to", Text),
    Column("active", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

areas = Table(
    "areas",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("fire_explosion", Boolean),
    Column("pipe_rack", Boolean, nullable=False),
    Column("major_hazard_dike", Boolean, nullable=False),
    Column("fixed_hot_work", Boolean, nullable=False),
    Column("board_code", Text),
    Column("medium", Text),
    Column("confined_space", Boolean, nullable=False),
    PrimaryKeyConstraint("site", "id"),
    Index("areas_board_code", "site", "board_code", unique=True),
)

area_aliases = Table(
    "area_aliases",
    metadata,
    _site(),
    Column("area", Text, nullable=False),
    Column("alias", Text, nullable=False),
    PrimaryKeyConstraint("site", "area", "alias"),
    ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], **_OF),
)

area_neighbours = Table(
    "area_neighbours",
    metadata,
    _site(),
    Column("area", Text, nullable=False),
    Column("neighbour", Text, nullable=False),
    PrimaryKeyConstraint("site", "area", "neighbour"),
    ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], **_OF),
)

fences = Table(
    "fences",
    metadata,
    _site(),
    Column("area", Text, nullable=False),
    Column("corner", Integer, nullable=False),
    Column("latitude", Text, nullable=False),
    Column("longitude", Text, nullable=False),
    Column("datum", Text, nullable=False),
    Column("accuracy_m", Text),
    PrimaryKeyConstraint("site", "area", "corner"),
    ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], **_OF),
)

equipment = Table(
    "equipment",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("operating", Boolean),
    Column("medium", Text),
    Column("held_toxic_or_flammable", Boolean),
    Column("purged", Boolean),
    Column("confined_space", Boolean, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

equipment_aliases = Table(
    "equipment_aliases",
    metadata,
    _site(),
    Column("equipment", Text, nullable=False),
    Column("alias", Text, nullable=False),
    PrimaryKeyConstraint("site", "equipment", "alias"),
    ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], **_OF),
)

equipment_positions = Table(
    "equipment_positions",
    metadata,
    _site(),
    Column("equipment", Text, nullable=False),
    Column("latitude", Text, nullable=False),
    Column("longitude", Text, nullable=False),
    Column("datum", Text, nullable=False),
    Column("accuracy_m", Text),
    PrimaryKeyConstraint("site", "equipment"),
    ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], **_OF),
)

equipment_spaces = Table(
    "equipment_spaces",
    metadata,
    _site(),
    Column("equipment", Text, nullable=False),
    Column("shape", Text),
    Column("height_m", Text),
    Column("depth_m", Text),
    PrimaryKeyConstraint("site", "equipment"),
    ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], **_OF),
)
"""How a vessel stands and how large it is inside, for where its air is sampled."""

place_links = Table(
    "place_links",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("metres", Text),
    Column("decided_by", Text),
    Column("decided_on", Text),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

place_link_places = Table(
    "place_link_places",
    metadata,
    _site(),
    Column("link", Text, nullable=False),
    Column("number", Integer, nullable=False),  # the order means something: what hangs over what
    Column("place", Text, nullable=False),  # the code of an area or of a piece of equipment
    PrimaryKeyConstraint("site", "link", "number"),
    ForeignKeyConstraint(["site", "link"], ["place_links.site", "place_links.id"], **_OF),
)

place_link_aliases = Table(
    "place_link_aliases",
    metadata,
    _site(),
    Column("link", Text, nullable=False),
    Column("alias", Text, nullable=False),
    PrimaryKeyConstraint("site", "link", "alias"),
    ForeignKeyConstraint(["site", "link"], ["place_links.site", "place_links.id"], **_OF),
)

chat_groups = Table(
    "chat_groups",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    PrimaryKeyConstraint("site", "id"),
)

chat_group_areas = Table(
    "chat_group_areas",
    metadata,
    _site(),
    Column("chat_group", Text, nullable=False),
    Column("area", Text, nullable=False),
    PrimaryKeyConstraint("site", "chat_group", "area"),
    ForeignKeyConstraint(["site", "chat_group"], ["chat_groups.site", "chat_groups.id"], **_OF),
)

chat_group_chats = Table(
    "chat_group_chats",
    metadata,
    _site(),
    Column("chat_group", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("corp", Text, nullable=False),
    Column("chat", Text, nullable=False),  # the platform's own id of the chat
    PrimaryKeyConstraint("site", "chat_group", "platform", "corp", "chat"),
    ForeignKeyConstraint(["site", "chat_group"], ["chat_groups.site", "chat_groups.id"], **_OF),
)

devices = Table(
    "devices",
    metadata,
    _site(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),  # what the bridge knows it by
    Column("area", Text),
    Column("person", Text),
    Column("permit", Text),
    Column("calibrated_on", Text),
    Column("calibration_due", Text),
    Column("active", Boolean, nullable=False),
    Column("settings", Text, nullable=False),  # JSON object, read by the bridge
    PrimaryKeyConstraint("site", "id"),
    Index("devices_address", "site", "address"),
)
