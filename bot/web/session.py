"""Who is at the browser: a signed cookie, given after the chat platform has said who it is.

The cookie names the person and when it ends; it is signed, not encrypted, and says nothing else. It is HttpOnly and
SameSite=Lax, and Secure wherever the public address is https.

A page at the place also holds what lets it call a stop at its board, and do nothing else, long after the sign-in is
over: nobody has to sign in anew to stop work (docs/adr/0176).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from workflow.ids import PersonId

LASTS = timedelta(hours=8)
LOGIN_LASTS = timedelta(minutes=10)
STOP_LASTS = timedelta(days=7)
"""Longer than any shift, and than a phone keeps a stop it could not send."""
_SESSION, _LOGIN, _STOP = b"permitbot.session.v1", b"permitbot.login.v1", b"permitbot.stop.v1"


class NoSession(Exception):
    """The browser has shown no valid session."""


def _sign(key: bytes, purpose: bytes, body: str) -> str:
    return hmac.new(key, purpose + b"\n" + body.encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, purpose: bytes, text: str, until: datetime) -> str:
    body = base64.urlsafe_b64encode(f"{int(until.timestamp())}\n{text}".encode()).decode()
    return f"{body}.{_sign(key, purpose, body)}"


def _open(key: bytes, purpose: bytes, sealed: str, now: datetime) -> str:
    body, _, mac = sealed.partition(".")
    if not sealed.isascii():
        raise NoSession
    if not hmac.compare_digest(_sign(key, purpose, body).encode(), mac.encode()):
        raise NoSession
    try:
        until, _, text = base64.urlsafe_b64decode(body).decode().partition("\n")
        ends = datetime.fromtimestamp(int(until), tz=UTC)
    except (binascii.Error, ValueError, OverflowError) as odd:
        raise NoSession from odd
    if now >= ends:
        raise NoSession
    return text


def seal_session(person: PersonId, *, key: bytes, now: datetime) -> str:
    """The cookie of a person who just signed in."""
    return _seal(key, _SESSION, person, now + LASTS)


def open_session(cookie: str, *, key: bytes, now: datetime) -> PersonId:
    """The person behind a cookie. Raise `NoSession` when it is foreign, altered or over."""
    return PersonId(_open(key, _SESSION, cookie, now))


def seal_stop(person: PersonId, board: str, *, key: bytes, now: datetime) -> str:
    """What lets the page of this person at this board call a stop, and nothing else, for `STOP_LASTS`."""
    return _seal(key, _STOP, f"{board}\n{person}", now + STOP_LASTS)


def open_stop(sealed: str, board: str, *, key: bytes, now: datetime) -> PersonId:
    """Whose page this was made for. Raise `NoSession` when it is foreign, altered, over, or of another board."""
    of, _, person = _open(key, _STOP, sealed, now).partition("\n")
    if of != board:
        raise NoSession
    return PersonId(person)


def seal_login(state: str, path: str, *, key: bytes, now: datetime) -> str:
    """What the browser keeps while it is away at the platform: the state we sent along, and where to return to."""
    return _seal(key, _LOGIN, f"{state}\n{path}", now + LOGIN_LASTS)


def open_login(cookie: str, state: str, *, key: bytes, now: datetime) -> str:
    """The local path to return to. Raise `NoSession` unless this browser started this very login."""
    kept, _, path = _open(key, _LOGIN, cookie, now).partition("\n")
    if not hmac.compare_digest(kept.encode(), state.encode()):
        raise NoSession
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise NoSession
    return path
