"""签到 by a typed code: where nothing can be scanned, for boards only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.arrivals import Sender, Text
from handlers.outgoing import PermitCard
from handlers.reach import Reached, reached_by
from storage.directory import Account
from tests.support.hot_work import BOARD, GUARD, NUMBER
from tests.support.office import CORP, SITE, Rows, Stage, World
from workflow.permit.commands import CheckInWay
from workflow.permit.events import ArrivedOnSite

DING = ("dingtalk", "dingcorp")
REACH = frozenset({("wecom", CORP), DING})


async def joins(world: World, who: str = GUARD) -> None:
    """The person has an account on DingTalk, too."""
    account = Account(platform=DING[0], corp=DING[1], userid=f"dt-{who}", person=who)  # type: ignore[arg-type]  # an id
    register = await world.writer.submit(lambda tx: tx.directory.register)
    await world.writer.submit(lambda tx: tx.put_register(replace(register, accounts=(*register.accounts, account))))


async def writes(world: World, text: str, who: str = GUARD) -> Rows:
    """A line from DingTalk."""
    world.count += 1
    sender = Sender(platform=DING[0], corp=DING[1], user=f"dt-{who}")
    line = Text(
        site=SITE, sender=sender, dedup_key=f"d{world.count}", received_at=world.now, sent_at=world.now, text=text
    )
    return await world.take(line)


async def checked_in(world: World) -> list[CheckInWay]:
    return [
        one.way for one in await world.events(NUMBER) if isinstance(one, ArrivedOnSite) and one.by.as_person == GUARD
    ]


@pytest.mark.parametrize("line", ["签到 HC-TK2-B1", "签到hc-tk2-b1", f"签到 {BOARD}", BOARD, "签到：HC-TK2-B1"])
async def test_the_code_of_the_board_shows_that_somebody_is_there(at_stage: Stage, line: str) -> None:
    world = at_stage("issued")
    await joins(world)
    before = await checked_in(world)
    rows = await writes(world, line)
    assert (await checked_in(world))[len(before) :] == [CheckInWay.BOARD_CODE]
    assert [one.note for one in rows.of(PermitCard, GUARD)] == ["checked_in"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"签到 {NUMBER}", "only_by_code"),
        (f"PTW1:{NUMBER}", "only_by_code"),
        ("签到 XX-99", "unknown_board"),
        ("签到", "how_to_scan"),
    ],
)
async def test_a_permits_number_or_any_word_does_not(at_stage: Stage, line: str, said: str) -> None:
    world = at_stage("issued")
    await joins(world)
    before = await checked_in(world)
    assert (await writes(world, line)).said(GUARD) == [said]
    assert await checked_in(world) == before


async def test_where_a_code_can_be_scanned_it_is_not_typed(at_stage: Stage) -> None:
    world = at_stage("issued")
    before = await checked_in(world)
    await world.says(GUARD, "签到 HC-TK2-B1")
    assert await checked_in(world) == before


# --- by which account ------------------------------------------------------------------------------------------------


async def reached(world: World, who: str = GUARD) -> Reached | None:
    return await world.writer.submit(lambda tx: reached_by(tx, who, REACH))  # type: ignore[arg-type]  # an id


async def test_until_somebody_writes_they_are_reached_by_their_first_account(at_stage: Stage) -> None:
    world = at_stage("issued")
    await joins(world)
    first, second = await world.writer.submit(lambda tx: tx.directory.accounts_of(GUARD))
    there = Reached(platform=first.platform, userid=first.userid, elsewhere={second.platform: second.userid})
    assert await reached(world) == there


async def test_an_answer_goes_back_to_where_they_wrote(at_stage: Stage) -> None:
    world = at_stage("issued")
    await joins(world)
    await writes(world, "我的任务")
    assert await reached(world) == Reached(platform="dingtalk", userid=f"dt-{GUARD}", elsewhere={"wecom": GUARD})
    await world.says(GUARD, "我的任务")
    there = await reached(world)
    assert there is not None
    assert there.platform == "wecom"


async def test_an_account_that_is_gone_is_not_written_to(at_stage: Stage) -> None:
    world = at_stage("issued")
    await joins(world)
    await writes(world, "我的任务")
    await world.writer.submit(lambda tx: tx.account_gone(DING[0], DING[1], f"dt-{GUARD}"))
    assert await reached(world) == Reached(platform="wecom", userid=GUARD, elsewhere={})


async def test_somebody_with_one_account_leaves_no_note_of_where_they_wrote(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(GUARD, "我的任务")
    assert await world.writer.submit(lambda tx: tx.setting(f"wrote_from:{GUARD}")) is None
