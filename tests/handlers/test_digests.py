"""Digests: once a shift to everybody who has something to read, from the agenda, after a restart no second one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from cards.digest import Block, DigestView, digest
from handlers.arrivals import Due
from handlers.digest_due import ShiftBegins
from handlers.digests import TOO_LATE, arm, managers, view_of
from handlers.due import CLOCK, due_of
from handlers.outgoing import Digest, RiskMap
from handlers.overviews import gather
from storage.agenda import AgendaKind, Claimed
from storage.directory import GroupChat, Register
from storage.tx import Tx
from tests.support.hot_work import GUARD, LEADER, NUMBER, SAFETY
from tests.support.office import CORP, SITE, World, at
from workflow.area_risk import Standing
from workflow.effects import Lane
from workflow.ids import AreaId, GroupId, PersonId

SAFETY_GROUP, MANAGEMENT_GROUP = GroupId("hc-safety"), GroupId("hc-management")
BASE = "https://permit.example.com"


async def meeting(world: World, *groups: GroupId) -> None:
    chats = tuple(GroupChat(group=one, platform="wecom", corp=CORP, chat=f"robot-{one}") for one in groups)
    await world.writer.submit(lambda tx: tx.put_register(Register(chats=chats)))


def timers(tx: Tx, now: datetime) -> tuple[Claimed, ...]:
    return tx.claim_due(AgendaKind.TIMER, now=now, limit=50, lease=timedelta(seconds=30), worker="test")


async def begins(world: World, now: datetime) -> list[tuple[Claimed, Digest]]:
    """The clock goes to ``now`` and the digests' timer fires if it is due; the digests that were posted."""
    world.now = now
    found = []
    for row in await world.writer.submit(lambda tx: timers(tx, now)):
        if row.purpose == "digest":
            rows = await world.take(due_of(row, site=SITE, now=now))
            await world.writer.submit(lambda tx, row=row: tx.mark_done(row, now))  # type: ignore[misc]  # a default
            found += [(posted, intent) for posted, intent in rows.claimed if isinstance(intent, Digest)]
    return found


async def view(world: World, intent: Digest) -> DigestView | None:
    return await world.writer.submit(lambda tx: view_of(tx, world.house, intent, now=world.now, base=BASE))


def texts(view: DigestView | None, block: Block) -> list[str]:
    assert view is not None
    return [one.text for one in view.blocks[block]]


async def test_once_a_shift_to_groups_that_meet_and_to_managers(world: World) -> None:
    await meeting(world, SAFETY_GROUP)
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    assert await begins(world, at("07:59")) == []
    told = await begins(world, at("08:00"))
    people = await world.writer.submit(lambda tx: managers(tx, world.house))
    assert SAFETY in people
    assert GUARD not in people
    assert [intent.group or intent.person for _, intent in told] == [SAFETY_GROUP, *people]
    assert {row.lane for row, _ in told} == {Lane.INFORMATION.value}
    assert {intent.shift for _, intent in told} == {at("08:00")}
    assert await begins(world, at("08:01")) == []
    assert len(await begins(world, at("08:00", "2026-03-19"))) == len(told), "and again the next morning"


async def test_after_a_restart_the_same_shift_is_not_told_again(world: World) -> None:
    await meeting(world, SAFETY_GROUP)
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    assert await begins(world, at("08:00"))
    world.now = at("08:30")
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    assert await begins(world, at("08:30")) == []
    again = Due(
        site=SITE, sender=CLOCK, dedup_key=world.inbox[-1].dedup_key, received_at=world.now, permit="", name="digest",
        command=ShiftBegins(at=at("08:00")),
    )  # fmt: skip
    assert (await world.take(again)).claimed == [], "the same claim is the same arrival"


async def test_a_shift_that_began_while_nobody_was_here_is_told_late_but_not_too_late(world: World) -> None:
    await meeting(world, SAFETY_GROUP)
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    world.now = at("08:40")
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    assert await begins(world, at("08:40"))
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    assert await begins(world, at("08:00", "2026-03-19") + TOO_LATE + timedelta(minutes=1)) == []
    assert await begins(world, at("08:00", "2026-03-20")), "the next one is on time"


async def test_other_shifts_in_the_plants_file_move_the_timer(world: World) -> None:
    await world.writer.submit(lambda tx: arm(tx, world.house, at("03:00")))
    await world.writer.submit(lambda tx: tx.put_setting("digest.armed_for", "2026-03-18T04:00:00.000000Z"))
    await world.writer.submit(lambda tx: arm(tx, world.house, at("07:30")))
    await meeting(world, SAFETY_GROUP)
    assert await begins(world, at("08:00"))


