"""The ``dd`` object of pages in the client: a script, and what it asks the phone for.

``/dd.js`` stands where a page loads the platform's own script. Who holds the phone is in the cookie `HOLDER` (set by
``/twin/open``) or in ``?holder=``, as ``client_id/userid``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from sandbox.dingtalk.frames import dumps
from sandbox.dingtalk.phones import NotOffered, Phone

if TYPE_CHECKING:
    from sandbox.dingtalk.twin import Twin

Json = dict[str, Any]
HOLDER = "twin_dd_user"
_SCRIPT = Path(__file__).with_name("dd.js")
_CALLBACK = re.compile(r"__dd_\d+")
_HOLDER = re.compile(r"[\w.-]+/[\w.-]+")
Answer = Callable[[Phone, str, Json], Awaitable[Json]]


class DdPage:
    """The script and its calls, bound to one twin."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def routes(self) -> list[web.RouteDef]:
        """The script, its calls, and the way to open a page as somebody."""
        return [
            web.get("/dd.js", self.script),
            web.get("/dd/{call}", self.serve),
            web.get("/twin/open", self.open),
        ]

    async def script(self, request: web.Request) -> web.Response:
        """``dd`` for whoever holds the phone."""
        holder = request.query.get("holder") or request.cookies.get(HOLDER, "")
        if not _HOLDER.fullmatch(holder):
            return web.Response(text="", content_type="text/javascript")
        text = _SCRIPT.read_text("utf-8").replace("__BASE__", self._twin.base_url).replace("__HOLDER__", holder)
        return web.Response(text=text, content_type="text/javascript", headers={"Cache-Control": "no-store"})

    async def open(self, request: web.Request) -> web.Response:
        """Let a real browser open a page as this person: remembers the holder in a cookie and redirects."""
        response = web.Response(status=302, headers={"Location": request.query["url"]})
        holder = f"{request.query['client_id']}/{request.query['userid']}"
        response.set_cookie(HOLDER, holder, path="/", httponly=True, samesite="Lax")
        return response

    async def serve(self, request: web.Request) -> web.Response:
        """One call of the script, answered by a script."""
        answer = self._config if request.match_info["call"] == "config" else ANSWERS.get(request.match_info["call"])
        callback, holder = request.query.get("callback", ""), request.query.get("holder", "")
        if answer is None or not _CALLBACK.fullmatch(callback) or not _HOLDER.fullmatch(holder):
            raise web.HTTPNotFound
        client_id, _, userid = holder.partition("/")
        try:
            phone = self._twin.phone(userid, client_id=client_id)
            given = json.loads(request.query.get("given", "{}"))
            told: Json = {"ok": True, "result": await answer(phone, request.query.get("page", ""), given)}
        except (NotOffered, KeyError) as error:
            told = {"ok": False, "error": {"errorCode": 1, "errorMessage": str(error)}}
        return web.Response(text=f"{callback}({dumps(told)});", content_type="text/javascript")

    async def _config(self, phone: Phone, page: str, given: Json) -> Json:
        """``dd.config``: the page proves by a living ticket of the app that it is one of its own (else 52013)."""
        holds = self._twin.js_signature_holds(
            noncestr=str(given.get("nonceStr")),
            timestamp=str(given.get("timeStamp")),
            url=page,
            signature=str(given.get("signature")),
            client_id=phone.client_id,
        )
        if not holds or given.get("corpId") != phone.corp_id:
            raise NotOffered("52013")
        return {}


async def _auth_code(phone: Phone, page: str, _: Json) -> Json:
    return {"code": phone.request_auth_code(page)}


async def _location(phone: Phone, _: str, __: Json) -> Json:
    """The newer call: strings, and no word about a mock."""
    device = phone.device
    if device.latitude is None or device.longitude is None:
        raise NotOffered("no position")
    return {"latitude": device.latitude, "longitude": device.longitude, "accuracy": device.accuracy, "address": ""}


async def _geolocation(phone: Phone, page: str, given: Json) -> Json:
    """The older call: Android also says whether the position comes from an app that makes it up."""
    found = await _location(phone, page, given)
    return found | ({"isFromMock": phone.device.mocked} if phone.platform == "Android" else {})


async def _scan(phone: Phone, _: str, __: Json) -> Json:
    if not phone.device.codes:
        raise NotOffered("nothing to scan")
    return {"text": phone.device.codes.pop(0)}


async def _choose_image(phone: Phone, _: str, given: Json) -> Json:
    pictures = phone.device.pictures[: int(given.get("count", 1))]
    if not pictures:
        raise NotOffered("no picture was taken")
    files = [
        {"path": f"twin://picture/{at}", "size": len(each), "fileType": "image"} for at, each in enumerate(pictures)
    ]
    return {"files": files, "filePaths": [each["path"] for each in files]}


async def _upload_file(phone: Phone, _: str, given: Json) -> Json:
    """The client itself posts the picture to the page's server, with the cookies of its web view."""
    at = int(str(given["filePath"]).rpartition("/")[2])
    form = aiohttp.FormData()
    for name, value in (given.get("formData") or {}).items():
        form.add_field(name, str(value))
    form.add_field(str(given["fileName"]), phone.device.pictures[at], filename="photo.jpg", content_type="image/jpeg")
    async with phone.web_view.post(given["url"], data=form, headers=given.get("header") or {}) as response:
        return {"data": await response.text(), "statusCode": response.status}


async def _live_check(phone: Phone, _: str, __: Json) -> Json:
    phone.live_check(passed=phone.device.live_check_passes)
    return {"photoStatus": 1 if phone.device.live_check_passes else 2}


ANSWERS: dict[str, Answer] = {
    "requestAuthCode": _auth_code,
    "getLocation": _location,
    "geolocationGet": _geolocation,
    "scan": _scan,
    "chooseImage": _choose_image,
    "uploadFile": _upload_file,
    "exclusiveLiveCheck": _live_check,
}
