from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot import log as log_module
from bot.log import STARS, Redactor, configure, get_logger
from tests.support.plain_log import plain_log

# The example identity number of GB 11643-1999; the mobile numbers are invented.
IDENTITY = "11010519491231002X"


@pytest.fixture(autouse=True)
def _leave_logging_as_found() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = tuple(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    plain_log()
    structlog.contextvars.clear_contextvars()


def lines(**settings: Any) -> tuple[io.StringIO, Any]:
    stream = io.StringIO()
    configure(style="json", stream=stream, **settings)
    return stream, get_logger("here")


def last(stream: io.StringIO) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return row


def test_a_line_has_action_time_level_and_logger() -> None:
    stream, log = lines()
    log.info("card.sent", permit_id="P-1", cause="tap")
    row = last(stream)
    assert row | {"at": ""} == {
        "action": "card.sent",
        "permit_id": "P-1",
        "cause": "tap",
        "level": "info",
        "logger": "here",
        "at": "",
    }
    assert datetime.fromisoformat(row["at"]).tzinfo == UTC


def test_context_travels_with_the_task() -> None:
    stream, log = lines()
    with structlog.contextvars.bound_contextvars(permit_id="P-7"):
        log.info("gate.asked")
    assert last(stream)["permit_id"] == "P-7"


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "电话13800138000请回",
        "+86 138-0013-8000",
        "8613800138000",
        "0086 138 0013 8000",
        "tel:13800138000;",
    ],
)
def test_mobile_numbers_are_taken_out(text: str) -> None:
    shown = Redactor().text(text)
    assert "[mobile]" in shown
    assert "8000" not in shown


@pytest.mark.parametrize("text", [IDENTITY, f"证件{IDENTITY}。", IDENTITY.lower(), "110105194912310026"])
def test_identity_numbers_are_taken_out(text: str) -> None:
    shown = Redactor().text(text)
    assert "[identity number]" in shown
    assert "1949" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "2号罐 8:00-11:00 0.2 %vol",
        "1749608400000",  # milliseconds
        "1234567890123456789",  # a platform message number
        "4f138001380005a0b1c2d3e4f5061728",  # an id that happens to hold eleven digits
        "10.0.0.1:8080",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /cgi-bin/message/send?access_token=abcDEF-_123&debug=1", "debug=1"),
        ("GET /cgi-bin/gettoken?corpid=ww1&corpsecret=abcDEF-_123", "corpid=ww1"),
        ("POST /cgi-bin/webhook/send?key=abcDEF-_123", "/cgi-bin/webhook/send"),
        ("GET /callback?msg_signature=abcDEF-_123&nonce=9", "nonce=9"),
        ("GET /login?code=abcDEF-_123", "/login"),
        ('{"errcode": 0, "access_token": "abcDEF-_123"}', '"errcode": 0'),
        ("{'corpsecret': 'abcDEF-_123', 'corpid': 'ww1'}", "ww1"),
        ("Authorization: Bearer abcDEF-_123", "Bearer"),
        ("postgresql+psycopg://permitbot:abcDEF-_123@db/permitbot", "@db/permitbot"),
    ],
)
def test_tokens_in_text_are_taken_out(text: str, kept: str) -> None:
    shown = Redactor().text(text)
    assert "abcDEF-_123" not in shown
    assert STARS in shown
    assert kept in shown


PIECES = st.sampled_from(
    ["13800138000", "138-0013 8000", IDENTITY, "+86 ", "'token'", '"ticket" ', ":", " : ", "'x'", "=", "secret", "key",
     "Bearer ", "bAſic ", "abcdef123", "://a:b@c", "@", " ", "-", "1", "١", "4f1380013800", "\n", "泵"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=9).map("".join))
def test_a_text_not_worth_a_look_holds_nothing_to_take_out(text: str) -> None:
    """The shortcut: whatever any of the expressions would change is looked at."""
    patterns = ("_QUOTED_SECRET", "_ASSIGNED_SECRET", "_BEARER", "_LOGIN_IN_ADDRESS", "_IDENTITY", "_MOBILE")
    touched = [name for name in patterns if getattr(log_module, name).search(text)]
    if touched:
        assert Redactor()._suspicious(text), touched


@given(st.lists(PIECES, max_size=6).map("".join), st.sampled_from(["Zx9-Lq2_Vt7", "四个汉字加四个汉字"]))
def test_a_configured_secret_is_always_worth_a_look(text: str, secret: str) -> None:
    assert secret not in Redactor([secret]).text(text + secret)


def test_a_traceback_is_told_and_redacted() -> None:
    stream, log = lines()
    try:
        raise ValueError("access_token=abcDEF-_123")
    except ValueError:
        log.exception("x", stack_info=True)
    row = last(stream)
    assert row["level"] == "error"
    assert "ValueError" in row["exception"]
    assert "test_a_traceback_is_told" in row["stack"]
    assert "abcDEF-_123" not in stream.getvalue()


def test_what_the_line_says_of_itself_cannot_be_said_by_a_field() -> None:
    stream, log = lines()
    log.bind(action="relay").warning("x", level="debug", logger="there", at="then")
    row = last(stream)
    assert (row["action"], row["level"], row["logger"]) == ("x", "warning", "here")
    assert datetime.fromisoformat(row["at"]).tzinfo == UTC


