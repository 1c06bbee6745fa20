"""Passive replies: what the answer to a callback itself may say ([D90241]).

Useful for one thing only: an instant word to the person who pressed or scanned, within five seconds. A card reply
changes that person's copy alone; everything that others must see goes through the API. wechatpy does the sealing here
(docs/adr/0020); the inner documents are ours, because it has no card replies and does not guard the end of a CDATA
section.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import Final

from bot.wecom.callbacks import Callback
from bot.wecom.protocol import CallbackCodec

MAX_TEXT: Final = 2048
"""Bytes of UTF-8; the platform cuts what is longer."""


def text_reply(to: Callback, content: str, *, at: datetime) -> bytes:
    """The document of a text answer. Raises `ValueError` beyond `MAX_TEXT` bytes or when empty."""
    if not 0 < len(content.encode()) <= MAX_TEXT:
        raise ValueError(f"a passive text reply has 1 to {MAX_TEXT} bytes")
    return _document(to, "text", f"<Content>{_cdata(content)}</Content>", at)


def button_reply(to: Callback, words: str, *, at: datetime) -> bytes:
    """The document that greys the pressed card's buttons with ``words``, on the presser's own copy only."""
    return _document(to, "update_button", f"<Button><ReplaceName>{_cdata(words)}</ReplaceName></Button>", at)


def seal(codec: CallbackCodec, document: bytes, *, at: datetime, nonce: str, prefix: bytes) -> bytes:
    """The body of the HTTP answer.

    ``nonce`` is letters and digits; ``prefix`` is 16 unpredictable bytes, fresh each time; otherwise
    `ValueError`.
    """
    if len(prefix) != 16:
        raise ValueError("the random prefix is 16 bytes")
    if not (nonce.isascii() and nonce.isalnum()):
        raise ValueError("a nonce is letters and digits")
    # Imported late: the library loads a whole HTTP client, which the way in must not wait for.
    from wechatpy.enterprise.crypto import PrpCrypto

    crypto = PrpCrypto(b64decode(codec.aes_key + "="))
    crypto.get_random_string = lambda: prefix  # its own dice are not fit for secrets
    sealed = crypto.encrypt(document, codec.receive_id).decode()
    timestamp = str(int(at.timestamp()))
    signature = codec.sign(sealed, timestamp=timestamp, nonce=nonce)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()


def _document(to: Callback, kind: str, inner: str, at: datetime) -> bytes:
    return (
        f"<xml><ToUserName>{_cdata(to.sender)}</ToUserName><FromUserName>{_cdata(to.corp_id)}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType>{_cdata(kind)}</MsgType>{inner}</xml>"
    ).encode()


def _cdata(text: str) -> str:
    """``text`` as character data; a section's end inside it is split over two sections."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
