"""The doctor and the card template, asked of the twin over a real socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.doctor import Finding, Verdict
from bot.doctor_cards import PUBLIC_TEMPLATES, Door, examine_template_file, examine_templates
from cards.dingtalk_template import PATH
from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from sandbox.dingtalk.templates import PUBLIC_TEMPLATES as THE_TWINS
from tests.support.dingtalk_twin import APP, OTHER_APP, SECRET, START, plant_config

OURS = "our-permit-card.schema"


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    made = Twin(plant_config(), ManualClock(START))
    await made.start()
    yield made
    await made.stop()


async def look(twin: Twin, *templates: str, secret: str = SECRET) -> list[Finding]:
    door = Door(base_url=twin.base_url, client_id=APP, client_secret=secret, templates=templates)
    async with aiohttp.ClientSession() as session:
        return await examine_templates(door, session, START)


def older(*without: str) -> str:
    """Our template as it was before some variables were added."""
    envelope = json.loads(PATH.read_text("utf-8"))
    editor = json.loads(envelope["editorData"])
    editor["variableList"] = [one for one in editor["variableList"] if one["name"] not in without]
    editor["schema"]["componentsTree"][0]["children"] = []
    return json.dumps({**envelope, "editorData": json.dumps(editor)})


async def test_a_published_template_of_ours_is_good_and_nobody_saw_a_card(twin: Twin) -> None:
    twin.templates.load(PATH.read_text("utf-8"), OURS, client_id=APP)
    found = await look(twin, OURS)
    assert [one.verdict for one in found] == [Verdict.GOOD, Verdict.ADVICE]
    assert "7.6.6" in found[1].saw
    assert len(twin.requests) == 2, "a token, and a card for nobody"


async def test_examining_twice_asks_about_the_template_both_times(twin: Twin) -> None:
    twin.templates.load(PATH.read_text("utf-8"), OURS, client_id=APP)
    assert (await look(twin, OURS))[0].verdict is Verdict.GOOD
    assert (await look(twin, OURS))[0].verdict is Verdict.GOOD


async def test_a_template_that_is_not_there_tells_how_to_import_it(twin: Twin) -> None:
    (found,) = await look(twin, "nowhere.schema")
    assert found.verdict is Verdict.BAD
    assert "permit.json" in found.cure


async def test_one_that_nobody_published_says_so(twin: Twin) -> None:
    twin.templates.load(PATH.read_text("utf-8"), OURS, client_id=APP, published=False)
    (found,) = await look(twin, OURS)
    assert found.verdict is Verdict.BAD
    assert "发布" in found.cure


async def test_one_of_another_revision_names_the_variable_it_lacks(twin: Twin) -> None:
    twin.templates.load(older("quote"), OURS, client_id=APP)
    (found,) = await look(twin, OURS)
    assert found.verdict is Verdict.BAD
    assert "variable quote" in found.saw


async def test_several_templates_may_live_side_by_side(twin: Twin) -> None:
    for one in (OURS, "before.schema"):
        twin.templates.load(PATH.read_text("utf-8"), one, client_id=APP)
    found = await look(twin, OURS, "before.schema")
    assert [one.verdict for one in found] == [Verdict.GOOD, Verdict.GOOD, Verdict.ADVICE]


async def test_without_a_template_it_says_what_people_will_do_instead(twin: Twin) -> None:
    (found,) = await look(twin)
    assert found.verdict is Verdict.ADVICE
    assert "typing" in found.saw
    assert twin.requests == []


@pytest.mark.parametrize("odd", ["our-permit-card", min(PUBLIC_TEMPLATES)])
async def test_what_cannot_be_our_template_is_not_even_asked_about(twin: Twin, odd: str) -> None:
    (found,) = await look(twin, odd)
    assert found.verdict is Verdict.BAD
    assert twin.requests == []


async def test_a_wrong_secret_is_no_riddle(twin: Twin) -> None:
    twin.templates.load(PATH.read_text("utf-8"), OURS, client_id=OTHER_APP)
    (found,) = await look(twin, OURS, secret="wrong")
    assert found.verdict is Verdict.BAD
    assert "wrong" not in found.saw


def test_the_file_to_import_is_the_one_of_this_version() -> None:
    (found,) = examine_template_file()
    assert found.verdict is Verdict.GOOD


def test_the_public_templates_are_those_the_twin_knows() -> None:
    assert frozenset(THE_TWINS) == PUBLIC_TEMPLATES
