"""Confirming before a board while the chat is down, over a real socket: the way it is meant, and all that must fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from cards import words
from cards import words_pins as say
from cards.buttons import Action
from handlers import offline, outages
from handlers.offline import MISSES, MISSES_WITHIN, Given
from handlers.outgoing import Answer
from storage.engine import open_database
from storage.tx import Tx
from storage.writer import Writer
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT, WORKER
from tests.support.key_calls import enrolled
from tests.support.key_site import SERVED
from tests.support.key_stops import stopped_and_good_again
from tests.support.office import SITE, Stage, at
from tests.support.offline_site import AFTER, CODE, LETS, OfflineSite, offline_site
from workflow.ids import PersonId
from workflow.permit.events import AcceptanceSigned, ResumeSigned, StartSigned, StepApproved
from workflow.permit.state import Signature, Status
from workflow.pins import Stage as PinStage
from workflow.rules.types import Role
from workflow.values import Proof, ProofMethod

_SIGNED = StartSigned | ResumeSigned | AcceptanceSigned
ZHOU, CHEN, LI = "135792", "904417", "281736"
WRONG = "000111"
DEPUTY = PersonId("hetao")


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[OfflineSite]:
    """A permit whose unit must sign next; its chief and the approver have PINs, the leader of the work, too."""
    async with offline_site(at_stage("review"), tmp_path) as made:
        await made.enrols(UNIT, "周建国", ZHOU)
        await made.enrols(CHIEF, "陈安", CHEN)
        await made.enrols(LEADER, "李强", LI)
        yield made


async def link_of(site: OfflineSite) -> str:
    (link,) = await site.waiting(UNIT, "周建国")
    return link


async def signatures(site: OfflineSite) -> tuple[Signature, ...]:
    return (await site.world.permit(NUMBER)).signatures


# --- the way it is meant ---------------------------------------------------------------------------------------------


async def test_two_pins_approve_while_the_chat_is_down_and_everything_says_what_it_is(site: OfflineSite) -> None:
    await site.goes_down()
    link = await link_of(site)
    status, text = await site.sees(link)
    assert (status, "换法兰" in text, say.LIMITS in text) == (200, True, True)
    status, text = await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN)
    assert (status, say.SIGNED in text) == (200, True), text
    (signature,) = await signatures(site)
    proof = signature.proof
    assert proof is not None
    assert (proof.method, proof.subject, proof.second) == (ProofMethod.OFFLINE_PIN, UNIT, CHIEF)
    assert proof.down_since == (await site.outage()).since == site.world.now - AFTER
    assert proof.at_site is True
    rows = await site.world.rows()
    assert "pin_signed" in rows.said(UNIT)
    assert "pin_stood_by" in rows.said(CHIEF)
    assert {row.key for row in rows.of(Answer)} >= {"pin_signed", "pin_stood_by"}


@pytest.mark.deep
async def test_the_page_of_the_permit_and_its_history_name_both(site: OfflineSite) -> None:
    await site.goes_down()
    await site.sends(await link_of(site), pin=ZHOU, second="陈安", second_pin=CHEN)
    cookie = site.keys.cookie(LEADER)
    async with site.browser.get(f"{site.keys.base}/p/{NUMBER}", headers=cookie) as answer:
        text = await answer.text()
    assert f"{words.PROOF[ProofMethod.OFFLINE_PIN]}，第二人陈安，在现场" in text
    assert "离线确认" in text, "the card says it, too"


async def test_a_right_pin_sets_the_count_of_wrong_ones_back(site: OfflineSite) -> None:
    await site.goes_down()
    link = await link_of(site)
    await site.sends(link, pin=WRONG, second="陈安", second_pin=CHEN)
    assert (await site.book(UNIT)).tries == 1
    await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN)
    assert ((await site.book(UNIT)).tries, len(await signatures(site))) == (0, 1)


async def test_who_has_to_sign_with_a_key_gets_a_link_for_the_key(site: OfflineSite) -> None:
    """This hot work is of the first grade: a key needs no chat, and a PIN is no way round it."""
    await enrolled(site.keys)
    await site.goes_down()
    (link,) = await site.waiting(UNIT, "周建国")
    assert "/sign/" in link
    assert (await site.sees(link))[0] == 200


async def test_a_resume_by_pin_says_how_the_cause_was_removed(at_stage: Stage, tmp_path: Path) -> None:
    """And by key, where a key has to sign: with the words of the chat's own button."""
    async with offline_site(at_stage("active"), tmp_path) as site:
        await site.enrols(GUARD, "赵敏", ZHOU)
        await site.enrols(CHIEF, "陈安", CHEN)
        await stopped_and_good_again(site.keys)
        await site.looks(down=SERVED)
        site.world.now += AFTER
        await site.world.says(GUARD, "可燃 0.1%LEL")
        (link,) = await site.waiting(GUARD, "赵敏")
        given = {"pin": ZHOU, "second": "陈安", "second_pin": CHEN}
        status, text = await site.sends(link, **given)
        assert (status, say.NO_TEXT in text) == (409, True)
        status, text = await site.sends(link, **given, text="风停了")
        assert (status, say.SIGNED in text) == (200, True), text
        (signed,) = (await site.world.permit(NUMBER)).resume_signatures
        assert signed.proof is not None
        assert (signed.proof.method, signed.proof.second) == (ProofMethod.OFFLINE_PIN, CHIEF)
        told = [one for one in await site.world.events(NUMBER) if isinstance(one, ResumeSigned)]
        assert [one.cause_removed for one in told] == ["风停了"]
        await enrolled(site.keys, "李强")
        await site.enrols(LEADER, "李强", LI)
        (link,) = await site.waiting(LEADER, "李强")
        assert "/sign/" in link
        assert words.CAUSE_REMOVED in (await site.sees(link))[1]


