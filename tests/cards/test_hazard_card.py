"""The card of a hazard: what it says at each stage, that it fits every platform, and whom it names."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest

from cards import dingtalk, wecom
from cards.buttons import Press
from cards.card import Card, Tone
from cards.hazard import HazardView, hazard_card
from cards.words_hazards import ABOUT, STAGE, STEPS, TAPS
from handlers.hazard_views import may_press
from tests.support.hazards import AT, CHIEF, FOREMAN, MENDER, OTHER_SAFETY, SAFETY, WORKER, Tracked, put_right, reported
from tests.support.wecom_cards import violations
from workflow.hazard import commands as c
from workflow.hazard.effects import About
from workflow.hazard.state import Stage
from workflow.ids import PersonId

LONG = "泵房2号泵护栏松动" + "并且踏板锈穿" * 60


def seal(press: Press) -> str:
    return f"token-{press.arg}"


def card(hazard: Tracked, who: PersonId, about: About | None = None, reporter: str = "") -> Card:
    state = hazard.state
    return hazard_card(
        HazardView(
            hazard=state, about=about, mine=who == WORKER, reporter=reporter, responsible="李强",
            may=tuple(may_press(state, hazard.facts, who)), now=hazard.now, zone=UTC, seal=seal,
        )
    )  # fmt: skip


def fits(shown: Card) -> None:
    """Both platforms take it."""
    encoded = wecom.encode(shown, task_id="ptw_1", notice_url="https://permits.example.com/")
    assert violations(encoded) == ()
    assert dingtalk.encode(shown, template="t.schema").public


def lives() -> list[Tracked]:
    """Hazards at every stage, mild and grave, under 督办, with more time asked for."""
    extended = reported()
    extended.ask(MENDER, c.AskExtension, until=AT + timedelta(days=5), why="备件没有到货" * 20)
    climbed = reported(LONG)
    climbed.clock()
    ended = put_right()
    ended.ask(SAFETY, c.Accept)
    dismissed = reported()
    dismissed.ask(SAFETY, c.Dismiss, why="现场核实完好")
    grave = put_right("泵房没有票就动火")
    return [reported(registered=None), reported(LONG), extended, climbed, put_right(), ended, dismissed, grave]


@pytest.mark.parametrize("hazard", lives(), ids=lambda hazard: hazard.state.stage.value)
def test_it_fits_both_platforms_for_everybody(hazard: Tracked) -> None:
    for who in (WORKER, MENDER, FOREMAN, SAFETY, OTHER_SAFETY, CHIEF):
        shown = card(hazard, who)
        fits(shown)
        assert STAGE[hazard.state.stage] in shown.title
        assert len(shown.buttons) <= 6


@pytest.mark.parametrize("about", About)
def test_every_reason_to_speak_is_said(about: About) -> None:
    shown = card(reported(), MENDER, about)
    assert shown.quote == ABOUT[about]
    fits(shown)


def test_every_press_and_stage_has_its_words() -> None:
    assert all(len(text) <= 10 for text in TAPS.values())
    assert set(STEPS) == set(STAGE) == set(Stage)


def test_the_level_is_said_in_words_and_colour() -> None:
    assert (card(reported(), MENDER).title, card(reported(), MENDER).tone) == ("橙·较大隐患 整改中", Tone.WARN)
    grave = card(put_right("泵房没有票就动火"), CHIEF)
    assert (grave.title, grave.tone) == ("督办 红·重大隐患 待验收", Tone.DANGER)
    assert "AQ 3067-2026 5.6.1" in grave.body, "major before the law says by which clause"


def test_the_day_is_counted_down_and_then_up() -> None:
    hazard = reported()
    lines = {line.label: line.value for line in card(hazard, MENDER).lines}
    assert lines["接单期限"].endswith("还剩8小时")
    hazard.now += timedelta(hours=11)
    lines = {line.label: line.value for line in card(hazard, MENDER).lines}
    assert lines["接单期限"].endswith("超期3小时")


def test_who_mended_it_is_not_offered_to_accept_it() -> None:
    done = put_right()
    pressed = {who: [button.text for button in card(done, who).buttons] for who in (MENDER, SAFETY)}
    assert pressed == {MENDER: [], SAFETY: ["验收通过", "退回"]}


def test_whoever_may_not_be_named_is_not() -> None:
    assert "不具名" in json.dumps([line.value for line in card(reported(), MENDER).lines], ensure_ascii=False)
    assert card(reported(), WORKER, reporter="王强").lines[1].value == STEPS[Stage.RECTIFYING]
