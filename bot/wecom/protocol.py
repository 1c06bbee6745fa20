"""The callback protocol without I/O: sealed bytes in, one typed value or one named exception out ([D90930], [D90968]).

Rule 1: nothing is decrypted before its signature held, and signatures are compared in constant time.
Rule 2: nothing unauthenticated meets an XML parser. The envelope is recognised by expressions that know exactly the
documented shape, a flat list of leaves, and so have no room for entities, document types or depth.
Rule 3: every refusal is a `RejectedCallback` with a reason and without a single byte of what was refused.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from bot.wecom.callbacks import AnyCallback
from bot.wecom.documents import read
from bot.wecom.rejection import RejectedCallback, Rejection

MAX_BODY: Final = 64 * 1024
"""Bytes. The largest documented callback is far smaller; nothing bigger is even looked at."""

_BLOCK: Final = 32
"""The platform pads to 32 bytes, not to the cipher's 16."""
_PREFIX: Final = 16
_PADDING: Final = tuple(bytes([count]) * count for count in range(_BLOCK + 1))
_MAX_QUERY: Final = 512
"""Characters of all signed parameters together; real ones stay below 100."""
_LEAVES = rb"(?:\s*<(\w+)>(?:<!\[CDATA\[[^\[\]<>]*\]\]>|[^<>&]*)</\1>)*\s*"
_BEFORE: Final = re.compile(rb"\s*(?:<\?xml [^<>]*\?>\s*)?<xml>" + _LEAVES)
_AFTER: Final = re.compile(_LEAVES + rb"</xml>\s*")


class Query(NamedTuple):
    """The signed query parameters of a callback."""

    signature: str
    timestamp: str
    nonce: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Query:
        """Take the three parameters; raise `RejectedCallback` when one is missing or absurdly long."""
        signature, timestamp, nonce = query.get("msg_signature"), query.get("timestamp"), query.get("nonce")
        if not (signature and timestamp and nonce) or len(signature) + len(timestamp) + len(nonce) > _MAX_QUERY:
            raise RejectedCallback(Rejection.MISSING_QUERY)
        return cls(signature=signature, timestamp=timestamp, nonce=nonce)


@dataclass(frozen=True, slots=True)
class CallbackCodec:
    """Opens what WeCom sends to one callback address, and signs what goes back (`replies` seals it).

    ``receive_id`` is the corp id for a self-built app and for contact sync. Raises `ValueError` for a key that is not
    43 letters and digits. Neither token nor key appears in its ``repr``.
    """

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receive_id: str
    _decryptor: CipherContext = field(init=False, repr=False, compare=False)
    _receiver: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9]{43}", self.aes_key):
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        key = b64decode(self.aes_key + "=")
        # One context for all messages. In CBC the state left by the last message garbles only the first block of the
        # next, and that block is the random prefix nobody reads; the vector [D90968] fixes does not matter for the same
        # reason. It must always be left at a block's end, so `_unseal` looks at the length first. Not for two threads.
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        object.__setattr__(self, "_decryptor", cipher.decryptor())
        object.__setattr__(self, "_receiver", self.receive_id.encode())

    def open(self, body: bytes, query: Mapping[str, str], *, max_body: int = MAX_BODY) -> AnyCallback:
        """The delivery in ``body`` as a typed value.

        Raises `RejectedCallback`, and only that, for anything whatever that is wrong with it.
        """
        if len(body) > max_body:
            raise RejectedCallback(Rejection.TOO_LARGE)
        sealed = _sealed_part(body)
        self._check(sealed, Query.read(query))
        return read(self._unseal(sealed))

    def echo(self, query: Mapping[str, str]) -> bytes:
        """The answer to the address check an administrator triggers ([D90930]): the bare text, within a second."""
        # A proxy that decodes "+" leaves a blank; base64 has none, so the way back is unambiguous.
        sealed = query.get("echostr", "").replace(" ", "+").encode("utf-8", "backslashreplace")
        if not 0 < len(sealed) <= MAX_BODY:
            raise RejectedCallback(Rejection.MISSING_QUERY)
        self._check(sealed, Query.read(query))
        return self._unseal(sealed)

    def sign(self, sealed: str, *, timestamp: str, nonce: str) -> str:
        """``msg_signature``: SHA-1 over the four strings in lexicographic order, lower-case hex."""
        return self._signature(sealed.encode(), timestamp, nonce)

    def _signature(self, sealed: bytes, timestamp: str, nonce: str) -> str:
        parts = [
            self.token.encode(),
            timestamp.encode("utf-8", "backslashreplace"),
            nonce.encode("utf-8", "backslashreplace"),
            sealed,
        ]
        parts.sort()
        # The platform's protocol fixes SHA-1 here; what protects the body is the secret token inside the digest.
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def _check(self, sealed: bytes, query: Query) -> None:
        expected = self._signature(sealed, query.timestamp, query.nonce)
        if not hmac.compare_digest(expected.encode(), query.signature.encode("utf-8", "backslashreplace")):
            raise RejectedCallback(Rejection.BAD_SIGNATURE)

    def _unseal(self, sealed: bytes) -> bytes:
        try:
            secret = binascii.a2b_base64(sealed, strict_mode=True)
        except binascii.Error:
            raise RejectedCallback(Rejection.BAD_CIPHERTEXT) from None
        if not secret or len(secret) % _BLOCK:
            raise RejectedCallback(Rejection.BAD_CIPHERTEXT)
        plain = self._decryptor.update(secret)
        start = _PREFIX + 4
        end = start + int.from_bytes(plain[_PREFIX:start], "big")
        pad = plain[-1]
        tail = plain[end:]
        if not 1 <= pad <= _BLOCK or tail[-pad:] != _PADDING[pad]:
            raise RejectedCallback(Rejection.BAD_CIPHERTEXT)
        if tail[:-pad] != self._receiver:
            raise RejectedCallback(Rejection.WRONG_RECEIVER)
        return plain[start:end]


def _sealed_part(body: bytes) -> bytes:
    """The one ``Encrypt`` of a flat envelope; whether it is base64 shows after its signature held."""
    before, opening, rest = body.partition(b"<Encrypt>")
    sealed, closing, after = rest.partition(b"</Encrypt>")
    if not (opening and closing and _BEFORE.fullmatch(before) and _AFTER.fullmatch(after)) or b"<Encrypt>" in after:
        raise RejectedCallback(Rejection.BAD_ENVELOPE)
    return sealed.strip().removeprefix(b"<![CDATA[").removesuffix(b"]]>")
