"""Members, departments and who is above whom: a platform's directory as plain records, the same for every platform.

The directory is pulled. Missing from a pull is not the same as gone: departments may be closed to the app, and members
may be visible one by one. So everybody known before who did not turn up is asked for by name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NewType, Protocol, TypeVar

CorpId = NewType("CorpId", str)
UserId = NewType("UserId", str)
"""A userid as its platform compares it. It means something only together with its corp: one human in two corps has two
unrelated ids."""
DepartmentId = NewType("DepartmentId", int)

T = TypeVar("T")


class MemberStatus(IntEnum):
    """The platform's own numbers."""

    ACTIVE = 1
    DISABLED = 2
    NOT_ACTIVATED = 4
    LEFT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberKey:
    """Who somebody is, for a service that knows several corps."""

    corp_id: CorpId
    userid: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member as far as the app may see. New apps get neither phone nor e-mail."""

    key: MemberKey
    name: str
    position: str
    status: MemberStatus
    departments: tuple[DepartmentId, ...]
    leads: frozenset[DepartmentId]
    """The departments among ``departments`` this member leads."""
    main_department: DepartmentId | None
    direct_leaders: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One department. ``leaders`` are only those the app may see; ``name`` may be empty when the app may not see it."""

    id: DepartmentId
    parent: DepartmentId | None
    order: int
    name: str = ""
    leaders: tuple[UserId, ...] = ()


class DirectorySource(Protocol):
    """What a pull needs."""

    @property
    def corp_id(self) -> CorpId:
        """The corp all ids belong to."""
        ...

    async def department_ids(self) -> tuple[Department, ...]:
        """Every visible department, without names."""
        ...

    async def department(self, number: DepartmentId) -> Department:
        """One department with name and leaders."""
        ...

    async def members_of(self, number: DepartmentId) -> tuple[Member, ...]:
        """The members directly in a department."""
        ...

    async def member(self, userid: str) -> Member:
        """One member; raises what `read_directory` takes for gone."""
        ...


class FoundBy(StrEnum):
    """Which of the platform's hints named a superior, from the most to the least personal."""

    DIRECT_LEADER = "direct_leader"
    DEPARTMENT_LEADER = "department_leader"
    LEADER_FLAG = "is_leader_in_dept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Superior:
    """Somebody to escalate to, and why they."""

    userid: UserId
    found_by: FoundBy
    department: DepartmentId | None
    """The department they lead; None for a direct leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The people and departments of one corp as the app could see them at one moment."""

    corp_id: CorpId
    members: Mapping[UserId, Member]
    departments: Mapping[DepartmentId, Department]
    unreadable: frozenset[DepartmentId]
    """Departments whose members the app may not list."""
    gone: frozenset[UserId]
    """Members known before whom the platform does not show any more: left, deleted, or out of the app's range."""
    spelled: Callable[[str], UserId] = UserId
    """The one spelling of a userid on this platform."""

    def superiors(self, userid: str) -> tuple[Superior, ...]:
        """Whom to ask above ``userid``, best first, each once; empty when nobody is known.

        Order: direct leader; the leaders named by the main department; its members flagged as leaders; then the same
        two for each department above. Never the person, never somebody who is not active and visible.
        """
        member = self.members.get(self.spelled(userid))
        if member is None:
            return ()
        found: dict[UserId, Superior] = {}
        for one in self._candidates(member):
            visible = self.members.get(one.userid)
            if one.userid != member.key.userid and visible is not None and visible.status is MemberStatus.ACTIVE:
                found.setdefault(one.userid, one)
        return tuple(found.values())

    def _candidates(self, member: Member) -> Iterator[Superior]:
        for leader in member.direct_leaders:
            yield Superior(userid=leader, found_by=FoundBy.DIRECT_LEADER, department=None)
        for number in self._upwards(member.main_department or next(iter(member.departments), None)):
            for leader in self.departments[number].leaders:
                yield Superior(userid=leader, found_by=FoundBy.DEPARTMENT_LEADER, department=number)
            for userid, other in sorted(self.members.items()):
                if number in other.leads:
                    yield Superior(userid=userid, found_by=FoundBy.LEADER_FLAG, department=number)

    def _upwards(self, number: DepartmentId | None) -> Iterator[DepartmentId]:
        """The department and those above it, as far as the app can see; a ring in the data ends the walk."""
        seen: set[DepartmentId] = set()
        while number is not None and number in self.departments and number not in seen:
            seen.add(number)
            yield number
            number = self.departments[number].parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the platform's troubles mean to a pull: ``hidden`` departments are left out, ``absent`` members are gone."""

    hidden: tuple[type[Exception], ...]
    absent: tuple[type[Exception], ...]


async def read_directory(
    source: DirectorySource,
    *,
    known: Iterable[str] = (),
    limits: Limits,
    spelled: Callable[[str], UserId] = UserId,
) -> Directory:
    """Pull departments and members. ``known`` are the userids of earlier pulls: who is missing is looked up by name.

    Raises a trouble of the platform when it cannot be asked or the app has no right to ask: half a picture is not
    given.
    """
    outline = await source.department_ids()
    pulled = await _all(_read_department(source, one, limits) for one in outline)
    members = {member.key.userid: member for _, people in pulled for member in people or ()}
    missing = sorted({spelled(userid) for userid in known} - members.keys())
    looked_up = dict(zip(missing, await _all(_look_up(source, userid, limits) for userid in missing), strict=True))
    members.update({userid: member for userid, member in looked_up.items() if member is not None})
    return Directory(
        corp_id=source.corp_id,
        members=members,
        departments={department.id: department for department, _ in pulled},
        unreadable=frozenset(department.id for department, people in pulled if people is None),
        gone=frozenset(userid for userid, member in looked_up.items() if member is None),
        spelled=spelled,
    )


async def _read_department(
    source: DirectorySource, outline: Department, limits: Limits
) -> tuple[Department, tuple[Member, ...] | None]:
    """A department and its members; None when they may not be listed."""
    try:
        department = await source.department(outline.id)
    except limits.hidden:
        department = outline
    try:
        return department, await source.members_of(outline.id)
    except limits.hidden:
        return department, None


async def _look_up(source: DirectorySource, userid: UserId, limits: Limits) -> Member | None:
    try:
        member = await source.member(userid)
    except limits.absent:
        return None
    return None if member.status is MemberStatus.LEFT else member


async def _all(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run the calls together; the client bounds how many are open. The first failure cancels the rest and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
