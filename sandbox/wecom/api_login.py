"""gettoken, identity of a page's visitor, JS-SDK tickets, callback addresses."""

from __future__ import annotations

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.reading import Json
from sandbox.wecom.world import App, World


def gettoken(call: Call) -> Json:
    """The access token of the app whose secret is given."""
    world, corpid, secret = call.world, call.query.get("corpid", ""), call.query.get("corpsecret", "")
    if not corpid:
        raise ApiError(Code.CORPID_MISSING)
    if not secret:
        raise ApiError(Code.SECRET_MISSING)
    guessing = ("wrong_secret", call.caller_ip)
    rule = Rule(limit=world.limits.wrong_secret_hour, unit=Unit.HOUR)
    world.limiter.refuse_blocked(guessing, rule)
    app = _app_of_secret(world, corpid, secret)
    if isinstance(app, ApiError):
        world.limiter.demand(guessing, rule)
        raise app
    if world.quirks.untrusted_ip_at_gettoken:
        demand_trusted_ip(world, app, call.caller_ip)
    token = world.tokens.issue(app.corpid, app.agentid)
    return {"access_token": token.text, "expires_in": world.tokens.left(token)}


def _app_of_secret(world: World, corpid: str, secret: str) -> App | ApiError:
    corp = world.corp(corpid)
    for app in corp.apps.values():
        if app.config.secret == secret:
            return ApiError(Code.BAD_SECRET, "app disabled") if app.disabled else app
    elsewhere = any(app.config.secret == secret for other in world.corps.values() for app in other.apps.values())
    return ApiError(Code.SECRET_OF_ANOTHER_CORP if elsewhere else Code.BAD_SECRET, "invalid credential")


def demand_trusted_ip(world: World, app: App, caller_ip: str) -> None:
    """Raise `ApiError` 60020 for a caller the app does not list; older apps are exempt."""
    trusted = app.config.trusted_ips
    if trusted is not None and (world.faults.untrusted_ip or caller_ip not in trusted):
        raise ApiError(Code.IP_NOT_TRUSTED, "not allow to access from your ip")


def getuserinfo(call: Call) -> Json:
    """Who the code belongs to. Says the userid whether or not the member is in the app's visible range."""
    world = call.world
    login = world.logins.open_code(call.app.corpid, call.query.get("code", ""))
    if not login.userid:
        return {"openid": login.openid, "external_userid": f"wm{login.openid}"}
    answer: Json = {world.quirks.userid_key: login.userid}
    person = call.corp.directory.find(login.userid)
    if login.private and person is not None and call.corp.directory.sees(call.app.config, person):
        answer["user_ticket"] = world.logins.issue_user_ticket(call.app.corpid, login.userid)
        answer["expires_in"] = 1800
    return answer


def getuserinfo_legacy(call: Call) -> Json:
    """The older API with its capital keys."""
    login = call.world.logins.open_code(call.app.corpid, call.query.get("code", ""))
    return {"UserId": login.userid, "DeviceId": ""} if login.userid else {"OpenId": login.openid, "DeviceId": ""}


def getuserdetail(call: Call) -> Json:
    """Details the member consented to show."""
    userid = call.world.logins.open_user_ticket(call.app.corpid, call.reader().text("user_ticket"))
    person = call.corp.directory.find(userid)
    if person is None:
        raise ApiError(Code.USER_UNKNOWN)
    shown = person.consents
    return {
        "userid": person.userid,
        "gender": "0",
        "avatar": "",
        "qr_code": "",
        "mobile": person.mobile if shown else "",
        "email": person.email if shown else "",
        "biz_mail": "",
        "address": "",
    }


def get_jsapi_ticket(call: Call) -> Json:
    """The corp's ticket."""
    limits = call.world.limits
    call.world.limiter.demand(("corp_ticket", call.app.corpid), Rule(limit=limits.corp_ticket_hour, unit=Unit.HOUR))
    return _ticket(call, None)


def ticket_get(call: Call) -> Json:
    """The app's ticket; only ``type=agent_config`` exists."""
    if call.query.get("type") != "agent_config":
        raise ApiError(Code.TICKET_TYPE)
    limits = call.world.limits
    key = ("app_ticket", call.app.corpid, call.app.agentid)
    call.world.limiter.demand(key, Rule(limit=limits.app_ticket_hour, unit=Unit.HOUR))
    return _ticket(call, call.app.agentid)


def _ticket(call: Call, agentid: int | None) -> Json:
    logins = call.world.logins
    ticket = logins.js_ticket(call.app.corpid, agentid)
    return {"ticket": ticket.text, "expires_in": logins.left(ticket)}


def getcallbackip(call: Call) -> Json:
    """Addresses callbacks come from: in the twin always this machine."""
    del call
    return {"ip_list": ["127.0.0.1", "101.226.103.*"]}


ENDPOINTS = (
    Endpoint(api="gettoken", method="GET", handle=gettoken, needs_token=False),
    Endpoint(api="auth/getuserinfo", method="GET", handle=getuserinfo, counted=False),
    Endpoint(api="user/getuserinfo", method="GET", handle=getuserinfo_legacy, counted=False),
    Endpoint(api="auth/getuserdetail", method="POST", handle=getuserdetail),
    Endpoint(api="get_jsapi_ticket", method="GET", handle=get_jsapi_ticket),
    Endpoint(api="ticket/get", method="GET", handle=ticket_get),
    Endpoint(api="getcallbackip", method="GET", handle=getcallbackip),
)
