"""请假 … 由 … 代: who is away is left in peace, who stands in is asked, and the journal says for whom he signed."""

from __future__ import annotations

import pytest

from cards.answers import answer_text
from cards.buttons import Action
from handlers.answers import Say
from handlers.facts import absences
from handlers.leave import write_leave
from handlers.outgoing import Answer
from storage.tx import Tx
from tests.support.hot_work import BOARD, LEADER, NUMBER, SAFETY, UNIT
from tests.support.office import ZONE, Stage, World, at
from workflow.delegation import AbsenceNoted
from workflow.ids import PersonId
from workflow.leave import Row, judge
from workflow.permit.events import StepApproved
from workflow.values import Actor, Interval

DEPUTY, HEAD_ELSEWHERE = "dengkai", "hetao"
"""The other holder of the unit's role here, and the head of another workshop (何涛)."""


async def test_a_line_names_the_time_and_who_stands_in(world: World) -> None:
    rows = await world.says(UNIT, "请假 3月18日8点到3月18日18点 由何涛代")
    assert rows.said(UNIT) == [Say.AWAY_NOTED.value]
    assert rows.said(HEAD_ELSEWHERE) == [Say.AWAY_FOR.value]
    days = "3月18日 周三 08:00到3月18日 周三 18:00"
    for answer in (*rows.of(Answer, UNIT), *rows.of(Answer, HEAD_ELSEWHERE)):
        assert days in answer_text(answer.key, answer.args), "without the days a week's leave sounds like an evening"
    for line in ("请假", "请假 明天", "请假 由何涛代", "请假 明天8点到18点 由没这个人代"):
        assert (await world.says(SAFETY, line)).said(SAFETY) == [Say.AWAY_HOW.value], line
    rows = await world.says(HEAD_ELSEWHERE, "请假 3月18日8点到3月18日18点 由周建国代")
    assert rows.refused(HEAD_ELSEWHERE) == ["away.chain"]
    rows = await world.says(UNIT, "销假")
    assert (rows.said(UNIT), rows.said(HEAD_ELSEWHERE)) == ([Say.AWAY_BACK.value], [Say.AWAY_OVER.value])
    assert (await world.says(UNIT, "销假")).said(UNIT) == [Say.AWAY_NOT.value]


