"""An original that was deleted in time is no hole in the evidence; one that merely is said to be deleted is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from handlers.streams import keep, keepings_of
from storage.engine import open_database
from storage.media import MediaFiles
from storage.tx import Tx
from storage.writer import Writer
from tests.support.verify import run
from tests.support.works import PERMIT, SITE
from tests.verifier.conftest import PHOTO, Sealed
from workflow.checkpoint import Checkpoint
from workflow.ids import MediaHash
from workflow.privacy.keeping import FORGOTTEN, Forgotten, digest_of
from workflow.values import Actor

DIGEST = MediaHash(hashlib.sha256(PHOTO).hexdigest())
OTHER = "0" * 64
"""Of another permit, in the same batch."""


def forget(sealed: Sealed) -> str:
    """What a night does, then a checkpoint; its anchor."""
    at = sealed.told[-1].taken_at

    async def work() -> Checkpoint:
        writer = Writer(open_database(sealed.settings.database_url.get_secret_value()), SITE)
        await writer.start()
        fold = keepings_of(SITE)
        batch = (DIGEST, OTHER)
        summary = Forgotten(by=Actor.clock(), at=at, counts={"photos": 2}, originals=2, digest=digest_of(batch))

        def write(tx: Tx) -> None:
            state = keep(tx, fold, FORGOTTEN, (summary,), at=at, cause="forget")
            for one in batch:
                tx.forget_media(one, thing="photos", at=at, version=state.batches)
                tx.erased(one, "photos")

        await writer.submit(write)
        taken = await writer.submit(lambda tx: tx.take_checkpoint(at))
        await writer.stop()
        return taken

    taken = asyncio.run(work())
    MediaFiles(sealed.settings.media_dir).path_of(DIGEST).unlink()
    return f"{taken.number}:{taken.hash.hex()}"


def test_deleted_in_time_is_said_and_the_rest_holds(sealed: Sealed) -> None:
    anchor = forget(sealed)
    path = sealed.export(PERMIT)
    said = run(path, anchor=anchor)
    assert said.code == 0, said
    assert any("已按保存期限删除" in zh for mark, zh, _ in said.lines if mark == "ok")


def test_without_the_record_it_is_missing_as_ever(sealed: Sealed) -> None:
    MediaFiles(sealed.settings.media_dir).path_of(DIGEST).unlink()
    said = sealed.verified(anchor=sealed.anchor)
    assert said.code == 3
    assert "not in the export" in said.marked("cannot")


def test_a_batch_no_record_tells_of_is_found(sealed: Sealed) -> None:
    """Somebody deletes a photo and says that its time was over: the digest of the batch does not fit."""
    anchor = forget(sealed)
    path = sealed.export(PERMIT)
    forged = rewritten(path, lambda text: text.replace(OTHER, "1" * 64))
    said = run(forged, anchor=anchor)
    assert said.code == 1
    assert "no record tells of it" in said.marked("bad")


def rewritten(path: Path, change: Callable[[str], str]) -> Path:
    """The archive with another list of what was forgotten, and a manifest that agrees."""
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    files["forgotten.jsonl"] = change(files["forgotten.jsonl"].decode()).encode()
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["forgotten.jsonl"] = hashlib.sha256(files["forgotten.jsonl"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    target = path.with_name("forged.zip")
    with zipfile.ZipFile(target, "w") as new:
        for name, data in files.items():
            new.writestr(name, data)
    return target
