"""Many decide inside one transaction, and what they wrote goes to the database once, at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from cards.buttons import Action, Press, pack
from handlers.arrivals import Arrival, Due, Tap
from handlers.due import CLOCK
from handlers.interlocking import Report, Taken, reported
from handlers.office import Office
from storage.directory import Register
from storage.isolations import IsolationRow
from storage.readings import ReadingRow
from storage.tx import Tx
from tests.support.detectors import device, watched
from tests.support.hot_work import GUARD, LEADER, NUMBER
from tests.support.office import SECRET, SITE, World
from workflow.ids import EquipmentId
from workflow.interlock import MAX_AGE, EquipmentState
from workflow.monitoring import Watch
from workflow.permit.commands import PromptDue
from workflow.values import Actor, WorkType


def tap(world: World, who: str, action: Action, arg: str = "") -> Arrival:
    token = pack(Press(action=action, subject=NUMBER, revision=1, arg=arg), person=who, secret=SECRET)
    head = world.head(who, None)
    return Tap(**head, token=token, card=f"card-{who}", update_handle=f"c{world.count}", chosen={})


async def test_decisions_about_running_work_write_nothing_before_the_end(at_stage: Callable[[str], World]) -> None:
    """A read that waits for rows of the batch would write them one command at a time, each under a savepoint."""
    world = at_stage("active")
    await world.until_asked(NUMBER)
    only_a_tap = PromptDue(by=Actor.clock(), at=world.now, number=2)
    await world.take(
        Due(site=SITE, sender=CLOCK, dedup_key="due", received_at=world.now, permit=NUMBER, name="", command=only_a_tap)
    )
    await world.taps(GUARD, Action.WHY, NUMBER)
    presses = [
        tap(world, GUARD, Action.PROMPT, "2"),
        tap(world, LEADER, Action.WHY),
        tap(world, GUARD, Action.REFRESH),
        tap(world, GUARD, Action.STOP),
        tap(world, LEADER, Action.WHY),
    ]

    def work(tx: Tx) -> tuple[int, list[str]]:
        before = tx._session.flushes
        version = tx.load(world.house.permits, NUMBER)[1]
        for press in presses:
            world.office._work(tx, press, world.now, None, None)
        return tx._session.flushes - before, [one.kind for one in tx.records(world.house.permits, NUMBER)[version:]]

    flushes, kinds = await world.writer.submit(work)
    assert flushes == 0
    assert kinds[0] == "PromptAnswered"
    assert "WorkSuspended" in kinds


async def test_isolations_of_the_same_command_are_seen(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    row = IsolationRow(
        id="GL-1", in_place=True, proven=False, area="TK2", lock="L1", tag="T1", what="泵P-1", method="blind",
        energy="pressure", owner=LEADER, updated_at=world.now,
    )  # fmt: skip

    def work(tx: Tx) -> tuple[IsolationRow, ...]:
        tx.put_isolation(row)
        tx.stands_on(NUMBER, row.id)
        return tx.isolations_of(NUMBER)

    assert [one.id for one in await world.writer.submit(work)] == ["GL-1"]


async def test_words_of_the_equipment_system_wait_for_no_rows_of_the_batch(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    house = replace(world.house, interlock=MAX_AGE)
    office = Office(writer=world.writer, house=house, clock=lambda: world.now)
    report = Report(key="equipment:1", equipment=EquipmentId("T-202"), state=EquipmentState.PURGED, at=world.now)
    assert await world.writer.submit(lambda tx: reported(tx, house, report, world.now)) is Taken.KEPT
    presses = [tap(world, GUARD, Action.STOP), tap(world, LEADER, Action.WHY), tap(world, GUARD, Action.REFRESH)]

    def work(tx: Tx) -> int:
        before = tx._session.flushes
        for press in presses:
            office._work(tx, press, world.now, None, None)
        return tx._session.flushes - before

    assert await world.writer.submit(work) == 0


async def test_open_hazards_wait_for_no_rows_of_the_batch(at_stage: Callable[[str], World]) -> None:
    world = at_stage("ready")
    await world.says("linhui", "隐患 2号罐旁边法兰大量泄漏")
    presses = [tap(world, GUARD, Action.START, "guardian"), tap(world, LEADER, Action.WHY)]

    def work(tx: Tx) -> int:
        before = tx._session.flushes
        for press in presses:
            world.office._work(tx, press, world.now, None, None)
        return tx._session.flushes - before

    assert await world.writer.submit(work) == 0


async def test_words_of_detectors_wait_for_no_values_people_typed(at_stage: Callable[[str], World]) -> None:
    world = at_stage("ready")
    house = watched(world.house, Watch(works=frozenset({WorkType.HOT}), quantities=("flammable",)))
    office = Office(writer=world.writer, house=house, clock=lambda: world.now)
    row = device(area=(await world.permit(NUMBER)).what.area)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    typed = ReadingRow(
        device=f"person:{GUARD}", quantity="flammable", value=Decimal(0), unit="%LEL", quality="manual",
        received_at=world.now, permit=NUMBER,
    )  # fmt: skip
    presses = [tap(world, GUARD, Action.START, "guardian"), tap(world, LEADER, Action.WHY)]

    def work(tx: Tx) -> int:
        before = tx._session.flushes
        tx.add_readings([typed])
        for press in presses:
            office._work(tx, press, world.now, None, None)
        return tx._session.flushes - before

    assert await world.writer.submit(work) == 0
