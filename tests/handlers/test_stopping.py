"""停工: by a tap, by a number, by a place, by nothing but the word; and when nobody knows where."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.buttons import Action
from handlers.outgoing import Answer, Ask, Refusal
from handlers.stopping import reason_of
from storage.board import BoardRow
from storage.tx import Tx
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT, WORKER
from tests.support.office import Stage, World
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.values import Interval, WorkType

DUTY = "zhengwei"
OUTSIDER = "hc0001"


async def test_a_tap_stops_at_once_and_tells_everybody(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(WORKER, Action.STOP, NUMBER)
    assert await world.status(NUMBER) is Status.SUSPENDED
    for person in (LEADER, GUARD, SHIFT, UNIT):
        assert rows.pushed(person) == ["suspended"], person
    assert rows.pushed(WORKER) == []  # his own card shows it
    assert rows.said(WORKER) == ["stopped"]
    assert rows.lanes(Answer) == {"safety"}


@pytest.mark.parametrize(
    "words",
    ["停工", "快停下来", "着火了", f"停工 {NUMBER}", f"停工 {NUMBER.lower()}", "2号罐停工", "二号罐区 停止作业"],
)
async def test_words_that_stop(at_stage: Stage, words: str) -> None:
    world = at_stage("active")
    rows = await world.says(WORKER, words)
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert rows.said(WORKER) == ["stopped"]


async def test_anybody_of_the_plant_may_stop_what_they_name(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(OUTSIDER, "2号罐停工")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_the_equipment_named_need_not_be_exact_the_area_counts(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(OUTSIDER, "T-204 那边停工")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_place_without_work_stops_the_senders_own(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "锅炉房停工")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_nobody_knows_where_asks_and_calls_for_help(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(OUTSIDER, "停工")
    assert await world.status(NUMBER) is Status.ACTIVE
    assert rows.said(OUTSIDER) == ["stop_which"]
    for person in (DUTY, SAFETY, CHIEF):
        assert rows.said(person) == ["stop_call"]
    assert rows.lanes(Ask) == {"safety"}
    await world.offered(rows, OUTSIDER)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_nothing_is_at_work(world: World) -> None:
    rows = await world.says(OUTSIDER, "停工")
    assert rows.said(OUTSIDER) == ["stop_nothing"]
    assert rows.said(DUTY) == ["stop_call"]


@pytest.mark.parametrize("words", ["要不要停工？", "先别停工", "泵停了"])
async def test_perhaps_a_stop_is_asked_with_the_stop_as_a_button(at_stage: Stage, words: str) -> None:
    world = at_stage("active")
    rows = await world.says(WORKER, words)
    assert await world.status(NUMBER) is Status.ACTIVE
    assert rows.said(WORKER) == ["stop_whether"]
    await world.offered(rows, WORKER)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_the_menu_stops_the_senders_own(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.menu(GUARD, "stop")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_voice_that_cries_stop_is_heard(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.speaks(GUARD, "快停工，冒烟了")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_stopped_already_is_answered_with_who_and_when(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(WORKER, "停工")
    rows = await world.says(GUARD, "停工")
    assert rows.refused(GUARD) == ["late.done"]
    assert (await world.kinds(NUMBER)).count("WorkSuspended") == 1


async def test_an_issued_permit_that_is_about_to_start_is_stopped_too(at_stage: Stage) -> None:
    world = at_stage("ready")
    await world.says(GUARD, "停工")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_request_is_no_stop(world: World) -> None:
    rows = await world.says(LEADER, "明天8点到11点 2号罐 停工检修 电焊换法兰 王强 监护赵敏")
    assert "stop_nothing" not in rows.said(LEADER)
    assert (await world.talk(LEADER)).draft is not None


async def test_a_stop_in_a_text_far_too_long_is_heard(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(WORKER, "停工！" + "啊" * 100_000)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_resuming_needs_a_cause_and_fresh_signatures(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(WORKER, Action.STOP, NUMBER)
    await world.passes(minutes=5)
    rows = await world.taps(GUARD, Action.RESUME, NUMBER, "guardian")
    assert rows.said(GUARD) == ["ask_cause"]
    rows = await world.says(GUARD, "周边油棉纱已清走")
    assert rows.refused(GUARD) == []
    assert await world.status(NUMBER) is Status.SUSPENDED
    await world.scans(LEADER, BOARD)
    rows = await world.taps(LEADER, Action.RESUME, NUMBER, "work_leader")
    rows = await world.offered(rows, LEADER)
    assert rows.refused(LEADER) == []
    assert await world.status(NUMBER) is Status.ACTIVE
    causes = [event.cause_removed for event in await world.events(NUMBER) if type(event).__name__ == "ResumeSigned"]  # type: ignore[attr-defined]
    assert causes[0] == "周边油棉纱已清走"


async def test_the_place_named_comes_before_the_senders_own(at_stage: Stage) -> None:
    """Somebody of the tank sees fire in the workshop: the workshop is stopped, his own tank goes on."""
    world = at_stage("active")
    planned = Interval(start=world.now, end=world.now + timedelta(hours=2))

    def put_up(tx: Tx) -> None:
        tx.put_on_board(
            BoardRow(
                permit="DHZY-HC-20260318-099", status="active", version=9, work="hot", grade="second", area="SHP",
                place="机修车间", equipment=None, planned=planned, live=True, open=True, task="打磨",
                people=(("worker", "gaofei"),), updated_at=world.now,
            )
        )  # fmt: skip

    await world.writer.submit(put_up)
    rows = await world.says(WORKER, "机修车间停工")
    assert await world.status(NUMBER) is Status.ACTIVE
    assert [one.permit for one in rows.of(Refusal, WORKER)] == ["DHZY-HC-20260318-099"]


@pytest.mark.parametrize(
    ("work", "words", "reason"),
    [
        (WorkType.EARTH, "停工 挖出一根电缆", SuspendReason.UNKNOWN_OBJECT),
        (WorkType.EARTH, "停！有不明管子", SuspendReason.UNKNOWN_OBJECT),
        (WorkType.HOT, "停工 旁边挖到电缆", SuspendReason.STOP_WORK),
        (WorkType.HEIGHT, "停工 风太大", SuspendReason.WIND),
        (WorkType.LIFT, "停工 六级风了", SuspendReason.WIND),
        (WorkType.EARTH, "停工 突发排放", SuspendReason.SUDDEN_RELEASE),
        (WorkType.EARTH, "停工", SuspendReason.STOP_WORK),
        (WorkType.HEIGHT, "停工 有人违章", SuspendReason.STOP_WORK),
    ],
)
def test_the_words_say_why(work: WorkType, words: str, reason: SuspendReason) -> None:
    assert reason_of(work, words) is reason
