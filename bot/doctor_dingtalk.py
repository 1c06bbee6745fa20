"""`permitbot doctor` for DingTalk: the credentials, the stream's gateway, the card template.

Nothing is sent and nothing is left behind. A ticket that the gateway hands out is not used and lapses by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.doctor import PATIENCE, Finding, Verdict, skew
from bot.doctor_cards import Door, examine_template_file, examine_templates
from bot.settings import DingTalkCredentials, Settings, SettingsError, variable

SUBJECT = "dingtalk"
STREAM = "stream"
_SECRET = (
    f"copy Client ID and Client Secret again ({variable('dingtalk_client_id')}, {variable('dingtalk_client_secret')})"
)
_BASE = variable("dingtalk_openapi_base_url")
TOKEN_CURES: Mapping[str, str] = {
    "invalidClientIdOrSecret": _SECRET,
    "Forbidden.AccessDenied.IpNotInWhiteList": "add this server's outgoing address to the app's 服务器出口IP",
}
_SUBSCRIPTIONS = [
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
    {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"},
]


async def examine_dingtalk(settings: Settings, clock: Clock, session: aiohttp.ClientSession) -> list[Finding]:
    """Ask for a token, for a connection's ticket, and try the template on nobody."""
    try:
        credentials = settings.dingtalk()
    except SettingsError:
        return []  # not meant to be there, or already said among the settings
    opened = await _token(credentials, clock, session, compare=not settings.speaks_wecom)
    if opened[0].verdict is Verdict.BAD:
        return opened
    door = Door(
        base_url=credentials.openapi_base_url,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret.get_secret_value(),
        templates=credentials.card_templates,
    )
    cards = [*examine_template_file(), *await examine_templates(door, session, clock.now())]
    return [*opened, await _ticket(credentials, session), *cards]


async def _token(
    credentials: DingTalkCredentials, clock: Clock, session: aiohttp.ClientSession, *, compare: bool
) -> list[Finding]:
    """``compare``: also compare clocks, unless another platform was asked already."""
    base = credentials.openapi_base_url
    body = {"appKey": credentials.client_id, "appSecret": credentials.client_secret.get_secret_value()}
    before = clock.now()
    answer = await _asked(session, f"{base}/v1.0/oauth2/accessToken", body)
    if isinstance(answer, Finding):
        return [answer]
    status, date, said = answer
    if status != 200 or not said.get("accessToken"):
        code = str(said.get("code", f"HTTP {status}"))
        cure = TOKEN_CURES.get(code, "look the code up in DingTalk's list of global error codes (全局错误码)")
        return [_finding(SUBJECT, Verdict.BAD, f"no token: {code}", cure)]
    found = [_finding(SUBJECT, Verdict.GOOD, "the credentials open the door")]
    return [*found, skew(date, before + (clock.now() - before) / 2)] if compare else found


async def _ticket(credentials: DingTalkCredentials, session: aiohttp.ClientSession) -> Finding:
    body = {
        "clientId": credentials.client_id,
        "clientSecret": credentials.client_secret.get_secret_value(),
        "subscriptions": _SUBSCRIPTIONS,
    }
    answer = await _asked(session, f"{credentials.openapi_base_url}/v1.0/gateway/connections/open", body)
    if isinstance(answer, Finding):
        return answer
    status, _, said = answer
    endpoint = said.get("endpoint")
    if status != 200 or not isinstance(endpoint, str) or not said.get("ticket"):
        cure = "choose Stream as the robot's message mode (消息接收模式), publish a version of the app, then ask again"
        return _finding(STREAM, Verdict.BAD, f"the gateway gives no connection: HTTP {status}", cure)
    return _finding(STREAM, Verdict.GOOD, "the gateway offers a connection")


async def _asked(
    session: aiohttp.ClientSession, url: str, body: dict[str, Any]
) -> tuple[int, str | None, Mapping[str, Any]] | Finding:
    """Status, date and JSON of an answer, or why there is none. Never what was sent."""
    headers = {"Accept": "application/json"}
    try:
        async with session.post(url, json=body, headers=headers, timeout=PATIENCE, allow_redirects=False) as response:
            said = await response.json(content_type=None)
            status, date = response.status, response.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError) as failure:
        cure = f"let this machine reach {_BASE} over https (proxy, firewall, DNS)"
        return _finding(SUBJECT, Verdict.BAD, f"DingTalk does not answer: {type(failure).__name__}", cure)
    except ValueError:
        said = None
        status, date = 0, None
    if not isinstance(said, dict):
        cure = f"something between here and DingTalk answers in its place; check {_BASE}"
        return _finding(SUBJECT, Verdict.BAD, "what answers is not DingTalk", cure)
    return status, date, said


def _finding(subject: str, verdict: Verdict, saw: str, cure: str = "") -> Finding:
    return Finding(subject=subject, verdict=verdict, saw=saw, cure=cure)
