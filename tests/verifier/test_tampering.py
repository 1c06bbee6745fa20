"""What somebody who owns the server can do to the journal, and what a stranger with the verifier sees of it.

Every trial is made twice: read without an anchor, and with the one that was told outside before the tampering. The
outcome is the table in docs/evidence.md; a test holds the two equal.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import evidence
from storage.engine import open_database
from storage.writer import Writer
from tests.support.verify import Said, run
from tests.support.works import PERMIT, SITE
from tests.verifier.conftest import DETECTOR, HOUR, OTHERS, Sealed, seal
from workflow.journal import GENESIS, link

STREAM = f"permit/{PERMIT}"
SPAN = "2025-06-11..2025-06-12"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"
FOUND, UNSEEN = "found", "cannot tell"

Tables = sqlite3.Connection


def altered(kind: str, change: Callable[[dict[str, Any]], object], *, stream: str = STREAM) -> Callable[[Tables], None]:
    """Change the body of the first record of a kind and nothing else."""

    def work(tables: Tables) -> None:
        seq, body = tables.execute(
            "SELECT seq, body FROM journal WHERE stream = ? AND kind = ? ORDER BY version", (stream, kind)
        ).fetchone()
        said = json.loads(body)
        change(said)
        again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert again != body
        tables.execute("UPDATE journal SET body = ? WHERE seq = ?", (again, seq))

    return work


def relinked(tables: Tables, stream: str = STREAM) -> None:
    """Number the records of a stream anew and hash them anew: a chain as good as any."""
    prev = GENESIS
    rows = tables.execute(
        "SELECT seq, at, cause, kind, body FROM journal WHERE stream = ? ORDER BY version", (stream,)
    ).fetchall()
    for version, (seq, at, cause, kind, body) in enumerate(rows, start=1):
        digest = link(
            prev=prev, site=SITE, stream=stream, version=version, at=at, cause=cause, kind=kind, body=body
        )  # fmt: skip
        tables.execute(
            "UPDATE journal SET version = ?, prev = ?, hash = ? WHERE seq = ?", (version, prev, digest, seq)
        )  # fmt: skip
        prev = digest


def resealed(site: Sealed) -> None:
    """Throw all checkpoints away and take fresh ones at the same times."""

    def forget(tables: Tables) -> None:
        for table in ("checkpoints", "checkpoint_leaves", "stream_heads", "head_buckets"):
            tables.execute(f"DELETE FROM {table}")  # noqa: S608 - four names of ours

    async def take() -> None:
        writer = Writer(open_database(site.settings.database_url.get_secret_value()), SITE)
        await writer.start()
        for one in site.told:
            await seal(writer, one.taken_at)
        await writer.stop()

    site.tamper(forget)
    asyncio.run(take())


def cut(tables: Tables) -> None:
    tables.execute(
        "DELETE FROM journal WHERE stream = ? AND version > (SELECT max(version) - 2 FROM journal WHERE stream = ?)",
        (STREAM, STREAM),
    )


def swapped(tables: Tables) -> None:
    """Two neighbours change places."""
    pairs = [(3, -1), (4, 3), (-1, 4)]
    for old, new in pairs:
        tables.execute("UPDATE journal SET version = ? WHERE stream = ? AND version = ?", (new, STREAM, old))


def without(number: int) -> Callable[[Tables], object]:
    return lambda tables: tables.execute("DELETE FROM journal WHERE stream = ? AND version = ?", (STREAM, number))


def gone(tables: Tables) -> None:
    tables.execute("DELETE FROM journal WHERE stream = ?", (f"permit/{OTHERS[0]}",))


def one_letter(body: dict[str, Any]) -> None:
    body["content"]["task"] = body["content"]["task"][:-1] + "。"


def looser(body: dict[str, Any]) -> None:
    body["rules"]["chain"] = body["rules"]["chain"][1:]


def another_signer(body: dict[str, Any]) -> None:
    body["proof"]["subject"] = "jiang"


def another_moment(body: dict[str, Any]) -> None:
    body["at"] = body["at"].replace("2025", "2024")


def on_disk(*steps: Callable[[Tables], object]) -> Callable[[Sealed], None]:
    def trial(site: Sealed) -> None:
        for step in steps:
            site.tamper(step)

    return trial


def all_anew(*steps: Callable[[Tables], object]) -> Callable[[Sealed], None]:
    """The steps, then a fresh chain and fresh checkpoints: everything the server can do."""

    def trial(site: Sealed) -> None:
        on_disk(*steps, relinked)(site)
        resealed(site)

    return trial


def other_photo(site: Sealed) -> None:
    path = next(path for path in Path(site.settings.media_dir).rglob("*") if path.is_file())
    path.write_bytes(b"another photo")


def other_air(tables: Tables) -> None:
    """The worst reading becomes a good one."""
    worse = ('"20.8"', '"20.9"')
    changed = tables.execute(
        "UPDATE reading_blocks SET body = replace(body, ?1, ?2) WHERE instr(body, ?1)", worse
    ).rowcount
    assert changed


def sealed_again(site: Sealed) -> None:
    """The hour in which a reading was changed is hashed anew, as if it had always been so."""
    on_disk(other_air, lambda tables: tables.execute("DELETE FROM reading_segments"))(site)

    async def take() -> None:
        writer = Writer(open_database(site.settings.database_url.get_secret_value()), SITE)
        await writer.start()
        await writer.submit(lambda tx: tx.seal(f"device:{DETECTOR}", HOUR))
        await writer.stop()

    asyncio.run(take())


Repack = Callable[[dict[str, bytes]], None]


def repacked(path: Path, change: Repack) -> None:
    """Change the files of an archive, and its list of them, so that it looks whole again."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"
    }
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def looser_file(files: dict[str, bytes]) -> None:
    name = f"rules/{PERMIT}-r1.json"
    files[name] = files[name].replace(b'"', b"'", 2)


