"""The address of a one-time link and its code: made and read here and nowhere else (docs/adr/0115).

Both follow from the house's secret, so neither is ever stored: the address by a signature over foreman, link and last
moment, the code by another over the link. The id of a link is itself made from whom, what and which permit it is for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.ids import PersonId

CODE_DIGITS = 6
MAX_BYTES = 400
_LINK, _ADDRESS, _CODE, _FORM = (b"permitbot.link.%s.v1" % what for what in (b"id", b"address", b"code", b"form"))


class ForeignLink(Exception):
    """The address was not made by us, or was altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What an address says: whose link, which one, and until when its code may be typed in (UTC, whole seconds)."""

    voucher: PersonId
    link: str
    ends: datetime


def _mac(secret: bytes, what: bytes, *parts: str) -> bytes:
    body = "\n".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(secret, what + b"\n" + body.encode(), hashlib.sha256).digest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def link_id(*parts: str, secret: bytes) -> str:
    """The id of the link for exactly these: foreman, permit, person, purpose, and the arrival that asked for it."""
    return _b64(_mac(secret, _LINK, *parts)[:12])


def seal(ticket: Ticket, *, secret: bytes) -> str:
    """The last part of the link's address; letters, digits, ``-``, ``_`` and ``.`` only."""
    body = f"{_b64(ticket.voucher.encode())}.{ticket.link}.{int(ticket.ends.timestamp())}"
    return f"{body}.{_b64(_mac(secret, _ADDRESS, body)[:15])}"


def unseal(token: str, *, secret: bytes) -> Ticket:
    """Read an address. Raise `ForeignLink` for anything not made by us."""
    body, _, mac = token[: MAX_BYTES + 1].rpartition(".")
    expected = _b64(_mac(secret, _ADDRESS, body)[:15])
    if len(token) > MAX_BYTES or not hmac.compare_digest(expected.encode(), mac.encode()):
        raise ForeignLink
    try:
        voucher, link, ends = body.split(".")
        named = base64.urlsafe_b64decode(voucher + "=" * (-len(voucher) % 4)).decode()
        return Ticket(voucher=PersonId(named), link=link, ends=datetime.fromtimestamp(int(ends), tz=UTC))
    except (binascii.Error, ValueError, OverflowError) as odd:
        raise ForeignLink from odd


def code_of(link: str, *, secret: bytes) -> str:
    """The six digits the foreman tells face to face."""
    number = int.from_bytes(_mac(secret, _CODE, link)[:8], "big") % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def is_code(said: str, link: str, *, secret: bytes) -> bool:
    """Whether what was typed is the code; blanks and full-width digits do not matter."""
    typed = "".join(unicodedata.normalize("NFKC", said[:40]).split())
    return hmac.compare_digest(typed.encode(), code_of(link, secret=secret).encode())


def form_token(link: str, browser: str, *, secret: bytes) -> str:
    """What a form of this link must bring back from exactly this browser, so that no other page can post it."""
    return _b64(_mac(secret, _FORM, link, browser)[:18])
