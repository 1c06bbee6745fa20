"""开链接: who is offered a link, who gets one, and what a foreman who signs for others runs into."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cards.buttons import Action
from cards.links import code_of
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.office import Office
from handlers.outgoing import Ask, VouchedLink
from handlers.unaccounted import without_account
from storage.directory import Account, Register
from storage.tx import Tx
from tests.support.crew import CREW, hire, hired, links_in
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER, prepared
from tests.support.office import SECRET, Rows, Stage, World
from workflow.effects import Lane
from workflow.ids import PersonId
from workflow.permit.events import AttemptRefused
from workflow.plant import Post
from workflow.vouching import LinkPurpose, LinkState


async def opens(world: World) -> Rows:
    return await world.taps(LEADER, Action.VOUCH, NUMBER, WORKER)


async def refused(world: World, who: str = LEADER) -> list[str]:
    rows = await world.taps(who, Action.VOUCH, NUMBER, WORKER)
    assert not rows.of(VouchedLink)
    return rows.refused(who)


async def test_when_the_permit_is_issued_the_foreman_is_asked_for_whom_he_opens_a_link(world: World) -> None:
    await hired(world)
    await prepared(world)
    rows = Rows([])
    for signer, node in ((UNIT, "site_unit"), (SAFETY, "safety_dept"), (CHIEF, "approver")):
        await world.scans(signer, BOARD)
        rows = await world.taps(signer, Action.APPROVE, NUMBER, node)
    for asked in (rows, await world.says(LEADER, "开链接")):
        (question,) = asked.of(Ask, LEADER)
        assert (question.key, [one.label for one in question.offers]) == ("vouch_ask", ["为 王强 开链接"])
        assert question.offers[0].press.arg == WORKER


async def test_link_and_code_come_in_two_messages_and_neither_holds_the_secret(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    rows = await opens(world)
    messages = rows.of(VouchedLink, LEADER)
    assert [one.part for one in messages] == ["link", "code"]
    assert code_of(messages[0].link, secret=SECRET) not in repr(messages)
    links, _ = await world.writer.submit(lambda tx: tx.load(world.house.links, LEADER))
    (link,) = links.links
    assert (link.person, link.permit, link.purpose) == (WORKER, NUMBER, LinkPurpose.BRIEFING)


async def test_in_words_and_by_name(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    assert len(links_in(await world.says(LEADER, "开链接 王强"))) == 1
    assert (await world.says(LEADER, "开链接 张不三")).said(LEADER) == ["vouch_how"]


async def test_after_the_briefing_a_link_is_for_stopping_only(at_stage: Stage) -> None:
    world = at_stage("active")
    await hired(world)
    await opens(world)
    links, _ = await world.writer.submit(lambda tx: tx.load(world.house.links, LEADER))
    assert links.links[-1].purpose is LinkPurpose.STOP


async def test_whoever_has_an_account_uses_it(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.writer.submit(lambda tx: hire(tx, reached=(WORKER,)))
    assert "vouch.account" in await refused(world)
    permit = await world.permit(NUMBER)
    assert any(isinstance(one, AttemptRefused) and "vouch.account" in one.gates for one in await world.events(NUMBER))
    assert permit.briefed == ()


async def test_an_unknown_name_becomes_nobody(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    rows = await world.taps(LEADER, Action.VOUCH, NUMBER, "zhangsan")
    assert "vouch.worker" in rows.refused(LEADER)
    assert not rows.of(VouchedLink)


def _joins_the_crew(tx: Tx, who: PersonId) -> None:
    tx.put_register(Register(people=(replace(tx.directory.people[who], employer=CREW),)))


async def test_guardian_and_plant_vouch_for_nobody(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    for who in (GUARD, UNIT):
        await world.writer.submit(partial(_joins_the_crew, who=who))
        assert "vouch.independent" in await refused(world, who)


async def test_a_foreman_of_another_company_is_refused(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    await world.writer.submit(
        lambda tx: tx.put_register(Register(people=(replace(tx.directory.people[LEADER], employer="东建安装"),)))
    )
    assert "vouch.crew" in await refused(world)
    await world.writer.submit(
        lambda tx: tx.put_register(
            Register(people=(replace(tx.directory.people[LEADER], employer=CREW, posts=(Post(key="foreman"),)),))
        )
    )
    assert len(links_in(await opens(world))) == 1


async def test_who_opens_for_many_within_a_minute_is_told_of(at_stage: Stage) -> None:
    """Three people on three phones is the most; here the limit is lowered, for the crew is small."""
    world = at_stage("issued")
    await hired(world)
    rules = replace(world.house.book.plant.vouching, people_a_minute=0)
    world.house = replace(
        world.house, book=replace(world.house.book, plant=replace(world.house.book.plant, vouching=rules))
    )
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    rows = await opens(world)
    assert not rows.of(VouchedLink)
    assert rows.refused(LEADER) == ["vouch.many"]
    assert rows.said(SAFETY) == ["vouch_many"]
    assert {row.lane for row, _ in rows.claimed if row.purpose == "vouch_many"} == {Lane.SAFETY.value}
    assert any(isinstance(one, AttemptRefused) and "vouch.many" in one.gates for one in await world.events(NUMBER))


async def test_the_foreman_takes_it_back(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    await opens(world)
    assert (await world.says(LEADER, "收回链接")).said(LEADER) == ["vouch_revoked"]
    links, _ = await world.writer.submit(lambda tx: tx.load(world.house.links, LEADER))
    assert [one.state for one in links.links] == [LinkState.REVOKED]


async def test_who_is_reached_needs_no_link(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    permit = await world.permit(NUMBER)
    nobody = Sender(platform="", corp="", user="")

    def waiting(tx: Tx) -> tuple[PersonId, ...]:
        return without_account(Desk(tx, world.house, now=world.now, cause="x", sender=nobody, actor=None), permit)

    assert await world.writer.submit(waiting) == (WORKER,)
    account = Account(platform="dingtalk", corp="ding", userid="wq", person=WORKER)
    await world.writer.submit(lambda tx: tx.put_register(Register(accounts=(account,))))
    assert await world.writer.submit(waiting) == ()
