"""The evidence of a hazard as a stranger checks it, and what a forger of it cannot hide."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
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
from storage.tx import Tx
from storage.writer import Writer
from tests.support.hazards import ID, MENDER, SAFETY, SITE, WORKER, Tracked, seen
from tests.support.verify import Said, run
from workflow.checkpoint import Checkpoint
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.ids import MediaHash
from workflow.values import Actor

AS_WRITTEN: Fold[int, e.Event] = Fold(
    kind="hazard", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec(e.ALL)
)
"""Hazards, without asking whether an event may follow: a forger does not ask either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A site with one hazard on file, sealed."""

    settings: Settings
    folder: Path
    anchor: str

    def export(self, *, reporters: bool = False) -> Path:
        path = self.folder / "hazard.zip"
        asked = evidence_out.wanted(ID, reporters=reporters)
        assert evidence_out.write(settings=self.settings, asked=asked, path=path, say=lambda _: None) == 0
        return path

    def verified(self) -> Said:
        path = self.export()
        try:
            return run(path, anchor=self.anchor)
        finally:
            path.unlink()


def lived(files: MediaFiles, *, named: bool = True) -> list[e.Event]:
    """From the photo to the file, with pictures and a film that lie on disk."""
    before, film, after = (files.save(name).sha256 for name in (b"before", b"film", b"after"))
    hazard = Tracked()
    hazard.ask(WORKER, c.Report, what=seen("泵房2号泵护栏松动", before, videos=(film,), named=named))
    hazard.now += timedelta(minutes=5)
    hazard.ask(MENDER, c.Take)
    hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(after,))
    hazard.ask(SAFETY, c.Accept)
    return hazard.events


def sealed(folder: Path, events: Sequence[e.Event]) -> Kept:
    settings = Settings(
        _env_file=None, site_id=SITE, media_dir=folder / "media",
        database_url=SecretStr(f"sqlite:///{folder}/permitbot.sqlite3"),
    )  # fmt: skip
    taken = asyncio.run(_written(settings.database_url.get_secret_value(), events))
    return Kept(settings=settings, folder=folder, anchor=f"{taken.number}:{taken.hash.hex()}")


async def _written(url: str, events: Sequence[e.Event]) -> Checkpoint:
    migrate.upgrade(url)
    writer = Writer(open_database(url), SITE)
    await writer.start()
    try:
        for version, event in enumerate(events):
            await writer.submit(partial(_append, version=version, event=event))
        return await writer.submit(partial(seal_now, now=events[-1].at + timedelta(hours=1)))
    finally:
        await writer.stop()


def _append(tx: Tx, *, version: int, event: e.Event) -> None:
    """What happened in one moment came of one message."""
    tx.append(AS_WRITTEN, ID, version, (event,), event.at, f"message:{event.at.isoformat()}")


def test_a_hazard_on_file_holds_and_an_original_taken_away_is_missed(tmp_path: Path) -> None:
    files = MediaFiles(tmp_path / "media")
    kept = sealed(tmp_path, lived(files))
    said = kept.verified()
    assert (said.code, said.marked("bad"), said.marked("cannot")) == (0, "", "")
    assert "1 hazards: nobody accepted what he mended" in said.marked("ok")
    assert "3 originals (photos and others) have the hashes" in said.marked("ok")
    files.path_of(files.save(b"film").sha256).unlink()
    said = kept.verified()
    assert said.code == 3
    assert "1 originals named by records are not in the export" in said.marked("cannot")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (e.HazardAccepted, "whoever mended it accepted it himself"),
        pytest.param(e.HazardRectified, "is put right without a new picture", marks=pytest.mark.deep),
    ],
)
def test_a_lie_recorded_and_sealed_is_found(tmp_path: Path, kind: type[e.Event], said: str) -> None:
    files = MediaFiles(tmp_path / "media")
    old = files.save(b"before").sha256
    forged = [_forged(one, old) if type(one) is kind else one for one in lived(files)]
    assert said in sealed(tmp_path, forged).verified().marked("bad")


def _forged(event: e.Event, old: MediaHash) -> e.Event:
    if isinstance(event, e.HazardRectified):
        return replace(event, photos=(old,))
    return replace(event, by=Actor.person(MENDER))


def test_whoever_stays_unnamed_stays_here(tmp_path: Path) -> None:
    kept = sealed(tmp_path, lived(MediaFiles(tmp_path / "media"), named=False))
    said = kept.verified()
    assert said.code == 3
    assert "records are withheld" in said.marked("cannot")
    assert said.marked("bad") == ""
    assert not _names_him(kept.export())
    assert _names_him(kept.export(reporters=True))


def _names_him(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        found = any(f'"{WORKER}"'.encode() in archive.read(name).replace(b"\\", b"") for name in archive.namelist())
    path.unlink()
    return found
