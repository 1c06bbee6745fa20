"""The face service, over real sockets to its twin: everything somebody who is not there may try."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.proofs.faceid import FaceId, FaceIdAccess
from bot.proofs.identities import BadIdentities, Identities, Identity, read_identities, valid
from bot.proofs.ladder import Asked, Unavailable
from bot.proofs.site import Ladder
from cards import words, words_keys, words_rungs
from cards.buttons import Action
from handlers import confirming
from handlers.keyed import Outcome
from handlers.streams import keep
from sandbox.faceid import Face, FaceTwin
from storage.tx import Tx
from tests.support.hot_work import BOARD, CHIEF, NUMBER, SAFETY, UNIT
from tests.support.office import Stage
from tests.support.rung_site import RungSite, WorldClock, asking, rung_site
from workflow import keys
from workflow.values import Actor, ProofMethod, Seen

NAME, PAPERS = "周建国", "11010519491231002X"  # the number printed as an example in GB 11643
OTHER = "440524188001010014"
KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
ACCESS = FaceIdAccess(
    secret_id="AKID1", secret_key=KEY, rule="R1", region="ap-guangzhou", base_url="", least=Decimal(70)
)


@dataclass(slots=True)
class Place:
    site: RungSite
    twin: FaceTwin

    async def begin(self, link: str) -> str:
        told = await self.site.told(link, "face", "begin")
        assert told["ok"], told
        return str(told["go"])

    async def finish(self, link: str) -> dict[str, object]:
        return await self.site.told(link, "face", "finish")


@pytest.fixture
async def place(at_stage: Stage, tmp_path: Path) -> AsyncIterator[Place]:
    world = at_stage("review")
    clock = WorldClock(world)
    twin = FaceTwin(secret_id="AKID1", secret_key=KEY, rule="R1", papers={PAPERS: NAME}, clock=clock)
    await twin.start()
    ladder = Ladder(
        face=replace(ACCESS, base_url=twin.base_url),
        identities=Identities({UNIT: Identity(name=NAME, id_number=PAPERS)}),
    )
    async with aiohttp.ClientSession() as session:
        plugs = ladder.plugs(session, clock)
        async with rung_site(world, tmp_path, plugs, ladder.rungs(), least=ProofMethod.VENDOR_FACE) as site:
            await world.scans(UNIT, BOARD)
            yield Place(site=site, twin=twin)
    await twin.stop()


# --- the way it is meant ---------------------------------------------------------------------------------------------


async def test_the_service_is_asked_and_the_permit_says_what_it_is_worth(place: Place) -> None:
    link = await place.site.link(UNIT)
    status, page = await place.site.get(f"{link}/by/face")
    assert (status, words_rungs.LIMITS[ProofMethod.VENDOR_FACE] in page, words_rungs.CONSENT in page) == (
        200,
        True,
        True,
    )
    with capture_logs() as logged:
        back = place.twin.go_through(await place.begin(link), Face(id_number=PAPERS))
        assert (await place.site.get(back))[0] == 200
        assert await place.site.signatures() == (), "coming back decides nothing"
        assert await place.finish(link) == {"ok": True, "text": words_keys.SIGNED}
    (signature,) = await place.site.signatures()
    assert signature.proof is not None
    assert signature.proof.seen is not None
    assert (signature.proof.method, signature.proof.seen.score) == (ProofMethod.VENDOR_FACE, "95.31")
    assert "不是本人钥匙签名" in words.PROOF[signature.proof.method]
    (run,) = place.twin.runs.values()
    records = await place.site.world.writer.submit(lambda tx: tx.records(place.site.world.house.permits, NUMBER))
    kept = "".join(one.body.decode() for one in records) + str(logged)
    for secret in (PAPERS, run.token, KEY):
        assert secret not in kept
    asked = [body for action, body in place.twin.calls if action == "GetDetectInfoEnhanced"]
    assert [one["InfoType"] for one in asked] == ["1"], "words only: no picture of a face comes to us"


@pytest.mark.browser
async def test_in_a_browser_out_to_the_service_and_back(place: Place) -> None:
    from tests.support.key_site import phone  # here, for the planted faults come up without a browser

    link = await place.site.link(UNIT)
    async with phone() as screen:
        await screen.page.goto(f"{link}/by/face")
        await screen.page.locator("#go").click()
        await screen.page.get_by_role("button", name="本人刷脸").click()
        await screen.page.get_by_text(words_keys.SIGNED).wait_for()
    assert len(await place.site.signatures()) == 1


async def test_who_has_not_been_there_yet_may_ask_again(place: Place) -> None:
    link = await place.site.link(UNIT)
    url = await place.begin(link)
    assert await place.finish(link) == {"ok": False, "again": True, "text": words_rungs.NOTHING_YET}
    place.twin.go_through(url, Face(id_number=PAPERS))
    assert (await place.finish(link))["ok"] is True


@pytest.mark.parametrize("fault", ["cut", "page", "error"])
async def test_an_outage_is_said_and_decides_nothing(place: Place, fault: str) -> None:
    link = await place.site.link(UNIT)
    url = await place.begin(link)
    place.twin.go_through(url, Face(id_number=PAPERS))
    if fault == "error":
        place.twin.faults.error = "UnauthorizedOperation.Arrears"
    else:
        setattr(place.twin.faults, fault, 1)
    assert await place.finish(link) == {"ok": False, "again": True, "text": words_rungs.UNAVAILABLE}
    assert await place.site.signatures() == ()
    place.twin.faults.error = ""
    assert (await place.finish(link))["ok"] is True, "the service is back, and the person need not begin anew"


# --- what does not count ---------------------------------------------------------------------------------------------


async def test_forged_words_on_the_way_back_are_not_read(place: Place) -> None:
    link = await place.site.link(UNIT)
    other = await place.site.link(UNIT)
    mine = await place.begin(other)
    place.twin.faults.adds = "ErrCode=0&LiveStatus=0&Comparestatus=0&Sim=99.9"
    back = place.twin.go_through(mine, Face(id_number=OTHER))
    assert parse_qs(urlsplit(back).query)["ErrCode"] == ["0"]
    assert (await place.site.get(back))[0] == 200
    told = await place.finish(other)
    assert told == {"ok": False, "text": words_rungs.NOT_COUNTED.format(why=words_rungs.FAILED["not_passed"])}
    forged = f"{link}/by/face/back?BizToken={urlsplit(mine).path.rpartition('/')[2]}&ErrCode=0"
    assert (await place.site.get(forged))[0] == 200
    assert (await place.finish(link))["ok"] is False
    assert await place.site.signatures() == ()
    assert await place.site.attempts() == ["proof.not_passed"]


@pytest.mark.parametrize(
    ("face", "why"),
    [
        (Face(id_number=OTHER), "not_passed"),
        (Face(id_number=PAPERS, living=False), "not_passed"),
        (Face(id_number=PAPERS, score="69.99"), "not_alike"),
        (Face(id_number=PAPERS, score="NaN"), "not_alike"),
    ],
)
async def test_another_face_a_photo_and_a_poor_likeness_are_no_proof(place: Place, face: Face, why: str) -> None:
    link = await place.site.link(UNIT)
    place.twin.go_through(await place.begin(link), face)
    told = await place.finish(link)
    assert told == {"ok": False, "text": words_rungs.NOT_COUNTED.format(why=words_rungs.FAILED[why])}
    assert await place.site.signatures() == ()
    assert await place.site.attempts() == [f"proof.{why}"]
    assert (await place.finish(link))["text"] == words_keys.GONE, "the link is used up"


async def test_a_result_of_another_run_is_no_proof(place: Place) -> None:
    first = await place.site.link(UNIT)
    earlier = await place.begin(first)
    place.twin.go_through(earlier, Face(id_number=PAPERS))
    again = await place.begin(first)
    place.twin.faults.answers_of = urlsplit(earlier).path.rpartition("/")[2]
    place.twin.go_through(again, Face(id_number=PAPERS))
    assert words_rungs.FAILED["other_decision"] in str((await place.finish(first))["text"])
    assert await place.site.signatures() == ()


async def test_a_run_of_somebody_else_is_no_proof(place: Place) -> None:
    """The service is asked about the right number and tells of other papers under our own words."""
    link = await place.site.link(UNIT)
    url = await place.begin(link)
    place.twin.go_through(url, Face(id_number=PAPERS))
    (run,) = place.twin.runs.values()
    run.id_number = OTHER
    assert words_rungs.FAILED["other_person"] in str((await place.finish(link))["text"])
    assert await place.site.signatures() == ()


@pytest.mark.parametrize("skew", [timedelta(minutes=-4), timedelta(minutes=4)])
async def test_a_look_outside_of_the_attempt_is_no_proof(place: Place, skew: timedelta) -> None:
    link = await place.site.link(UNIT)
    url = await place.begin(link)
    place.twin.faults.skew = skew
    place.twin.go_through(url, Face(id_number=PAPERS))
    assert words_rungs.FAILED["out_of_time"] in str((await place.finish(link))["text"])
    assert await place.site.signatures() == ()


async def test_two_decisions_cannot_be_open_at_once(place: Place) -> None:
    first, second = await place.site.link(UNIT), await place.site.link(UNIT)
    url = await place.begin(first)
    assert (await place.site.told(second, "face", "begin")) == {"ok": False, "text": words_rungs.BUSY}
    place.twin.go_through(url, Face(id_number=PAPERS))
    assert (await place.finish(second))["text"] == words_keys.GONE, "what was seen is not for the second link"
    assert await place.site.signatures() == ()
    place.site.world.now += timedelta(minutes=6)
    third = await place.site.link(UNIT)
    assert (await place.site.told(third, "face", "begin"))["ok"] is True, "an attempt nobody ended is over by itself"


async def test_what_changed_between_begin_and_finish_is_not_signed(place: Place) -> None:
    link = await place.site.link(UNIT)
    place.twin.go_through(await place.begin(link), Face(id_number=PAPERS))
    await place.site.world.offered(await place.site.world.taps(UNIT, Action.RETURN, NUMBER, "site_unit"), UNIT)
    assert (await place.finish(link))["text"] == words_keys.GONE
    assert await place.site.signatures() == ()


async def test_a_minimum_raised_meanwhile_holds(place: Place) -> None:
    world, link = place.site.world, await place.site.link(UNIT)
    place.twin.go_through(await place.begin(link), Face(id_number=PAPERS))
    asking(world, ProofMethod.PASSKEY, *world.house.rungs)
    token, seen = link.rpartition("/")[2], Seen(source="tencent-faceid", record="r", at=world.now, answer="a")

    def conclude(tx: Tx) -> Outcome:
        open_now = confirming.under_way(tx, world.house, token, "face", world.now)
        assert open_now is not None
        return confirming.conclude(
            tx, world.house, token, way="face", attempt=open_now.attempt.id, seen=[seen], now=world.now
        )

    outcome = await world.writer.submit(conclude)
    assert [one.gate for one in outcome.findings] == ["proof.weak"]
    assert await place.site.signatures() == ()


async def test_a_service_that_never_answers_is_waited_for_a_while(place: Place) -> None:
    place.twin.faults.hang = 1
    access = replace(ACCESS, base_url=place.twin.base_url)
    asked = Asked(person=UNIT, said="{}", nonce=bytes(16), begun_at=place.twin.now, page="https://x.example/")
    async with aiohttp.ClientSession() as session:
        plug = FaceId(
            access, lambda _: Identity(name=NAME, id_number=PAPERS), session=session,
            clock=WorldClock(place.site.world), patience=timedelta(milliseconds=200),
        )  # fmt: skip
        with pytest.raises(Unavailable):
            await plug.begin(asked)


async def test_who_has_a_key_cannot_go_round_it(place: Place) -> None:
    """Hot work of a high grade: whoever holds the chat may not pick the way that is easiest to forge."""
    world, by = place.site.world, Actor.person(UNIT)
    enrolled = (
        keys.EnrolmentOpened(by=Actor.person(SAFETY), at=world.now, until=world.now + timedelta(minutes=10)),
        keys.KeyEnrolled(
            by=by, at=world.now, credential="k1", public_key="", aaguid="", device="", counter=0,
            supervised_by=SAFETY, synced=False,
        ),
    )  # fmt: skip
    begun = await place.site.link(UNIT)
    place.twin.go_through(await place.begin(begun), Face(id_number=PAPERS))
    await world.writer.submit(lambda tx: keep(tx, world.house.keys, UNIT, enrolled, at=world.now, cause="test"))
    assert (await place.finish(begun))["text"] == words_keys.GONE
    link = await place.site.link(UNIT)
    assert (await place.site.get(f"{link}/by/face"))[0] == 410
    assert (await place.site.told(link, "face", "begin"))["ok"] is False
    assert await place.site.signatures() == ()


async def test_a_used_link_signs_nothing_more(place: Place) -> None:
    link = await place.site.link(UNIT)
    place.twin.go_through(await place.begin(link), Face(id_number=PAPERS))
    assert (await place.finish(link))["ok"] is True
    assert (await place.finish(link))["text"] == words_keys.GONE
    assert (await place.site.told(link, "face", "begin"))["ok"] is False
    assert len(await place.site.signatures()) == 1


async def test_only_our_own_page_posts(place: Place) -> None:
    link = await place.site.link(UNIT)
    assert (await place.site.post(link, "face", "begin", Origin="https://evil.example"))[0] == 403
    assert place.twin.calls == []


async def test_who_has_no_papers_with_us_is_not_sent_there(place: Place) -> None:
    rows = await place.site.world.taps(CHIEF, Action.APPROVE, NUMBER, "site_unit")
    assert "key_sign" not in rows.said(CHIEF)


async def test_a_wrong_key_of_ours_is_an_outage_to_people(place: Place, tmp_path: Path) -> None:
    link = await place.site.link(UNIT)
    place.twin._keys["AKID1"] = "another"
    assert (await place.site.told(link, "face", "begin"))["text"] == words_rungs.UNAVAILABLE


# --- papers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "good"), [(PAPERS, True), (PAPERS[:-1] + "1", False), ("1" * 17, False), ("", False)]
)
def test_a_number_carries_its_own_check(number: str, good: bool) -> None:
    assert valid(number) is good


def test_papers_of_another_name_are_not_this_persons(tmp_path: Path) -> None:
    path = tmp_path / "papers.json"
    path.write_text(f'{{"{UNIT}": {{"name": "{NAME}", "id_number": "{PAPERS.lower()}"}}}}', "utf-8")
    known = read_identities(path)
    assert known.of(UNIT, NAME) is not None
    assert known.of(UNIT, "周建") is None
    assert PAPERS not in repr(known.papers(UNIT))


@pytest.mark.parametrize("text", ["[]", "{", '{"a": {"name": "甲", "id_number": "110105194912310021"}}', '{"a": {}}'])
def test_a_bad_file_is_refused_without_its_numbers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "papers.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadIdentities) as told:
        read_identities(path)
    assert "1101051949" not in str(told.value)
