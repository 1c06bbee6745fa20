"""Cameras as a part of the service, over real sockets: from the stop to the picture, its page and its proof; and what
the settings must hold."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.doctor import Verdict
from bot.doctor_devices import _cameras
from bot.evidence_out import wanted, write
from bot.settings import Settings, SettingsError
from bot.stills import Stills, planned
from handlers.arrivals import Sender, Text
from handlers.outgoing import StillOrder
from handlers.stills import STILL
from sandbox.camera import VirtualCamera
from storage import policies
from storage.media import MediaFiles
from tests.support import verify
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.hot_work import GUARD, NUMBER, WORKER
from tests.support.office import CORP, POLICIES, SITE, World
from tests.support.whole_site import WholeSite, whole_site
from workflow.ids import DeviceId, PermitId, PersonId
from workflow.permit.events import CameraSilent, StillTaken
from workflow.permit.state import Permit
from workflow.rules.book import RuleBook
from workflow.stills import Occasion, Silence, StillRule
from workflow.values import WorkType

Stage = Callable[[str], World]
RULE = "stills:\n  - {works: [hot], random: {every: 60 min}, silent: tell}\n"
SECRET = "viewer-password"


@pytest.fixture
async def camera(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VirtualCamera]:
    monkeypatch.setenv("CAM_1_PASSWORD", SECRET)
    one = VirtualCamera(Image.new("RGB", (320, 240), (30, 120, 30)), login=("viewer", SECRET))
    await one.start()
    yield one
    await one.stop()


def plant_with(folder: Path, more: str = RULE) -> Path:
    path = folder / "plant.yaml"
    path.write_text((POLICIES / "plant.example.yaml").read_text("utf-8") + more, "utf-8")
    return path


def file_of(folder: Path, address: str = "rtsp://127.0.0.1:1/stream1", *, area: str = "TK2") -> Path:
    path = folder / "cameras.yaml"
    path.write_text(
        f"cameras:\n  cam-1:\n    name: 2号罐顶\n    address: {address}\n    areas: [{area}]\n"
        "    user: viewer\n    password: $CAM_1_PASSWORD\n"
        f"  cam-2:\n    name: 泵房\n    address: rtsp://127.0.0.1:1/\n    areas: [{area}]\n",
        "utf-8",
    )
    return path


async def stopped(site: WholeSite) -> None:
    now, sender = site.clock.now(), Sender(platform="wecom", corp=CORP, user=WORKER)
    stop = Text(site=site.service.site, sender=sender, dedup_key="s", received_at=now, sent_at=now, text="停工 着火了")
    await site.service.office.handle(stop)


async def permit(site: WholeSite) -> Permit:
    house = site.service._furniture
    return await site.service.writer.submit(lambda tx: tx.load(house.permits, PermitId(NUMBER))[0])


async def test_a_stop_is_shown_kept_and_proven_and_a_dead_camera_is_a_line_of_the_journal(
    at_stage: Stage, tmp_path: Path, camera: VirtualCamera
) -> None:
    given: dict[str, Any] = {
        "cameras_file": file_of(tmp_path, camera.address), "plant_file": str(plant_with(tmp_path))
    }  # fmt: skip
    async with whole_site(at_stage("active"), tmp_path, **given) as site:
        await stopped(site)

        async def answered() -> bool:
            return len((await permit(site)).stills) == 2

        await eventually(answered)
        still, dead = sorted((await permit(site)).stills, key=lambda one: one.name)
        assert (still.name, dead.name, dead.media) == ("2号罐顶", "泵房", None)
        assert still.media is not None
        original = site.service.media.read(still.media)
        assert hashlib.sha256(original).hexdigest() == still.media
        (row,) = await site.service.writer.submit(lambda tx: tx.media_called(still.media or ""))  # type: ignore[arg-type]  # a hash is a string
        assert (row.permit, row.purpose, row.mime, row.person) == (NUMBER, "still", "image/jpeg", None)

        signed_in = {"Cookie": site.cookie(PersonId(GUARD))}
        answer, page = await site.ask("GET", f"/p/{NUMBER}", signed_in)
        assert (answer.status, f"/p/{NUMBER}/photo/{still.media}" in page, "没有画面" in page) == (200, True, True)
        async with site.browser.get(
            f"{site.service.base_url}/p/{NUMBER}/photo/{still.media}", headers=signed_in
        ) as shown:
            stamped = await shown.read()
            assert (shown.status, shown.content_type) == (200, "image/jpeg")
        assert stamped != original
        settings = site.service.settings
    export, said = tmp_path / "evidence.zip", list[str]()
    taken_out = partial(write, settings=settings, asked=wanted(NUMBER), path=export, say=said.append)
    assert await asyncio.to_thread(taken_out) == 0
    checked = verify.run(export)
    assert "1 originals (photos and others) have the hashes the records name" in checked.marked("ok"), checked.lines


async def test_work_under_way_gets_its_moment_when_the_service_begins(
    at_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plant began to ask for pictures while the service was down."""
    monkeypatch.setenv("CAM_1_PASSWORD", SECRET)
    given: dict[str, Any] = {
        "cameras_file": file_of(tmp_path), "plant_file": str(plant_with(tmp_path))
    }  # fmt: skip
    async with whole_site(at_stage("active"), tmp_path, **given) as site:
        due = (await site.service.writer.submit(lambda tx: tx.timers()))[NUMBER][STILL]
        assert timedelta(0) < due - site.clock.now() <= timedelta(minutes=60)