# --- when it is shut -------------------------------------------------------------------------------------------------


async def test_while_the_chat_works_there_is_no_page_and_no_name(site: OfflineSite) -> None:
    for status, text in (await site.sees(site.place), await site.sends(site.place, name="周建国", pin=ZHOU)):
        assert (status, say.SHUT in text) == (410, True)
    assert (await site.book(UNIT)).tries == 0


@pytest.mark.deep
async def test_what_is_lost_and_is_no_chat_opens_nothing(site: OfflineSite) -> None:
    """A face service, say (docs/adr/0229)."""
    house, lost = site.world.house, frozenset({"face"})
    now = site.world.now
    await site.world.writer.submit(lambda tx: outages.note(tx, house, lost, lost, unwatched=False, now=now))
    site.world.now += AFTER
    assert (await site.world.writer.submit(lambda tx: tx.load(house.outages, "face")[0])).since == now
    assert (await site.sees(site.place))[0] == 410
    status, text = await site.sends(site.place, name="周建国", pin=ZHOU)
    assert (status, say.SHUT in text) == (410, True)


async def test_a_short_outage_opens_nothing(site: OfflineSite) -> None:
    await site.goes_down(AFTER - timedelta(seconds=1))
    assert (await site.sees(site.place))[0] == 410
    site.world.now += timedelta(seconds=1)
    assert (await site.sees(site.place))[0] == 200


async def test_the_chat_comes_back_while_the_page_is_open(site: OfflineSite) -> None:
    """Asked again in the very transaction of the decision, whatever the page had shown."""
    await site.goes_down()
    link = await link_of(site)
    _, text = await site.sees(link)
    form = text.split('name="form" value="')[1].split('"')[0]
    await site.looks()
    fields = {"form": form, "pin": ZHOU, "second": "陈安", "second_pin": CHEN}
    status, text = await site.posts(link, fields)
    assert (status, say.GONE in text, await signatures(site)) == (410, True, ())
    assert (await site.sees(link))[0] == 410
    assert [(await site.book(one)).tries for one in (UNIT, CHIEF)] == [0, 0]


