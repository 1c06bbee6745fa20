"""The desk: facts gathered, effects applied, keys that make a second time nothing, a conversation that moves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.arrivals import Text
from handlers.desk import Desk
from handlers.due import CLOCK, due_of
from handlers.encoding import pack_command, pack_outgoing, unpack_command, unpack_outgoing
from handlers.office import Office
from handlers.outgoing import Answer, Ask, Fetch, GroupNote, HoldersRefresh, Offer, Refusal, Stranger
from handlers.talk import QUIET, Pending, Talk, pack_talk, unpack_talk
from storage.agenda import AgendaKind
from storage.tx import Tx
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT, WORKER
from tests.support.office import SITE, Stage, World, at, facts_of
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor

# --- facts ----------------------------------------------------------------------------------------------------------


async def test_posts_count_only_where_they_reach(at_stage: Stage) -> None:
    world = at_stage("submitted")
    facts = await facts_of(world, NUMBER)
    assert facts.holders[Role.SITE_UNIT] == (UNIT, "dengkai")
    assert facts.holders[Role.SHIFT_LEADER] == (SHIFT,)
    assert set(facts.holders[Role.SAFETY_DEPT]) == {SAFETY, CHIEF}
    assert facts.duty_leader == "zhengwei"
    assert facts.area is not None
    assert facts.area.board_code == "HC-TK2-B1"
    assert facts.equipment is not None
    assert facts.wind_ms is None


async def test_others_are_found_by_place_by_neighbour_and_by_people(at_stage: Stage) -> None:
    world = at_stage("submitted")
    texts = (
        "今天9点到10点 T-204 打磨支架 动火 作业人高飞 监护吴刚",  # the same area
        "今天9点到10点 3号罐区 打磨支架 动火 作业人高飞 监护吴刚",  # a neighbour
        "今天9点到10点 机修车间 打磨支架 动火 作业人王强 监护吴刚",  # the same welder, far away
        "今天9点到10点 锅炉房 打磨支架 动火 作业人高飞 监护吴刚",  # nothing in common
        "今天13点到14点 T-204 打磨支架 动火 作业人高飞 监护吴刚",  # another time
    )
    for text in texts:
        await world.says("maming", text)
        shown = await world.shown("maming")
        if shown.question is not None and shown.question.key == "situations":
            await world.answers("maming", ())
        await world.submits("maming")
    facts = await facts_of(world, NUMBER)
    assert facts.others is not None
    found = {other.area: other for other in facts.others}
    assert found["TK2"].same_area
    assert found["SHP"].workers == (WORKER,)
    assert not found["SHP"].adjacent
    if "TK3" in found:
        assert found["TK3"].adjacent
    assert "BLR" not in found
    assert all(other.id != NUMBER for other in facts.others)
    assert found["SHP"].methods == ("grinding",)


async def test_a_permit_live_past_its_end_has_an_open_end(at_stage: Stage) -> None:
    world = at_stage("active")
    world.now = at("11:30")
    await world.fires()
    assert await world.status(NUMBER) in {Status.EXPIRED, Status.SUSPENDED}
    await world.says("maming", "今天14点到15点 T-204 电焊换法兰 作业人高飞 监护吴刚")
    await world.answers("maming", ())
    shown = await world.shown("maming")
    assert any(NUMBER in warning for warning in shown.warnings), shown.warnings


# --- effects --------------------------------------------------------------------------------------------------------


async def test_one_row_refreshes_everybody_who_holds_a_card(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    (refresh,) = rows.of(HoldersRefresh)
    assert (refresh.permit, refresh.but) == (NUMBER, UNIT)


async def test_whoever_signed_is_not_asked_for_the_next_node(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    rows = await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    assert rows.pushed(CHIEF) == ["ask_approve"]
    assert rows.pushed(SAFETY) == []
    climbed = await world.passes(minutes=15)
    rows = await world.rows()
    assert (climbed.pushed(CHIEF), rows.pushed(CHIEF)) == ([], ["remind"])  # once, and not too soon
    assert climbed.pushed(SAFETY) == rows.pushed(SAFETY) == []


async def test_groups_hear_the_start_and_the_stop(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(WORKER, Action.STOP, NUMBER)
    assert [(note.group, str(note.purpose)) for note in rows.of(GroupNote)] == [("hc-safety", "suspended")]
    assert rows.lanes(GroupNote) == {"safety"}


async def test_timers_carry_commands_and_a_stale_one_decides_nothing(at_stage: Stage) -> None:
    world = at_stage("submitted")

    def claim(tx: Tx) -> object:
        later = world.now + timedelta(hours=1)
        return tx.claim_due(AgendaKind.TIMER, now=later, limit=9, lease=timedelta(seconds=1), worker="w")

    claimed = await world.writer.submit(claim)
    names = {row.purpose: row for row in claimed}  # type: ignore[attr-defined]
    due = due_of(names["node"], site=SITE, now=world.now + timedelta(minutes=40))
    assert (due.sender, due.permit, due.name) == (CLOCK, NUMBER, "node")
    assert isinstance(due.command, c.NodeOverdue)
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    before = await world.kinds(NUMBER)
    await world.take(due)
    assert await world.kinds(NUMBER) == before


# --- encoding -------------------------------------------------------------------------------------------------------


def test_intents_and_commands_survive_their_rows() -> None:
    finding = Finding(
        gate="g", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="规则", clause="4.1", fact="事实", cure="办法"
    )
    press = Press(action=Action.STOP, subject=NUMBER, revision=1, arg="x")
    intents = (
        Answer(person=PersonId("a"), key="help", args={"name": "王"}),
        Ask(person=PersonId("a"), subject="s", key="k", offers=(Offer(press=press, label="停"),)),
        Refusal(person=PersonId("a"), permit=None, asked="start", findings=(finding,)),
        HoldersRefresh(permit=PermitId(NUMBER)),
        Stranger(platform="wecom", corp="c", user="u"),
        Fetch(person=PersonId("a"), platform="p", corp="c", user="u", handle="h", kind="photo", origin="o"),
    )
    for intent in intents:
        assert unpack_outgoing(pack_outgoing(intent)) == intent
    command = c.ValidityEnding(by=Actor.clock(), at=at("10:00"), left=timedelta(minutes=15))
    assert unpack_command(pack_command(command)) == command


def test_a_conversation_of_another_version_begins_anew() -> None:
    talk = Talk().expecting(Pending(origin="o", permit=None, purpose="", at=at("08:00")))
    assert unpack_talk(pack_talk(talk)) == talk
    assert unpack_talk(b'{"draft":{"no":"such"}}') == Talk()
    assert unpack_talk(b"not json") == Talk()
    assert unpack_talk(None) == Talk()


def test_the_budget_runs_for_exactly_ten_minutes() -> None:
    talk = Talk().saying(Say.NOT_UNDERSTOOD, at("08:00"))
    assert not talk.may_say(Say.NOT_UNDERSTOOD, at("08:00") + QUIET - timedelta(microseconds=1))
    assert talk.may_say(Say.NOT_UNDERSTOOD, at("08:00") + QUIET)
    assert talk.may_say(Say.TOO_LONG, at("08:00"))


# --- a conversation that moves --------------------------------------------------------------------------------------


async def test_two_lines_at_the_same_moment_are_both_understood(world: World) -> None:
    await world.says(LEADER, "我要办个动火")
    lines = [Text(**world.head(LEADER, None), text=text) for text in ("2号罐", "明天8点到11点", "监护赵敏")]
    await asyncio.gather(*(world.office.handle(line) for line in lines))
    lines_shown = dict((await world.shown(LEADER)).lines)
    assert lines_shown == {"时间": "3月19日 周四 08:00–11:00", "地点": "二号罐区 2号罐", "监护人": "赵敏"}


async def test_a_clock_of_another_zone_changes_nothing(at_stage: Stage) -> None:
    world = at_stage("submitted")
    office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    assert office is not world.office
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    assert (await world.permit(NUMBER)).accepted_at == world.now


async def test_nobody_came_for_the_clock(world: World) -> None:
    def look_at_me(tx: Tx) -> str:
        desk = Desk(tx, world.house, now=world.now, cause="c", sender=CLOCK, actor=None)
        try:
            return str(desk.me)
        except LookupError as bug:
            return str(bug)

    assert "nobody came" in await world.writer.submit(look_at_me)


async def test_guarding_twice_is_seen_in_the_draft(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says("maming", "今天9点到10点 机修车间 打磨支架 动火 作业人高飞 监护赵敏")
    await world.answers("maming", ())
    shown = await world.shown("maming")
    assert shown.complete is False
    assert any(NUMBER in warning and "赵敏" in warning for warning in shown.warnings), (shown.warnings, GUARD)
