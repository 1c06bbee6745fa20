"""Serves the demo page and does for its visitor what a person could do with a phone.

Every action goes through the twin: the product hears of it by an encrypted callback like in production. The page
reads the clock
and the journal through the `Stage` it is given.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any, Protocol, cast

from aiohttp import web

from sandbox.equipment import LABEL
from sandbox.page.photos import picture
from sandbox.plant import CAST, NAME, areas, groups
from sandbox.plant.places import gcj02_middle
from sandbox.wecom import NotOffered, Phone, Twin

Json = dict[str, Any]
_VOICE = b"#!AMR\n" + bytes(64)
_HEARTBEAT = 15.0


class Stage(Protocol):
    """What the page may know and do besides phones: the clock, the story, the journal."""

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
        """``running``, ``told`` (the sentence of the present step) and ``failed``."""
        ...

    async def play(self, *, play: bool) -> str:
        """Start or stop the story; answers what to tell the visitor."""
        ...

    def vessels(self) -> list[dict[str, str]]:
        """``id``, ``name``, ``says`` and ``sent`` of every switch of the equipment system."""
        ...

    async def switch(self, vessel: str, says: str) -> str:
        """Turn a switch; answers what to tell the visitor."""
        ...

    async def permits(self) -> list[Json]:
        """``id`` and ``status`` (Chinese) of every permit, newest first."""
        ...

    async def journal(self, permit: str) -> Json:
        """``records`` (``at``, ``text``, ``version``, ``hash``) and ``verified`` of one permit."""
        ...


class DemoPage:
    """The page's routes for one twin and one stage."""

    def __init__(self, twin: Twin, stage: Stage) -> None:
        self._twin = twin
        self._stage = stage
        self._photos = 0

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
                web.post("/act", self._act),
                web.post("/clock", self._clock),
                web.post("/story", self._story),
                web.post("/equipment", self._equipment),
                web.static("/", static),
            ]
        )
        return app

    # -- looking ------------------------------------------------------------------------------------------------

    async def _state(self, _: web.Request) -> web.Response:
        permits = await self._stage.permits()
        return web.json_response(
            {
                "plant": NAME,
                "clock": self._stage.clock(),
                "story": self._stage.story(),
                "phones": [
                    self._phone_view(member.id, member.name, member.on_page) for member in CAST if member.on_page
                ],
                "groups": [
                    self._group_view(str(group.id), group.name) for group in groups() if group.purpose == "safety"
                ],
                "menu": self._twin.phone(CAST[0].id).menu,
                "permits": permits,
                "codes": _codes(permits),
                "vessels": self._stage.vessels(),
                "says": [{"id": says.value, "text": text} for says, text in LABEL.items()],
                "places": [{"id": str(area.id), "text": f"{area.name}（{area.id}）"} for area in areas()],
            }
        )

    def _phone_view(self, userid: str, name: str, caption: str) -> Json:
        items = [_item_view(item) for item in self._twin.phone(userid).screen]
        return {"id": userid, "name": name, "caption": caption, "screen": items}

    def _group_view(self, chat: str, name: str) -> Json:
        return {"id": chat, "name": name, "screen": [_item_view(item) for item in self._twin.group(chat).screen]}

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        changes = self._twin.changes()
        waiting = asyncio.ensure_future(changes.__anext__())
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=_HEARTBEAT)
                if not done:
                    await response.write(b": still here\n\n")
                    continue
                try:
                    waiting.result()
                except StopAsyncIteration:
                    return response
                await response.write(b"data: changed\n\n")
                waiting = asyncio.ensure_future(changes.__anext__())
        except ConnectionResetError:
            return response
        finally:
            waiting.cancel()

    async def _journal(self, request: web.Request) -> web.Response:
        return web.json_response(await self._stage.journal(request.query["permit"]))

    async def _media(self, request: web.Request) -> web.Response:
        found = self._twin.world.media.peek(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.content, content_type=found.content_type.partition(";")[0])

    # -- acting -------------------------------------------------------------------------------------------------

    async def _act(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        phone = self._twin.phone(str(body["phone"]))
        _ACTIONS[str(body["do"])](self, phone, body)
        return web.json_response({"told": ""})

    def _text(self, phone: Phone, body: Json) -> None:
        phone.type_text(str(body["text"]))

    def _press(self, phone: Phone, body: Json) -> None:
        chosen = {
            str(key): [str(each) for each in value] for key, value in cast(Json, body.get("chosen") or {}).items()
        }
        shown = next(item for item in phone.screen if item["id"] == body["message"])
        if cast(Json, shown["card"])["card_type"] == "button_interaction":
            picked = next(iter(chosen.values()), None)
            phone.press_button(str(body["message"]), str(body["key"]), choice=picked[0] if picked else None)
        else:
            phone.submit(str(body["message"]), chosen)

    def _scan(self, phone: Phone, body: Json) -> None:
        phone.scan_code(str(body["key"]), str(body["code"]))

    def _camera(self, phone: Phone, body: Json) -> None:
        phone.take_system_photo(str(body["key"]), self._picture())

    def _photo(self, phone: Phone, _: Json) -> None:
        phone.send_photo(self._picture())

    def _voice(self, phone: Phone, _: Json) -> None:
        phone.send_voice(_VOICE)

    def _location(self, phone: Phone, body: Json) -> None:
        latitude, longitude, label = standing_at(str(body["place"]))
        phone.send_location(latitude, longitude, label=label)

    def _menu(self, phone: Phone, body: Json) -> None:
        phone.press_menu(str(body["key"]))

    def _picture(self) -> bytes:
        self._photos += 1
        return picture(self._photos, self._twin.clock.now())

    async def _clock(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        told = await (self._stage.jump() if "jump" in body else self._stage.set_speed(float(body["speed"])))
        return web.json_response({"told": told})

    async def _story(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        return web.json_response({"told": await self._stage.play(play=bool(body["play"]))})

    async def _equipment(self, request: web.Request) -> web.Response:
        body = cast(Json, await request.json())
        return web.json_response({"told": await self._stage.switch(str(body["vessel"]), str(body["says"]))})


_ACTIONS: dict[str, Callable[[DemoPage, Phone, Json], None]] = {
    "text": DemoPage._text,
    "press": DemoPage._press,
    "scan": DemoPage._scan,
    "camera": DemoPage._camera,
    "photo": DemoPage._photo,
    "voice": DemoPage._voice,
    "location": DemoPage._location,
    "menu": DemoPage._menu,
}


def standing_at(area: str) -> tuple[str, str, str]:
    """Latitude, longitude (GCJ-02, as the client reports) and label of the middle of an area."""
    return gcj02_middle(area)


def _codes(permits: list[Json]) -> list[Json]:
    shown = [{"id": f"PTW1:{permit['id']}", "text": f"作业票 {permit['id']}"} for permit in permits[:6]]
    return shown + [{"id": f"PTB1:{area.board_code}", "text": f"现场牌 {area.name}"} for area in areas()]


def _item_view(item: Json) -> Json:
    """One bubble or card in the page's own words."""
    view: Json = {"id": item["id"], "at": item["at"], "mine": item["from"] == "me", "recalled": item["recalled"]}
    if item["recalled"]:
        return view | {"kind": "said"}
    if "card" in item:
        card = dict(item["card"])
        if item["greyed"]:
            card["replace_text"] = item["greyed"]
        return view | {"kind": "card", "card": card, "pressable": bool(item["buttons"])}
    text = {"voice": "［语音］", "video": "［视频］", "location": f"［位置］{item.get('label', '')}"}.get(
        item["kind"], ""
    )
    said = {"kind": "said", "text": text or str(item.get("content", ""))}
    if item["kind"] == "image":
        said["media"] = str(item["media_id"])
    return view | said


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
    except NotOffered as no:
        return _error(f"手机上没有这个：{no}")
    except (KeyError, StopIteration, json.JSONDecodeError, ValueError) as odd:
        return _error(f"这一步看不懂：{odd}")


def _error(text: str) -> web.Response:
    return web.json_response({"error": text}, status=400)
