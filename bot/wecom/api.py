"""One call to the platform: token, concurrency, retries, and a typed exception for everything that is not success.

What is retried, and how often:

- a dead token (40014, 42001): fetched once, called once more, then `TokenDead`;
- "busy" (-1 and kin): three times with growing pauses, then `PlatformBusy`;
- nothing else. A call without an answer is a `NetworkTrouble`, and whoever owns the message decides with the
  idempotency key in hand; a throttled call says when to come back.

Exceptions are raised without their cause, because the cause of a network failure may carry the address, and the address
carries the token.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
from pydantic import SecretStr

from bot.clock import Clock
from bot.wecom.errors import BUSY, DEAD_TOKEN, THROTTLING, NetworkTrouble, Throttled, blocking_time, trouble
from bot.wecom.tokens import TokenSource

API_BASE: Final = "https://qyapi.weixin.qq.com"
TIMEOUT: Final = aiohttp.ClientTimeout(total=10, connect=5)
UPLOAD_TIMEOUT: Final = aiohttp.ClientTimeout(total=120, connect=5, sock_read=20)
BUSY_PAUSES: Final = (0.2, 0.6, 1.8)
"""Seconds before each of the three retries the platform allows ([D90313])."""
MAX_ANSWER: Final = 16 * 1024 * 1024
"""Bytes. A department with thousands of members answers a few megabytes."""
MAX_OPEN_CALLS: Final = 6
MAX_OPEN_URGENT_CALLS: Final = 3
"""Per API; together below the ten or so in flight at which 45033 has been seen."""

_WRONG_SECRET: Final = 40001

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a call may take and how many may be under way per API. Urgent calls never queue behind ordinary ones."""

    timeout: aiohttp.ClientTimeout = TIMEOUT
    transfer_timeout: aiohttp.ClientTimeout = UPLOAD_TIMEOUT
    open_calls: int = MAX_OPEN_CALLS
    open_urgent_calls: int = MAX_OPEN_URGENT_CALLS