async def test_whose_own_chat_works_decides_there(site: OfflineSite) -> None:
    """Another platform of the plant is down: the page is open, and no way for whoever has his chat."""
    await site.goes_down()
    link = await link_of(site)
    await site.looks(down={"dingtalk"})
    status, text = await site.sends(site.place, name="周建国", pin=ZHOU)
    assert (status, say.SHUT in text) == (410, True)
    status, text = await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN)
    assert (status, await signatures(site)) == (410, ())


@pytest.mark.deep
async def test_a_house_that_began_anew_counts_the_outage_from_its_own_look(site: OfflineSite) -> None:
    await site.goes_down()
    assert (await site.sees(site.place))[0] == 200
    await site.looks(down=SERVED, unwatched=True)
    assert (await site.sees(site.place))[0] == 410


async def test_where_the_plant_says_nothing_there_are_no_pages_and_no_enrolment(
    at_stage: Stage, tmp_path: Path
) -> None:
    async with offline_site(at_stage("review"), tmp_path, None) as site:
        await site.looks(down=SERVED)
        assert (await site.sees(site.place))[0] == 404
        rows = await site.world.says(SAFETY, "登记离线码 周建国")
        assert rows.said(SAFETY) == ["pin_off"]


# --- the wrong people, the wrong numbers ----------------------------------------------------------------------------


async def test_the_second_person_is_another_uninvolved_and_knows_his_own(site: OfflineSite) -> None:
    await site.goes_down()
    for second, pin in (("陈安", WRONG), ("没有这个人", CHEN), ("赵敏", CHEN), ("", "")):
        status, _ = await site.sends(await link_of(site), pin=ZHOU, second=second, second_pin=pin)
        kept = (await site.world.events(NUMBER))[-1]
        assert (status, getattr(kept, "gates", ())) == (403, ("proof.pin",)), second
    assert await signatures(site) == ()


async def test_neither_the_signer_nor_the_crew_is_the_second_and_the_link_is_used_up(site: OfflineSite) -> None:
    await site.goes_down()
    for second, pin in (("周建国", ZHOU), ("李强", LI)):
        link = await link_of(site)
        _, text = await site.sees(link)
        fields = {"form": text.split('name="form" value="')[1].split('"')[0], "pin": ZHOU}
        status, _ = await site.posts(link, {**fields, "second": second, "second_pin": pin})
        assert (await site.posts(link, {**fields, "second": "陈安", "second_pin": CHEN}))[0] == 410, "it is used up"
        kept = (await site.world.events(NUMBER))[-1]
        assert (status, getattr(kept, "gates", ())) == (409, ("proof.offline.second",)), second
    assert await signatures(site) == ()


async def test_every_wrong_name_pin_and_lock_is_answered_alike(site: OfflineSite) -> None:
    await site.goes_down()
    told = {}
    for name, pin in (
        ("周建国", WRONG),
        ("没有这个人", ZHOU),
        ("赵敏", ZHOU),
        ("", ""),
        ("王", "9" * 500),
        (UNIT, WRONG),
    ):
        status, text = await site.sends(site.place, name=name, pin=pin)
        told[name] = (status, text.split("<main>")[1].split("<form")[0])
    assert len(set(told.values())) == 1, told
    assert (await site.book(UNIT)).tries == 2
    await site.sends(site.place, name="周建国", pin=WRONG)
    assert (await site.book(UNIT)).stage is PinStage.LOCKED
    status, text = await site.sends(site.place, name="周建国", pin=ZHOU)
    assert (status, text.split("<main>")[1].split("<form")[0]) == told["周建国"]
    assert set((await site.world.rows()).said(SAFETY)) == {"pin_locked"}


async def test_what_was_given_up_is_not_kept(site: OfflineSite) -> None:
    assert await site.world.writer.submit(lambda tx: tx.pin_secret(UNIT)) is not None
    await site.world.says(UNIT, "注销离线码")
    assert (await site.book(UNIT)).stage is PinStage.REVOKED
    assert await site.world.writer.submit(lambda tx: tx.pin_secret(UNIT)) is None


