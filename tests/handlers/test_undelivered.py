"""A stop that does not arrive is handed on: to a superior, to the duty leader, to the group; never in a circle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cards.answers import answer_text
from handlers.answers import Say
from handlers.arrivals import Undelivered
from handlers.due import CLOCK
from handlers.encoding import pack_outgoing
from handlers.outgoing import Answer, Ask, GroupNote, HazardCard, Outgoing, Overnight, PermitCard, Refusal, TaskList
from handlers.undelivered import GATHERED, TOGETHER, arrival_of
from storage.agenda import AgendaKind, Claimed, NewMessage
from storage.directory import Register
from storage.tx import Tx
from tests.support.hot_work import CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SITE, Rows, Stage, World, at
from workflow.effects import Lane, Purpose
from workflow.ids import GroupId, HazardId, PermitId, PersonId

MAMING, DUTY = PersonId("maming"), PersonId("zhengwei")
NOW = at("08:01")
GROUP = GroupId("hc-safety")
STOP = PermitCard(person=WORKER, permit=PermitId(NUMBER), purpose=Purpose.SUSPENDED)
LINE = GroupNote(group=GROUP, permit=PermitId(NUMBER), purpose=Purpose.SUSPENDED)


@pytest.fixture
def world(at_stage: Stage) -> World:
    return at_stage("active")


async def lost(world: World, message: Outgoing, key: str = "") -> Rows:
    """The relay gave this message up."""
    world.count += 1
    return await world.take(
        Undelivered(
            site=SITE,
            sender=CLOCK,
            dedup_key=f"undelivered:{key or world.count}",
            received_at=world.now,
            message=message,
        )
    )


async def test_a_hazard_that_did_not_arrive_is_told_to_the_superior_in_words(world: World) -> None:
    unread = HazardCard(person=WORKER, hazard=HazardId("YH-HC-20260318-001"), about="work_order")
    rows = await lost(world, unread)
    (told,) = rows.of(Answer, LEADER)
    assert "YH-HC-20260318-001：请您整改" in told.args["words"]
    shown = HazardCard(person=WORKER, hazard=HazardId("YH-HC-20260318-001"))
    assert (await lost(world, shown)).of(Answer) == [], "what was only asked for is let go"


async def without_accounts(world: World, *people: PersonId) -> None:
    """These people have left the chat platform."""

    def drop(tx: Tx) -> None:
        register = tx.directory.register
        gone = tuple(replace(one, active=False) for one in register.accounts if one.person in people)
        tx.put_register(Register(accounts=gone))

    await world.writer.submit(drop)


def told(rows: Rows) -> list[tuple[str, str]]:
    """(who, words) of every telling."""
    cards = [(card.person, answer_text(card.note, card.args)) for card in rows.of(PermitCard)]
    return cards + [(note.group, answer_text(note.note, note.args)) for note in rows.of(GroupNote)]


async def test_the_superior_gets_the_same_card_with_the_name_of_who_did_not(world: World) -> None:
    rows = await lost(world, STOP)
    assert told(rows) == [(LEADER, "「立即停工」没有送到：王强。请马上打电话或当面告诉。")]
    (card,) = rows.of(PermitCard)
    assert (card.permit, card.purpose) == (NUMBER, Purpose.SUSPENDED)
    assert rows.lanes(PermitCard) == {"safety"}


async def test_the_journal_keeps_who_was_not_reached(world: World) -> None:
    await lost(world, STOP)
    (kept,) = [event for event in await world.events(NUMBER) if type(event).__name__ == "AttemptRefused"][-1:]
    assert kept.text == "「立即停工」没有送到王强"  # type: ignore[attr-defined]  # picked by its name
    assert kept.by.as_person is None


async def test_the_same_row_is_told_once(world: World) -> None:
    await lost(world, STOP, "row-1")
    assert told(await lost(world, STOP, "row-1")) == []


async def test_a_telling_that_does_not_arrive_climbs_and_still_names_the_first(world: World) -> None:
    (card,) = (await lost(world, STOP)).of(PermitCard)
    rows = await lost(world, card)
    assert told(rows) == [(MAMING, "「立即停工」没有送到：王强、李强。请马上打电话或当面告诉。")]


async def test_an_alarm_whose_words_are_gone_is_handed_on_all_the_same(world: World) -> None:
    """An older version of ours wrote it; without this it would be tried for ever, and nobody would hear of it."""
    (told_on,) = (await lost(world, Answer(person=WORKER, key="said_by_an_older_version", args={}))).of(Answer, LEADER)
    assert told_on.args["words"] == "安全消息"


async def test_who_has_no_account_is_passed_over(world: World) -> None:
    await without_accounts(world, LEADER, MAMING)
    assert [who for who, _ in told(await lost(world, STOP))] == [DUTY]


async def test_without_superiors_the_duty_leader_hears_it_and_last_the_group(world: World) -> None:
    rows = await lost(world, replace(STOP, person=DUTY))
    assert [who for who, _ in told(rows)] == [GROUP]
    await without_accounts(world, LEADER, MAMING, DUTY)
    rows = await lost(world, STOP)
    assert told(rows) == [(GROUP, "「立即停工」没有送到：郑伟、王强。请马上打电话或当面告诉。")]
    assert rows.lanes(GroupNote) == {"safety"}


async def test_several_missed_at_once_are_named_in_one_message(world: World) -> None:
    """Three cards to one foreman would tell him three times; the last one stands for all, and none was left out."""
    await lost(world, STOP)
    rows = await lost(world, replace(STOP, person=PersonId("liujun")))
    assert told(rows) == [(LEADER, "「立即停工」没有送到：王强、刘军。请马上打电话或当面告诉。")]


async def test_of_two_that_wait_only_the_newer_is_sent(world: World) -> None:
    for key, message in (("1", STOP), ("2", replace(STOP, person=PersonId("liujun")))):
        world.count += 1
        await world.office.handle(
            Undelivered(site=SITE, sender=CLOCK, dedup_key=key, received_at=world.now, message=message)
        )
    assert [who for who, _ in told(await world.rows())] == [LEADER]


async def test_another_incident_begins_a_new_list(world: World) -> None:
    await lost(world, STOP)
    world.now += TOGETHER + timedelta(seconds=1)
    rows = await lost(world, replace(STOP, person=PersonId("liujun")))
    assert told(rows) == [(LEADER, "「立即停工」没有送到：刘军。请马上打电话或当面告诉。")]


async def test_a_new_list_takes_no_place_of_one_that_still_waits(world: World) -> None:
    """The platform of their superior has been away for longer than a list is kept open."""
    for key, message in (("1", STOP), ("2", replace(STOP, person=PersonId("liujun")))):
        arrival = Undelivered(site=SITE, sender=CLOCK, dedup_key=key, received_at=world.now, message=message)
        await world.office.handle(arrival)
        world.now += TOGETHER + timedelta(seconds=1)
    assert told(await world.rows()) == [
        (LEADER, "「立即停工」没有送到：王强。请马上打电话或当面告诉。"),
        (LEADER, "「立即停工」没有送到：刘军。请马上打电话或当面告诉。"),
    ]


async def test_a_circle_of_superiors_ends(world: World) -> None:
    def bend(tx: Tx) -> None:
        people = tx.directory.people
        circle = (replace(people[LEADER], superior=MAMING), replace(people[MAMING], superior=LEADER))
        tx.put_register(Register(people=circle))

    await world.writer.submit(bend)
    message: Outgoing = STOP
    heard: list[str] = []
    for _ in range(9):
        rows = await lost(world, message)
        if not rows.claimed:
            break
        heard += [who for who, _ in told(rows)]
        message = rows.claimed[0][1]
    assert heard == [LEADER, MAMING, DUTY, GROUP]


async def test_a_group_that_cannot_be_reached_is_told_to_who_answers_for_safety(world: World) -> None:
    rows = await lost(world, LINE)
    assert [who for who, _ in told(rows)] in ([CHIEF], [SAFETY])
    assert "华昌安全群" in told(rows)[0][1]


async def test_words_without_a_permit_are_handed_on_whole(world: World) -> None:
    call = Answer(person=WORKER, key=Say.STOP_CALL.value, args={"name": "赵敏", "words": "3号罐漏了"})
    (first,) = (await lost(world, call)).of(Answer)
    expected = "没有送到王强，请马上打电话或当面告诉：赵敏喊停工，但没有对上作业票，请马上核实：3号罐漏了"
    assert (first.person, answer_text(first.key, first.args)) == (LEADER, expected)
    (second,) = (await lost(world, first)).of(Answer)
    assert second.person == MAMING
    assert answer_text(second.key, second.args) == expected.replace("王强", "王强、李强")


async def test_what_asks_nothing_of_anybodys_safety_is_let_go(world: World) -> None:
    ask = Ask(person=GUARD, subject="ask:x", key=Say.STOP_WHICH.value)
    assert (await lost(world, ask)).claimed == []


# --- no alarm, and our own fault --------------------------------------------------------------------------------------

REVIEW = PermitCard(person=WORKER, permit=PermitId(NUMBER), purpose=Purpose.ASK_APPROVE)


async def unsaid(world: World, message: Outgoing) -> list[tuple[str, str]]:
    """(who, words) of the tellings about a message that could not be said in any words."""
    world.count += 1
    arrival = Undelivered(
        site=SITE, sender=CLOCK, dedup_key=f"undelivered:{world.count}", received_at=world.now, message=message,
        alarm=False,
    )  # fmt: skip
    await world.take(arrival)
    world.now += GATHERED
    rows = (await world.rows()).claimed
    assert {row.lane for row, _ in rows} <= {Lane.ACTION.value}
    return [(one.person, answer_text(one.key, one.args)) for _, one in rows if isinstance(one, Answer)]


async def test_what_no_words_could_be_found_for_is_told_once_to_the_duty_leader(world: World) -> None:
    expected = f"这些消息发不出去，卡片和文字都试过了：王强：请审批 {NUMBER}。请打电话或当面告诉，并请系统管理员查看。"
    assert await unsaid(world, REVIEW) == [(DUTY, expected)]
    assert [type(event).__name__ for event in await world.events(NUMBER)][-1] == "AttemptRefused"


async def test_what_fails_within_a_minute_is_one_message(world: World) -> None:
    world.count += 1
    for person in (WORKER, GUARD):
        world.count += 1
        message = Ask(person=person, subject="ask:x", key=Say.STOP_WHICH.value)
        key = f"undelivered:{world.count}"
        arrival = Undelivered(
            site=SITE, sender=CLOCK, dedup_key=key, received_at=world.now, message=message, alarm=False
        )
        assert (await world.take(arrival)).claimed == [], "it is gathered first"
        world.now += GATHERED / 3
    world.now += GATHERED / 3
    (told_once,) = (await world.rows()).of(Answer, DUTY)
    assert told_once.args["lines"] == "王强：等他办的事；赵敏：等他办的事"


async def test_what_is_gathered_anew_takes_no_place_of_what_still_waits(world: World) -> None:
    """The duty leader's platform has been away for longer than a minute."""
    for person in (WORKER, GUARD):
        world.count += 1
        key = f"undelivered:{world.count}"
        message = Ask(person=person, subject="ask:x", key=Say.STOP_WHICH.value)
        arrival = Undelivered(
            site=SITE, sender=CLOCK, dedup_key=key, received_at=world.now, message=message, alarm=False
        )
        await world.office.handle(arrival)
        world.now += GATHERED
    lists = [one.args["lines"] for one in (await world.rows()).of(Answer, DUTY)]
    assert lists == ["王强：等他办的事", "赵敏：等他办的事"]


