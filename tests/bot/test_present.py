"""From intents to deliveries, on a real office: who is reached, what still stands, what is said in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import Delivery, Done, Edit, GroupPost, Push
from bot.present import NoAddress, Presenter
from bot.present_digest import DigestPresenter
from bot.present_overnight import still_to_say
from bot.present_ports import Compared, Files, Voice, uncompared
from bot.standing import INVITATIONS, stands
from cards import words
from cards.answers import STRANGER
from cards.buttons import Action, unpack
from cards.card import Bubble, Card
from cards.permit import subject
from cards.views import PermitView
from handlers import outgoing as out
from handlers.answers import Say
from handlers.encoding import pack_outgoing
from handlers.outgoing import Overnight
from handlers.reach import Reached
from handlers.views import Viewer
from storage.agenda import AgendaKind, Claimed, NewMessage
from storage.cards_sent import CardSent
from storage.directory import Account, GroupChat, Register
from storage.tx import Tx
from tests.support.hot_work import CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import CORP, SECRET, ZONE, Stage, World
from tests.support.permits import permit, view
from workflow.effects import Lane, Purpose
from workflow.escalation import step_now
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import GroupId, HazardId, PermitId, PersonId
from workflow.permit.state import Status

PERMIT = PermitId(NUMBER)
GROUP = GroupId("hc-safety")
PAGE = "https://permit.example.com/p/"


@dataclass(slots=True)
class Fetched:
    """A fetcher that remembers what it was asked for."""

    wanted: list[out.Fetch] = field(default_factory=list)

    async def fetch(self, wanted: out.Fetch) -> None:
        self.wanted.append(wanted)


@dataclass(slots=True)
class Studio:
    """A presenter in an office."""

    world: World
    presenter: Presenter
    fetched: Fetched

    async def of(self, intent: out.Outgoing, lane: Lane = Lane.ACTION) -> tuple[Delivery, ...]:
        return await self.presenter(self.row(intent, lane))

    async def plain(self, intent: out.Outgoing, lane: Lane = Lane.SAFETY) -> tuple[Delivery, ...] | None:
        return await self.presenter.plain(self.row(intent, lane))

    def row(self, intent: out.Outgoing, lane: Lane) -> Claimed:
        return Claimed(
            id=1, token=1, kind=AgendaKind.MESSAGE, key="row", lane=lane.value, due_at=self.world.now, attempts=1,
            permit=NUMBER, recipient="x", purpose="x", coalesce_key=None, payload=pack_outgoing(intent),
        )  # fmt: skip

    async def put(self, register: Register) -> None:
        await self.world.writer.submit(lambda tx: tx.put_register(register))

    def now(self) -> Any:
        return self.world.now


def studio(
    world: World, viewer: Viewer | None = None, *, files: Files | None = None, compared: Compared = uncompared
) -> Studio:
    fetched = Fetched()

    class Clock:
        def now(self) -> Any:
            return world.now

    presenter = Presenter(
        writer=world.writer,
        viewer=viewer or Viewer(house=world.house),
        fetchers={"wecom": fetched},  # type: ignore[dict-item]  # all that is asked of it
        clock=Clock(),
        voice=Voice(
            zone=ZONE,
            button_key=SECRET,
            page=lambda number, _: f"{PAGE}{number}",
            pages_on=frozenset({"wecom"}),
            reach=frozenset({("wecom", CORP)}),
        ),
        files=files,
        compared=compared,
    )
    return Studio(world=world, presenter=presenter, fetched=fetched)


def pushed(deliveries: tuple[Delivery, ...]) -> Push:
    (push,) = deliveries
    assert isinstance(push, Push)
    return push


def card_of(deliveries: tuple[Delivery, ...]) -> Card:
    message = pushed(deliveries).message
    assert isinstance(message, Card)
    return message


def text_of(deliveries: tuple[Delivery, ...]) -> str:
    message = pushed(deliveries).message
    assert isinstance(message, Bubble)
    return message.text


def told(person: PersonId, purpose: Purpose | None) -> out.PermitCard:
    return out.PermitCard(person=person, permit=PERMIT, purpose=purpose)


# --- permits ---------------------------------------------------------------------------------------------------------


async def test_a_card_goes_to_the_account_with_buttons_only_its_owner_can_press(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    push = pushed(await desk.of(told(WORKER, Purpose.STARTED)))
    assert (push.platform, push.user, push.person, push.seen_at) == ("wecom", WORKER, WORKER, desk.world.now)
    card = push.message
    assert isinstance(card, Card)
    assert card.title == "已开工｜一级动火"
    assert card.url == f"{PAGE}{NUMBER}"
    press = unpack(card.buttons[0].token, person=WORKER, secret=SECRET)
    assert (press.action, press.subject) == (Action.STOP, NUMBER)
    assert push.version == (await desk.world.permit(NUMBER)).version


async def test_who_has_to_decide_and_nobody_else_reads_how_it_stands_against_the_last_ten(at_stage: Stage) -> None:
    asked: list[PersonId] = []

    async def compared(view: PermitView) -> str:
        asked.append(view.viewer)
        return "与近10张有1处不同：时间长"

    one = studio(at_stage("review"), compared=compared)
    people = (UNIT, LEADER)
    rows = {person: [line.value for line in card_of(await one.of(told(person, None))).lines] for person in people}
    assert "与近10张有1处不同：时间长" in rows[UNIT]
    assert "与近10张有1处不同：时间长" not in rows[LEADER]
    assert asked == [UNIT]


async def test_what_was_taken_stands_before_what_comes_next(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    intent = out.PermitCard(
        person=GUARD, permit=PERMIT, purpose=None, note=Say.GAS_TAKEN.value,
        args={"number": NUMBER, "point": "作业点", "values": "可燃 0%LEL"},
    )  # fmt: skip
    assert card_of(await desk.of(intent)).body.startswith(f"{NUMBER} 作业点 分析合格：可燃 0%LEL\n")


async def test_an_invitation_that_is_answered_is_not_sent_any_more(at_stage: Stage) -> None:
    desk = studio(at_stage("review"))
    await desk.world.scans(UNIT, "PTB1:HC-TK2-B1")
    assert card_of(await desk.of(told(UNIT, Purpose.ASK_APPROVE))).title.startswith("请审批｜")
    await desk.world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    assert await desk.of(told(UNIT, Purpose.ASK_APPROVE)) == ()
    assert card_of(await desk.of(told(SAFETY, Purpose.ASK_APPROVE))).title.startswith("请审批｜")


async def test_an_alarm_that_waited_too_long_is_told_as_the_state_of_now(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    late = card_of(await desk.of(told(LEADER, Purpose.SUSPENDED), Lane.SAFETY))
    assert late.title == "作业中｜一级动火", "it was stopped and resumed while the platform was away"
    await desk.world.taps(WORKER, Action.STOP, NUMBER)
    now = card_of(await desk.of(told(LEADER, Purpose.SUSPENDED), Lane.SAFETY))
    assert now.title == "立即停工｜一级动火"


async def test_a_permit_nobody_knows_is_nothing_to_be_said(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    unknown = out.PermitCard(person=WORKER, permit=PermitId("DHZY-HC-19990101-001"), purpose=Purpose.STARTED)
    assert await desk.of(unknown) == ()


def test_every_purpose_says_when_it_stands() -> None:
    for purpose in Purpose:
        for status in Status:
            assert isinstance(stands(view(permit(status), GUARD, set()), purpose), bool)
    assert Purpose.SUSPENDED not in INVITATIONS


@pytest.mark.parametrize(
    ("purpose", "status", "expected"),
    [
        (Purpose.ASK_ACCEPT, Status.SUBMITTED, True),
        (Purpose.ASK_ACCEPT, Status.PREPARING, False),
        (Purpose.ASK_PREPARE, Status.IN_REVIEW, False),
        (Purpose.ISSUED, Status.ACTIVE, False),
        (Purpose.ASK_START, Status.ISSUED, True),
        (Purpose.ASK_START, Status.ACTIVE, False),
        (Purpose.ASK_BRIEF, Status.ISSUED, True),
        (Purpose.ASK_BRIEF, Status.ACTIVE, False),
        (Purpose.STARTED, Status.SUSPENDED, False),
        (Purpose.SUSPENDED, Status.SUSPENDED, True),
        (Purpose.SUSPENDED, Status.ACTIVE, False),
        (Purpose.RESUMED, Status.SUSPENDED, False),
        (Purpose.EXPIRED, Status.EXPIRED, True),
        (Purpose.REJECTED, Status.REJECTED, True),
        (Purpose.CLOSED, Status.ARCHIVED, True),
        (Purpose.ASK_ACCEPTANCE, Status.CLOSED, False),
    ],
)
def test_what_stands_in_which_status(purpose: Purpose, status: Status, expected: bool) -> None:
    assert stands(view(permit(status), GUARD, set(), asked=(GUARD,)), purpose) is expected


@pytest.mark.parametrize("purpose", [Purpose.ASK_APPROVE, Purpose.REMIND, Purpose.DEPUTISE, Purpose.ESCALATED])
def test_what_was_held_back_about_one_step_is_not_said_about_the_next(purpose: Purpose) -> None:
    """Found by the simulated month: a reminder of one step left when its reader had just been asked for another."""
    waits = view(permit(Status.IN_REVIEW, escalated_to=(CHIEF,)), CHIEF, set(), asked=(CHIEF,))
    now = step_now(waits.permit, waits.now)
    assert now
    assert stands(waits, purpose, now)
    assert not stands(waits, purpose, "1:another")
    assert not stands(waits, purpose, now.replace("1:", "2:"))


async def test_nothing_of_a_night_is_said_about_a_step_nobody_waits_for_any_more() -> None:
    waits = view(permit(Status.IN_REVIEW), CHIEF, set(), asked=(CHIEF,))

    async def seen(_card: object) -> tuple[Reached | None, PermitView | None]:
        return None, waits

    now = step_now(waits.permit, waits.now)
    told = Overnight(person=CHIEF, permit=waits.permit.id, purpose=Purpose.ASK_APPROVE, night="night", step=now)
    assert (await still_to_say((told,), seen))[1] == (waits,)
    assert (await still_to_say((replace(told, step="1:another"),), seen))[1] == ()


def test_a_prompt_stands_while_it_is_open_or_was_missed() -> None:
    def prompt(**changes: Any) -> bool:
        return stands(view(permit(Status.ACTIVE, **changes), GUARD, set()), Purpose.PROMPT)

    assert prompt(prompt_open=3)
    assert prompt(prompts_missed=1)
    assert not prompt()


# --- refreshing ------------------------------------------------------------------------------------------------------


async def test_the_answer_to_a_tap_says_when_it_was(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    (edit,) = await desk.of(out.PermitRefresh(person=WORKER, permit=PERMIT, handle="code-1"))
    assert isinstance(edit, Edit)
    assert (edit.user, edit.handle, edit.card.source) == (WORKER, "code-1", "作业票")
    assert edit.answer is not None
    assert edit.answer.source == "作业票 · 08:01:00更新"


async def hold(world: World, *people: PersonId) -> None:
    for number, person in enumerate(people):
        card = CardSent(
            platform="wecom", task_id=f"held-{number}", subject=subject(NUMBER), person=person, shown_version=1,
            content_hash="|", sent_at=world.now, updated_at=world.now,
        )  # fmt: skip
        await world.writer.submit(lambda tx, card=card: tx.record_card(card))  # type: ignore[misc]  # a bound default


async def test_everybody_who_holds_a_card_is_refreshed_but_who_just_pressed(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await hold(desk.world, CHIEF)
    before = {edit.person for edit in await desk.of(out.HoldersRefresh(permit=PERMIT)) if isinstance(edit, Edit)}
    assert {CHIEF, WORKER, LEADER} <= before
    after = [
        edit.person for edit in await desk.of(out.HoldersRefresh(permit=PERMIT, but=CHIEF)) if isinstance(edit, Edit)
    ]
    assert set(after) == before - {CHIEF}
    assert len(after) == len(set(after))


async def test_one_card_that_cannot_be_rendered_does_not_keep_the_others_from_theirs(at_stage: Stage) -> None:
    class Stumbling(Viewer):
        """Cannot show the leader his card."""

        def seen_by(self, tx: Any, alike: Any, person: Any, **more: Any) -> Any:
            if person == LEADER:
                raise RuntimeError("a bug in a view")
            return super().seen_by(tx, alike, person, **more)

    world = at_stage("active")
    desk = studio(world, Stumbling(house=world.house))
    edits = await desk.of(out.HoldersRefresh(permit=PERMIT))
    people = {edit.person for edit in edits if isinstance(edit, Edit)}
    assert WORKER in people
    assert LEADER not in people


async def test_a_comparison_that_cannot_be_had_keeps_nobody_else_from_his_card(at_stage: Stage) -> None:
    async def compared(view: PermitView) -> str:
        raise RuntimeError("a bug in a comparison")

    desk = studio(at_stage("review"), compared=compared)
    await hold(desk.world, UNIT, CHIEF)
    edits = await desk.of(out.HoldersRefresh(permit=PERMIT))
    people = {edit.person for edit in edits if isinstance(edit, Edit)}
    assert CHIEF in people
    assert UNIT not in people


# --- who and where ---------------------------------------------------------------------------------------------------


async def test_a_stop_for_somebody_without_an_account_is_no_silence(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.put(
        Register(accounts=(Account(platform="wecom", corp=CORP, userid=WORKER, person=WORKER, active=False),))
    )
    with pytest.raises(NoAddress, match=WORKER):
        await desk.of(told(WORKER, Purpose.SUSPENDED), Lane.SAFETY)
    with pytest.raises(NoAddress):
        await desk.of(out.Answer(person=WORKER, key=Say.STOP_WHETHER.value), Lane.SAFETY)
    assert await desk.of(told(WORKER, Purpose.STARTED)) == ()
    assert await desk.of(out.PermitRefresh(person=WORKER, permit=PERMIT)) == ()


async def test_an_account_of_another_corp_or_platform_is_none_of_ours(at_stage: Stage) -> None:
    """A user id means somebody else there: a message must not reach the namesake."""
    desk = studio(at_stage("active"))
    foreign = (
        Account(platform="dingtalk", corp="ding", userid="wq", person=WORKER),
        Account(platform="wecom", corp="other", userid="wq", person=WORKER),
        Account(platform="wecom", corp=CORP, userid=WORKER, person=WORKER, active=False),
    )
    await desk.put(Register(accounts=foreign))
    with pytest.raises(NoAddress):
        await desk.of(told(WORKER, Purpose.SUSPENDED), Lane.SAFETY)


def note(purpose: Purpose, **more: Any) -> out.GroupNote:
    return out.GroupNote(group=GROUP, permit=PERMIT, purpose=purpose, **more)


def chats(*keys: str, corp: str = CORP) -> Register:
    return Register(chats=tuple(GroupChat(group=GROUP, platform="wecom", corp=corp, chat=key) for key in keys))


async def test_a_group_hears_one_line_in_each_of_its_chats(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.put(chats("robot-1", "robot-2"))
    await desk.put(chats("foreign", corp="other"))
    posts = await desk.of(note(Purpose.STARTED), Lane.INFORMATION)
    assert [post.chat for post in posts if isinstance(post, GroupPost)] == ["robot-1", "robot-2"]
    assert all(isinstance(post, GroupPost) and post.text.startswith("【已开工】") for post in posts)


async def test_a_digest_goes_to_every_chat_of_its_group_and_to_a_manager_when_something_is_wrong(
    at_stage: Stage,
) -> None:
    desk = studio(at_stage("active"))
    await desk.put(chats("robot-1", "robot-2"))
    to_group, to_manager = (
        out.Digest(shift=desk.world.now, group=GROUP),
        out.Digest(shift=desk.world.now, person=PersonId(SAFETY)),
    )
    posts = await desk.of(to_group, Lane.INFORMATION)
    assert [post.chat for post in posts if isinstance(post, GroupPost)] == ["robot-1", "robot-2"]
    assert all(isinstance(post, GroupPost) and "【正在作业】1项" in post.text for post in posts)
    assert await desk.of(to_manager, Lane.INFORMATION) == ()
    await desk.world.says(LEADER, "停工 有异味")
    message = pushed(await desk.of(to_manager, Lane.INFORMATION)).message
    assert isinstance(message, Bubble)
    assert "【异常】1项" in message.text


@pytest.mark.parametrize(("login", "doors"), [("wecom", True), ("dingtalk", False)])
async def test_a_line_is_a_door_only_where_people_can_sign_in(at_stage: Stage, login: str, doors: bool) -> None:
    world = at_stage("active")
    presenter = DigestPresenter(
        writer=world.writer, house=world.house, base="https://permit.example.com", pages_on=frozenset({login}),
        read=world.writer.submit, account=lambda *_: None, chats=lambda *_: (("wecom", "robot-1"),),
    )  # fmt: skip
    (post,) = await presenter(out.Digest(shift=world.now, group=GROUP), world.now)
    assert isinstance(post, GroupPost)
    assert any(post.links) is doors


async def test_the_map_is_a_picture_and_too_late_it_is_nothing(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.put(chats("robot-1"))
    (post,) = await desk.of(out.RiskMap(group=GROUP, shift=desk.world.now), Lane.INFORMATION)
    assert isinstance(post, GroupPost)
    assert post.file is not None
    assert post.file.pictured
    assert post.file.data.startswith(b"\x89PNG")
    yesterday = out.RiskMap(group=GROUP, shift=desk.world.now - timedelta(days=1))
    assert await desk.of(yesterday, Lane.INFORMATION) == ()


async def test_a_stop_for_a_group_without_a_chat_is_no_silence_a_digest_is(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    with pytest.raises(NoAddress):
        await desk.of(note(Purpose.SUSPENDED), Lane.SAFETY)
    assert await desk.of(note(Purpose.STARTED), Lane.INFORMATION) == ()


async def test_a_line_to_a_group_that_no_longer_stands(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.put(chats("robot"))
    assert await desk.of(note(Purpose.ASK_APPROVE), Lane.INFORMATION) == ()
    (late,) = await desk.of(note(Purpose.SUSPENDED), Lane.SAFETY)
    assert isinstance(late, GroupPost)
    assert late.text.startswith("【作业中】")


async def test_who_was_not_reached_stands_before_the_line(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.put(chats("robot"))
    await desk.world.taps(WORKER, Action.STOP, NUMBER)
    missed = note(
        Purpose.SUSPENDED, note=Say.UNDELIVERED.value, args={"what": "立即停工", "names": "王强", "ids": "wangqiang"}
    )
    (post,) = await desk.of(missed, Lane.SAFETY)
    assert isinstance(post, GroupPost)
    first, second = post.text.split("\n")
    assert first == "「立即停工」没有送到：王强。请马上打电话或当面告诉。"
    assert second.startswith("【立即停工】")


# --- plain words -----------------------------------------------------------------------------------------------------


class Blind(Viewer):
    """Cannot show anything."""

    def alike(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug in a view")


async def test_a_stop_in_plain_words_needs_neither_card_nor_state(at_stage: Stage) -> None:
    world = at_stage("active")
    desk = studio(world, Blind(house=world.house))
    await desk.put(chats("robot"))
    expected = words.PLAIN_ALARM.format(what="立即停工", number=NUMBER)
    assert text_of(await desk.plain(told(WORKER, Purpose.SUSPENDED)) or ()) == f"{expected}\n{PAGE}{NUMBER}"
    (post,) = await desk.plain(note(Purpose.SUSPENDED)) or ()
    assert post == GroupPost(platform="wecom", chat="robot", text=expected)


async def test_an_alarm_in_plain_words_still_says_who_was_not_reached(at_stage: Stage) -> None:
    """For his superior that is all it was sent for."""
    missed = {"what": "立即停工", "names": "王强", "ids": WORKER}
    desk = studio(at_stage("active"))
    await desk.put(chats("robot"))
    first = "「立即停工」没有送到：王强。请马上打电话或当面告诉。"
    climbed = replace(told(LEADER, Purpose.SUSPENDED), note=Say.UNDELIVERED.value, args=missed)
    said = text_of(await desk.plain(climbed) or ())
    assert said.startswith(f"{first}\n【立即停工】{NUMBER}")
    said = text_of(await desk.plain(replace(climbed, purpose=None)) or ())
    assert said.startswith(f"{first}\n【作业票】{NUMBER}")
    (post,) = await desk.plain(note(Purpose.SUSPENDED, note=Say.UNDELIVERED.value, args=missed)) or ()
    assert isinstance(post, GroupPost)
    assert post.text.startswith(f"{first}\n【立即停工】{NUMBER}")
    broken = replace(climbed, args={})
    assert text_of(await desk.plain(broken) or ()).startswith(f"【立即停工】{NUMBER}"), "its words are no reason"


async def test_an_alarm_about_a_hazard_says_in_plain_words_to_obey_at_once(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    told_of = out.HazardCard(person=UNIT, hazard=HazardId("YH-HC-20260318-001"), about="work_order")
    assert "请马上照办" in text_of(await desk.plain(told_of) or ())
    assert "请马上照办" not in text_of(await desk.plain(told_of, Lane.ACTION) or ())


async def test_an_alarm_in_plain_words_is_said_whatever_can_be_seen(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    nowhere = out.PermitCard(person=WORKER, permit=PermitId("DHZY-HC-20260318-404"), purpose=Purpose.SUSPENDED)
    assert text_of(await desk.plain(nowhere) or ()).startswith("【立即停工】")
    assert await desk.plain(nowhere, Lane.ACTION) == (), "anything else is not said of what is not there"


async def test_in_plain_words_what_cannot_even_be_looked_at_is_said(at_stage: Stage) -> None:
    world = at_stage("active")
    desk = studio(world, Blind(house=world.house))
    assert NUMBER in text_of(await desk.plain(told(UNIT, Purpose.ASK_APPROVE), Lane.ACTION) or ())


async def test_a_group_nobody_can_reach_is_no_group_that_heard_it_in_plain_words_either(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    with pytest.raises(NoAddress):
        await desk.plain(note(Purpose.SUSPENDED))
    assert await desk.plain(note(Purpose.STARTED), Lane.INFORMATION) == ()


async def test_one_line_says_what_is_asked_and_how_to_answer_without_the_card(at_stage: Stage) -> None:
    desk = studio(at_stage("review"))

    async def line(intent: out.Outgoing) -> str:
        return text_of(await desk.plain(intent, Lane.ACTION) or ())

    asked = await line(told(UNIT, Purpose.ASK_APPROVE))
    assert asked == f"【请审批】{NUMBER}。卡片没能送出，请发「查 {NUMBER}」办理；还是看不到，请打电话。\n{PAGE}{NUMBER}"
    assert NUMBER in await line(out.PermitCard(person=UNIT, permit=PERMIT, purpose=None))
    assert NUMBER in await line(out.PermitRefresh(person=UNIT, permit=PERMIT, handle="code-1"))
    assert NUMBER in await line(out.Refusal(person=UNIT, permit=PERMIT, asked="start", findings=()))
    hazard = HazardId("YH-HC-20260318-001")
    assert str(hazard) in await line(out.HazardCard(person=UNIT, hazard=hazard, about="work_order"))
    assert str(hazard) in await line(out.HazardCard(person=UNIT, hazard=hazard))
    question = await line(out.Ask(person=UNIT, subject="ask:1", key=Say.STOP_WHICH.value))
    assert question.endswith("（卡片没能送出，请直接用文字回答。）")
    assert "申请还在" in await line(out.DraftCard(person=UNIT))
    assert "查 票号" in await line(out.TaskList(person=UNIT))
    assert "过一会儿再要" in await line(out.WatchFile(person=UNIT))


async def test_one_line_for_a_night_names_every_permit_once(at_stage: Stage) -> None:
    desk = studio(at_stage("review"))
    night = out.Overnight(person=UNIT, permit=PERMIT, purpose=Purpose.ASK_APPROVE, night="night/")
    rows = [
        NewMessage(
            key=f"night/{nth}", lane=Lane.ACTION, recipient=UNIT, purpose="x", payload=pack_outgoing(night),
            at=desk.world.now,
        )
        for nth in (1, 2)
    ]  # fmt: skip

    def put(tx: Tx) -> None:
        for row in rows:
            tx.post(row)

    await desk.world.writer.submit(put)
    first, second = (replace(desk.row(night, Lane.ACTION), key=row.key) for row in rows)
    assert text_of(await desk.presenter.plain(first) or ()).startswith(f"【夜里的作业票】{NUMBER}。")
    assert await desk.presenter.plain(second) == (), "the first one spoke for all"


async def test_in_plain_words_as_well_what_no_longer_stands_is_not_asked(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    assert await desk.plain(told(UNIT, Purpose.ASK_APPROVE), Lane.ACTION) == ()
    assert await desk.plain(told(UNIT, Purpose.STARTED), Lane.ACTION), "what tells of something is told"
    assert await desk.plain(told(UNIT, Purpose.SUSPENDED), Lane.ACTION), "and if it is over by now"
    night = out.Overnight(person=UNIT, permit=PERMIT, purpose=Purpose.ASK_APPROVE, night="r")
    row = NewMessage(
        key="row", lane=Lane.ACTION, recipient=UNIT, purpose="x", payload=pack_outgoing(night), at=desk.world.now
    )
    await desk.world.writer.submit(lambda tx: tx.post(row))
    assert await desk.plain(night, Lane.ACTION) == (), "of the night nothing waits any more"
    nobody = await desk.plain(out.HoldersRefresh(permit=PERMIT), Lane.ACTION)
    assert nobody is None, "nothing was to be said to anybody"


# --- the conversation ------------------------------------------------------------------------------------------------


async def test_drafts_are_pushed_and_changed_where_they_stand(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    assert await desk.of(out.DraftCard(person=LEADER)) == (), "there is none"
    await desk.world.says(LEADER, "明天8点到11点 3号罐 换法兰 电焊 作业人王强 监护赵敏")
    card = card_of(await desk.of(out.DraftCard(person=LEADER)))
    assert card.subject == f"draft:{LEADER}"
    (edit,) = await desk.of(out.DraftCard(person=LEADER, handle="code-1"))
    assert isinstance(edit, Edit)
    assert edit.handle == "code-1"


async def test_the_small_things(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    assert text_of(await desk.of(out.Answer(person=WORKER, key=Say.HOW_TO_SCAN.value))).startswith("点菜单「扫码」")
    assert card_of(await desk.of(out.TaskList(person=WORKER))).title == "我的任务：0件等您办，共1件"
    assert text_of(await desk.of(out.TaskList(person=CHIEF))) == words.NO_TASKS
    stranger = pushed(await desk.of(out.Stranger(platform="wecom", corp=CORP, user="xx")))
    assert (stranger.user, stranger.message) == ("xx", Bubble(text=STRANGER))
    fetch = out.Fetch(person=WORKER, platform="wecom", corp=CORP, user=WORKER, handle="m1", kind="photo", origin="a1")
    assert await desk.of(fetch) == (Done(),)
    assert desk.fetched.wanted == [fetch]
    (settled,) = await desk.of(
        out.Settled(
            person=WORKER,
            subject="ask:1",
            key=Say.REASON_TAKEN.value,
            args={"number": NUMBER, "asked": "拒绝", "reason": "x"},
        )
    )
    assert isinstance(settled, Edit)
    assert (settled.card.done, settled.card.buttons) == (words.SETTLED, ())


async def test_a_no_names_what_was_asked_and_why(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    finding = Finding(
        gate="gas.fresh", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="r", clause="GB 30871 5.3.1",
        fact="气体分析已超过30分钟", cure="请重新分析", who="分析人",
    )  # fmt: skip
    no = out.Refusal(person=GUARD, permit=PERMIT, asked="start", findings=(finding,))
    said = text_of(await desk.of(no))
    assert said.startswith(f"现在不能确认开工（{NUMBER}），原因：\n× 气体分析已超过30分钟（GB 30871 5.3.1）→请重新分析")
    why = text_of(await desk.of(replace(no, asked="why")))
    assert why.startswith(f"{NUMBER}：有1项不满足。")


async def test_what_lies_behind_the_glass_is_read_at_that_moment_and_not_later(at_stage: Stage) -> None:
    desk = studio(at_stage("active"))
    await desk.world.says(WORKER, "我的血型 A型")
    behind = out.BehindGlass(person=SAFETY, subject=WORKER, ends=desk.world.now + timedelta(minutes=10))
    assert "血型：A型" in text_of(await desk.of(behind, Lane.SAFETY))
    await desk.world.says(WORKER, "删除我的紧急信息")
    assert "血型：未登记" in text_of(await desk.of(behind, Lane.SAFETY))
    desk.world.now += timedelta(minutes=10)
    assert await desk.of(behind, Lane.SAFETY) == ()
