"""The pages for keys over a real socket, with a key in software: everything somebody without the right key may try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from bot import evidence_out
from bot.proofs.address import key_address
from bot.settings import Settings
from bot.web.keys import KEY_HEADERS
from bot.web.posted import MAX_BODY
from cards import words_keys as say
from cards.buttons import Action
from cards.words import ASKED
from handlers.keys import SIGN_FOR, owners_sign
from handlers.outgoing import Answer, Refusal
from tests.support.hot_work import BOARD, CHIEF, LEADER, NUMBER, SAFETY, UNIT
from tests.support.key_calls import begun, enrolled, get, post
from tests.support.key_site import KeySite, key_site
from tests.support.office import SITE, Stage
from tests.support.permits import content, permit, rules
from tests.support.soft_key import SoftKey
from tests.support.verify import run
from workflow import keys
from workflow.decision import challenge
from workflow.ids import PersonId
from workflow.permit.state import Status
from workflow.rules.types import Grade
from workflow.values import ProofMethod, WorkType

EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[KeySite]:
    async with key_site(at_stage("review"), tmp_path) as made:
        await made.world.scans(UNIT, BOARD)
        yield made


async def signed_nothing(site: KeySite) -> bool:
    return (await site.world.permit(NUMBER)).signatures == ()


# --- the way it is meant ---------------------------------------------------------------------------------------------


async def test_a_key_signs_the_decision_and_the_journal_keeps_the_whole_signature(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    options = await begun(site, link)
    assert options["userVerification"] == "required"
    assert (options["rpId"], len(options["allowCredentials"])) == ("localhost", 1)
    status, told = await post(site, link, "finish", key.sign(options))
    assert (status, told) == (200, {"ok": True, "text": say.SIGNED})
    (signature,) = (await site.world.permit(NUMBER)).signatures
    assert signature.proof is not None
    kept = signature.proof.assertion
    assert (signature.proof.method, kept is not None) == (ProofMethod.PASSKEY, True)
    assert kept is not None
    assert '"verdict":"approve"' in kept.decision
    assert f'"person":"{UNIT}"' in kept.decision
    assert (await site.world.permit(NUMBER)).content_hash in kept.decision
    (again,) = (await site.ring(UNIT)).active
    assert again.counter == 2


async def test_somebody_with_none_of_our_code_finds_the_signature_right(site: KeySite, tmp_path: Path) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    await post(site, link, "finish", key.sign(await begun(site, link)))
    await site.world.writer.submit(lambda tx: tx.take_checkpoint(site.world.now))
    settings = Settings(
        _env_file=None,
        site_id=SITE,
        database_url=SecretStr(f"sqlite:///{tmp_path}/office.sqlite3"),
        media_dir=tmp_path,
    )
    heard: list[str] = []
    asked, path = evidence_out.wanted(NUMBER), tmp_path / "export.zip"
    export = partial(evidence_out.write, settings=settings, asked=asked, path=path, say=heard.append)
    assert await asyncio.to_thread(export) == 0, heard
    said = await asyncio.to_thread(run, path)
    assert "1 signatures of keys hold" in said.marked("ok")
    assert said.marked("bad") == ""


async def test_who_has_no_key_signs_in_the_chat_and_it_says_so(site: KeySite) -> None:
    await site.world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    (signature,) = (await site.world.permit(NUMBER)).signatures
    assert signature.proof is not None
    assert signature.proof.method is ProofMethod.PLATFORM_SESSION_AT_SITE


async def test_where_the_plant_asks_for_a_key_a_tap_is_no_signature(site: KeySite) -> None:
    site.asks(site_unit=ProofMethod.PASSKEY)
    rows = await site.world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    assert rows.said(UNIT) == ["key_needed"]
    assert await signed_nothing(site)


async def test_a_no_in_the_chat_ends_the_link(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    options = await begun(site, link)
    await site.world.offered(await site.world.taps(UNIT, Action.RETURN, NUMBER, "site_unit"), UNIT)
    assert await site.world.status(NUMBER) is Status.DRAFT
    _, told = await post(site, link, "finish", key.sign(options))
    assert told["ok"] is False
    assert await signed_nothing(site)
    assert (await get(link))[0].status == 410


async def test_who_is_not_asked_gets_no_link(site: KeySite) -> None:
    await enrolled(site, "李强")
    rows = await site.world.taps(LEADER, Action.APPROVE, NUMBER, "site_unit")
    assert "key_sign" not in rows.said(LEADER)
    assert rows.refused(LEADER) == ["who.role"]


@pytest.mark.parametrize(
    ("work", "grade", "asked"),
    [
        (WorkType.HOT, Grade.SPECIAL, True), (WorkType.HOT, Grade.FIRST, True), (WorkType.HOT, Grade.SECOND, False),
        (WorkType.HEIGHT, Grade.FIRST, False),
    ],
)  # fmt: skip
def test_grades_of_hot_work_are_signed_with_a_key_by_whoever_has_one(work: WorkType, grade: Grade, asked: bool) -> None:
    shown = permit(Status.IN_REVIEW, content=replace(content(), work=work), rules=replace(rules(), grade=grade))
    assert owners_sign(shown) is asked


# --- what does not count ---------------------------------------------------------------------------------------------


async def test_a_nonce_counts_once_and_only_the_newest_one(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    first = key.sign(await begun(site, link))
    await begun(site, link)
    _, told = await post(site, link, "finish", first)
    assert told == {"ok": False, "text": say.UNPROVEN}
    assert await signed_nothing(site)
    assert (await site.world.kinds(NUMBER))[-1] == "AttemptRefused"
    _, told = await post(site, link, "begin")
    assert told == {"ok": False, "text": say.GONE}, "a signature that did not count uses the link up"


async def test_a_replayed_signature_is_gone(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    once = key.sign(await begun(site, link))
    assert (await post(site, link, "finish", once))[1]["ok"] is True
    assert (await post(site, link, "finish", once))[1] == {"ok": False, "text": say.GONE}
    assert len((await site.world.permit(NUMBER)).signatures) == 1


@pytest.mark.parametrize("bent", [{"verified": False}, {"crossed": True}], ids=["nobody-verified", "in-a-frame"])
async def test_what_the_device_or_page_says_must_be_right(site: KeySite, bent: dict[str, bool]) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    _, told = await post(site, link, "finish", key.sign(await begun(site, link), **bent))
    assert told == {"ok": False, "text": say.UNPROVEN}
    assert await signed_nothing(site)


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"rp": "evil.example"}])
async def test_a_signature_made_on_another_page_is_none(site: KeySite, wrong: dict[str, str]) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    for name, value in wrong.items():
        setattr(key, name, value)
    _, told = await post(site, link, "finish", key.sign(await begun(site, link)))
    assert told == {"ok": False, "text": say.UNPROVEN}
    assert await signed_nothing(site)


async def test_a_signature_over_another_decision_is_none(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    options = await begun(site, link)
    other = key.sign(options | {"challenge": challenge("another decision", bytes(16)).hex()})
    assert (await post(site, link, "finish", other))[1] == {"ok": False, "text": say.UNPROVEN}
    assert await signed_nothing(site)


async def test_a_forwarded_link_is_no_pen_in_another_hand(site: KeySite) -> None:
    """The link is shared; its finder has a key, too. He signs neither as the other nor as himself."""
    await enrolled(site)
    thief = await enrolled(
        site, "陈安", credential=b"soft-key-0000002", secret=ec.derive_private_key(0xBEEF, ec.SECP256R1())
    )
    link = await site.sign_link(UNIT, "site_unit")
    _, told = await post(site, link, "finish", thief.sign(await begun(site, link)))
    assert told == {"ok": False, "text": say.UNPROVEN}
    assert await signed_nothing(site)
    assert (await site.ring(CHIEF)).active[0].counter == 1


async def test_a_cloned_key_ends_and_the_safety_department_hears_it(site: KeySite) -> None:
    key = await enrolled(site)
    key.counter = 1
    link = await site.sign_link(UNIT, "site_unit")
    _, told = await post(site, link, "finish", key.sign(await begun(site, link)))
    assert told == {"ok": False, "text": say.CLONED}
    rows = await site.world.rows()
    assert {one.person for one in rows.of(Answer) if one.key == "key_cloned"} >= {UNIT, SAFETY}
    assert (await site.ring(UNIT)).active == ()
    assert await signed_nothing(site)


async def test_a_maker_who_does_not_count_is_no_thief(site: KeySite) -> None:
    key = await enrolled(site, counter=0)
    key.counter = 0
    link = await site.sign_link(UNIT, "site_unit")
    assert (await post(site, link, "finish", key.sign(await begun(site, link))))[1]["ok"] is True


async def test_a_late_signature_is_none(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    options = await begun(site, link)
    site.world.now += SIGN_FOR
    assert (await post(site, link, "finish", key.sign(options)))[1] == {"ok": False, "text": say.GONE}
    assert (await get(link))[0].status == 410
    assert await signed_nothing(site)


async def test_a_revoked_key_signs_nothing(site: KeySite) -> None:
    key = await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    options = await begun(site, link)
    rows = await site.world.says(UNIT, "注销钥匙 1")
    assert rows.said(UNIT) == ["key_revoked"]
    assert (await post(site, link, "finish", key.sign(options)))[1]["ok"] is False
    assert await signed_nothing(site)


# --- enrolling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bent", [{"verified": False}, {"crossed": True}], ids=["nobody-verified", "in-a-frame"])
async def test_a_key_that_asks_nobody_is_not_let_in(site: KeySite, bent: dict[str, bool]) -> None:
    link = await site.key_link("周建国")
    key = SoftKey(origin=site.base)
    _, told = await post(site, link, "finish", key.enrol(await begun(site, link), **bent))
    assert told == {"ok": False, "text": say.UNPROVEN_ENROL}
    assert (await site.ring(UNIT)).keys == ()


async def test_one_window_lets_one_key_in_and_the_person_is_told_each_time(site: KeySite) -> None:
    link = await site.key_link("周建国")
    key = SoftKey(origin=site.base)
    assert (await post(site, link, "finish", key.enrol(await begun(site, link))))[1]["ok"] is True
    told = [one for one in (await site.world.rows()).of(Answer, UNIT) if one.key == "key_enrolled"]
    assert [one.args["count"] for one in told] == ["1"]
    assert (await post(site, link, "begin"))[1] == {"ok": False, "text": say.ENROL_GONE}
    await enrolled(site, credential=b"soft-key-0000003")
    told = [one for one in (await site.world.rows()).of(Answer, UNIT) if one.key == "key_enrolled"]
    assert [one.args["count"] for one in told] == ["2"], "a second key alarms the person on the chat"


async def test_a_window_shuts(site: KeySite) -> None:
    link = await site.key_link("周建国")
    key = SoftKey(origin=site.base)
    options = await begun(site, link)
    site.world.now += keys.WINDOW
    assert (await post(site, link, "finish", key.enrol(options)))[1] == {"ok": False, "text": say.ENROL_GONE}
    assert (await site.ring(UNIT)).keys == ()


@pytest.mark.parametrize("who", [LEADER, UNIT])
async def test_only_safety_officers_open_windows(site: KeySite, who: PersonId) -> None:
    rows = await site.world.says(who, "登记钥匙 王强")
    assert rows.refused(who) == ["key.officer"]
    assert all(no.asked in ASKED for no in rows.of(Refusal, who)), "a no says in Chinese what it refuses"


async def test_ones_own_keys_are_told_and_an_officer_may_end_them(site: KeySite) -> None:
    await enrolled(site)
    rows = await site.world.says(UNIT, "我的钥匙")
    (told,) = (one for one in rows.of(Answer, UNIT) if one.key == "key_list_own")
    assert "孙丽在场），在用" in told.args["lines"]
    assert (await site.world.says(LEADER, "注销钥匙 周建国 1")).refused(LEADER) == ["key.owner"]
    rows = await site.world.says(SAFETY, "注销钥匙 周建国 1")
    assert (rows.said(SAFETY), rows.said(UNIT)) == (["key_revoked"], ["key_revoked_by"])
    assert (await site.ring(UNIT)).active == ()


# --- the pages -------------------------------------------------------------------------------------------------------


async def test_only_our_own_page_may_post(site: KeySite) -> None:
    await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Content_Type": "text/plain"}):
        status, _ = await post(site, link, "begin", **headers)
        assert status == 403, headers
    async with aiohttp.ClientSession() as session, session.post(f"{link}/begin", json={}) as answer:
        assert answer.status == 403, "no origin at all"
    status, _ = await post(site, link, "finish", {"x": "y" * MAX_BODY})
    assert status == 413


@pytest.mark.parametrize("body", [[], {}, {"id": 5}, {"id": "x", "response": {}}, "text", {"id": "x", "response": []}])
async def test_nonsense_from_a_browser_signs_nothing(site: KeySite, body: object) -> None:
    await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    await begun(site, link)
    status, told = await post(site, link, "finish", body)
    assert (status, told["ok"]) == (200, False)
    assert await signed_nothing(site)
    enrol = await site.key_link("周建国")
    await begun(site, enrol)
    status, told = await post(site, enrol, "finish", body)
    assert (status, told["ok"]) == (200, False)


async def test_pages_are_framed_by_nobody_and_run_only_our_script(site: KeySite) -> None:
    await enrolled(site)
    sign, window = await site.sign_link(UNIT, "site_unit"), await site.key_link("周建国")
    for link in (sign, window, f"{window}/code", f"{site.base}/sign/{'x' * 43}"):
        answer, text = await get(link)
        assert {name: answer.headers[name] for name in KEY_HEADERS} == KEY_HEADERS
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "Location" not in answer.headers
        assert " onclick" not in text


@pytest.mark.parametrize("path", ["sign", "key"])
async def test_a_guessed_or_foreign_token_opens_nothing(site: KeySite, path: str) -> None:
    await enrolled(site)
    sign, window = await site.sign_link(UNIT, "site_unit"), await site.key_link("周建国")
    other = (window if path == "sign" else sign).rsplit("/", 1)[1]
    for token in ("A" * 43, other):
        answer, text = await get(f"{site.base}/{path}/{token}")
        assert answer.status == 410
        assert NUMBER not in text
        assert (await post(site, f"{site.base}/{path}/{token}", "begin"))[1]["ok"] is False
        assert (await post(site, f"{site.base}/{path}/{token}", "finish"))[1]["ok"] is False


async def test_looking_changes_nothing(site: KeySite) -> None:
    """Chats fetch the links they show."""
    await enrolled(site)
    link = await site.sign_link(UNIT, "site_unit")
    before = await site.world.kinds(NUMBER)
    for _ in range(3):
        answer, text = await get(link)
        assert answer.status == 200
        assert NUMBER in text
    assert await site.world.kinds(NUMBER) == before


async def test_names_stay_words(site: KeySite) -> None:
    link = await site.key_link("周建国")

    def rename(tx: Any) -> None:
        register = tx.directory.register
        people = tuple(replace(one, name=EVIL) if one.id == UNIT else one for one in register.people)
        tx.put_register(replace(register, people=people))

    await site.world.writer.submit(rename)
    for page in (link, f"{link}/code"):
        _, text = await get(page)
        assert "<script>alert" not in text
        assert "<img" not in text


@pytest.mark.parametrize(
    ("url", "works"),
    [
        (None, False), ("https://permit.example.com", True), ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", False), ("http://permit.example.com", False), ("https://[::1]:8443", False),
    ],
)  # fmt: skip
def test_keys_work_under_a_name_only(url: str | None, works: bool) -> None:
    assert key_address(url) == (url if works else None)