async def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_the_list_of_before(world: World) -> None:
    message = Ask(person=WORKER, subject="ask:x", key=Say.STOP_WHICH.value)
    assert len(await unsaid(world, message)) == 1
    world.now -= timedelta(hours=8)
    assert len(await unsaid(world, replace(message, person=GUARD))) == 1


async def test_of_a_night_everything_its_one_message_stood_for_is_told(world: World) -> None:
    other = PermitId("DHZY-HC-20260318-099")
    rows = [
        NewMessage(
            key=f"night/{permit}", lane=Lane.ACTION, recipient=UNIT, purpose="x", at=world.now,
            payload=pack_outgoing(Overnight(person=UNIT, permit=permit, purpose=Purpose.ASK_APPROVE, night="night/")),
            not_before=world.now + timedelta(hours=9),
        )
        for permit in (PermitId(NUMBER), other)
    ]  # fmt: skip

    def put(tx: Tx) -> None:
        for row in rows:
            tx.post(row)

    await world.writer.submit(put)
    first = Overnight(person=UNIT, permit=PermitId(NUMBER), purpose=Purpose.ASK_APPROVE, night="night/")
    ((who, said),) = await unsaid(world, first)
    assert who == DUTY
    assert f"请审批 {NUMBER}、请审批 {other}。" in said
    assert [type(event).__name__ for event in await world.events(NUMBER)][-1] == "AttemptRefused"


