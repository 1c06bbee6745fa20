"""Who is it, and who is their superior ([D91022], [D91023], section "supervisor lookup" of the directory pages).

The directory is pulled, never pushed: an ordinary self-built app gets no news of changes. Missing from a pull is not
the same as gone: departments may be closed to the app, and members may be visible one by one. So everybody known
before who did not turn up is asked for by name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

from bot.wecom.directory import CorpId, Department, DepartmentId, Member, MemberStatus, UserId, normalise
from bot.wecom.errors import NotVisible, Refused

OAUTH_BASE: Final = "https://open.weixin.qq.com"
LOGIN_BASE: Final = "https://login.work.weixin.qq.com"
_STATE: Final = re.compile(r"[a-zA-Z0-9]{1,128}")

T = TypeVar("T")


def oauth_link(*, corp_id: str, agent_id: int, redirect_to: str, state: str, base_url: str = OAUTH_BASE) -> str:
    """The address that signs a member in silently inside WeCom and comes back with ``code`` and ``state``.

    ``state`` is up to 128 letters and digits; `ValueError` otherwise. The host in ``redirect_to`` must be the app's
    trusted domain exactly.
    """
    if not _STATE.fullmatch(state):
        raise ValueError("a state is 1 to 128 letters and digits")
    query = urlencode(
        {
            "appid": corp_id,
            "redirect_uri": redirect_to,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": agent_id,
        },
        quote_via=quote,
        safe="",
    )
    return f"{base_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"


def browser_login_link(*, corp_id: str, agent_id: int, redirect_to: str, state: str, base_url: str = LOGIN_BASE) -> str:
    """The same for the system browser on a computer: a QR code, or one click beside a running client."""
    query = urlencode(
        {
            "login_type": "CorpApp",
            "appid": corp_id,
            "agentid": agent_id,
            "redirect_uri": redirect_to,
            "state": state,
        },
        quote_via=quote,
        safe="",
    )
    return f"{base_url.rstrip('/')}/wwlogin/sso/login?{query}"


class DirectorySource(Protocol):
    """What a pull needs; `bot.wecom.client.WeComClient` has it."""

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
        """One member; raises `NotVisible`."""
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

    def superiors(self, userid: str) -> tuple[Superior, ...]:
        """Whom to ask above ``userid``, best first, each once; empty when nobody is known.

        Order: direct leader; the leaders named by the main department; its members flagged as leaders; then the same
        two for each department above. Never the person, never somebody who is not active and visible.
        """
        member = self.members.get(normalise(userid))
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


async def read_directory(source: DirectorySource, *, known: Iterable[str] = ()) -> Directory:
    """Pull departments and members. ``known`` are the userids of earlier pulls: who is missing is looked up by name.

    Raises a `WeComTrouble` when the platform cannot be asked or the app has no right to ask: half a picture is not
    given.
    """
    outline = await source.department_ids()
    pulled = await _all(_read_department(source, one) for one in outline)
    members = {member.key.userid: member for _, people in pulled for member in people or ()}
    missing = sorted({normalise(userid) for userid in known} - members.keys())
    looked_up = dict(zip(missing, await _all(_look_up(source, userid) for userid in missing), strict=True))
    members.update({userid: member for userid, member in looked_up.items() if member is not None})
    return Directory(
        corp_id=source.corp_id,
        members=members,
        departments={department.id: department for department, _ in pulled},
        unreadable=frozenset(department.id for department, people in pulled if people is None),
        gone=frozenset(userid for userid, member in looked_up.items() if member is None),
    )


async def _read_department(
    source: DirectorySource, outline: Department
) -> tuple[Department, tuple[Member, ...] | None]:
    """A department and its members; None when they may not be listed."""
    try:
        department = await source.department(outline.id)
    except (NotVisible, Refused):
        department = outline
    try:
        return department, await source.members_of(outline.id)
    except (NotVisible, Refused):
        return department, None


async def _look_up(source: DirectorySource, userid: UserId) -> Member | None:
    try:
        member = await source.member(userid)
    except NotVisible:
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
