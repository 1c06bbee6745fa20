"""The table of sounds says what the library says from which it was made."""

from __future__ import annotations

import sys

import pytest

from handlers.request.sounds import pinyin


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("气柜", "qigui"), ("汽柜", "qigui"), ("王强", "wangqiang"), ("吕", "lv"), ("2号罐R-101A", "2haoguanR-101A"),
        ("〇", "ling"), ("", ""), ("~\ue000😀", "~\ue000😀"), (chr(0x20000), "he"),
        (chr(sys.maxunicode), chr(sys.maxunicode)),
    ],
)  # fmt: skip
def test_sounds(text: str, sounds: str) -> None:
    assert pinyin(text) == sounds


def test_every_character_sounds_as_the_library_reads_it_alone() -> None:
    from pypinyin import lazy_pinyin

    for block in (range(0x20, 0x3000), range(0x3007, 0x3008), range(0x3400, 0xA000), range(0xF900, 0xFB00)):
        for letter in map(chr, block):
            assert pinyin(letter) == "".join(lazy_pinyin(letter)), letter
