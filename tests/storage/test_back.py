"""Which streams a look back folds, on both databases: those that lived then, whatever became of them later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.back import MOST, Back, hazards_at, permits_at
from storage.codec import Codec
from storage.fold import Fold
from storage.hazards import HazardRow
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.test_board import row
from tests.support.ledger import minutes


@dataclass(frozen=True, slots=True)
class Moved:
    """Something happened."""


@dataclass(frozen=True, slots=True)
class PermitClosed:
    """Spelled like the law's own event: after it a permit is nobody's business."""


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """Said after the end."""


Happened = Moved | PermitClosed | NoteAdded


def lives(kind: str) -> Fold[tuple[str, ...], Happened]:
    """Streams whose state is what happened."""
    return Fold(
        kind=kind,
        initial=lambda _: (),
        evolve=lambda before, event: (*before, type(event).__name__),
        codec=Codec([Moved, PermitClosed, NoteAdded]),
    )


PERMITS, HAZARDS = lives("permit"), lives("hazard")


async def lived(writer: Writer, permit: str, *events: tuple[float, Happened], is_open: bool = True) -> None:
    """A permit with its events at these minutes, on the board as the last of them left it."""

    def work(tx: Tx) -> None:
        for version, (at, event) in enumerate(events):
            tx.append(PERMITS, permit, version, (event,), minutes(at), "test")
        tx.put_on_board(replace(row(permit, 0, 60, live=is_open, is_open=is_open), updated_at=minutes(events[-1][0])))

    await writer.submit(work)


async def then(writer: Writer, at: float) -> dict[str, int]:
    """What stood at a minute: how much of each permit had happened."""
    moment: datetime = minutes(at)
    found: Back[tuple[str, ...]] = await writer.submit(lambda tx: permits_at(tx, PERMITS, moment))
    return {one.name: one.version for one in found.found}


async def test_a_permit_is_there_from_its_first_record_to_its_end(writer: Writer) -> None:
    await lived(writer, "open", (10, Moved()), (20, Moved()))
    await lived(writer, "closed", (10, Moved()), (30, PermitClosed()), is_open=False)
    await lived(writer, "noted", (10, Moved()), (30, PermitClosed()), (90, NoteAdded()), is_open=False)
    await lived(writer, "long over", (1, Moved()), (2, PermitClosed()), is_open=False)
    assert await then(writer, 9.9) == {}
    assert await then(writer, 10) == {"open": 1, "closed": 1, "noted": 1}
    assert await then(writer, 25) == {"open": 2, "closed": 1, "noted": 1}
    assert await then(writer, 30) == {"open": 2}, "what is said after the end wakes nobody"
    assert await then(writer, 100) == {"open": 2}


async def test_a_hazard_is_read_when_open_or_moved_since(writer: Writer) -> None:
    def report(tx: Tx, name: str, *at: float, is_open: bool) -> None:
        for version, minute in enumerate(at):
            tx.append(HAZARDS, name, version, (Moved(),), minutes(minute), "test")
        tx.put_hazard(
            HazardRow(
                id=name, is_open=is_open, stage="reported", area="tank", kind="other", place="", said="", reporter="",
                responsible="", supervision=0, reported_at=minutes(at[0]), reported_on=minutes(at[0]).date(),
                due_at=None, earned=0,
            )
        )  # fmt: skip

    await writer.submit(lambda tx: report(tx, "open", 10, is_open=True))
    await writer.submit(lambda tx: report(tx, "filed", 10, 30, is_open=False))

    async def names(at: float) -> list[str]:
        found = await writer.submit(lambda tx: hazards_at(tx, HAZARDS, minutes(at)))
        return [one.name for one in found.found]

    assert await names(5) == []
    assert await names(20) == ["filed", "open"]
    assert await names(30) == ["open"]


async def test_a_question_is_bounded_and_says_that_it_is(writer: Writer) -> None:
    def work(tx: Tx) -> None:
        for number in range(MOST + 1):
            tx.append(PERMITS, f"P-{number:04}", 0, (Moved(),), minutes(1), "test")
            tx.put_on_board(row(f"P-{number:04}", 0, 60))

    await writer.submit(work)
    found = await writer.submit(lambda tx: permits_at(tx, PERMITS, minutes(2)))
    assert (len(found.found), found.whole) == (MOST, False)
