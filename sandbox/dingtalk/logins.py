"""Login-free pages (免登): one-time codes for pages at the app's own address, and the signature of JSAPI calls."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from sandbox.dingtalk.errors import Errcode, LegacyError
from sandbox.dingtalk.world import App, World

CODE_LIFE = timedelta(minutes=5)


class NotTrusted(Exception):
    """The page does not lie at one of the app's configured addresses: the client hands out no code."""


@dataclass(slots=True, kw_only=True)
class _Code:
    client_id: str
    userid: str
    expires_at: datetime
    used: bool = False


class Logins:
    """Codes of all apps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, _Code] = {}

    def issue(self, app: App, userid: str, page: str) -> str:
        """What ``dd.requestAuthCode`` gives a page; raises `NotTrusted`."""
        if urlsplit(page).netloc not in app.config.page_hosts:
            raise NotTrusted(f"{urlsplit(page).netloc} is no address of the app")
        code = self._world.serials.noise("login", 16).hex()
        expires_at = self._world.clock.now() + CODE_LIFE
        self._codes[code] = _Code(client_id=app.client_id, userid=userid, expires_at=expires_at)
        return code

    def redeem(self, app: App, code: object) -> str:
        """The userid behind a code, once; raises `LegacyError`."""
        found = self._codes.get(code) if isinstance(code, str) else None
        if found is None or found.used or found.client_id != app.client_id:
            raise LegacyError(Errcode.BAD_LOGIN_CODE, "不存在的临时授权码")
        if self._world.clock.now() >= found.expires_at:
            raise LegacyError(Errcode.BAD_LOGIN_CODE, "临时授权码已过期")
        found.used = True
        return found.userid


def page_signature(ticket: str, *, noncestr: str, timestamp: str, url: str, digest: str = "sha256") -> str:
    """The signature of ``dd.config`` over a page address (decoded, without its fragment).

    ``digest``: sha256 as the current page says, or sha1 as older demos do.
    """
    page = unquote(url.partition("#")[0])
    plain = f"jsapi_ticket={ticket}&noncestr={noncestr}&timestamp={timestamp}&url={page}"
    return hashlib.new(digest, plain.encode(), usedforsecurity=False).hexdigest()
