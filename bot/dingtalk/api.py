"""One call to the platform: token, pace, count, and a typed exception for everything that is not success.

Two hosts answer in two manners. The new one takes the token in a header and answers HTTP 4xx with a ``code``; the old
one takes it in the address and answers HTTP 200 with an ``errcode``. In between stand gateways that answer with a page
or with ``{"status": 1111}``; so nothing is taken for JSON before it was read as JSON.

What is tried again here, and how often:

- a dead token (``InvalidAuthentication``, 401, 40014 and kin): fetched once, called once more, then `TokenDead`;
- a look-up of the old host that finds the platform busy: twice more.

Nothing else. A call without an answer is a `NetworkTrouble`, and whoever owns the message decides with the idempotency
key in hand. Exceptions are raised without their cause, because the cause of a network failure may carry the address,
and an address of the old host carries the token.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp
from pydantic import SecretStr

from bot.clock import Clock, steady
from bot.dingtalk import errors
from bot.dingtalk.budget import Rates
from bot.dingtalk.errors import (
    BANNED,
    MINUTE,
    DingTalkTrouble,
    Misconfigured,
    NetworkTrouble,
    PlatformBusy,
    ScopeMissing,
    Throttled,
    TokenDead,
    trouble,
)
from bot.dingtalk.quota import NO_METER, Meter
from bot.dingtalk.tokens import TokenSource

API_BASE: Final = "https://api.dingtalk.com"
OAPI_BASE: Final = "https://oapi.dingtalk.com"
TIMEOUT: Final = aiohttp.ClientTimeout(total=10, connect=5)
"""The platform itself gives up after 3 s and says 504."""
UPLOAD_TIMEOUT: Final = aiohttp.ClientTimeout(total=120, connect=5, sock_read=20)
BUSY_PAUSES: Final = (0.5, 2.0)
MAX_ANSWER: Final = 4 * 1024 * 1024
MAX_OPEN_CALLS: Final = 8
MAX_OPEN_URGENT_CALLS: Final = 4
TOKEN_HEADER: Final = "x-acs-dingtalk-access-token"  # the header's name
_TIMED_OUT_CODES: Final = frozenset({"15"})
_AMBIGUOUS: Final = "88"
"""With a ``sub_code`` a missing permission, without one a time-out."""

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a call may take and how many may be under way per API. Urgent calls never queue behind ordinary ones."""

    timeout: aiohttp.ClientTimeout = TIMEOUT
    transfer_timeout: aiohttp.ClientTimeout = UPLOAD_TIMEOUT
    open_calls: int = MAX_OPEN_CALLS
    open_urgent_calls: int = MAX_OPEN_URGENT_CALLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``api`` is its name in messages and for the pace: fixed, without anybody's id in it."""

    api: str
    method: str
    path: str
    params: Mapping[str, str]
    data: Callable[[], bytes | aiohttp.FormData] | None
    old: bool
    metered: bool
    """Whether it counts among the month's calls."""
    urgent: bool = False


class Api:
    """Calls the platform in the name of one app."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        app_key: str,
        app_secret: SecretStr,
        base_url: str = API_BASE,
        old_base_url: str = OAPI_BASE,
        limits: Limits | None = None,
        meter: Meter = NO_METER,
        rates: Rates | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        steady: Callable[[], float] = steady,
    ) -> None:
        self._session = session
        self._app_key = app_key
        self._app_secret = app_secret
        self._base = base_url.rstrip("/")
        self._old_base = old_base_url.rstrip("/")
        self.limits = limits or Limits()
        self._meter = meter
        self._rates = rates or Rates()
        self._pause = pause
        self._steady = steady
        self._ordinary: defaultdict[str, asyncio.Semaphore] = defaultdict(self._slots(self.limits.open_calls))
        self._urgent: defaultdict[str, asyncio.Semaphore] = defaultdict(self._slots(self.limits.open_urgent_calls))
        self.tokens = TokenSource(self._fetch_token, clock)

    @staticmethod
    def _slots(count: int) -> Callable[[], asyncio.Semaphore]:
        return lambda: asyncio.Semaphore(count)

    async def call(
        self,
        api: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        urgent: bool = False,
        metered: bool = True,
        **params: str,
    ) -> Answer:
        """Ask the new host. Raises a `DingTalkTrouble`.

        The body is put into bytes once, so that a retry is the identical request.
        """
        data = None if body is None else _bytes(body)
        asked = Request(
            api=api, method=method, path=path, params=params, data=data, old=False, metered=metered, urgent=urgent
        )
        return await self._with_token(asked)

    async def look_up(self, api: str, body: Mapping[str, Any]) -> Answer:
        """Ask the old host for people and departments: free of the month's count. Raises a `DingTalkTrouble`."""
        asked = Request(api=api, method="POST", path=f"/{api}", params={}, data=_bytes(body), old=True, metered=False)
        pauses = iter(BUSY_PAUSES)
        while True:
            try:
                return await self._with_token(asked)
            except PlatformBusy:
                pause = next(pauses, None)
                if pause is None:
                    raise
            await self._pause(pause)

    async def upload(self, api: str, form: Callable[[], aiohttp.FormData], **params: str) -> Answer:
        """POST a form to the old host; ``form`` makes a fresh one for each try. Raises a `DingTalkTrouble`."""
        asked = Request(api=api, method="POST", path=f"/{api}", params=params, data=form, old=True, metered=True)
        return await self._with_token(asked)

    async def _with_token(self, asked: Request) -> Answer:
        slots = (self._urgent if asked.urgent else self._ordinary)[asked.api]
        async with slots:
            token = await self.tokens.get()
            try:
                return await self._counted(asked, token)
            except TokenDead:
                token = await self.tokens.replace(token)
            return await self._counted(asked, token)

    async def _counted(self, asked: Request, token: str) -> Answer:
        await self._its_turn(asked)
        if asked.metered:
            await self._meter.call()
        try:
            return await self._exchange(asked, token)
        except (Throttled, NetworkTrouble) as nothing:
            if asked.metered and (isinstance(nothing, Throttled) or nothing.sure):
                self._meter.not_counted()
            raise
        except errors.QuotaGone:
            self._meter.gone()
            raise
        except Misconfigured as wrong:
            if wrong.code == "invalidClientIdOrSecret":
                self.tokens.condemn(wrong)
            raise

    async def _its_turn(self, asked: Request) -> None:
        while (wait := self._rates.take(asked.api, self._steady(), urgent=asked.urgent)) > 0:
            await self._pause(wait)

    async def _fetch_token(self) -> tuple[str, timedelta]:
        body = {"appKey": self._app_key, "appSecret": self._app_secret.get_secret_value()}
        asked = Request(
            api="oauth2/accessToken", method="POST", path="/v1.0/oauth2/accessToken", params={}, data=_bytes(body),
            old=False, metered=False,
        )  # fmt: skip
        answer = await self._exchange(asked, None)
        value, lifetime = answer.get("accessToken"), answer.get("expireIn")
        if not isinstance(value, str) or not value or not isinstance(lifetime, int) or lifetime <= 0:
            raise NetworkTrouble(asked.api, "no token in the answer")
        return value, timedelta(seconds=lifetime)

    async def _exchange(self, asked: Request, token: str | None) -> Answer:
        payload = None if asked.data is None else asked.data()
        is_form = isinstance(payload, aiohttp.FormData)
        headers = {"Accept": "application/json"}
        params = dict(asked.params)
        if not is_form and payload is not None:
            headers["Content-Type"] = "application/json"
        if token is not None and asked.old:
            params["access_token"] = token
        elif token is not None:
            headers[TOKEN_HEADER] = token
        try:
            async with self._session.request(
                asked.method,
                f"{self._old_base if asked.old else self._base}{asked.path}",
                params=params,
                data=payload,
                headers=headers,
                timeout=self.limits.transfer_timeout if is_form else self.limits.timeout,
                allow_redirects=False,
            ) as response:
                body = await _read_at_most(response, asked.api)
                return _judged(asked, response.status, body)
        except aiohttp.ClientConnectorError as cause:
            raise NetworkTrouble(asked.api, type(cause).__name__, sure=True) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as cause:
            raise NetworkTrouble(asked.api, type(cause).__name__) from None