def test_a_number_nobody_reads_exactly_is_told_as_text() -> None:
    stream, log = lines()
    log.info("x", wide=2**63, narrow=2**63 - 1)
    assert (last(stream)["wide"], last(stream)["narrow"]) == (str(2**63), 2**63 - 1)


def test_a_secret_made_of_digits_is_hidden_in_numbers() -> None:
    stream, log = lines(secrets=["70112233"])
    log.info("x", count=70112233, low=-70112233, small=7011223)
    row = last(stream)
    assert (row["count"], row["low"], row["small"]) == (STARS, f"-{STARS}", 7011223)


class Sulking:
    def __str__(self) -> str:
        raise RuntimeError("13800138000")


def test_a_value_that_cannot_be_shown_does_not_reach_the_caller() -> None:
    stream, log = lines()
    log.info("x", thing=Sulking())
    assert last(stream) == {"action": "log.unshowable", "level": "info", "error": "RuntimeError"}


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_stream_that_cannot_be_written_does_not_reach_the_caller() -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (Full(), closed):
        configure(style="json", stream=stream)
        get_logger("here").info("x")


def test_a_logger_without_a_name_says_its_module() -> None:
    stream, _ = lines()
    structlog.get_logger().info("x")
    assert last(stream)["logger"] == __name__


def test_error_codes_are_no_secrets() -> None:
    assert Redactor().text("errcode=40014 errmsg=invalid access_token") == "errcode=40014 errmsg=invalid access_token"


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "secret",
        "corpsecret",
        "aes_key",
        "button_key",
        "authorization",
        "msg_signature",
        "body",
        "raw_body",
        "phone",
        "approver_mobile",
        "id_card",
        "password",
    ],
)
def test_fields_named_for_a_secret_are_withheld(name: str) -> None:
    stream, log = lines()
    log.info("x", **{name: "open sesame", "nested": {name: ["open sesame"]}})
    assert "sesame" not in stream.getvalue()
    assert last(stream)[name] == STARS


@pytest.mark.parametrize("name", ["dedup_key", "stream", "permit_id", "action_count", "token_age_s"])
def test_other_fields_are_shown(name: str) -> None:
    stream, log = lines()
    log.info("x", **{name: "seen"})
    assert last(stream)[name] == "seen"


def test_configured_secrets_are_hidden_wherever_they_appear() -> None:
    secret = "Zx9-Lq2_Vt7.Rm4"
    stream, log = lines(secrets=[secret, "short"])
    log.info("x", note=f"answer was <{secret}>", inside=[{"deep": (secret,)}], short="a short word")
    sentence = "y " + secret
    log.info(sentence)
    try:
        raise RuntimeError(f"cannot use {secret}")
    except RuntimeError:
        log.exception("z")
    assert secret not in stream.getvalue()
    assert "a short word" in stream.getvalue()
    assert "RuntimeError" in last(stream)["exception"]


def test_library_lines_pass_the_same_redaction() -> None:
    stream, _ = lines()
    logging.getLogger("some.library").warning("refused %s for %s", "?access_token=abcDEF123", "13800138000")
    row = last(stream)
    assert row["action"] == "library"
    assert row["logger"] == "some.library"
    assert row["message"] == "refused ?access_token=*** for [mobile]"


def test_warnings_become_lines() -> None:
    stream, _ = lines()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(capture=True)
        warnings.warn("call 13800138000", stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "13800138000" not in stream.getvalue()
    assert "[mobile]" in last(stream)["message"]


class Colour(Enum):
    RED = "13800138000"


def test_values_of_every_kind_are_rendered() -> None:
    stream, log = lines()
    log.info(
        "x",
        number=13800138000,
        count=3,
        ratio=0.5,
        yes=True,
        none=None,
        raw=b"\x00\x01",
        enum=Colour.RED,
        at=datetime(2025, 6, 11, tzinfo=UTC),
        secret_value=SecretStr("hidden"),
        thing=object,
    )
    row = last(stream)
    assert row["number"] == "[mobile]"
    assert (row["count"], row["ratio"], row["yes"], row["none"]) == (3, 0.5, True, None)
    assert row["raw"] == "<2 bytes>"
    assert row["enum"] == "RED"
    assert "hidden" not in stream.getvalue()


def test_console_lines_are_redacted_too() -> None:
    stream = io.StringIO()
    configure(style="console", stream=stream, secrets=["Zx9-Lq2_Vt7"])
    get_logger("here").info("call 13800138000 with Zx9-Lq2_Vt7", body="x")
    assert "13800138000" not in stream.getvalue()
    assert "Zx9-Lq2_Vt7" not in stream.getvalue()


def test_level_is_respected() -> None:
    stream, log = lines(level="warning")
    log.info("quiet")
    assert stream.getvalue() == ""
    log.warning("loud")
    assert last(stream)["action"] == "loud"


def test_configuring_again_replaces_the_earlier_stream() -> None:
    first, log = lines()
    second, _ = lines()
    log.info("x")
    assert first.getvalue() == ""
    assert last(second)["action"] == "x"
