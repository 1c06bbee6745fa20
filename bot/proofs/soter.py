"""WeChat's SOTER: a phone signs the decision after a finger or face enrolled on it. Whose finger, nobody knows.

It exists in a mini-program opened in WeChat only. The mini-program asks for the challenge (hash of this decision), lets
the phone sign it, and posts what came of that with a one-time login code of its own. Our server asks WeChat twice: who
is logged in there, and whether the signature is of a phone of that account. The account must be the one the plant has
bound to the person. Nothing of it is bound to a key of ours: the rung says so.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
import msgspec

from bot.clock import Clock
from bot.proofs.ladder import Asked, Begun, NothingYet, Unavailable, Unproven, Why
from workflow.ids import PersonId
from workflow.values import ProofMethod, Seen

SOURCE: Final = "wechat-soter"
PATIENCE: Final = timedelta(seconds=10)
_EARLY: Final = timedelta(minutes=5)
"""So long before its end a token is fetched anew."""
_TOKEN_DEAD: Final = frozenset({40001, 40014, 42001})
_CODE_BAD: Final = frozenset({40029, 40163})


@dataclass(frozen=True, slots=True, kw_only=True)
class SoterAccess:
    """The plant's mini-program."""

    app_id: str
    secret: str = field(repr=False)
    base_url: str


class _Posted(msgspec.Struct):
    """What the mini-program posts: the code of ``wx.login``, and what ``startSoterAuthentication`` gave."""

    code: str
    resultJSON: str  # noqa: N815 (the platform's own spelling)
    resultJSONSignature: str  # noqa: N815 (the platform's own spelling)


class _Signed(msgspec.Struct):
    """What the phone signed; the rest of it is not looked at."""

    raw: str
    counter: int
    cpu_id: str


class Soter:
    """The plug. A `bot.proofs.ladder.Plug` whose answer is posted by the phone.

    ``openid``: the WeChat account the plant has bound to a person, None where there is none.
    """

    method = ProofMethod.WECHAT_SOTER
    way = "soter"
    scripts = ""
    posted_by_phone = True

    def __init__(
        self,
        access: SoterAccess,
        openid: Callable[[PersonId], str | None],
        *,
        session: aiohttp.ClientSession,
        clock: Clock,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._access = access
        self._openid = openid
        self._session = session
        self._clock = clock
        self._patience = aiohttp.ClientTimeout(total=patience.total_seconds())
        self._one_at_a_time = asyncio.Lock()
        self._token = ""
        self._token_until: datetime | None = None

    async def begin(self, asked: Asked) -> Begun:
        """The challenge the phone is to sign: the hash of the decision."""
        return Begun(call={"challenge": asked.bound})

    async def finish(self, asked: Asked, now: datetime, given: object) -> tuple[Seen, ...]:
        """What the phone signed, asked of WeChat. Nothing posted: the phone has not been there yet."""
        if given == {}:
            raise NothingYet
        try:
            posted = msgspec.convert(given, _Posted)
            signed = msgspec.json.decode(posted.resultJSON, type=_Signed)
        except (msgspec.ValidationError, msgspec.DecodeError):
            raise Unproven(Why.MALFORMED) from None
        if signed.raw != asked.bound:
            raise Unproven(Why.OTHER_DECISION)
        openid = await self._who(posted.code)
        if openid != self._openid(asked.person):
            raise Unproven(Why.OTHER_PERSON)
        if not await self._holds(openid, posted):
            raise Unproven(Why.NOT_PROVEN)
        record = hashlib.sha256(f"{signed.cpu_id}\n{signed.counter}".encode()).hexdigest()
        answer = hashlib.sha256(posted.resultJSON.encode()).hexdigest()
        return (Seen(source=SOURCE, record=record, at=now, answer=answer),)

    async def _who(self, code: str) -> str:
        access = self._access
        asked = {"appid": access.app_id, "secret": access.secret, "js_code": code, "grant_type": "authorization_code"}
        answer = await self._call("GET", "/sns/jscode2session", asked)
        if answer.get("errcode") in _CODE_BAD:
            raise Unproven(Why.NOT_PROVEN)
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise Unavailable(str(answer.get("errcode")))
        return openid

    async def _holds(self, openid: str, posted: _Posted) -> bool:
        body = {"openid": openid, "json_string": posted.resultJSON, "json_signature": posted.resultJSONSignature}
        for again in (True, False):
            token = await self._access_token(fresh=not again)
            answer = await self._call("POST", "/cgi-bin/soter/verify_signature", {"access_token": token}, body)
            code = answer.get("errcode", 0)
            if code in _TOKEN_DEAD and again:
                continue
            if code != 0:
                raise Unavailable(str(code))
            return answer.get("is_ok") is True
        raise AssertionError("the second round returns or raises")

    async def _access_token(self, *, fresh: bool) -> str:
        async with self._one_at_a_time:
            now = self._clock.now()
            if fresh or self._token_until is None or now >= self._token_until:
                access = self._access
                asked = {"grant_type": "client_credential", "appid": access.app_id, "secret": access.secret}
                answer = await self._call("GET", "/cgi-bin/token", asked)
                token, lives = answer.get("access_token"), answer.get("expires_in")
                if not isinstance(token, str) or not isinstance(lives, int):
                    raise Unavailable(str(answer.get("errcode")))
                self._token, self._token_until = token, now + timedelta(seconds=lives) - _EARLY
            return self._token

    async def _call(
        self, method: str, path: str, asked: Mapping[str, str], body: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self._session.request(
                method, f"{self._access.base_url}{path}", params=asked, data=data, timeout=self._patience,
                headers={} if data is None else {"Content-Type": "application/json"}, allow_redirects=False,
            ) as reply:  # fmt: skip
                raw = await reply.read()
        except (aiohttp.ClientError, TimeoutError) as trouble:
            raise Unavailable(type(trouble).__name__) from None
        try:
            answer = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise Unavailable(f"HTTP {reply.status} without an answer") from None
        return answer
