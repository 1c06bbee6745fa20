"""A night's forgetting on real rows and files: what goes, what stays, and that a second night changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.forgetting import Forgetter
from handlers.house import House, house
from handlers.streams import keep
from storage.board import BoardRow
from storage.codec import Codec
from storage.engine import open_database
from storage.fold import Fold
from storage.hazards import HazardRow
from storage.media import MediaFiles, MediaRow
from storage.migrate import upgrade
from storage.policies import load
from storage.readings import ReadingRow
from storage.times import spell
from storage.tx import Tx
from storage.writer import Writer
from tests.support.clock import FakeClock
from tests.support.office import POLICIES, SECRET, SITE, ZONE
from tests.support.retention import RETENTION
from tests.verifier.conftest import AS_WRITTEN
from workflow.hazard.events import ALL, Event, SeenAgain
from workflow.hazard.state import Sighting
from workflow.ids import MediaHash, PermitId
from workflow.permit.events import NoteAdded
from workflow.privacy.keeping import FORGOTTEN, HOLDS, Forgotten, HoldLifted, HoldPlaced, digest_of
from workflow.values import Actor, Interval

DAY = timedelta(days=1)
ENDED, OPEN, HELD, LATELY = (f"DHZY-HC-20220101-00{number}" for number in range(1, 5))
START = FakeClock().at
OLD = START - 1200 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    writer: Writer
    house: House
    files: MediaFiles
    clock: FakeClock
    forgetter: Forgetter

    async def photo(self, name: str, *permits: str, mime: str = "image/jpeg", age: timedelta = 1200 * DAY) -> str:
        """A photo as the service keeps one: nobody's first, then each permit's."""
        stored = self.files.save(name.encode())

        def write(tx: Tx) -> None:
            for permit in (None, *permits):
                row = MediaRow(
                    sha256=stored.sha256, mime=mime, size=1, path="x", received_at=START - age, permit=permit,
                    purpose=purpose(permit), person="wang",
                )  # fmt: skip
                tx.add_media(row)
            tx.add_look(stored.sha256, b"prints", b"thumb")

        await self.writer.submit(write)
        return stored.sha256

    def lies(self, sha256: str) -> bool:
        return self.files.path_of(MediaHash(sha256)).exists()

    async def told(self) -> list[Forgotten]:
        records = await self.writer.submit(lambda tx: tx.records(self.house.keeping, FORGOTTEN))
        events = [self.house.keeping.codec.decode(one.kind, one.body) for one in records]
        return [one for one in events if isinstance(one, Forgotten)]

    async def hazard(self, number: str, *, ended: timedelta | None) -> None:
        """A hazard as the board has it; ``ended`` None: it is open."""
        row = HazardRow(
            id=number, is_open=ended is None, stage="", area="", kind="other", place="", said="", reporter="",
            responsible="", supervision=0, reported_at=OLD, reported_on=OLD.date(), due_at=None, earned=0,
            ended_at=None if ended is None else START - ended,
        )  # fmt: skip
        await self.writer.submit(lambda tx: tx.put_hazard(row))

    async def hold(self, event: HoldPlaced | HoldLifted) -> None:
        await self.writer.submit(lambda tx: keep(tx, self.house.keeping, HOLDS, (event,), at=event.at, cause="hold"))


def purpose(permit: str | None) -> str:
    return "photo" if permit is None else "hazard" if permit.startswith("YH") else "scene"


def board(permit: str, *, is_open: bool, ended: timedelta) -> BoardRow:
    return BoardRow(
        permit=permit, status="active" if is_open else "closed", version=9, work="hot", grade="second", area="TK2",
        place="2号罐", equipment=None, planned=Interval(start=OLD, end=OLD + timedelta(hours=2)), live=is_open,
        open=is_open, task="换法兰", people=(), updated_at=START - ended,
    )  # fmt: skip


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    url = f"sqlite:///{tmp_path / 'permitbot.sqlite3'}"
    upgrade(url)
    writer = Writer(open_database(url), SITE)
    await writer.start()
    furniture = house(site=SITE, zone=ZONE, book=load(POLICIES, plant="plant.example.yaml"), secret=SECRET)
    clock, files = FakeClock(), MediaFiles(tmp_path / "media")
    rows = (
        board(ENDED, is_open=False, ended=1200 * DAY),
        board(OPEN, is_open=True, ended=1200 * DAY),
        board(HELD, is_open=False, ended=1200 * DAY),
        board(LATELY, is_open=False, ended=1000 * DAY),
    )

    def write(tx: Tx) -> None:
        for row in rows:
            tx.put_on_board(row)

    await writer.submit(write)
    forgetter = Forgetter(writer=writer, clock=clock, house=furniture, retention=RETENTION, files=files)
    yield Site(writer=writer, house=furniture, files=files, clock=clock, forgetter=forgetter)
    await writer.stop()


async def test_the_bytes_go_and_the_hash_stays(site: Site) -> None:
    gone = await site.photo("ended", ENDED)
    await site.forgetter.forget(START)
    assert not site.lies(gone)
    uses = await site.writer.submit(lambda tx: tx.media_called(MediaHash(gone)))
    assert {use.permit for use in uses} == {None, ENDED}
    assert await site.writer.submit(lambda tx: tx.look_of(MediaHash(gone))) is None
    (told,) = await site.told()
    assert (told.counts, told.originals, told.digest) == ({"photos": 1}, 1, digest_of([gone]))


async def test_what_is_open_held_unknown_or_young_stays(site: Site) -> None:
    await site.hold(HoldPlaced(by=Actor.clock(), at=START, permit=PermitId(HELD), why="事故调查"))
    kept = [
        await site.photo("open", OPEN),
        await site.photo("held", HELD),
        await site.photo("lately", LATELY),
        await site.photo("both", ENDED, OPEN),
        await site.photo("strange", "DHZY-HC-20220101-999"),
        await site.photo("yesterday", age=DAY),
    ]
    await site.forgetter.forget(START)
    assert [site.lies(one) for one in kept] == [True] * len(kept)
    assert await site.told() == []
    await site.hold(HoldLifted(by=Actor.clock(), at=START, permit=PermitId(HELD), why="调查结束"))
    await site.forgetter.forget(START)
    assert [site.lies(one) for one in kept] == [True, False, True, True, True, True]


async def test_a_second_night_changes_nothing(site: Site) -> None:
    await site.photo("ended", ENDED)
    await site.photo("nobody's", age=31 * DAY)
    await days(site, 8)
    told = await site.told()
    assert told[0].originals == 2
    await site.forgetter.forget(START)
    await site.forgetter.knock()
    assert await site.told() == told


async def days(site: Site, count: int) -> None:
    """The clock runs on; somebody knocks every day."""
    for _ in range(count):
        await site.forgetter.knock()
        site.clock.advance(DAY)


@pytest.mark.parametrize("leap", [timedelta(days=3), 3650 * DAY])
async def test_a_clock_that_leapt_ahead_forgets_nothing_for_a_week(site: Site, leap: timedelta) -> None:
    """A machine that wakes up in another year, also where it was restarted meanwhile."""
    await days(site, 9)
    young = await site.photo("young", age=10 * DAY)  # nobody's, and kept for thirty days
    site.clock.advance(leap)
    ended = await site.photo("ended", ENDED)
    await days(site, 7)
    assert (site.lies(young), site.lies(ended)) == (True, False), "what was over before it leapt is over"
    site.clock.advance(-leap)
    await days(site, 3)
    assert site.lies(young), "set right again it has forgotten nothing"
    await days(site, 7)
    assert not site.lies(young)


async def test_a_house_that_is_switched_off_half_the_week_forgets_all_the_same(site: Site) -> None:
    """Four days at work, three days off, and so on: each leap is believed once seven days of work were seen since."""
    young = await site.photo("young", age=timedelta())
    kept = []
    for _ in range(8):
        await days(site, 4)
        site.clock.advance(3 * DAY)
        kept.append(site.lies(young))
    assert kept == [True] * 6 + [False] * 2


async def test_what_was_remembered_of_the_clock_before_counts(site: Site) -> None:
    """A house that is brought up to date in the middle of its work forgets on."""
    gone = await site.photo("ended", ENDED)

    def remembered(tx: Tx) -> None:
        tx.put_setting("retention.clock_seen", spell(START - DAY / 2))
        tx.put_setting("retention.clock_since", spell(START - 8 * DAY))

    await site.writer.submit(remembered)
    await site.forgetter.knock()
    assert not site.lies(gone)


async def test_a_house_that_was_away_for_a_night_forgets_the_next_one(site: Site) -> None:
    await days(site, 8)
    gone = await site.photo("ended", ENDED)
    site.clock.advance(DAY / 2)
    await site.forgetter.knock()
    assert not site.lies(gone)


async def test_a_crash_after_the_mark_is_made_good(site: Site) -> None:
    gone = await site.photo("ended", ENDED)
    await site.writer.submit(lambda tx: tx.forget_media(gone, thing="photos", at=START, version=1))
    site.files.set_aside(MediaHash(gone))
    await site.forgetter.forget(START)
    assert not site.lies(gone)
    assert list(site.files.path_of(MediaHash(gone)).parent.iterdir()) == []


async def test_the_same_bytes_given_again_are_kept(site: Site) -> None:
    again = await site.photo("ended", ENDED)
    await site.writer.submit(lambda tx: tx.forget_media(again, thing="photos", at=START, version=1))
    await site.photo("ended", OPEN, age=timedelta())
    await site.forgetter.forget(START)
    assert site.lies(again)
    assert await site.writer.submit(lambda tx: tx.to_erase(9)) == ()


async def test_what_is_put_under_hold_between_mark_and_erasing_is_kept(site: Site) -> None:
    """An investigation begins in the very night: the officer was told that everything of the permit stays."""
    marked = await site.photo("ended", HELD)
    await site.writer.submit(lambda tx: tx.forget_media(marked, thing="photos", at=START, version=1))
    await site.hold(HoldPlaced(by=Actor.clock(), at=START, permit=PermitId(HELD), why="事故调查"))
    await site.forgetter.forget(START)
    assert site.lies(marked)


async def test_evidence_is_never_nobodys(site: Site) -> None:
    """An original that an event names stays, though nothing was registered for the permit."""
    named = await site.photo("voice", mime="audio/amr", age=400 * DAY)
    at = START - 400 * DAY + timedelta(minutes=1)
    note = NoteAdded(by=Actor.clock(), at=at, text="", media=MediaHash(named))
    await site.writer.submit(lambda tx: tx.append(AS_WRITTEN, OPEN, 0, (note,), at, "voice:1"))
    await site.forgetter.forget(START)
    assert site.lies(named)


async def test_rows_go_in_batches_and_readings_of_kept_permits_stay(site: Site) -> None:
    def reading(permit: str | None, age: timedelta) -> ReadingRow:
        return ReadingRow(
            device="d1", quantity="lel", value=Decimal(1), unit="%LEL", quality="good", received_at=START - age,
            permit=permit,
        )  # fmt: skip

    await site.hold(HoldPlaced(by=Actor.clock(), at=START, permit=PermitId(HELD), why="事故调查"))
    rows = [reading(permit, 1300 * DAY) for permit in (ENDED, OPEN, HELD, LATELY)] + [reading(None, 89 * DAY)]
    await site.writer.submit(lambda tx: tx.add_readings(rows + [reading(None, 91 * DAY)] * 1100))
    await site.forgetter.forget(START)
    left = await site.writer.submit(lambda tx: tx.readings_of_device("d1", OLD - 999 * DAY, START))
    assert [row.permit for row in left] == [OPEN, HELD, LATELY, None]
    assert [one.counts for one in await site.told()] == [{"permit_readings": 1, "readings": 1100}]


async def test_what_a_hazard_shows_goes_long_after_its_end_and_not_before(site: Site) -> None:
    over, late, still, held = (f"YH-HC-20220101-00{number}" for number in range(1, 5))
    for number, ended in ((over, 1200 * DAY), (late, 400 * DAY), (still, None), (held, 1200 * DAY)):
        await site.hazard(number, ended=ended)
    await site.hold(HoldPlaced(by=Actor.clock(), at=START, permit=PermitId(held), why="事故调查"))
    gone = [
        await site.photo("over", over),
        await site.photo("film of long ago", late, mime="video/mp4"),
        await site.photo("over, twice", over, ENDED),
    ]
    kept = [
        await site.photo("late", late),
        await site.photo("still open", still),
        await site.photo("held back", held),
        await site.photo("of nobody's hazard", "YH-HC-20220101-099"),
        await site.photo("the double's, and of the one that goes on", over, still),
        await site.photo("of a permit that is open", over, OPEN),
    ]
    await site.forgetter.forget(START)
    assert [site.lies(one) for one in gone] == [False] * len(gone)
    assert [site.lies(one) for one in kept] == [True] * len(kept)
    (told,) = await site.told()
    assert told.counts == {"hazard_photos": 1, "hazard_videos": 1, "photos": 1}


async def test_a_picture_of_a_hazard_is_never_nobodys(site: Site) -> None:
    """Shown in an event, registered for nothing: a bug of ours must not cost the evidence."""
    named = await site.photo("rail", age=400 * DAY)
    at = START - 400 * DAY + timedelta(minutes=1)
    what = Sighting(text="", place="", area=None, photos=(MediaHash(named),))
    seen = SeenAgain(by=Actor.clock(), at=at, what=what)
    written: Fold[int, Event] = Fold(
        kind="hazard", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec(ALL)
    )
    await site.writer.submit(lambda tx: tx.append(written, "YH-HC-20220101-001", 0, (seen,), at, "photo:1"))
    await site.forgetter.forget(START)
    assert site.lies(named)
