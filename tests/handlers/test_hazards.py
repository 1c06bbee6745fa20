"""A hazard from the first line to the file: who is asked what, what the clock does, and who is never named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal

import pytest

from cards.buttons import Action
from cards.card import Card
from cards.hazard import hazard_card
from handlers.arrivals import Location, Video
from handlers.hazard_views import hazard_view
from handlers.outgoing import Ask, Fetch, HazardCard
from tests.support.hot_work import BOARD, GUARD, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import Rows, World
from workflow.hazard.law import Plant
from workflow.hazard.state import Hazard, Stage, Supervision
from workflow.ids import AreaId, HazardId, PersonId
from workflow.permit.state import Status
from workflow.values import Actor, Datum, Position

HEAD = PersonId("zhengwei")
ONE = HazardId("YH-HC-20260318-001")
TWO = HazardId("YH-HC-20260318-002")
SEEN = "隐患 2号罐 爬梯踏板少一块"


async def hazard(world: World, number: HazardId = ONE) -> Hazard:
    return await world.writer.submit(lambda tx: tx.load(world.house.hazards, number)[0])


def told(rows: Rows, who: str) -> list[str]:
    """Why a person's card of a hazard was pushed."""
    return [card.about for card in rows.of(HazardCard, who)]


async def press(world: World, who: str, what: str, number: HazardId = ONE) -> Rows:
    return await world.taps(who, Action.HAZARD, number, what, revision=0)


async def card(world: World, who: str, number: HazardId = ONE) -> Card:
    """What the person would see now."""
    view = await world.writer.submit(
        lambda tx: hazard_view(
            tx, world.house, number, PersonId(who), about="", now=world.now, seal=lambda press: press.arg
        )
    )
    assert view is not None
    return hazard_card(view)


async def may(world: World, who: str, number: HazardId = ONE) -> list[str]:
    return [button.token for button in (await card(world, who, number)).buttons]


async def reported(world: World) -> Rows:
    """A photo nobody had asked for, then the line that says what it shows."""
    await world.photographs(WORKER)
    return await world.says(WORKER, SEEN)


async def to_accept(world: World) -> Rows:
    await reported(world)
    await press(world, UNIT, "take")
    await press(world, UNIT, "rectify")
    await world.photographs(UNIT)
    return await world.says(UNIT, "已补装踏板并紧固")


async def test_a_photo_then_a_line_is_a_report_and_its_place_names_who_mends_it(world: World) -> None:
    rows = await reported(world)
    assert told(rows, WORKER) == ["registered"]
    assert told(rows, UNIT) == ["work_order"]
    seen = await hazard(world)
    assert seen.stage is Stage.RECTIFYING
    assert seen.sighting is not None
    assert (seen.sighting.area, len(seen.before)) == ("TK2", 1)
    assert await may(world, UNIT) == ["take", "rectify", "extend"]
    assert await may(world, WORKER) == []


async def test_from_photo_to_file(world: World) -> None:
    rows = await to_accept(world)
    assert told(rows, SAFETY) == ["ask_accept"]
    assert await may(world, UNIT) == [], "whoever mended it does not accept it"
    rows = await press(world, SAFETY, "accept")
    ended = await hazard(world)
    assert ended.stage is Stage.ARCHIVED
    assert (ended.earned, ended.accepted_by) == (2, SAFETY)
    assert told(rows, WORKER) == ["archived"]
    assert await world.writer.submit(lambda tx: tx.hazard_points(WORKER, world.now.date())) == 2
    assert await world.writer.submit(lambda tx: tx.timers().get(ONE)) is None, "nothing is owed any more"


async def test_a_line_alone_is_a_report_and_wants_its_photo(world: World) -> None:
    rows = await world.says(WORKER, SEEN)
    assert rows.said(WORKER) == ["hazard_before"]
    assert (await world.photographs(WORKER)).said(WORKER) == ["hazard_photo_added"]
    assert len((await hazard(world)).before) == 1


async def test_the_menu_asks_and_a_photo_without_a_word_is_reported_by_a_tap(world: World) -> None:
    assert (await world.menu(WORKER, "hazard")).said(WORKER) == ["hazard_how"]
    rows = await world.photographs(WORKER)
    assert rows.said(WORKER) == ["hazard_line"]
    rows = await world.offered(rows, WORKER)
    assert told(rows, WORKER) == ["registered"]
    assert told(rows, SAFETY) == ["ask_assign", "ask_grade"], "nobody knows the place nor how grave it is"


async def test_a_video_is_kept_with_the_report(world: World) -> None:
    await world.menu(WORKER, "hazard")
    rows = await world.take(Video(**world.head(WORKER, None), handle="video-1"))
    (fetch,) = rows.of(Fetch, WORKER)
    assert (await world.stores(fetch, "0" * 32)).said(WORKER) == ["hazard_line"]
    await world.says(WORKER, "2号罐 爬梯踏板少一块")
    seen = (await hazard(world)).sighting
    assert seen is not None
    assert len(seen.videos) == 1


