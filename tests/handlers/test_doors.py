"""What comes in at the door: strangers, redeliveries, nonsense, kinds we have no use for, people who left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

import pytest

from cards.buttons import Action, Press, pack
from handlers.arrivals import Entered, MembershipChanged, PlatformNotice, Sender, Tap, Text, Unsupported
from handlers.office import Office
from handlers.outgoing import Answer, Stranger, TaskList
from storage.directory import Register
from tests.support.hot_work import GUARD, LEADER, NUMBER, SHIFT, UNIT, WORKER
from tests.support.office import CORP, SECRET, SITE, Stage, World
from workflow.ids import PersonId
from workflow.permit.content import Content
from workflow.permit.state import Status
from workflow.plant import Person, Post
from workflow.rules.book import RuleBook
from workflow.rules.types import PermitRules


def head(world: World, who: str, key: str) -> dict[str, object]:
    return {
        "site": SITE,
        "sender": Sender(platform="wecom", corp=CORP, user=who),
        "dedup_key": key,
        "received_at": world.now,
    }


async def test_a_stranger_is_told_whom_to_ask_once(world: World) -> None:
    rows = await world.says("nobody", "我要动火")
    (told,) = rows.of(Stranger)
    assert (told.platform, told.corp, told.user) == ("wecom", CORP, "nobody")
    assert (await world.says("nobody", "在吗")).claimed == []
    world.now += timedelta(minutes=11)
    assert len((await world.says("nobody", "在吗")).of(Stranger)) == 1


async def test_the_account_of_another_company_is_a_stranger(world: World) -> None:
    rows = await world.take(
        Text(
            site=SITE,
            sender=Sender(platform="wecom", corp="other", user=LEADER),
            dedup_key="x",
            received_at=world.now,
            text="帮助",
        )
    )
    assert len(rows.of(Stranger)) == 1


async def test_a_stranger_who_only_opens_the_chat_hears_nothing(world: World) -> None:
    rows = await world.take(Entered(**head(world, "nobody", "e1")))  # type: ignore[arg-type]
    assert rows.claimed == []
    rows = await world.locates("nobody", "36.8", "118.0", asked=False)
    assert rows.claimed == []


async def test_seen_before_is_nothing(world: World) -> None:
    first = await world.says(LEADER, "帮助", key="same")
    again = await world.says(LEADER, "帮助", key="same")
    assert first.said(LEADER) == ["help"]
    assert again.claimed == []


@pytest.mark.parametrize(
    "text", ["", " ", "😀😀", "？？？", "a", "今天天气不错", "\x00\x01", "<script>", "“”'\"\\", "9" * 50]
)
async def test_nonsense_is_answered_helpfully_and_once(world: World, text: str) -> None:
    rows = await world.says(LEADER, text)
    assert rows.said(LEADER) in (["not_understood"], ["help"])
    rows = await world.says(LEADER, "哦哦哦")
    assert rows.said(LEADER) in ([], ["not_understood"])


async def test_the_same_nonsense_again_after_ten_minutes_is_answered_again(world: World) -> None:
    assert (await world.says(LEADER, "今天天气不错")).said(LEADER) == ["not_understood"]
    world.now += timedelta(minutes=9)
    assert (await world.says(LEADER, "今天天气不错")).said(LEADER) == []
    world.now += timedelta(minutes=1)
    assert (await world.says(LEADER, "今天天气不错")).said(LEADER) == ["not_understood"]


async def test_ten_megabytes_are_not_read(world: World) -> None:
    rows = await world.says(LEADER, "动火" * 5_000_000)
    assert rows.said(LEADER) == ["too_long"]
    assert (await world.talk(LEADER)).draft is None


@pytest.mark.parametrize("kind", ["link", "file", "event", "ＸＹＺ"])
async def test_kinds_we_have_no_use_for(world: World, kind: str) -> None:
    rows = await world.take(Unsupported(**head(world, LEADER, "u1"), kind=kind))  # type: ignore[arg-type]
    assert rows.said(LEADER) == ["unsupported"]
    rows = await world.take(Unsupported(**head(world, LEADER, "u2"), kind=kind))  # type: ignore[arg-type]
    assert rows.said(LEADER) == []


async def test_who_leaves_is_a_stranger_from_then_on(world: World) -> None:
    rows = await world.take(MembershipChanged(**head(world, WORKER, "m1"), joined=False))  # type: ignore[arg-type]
    assert rows.claimed == []
    rows = await world.says(WORKER, "我的任务")
    assert len(rows.of(Stranger)) == 1


async def test_who_joins_is_welcomed(world: World) -> None:
    rows = await world.take(MembershipChanged(**head(world, WORKER, "m1"), joined=True))  # type: ignore[arg-type]
    assert rows.said(WORKER) == ["welcome"]


async def test_somebody_marked_inactive_is_a_stranger(at_stage: Stage) -> None:
    world = at_stage("active")
    left = Person(id=PersonId(WORKER), site=SITE, name="王强", department="设备部", active=False)
    await world.writer.submit(lambda tx: tx.put_person(left))
    rows = await world.says(WORKER, "我的任务")
    assert len(rows.of(Stranger)) == 1


@pytest.mark.parametrize(
    ("key", "said"),
    [("apply", "how_to_request"), ("scan", "how_to_scan"), ("hazard", "hazard_how"), ("gone", "help")],
)
async def test_the_menu(world: World, key: str, said: str) -> None:
    rows = await world.menu(LEADER, key)
    assert rows.said(LEADER) == [said]


async def test_where_no_hazards_are_taken_somebody_is_named_to_tell(world: World) -> None:
    bare = replace(world.house, hazard_rules=None)
    world.office = Office(writer=world.writer, house=bare, clock=lambda: world.now)
    (told,) = (await world.menu(LEADER, "hazard")).of(Answer, LEADER)
    assert "孙丽" in told.args["who"] or "陈安" in told.args["who"]


async def test_my_tasks_by_menu_and_by_word(at_stage: Stage) -> None:
    world = at_stage("submitted")
    for rows in (await world.menu(GUARD, "tasks"), await world.says(GUARD, "我的任务")):
        assert [one.person for one in rows.of(TaskList)] == [GUARD]


async def test_the_board_lists_what_waits_for_whom(at_stage: Stage) -> None:
    world = at_stage("review")
    rows = await world.writer.submit(lambda tx: tx.open_permits_of("zhoujianguo"))
    assert [row.permit for row in rows] == [NUMBER]
    assert ("asked", "zhoujianguo") in rows[0].people
    rows = await world.writer.submit(lambda tx: tx.open_permits_of(SHIFT))
    assert rows == ()


async def test_a_notice_of_the_platform_reaches_the_operator(world: World) -> None:
    operator = Person(id=PersonId("op"), site=SITE, name="运维", department="信息", posts=(Post(key="operator"),))
    await world.writer.submit(lambda tx: tx.put_register(Register(people=(operator,))))
    notice = PlatformNotice(**head(world, "sys", "n1"), kind="inactive_alert", detail="2026-04-01")  # type: ignore[arg-type]
    rows = await world.take(notice)
    assert rows.said("op") == ["operator_notice"]


class BrokenBook(RuleBook):
    """Rules that cannot be read: a bug of ours in the middle of a decision."""

    def rules_for(self, content: Content, *, at: datetime, zone: tzinfo) -> PermitRules:
        raise ZeroDivisionError


async def test_a_bug_leaves_the_arrival_to_come_again(at_stage: Stage) -> None:
    """What failed was not taken: the redelivery is worked on as if nothing had been."""
    world = at_stage("submitted")
    good = world.house.book
    broken = BrokenBook(
        packs=good.packs, plant=good.plant, calendar=good.calendar, gas_table=good.gas_table, words=good.words,
        refs=good.refs,
    )  # fmt: skip
    bad_day = Office(writer=world.writer, house=replace(world.house, book=broken), clock=lambda: world.now)
    token = pack(Press(action=Action.ACCEPT, subject=NUMBER, revision=1), person=UNIT, secret=SECRET)
    tap = Tap(**head(world, UNIT, "t1"), token=token, card="card", update_handle=None)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        await bad_day.handle(tap)
    assert await world.status(NUMBER) is Status.SUBMITTED
    await world.take(tap)
    assert await world.status(NUMBER) is Status.PREPARING