async def test_a_lock_ends_with_the_outage(site: OfflineSite) -> None:
    await site.goes_down()
    for _ in range(LETS.tries):
        await site.sends(site.place, name="周建国", pin=WRONG)
    assert (await site.book(UNIT)).stage is PinStage.LOCKED
    site.world.now += timedelta(hours=2)
    await site.looks(down=SERVED)
    assert (await site.sends(site.place, name="周建国", pin=ZHOU))[0] == 403, "the same outage, however long"
    await site.looks()
    await site.goes_down()
    assert (await site.sends(site.place, name="周建国", pin=ZHOU))[0] == 200
    given = {"pin": ZHOU, "second": "陈安", "second_pin": CHEN}
    status, text = await site.sends(await link_of(site), **given)
    assert (status, say.SIGNED in text) == (200, True), text
    assert (await site.book(UNIT)).stage is PinStage.ACTIVE
    assert len(await signatures(site)) == 1


@pytest.mark.parametrize("meanwhile", ["locked", "chosen anew"])
async def test_what_was_right_before_a_lock_or_another_choice_is_wrong_after_it(
    site: OfflineSite, meanwhile: str
) -> None:
    """Judging takes a while: many at once must not be many tries, nor tell which of them was the right one."""
    await site.goes_down()
    world, house = site.world, site.world.house
    claim = await world.writer.submit(lambda tx: offline.claim(tx, house, "周建国", served=SERVED, now=world.now))
    if meanwhile == "locked":
        for _ in range(LETS.tries):
            await site.sends(site.place, name="周建国", pin=WRONG)
    else:
        await site.enrols(UNIT, "周建国", "771503")

    def asks(tx: Tx) -> object:
        area = tx.directory.area_of_board(CODE)
        assert area is not None
        given = Given(claim=claim, right=True)
        return offline.waiting(tx, house, area, CODE, given, served=SERVED, cause="late", now=world.now)

    assert claim.person == UNIT
    assert await world.writer.submit(asks) is None


async def test_one_board_locks_a_few_and_never_everybody(site: OfflineSite) -> None:
    """Two tries each, whoever has a PIN, in turn: after ten misses nothing counts against anybody, right or wrong."""
    await site.goes_down()
    for _ in range(MISSES // 2):
        await site.sends(site.place, name="周建国", pin=WRONG)
        await site.sends(site.place, name="没有这个人", pin=WRONG)
        site.world.now += timedelta(seconds=30)
    before = [(await site.book(one)).tries for one in (UNIT, CHIEF, LEADER)]
    assert before == [LETS.tries, 0, 0]
    for name, pin in (("陈安", WRONG), ("李强", WRONG), ("李强", LI)):
        status, text = await site.sends(site.place, name=name, pin=pin)
        assert (status, say.TOO_OFTEN in text) == (429, True), name
    assert [(await site.book(one)).tries for one in (UNIT, CHIEF, LEADER)] == before
    site.world.now += MISSES_WITHIN
    assert (await site.sends(site.place, name="李强", pin=LI))[0] == 200


async def test_a_second_persons_pin_is_guessed_no_more_often_than_a_signers(site: OfflineSite) -> None:
    await site.goes_down()
    link = await link_of(site)
    for _ in range(MISSES):
        assert (await site.sends(link, pin=ZHOU, second="没有这个人", second_pin=WRONG))[0] == 403
    status, text = await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN)
    assert (status, say.TOO_OFTEN in text, await signatures(site)) == (429, True, ())


