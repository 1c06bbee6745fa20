"""Temporary media: shared by all apps of a corp, gone after three days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.clock import Clock
from sandbox.serials import Serials
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Quirks

LIFETIME = timedelta(days=3)
_MEGABYTE = 1024 * 1024
_SMALLEST = 5
"""A file must be larger than this many bytes."""
_AMR_HEADER = b"#!AMR\n"
_AMR_FRAME = timedelta(milliseconds=20)
_AMR_SIZES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
"""Bytes of a narrow-band AMR frame by the four mode bits of its first byte."""
_LONGEST_VOICE = timedelta(seconds=60)


class MediaType(StrEnum):
    """The ``type`` of an upload."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


_LARGEST = {
    MediaType.IMAGE: 10 * _MEGABYTE,
    MediaType.VOICE: 2 * _MEGABYTE,
    MediaType.VIDEO: 10 * _MEGABYTE,
    MediaType.FILE: 20 * _MEGABYTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One stored file. ``owner`` is the corpid, or the key of the group robot it belongs to."""

    media_id: str
    owner: str
    type: MediaType
    filename: str
    content_type: str
    content: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What media/get answers with; ``start`` None means the whole file."""

    media: Media
    content: bytes
    start: int | None

    @property
    def content_range(self) -> str:
        """The Content-Range header of a part."""
        start = self.start or 0
        return f"bytes {start}-{start + len(self.content) - 1}/{len(self.media.content)}"


class MediaStore:
    """Uploads by apps and robots, and what people send."""

    def __init__(self, clock: Clock, quirks: Quirks, serials: Serials) -> None:
        self._clock = clock
        self._quirks = quirks
        self._serials = serials
        self._items: dict[str, Media] = {}

    def upload(self, *, owner: str, kind: str, filename: str, content_type: str, content: bytes) -> Media:
        """Check a file an app uploads and keep it; raises `ApiError`."""
        try:
            media_type = MediaType(kind)
        except ValueError as error:
            raise ApiError(Code.BAD_MEDIA_TYPE) from error
        if not content:
            raise ApiError(Code.FILE_EMPTY)
        if len(content) <= _SMALLEST:
            raise ApiError(Code.BAD_FILE_SIZE)
        if len(content) > _LARGEST[media_type]:
            raise ApiError(Code.FILE_TOO_BIG)
        check_content(media_type, content)
        return self.keep(owner=owner, kind=media_type, filename=filename, content_type=content_type, content=content)

    def keep(self, *, owner: str, kind: MediaType, filename: str, content_type: str, content: bytes) -> Media:
        """Keep a file without looking at it, as for what a person sends."""
        media = Media(
            media_id=self._serials.opaque("media", 64),
            owner=owner,
            type=kind,
            filename=filename,
            content_type=content_type,
            content=content,
            created_at=self._clock.now(),
        )
        self._items[media.media_id] = media
        return media

    def get(self, owner: str, media_id: str) -> Media:
        """The file, as long as it lives; raises `ApiError`."""
        if not media_id:
            raise ApiError(Code.MEDIA_ID_MISSING)
        media = self._items.get(media_id)
        if media is None or media.owner != owner:
            raise ApiError(Code.BAD_MEDIA_ID)
        if self._clock.now() - media.created_at >= LIFETIME:
            raise ApiError(self._quirks.media_expired_code, "media expired")
        return media

    def peek(self, media_id: str) -> Media | None:
        """The file for the eyes of the demo page, expired or not."""
        return self._items.get(media_id)

    def read(self, owner: str, media_id: str, range_header: str | None) -> Slice:
        """The file or the asked part of it; raises `ApiError` for bad ranges and for too much at once."""
        media = self.get(owner, media_id)
        if range_header is None:
            if len(media.content) > self._quirks.media_in_one_request:
                raise ApiError(Code.TOO_BIG_FOR_ONE_REQUEST)
            return Slice(media=media, content=media.content, start=None)
        start, end = _bounds(range_header, len(media.content))
        if end - start > self._quirks.media_in_one_request:
            raise ApiError(Code.TOO_BIG_FOR_ONE_REQUEST)
        last_part = end == len(media.content)
        if self._quirks.media_encrypted_at_rest and not last_part and (end - start) % 16:
            raise ApiError(Code.BAD_RANGE, "range length is not a multiple of 16")
        return Slice(media=media, content=media.content[start:end], start=start)


def check_content(kind: MediaType, content: bytes) -> None:
    """Look at the first bytes (and the length of a voice); raises `ApiError`."""
    if kind is MediaType.IMAGE and not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise ApiError(Code.IMAGE_BROKEN)
    if kind is MediaType.VIDEO and content[4:8] != b"ftyp":
        raise ApiError(Code.BAD_MEDIA_TYPE, "video is not mp4")
    if kind is MediaType.VOICE:
        if not content.startswith(_AMR_HEADER):
            raise ApiError(Code.VOICE_NOT_AMR)
        if voice_length(content) > _LONGEST_VOICE:
            raise ApiError(Code.VOICE_TOO_LONG)


def voice_length(content: bytes) -> timedelta:
    """How long a narrow-band AMR file plays."""
    position, frames = len(_AMR_HEADER), 0
    while position < len(content):
        position += _AMR_SIZES[content[position] >> 3 & 0x0F]
        frames += 1
    return frames * _AMR_FRAME


def _bounds(header: str, size: int) -> tuple[int, int]:
    """``bytes=a-b`` as a half-open pair; raises `ApiError` 40146."""
    unit, _, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not first.isdigit() or (last and not last.isdigit()):
        raise ApiError(Code.BAD_RANGE)
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if start >= end:
        raise ApiError(Code.BAD_RANGE)
    return start, end
