"""Who opened a page: OAuth codes and user tickets; and the tickets that sign JS-SDK calls."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.serials import Serials
from sandbox.wecom.errors import ApiError, Code

CODE_LIFETIME = timedelta(minutes=5)
USER_TICKET_LIFETIME = timedelta(seconds=1800)
JS_TICKET_LIFETIME = timedelta(seconds=7200)


@dataclass(slots=True, kw_only=True)
class LoginCode:
    """An OAuth code. Exactly one of ``userid`` and ``openid`` says who it is; ``private`` allows a user ticket."""

    corpid: str
    userid: str
    openid: str
    private: bool
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTicket:
    """Permission to read a member's details."""

    corpid: str
    userid: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JsTicket:
    """A jsapi ticket; ``agentid`` None is the corp's own."""

    text: str
    corpid: str
    agentid: int | None
    expires_at: datetime


class Logins:
    """Codes and tickets of all corps."""

    def __init__(self, clock: Clock, serials: Serials) -> None:
        self._clock = clock
        self._serials = serials
        self._codes: dict[str, LoginCode] = {}
        self._user_tickets: dict[str, UserTicket] = {}
        self._js_tickets: list[JsTicket] = []

    def issue_code(self, corpid: str, *, userid: str = "", openid: str = "", private: bool = False) -> str:
        """A code for the redirect."""
        code = self._serials.opaque("code", 43)
        self._codes[code] = LoginCode(
            corpid=corpid,
            userid=userid,
            openid=openid,
            private=private,
            expires_at=self._clock.now() + CODE_LIFETIME,
        )
        return code

    def open_code(self, corpid: str, code: str) -> LoginCode:
        """Use up a code; raises `ApiError` for missing, foreign, used and expired ones."""
        if not code:
            raise ApiError(Code.CODE_MISSING)
        login = self._codes.get(code)
        if login is None or login.corpid != corpid:
            raise ApiError(Code.BAD_CODE, "invalid code")
        if login.used:
            raise ApiError(Code.CODE_USED)
        if self._clock.now() >= login.expires_at:
            raise ApiError(Code.CODE_EXPIRED)
        login.used = True
        return login

    def issue_user_ticket(self, corpid: str, userid: str) -> str:
        """A ticket for auth/getuserdetail."""
        text = self._serials.opaque("user_ticket", 86)
        expires_at = self._clock.now() + USER_TICKET_LIFETIME
        self._user_tickets[text] = UserTicket(corpid=corpid, userid=userid, expires_at=expires_at)
        return text

    def open_user_ticket(self, corpid: str, text: str) -> str:
        """The userid behind a ticket; raises `ApiError`."""
        ticket = self._user_tickets.get(text)
        if ticket is None or ticket.corpid != corpid:
            raise ApiError(Code.TICKET_INVALID)
        if self._clock.now() >= ticket.expires_at:
            raise ApiError(Code.TICKET_EXPIRED)
        return ticket.userid

    def js_ticket(self, corpid: str, agentid: int | None) -> JsTicket:
        """The living ticket of a corp or an app, or a new one."""
        alive = self._alive(corpid, agentid)
        if alive:
            return alive[-1]
        ticket = JsTicket(
            text=self._serials.opaque("js_ticket", 86),
            corpid=corpid,
            agentid=agentid,
            expires_at=self._clock.now() + JS_TICKET_LIFETIME,
        )
        self._js_tickets.append(ticket)
        return ticket

    def left(self, ticket: JsTicket) -> int:
        """Seconds the ticket still lives."""
        return int((ticket.expires_at - self._clock.now()).total_seconds())

    def js_signature_holds(
        self, corpid: str, agentid: int | None, *, noncestr: str, timestamp: str, url: str, signature: str
    ) -> bool:
        """Whether a page's JS-SDK signature was made with a living ticket of this corp (and app)."""
        return any(
            js_signature(ticket.text, noncestr=noncestr, timestamp=timestamp, url=url) == signature
            for ticket in self._alive(corpid, agentid)
        )

    def _alive(self, corpid: str, agentid: int | None) -> list[JsTicket]:
        now = self._clock.now()
        return [
            ticket
            for ticket in self._js_tickets
            if (ticket.corpid, ticket.agentid) == (corpid, agentid) and now < ticket.expires_at
        ]


def js_signature(ticket: str, *, noncestr: str, timestamp: str, url: str) -> str:
    """The JS-SDK signature of a page address; everything after ``#`` does not count."""
    page = url.partition("#")[0]
    joined = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
