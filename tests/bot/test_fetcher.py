"""What people send is copied before it lapses; what is no evidence is said so while there is time for another."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.fetcher import Fetcher
from bot.platform import Fetched, TooLarge, TryLater, Undeliverable
from bot.wecom.platform import MAX_MEDIA, WeComPlatform
from cards.answers import answer_text
from cards.freshness import photo_code
from cards.pictures.qr import png
from handlers.arrivals import MediaStored, Photo, Video, Voice
from handlers.outgoing import Fetch
from storage.errors import StorageTrouble, Trouble
from storage.media import MediaFiles, MediaRow, StoredFile
from storage.writer import Writer
from tests.support.chat import FakeChat
from tests.support.clock import START, FakeClock
from tests.support.pictures import jpeg, opened, png_of_size, png_with_text_bomb, saved, scene, split
from tests.support.wecom_plant import Plant, connected
from workflow.ids import PersonId, SiteId

PHOTO = jpeg()


@dataclass(slots=True)
class Bench:
    """A fetcher, what it keeps and what it tells."""

    fetcher: Fetcher
    chat: FakeChat
    store: MediaFiles
    writer: Writer
    told: list[MediaStored] = field(default_factory=list)

    async def fetch(self, data: bytes | None, kind: str = "photo", mime: str = "image/jpeg") -> MediaStored:
        if data is not None:
            self.chat.files["m1"] = Fetched(data=data, mime=mime)
        await self.fetcher.fetch(wanted(kind))
        return self.told[-1]

    async def rows(self) -> tuple[MediaRow, ...]:
        told = self.told[-1]
        media = told.media
        assert media is not None
        return await self.writer.submit(lambda tx: tx.media_called(media))


def wanted(kind: str = "photo", handle: str = "m1") -> Fetch:
    return Fetch(
        person=PersonId("zhaomin"), platform="wecom", corp="c", user="zhaomin", handle=handle, kind=kind,
        origin="arrival-1", text="漏了" if kind == "voice" else None,
    )  # fmt: skip


def bench_of(chat: FakeChat, store: MediaFiles, writer: Writer) -> Bench:
    told: list[MediaStored] = []

    async def tell(arrival: MediaStored) -> None:
        told.append(arrival)

    fetcher = Fetcher(platform=chat, store=store, writer=writer, clock=FakeClock(), site=SiteId("HC"), tell=tell)
    return Bench(fetcher=fetcher, chat=chat, store=store, writer=writer, told=told)


@pytest.fixture
def bench(writer: Writer, tmp_path: Path) -> Bench:
    (tmp_path / "media").mkdir()
    return bench_of(FakeChat(), MediaFiles(tmp_path / "media"), writer)


async def test_a_photo_is_kept_byte_for_byte_and_told(bench: Bench) -> None:
    told = await bench.fetch(PHOTO)
    assert told.media == hashlib.sha256(PHOTO).hexdigest()
    assert told.md5 == hashlib.md5(PHOTO, usedforsecurity=False).hexdigest()
    assert (told.origin, told.dedup_key, told.trouble) == ("arrival-1", "stored:arrival-1", "")
    assert (told.sender.user, told.received_at) == ("zhaomin", START)
    assert bench.store.read(told.media) == PHOTO
    (row,) = await bench.rows()
    assert (row.mime, row.person, row.permit, row.purpose) == ("image/jpeg", "zhaomin", None, "photo")


async def test_the_kind_is_what_the_bytes_say(bench: Bench) -> None:
    await bench.fetch(saved(split(8, 8), "PNG"), mime="image/jpeg; name=<script>")
    (row,) = await bench.rows()
    assert row.mime == "image/png"


@pytest.mark.parametrize(("kind", "mime"), [("voice", "audio/amr"), ("video", "video/mp4")])
async def test_voices_and_videos_are_kept_unseen(bench: Bench, kind: str, mime: str) -> None:
    told = await bench.fetch(b"#!AMR\n", kind, mime)
    assert told.trouble == ""
    assert told.text == ("漏了" if kind == "voice" else None)
    (row,) = await bench.rows()
    assert (row.mime, row.purpose) == (mime, kind)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "照片在聊天软件里已经过期"),
        (b"", "不是能打开的照片"),
        (b"<html>", "不是能打开的照片"),
        (PHOTO[: len(PHOTO) // 2], "照片已损坏"),
        (png_of_size(20_000, 20_000), "照片像素过大"),
        (png_with_text_bomb(), "不是能打开的照片"),
    ],
)
async def test_what_is_no_evidence_is_told_and_not_kept(
    bench: Bench, tmp_path: Path, data: bytes | None, why: str
) -> None:
    told = await bench.fetch(data)
    assert (told.media, told.md5, told.trouble) == (None, "", why)
    assert answer_text("media_trouble", {"why": told.trouble}).startswith(f"没有存下：{why}")
    assert list((tmp_path / "media").iterdir()) == []


@pytest.mark.parametrize(
    ("trouble", "why"), [(TooLarge("x"), "视频太大（最多20兆）"), (Undeliverable("x"), "视频取不下来")]
)
async def test_what_the_platform_does_not_give_is_told(bench: Bench, trouble: Exception, why: str) -> None:
    bench.chat.fails("fetch", trouble)
    assert (await bench.fetch(b"x", "video")).trouble == why


async def test_an_outage_and_a_full_disk_are_tried_again_not_told(bench: Bench, writer: Writer, tmp_path: Path) -> None:
    bench.chat.fails("fetch", TryLater("502"))
    with pytest.raises(TryLater):
        await bench.fetch(PHOTO)

    class Full(MediaFiles):
        """A disk without room."""

        def save(self, data: bytes) -> StoredFile:
            raise StorageTrouble(Trouble.DISK_FULL, "no room")

    full = bench_of(bench.chat, Full(tmp_path), writer)
    with pytest.raises(StorageTrouble):
        await full.fetch(PHOTO)
    assert bench.told == full.told == []


async def test_fetched_twice_is_kept_once(bench: Bench) -> None:
    """Killed between keeping and telling: the row comes back."""
    first = await bench.fetch(PHOTO)
    again = await bench.fetch(PHOTO)
    assert first.dedup_key == again.dedup_key
    assert len(await bench.rows()) == 1


async def test_photos_are_looked_at_one_at_a_time(bench: Bench, tmp_path: Path, writer: Writer) -> None:
    class Counting(MediaFiles):
        """Says how many were saved at once."""

        now = most = 0

        def save(self, data: bytes) -> StoredFile:
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                return super().save(data)
            finally:
                self.now -= 1

    store = Counting(tmp_path / "media")
    many = bench_of(bench.chat, store, writer)
    for number in range(6):
        bench.chat.files[f"m{number}"] = Fetched(data=jpeg(split(400 + number, 300)), mime="image/jpeg")
    await asyncio.gather(*(many.fetcher.fetch(wanted(handle=f"m{number}")) for number in range(6)))
    assert (store.most, len(many.told)) == (1, 6)


# --- through the twin ------------------------------------------------------------------------------------------------


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    async with connected() as made:
        yield made


async def test_from_a_phone_into_the_store(plant: Plant, bench: Bench) -> None:
    platform = WeComPlatform(
        client=plant.client, session=plant.session, base_url=plant.twin.base_url, notice_url="https://a.example"
    )
    fetcher = Fetcher(
        platform=platform,
        store=bench.store,
        writer=bench.writer,
        clock=plant.clock,
        site=SiteId("HC"),
        tell=_into(bench),
    )
    phone = plant.phone()
    await phone.send_photo(PHOTO)
    await phone.send_photo(b"\xff\xd8 not a photo after all")
    await phone.send_voice(b"#!AMR\n" + bytes(40))
    await phone.send_video(b"\0" * (MAX_MEDIA + 1))
    kinds = {Photo: "photo", Voice: "voice", Video: "video"}
    for arrival in plant.office.arrivals:
        assert isinstance(arrival, Photo | Voice | Video)
        await fetcher.fetch(wanted(kinds[type(arrival)], arrival.handle))
    assert [told.trouble for told in bench.told] == ["", "不是能打开的照片", "", "视频太大（最多20兆）"]
    plant.clock.advance(timedelta(days=3, seconds=1))
    assert isinstance(plant.office.arrivals[0], Photo)
    await fetcher.fetch(wanted("photo", plant.office.arrivals[0].handle))
    assert bench.told[-1].trouble == "照片在聊天软件里已经过期"


def _into(bench: Bench):  # type: ignore[no-untyped-def]  # a one-line teller
    async def tell(arrival: MediaStored) -> None:
        bench.told.append(arrival)

    return tell


# --- what the darkroom sees -----------------------------------------------------------------------------------------


async def test_a_photo_made_from_an_earlier_one_of_somebody_else_is_seen_for_it(bench: Bench) -> None:
    await bench.fetch(saved(scene(5), "JPEG", quality=92))
    first = bench.told[-1].media
    again = replace(wanted(handle="m2"), person=PersonId("other"), origin="arrival-2")
    bench.chat.files["m2"] = Fetched(data=saved(scene(5).resize((600, 450)), "JPEG", quality=40), mime="image/jpeg")
    await bench.fetcher.fetch(again)
    assert [row.copies for row in await bench.rows()] == [first]


async def test_two_pictures_of_one_take_are_no_copies_and_a_day_later_they_are(writer: Writer, tmp_path: Path) -> None:
    bench = bench_of(FakeChat(), MediaFiles(tmp_path), writer)
    copy = saved(scene(6).resize((900, 675)), "JPEG", quality=60)
    await bench.fetch(saved(scene(6), "JPEG", quality=92))
    await bench.fetch(copy)
    assert [row.copies for row in await bench.rows()] == [None]
    later = bench_of(FakeChat(), MediaFiles(tmp_path), writer)  # a restarted service knows what the last one saw
    assert isinstance(later.fetcher._clock, FakeClock)
    later.fetcher._clock.advance(timedelta(hours=20))
    await later.fetch(saved(scene(6).resize((700, 525)), "JPEG", quality=50))
    assert [row.copies is not None for row in await later.rows()] == [True]


async def test_our_code_in_the_picture_is_written_down(bench: Bench) -> None:
    code = photo_code("DHZY-HC-20260318-001", START, secret=b"k" * 32)
    place = scene(8)
    place.paste(opened(png(code)).convert("RGB"), (300, 200))
    await bench.fetch(saved(place, "JPEG", quality=80))
    assert [row.codes for row in await bench.rows()] == [(code,)]
