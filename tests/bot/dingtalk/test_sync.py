"""The organisation's directory into ours, over a real socket: who is there, who is above whom, what stays untouched."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.dingtalk import errors
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.sync import sync_directory, synced_at
from bot.sync import FEW, Synced, TooManyGone
from bot.wecom.sync import synced_at as wecom_synced_at
from storage.directory import Account, Register
from storage.writer import Writer
from tests.bot.dingtalk.conftest import CORP
from tests.support.dingtalk_server import ScriptedDingTalk
from workflow.ids import PersonId, SiteId
from workflow.plant import Person

SITE = SiteId("HC")
AT = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)
NOT_THERE, NOT_IN_SCOPE = 33012, 50002


@dataclass(slots=True)
class Corp:
    """An organisation that answers the four look-ups of a pull."""

    departments: dict[int, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    """Departments the app may not look into."""

    def department(self, number: int, name: str, parent: int = 1, managers: tuple[str, ...] = ()) -> None:
        self.departments[number] = {
            "dept_id": number, "name": name, "parent_id": parent, "dept_manager_userid_list": list(managers),
        }  # fmt: skip

    def person(self, userid: str, name: str, *departments: int, leads: tuple[int, ...] = (), **more: Any) -> None:
        self.people[userid] = {
            "userid": userid,
            "unionid": f"union-{userid}",
            "name": name,
            "mobile": "13800000001",
            "dept_id_list": list(departments),
            "leader_in_dept": [{"dept_id": number, "leader": number in leads} for number in departments],
            "active": True,
            **more,
        }

    def serve(self, dingtalk: ScriptedDingTalk) -> None:
        """Answer from now on."""
        for path, answer in {
            "/topapi/v2/department/listsub": self._below,
            "/topapi/v2/department/get": self._department,
            "/topapi/user/listid": self._users,
            "/topapi/v2/user/get": self._user,
        }.items():
            dingtalk.always[path] = _served(answer)

    def _below(self, asked: dict[str, Any]) -> Any:
        return [one for one in self.departments.values() if one["parent_id"] == asked["dept_id"]]

    def _department(self, asked: dict[str, Any]) -> Any:
        return self.departments[asked["dept_id"]]

    def _users(self, asked: dict[str, Any]) -> Any:
        if asked["dept_id"] in self.closed:
            return NOT_IN_SCOPE
        members = [key for key, one in self.people.items() if asked["dept_id"] in one["dept_id_list"]]
        return {"userid_list": members}

    def _user(self, asked: dict[str, Any]) -> Any:
        return self.people.get(asked["userid"], NOT_THERE)


def _served(answer: Callable[[dict[str, Any]], Any]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        result = answer(json.loads(await request.read()))
        if isinstance(result, int):
            return web.json_response({"errcode": result, "errmsg": "no"})
        return web.json_response({"errcode": 0, "result": result})

    return serve


@pytest.fixture
def corp(dingtalk: ScriptedDingTalk) -> Corp:
    made = Corp()
    made.department(1, "厂区", 0, ("boss",))
    made.department(2, "动力车间", 1, ("LiGong",))
    made.department(3, "维修班", 2)
    made.person("boss", "厂长", 1)
    made.person("LiGong", "李工", 2, leads=(2,))
    made.person("WangQiang", "王强", 3, manager_userid="ZhaoMin")
    made.person("ZhaoMin", "赵\u200b敏", 3, leads=(3,))
    made.serve(dingtalk)
    return made


@pytest.fixture
def sync(client: DingTalkClient, writer: Writer, corp: Corp) -> Callable[..., Awaitable[Synced]]:
    async def pull(*, accept_losses: bool = False) -> Synced:
        return await sync_directory(client, writer, SITE, at=AT, accept_losses=accept_losses)

    return pull


Sync = Callable[..., Awaitable[Synced]]


async def person(writer: Writer, key: str) -> Person:
    found = await writer.submit(lambda tx: tx.directory.person(PersonId(key)))
    assert found is not None
    return found


async def test_a_first_pull_makes_people_without_posts(sync: Sync, writer: Writer) -> None:
    synced = await sync()
    assert sorted(one.id for one in synced.added) == ["LiGong", "WangQiang", "ZhaoMin", "boss"]
    wang = await person(writer, "WangQiang")
    assert (wang.name, wang.department, wang.site, wang.posts, wang.active) == ("王强", "维修班", SITE, (), True)
    found = await writer.submit(lambda tx: tx.person_by_account("dingtalk", CORP, "WangQiang"))
    assert found == wang
    assert await writer.submit(lambda tx: tx.person_by_account("dingtalk", CORP, "wangqiang")) is None
    assert await writer.submit(synced_at) == AT
    assert await writer.submit(wecom_synced_at) is None  # each platform has a night of its own


async def test_names_hold_nothing_nobody_sees(sync: Sync, writer: Writer) -> None:
    await sync()
    assert (await person(writer, "ZhaoMin")).name == "赵敏"


async def test_superiors_come_from_manager_then_department(sync: Sync, writer: Writer) -> None:
    await sync()
    above = {key: (await person(writer, key)).superior for key in ("WangQiang", "ZhaoMin", "LiGong", "boss")}
    # 赵敏 leads her own crew, so the one above is who leads the workshop.
    assert above == {"WangQiang": "ZhaoMin", "ZhaoMin": "LiGong", "LiGong": "boss", "boss": None}


async def test_who_left_is_asked_for_by_name_and_loses_the_account(sync: Sync, writer: Writer, corp: Corp) -> None:
    await sync()
    del corp.people["WangQiang"]
    synced = await sync()
    assert [one.id for one in synced.gone] == ["WangQiang"]
    assert await writer.submit(lambda tx: tx.person_by_account("dingtalk", CORP, "WangQiang")) is None
    corp.person("WangQiang", "王强", 3)
    assert [one.id for one in (await sync()).back] == ["WangQiang"]


async def test_a_closed_department_loses_nobody(sync: Sync, corp: Corp) -> None:
    await sync()
    corp.closed.add(3)
    synced = await sync()
    assert (synced.gone, synced.unreadable) == ((), 1)


async def test_a_narrowed_range_is_not_taken_for_an_exodus(sync: Sync, writer: Writer, corp: Corp) -> None:
    for number in range(FEW + 1):
        corp.person(f"crew{number}", f"工{number}", 3)
    await sync()
    for number in range(FEW + 1):
        del corp.people[f"crew{number}"]
    with pytest.raises(TooManyGone):
        await sync()
    assert (await person(writer, "crew0")).active
    assert len((await sync(accept_losses=True)).gone) == FEW + 1


async def test_two_people_are_never_made_one(sync: Sync, writer: Writer, corp: Corp) -> None:
    """Neither an equal id nor an equal number makes a person of the register sign with this account."""
    known = Person(id=PersonId("WangQiang"), site=SITE, name="王强", department="维修班")
    other = Account(platform="wecom", corp="ww1", userid="wangqiang", person=known.id)
    await writer.submit(lambda tx: tx.put_register(Register(people=(known,), accounts=(other,))))
    synced = await sync()
    assert synced.clashes == ("WangQiang",)
    assert await writer.submit(lambda tx: tx.person_by_account("dingtalk", CORP, "WangQiang")) is None


async def test_no_right_to_ask_changes_nothing(sync: Sync, writer: Writer, dingtalk: ScriptedDingTalk) -> None:
    await sync()
    dingtalk.always["/topapi/v2/department/listsub"] = {"errcode": 60011, "errmsg": "no"}
    with pytest.raises(errors.ScopeMissing):
        await sync()
    assert (await person(writer, "WangQiang")).active


async def test_half_a_picture_is_not_taken(sync: Sync, writer: Writer, dingtalk: ScriptedDingTalk) -> None:
    await sync()
    dingtalk.always["/topapi/user/listid"] = {"errcode": 0, "result": {"has_more": False}}
    with pytest.raises(errors.NetworkTrouble):
        await sync()
    assert (await person(writer, "WangQiang")).active