async def test_a_deputy_signs_by_pin_and_the_record_says_for_whom(site: OfflineSite) -> None:
    """何涛 stands in for 周建国: what waits for the one waits for the other, and his own PIN is asked."""
    await site.enrols(DEPUTY, "何涛", "618034")
    assert (await site.world.says(UNIT, "请假 现在到3月18日18点 由何涛代")).said(UNIT) == ["away_noted"]
    await site.goes_down()
    (link,) = await site.waiting(DEPUTY, "何涛")
    status, text = await site.sends(link, pin="618034", second="陈安", second_pin=CHEN)
    assert (status, say.SIGNED in text) == (200, True), text
    (signed,) = [one for one in await site.world.events(NUMBER) if isinstance(one, StepApproved)]
    assert (signed.by.id, signed.instead_of) == (DEPUTY, UNIT)
    assert signed.proof is not None
    assert (signed.proof.method, signed.proof.subject) == (ProofMethod.OFFLINE_PIN, DEPUTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Somebody who stands in, with his PIN."""

    person: PersonId
    name: str
    pin: str = "618034"

    async def enrols(self, site: OfflineSite, *, instead_of: PersonId) -> None:
        await site.enrols(self.person, self.name, self.pin)
        await site.enrols(CHIEF, "陈安", CHEN)
        rows = await site.world.says(instead_of, f"请假 现在到3月18日18点 由{self.name}代")
        assert rows.said(instead_of) == ["away_noted"]
        await site.looks(down=SERVED)
        site.world.now += AFTER

    async def signs(self, site: OfflineSite, **more: str) -> Proof:
        """The one decision that waits for him before the board; its proof."""
        (link,) = await site.waiting(self.person, self.name)
        status, text = await site.sends(link, pin=self.pin, second="陈安", second_pin=CHEN, **more)
        assert (status, say.SIGNED in text) == (200, True), text
        signed = [one for one in await site.world.events(NUMBER) if isinstance(one, _SIGNED)][-1]
        proof = signed.proof
        assert proof is not None
        assert (signed.by.id, proof.subject) == (self.person, self.person)
        return proof


async def test_a_deputy_starts_by_pin(at_stage: Stage, tmp_path: Path) -> None:
    """What waits for the shift leader waits for whoever stands in for him."""
    async with offline_site(at_stage("ready"), tmp_path) as site:
        deputy, world = Deputy(person=UNIT, name="周建国"), site.world
        world.now = at("08:01")
        await world.scans(GUARD, BOARD)
        assert (await world.taps(GUARD, Action.START, NUMBER, "guardian")).refused(GUARD) == []
        await deputy.enrols(site, instead_of=SHIFT)
        for person in (GUARD, UNIT):
            await world.scans(person, BOARD)
        await world.says(GUARD, "可燃 0.1%LEL")
        proof = await deputy.signs(site)
        assert (proof.method, proof.second) == (ProofMethod.OFFLINE_PIN, CHIEF)
        assert await world.status(NUMBER) is Status.ACTIVE


@pytest.mark.deep
async def test_a_deputy_resumes_by_pin_what_was_stopped_before_it_began(at_stage: Stage, tmp_path: Path) -> None:
    """Then the posts that sign for the start sign for the return, too; later only people by name do."""
    async with offline_site(at_stage("ready"), tmp_path) as site:
        deputy, world = Deputy(person=UNIT, name="周建国"), site.world
        world.now = at("08:01")
        await world.scans(GUARD, BOARD)
        await world.taps(WORKER, Action.STOP, NUMBER)
        assert await world.status(NUMBER) is Status.SUSPENDED
        await deputy.enrols(site, instead_of=SHIFT)
        for person in (GUARD, LEADER, UNIT):
            await world.scans(person, BOARD)
        await world.says(GUARD, "可燃 0.1%LEL")
        proof = await deputy.signs(site, text="风停了")
        assert (proof.method, proof.second) == (ProofMethod.OFFLINE_PIN, CHIEF)
        (signed,) = (await world.permit(NUMBER)).resume_signatures
        assert signed.role is Role.SHIFT_LEADER


@pytest.mark.deep
async def test_a_deputy_accepts_by_pin(at_stage: Stage, tmp_path: Path) -> None:
    async with offline_site(at_stage("active"), tmp_path) as site:
        deputy, world = Deputy(person=DEPUTY, name="何涛"), site.world
        await world.offered(await world.taps(LEADER, Action.FINISH, NUMBER), LEADER)
        await world.passes(minutes=31)
        await world.photographs(GUARD)
        await world.taps(GUARD, Action.END_WATCH, NUMBER)
        await world.taps(LEADER, Action.ACCEPTANCE, NUMBER, "work_leader")
        await deputy.enrols(site, instead_of=UNIT)
        await world.scans(DEPUTY, BOARD)
        proof = await deputy.signs(site)
        assert (proof.method, proof.second) == (ProofMethod.OFFLINE_PIN, CHIEF)
        assert await world.status(NUMBER) is Status.CLOSED


@pytest.mark.deep
async def test_many_tries_at_once_are_no_more_tries(site: OfflineSite) -> None:
    await site.goes_down()
    _, text = await site.sees(site.place)
    form = text.split('name="form" value="')[1].split('"')[0]
    guesses = [WRONG] * 6 + [ZHOU]
    answers = await asyncio.gather(
        *(site.posts(site.place, {"form": form, "name": "周建国", "pin": pin}) for pin in guesses)
    )
    assert (await site.book(UNIT)).tries <= LETS.tries
    assert [status for status, _ in answers].count(403) >= 6


async def test_a_board_is_not_asked_a_thousand_times(site: OfflineSite) -> None:
    await site.goes_down()
    said = []
    for _ in range(13):
        answer = await site.sends(site.place, name="没有这个人", pin=WRONG)
        said.append((answer[0], say.SLOW in answer[1]))
    assert said == [(403, False)] * MISSES + [(429, False)] * 2 + [(429, True)]


@pytest.mark.deep
async def test_another_enrolment_lifts_a_lock_and_a_restart_does_not(site: OfflineSite, tmp_path: Path) -> None:
    await site.goes_down()
    for person, name in ((UNIT, "周建国"), (CHIEF, "陈安")):
        for _ in range(LETS.tries):
            await site.sends(site.place, name=name, pin=WRONG)
        assert (await site.book(person)).stage is PinStage.LOCKED
    await site.enrols(UNIT, "周建国", "771503")
    assert await site.waiting(UNIT, "周建国")
    house = site.world.house
    site.world.writer.stop_blocking()
    anew = Writer(open_database(f"sqlite:///{tmp_path / 'office.sqlite3'}"), SITE)
    anew.start_blocking()
    found = await anew.submit(lambda tx: [tx.load(house.pins, one)[0].stage for one in (UNIT, CHIEF)])
    anew.stop_blocking()
    assert found == [PinStage.ACTIVE, PinStage.LOCKED]


# --- replays, altered decisions, other people's pages ----------------------------------------------------------------


async def test_a_decision_is_given_once(site: OfflineSite) -> None:
    await site.goes_down()
    link = await link_of(site)
    _, text = await site.sees(link)
    form = text.split('name="form" value="')[1].split('"')[0]
    fields = {"form": form, "pin": ZHOU, "second": "陈安", "second_pin": CHEN}
    assert (await site.posts(link, fields))[0] == 200
    before = len(await site.world.events(NUMBER))
    assert (await site.posts(link, fields))[0] == 410
    assert len(await site.world.events(NUMBER)) == before


@pytest.mark.deep
async def test_a_link_is_over_after_five_minutes_and_when_the_content_changes(site: OfflineSite) -> None:
    await site.goes_down()
    link = await link_of(site)
    site.world.now += timedelta(minutes=5)
    assert (await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN))[0] == 410
    (link,) = await site.waiting(UNIT, "周建国")
    await site.world.offered(await site.world.taps(UNIT, Action.RETURN, NUMBER, "site_unit"), UNIT)
    assert (await site.sends(link, pin=ZHOU, second="陈安", second_pin=CHEN))[0] == 410


@pytest.mark.deep
async def test_a_link_opens_before_its_own_board_only(site: OfflineSite) -> None:
    await site.goes_down()
    link = (await link_of(site)).replace(CODE, "HC-TK3-B1")
    assert (await site.sees(link))[0] == 410


async def test_no_other_site_posts_it(site: OfflineSite) -> None:
    await site.goes_down()
    _, text = await site.sees(site.place)
    fields = {"form": text.split('name="form" value="')[1].split('"')[0], "name": "周建国", "pin": WRONG}
    for name, value in (
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Content-Type", "text/plain"),
    ):
        status, text = await site.posts(site.place, fields, {name: value})
        assert (status, say.ODD in text, (await site.book(UNIT)).tries) == (403, True, 0), name


@pytest.mark.deep
async def test_a_form_of_another_browser_or_page_is_none_of_ours(site: OfflineSite) -> None:
    await site.goes_down()
    _, text = await site.sees(site.place)
    form = text.split('name="form" value="')[1].split('"')[0]
    link = await link_of(site)
    assert (await site.posts(link, {"form": form, "pin": ZHOU}))[0] == 403, "the form of another page"
    site.browser.cookie_jar.clear()
    assert (await site.posts(site.place, {"form": form, "name": "周建国", "pin": ZHOU}))[0] == 403


# --- grades, work at the place, enrolment ---------------------------------------------------------------------------


async def test_a_pin_is_chosen_twice_alike_not_plain_and_once(site: OfflineSite) -> None:
    link = await site.pin_link("周建国")
    for pin, again, told in ((ZHOU, CHEN, say.UNLIKE), ("123456", "123456", say.PLAIN)):
        status, text = await site.sends(link, pin=pin, again=again)
        assert (status, told in text) == (409, True)
    assert (await site.sends(link, pin=CHEN, again=CHEN))[0] == 200
    assert (await site.sends(link, pin=CHEN, again=CHEN))[0] == 410
    assert (await site.book(UNIT)).number == 2
    secret = await site.world.writer.submit(lambda tx: tx.pin_secret(UNIT))
    assert secret is not None
    assert (secret.number, len(secret.salt), CHEN in secret.digest) == (2, 32, False)


@pytest.mark.deep
async def test_two_people_with_one_pin_share_nothing_that_is_kept(site: OfflineSite) -> None:
    await site.enrols(UNIT, "周建国", CHEN)
    first, second = await site.world.writer.submit(lambda tx: (tx.pin_secret(UNIT), tx.pin_secret(CHIEF)))
    assert first is not None
    assert second is not None
    assert (first.salt, first.digest) != (second.salt, second.digest)


async def test_no_record_and_no_log_line_holds_a_pin(site: OfflineSite, capsys: pytest.CaptureFixture[str]) -> None:
    await site.goes_down()
    await site.sends(await link_of(site), pin=ZHOU, second="陈安", second_pin=CHEN)
    await site.sends(site.place, name="周建国", pin="424242424")

    def everything(tx: object) -> str:
        found = tx.streams_between(site.world.now - timedelta(days=400), site.world.now + timedelta(days=1))  # type: ignore[attr-defined]
        return json.dumps([repr(one) for name in found for one in tx.stream_records(name)])  # type: ignore[attr-defined]

    told = await site.world.writer.submit(everything)
    heard = capsys.readouterr()
    for pin in (ZHOU, CHEN, "424242424"):
        assert pin not in told
        assert pin not in heard.out + heard.err


@pytest.mark.deep
async def test_given_up_it_opens_nothing(site: OfflineSite) -> None:
    rows = await site.world.says(UNIT, "注销离线码")
    assert rows.said(UNIT) == ["pin_revoked"]
    await site.goes_down()
    assert (await site.sends(site.place, name="周建国", pin=ZHOU))[0] == 403
    rows = await site.world.says(UNIT, "我的离线码")
    assert rows.of(Answer, UNIT)[0].args["state"] == say.STAGE[PinStage.REVOKED]
