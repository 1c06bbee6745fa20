"""Tencent Cloud FaceID (人脸核身 H5): somebody else compares a living face with the person's papers, for one decision.

Our server opens a run with the person's name and number and the challenge of the decision, sends the browser there, and
afterwards asks the service itself what it saw. What the browser brings back decides nothing. Only words are asked for:
no picture of a face ever comes to us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from bot.clock import Clock
from bot.proofs import tc3
from bot.proofs.identities import Identity
from bot.proofs.ladder import Asked, Begun, NothingYet, Unavailable, Unproven, Why
from workflow.ids import PersonId
from workflow.values import ProofMethod, Seen

SOURCE: Final = "tencent-faceid"
VERSION: Final = "2018-03-01"
TEXT_ONLY: Final = "1"
"""Which parts of a result are asked for: words, neither papers nor pictures nor films."""
CLOCKS_APART: Final = timedelta(minutes=2)
PATIENCE: Final = timedelta(seconds=10)
"""How long one call may take."""
_EXPIRED: Final = frozenset({"InvalidParameterValue.BizTokenExpired", "InvalidParameterValue.BizTokenIllegal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceIdAccess:
    """What a plant has got from the service. ``least``: how alike (0 to 100) the faces must be at least."""

    secret_id: str = field(repr=False)
    secret_key: str = field(repr=False)
    rule: str
    region: str
    base_url: str
    least: Decimal


class _Look(msgspec.Struct):
    ReqTime: str | None = None


class _Text(msgspec.Struct):
    """What is read of a result; every field may be missing as long as nothing is decided."""

    ErrCode: int | None = None
    IdCard: str | None = None
    Name: str | None = None
    LiveStatus: int | None = None
    Comparestatus: int | None = None
    Sim: str | None = None
    Extra: str | None = None
    LivenessDetail: list[_Look] | None = None


class FaceId:
    """The plug. A `bot.proofs.ladder.Plug`. ``papers``: a person's papers, None where there are none."""

    method = ProofMethod.VENDOR_FACE
    way = "face"
    scripts = ""
    posted_by_phone = False

    def __init__(
        self,
        access: FaceIdAccess,
        papers: Callable[[PersonId], Identity | None],
        *,
        session: aiohttp.ClientSession,
        clock: Clock,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._access = access
        self._papers = papers
        self._session = session
        self._clock = clock
        self._patience = aiohttp.ClientTimeout(total=patience.total_seconds())

    async def begin(self, asked: Asked) -> Begun:
        """Open a run for this decision."""
        papers = self._of(asked.person)
        answer = await self._call(
            "DetectAuth",
            {
                "RuleId": self._access.rule,
                "IdCard": papers.id_number,
                "Name": papers.name,
                "RedirectUrl": asked.back,
                "Extra": asked.bound,
            },
        )
        token, url = answer.get("BizToken"), answer.get("Url")
        if not isinstance(token, str) or not token or not isinstance(url, str) or not _leads_out(url):
            raise Unavailable("no number or no address in the answer")
        return Begun(reference=token, go=url)

    async def finish(self, asked: Asked, now: datetime, _given: object) -> tuple[Seen, ...]:
        """Ask what was seen in the run that was opened for this decision."""
        if asked.reference is None:
            raise NothingYet
        answer = await self._call(
            "GetDetectInfoEnhanced",
            {"BizToken": asked.reference, "RuleId": self._access.rule, "InfoType": TEXT_ONLY},
        )
        try:
            text = msgspec.convert(answer.get("Text"), _Text)
        except msgspec.ValidationError:
            raise Unavailable("an answer nobody promised") from None
        return (self._judged(asked, text, now),)

    def _judged(self, asked: Asked, text: _Text, now: datetime) -> Seen:
        papers = self._of(asked.person)
        if text.ErrCode is None:
            raise NothingYet
        if text.Extra != asked.bound:
            raise Unproven(Why.OTHER_DECISION)
        if (text.ErrCode, text.LiveStatus, text.Comparestatus) != (0, 0, 0):
            raise Unproven(Why.NOT_PASSED)
        if ((text.IdCard or "").upper(), text.Name) != (papers.id_number, papers.name):
            raise Unproven(Why.OTHER_PERSON)
        score = _score(text.Sim)
        if score is None or score < self._access.least:
            raise Unproven(Why.NOT_ALIKE)
        seen_at = _newest(text)
        if seen_at is None or not asked.begun_at - CLOCKS_APART <= seen_at <= now + CLOCKS_APART:
            raise Unproven(Why.OUT_OF_TIME)
        judged = msgspec.json.encode({"bound": text.Extra, "score": str(score), "at": seen_at})
        return Seen(
            source=SOURCE,
            record=hashlib.sha256((asked.reference or "").encode()).hexdigest(),
            at=seen_at,
            answer=hashlib.sha256(judged).hexdigest(),
            score=str(score),
        )

    def _of(self, person: PersonId) -> Identity:
        papers = self._papers(person)
        if papers is None:
            raise Unavailable("no papers of this person")
        return papers

    async def _call(self, action: str, given: Mapping[str, str]) -> Mapping[str, Any]:
        body, at = msgspec.json.encode(given), self._clock.now()
        host = urlsplit(self._access.base_url).netloc
        headers = {
            "Content-Type": tc3.CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Timestamp": str(int(at.timestamp())),
            "X-TC-Region": self._access.region,
            "Authorization": tc3.authorization(
                secret_id=self._access.secret_id, secret_key=self._access.secret_key, service="faceid", host=host,
                body=body, at=at,
            ),
        }  # fmt: skip
        try:
            async with self._session.post(
                f"{self._access.base_url}/", data=body, headers=headers, timeout=self._patience, allow_redirects=False
            ) as reply:
                raw = await reply.read()
        except (aiohttp.ClientError, TimeoutError) as trouble:
            raise Unavailable(type(trouble).__name__) from None
        try:
            answer = msgspec.json.decode(raw)["Response"]
            error = answer.get("Error")
            code = None if error is None else str(error["Code"])
        except (msgspec.DecodeError, LookupError, AttributeError, TypeError):
            raise Unavailable(f"HTTP {reply.status} without an answer") from None
        if code in _EXPIRED:
            raise Unproven(Why.OUT_OF_TIME)
        if code is not None:
            raise Unavailable(code)
        found: Mapping[str, Any] = answer
        return found


def _leads_out(url: str) -> bool:
    """Whether a browser may be sent there: a whole web address, nothing it would run."""
    return urlsplit(url).scheme in ("https", "http") and bool(urlsplit(url).hostname)


def _score(text: str | None) -> Decimal | None:
    try:
        score = Decimal(text or "")
    except InvalidOperation:
        return None
    return score if score.is_finite() else None


def _newest(text: _Text) -> datetime | None:
    """When the last look of the run was taken, by the service's clock (milliseconds since 1970)."""
    times = [look.ReqTime for look in text.LivenessDetail or ()]
    if not times or times[-1] is None or not times[-1].isascii() or not times[-1].isdigit() or len(times[-1]) > 14:
        return None
    return datetime.fromtimestamp(int(times[-1]) / 1000, tz=UTC)
