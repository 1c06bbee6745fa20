"""DingTalk's live check, over real sockets to the twin: what is bound by person and time only must be bound well."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Route
from pydantic import SecretStr

from bot.dingtalk.app import client_of
from bot.dingtalk.live import live_plugs
from bot.proofs import livecheck
from bot.proofs.ladder import Asked, NothingYet
from bot.proofs.livecheck import AHEAD, SOURCE, Sight
from bot.proofs.site import Ladder, ladder_of
from bot.settings import Settings, SettingsError
from cards import words, words_keys, words_rungs
from handlers import confirming
from handlers.forgetting import sweep
from handlers.keyed import End
from handlers.rungs import offers
from sandbox.dingtalk import Edition, Twin
from sandbox.dingtalk.phones import Phone
from sandbox.dingtalk.presence import LiveCheck
from storage.directory import Account, Register
from tests.support.clock import START
from tests.support.dingtalk_twin import APP, CORP, SECRET, plant_config
from tests.support.hot_work import BOARD, CHIEF, UNIT
from tests.support.office import Stage
from tests.support.retention import RETENTION
from tests.support.rung_site import RungSite, WorldClock, rung_site
from workflow.ids import PersonId
from workflow.values import ProofMethod, Seen

SECOND = timedelta(seconds=1)


def settings(twin: Twin) -> Settings:
    return Settings(
        _env_file=None,
        dingtalk_client_id=APP,
        dingtalk_client_secret=SecretStr(SECRET),
        dingtalk_corp_id=CORP,
        dingtalk_agent_id=77,
        dingtalk_edition="exclusive",
        dingtalk_live_check=True,
        dingtalk_openapi_base_url=twin.base_url,
        dingtalk_oapi_base_url=twin.base_url,
    )


@dataclass(slots=True)
class Place:
    site: RungSite
    twin: Twin
    phone: Phone

    async def begin(self) -> str:
        """A link, with its check begun; a second passes."""
        link = await self.site.link(UNIT)
        told = await self.site.told(link, "live", "begin")
        assert told["ok"], told
        self.site.world.now += SECOND
        return link

    async def finish(self, link: str) -> str:
        return str((await self.site.told(link, "live", "finish"))["text"])


@pytest.fixture
async def place(at_stage: Stage, tmp_path: Path) -> AsyncIterator[Place]:
    world = at_stage("review")
    clock = WorldClock(world)
    twin = Twin(plant_config(edition=Edition.EXCLUSIVE), clock)
    await twin.start()
    given = settings(twin)
    account = Account(platform="dingtalk", corp=CORP, userid="zhoujianguo", person=UNIT)
    await world.writer.submit(lambda tx: tx.put_register(Register(accounts=(account,))))
    async with aiohttp.ClientSession() as session:
        client = client_of(given.dingtalk(), session, clock)
        script = f"{twin.base_url}/dd.js?holder={APP}/zhoujianguo"
        plugs = live_plugs(client, given.dingtalk(), given, world.writer, clock, scripts=script)
        rungs = ladder_of(given).rungs()
        async with rung_site(world, tmp_path, plugs, rungs, least=ProofMethod.PLATFORM_LIVE_CHECK) as site:
            await world.scans(UNIT, BOARD)
            yield Place(site=site, twin=twin, phone=twin.phone("zhoujianguo", client_id=APP))
    await twin.stop()


async def test_a_check_within_the_attempt_signs_and_says_what_it_is_worth(place: Place) -> None:
    link = await place.begin()
    status, page = await place.site.get(f"{link}/by/live")
    assert (status, words_rungs.LIMITS[ProofMethod.PLATFORM_LIVE_CHECK] in page) == (200, True)
    place.phone.live_check()
    assert await place.finish(link) == words_keys.SIGNED
    (signature,) = await place.site.signatures()
    assert signature.proof is not None
    assert signature.proof.method is ProofMethod.PLATFORM_LIVE_CHECK
    assert "不含本次决定的内容" in words.PROOF[signature.proof.method]


@pytest.mark.browser
async def test_in_the_chat_its_own_script_checks_and_our_server_asks(place: Place) -> None:
    from tests.support.key_site import phone  # here, for the planted faults come up without a browser

    async def spoilt(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["call"]["config"]["signature"] = "0" * 40
        await route.fulfill(response=answer, json=told)

    link = await place.site.link(UNIT)
    async with phone() as screen:
        await screen.page.route("**/begin", spoilt)
        await screen.page.goto(f"{link}/by/live")
        await screen.page.locator("#go").click()
        await screen.page.get_by_text(words_rungs.NOTHING_YET).wait_for()  # the client refuses the page, and it goes on
        await screen.page.unroute("**/begin")
        await screen.page.goto(f"{link}/by/live")
        await screen.page.locator("#go").click()
        await screen.page.get_by_text(words_keys.SIGNED).wait_for()
    assert len(await place.site.signatures()) == 1
    assert len(place.twin.hand.presence.live_checks) == 1


async def test_the_page_may_call_the_client(place: Place) -> None:
    link = await place.site.link(UNIT)
    config = (await place.site.told(link, "live", "begin"))["call"]["config"]
    assert place.twin.js_signature_holds(
        noncestr=config["nonceStr"], timestamp=str(config["timeStamp"]), url=f"{link}/by/live",
        signature=config["signature"], client_id=APP,
    )  # fmt: skip


async def test_what_the_page_reports_is_not_a_check(place: Place) -> None:
    """Nobody did anything at the platform; the page says it went well."""
    link = await place.begin()
    assert await place.finish(link) == words_rungs.NOTHING_YET
    assert await place.site.signatures() == ()


async def test_a_check_of_before_the_attempt_is_none(place: Place) -> None:
    """Told of late, it is known by its time."""
    place.twin.faults.live_lag = 5 * SECOND
    place.phone.live_check()
    place.site.world.now += SECOND
    link = await place.begin()
    place.site.world.now += 5 * SECOND
    assert await place.finish(link) == words_rungs.NOTHING_YET
    assert await place.site.signatures() == ()


@pytest.mark.parametrize("skew", [AHEAD - 5 * SECOND, AHEAD + 5 * SECOND])
async def test_a_check_of_before_is_none_though_the_platforms_clock_runs_ahead(place: Place, skew: timedelta) -> None:
    """Somebody had his face seen for a decision he then left alone, and opens the next one."""
    place.twin.faults.live_skew = skew
    place.phone.live_check()
    link = await place.begin()
    place.site.world.now += 10 * SECOND
    (made,) = place.twin.hand.presence.live_checks
    assert made.at > place.site.world.now
    assert await place.finish(link) == words_rungs.NOTHING_YET
    assert await place.site.signatures() == ()
    place.phone.live_check()
    place.site.world.now += 10 * SECOND
    assert await place.finish(link) == words_keys.SIGNED


async def test_what_was_seen_in_an_attempt_left_alone_is_no_part_of_the_next(place: Place) -> None:
    """The platform's clock is ahead, and it tells late: nothing shows that the check was of the attempt before."""
    world = place.site.world
    await place.begin()
    attempt = await world.writer.submit(lambda tx: tx.proof_attempt(UNIT))
    assert attempt is not None
    place.twin.faults.live_skew, place.twin.faults.live_lag = AHEAD, 30 * SECOND
    world.now = attempt.until - SECOND
    place.phone.live_check()
    (made,) = place.twin.hand.presence.live_checks
    world.now = attempt.until + SECOND
    await world.writer.submit(lambda tx: sweep(tx, RETENTION, world.now))
    second = await place.site.link(UNIT)
    assert (await place.site.told(second, "live", "begin"))["text"] == words_rungs.JUST_OVER
    world.now = attempt.until + AHEAD
    assert (await place.site.told(second, "live", "begin"))["ok"]
    assert made.at < world.now
    assert await place.finish(second) == words_rungs.NOTHING_YET


