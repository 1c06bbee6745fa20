"""Every WeCom API this product calls, with typed results. One instance speaks for one app of one corp.

Base addresses, timeouts and the session come from outside. All methods raise a `WeComTrouble` (`bot.wecom.errors`) for
everything that is not success, and `ValueError` kin for requests that should not have been made.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

import aiohttp
from pydantic import SecretStr

from bot.clock import Clock
from bot.settings import WeComCredentials
from bot.wecom.api import API_BASE, Answer, Api, Limits
from bot.wecom.directory import (
    CorpId,
    Department,
    DepartmentId,
    Member,
    UserId,
    department_of,
    member_of,
    normalise,
)
from bot.wecom.errors import NetworkTrouble
from bot.wecom.media import Download, Sink, Uploaded, check_upload, download, upload_form
from bot.wecom.messages import MediaKind, Outgoing, To, Update, send_body, update_body
from bot.wecom.tokens import TokenSource

MAX_RECALL_AGE: Final = timedelta(hours=24)
MAX_UPDATE_AGE: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a message. errcode 0 with somebody in these lists means: not to *them*."""

    message_id: str
    """For `WeComClient.recall`, within `MAX_RECALL_AGE`."""
    response_code: str | None = field(repr=False)
    """For one card update within `MAX_UPDATE_AGE`; None for cards and messages that cannot be changed."""
    invalid_users: tuple[UserId, ...]
    invalid_parties: tuple[str, ...]
    invalid_tags: tuple[str, ...]
    unlicensed_users: tuple[UserId, ...]

    @property
    def missed(self) -> frozenset[UserId]:
        """The members who got nothing."""
        return frozenset(self.invalid_users) | frozenset(self.unlicensed_users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who came through OAuth. A member's ``userid`` proves nothing about the visible range: check the directory."""

    userid: UserId | None
    """None for somebody outside the corp."""
    user_ticket: str | None = field(repr=False)
    outsider_id: str | None = field(repr=False)


class TicketKind(StrEnum):
    """The two JS-SDK tickets ([D90506]): wx.config takes the corp's, wx.agentConfig the app's."""

    CORP = "get_jsapi_ticket"
    APP = "ticket/get"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsSignature:
    """What the page hands to the JS-SDK."""

    nonce: str
    timestamp: int
    """Unix seconds."""
    signature: str


class WeComClient:
    """Speaks to WeCom as one self-built app."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        corp_id: str,
        agent_id: int,
        secret: SecretStr,
        base_url: str = API_BASE,
        limits: Limits | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.corp_id = CorpId(corp_id)
        self.agent_id = agent_id
        self._api = Api(session, clock, corp_id=corp_id, secret=secret, base_url=base_url, limits=limits, pause=pause)
        self._tickets = {kind: TokenSource(self._ticket_fetcher(kind), clock) for kind in TicketKind}

    def __repr__(self) -> str:
        return f"WeComClient(corp_id={self.corp_id!r}, agent_id={self.agent_id})"

    # --- messages and cards ---------------------------------------------------------------------------------------

    async def send(self, message: Outgoing, to: To, *, key: str, urgent: bool = False) -> Sent:
        """Send to up to 1000 members ([D90236]). Only 30 a minute reach one member, the rest are dropped in silence:
        pace with `bot.wecom.budget`.

        ``key`` is the idempotency key: after a `NetworkTrouble` send again under the same key within 30 minutes.
        ``urgent`` calls never queue behind ordinary ones. Raises `NotVisible` when nobody at all can receive it.
        """
        body = send_body(message, to, agent_id=self.agent_id, key=key)
        answer = await self._api.post("message/send", body, urgent=urgent)
        return Sent(
            message_id=str(answer.get("msgid") or ""),
            response_code=str(answer["response_code"]) if answer.get("response_code") else None,
            invalid_users=tuple(normalise(one) for one in _piped(answer, "invaliduser")),
            invalid_parties=_piped(answer, "invalidparty"),
            invalid_tags=_piped(answer, "invalidtag"),
            unlicensed_users=tuple(normalise(one) for one in _piped(answer, "unlicenseduser")),
        )

    async def update_card(
        self, update: Update, *, response_code: str, users: Sequence[str] | None = None, urgent: bool = False
    ) -> frozenset[UserId]:
        """Change a card that was sent ([D94888]): every recipient's copy, or those of ``users``.

        The code is spent by success. Answers who of ``users`` was not reached. Raises `CodeSpent` when it was used
        or is older than 72 hours; after a `NetworkTrouble` it may or may not be spent.
        """
        body = update_body(
            update,
            agent_id=self.agent_id,
            response_code=response_code,
            users=None if users is None else tuple(users),
        )
        answer = await self._api.post("message/update_template_card", body, urgent=urgent)
        return frozenset(normalise(str(one)) for one in answer.get("invaliduser") or ())

    async def recall(self, message_id: str) -> None:
        """Take a message back, within 24 hours ([D94867]); raises `Gone` later. The WeChat plugin keeps showing it."""
        await self._api.post("message/recall", {"msgid": message_id})

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the app's menu ([D90231])."""
        await self._api.post("menu/create", menu, agentid=str(self.agent_id))

    # --- media ----------------------------------------------------------------------------------------------------

    async def upload(self, kind: MediaKind, content: bytes, *, filename: str, content_type: str) -> Uploaded:
        """Upload for sending ([D90253]); the id lives 3 days and serves every app of the corp.

        Raises `MessageInvalid` for a size the platform would refuse.
        """
        check_upload(kind, content)
        form = upload_form(content, filename=filename, content_type=content_type)
        answer = await self._api.upload("media/upload", form, type=kind.value)
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise NetworkTrouble("media/upload", note="no media_id in the answer")
        return Uploaded(media_id=media_id, kind=kind)

    async def download(self, media_id: str, sink: Sink, *, max_bytes: int) -> Download:
        """Fetch what somebody sent ([D90254]) into ``sink``, within 3 days of its arrival.

        Nothing is written unless the answer is media; on any exception what was written so far is to be thrown away.
        Raises `MediaTooLarge` beyond ``max_bytes``, `Gone` when it lapsed.
        """
        return await download(self._api, media_id, sink, max_bytes=max_bytes)

    # --- people ---------------------------------------------------------------------------------------------------

    async def member(self, userid: str) -> Member:
        """One member ([D90196]). Raises `NotVisible` outside the app's range."""
        return _shaped(
            "user/get", lambda raw: member_of(self.corp_id, raw), await self._api.get("user/get", userid=userid)
        )

    async def department_ids(self) -> tuple[Department, ...]:
        """Every department the app may see, without names ([D95350])."""
        answer = await self._api.get("department/simplelist")
        return tuple(_shaped("department/simplelist", department_of, raw) for raw in answer.get("department_id") or ())

    async def department(self, number: DepartmentId) -> Department:
        """One department with its name and visible leaders ([D95351])."""
        answer = await self._api.get("department/get", id=str(number))
        return _shaped("department/get", department_of, answer.get("department") or {})

    async def members_of(self, number: DepartmentId) -> tuple[Member, ...]:
        """The members directly in a department, with what the app may see of them."""
        answer = await self._api.get("user/list", department_id=str(number))
        return tuple(
            _shaped("user/list", lambda raw: member_of(self.corp_id, raw), raw) for raw in answer.get("userlist") or ()
        )

    async def userids_of(self, number: DepartmentId) -> tuple[UserId, ...]:
        """The ids of the members directly in a department: the cheap way to see who is there."""
        answer = await self._api.get("user/simplelist", department_id=str(number))
        return tuple(normalise(str(raw.get("userid") or "")) for raw in answer.get("userlist") or ())

    async def visitor(self, code: str) -> Visitor:
        """Who signed in with this OAuth code ([D91023]): 5 minutes, once. Raises `CodeInvalid`."""
        answer = await self._api.get("auth/getuserinfo", code=code)
        # The platform spells these keys in two ways, depending on the door the person came through.
        userid = answer.get("userid") or answer.get("UserId")
        outsider = answer.get("openid") or answer.get("OpenId") or answer.get("external_userid")
        return Visitor(
            userid=normalise(str(userid)) if userid else None,
            user_ticket=str(answer["user_ticket"]) if answer.get("user_ticket") else None,
            outsider_id=str(outsider) if outsider else None,
        )

    # --- JS-SDK ---------------------------------------------------------------------------------------------------

    async def sign_page(self, kind: TicketKind, url: str, *, nonce: str, at: datetime) -> JsSignature:
        """Sign the page at ``url`` for the JS-SDK. Tickets are cached: the platform hands out 100 an hour per app."""
        timestamp = int(at.timestamp())
        ticket = await self._tickets[kind].get()
        return JsSignature(nonce=nonce, timestamp=timestamp, signature=js_signature(ticket, nonce, timestamp, url))

    def _ticket_fetcher(self, kind: TicketKind) -> Callable[[], Awaitable[tuple[str, timedelta]]]:
        params = {"type": "agent_config"} if kind is TicketKind.APP else {}

        async def fetch() -> tuple[str, timedelta]:
            answer = await self._api.get(kind.value, **params)
            ticket, lifetime = answer.get("ticket"), answer.get("expires_in")
            if not isinstance(ticket, str) or not ticket or not isinstance(lifetime, int):
                raise NetworkTrouble(kind.value, note="no ticket in the answer")
            return ticket, timedelta(seconds=lifetime)

        return fetch


def js_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The JS-SDK page signature ([D90506]): values as they are, the address without its fragment."""
    page = url.partition("#")[0]
    plain = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()  # the platform's choice of hash


def _piped(answer: Answer, name: str) -> tuple[str, ...]:
    """A list the platform joins with bars; absent and empty are the same."""
    return tuple(one for one in str(answer.get(name) or "").split("|") if one)


T = TypeVar("T")


def _shaped(api: str, read: Callable[[Mapping[str, Any]], T], raw: Mapping[str, Any]) -> T:
    try:
        return read(raw)
    except (ValueError, TypeError, AttributeError):
        raise NetworkTrouble(api, note="the answer has another shape than documented") from None


def client_of(credentials: WeComCredentials, session: aiohttp.ClientSession, clock: Clock) -> WeComClient:
    """The client of the app the settings name."""
    return WeComClient(
        session,
        clock,
        corp_id=credentials.corp_id,
        agent_id=credentials.agent_id,
        secret=credentials.secret,
        base_url=credentials.api_base_url,
    )
