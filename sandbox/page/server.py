"""Serves the demo page and does for its visitor what a person could do with a phone.

Every action goes through a twin: the product hears of it like in production, by an encrypted callback or over the
stream. The page reads the clock and the journal through the `Stage` it is given.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any, Protocol, cast

import aiohttp
from aiohttp import web
from yarl import URL

from sandbox import dingtalk, wecom
from sandbox.changes import Subscription
from sandbox.equipment import LABEL
from sandbox.hands import Hand, Hands, Opened, Platform
from sandbox.page.acts import Acts, NotHere
from sandbox.page.shown import group_views, phones
from sandbox.plant import CAST, NAME, areas

Json = dict[str, Any]
_HEARTBEAT = 15.0
_OUR_LINKS = re.compile(r'\b(href|src|action|data-changes)="/(?!/)')
_GOES_ON = "/changes"
"""How the address of a page's news ends, which never does."""
_ELSEWHERE = (301, 302, 303, 307, 308)


class Stage(Protocol):
    """What the page may know and do besides phones: the clock, the story, the journal."""

    @property
    def hands(self) -> Hands:
        """Everybody's hands, wherever they are at that moment."""
        ...

    @property
    def service_url(self) -> str:
        """Where the product's own pages are."""
        ...

    @property
    def board(self) -> str:
        """Where the product's board can be opened without signing in; empty where it cannot."""
        ...

    def group(self, platform: Platform) -> str:
        """The chat of the safety group on a platform."""
        ...

    def mixes(self) -> list[Json]:
        """``id``, ``text`` and ``now`` of every way the people can be spread over the platforms."""
        ...

    def players(self) -> tuple[str, ...]:
        """Who is in the story, most important first."""
        ...

    async def move(self, mix: str) -> str:
        """Let people change the platform; answers what to tell the visitor."""
        ...

    def clock(self) -> Json:
        """``text`` (site time), ``speed``, and ``next``: when the next timer falls due, or ""."""
        ...

    async def set_speed(self, speed: float) -> str:
        """Let the clock run at this speed; answers what to tell the visitor."""
        ...

    async def jump(self) -> str:
        """Push the clock to the next timer; answers what to tell the visitor."""
        ...

    def story(self) -> Json:
        """``running``, ``of`` (which), ``told`` (the sentence of the present step), ``failed``, and ``line``:
        what a visitor may type to begin himself."""
        ...

    async def play(self, *, play: bool, of: str = "work") -> str:
        """Start or stop a story, ``of`` a work or a hazard; answers what to tell the visitor. Raise ValueError for a
        story that is not played here."""
        ...

    def vessels(self) -> list[dict[str, str]]:
        """``id``, ``name``, ``says`` and ``sent`` of every switch of the equipment system."""
        ...

    async def switch(self, vessel: str, says: str) -> str:
        """Turn a switch; answers what to tell the visitor."""
        ...

    def devices(self) -> list[Json]:
        """The field devices: ``id``, ``name``, ``place``; of the slider ``value``, ``low``, ``high``, ``step`` and
        ``unit``; ``fault``; of what the house says ``heard``, ``age``, ``word`` and ``good``."""
        ...

    def stations(self) -> list[Json]:
        """Weather stations: ``id``, ``name``, ``place``; ``sliders`` as of a device, with what each figure ``means``;
        ``falls`` and all its ``sorts``; ``fault``, ``heard``, ``age``, ``word`` and ``good``."""
        ...

    def tags(self) -> list[Json]:
        """Tags people wear: ``id``, ``name``, ``place``, ``stand``; ``word`` and ``good`` of what the house says."""
        ...

    def cameras(self) -> list[Json]:
        """Cameras: ``id``, ``name``, ``fault``; ``word``, ``good`` and ``heard`` of what each last answered."""
        ...

    def outputs(self) -> list[Json]:
        """What is driven: ``id``, ``name``, ``place``; ``does``, ``alarm`` and ``fault`` of the thing itself; ``read``,
        ``word``, ``good`` and ``lacks`` of what the house says; ``badge``: whether it has a reader."""
        ...

    async def badge(self, output: str) -> str:
        """Who works shows his badge to an output; answers what to tell the visitor."""
        ...

    async def slide(self, device: str, value: str) -> str:
        """Move a device's slider; answers what to tell the visitor."""
        ...

    async def falls(self, what: str) -> str:
        """Let it rain or snow, or stop; answers what to tell the visitor."""
        ...

    async def breaks(self, device: str, fault: str) -> str:
        """Break or mend a device; answers what to tell the visitor."""
        ...

    async def permits(self) -> list[Json]:
        """``id`` and ``status`` (Chinese) of every permit, newest first."""
        ...

    async def hazards(self) -> list[Json]:
        """``id`` and ``status`` (Chinese) of every hazard, newest first."""
        ...

    async def journal(self, permit: str) -> Json:
        """``records`` (``at``, ``text``, ``version``, ``hash``) and ``verified`` of one permit or hazard."""
        ...


