"""Passkeys (WebAuthn): the person's own phone signs the decision after it has checked finger, face or screen lock.

The challenge is made of the decision (`workflow.decision`), so a right signature is one over this decision and no
other. The device must say that it verified its user; the page must be ours, at the top of its window. The use counter
is read here and judged in memory, where it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.proofs.ladder import Proven, Unproven, Why
from workflow.decision import challenge
from workflow.ids import PersonId
from workflow.keys import Key
from workflow.values import Assertion, ProofMethod

TIMEOUT_MS = 120_000
"""How long the phone waits for its user."""
NAME = "作业票"
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_ENROL_TAG = b"permitbot.enrol.v1"


class _Signed(msgspec.Struct):
    clientDataJSON: str  # noqa: N815 (the browser's own spelling)
    authenticatorData: str  # noqa: N815 (the browser's own spelling)
    signature: str


class _Answer(msgspec.Struct):
    id: str
    response: _Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A key a phone has made."""

    credential: str
    public_key: str
    aaguid: str
    counter: int
    synced: bool

    def key(self, *, device: str, officer: PersonId, at: datetime) -> Key:
        """The key as the ring keeps it."""
        return Key(
            credential=self.credential,
            public_key=self.public_key,
            aaguid=self.aaguid,
            device=device,
            counter=self.counter,
            enrolled_at=at,
            supervised_by=officer,
        )


class Passkeys:
    """The plug for one public address. A `bot.proofs.ladder.Verifier`."""

    method = ProofMethod.PASSKEY

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._rp = parts.hostname or ""

    def begin(self, said: str, nonce: bytes, keys: Sequence[Key]) -> dict[str, Any]:
        """Options for ``navigator.credentials.get``: only this person's keys are asked for."""
        options = generate_authentication_options(
            rp_id=self._rp,
            challenge=challenge(said, nonce),
            timeout=TIMEOUT_MS,
            allow_credentials=_named(keys),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(options_to_json_dict(options))

    def finish(self, said: str, nonce: bytes, keys: Sequence[Key], payload: object) -> Proven:
        """The signature, checked against the challenge made anew from the decision. Raise `Unproven`."""
        try:
            answer = msgspec.convert(payload, _Answer)
            client = base64url_to_bytes(answer.response.clientDataJSON)
        except (msgspec.ValidationError, ValueError):
            raise Unproven(Why.MALFORMED) from None
        key = next((one for one in keys if one.credential == answer.id), None)
        if key is None:
            raise Unproven(Why.FOREIGN_KEY)
        _same_origin(client)
        try:
            verified = verify_authentication_response(
                credential=_as_dict(payload),
                expected_challenge=challenge(said, nonce),
                expected_rp_id=self._rp,
                expected_origin=self.origin,
                credential_public_key=base64url_to_bytes(key.public_key),
                credential_current_sign_count=0,  # judged in memory, together with its change
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError):
            raise Unproven(Why.NOT_PROVEN) from None
        return Proven(
            counter=verified.new_sign_count,
            assertion=Assertion(
                credential=key.credential,
                public_key=key.public_key,
                authenticator_data=answer.response.authenticatorData,
                client_data=answer.response.clientDataJSON,
                signature=answer.response.signature,
                nonce=bytes_to_base64url(nonce),
                decision=said,
            ),
        )

    # --- enrolling ---------------------------------------------------------------------------------------------------

    def begin_to_enrol(
        self, said: str, nonce: bytes, keys: Sequence[Key], *, person: PersonId, name: str
    ) -> dict[str, Any]:
        """Options for ``navigator.credentials.create``: a key that stays on the phone and always checks its user."""
        options = generate_registration_options(
            rp_id=self._rp,
            rp_name=NAME,
            user_id=hashlib.sha256(_ENROL_TAG + person.encode()).digest(),
            user_name=name,
            user_display_name=name,
            challenge=_to_enrol(said, nonce),
            timeout=TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_named(keys),
            supported_pub_key_algs=_ALGORITHMS,
        )
        return dict(options_to_json_dict(options))

    def finish_to_enrol(self, said: str, nonce: bytes, payload: object) -> Enrolled:
        """The key the phone made, checked. Raise `Unproven`."""
        given = _as_dict(payload)
        response = given.get("response")
        try:
            client = base64url_to_bytes(str(response["clientDataJSON"] if isinstance(response, dict) else ""))
        except (KeyError, ValueError):
            raise Unproven(Why.MALFORMED) from None
        _same_origin(client)
        try:
            verified = verify_registration_response(
                credential=given,
                expected_challenge=_to_enrol(said, nonce),
                expected_rp_id=self._rp,
                expected_origin=self.origin,
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        except (WebAuthnException, ValueError):
            raise Unproven(Why.NOT_PROVEN) from None
        return Enrolled(
            credential=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            aaguid=verified.aaguid,
            counter=verified.sign_count,
            synced=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        )


def _to_enrol(said: str, nonce: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((_ENROL_TAG, nonce, said.encode()))).digest()


def _named(keys: Sequence[Key]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in keys]


def _as_dict(payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise Unproven(Why.MALFORMED)
    return payload


def _same_origin(client_data: bytes) -> None:
    """A page of ours is never in a frame of somebody else's. The library does not look at this."""
    try:
        crossed = parse_client_data_json(client_data).cross_origin
    except (WebAuthnException, ValueError):
        raise Unproven(Why.MALFORMED) from None
    if crossed:
        raise Unproven(Why.CROSS_ORIGIN)