@pytest.mark.parametrize(
    "message", [TaskList(person=WORKER), Refusal(person=WORKER, permit=None, asked="start", findings=())]
)
async def test_an_answer_somebody_waited_for_is_told_too(world: World, message: Outgoing) -> None:
    ((who, said),) = await unsaid(world, message)
    assert (who, "王强：等他办的事" in said) == (DUTY, True)


async def test_the_duty_leader_himself_is_not_told_in_the_way_that_failed(world: World) -> None:
    ((who, _),) = await unsaid(world, replace(REVIEW, person=DUTY))
    assert who in (CHIEF, SAFETY)


async def test_the_telling_that_fails_ends_there(world: World) -> None:
    telling = Answer(person=DUTY, key=Say.UNSAID.value, args={"lines": "x"})
    assert await unsaid(world, telling) == []


def test_the_arrival_of_a_row_is_the_same_however_often_it_is_given_up() -> None:
    row = Claimed(
        id=1,
        token=2,
        kind=AgendaKind.MESSAGE,
        key="row",
        lane=Lane.SAFETY.value,
        due_at=NOW,
        attempts=1,
        permit=NUMBER,
        recipient=WORKER,
        purpose="suspended",
        coalesce_key=None,
        payload=pack_outgoing(STOP),
    )
    first = arrival_of(row, site=SITE, now=NOW)
    again = arrival_of(replace(row, token=3, attempts=2), site=SITE, now=NOW + timedelta(hours=1))
    assert first.dedup_key == again.dedup_key == "undelivered:row"
    assert first.message == STOP
    assert first.alarm
    assert not arrival_of(replace(row, lane=Lane.ACTION.value), site=SITE, now=NOW).alarm
