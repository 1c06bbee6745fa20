"""The platform's HTTP face: every API goes through one gate that knows outages, tokens, trusted IPs and limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable

from aiohttp import BodyPartReader, web

from sandbox.wecom import (
    api_apps,
    api_contacts,
    api_groups,
    api_login,
    api_media,
    api_messages,
    api_robots,
)
from sandbox.wecom.authorize import HOLDER, Holder, authorize
from sandbox.wecom.calls import Call, Endpoint, Upload
from sandbox.wecom.errors import ApiError, Code, errmsg
from sandbox.wecom.faults import Outage
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.reading import Json, NoteKind, Notes, parse_object
from sandbox.wecom.world import Remark, Request, World

LARGEST_REQUEST = 32 * 1024 * 1024
PICTURES = "/wwpic/{media_id}"

ENDPOINTS: tuple[Endpoint, ...] = (
    *api_login.ENDPOINTS,
    *api_messages.ENDPOINTS,
    *api_media.ENDPOINTS,
    *api_contacts.ENDPOINTS,
    *api_apps.ENDPOINTS,
    *api_groups.ENDPOINTS,
    *api_robots.ENDPOINTS,
)

_FILENAME = re.compile(r'(?<![\w*])filename="([^"]*)"')


class _CutOff(Exception):
    """The connection is to be cut without an answer."""


def routes(world: World) -> list[web.RouteDef]:
    """All routes of the platform itself."""
    found = [web.route("*", f"/cgi-bin/{each.api}", _served(world, each)) for each in ENDPOINTS]
    found.append(web.get("/connect/oauth2/authorize", _authorize_page(world)))
    found.append(web.get(PICTURES, _picture(world)))
    return found


def _served(world: World, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await _answer(world, endpoint, request)
        except _CutOff:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)

    return serve


async def _answer(world: World, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
    if world.faults.outage is Outage.DISCONNECT:
        raise _CutOff
    if world.faults.outage is Outage.BAD_GATEWAY:
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
    call = await _call(world, endpoint, request)
    scripted = world.faults.script(endpoint.api)
    result: Json | web.Response
    try:
        if world.faults.outage is Outage.BUSY:
            raise ApiError(Code.BUSY, "system busy")
        if scripted is not None and scripted.code is not None:
            raise ApiError(scripted.code)
        _pass_gate(call, endpoint, request.method)
        result = endpoint.handle(call)
    except ApiError as error:
        _log(call, error.code)
        result = _refusal(world, call, error)
    else:
        _log(call, Code.OK)
        if isinstance(result, dict):
            result = _success(world, call, result)
    if world.faults.slow:
        await asyncio.sleep(world.faults.slow.total_seconds())
    if scripted is not None and scripted.code is None:
        raise _CutOff
    return result


async def _call(world: World, endpoint: Endpoint, request: web.Request) -> Call:
    call = Call(
        world=world,
        api=endpoint.api,
        query=request.query,
        body=b"",
        caller_ip=request.remote or "",
        range_header=request.headers.get("Range"),
        notes=Notes(),
    )
    if endpoint.upload and request.content_type.startswith("multipart/"):
        call.upload = await _file_part(request, call.notes)
    else:
        call.body = await request.read()
    return call


async def _file_part(request: web.Request, notes: Notes) -> Upload | None:
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        disposition = part.headers.get("Content-Disposition", "")
        if part.name != "media":
            await part.release()
            continue
        plain = _FILENAME.search(disposition)
        if plain is None:
            notes.add(NoteKind.VALUE, "filename", "only filename* or no name at all: the name is lost")
        return Upload(
            filename=plain.group(1) if plain else "",
            content_type=part.headers.get("Content-Type", "application/octet-stream"),
            content=bytes(await part.read(decode=True)),
        )
    return None


def _pass_gate(call: Call, endpoint: Endpoint, method: str) -> None:
    """Method, token, trusted IP and basic limits; raises `ApiError`."""
    world = call.world
    if method != endpoint.method:
        raise ApiError(Code.BAD_PARAMETER, f"{endpoint.method} expected")
    if endpoint.needs_token:
        token = world.tokens.open(call.query.get("access_token", ""))
        call.caller = world.app(token.corpid, token.agentid)
        if call.caller.disabled:
            raise ApiError(Code.APP_DISABLED)
        api_login.demand_trusted_ip(world, call.caller, call.caller_ip)
    limits, limiter = world.limits, world.limiter
    if call.query.get("debug") == "1":
        limiter.demand(("debug", call.caller_ip), Rule(limit=limits.debug_minute, unit=Unit.MINUTE))
    if not endpoint.counted:
        return
    limiter.demand(
        ("ip_api", call.caller_ip, endpoint.api),
        Rule(limit=limits.ip_api_minute, unit=Unit.MINUTE),
        Rule(limit=limits.ip_api_hour, unit=Unit.HOUR),
    )
    if call.caller is not None:
        limiter.demand(
            ("corp_api", call.caller.corpid, endpoint.api),
            Rule(limit=limits.corp_api_minute, unit=Unit.MINUTE),
            Rule(limit=limits.corp_api_hour, unit=Unit.HOUR),
        )


def _refusal(world: World, call: Call, error: ApiError) -> web.Response:
    serial = world.serials.digits("hint", 19)
    text = errmsg(error.code, error.detail, serial=serial, caller_ip=call.caller_ip)
    return _json({"errcode": error.code, "errmsg": text})


def _success(world: World, call: Call, result: Json) -> web.Response:
    every = world.quirks.omit_errcode_every
    if every and world.serials.number("success") % every == 0 and not call.notes.wrong_types:
        return _json(result)
    text = "ok. Warning: wrong json format. " if call.notes.wrong_types else "ok"
    return _json({"errcode": 0, "errmsg": text} | result)


def _log(call: Call, code: int) -> None:
    world, now = call.world, call.world.clock.now()
    world.remarks.extend(Remark(api=call.api, at=now, note=note) for note in call.notes.items)
    body: Json = {}
    with contextlib.suppress(ApiError):
        body = parse_object(call.body)
    caller = call.caller
    world.requests.append(
        Request(
            api=call.api,
            at=now,
            corpid="" if caller is None else caller.corpid,
            agentid=None if caller is None else caller.agentid,
            code=code,
            body=body,
        )
    )


def _json(content: Json) -> web.Response:
    return web.Response(text=json.dumps(content, ensure_ascii=False), content_type="application/json")


def _authorize_page(world: World) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def page(request: web.Request) -> web.StreamResponse:
        named = request.query.get(HOLDER) or request.cookies.get(HOLDER, "")
        try:
            address = authorize(world, request.query, Holder.parse(named))
        except ApiError as error:
            return web.Response(status=403, text=f"{error.code} {error.detail}")
        return web.Response(status=302, headers={"Location": address})

    return page


def _picture(world: World) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def page(request: web.Request) -> web.StreamResponse:
        media = world.media.peek(request.match_info["media_id"])
        if media is None:
            return web.Response(status=404)
        return web.Response(body=media.content, headers={"Content-Type": media.content_type})

    return page
