"""Attempts at a proof that a service outside the house sees; what such services saw, each used once; PINs' digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, literal_column, select

from storage.schema_proofs import pin_secrets, proof_attempts, proof_records
from storage.sql import Channel, Statement, asked, insert_row, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofAttempt:
    """What one person has begun and not ended. ``id`` is the nonce in hex; ``said`` the canonical decision."""

    person: str
    id: str
    link: str
    way: str
    said: str
    begun_at: datetime
    until: datetime
    reference: str | None = field(default=None, repr=False)
    """The service's own number for it; whoever holds it may ask for the answer, so it is never shown."""

    def __post_init__(self) -> None:
        aware(self.begun_at)
        aware(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinSecret:
    """What tells a person's right PIN from a wrong one; salt and digest in hex. ``number``: of which enrolment."""

    number: int
    salt: str = field(repr=False)
    cost: int
    digest: str = field(repr=False)


_a, _r = proof_attempts.c, proof_records.c
_GET = Statement(
    select(_a.id, _a.link, _a.way, _a.said, _a.reference, _a.begun_at, _a.until).where(
        *asked(proof_attempts, "site", "person")
    ),
    "site",
    "person",
    channel=Channel.PROOFS,
)
_PUT = put_row(proof_attempts, channel=Channel.PROOFS)
_DROP = Statement(
    delete(proof_attempts).where(*asked(proof_attempts, "site", "person")), "site", "person", channel=Channel.PROOFS
)
_PURGE = Statement(
    delete(proof_attempts).where(*asked(proof_attempts, "site"), _a.until < bindparam("before")),
    "site",
    "before",
    channel=Channel.PROOFS,
)
_USED = Statement(
    select(literal_column("1")).where(*asked(proof_records, "site", "source", "record")),
    "site",
    "source",
    "record",
    channel=Channel.PROOFS,
)
_p = pin_secrets.c
_PIN = Statement(
    select(_p.number, _p.salt, _p.cost, _p.digest).where(*asked(pin_secrets, "site", "person")),
    "site",
    "person",
    channel=Channel.PINS,
)
_PUT_PIN = put_row(pin_secrets, channel=Channel.PINS)
_DROP_PIN = Statement(
    delete(pin_secrets).where(*asked(pin_secrets, "site", "person")), "site", "person", channel=Channel.PINS
)
_USE = insert_row(proof_records, channel=Channel.PROOFS)


class ProofsTx(TxBase):
    """Attempts, and what was used up."""

    __slots__ = ()

    def proof_attempt(self, person: str) -> ProofAttempt | None:
        """What this person has under way, over or not."""
        rows = self.read(_GET, (self.site, person))
        if not rows:
            return None
        ident, link, way, said, reference, begun_at, until = rows[0]
        return ProofAttempt(
            person=person, id=ident, link=link, way=way, said=said, reference=reference, begun_at=read(begun_at),
            until=read(until),
        )  # fmt: skip

    def put_proof_attempt(self, one: ProofAttempt) -> None:
        """From now on this is the person's attempt, and no other."""
        row = (
            self.site, one.person, one.id, one.link, one.way, one.said, one.reference, spell(one.begun_at),
            spell(one.until),
        )  # fmt: skip
        self.write(_PUT, row)

    def drop_proof_attempt(self, person: str) -> None:
        """It has ended."""
        self.write(_DROP, (self.site, person))

    def purge_proof_attempts(self, before: datetime) -> None:
        """Forget attempts that ended before ``before``, with the numbers they hold."""
        self.write(_PURGE, (self.site, spell(before)))

    def proof_used(self, source: str, record: str) -> bool:
        """Whether what this service saw already counted for some decision."""
        return bool(self.read(_USED, (self.site, source, record)))

    def use_proof(self, source: str, record: str, *, person: str, permit: str, at: datetime) -> bool:
        """Use up what a service saw; False when it was used before."""
        if self.proof_used(source, record):
            return False
        self.write(_USE, (self.site, source, record, person, permit, spell(at)))
        return True

    def pin_secret(self, person: str) -> PinSecret | None:
        """The digest of a person's PIN; None where there is none."""
        rows = self.read(_PIN, (self.site, person))
        if not rows:
            return None
        number, salt, cost, digest = rows[0]
        return PinSecret(number=int(number), salt=salt, cost=int(cost), digest=digest)

    def put_pin_secret(self, person: str, one: PinSecret) -> None:
        """From now on this is the person's PIN, and no other."""
        self.write(_PUT_PIN, (self.site, person, one.number, one.salt, one.cost, one.digest))

    def drop_pin_secret(self, person: str) -> None:
        """There is none any more."""
        self.write(_DROP_PIN, (self.site, person))
