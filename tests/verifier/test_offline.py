"""Decisions by PIN, checked by the verifier from the export alone: both PINs and the outage must be on record."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.streams import outages_of, pin_books_of
from storage import migrate
from storage.engine import open_database
from storage.fold import Fold
from storage.tx import Tx
from storage.writer import Writer
from tests.support.verify import Said
from tests.support.works import DIRECTOR, PERMIT, SAFETY, SITE, UNIT_HEAD, Desk
from tests.verifier.conftest import AS_WRITTEN, Sealed, seal
from workflow import outage, pins
from workflow.ids import NodeKey, PersonId
from workflow.permit import events as e
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.pins import Part
from workflow.values import Actor, Proof, ProofMethod

AT = datetime(2025, 6, 11, tzinfo=UTC)
LOST = AT - timedelta(minutes=20)
BEFORE = AT - timedelta(days=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How a decision departs from a good one; nothing said: it does not."""

    second: PersonId = DIRECTOR
    used_by: tuple[tuple[PersonId, Part], ...] = ((UNIT_HEAD, Part.SIGNER), (DIRECTOR, Part.SECOND))
    used_for: str = ""
    """Another decision than the one on the permit."""
    before: tuple[type[pins.Event], ...] = ()
    """What became of both PINs before they were given."""
    known: bool = True
    """Whether anything is on record of PINs at all."""
    lost: datetime | None = LOST
    back: datetime | None = None


async def site(folder: Path, case: Case) -> Sealed:
    """A submission and one approval by PIN, sealed."""
    url = f"sqlite:///{folder}/permitbot.sqlite3"
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(url), media_dir=folder / "media")
    migrate.upgrade(url)
    submitted = Desk().reach(Status.SUBMITTED).events[0]
    assert isinstance(submitted, e.PermitSubmitted)
    bound = decision_hash(
        permit=PERMIT, content_hash=submitted.content_hash, verdict="approve", step="unit_head", person=UNIT_HEAD
    )
    approved = e.StepApproved(
        by=Actor.person(UNIT_HEAD), at=AT, node=NodeKey("unit_head"), content_hash=submitted.content_hash,
        opinion="同意",
        proof=Proof(
            method=ProofMethod.OFFLINE_PIN, subject=UNIT_HEAD, decision_hash=bound, at=AT, second=case.second,
            down_since=LOST,
        ),
    )  # fmt: skip
    writer = Writer(open_database(url), SITE)
    await writer.start()
    await writer.submit(lambda tx: tx.append(AS_WRITTEN, PERMIT, 0, [submitted], BEFORE, "tap:1"))
    forged = replace(pin_books_of(SITE), evolve=lambda book, _: book)  # a house that looks at nothing
    for person in (UNIT_HEAD, DIRECTOR) if case.known else ():
        found = pin_of(case, person, dict(case.used_by).get(person), bound)
        await writer.submit(partial(written, fold=forged, stream=person, events=found))
    told: list[outage.Event] = [] if case.lost is None else [outage.PlatformLost(by=Actor.clock(), at=case.lost)]
    told += [] if case.back is None else [outage.PlatformBack(by=Actor.clock(), at=case.back)]
    await writer.submit(partial(written, fold=outages_of(SITE), stream="wecom", events=told))
    await writer.submit(lambda tx: tx.append(AS_WRITTEN, PERMIT, 1, [approved], AT, "offline:1"))
    sealed = await seal(writer, AT)
    await writer.stop()
    return Sealed(settings=settings, folder=folder, told=(sealed,))


def written(tx: Tx, fold: Fold[Any, Any], stream: str, events: Sequence[Any]) -> None:
    """Each event at its own moment."""
    for version, event in enumerate(events):
        tx.append(fold, stream, version, [event], event.at, f"{stream}:{version}")


def pin_of(case: Case, person: PersonId, part: Part | None, bound: str) -> list[pins.Event]:
    """What is on record of one person's PIN."""
    officer, own = Actor.person(SAFETY), Actor.person(person)
    found: list[pins.Event] = [
        pins.PinWindowOpened(by=officer, at=BEFORE, until=BEFORE + pins.WINDOW),
        pins.PinEnrolled(by=own, at=BEFORE, number=1, supervised_by=SAFETY),
    ]
    found += [kind(by=own, at=BEFORE) for kind in case.before]
    if part is not None:
        found.append(pins.PinUsed(by=own, at=AT, permit=PERMIT, decision_hash=case.used_for or bound, part=part))
    return found


async def verified(folder: Path, case: Case) -> Said:
    sealed = await site(folder, case)
    return await asyncio.to_thread(sealed.verified, anchor=sealed.anchor)


async def test_a_decision_by_pin_agrees_with_both_pins_and_the_outage_and_is_called_our_word(tmp_path: Path) -> None:
    """A lock of an earlier outage, lifted before they were given, takes nothing from them."""
    said = await verified(tmp_path, Case(before=(pins.PinLocked, pins.PinReopened)))
    assert said.code == 0, said
    assert "1 decisions by PIN agree" in said.marked("ok")
    assert "no key signed them" in said.marked("ok")


@pytest.mark.parametrize(
    ("case", "why"),
    [
        pytest.param(Case(second=UNIT_HEAD), "there is no other second person", marks=pytest.mark.deep),
        (Case(used_by=((UNIT_HEAD, Part.SIGNER),)), f"{DIRECTOR} gave no PIN in force for this decision"),
        pytest.param(
            Case(used_by=((UNIT_HEAD, Part.SECOND), (DIRECTOR, Part.SECOND))),
            f"{UNIT_HEAD} gave no PIN in force",
            marks=pytest.mark.deep,
        ),
        pytest.param(
            Case(used_for="0" * 64), f"{UNIT_HEAD} gave no PIN in force for this decision", marks=pytest.mark.deep
        ),
        pytest.param(
            Case(before=(pins.PinLocked, pins.PinReopened, pins.PinRevoked, pins.PinReopened)),
            f"{UNIT_HEAD} gave no PIN in force for this decision",
            marks=pytest.mark.deep,
        ),
        (Case(before=(pins.PinLocked,)), f"{UNIT_HEAD} gave no PIN in force for this decision"),
        pytest.param(
            Case(lost=AT - timedelta(minutes=3)), "no outage is on record for that moment", marks=pytest.mark.deep
        ),
        (Case(back=AT - timedelta(minutes=1)), "no outage is on record for that moment"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_with_a_decision_by_pin_is_said(tmp_path: Path, case: Case, why: str) -> None:
    said = await verified(tmp_path, case)
    assert said.code == 1, said
    assert why in said.marked("bad")


@pytest.mark.deep
@pytest.mark.parametrize("case", [Case(known=False), Case(lost=None)], ids=["no PINs", "no outage"])
async def test_without_the_records_it_says_that_it_cannot_tell(tmp_path: Path, case: Case) -> None:
    said = await verified(tmp_path, case)
    assert said.code == 3, said
    assert "are not in the export" in said.marked("cannot")
