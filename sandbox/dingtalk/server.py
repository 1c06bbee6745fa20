"""The platform's HTTP face: every API goes through one gate that knows outages, tokens, scopes, rates and quotas."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import BodyPartReader, web

from sandbox.changes import Json
from sandbox.dingtalk.calls import Call, Endpoint, Style, Upload
from sandbox.dingtalk.errors import (
    ApiError,
    Errcode,
    LegacyError,
    month_used_up,
    no_permission,
    too_often,
)
from sandbox.dingtalk.faults import Outage, Scripted
from sandbox.dingtalk.frames import dumps
from sandbox.dingtalk.gateway import OPEN
from sandbox.dingtalk.tokens import Tokens
from sandbox.dingtalk.world import Request, World

LARGEST_REQUEST = 32 * 1024 * 1024
TOKEN_HEADER = "x-acs-dingtalk-access-token"
_PAGE = "<html><body>服务暂不可用</body></html>"


class _CutOff(Exception):
    """The connection is to be cut without an answer."""


class Gate:
    """Serves endpoints."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def routes(self, endpoints: Iterable[Endpoint]) -> list[web.RouteDef]:
        """One route per endpoint."""
        return [web.route(each.method, each.path, self._served(each)) for each in endpoints]

    def _served(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return await self._answer(endpoint, request)
            except _CutOff:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)

        return serve

    async def _answer(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        faults = self._world.faults
        if faults.outage is Outage.DISCONNECT:
            raise _CutOff
        if faults.outage is Outage.BAD_GATEWAY:
            return web.Response(status=502, text=_PAGE, content_type="text/html")
        if faults.outage is Outage.BANNED:
            return _json({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": self._serial()})
        call = await self._call(endpoint, request)
        scripted = faults.script(endpoint.path)
        result = self._handled(call, scripted)
        slow = faults.slow + (faults.slow_open if endpoint.path == OPEN else type(faults.slow)())
        if slow:
            await asyncio.sleep(min(slow, self._world.quirks.server_time).total_seconds())
        if scripted is not None and scripted.status == 0:
            raise _CutOff
        if slow >= self._world.quirks.server_time:
            return self._refusal(call, _overtime(endpoint))
        return result

    def _handled(self, call: Call, scripted: Scripted | None) -> web.StreamResponse:
        try:
            if scripted is not None and not scripted.effect:
                if not scripted.code:
                    return web.Response(status=scripted.status, text=_PAGE, content_type="text/html")
                raise _scripted_error(call.endpoint, scripted)
            if self._world.faults.outage is Outage.BUSY:
                raise _busy(call.endpoint)
            self._pass_gate(call)
            result = call.endpoint.handle(call)
        except (ApiError, LegacyError) as error:
            return self._refusal(call, error)
        if scripted is not None and scripted.code:
            return self._refusal(call, _scripted_error(call.endpoint, scripted))
        if isinstance(result, web.StreamResponse):
            self._log(call, result.status, "")
            return result
        self._log(call, 200, "")
        if call.endpoint.style is Style.LEGACY:
            return _json({"errcode": 0, "errmsg": "ok", "request_id": self._serial()} | result)
        return _json(result)

    def _pass_gate(self, call: Call) -> None:
        """Token, rate, permission point and monthly quota, in this order; raises a refusal."""
        endpoint, world = call.endpoint, self._world
        if not endpoint.needs_token:
            return
        legacy = endpoint.style is Style.LEGACY
        text = call.query.get("access_token", "") if legacy else call.headers.get(TOKEN_HEADER, "")
        try:
            app = call.caller = self._tokens.open(text)
        except ApiError as error:
            raise (LegacyError(Errcode.BAD_TOKEN, "不合法的access_token") if legacy else error) from error
        if not world.limiter.admits("qps", app.client_id, endpoint.path, limit=world.limits.calls_per_second):
            raise LegacyError(Errcode.TOO_OFTEN, "触发应用级接口限流") if legacy else too_often()
        if endpoint.permission is not None and endpoint.permission not in app.config.permissions:
            scope = str(endpoint.permission)
            raise (
                LegacyError(Errcode.NO_PERMISSION, f"应用尚未开通所需的权限：[{scope}]")
                if legacy
                else no_permission(scope)
            )
        if endpoint.free:
            return
        corp = world.corp(app)
        if not world.meter.calls_left(corp.corp_id, corp.config.edition):
            raise LegacyError(Errcode.MONTH_USED_UP, "本月API调用量已用完") if legacy else month_used_up()
        world.meter.use(corp.corp_id, "calls")

    async def _call(self, endpoint: Endpoint, request: web.Request) -> Call:
        call = Call(
            world=self._world,
            endpoint=endpoint,
            query=request.query,
            path=request.match_info,
            headers=request.headers,
            body=b"",
        )
        if endpoint.upload and request.content_type.startswith("multipart/"):
            call.upload = await _file_part(request)
        else:
            call.body = await request.read()
        return call

    def _refusal(self, call: Call, error: ApiError | LegacyError) -> web.Response:
        if isinstance(error, LegacyError):
            self._log(call, 200, str(error.errcode))
            body: Json = {"errcode": error.errcode, "errmsg": error.errmsg, "request_id": self._serial()}
            return _json(body | error.extra)
        self._log(call, error.status, error.code)
        body = {"code": error.code, "message": error.message, "requestid": self._serial()}
        return _json(body | error.extra, status=error.status)

    def _log(self, call: Call, status: int, code: str) -> None:
        body: Json = {}
        with contextlib.suppress(ValueError):
            parsed: object = json.loads(call.body)
            body = parsed if isinstance(parsed, dict) else {}
        self._world.requests.append(
            Request(
                api=call.endpoint.path,
                at=self._world.clock.now(),
                client_id="" if call.caller is None else call.caller.client_id,
                status=status,
                code=code,
                body=body,
            )
        )
        self._world.changes.publish({"type": "request", "api": call.endpoint.path, "status": status, "code": code})

    def _serial(self) -> str:
        drawn = self._world.serials.noise("request", 16).hex().upper()
        return f"{drawn[:8]}-{drawn[8:12]}-7{drawn[13:16]}-{drawn[16:20]}-{drawn[20:]}"


async def _file_part(request: web.Request) -> Upload | None:
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        if part.name != "media":
            await part.release()
            continue
        return Upload(
            filename=part.filename or "",
            content_type=part.headers.get("Content-Type", "application/octet-stream"),
            content=bytes(await part.read(decode=True)),
        )
    return None


def _scripted_error(endpoint: Endpoint, scripted: Scripted) -> ApiError | LegacyError:
    if endpoint.style is Style.LEGACY:
        return _overtime(endpoint) if scripted.status == 504 else LegacyError(int(scripted.code), scripted.message)
    return ApiError(scripted.code, scripted.message, status=scripted.status)


def _overtime(endpoint: Endpoint) -> ApiError | LegacyError:
    if endpoint.style is Style.LEGACY:
        return LegacyError(Errcode.TIMEOUT, "isp.top-remote-connection-timeout")
    return ApiError("GatewayTimeout", "后端处理超时", status=504)


def _busy(endpoint: Endpoint) -> ApiError | LegacyError:
    if endpoint.style is Style.LEGACY:
        return LegacyError(-1, "系统繁忙")
    return ApiError("system.busy", "系统繁忙", status=500)


def _json(content: Json, *, status: int = 200) -> web.Response:
    return web.Response(text=dumps(content), status=status, content_type="application/json")