async def test_before_the_platform_was_asked_what_it_knows_nothing_counts(place: Place) -> None:
    """A page that asks for the end before its beginning was answered."""
    world, link = place.site.world, await place.begin()
    place.phone.live_check()
    attempt = await world.writer.submit(lambda tx: tx.proof_attempt(UNIT))
    assert attempt is not None
    await world.writer.submit(lambda tx: tx.put_proof_attempt(replace(attempt, reference=None)))
    assert await place.finish(link) == words_rungs.NOTHING_YET
    await world.writer.submit(lambda tx: tx.put_proof_attempt(attempt))
    assert await place.finish(link) == words_keys.SIGNED


async def test_a_platform_that_cannot_say_what_it_knew_before_begins_nothing(place: Place) -> None:
    place.twin.faults.fail("/v1.0/exclusive/faces/recognizeRecords/query", "system.busy", status=500, times=-1)
    link = await place.site.link(UNIT)
    assert (await place.site.told(link, "live", "begin"))["text"] == words_rungs.UNAVAILABLE


async def test_a_check_that_failed_is_kept_as_an_attempt(place: Place) -> None:
    link = await place.begin()
    place.phone.live_check(passed=False)
    assert words_rungs.FAILED["not_passed"] in await place.finish(link)
    assert await place.site.attempts() == ["proof.not_passed"]
    place.phone.live_check()
    assert await place.finish(link) == words_keys.GONE


