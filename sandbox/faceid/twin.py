"""The face service on a socket. Start it, point the product at `base_url`, and let a `Face` go through a run."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faceid.faults import Faults
from sandbox.faceid.runs import KEPT, LIVES, Face, Run
from sandbox.faceid.signature import Refused, check
from sandbox.serials import Serials

Json = dict[str, Any]
_LONGEST = 1024
"""Characters of ``Extra`` and ``RedirectUrl``."""


class FaceTwin:
    """One customer of the service, with one key and one rule. ``papers``: who the authority knows, number to name."""

    def __init__(
        self,
        *,
        secret_id: str,
        secret_key: str,
        rule: str,
        papers: Mapping[str, str],
        clock: Clock,
        seed: str = "faceid",
    ) -> None:
        self._keys = {secret_id: secret_key}
        self._rule = rule
        self._papers = dict(papers)
        self._clock = clock
        self._serials = Serials(seed)
        self._runner: web.AppRunner | None = None
        self._stopped = asyncio.Event()
        self.faults = Faults()
        self.runs: dict[str, Run] = {}
        self.calls: list[tuple[str, Json]] = []
        """Every call that was signed rightly, with what it asked."""
        self.base_url = ""

    async def start(self) -> Self:
        """Listen on a free port of this machine."""
        app = web.Application()
        app.add_routes([web.post("/", self._api), web.get("/h5/{token}", self._h5), web.post("/h5/{token}", self._act)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        """Close everything; calls that hang are let go."""
        self._stopped.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def now(self) -> datetime:
        """The time by the clock of the service."""
        return self._clock.now() + self.faults.skew

    def go_through(self, url: str, face: Face) -> str:
        """Somebody opens the address of a run and looks into the camera: where the browser is sent back to.

        Raise `LookupError` for a run that is over, or was gone through before.
        """
        run = self.runs[urlsplit(url).path.rpartition("/")[2]]
        if run.done or self.now - run.opened > LIVES:
            raise LookupError("this run is over")
        run.look(face, self.now, self._serials.opaque("seq", 24))
        parts = urlsplit(run.back)
        query = [*parse_qsl(parts.query), ("BizToken", run.token)]
        return urlunsplit(parts._replace(query="&".join(filter(None, (urlencode(query), self.faults.adds)))))

    # -- the service ----------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self.faults.take("cut"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if self.faults.take("hang"):
            await self._stopped.wait()
        if self.faults.take("page"):
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        try:
            check(request.headers, body, keys=self._keys, now=self.now)
            if self.faults.error:
                raise Refused(self.faults.error)
            answer = self._answered(request.headers, json.loads(body))
        except Refused as refused:
            answer = {"Error": {"Code": refused.args[0], "Message": "以服务方文档为准"}}
        return web.json_response({"Response": answer | {"RequestId": self._serials.opaque("request", 24)}})

    def _answered(self, headers: Mapping[str, str], asked: Json) -> Json:
        action = headers.get("X-TC-Action", "")
        if headers.get("X-TC-Version") != "2018-03-01":
            raise Refused("NoSuchVersion")
        self.calls.append((action, asked))
        if asked.get("RuleId") != self._rule:
            raise Refused("InvalidParameterValue.RuleIdNotExist")
        match action:
            case "DetectAuth":
                return self._open(asked)
            case "GetDetectInfoEnhanced":
                return self._tell(asked)
            case _:
                raise Refused("InvalidAction")

    def _open(self, asked: Json) -> Json:
        number, name = str(asked.get("IdCard") or ""), str(asked.get("Name") or "")
        extra, back = str(asked.get("Extra") or ""), str(asked.get("RedirectUrl") or "")
        if max(len(extra), len(back)) > _LONGEST or urlsplit(back).scheme not in ("http", "https"):
            raise Refused("InvalidParameterValue")
        if self._papers.get(number) != name:
            raise Refused("FailedOperation.IdNameMisMatch")
        run = Run(
            token=self._serials.opaque("run", 36), rule=self._rule, id_number=number, name=name, extra=extra, back=back,
            opened=self.now,
        )  # fmt: skip
        self.runs[run.token] = run
        return {"BizToken": run.token, "Url": f"{self.base_url}/h5/{run.token}"}

    def _tell(self, asked: Json) -> Json:
        run = self.runs.get(self.faults.answers_of or str(asked.get("BizToken")))
        if run is None:
            raise Refused("InvalidParameterValue.BizTokenIllegal")
        if self.now - run.opened > KEPT:
            raise Refused("InvalidParameterValue.BizTokenExpired")
        pictures = (
            {"BestFrame": {"BestFrame": "aGVyZSBpcyBhIGZhY2U="}} if str(asked.get("InfoType", "0")) != "1" else {}
        )
        return {"Text": run.result(), "IdCardData": None, "BestFrame": None, "VideoData": None} | pictures

    # -- its page, for people at the sandbox ------------------------------------------------------------------------

    async def _h5(self, request: web.Request) -> web.Response:
        run = self.runs.get(request.match_info["token"])
        if run is None:
            raise web.HTTPNotFound
        name = html.escape(run.name)
        page = (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>人脸核身（替身）</title><h1>{name}</h1>'
            '<form method="post"><button name="face" value="own">本人刷脸</button>'
            '<button name="face" value="other">别人刷脸</button></form></html>'
        )
        return web.Response(text=page, content_type="text/html")

    async def _act(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        form = await request.post()
        try:
            number = self.runs[token].id_number if form.get("face") == "own" else ""
            raise web.HTTPSeeOther(self.go_through(f"/h5/{token}", Face(id_number=number)))
        except LookupError:
            raise web.HTTPGone from None
