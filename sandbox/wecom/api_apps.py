"""The app's menu and settings: menu/create, get, delete; agent/get, set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.reading import Json, Reader

KEY_TYPES = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
_MOST_BUTTONS, _MOST_SUB_BUTTONS = 3, 5
_KEY_BYTES, _URL_BYTES = 128, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Limits and codes of one menu level. The codes are the platform's range 40016 to 40027, in its order."""

    name_bytes: int
    bad_type: Code
    bad_name: Code
    bad_key: Code
    long_url: Code
    bad_url: Code


_TOP = _Level(
    name_bytes=16,
    bad_type=Code.MENU_BUTTON_TYPE,
    bad_name=Code.MENU_BUTTON_NAME,
    bad_key=Code.MENU_BUTTON_KEY,
    long_url=Code.MENU_BUTTON_URL,
    bad_url=Code.MENU_URL,
)
_SUB = _Level(
    name_bytes=40,
    bad_type=Code.MENU_SUB_TYPE,
    bad_name=Code.MENU_SUB_NAME,
    bad_key=Code.MENU_SUB_KEY,
    long_url=Code.MENU_SUB_URL,
    bad_url=Code.MENU_SUB_URL_BAD,
)


def menu_create(call: Call) -> Json:
    """Replace the app's menu."""
    app = call.demand_own(call.query_number("agentid"))
    rows = call.reader().rows("button")
    if not rows or len(rows) > _MOST_BUTTONS:
        raise ApiError(Code.MENU_BUTTON_COUNT)
    app.menu = {"button": [_button(row, _TOP) for row in rows]}
    return {}


def menu_get(call: Call) -> Json:
    """The menu as it was created."""
    menu = call.demand_own(call.query_number("agentid")).menu
    if menu is None:
        raise ApiError(Code.NO_MENU)
    return menu


def menu_delete(call: Call) -> Json:
    """Remove the menu."""
    call.demand_own(call.query_number("agentid")).menu = None
    return {}


def _button(row: Reader, level: _Level) -> Json:
    name = row.text("name")
    if not name or len(name.encode()) > level.name_bytes:
        raise ApiError(level.bad_name, row.path("name"))
    if level is _TOP and row.has("sub_button"):
        below = row.rows("sub_button") or []
        if not 1 <= len(below) <= _MOST_SUB_BUTTONS:
            raise ApiError(Code.MENU_SUB_COUNT)
        return {"name": name, "sub_button": [_button(each, _SUB) for each in below]}
    kind = row.text("type")
    if kind == "view":
        return {"name": name, "type": kind, "url": _url(row, level)}
    if kind == "view_miniprogram":
        return {"name": name, "type": kind, "pagepath": row.text("pagepath"), "appid": row.text("appid")}
    if kind not in KEY_TYPES:
        raise ApiError(level.bad_type, row.path("type"))
    key = row.text("key")
    if not key or len(key.encode()) > _KEY_BYTES:
        raise ApiError(level.bad_key, row.path("key"))
    return {"name": name, "type": kind, "key": key}


def _url(row: Reader, level: _Level) -> str:
    url = row.text("url")
    if len(url.encode()) > _URL_BYTES:
        raise ApiError(level.long_url, row.path("url"))
    if not url.startswith(("http://", "https://")):
        raise ApiError(level.bad_url, row.path("url"))
    return url


def menu_entries(menu: Json | None) -> list[Json]:
    """All entries one can press, from both levels."""
    if menu is None:
        return []
    top = cast(list[Json], menu["button"])
    return [entry for button in top for entry in cast(list[Json], button.get("sub_button", [button]))]


def agent_get(call: Call) -> Json:
    """Settings and visible range of the app."""
    config = call.demand_own(call.query_number("agentid")).config
    return {
        "agentid": config.agentid,
        "name": config.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": [{"userid": userid} for userid in config.visible_users]},
        "allow_partys": {"partyid": list(config.visible_departments)},
        "allow_tags": {"tagid": list(config.visible_tags)},
        "close": int(call.app.disabled),
        "redirect_domain": config.trusted_domains[0] if config.trusted_domains else "",
        "report_location_flag": int(config.report_location),
        "isreportenter": int(config.report_enter),
        "home_url": "",
    }


def agent_set(call: Call) -> Json:
    """Change some settings."""
    body = call.reader()
    app = call.demand_own(body.number("agentid"))
    name = body.text("name") if body.has("name") else app.config.name
    if not 1 <= len(name) <= 32:
        raise ApiError(Code.BAD_PARAMETER, "name")
    if body.has("description") and not 4 <= len(body.text("description")) <= 120:
        raise ApiError(Code.BAD_PARAMETER, "description")
    config = app.config
    app.config = replace(
        config,
        name=name,
        report_location=body.flag("report_location_flag")
        if body.has("report_location_flag")
        else config.report_location,
        report_enter=body.flag("isreportenter") if body.has("isreportenter") else config.report_enter,
        trusted_domains=(body.text("redirect_domain"),) if body.has("redirect_domain") else config.trusted_domains,
    )
    return {}


ENDPOINTS = (
    Endpoint(api="menu/create", method="POST", handle=menu_create),
    Endpoint(api="menu/get", method="GET", handle=menu_get),
    Endpoint(api="menu/delete", method="GET", handle=menu_delete),
    Endpoint(api="agent/get", method="GET", handle=agent_get),
    Endpoint(api="agent/set", method="POST", handle=agent_set),
)