def _bytes(body: Mapping[str, Any]) -> Callable[[], bytes]:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return lambda: data


async def _read_at_most(response: aiohttp.ClientResponse, api: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise NetworkTrouble(api, "the answer is too long")
    return bytes(body)


def _judged(asked: Request, status: int, body: bytes) -> Answer:
    """The answer when it is success; otherwise raise the typed exception."""
    if status == 504:
        raise NetworkTrouble(asked.api, "HTTP 504")
    answer = _parsed(asked.api, status, body)
    if answer.get("status") == int(BANNED):
        raise trouble(asked.api, BANNED)
    wrong = _old_trouble(asked.api, answer) if asked.old else _new_trouble(asked.api, status, answer)
    if wrong is not None:
        raise wrong
    return answer


def _parsed(api: str, status: int, body: bytes) -> Answer:
    """The JSON object in ``body``. A page instead of one is a ban or a gateway in between: nobody can tell which.

    A gateway recovers by itself; of a ban nothing is known but that asking on prolongs it.
    """
    try:
        answer = json.loads(body or b"{}")
    except ValueError:
        wait = timedelta(0) if status >= 500 else MINUTE
        raise NetworkTrouble(api, f"HTTP {status}, not JSON", wait=wait) from None
    if not isinstance(answer, dict):
        raise NetworkTrouble(api, f"HTTP {status}, not an object")
    return answer


def _new_trouble(api: str, status: int, answer: Answer) -> DingTalkTrouble | None:
    if 200 <= status < 300:
        return None
    code = answer.get("code")
    if status == 401 and code not in errors.FAMILY:
        return TokenDead(api, "401")
    if not isinstance(code, str) or not code:
        if status in {408, 425, 429}:
            return Throttled(api, str(status), errors.SECOND)
        return PlatformBusy(api, str(status)) if status >= 500 else NetworkTrouble(api, f"HTTP {status}, no code")
    found = trouble(api, code, _scopes(answer))
    return PlatformBusy(api, code) if status >= 500 and type(found) is errors.Refused else found


def _old_trouble(api: str, answer: Answer) -> DingTalkTrouble | None:
    code = answer.get("errcode", 0)
    if isinstance(code, bool) or not isinstance(code, int):
        return NetworkTrouble(api, "the errcode is not a number")
    if code == 0:
        return None
    sub = answer.get("sub_code")
    if str(code) in _TIMED_OUT_CODES or (str(code) == _AMBIGUOUS and not sub):
        return NetworkTrouble(api, f"errcode {code}: the platform timed out")
    if str(code) == _AMBIGUOUS:
        # The old host hands on what another one answered; a code it does not share is a missing permission.
        return trouble(api, str(sub)) if str(sub) in errors.FAMILY else ScopeMissing(api, _AMBIGUOUS)
    return trouble(api, str(code))


def _scopes(answer: Answer) -> tuple[str, ...]:
    detail = answer.get("accessdenieddetail")
    scopes = detail.get("requiredScopes") if isinstance(detail, dict) else None
    return tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
