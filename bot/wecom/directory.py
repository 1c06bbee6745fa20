"""Members and departments as plain records ([D90196], [D90208], [D95351]).

A userid is case-insensitive and returned lists may be lower-cased, so every id is normalised on the way in. A userid
means something only together with its corp: one human in two corps has two unrelated ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.members import CorpId, Department, DepartmentId, Member, MemberKey, MemberStatus, UserId

__all__ = [
    "CorpId",
    "Department",
    "DepartmentId",
    "Member",
    "MemberKey",
    "MemberStatus",
    "UserId",
    "department_of",
    "member_of",
    "normalise",
]


def normalise(userid: str) -> UserId:
    """The one spelling of a userid. A linked corp's id (``CorpId/userid``) keeps its corp as it is: corp ids are not
    case-insensitive."""
    corp, slash, name = userid.strip().rpartition("/")
    return UserId(f"{corp}{slash}{name.lower()}")


def member_of(corp_id: CorpId, raw: Mapping[str, Any]) -> Member:
    """A member from ``user/get`` or an element of ``user/list``. Raises `ValueError` for an answer of another shape."""
    departments = tuple(DepartmentId(number) for number in _numbers(raw.get("department")))
    # The flags are aligned with the departments by place; a shorter list leaves the rest unflagged, never shifted.
    flags = _numbers(raw.get("is_leader_in_dept"))
    main = raw.get("main_department")
    return Member(
        key=MemberKey(corp_id=corp_id, userid=normalise(_text(raw, "userid"))),
        name=str(raw.get("name") or ""),
        position=str(raw.get("position") or ""),
        status=_status(raw.get("status")),
        departments=departments,
        leads=frozenset(one for one, flag in zip(departments, flags, strict=False) if flag == 1),
        main_department=DepartmentId(main) if isinstance(main, int) and main > 0 else None,
        direct_leaders=tuple(normalise(str(leader)) for leader in raw.get("direct_leader") or ()),
    )


def department_of(raw: Mapping[str, Any]) -> Department:
    """A department from ``department/get`` or ``department/simplelist``. Raises `ValueError` for another shape."""
    (number,) = _numbers([raw.get("id")])
    parent = raw.get("parentid")
    return Department(
        id=DepartmentId(number),
        parent=DepartmentId(parent) if isinstance(parent, int) and parent > 0 else None,
        order=int(raw.get("order") or 0),
        name=str(raw.get("name") or ""),
        leaders=tuple(normalise(str(leader)) for leader in raw.get("department_leader") or ()),
    )


def _status(value: Any) -> MemberStatus:
    """Absent means active: the platform lists the member. A number we do not know counts as disabled."""
    if value is None:
        return MemberStatus.ACTIVE
    return MemberStatus(value) if value in tuple(MemberStatus) else MemberStatus.DISABLED


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is missing")
    return value


def _numbers(values: Any) -> list[int]:
    numbers = list(values or ())
    if not all(isinstance(number, int) for number in numbers):
        raise ValueError("a department is a number")
    return numbers
