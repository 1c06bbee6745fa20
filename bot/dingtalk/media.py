"""Files in and out.

What somebody sent is fetched in two steps: a download code buys an address that lives for a short while, and the bytes
come from there. The address is the platform's word, so it is looked at before anything is asked of it: only its known
hosts, no redirects, never our token. Uploads serve in messages only and cannot be fetched back: evidence is kept by us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp

from bot.dingtalk.errors import Gone, NetworkTrouble
from bot.dingtalk.outgoing import MessageInvalid
from bot.platform import Fetched

MAX_MEDIA: Final = 20 * 1024 * 1024
_API: Final = "download"
_TIMEOUT: Final = aiohttp.ClientTimeout(total=120, connect=5, sock_read=20)
_UNSAFE_IN_NAME: Final = frozenset('"\\/:*?<>|')


class MediaKind(StrEnum):
    """What can be uploaded."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


MAX_UPLOAD: Final[Mapping[MediaKind, int]] = {
    MediaKind.IMAGE: MAX_MEDIA,
    MediaKind.VOICE: 2 * 1024 * 1024,
    MediaKind.VIDEO: MAX_MEDIA,
    MediaKind.FILE: MAX_MEDIA,
}


class MediaTooLarge(Exception):
    """What somebody sent is larger than we take; nothing of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Where files may be fetched from. A host that begins with a dot stands for everything below it.

    The platform hands out plain ``http`` addresses, too; they are signed, and what comes is looked at before it counts.
    ``origins``: single servers beside the hosts, each as scheme, host and port.
    """

    schemes: frozenset[str] = frozenset({"https", "http"})
    hosts: tuple[str, ...] = (".dingtalk.com", ".aliyuncs.com", ".alicdn.com")
    origins: frozenset[str] = frozenset()

    @classmethod
    def beside(cls, base_urls: Iterable[str]) -> Self:
        """The platform's own hosts, and whatever server the site calls in their place, on that very port only."""
        return cls(origins=frozenset(f"{parts.scheme}://{parts.netloc}".lower() for parts in map(urlsplit, base_urls)))

    def allow(self, url: str) -> bool:
        """Whether this address may be asked."""
        try:
            parts = urlsplit(url)
            host, named = (parts.hostname or "").lower(), parts.username or parts.password
        except ValueError:
            return False
        if f"{parts.scheme}://{parts.netloc}".lower() in self.origins:
            return True
        if parts.scheme not in self.schemes or named or not host:
            return False
        return any(host.endswith(one) if one.startswith(".") else host == one for one in self.hosts)


async def fetch(session: aiohttp.ClientSession, url: str, allowed: Downloads, *, max_bytes: int) -> Fetched:
    """The bytes behind an address the platform gave. Raises `Gone`, `NetworkTrouble`, `MediaTooLarge`.

    Never names the address: whoever reads it could fetch the file.
    """
    if not allowed.allow(url):
        raise NetworkTrouble(_API, "an address outside the platform's hosts")
    try:
        async with session.get(url, timeout=_TIMEOUT, allow_redirects=False) as response:
            if response.status in {403, 404, 410}:
                raise Gone(_API, str(response.status))
            if response.status != 200:
                raise NetworkTrouble(_API, f"HTTP {response.status}")
            if (response.content_length or 0) > max_bytes:
                raise MediaTooLarge(f"more than {max_bytes} bytes")
            data = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                data += chunk
                if len(data) > max_bytes:
                    raise MediaTooLarge(f"more than {max_bytes} bytes")
            return Fetched(data=bytes(data), mime=response.content_type)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as cause:
        raise NetworkTrouble(_API, type(cause).__name__) from None


def check_upload(kind: MediaKind, content: bytes) -> None:
    """Raise `MessageInvalid` for a size the platform would refuse."""
    if not 0 < len(content) <= MAX_UPLOAD[kind]:
        raise MessageInvalid(f"{kind.value} of {len(content)} bytes")


def upload_form(kind: MediaKind, content: bytes, *, filename: str, content_type: str) -> Callable[[], aiohttp.FormData]:
    """A maker of the form: a form can be sent once only, a retry needs another."""
    name = "".join("_" if one in _UNSAFE_IN_NAME or not one.isprintable() else one for one in filename)[-100:]

    def form() -> aiohttp.FormData:
        # Without quoting: percent signs in place of a Chinese name would reach the phone as they are.
        data = aiohttp.FormData(quote_fields=False)
        data.add_field("type", kind.value)
        data.add_field("media", content, filename=name or "file", content_type=content_type)
        return data

    return form
