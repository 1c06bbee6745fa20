"""Attempts at a proof, one a person, and what services saw, each used once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import ConstraintBroken
from storage.proofs import ProofAttempt
from storage.schema_proofs import proof_records
from storage.sql import Channel, insert_row
from storage.times import spell
from storage.tx import Tx
from storage.writer import Writer

NOW = datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
ATTEMPT = ProofAttempt(
    person="wang", id="01", link="a", way="face", said="{}", begun_at=NOW, until=NOW + timedelta(minutes=5)
)


async def test_a_person_has_one_attempt_the_newest(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.put_proof_attempt(ATTEMPT))
    newer = replace(ATTEMPT, id="02", link="b", reference="number-of-the-service")
    await writer.submit(lambda tx: tx.put_proof_attempt(newer))
    assert await writer.submit(lambda tx: tx.proof_attempt("wang")) == newer
    assert await writer.submit(lambda tx: tx.proof_attempt("li")) is None
    assert "number-of-the-service" not in repr(newer)


async def test_an_attempt_that_is_over_is_forgotten_with_its_number(writer: Writer) -> None:
    await writer.submit(lambda tx: tx.put_proof_attempt(ATTEMPT))
    await writer.submit(lambda tx: tx.purge_proof_attempts(ATTEMPT.until))
    assert await writer.submit(lambda tx: tx.proof_attempt("wang")) == ATTEMPT
    await writer.submit(lambda tx: tx.purge_proof_attempts(ATTEMPT.until + timedelta(seconds=1)))
    assert await writer.submit(lambda tx: tx.proof_attempt("wang")) is None


async def test_a_record_is_used_once_whoever_asks(writer: Writer) -> None:
    def twice(tx: Tx) -> tuple[bool, bool]:
        first = tx.use_proof("faceid", "r1", person="wang", permit="P1", at=NOW)
        return first, tx.use_proof("faceid", "r1", person="wang", permit="P2", at=NOW)

    assert await writer.submit(twice) == (True, False)
    assert not await writer.submit(lambda tx: tx.use_proof("faceid", "r1", person="li", permit="P1", at=NOW))
    assert await writer.submit(lambda tx: tx.use_proof("soter", "r1", person="li", permit="P1", at=NOW))


async def test_the_database_itself_takes_a_record_once(writer: Writer) -> None:
    """Another process that has not seen our row cannot use the record either."""
    await writer.submit(lambda tx: tx.use_proof("faceid", "r1", person="wang", permit="P1", at=NOW))
    statement = insert_row(proof_records, channel=Channel.PROOFS)
    with pytest.raises(ConstraintBroken):
        await writer.submit(lambda tx: tx.ask(statement, (tx.site, "faceid", "r1", "li", "P2", spell(NOW))))