async def test_whatever_is_shown_belongs_to_it_also_late_and_the_doubles(world: World) -> None:
    await world.says(WORKER, SEEN)
    await world.photographs(WORKER, name="before")
    rows = await world.take(Video(**world.head(WORKER, None), handle="film"))
    await world.stores(rows.of(Fetch, WORKER)[0], "0" * 32)
    await press(world, UNIT, "rectify")
    await world.photographs(UNIT, name="after")
    await world.says(UNIT, "已补装踏板并紧固")
    await world.photographs(GUARD, name="seen late")
    rows = await world.says(GUARD, "隐患 2号罐 爬梯的踏板少了一块")
    await world.offered(rows, GUARD)
    assert await kept_for(world, ONE) == {"before", "film", "after", "seen late"}

    await world.photographs(GUARD, name="pump")
    await world.says(GUARD, "隐患 2号罐 1号泵地脚螺栓松")
    await world.says(SAFETY, "隐患 2号罐 5号泵没有罩")
    three = HazardId("YH-HC-20260318-003")
    await world.says(SAFETY, f"合并 {TWO} {three}")
    assert (await hazard(world, TWO)).stage is Stage.MERGED
    assert await kept_for(world, three) == {"pump"}
    row = await world.writer.submit(lambda tx: tx.hazard(TWO))
    assert row is not None
    assert row.ended_at == world.now
    assert (await world.says(SAFETY, f"封存 {three} 事故调查")).said(SAFETY) == ["hold_placed"]


async def kept_for(world: World, number: HazardId) -> set[str]:
    names = {
        hashlib.sha256(name.encode()).hexdigest(): name for name in ("before", "film", "after", "seen late", "pump")
    }
    uses = await world.writer.submit(lambda tx: tx.media_uses("", 500))
    return {names[use.sha256] for use in uses if use.permit == number and use.purpose == "hazard"}


async def test_the_board_that_was_scanned_is_the_place(world: World) -> None:
    await world.scans(WORKER, BOARD)
    await world.says(WORKER, "隐患 爬梯踏板少一块")
    seen = (await hazard(world)).sighting
    assert seen is not None
    assert seen.area == "TK2"


async def test_a_position_is_the_place_for_a_few_minutes_and_words_come_before_it(world: World) -> None:
    area = await world.writer.submit(lambda tx: tx.directory.areas[AreaId("TK2")])
    (south, north), (west, east) = (
        sorted({getattr(corner, name) for corner in area.fence}) for name in ("latitude", "longitude")
    )
    middle = str((south + north) / 2), str((west + east) / 2)
    assert (await world.menu(WORKER, "hazard")).said(WORKER) == ["hazard_how"]
    assert (await world.locates(WORKER, *middle)).said(WORKER) == ["hazard_place"]
    await world.says(WORKER, "爬梯踏板少一块")
    seen = (await hazard(world)).sighting
    assert seen is not None
    assert (seen.area, seen.position is not None) == ("TK2", True)

    await world.locates(WORKER, *middle, asked=False)
    await world.says(WORKER, "隐患 1号罐 5号泵没有罩")
    elsewhere = (await hazard(world, TWO)).sighting
    assert elsewhere is not None
    assert (elsewhere.area, elsewhere.position) == ("TK1", None), "he tells of another place than he stands at"

    await world.passes(minutes=6)
    spot = Position(
        latitude=Decimal(middle[0]), longitude=Decimal(middle[1]), datum=Datum.WGS84, accuracy_m=Decimal(10)
    )
    await world.take(Location(**world.head(WORKER, None), position=spot, asked=False, mocked=True))
    await world.says(WORKER, "隐患 灭火器过期了")
    late = (await hazard(world, HazardId("YH-HC-20260318-003"))).sighting
    assert late is not None
    assert (late.area, late.position) == (None, None), "people walk, and a position made up is none"


@pytest.mark.parametrize(
    ("answer", "stage", "said"), [("same", Stage.BLANK, "hazard_joined"), ("new", Stage.RECTIFYING, "")]
)
async def test_a_likely_double_is_asked(world: World, answer: str, stage: Stage, said: str) -> None:
    await reported(world)
    rows = await world.says(GUARD, "隐患 2号罐 爬梯的踏板少了一块")
    (ask,) = rows.of(Ask, GUARD)
    assert (ask.key, [offer.press.arg for offer in ask.offers]) == ("hazard_same", ["same", "new"])
    rows = await world.offered(rows, GUARD, ["same", "new"].index(answer))
    assert (await hazard(world, TWO)).stage is stage
    assert ((await hazard(world)).witnesses == (GUARD,)) is (answer == "same")
    if said:
        assert said in rows.said(GUARD)


