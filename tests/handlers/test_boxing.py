"""A lock box by chat and by card: two permits on one isolation, each crew its own lock, the last one off frees it."""

from __future__ import annotations

import pytest

from cards.ask import ask_card
from cards.buttons import Action
from cards.wecom import encode
from handlers.outgoing import Answer, Ask
from handlers.streams import lock_boxes_of
from tests.handlers.test_isolating import cancelled
from tests.support.hot_work import GUARD, LEADER, NUMBER, SAFETY, SHIFT, WORKER
from tests.support.office import SITE, Rows, Stage, World
from workflow.ids import SiteId
from workflow.lockbox.state import LockBox

BOX = "SX-HC-20260318-001"


@pytest.fixture
async def site(at_stage: Stage) -> World:
    """Two isolations of the shift leader, both proven, and a permit that is issued."""
    world = at_stage("issued")
    for lock, what in (("L12", "进料阀"), ("L13", "出料阀")):
        await world.says(SHIFT, f"上锁 2号罐 {what} 阀门 锁{lock}")
        await world.says(WORKER, f"验证 {lock} 放空无压")
    return world


async def box(world: World) -> LockBox:
    return await world.writer.submit(lambda tx: tx.load(lock_boxes_of(SiteId(SITE)), BOX)[0])


async def kinds(world: World) -> list[str]:
    records = await world.writer.submit(lambda tx: tx.records(lock_boxes_of(SiteId(SITE)), BOX))
    return [record.kind for record in records]


def keys(rows: Rows, person: str) -> list[str]:
    return [answer.key for answer in rows.of(Answer, person)]


async def test_from_set_up_to_given_up(site: World) -> None:
    assert keys(await site.says(SHIFT, "设锁箱 X1 L12 L13"), SHIFT) == ["box_set"]
    assert keys(await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}"), LEADER) == ["box_hung"]
    assert keys(await site.says(WORKER, f"挂箱锁 X1 锁C6 {NUMBER.lower()}"), WORKER) == ["box_hung"]
    standing = await site.writer.submit(lambda tx: tx.isolations_of(NUMBER))
    assert [row.lock for row in standing] == ["L12", "L13"], "hanging a lock on cites everything in the box"
    assert (await site.says(LEADER, "摘箱锁 X1 C5")).refused(LEADER) == ["box.cited"]
    assert (await site.says(SHIFT, "解锁 L12")).refused(SHIFT) == ["isolation.boxed"]
    await cancelled(site)
    assert (await site.says(SHIFT, "解锁 L12")).refused(SHIFT) == ["isolation.boxed"], "people may still be inside"
    assert keys(await site.says(LEADER, "摘箱锁 X1"), LEADER) == ["box_off"]
    assert (await site.says(SHIFT, "拆锁箱 X1")).refused(SHIFT) == ["box.locks"]
    rows = await site.says(WORKER, "摘箱锁 X1 C6")
    assert keys(rows, WORKER) == ["box_off"]
    assert keys(rows, SHIFT) == ["box_free"], "the keeper hears that the last one is off"
    assert keys(await site.says(SHIFT, "解锁 L12"), SHIFT) == ["isolation_off"]
    assert keys(await site.says(SHIFT, "拆锁箱 X1"), SHIFT) == ["box_given_up"]
    assert (await kinds(site))[-1] == "BoxGivenUp"


async def test_nobody_takes_off_the_lock_of_another_and_the_attempt_is_kept(site: World) -> None:
    await site.says(SHIFT, "设锁箱 X1 L12 L13")
    await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}")
    await cancelled(site)
    assert (await site.says(WORKER, "摘箱锁 X1 C5")).refused(WORKER) == ["box.own"]
    assert (await site.taps(SHIFT, Action.BOX, BOX, "off:C5")).refused(SHIFT) == ["box.own"]
    assert (await site.says(WORKER, "强制摘箱锁 X1 C5 急用")).refused(WORKER) == ["who.role"]
    assert (await kinds(site))[2:] == ["BoxRefused"] * 3
    assert keys(await site.says(SAFETY, "强制摘箱锁 X1 C5号锁 锁主住院2天，现场无人"), SAFETY) == ["box_off"]
    assert (await kinds(site))[-1] == "CrewLockBroken"
    assert (await box(site)).locks == ()


