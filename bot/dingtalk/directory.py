"""Members and departments as plain records, and the walk through the departments.

A userid is compared as it is: nobody promises that the platform does not tell one case from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from bot.members import CorpId, Department, DepartmentId, Member, MemberKey, MemberStatus, UserId

ROOT: Final = DepartmentId(1)
MAX_DEPARTMENTS: Final = 5000
"""More than any plant has: a walk that finds more is going round in circles."""


def member_of(corp_id: CorpId, raw: Mapping[str, Any]) -> Member:
    """A member from ``user/get``. Raises `ValueError` for an answer of another shape."""
    userid = raw.get("userid")
    if not isinstance(userid, str) or not userid:
        raise ValueError("userid is missing")
    departments = tuple(DepartmentId(number) for number in _numbers(raw.get("dept_id_list")))
    leads = frozenset(
        DepartmentId(one["dept_id"])
        for one in raw.get("leader_in_dept") or ()
        if one.get("leader") is True and isinstance(one.get("dept_id"), int)
    )
    manager = raw.get("manager_userid")
    return Member(
        key=MemberKey(corp_id=corp_id, userid=UserId(userid)),
        name=str(raw.get("name") or ""),
        position=str(raw.get("title") or ""),
        # Absent means active: the platform lists the member.
        status=MemberStatus.NOT_ACTIVATED if raw.get("active") is False else MemberStatus.ACTIVE,
        departments=departments,
        leads=leads & frozenset(departments),
        main_department=next(iter(departments), None),
        direct_leaders=(UserId(manager),) if isinstance(manager, str) and manager else (),
    )


def department_of(raw: Mapping[str, Any]) -> Department:
    """A department from ``department/get`` or ``department/listsub``. Raises `ValueError` for another shape."""
    (number,) = _numbers([raw.get("dept_id")])
    parent = raw.get("parent_id")
    return Department(
        id=DepartmentId(number),
        parent=DepartmentId(parent) if isinstance(parent, int) and parent > 0 else None,
        order=int(raw.get("order") or 0),
        name=str(raw.get("name") or ""),
        leaders=tuple(UserId(str(one)) for one in raw.get("dept_manager_userid_list") or ()),
    )


def _numbers(values: Any) -> list[int]:
    numbers = list(values or ())
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise ValueError("a department is a number")
    return numbers


class Contacts(Protocol):
    """What the walk asks; `bot.dingtalk.client.DingTalkClient` has it."""

    @property
    def corp_id(self) -> CorpId:
        """The organisation all ids belong to."""
        ...

    async def departments_below(self, number: DepartmentId) -> tuple[Department, ...]:
        """The departments directly below one."""
        ...

    async def department(self, number: DepartmentId) -> Department:
        """One department with its name and leaders."""
        ...

    async def userids_of(self, number: DepartmentId) -> Iterable[UserId]:
        """Who is directly in a department."""
        ...

    async def member(self, userid: str) -> Member:
        """One member with departments and superior."""
        ...


class Walk:
    """Reads all departments from the root down. A `bot.members.DirectorySource`, for one pull."""

    def __init__(self, contacts: Contacts, *, hidden: tuple[type[Exception], ...]) -> None:
        self._contacts = contacts
        self._hidden = hidden
        self.corp_id = contacts.corp_id

    async def department_ids(self) -> tuple[Department, ...]:
        """Every department the app may see; what lies below one it may not see stays unknown."""
        found = {ROOT: Department(id=ROOT, parent=None, order=0)}
        waiting = [ROOT]
        while waiting and len(found) < MAX_DEPARTMENTS:
            try:
                below = await self._contacts.departments_below(waiting.pop())
            except self._hidden:
                continue
            waiting += [one.id for one in below if one.id not in found]
            found |= {one.id: one for one in below if one.id not in found}
        return tuple(found.values())

    async def department(self, number: DepartmentId) -> Department:
        """See `Contacts.department`."""
        return await self._contacts.department(number)

    async def members_of(self, number: DepartmentId) -> tuple[Member, ...]:
        """The members directly in a department, each asked for by name: only so is the superior told.

        Whoever left between the two questions is left out.
        """
        members = []
        for userid in await self._contacts.userids_of(number):
            try:
                members.append(await self._contacts.member(userid))
            except self._hidden:
                continue
        return tuple(members)

    async def member(self, userid: str) -> Member:
        """See `Contacts.member`."""
        return await self._contacts.member(userid)
