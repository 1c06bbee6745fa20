"""Two codes of one place before the safety department: the card, the tap, the line, and the press that comes late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.ask import ask_card
from cards.buttons import Action
from cards.wecom import encode
from handlers.aliases import judged
from handlers.matching import propose
from handlers.outgoing import Ask, Settled
from storage.tx import Tx
from tests.handlers.test_aliases import NEW, OLD, doubled
from tests.support.hot_work import LEADER, SAFETY
from tests.support.office import Rows, Stage, World
from workflow.plant import LinkKind

PAIR = f"{NEW}\n{OLD}"
"""The subject of the buttons: the two codes in order."""


@pytest.fixture
async def site(at_stage: Stage) -> World:
    """A plant in which somebody loaded the new list of places beside the old one."""
    world = at_stage("submitted")
    await world.writer.submit(doubled)
    await world.rows()
    return world


async def proposed(world: World) -> Rows:
    await world.writer.submit(lambda tx: propose(tx, world.house, world.now))
    return await world.rows()


async def verdict(world: World) -> LinkKind | None:
    def look(tx: Tx) -> LinkKind | None:
        link = judged(tx.directory, OLD, NEW)
        return link.kind if link is not None else None

    return await world.writer.submit(look)


async def test_the_department_gets_the_pair_once_with_its_evidence(site: World) -> None:
    rows = await proposed(site)
    (ask,) = rows.of(Ask, SAFETY)
    assert {row.recipient for row, _ in rows.claimed} >= {SAFETY}
    assert LEADER not in {row.recipient for row, _ in rows.claimed}
    facts = dict(line.partition("：")[::2] for line in ask.args["rows"].splitlines())
    assert facts["编码"] == f"{NEW} / {OLD}"
    assert facts["名称"] == "合成二塔塔顶平台 / 二合成塔顶平台"
    assert facts["位置"] == "没有围栏可比"
    assert facts["设备"] == "没有同名设备"
    assert facts["历史"] == "没有开过同样的票"
    assert "编码只差符号" in facts["依据"]
    assert (await proposed(site)).claimed == []
    site.now += timedelta(days=7)
    assert (await proposed(site)).of(Ask, SAFETY), "nobody said anything: asked again after a week"


async def test_the_card_has_three_buttons_and_its_facts_as_a_table(site: World) -> None:
    (ask,) = (await proposed(site)).of(Ask, SAFETY)
    offers = [(offer.press, offer.label) for offer in ask.offers]
    card = ask_card(ask.subject, ask.key, dict(ask.args), offers, lambda press: f"token:{press.arg}")
    assert [button.text for button in card.buttons] == ["是同一处", "不是", "以后再说"]
    assert [line.label for line in card.lines] == ["编码", "名称", "位置", "设备", "历史", "依据"]
    spelled = encode(card, task_id="t1", notice_url="https://example.com")
    assert spelled["card_type"] == "button_interaction"
    assert "编码只差符号" in str(spelled), "what is too long for the table stands whole below it"


@pytest.mark.parametrize(("arg", "kind"), [("same", LinkKind.SAME), ("apart", LinkKind.APART)])
async def test_one_tap_decides_and_every_card_says_so(site: World, arg: str, kind: LinkKind) -> None:
    everybody = {row.recipient for row, _ in (await proposed(site)).claimed}
    rows = await site.taps(SAFETY, Action.PLACES, PAIR, arg)
    assert await verdict(site) is kind
    assert {settled.person for settled in rows.of(Settled)} == everybody
    assert {settled.key for settled in rows.of(Settled)} == {f"alias_{arg}"}


async def test_a_press_that_comes_late_is_answered_and_changes_nothing(site: World) -> None:
    await proposed(site)
    await site.says(SAFETY, f"不是同一处 {OLD} {NEW}")
    assert await verdict(site) is LinkKind.APART
    rows = await site.taps(SAFETY, Action.PLACES, PAIR, "same")
    assert rows.said(SAFETY) == ["alias_settled"]
    assert [settled.key for settled in rows.of(Settled)] == ["alias_settled"]
    assert await verdict(site) is LinkKind.APART


async def test_later_leaves_it_open_and_asks_again_in_a_week(site: World) -> None:
    await proposed(site)
    rows = await site.taps(SAFETY, Action.PLACES, PAIR, "later")
    assert [settled.key for settled in rows.of(Settled)] == ["alias_later"]
    assert await verdict(site) is None
    site.now += timedelta(days=6)
    assert (await proposed(site)).claimed == []
    site.now += timedelta(days=1)
    assert (await proposed(site)).of(Ask, SAFETY)


async def test_a_line_decides_as_a_tap_does_and_may_change_the_word(site: World) -> None:
    assert (await site.says(SAFETY, f"同一处 {OLD.lower()}、{NEW}")).said(SAFETY) == ["alias_same"]
    assert await verdict(site) is LinkKind.SAME
    assert (await site.says(SAFETY, f"不是同一处 {OLD} {NEW}")).said(SAFETY) == ["alias_apart"]
    assert await verdict(site) is LinkKind.APART
    assert (await site.says(SAFETY, "重复编码")).said(SAFETY) == ["alias_none"]


async def test_nobody_else_decides(site: World) -> None:
    assert (await site.says(LEADER, f"同一处 {OLD} {NEW}")).said(LEADER) == ["alias_not"]
    assert (await site.taps(LEADER, Action.PLACES, PAIR, "same")).said(LEADER) == ["alias_not"]
    assert await verdict(site) is None
    assert (await site.says(SAFETY, "同一处 TW12")).said(SAFETY) == ["alias_how"]
    assert (await site.says(SAFETY, "同一处 TW12 没有的")).said(SAFETY) == ["alias_not"]
    assert (await site.says(SAFETY, "重复编码")).said(SAFETY) == ["alias_ask"]