async def test_a_group_reads_what_runs_with_its_guardian_and_its_end(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    intent = Digest(shift=world.now, group=SAFETY_GROUP)
    told = await view(world, intent)
    (line,) = texts(told, Block.RUNNING)
    assert "一级动火 监护赵敏 到" in line
    assert told is not None
    assert told.blocks[Block.RUNNING][0].link == f"{BASE}/p/{NUMBER}"
    assert texts(told, Block.UNUSUAL) == []
    said = digest(told)
    assert said is not None
    assert said.text.startswith("班前简报 3月18日 周三 ")
    assert "【异常】" not in said.text, "an empty block vanishes"


async def test_stopped_work_is_unusual_and_a_manager_hears_only_of_what_he_can_do_something_about(
    at_stage: Callable[[str], World],
) -> None:
    world = at_stage("active")
    intent = Digest(shift=world.now, person=PersonId(SAFETY))
    assert await view(world, intent) is None, "what merely runs is on the group's"
    await world.says(LEADER, "停工 有异味")
    assert [line.partition(" ")[0] for line in texts(await view(world, intent), Block.UNUSUAL)] == ["已停工"]


async def test_what_waits_for_somebody_is_on_his_and_with_his_name_on_the_groups(
    at_stage: Callable[[str], World],
) -> None:
    world = at_stage("submitted")
    row = await world.writer.submit(lambda tx: tx.on_board(NUMBER))
    assert row is not None
    asked = next(who for role, who in row.people if role == "asked")
    name = (await world.writer.submit(lambda tx: tx.directory)).people[PersonId(asked)].name
    own = await view(world, Digest(shift=world.now, person=PersonId(asked)))
    assert len(texts(own, Block.MINE)) == 1
    (line,) = texts(await view(world, Digest(shift=world.now, group=SAFETY_GROUP)), Block.MINE)
    assert line.startswith("已申请 ")
    assert f"等{name}" in line


async def test_a_row_that_waited_too_long_says_nothing(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    old = Digest(shift=world.now - TOO_LATE - timedelta(minutes=1), group=SAFETY_GROUP)
    assert await view(world, old) is None
    assert await view(world, Digest(shift=world.now, group=GroupId("gone"))) is None


async def test_only_the_managements_group_reads_the_seal(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    taken = await world.writer.submit(lambda tx: tx.take_checkpoint(world.now))
    management = await view(world, Digest(shift=world.now, group=MANAGEMENT_GROUP))
    safety = await view(world, Digest(shift=world.now, group=SAFETY_GROUP))
    assert management is not None
    assert safety is not None
    assert [one.text for one in management.tail] == [f"存证第{taken.number}号 {taken.hash.hex()[:16]}"]
    assert safety.tail == ()


async def test_a_day_off_is_named(world: World) -> None:
    sunday = Digest(shift=at("08:00", "2026-03-22"), group=SAFETY_GROUP)
    world.now = at("08:00", "2026-03-22")
    told = await view(world, sunday)
    assert told is not None
    assert told.head == "班前简报 3月22日 周日 08:00（休息日）"


async def test_the_map_shows_where_work_goes_on_and_where_something_is_wrong(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    row = await world.writer.submit(lambda tx: tx.on_board(NUMBER))
    assert row is not None

    async def standing() -> Standing:
        told = await world.writer.submit(lambda tx: gather(tx, world.house, world.now))
        assert told is not None
        return told.standings[AreaId(row.area)]

    assert await standing() == Standing(running=1, high=1), "a hot work of the first grade"
    await world.says(LEADER, "停工 有异味")
    assert await standing() == Standing(wrong=1)
    tomorrow = await world.writer.submit(lambda tx: gather(tx, world.house, world.now + timedelta(days=1)))
    assert tomorrow is not None
    assert (tomorrow.days[-1].label, tomorrow.days[-1].issued, tomorrow.days[-1].stopped) == ("3/18", 1, 1)


async def test_a_plant_where_nothing_goes_on_gets_no_map(world: World) -> None:
    assert await world.writer.submit(lambda tx: gather(tx, world.house, world.now)) is None


async def test_management_and_safety_see_the_map_with_the_first_shift(world: World) -> None:
    await meeting(world, SAFETY_GROUP, MANAGEMENT_GROUP)
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    world.now = at("08:00")
    (row,) = await world.writer.submit(lambda tx: timers(tx, world.now))
    rows = await world.take(due_of(row, site=SITE, now=world.now))
    shift = at("08:00")
    assert rows.of(RiskMap) == [RiskMap(group=MANAGEMENT_GROUP, shift=shift), RiskMap(group=SAFETY_GROUP, shift=shift)]