async def test_who_is_away_keeps_his_posts_and_may_come_back_for_something(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.says(UNIT, "请假 现在到3月18日18点 由何涛代")
    await world.taps(UNIT, Action.RETURN, NUMBER, "accept")
    assert (await world.says(UNIT, "补充监护人")).pushed(LEADER) == ["returned"]


async def test_a_deputy_signs_for_the_one_who_is_away(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.says(UNIT, "请假 现在到3月18日18点 由何涛代")
    assert (await world.scans(HEAD_ELSEWHERE, BOARD)).said(HEAD_ELSEWHERE) == [Say.CHECKED_IN.value]
    rows = await world.taps(HEAD_ELSEWHERE, Action.APPROVE, NUMBER, "site_unit")
    assert rows.refused(HEAD_ELSEWHERE) == []
    signed = [event for event in await world.events(NUMBER) if isinstance(event, StepApproved)]
    assert [(one.by.id, one.instead_of) for one in signed] == [(HEAD_ELSEWHERE, PersonId(UNIT))]
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "safety_dept")
    assert "who.once" in rows.refused(UNIT)


async def test_what_somebody_says_himself_is_not_written_as_the_registers_word(world: World) -> None:
    """It would count as his own word about a leave he knows nothing of, and nobody would be told."""
    during = Interval(start=world.now, end=at("18:00"))
    own = AbsenceNoted(by=Actor.person(PersonId(UNIT)), at=world.now, deputy=PersonId(DEPUTY), during=during)
    with pytest.raises(ValueError, match="only the register's own"):
        await world.writer.submit(lambda tx: write_leave(tx, (own,), zone=ZONE, at=world.now))
    assert await world.writer.submit(lambda tx: absences(tx).known) == {}


async def test_before_and_after_it_a_deputy_is_nobody(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.says(UNIT, "请假 3月18日12点到3月18日18点 由何涛代")
    assert (await world.scans(HEAD_ELSEWHERE, BOARD)).said(HEAD_ELSEWHERE) == [Say.NOTHING_HERE.value]
    rows = await world.taps(HEAD_ELSEWHERE, Action.APPROVE, NUMBER, "site_unit")
    assert "who.role" in rows.refused(HEAD_ELSEWHERE)


async def test_a_new_request_goes_to_the_deputy(world: World) -> None:
    world.now = at("07:30")
    await world.says(UNIT, "请假 现在到3月18日18点 由何涛代")
    await world.says(LEADER, "今天8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏")
    await world.answers(LEADER, ())
    rows = await world.submits(LEADER)
    assert rows.pushed(UNIT) == []
    assert rows.pushed(HEAD_ELSEWHERE) == rows.pushed(DEPUTY) == ["ask_accept"]


async def test_whoever_need_not_stand_in_any_more_is_told(world: World) -> None:
    await world.says(UNIT, "请假 3月18日8点到3月18日18点 由何涛代")
    rows = await world.says(UNIT, "请假 3月18日8点到3月18日12点 由邓凯代")
    assert rows.said(DEPUTY) == [Say.AWAY_FOR.value]
    (answer,) = rows.of(Answer, HEAD_ELSEWHERE)
    text = "周建国改了请假，3月18日 周三 08:00到3月18日 周三 18:00不用您代签了。"
    assert answer_text(answer.key, answer.args) == text
    rows = await world.says(UNIT, "请假 3月18日8点到3月18日13点 由邓凯代")
    assert rows.said(DEPUTY) == [Say.AWAY_FOR.value]
    assert rows.said(HEAD_ELSEWHERE) == []


async def test_what_is_over_is_taken_back_from_nobody(world: World) -> None:
    """A leave of last week is no leave the register takes back, whatever it says now."""
    world.now = at("07:00")
    await world.says(UNIT, "请假 现在到3月18日8点 由何涛代")
    world.now = at("09:00")
    await registers(world, DEPUTY)
    rows = await world.rows()
    assert rows.said(UNIT) == [Say.AWAY_REGISTERED.value]
    assert rows.said(DEPUTY) == [Say.AWAY_FOR.value]
    assert rows.said(HEAD_ELSEWHERE) == []
    (answer,) = (await world.says(UNIT, "请假 3月18日8点到3月18日18点 由邓凯代")).of(Answer, UNIT)
    assert "登记" not in answer_text(answer.key, answer.args), "the same, in his own words"


async def test_a_leave_that_is_moved_takes_it_from_the_one_who_stood_in_once(world: World) -> None:
    await registers(world, DEPUTY)
    await world.rows()
    world.now = at("07:31")
    ends = leave(DEPUTY, active=False)
    await registers(world, HEAD_ELSEWHERE, ends)
    rows = await world.rows()
    assert rows.said(DEPUTY) == [Say.AWAY_WITHDRAWN.value]
    assert rows.said(HEAD_ELSEWHERE) == [Say.AWAY_FOR.value]
    world.now = at("07:32")
    await registers(world, DEPUTY)
    rows = await world.rows()
    assert rows.said(HEAD_ELSEWHERE) == [Say.AWAY_WITHDRAWN.value], "also where the row only changed"
    world.now = at("19:00")
    rows = await world.says(UNIT, "请假 3月19日8点到3月19日18点 由何涛代")
    (answer,) = rows.of(Answer, UNIT)
    assert "登记" not in answer_text(answer.key, answer.args), "that one is over"
    assert rows.said(DEPUTY) == []


def leave(deputy: str, *, active: bool = True) -> Row:
    day = Interval(start=at("08:00"), end=at("18:00"))
    return Row(person=PersonId(UNIT), deputy=PersonId(deputy), during=day, active=active)


async def registers(world: World, deputy: str, *more: Row) -> None:
    def load(tx: Tx) -> None:
        found = judge(absences(tx), (*more, leave(deputy)), tx.directory.people, at=world.now)
        write_leave(tx, found.events, zone=world.house.zone, at=world.now)

    await world.writer.submit(load)


async def test_his_own_word_takes_the_place_of_the_registers_and_he_is_told(world: World) -> None:
    await registers(world, DEPUTY)
    rows = await world.rows()
    assert rows.said(UNIT) == [Say.AWAY_REGISTERED.value]
    assert rows.said(DEPUTY) == [Say.AWAY_FOR.value]
    (answer,) = (await world.says(UNIT, "请假 3月18日8点到3月18日12点 由何涛代")).of(Answer, UNIT)
    assert "厂里登记的3月18日 周三 08:00到3月18日 周三 18:00不再算，按您说的。" in answer_text(answer.key, answer.args)
    (answer,) = (await world.says(UNIT, "请假 3月18日8点到3月18日13点 由何涛代")).of(Answer, UNIT)
    assert "登记" not in answer_text(answer.key, answer.args)
    assert (await world.says(UNIT, "销假")).said(UNIT) == [Say.AWAY_BACK.value]