# --- carrying out an order ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Fake:
    """A camera that answers as it is told."""

    says: bytes | Silence
    asked: int = 0

    async def still(self) -> bytes | Silence:
        self.asked += 1
        return self.says


def jpeg(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 90).convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("says", "late", "why"),
    [
        (jpeg(), 0, None),
        (jpeg()[:2000], 0, Silence.NO_PICTURE),
        (jpeg("PNG"), 0, Silence.NO_PICTURE),
        pytest.param(b"no picture at all", 0, Silence.NO_PICTURE, marks=pytest.mark.deep),
        (Silence.DENIED, 0, Silence.DENIED),
        (None, 0, Silence.NO_CAMERA),
        (jpeg(), 90, "nobody's wish any more"),
    ],
    ids=["good", "torn", "no jpeg", "words", "silent", "taken away", "too late"],
)
async def test_an_order_is_answered_once_and_in_time(
    at_stage: Stage, tmp_path: Path, says: bytes | Silence | None, late: int, why: str | None
) -> None:
    world, cam = at_stage("active"), DeviceId("cam-1")
    fake = Fake(says=Silence.UNREACHED if says is None else says)
    stills = Stills(
        cameras={} if says is None else {cam: fake}, site=SITE, house=world.house, writer=world.writer,
        media=MediaFiles(tmp_path / "media"), clock=FakeClock(world.now), tell=world.office.handle,
    )  # fmt: skip
    at = world.now - timedelta(seconds=late)
    order = StillOrder(permit=PermitId(NUMBER), camera=cam, key="stop:1:cam-1", occasion=Occasion.STOP, at=at)
    await stills.take(order)
    await stills.take(order)
    told = [one for one in await world.events(NUMBER) if isinstance(one, StillTaken | CameraSilent)]
    if late:
        assert (told, fake.asked) == ([], 0)
        return
    (one,) = told
    assert fake.asked <= 1
    if isinstance(one, StillTaken):
        assert why is None
        assert stills.media.read(one.media) == says
    else:
        assert one.why is why


# --- the start ----------------------------------------------------------------------------------------------------


@cache
def book_of(asks: bool) -> RuleBook:
    """The example plant's rules, and those of one that asks its cameras."""
    book = policies.load(POLICIES, plant="plant.example.yaml")
    rule = StillRule(works=frozenset({WorkType.HOT}))
    return replace(book, plant=replace(book.plant, stills=(rule,))) if asks else book


@pytest.mark.parametrize(
    ("wrong", "why"),
    [("file", "set PERMITBOT_CAMERAS_FILE"), ("secret", "CAM_1_PASSWORD 没有设置"), ("address", "cameras.yaml:4")],
)
def test_what_cameras_need_is_asked_for_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, why: str
) -> None:
    if wrong != "secret":
        monkeypatch.setenv("CAM_1_PASSWORD", SECRET)
    address = "http://10.0.0.1/" if wrong == "address" else "rtsp://10.0.0.1/"
    given = {} if wrong == "file" else {"cameras_file": file_of(tmp_path, address)}
    with pytest.raises(SettingsError, match=why):
        planned(Settings.model_validate(given), book_of(True))


def test_a_site_that_wants_no_pictures_needs_no_cameras() -> None:
    assert planned(Settings.model_validate({}), book_of(False)) is None


def test_the_doctor_names_a_camera_at_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_1_PASSWORD", SECRET)
    settings, book = Settings.model_validate({"cameras_file": file_of(tmp_path)}), book_of(False)
    (good,) = _cameras(settings, book, {"TK2"})
    assert (good.verdict, good.saw) == (Verdict.GOOD, "2 cameras")
    lost, _ = _cameras(settings, book, {"TK3"})
    assert (lost.verdict, lost.saw) == (Verdict.BAD, "cam-1: the register knows no area TK2")
    monkeypatch.delenv("CAM_1_PASSWORD")
    (bad,) = _cameras(settings, book, {"TK2"})
    assert (bad.verdict, "CAM_1_PASSWORD" in bad.saw) == (Verdict.BAD, True)
