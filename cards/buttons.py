"""Typed, signed button tokens. Pack and unpack live here and nowhere else.

A token says which action on which permit and revision, and is bound to the person whose card carries it: a token copied
from another person's card does not open. Being genuine is not being fresh: whether the action still fits is decided by
the core.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from enum import StrEnum

MAX_TOKEN_BYTES = 512
_VERSION = "p1"


class Action(StrEnum):
    """Everything a button may ask for."""

    # the draft and its conversation
    ANSWER = "answer"
    SUBMIT = "submit"
    EDIT = "edit"
    DROP_DRAFT = "drop_draft"
    # review
    ACCEPT = "accept"
    APPROVE = "approve"
    ATTEND = "attend"
    RETURN = "return"
    REJECT = "reject"
    REASON = "reason"
    ACKNOWLEDGE = "acknowledge"
    # preparation
    JSA = "jsa"
    MEASURES = "measures"
    REVIEW = "review"
    # on site
    BRIEF = "brief"
    CONFIRM = "confirm"
    CONFIRM_ALL = "confirm_all"
    GAS_HELP = "gas_help"
    VENTILATION = "ventilation"
    START = "start"
    PROMPT = "prompt"
    EXCUSE = "excuse"
    STOP = "stop"
    RESUME = "resume"
    FINISH = "finish"
    END_WATCH = "end_watch"
    ACCEPTANCE = "acceptance"
    COUNT = "count"
    PHOTO = "photo"
    LOG = "log"
    HANDOVER = "handover"
    CLOSING = "closing"
    AGAIN = "again"
    COPY = "copy"
    EMERGENCY = "emergency"
    MUSTER = "muster"
    ASK_PHOTO = "ask_photo"
    ACCEPT_PHOTO = "accept_photo"
    BOX = "box"
    PLACES = "places"
    PURGED = "purged"
    VOUCH = "vouch"
    HAZARD = "hazard"
    MENU = "menu"
    # any time
    CANCEL = "cancel"
    VOID = "void"
    WHY = "why"
    REFRESH = "refresh"
    SHOW = "show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a button means. ``arg`` is the node, measure number, prompt number, reason key … of the action."""

    action: Action
    subject: str
    """Permit id, or the draft's id."""
    revision: int
    arg: str = ""


class ForeignToken(Exception):
    """The token was not made by us for this person, or was altered."""


class TokenTooLong(ValueError):
    """A button's arguments do not fit its token."""


def _mac(secret: bytes, person: str, body: str) -> str:
    digest = hmac.digest(secret, f"{_VERSION}\n{person}\n{body}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:15]).decode()


def _b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unb64(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def pack(press: Press, *, person: str, secret: bytes) -> str:
    """Make the token of a button on ``person``'s card. Raise `TokenTooLong` beyond `MAX_TOKEN_BYTES`."""
    body = ".".join((press.action.value, _b64(press.subject), str(press.revision), _b64(press.arg)))
    token = f"{_VERSION}.{body}.{_mac(secret, person, body)}"
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenTooLong(f"{press.action.value} token of {len(token)} bytes")
    return token


def unpack(token: str, *, person: str, secret: bytes) -> Press:
    """Read a token pressed by ``person``. Raise `ForeignToken` for anything not made by us for exactly this person."""
    if len(token) > MAX_TOKEN_BYTES:
        raise ForeignToken("too long")
    version, _, rest = token.partition(".")
    body, _, mac = rest.rpartition(".")
    if version != _VERSION or not hmac.compare_digest(_mac(secret, person, body).encode(), mac.encode()):
        raise ForeignToken("signature does not match")
    action, subject, revision, arg = body.split(".")
    return Press(action=Action(action), subject=_unb64(subject), revision=int(revision), arg=_unb64(arg))


def claimed_subject(token: str) -> str:
    """What a token that did not open says it is about, empty when it says nothing readable. Never to be obeyed."""
    try:
        return _unb64(token[:MAX_TOKEN_BYTES].split(".")[2])
    except (IndexError, ValueError):
        return ""
