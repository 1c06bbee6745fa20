"""The page inside WeCom that says who is holding the phone: OAuth authorize, which redirects with a code.

A real client knows its owner. Here the phone simulator says it, by cookie or query parameter ``twin_user`` with the
value ``corpid/userid``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.world import App, Corp, World

HOLDER = "twin_user"
_SCOPES = ("snsapi_base", "snsapi_privateinfo")
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the phone."""

    corpid: str
    userid: str

    @staticmethod
    def parse(text: str) -> Holder:
        """From ``corpid/userid``; raises `ApiError` when nobody is named."""
        corpid, slash, userid = text.partition("/")
        if not slash or not corpid or not userid:
            raise ApiError(Code.EMPTY_PARAMETER, f"nobody holds this phone: give {HOLDER}=corpid/userid")
        return Holder(corpid=corpid, userid=userid)

    def __str__(self) -> str:
        return f"{self.corpid}/{self.userid}"


def authorize(world: World, query: Mapping[str, str], holder: Holder) -> str:
    """The address to redirect to; raises `ApiError` for what WeCom would show as an error page."""
    corp = world.corp(query.get("appid", ""))
    if query.get("response_type") != "code" or query.get("scope") not in _SCOPES:
        raise ApiError(Code.BAD_PARAMETER, "response_type or scope")
    state = query.get("state", "")
    if not _STATE.fullmatch(state):
        raise ApiError(Code.STATE_MALFORMED)
    agentid = query.get("agentid", "")
    _demand_trusted(corp, agentid, query.get("redirect_uri", ""))
    private = query["scope"] == "snsapi_privateinfo" and bool(agentid)
    userid, openid = _identity(world, corp, holder)
    code = world.logins.issue_code(corp.corpid, userid=userid, openid=openid, private=private)
    return _with_query(query["redirect_uri"], f"code={quote(code)}&state={state}")


def _demand_trusted(corp: Corp, agentid: str, redirect_uri: str) -> None:
    if agentid:
        app = corp.apps.get(int(agentid)) if agentid.isdigit() else None
        if app is None:
            raise ApiError(Code.BAD_AGENTID)
        apps: list[App] = [app]
    else:
        apps = list(corp.apps.values())
    host = urlsplit(redirect_uri).netloc
    if not any(host in app.config.trusted_domains for app in apps):
        raise ApiError(Code.REDIRECT_NOT_TRUSTED, f"redirect_uri host {host} is not trusted")


def _identity(world: World, corp: Corp, holder: Holder) -> tuple[str, str]:
    """userid inside ``corp``, or an openid for a visitor from outside."""
    home = world.corp(holder.corpid).directory.find(holder.userid)
    if home is None or not world.is_active(holder.corpid, holder.userid):
        raise ApiError(Code.NO_SUCH_USER, "the holder of the phone is not an active member")
    if holder.corpid == corp.corpid:
        return home.userid, ""
    here = corp.directory.same_human(home.human)
    if here is not None and world.is_active(corp.corpid, here.userid):
        return here.userid, ""
    return "", f"o{hashlib.sha256(f'{corp.corpid}|{holder}'.encode()).hexdigest()[:27]}"


def _with_query(address: str, addition: str) -> str:
    parts = urlsplit(address)
    query = f"{parts.query}&{addition}" if parts.query else addition
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, parts.fragment))
