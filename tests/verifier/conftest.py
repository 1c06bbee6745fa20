"""A site whose journal is sealed by checkpoints, as an exporter with its files in hand sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import evidence_out
from bot.settings import Settings
from handlers.sealing import seal_now
from storage import migrate
from storage.codec import Codec
from storage.engine import open_database
from storage.fold import Fold
from storage.media import MediaFiles
from storage.readings import ReadingRow
from storage.tx import Tx
from storage.writer import Writer
from tests.support.verify import Said, run
from tests.support.works import GUARDIAN, PERMIT, SITE, Desk
from workflow.checkpoint import Checkpoint
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.values import Actor, Proof, ProofMethod

DETECTOR = "GD-1"
HOUR = datetime(2025, 6, 10, 23, tzinfo=UTC)
PHOTO = b"\xff\xd8 a photo of the flange \xff\xd9"
OTHERS = tuple(f"DHZY-HC-20250611-{number:03d}" for number in range(2, 14))

AS_WRITTEN: Fold[int, e.Event] = Fold(
    kind="permit", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec(e.ALL)
)
"""Permits, without asking whether an event may follow: the journal is what is looked at here."""


def as_kept(event: e.Event, files: MediaFiles) -> e.Event:
    """The event, naming a photo that lies on disk where it named one, and with a proof where it is a signature."""
    if isinstance(event, e.StepApproved):
        return replace(event, proof=proof_of(event, "approve", str(event.node), event.content_hash))
    if isinstance(event, e.ReviewRequested):
        return replace(event, proof=proof_of(event, "review", "work_leader", event.content_hash))
    named = getattr(event, "media", None)
    if named is None:
        return event
    return replace(event, media=files.save(f"photo {named}".encode()).sha256)  # type: ignore[call-arg]  # it has one


def proof_of(event: e.Event, verdict: str, step: str, content_hash: str) -> Proof:
    """What a tap in the chat is worth."""
    person = PersonId(event.by.id)
    expected = decision_hash(permit=PERMIT, content_hash=content_hash, verdict=verdict, step=step, person=person)
    return Proof(method=ProofMethod.PLATFORM_SESSION, subject=person, decision_hash=expected, at=event.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The site, and the checkpoints somebody outside wrote down as they were told."""

    settings: Settings
    folder: Path
    told: tuple[Checkpoint, ...]

    @property
    def anchor(self) -> str:
        """What the group was told last."""
        return f"{self.told[-1].number}:{self.told[-1].hash.hex()}"

    @property
    def database(self) -> Path:
        return Path(self.settings.database_url.get_secret_value().removeprefix("sqlite:///"))

    def export(self, what: str = PERMIT, *, checkpoint: int | None = None, name: str = "export.zip") -> Path:
        """What `permitbot evidence export` writes."""
        path, said = self.folder / name, list[str]()
        asked = evidence_out.wanted(what, checkpoint=checkpoint)
        code = evidence_out.write(settings=self.settings, asked=asked, path=path, say=said.append)
        assert code == 0, said
        return path

    def verified(self, what: str = PERMIT, *, anchor: str | None = None, checkpoint: int | None = None) -> Said:
        """Export, and have it checked in a process of its own."""
        path = self.export(what, checkpoint=checkpoint)
        try:
            return run(path, anchor=anchor)
        finally:
            path.unlink()

    def tamper(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """What somebody who owns the server can do: take the triggers away, then write."""
        connection = sqlite3.connect(self.database)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        work(connection)
        connection.commit()
        connection.close()


async def append(writer: Writer, permit: str, version: int, events: Sequence[e.Event], at: datetime) -> int:
    """Write to a permit's stream; its new version."""
    return (await writer.submit(lambda tx: tx.append(AS_WRITTEN, permit, version, events, at, "tap:1")))[1]


async def seal(writer: Writer, at: datetime) -> Checkpoint:
    """Take a checkpoint."""
    return await writer.submit(lambda tx: tx.take_checkpoint(at))


def measured(tx: Tx, hour: datetime) -> None:
    """A detector watches the permit for half an hour, and the hour is over."""
    tx.serve(PERMIT, DETECTOR, hour)
    tx.add_readings(
        ReadingRow(
            device=DETECTOR, quantity="o2", value=Decimal(value), unit="%vol", quality="good",
            received_at=hour + timedelta(minutes=minute),
        )
        for minute, value in enumerate(("20.9", "20.8", "20.9"), start=5)
    )  # fmt: skip
    tx.stop_serving(PERMIT, DETECTOR, hour + timedelta(minutes=30))
    tx.seal(f"device:{DETECTOR}", hour)


@pytest.fixture
async def sealed(tmp_path: Path) -> Sealed:
    """One permit under way, with a photo, sealed; then other permits and more of the first, sealed a day later."""
    settings = Settings(
        _env_file=None,
        site_id=SITE,
        database_url=SecretStr(f"sqlite:///{tmp_path}/permitbot.sqlite3"),
        media_dir=tmp_path / "media",
    )
    url = settings.database_url.get_secret_value()
    migrate.upgrade(url)
    files = MediaFiles(settings.media_dir)
    digest = files.save(PHOTO).sha256
    desk = Desk().reach(Status.ACTIVE)
    events = [as_kept(event, files) for event in desk.events]
    writer = Writer(open_database(url), SITE)
    photo = e.PhotoAdded(
        by=Actor.person(GUARDIAN), at=desk.now, purpose="scene", media=digest, camera=True, taken_at=None
    )
    note = e.NoteAdded(by=Actor.person(GUARDIAN), at=desk.now, text="一切正常", media=None)
    half = len(events) // 2
    await writer.start()
    told = []
    version = 0
    for number, piece in enumerate((events[:half], [*events[half:], photo])):
        version = await append(writer, PERMIT, version, piece, desk.now)
        for other in OTHERS[number * 6 : number * 6 + 6]:
            await append(writer, other, 0, [note, note], desk.now)
        if number:
            await writer.submit(lambda tx: measured(tx, HOUR))
        at = desk.now + timedelta(days=number)
        told.append(await writer.submit(partial(seal_now, now=at)))
    await writer.stop()
    return Sealed(settings=settings, folder=tmp_path, told=tuple(told))
