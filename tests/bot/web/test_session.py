"""The cookie: made by us, for this purpose, for this long; and nothing else opens."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.session import (
    LASTS,
    LOGIN_LASTS,
    NoSession,
    open_login,
    open_session,
    seal_login,
    seal_session,
)
from tests.support.clock import START
from workflow.ids import PersonId

KEY, OTHER = b"k" * 32, b"x" * 32
WANG = PersonId("wangqiang")
MOMENT = timedelta(seconds=1)


def test_it_opens_until_it_is_over() -> None:
    cookie = seal_session(WANG, key=KEY, now=START)
    assert open_session(cookie, key=KEY, now=START) == WANG
    assert open_session(cookie, key=KEY, now=START + LASTS - MOMENT) == WANG
    with pytest.raises(NoSession):
        open_session(cookie, key=KEY, now=START + LASTS)


def test_a_foreign_key_opens_nothing() -> None:
    with pytest.raises(NoSession):
        open_session(seal_session(WANG, key=OTHER, now=START), key=KEY, now=START)


def test_a_login_is_no_session_and_a_session_no_login() -> None:
    login = seal_login("s", "/p/1", key=KEY, now=START)
    session = seal_session(WANG, key=KEY, now=START)
    with pytest.raises(NoSession):
        open_session(login, key=KEY, now=START)
    with pytest.raises(NoSession):
        open_login(session, "s", key=KEY, now=START)


@given(st.integers(0, 200), st.integers(0, 255))
def test_no_byte_can_be_changed(at: int, to: int) -> None:
    cookie = seal_session(WANG, key=KEY, now=START)
    raw = bytearray(cookie.encode())
    at %= len(raw)
    if raw[at] == to:
        return
    raw[at] = to
    with pytest.raises(NoSession):
        open_session(raw.decode("latin-1"), key=KEY, now=START)


@given(st.text(max_size=60))
def test_whatever_a_browser_sends_is_no_session(cookie: str) -> None:
    with pytest.raises(NoSession):
        open_session(cookie, key=KEY, now=START)


def test_a_longer_life_cannot_be_written_in() -> None:
    body, _, mac = seal_session(WANG, key=KEY, now=START).partition(".")
    ends, _, person = base64.urlsafe_b64decode(body).decode().partition("\n")
    longer = base64.urlsafe_b64encode(f"{int(ends) + 10**6}\n{person}".encode()).decode()
    with pytest.raises(NoSession):
        open_session(f"{longer}.{mac}", key=KEY, now=START)


def test_a_login_returns_to_where_this_browser_started() -> None:
    kept = seal_login("state-1", "/p/DHZY-HC-20261124-001", key=KEY, now=START)
    assert open_login(kept, "state-1", key=KEY, now=START) == "/p/DHZY-HC-20261124-001"
    for state, now in (("state-2", START), ("", START), ("state-1", START + LOGIN_LASTS)):
        with pytest.raises(NoSession):
            open_login(kept, state, key=KEY, now=now)


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", ""])
def test_a_login_never_leads_to_another_host(path: str) -> None:
    with pytest.raises(NoSession):
        open_login(seal_login("s", path, key=KEY, now=START), "s", key=KEY, now=START)
