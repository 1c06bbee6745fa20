"""The callback envelope: AES-256-CBC with 32-byte padding and a SHA-1 signature over four sorted strings.

Written from the platform's description alone, so that it checks the adapter's own implementation.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
"""Padding unit in bytes; the cipher's own block is 16, the platform pads to 32."""
_PREFIX = 16
_LENGTH = 4


class EnvelopeBroken(Exception):
    """The text cannot be opened: wrong signature, wrong key, bad padding, bad length or a foreign receiver."""


def aes_key_bytes(encoded: str) -> bytes:
    """The 32 key bytes behind a 43-character EncodingAESKey; raises ValueError for anything else."""
    if len(encoded) != 43 or not encoded.isascii() or not encoded.isalnum():
        raise ValueError("an EncodingAESKey has exactly 43 letters and digits")
    return base64.b64decode(encoded + "=")


def signature(*, token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """Lower-case hex SHA-1 over the sorted, concatenated strings."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One app's token and key, and who the content is meant for (the corpid for a self-built app)."""

    token: str
    aes_key: str
    receiveid: str

    def seal(self, message: bytes, *, prefix: bytes, receiveid: str | None = None) -> str:
        """Encrypt to base64 text. ``prefix`` is the 16 random bytes in front; ``receiveid`` overrides the receiver."""
        if len(prefix) != _PREFIX:
            raise ValueError("the random prefix has 16 bytes")
        receiver = (self.receiveid if receiveid is None else receiveid).encode()
        plain = prefix + len(message).to_bytes(_LENGTH, "big") + message + receiver
        gap = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([gap]) * gap) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, encrypted: str) -> bytes:
        """Decrypt base64 text and check padding, length and receiver; raises `EnvelopeBroken`."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise EnvelopeBroken("not base64") from error
        if not sealed or len(sealed) % _BLOCK:
            raise EnvelopeBroken("not a multiple of 32 bytes")
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        gap = plain[-1]
        if not 1 <= gap <= _BLOCK or plain[-gap:] != bytes([gap]) * gap:
            raise EnvelopeBroken("bad padding")
        content = plain[_PREFIX:-gap]
        length = int.from_bytes(content[:_LENGTH], "big")
        message, receiver = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
        if len(content) < _LENGTH or len(message) != length:
            raise EnvelopeBroken("bad length")
        if receiver.decode(errors="replace") != self.receiveid:
            raise EnvelopeBroken("meant for another receiver")
        return message

    def sign(self, *, timestamp: str, nonce: str, encrypted: str) -> str:
        """The msg_signature of an encrypted text."""
        return signature(token=self.token, timestamp=timestamp, nonce=nonce, encrypted=encrypted)

    def open_signed(self, *, encrypted: str, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        """Check the signature, then decrypt; raises `EnvelopeBroken`."""
        expected = self.sign(timestamp=timestamp, nonce=nonce, encrypted=encrypted)
        if not hmac.compare_digest(expected.encode(), msg_signature.encode()):
            raise EnvelopeBroken("wrong signature")
        return self.open(encrypted)

    def _cipher(self) -> Cipher[modes.CBC]:
        key = aes_key_bytes(self.aes_key)
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