def forged(files: dict[str, bytes]) -> None:
    """The newest checkpoint counts one record more, and names the hash that this makes."""
    lines = [json.loads(line) for line in files["checkpoints.jsonl"].splitlines()]
    lines[-1]["records"] += 1
    lines[-1]["hash"] = rehashed(lines[-1])
    files["checkpoints.jsonl"] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def rehashed(line: dict[str, Any]) -> str:
    numbers = [str(line[name]).encode() for name in ("number", "leaves", "streams", "records")]
    roots = [bytes.fromhex(line[name]) for name in ("log_root", "heads_root", "prev")]
    fields = (
        b"permitbot.checkpoint.v1", SITE.encode(), numbers[0], line["taken_at"].encode(), numbers[1], roots[0],
        numbers[2], roots[1], numbers[3], roots[2],
    )  # fmt: skip
    return hashlib.sha256(b"".join(len(one).to_bytes(4, "big") + one for one in fields)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One thing done to the journal or to an export, and what is to be seen of it."""

    name: str
    without: str
    with_anchor: str
    why: str
    """A piece of the sentence that gives it away, where the anchor is given."""
    tamper: Callable[[Sealed], None] = lambda _: None
    repack: Repack | None = None
    what: str = PERMIT


NOT_OURS = "the anchor is not among the checkpoints"
TRIALS = [
    Trial(name="one letter of a record changed", without=FOUND, with_anchor=FOUND, why="record 1 was altered",
          tamper=on_disk(altered("PermitSubmitted", one_letter))),
    Trial(name="… and the whole chain hashed anew", without=FOUND, with_anchor=FOUND, why="it was written anew",
          tamper=on_disk(altered("StepApproved", another_moment), relinked)),
    Trial(name="a record taken out of the middle", without=FOUND, with_anchor=FOUND, why="record 4 is missing",
          tamper=on_disk(without(4))),
    Trial(name="… and the rest numbered and hashed anew", without=FOUND, with_anchor=FOUND, why="was sealed, but",
          tamper=on_disk(without(4), relinked)),
    Trial(name="two records exchanged", without=FOUND, with_anchor=FOUND, why="does not follow",
          tamper=on_disk(swapped)),
    Trial(name="the tail of a permit cut off", without=FOUND, with_anchor=FOUND, why="its tail was cut",
          tamper=on_disk(cut)),
    Trial(name="… and fresh checkpoints taken", without=UNSEEN, with_anchor=FOUND, why=NOT_OURS,
          tamper=all_anew(cut)),
    Trial(name="a whole permit deleted", without=FOUND, with_anchor=FOUND, why="the whole stream is missing",
          tamper=on_disk(gone), what=SPAN),
    Trial(name="… and fresh checkpoints taken", without=UNSEEN, with_anchor=FOUND, why=NOT_OURS,
          tamper=all_anew(gone), what=SPAN),
    Trial(name="everything written anew: chain and checkpoints", without=UNSEEN, with_anchor=FOUND, why=NOT_OURS,
          tamper=all_anew(altered("StepApproved", another_moment))),
    Trial(name="a photo exchanged on disk", without=FOUND, with_anchor=FOUND, why="originals were exchanged",
          tamper=other_photo),
    Trial(name="frozen rules changed in the journal", without=FOUND, with_anchor=FOUND, why="record 1 was altered",
          tamper=on_disk(altered("PermitSubmitted", looser))),
    Trial(name="… chain and checkpoints anew", without=UNSEEN, with_anchor=FOUND, why=NOT_OURS,
          tamper=all_anew(altered("PermitSubmitted", looser))),
    Trial(name="the rules file of an export changed", without=FOUND, with_anchor=FOUND, why="rules altered",
          repack=looser_file),
    Trial(name="a proof given another person, all anew", without=FOUND, with_anchor=FOUND, why="by somebody else",
          tamper=all_anew(altered("StepApproved", another_signer))),
    Trial(name="content changed under signatures, all anew", without=FOUND, with_anchor=FOUND,
          why="does not have the hash",
          tamper=all_anew(altered("PermitSubmitted", one_letter))),
    Trial(name="the newest checkpoint of an export forged", without=UNSEEN, with_anchor=FOUND, why=NOT_OURS,
          repack=forged),
    Trial(name="a raw reading changed", without=FOUND, with_anchor=FOUND, why="readings were altered",
          tamper=on_disk(other_air)),
    Trial(name="… and its hour sealed anew", without=FOUND, with_anchor=FOUND, why="readings were altered",
          tamper=sealed_again),
]  # fmt: skip


def outcome(said: Said) -> str:
    """Whether it was found. An honest word that it cannot be told is not silence: the code is never 0."""
    assert said.code in (1, 3), said
    return FOUND if said.code == 1 else UNSEEN


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_tampering(sealed: Sealed, trial: Trial) -> None:
    trial.tamper(sealed)
    path = sealed.export(trial.what)
    if trial.repack is not None:
        repacked(path, trial.repack)
    alone, anchored = run(path), run(path, anchor=sealed.anchor)
    assert (outcome(alone), outcome(anchored)) == (trial.without, trial.with_anchor), (alone, anchored)
    assert trial.why in anchored.marked("bad")
    assert "SELF-ATTESTED ONLY" in alone.marked("cannot")


def test_the_trials_begin_from_what_holds(sealed: Sealed) -> None:
    for what in (PERMIT, SPAN):
        assert sealed.verified(what, anchor=sealed.anchor).code == 0
    assert evidence.check(settings=sealed.settings, say=lambda _: None) == 0


def test_the_document_tells_the_same() -> None:
    chapter = DOCUMENT.read_text(encoding="utf-8").split("\n## 6.")[1].split("\n## 7.")[0]
    rows = re.findall(r"^\| (.+?) \| (found|cannot tell) \| (found|cannot tell) \|$", chapter, re.M)
    assert rows == [(trial.name, trial.without, trial.with_anchor) for trial in TRIALS]
