"""Signatures of people's own keys, made here with `cryptography` and checked by the verifier from the export alone."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from pydantic import SecretStr

from bot.settings import Settings
from storage import migrate
from storage.codec import Codec
from storage.engine import open_database
from storage.fold import Fold
from storage.writer import Writer
from tests.support.verify import Said
from tests.support.works import PERMIT, SITE, UNIT_HEAD, Desk
from tests.verifier.conftest import AS_WRITTEN, Sealed, seal
from workflow.permit.events import PermitSubmitted
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.values import Actor

HOST = "permit.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnrolled:
    """A key was enrolled, as the stream of a person's keys keeps it."""

    by: Actor
    at: datetime
    credential: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked:
    """A key was given up."""

    by: Actor
    at: datetime
    credential: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved:
    """An approval whose proof carries the raw signature."""

    by: Actor
    at: datetime
    node: str
    content_hash: str
    proof: dict[str, Any]


KEYS: Fold[int, Any] = Fold(
    kind="keys", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec([KeyEnrolled, KeyRevoked])
)
SIGNED: Fold[int, Any] = Fold(
    kind="permit", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec([StepApproved])
)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A key in somebody's phone: what it shows of itself, and how it signs."""

    cose: bytes
    sign: Callable[[bytes], bytes]


def es256(secret: int = 7) -> Device:
    key = ec.derive_private_key(secret, ec.SECP256R1())
    at = key.public_key().public_numbers()
    x, y = (part.to_bytes(32, "big") for part in (at.x, at.y))
    cose = bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y
    return Device(cose=cose, sign=lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))


def eddsa() -> Device:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    cose = bytes.fromhex("a4010103272006215820") + key.public_key().public_bytes_raw()
    return Device(cose=cose, sign=key.sign)


def rs256() -> Device:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    modulus = key.public_key().public_numbers().n.to_bytes(256, "big")
    cose = bytes.fromhex("a401030339010020590100") + modulus + bytes.fromhex("2143010001")
    return Device(cose=cose, sign=lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How a signature departs from a good one; nothing said: it does not."""

    device: Callable[[], Device] = es256
    signs: Callable[[], Device] | None = None
    """Another device's hand than the key that is shown."""
    enrolled: Callable[[], Device] | None = es256
    revoked: bool = False
    verdict: str = "approve"
    origin: str = f"https://{HOST}"
    flags: int = 0x05
    tag: bytes = b"permitbot.passkey.v1"
    kind: str = "webauthn.get"
    window: timedelta = timedelta(minutes=5)
    more: tuple[tuple[str, str], ...] = ()
    """What newer signatures say besides."""
    altered: str = ""
    """A word of the decision exchanged after it was signed."""


def assertion(case: Case, *, content_hash: str, at: datetime) -> dict[str, str]:
    """What the browser hands over."""
    start, until = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (at - timedelta(minutes=1), at + case.window))
    said = {
        "content_hash": content_hash, "from": start, "permit": PERMIT, "person": UNIT_HEAD, "step": "unit_head",
        "until": until, "verdict": case.verdict, **dict(case.more),
    }  # fmt: skip
    decision, nonce = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False), bytes(range(16))
    challenge = hashlib.sha256(case.tag + b"\0" + nonce + b"\0" + decision.encode()).digest()
    client = json.dumps({"type": case.kind, "challenge": b64(challenge), "origin": case.origin}).encode()
    authenticator = hashlib.sha256(HOST.encode()).digest() + bytes([case.flags]) + (9).to_bytes(4, "big")
    signature = (case.signs or case.device)().sign(authenticator + hashlib.sha256(client).digest())
    return {
        "credential": b64(b"key-1"), "public_key": b64(case.device().cose), "authenticator_data": b64(authenticator),
        "client_data": b64(client), "signature": b64(signature), "nonce": b64(nonce),
        "decision": decision.replace(case.altered, "x" * len(case.altered)) if case.altered else decision,
    }  # fmt: skip