async def test_a_check_of_somebody_else_or_of_another_app_is_none(place: Place) -> None:
    link = await place.begin()
    place.twin.faults.live_anybody = True
    place.twin.phone("zhaomin", client_id=APP).live_check()
    other = LiveCheck(
        corp_id=CORP, agent_id=78, userid="zhoujianguo", at=place.site.world.now, passed=True, platform="android"
    )
    place.twin.hand.presence.live_checks.append(other)
    assert await place.finish(link) == words_rungs.NOTHING_YET
    assert await place.site.signatures() == ()


async def test_a_record_counts_once(place: Place) -> None:
    """Two links, two attempts in the same second: one check is one signature."""
    link = await place.begin()
    place.phone.live_check()
    record = place.twin.hand.presence.live_checks[-1]
    plain = f"zhoujianguo\n{int(record.at.timestamp() * 1000)}\n{record.platform}"
    used = await place.site.world.writer.submit(
        lambda tx: tx.use_proof("dingtalk-live-check", _digest(plain), person=UNIT, permit="x", at=record.at)
    )
    assert used
    assert words_rungs.USED in await place.finish(link)
    assert await place.site.signatures() == ()
    assert await place.site.attempts() == ["proof.used_before"]


async def test_of_two_checks_in_one_attempt_neither_is_left_for_the_next_decision(place: Place) -> None:
    """The platform's clock is ahead by as much as is borne: its records lie in the next attempt, too."""
    world = place.site.world
    place.twin.faults.live_skew = AHEAD - 5 * SECOND
    link = await place.begin()
    place.phone.live_check()
    world.now += SECOND
    place.phone.live_check()
    world.now += SECOND
    assert await place.finish(link) == words_keys.SIGNED
    records = [
        _digest(f"zhoujianguo\n{int(one.at.timestamp() * 1000)}\n{one.platform}")
        for one in place.twin.hand.presence.live_checks
    ]
    assert len(set(records)) == 2
    assert all(one.at > world.now for one in place.twin.hand.presence.live_checks)
    used = await world.writer.submit(lambda tx: [tx.proof_used(SOURCE, record) for record in records])
    assert used == [True, True]


