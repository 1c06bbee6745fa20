"""A platform's directory into ours: who is there, where they belong, who is above them.

Posts, certificates, employers and places are the plant's own knowledge and stay untouched, and so does the name of
whoever has a post or a certificate. A member nobody knew becomes a person without posts: able to ask, not to sign.
Nobody is deleted; who is gone becomes inactive.

Two kinds of inactive are told apart by the account. Whom the platform took has an inactive account, and comes back with
it. Whom the plant refused (``active: no`` in the register) keeps an active account, and no pull brings them back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.members import DepartmentId, Directory, FoundBy, Member, MemberStatus, Superior
from storage.directory import Account, Register, normal_account
from storage.times import read_optional, spell
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId, SiteId
from workflow.plant import Person

FEW = 5
"""So many may vanish in one pull without a question; in a large plant a fifth of everybody active."""
_SYNCED_AT = "directory_synced_at"
_HOME = "wecom"
"""The platform whose time of the last pull is kept without its name: it was the first."""


class TooManyGone(Exception):
    """So many people vanished at once that the app's visible range was probably narrowed by mistake. Nothing was
    changed; a person has to look, and may then sync with the losses accepted."""

    def __init__(self, gone: int, known: int) -> None:
        super().__init__(
            f"{gone} of {known} active people are not there any more; "
            "look at the app's visible range (可见范围), and if they really left, accept it by hand"
        )
        self.gone = gone
        self.known = known


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a pull changed; each person once."""

    added: tuple[Person, ...] = ()
    changed: tuple[Person, ...] = ()
    gone: tuple[Person, ...] = ()
    back: tuple[Person, ...] = ()
    clashes: tuple[str, ...] = ()
    """User ids that are also the id of somebody with another account or none: nothing was done for them."""
    unreadable: int = 0
    """Departments whose members the app may not list."""


Pull = Callable[[tuple[str, ...]], Awaitable[Directory]]
"""Pulls the directory; told the userids of earlier pulls, so that who is missing is asked for by name."""


async def sync_directory(
    platform: str, corp: str, pull: Pull, writer: Writer, site: SiteId, *, at: datetime, accept_losses: bool = False
) -> Synced:
    """Pull the corp's members and merge them; ``at`` is remembered as the time of the last sync.

    Raises a trouble of the platform or `TooManyGone`; then nothing was changed.
    """
    known = await writer.submit(lambda tx: tuple(_accounts(tx.directory.register, platform, corp)))
    pulled = await pull(known)
    return await writer.submit(lambda tx: _write(tx, platform, pulled, site, at, accept_losses=accept_losses))


def synced_at(tx: Tx, platform: str) -> datetime | None:
    """When the directory of a platform was last pulled; None when it never was."""
    return read_optional(tx.setting(_key(platform)))


def _key(platform: str) -> str:
    return _SYNCED_AT if platform == _HOME else f"{_SYNCED_AT}:{platform}"


