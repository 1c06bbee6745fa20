"""The remote control under ``/twin``: what the demo page uses to look at phones and to act for people.

There is no password; the twin listens on loopback only. Nothing here belongs to the platform.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from sandbox import switches
from sandbox.dingtalk.clicks import Click
from sandbox.dingtalk.errors import ApiError, LegacyError
from sandbox.dingtalk.gateway import Connection
from sandbox.dingtalk.phones import NotOffered, Phone
from sandbox.dingtalk.pushes import Push
from sandbox.remote import Handle, answer, body_of, bytes_of, guarded, stream, text_of
from sandbox.switchboard import Switchboard

if TYPE_CHECKING:
    from sandbox.dingtalk.twin import Twin

Json = dict[str, Any]


class Control(Switchboard):
    """The handlers, bound to one twin."""

    def __init__(self, twin: Twin) -> None:
        super().__init__(twin)
        self._twin = twin

    # -- looking ------------------------------------------------------------------------------------------------

    async def state(self, _: web.Request) -> web.StreamResponse:
        """Organisations with apps, people and groups; connections; time; switches; counters."""
        twin = self._twin
        return answer(
            {
                "now": twin.clock.now().isoformat(),
                "base_url": twin.base_url,
                "corps": [_corp_view(twin, corp_id) for corp_id in twin.world.corps],
                "connections": [_connection_view(each) for each in twin.connections()],
                "faults": switches.to_json(twin.faults),
                "quirks": switches.to_json(twin.quirks),
                "counters": dict(twin.counters),
            }
        )

    async def screen(self, request: web.Request) -> web.StreamResponse:
        """One phone: its chat with the robot (or, with ``?group=``, a group) and its todos."""
        phone = self._phone(request)
        return answer({"userid": phone.userid, "screen": phone.screen, "todos": phone.todos})

    async def group(self, request: web.Request) -> web.StreamResponse:
        """One group as nobody in particular sees it."""
        group = self._twin.group(request.match_info["id"])
        return answer({"name": group.name, "members": group.members, "screen": group.screen})

    async def pushes(self, _: web.Request) -> web.StreamResponse:
        """The log of pushes, newest last."""
        return answer({"pushes": [each.view() for each in self._twin.pushes]})

    async def media(self, request: web.Request) -> web.StreamResponse:
        """A file for the page to show."""
        found = self._twin.hand.media.peek(request.match_info["media_id"])
        if found is None:
            raise KeyError("media_id")
        return web.Response(body=found.content, headers={"Content-Type": found.content_type})

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: every change as one JSON object."""
        return await stream(request, self._twin.changes())

    # -- acting -------------------------------------------------------------------------------------------------

    async def act(self, request: web.Request) -> web.StreamResponse:
        """One action of a person; answers with the number of the push it caused."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            raise KeyError("action")
        caused = action(self._phone(request), await body_of(request))
        push = caused.push if isinstance(caused, Click) else caused
        return answer({"push": None if push is None else push.number})

    async def auth_code(self, request: web.Request) -> web.StreamResponse:
        """What ``dd.requestAuthCode`` gives the page in ``?page=`` on this phone."""
        return answer({"code": self._phone(request).request_auth_code(request.query["page"])})

    async def end_connection(self, request: web.Request) -> web.StreamResponse:
        """Let something happen to a socket: disconnect, reset, half_kill or close (with ``code``)."""
        gateway, wanted = self._twin.gateway, request.match_info["id"]
        connection = next((each for each in self._twin.connections() if each.id == wanted), None)
        if connection is None:
            raise KeyError("connection")
        what = request.match_info["what"]
        if what == "disconnect":
            await gateway.disconnect(connection)
        elif what == "reset":
            gateway.reset(connection)
        elif what == "half_kill":
            gateway.half_kill(connection)
        elif what == "close":
            await gateway.close_with(connection, int((await body_of(request)).get("code", 1000)))
        else:
            raise KeyError(what)
        return answer({})

    # -- switches -----------------------------------------------------------------------------------------------

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Let the next calls of one API fail with ``code``; without a code they lose their answer."""
        body = await body_of(request)
        api, times, code = text_of(body, "api"), body.get("times", 1), body.get("code")
        if not isinstance(times, int) or not isinstance(code, int | str | None):
            raise ValueError("times is a whole number, code a number or a word")
        if code is None:
            self._twin.faults.lose_answer(api, times=times)
        else:
            self._twin.faults.fail(api, code, status=int(body.get("status", 400)), times=times)
        return answer(switches.to_json(self._twin.faults))

    async def revoke_tokens(self, request: web.Request) -> web.StreamResponse:
        """Make an app's tokens invalid before their time."""
        self._twin.revoke_tokens(request.match_info["client_id"])
        return answer({})

    def _phone(self, request: web.Request) -> Phone:
        found = request.match_info
        phone = self._twin.phone(found["userid"], client_id=found["client_id"])
        group = request.query.get("group")
        return phone if group is None else phone.in_group(group)


