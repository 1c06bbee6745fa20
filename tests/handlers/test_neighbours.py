"""Neighbours through the office: who is asked again, who hears of whom, and what is offered instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cards.buttons import Action
from handlers.answers import Say
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.free_slot import free_slot
from handlers.neighbour_news import ask_again, ask_everybody
from handlers.numbers import telephone
from handlers.outgoing import Answer
from storage.board import BoardRow
from storage.directory import Register
from storage.tx import Tx
from tests.support.hot_work import BOARD, CHIEF, NUMBER, SAFETY, UNIT
from tests.support.office import SITE, Stage, World, at
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PermitId, PersonId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.plant import LinkKind, PlaceLink
from workflow.values import Interval, WorkType

OTHER = "MB-HC-20260318-009"


def beside(**changes: Any) -> BoardRow:
    """A blind in the same tank area, live; nothing of it can be read but its row."""
    base = BoardRow(
        permit=OTHER, status="active", version=3, work=WorkType.BLIND.value, grade="none", area="TK2", place="苯管线",
        equipment=None, planned=Interval(start=at("08:00"), end=at("11:00")), live=True, open=True, task="抽盲板",
        people=(("work_leader", "maming"), ("guardian", "gaofei"), ("worker", "dengkai")), updated_at=at("08:00"),
    )  # fmt: skip
    return replace(base, **changes)


async def put(world: World, row: BoardRow) -> None:
    await world.writer.submit(lambda tx: tx.put_on_board(row))


async def look_again(world: World) -> None:
    world.now += timedelta(seconds=1)
    await world.writer.submit(lambda tx: ask_again(tx, PermitId(NUMBER), world.now))
    await world.fires()


async def test_a_hard_conflict_that_arises_stops_running_work(at_stage: Stage) -> None:
    world = at_stage("active")
    await look_again(world)
    assert await world.status(NUMBER) is Status.ACTIVE
    await put(world, beside())
    await look_again(world)
    assert await world.status(NUMBER) is Status.SUSPENDED
    stop = (await world.events(NUMBER))[-1]
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.CONFLICT
    assert OTHER in stop.text


async def test_everybody_is_asked_when_the_register_of_places_moves(at_stage: Stage) -> None:
    world = at_stage("active")
    await put(world, beside(area="SHP"))
    asked = await world.writer.submit(lambda tx: ask_everybody(tx, world.now))
    await world.fires()
    assert asked == 2
    assert await world.status(NUMBER) is Status.ACTIVE
    same = PlaceLink(id="s", site=SITE, kind=LinkKind.SAME, places=("TK2", "SHP"))

    world.now += timedelta(seconds=1)

    def confirm(tx: Tx) -> None:
        tx.put_register(Register(links=(same,)))
        tx.put_on_board(beside(area="SHP", status="suspended"))
        ask_everybody(tx, world.now)

    await world.writer.submit(confirm)
    await world.fires()
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_those_working_near_hear_of_a_new_permit_once(at_stage: Stage) -> None:
    world = at_stage("review")
    await put(world, beside(work=WorkType.HOT.value, area="TK1"))
    await world.scans(UNIT, BOARD)
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    await world.scans(CHIEF, BOARD)
    rows = await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    assert await world.status(NUMBER) is Status.ISSUED
    told = [one for who in ("gaofei", "maming") for one in rows.of(Answer, who)]
    assert [one.key for one in told] == [Say.NEIGHBOUR.value] * 2
    assert told[0].args["other"] == NUMBER
    assert told[0].args["number"] == OTHER


def desk_of(world: World, tx: Tx) -> Desk:
    who = Sender(platform="wecom", corp="", user="liqiang")
    return Desk(tx, world.house, now=world.now, cause="test", sender=who, actor=PersonId("liqiang"))


async def test_the_next_free_slot_begins_when_the_blind_is_done(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await put(world, beside())

    def look(tx: Tx) -> tuple[Interval, Interval | None]:
        permit = tx.load(world.house.permits, NUMBER)[0]
        return permit.what.planned, free_slot(desk_of(world, tx), permit.id, permit.what, permit.law)

    planned, found = await world.writer.submit(look)
    assert found == Interval(start=at("11:00"), end=at("11:00") + planned.length)
    await put(world, beside(open=False, live=False, status="closed"))
    assert (await world.writer.submit(look))[1] == planned


async def test_a_blind_far_away_on_record_is_not_in_the_way(at_stage: Stage) -> None:
    """Beyond the fence, not named a neighbour: the area code alone no longer decides, the distance does."""
    world = at_stage("submitted")

    def others(tx: Tx) -> set[str]:
        permit = tx.load(world.house.permits, NUMBER)[0]
        return {str(other.area) for other in desk_of(world, tx).around(permit.id, permit.what).others() or ()}

    await put(world, beside(area="BLR"))
    assert await world.writer.submit(others) == set()
    await put(world, beside(area="RCK"))  # some 25 m from fence to fence, nobody wrote that they are neighbours
    assert await world.writer.submit(others) == {"RCK"}


async def test_numbers_are_for_those_who_may_see_them(at_stage: Stage) -> None:
    world = at_stage("submitted")
    call = Finding(
        gate="conflict.X1", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="", clause="", fact="",
        call=(PersonId("gaofei"),), other=PermitId(OTHER),
    )  # fmt: skip

    def look(tx: Tx) -> tuple[str, str, str]:
        people = tx.directory.people
        own, hired = people[PersonId("liqiang")], people[PersonId("maming")]
        tx.put_person(replace(people[PersonId("gaofei")], phone="13800000000", employer=None))
        tx.put_person(replace(own, employer=None))
        tx.put_person(replace(hired, employer="鲁安检修"))
        now = tx.directory
        return telephone(now, own.id, call), telephone(now, hired.id, call), telephone(now, PersonId("nobody"), call)

    own, hired, nobody = await world.writer.submit(look)
    assert own.endswith(" 13800000000")
    assert (hired, nobody) == ("", "")


async def asked_for_hot_work(world: World) -> Any:
    """A hot work where a blind is being pulled; the question that is left."""
    crew = (("work_leader", "sunli"), ("guardian", "chenan"), ("worker", "zhengwei"))
    await put(world, beside(planned=Interval(start=at("08:00"), end=at("12:00")), people=crew))
    await world.says("maming", "今天9点到11点 T-204 打磨支架 动火 作业人高飞 监护吴刚")
    shown = await world.shown("maming")
    if shown.question is not None and shown.question.key == "situations":
        await world.answers("maming", ())
    return (await world.shown("maming")).question


async def test_the_draft_offers_the_time_without_a_conflict(at_stage: Stage) -> None:
    world = at_stage("submitted")
    question = await asked_for_hot_work(world)
    assert question is not None
    assert question.key == "slot"
    (move, label), (keep, _) = question.options
    assert "12:00" in label
    await world.answers("maming", move)
    shown = await world.shown("maming")
    assert shown.question is None or shown.question.key != "slot"
    assert any("12:00" in value for _, value in shown.lines)
    assert keep == "keep"


async def test_whoever_keeps_his_time_is_not_asked_twice_and_may_submit(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await asked_for_hot_work(world)
    await world.writer.submit(
        lambda tx: tx.put_person(replace(tx.directory.people[PersonId("chenan")], phone="13811112222"))
    )
    await world.answers("maming", "keep")
    shown = await world.shown("maming")
    assert shown.question is None
    assert shown.complete
    told = next(warning for warning in shown.warnings if OTHER in warning and "冲突" in warning)
    assert "请联系监护人陈安（" in told
    assert told.endswith("陈安 13811112222"), "the plant's own people see the number"
