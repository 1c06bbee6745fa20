"""The doctor's look at DingTalk's card template: is there one, does the platform take it, does it know our variables.

A template cannot be asked for by name. What can be done is to make a card of it that is delivered to nobody: the
platform then says whether the template is there, published, and this app's. Each template costs one call of the month.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import aiohttp

from bot.doctor import PATIENCE, Finding, Verdict
from cards.dingtalk import encode
from cards.dingtalk_fields import VARIABLES
from cards.dingtalk_limits import FORM_CLIENTS
from cards.dingtalk_template import PATH, REVISION, template
from cards.words_dingtalk import SAMPLE

SUBJECT: Final = "card template"
HOW: Final = "docs/operations/dingtalk-cards.md"
_IMPORT: Final = f"import cards/dingtalk_templates/permit.json into the card builder of this very app ({HOW})"
_CURES: Final = {
    "param.templateNotExist": f"{_IMPORT}, publish it (发布), and copy its id",
    "cardTemplate.not.exist": f"{_IMPORT}, publish it (发布), and copy its id",
    "param.templateUnpublished": "publish it in the card builder (发布); a published template is locked",
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": (
        "grant Card.Instance.Write under 权限管理, then publish a version of the app"
    ),
    "Forbidden.AccessDenied.ApiCountLimitForOrg": "the month's calls are used up; buy more, or wait for the next month",
}
_ALREADY: Final = "param.cardAlreadyExist"
PUBLIC_TEMPLATES: Final = frozenset(
    {
        "589420e2-c1e2-46ef-a5ed-b8728e654da9.schema",
        "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema",
        "382e4302-551d-4880-bf29-a30acfab2e71.schema",
        "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema",
    }
)
"""Templates everybody may use. They show none of our variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The way to DingTalk's API as one app. ``templates``: the one for new cards first."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    templates: tuple[str, ...] = ()


def examine_template_file() -> list[Finding]:
    """Whether the file an installer imports is the one this version fills in."""
    try:
        same = PATH.read_text(encoding="utf-8") == template()
    except OSError as missing:
        return [_bad(f"{PATH.name} cannot be read: {missing}", "install the program anew")]
    if not same:
        return [_bad(f"{PATH} is not the template of this version", "install the program anew; do not edit the file")]
    return [_finding(Verdict.GOOD, f"the file to import has all {len(VARIABLES)} variables (revision {REVISION})")]


async def examine_templates(door: Door, session: aiohttp.ClientSession, now: datetime) -> list[Finding]:
    """Try every template that is set."""
    if not door.templates:
        saw = "none is set: cards go out as texts, answered by typing 「选 417-1」"
        return [_finding(Verdict.ADVICE, saw, f"fine for a first try; for buttons and forms see {HOW}")]
    odd = [_odd(one) for one in door.templates if _odd(one) is not None]
    if odd:
        return [one for one in odd if one is not None]
    try:
        token = await _token(door, session)
        found = [await _try(door, session, one, token, now) for one in door.templates]
    except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
        saw = f"{door.base_url} does not answer as DingTalk does: {type(failure).__name__}"
        return [_bad(saw, "check the firewall (allow by domain), the proxy and the clock")]
    clients = "、".join(f"{system} {version}" for system, version in FORM_CLIENTS.items())
    note = _finding(Verdict.ADVICE, f"lists to choose from need DingTalk {clients} or newer", "have phones updated")
    return [*found, note] if all(one.verdict is Verdict.GOOD for one in found) else found


def _finding(verdict: Verdict, saw: str, cure: str = "") -> Finding:
    return Finding(subject=SUBJECT, verdict=verdict, saw=saw, cure=cure)


def _bad(saw: str, cure: str) -> Finding:
    return _finding(Verdict.BAD, saw, cure)


def _odd(template_id: str) -> Finding | None:
    if template_id in PUBLIC_TEMPLATES:
        return _bad(f"{template_id} is one of DingTalk's own and would show an empty card", _IMPORT)
    if not template_id.endswith(".schema"):
        return _bad(f"{template_id} is no template id", "copy the whole id from the card builder; it ends with .schema")
    return None


async def _token(door: Door, session: aiohttp.ClientSession) -> str:
    """An access token. Raise `ValueError` when none is given: the credentials have an examination of their own."""
    body = {"appKey": door.client_id, "appSecret": door.client_secret}
    url = f"{door.base_url}/v1.0/oauth2/accessToken"
    async with session.post(url, json=body, timeout=PATIENCE, allow_redirects=False) as response:
        said = await response.json(content_type=None)
    token = said.get("accessToken") if isinstance(said, dict) else None
    if not isinstance(token, str):
        raise ValueError("no token")
    return token


async def _try(door: Door, session: aiohttp.ClientSession, one: str, token: str, now: datetime) -> Finding:
    """Make a card of this template for nobody."""
    encoded = encode(SAMPLE, template=one)
    mark = hashlib.sha256(f"{one}\n{now.isoformat()}".encode()).hexdigest()[:24]
    body = {
        "cardTemplateId": one,
        "outTrackId": f"doctor-{mark}",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {**encoded.public, **encoded.private}},
    }
    url = f"{door.base_url}/v1.0/card/instances"
    headers = {"x-acs-dingtalk-access-token": token}
    async with session.post(url, json=body, headers=headers, timeout=PATIENCE, allow_redirects=False) as response:
        status, said = response.status, await response.json(content_type=None)
    return _verdict(one, status, said)


def _verdict(one: str, status: int, said: Any) -> Finding:
    code = str(said.get("code", "")) if isinstance(said, dict) else ""
    if code == _ALREADY or (status == 200 and isinstance(said, dict) and said.get("success") is True):
        return _finding(Verdict.GOOD, f"{one}: the platform takes it; how it looks only a phone shows")
    message = str(said.get("message", "")) if isinstance(said, dict) else ""
    unknown = [variable.name for variable in VARIABLES if variable.name in message.split()]
    if unknown:
        cure = f"it was made from another revision: {_IMPORT} as a new template, and put its id first"
        return _bad(f"{one} does not know the variable {unknown[0]}", cure)
    return _bad(f"{one}: error {code or status}", _CURES.get(code, f"look the code up, and compare with {HOW}"))
