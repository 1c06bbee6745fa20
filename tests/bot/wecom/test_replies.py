"""Passive replies open on the other side, and words cannot break out of them."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.wecom.documents import read
from bot.wecom.protocol import CallbackCodec
from bot.wecom.replies import button_reply, seal, text_reply
from tests.support.clock import START, FakeEntropy
from tests.support.wecom import AES_KEY, CORP, TOKEN, parsed, sample

CODEC = CallbackCodec(TOKEN, AES_KEY, CORP)
TO = read(sample("scancode_waitmsg"))
DICE = FakeEntropy()


def opened(envelope: bytes) -> ElementTree.Element:
    """What the platform reads, by wechatpy's own reader."""
    outer = parsed(envelope)
    plain = WeChatCrypto(TOKEN, AES_KEY, CORP).decrypt_message(
        {"Encrypt": outer.findtext("Encrypt")},
        outer.findtext("MsgSignature"),
        outer.findtext("TimeStamp"),
        outer.findtext("Nonce"),
    )
    return parsed(plain)


def test_a_text_reply_reaches_the_sender() -> None:
    envelope = seal(CODEC, text_reply(TO, "已收到：2号罐", at=START), at=START, nonce="n1", prefix=DICE.take(16))
    reply = opened(envelope)
    assert {child.tag: child.text for child in reply} == {
        "ToUserName": "WangQiang",
        "FromUserName": CORP,
        "CreateTime": "1749608400",
        "MsgType": "text",
        "Content": "已收到：2号罐",
    }


def test_a_button_reply_names_the_dead_button() -> None:
    envelope = seal(CODEC, button_reply(TO, "已通过", at=START), at=START, nonce="n1", prefix=DICE.take(16))
    assert opened(envelope).findtext("Button/ReplaceName") == "已通过"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=100)
)
def test_no_words_break_out(words: str) -> None:
    document = text_reply(TO, words, at=START)
    assert parsed(document).findtext("Content") == words


def test_the_end_of_a_section_inside_the_words_is_kept() -> None:
    words = "a]]></Content><Content>b]]>"
    assert parsed(text_reply(TO, words, at=START)).findtext("Content") == words


@pytest.mark.parametrize("words", ["", "字" * 683])
def test_an_empty_or_too_long_text_is_our_mistake(words: str) -> None:
    with pytest.raises(ValueError, match="2048"):
        text_reply(TO, words, at=START)


def test_the_same_words_never_look_the_same_twice() -> None:
    document = text_reply(TO, "好", at=START)
    first, second = (
        seal(CODEC, document, at=START + timedelta(seconds=n), nonce="n1", prefix=DICE.take(16)) for n in range(2)
    )
    find = re.compile(rb"<Encrypt><!\[CDATA\[(.{22})")
    assert find.findall(first) != find.findall(second)


def test_the_random_prefix_is_the_one_given() -> None:
    """The library's own dice are not fit for secrets; if they were used, two seals would differ."""
    document, prefix = text_reply(TO, "好", at=START), DICE.take(16)
    first, second = (seal(CODEC, document, at=START, nonce="n1", prefix=prefix) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("nonce", "prefix"), [("n-1", b"x" * 16), ("", b"x" * 16), ("]]>", b"x" * 16), ("n1", b"x" * 15)]
)
def test_a_careless_nonce_or_prefix_is_refused(nonce: str, prefix: bytes) -> None:
    with pytest.raises(ValueError, match=r"nonce|prefix"):
        seal(CODEC, b"<xml></xml>", at=START, nonce=nonce, prefix=prefix)
