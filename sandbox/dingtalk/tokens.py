"""Access tokens and JSAPI tickets: one living one per app, the same until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.changes import Json
from sandbox.dingtalk.calls import Call, Endpoint, Handler, Style
from sandbox.dingtalk.errors import ApiError, Errcode, LegacyError, bad_token
from sandbox.dingtalk.world import App, World

TICKET_LIFE = timedelta(seconds=7200)


@dataclass(slots=True, kw_only=True)
class Token:
    """A token or ticket of one app."""

    text: str
    client_id: str
    expires_at: datetime
    revoked: bool = False


class Tokens:
    """Issues and opens tokens of one kind."""

    def __init__(self, world: World, kind: str) -> None:
        self._world = world
        self._kind = kind
        self._all: dict[str, Token] = {}

    def issue(self, app: App, life: timedelta) -> Token:
        """The app's living token, extended, or a new one."""
        now = self._world.clock.now()
        for token in self._all.values():
            if token.client_id == app.client_id and not token.revoked and now < token.expires_at:
                token.expires_at = now + life
                return token
        text = self._world.serials.noise(self._kind, 16).hex()
        token = self._all[text] = Token(text=text, client_id=app.client_id, expires_at=now + life)
        return token

    def open(self, text: str) -> App:
        """The app behind a token; raises `ApiError` for unknown, revoked and expired ones."""
        token = self._all.get(text)
        if token is None or token.revoked or self._world.clock.now() >= token.expires_at:
            raise bad_token()
        app = self._world.app(token.client_id)
        if app is None or self._world.faults.token_always_invalid:
            raise bad_token()
        return app

    def living(self, client_id: str) -> list[str]:
        """Texts of the app's tokens that still work."""
        now = self._world.clock.now()
        mine = [each for each in self._all.values() if each.client_id == client_id]
        return [each.text for each in mine if not each.revoked and now < each.expires_at]

    def revoke(self, client_id: str) -> None:
        """Make the app's tokens invalid before their time."""
        for token in self._all.values():
            if token.client_id == client_id:
                token.revoked = True


class TokenApi:
    """The calls that hand out tokens."""

    def __init__(self, tokens: Tokens, tickets: Tokens) -> None:
        self._tokens = tokens
        self._tickets = tickets

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them; none counts toward the monthly quota."""
        new, legacy = Style.NEW, Style.LEGACY
        return (
            _free("/v1.0/oauth2/accessToken", "POST", self.access_token, new),
            _free("/v1.0/oauth2/{corpId}/token", "POST", self.unified, new),
            _free("/gettoken", "GET", self.gettoken, legacy),
            Endpoint(path="/v1.0/oauth2/jsapiTickets", method="POST", handle=self.ticket, free=True),
        )

    def access_token(self, call: Call) -> Json:
        """The usual form."""
        body = call.json()
        app = _known(call.world, body.get("appKey"), body.get("appSecret"))
        if app is None:
            raise ApiError("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return {"accessToken": self._text(call, app), "expireIn": self._seconds(call)}

    def unified(self, call: Call) -> Json | web.Response:
        """The newer form with the corpId in the path."""
        body = call.json()
        if body.get("grant_type") != "client_credentials":
            raise ApiError("unsupported.grant.type")
        app = _known(call.world, body.get("client_id"), body.get("client_secret"))
        if app is None:
            raise ApiError("invalid.client")
        if app.corp_id != call.path["corpId"]:
            raise ApiError("unauthorized.client", status=401)
        return {"access_token": self._text(call, app), "expires_in": self._seconds(call)}

    def gettoken(self, call: Call) -> Json:
        """The old form."""
        app = _known(call.world, call.query.get("appkey"), call.query.get("appsecret"))
        if app is None:
            raise LegacyError(Errcode.BAD_SECRET, "不合法的appKey或appSecret")
        return {"access_token": self._text(call, app), "expires_in": self._seconds(call)}

    def ticket(self, call: Call) -> Json:
        """The ticket that signs JSAPI calls of a page."""
        ticket = self._tickets.issue(call.app, TICKET_LIFE)
        return {"jsapiTicket": ticket.text, "expireIn": int(TICKET_LIFE.total_seconds())}

    def _text(self, call: Call, app: App) -> str:
        return self._tokens.issue(app, call.world.quirks.token_life).text

    def _seconds(self, call: Call) -> int:
        return int(call.world.quirks.token_life.total_seconds())


def _free(path: str, method: str, handle: Handler, style: Style) -> Endpoint:
    return Endpoint(path=path, method=method, handle=handle, style=style, needs_token=False, free=True)


def _known(world: World, client_id: object, secret: object) -> App | None:
    app = world.app(client_id) if isinstance(client_id, str) else None
    return app if app is not None and app.config.client_secret == secret else None
