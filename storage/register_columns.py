"""The register as sheets: which columns each has, and how a value is written in a cell.

The columns are the fields of the register files themselves, so that a sheet can hold whatever a register can. What has
no plain spelling in a cell (accounts, whatever comes new) is written as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from storage import register_fields as scalars
from storage.register_models import (
    AreaEntry,
    CertificateEntry,
    ChatEntry,
    ContractorEntry,
    DeviceEntry,
    EquipmentEntry,
    GroupEntry,
    LeaveEntry,
    LinkEntry,
    PersonEntry,
)


class Kind(StrEnum):
    """How a value is written in a cell."""

    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    LIST = "list"
    POSTS = "posts"
    FENCE = "fence"
    POINT = "point"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the key of the field, its heading, and how it is written."""

    key: str
    title: str
    kind: Kind
    wanted: bool = False
    secret: bool = False
    """Identity and telephone numbers: no message repeats what stands there."""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShape:
    """One sheet: its name, the section of the register it spells, and its columns.

    What belongs to a record of another sheet (a certificate to a person, a chat to a group) stands on one of its own:
    ``parent`` is the section of that record, and ``owner`` the column that says whose it is, by its ``id``.
    """

    name: str
    section: str
    columns: tuple[Column, ...]
    parent: str = ""
    owner: str = ""


_TITLES: Mapping[str, tuple[str, str]] = {
    "code": ("代码", "简短、不变，印在标牌上"),
    "id": ("编号", "人员写企业微信账号"),
    "name": ("名称", ""),
    "aliases": ("别名", "几个之间用顿号隔开"),
    "department": ("部门", ""),
    "fire_explosion": ("火灾爆炸危险场所", "是、否；不知道就空着"),
    "pipe_rack": ("管廊", "是、否"),
    "major_hazard_dike": ("重大危险源罐区堤内", "是、否"),
    "fixed_hot_work": ("固定动火区", "是、否"),
    "confined_space": ("受限空间", "是、否"),
    "medium": ("介质", ""),
    "board": ("标牌码", ""),
    "neighbours": ("相邻区域", "区域代码，用顿号隔开；两边都要写"),
    "fence": ("围栏", "gcj02: 纬度,经度; 纬度,经度; 纬度,经度"),
    "area": ("所在区域", "区域代码"),
    "operating": ("运行", "是、否；不知道就空着"),
    "held_toxic_or_flammable": ("盛装过毒或可燃物", "是、否；不知道就空着"),
    "purged": ("已置换合格", "是、否；不知道就空着"),
    "position": ("位置", "gcj02: 纬度,经度,米"),
    "credit_code": ("统一社会信用代码", "18位"),
    "valid_to": ("有效期至", "2026-05-01"),
    "active": ("在用", "是、否；空着就是“是”"),
    "note": ("备注", ""),
    "superior": ("上级", "上级的编号"),
    "userid": ("企业微信账号", "与编号相同就空着"),
    "accounts": ("账号", "JSON；一般空着"),
    "posts": ("岗位", "每行一个，例如 shift_leader: TK1、PMP；管全厂写 all"),
    "employer": ("承包商", "承包商的名称"),
    "phone": ("电话", ""),
    "experience_years": ("生产实践年数", "监护人必填，例如 3.5"),
    "kind": ("种类", "操作证写目录号，例如 2.1；厂内培训写 guardian、cs_training 等"),
    "number": ("证号", "操作证：T 加 18 位身份证号"),
    "valid_from": ("有效期自", "2026-05-01"),
    "review_due": ("应复审日", "2026-05-01"),
    "reviewed_on": ("复审日", "2026-05-01"),
    "status": ("状态", "registered、revoked、mismatch、unverified；空着就是 registered"),
    "scope": ("适用作业", "hot、cs 等，用顿号隔开；空着就是全部"),
    "shape": ("立式卧式", "vertical、horizontal"),
    "height_m": ("内高（米）", "立式空间"),
    "depth_m": ("内深（米）", "卧式空间，从开口到最里面"),
    "person": ("人员编号", "人员表里的编号"),
    "group": ("群编号", "群组表里的编号"),
    "purpose": ("用途", "safety 安全群、management 管理群、area 区域群"),
    "areas": ("区域", "区域代码，用顿号隔开；空着就是全厂"),
    "platform": ("平台", "wecom、dingtalk；空着就是企业微信"),
    "corp": ("企业", "空着就是本企业"),
    "key": ("机器人密钥", "写 $名字，密钥放在环境变量里"),
    "address": ("地址", "设备报数时用的编号；空着就是设备编号"),
    "permit": ("借给作业票", "作业票编号；一般空着"),
    "model": ("型号", ""),
    "serial": ("出厂编号", ""),
    "point": ("取样点", "upper、middle、lower 等；空着就不算取样点"),
    "gateway": ("网关", "经哪个网关传来，写它的名称；直接接入的空着"),
    "calibrated_on": ("校准日期", "2026-05-01"),
    "calibration_due": ("校准有效期至", "2027-05-01；空着的设备不能用来放行"),
    "bump_tested_at": ("通气测试时间", "2026-05-01T08:00:00+08:00"),
    "bump_every_h": ("通气测试间隔（小时）", "佩戴的空着就是 24"),
    "stale_s": ("数据过期（秒）", "空着就是 30"),
    "clock_ahead_s": ("时钟可快（秒）", "空着就是 5"),
    "near_dbm": ("信标门限（dBm）", "信标必填，例如 -75；比它强算在附近"),
    "drop_db": ("信标回差（dB）", "空着就是 6"),
    "heard_s": ("信标有效（秒）", "空着就是 15；这么久没听到就不算"),
    "channels": ("传感器", '例如 [{"quantity":"o2","unit":"%vol","low":"0","high":"30"}]'),
    "places": ("位置", "区域或设备代码，用顿号隔开；above、inside、fire_route 的第一个有讲究"),
    "metres": ("相距（米）", "只有 distance 要写，例如 41.5"),
    "decided_by": ("认定人", "编号；只有 same、apart 要写"),
    "deputy": ("代理人", "编号；本厂在岗的另一位同事，那时自己也在"),
    "since": ("开始", "2026-03-20 或 2026-03-20 08:00"),
    "until": ("结束", "写日期就到那天 24 点；最长 31 天"),
    "decided_on": ("认定日期", "2026-05-01"),
}
_RELATIONS: Mapping[str, tuple[str, str]] = {
    "id": ("编号", "关系的编号，自己取，不变"),
    "kind": (
        "种类",
        (
            "above 在上方、inside 在里面、dike 同一防火堤、drain 同一下水、line 同一管线、system 同一系统、"
            "distance 实测距离、fire_route 消防通道、same 同一处、apart 不是同一处"
        ),
    ),
    "name": ("名称", "管线号、堤名等"),
}
"""Headings that say something else for relations of places."""
_KINDS: Mapping[str, Kind] = {
    "posts": Kind.POSTS,
    "fence": Kind.FENCE,
    "position": Kind.POINT,
    "accounts": Kind.JSON,
    "since": Kind.TEXT,
    "until": Kind.TEXT,
}
_SECRET = frozenset({"phone", "number", "accounts", "key"})


