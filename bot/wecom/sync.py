"""The platform's directory into ours: names, departments, superiors, who is still there.

Posts, certificates and contractors are the plant's own knowledge and stay untouched. A member nobody knew becomes a
person without
posts: able to ask, not to sign. Nobody is deleted; who is gone becomes inactive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.wecom.directory import Member, MemberStatus, UserId
from bot.wecom.identity import Directory, DirectorySource, read_directory
from storage.directory import Account, Register
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId, SiteId
from workflow.plant import Person

PLATFORM = "wecom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a pull changed."""

    added: int
    changed: int
    gone: int


async def sync_directory(source: DirectorySource, writer: Writer, site: SiteId) -> Synced:
    """Pull the corp's members and merge them. Raises `bot.wecom.errors.WeComTrouble`; then nothing was changed."""
    corp = str(source.corp_id)
    known = await writer.submit(
        lambda tx: tuple(one.userid for one in tx.directory.register.accounts if one.corp == corp)
    )
    pulled = await read_directory(source, known=known)
    return await writer.submit(lambda tx: _merge(tx, pulled, site))


def _merge(tx: Tx, pulled: Directory, site: SiteId) -> Synced:
    corp = str(pulled.corp_id)
    ids = {userid: _person_id(tx, corp, userid) for userid in pulled.members}
    added: list[Person] = []
    changed: list[Person] = []
    accounts: list[Account] = []
    for userid, member in pulled.members.items():
        before = tx.directory.person(ids[userid])
        after = _merged(before, member, pulled, ids, site)
        if before is None:
            added.append(after)
            accounts.append(Account(platform=PLATFORM, corp=corp, userid=userid, person=after.id))
        elif after != before:
            changed.append(after)
    gone = [replace(person, active=False) for person in _gone(tx, pulled) if person.active]
    if added or changed or gone:
        tx.put_register(Register(people=(*added, *changed, *gone), accounts=tuple(accounts)))
    return Synced(added=len(added), changed=len(changed), gone=len(gone))


def _person_id(tx: Tx, corp: str, userid: str) -> PersonId:
    """The person behind an account, active or not; a new member is called by the userid."""
    register = tx.directory.register
    found = next((one.person for one in register.accounts if (one.corp, one.userid.lower()) == (corp, userid)), None)
    return found if found is not None else PersonId(userid)


def _merged(
    before: Person | None, member: Member, pulled: Directory, ids: Mapping[UserId, PersonId], site: SiteId
) -> Person:
    main = None if member.main_department is None else pulled.departments.get(member.main_department)
    department = "" if main is None else main.name
    superior = next((ids[one.userid] for one in pulled.superiors(member.key.userid)), None)
    base = before or Person(id=ids[member.key.userid], site=site, name=member.name, department=department)
    return replace(
        base,
        name=member.name or base.name,
        department=department or base.department,
        superior=superior or base.superior,
        active=member.status is MemberStatus.ACTIVE,
    )


def _gone(tx: Tx, pulled: Directory) -> Iterator[Person]:
    for userid in pulled.gone:
        person = tx.directory.person(_person_id(tx, str(pulled.corp_id), userid))
        if person is not None:
            yield person