class Api:
    """Calls the platform in the name of one app."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        corp_id: str,
        secret: SecretStr,
        base_url: str = API_BASE,
        limits: Limits | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._clock = clock
        self._corp_id = corp_id
        self._secret = secret
        self._base = base_url.rstrip("/")
        self.limits = limits or Limits()
        self._pause = pause
        self._ordinary: defaultdict[str, asyncio.Semaphore] = defaultdict(self._slots(self.limits.open_calls))
        self._urgent: defaultdict[str, asyncio.Semaphore] = defaultdict(self._slots(self.limits.open_urgent_calls))
        self._throttles = Throttles()
        self.tokens = TokenSource(self._fetch_token, clock)

    @staticmethod
    def _slots(count: int) -> Callable[[], asyncio.Semaphore]:
        return lambda: asyncio.Semaphore(count)

    async def get(self, api: str, **params: str) -> Answer:
        """GET ``/cgi-bin/{api}``; the answer with errcode 0. Raises a `WeComTrouble`."""
        return await self._checked(api, "GET", params, None, urgent=False)

    async def post(self, api: str, body: Mapping[str, Any], *, urgent: bool = False, **params: str) -> Answer:
        """POST JSON to ``/cgi-bin/{api}``; the answer with errcode 0. Raises a `WeComTrouble`.

        The body is put into bytes once, so that every retry is the identical request.
        """
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._checked(api, "POST", params, lambda: data, urgent=urgent)

    async def upload(self, api: str, form: Callable[[], aiohttp.FormData], **params: str) -> Answer:
        """POST a form; ``form`` makes a fresh one for each try. Raises a `WeComTrouble`."""
        return await self._checked(api, "POST", params, form, urgent=False)

    @asynccontextmanager
    async def stream(
        self, api: str, token: str, headers: Mapping[str, str], **params: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A GET whose answer is read by the caller. Network failures inside the block become `NetworkTrouble`."""
        async with self._ordinary[api]:
            try:
                async with self._session.get(
                    self._address(api),
                    params={"access_token": token, **params},
                    headers=headers,
                    timeout=self.limits.transfer_timeout,
                    allow_redirects=False,
                ) as response:
                    yield response
            except (aiohttp.ClientError, TimeoutError, OSError) as cause:
                raise NetworkTrouble(api, note=type(cause).__name__) from None

    def judge(self, api: str, code: int) -> None:
        """Return for success, raise the typed exception otherwise."""
        if code == 0:
            self._throttles.passed(api)
            return
        if code in THROTTLING:
            raise self._throttles.hit(api, code, self._clock.now())
        exception = trouble(api, code)
        if code == _WRONG_SECRET:
            self.tokens.condemn(exception)
        raise exception

    async def _checked(
        self, api: str, method: str, params: Mapping[str, str], data: Callable[[], Any] | None, *, urgent: bool
    ) -> Answer:
        slots = (self._urgent if urgent else self._ordinary)[api]

        async def attempt() -> Answer:
            async with slots:
                return await self._with_token(api, method, params, data)

        return await self._patiently(api, attempt)

    async def _patiently(self, api: str, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        pauses = iter(BUSY_PAUSES)
        while True:
            answer = await attempt()
            code = error_code(answer)
            pause = next(pauses, None) if code in BUSY else None
            if pause is None:
                self.judge(api, code)
                return answer
            await self._pause(pause)

    async def _with_token(
        self, api: str, method: str, params: Mapping[str, str], data: Callable[[], Any] | None
    ) -> Answer:
        token = await self.tokens.get()
        answer = await self._exchange(api, method, {"access_token": token, **params}, data)
        if error_code(answer) in DEAD_TOKEN:
            token = await self.tokens.replace(token)
            answer = await self._exchange(api, method, {"access_token": token, **params}, data)
        return answer

    async def _fetch_token(self) -> tuple[str, timedelta]:
        params = {"corpid": self._corp_id, "corpsecret": self._secret.get_secret_value()}
        answer = await self._patiently("gettoken", lambda: self._exchange("gettoken", "GET", params, None))
        value, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(lifetime, int) or lifetime <= 0:
            raise NetworkTrouble("gettoken", note="no token in the answer")
        return value, timedelta(seconds=lifetime)

    async def _exchange(
        self, api: str, method: str, params: Mapping[str, str], data: Callable[[], Any] | None
    ) -> Answer:
        payload = None if data is None else data()
        is_json = isinstance(payload, bytes)
        try:
            async with self._session.request(
                method,
                self._address(api),
                params=params,
                data=payload,
                headers={"Content-Type": "application/json"} if is_json else None,
                timeout=self.limits.timeout if payload is None or is_json else self.limits.transfer_timeout,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise NetworkTrouble(api, note=f"HTTP {response.status}")
                return parse_answer(api, await read_at_most(response, MAX_ANSWER, api))
        except (aiohttp.ClientError, TimeoutError, OSError) as cause:
            raise NetworkTrouble(api, note=type(cause).__name__) from None

    def _address(self, api: str) -> str:
        return f"{self._base}/cgi-bin/{api}"


class Throttles:
    """Remembers per API how often in a row the platform said "too fast", so that the guess of the unit can grow.

    Answers that come while a block is already known belong to that block and count once.
    """

    def __init__(self) -> None:
        self._hits: dict[str, tuple[int, datetime]] = {}

    def hit(self, api: str, code: int, now: datetime) -> Throttled:
        """Note one throttled answer; the exception says how long from now."""
        hits, until = self._hits.get(api, (0, now))
        if now >= until:
            hits += 1
            until = now + blocking_time(api, code, hits)
            self._hits[api] = (hits, until)
        return Throttled(api, code, until - now)

    def passed(self, api: str) -> None:
        """A call went through: whatever was blocked is open again."""
        self._hits.pop(api, None)


def error_code(answer: Answer) -> int:
    """``errcode``; absent means success ([D91039])."""
    return int(answer.get("errcode", 0))


def parse_answer(api: str, body: bytes) -> Answer:
    """The JSON object in ``body``, or `NetworkTrouble`: whatever answered was not the platform."""
    try:
        answer = json.loads(body)
    except ValueError:
        raise NetworkTrouble(api, note="the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise NetworkTrouble(api, note="the answer is not an object")
    if not isinstance(answer.get("errcode", 0), int):
        raise NetworkTrouble(api, note="the errcode is not a number")
    return answer


async def read_at_most(response: aiohttp.ClientResponse, limit: int, api: str) -> bytes:
    """The whole body, or `NetworkTrouble` as soon as it grows beyond ``limit`` bytes."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > limit:
            raise NetworkTrouble(api, note="the answer is too long")
    return bytes(body)