def _reader(annotated: Any) -> object:
    """The function that reads a scalar of the register files."""
    return getattr(get_args(annotated)[1], "func", None)


_FLAGS = {_reader(scalars.Flag), _reader(scalars.Maybe)}
_DAYS = {_reader(scalars.Day)}


def _column(section: str, key: str, field: FieldInfo) -> Column:
    own = _RELATIONS if section == "links" else {}
    title, hint = own.get(key) or _TITLES.get(key, (key, ""))
    return Column(
        key=key,
        title=title,
        kind=_KINDS.get(key) or _kind(field),
        wanted=field.is_required(),
        secret=key in _SECRET,
        hint=hint,
    )


def _kind(field: FieldInfo) -> Kind:
    """How a field nobody has named is written: found out from its type."""
    reads = {getattr(one, "func", None) for one in (*field.metadata, *_inner(field.annotation))}
    if reads & _FLAGS:
        return Kind.FLAG
    if reads & _DAYS:
        return Kind.DAY
    if get_origin(field.annotation) is tuple:
        inside = get_args(field.annotation)[0]
        return Kind.JSON if isinstance(inside, type) and issubclass(inside, BaseModel) else Kind.LIST
    models = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
    return Kind.JSON if any(issubclass(one, BaseModel) for one in models) or dict in models else Kind.TEXT


def _inner(annotation: Any) -> tuple[Any, ...]:
    """What stands behind ``Annotated`` inside a union."""
    return tuple(one for part in get_args(annotation) for one in getattr(part, "__metadata__", ()))


def _sheet(name: str, section: str, model: type[BaseModel], *, without: tuple[str, ...] = ()) -> SheetShape:
    fields = ((key, field) for key, field in model.model_fields.items() if key not in without)
    return SheetShape(name=name, section=section, columns=tuple(_column(section, key, field) for key, field in fields))


def _held(name: str, section: str, model: type[BaseModel], *, parent: str, owner: str) -> SheetShape:
    """The sheet of what belongs to records of another one."""
    whose = Column(key=owner, title=_TITLES[owner][0], kind=Kind.TEXT, wanted=True, hint=_TITLES[owner][1])
    own = _sheet(name, section, model)
    return replace(own, columns=(whose, *own.columns), parent=parent, owner=owner)