async def test_another_number_is_no_double_and_what_is_grave_is_not_held(world: World) -> None:
    await world.says(WORKER, "隐患 2号罐 1号泵地脚螺栓松")
    await world.says(WORKER, "隐患 2号罐 2号泵地脚螺栓松")
    assert (await hazard(world, TWO)).stage is Stage.RECTIFYING
    await world.says(GUARD, "隐患 2号罐 2号泵着火了")
    assert (await hazard(world, HazardId("YH-HC-20260318-003"))).ruling[1].plant is Plant.MAJOR


async def test_a_report_that_waits_for_a_word_is_registered_when_its_sender_turns_away(world: World) -> None:
    await reported(world)
    await world.says(GUARD, SEEN)
    await world.menu(GUARD, "hazard")
    assert (await hazard(world, TWO)).stage is Stage.RECTIFYING


async def test_a_report_nobody_said_a_word_about_is_registered(world: World) -> None:
    await reported(world)
    await world.says(GUARD, SEEN)
    assert (await hazard(world, TWO)).stage is Stage.BLANK
    rows = await world.passes(minutes=15)
    assert told(rows, GUARD) == ["registered"]
    assert (await hazard(world, TWO)).reporter == Actor.person(GUARD)
    await world.passes(minutes=30)
    assert (await hazard(world, HazardId("YH-HC-20260318-003"))).stage is Stage.BLANK, "once"


async def test_a_word_in_time_leaves_the_clock_nothing_to_do(world: World) -> None:
    await reported(world)
    rows = await world.says(GUARD, SEEN)
    await world.offered(rows, GUARD)
    await world.passes(minutes=30)
    assert (await hazard(world, TWO)).stage is Stage.BLANK


async def test_a_redelivered_line_is_one_report(world: World) -> None:
    for _ in range(2):
        await world.says(WORKER, SEEN, key="the same")
    assert (await hazard(world, TWO)).stage is Stage.BLANK
    assert (await hazard(world)).version == 2


async def test_the_clock_climbs_and_a_superior_takes_charge(world: World) -> None:
    await reported(world)
    rows = await world.passes(hours=24, minutes=1)
    late = await hazard(world)
    assert late.supervision is Supervision.SUPERIORS
    superiors = [str(one) for one in late.told]
    assert superiors
    assert [told(rows, one) for one in superiors] == [["supervised"]] * len(superiors)
    assert "reminded" in told(rows, UNIT)
    assert "charge" in await may(world, superiors[0])
    await press(world, superiors[0], "charge")
    assert (await hazard(world)).charge == superiors[0]
    assert "督办清单" in str((await world.says(superiors[0], "督办清单")).to(superiors[0]))


async def test_a_timer_that_fires_twice_climbs_once(world: World) -> None:
    await reported(world)
    await world.passes(hours=24, minutes=1)
    (due,) = [one for one in world.inbox if type(one).__name__ == "Due"]
    before = (await hazard(world)).version
    await world.take(due)
    assert (await hazard(world)).version == before


async def test_what_is_sent_back_comes_again_and_old_photos_do_not_count(world: World) -> None:
    await to_accept(world)
    await press(world, SAFETY, "back")
    rows = await world.says(SAFETY, "踏板还是松的")
    assert told(rows, UNIT) == ["sent_back"]
    assert (await hazard(world)).round == 1
    await press(world, UNIT, "rectify")
    await world.says(UNIT, "重新焊牢了")
    rows = await world.photographs(UNIT, name="photo-0")  # the very picture of the report
    assert rows.refused(UNIT) == ["hazard.after"]
    await world.photographs(UNIT)
    await world.says(UNIT, "重新焊牢了")
    assert (await hazard(world)).stage is Stage.TO_ACCEPT


async def test_more_time_is_asked_for_and_answered_by_somebody_else(world: World) -> None:
    await reported(world)
    await press(world, UNIT, "extend")
    assert (await world.says(UNIT, "等备件")).said(UNIT) == ["hazard_extend_how"]
    rows = await world.says(UNIT, "3月28日 备件还没到货")
    assert told(rows, SAFETY) == ["ask_extension"]
    await press(world, SAFETY, "grant")
    granted = (await hazard(world)).rectify_by
    assert granted is not None
    assert granted.astimezone(world.now.tzinfo).strftime("%m-%d %H:%M") == "03-28 18:00"


async def test_it_is_handed_to_somebody_named(world: World) -> None:
    await reported(world)
    await press(world, SAFETY, "assign")
    rows = await world.says(SAFETY, "李强")
    assert told(rows, "liqiang") == ["work_order"]
    assert "take" in await may(world, "liqiang")