async def test_the_card_shows_who_has_a_lock_on_and_its_buttons_do_what_the_lines_do(site: World) -> None:
    await site.says(SHIFT, "设锁箱 X1 L12 L13")
    await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}")
    (ask,) = (await site.says(WORKER, "看锁箱 X1")).of(Ask, WORKER)
    assert [offer.press.arg for offer in ask.offers] == ["look:"], "he has no lock on it"
    assert ask.args["rows"] == f"隔离点：L12、L13\n锁C5：李强（设备部）{NUMBER}"
    (ask,) = (await site.says(LEADER, "看锁箱 X1")).of(Ask, LEADER)
    assert [offer.label for offer in ask.offers] == ["摘锁C5", "刷新"]
    card = ask_card(ask.subject, ask.key, dict(ask.args), [(o.press, o.label) for o in ask.offers], lambda p: p.arg)
    assert NUMBER in str(encode(card, task_id="t", notice_url="https://example.com"))
    (offered,) = (await site.says(LEADER, "交箱锁 X1 王强")).of(Ask, WORKER)
    assert [offer.label for offer in offered.offers] == ["接锁C5", "刷新"]
    rows = await site.taps(WORKER, Action.BOX, BOX, "take:C5")
    assert keys(rows, WORKER) == ["box_taken"]
    assert [lock.owner for lock in (await box(site)).locks] == [WORKER]
    stale = await site.taps(LEADER, Action.BOX, BOX, "off:C5")
    assert stale.refused(LEADER) == ["box.own"]
    assert [ask.key for ask in stale.of(Ask, LEADER)] == ["box_card"], "the card as it is now"


async def test_a_key_put_in_later_is_stood_on_by_everybody(site: World) -> None:
    await site.says(SHIFT, "设锁箱 X1 L12")
    await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}")
    assert keys(await site.says(SHIFT, "入箱 X1 L13"), SHIFT)[-1] == "box_key_in"
    assert [row.lock for row in await site.writer.submit(lambda tx: tx.isolations_of(NUMBER))] == ["L12", "L13"]


async def test_what_is_not_proven_or_not_ones_own_is_refused(site: World) -> None:
    await site.says(SHIFT, "上锁 2号罐 氮气阀 阀门 锁L14")
    assert (await site.says(LEADER, "设锁箱 X1 L12")).refused(LEADER) == ["box.own_key"]
    await site.says(SHIFT, "设锁箱 X1 L12 L14")
    assert (await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}")).refused(LEADER) == ["box.proven"]
    await site.says(WORKER, "验证 L14 放空无压")
    assert (await site.says(SHIFT, f"挂箱锁 X1 锁C5 {NUMBER}")).refused(SHIFT) == ["box.crew"]
    assert (await site.says(LEADER, f"挂箱锁 X1 锁L12 {NUMBER}")).refused(LEADER) == ["box.number"]
    assert (await site.says(SHIFT, "设锁箱 X2 L12")).refused(SHIFT) == ["box.key"]
    assert (await site.says(SHIFT, "设锁箱 X1 L13")).refused(SHIFT) == ["box.label"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("设锁箱", "box_how"),
        ("设锁箱 X1", "box_how"),
        ("设锁箱 X1 L99", "isolation_unknown"),
        ("挂箱锁 X9 锁C5", "box_unknown"),
        ("看锁箱", "box_how"),
        ("锁箱台账", "box_none"),
    ],
)
async def test_what_is_not_clear_is_asked_and_nothing_is_done(site: World, line: str, said: str) -> None:
    assert keys(await site.says(GUARD, line), GUARD) == [said]
    assert await site.writer.submit(lambda tx: tx.lock_boxes_in_use()) == ()


async def test_the_list_names_everybody_who_has_a_lock_on(site: World) -> None:
    await site.says(SHIFT, "设锁箱 X1 L12")
    await site.says(LEADER, f"挂箱锁 X1 锁C5 {NUMBER}")
    (answer,) = (await site.says(GUARD, "锁箱台账")).of(Answer, GUARD)
    assert answer.args == {"count": "1", "lines": "X1 二号罐区：1处隔离，挂着1把锁（李强）"}
    assert keys(await site.taps(GUARD, Action.BOX, "SX-HC-20260318-009", "look:"), GUARD) == ["box_unknown"]
