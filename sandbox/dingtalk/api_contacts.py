"""Contacts of the old API: who somebody is, and who their superiors are. All of it is outside the monthly quota."""

from __future__ import annotations

import re
from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint, Handler, Style
from sandbox.dingtalk.config import DepartmentConfig, Permission, PersonConfig
from sandbox.dingtalk.errors import Errcode, LegacyError
from sandbox.dingtalk.hand import Hand

Json = dict[str, Any]
_MOBILE = re.compile(r"(\+\d{1,4}-)?\d{6,15}")
_MAIN_ADMIN, _BOSS = 1, 100


class ContactApi:
    """People, departments, and who opened a page."""

    def __init__(self, hand: Hand) -> None:
        self._logins = hand.logins

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them."""
        return (
            _contact("/topapi/v2/user/get", self.user),
            _contact("/topapi/v2/user/getbymobile", self.by_mobile),
            _contact("/topapi/user/getbyunionid", self.by_union),
            _contact("/topapi/v2/department/get", self.department),
            _contact("/topapi/v2/department/listsub", self.departments),
            _contact("/topapi/user/listid", self.members),
            Endpoint(
                path="/topapi/v2/user/getuserinfo", method="POST", handle=self.by_code, style=Style.LEGACY, free=True
            ),
        )

    def user(self, call: Call) -> Json:
        """Everything about one person; the mobile only with its own permission."""
        person = self._person(call, call.json().get("userid"))
        mobile = {"mobile": person.mobile} if Permission.MOBILE_READ in call.app.config.permissions else {}
        manager = {"manager_userid": person.manager} if person.manager else {}
        departments = call.corp.departments
        result: Json = {
            "userid": person.userid,
            "unionid": person.unionid,
            "name": person.name,
            "avatar": "",
            "title": person.title,
            "job_number": person.job_number,
            "dept_id_list": list(person.departments),
            "leader_in_dept": [
                {"dept_id": each, "leader": person.userid in departments[each].managers}
                for each in person.departments
                if each in departments
            ],
            "role_list": [],
            "active": person.active,
            "real_authed": True,
            "admin": person.admin,
            "boss": person.boss,
            "senior": False,
            "hide_mobile": False,
            "exclusive_account": False,
        }
        return {"result": result | mobile | manager}

    def by_mobile(self, call: Call) -> Json:
        """The userid behind a phone number."""
        mobile = call.json().get("mobile")
        if not isinstance(mobile, str) or not _MOBILE.fullmatch(mobile):
            raise LegacyError(Errcode.BAD_MOBILE, "不合法的手机号")
        for person in call.corp.people.values():
            if person.mobile == mobile and person.active:
                return {"result": {"userid": person.userid}}
        raise LegacyError(Errcode.NOT_FOUND, "找不到该用户")

    def by_union(self, call: Call) -> Json:
        """The userid behind a unionid."""
        person = call.corp.person_by_union(str(call.json().get("unionid")))
        if person is None:
            raise LegacyError(Errcode.NOT_FOUND, "找不到该用户")
        return {"result": {"contact_type": int(person.outside), "userid": person.userid}}

    def department(self, call: Call) -> Json:
        """One department with its managers."""
        found = self._department(call, call.json().get("dept_id"))
        members = [each for each in call.corp.people.values() if found.id in each.departments]
        row = _row(found) | {"dept_manager_userid_list": list(found.managers), "member_count": len(members)}
        return {"result": row}

    def departments(self, call: Call) -> Json:
        """The departments right below one; the root is 1."""
        found = self._department(call, call.json().get("dept_id", 1))
        below = [each for each in call.corp.departments.values() if each.parent == found.id]
        return {"result": [_row(each) for each in below]}

    def members(self, call: Call) -> Json:
        """The userids of those directly in one department, as far as the app may see them."""
        found = self._department(call, call.json().get("dept_id"))
        inside = (each for each in call.corp.people.values() if found.id in each.departments and not each.outside)
        visible = [each.userid for each in inside if each.active and call.corp.within(call.app, each)]
        return {"result": {"userid_list": visible}}

    def by_code(self, call: Call) -> Json:
        """Who opened a page (免登)."""
        userid = self._logins.redeem(call.app, call.json().get("code"))
        person = call.corp.people[userid]
        level = _MAIN_ADMIN if person.admin else _BOSS if person.boss else 0
        result = {
            "userid": person.userid,
            "unionid": person.unionid,
            "associated_unionid": person.unionid,
            "name": person.name,
            "device_id": "twin",
            "sys": person.admin,
            "sys_level": level,
        }
        return {"result": result}

    def _person(self, call: Call, userid: object) -> PersonConfig:
        person = call.corp.people.get(userid) if isinstance(userid, str) else None
        if person is None:
            raise LegacyError(Errcode.NO_SUCH_USER, "无效的userid")
        if person.outside or not call.corp.within(call.app, person):
            raise LegacyError(Errcode.OUT_OF_SCOPE, "请求的员工userid不在授权范围内")
        if not person.active:
            raise LegacyError(Errcode.NOT_FOUND, "找不到该用户")
        return person

    def _department(self, call: Call, number: object) -> DepartmentConfig:
        if not isinstance(number, int):
            raise LegacyError(Errcode.BAD_PARAMETER, "dept_id")
        found = call.corp.departments.get(number)
        if found is None:
            raise LegacyError(Errcode.NOT_FOUND, "部门不存在")
        return found


def _contact(path: str, handle: Handler) -> Endpoint:
    return Endpoint(
        path=path, method="POST", handle=handle, style=Style.LEGACY, permission=Permission.CONTACT_READ, free=True
    )


def _row(department: DepartmentConfig) -> Json:
    return {"dept_id": department.id, "name": department.name, "parent_id": department.parent}