async def site(folder: Path, case: Case) -> Sealed:
    """A submission and one approval signed by a key, sealed."""
    url = f"sqlite:///{folder}/permitbot.sqlite3"
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(url), media_dir=folder / "media")
    migrate.upgrade(url)
    submitted = Desk().reach(Status.SUBMITTED).events[0]
    assert isinstance(submitted, PermitSubmitted)
    at, by = datetime(2025, 6, 11, tzinfo=UTC), Actor.person(UNIT_HEAD)
    proof = {
        "method": "passkey",
        "subject": UNIT_HEAD,
        "decision_hash": decision_hash(
            permit=PERMIT, content_hash=submitted.content_hash, verdict="approve", step="unit_head", person=UNIT_HEAD
        ),
        "assertion": assertion(case, content_hash=submitted.content_hash, at=at),
    }
    approved = StepApproved(by=by, at=at, node="unit_head", content_hash=submitted.content_hash, proof=proof)
    writer = Writer(open_database(url), SITE)
    await writer.start()
    await writer.submit(lambda tx: tx.append(AS_WRITTEN, PERMIT, 0, [submitted], at, "tap:1"))
    if case.enrolled is not None:
        before, key = at - timedelta(days=9), b64(case.enrolled().cose)
        ring: list[Any] = [KeyEnrolled(by=by, at=before, credential=b64(b"key-1"), public_key=key)]
        if case.revoked:
            ring.append(KeyRevoked(by=by, at=before, credential=b64(b"key-1")))
        await writer.submit(lambda tx: tx.append(KEYS, UNIT_HEAD, 0, ring, before, "tap:0"))
    await writer.submit(lambda tx: tx.append(SIGNED, PERMIT, 1, [approved], at, "tap:2"))
    told = await seal(writer, at)
    await writer.stop()
    return Sealed(settings=settings, folder=folder, told=(told,))


async def test_good_signatures_of_an_enrolled_key_hold(tmp_path: Path) -> None:
    for number, device in enumerate((es256, eddsa)):
        folder = tmp_path / str(number)
        folder.mkdir()
        sealed = await site(folder, Case(device=device, enrolled=device))
        said = await _verified(sealed)
        assert said.code == 0, said
        assert "1 signatures of keys hold" in said.marked("ok")


async def test_newer_signatures_name_role_and_words_too(tmp_path: Path) -> None:
    said = await _verified(await site(tmp_path, Case(more=(("role", "site_unit"), ("text", "")))))
    assert said.code == 0, said


async def test_a_key_of_windows_hello_too(tmp_path: Path) -> None:
    device = rs256()
    said = await _verified(await site(tmp_path, Case(device=lambda: device, enrolled=lambda: device)))
    assert said.code == 0, said


async def test_without_its_enrolment_whose_key_it_is_stays_our_word(tmp_path: Path) -> None:
    said = await _verified(await site(tmp_path, Case(enrolled=None)))
    assert said.code == 3
    assert "whose key it is, is attested by this system alone" in said.marked("cannot")


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Case(signs=lambda: es256(8)), "the signature of the key does not hold"),
        (Case(enrolled=lambda: es256(8)), "was not the enrolled one"),
        (Case(revoked=True), "was not in force"),
        (Case(verdict="reject"), "the key signed another decision"),
        (Case(more=(("text", "说的是另一句"),)), "the key signed another decision"),
        (Case(altered="unit_head"), "the key signed another decision"),
        (Case(altered="T00:05"), "the challenge is not made of this decision"),
        (Case(tag=b"another.tag"), "the challenge is not made of this decision"),
        (Case(origin="https://evil.example.org"), "the signature belongs to another site"),
        (Case(flags=0x01), "finger or face was not verified"),
        (Case(kind="webauthn.create"), "not a signature made on the page itself"),
        (Case(window=timedelta(seconds=-30)), "outside the window"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_with_a_signature_is_said(tmp_path: Path, case: Case, why: str) -> None:
    said = await _verified(await site(tmp_path, case))
    assert said.code == 1, said
    assert why in said.marked("bad")


async def _verified(sealed: Sealed) -> Said:
    return await asyncio.to_thread(sealed.verified, anchor=sealed.anchor)
