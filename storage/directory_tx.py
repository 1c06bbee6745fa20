"""The directory in the database: reading the whole register, and writing parts of it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import Table, delete, select

from storage import schema_plant as plant
from storage.directory import Directory, Register, normal_account
from storage.directory_rows import REGISTER_TABLES, Fetched, register_of, rows_of
from storage.schema import settings
from storage.session import DIRECTORY
from storage.sql import Channel, Statement, asked, put_row
from storage.tx_base import TxBase
from workflow.ids import DeviceId, GroupId, PersonId
from workflow.plant import Area, Equipment, Group, Person, PlaceLink

VERSION_KEY = "directory_version"
_FRESH = "directory_is_fresh"

SELECT_ALL = {
    table.name: Statement(
        select(*table.c).where(*asked(table, "site")).order_by(*table.primary_key.columns),
        "site",
        channel=Channel.DIRECTORY,
    )
    for table in REGISTER_TABLES
}
SELECT_VERSION = Statement(
    select(settings.c.value).where(*asked(settings, "site", "key")), "site", "key", channel=Channel.SETTINGS
)
_PUT = {table.name: put_row(table, channel=Channel.DIRECTORY) for table in REGISTER_TABLES}
_PUT_VERSION = put_row(settings, channel=Channel.SETTINGS)
_PARTS: tuple[tuple[Table, str, Callable[[Register], Iterable[Person | Area | Equipment | Group | PlaceLink]]], ...] = (
    (plant.posts, "person", lambda part: part.people),
    (plant.certificates, "person", lambda part: part.people),
    (plant.area_aliases, "area", lambda part: part.areas),
    (plant.area_neighbours, "area", lambda part: part.areas),
    (plant.fences, "area", lambda part: part.areas),
    (plant.equipment_aliases, "equipment", lambda part: part.equipment),
    (plant.equipment_positions, "equipment", lambda part: part.equipment),
    (plant.equipment_spaces, "equipment", lambda part: part.equipment),
    (plant.place_link_places, "link", lambda part: part.links),
    (plant.place_link_aliases, "link", lambda part: part.links),
    (plant.chat_group_areas, "chat_group", lambda part: part.groups),
)
"""Tables that hold the details of a record: emptied for its owner before the record is written anew."""
_CLEAR = tuple(
    (
        Statement(delete(table).where(*asked(table, "site", column)), "site", column, channel=Channel.DIRECTORY),
        owners,
    )
    for table, column, owners in _PARTS
)
_DROP_ACCOUNT = Statement(
    delete(plant.accounts).where(*asked(plant.accounts, "site", "platform", "corp", "userid")),
    "site",
    "platform",
    "corp",
    "userid",
    channel=Channel.DIRECTORY,
)
_DROP_DEVICE = Statement(
    delete(plant.devices).where(*asked(plant.devices, "site", "id")), "site", "id", channel=Channel.DIRECTORY
)
_DROP_CHATS = Statement(
    delete(plant.chat_group_chats).where(*asked(plant.chat_group_chats, "site", "chat_group")),
    "site",
    "chat_group",
    channel=Channel.DIRECTORY,
)


class DirectoryTx(TxBase):
    """People, places and things."""

    __slots__ = ()

    @property
    def directory(self) -> Directory:
        """The register as of this transaction, changes of this batch included."""
        shelf = self._session.shelf
        snapshot: Directory | None = shelf.get(DIRECTORY)
        if snapshot is not None and shelf.get(_FRESH):
            return snapshot
        version = self._stored_version()
        if snapshot is None or snapshot.version != version:
            snapshot = Directory(version, register_of(self._fetched()))
            self.remember(shelf, DIRECTORY, snapshot)
        self.remember(shelf, _FRESH, True)
        return snapshot

    def put_register(self, part: Register) -> None:
        """Add or replace every record of ``part``; people, areas, equipment and groups with all their details.

        What is not in ``part`` stays. Nobody is deleted by an import: mark people inactive.
        """
        site = self.site
        for statement, owners in _CLEAR:
            for owner in owners(part):
                self.write(statement, (site, owner.id))
        for name, row in rows_of(site, part):
            self.write(_PUT[name], row)
        self._moved()

    def put_person(self, person: Person) -> None:
        """Add or replace one person."""
        self.put_register(Register(people=(person,)))

    def drop_account(self, platform: str, corp: str, userid: str) -> None:
        """An account no longer belongs to anybody."""
        self.write(_DROP_ACCOUNT, (self.site, platform, corp, normal_account(platform, userid)))
        self._moved()

    def account_gone(self, platform: str, corp: str, userid: str) -> None:
        """The platform took an account: it opens nothing until the platform shows it again.

        Whoever has no other account becomes inactive; whoever the plant made inactive keeps the account as it is.
        """
        key = (platform, corp, normal_account(platform, userid))
        directory = self.directory
        taken = next((one for one in directory.register.accounts if (one.platform, one.corp, one.userid) == key), None)
        person = None if taken is None else directory.person(taken.person)
        if taken is None or person is None or not (taken.active and person.active):
            return
        others = any(account != taken for account in directory.accounts_of(person.id))
        people = () if others else (replace(person, active=False),)
        self.put_register(Register(people=people, accounts=(replace(taken, active=False),)))

    def drop_chats(self, group: GroupId) -> None:
        """A group meets nowhere any more, until `put_register` says where."""
        self.write(_DROP_CHATS, (self.site, group))
        self._moved()

    def drop_device(self, device: DeviceId) -> None:
        """A device left the plant."""
        self.write(_DROP_DEVICE, (self.site, device))
        self._moved()

    def person(self, person: PersonId) -> Person | None:
        """A person by id."""
        return self.directory.person(person)

    def person_by_account(self, platform: str, corp: str, userid: str) -> Person | None:
        """The person behind an active account; None for strangers."""
        return self.directory.by_account(platform, corp, userid)

    def _moved(self) -> None:
        self.write(_PUT_VERSION, (self.site, VERSION_KEY, str(self._stored_version() + 1)))
        self.forget(self._session.shelf, _FRESH)

    def _stored_version(self) -> int:
        rows = self.read(SELECT_VERSION, (self.site, VERSION_KEY))
        return int(rows[0][0]) if rows else 0

    def _fetched(self) -> Fetched:
        return {name: self.read(statement, (self.site,)) for name, statement in SELECT_ALL.items()}
