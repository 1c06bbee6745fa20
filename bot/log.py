"""The log: one line per happening, JSON in production, colours on a terminal, and nothing private in either.

Usage: ``log = get_logger("relay")`` then ``log.info("card.sent", permit_id=…, cause=…)``. The first argument is the
stable `action` that operators search for; words and values go into fields. Lines of libraries pass the same redaction.

Redaction is the last step before rendering, so that nothing can slip in behind it:

* values of fields whose *name* promises a secret or a body;
* the configured secret values themselves, wherever they appear;
* tokens in addresses, headers and JSON text;
* mobile numbers and resident identity numbers.

Ids and hashes (32, 40 or 64 hexadecimal digits alone in a value) pass untouched: eleven digits inside one are no phone.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

STARS: Final = "***"

# A field is withheld by its whole name, or by its last word: `access_token`, `corpsecret`, `button_key`, `raw_body`.
_PRIVATE_NAME: Final = re.compile(
    r"(?:^|_)(?:token|secret|corpsecret|password|passwd|pwd|aes_?key|button_key|encoding_aes_key|authorization|cookie"
    r"|set-cookie|ticket|signature|credentials?|body|payload|phone|mobile|id_?card|id_?number|openid)$",
    re.IGNORECASE,
)
_IDENTIFIER: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")

_QUOTED_SECRET: Final = re.compile(
    r"""(["'](?:access_token|refresh_token|jsapi_ticket|ticket|token|secret|corpsecret|password|encodingaeskey|button_key"""
    r"""|authorization)["']\s*:\s*["'])[^"']+""",
    re.IGNORECASE,
)
_ASSIGNED_SECRET: Final = re.compile(
    r"(\b(?:access_token|refresh_token|jsapi_ticket|ticket|token|secret|corpsecret|appsecret|password|passwd|key|code"
    r"|msg_signature|signature|encodingaeskey|button_key)=)[^&\s\"'<>)\]},;]+",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_LOGIN_IN_ADDRESS: Final = re.compile(r"(://)[^/@\s:]+:[^/@\s]+@")
# 18 digits (the last may be X) with a plausible region, date of birth and order; see GB 11643.
_IDENTITY: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE: Final = re.compile(r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


class Redactor:
    """Takes secrets and personal numbers out of a log line. `secrets` are values to hide wherever they appear."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A short value would blacken ordinary words; settings refuse short keys, the rest is caught by its name.
        literal = sorted({one for one in secrets if len(one) >= 8}, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, literal))) if literal else None

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {str(name): self._field(str(name), value) for name, value in line.items()}

    def text(self, text: str) -> str:
        """The same text without secrets and personal numbers."""
        if _IDENTIFIER.fullmatch(text):
            return self._without_literals(text)
        text = self._without_literals(text)
        text = _QUOTED_SECRET.sub(rf"\1{STARS}", text)
        text = _ASSIGNED_SECRET.sub(rf"\1{STARS}", text)
        text = _BEARER.sub(rf"\1 {STARS}", text)
        text = _LOGIN_IN_ADDRESS.sub(rf"\1{STARS}@", text)
        text = _IDENTITY.sub("[identity number]", text)
        return _MOBILE.sub("[mobile]", text)

    def _without_literals(self, text: str) -> str:
        return self._literal.sub(STARS, text) if self._literal else text

    def _field(self, name: str, value: object) -> object:
        return STARS if value is not None and _PRIVATE_NAME.search(name) else self._value(value)

    def _value(self, value: object) -> object:
        match value:
            case str() if not isinstance(value, Enum):
                return self.text(value)
            case bool() | None:
                return value
            case int():
                shown = self.text(str(value))
                return value if shown == str(value) else shown
            case bytes() | bytearray() | memoryview():
                return f"<{len(value)} bytes>"
            case Mapping():
                return {str(name): self._field(str(name), item) for name, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(item) for item in value]
            case Enum():
                return value.name
            case datetime() | date() | time():
                return value.isoformat()
            case float():
                return value
            case _:
                return self.text(str(value))


def configure(
    *,
    style: Literal["auto", "json", "console"] = "auto",
    level: str = "info",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every line of ours and of the libraries to `stream` (default: standard error), redacted.

    Call once, first thing after the settings are read. Calling again replaces the earlier set-up.
    """
    target = stream if stream is not None else sys.stderr
    coloured = style == "console" or (style == "auto" and target.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a second configure() must reach loggers made before it
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _name_the_library],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                Redactor(secrets),
                *_renderer(coloured=coloured),
            ],
        )
    )
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Chatty at info, and their lines carry whole requests.
    for name in (
        "aiohttp.access",
        "apscheduler",
        "aiosqlite",
        "urllib3",
        "dingtalk_stream",
        "sqlalchemy.engine",
        "alembic",
    ):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _name_the_library(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A library has no actions: its sentence becomes the message."""
    line["message"] = line.get("event")
    line["event"] = "library"
    return line


def _renderer(*, coloured: bool) -> list[Processor]:
    if coloured:
        return [structlog.dev.ConsoleRenderer(timestamp_key="at")]
    return [structlog.processors.EventRenamer("action"), structlog.processors.JSONRenderer(ensure_ascii=False)]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one part of the house, for example ``relay`` or ``wecom.inbound``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
