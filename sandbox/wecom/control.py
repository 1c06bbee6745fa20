"""The remote control under ``/twin``: what the demo page uses to look at phones and to act for people.

There is no password; the twin listens on loopback only. Nothing here belongs to the platform.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from aiohttp import web

from sandbox import switches
from sandbox.remote import Handle, answer, body_of, bytes_of, guarded, stream, text_of
from sandbox.switchboard import Switchboard
from sandbox.wecom.authorize import HOLDER, Holder
from sandbox.wecom.config import MemberStatus
from sandbox.wecom.deliveries import Delivery
from sandbox.wecom.errors import ApiError
from sandbox.wecom.phones import Client, NotOffered, Phone
from sandbox.wecom.reading import Json

if TYPE_CHECKING:
    from sandbox.wecom.twin import Twin


class Control(Switchboard):
    """The handlers, bound to one twin."""

    def __init__(self, twin: Twin) -> None:
        super().__init__(twin)
        self._twin = twin

    # -- looking ------------------------------------------------------------------------------------------------

    async def state(self, _: web.Request) -> web.StreamResponse:
        """Corps with apps, people and groups; time; switches; counters."""
        twin = self._twin
        return answer(
            {
                "now": twin.clock.now().isoformat(),
                "base_url": twin.base_url,
                "corps": [_corp_view(twin, corpid) for corpid in twin.world.corps],
                "faults": switches.to_json(twin.faults),
                "quirks": switches.to_json(twin.quirks),
                "counters": dict(twin.counters),
            }
        )

    async def screen(self, request: web.Request) -> web.StreamResponse:
        """One phone: its chat with the app, and the app's menu."""
        phone = self._phone(request)
        return answer({"corpid": phone.corpid, "userid": phone.userid, "screen": phone.screen, "menu": phone.menu})

    async def group(self, request: web.Request) -> web.StreamResponse:
        """One group chat."""
        group = self._twin.group(request.match_info["id"], corpid=request.match_info["corpid"])
        return answer({"name": group.name, "members": group.members, "screen": group.screen})

    async def deliveries(self, _: web.Request) -> web.StreamResponse:
        """The log of pushes, newest last."""
        return answer({"deliveries": [each.view() for each in self._twin.deliveries]})

    async def media(self, request: web.Request) -> web.StreamResponse:
        """A file for the page to show, expired or not."""
        found = self._twin.world.media.peek(request.match_info["media_id"])
        if found is None:
            raise KeyError("media_id")
        return web.Response(body=found.content, headers={"Content-Type": found.content_type})

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: every change as one JSON object."""
        return await stream(request, self._twin.changes())

    # -- acting -------------------------------------------------------------------------------------------------

    async def act(self, request: web.Request) -> web.StreamResponse:
        """One action of a person; answers with the numbers of the deliveries it caused."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            raise KeyError("action")
        caused = action(self._phone(request), await body_of(request))
        return answer({"deliveries": [each.number for each in caused]})

    async def say(self, request: web.Request) -> web.StreamResponse:
        """A member writes to a group."""
        body = await body_of(request)
        group = self._twin.group(request.match_info["id"], corpid=request.match_info["corpid"])
        group.say(text_of(body, "userid"), text_of(body, "text"))
        return answer({})

    async def open_link(self, request: web.Request) -> web.StreamResponse:
        """Let a real browser open a link as this member: remembers the holder in a cookie and redirects."""
        response = web.Response(status=302, headers={"Location": request.query["url"]})
        holder = Holder(corpid=request.query["corpid"], userid=request.query["userid"])
        response.set_cookie(HOLDER, str(holder), path="/", httponly=True, samesite="Lax")
        return response

    async def repeat(self, request: web.Request) -> web.StreamResponse:
        """Replay the bytes of an earlier delivery."""
        number = int(request.match_info["number"])
        delivery = next((each for each in self._twin.deliveries if each.number == number and each.attempts), None)
        if delivery is None:
            raise KeyError("delivery")
        return answer({"status": await self._twin.courier.repeat(delivery)})

    # -- switches -----------------------------------------------------------------------------------------------

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Let the next calls of one API fail with ``code``; without a code they lose their answer."""
        body = await body_of(request)
        api, times, code = text_of(body, "api"), body.get("times", 1), body.get("code")
        if not isinstance(times, int) or not isinstance(code, int | None):
            raise ValueError("times and code are whole numbers")
        if code is None:
            self._twin.faults.lose_answer(api, times=times)
        else:
            self._twin.faults.fail(api, code, times=times)
        return answer(switches.to_json(self._twin.faults))

    async def revoke_tokens(self, request: web.Request) -> web.StreamResponse:
        """Make an app's tokens invalid before their time."""
        self._twin.revoke_tokens(int(request.match_info["agentid"]), corpid=request.match_info["corpid"])
        return answer({})

    async def set_status(self, request: web.Request) -> web.StreamResponse:
        """Disable, enable or remove a member."""
        status = MemberStatus(cast(int, (await body_of(request)).get("status")))
        corpid, userid = request.match_info["corpid"], request.match_info["userid"]
        caused = self._twin.set_status(userid, status, corpid=corpid)
        return answer({"deliveries": [each.number for each in caused]})

    def _phone(self, request: web.Request) -> Phone:
        found = request.match_info
        client = Client(request.query.get("client", Client.WECOM.value))
        return self._twin.phone(found["userid"], agentid=int(found["agentid"]), corpid=found["corpid"], client=client)


