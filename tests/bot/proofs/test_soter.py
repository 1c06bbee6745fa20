"""SOTER over real sockets to WeChat's twin, with phones whose keys really sign."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.proofs.identities import BadIdentities, read_openids
from bot.proofs.site import ladder_of
from bot.settings import Settings, SettingsError
from cards import words, words_keys, words_rungs
from cards.buttons import Action
from sandbox.weixin import SoterPhone, WeixinTwin
from tests.support.hot_work import BOARD, CHIEF, NUMBER, UNIT
from tests.support.office import Stage
from tests.support.rung_site import RungSite, WorldClock, rung_site
from workflow.values import STRENGTH, ProofMethod

SECRET = "secret-of-the-mini-program"


@dataclass(slots=True)
class Place:
    site: RungSite
    twin: WeixinTwin
    phone: SoterPhone

    async def challenge(self, link: str) -> str:
        told = await self.site.told(link, "soter", "begin")
        assert told["ok"], told
        return str(told["call"]["challenge"])

    async def finish(self, link: str, given: object) -> str:
        status, told = await self.site.post(link, "soter", "finish", json.dumps(given))
        assert status == 200
        return str(told["text"])

    def posted(self, challenge: str, phone: SoterPhone | None = None, **changed: str) -> dict[str, Any]:
        """What the mini-program posts after a finger on the phone."""
        by = phone or self.phone
        return {"code": self.twin.login(by), **by.confirm(challenge), **changed}


@pytest.fixture
async def place(at_stage: Stage, tmp_path: Path) -> AsyncIterator[Place]:
    world = at_stage("review")
    clock = WorldClock(world)
    twin = await WeixinTwin(app_id="wx1", secret=SECRET, clock=clock).start()
    openids = tmp_path / "openids.json"
    openids.write_text(json.dumps({UNIT: "o-zhou", CHIEF: "o-chen"}), encoding="utf-8")
    ladder = ladder_of(
        Settings(
            _env_file=None,
            soter_app_id="wx1",
            soter_secret=SecretStr(SECRET),
            soter_openids=openids,
            soter_base_url=twin.base_url,
        )
    )
    async with aiohttp.ClientSession() as session:
        plugs = ladder.plugs(session, clock)
        async with rung_site(world, tmp_path, plugs, ladder.rungs(), least=ProofMethod.WECHAT_SOTER) as site:
            await world.scans(UNIT, BOARD)
            yield Place(site=site, twin=twin, phone=twin.add("o-zhou"))
    await twin.stop()


async def test_a_phone_signs_the_hash_of_the_decision_and_it_says_what_that_is_worth(place: Place) -> None:
    link = await place.site.link(UNIT)
    status, page = await place.site.get(f"{link}/by/soter")
    assert (status, words_rungs.LIMITS[ProofMethod.WECHAT_SOTER] in page, "<svg" in page) == (200, True, True)
    assert await place.finish(link, place.posted(await place.challenge(link))) == words_keys.SIGNED
    (signature,) = await place.site.signatures()
    assert signature.proof is not None
    assert signature.proof.method is ProofMethod.WECHAT_SOTER
    assert "未核验是谁的" in words.PROOF[signature.proof.method]
    records = await place.site.world.writer.submit(lambda tx: tx.records(place.site.world.house.permits, NUMBER))
    assert not any(b"o-zhou" in one.body or SECRET.encode() in one.body for one in records)


def test_it_ranks_above_a_tap_and_below_whatever_sees_the_person() -> None:
    order = [ProofMethod.PLATFORM_SESSION_AT_SITE, ProofMethod.WECHAT_SOTER, ProofMethod.PLATFORM_LIVE_CHECK]
    assert sorted(order, key=STRENGTH.__getitem__) == order


async def test_a_signature_over_another_decision_is_none(place: Place) -> None:
    first = await place.site.link(UNIT)
    of_the_first = place.posted(await place.challenge(first))
    again = await place.challenge(first)
    assert again not in of_the_first["resultJSON"]
    assert words_rungs.FAILED["other_decision"] in await place.finish(first, of_the_first)
    assert await place.site.signatures() == ()
    assert await place.site.attempts() == ["proof.other_decision"]


async def test_words_put_in_after_the_phone_signed_are_found(place: Place) -> None:
    """The challenge is right, the signature is of other words."""
    link = await place.site.link(UNIT)
    challenge = await place.challenge(link)
    given = place.posted("of something else")
    given["resultJSON"] = given["resultJSON"].replace("of something else", challenge)
    assert words_rungs.FAILED["not_proven"] in await place.finish(link, given)
    assert await place.site.signatures() == ()


async def test_somebody_elses_account_signs_nothing(place: Place) -> None:
    """The chief's own phone, finger and login, over the right challenge: not the person the decision is of."""
    link, chief = await place.site.link(UNIT), place.twin.add("o-chen")
    given = place.posted(await place.challenge(link), chief)
    assert words_rungs.FAILED["other_person"] in await place.finish(link, given)
    assert await place.site.signatures() == ()


