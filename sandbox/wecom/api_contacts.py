"""Members and departments as one app may see them."""

from __future__ import annotations

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.config import DepartmentConfig, PersonConfig
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.reading import Json


def user_get(call: Call) -> Json:
    """One member in any case of the userid; 60111 for strangers, leavers and members out of range."""
    userid = call.query.get("userid", "")
    if not userid:
        raise ApiError(Code.BAD_USERID)
    return _member(call, _visible(call, userid))


def user_getuserid(call: Call) -> Json:
    """The userid behind a mobile number. Too many wrong numbers block the corp until the next day."""
    mobile = call.reader().text("mobile")
    if not 5 <= len(mobile.encode()) <= 32:
        raise ApiError(Code.BAD_PARAMETER, "mobile")
    world, corp = call.world, call.corp
    wrong = ("wrong_mobile", corp.corpid)
    rule = Rule(limit=corp.config.account_cap * world.limits.wrong_mobile_percent // 100, unit=Unit.DAY)
    world.limiter.refuse_blocked(wrong, rule)
    for person in corp.directory.people:
        if person.mobile == mobile and corp.directory.sees(call.app.config, person):
            return {"userid": person.userid}
    world.limiter.demand(wrong, rule)
    raise ApiError(Code.NO_SUCH_USER)


def user_simplelist(call: Call) -> Json:
    """Members of a department (with ``fetch_child=1`` also of those below): id, name, departments."""
    return {
        "userlist": [
            {"userid": person.userid, "name": person.name, "department": list(person.departments)}
            for person in _listed(call)
        ]
    }


def user_list(call: Call) -> Json:
    """Members of a department with everything user/get says."""
    return {"userlist": [_member(call, person) for person in _listed(call)]}


def department_simplelist(call: Call) -> Json:
    """A department and everything below it, without names; without ``id`` all that is visible."""
    found = [{"id": each.id, "parentid": each.parent, "order": each.order} for each in _departments(call)]
    return {"department_id": found}


def department_list(call: Call) -> Json:
    """The slow list with names and leaders."""
    return {"department": [_department(call, each) for each in _departments(call)]}


def department_get(call: Call) -> Json:
    """One department as an object; leaders only as far as they are visible."""
    return {"department": _department(call, _visible_department(call, call.query_number("id")))}


def not_for_apps(call: Call) -> Json:
    """APIs of the contact-sync secret answer a self-built app with 48002."""
    del call
    raise ApiError(Code.NOT_AUTHORISED, "api forbidden")


ENDPOINTS = (
    Endpoint(api="user/get", method="GET", handle=user_get),
    Endpoint(api="user/getuserid", method="POST", handle=user_getuserid),
    Endpoint(api="user/simplelist", method="GET", handle=user_simplelist),
    Endpoint(api="user/list", method="GET", handle=user_list),
    Endpoint(api="user/list_id", method="POST", handle=not_for_apps),
    Endpoint(api="department/simplelist", method="GET", handle=department_simplelist),
    Endpoint(api="department/list", method="GET", handle=department_list),
    Endpoint(api="department/get", method="GET", handle=department_get),
)


def _visible(call: Call, userid: str) -> PersonConfig:
    person = call.corp.directory.find(userid)
    if person is None or not call.corp.directory.sees(call.app.config, person):
        raise ApiError(Code.USER_UNKNOWN, "userid not found")
    return person


def _seen(call: Call, userids: tuple[str, ...]) -> list[str]:
    directory = call.corp.directory
    people = [directory.find(userid) for userid in userids]
    return [person.userid for person in people if person is not None and directory.sees(call.app.config, person)]


def _member(call: Call, person: PersonConfig) -> Json:
    main = person.main_department or (person.departments[0] if person.departments else 0)
    shown: Json = {
        "userid": person.userid,
        "name": person.name,
        "department": list(person.departments),
        "order": list(person.order) or [0] * len(person.departments),
        "position": person.position,
        "is_leader_in_dept": [int(flag) for flag in person.leader_in],
        "main_department": main,
        "status": int(person.status),
        "isleader": int(any(person.leader_in)),
        "enable": int(person.status == 1),
        "alias": person.alias,
        "telephone": "",
        "extattr": {"attrs": []},
    }
    if leaders := _seen(call, person.direct_leader)[:1]:
        shown["direct_leader"] = leaders
    if call.app.config.sees_contact_details:
        shown |= {"mobile": person.mobile, "email": person.email, "gender": "0", "avatar": "", "biz_mail": ""}
    return shown


def _visible_department(call: Call, number: int | None) -> DepartmentConfig:
    directory = call.corp.directory
    if number is None or number not in directory.departments:
        raise ApiError(Code.DEPARTMENT_INVALID)
    if number not in directory.visible_departments(call.app.config):
        raise ApiError(Code.NO_RIGHT, "no privilege to access/modify contact/party/agent")
    return directory.departments[number]


def _departments(call: Call) -> list[DepartmentConfig]:
    directory = call.corp.directory
    visible = directory.visible_departments(call.app.config)
    if "id" not in call.query:
        return [each for each in directory.departments.values() if each.id in visible]
    top = _visible_department(call, call.query_number("id"))
    return [directory.departments[number] for number in directory.below(top.id)]


def _department(call: Call, department: DepartmentConfig) -> Json:
    return {
        "id": department.id,
        "name": department.name,
        "name_en": "",
        "department_leader": _seen(call, department.leaders),
        "parentid": department.parent,
        "order": department.order,
    }


def _listed(call: Call) -> list[PersonConfig]:
    directory = call.corp.directory
    department = _visible_department(call, call.query_number("department_id"))
    wanted = directory.below(department.id) if call.query.get("fetch_child") == "1" else [department.id]
    return [person for person in directory.members(wanted) if directory.sees(call.app.config, person)]