def routes(twin: Twin) -> list[web.RouteDef]:
    """All routes of the remote control."""
    control = Control(twin)
    phone = "/twin/phones/{corpid}/{agentid}/{userid}"
    return [
        web.get("/twin/state", _guarded(control.state)),
        web.get(phone, _guarded(control.screen)),
        web.post(f"{phone}/{{action}}", _guarded(control.act)),
        web.get("/twin/groups/{corpid}/{id}", _guarded(control.group)),
        web.post("/twin/groups/{corpid}/{id}/say", _guarded(control.say)),
        web.get("/twin/media/{media_id}", _guarded(control.media)),
        web.get("/twin/deliveries", _guarded(control.deliveries)),
        web.post("/twin/deliveries/{number}/repeat", _guarded(control.repeat)),
        web.get("/twin/changes", _guarded(control.changes)),
        web.get("/twin/open", _guarded(control.open_link)),
        web.patch("/twin/faults", _guarded(control.set_faults)),
        web.post("/twin/faults/clear", _guarded(control.clear_faults)),
        web.post("/twin/faults/script", _guarded(control.script)),
        web.patch("/twin/quirks", _guarded(control.set_quirks)),
        web.post("/twin/apps/{corpid}/{agentid}/revoke_tokens", _guarded(control.revoke_tokens)),
        web.post("/twin/members/{corpid}/{userid}/status", _guarded(control.set_status)),
        web.post("/twin/clock/advance", _guarded(control.advance)),
    ]


Action = Callable[[Phone, Json], list[Delivery]]


def _type_text(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.type_text(text_of(body, "text"))]


def _send_photo(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.send_photo(bytes_of(body.get("content")))]


def _send_voice(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.send_voice(bytes_of(body.get("content")))]


def _send_video(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.send_video(bytes_of(body.get("content")))]


def _send_location(phone: Phone, body: Json) -> list[Delivery]:
    return [
        phone.send_location(text_of(body, "latitude"), text_of(body, "longitude"), label=str(body.get("label", "")))
    ]


def _press_button(phone: Phone, body: Json) -> list[Delivery]:
    choice = body.get("choice")
    return [phone.press_button(text_of(body, "message"), text_of(body, "key"), choice=cast("str | None", choice))]


def _submit(phone: Phone, body: Json) -> list[Delivery]:
    choices = body.get("choices") or {}
    if not isinstance(choices, dict):
        raise ValueError("choices is an object of lists")
    return [phone.submit(text_of(body, "message"), cast("dict[str, list[str]]", choices))]


def _press_card_menu(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.press_card_menu(text_of(body, "message"), text_of(body, "key"))]


def _press_menu(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.press_menu(text_of(body, "entry"))]


def _scan_code(phone: Phone, body: Json) -> list[Delivery]:
    return [phone.scan_code(text_of(body, "entry"), text_of(body, "result"))]


def _take_system_photo(phone: Phone, body: Json) -> list[Delivery]:
    return phone.take_system_photo(text_of(body, "entry"), bytes_of(body.get("content")))


def _location_select(phone: Phone, body: Json) -> list[Delivery]:
    place = (text_of(body, "latitude"), text_of(body, "longitude"))
    return [phone.location_select(text_of(body, "entry"), *place, label=str(body.get("label", "")))]


def _enter_app(phone: Phone, body: Json) -> list[Delivery]:
    if "latitude" in body:
        return phone.enter_app(at=(text_of(body, "latitude"), text_of(body, "longitude")))
    return phone.enter_app()


ACTIONS: dict[str, Action] = {
    "type_text": _type_text,
    "send_photo": _send_photo,
    "send_voice": _send_voice,
    "send_video": _send_video,
    "send_location": _send_location,
    "press_button": _press_button,
    "submit": _submit,
    "press_card_menu": _press_card_menu,
    "press_menu": _press_menu,
    "scan_code": _scan_code,
    "take_system_photo": _take_system_photo,
    "location_select": _location_select,
    "enter_app": _enter_app,
}


def _guarded(handle: Handle) -> Handle:
    return guarded(handle, no=NotOffered, wrong=(ApiError,))


def _corp_view(twin: Twin, corpid: str) -> Json:
    corp = twin.world.corps[corpid]
    return {
        "corpid": corpid,
        "name": corp.config.name,
        "apps": [
            {"agentid": app.agentid, "name": app.config.name, "can_receive": app.can_receive, "disabled": app.disabled}
            for app in corp.apps.values()
        ],
        "people": [
            {"userid": person.userid, "name": person.name, "position": person.position, "status": int(person.status)}
            for person in corp.directory.people
        ],
        "groups": [
            {"id": chat.id, "name": chat.name, "members": chat.members, "robot": chat.agentid is None}
            for chat in corp.chats.values()
        ],
    }
