"""The envelope against the platform's published vector and against an implementation that is not ours."""

from __future__ import annotations

import base64

import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from sandbox.wecom.crypto import Envelope, EnvelopeBroken, aes_key_bytes
from sandbox.wecom.markup import read

ENVELOPE = Envelope(
    token="QDG6eK", aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", receiveid="wx5823bf96d3bd56c7"
)
TIMESTAMP, NONCE = "1409659813", "1372623149"
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
ENCRYPTED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUk"
    "SUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekU"
    "NXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rU"
    "PA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+"
    "qN+E7Q=="
)


def test_opens_the_published_vector() -> None:
    inner = ENVELOPE.open_signed(encrypted=ENCRYPTED, msg_signature=SIGNATURE, timestamp=TIMESTAMP, nonce=NONCE)
    root = read(inner)
    assert root.findtext("Content") == "hello"
    assert root.findtext("FromUserName") == "mycreate"
    assert root.findtext("MsgId") == "4561255354251345929"
    assert root.findtext("AgentID") == "218"


def test_sealing_the_vector_again_gives_the_same_bytes() -> None:
    inner = ENVELOPE.open(ENCRYPTED)
    prefix = _prefix_of_the_vector()
    assert ENVELOPE.seal(inner, prefix=prefix) == ENCRYPTED


def _prefix_of_the_vector() -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = aes_key_bytes(ENVELOPE.aes_key)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    return decryptor.update(base64.b64decode(ENCRYPTED))[:16]


def test_a_foreign_implementation_opens_what_we_seal_and_we_open_what_it_seals() -> None:
    theirs = WeChatCrypto(ENVELOPE.token, ENVELOPE.aes_key, ENVELOPE.receiveid)
    sealed = ENVELOPE.seal("<xml><A>票</A></xml>".encode(), prefix=b"0123456789abcdef")
    signature = ENVELOPE.sign(timestamp=TIMESTAMP, nonce=NONCE, encrypted=sealed)
    outer = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    assert "票" in theirs.decrypt_message(outer, signature, TIMESTAMP, NONCE)

    reply = read(theirs.encrypt_message("<xml>好</xml>", NONCE, TIMESTAMP))
    opened = ENVELOPE.open_signed(
        encrypted=reply.findtext("Encrypt") or "",
        msg_signature=reply.findtext("MsgSignature") or "",
        timestamp=TIMESTAMP,
        nonce=NONCE,
    )
    assert opened.decode() == "<xml>好</xml>"


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 31, 32, 33, 64])
def test_padding_fills_to_32_bytes_for_every_length(size: int) -> None:
    sealed = ENVELOPE.seal(b"x" * size, prefix=b"0" * 16)
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert ENVELOPE.open(sealed) == b"x" * size


@pytest.mark.parametrize(
    ("encrypted", "why"),
    [
        ("not base64!", "not base64"),
        ("AAAA", "multiple of 32"),
        ("", "multiple of 32"),
        (base64.b64encode(bytes(32)).decode(), "bad padding"),
    ],
)
def test_rubbish_is_refused_with_a_reason(encrypted: str, why: str) -> None:
    with pytest.raises(EnvelopeBroken, match=why):
        ENVELOPE.open(encrypted)


def test_a_wrong_signature_or_receiver_is_refused() -> None:
    with pytest.raises(EnvelopeBroken, match="signature"):
        ENVELOPE.open_signed(encrypted=ENCRYPTED, msg_signature="0" * 40, timestamp=TIMESTAMP, nonce=NONCE)
    foreign = ENVELOPE.seal(b"x", prefix=b"0" * 16, receiveid="wwother")
    with pytest.raises(EnvelopeBroken, match="another receiver"):
        ENVELOPE.open(foreign)


@pytest.mark.parametrize("key", ["", "short", "x" * 42 + "+", "x" * 44])
def test_a_key_has_43_letters_and_digits(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        aes_key_bytes(key)
