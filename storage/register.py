"""The plant's own register as YAML: who its people are, what they may sign and do, its places and things.

One file, or a folder of ``*.yaml`` files read as one. Loading is all or nothing, and a record that is written counts
whole: what the file says of a person, a place or a group replaces what was known of them. What it does not name stays.
Nobody is deleted; `storage.register_export` writes the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from storage import register_records as make
from storage.directory import Account, GroupChat, Home, Register, normal_account, normal_alias
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem, Source
from storage.register_at import At
from storage.register_checks import Entries, look
from storage.register_models import LeaveEntry, RegisterFile
from storage.tx import Tx
from workflow.ids import GroupId, PersonId, SiteId
from workflow.plant import Area, Equipment, Group, Person, PlaceLink

R = TypeVar("R")

__all__ = ["Plan", "RegisterError", "Written", "in_order", "plan", "read"]


class RegisterError(PolicyError):
    """The register cannot be loaded as it is written; every problem found is listed with file, line and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Files that are well formed each for itself; `against` says what they mean."""

    files: tuple[tuple[RegisterFile, Source], ...]

    def against(
        self, known: Register, *, site: str, home: Home, compared: Callable[[str], str] = normal_alias
    ) -> Register:
        """The register these files describe. Raise `RegisterError` with everything wrong between their records.

        ``known`` is the register in force: references may lead there. ``home`` are the plant's own companies, meant
        wherever none is written. ``compared`` is the spelling in which two names of a place count as one.
        """
        entries = self._entries()
        problems = [*self._strangers(site), *look(entries, known, home=home, compared=compared)]
        if problems:
            raise RegisterError(problems)
        where = SiteId(site)
        return Register(
            people=tuple(make.person(where, at.said) for at in entries.people),
            accounts=tuple(one for at in entries.people for one in make.accounts(at.said, home)),
            contractors=tuple(make.contractor(at.said) for at in entries.contractors),
            areas=tuple(make.area(where, at.said) for at in entries.areas),
            equipment=tuple(make.equipment(where, at.said) for at in entries.equipment),
            links=tuple(make.link(where, at.said) for at in entries.links),
            devices=tuple(make.device(at.said) for at in entries.devices),
            groups=tuple(make.group(where, at.said) for at in entries.groups),
            chats=tuple(one for at in entries.groups for one in make.chats(at.said, home)),
        )

    def leave(self) -> tuple[At[LeaveEntry], ...]:
        """Who is away, as the files say it; it is no part of the register but of the journal."""
        return self._gathered("leave", lambda file: file.leave)

    def _gathered(self, key: str, pick: Callable[[RegisterFile], tuple[R, ...]]) -> tuple[At[R], ...]:
        return tuple(
            At(said, source, (key, number)) for file, source in self.files for number, said in enumerate(pick(file))
        )

    def _strangers(self, site: str) -> list[Problem]:
        return [
            source.problem(("site",), f"这份登记是厂区 {file.site} 的，不是 {site} 的")
            for file, source in self.files
            if file.site not in (None, site)
        ]

    def _entries(self) -> Entries:
        gather = self._gathered
        return Entries(
            areas=gather("areas", lambda file: file.areas),
            equipment=gather("equipment", lambda file: file.equipment),
            links=gather("links", lambda file: file.links),
            groups=gather("groups", lambda file: file.groups),
            contractors=gather("contractors", lambda file: file.contractors),
            people=gather("people", lambda file: file.people),
            devices=gather("devices", lambda file: file.devices),
        )


def read(path: Path) -> Written:
    """Read a file, or every ``*.yaml`` of a folder. Raise `RegisterError` for whatever is wrong with each alone."""
    root, paths = (path, sorted(path.glob("*.yaml"))) if path.is_dir() else (path.parent, [path])
    if not paths:
        raise RegisterError([Problem(file=str(path), line=1, key="", message="文件夹里没有 *.yaml")])
    problems: list[Problem] = []
    files = [shaped(one, root, RegisterFile, problems) for one in paths]
    if problems:
        raise RegisterError(problems)
    return Written(files=tuple(one for one in files if one is not None))


# --- what a load changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Records of one kind."""

    new: int
    changed: int
    same: int
    untouched: int
    """Known and not written: they stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a load would do. Nothing is done yet."""

    put: Register
    """New and changed records, whole."""
    drop_accounts: tuple[Account, ...]
    drop_chats: tuple[GroupId, ...]
    """Groups whose places of meeting are written anew."""
    deserted: tuple[Person, ...]
    """People not written who lose their last account to somebody who is: they become inactive."""
    counts: dict[str, Count]
    """By kind, in the words of the files."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self.put == Register() and not self.drop_accounts and not self.drop_chats

    def carry_out(self, tx: Tx) -> None:
        """Write it, in the transaction the plan was made in."""
        if self.idle:
            return
        for account in self.drop_accounts:
            tx.drop_account(account.platform, account.corp, account.userid)
        for group in self.drop_chats:
            tx.drop_chats(group)
        tx.put_register(self.put)


def plan(known: Register, written: Register) -> Plan:
    """What it takes to bring ``known`` to what is ``written``."""
    written = _still_away(known, written)
    people = {person.id for person in written.people}
    accounts = {_key(account) for account in written.accounts}
    dropped = tuple(one for one in known.accounts if one.person in people and _key(one) not in accounts)
    chats = {group.id for group in written.groups if _met(known, group.id) != _met(written, group.id)}
    deserted = _deserted(known, people, accounts)
    before = {name: _by_id(getattr(in_order(known), name)) for name in _KINDS}
    after = {name: _by_id(getattr(in_order(written), name)) for name in _KINDS}
    changed = {
        name: tuple(one for key, one in found.items() if before[name].get(key) != one) for name, found in after.items()
    }
    held = {_key(account): account for account in known.accounts}
    return Plan(
        put=Register(
            people=(*changed["people"], *(replace(person, active=False) for person in deserted)),
            areas=changed["areas"],
            equipment=changed["equipment"],
            links=changed["links"],
            devices=changed["devices"],
            groups=changed["groups"],
            contractors=changed["contractors"],
            accounts=tuple(account for account in written.accounts if held.get(_key(account)) != account),
            chats=tuple(chat for chat in written.chats if chat.group in chats),
        ),
        drop_accounts=dropped,
        drop_chats=tuple(sorted(chats)),
        deserted=deserted,
        counts={name: _count(before[name], after[name]) for name in _KINDS},
    )


_KINDS = ("areas", "equipment", "links", "groups", "contractors", "people", "devices")


def _still_away(known: Register, written: Register) -> Register:
    """Whom the platform switched off stays off until the platform shows them again: a file cannot see who left.

    An account that is inactive says that the platform did it; a person made inactive by the plant keeps the account.
    """
    off = {(_key(account), account.person) for account in known.accounts if not account.active}
    refused = {person.id for person in written.people if not person.active}
    accounts = tuple(
        replace(account, active=False)
        if (_key(account), account.person) in off and account.person not in refused
        else account
        for account in written.accounts
    )
    switched_off = {after.person for before, after in zip(written.accounts, accounts, strict=True) if before != after}
    reachable = {account.person for account in accounts if account.active}
    away = switched_off - reachable
    people = tuple(replace(one, active=False) if one.id in away else one for one in written.people)
    return replace(written, people=people, accounts=accounts)


def _deserted(known: Register, people: set[PersonId], taken: set[tuple[str, str, str]]) -> tuple[Person, ...]:
    losing = {account.person for account in known.accounts if account.person not in people and _key(account) in taken}
    keeping = {account.person for account in known.accounts if account.active and _key(account) not in taken}
    return tuple(one for one in known.people if one.id in losing - keeping and one.active)


def _key(account: Account) -> tuple[str, str, str]:
    return account.platform, account.corp, normal_account(account.platform, account.userid)


def _met(register: Register, group: GroupId) -> frozenset[GroupChat]:
    return frozenset(chat for chat in register.chats if chat.group == group)


class _Record(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Record)


def _by_id(records: Iterable[N]) -> dict[str, N]:
    return {one.id: one for one in records}


def _count(before: dict[str, R], after: dict[str, R]) -> Count:
    new = sum(key not in before for key in after)
    same = sum(before.get(key) == one for key, one in after.items())
    return Count(new=new, changed=len(after) - new - same, same=same, untouched=sum(key not in after for key in before))


# --- order


def in_order(register: Register) -> Register:
    """The same register with everything sorted whose order means nothing; databases give it back in their own."""
    return Register(
        **{
            field.name: tuple(sorted(map(_inside, getattr(register, field.name)), key=_spelled))
            for field in fields(Register)
        }
    )


def _spelled(record: Any) -> str:
    """Something to sort by; `repr` of the record would leave out what is not to be printed."""
    return repr(astuple(record))


def _inside(record: R) -> R:
    match record:
        case Person():
            posts = sorted((replace(one, areas=tuple(sorted(one.areas))) for one in record.posts), key=repr)
            return replace(record, posts=tuple(posts), certificates=tuple(sorted(record.certificates, key=repr)))
        case Area():
            aliases, neighbours = tuple(sorted(record.aliases)), tuple(sorted(record.neighbours))
            return replace(record, aliases=aliases, neighbours=neighbours)
        case Equipment():
            return replace(record, aliases=tuple(sorted(record.aliases)))
        case PlaceLink():
            return replace(record, aliases=tuple(sorted(record.aliases)))
        case Group():
            return replace(record, areas=tuple(sorted(record.areas)))
        case _:
            return record
