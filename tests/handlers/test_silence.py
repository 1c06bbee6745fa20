"""While the equipment system is silent: who is asked by a card, and what a tap or a sentence confirms."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.ask import ask_card
from cards.buttons import Action
from cards.permit import permit_card
from handlers.outgoing import Ask, Settled
from handlers.views import Viewer
from tests.handlers.test_interlocking import DENIED, PURGED, linked, start, system_says
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT
from tests.support.office import Rows, Stage, World
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.state import Status

ALL = {SHIFT, UNIT, "dengkai"}
"""The shift leader, the head of the owning workshop and his deputy."""


@pytest.fixture
def site(at_stage: Stage) -> World:
    """Everything in place for the start, in a plant whose equipment system has said nothing yet."""
    return linked(at_stage("ready"))


def asked(rows: Rows) -> set[str]:
    return {ask.person for ask in rows.of(Ask) if ask.key == "purge_ask"}


async def by_hand(world: World) -> list[e.PurgeConfirmedByHand]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.PurgeConfirmedByHand)]


async def test_a_start_refused_for_silence_asks_those_who_may_stand_in_for_it(site: World) -> None:
    rows = await start(site)
    assert rows.refused(GUARD) == ["purged"]
    assert asked(rows) == ALL
    ask = next(one for one in rows.of(Ask) if one.person == SHIFT)
    assert "没有报过2号罐的状态" in ask.args["why"]
    card = ask_card(ask.subject, ask.key, dict(ask.args), [(o.press, o.label) for o in ask.offers], lambda _: "token")
    assert [each.text for each in card.buttons] == [
        "现场取样分析合格",
        "排净放空并加盲板",
        "蒸煮吹扫检测合格",
        "自己写一句",
    ]
    assert asked(await site.taps(GUARD, Action.START, NUMBER, "guardian")) == set(), "asked a moment ago"
    site.now += timedelta(minutes=30)
    await site.scans(GUARD, BOARD)
    rows = await site.taps(GUARD, Action.START, NUMBER, "guardian")
    assert rows.refused(GUARD)[0] == "purged"
    assert asked(rows) == ALL


async def test_one_tap_with_an_observation_confirms_and_the_other_card_says_who(site: World) -> None:
    await start(site)
    rows = await site.taps(SHIFT, Action.PURGED, NUMBER, "sampled")
    (event,) = await by_hand(site)
    assert (event.by.as_person, event.how) == (SHIFT, "现场取样分析合格")
    assert {settled.person for settled in rows.of(Settled)} == ALL
    assert rows.said(SHIFT) == ["purge_confirmed"]
    await start(site)
    assert await site.status(NUMBER) is Status.ACTIVE


async def test_a_sentence_of_ones_own_is_asked_for_and_kept(site: World) -> None:
    await start(site)
    assert (await site.taps(UNIT, Action.PURGED, NUMBER, "write")).said(UNIT) == ["purge_write"]
    assert await by_hand(site) == []
    assert (await site.says(UNIT, "顶部放空阀全开，测爆仪为零")).said(UNIT) == ["purge_confirmed"]
    (event,) = await by_hand(site)
    assert (event.by.as_person, event.how) == (UNIT, "顶部放空阀全开，测爆仪为零")


async def test_nobody_else_and_nobody_against_the_system(site: World) -> None:
    await start(site)
    for who in (GUARD, LEADER, SAFETY):
        assert (await site.taps(who, Action.PURGED, NUMBER, "sampled")).refused(who) == ["who.role"], who
    await system_says(site, DENIED)
    rows = await site.taps(SHIFT, Action.PURGED, NUMBER, "sampled")
    assert rows.refused(SHIFT) == ["purged"]
    assert await by_hand(site) == []


async def test_a_press_that_comes_late_is_answered(site: World) -> None:
    await start(site)
    stale = await site.taps(SHIFT, Action.PURGED, NUMBER, "sampled", revision=0)
    assert stale.said(SHIFT) == ["changed_since"]
    site.now += timedelta(minutes=1)
    await system_says(site, PURGED)
    assert (await site.taps(SHIFT, Action.PURGED, NUMBER, "sampled")).refused(SHIFT) == ["late.done"]
    assert (await site.taps(SHIFT, Action.PURGED, NUMBER)).said(SHIFT) == ["purge_spoken"]
    assert await by_hand(site) == []


async def test_the_permits_card_offers_it_to_who_may_and_only_while_it_is_silent(site: World) -> None:
    async def offered(who: str) -> bool:
        viewer = Viewer(house=site.house)
        view = await site.writer.submit(
            lambda tx: viewer.permit(
                tx, number, PersonId(who), purpose=None, now=site.now, seal=lambda press: press.action, page=None
            )
        )
        assert view is not None
        return Action.PURGED in {button.token for button in permit_card(view).buttons}

    number = (await site.permit(NUMBER)).id
    assert await offered(SHIFT)
    assert await offered(UNIT)
    assert not await offered(GUARD)
    assert (await site.taps(SHIFT, Action.PURGED, NUMBER)).said(SHIFT) == ["purge_ask"]
    await system_says(site, PURGED)
    assert not await offered(SHIFT)
