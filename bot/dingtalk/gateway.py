"""Asking the platform for a connection: credentials for a ticket, the ticket for a socket.

A ticket is good for ninety seconds and for one socket. It stands in the socket's address, so that address is never
logged, nor any exception that might carry it: what went wrong is told by its kind alone.

The SDK makes this call with a blocking client that nothing can interrupt, towards an address it read from the
environment when it was imported, and logs the ticket. So it is made here, for any number of addresses, and can be
given up at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

OPEN: Final = "/v1.0/gateway/connections/open"
MAX_FRAME: Final = 1 << 20
"""Bytes. The platform's own clients take a quarter of it."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_QUIET: Final = logging.getLogger("permitbot.dingtalk.socket")
"""The socket library would log the address it dials, ticket and all."""
_QUIET.setLevel(logging.WARNING)


class NotOpened(Exception):
    """No connection to the platform could be made; a new try is made by itself. ``refused``: the credentials are."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What opens the gateway. ``base_url`` without a path at its end."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str


async def dial(
    session: aiohttp.ClientSession,
    account: Account,
    subscriptions: Sequence[dict[str, str]],
    *,
    agent: str,
    within: timedelta,
) -> ClientConnection:
    """A socket on which the subscribed topics arrive. Raise `NotOpened`."""
    body = {
        "clientId": account.client_id,
        "clientSecret": account.client_secret,
        "subscriptions": list(subscriptions),
        "ua": agent,
    }
    endpoint, ticket = await _ticket(session, f"{account.base_url}{OPEN}", body, within)
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        raise NotOpened("the gateway names an address that is none") from None
    here = parts.hostname in _LOOPBACK
    if parts.scheme != "wss" and not (parts.scheme == "ws" and here):
        raise NotOpened("the gateway names an address that is not encrypted")
    seconds = within.total_seconds()
    joint = "&" if parts.query else "?"
    try:
        return await connect(
            f"{endpoint}{joint}ticket={quote_plus(ticket)}",
            logger=_QUIET,
            open_timeout=seconds,
            close_timeout=0.3,
            ping_interval=None,  # our own watch is stricter
            max_size=MAX_FRAME,
            proxy=None if here else True,  # as the machine is told to go out
        )
    except (WebSocketException, OSError, ValueError) as failure:
        raise NotOpened(f"socket: {type(failure).__name__}") from None


async def _ticket(
    session: aiohttp.ClientSession, address: str, body: dict[str, Any], within: timedelta
) -> tuple[str, str]:
    timeout = aiohttp.ClientTimeout(total=within.total_seconds())
    try:
        async with session.post(
            address, json=body, headers={"Accept": "application/json"}, timeout=timeout, allow_redirects=False
        ) as answer:
            status = answer.status
            said = await answer.json(content_type=None) if status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
        raise NotOpened(f"gateway: {type(failure).__name__}") from None
    if status != 200:
        raise NotOpened(f"gateway: HTTP {status}", refused=status in {400, 401, 403})
    endpoint, ticket = (said.get("endpoint"), said.get("ticket")) if isinstance(said, dict) else (None, None)
    if not (isinstance(endpoint, str) and endpoint and isinstance(ticket, str) and ticket):
        raise NotOpened("gateway: an answer without endpoint and ticket")
    return endpoint, ticket
