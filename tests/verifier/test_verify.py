"""An honest export holds; what it cannot show is said."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import sqlite3
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pypdf
import pytest

from bot import evidence_out
from handlers.sealing import seal_now
from storage.engine import open_database
from storage.readings import ReadingRow
from storage.writer import Writer
from tests.support.clock import FakeClock
from tests.support.verify import VERIFIER, run
from tests.support.works import GUARDIAN, PERMIT, SITE
from tests.verifier.conftest import AS_WRITTEN, DETECTOR, HOUR, OTHERS, PHOTO, Sealed, append, measured
from workflow.permit.events import NoteAdded
from workflow.values import Actor


def test_with_an_anchor_it_holds(sealed: Sealed) -> None:
    said = sealed.verified(anchor=sealed.anchor)
    assert said.code == 0, said
    assert "no tail is missing" in said.marked("ok")
    assert "existed by then" in said.marked("ok")


def test_without_one_it_is_self_attested_only(sealed: Sealed) -> None:
    said = sealed.verified()
    assert said.code == 3, said
    assert said.marked("bad") == ""
    assert "SELF-ATTESTED ONLY" in said.marked("cannot")


def test_a_span_of_days_holds(sealed: Sealed) -> None:
    said = sealed.verified("2025-06-11..2025-06-12", anchor=sealed.anchor)
    assert said.code == 0, said
    assert "14 streams" in said.marked("ok")


def test_an_older_anchor_wants_an_export_of_its_own(sealed: Sealed) -> None:
    first = sealed.told[0]
    anchor = f"{first.number}:{first.hash.hex()}"
    said = sealed.verified(anchor=anchor)
    assert said.code == 3
    assert "Ask for an export with --checkpoint 1" in said.marked("cannot")
    said = sealed.verified(anchor=anchor, checkpoint=1)
    assert said.code == 3
    assert "later records are not sealed yet" in said.marked("cannot")
    assert "existed by then" in said.marked("ok")


def test_a_newer_anchor_covers_an_older_checkpoint(sealed: Sealed) -> None:
    assert "existed by then" in sealed.verified(anchor=sealed.anchor, checkpoint=1).marked("ok")


def test_the_anchor_as_it_is_said_kept_and_typed(sealed: Sealed) -> None:
    path = sealed.export()
    newest = sealed.told[-1]
    kept = sealed.folder / "anchor.json"
    said: list[str] = []
    assert evidence_out.anchor(settings=sealed.settings, path=kept, say=said.append) == 0
    for anchor in (said[0], said[1], newest.hash.hex(), str(kept)):
        assert run(path, anchor=anchor).code == 0, anchor
    assert run(path, anchor="no hash at all").code == 2


def test_the_same_journal_gives_the_same_bytes(sealed: Sealed) -> None:
    assert sealed.export(name="a.zip").read_bytes() == sealed.export(name="b.zip").read_bytes()


def test_what_is_inside(sealed: Sealed) -> None:
    with zipfile.ZipFile(sealed.export()) as archive:
        names = set(archive.namelist())
        people = json.loads(archive.read("people.json"))
        media = archive.read(f"media/{hashlib.sha256(PHOTO).hexdigest()}")
        readme = archive.read("README.txt").decode()
    assert {"manifest.json", "streams/00001.jsonl", "checkpoints.jsonl", "proofs.json"} <= names
    assert f"rules/{PERMIT}-r1.json" in names
    assert media == PHOTO
    assert isinstance(people, dict)
    assert "怎么核验" in readme
    assert "How to check" in readme


def test_it_needs_nothing_of_ours() -> None:
    assert VERIFIER.parent.name == "verifier"
    assert not (VERIFIER.parent / "__init__.py").exists()


@pytest.mark.parametrize("what", ["2025-06-12..2025-06-11", "x..y"])
def test_a_span_that_is_none(what: str) -> None:
    with pytest.raises(evidence_out.NotAsked):
        evidence_out.wanted(what)
    assert evidence_out.wanted("2025-06-11..2025-06-11").until == date(2025, 6, 11)


def test_who_wrote_a_phone_number_keeps_it_here(sealed: Sealed) -> None:
    asyncio.run(noted(sealed, "打电话给13912345678或 110101199003078515"))
    path = sealed.export()
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"13912345678" not in everything
    assert b"110101199003078515" not in everything
    said = run(path, anchor=sealed.anchor)
    assert said.code == 3
    assert "1 records are withheld" in said.marked("cannot")
    assert said.marked("bad") == ""


def test_a_damaged_record_is_exported_and_found(sealed: Sealed) -> None:
    sealed.tamper(lambda tables: tables.execute("UPDATE journal SET body = x'ff7b' WHERE version = 3"))
    said = sealed.verified(anchor=sealed.anchor)
    assert said.code == 1
    assert "record 3 was altered" in said.marked("bad")


async def noted(sealed: Sealed, text: str) -> None:
    writer = Writer(open_database(sealed.settings.database_url.get_secret_value()), SITE)
    await writer.start()
    at = sealed.told[-1].taken_at
    note = NoteAdded(by=Actor.person(GUARDIAN), at=at, text=text, media=None)
    version = (await writer.submit(lambda tx: tx.load(AS_WRITTEN, PERMIT)))[1]
    await append(writer, PERMIT, version, [note], at)
    await writer.stop()


def test_nothing_to_export(sealed: Sealed) -> None:
    said: list[str] = []
    for what in ("DHZY-XX-19990101-001", "2099-01-01..2099-01-02"):
        asked = evidence_out.wanted(what)
        assert evidence_out.write(settings=sealed.settings, asked=asked, path=None, say=said.append) == 1
    asked = evidence_out.wanted(OTHERS[0], checkpoint=99)
    assert evidence_out.write(settings=sealed.settings, asked=asked, path=None, say=said.append) == 1
    assert said[-1] == "there is no checkpoint 99; the newest is 2"


def test_a_checkpoint_taken_by_hand_covers_what_came_since_and_is_an_anchor(sealed: Sealed) -> None:
    asyncio.run(noted(sealed, "又查了一遍"))
    assert sealed.verified(anchor=sealed.anchor).code == 3, "the newest record is not sealed yet"
    said: list[str] = []
    at = sealed.told[-1].taken_at + timedelta(hours=1)
    assert evidence_out.take(settings=sealed.settings, say=said.append, clock=FakeClock(at)) == 0
    line, anchor = said
    assert line.startswith("记录存证 第3号 2025-06-12 ")
    assert anchor.partition(":")[2] in line.replace(" ", "")
    assert sealed.verified(anchor=anchor).code == 0
    assert sealed.verified(anchor=line).code == 0


def test_a_changed_past_is_not_sealed_by_hand(sealed: Sealed) -> None:
    sealed.tamper(lambda tables: tables.execute("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)"))
    said: list[str] = []
    assert evidence_out.take(settings=sealed.settings, say=said.append, clock=FakeClock()) == 1
    assert said[0].startswith("BROKEN: ")


def test_readings_lie_in_sealed_hours_and_one_that_does_not_is_told(sealed: Sealed) -> None:
    said = sealed.verified(anchor=sealed.anchor)
    assert said.code == 0
    assert "every reading lies in a sealed hour" in said.marked("ok")
    asyncio.run(measured_late(sealed))
    said = sealed.verified(anchor=sealed.anchor)
    assert said.code == 3
    assert "3 readings lie in no sealed hour" in said.marked("cannot")


async def measured_late(sealed: Sealed) -> None:
    """Another hour, hashed after the last checkpoint."""
    writer = Writer(open_database(sealed.settings.database_url.get_secret_value()), SITE)
    await writer.start()
    await writer.submit(lambda tx: measured(tx, HOUR + timedelta(hours=3)))
    await writer.stop()


def test_forms_go_along_when_asked_for(sealed: Sealed) -> None:
    path, said = sealed.folder / "forms.zip", list[str]()
    asked = evidence_out.wanted(PERMIT, forms=True)
    assert evidence_out.write(settings=sealed.settings, asked=asked, path=path, say=said.append) == 0
    with zipfile.ZipFile(path) as archive:
        page = archive.read(f"forms/{PERMIT}.pdf")
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(page)).pages)
    assert PERMIT in text
    assert run(path, anchor=sealed.anchor).code == 0
    span, whole = evidence_out.wanted("2025-06-11..2025-06-11", forms=True), sealed.folder / "span.zip"
    assert evidence_out.write(settings=sealed.settings, asked=span, path=whole, say=said.append) == 0
    assert f"{OTHERS[0]}: no form: " in "\n".join(said), "a history that makes no sense goes out without its form"


def test_what_came_into_a_sealed_hour_is_told_apart_from_what_was_sealed_in_time(sealed: Sealed) -> None:
    """A clock was set back into the hour: nothing that was sealed is altered, and what was added is counted."""

    async def back() -> str:
        writer = Writer(open_database(sealed.settings.database_url.get_secret_value()), SITE)
        await writer.start()
        late = ReadingRow(
            device=DETECTOR, quantity="o2", value=Decimal("20.7"), unit="%vol", quality="good",
            received_at=HOUR + timedelta(minutes=5, seconds=30),
        )  # fmt: skip
        await writer.submit(lambda tx: tx.add_readings([late]))
        await writer.submit(lambda tx: tx.seal_added(f"device:{DETECTOR}", HOUR))
        taken = await writer.submit(lambda tx: seal_now(tx, sealed.told[-1].taken_at + timedelta(days=1)))
        await writer.stop()
        return f"{taken.number}:{taken.hash.hex()}"

    said = sealed.verified(anchor=asyncio.run(back()))
    assert said.marked("bad") == ""
    assert "2 hours of readings are as they were sealed" in said.marked("ok")
    assert "every reading lies in a sealed hour" in said.marked("ok")
    assert "1 readings came in after their hour was sealed" in said.marked("cannot")
    assert said.code == 3


_BLOCK = "INSERT INTO reading_blocks ({names}) SELECT {number}, {rest} FROM reading_blocks"


@pytest.mark.parametrize(
    ("doing", "altered", "cannot"),
    [
        ("UPDATE reading_blocks SET body = replace(body, '20.8', '20.7')", True, ""),
        ("DELETE FROM reading_blocks", False, "of 1 sealed hours no reading is left"),
        (_BLOCK.replace("{number}", "-1"), True, ""),
        (_BLOCK.replace("{number}", "999"), False, "1 readings are of hours that were sealed without them"),
    ],
    ids=["altered", "dropped", "put before", "put behind"],
)
def test_what_is_done_to_a_sealed_hour_shows(sealed: Sealed, doing: str, *, altered: bool, cannot: str) -> None:
    """What was sealed cannot be touched; what is put behind it breaks no seal, and is said to prove nothing."""
    with contextlib.closing(sqlite3.connect(sealed.database)) as look:
        names = [row[1] for row in look.execute("PRAGMA table_info(reading_blocks)")]
    assert names[0] == "id"
    rest = ", ".join("replace(body, '20.8', '20.7')" if one == "body" else one for one in names[1:])
    sealed.tamper(lambda db: db.execute(doing.format(names=", ".join(names), rest=rest)))
    said = sealed.verified(anchor=sealed.anchor)
    assert ("readings were altered" in said.marked("bad")) is altered
    assert cannot in said.marked("cannot")
    assert said.code == (1 if altered else 3)
    assert altered or "every reading lies in a sealed hour" not in said.marked("ok")
