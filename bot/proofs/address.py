"""Where keys work: browsers make and use them under a host name only, over https or on this very machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def key_address(public_url: str | None) -> str | None:
    """The address for key pages; None where no browser would let a key be used: none, a bare IP number, plain http."""
    parts = urlsplit(public_url or "")
    host = parts.hostname
    if host is None or (parts.scheme != "https" and host != "localhost"):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return public_url
    return None
