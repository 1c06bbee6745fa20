"""Photos and voices: what each is taken as, who vouches for it, and how to change it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.buttons import Action
from handlers.arrivals import MediaStored, Photo
from handlers.outgoing import Ask, Fetch, Settled
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER
from tests.support.office import Stage, World
from workflow.permit.state import Status


async def photos(world: World) -> dict[str, bool]:
    """Purposes of the permit's photos, and whether the camera vouches for one of each."""
    found: dict[str, bool] = {}
    for one in (await world.permit(NUMBER)).photos:
        found[one.purpose] = found.get(one.purpose, False) or one.camera
    return found


async def without_open_measures(world: World) -> None:
    """Every measure that wants a photo has one: what is left are the photos of the rules."""
    permit = await world.permit(NUMBER)
    for measure in permit.law.measures:
        if permit.measures[measure.no].involved and "photo" in measure.evidence:
            await world.photographs(GUARD)


async def test_a_photo_is_fetched_after_the_commit_and_taken_when_it_is_ours(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.take(Photo(**world.head(GUARD, None), handle="media-1"))
    (fetch,) = rows.of(Fetch, GUARD)
    assert (fetch.handle, fetch.kind, fetch.user) == ("media-1", "photo", GUARD)
    assert (await world.permit(NUMBER)).photos == ()
    await world.stores(fetch, "0" * 32)
    assert len((await world.permit(NUMBER)).photos) == 1


async def test_the_first_photos_serve_the_measures_in_their_order(at_stage: Stage) -> None:
    world = at_stage("issued")
    permit = await world.permit(NUMBER)
    wanted = [one.no for one in permit.law.measures if permit.measures[one.no].involved and "photo" in one.evidence]
    await world.photographs(GUARD)
    await world.photographs(GUARD)
    assert list(await photos(world)) == wanted[:2]


async def test_then_the_photos_the_rules_want_before_the_start(at_stage: Stage) -> None:
    world = at_stage("issued")
    await without_open_measures(world)
    before = set(await photos(world))
    await world.photographs(GUARD)
    await world.photographs(GUARD)
    assert set(await photos(world)) - before == {"scene", "extinguisher"}
    rows = await world.take(Photo(**world.head(GUARD, None), handle="one-too-many"))
    (fetch,) = rows.of(Fetch, GUARD)
    rows = await world.stores(fetch, "0" * 32)
    assert rows.said(GUARD) == ["photo_nowhere"]


@pytest.mark.parametrize(("camera", "vouched"), [("before", True), ("after", True), ("never", False)])
async def test_the_camera_vouches_in_either_order(at_stage: Stage, camera: str, vouched: bool) -> None:
    world = at_stage("issued")
    await world.photographs(GUARD, camera=camera)
    assert list((await photos(world)).values()) == [vouched]


async def test_the_cameras_word_is_only_for_its_own_picture_and_person(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.shots(LEADER, "f" * 32)
    await world.photographs(GUARD, camera="never")
    assert list((await photos(world)).values()) == [False]


async def test_an_old_word_of_the_camera_is_worth_nothing(at_stage: Stage) -> None:
    world = at_stage("issued")
    name = "one"
    md5 = world.md5(name)
    await world.shots(GUARD, md5)
    world.now += timedelta(minutes=31)
    await world.photographs(GUARD, camera="never", name=name)
    assert list((await photos(world)).values()) == [False]


async def test_a_photo_taken_as_the_wrong_thing_is_moved_by_a_tap(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.photographs(GUARD)
    (ask,) = rows.of(Ask, GUARD)
    assert ask.key == "photo_taken_as"
    other = ask.offers[0].press.arg.split(":")[0]
    rows = await world.offered(rows, GUARD)
    assert [one.key for one in rows.of(Settled, GUARD)] == ["photo_moved"]
    assert other in await photos(world)
    assert (await photos(world))[other] is True


async def test_two_photos_at_once_serve_two_needs(at_stage: Stage) -> None:
    world = at_stage("issued")
    first = (await world.take(Photo(**world.head(GUARD, None), handle="a"))).of(Fetch, GUARD)[0]
    second = (await world.take(Photo(**world.head(GUARD, None), handle="b"))).of(Fetch, GUARD)[0]
    await world.stores(second, "2" * 32)
    await world.stores(first, "1" * 32)
    assert len(await photos(world)) == 2


async def test_the_very_same_file_of_another_permit_is_not_taken_later(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.photographs(GUARD, name="reused")
    await world.says(LEADER, "今天14点到16点 机修车间 打磨支架 动火 作业人王强 监护赵敏")
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    other = "DHZY-HC-20260318-002"
    await world.taps("tangjie", Action.ACCEPT, other)
    world.now += timedelta(minutes=40)
    await world.taps(LEADER, Action.JSA, other)
    rows = await world.photographs(LEADER, name="reused")
    assert rows.said(LEADER) == ["photo_used"]
    assert (await world.permit(other)).jsa is None


async def test_the_analysis_may_be_a_photographed_sheet(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.taps("zhoujianguo", Action.ACCEPT, NUMBER)
    await world.taps(LEADER, Action.JSA, NUMBER)
    rows = await world.photographs(LEADER)
    assert rows.refused(LEADER) == []
    assert "JsaAttached" in await world.kinds(NUMBER)


async def test_a_photo_that_cannot_be_had_is_told(at_stage: Stage) -> None:
    world = at_stage("issued")
    (fetch,) = (await world.take(Photo(**world.head(GUARD, None), handle="gone"))).of(Fetch, GUARD)
    rows = await world.take(
        MediaStored(
            **world.head(GUARD, f"stored:{fetch.origin}"),
            kind="photo",
            media=None,
            md5="",
            origin=fetch.origin,
            trouble="照片在平台上已经过期",
        )
    )
    assert rows.said(GUARD) == ["media_trouble"]
    assert (await world.talk(GUARD)).pending == ()


async def test_a_photo_of_somebody_without_a_permit(world: World) -> None:
    rows = await world.photographs("hc0001")
    assert rows.said("hc0001") == ["photo_nowhere"]


async def test_a_voice_note_is_kept_with_its_text(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.speaks(GUARD, "法兰已换好，准备收尾")
    assert rows.said(GUARD) == ["note_taken"]
    assert (await world.permit(NUMBER)).notes == ("法兰已换好，准备收尾",)
    await world.speaks(GUARD, None)
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_photos_after_the_work(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.scans(GUARD, BOARD)
    rows = await world.taps(LEADER, Action.FINISH, NUMBER)
    await world.offered(rows, LEADER)
    await world.photographs(GUARD)
    assert "clean" in await photos(world)
