"""Links that open, ids that are one, and superiors in the documented order."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.client import WeComClient
from bot.wecom.directory import (
    CorpId,
    Department,
    DepartmentId,
    Member,
    MemberKey,
    MemberStatus,
    UserId,
    member_of,
    normalise,
)
from bot.wecom.errors import Misconfigured, NetworkTrouble
from bot.wecom.identity import Directory, FoundBy, browser_login_link, oauth_link, read_directory
from tests.support.wecom import CORP
from tests.support.wecom_server import Answer, ScriptedWeCom

# --- links -----------------------------------------------------------------------------------------------------------


def test_the_sign_in_link_is_the_documented_one() -> None:
    link = oauth_link(
        corp_id="wwabc", agent_id=1000002, redirect_to="https://permit.example.com/p?id=1&v=2#x", state="Ab9"
    )
    assert link == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wwabc"
        "&redirect_uri=https%3A%2F%2Fpermit.example.com%2Fp%3Fid%3D1%26v%3D2%23x"
        "&response_type=code&scope=snsapi_base&state=Ab9&agentid=1000002#wechat_redirect"
    )


@pytest.mark.parametrize("state", ["", "a b", "a-b", "x" * 129, "状态"])
def test_a_state_the_platform_refuses_is_refused_here(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        oauth_link(corp_id="w", agent_id=1, redirect_to="https://a.example", state=state)


def test_the_browser_link_carries_the_same_facts() -> None:
    parts = urlsplit(
        browser_login_link(corp_id="wwabc", agent_id=7, redirect_to="https://a.example/x?y=1", state="s&t")
    )
    assert (parts.netloc, parts.path) == ("login.work.weixin.qq.com", "/wwlogin/sso/login")
    assert parse_qs(parts.query) == {
        "login_type": ["CorpApp"],
        "appid": ["wwabc"],
        "agentid": ["7"],
        "redirect_uri": ["https://a.example/x?y=1"],
        "state": ["s&t"],
    }


def test_both_links_take_another_base() -> None:
    for make in (oauth_link, browser_login_link):
        link = make(corp_id="w", agent_id=1, redirect_to="https://a.example", state="s", base_url="http://127.0.0.1:9/")
        assert link.startswith("http://127.0.0.1:9/")


# --- ids -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "one"),
    [
        ("WangQiang", "wangqiang"),
        ("wang.q_1-x@A", "wang.q_1-x@a"),
        (" a ", "a"),
        ("wwPartnerX/LiSi", "wwPartnerX/lisi"),
    ],
)
def test_a_userid_has_one_spelling(raw: str, one: str) -> None:
    assert normalise(raw) == one


@given(st.text(alphabet="aAbB._-@/", max_size=20))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    assert normalise(normalise(raw)) == normalise(raw)


def test_the_same_userid_in_two_corps_is_two_people() -> None:
    one, other = (MemberKey(corp_id=CorpId(corp), userid=UserId("a")) for corp in ("ww1", "ww2"))
    assert one != other


def test_a_status_nobody_knows_counts_as_disabled() -> None:
    assert member_of(CorpId("w"), {"userid": "a", "status": 3}).status is MemberStatus.DISABLED
    assert member_of(CorpId("w"), {"userid": "a"}).status is MemberStatus.ACTIVE


def test_short_flags_never_shift() -> None:
    member = member_of(CorpId("w"), {"userid": "a", "department": [3, 5], "is_leader_in_dept": [1]})
    assert member.leads == {3}


# --- superiors -------------------------------------------------------------------------------------------------------


def person(
    name: str,
    *departments: int,
    leads: tuple[int, ...] = (),
    direct: tuple[str, ...] = (),
    main: int | None = None,
    status: MemberStatus = MemberStatus.ACTIVE,
) -> Member:
    return Member(
        key=MemberKey(corp_id=CorpId(CORP), userid=UserId(name)),
        name=name,
        position="",
        status=status,
        departments=tuple(DepartmentId(number) for number in departments),
        leads=frozenset(DepartmentId(number) for number in leads),
        main_department=None if main is None else DepartmentId(main),
        direct_leaders=tuple(UserId(one) for one in direct),
    )


def unit(number: int, parent: int | None = None, *leaders: str) -> Department:
    return Department(
        id=DepartmentId(number),
        parent=None if parent is None else DepartmentId(parent),
        order=0,
        leaders=tuple(UserId(one) for one in leaders),
    )


def directory(*parts: Member | Department) -> Directory:
    return Directory(
        corp_id=CorpId(CORP),
        members={one.key.userid: one for one in parts if isinstance(one, Member)},
        departments={one.id: one for one in parts if isinstance(one, Department)},
        unreadable=frozenset(),
        gone=frozenset(),
        spelled=normalise,
    )


PLANT = (
    unit(1, None, "chief"),
    unit(2, 1, "manager"),
    unit(3, 2, "shift"),
    person("chief", 1),
    person("manager", 2),
    person("shift", 3),
    person("flagged", 3, leads=(3,)),
    person("wang", 2, 3, main=3, direct=("mentor",)),
    person("mentor", 3),
)


def test_superiors_come_in_the_documented_order() -> None:
    assert [(one.userid, one.found_by, one.department) for one in directory(*PLANT).superiors("Wang")] == [
        ("mentor", FoundBy.DIRECT_LEADER, None),
        ("shift", FoundBy.DEPARTMENT_LEADER, 3),
        ("flagged", FoundBy.LEADER_FLAG, 3),
        ("manager", FoundBy.DEPARTMENT_LEADER, 2),
        ("chief", FoundBy.DEPARTMENT_LEADER, 1),
    ]


def test_nobody_is_their_own_superior() -> None:
    assert [one.userid for one in directory(*PLANT).superiors("shift")][:2] == ["flagged", "manager"]


@pytest.mark.parametrize("status", [MemberStatus.DISABLED, MemberStatus.NOT_ACTIVATED, MemberStatus.LEFT])
def test_who_cannot_answer_is_not_asked(status: MemberStatus) -> None:
    plant = [one for one in PLANT if not isinstance(one, Member) or one.key.userid != "mentor"]
    people = directory(*plant, person("mentor", 3, status=status))
    assert people.superiors("wang")[0].userid == "shift"


def test_an_invisible_leader_is_passed_over() -> None:
    plant = [one for one in PLANT if not isinstance(one, Member) or one.key.userid not in ("mentor", "shift")]
    assert [one.userid for one in directory(*plant).superiors("wang")] == ["flagged", "manager", "chief"]


def test_without_a_main_department_the_first_counts() -> None:
    people = directory(*PLANT, person("new", 2, 3))
    assert people.superiors("new")[0].userid == "manager"


def test_a_ring_of_departments_ends() -> None:
    people = directory(unit(1, 2), unit(2, 1), person("a", 1), person("b", 2, leads=(2,)))
    assert [one.userid for one in people.superiors("a")] == ["b"]


def test_a_stranger_has_no_superiors() -> None:
    assert directory(*PLANT).superiors("nobody") == ()


# --- pulling ---------------------------------------------------------------------------------------------------------


def say_plant(wecom: ScriptedWeCom) -> None:
    wecom.always["department/simplelist"] = {
        "errcode": 0,
        "department_id": [{"id": 1, "parentid": 0, "order": 1}, {"id": 3, "parentid": 1, "order": 2}],
    }


def by_department(answers: Mapping[str, dict[str, object]], key: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(answers[request.query[key]])

    return answer


async def test_a_pull_gathers_members_of_several_departments_once(client: WeComClient, wecom: ScriptedWeCom) -> None:
    say_plant(wecom)
    both = {"userid": "WangQiang", "name": "王强", "department": [1, 3], "main_department": 3, "status": 1}
    wecom.always["department/get"] = by_department(
        {
            "1": {"errcode": 0, "department": {"id": 1, "name": "厂", "parentid": 0}},
            "3": {
                "errcode": 0,
                "department": {"id": 3, "name": "储运", "parentid": 1, "department_leader": ["ZhaoMin"]},
            },
        },
        "id",
    )
    wecom.always["user/list"] = by_department(
        {
            "1": {"errcode": 0, "userlist": [both]},
            "3": {"errcode": 0, "userlist": [both, {"userid": "zhaomin", "department": [3], "status": 1}]},
        },
        "department_id",
    )
    found = await read_directory(client)
    assert (found.corp_id, set(found.members), found.unreadable, found.gone) == (
        CORP,
        {"wangqiang", "zhaomin"},
        frozenset(),
        frozenset(),
    )
    assert found.departments[DepartmentId(3)].name == "储运"
    assert [one.userid for one in found.superiors("wangqiang")] == ["zhaomin"]


async def test_who_is_missing_is_asked_for_by_name_before_they_count_as_gone(
    client: WeComClient, wecom: ScriptedWeCom
) -> None:
    say_plant(wecom)
    wecom.always["department/get"] = {"errcode": 60011, "errmsg": "x"}
    wecom.always["user/list"] = {"errcode": 60011, "errmsg": "x"}
    wecom.always["user/get"] = by_department(
        {
            "apart": {"errcode": 0, "userid": "Apart", "department": [9], "status": 1},
            "left": {"errcode": 60111, "errmsg": "x"},
            "quit": {"errcode": 0, "userid": "quit", "department": [9], "status": 5},
        },
        "userid",
    )
    found = await read_directory(client, known=["Apart", "left", "quit"])
    assert set(found.members) == {"apart"}
    assert found.gone == {"left", "quit"}
    assert found.unreadable == {1, 3}


@pytest.mark.parametrize(("code", "kind"), [(48009, Misconfigured), (60020, Misconfigured)])
async def test_without_the_right_to_ask_there_is_no_picture(
    client: WeComClient, wecom: ScriptedWeCom, code: int, kind: type[Exception]
) -> None:
    say_plant(wecom)
    wecom.always["user/list"] = {"errcode": code, "errmsg": "x"}
    wecom.always["department/get"] = {"errcode": 0, "department": {"id": 1}}
    with pytest.raises(kind):
        await read_directory(client)


async def test_a_department_of_another_shape_is_no_picture_either(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.always["department/simplelist"] = {"errcode": 0, "department_id": [{"id": "one"}]}
    with pytest.raises(NetworkTrouble):
        await read_directory(client)