SHEETS: tuple[SheetShape, ...] = (
    _sheet("人员", "people", PersonEntry, without=("certificates",)),
    _held("证书", "certificates", CertificateEntry, parent="people", owner="person"),
    _sheet("请假", "leave", LeaveEntry),
    _sheet("区域", "areas", AreaEntry),
    _sheet("设备", "equipment", EquipmentEntry),
    _sheet("位置关系", "links", LinkEntry),
    _sheet("群组", "groups", GroupEntry, without=("chats",)),
    _held("群聊", "chats", ChatEntry, parent="groups", owner="group"),
    _sheet("承包商", "contractors", ContractorEntry),
    _sheet("监测设备", "devices", DeviceEntry),
)
SHEET_OF = {shape.section: shape for shape in SHEETS}


# --- cells ----------------------------------------------------------------------------------------------------------

_WORDS = {"yes": "是", "no": "否", "unknown": "未知"}
_SAID = {word: flag for flag, word in _WORDS.items()} | {"true": "yes", "false": "no", "√": "yes", "×": "no"}
_SEPARATORS = re.compile("[、，,；;]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def spelled(column: Column, value: Any) -> str:
    """A value of the register as the text of a cell."""
    match column.kind:
        case Kind.FLAG:
            return _WORDS.get(str(value), str(value))
        case Kind.LIST:
            return _joined([str(one) for one in value])
        case Kind.POSTS:
            return _posts(value)
        case Kind.FENCE:
            return f"{value['datum']}: " + "; ".join(",".join(corner) for corner in value["corners"])
        case Kind.POINT:
            return f"{value['datum']}: " + ",".join(value["at"])
        case Kind.JSON:
            return json.dumps(value, ensure_ascii=False)
        case Kind.TEXT | Kind.DAY:
            return str(value)


def understood(column: Column, text: str) -> Any:
    """The text of a cell as a register file would say it. Raise `ValueError` with what was expected."""
    match column.kind:
        case Kind.FLAG:
            return _SAID.get(text.lower(), text)
        case Kind.DAY:
            found = _DAY.fullmatch(text)
            return text if found is None else f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
        case Kind.LIST:
            return _split(text)
        case Kind.POSTS:
            return _json(text) if text.startswith("{") else _read_posts(text)
        case Kind.FENCE:
            datum, corners = _datum(text)
            return {"datum": datum, "corners": [_numbers(one) for one in corners.split(";") if one.strip()]}
        case Kind.POINT:
            datum, at = _datum(text)
            return {"datum": datum, "at": _numbers(at)}
        case Kind.JSON:
            return _json(text)
        case Kind.TEXT:
            return text


def _joined(items: list[str]) -> str:
    """Items in one cell: with 、 between them, or one a line where an item has such a sign itself."""
    if any(_SEPARATORS.search(item) for item in items):
        return "\n".join([*items, ""])
    return "、".join(items)


def _split(text: str) -> list[str]:
    parts = text.split("\n") if "\n" in text else _SEPARATORS.split(text)
    return [part.strip() for part in parts if part.strip()]


_PLAIN_POST = re.compile(r"[^:：、，,；;\n{]+")


def _posts(posts: Mapping[str, str | list[str]]) -> str:
    names = [*posts, *(area for areas in posts.values() if isinstance(areas, list) for area in areas)]
    if not all(_PLAIN_POST.fullmatch(name) for name in names):
        return json.dumps(posts, ensure_ascii=False)
    return "\n".join(
        f"{post}: {areas if isinstance(areas, str) else '、'.join(areas)}" for post, areas in posts.items()
    )


def _read_posts(text: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for line in text.split("\n"):
        if not line.strip():
            continue
        post, colon, areas = line.replace("：", ":").partition(":")
        if not colon or not areas.strip():
            raise ValueError("每行写“岗位: 区域代码”，管全厂写“岗位: all”")
        if post.strip() in found:
            raise ValueError("同一岗位写了两次")
        found[post.strip()] = scalars.WHOLE_SITE if areas.strip() == scalars.WHOLE_SITE else _split(areas)
    return found


def _datum(text: str) -> tuple[str, str]:
    datum, colon, rest = text.replace("：", ":").replace("，", ",").replace("；", ";").partition(":")
    if not colon:
        raise ValueError("先写坐标系，例如 gcj02: 36.8131,118.0548")
    return datum.strip(), rest


def _numbers(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _json(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("这一列要写成 JSON；不确定就空着") from None
    return value