def _write(tx: Tx, platform: str, pulled: Directory, site: SiteId, at: datetime, *, accept_losses: bool) -> Synced:
    register = tx.directory.register
    synced, accounts = merge(platform, register, pulled, site)
    known = sum(person.active for person in register.people)
    if not accept_losses and len(synced.gone) > max(FEW, known // 5):
        raise TooManyGone(len(synced.gone), known)
    people = (*synced.added, *synced.changed, *synced.gone, *synced.back)
    if people or accounts:
        tx.put_register(Register(people=people, accounts=accounts))
    tx.put_setting(_key(platform), spell(at))
    return synced


def merge(platform: str, register: Register, pulled: Directory, site: SiteId) -> tuple[Synced, tuple[Account, ...]]:
    """What a pull makes of the register: people whole, and the accounts that are new or changed. Pure."""
    members = _Members(platform, register, pulled)
    above = _above(register, members, pulled)
    added = tuple(_told(person, members, pulled, above) for person in members.newcomers(site))
    sorted_out: dict[str, list[Person]] = {"changed": [], "gone": [], "back": []}
    accounts: list[Account] = [*members.new_accounts]
    for before in register.people:
        held, active = _presence(before, members)
        accounts.extend(held)
        after = replace(_told(before, members, pulled, above), active=active)
        if after != before:
            kind = "changed" if active == before.active else "back" if active else "gone"
            sorted_out[kind].append(after)
    return (
        Synced(
            added=added,
            changed=tuple(sorted_out["changed"]),
            gone=tuple(sorted_out["gone"]),
            back=tuple(sorted_out["back"]),
            clashes=members.clashes,
            unreadable=len(pulled.unreadable),
        ),
        tuple(accounts),
    )


class _Members:
    """Who of the pull is whom of the register. User ids are compared as the register spells them."""

    def __init__(self, platform: str, register: Register, pulled: Directory) -> None:
        self.platform = platform
        corp = str(pulled.corp_id)
        self._found = {normal_account(platform, userid): member for userid, member in pulled.members.items()}
        self._gone = {normal_account(platform, userid) for userid in pulled.gone}
        self._accounts_of: defaultdict[PersonId, list[Account]] = defaultdict(list)
        for account in register.accounts:
            self._accounts_of[account.person].append(account)
        self.person_of: dict[str, PersonId] = _accounts(register, platform, corp)
        unknown = [
            userid
            for userid, member in sorted(self._found.items())
            if userid not in self.person_of and member.status is MemberStatus.ACTIVE
        ]
        # An account makes somebody sign for a person of ours: never guessed, not even from an equal id.
        taken = {normal_account(platform, person.id) for person in register.people}
        self.clashes = tuple(userid for userid in unknown if userid in taken)
        self._new = [userid for userid in unknown if userid not in taken]
        self.person_of |= {userid: PersonId(userid) for userid in self._new}
        self.new_accounts = tuple(
            Account(platform=platform, corp=corp, userid=userid, person=PersonId(userid)) for userid in self._new
        )
        self._corp = corp
        self._userid_of: dict[PersonId, str] = {}
        for userid, person in sorted(self.person_of.items(), reverse=True):
            if self.is_there(userid):
                self._userid_of[person] = userid

    def newcomers(self, site: SiteId) -> Iterator[Person]:
        """Members nobody knew, as people without anything."""
        for userid in self._new:
            name = _legible(self._found[userid].name) or userid
            yield Person(id=PersonId(userid), site=site, name=name, department="")

    def of(self, person: PersonId) -> Member | None:
        """The member a person is; None for who is not there. Of several accounts the first."""
        userid = self._userid_of.get(person)
        return None if userid is None else self._found[userid]

    def accounts_of(self, person: PersonId) -> list[Account]:
        """All accounts of a person, of other corps and platforms too."""
        return self._accounts_of[person]

    def is_there(self, userid: str) -> bool | None:
        """Whether a member can be reached; None for what the pull says nothing about."""
        member = self._found.get(userid)
        if member is not None:
            return member.status is MemberStatus.ACTIVE
        return False if userid in self._gone else None

    def present(self, account: Account) -> bool | None:
        """The same for an account; None for other corps and platforms."""
        ours = (account.platform, account.corp) == (self.platform, self._corp)
        return self.is_there(normal_account(self.platform, account.userid)) if ours else None


def _accounts(register: Register, platform: str, corp: str) -> dict[str, PersonId]:
    """The people behind the accounts of one corp, active or not."""
    return {
        normal_account(platform, account.userid): account.person
        for account in register.accounts
        if (account.platform, account.corp) == (platform, corp)
    }


def _presence(person: Person, members: _Members) -> tuple[list[Account], bool]:
    """The accounts of a person that change, and whether the person is active now."""
    held = members.accounts_of(person.id)
    if not held or (not person.active and any(account.active for account in held)):
        return [], person.active  # not the platform's business, or refused by the plant
    now = [
        account if (there := members.present(account)) is None else replace(account, active=there) for account in held
    ]
    changed = [after for before, after in zip(held, now, strict=True) if after != before]
    return changed, any(account.active for account in now) if changed else person.active


def _told(person: Person, members: _Members, pulled: Directory, above: Mapping[PersonId, PersonId | None]) -> Person:
    """The person with what the platform says of department, superior and name.

    The name of somebody with posts or certificates is the plant's own: it stands beside signatures and on certificates,
    and in many corps members may call themselves what they like.
    """
    member = members.of(person.id)
    if member is None:
        return person
    main = None if member.main_department is None else pulled.departments.get(member.main_department)
    return replace(
        person,
        name=person.name if person.posts or person.certificates else _legible(member.name) or person.name,
        department=_legible(main.name if main is not None else "") or person.department,
        superior=above.get(person.id),
    )


def _legible(name: str) -> str:
    """A name without what nobody sees, so that it can be searched, printed and written into a register."""
    return "".join(letter for letter in " ".join(name.split()) if letter.isprintable())


# --- who is above whom


def _above(register: Register, members: _Members, pulled: Directory) -> dict[PersonId, PersonId | None]:
    """Everybody's superior: the platform's word where it names one, else what was known; never in a circle.

    Personal superiors come first, so that a circle that departments would make is broken where it is least personal.
    """
    before = {person.id: person.superior for person in register.people}
    there = sorted(person for person in set(members.person_of.values()) if members.of(person) is not None)
    above: dict[PersonId, PersonId | None] = {**before, **dict.fromkeys(there)}
    named = {person: tuple(_superiors(person, members, pulled)) for person in there}
    for personal in (True, False):
        for person in there:
            hints = (who for who, direct in named[person] if direct is personal)
            if above[person] is None:
                above[person] = next((who for who in hints if not _closes(person, who, above)), None)
    for person in there:
        known = before.get(person)
        if above[person] is None and known is not None and not _closes(person, known, above):
            above[person] = known
    return above


def _superiors(person: PersonId, members: _Members, pulled: Directory) -> Iterator[tuple[PersonId, bool]]:
    """Whom the platform names above a person, best first, and whether personally."""
    member = members.of(person)
    if member is None:
        return
    for one in pulled.superiors(member.key.userid):
        who = members.person_of.get(normal_account(members.platform, one.userid))
        if who is not None and not _peer(member, one, pulled):
            yield who, one.found_by is FoundBy.DIRECT_LEADER


def _peer(member: Member, other: Superior, pulled: Directory) -> bool:
    """Whether the two lead one department together: an escalation between them would never climb."""
    return other.department is not None and _leads(member, other.department, pulled)


def _leads(member: Member, number: DepartmentId, pulled: Directory) -> bool:
    return number in member.leads or member.key.userid in pulled.departments[number].leaders


def _closes(person: PersonId, superior: PersonId, above: Mapping[PersonId, PersonId | None]) -> bool:
    """Whether ``person`` under ``superior`` would end up above themselves."""
    seen: set[PersonId] = set()
    current: PersonId | None = superior
    while current is not None and current not in seen:
        if current == person:
            return True
        seen.add(current)
        current = above.get(current)
    return False
