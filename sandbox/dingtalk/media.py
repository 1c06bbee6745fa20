"""Files: what people send (behind a download code) and what apps upload (no way back)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.dingtalk.errors import ApiError, LegacyError
from sandbox.dingtalk.world import World

DOWNLOADS = "/download/{token}"
_MEGABYTE = 1024 * 1024
_BAD_SIZE, _BAD_TYPE, _EMPTY = 43004, 40004, 40035


class MediaType(StrEnum):
    """The ``type`` of an upload."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return (2 if self is MediaType.VOICE else 20) * _MEGABYTE

    @property
    def formats(self) -> tuple[str, ...]:
        """File name endings it takes."""
        return _FORMATS[self]


_FORMATS = {
    MediaType.IMAGE: ("jpg", "jpeg", "gif", "png", "bmp"),
    MediaType.VOICE: ("amr", "mp3", "wav"),
    MediaType.VIDEO: ("mp4",),
    MediaType.FILE: ("doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One stored file."""

    media_id: str
    type: MediaType
    filename: str
    content_type: str
    content: bytes
    client_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """Permission to fetch a file until a moment."""

    media: Media
    robot: str
    expires_at: datetime


class MediaStore:
    """All files, download codes and download addresses."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._items: dict[str, Media] = {}
        self._codes: dict[str, _Pass] = {}
        self._addresses: dict[str, _Pass] = {}

    def upload(self, *, client_id: str, kind: str, filename: str, content_type: str, content: bytes) -> Media:
        """Check a file an app uploads and keep it; raises `LegacyError`."""
        if kind not in list(MediaType):
            raise LegacyError(_BAD_TYPE, "不合法的媒体文件类型")
        media_type = MediaType(kind)
        if not content:
            raise LegacyError(_EMPTY, "media文件为空")
        if len(content) > media_type.most_bytes:
            raise LegacyError(_BAD_SIZE, "媒体文件大小超过限制")
        if filename.rpartition(".")[2].lower() not in media_type.formats:
            raise LegacyError(_BAD_TYPE, "不支持的媒体文件格式")
        return self.keep(
            client_id=client_id, kind=media_type, filename=filename, content_type=content_type, content=content
        )

    def keep(self, *, client_id: str, kind: MediaType, filename: str, content_type: str, content: bytes) -> Media:
        """Keep a file without looking at it."""
        mark = "@lALP" if kind in (MediaType.IMAGE, MediaType.VOICE) else "$iAEK"
        media = Media(
            media_id=mark + self._world.serials.opaque("media", 40),
            type=kind,
            filename=filename,
            content_type=content_type,
            content=content,
            client_id=client_id,
            created_at=self._world.clock.now(),
        )
        self._items[media.media_id] = media
        return media

    def peek(self, media_id: str) -> Media | None:
        """The file for the eyes of the demo page."""
        return self._items.get(media_id)

    def usable(self, media_id: str, client_id: str, *kinds: MediaType) -> bool:
        """Whether an app can send this file."""
        media = self._items.get(media_id)
        return media is not None and media.client_id == client_id and media.type in kinds

    def issue_code(self, media: Media, robot: str) -> str:
        """A downloadCode for the robot that receives the file."""
        code = self._world.opaque("download", 66)
        expires_at = self._world.clock.now() + self._world.quirks.download_code_life
        self._codes[code] = _Pass(media=media, robot=robot, expires_at=expires_at)
        return code

    def address(self, code: str, robot: str) -> str:
        """A temporary download address; raises `ApiError` for wrong, expired and foreign codes."""
        found = self._codes.get(code)
        if found is None or self._world.clock.now() >= found.expires_at:
            raise ApiError("invalidParameter.robotCode.downloadCode", "下载码无效或已过期")
        if found.robot != robot:
            raise ApiError("invalidParameter.robotCode.auth", "robotCode与消息不匹配")
        token = self._world.serials.opaque("address", 32)
        expires_at = self._world.clock.now() + self._world.quirks.download_url_life
        self._addresses[token] = _Pass(media=found.media, robot=robot, expires_at=expires_at)
        return self._world.base_url + DOWNLOADS.format(token=token)

    def fetch(self, token: str) -> Media | None:
        """The file behind an address, while it lasts."""
        found = self._addresses.get(token)
        if found is None or self._world.clock.now() >= found.expires_at:
            return None
        return found.media