def routes(twin: Twin) -> list[web.RouteDef]:
    """All routes of the remote control."""
    control = Control(twin)
    phone = "/twin/phones/{client_id}/{userid}"
    return [
        web.get("/twin/state", _guarded(control.state)),
        web.get(phone, _guarded(control.screen)),
        web.get(f"{phone}/auth_code", _guarded(control.auth_code)),
        web.post(f"{phone}/{{action}}", _guarded(control.act)),
        web.get("/twin/groups/{id}", _guarded(control.group)),
        web.get("/twin/media/{media_id}", _guarded(control.media)),
        web.get("/twin/pushes", _guarded(control.pushes)),
        web.get("/twin/changes", _guarded(control.changes)),
        web.post("/twin/connections/{id}/{what}", _guarded(control.end_connection)),
        web.patch("/twin/faults", _guarded(control.set_faults)),
        web.post("/twin/faults/clear", _guarded(control.clear_faults)),
        web.post("/twin/faults/script", _guarded(control.script)),
        web.patch("/twin/quirks", _guarded(control.set_quirks)),
        web.post("/twin/apps/{client_id}/revoke_tokens", _guarded(control.revoke_tokens)),
        web.post("/twin/clock/advance", _guarded(control.advance)),
    ]


Action = Callable[[Phone, Json], Push | Click | None]


def _type_text(phone: Phone, body: Json) -> Push | None:
    return phone.type_text(text_of(body, "text"), at=[str(each) for each in body.get("at") or []])


def _send_photo(phone: Phone, body: Json) -> Push:
    return phone.send_photo(bytes_of(body.get("content")))


def _send_voice(phone: Phone, body: Json) -> Push:
    return phone.send_voice(bytes_of(body.get("content")), recognition=str(body.get("recognition", "")))


def _send_video(phone: Phone, body: Json) -> Push:
    return phone.send_video(bytes_of(body.get("content")))


def _send_file(phone: Phone, body: Json) -> Push:
    return phone.send_file(bytes_of(body.get("content")), text_of(body, "filename"))


def _send_location(phone: Phone, body: Json) -> Push:
    return phone.send_location(text_of(body, "latitude"), text_of(body, "longitude"), label=str(body.get("label", "")))


def _press_button(phone: Phone, body: Json) -> Click:
    return phone.press_button(text_of(body, "message"), text_of(body, "key"))


def _submit(phone: Phone, body: Json) -> Click:
    answers = body.get("choices") or {}
    if not isinstance(answers, dict):
        raise ValueError("choices is an object")
    return phone.submit(text_of(body, "message"), cast("dict[str, object]", answers))


def _tick_off(phone: Phone, body: Json) -> None:
    phone.tick_off(text_of(body, "todo"))


def _read(phone: Phone, _: Json) -> None:
    phone.read()


ACTIONS: dict[str, Action] = {
    "type_text": _type_text,
    "send_photo": _send_photo,
    "send_voice": _send_voice,
    "send_video": _send_video,
    "send_file": _send_file,
    "send_location": _send_location,
    "press_button": _press_button,
    "submit": _submit,
    "tick_off": _tick_off,
    "read": _read,
}


def _guarded(handle: Handle) -> Handle:
    return guarded(handle, no=NotOffered, wrong=(ApiError, LegacyError))


def _connection_view(connection: Connection) -> Json:
    return {
        "id": connection.id,
        "client_id": connection.app.client_id,
        "retiring": connection.retiring,
        "half_dead": connection.half_dead,
    }


def _corp_view(twin: Twin, corp_id: str) -> Json:
    corp = twin.world.corps[corp_id]
    return {
        "corp_id": corp_id,
        "name": corp.config.name,
        "edition": str(corp.config.edition),
        "calls": twin.world.meter.calls(corp_id),
        "pushes": twin.world.meter.pushes(corp_id),
        "apps": [{"client_id": app.client_id, "name": app.config.name} for app in corp.apps.values()],
        "people": [
            {"userid": each.userid, "name": each.name, "title": each.title, "active": each.active}
            for each in corp.people.values()
        ],
        "groups": [
            {"id": each.id, "name": each.name, "members": each.members, "robots": each.robots}
            for each in corp.groups.values()
            if not each.disbanded
        ],
    }
