"""Media in and out ([D90253], [D90254]).

An error arrives as JSON under HTTP 200, so the beginning of every answer is looked at before anything is written. A
file the platform finds too large for one request (830002) is fetched in ranges of a multiple of 16 bytes, because some
are encrypted at rest (40146).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import aiohttp

from bot.wecom.api import Api, error_code, parse_answer, read_at_most
from bot.wecom.errors import DEAD_TOKEN, TOO_LARGE_FOR_ONE_REQUEST, NetworkTrouble
from bot.wecom.messages import MediaKind, MessageInvalid

MAX_UPLOAD: Final[Mapping[MediaKind, int]] = {
    MediaKind.IMAGE: 10 * 1024 * 1024,
    MediaKind.VOICE: 2 * 1024 * 1024,
    MediaKind.VIDEO: 10 * 1024 * 1024,
    MediaKind.FILE: 20 * 1024 * 1024,
}
MIN_UPLOAD: Final = 6
"""Bytes; the platform wants more than five."""
RANGE: Final = 16 * 1024 * 1024
"""Bytes a request, a multiple of 16 and below the platform's 20 MB."""
MAX_ERROR: Final = 4096
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_UNSAFE_IN_NAME: Final = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]')


class MediaTooLarge(Exception):
    """What somebody sent is larger than we take; nothing of it may be kept."""


class Sink(Protocol):
    """Takes bytes in order, such as an open file."""

    def write(self, data: bytes, /) -> object:
        """Append ``data``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What was fetched. The digests are of the bytes as they came."""

    size: int
    sha256: str
    md5: str
    """Lower-case hex; the platform's camera event names pictures by it."""
    content_type: str
    filename: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file the platform now holds, for 3 days."""

    media_id: str
    kind: MediaKind


class _Intake:
    """Counts, digests and passes on, never more than the limit."""

    def __init__(self, sink: Sink, limit: int) -> None:
        self._sink = sink
        self._limit = limit
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.size = 0

    def take(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._limit:
            raise MediaTooLarge(f"more than {self._limit} bytes")
        self._sha256.update(data)
        self._md5.update(data)
        self._sink.write(data)

    def done(self, content_type: str, filename: str | None) -> Download:
        return Download(
            size=self.size,
            sha256=self._sha256.hexdigest(),
            md5=self._md5.hexdigest(),
            content_type=content_type,
            filename=filename,
        )


async def download(api: Api, media_id: str, sink: Sink, *, max_bytes: int) -> Download:
    """Fetch one medium; see `WeComClient.download`."""
    intake = _Intake(sink, max_bytes)
    token = await api.tokens.get()
    code, found = await _fetch(api, token, media_id, intake, whole=True)
    if code in DEAD_TOKEN:
        token = await api.tokens.replace(token)
        code, found = await _fetch(api, token, media_id, intake, whole=True)
    if code == TOO_LARGE_FOR_ONE_REQUEST:
        code = 0
        while code == 0 and found is None:
            code, found = await _fetch(api, token, media_id, intake, whole=False)
    api.judge("media/get", code)
    if found is None:
        raise NetworkTrouble("media/get", note="no content")
    return found


async def _fetch(api: Api, token: str, media_id: str, intake: _Intake, *, whole: bool) -> tuple[int, Download | None]:
    """One request: an errcode, and the finished download once the last byte is in."""
    start = intake.size
    headers = {} if whole else {"Range": f"bytes={start}-{start + RANGE - 1}"}
    async with api.stream("media/get", token, headers, media_id=media_id) as response:
        if response.status not in (200, 206):
            raise NetworkTrouble("media/get", note=f"HTTP {response.status}")
        if response.content_type in {"application/json", "text/plain"}:
            code = error_code(parse_answer("media/get", await read_at_most(response, MAX_ERROR, "media/get")))
            if code == 0:
                raise NetworkTrouble("media/get", note="words instead of media")
            return code, None
        total = _total(response, start) if response.status == 206 else None
        if start and total is None:
            raise NetworkTrouble("media/get", note="a range was asked for and not given")
        async for chunk in response.content.iter_chunked(64 * 1024):
            intake.take(chunk)
        if total is not None and intake.size < total:
            if intake.size == start:
                raise NetworkTrouble("media/get", note="an empty range")
            return 0, None
        return 0, intake.done(response.content_type, _filename(response))


def _total(response: aiohttp.ClientResponse, start: int) -> int:
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != start:
        raise NetworkTrouble("media/get", note="another range than asked for")
    return int(found[3])


def _filename(response: aiohttp.ClientResponse) -> str | None:
    disposition = response.content_disposition
    return None if disposition is None or not disposition.filename else safe_name(disposition.filename)


def safe_name(name: str) -> str:
    """A file name without separators, quotes and control characters, at most 100 characters."""
    return _UNSAFE_IN_NAME.sub("_", name)[-100:] or "file"


def check_upload(kind: MediaKind, content: bytes) -> None:
    """Raise `MessageInvalid` for a size the platform would refuse."""
    if not MIN_UPLOAD <= len(content) <= MAX_UPLOAD[kind]:
        raise MessageInvalid(f"{kind.value} of {len(content)} bytes")


def upload_form(content: bytes, *, filename: str, content_type: str) -> Callable[[], aiohttp.FormData]:
    """A maker of the form: a form can be sent once only, a retry needs another."""
    name = safe_name(filename)

    def form() -> aiohttp.FormData:
        # Without quoting: percent signs in place of a Chinese name would reach the phone as they are.
        data = aiohttp.FormData(quote_fields=False)
        data.add_field("media", content, filename=name, content_type=content_type)
        return data

    return form
