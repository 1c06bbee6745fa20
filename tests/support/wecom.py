"""The other side of WeCom's callback envelope, written from the platform's page, sharing nothing with the product."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "wecom"

CORP = "ww0f0e0d0c0b0a0908"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def sample(name: str) -> bytes:
    """A decrypted callback document."""
    return (SAMPLES / "callbacks" / f"{name}.xml").read_bytes()


def parsed(document: bytes | str) -> ElementTree.Element:
    """A document we wrote ourselves, as a tree."""
    return ElementTree.fromstring(document)  # noqa: S314 - our own bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Seals the way WeCom does; every part can be bent to make a forgery."""

    token: str = TOKEN
    aes_key: str = AES_KEY
    receive_id: str = CORP
    timestamp: str = "1749608400"
    nonce: str = "1372623149"

    def encrypt(
        self, document: bytes, *, tail: bytes | None = None, pad: bytes | None = None, length: int | None = None
    ) -> str:
        """``tail`` replaces the receiver, ``pad`` the padding, ``length`` the stated length."""
        size = len(document) if length is None else length
        plain = b"0123456789abcdef" + size.to_bytes(4, "big") + document
        plain += self.receive_id.encode() if tail is None else tail
        count = 32 - len(plain) % 32
        plain += bytes([count]) * count if pad is None else pad
        return self.encrypt_raw(plain)

    def encrypt_raw(self, plain: bytes) -> str:
        key = base64.b64decode(self.aes_key + "=")
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    def sign(self, sealed: str) -> str:
        parts = sorted([self.token, self.timestamp, self.nonce, sealed])
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def query(self, sealed: str) -> dict[str, str]:
        return {"msg_signature": self.sign(sealed), "timestamp": self.timestamp, "nonce": self.nonce}

    def body(self, sealed: str) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self.receive_id}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        ).encode()

    def delivery(self, document: bytes) -> tuple[bytes, dict[str, str]]:
        """Body and query of an honest delivery."""
        sealed = self.encrypt(document)
        return self.body(sealed), self.query(sealed)