async def test_an_answer_to_an_attempt_that_was_begun_anew_decides_nothing(place: Place) -> None:
    """What a slow service says of the first attempt comes in while the second is open."""
    world, link = place.site.world, await place.begin()
    token = link.rpartition("/")[2]
    first = await world.writer.submit(lambda tx: tx.proof_attempt(UNIT))
    assert first is not None
    assert (await place.site.told(link, "live", "begin"))["ok"]
    seen = Seen(source=SOURCE, record="r", at=world.now, answer="r")
    outcome = await world.writer.submit(
        lambda tx: confirming.conclude(
            tx, world.house, token, way="live", attempt=first.id, seen=(seen,), now=world.now
        )
    )
    assert outcome.end is End.GONE
    assert await place.site.signatures() == ()
    place.phone.live_check()
    assert await place.finish(link) == words_keys.SIGNED


async def test_an_attempt_for_one_decision_shuts_out_the_other(place: Place) -> None:
    first = await place.begin()
    second = await place.site.link(UNIT)
    assert (await place.site.told(second, "live", "begin"))["text"] == words_rungs.BUSY
    place.phone.live_check()
    assert await place.finish(second) == words_keys.GONE
    assert await place.finish(first) == words_keys.SIGNED


@pytest.mark.parametrize("skew", [timedelta(minutes=-1), timedelta(minutes=3)])
async def test_a_clock_that_is_off_signs_nothing(place: Place, skew: timedelta) -> None:
    link = await place.begin()
    place.twin.faults.live_skew = skew
    place.phone.live_check()
    assert await place.finish(link) == words_rungs.NOTHING_YET
    assert await place.site.signatures() == ()


async def test_a_platform_that_tells_late_is_asked_again(place: Place) -> None:
    link = await place.begin()
    place.twin.faults.live_lag = timedelta(seconds=20)
    place.phone.live_check()
    assert await place.finish(link) == words_rungs.NOTHING_YET
    place.site.world.now += timedelta(seconds=20)
    assert await place.finish(link) == words_keys.SIGNED


async def test_an_outage_decides_nothing(place: Place) -> None:
    link = await place.begin()
    place.phone.live_check()
    place.twin.faults.fail("/v1.0/exclusive/faces/recognizeRecords/query", "system.busy", status=500, times=-1)
    assert await place.finish(link) == words_rungs.UNAVAILABLE
    assert await place.site.signatures() == ()


async def test_only_people_on_the_platform_are_offered_it(place: Place) -> None:
    world = place.site.world

    async def ways(person: PersonId) -> list[str]:
        found = await world.writer.submit(lambda tx: offers(tx, world.house.rungs, person, key=False))
        return [one.way for one in found]

    assert await ways(UNIT) == ["live"]
    assert await ways(CHIEF) == []


def test_only_the_exclusive_edition_has_it() -> None:
    assert Ladder(face=None, identities=None).rungs() == ()
    with pytest.raises(SettingsError, match="专属版"):
        ladder_of(Settings(_env_file=None, dingtalk_live_check=True, dingtalk_agent_id=77))
    with pytest.raises(SettingsError, match="AGENT_ID"):
        ladder_of(Settings(_env_file=None, dingtalk_live_check=True, dingtalk_edition="exclusive"))


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


@pytest.mark.parametrize("at", [START - SECOND, START + timedelta(minutes=1) + AHEAD + SECOND])
async def test_a_platform_that_tells_of_another_time_than_it_was_asked_for_proves_nothing(at: datetime) -> None:
    async def account(_: PersonId) -> str | None:
        return "u"

    async def seen(_user: str, _since: datetime, _until: datetime) -> tuple[Sight, ...]:
        return (Sight(at=at, passed=True, platform="ios"),)

    async def sign(_page: str, _nonce: str) -> dict[str, Any]:
        return {}

    plug = livecheck.LiveCheck(account=account, seen=seen, sign=sign, given={}, scripts="")
    begun = START - timedelta.resolution
    asked = Asked(
        person=UNIT, said="this", nonce=bytes(16), begun_at=START, page="https://here", reference=begun.isoformat()
    )
    with pytest.raises(NothingYet):
        await plug.finish(asked, START + timedelta(minutes=1), {})
