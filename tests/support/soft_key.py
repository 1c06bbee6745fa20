"""A passkey in software, made from the published format: what a phone does, and what a forger would like to do."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(slots=True)
class SoftKey:
    """One key. ``counter`` is what it shows next."""

    origin: str
    rp: str = "localhost"
    counter: int = 1
    credential: bytes = b"soft-key-0000001"
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.derive_private_key(0xC0FFEE, ec.SECP256R1()))

    def public_key(self) -> bytes:
        """COSE."""
        point = self.secret.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def enrol(self, options: dict[str, Any], *, verified: bool = True, crossed: bool = False) -> dict[str, Any]:
        """What ``credentials.create`` gives back."""
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self.public_key()
        raw = self._data(0x41 | (0x04 if verified else 0)) + attested
        client = self._client("webauthn.create", options["challenge"], crossed)
        response = {
            "clientDataJSON": b64(client),
            "attestationObject": b64(encode_cbor({"fmt": "none", "attStmt": {}, "authData": raw})),
        }
        return self._answer(response)

    def sign(self, options: dict[str, Any], *, verified: bool = True, crossed: bool = False) -> dict[str, Any]:
        """What ``credentials.get`` gives back."""
        raw = self._data(0x01 | (0x04 if verified else 0))
        client = self._client("webauthn.get", options["challenge"], crossed)
        signature = self.secret.sign(raw + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": b64(client), "authenticatorData": b64(raw), "signature": b64(signature)}
        return self._answer(response)

    def _data(self, flags: int) -> bytes:
        shown = self.counter
        self.counter += 1
        return hashlib.sha256(self.rp.encode()).digest() + bytes([flags]) + shown.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, crossed: bool) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": crossed}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = b64(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
