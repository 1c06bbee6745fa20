"""Long words are cut between lines, never inside a character, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.messages import MessageInvalid, split_text

TEXT = st.text(st.characters(codec="utf-8"), max_size=400)


@given(TEXT, st.integers(4, 100))
def test_every_piece_fits_and_only_line_ends_go_missing(text: str, limit: int) -> None:
    pieces = list(split_text(text, limit))
    assert all(0 < len(piece.encode()) <= limit for piece in pieces)
    rest = text
    for piece in pieces:
        assert rest.startswith(piece)
        rest = rest[len(piece) :].removeprefix("\n") if rest != piece else ""
    assert rest == ""


def test_a_cut_falls_between_lines() -> None:
    assert list(split_text("一二三\n四五六\n七八", 22)) == ["一二三\n四五六", "七八"]


def test_a_character_is_never_cut() -> None:
    assert list(split_text("停" * 5, 7)) == ["停停", "停停", "停"]


def test_there_must_be_room_for_a_character() -> None:
    with pytest.raises(MessageInvalid):
        list(split_text("停", 3))
