"""The log: one line per happening, JSON in production, colours on a terminal, and nothing private in either.

Usage: ``log = get_logger("relay")`` then ``log.info("card.sent", permit_id=…, cause=…)``. The first argument is the
stable `action` that operators search for; words and values go into fields. Lines of libraries pass the same redaction.

Redaction is the last step before rendering, so that nothing can slip in behind it:

* values of fields whose *name* promises a secret or a body;
* the configured secret values themselves, wherever they appear;
* tokens in addresses, headers and JSON text;
* mobile numbers and resident identity numbers.

Ids and hashes (32, 40 or 64 hexadecimal digits alone in a value) pass untouched: eleven digits inside one are no phone.

Every press writes a line while somebody waits for its answer, so our own lines go straight to the stream; only the
lines of libraries take the way through `logging`. Neither a value that cannot be shown nor a stream that cannot be
written ever raises into the caller: a full disk must not stop a signature.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from bot.clock import SystemClock

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
_WORTH_A_LOOK: Final = r"""[=@]|["']\s*:|bearer|basic|\d(?:[ -]?\d){10}"""
"""Without any of these none of the six expressions above can match; a test holds that. Nearly every value of a line is
an innocent word or number, and asking the six in turn costs most of a line."""
_SIGNS: Final = ("=", "@", '"', "'", "bearer", "basic")
"""The same for plain ASCII, in what is found without an expression; looking for more than needed does no harm."""
_ELEVEN_DIGITS: Final = re.compile(r"[0-9]{11}")
_SMALL: Final = 10**7
"""Whole numbers below it are too short to be a phone, an identity or a configured secret."""
_WIDE: Final = 2**63
"""Whole numbers beyond it are told as text: few who read JSON take them for what they are."""


@lru_cache(maxsize=1024)
def _is_private(name: str) -> bool:
    """Whether the name of a field promises a secret; a program has few names and says them all the time."""
    return _PRIVATE_NAME.search(name) is not None


class Redactor:
    """Takes secrets and personal numbers out of a log line. `secrets` are values to hide wherever they appear."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A short value would blacken ordinary words; settings refuse short keys, the rest is caught by its name.
        literal = sorted({one for one in secrets if len(one) >= 8}, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, literal))) if literal else None
        self._literals = tuple(literal)
        self._beyond_ascii = re.compile("|".join([_WORTH_A_LOOK, *map(re.escape, literal)]), re.IGNORECASE).search

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {str(name): self._field(str(name), value) for name, value in line.items()}

    def text(self, text: str) -> str:
        """The same text without secrets and personal numbers."""
        if not self._suspicious(text):
            return text
        if _IDENTIFIER.fullmatch(text):
            return self._without_literals(text)
        text = self._without_literals(text)
        text = _QUOTED_SECRET.sub(rf"\1{STARS}", text)
        text = _ASSIGNED_SECRET.sub(rf"\1{STARS}", text)
        text = _BEARER.sub(rf"\1 {STARS}", text)
        text = _LOGIN_IN_ADDRESS.sub(rf"\1{STARS}@", text)
        text = _IDENTITY.sub("[identity number]", text)
        return _MOBILE.sub("[mobile]", text)

    def _suspicious(self, text: str) -> bool:
        """Whether anything may have to be taken out. Of ASCII a few looks for words tell it in a quarter of the time;
        beyond it letters have more spellings than one lower case, and only the expression knows them."""
        if not text.isascii():
            return self._beyond_ascii(text) is not None
        lowered = text.lower()
        for sign in _SIGNS:
            if sign in lowered:
                return True
        for secret in self._literals:
            if secret in text:
                return True
        return _ELEVEN_DIGITS.search(text.replace(" ", "").replace("-", "")) is not None

    def _without_literals(self, text: str) -> str:
        return self._literal.sub(STARS, text) if self._literal else text

    def _field(self, name: str, value: object) -> object:
        return STARS if value is not None and _is_private(name) else self._value(value)

    def _value(self, value: object) -> object:
        if type(value) is int and -_SMALL < value < _SMALL:
            return value
        match value:
            case str() if not isinstance(value, Enum):
                return self.text(value)
            case bool() | None:
                return value
            case int():
                shown = self.text(str(value))
                return value if shown == str(value) and -_WIDE <= value < _WIDE else shown
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
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _stack_info,
        structlog.processors.format_exc_info,
    ]
    redact = Redactor(secrets)
    last = _Last([redact, *_renderer(coloured=coloured)])
    lock = threading.Lock()
    structlog.configure(
        processors=[*shared, last] if coloured else [_OwnLine(redact)],
        logger_factory=lambda *name: _Sink(target, lock, name[0] if name else _module()),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,  # a second configure() must reach loggers made before it
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _name_the_library],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
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


class _OwnLine:
    """A line of ours as JSON in one step, because somebody waits while it is written: what `shared` and `_Last` make of
    a line, without what only lines of libraries and lines with a traceback need."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact

    def __call__(self, logger: _Sink, method: str, line: EventDict) -> str:
        try:
            line = structlog.contextvars.merge_contextvars(logger, method, line)
            if "exc_info" in line or "stack_info" in line:
                line = _stack_info(logger, method, line)
                line = structlog.processors.format_exc_info(logger, method, line)
            shown = self._redact(logger, method, line)
            shown["action"] = shown.pop("event")
            structlog.stdlib.add_log_level(logger, method, shown)
            shown["logger"] = logger.name
            shown["at"] = _clock.now().isoformat().replace("+00:00", "Z")
            return _JSON.encode(shown).decode()
        except Exception as error:
            return _unshowable(method, error)


class _Last:
    """Redacts and renders. What cannot be shown becomes a line that says so and nothing of it."""

    def __init__(self, steps: list[Processor]) -> None:
        self._steps = steps

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> str:
        try:
            shown: Any = line
            for step in self._steps:
                shown = step(logger, method, shown)
            return str(shown)
        except Exception as error:
            return _unshowable(method, error)


def _unshowable(method: str, error: Exception) -> str:
    return _JSON.encode({"action": "log.unshowable", "level": method, "error": type(error).__name__}).decode()


class _Sink:
    """Writes rendered lines, whole ones only, and swallows what the stream has to say about it."""

    def __init__(self, stream: TextIO, lock: threading.Lock, name: str) -> None:
        self.name = name
        self._stream = stream
        self._lock = lock

    def msg(self, line: str) -> None:
        """Write one line."""
        # ValueError: the stream is closed, or cannot spell a character.
        with contextlib.suppress(OSError, ValueError), self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()

    debug = info = warning = error = critical = exception = log = msg


def _module() -> str:
    """The module that logs through a logger it gave no name."""
    frame = sys._getframe(1)
    while True:
        name: str = frame.f_globals.get("__name__", "?")
        if frame.f_back is None or (name != __name__ and not name.startswith("structlog")):
            return name
        frame = frame.f_back


_JSON: Final = msgspec.json.Encoder(enc_hook=repr)
_clock: Final = SystemClock()
"""A line is of the machine's own moment, also where the plant's clock was pushed forward."""
_stack_info: Final = structlog.processors.StackInfoRenderer()


def _as_json(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    return _JSON.encode(line).decode()


def _renderer(*, coloured: bool) -> list[Processor]:
    if coloured:
        return [structlog.dev.ConsoleRenderer(timestamp_key="at")]
    return [structlog.processors.EventRenamer("action"), _as_json]


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger for one part of the house, for example ``relay`` or ``wecom.inbound``."""
    logger: FilteringBoundLogger = structlog.get_logger(name)
    return logger
