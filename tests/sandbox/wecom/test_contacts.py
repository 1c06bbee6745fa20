"""The awkward directory: several departments, misaligned flags, missing superiors, case, two corps."""

from __future__ import annotations

import pytest

from sandbox.wecom import CorpConfig, MemberStatus, PersonConfig, Twin
from sandbox.wecom.directory import Directory
from tests.support.wecom_twin import CORP, OTHER_CORP, SMALL_SECRET, Api


async def test_a_member_as_the_app_sees_it(api: Api) -> None:
    member = await api.get("user/get", userid="WANGQIANG")
    assert member["userid"] == "WangQiang", "found in any case, shown as declared"
    assert member["department"] == [2, 3]
    assert member["is_leader_in_dept"] == [0], "one flag for two departments"
    assert member["direct_leader"] == ["LiGong"]
    assert not {"mobile", "email", "avatar"} & member.keys(), "younger apps get no contact details"
    assert "direct_leader" not in await api.get("user/get", userid="ZhaoMin")
    assert (await api.get("user/get", userid="gone"))["status"] == 2


@pytest.mark.parametrize(("userid", "code"), [("left", 60111), ("nobody", 60111), ("", 40003)])
async def test_members_one_cannot_read(api: Api, userid: str, code: int) -> None:
    assert (await api.get("user/get", userid=userid))["errcode"] == code


async def test_the_visible_range_hides_members_superiors_and_departments(api: Api, twin: Twin) -> None:
    from dataclasses import replace

    small = twin.agent(1000003, corpid=CORP)
    small.config = replace(small.config, trusted_ips=None)
    await api.login(secret=SMALL_SECRET)
    member = await api.get("user/get", userid="WangQiang")
    assert "direct_leader" not in member, "the superior is outside the range"
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 60111
    assert (await api.get("department/simplelist"))["department_id"] == [{"id": 3, "parentid": 2, "order": 100}]
    assert (await api.get("department/get", id="2"))["errcode"] == 60011
    assert (await api.get("department/get", id="99"))["errcode"] == 60123
    assert (await api.post("user/getuserid", {"mobile": "13800000002"}))["errcode"] == 46004


async def test_departments(api: Api) -> None:
    below = await api.get("department/simplelist", id="2")
    assert [each["id"] for each in below["department_id"]] == [2, 3]
    department = (await api.get("department/get", id="2"))["department"]
    assert (department["name"], department["department_leader"]) == ("动力车间", ["LiGong"])
    assert len((await api.get("department/list"))["department"]) == 4


async def test_lists_of_members(api: Api) -> None:
    direct = await api.get("user/simplelist", department_id="2")
    assert [each["userid"] for each in direct["userlist"]] == ["WangQiang", "ZhaoMin", "LiGong", "gone"]
    below = await api.get("user/simplelist", department_id="2", fetch_child="1")
    assert "unlicensed" in [each["userid"] for each in below["userlist"]]
    full = await api.get("user/list", department_id="3")
    assert full["userlist"][0]["position"] == ""
    assert (await api.post("user/list_id", {}))["errcode"] == 48002


async def test_mobile_to_userid(api: Api) -> None:
    assert (await api.post("user/getuserid", {"mobile": "13800000002"}))["userid"] == "ZhaoMin"
    assert (await api.post("user/getuserid", {"mobile": "1"}))["errcode"] == 40058


async def test_one_human_has_unrelated_userids_in_two_corps(api: Api, twin: Twin) -> None:
    await api.login(OTHER_CORP, "secret-of-contractor")
    assert (await api.get("user/get", userid="wq"))["name"] == "王强"
    assert (await api.get("user/get", userid="WangQiang"))["errcode"] == 60111


async def test_status_changes_are_told_to_the_apps_that_lose_and_gain_the_member(twin: Twin, receiver: object) -> None:
    for each in twin.set_status("ZhaoMin", MemberStatus.DISABLED, corpid=CORP):
        await each
    for each in twin.set_status("ZhaoMin", MemberStatus.ACTIVE, corpid=CORP):
        await each
    assert [each.news.kind for each in twin.deliveries] == ["unsubscribe", "subscribe"]
    assert twin.set_status("ZhaoMin", MemberStatus.ACTIVE, corpid=CORP) == []


def test_two_userids_cannot_differ_by_case_only() -> None:
    people = (PersonConfig(userid="Wang", name="a"), PersonConfig(userid="wang", name="b"))
    with pytest.raises(ValueError, match="case"):
        Directory(CorpConfig(corpid="ww", people=people))