class DemoPage:
    """The page's routes for one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._acts = Acts(stage.hands.clock, stage.group)

    def app(self) -> web.Application:
        """The aiohttp application of the page."""
        app = web.Application(client_max_size=1 << 20, middlewares=[_plainly])
        static = Path(str(resources.files("sandbox.page"))) / "static"
        app.add_routes(
            [
                web.get("/", _index(static)),
                web.get("/state", self._state),
                web.get("/changes", self._changes),
                web.get("/journal", self._journal),
                web.get("/media/{id}", self._media),
                web.get("/favicon.ico", _no_picture),
                web.get("/as/{phone}/{path:.*}", self._opened),
                web.post("/as/{phone}/{path:.*}", self._sent),
                web.post("/act", self._act),
                web.post("/clock", self._clock),
                web.post("/story", self._story),
                web.post("/mix", self._mix),
                web.post("/equipment", self._equipment),
                web.post("/device", self._device),
                web.static("/", static),
            ]
        )
        return app

    # -- looking ------------------------------------------------------------------------------------------------

    async def _state(self, _: web.Request) -> web.Response:
        stage = self._stage
        hands, permits = stage.hands, await stage.permits()
        spoken = [place for place, twin in _twins(hands).items() if twin is not None]
        return web.json_response(
            {
                "plant": NAME,
                "board": stage.board,
                "clock": stage.clock(),
                "story": stage.story(),
                "mixes": stage.mixes(),
                "phones": phones(hands, stage.players()),
                "groups": group_views(hands, [(place, stage.group(place)) for place in spoken]),
                "menu": hands.wecom.phone(CAST[0].id).menu if hands.wecom is not None else [],
                "permits": permits,
                "hazards": await stage.hazards(),
                "codes": _codes(permits),
                "vessels": stage.vessels(),
                "devices": stage.devices(),
                "stations": stage.stations(),
                "outputs": stage.outputs(),
                "cameras": stage.cameras(),
                "tags": stage.tags(),
                "says": [{"id": says.value, "text": text} for says, text in LABEL.items()],
                "places": [{"id": str(area.id), "text": f"{area.name}（{area.id}）"} for area in areas()],
            }
        )

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        try:
            async for changed in _heartbeat([twin.changes() for twin in _twins(self._stage.hands).values() if twin]):
                await response.write(b"data: changed\n\n" if changed else b": still here\n\n")
        except ConnectionResetError:
            pass
        return response

    async def _journal(self, request: web.Request) -> web.Response:
        return web.json_response(await self._stage.journal(request.query["permit"]))

    async def _media(self, request: web.Request) -> web.Response:
        hands, wanted = self._stage.hands, request.match_info["id"]
        found = hands.wecom.world.media.peek(wanted) if hands.wecom is not None else None
        other = hands.dingtalk.hand.media.peek(wanted) if hands.dingtalk is not None else None
        shown = found or other
        if shown is None:
            raise web.HTTPNotFound
        return web.Response(body=shown.content, content_type=shown.content_type.partition(";")[0])

    async def _opened(self, request: web.Request) -> web.StreamResponse:
        """A page of the product as it opens on one phone; its links lead to the same phone."""
        hand, address = self._wanted(request)
        if request.path.endswith(_GOES_ON):
            return await _handed_on(request, hand, address)
        return _shown(request, await hand.opens(address))

    async def _sent(self, request: web.Request) -> web.StreamResponse:
        """What a form or a script of such a page posts, as the phone's own browser would: from the house's address."""
        hand, address = self._wanted(request)
        service = URL(self._stage.service_url)
        headers = {"Origin": str(service.origin()), "Content-Type": request.headers.get("Content-Type", "")}
        said = hand.web_view.post(address, data=await request.read(), headers=headers, allow_redirects=False)
        async with said as answer:
            goes, body = URL(answer.headers.get("Location", "")), await answer.read()
        if answer.status in _ELSEWHERE:
            if goes.absolute and goes.origin() != service.origin():
                raise NotHere("登录过期了，请重新打开这一页")
            return web.Response(status=303, headers={"Location": f"/as/{request.match_info['phone']}{goes.path_qs}"})
        kind = answer.headers.get("Content-Type", "text/plain")
        return _shown(request, Opened(status=answer.status, body=body, content_type=kind))

    def _wanted(self, request: web.Request) -> tuple[Hand, str]:
        """The phone, and the address of the house it asks for."""
        place, _, who = request.match_info["phone"].partition("-")
        asked = f"?{request.query_string}" if request.query_string else ""
        hand = self._stage.hands.on(Platform(place), who)
        return hand, f"{self._stage.service_url}/{request.match_info['path']}{asked}"

    # -- acting -------------------------------------------------------------------------------------------------

    async def _act(self, request: web.Request) -> web.Response:
        await self._acts.act(self._stage.hands, cast(Json, await request.json()))
        return web.json_response({"told": ""})

    async def _mix(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        return web.json_response({"told": await self._stage.move(str(body["mix"]))})

    async def _clock(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        told = await (self._stage.jump() if "jump" in body else self._stage.set_speed(float(body["speed"])))
        return web.json_response({"told": told})

    async def _story(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        told = await self._stage.play(play=bool(body["play"]), of=str(body.get("of", "work")))
        return web.json_response({"told": told})

    async def _equipment(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        return web.json_response({"told": await self._stage.switch(str(body["vessel"]), str(body["says"]))})

    async def _device(self, request: web.Request) -> web.Response:
        body, stage = cast(Json, await request.json()), self._stage
        device = str(body["device"])
        if "badge" in body:
            done = stage.badge(device)
        elif "value" in body:
            done = stage.slide(device, str(body["value"]))
        elif "falls" in body:
            done = stage.falls(str(body["falls"]))
        else:
            done = stage.breaks(device, str(body["fault"]))
        return web.json_response({"told": await done})


def _twins(hands: Hands) -> dict[Platform, wecom.Twin | dingtalk.Twin | None]:
    return {Platform.WECOM: hands.wecom, Platform.DINGTALK: hands.dingtalk}


def _shown(request: web.Request, page: Opened) -> web.Response:
    """A page of the house; what it links to, and posts to, is on the same phone."""
    kind, body = page.content_type.partition(";")[0], page.body
    if kind == "text/html":
        body = _OUR_LINKS.sub(rf'\1="/as/{request.match_info["phone"]}/', page.text).encode()
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=body, status=page.status, content_type=kind, charset=charset)


async def _no_picture(_: web.Request) -> web.Response:
    """Browsers ask for one on every page that names none."""
    return web.Response(status=204)


async def _handed_on(request: web.Request, hand: Hand, address: str) -> web.StreamResponse:
    """The news of a page that is open on a phone, as they come."""
    wanted = {"Accept": request.headers.get("Accept", "")}
    async with hand.web_view.get(address, headers=wanted, timeout=aiohttp.ClientTimeout(total=None)) as news:
        response = web.StreamResponse(status=news.status, headers={"Cache-Control": "no-store"})
        response.content_type = news.content_type
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):
            async for piece in news.content.iter_any():
                await response.write(piece)
    return response


async def _heartbeat(news: list[Subscription]) -> AsyncIterator[bool]:
    """True for every change on any platform, False when nothing changed for a while; ends with the first stream."""
    waiting = {asyncio.ensure_future(one.__anext__()): one for one in news}
    try:
        while True:
            done, _ = await asyncio.wait(waiting, timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                one = waiting.pop(task)
                try:
                    task.result()
                except StopAsyncIteration:
                    return
                waiting[asyncio.ensure_future(one.__anext__())] = one
            yield bool(done)
    finally:
        for task in waiting:
            task.cancel()


def _codes(permits: list[Json]) -> list[Json]:
    shown = [{"id": f"PTW1:{permit['id']}", "text": f"作业票 {permit['id']}"} for permit in permits[:6]]
    return shown + [{"id": f"PTB1:{area.board_code}", "text": f"现场牌 {area.name}"} for area in areas()]


def _index(static: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(static / "index.html")

    return index


@web.middleware
async def _plainly(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What a visitor cannot do is said in a sentence, not in a traceback."""
    try:
        return await handler(request)
    except NotHere as no:
        return _error(str(no))
    except (wecom.NotOffered, dingtalk.NotOffered) as no:
        return _error(f"手机上没有这个：{no}")
    except (KeyError, StopIteration, json.JSONDecodeError, ValueError) as odd:
        return _error(f"这一步看不懂：{odd}")


def _error(text: str) -> web.Response:
    return web.json_response({"error": text}, status=400)