async def test_the_words_of_those_who_judge(world: World) -> None:
    await reported(world)
    assert (await world.says(SAFETY, f"核定等级 {ONE} 重大 踏板下方是装卸区")).said(SAFETY) == ["hazard_done"]
    assert (await hazard(world)).supervision is Supervision.LEADERSHIP
    assert (await world.says(UNIT, f"临时措施 {ONE} 拉警戒线专人看守")).said(UNIT) == ["hazard_done"]
    assert (await world.says(HEAD, f"治理方案 {ONE} 目标；措施")).refused(HEAD) == ["hazard.plan"]
    whole = f"治理方案 {ONE} 消除坠落；更换踏板；自筹五千；设备部；三月底；现场处置方案"
    assert (await world.says(HEAD, whole)).said(HEAD) == ["hazard_done"]
    assert (await world.says(WORKER, f"不属实 {ONE} 看错了没有问题")).refused(WORKER) == ["who.role"]
    assert (await world.says(SAFETY, f"不属实 {ONE} 现场核实踏板齐全")).said(SAFETY) == ["hazard_done"]
    assert (await hazard(world)).stage is Stage.DISMISSED
    assert (await world.says(SAFETY, "不属实 YH-HC-20260318-077 看错了")).said(SAFETY) == ["hazard_unknown"]


async def test_a_double_goes_on_under_one_that_is_open(world: World) -> None:
    await reported(world)
    await world.says(GUARD, "隐患 1号罐 护栏松动")
    assert (await world.says(SAFETY, f"合并 {ONE} {TWO}")).said(SAFETY) == ["hazard_done"]
    assert (await hazard(world)).merged_into == TWO
    assert (await world.says(SAFETY, f"合并 {TWO} {ONE}")).refused(SAFETY) == ["hazard.into"], "it is over"
    assert (await hazard(world, TWO)).open


async def test_everybody_finds_his_own(world: World) -> None:
    await reported(world)
    for who, word, found in ((WORKER, "我的隐患", True), (UNIT, "待整改", True), (WORKER, "待整改", False)):
        rows = await world.says(who, word)
        assert (rows.said(who) == ["hazard_list"]) is found
        assert (ONE in str(rows.to(who))) is found


async def test_a_major_one_stops_the_live_work_of_the_place(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    rows = await world.says("linhui", "隐患 2号罐旁边法兰大量泄漏")
    assert told(rows, HEAD) == ["supervised"], "it does not wait to be overdue"
    rows = await world.passes(seconds=1)
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert "suspended" in rows.pushed(GUARD)
    number = next(iter(await world.writer.submit(lambda tx: tx.open_hazards()))).id
    assert (await hazard(world, HazardId(number))).permits == (NUMBER,)


async def test_one_between_two_places_stops_the_live_work_of_both(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await world.says("linhui", "隐患 1号罐和2号罐之间 法兰大量泄漏")
    await world.passes(seconds=1)
    assert await world.status(NUMBER) is Status.SUSPENDED
    (row,) = await world.writer.submit(lambda tx: tx.open_hazards())
    assert row.area == "", "nobody answers for both: the safety department names somebody"


async def test_a_serious_one_asks_the_guardian_and_stops_nothing(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    rows = await world.says("linhui", "隐患 2号罐 护栏松动")
    assert "ask_guardian" in told(rows, GUARD)
    await world.passes(seconds=1)
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_whoever_reports_unnamed_is_never_shown_to_the_line(world: World) -> None:
    await world.photographs("linhui")
    seen = [await world.says("linhui", SEEN.replace("隐患", "匿名隐患"))]
    seen += [await press(world, UNIT, what) for what in ("take", "extend")]
    seen.append(await world.says(UNIT, "3月28日 备件还没到货"))
    seen.append(await press(world, SAFETY, "grant"))
    seen.append(await press(world, UNIT, "rectify"))
    await world.photographs(UNIT)
    seen.append(await world.says(UNIT, "已补装踏板并紧固"))
    seen.append(await world.passes(hours=30))
    seen.append(await press(world, SAFETY, "back"))
    seen.append(await world.says(SAFETY, "踏板还是松的"))
    seen += [await world.says(UNIT, word) for word in ("待整改", "督办清单", "我的隐患", f"看隐患 {ONE}")]
    people = await world.writer.submit(lambda tx: [one.id for one in tx.directory.register.people])
    knows = {"linhui", SAFETY}
    safety = {one for one in people if "林慧" in str(await card(world, one))}
    assert safety >= knows
    assert "林慧（不具名）" in str(await card(world, SAFETY)), "whoever knows is reminded to keep it"
    assert UNIT not in safety
    assert HEAD not in safety
    for rows in seen:
        for row, intent in rows.claimed:
            if row.recipient not in {*safety, "holders"}:
                assert "linhui" not in str(intent), intent
                assert "林慧" not in str(intent), intent
