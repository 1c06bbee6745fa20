"""A photo that resembles an earlier one: told at once, looked at when asked, and counted only by somebody's word."""

from __future__ import annotations

from datetime import timedelta

from cards.buttons import Action
from cards.freshness import photo_code
from handlers.arrivals import Photo
from handlers.outgoing import Ask, Fetch, Settled
from storage.media import MediaRow
from tests.support.hot_work import GUARD, LEADER, NUMBER, UNIT
from tests.support.office import SECRET, Rows, Stage, World
from workflow.ids import MediaHash

OLD = MediaHash("e" * 64)


async def earlier(world: World) -> None:
    """A photo that served another permit, long ago."""
    row = MediaRow(
        sha256=OLD,
        mime="image/jpeg",
        size=1,
        path="y",
        received_at=world.now - timedelta(days=9),
        person="x",
        permit="DHZY-HC-20260309-004",
    )
    await world.writer.submit(lambda tx: tx.add_media(row))


async def sends(world: World, *, copies: MediaHash | None = OLD, codes: tuple[str, ...] = (), name: str = "p1") -> Rows:
    """The guardian sends a photo, and the darkroom finds what it finds."""
    rows = await world.take(Photo(**world.head(GUARD, None), handle=name))
    (fetch,) = rows.of(Fetch, GUARD)
    return await world.stores(fetch, world.md5(name), copies=copies, codes=codes)


async def test_the_taker_is_told_and_nobody_else(at_stage: Stage) -> None:
    world = at_stage("issued")
    await earlier(world)
    rows = await sends(world)
    (ask,) = rows.of(Ask)
    assert (ask.person, ask.key) == (GUARD, "photo_doubted")
    assert ask.args["earlier"] == "DHZY-HC-20260309-004"
    assert [offer.press.action for offer in ask.offers] == [Action.ASK_PHOTO]
    (photo,) = (await world.permit(NUMBER)).photos
    assert photo.doubtful


async def test_the_safety_department_looks_when_asked_and_says_why_it_counts(at_stage: Stage) -> None:
    world = at_stage("issued")
    await earlier(world)
    rows = await world.offered(await sends(world), GUARD)
    assert [one.key for one in rows.of(Settled, GUARD)] == ["photo_shown"]
    judges = {ask.person for ask in rows.of(Ask)}
    assert judges
    assert not judges & {GUARD, LEADER}
    judge = min(judges)
    rows = await world.offered(rows, judge)
    assert [one.key for one in rows.of(Settled, judge)] == ["photo_judged"]
    (photo,) = (await world.permit(NUMBER)).photos
    assert (photo.doubtful, photo.accepted_by) == (False, judge)


async def test_a_second_judge_is_told_that_it_is_done(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.offered(await sends(world), GUARD)
    first, second, *_ = sorted({ask.person for ask in rows.of(Ask)})
    await world.offered(rows, first)
    before = (await world.permit(NUMBER)).version
    await world.offered(rows, second)
    assert (await world.permit(NUMBER)).version == before


async def test_a_new_photo_of_the_same_thing_needs_no_judge(at_stage: Stage) -> None:
    world = at_stage("issued")
    asked = await world.offered(await sends(world), GUARD)
    await world.photographs(GUARD)
    assert [photo.doubtful for photo in (await world.permit(NUMBER)).photos] == [True, False]
    assert asked.of(Ask)


async def test_the_one_time_code_of_this_permit_makes_a_photo_fresh(at_stage: Stage) -> None:
    world = at_stage("issued")
    code = photo_code(NUMBER, world.now, secret=SECRET)
    strange = photo_code("DHZY-HC-20260318-009", world.now, secret=SECRET)
    await sends(world, copies=None, codes=(strange, code))
    await sends(world, copies=None, codes=(strange,), name="p2")
    assert [(photo.code, photo.fresh) for photo in (await world.permit(NUMBER)).photos] == [
        (True, True),
        (False, False),
    ]


async def test_a_photo_with_the_code_is_had_and_the_next_one_is_for_what_is_missing(at_stage: Stage) -> None:
    world = at_stage("issued")
    code = photo_code(NUMBER, world.now, secret=SECRET)
    needed = [need.key for need in (await world.permit(NUMBER)).law.photos if need.moment == "start"]
    for number in range(8):
        await sends(world, copies=None, codes=(code,), name=f"p{number}")
    taken = [photo.purpose for photo in (await world.permit(NUMBER)).photos if photo.purpose in needed]
    assert taken == needed


async def test_an_old_code_makes_nothing_fresh(at_stage: Stage) -> None:
    world = at_stage("issued")
    code = photo_code(NUMBER, world.now, secret=SECRET)
    world.now += timedelta(minutes=21)
    await sends(world, copies=None, codes=(code,))
    assert [photo.fresh for photo in (await world.permit(NUMBER)).photos] == [False]


async def test_a_sheet_may_look_like_the_last_one(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    await world.taps(LEADER, Action.JSA, NUMBER)
    rows = await world.take(Photo(**world.head(LEADER, None), handle="sheet"))
    (fetch,) = rows.of(Fetch, LEADER)
    rows = await world.stores(fetch, world.md5("sheet"), copies=OLD)
    assert "photo_doubted" not in [ask.key for ask in rows.of(Ask)]
    assert "JsaAttached" in await world.kinds(NUMBER)