async def test_the_right_login_with_another_phones_signature_is_none(place: Place) -> None:
    link, chief = await place.site.link(UNIT), place.twin.add("o-chen")
    given = place.posted(await place.challenge(link), chief) | {"code": place.twin.login(place.phone)}
    assert words_rungs.FAILED["not_proven"] in await place.finish(link, given)
    assert await place.site.signatures() == ()


async def test_a_login_code_works_once(place: Place) -> None:
    link = await place.site.link(UNIT)
    code = place.twin.login(place.phone)
    given = place.posted(await place.challenge(link)) | {"code": code}
    async with (
        aiohttp.ClientSession() as session,
        session.get(
            f"{place.twin.base_url}/sns/jscode2session", params={"appid": "wx1", "secret": SECRET, "js_code": code}
        ) as answer,
    ):
        assert (await answer.json(content_type=None))["openid"] == "o-zhou"
    assert words_rungs.FAILED["not_proven"] in await place.finish(link, given)


@pytest.mark.parametrize("given", [[], {"code": "x"}, {"code": "x", "resultJSON": "{}", "resultJSONSignature": "x"}])
async def test_half_an_answer_is_no_answer(place: Place, given: object) -> None:
    link = await place.site.link(UNIT)
    await place.challenge(link)
    assert words_rungs.FAILED["malformed"] in await place.finish(link, given)


async def test_nothing_posted_is_nothing_yet(place: Place) -> None:
    link = await place.site.link(UNIT)
    await place.challenge(link)
    assert await place.finish(link, {}) == words_rungs.NOTHING_YET


async def test_what_was_signed_is_gone_when_the_permit_goes_back(place: Place) -> None:
    link = await place.site.link(UNIT)
    given = place.posted(await place.challenge(link))
    await place.site.world.offered(await place.site.world.taps(UNIT, Action.RETURN, NUMBER, "site_unit"), UNIT)
    assert await place.finish(link, given) == words_keys.GONE


@pytest.mark.parametrize("fault", ["cut", "page", "busy"])
async def test_an_outage_decides_nothing_and_the_phone_may_sign_anew(place: Place, fault: str) -> None:
    link = await place.site.link(UNIT)
    challenge = await place.challenge(link)
    setattr(place.twin.faults, fault, -1)
    assert await place.finish(link, place.posted(challenge)) == words_rungs.UNAVAILABLE
    setattr(place.twin.faults, fault, 0)
    assert await place.finish(link, place.posted(challenge)) == words_keys.SIGNED


async def test_a_token_that_died_is_replaced_once(place: Place) -> None:
    link = await place.site.link(UNIT)
    place.twin.faults.tokens_dead = 1
    assert await place.finish(link, place.posted(await place.challenge(link))) == words_keys.SIGNED


async def test_tokens_that_always_die_are_an_outage(place: Place) -> None:
    link = await place.site.link(UNIT)
    place.twin.faults.tokens_dead = -1
    assert await place.finish(link, place.posted(await place.challenge(link))) == words_rungs.UNAVAILABLE


def test_an_account_is_one_persons(tmp_path: Path) -> None:
    path = tmp_path / "openids.json"
    path.write_text('{"a": "o1", "b": "o1"}', encoding="utf-8")
    with pytest.raises(BadIdentities):
        read_openids(path)
    with pytest.raises(SettingsError, match="SOTER_SECRET"):
        ladder_of(Settings(_env_file=None, soter_app_id="wx1"))
