"""Whose key signed a gate pass: the site's own sealed record says it, and a file with keys does not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.gate import GateRing, in_text, keys_file
from bot.settings import Settings
from handlers.streams import gate_keys_of, keep
from storage import migrate
from storage.engine import open_database
from storage.writer import Writer
from tests.support.passes import LIST, NOW, PASS
from tests.support.verify import Said, asked
from tests.support.works import PERMIT, SITE, Desk
from tests.verifier.conftest import AS_WRITTEN, Sealed, seal
from workflow.gate_keys import STREAM, settled
from workflow.permit.state import Status

OLD = GateRing(site=SITE, seed=bytes(range(32)))
NEW = GateRing(site=SITE, seed=bytes(range(1, 33)))
BEFORE = NOW - timedelta(days=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who signs, what is on record, and until when; nothing said: an honest site with one key."""

    signs: GateRing = OLD
    recorded: tuple[GateRing, ...] = (OLD,)
    """The keys that counted, one after another."""
    rotated: datetime = NOW
    anchored: bool = True


def public(ring: GateRing) -> dict[str, str]:
    return {name.hex(): in_text(raw) for name, raw in ring.public.items()}


async def site(folder: Path, case: Case) -> Sealed:
    url = f"sqlite:///{folder}/permitbot.sqlite3"
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(url), media_dir=folder / "media")
    migrate.upgrade(url)
    writer = Writer(open_database(url), SITE)
    await writer.start()
    submitted = Desk().reach(Status.SUBMITTED).events[:1]
    await writer.submit(lambda tx: tx.append(AS_WRITTEN, PERMIT, 0, submitted, BEFORE, "tap:1"))
    fold = gate_keys_of(SITE)
    for at, ring in zip((BEFORE, case.rotated), case.recorded, strict=False):
        known = await writer.submit(lambda tx: tx.load(fold, STREAM)[0])
        events = settled(known, public(ring), at)
        await writer.submit(lambda tx, events=events, at=at: keep(tx, fold, STREAM, events, at=at, cause="start"))  # type: ignore[misc]  # bound now
    told = await seal(writer, NOW)
    await writer.stop()
    return Sealed(settings=settings, folder=folder, told=(told,))


async def checked(folder: Path, case: Case) -> Said:
    """A pass, a good list, the file of keys the bearer brings along, and the export of the site."""
    sealed = await site(folder, case)
    await asyncio.to_thread(sealed.export)
    (folder / "keys.json").write_text(keys_file(case.signs))
    anchor = ["--anchor", sealed.anchor] if case.anchored else []
    given = ["--keys", "keys.json", "--at", NOW.isoformat(), "--status", case.signs.sign(LIST)]
    return await asyncio.to_thread(
        asked, "gate", case.signs.sign(PASS), *given, "--endorsed", "export.zip", *anchor, folder=folder
    )


async def test_a_key_on_the_sealed_record_is_the_sites(tmp_path: Path) -> None:
    said = await checked(tmp_path, Case())
    assert said.code == 0, said
    assert "is on the sealed record since" in said.marked("ok")


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (Case(signs=NEW), "is not on the site's record"),
        pytest.param(Case(recorded=()), "is not on the site's record", marks=pytest.mark.deep),
        (Case(recorded=(OLD, NEW), rotated=PASS.issued_at - timedelta(minutes=1)), "had ended"),
    ],
    ids=["a key of somebody else", "no key at all", "a key that had ended"],
)
async def test_any_other_key_is_found_whatever_file_comes_along(tmp_path: Path, case: Case, why: str) -> None:
    said = await checked(tmp_path, case)
    assert said.code == 1, said
    assert why in said.marked("bad")


@pytest.mark.deep
async def test_paper_of_before_the_rotation_stays_good(tmp_path: Path) -> None:
    said = await checked(tmp_path, Case(recorded=(OLD, NEW), rotated=PASS.issued_at + timedelta(minutes=1)))
    assert said.code == 0, said


@pytest.mark.deep
async def test_without_an_anchor_the_record_attests_itself_only(tmp_path: Path) -> None:
    said = await checked(tmp_path, Case(anchored=False))
    assert said.code == 3, said
    assert "no anchor from outside attests" in said.marked("cannot")
