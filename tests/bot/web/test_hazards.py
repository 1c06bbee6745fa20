"""The pictures of a hazard: before and after for whoever has to do with it, and nothing for anybody else."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import aiohttp
from PIL import Image

from cards.buttons import Action
from handlers.arrivals import MediaStored, Photo, Video
from handlers.outgoing import Fetch
from storage.directory import Register
from storage.media import MediaRow
from tests.support.hot_work import SAFETY, UNIT, WORKER
from tests.support.office import Stage, World
from tests.support.pictures import jpeg
from tests.support.whole_site import whole_site
from workflow.ids import MediaHash, PersonId

ONE = "YH-HC-20260318-001"
FILM = b"\0\0\0\x18ftypmp42 a ladder without a step"
BEFORE = jpeg(Image.new("RGB", (900, 600), (120, 60, 60)))
AFTER = jpeg(Image.new("RGB", (400, 500), (60, 120, 60)))


async def shows(world: World, who: str, data: bytes) -> None:
    """A photo whose bytes are real: the pages are to show it."""
    media = MediaHash(hashlib.sha256(data).hexdigest())
    rows = await world.take(Photo(**world.head(who, None), handle=media[:8]))
    (fetch,) = rows.of(Fetch, who)
    row = MediaRow(sha256=media, mime="image/jpeg", size=len(data), path="", received_at=world.now, person=who)
    await world.writer.submit(lambda tx: tx.add_media(row))
    head = world.head(who, f"stored:{fetch.origin}")
    await world.take(MediaStored(**head, kind="photo", media=media, md5="0" * 32, origin=fetch.origin))


async def mended(world: World) -> None:
    await world.says(WORKER, "匿名隐患 2号罐 爬梯踏板少一块")
    await shows(world, WORKER, BEFORE)
    await world.taps(UNIT, Action.HAZARD, ONE, "rectify", revision=0)
    await world.says(UNIT, "已补装踏板并紧固")
    await shows(world, UNIT, AFTER)


async def test_both_pictures_for_those_concerned_and_nothing_for_others(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("ready")
    await mended(world)
    async with whole_site(world, tmp_path) as site:
        for data in (BEFORE, AFTER):
            site.service.media.save(data)
        for person, status in ((SAFETY, 200), (UNIT, 200), (WORKER, 200), (PersonId("hc0001"), 404)):
            answer, _ = await site.ask("GET", f"/h/{ONE}", {"Cookie": site.cookie(person)})
            assert answer.status == status, person
        none, text = await site.ask("GET", "/h/YH-HC-20260318-099", {"Cookie": site.cookie(SAFETY)})
        hidden, other = await site.ask("GET", f"/h/{ONE}", {"Cookie": site.cookie(PersonId("hc0001"))})
        assert (none.status, text) == (hidden.status, other), "not even whether there is one"
        away, _ = await site.ask("GET", f"/h/{ONE}")
        assert away.status == 302
        _, text = await site.ask("GET", f"/h/{ONE}", {"Cookie": site.cookie(SAFETY)})
        assert "2号罐 爬梯踏板少一块" in text
        assert "待验收" in text
        assert "王强" not in text, "whoever reported unnamed"
        url, headers = f"{site.service.base_url}/h/{ONE}/pair", {"Cookie": site.cookie(SAFETY)}
        async with aiohttp.ClientSession() as browser, browser.get(url, headers=headers) as shown:
            picture = Image.open(io.BytesIO(await shown.read()))
        assert (picture.width, picture.height) == (900 + 400 + 12, 600), "side by side"
        known = await site.service.writer.submit(lambda tx: tx.directory.people[PersonId(WORKER)])
        left = Register(people=(replace(known, active=False),))
        await site.service.writer.submit(lambda tx: tx.put_register(left))
        answer, _ = await site.ask("GET", f"/h/{ONE}", {"Cookie": site.cookie(PersonId(WORKER))})
        assert answer.status == 404, "who reported it and has left since"


async def test_a_film_is_played_for_those_concerned_and_only_unchanged(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("ready")
    await world.says(WORKER, "匿名隐患 2号罐 爬梯踏板少一块")
    film = MediaHash(hashlib.sha256(FILM).hexdigest())
    rows = await world.take(Video(**world.head(WORKER, None), handle="film"))
    row = MediaRow(sha256=film, mime="video/mp4", size=len(FILM), path="", received_at=world.now, person=WORKER)
    await world.writer.submit(lambda tx: tx.add_media(row))
    (fetch,) = rows.of(Fetch, WORKER)
    head = world.head(WORKER, f"stored:{fetch.origin}")
    await world.take(MediaStored(**head, kind="video", media=film, md5="0" * 32, origin=fetch.origin))
    async with whole_site(world, tmp_path) as site:
        site.service.media.save(FILM)
        for person, status in ((SAFETY, 200), (UNIT, 200), (PersonId("hc0001"), 404)):
            page, text = await site.ask("GET", f"/h/{ONE}", {"Cookie": site.cookie(person)})
            assert page.status == status, person
            assert (f"/h/{ONE}/video/{film}" in text) is (status == 200)
            shown, _ = await site.ask("GET", f"/h/{ONE}/video/{film}", {"Cookie": site.cookie(person)})
            assert shown.status == status, person
        mine = {"Cookie": site.cookie(SAFETY)}
        part, _ = await site.ask("GET", f"/h/{ONE}/video/{film}", {**mine, "Range": "bytes=0-3"})
        assert (part.status, part.headers["Content-Type"], part.headers["Content-Length"]) == (206, "video/mp4", "4")
        strange, _ = await site.ask("GET", f"/h/{ONE}/video/{'a' * 64}", mine)
        assert strange.status == 404, "of another hazard, or of none"
        away, _ = await site.ask("GET", f"/h/{ONE}/video/{film}")
        assert away.status == 404
        site.service.media.path_of(film).write_bytes(b"changed")
        changed, _ = await site.ask("GET", f"/h/{ONE}/video/{film}", mine)
        assert changed.status == 410
