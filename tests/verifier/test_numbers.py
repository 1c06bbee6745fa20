"""Signatures beside the screen of a place, checked by the verifier: its number must be on record, minutes before."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from storage import migrate
from storage.engine import open_database
from storage.tx import Tx
from storage.writer import Writer
from tests.support.verify import Said, run
from tests.support.works import DIRECTOR, PERMIT, SITE, UNIT_HEAD, Desk
from tests.verifier.conftest import AS_WRITTEN, Sealed, seal
from workflow.ids import NodeKey, PersonId
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.values import Actor, Proof, ProofMethod

AT = datetime(2025, 6, 11, tzinfo=UTC)
SUBMITTED = AT - timedelta(days=1)


def written(tx: Tx, *, version: int, event: e.Event) -> None:
    tx.append(AS_WRITTEN, PERMIT, version, [event], event.at, f"scan:{version}")


async def verified(
    folder: Path, *arrivals: tuple[PersonId, CheckInWay, timedelta], bent: Callable[[Path], object] = str
) -> Said:
    """A submission, people arriving so long before the approval, and the approval beside the screen; then ``bent``."""
    url = f"sqlite:///{folder}/permitbot.sqlite3"
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(url), media_dir=folder / "media")
    migrate.upgrade(url)
    submitted = Desk().reach(Status.SUBMITTED).events[0]
    assert isinstance(submitted, e.PermitSubmitted)
    bound = decision_hash(
        permit=PERMIT, content_hash=submitted.content_hash, verdict="approve", step="unit_head", person=UNIT_HEAD
    )
    came: list[e.Event] = [
        e.ArrivedOnSite(by=Actor.person(who), at=AT - before, way=way, position=None) for who, way, before in arrivals
    ]
    method = ProofMethod.PLATFORM_SESSION_FRESH_CODE
    approved = e.StepApproved(
        by=Actor.person(UNIT_HEAD), at=AT, node=NodeKey("unit_head"), content_hash=submitted.content_hash,
        opinion="同意", proof=Proof(method=method, subject=UNIT_HEAD, decision_hash=bound, at=AT, at_site=True),
    )  # fmt: skip
    writer = Writer(open_database(url), SITE)
    await writer.start()
    for version, event in enumerate([replace(submitted, at=SUBMITTED), *came, approved]):
        await writer.submit(partial(written, version=version, event=event))
    told = await seal(writer, AT)
    await writer.stop()
    sealed = Sealed(settings=settings, folder=folder, told=(told,))
    export = await asyncio.to_thread(sealed.export)
    bent(export)
    return await asyncio.to_thread(run, export, anchor=sealed.anchor)


FRESH, BOARD, MINUTE = CheckInWay.FRESH_CODE, CheckInWay.BOARD_CODE, timedelta(minutes=1)


async def test_a_number_of_minutes_ago_agrees_and_is_called_our_word(tmp_path: Path) -> None:
    said = await verified(tmp_path, (UNIT_HEAD, BOARD, 12 * MINUTE), (UNIT_HEAD, FRESH, 10 * MINUTE))
    assert said.code == 0, said
    assert "1 signatures within ten minutes of a number" in said.marked("ok")
    assert "no key signed them" in said.marked("ok")


@pytest.mark.parametrize(
    "arrivals",
    [
        ((DIRECTOR, FRESH, MINUTE),),
        pytest.param((), marks=pytest.mark.deep),
        pytest.param(((UNIT_HEAD, FRESH, 10 * MINUTE + timedelta(seconds=1)),), marks=pytest.mark.deep),
        pytest.param(((UNIT_HEAD, FRESH, -MINUTE),), marks=pytest.mark.deep),
        pytest.param(((UNIT_HEAD, FRESH, 2 * MINUTE), (UNIT_HEAD, BOARD, MINUTE)), marks=pytest.mark.deep),
    ],
    ids=["somebody else's", "none", "of a while ago", "of later", "the board's code after it"],
)
async def test_a_label_without_a_number_is_found(
    tmp_path: Path, arrivals: tuple[tuple[PersonId, CheckInWay, timedelta], ...]
) -> None:
    said = await verified(tmp_path, *arrivals)
    assert said.code == 1, said
    assert "no number of the place's screen on record" in said.marked("bad")


def bending(export: Path, bend: Callable[[bytes], bytes]) -> None:
    """Write every part of an export anew."""
    with zipfile.ZipFile(export) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(export, "w") as again:
        for name, body in parts.items():
            again.writestr(name, bend(body))


async def test_a_time_nobody_can_read_is_no_time_and_stops_no_verifier(tmp_path: Path) -> None:
    when = (AT - MINUTE).isoformat().removesuffix("+00:00").encode()

    def bent(body: bytes) -> bytes:
        return body.replace(b'"at":"' + when, b'"at":"soon')

    said = await verified(tmp_path, (UNIT_HEAD, FRESH, MINUTE), bent=partial(bending, bend=bent))
    assert said.code == 1, said
    assert "was altered" in said.marked("bad")
    assert "no number of the place's screen on record" in said.marked("bad")


async def test_an_arrival_that_is_withheld_cannot_be_told(tmp_path: Path) -> None:
    def withheld(line: bytes) -> bytes:
        return json.dumps(json.loads(line) | {"body": None}).encode() if b"ArrivedOnSite" in line else line

    def bent(body: bytes) -> bytes:
        return b"\n".join(map(withheld, body.split(b"\n"))) if b'"ArrivedOnSite"' in body else body

    said = await verified(tmp_path, (UNIT_HEAD, FRESH, MINUTE), bent=partial(bending, bend=bent))
    assert "no number of the place's screen on record" in said.marked("cannot")
    assert "no number of the place's screen on record" not in said.marked("bad")
