"""The sealed envelope: official vectors, agreement with wechatpy, and everything that must be turned away."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.parser import parse_message

from bot.wecom.callbacks import TextMessage
from bot.wecom.protocol import MAX_BODY, CallbackCodec
from bot.wecom.rejection import RejectedCallback, Rejection
from tests.support.wecom import AES_KEY, CORP, TOKEN, Platform, sample

CODEC = CallbackCodec(TOKEN, AES_KEY, CORP)
PLATFORM = Platform()

# The vector printed on the platform's encryption page.
VECTOR_CORP = "wx5823bf96d3bd56c7"
VECTOR_ENCRYPT = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
VECTOR_QUERY = {
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "timestamp": "1409659813",
    "nonce": "1372623149",
}


def rejection(body: bytes, query: dict[str, str], codec: CallbackCodec = CODEC) -> Rejection:
    with pytest.raises(RejectedCallback) as caught:
        codec.open(body, query)
    assert str(caught.value) == caught.value.reason.value  # never a byte of what was refused
    return caught.value.reason


def sealed_rejection(sealed: str) -> Rejection:
    """The verdict on a ciphertext whose signature is right."""
    return rejection(PLATFORM.body(sealed), PLATFORM.query(sealed))


def test_the_official_vector_opens() -> None:
    body = (
        f"<xml><ToUserName><![CDATA[{VECTOR_CORP}]]></ToUserName><Encrypt><![CDATA[{VECTOR_ENCRYPT}]]></Encrypt></xml>"
    )
    callback = CallbackCodec("QDG6eK", AES_KEY, VECTOR_CORP).open(body.encode(), VECTOR_QUERY)
    assert isinstance(callback, TextMessage)
    assert (callback.content, callback.sender, callback.message_id, callback.agent_id, callback.corp_id) == (
        "hello",
        "mycreate",
        "4561255354251345929",
        218,
        VECTOR_CORP,
    )
    assert callback.created_at == datetime.fromtimestamp(1409659813, UTC)


@pytest.mark.parametrize("position", range(40))
def test_every_character_of_the_signature_counts(position: int) -> None:
    body, query = PLATFORM.delivery(sample("text"))
    was = query["msg_signature"][position]
    now = "0" if was != "0" else "1"
    query["msg_signature"] = query["msg_signature"][:position] + now + query["msg_signature"][position + 1 :]
    assert rejection(body, query) is Rejection.BAD_SIGNATURE


@pytest.mark.parametrize("signature", ["", "477715d1", "签名", "A" * 40])
def test_a_signature_of_another_shape_is_refused(signature: str) -> None:
    body, query = PLATFORM.delivery(sample("text"))
    query["msg_signature"] = signature
    assert rejection(body, query) in (Rejection.BAD_SIGNATURE, Rejection.MISSING_QUERY)


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_missing_or_endless_parameter_is_refused(name: str) -> None:
    body, query = PLATFORM.delivery(sample("text"))
    assert rejection(body, {key: value for key, value in query.items() if key != name}) is Rejection.MISSING_QUERY
    assert rejection(body, {**query, name: "9" * 1000}) is Rejection.MISSING_QUERY


@pytest.mark.parametrize("name", ["timestamp", "nonce"])
def test_timestamp_and_nonce_are_signed(name: str) -> None:
    body, query = PLATFORM.delivery(sample("text"))
    assert rejection(body, {**query, name: query[name] + "0"}) is Rejection.BAD_SIGNATURE


def test_nothing_is_decrypted_before_the_signature_held() -> None:
    """A garbled ciphertext under a wrong signature is a bad signature, so it was never decrypted."""
    assert rejection(PLATFORM.body("!!!!"), PLATFORM.query("????")) is Rejection.BAD_SIGNATURE
    assert rejection(PLATFORM.body("!!!!"), PLATFORM.query("!!!!")) is Rejection.BAD_CIPHERTEXT


def test_only_so_much_is_looked_at() -> None:
    body, query = PLATFORM.delivery(sample("text"))
    assert rejection(body + b" " * (MAX_BODY + 1 - len(body)), query) is Rejection.TOO_LARGE
    assert isinstance(CODEC.open(body + b" " * (MAX_BODY - len(body)), query), TextMessage)


SEALED = PLATFORM.encrypt(sample("text"))
_SIZE = 16 + 4 + len(sample("text")) + len(CORP)
ODD_COUNT = (16 - _SIZE) % 32 or 32
ODD_PAD = bytes([ODD_COUNT]) * ODD_COUNT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"{}",
        b"<xml></xml>",
        PLATFORM.body(SEALED)[:-1],
        PLATFORM.body(SEALED)[:200],
        f"<xml><Encrypt>{SEALED}</Encrypt><Encrypt>{SEALED}</Encrypt></xml>".encode(),
        f"<xml><Encrypt>{SEALED}</Encrypt></xml><xml/>".encode(),
        f"<xml><Deep><Encrypt>{SEALED}</Encrypt></Deep></xml>".encode(),
        f"<xml>{'<a>' * 3000}<Encrypt>{SEALED}</Encrypt>{'</a>' * 3000}</xml>".encode(),
        f'<!DOCTYPE xml [<!ENTITY e "x">]><xml><Encrypt>{SEALED}</Encrypt></xml>'.encode(),
        f"<xml><ToUserName>&e;</ToUserName><Encrypt>{SEALED}</Encrypt></xml>".encode(),
        f"<xml><!-- <Encrypt> --><Encrypt>{SEALED}</Encrypt></xml>".encode(),
        f"<xml><ToUserName>a</Other><Encrypt>{SEALED}</Encrypt></xml>".encode(),
    ],
    ids=lambda body: body[:30].decode("latin-1") or "empty",
)
def test_an_envelope_of_another_shape_is_refused(body: bytes) -> None:
    assert rejection(body, PLATFORM.query(SEALED)) is Rejection.BAD_ENVELOPE


@pytest.mark.parametrize(
    "body",
    [
        f"<xml><Encrypt>{SEALED}</Encrypt></xml>",
        f"\n<xml>\n  <AgentID>7</AgentID>\n <Encrypt>\n<![CDATA[{SEALED}]]>\n</Encrypt> <A><![CDATA[a]]></A>\n</xml>\n",
        f'<?xml version="1.0" encoding="UTF-8"?><xml><Encrypt><![CDATA[{SEALED}]]></Encrypt></xml>',
    ],
)
def test_layout_and_order_of_the_envelope_do_not_matter(body: str) -> None:
    assert isinstance(CODEC.open(body.encode(), PLATFORM.query(SEALED)), TextMessage)


@pytest.mark.parametrize(
    "sealed",
    [
        "A",
        "AAAA=AAA",
        SEALED[:-4],
        SEALED + "AAAA",
        SEALED[:20] + "\n" + SEALED[20:],
        PLATFORM.encrypt_raw(b"x" * 16),
        PLATFORM.encrypt(sample("text"), pad=ODD_PAD),  # whole blocks of the cipher, but not of the platform's 32
        base64.b64encode(base64.b64decode(SEALED) + b"x").decode(),
        PLATFORM.encrypt_raw(b"\x00" * 64),
        PLATFORM.encrypt_raw(b"x" * 63 + b"\x21"),
        PLATFORM.encrypt_raw(b"x" * 61 + b"\x02\x03\x03"),
        PLATFORM.encrypt(sample("text"), length=2**31),
        PLATFORM.encrypt(sample("text"), length=len(sample("text")) + len(CORP) + 1),
        PLATFORM.encrypt_raw(b"\x20" * 32),
    ],
)
def test_a_bad_ciphertext_is_refused(sealed: str) -> None:
    assert sealed_rejection(sealed) is Rejection.BAD_CIPHERTEXT


@pytest.mark.parametrize("receiver", [b"", b"ww-somebody-else", CORP.encode() + b"x", CORP[:-1].encode()])
def test_a_delivery_for_somebody_else_is_refused(receiver: bytes) -> None:
    assert sealed_rejection(PLATFORM.encrypt(sample("text"), tail=receiver)) is Rejection.WRONG_RECEIVER


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", Rejection.BAD_DOCUMENT),
        (b"not xml", Rejection.BAD_DOCUMENT),
        (sample("text")[:-8], Rejection.BAD_DOCUMENT),
        (b"<xml>\xff\xfe</xml>", Rejection.BAD_DOCUMENT),
        (b'<!DOCTYPE xml [<!ENTITY e "x">]>' + sample("text"), Rejection.BAD_DOCUMENT),
        (b'<?xml version="1.0"?><!DOCTYPE xml SYSTEM "file:///etc/passwd">' + sample("text"), Rejection.BAD_DOCUMENT),
        (b"<!-- --><!DOCTYPE xml>" + sample("text"), Rejection.BAD_DOCUMENT),
        (sample("text").replace(b"</xml>", b"<X>&e;</X></xml>"), Rejection.BAD_DOCUMENT),
        (sample("text").replace(b"</xml>", b"<MsgType>event</MsgType></xml>"), Rejection.BAD_DOCUMENT),
        (sample("text").replace(b"</xml>", b"<a>" * 9 + b"</a>" * 9 + b"</xml>"), Rejection.BAD_DOCUMENT),
        (sample("text").replace(b"</xml>", b"<a>" * 6000 + b"</a>" * 6000 + b"</xml>"), Rejection.BAD_DOCUMENT),
        (sample("text").decode().encode("utf-16"), Rejection.BAD_DOCUMENT),
        (b"<xml></xml>", Rejection.MISSING_FIELD),
        (re.sub(rb"<MsgId>.*</MsgId>", b"", sample("text")), Rejection.MISSING_FIELD),
        (re.sub(rb"<FromUserName>.*</FromUserName>", b"", sample("text")), Rejection.MISSING_FIELD),
        (re.sub(rb"<MediaId>.*</MediaId>", b"", sample("image")), Rejection.MISSING_FIELD),
        (re.sub(rb"<TaskId>.*</TaskId>", b"", sample("template_card_event_button")), Rejection.MISSING_FIELD),
        (re.sub(rb"<Event>.*</Event>", b"", sample("click")), Rejection.MISSING_FIELD),
        (re.sub(rb"<CreateTime>.*<", b"<CreateTime>-1<", sample("text")), Rejection.BAD_FIELD),
        (re.sub(rb"<CreateTime>.*<", b"<CreateTime>99999999999999<", sample("text")), Rejection.BAD_FIELD),
        (re.sub(rb"<MsgId>.*<", b"<MsgId>1 OR 1<", sample("text")), Rejection.BAD_FIELD),
        (re.sub(rb"<AgentID>.*<", b"<AgentID>x<", sample("text")), Rejection.BAD_FIELD),
        (re.sub(rb"<Location_X>.*<", b"<Location_X>NaN<", sample("location")), Rejection.BAD_FIELD),
        (re.sub(rb"<Location_X>.*<", b"<Location_X>91<", sample("location")), Rejection.BAD_FIELD),
        (re.sub(rb"<Location_X>.*<", b"<Location_X>1e9<", sample("location")), Rejection.BAD_FIELD),
    ],
)
def test_an_authentic_but_broken_document_is_refused(document: bytes, reason: Rejection) -> None:
    assert sealed_rejection(PLATFORM.encrypt(document)) is reason


def test_one_message_leaves_no_trace_in_the_next() -> None:
    """Whatever was opened or refused before, the same delivery is read the same."""
    codec = CallbackCodec(TOKEN, AES_KEY, CORP)
    delivery = PLATFORM.delivery(sample("text"))
    fresh = codec.open(*delivery)
    for sealed in (PLATFORM.encrypt_raw(b"x" * 16), PLATFORM.encrypt_raw(b"\x20" * 32), "AAAA", SEALED[:-4]):
        rejection(PLATFORM.body(sealed), PLATFORM.query(sealed), codec)
        assert codec.open(*delivery) == fresh


def test_words_that_look_like_markup_are_only_words() -> None:
    words = "<!DOCTYPE 量程> &amp; <xml> 不是标记 &e;"
    document = re.sub(rb"CDATA\[\xe6.*?\]", f"CDATA[{words}]".encode(), sample("text"), count=1)
    callback = CODEC.open(*PLATFORM.delivery(document))
    assert isinstance(callback, TextMessage)
    assert callback.content == words


@given(st.binary(max_size=300), st.binary(max_size=64))
def test_whatever_arrives_is_a_value_or_a_rejection(document: bytes, noise: bytes) -> None:
    for sealed in (PLATFORM.encrypt(document), PLATFORM.encrypt_raw(document[: len(document) // 32 * 32])):
        with pytest.raises(RejectedCallback):
            CODEC.open(PLATFORM.body(sealed), PLATFORM.query(sealed))
    with pytest.raises(RejectedCallback):
        CODEC.open(noise, PLATFORM.query(SEALED))


@given(cut=st.integers(0, len(PLATFORM.body(SEALED)) - 1), with_byte=st.integers(0, 255))
def test_a_damaged_delivery_never_passes_as_another(cut: int, with_byte: int) -> None:
    """One changed byte either touches only what is not used (the unsigned names around) or is refused."""
    body = PLATFORM.body(SEALED)
    damaged = body[:cut] + bytes([with_byte]) + body[cut + 1 :]
    try:
        callback = CODEC.open(damaged, PLATFORM.query(SEALED))
    except RejectedCallback:
        return
    assert callback == CODEC.open(body, PLATFORM.query(SEALED))


# --- wechatpy as the second opinion --------------------------------------------------------------------------------

# wechatpy's XML reader trims blanks, and no XML carries control characters: compared is what both can say.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=200).filter(
    lambda text: "]]>" not in text
)


@given(TEXTS, st.integers(1, 2**63 - 1), st.integers(0, 4_000_000_000))
def test_what_wechatpy_seals_we_open_with_the_same_fields(content: str, message_id: int, created: int) -> None:
    document = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[zhao]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"
        f"<MsgId>{message_id}</MsgId><AgentID>7</AgentID></xml>"
    )
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
    envelope = crypto.encrypt_message(document, "n0nce", "1749608400")
    signature = re.search(r"<MsgSignature><!\[CDATA\[(\w+)", envelope)
    assert signature is not None
    query = {"msg_signature": signature[1], "timestamp": "1749608400", "nonce": "n0nce"}
    body = re.sub(r"<MsgSignature>.*</Nonce>", "", envelope, flags=re.DOTALL).encode()

    ours = CODEC.open(body, query)
    theirs = parse_message(crypto.decrypt_message(body, signature[1], "1749608400", "n0nce"))

    assert isinstance(ours, TextMessage)
    assert (ours.content, ours.message_id, ours.sender, ours.corp_id, ours.agent_id) == (
        theirs.content,
        str(theirs.id),
        theirs.source,
        theirs.target,
        theirs.agent,
    )
    assert ours.content == content
    assert ours.created_at.timestamp() == created


# --- the address check ---------------------------------------------------------------------------------------------


def test_the_echo_is_the_bare_text() -> None:
    sealed = PLATFORM.encrypt(b"1616140317555161061")
    assert CODEC.echo({**PLATFORM.query(sealed), "echostr": sealed}) == b"1616140317555161061"


def test_a_plus_lost_to_a_proxy_is_found_again() -> None:
    sealed = next(text for text in (PLATFORM.encrypt(str(n).encode()) for n in range(100)) if "+" in text)
    assert CODEC.echo({**PLATFORM.query(sealed), "echostr": sealed.replace("+", " ")}).isdigit()


@pytest.mark.parametrize(
    ("echostr", "reason"),
    [("", Rejection.MISSING_QUERY), ("QUJD", Rejection.BAD_SIGNATURE), ("签", Rejection.BAD_SIGNATURE)],
)
def test_a_wrong_echo_is_refused(echostr: str, reason: Rejection) -> None:
    with pytest.raises(RejectedCallback) as caught:
        CODEC.echo({**PLATFORM.query(SEALED), "echostr": echostr})
    assert caught.value.reason is reason


# --- the codec itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "short", AES_KEY + "=", AES_KEY[:-1] + "*"])
def test_a_key_that_is_none_is_refused_at_construction(key: str) -> None:
    with pytest.raises(ValueError, match="43 letters"):
        CallbackCodec(TOKEN, key, CORP)


def test_the_secrets_are_not_in_the_repr() -> None:
    assert TOKEN not in repr(CODEC)
    assert AES_KEY not in repr(CODEC)
