"""Who is it, and who is their superior ([D91022], [D91023], section "supervisor lookup" of the directory pages).

The directory is pulled, never pushed: an ordinary self-built app gets no news of changes. Missing from a pull is not
the same as gone: departments may be closed to the app, and members may be visible one by one. So everybody known
before who did not turn up is asked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlencode

from bot import members
from bot.members import Directory, DirectorySource, FoundBy, Limits, Superior
from bot.wecom.directory import normalise
from bot.wecom.errors import NotVisible, Refused

__all__ = [
    "LOGIN_BASE",
    "OAUTH_BASE",
    "Directory",
    "DirectorySource",
    "FoundBy",
    "Superior",
    "browser_login_link",
    "oauth_link",
    "read_directory",
]

OAUTH_BASE: Final = "https://open.weixin.qq.com"
LOGIN_BASE: Final = "https://login.work.weixin.qq.com"
_STATE: Final = re.compile(r"[a-zA-Z0-9]{1,128}")


def oauth_link(*, corp_id: str, agent_id: int, redirect_to: str, state: str, base_url: str = OAUTH_BASE) -> str:
    """The address that signs a member in silently inside WeCom and comes back with ``code`` and ``state``.

    ``state`` is up to 128 letters and digits; `ValueError` otherwise. The host in ``redirect_to`` must be the app's
    trusted domain exactly.
    """
    if not _STATE.fullmatch(state):
        raise ValueError("a state is 1 to 128 letters and digits")
    query = urlencode(
        {
            "appid": corp_id,
            "redirect_uri": redirect_to,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": agent_id,
        },
        quote_via=quote,
        safe="",
    )
    return f"{base_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"


def browser_login_link(*, corp_id: str, agent_id: int, redirect_to: str, state: str, base_url: str = LOGIN_BASE) -> str:
    """The same for the system browser on a computer: a QR code, or one click beside a running client."""
    query = urlencode(
        {
            "login_type": "CorpApp",
            "appid": corp_id,
            "agentid": agent_id,
            "redirect_uri": redirect_to,
            "state": state,
        },
        quote_via=quote,
        safe="",
    )
    return f"{base_url.rstrip('/')}/wwlogin/sso/login?{query}"


async def read_directory(source: DirectorySource, *, known: Iterable[str] = ()) -> Directory:
    """`bot.members.read_directory` for WeCom. Raises a `WeComTrouble`."""
    limits = Limits(hidden=(NotVisible, Refused), absent=(NotVisible,))
    return await members.read_directory(source, known=known, limits=limits, spelled=normalise)
