"""One's own keys on a page: what it shows, and how a lost one ends in two taps and never begins."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from cards import words_keys as say
from handlers.outgoing import Answer
from tests.support.hot_work import BOARD, CHIEF, SAFETY, UNIT
from tests.support.key_calls import begun, enrolled, post
from tests.support.key_site import KeySite, key_site
from tests.support.office import Stage
from workflow.ids import PersonId
from workflow.keys import Stage as KeyStage


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[KeySite]:
    async with key_site(at_stage("review"), tmp_path) as made:
        await made.world.scans(UNIT, BOARD)
        yield made


async def shown(site: KeySite, person: PersonId, query: str = "") -> str:
    async with (
        aiohttp.ClientSession(headers=site.cookie(person)) as session,
        session.get(f"{site.base}/keys{query}") as answer,
    ):
        assert answer.status == 200
        return await answer.text()


async def form_of(site: KeySite, person: PersonId, first: str) -> dict[str, str]:
    """The first tap: the form behind it."""
    query = re.search(r"\?lost=[0-9a-f]{24}", first)
    assert query is not None
    second = await shown(site, person, query.group())
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', second))


async def says_lost(site: KeySite, person: PersonId, form: dict[str, str]) -> str:
    """The second tap; what the page shows then."""
    head = site.cookie(person) | {"Origin": site.base}
    async with (
        aiohttp.ClientSession(headers=head) as session,
        session.post(f"{site.base}/keys/lost", data=form) as done,
    ):
        assert (done.status, done.url.path) == (200, "/keys")
        return await done.text()


async def test_who_has_none_is_told_how_to_come_by_one(site: KeySite) -> None:
    text = await shown(site, UNIT)
    assert say.NO_KEYS in text
    assert say.FACE_TO_FACE in text


async def test_a_key_is_listed_with_device_officer_and_last_use(site: KeySite) -> None:
    key = await enrolled(site)
    text = await shown(site, UNIT)
    for line in ("其他设备", "✔ 在用", "孙丽在场", say.NEVER_USED):
        assert line in text
    site.world.now += timedelta(minutes=7)
    link = await site.sign_link(UNIT, "site_unit")
    await post(site, link, "finish", key.sign(await begun(site, link)))
    assert "最近一次签字" in await shown(site, UNIT)


async def test_a_lost_key_ends_in_two_taps_and_the_chat_hears_it(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    answer = key.sign(await begun(site, link))
    form = await form_of(site, UNIT, await shown(site, UNIT))
    assert (await site.ring(UNIT)).active, "the first tap only asks"
    assert "○ 已注销" in await says_lost(site, UNIT, form)
    (ended,) = (await site.ring(UNIT)).keys
    assert ended.stage is KeyStage.REVOKED
    rows = await site.world.rows()
    told = [one for one in rows.of(Answer, UNIT) if one.key == "key_lost"]
    assert ([one.args["device"] for one in told], rows.lanes(Answer)) == (["其他设备"], {"safety"})
    assert (await post(site, link, "finish", answer))[1]["ok"] is False, "what it had begun to sign is signed no more"
    text = await shown(site, UNIT)
    assert "lost=" not in text, "it never comes back"


async def test_saying_it_twice_changes_nothing(site: KeySite) -> None:
    await enrolled(site)
    form = await form_of(site, UNIT, await shown(site, UNIT))
    await says_lost(site, UNIT, form)
    await site.world.rows()
    await says_lost(site, UNIT, form)
    assert (await site.world.rows()).of(Answer) == []


@pytest.mark.parametrize(
    "wrong", [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
async def test_a_form_from_elsewhere_ends_nothing_even_with_the_right_token(
    site: KeySite, wrong: dict[str, str]
) -> None:
    await enrolled(site)
    form = await form_of(site, UNIT, await shown(site, UNIT))
    head = site.cookie(UNIT) | {"Origin": site.base} | wrong
    async with (
        aiohttp.ClientSession(headers=head) as session,
        session.post(f"{site.base}/keys/lost", data=form) as done,
    ):
        assert done.status == 403
    assert (await site.ring(UNIT)).active


async def test_a_form_without_the_token_of_this_very_sign_in_ends_nothing(site: KeySite) -> None:
    await enrolled(site)
    form = await form_of(site, UNIT, await shown(site, UNIT))
    head = site.cookie(UNIT) | {"Origin": site.base}
    for token in ("", "0" * len(form["form"])):
        async with (
            aiohttp.ClientSession(headers=head) as session,
            session.post(f"{site.base}/keys/lost", data=form | {"form": token}) as done,
        ):
            assert done.status == 403
    assert (await site.ring(UNIT)).active


async def test_nobody_sees_or_ends_another_persons_keys(site: KeySite) -> None:
    """His own good form with another person's key in it."""
    await enrolled(site)
    theirs = await form_of(site, UNIT, await shown(site, UNIT))
    await enrolled(site, "陈安", credential=b"soft-key-0000002")
    assert theirs["key"] not in await shown(site, CHIEF, f"?lost={theirs['key']}")
    own = await form_of(site, CHIEF, await shown(site, CHIEF))
    await says_lost(site, CHIEF, own | {"key": theirs["key"]})
    assert (await site.ring(CHIEF)).active
    assert (await site.ring(UNIT)).active


async def test_the_chat_leads_there(site: KeySite) -> None:
    await enrolled(site)
    rows = await site.world.says(UNIT, "我的钥匙")
    (told,) = (one for one in rows.of(Answer, UNIT) if one.key == "key_list_own")
    assert told.args["link"] == f"{site.base}/keys"
    rows = await site.world.says(SAFETY, "我的钥匙 周建国")
    assert "key_list" in rows.said(SAFETY), "another person's keys are not behind the officer's login"
