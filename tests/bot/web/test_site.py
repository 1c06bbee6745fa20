"""The pages at the place over a real socket: who sees what, what a post must carry, and that everything done there is
what the chat would have done, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.web.session import LASTS, STOP_LASTS, seal_session, seal_stop
from bot.web.uploads import KEPT_FOR, MOST_BYTES, MOST_WAITING, NotTaken, Uploads
from cards import words_site as say
from cards.answers import ANSWERS
from cards.buttons import Action, Press, pack
from handlers.answers import Say
from storage.directory import Register
from tests.support.clock import START
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SECRET, Stage
from tests.support.pictures import jpeg
from tests.support.site_pages import HC, INSIDE, PHONE, BoardSite, board_site
from workflow.ids import PersonId
from workflow.permit.commands import CheckInWay
from workflow.permit.events import ArrivedOnSite, GasRecorded, WorkSuspended
from workflow.permit.state import Status
from workflow.rules.checklists import evidence_of
from workflow.values import ProofMethod

OUTSIDER = "hc0001"
"""Of the plant, and with no role on the permit."""
PERMIT = f"/site/{HC}/{NUMBER}"


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[BoardSite]:
    async with board_site(at_stage("issued"), tmp_path) as made:
        yield made


@pytest.fixture
async def working(at_stage: Stage, tmp_path: Path) -> AsyncIterator[BoardSite]:
    async with board_site(at_stage("active"), tmp_path) as made:
        yield made


def token(who: str, action: Action, arg: str = "", number: str = NUMBER) -> str:
    return pack(Press(action=action, subject=number, revision=1, arg=arg), person=who, secret=SECRET)


async def ways(site: BoardSite, who: str) -> list[CheckInWay]:
    found = await site.world.events(NUMBER)
    return [one.way for one in found if isinstance(one, ArrivedOnSite) and one.by.as_person == who]


# --- who sees what --------------------------------------------------------------------------------------------------


async def test_a_passer_by_sees_the_public_face_and_nothing_else(working: BoardSite) -> None:
    for path in (f"/site/{HC}", f"/site/{HC}/public"):
        page = await working.get(path)
        assert page.status == 200
        assert "赵敏" in page.text
        assert PHONE in page.text
        assert "一级动火" in page.text
        for hidden in (NUMBER, "王强", "李强", "换法兰", "data-form", "data-tap"):
            assert hidden not in page.text, hidden


async def test_somebody_of_the_plant_without_a_role_sees_the_same_and_may_stop(working: BoardSite) -> None:
    page = await working.get(f"/site/{HC}", OUTSIDER)
    assert NUMBER not in page.text
    assert "data-stop" in page.text
    assert (await working.get(PERMIT, OUTSIDER)).status == 404


async def test_inside_the_platform_signing_in_comes_first_and_a_stranger_comes_back_to_the_public_face(
    site: BoardSite,
) -> None:
    away = await site.get(f"/site/{HC}", **{"User-Agent": INSIDE})
    assert away.status == 302
    query = parse_qs(urlsplit(away.headers["Location"]).query)
    kept = away.headers["Set-Cookie"].partition(";")[0]
    site.codes["right"] = GUARD
    for code, leads_to in (("wrong", f"/site/{HC}/public"), ("right", f"/site/{HC}")):
        back = await site.get(f"/login/back?code={code}&state={query['state'][0]}", None, Cookie=kept)
        assert (back.status, back.headers["Location"]) == (302, leads_to)


@pytest.mark.parametrize(
    "path",
    [f"/site/{HC}/DHZY-HC-19990101-001", f"/site/HC-TK1-B1/{NUMBER}", "/site/XX-99", "/site/XX-99/public"],
)
async def test_what_is_not_there_or_elsewhere_is_not_there(site: BoardSite, path: str) -> None:
    assert (await site.get(path, GUARD)).status == 404


async def test_the_permits_of_a_place_are_those_of_the_visitor(site: BoardSite) -> None:
    page = await site.get(f"/site/{HC}", GUARD)
    assert f'{PERMIT}"' in page.text
    assert (await site.get(PERMIT, GUARD)).status == 200


async def test_who_opened_a_permit_here_is_kept_as_on_its_own_page(site: BoardSite) -> None:
    await site.get(PERMIT, GUARD)
    found = await site.world.writer.submit(lambda tx: tx.looks_at(WORKER, since=date(2026, 1, 1), most=9))
    assert [(one.viewer, one.what) for one in found] == [(GUARD, NUMBER)]


async def test_pages_are_in_no_frame_and_run_no_script_but_ours(site: BoardSite) -> None:
    policy = (await site.get(PERMIT, GUARD)).headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    inside = (await site.get(PERMIT, GUARD, **{"User-Agent": INSIDE})).headers["Content-Security-Policy"]
    assert f"script-src 'self' {site.base};" in inside


# --- what a post must carry -----------------------------------------------------------------------------------------

_POSTS = [
    (f"/site/{HC}/do", "application/json", b'{"kind":"scan","id":"00000000000000000000000000000001"}'),
    (f"/site/{HC}/stop", "application/x-www-form-urlencoded", f"id={'0' * 32}&permit={NUMBER}".encode()),
    (f"/site/{HC}/up/{'0' * 32}?at=0&of=3", "application/octet-stream", b"abc"),
    (f"/site/{HC}/sdk", "application/json", b'{"url":"x"}'),
]


@pytest.mark.parametrize(("path", "kind", "body"), _POSTS)
async def test_a_post_from_elsewhere_does_nothing(working: BoardSite, path: str, kind: str, body: bytes) -> None:
    before = len(await working.world.events(NUMBER))
    right = await working.form(GUARD)
    attacks = [
        (None, right, {}, 401),
        (GUARD, "", {}, 403),
        (GUARD, await working.form(LEADER), {}, 403),
        (GUARD, right, {"Origin": "https://evil.example"}, 403),
        (GUARD, right, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("nobody", right, {}, 403),
    ]
    for who, form, headers, status in attacks:
        answer = await working.post(path, who, body, form=form, kind=kind, **headers)
        assert answer.status == status, (who, headers)
    assert len(await working.world.events(NUMBER)) == before
    assert not (working.uploads._root).exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b'{"kind":"scan"}', b'{"kind":"scan","id":"x"}', b'{"kind":"approve","id":"' + b"0" * 32 + b'"}',
        b'{"kind":"scan","id":"' + b"0" * 32 + b'","by":"zhoujianguo"}',
        b'{"kind":"where","id":"' + b"0" * 32 + b'","fix":{"latitude":"91","longitude":"0","datum":"wgs84"}}',
        b'{"kind":"where","id":"' + b"0" * 32 + b'","fix":{"latitude":"NaN","longitude":"0","datum":"wgs84"}}',
        b'{"kind":"text","id":"' + b"0" * 32 + b'","text":"x","held":1e99}',
    ],
)  # fmt: skip
async def test_what_no_page_of_ours_sends_is_refused(site: BoardSite, body: bytes) -> None:
    assert (await site.post(f"/site/{HC}/do", GUARD, body)).status == 400


async def test_a_body_beyond_measure_is_refused(site: BoardSite) -> None:
    assert (await site.post(f"/site/{HC}/do", GUARD, b" " * (17 << 10))).status == 413


async def test_nobody_acts_on_a_permit_that_is_none_of_theirs(site: BoardSite) -> None:
    values = [["可燃气", "0", "%LEL"]]
    assert (await site.do(OUTSIDER, "gas", permit=NUMBER, values=values)).status == 404
    assert (await site.do(OUTSIDER, "photo", permit=NUMBER, purpose="H3")).status == 404
    other = await site.do(GUARD, "tap", token=token(LEADER, Action.CANCEL))
    assert other.json["said"] == [{"text": "这个按钮不是给您的，没有生效。要看自己的事，发「我的任务」。", "bad": True}]
    assert await site.world.status(NUMBER) is Status.ISSUED


# --- being there ----------------------------------------------------------------------------------------------------


async def test_the_boards_page_checks_in_once_however_often_it_is_sent(site: BoardSite) -> None:
    first = await site.do(GUARD, "scan", key="a" * 32)
    again = await site.do(GUARD, "scan", key="a" * 32)
    assert first.json == again.json
    assert first.json["said"] == [{"text": f"已签到：二号罐区。{NUMBER}", "bad": False}]
    assert await ways(site, GUARD) == [CheckInWay.BOARD_CODE]
    assert "已在现场签到" in (await site.get(PERMIT, GUARD)).text


async def test_a_position_that_establishes_nothing_neither_helps_nor_hinders_the_code(site: BoardSite) -> None:
    nowhere = {"latitude": "36.9", "longitude": "118.0", "datum": "gcj02", "accuracy": "5", "mocked": True}
    await site.do(GUARD, "scan", fix=nowhere)
    assert await ways(site, GUARD) == [CheckInWay.BOARD_CODE]


async def test_work_that_is_not_issued_is_not_shown_to_passers_by(at_stage: Stage, tmp_path: Path) -> None:
    async with board_site(at_stage("review"), tmp_path) as site:
        assert say.NOBODY in (await site.get(f"/site/{HC}/public")).text


async def test_anothers_id_is_not_used_up(site: BoardSite) -> None:
    await site.do(GUARD, "scan", key="b" * 32)
    await site.do(LEADER, "scan", key="b" * 32)
    assert await ways(site, LEADER) == [CheckInWay.BOARD_CODE]


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        ({"mocked": True, "accuracy": "5"}, Say.POSITION_MADE_UP),
        ({"mocked": False}, Say.OUTSIDE_FENCES),
        ({"mocked": False, "accuracy": "5"}, Say.OUTSIDE_FENCES),
    ],
)
async def test_a_position_that_establishes_nothing_says_so(site: BoardSite, fix: dict[str, object], said: Say) -> None:
    fix = {"latitude": "36.9", "longitude": "118.0", "datum": "gcj02", **fix}
    answer = await site.do(GUARD, "where", fix=fix)
    assert answer.json["said"] == [{"text": ANSWERS[said.value], "bad": True}]
    assert await ways(site, GUARD) == []


async def test_an_approver_at_the_board_signs_at_the_site(at_stage: Stage, tmp_path: Path) -> None:
    """GB 30871-2022 4.11: by the code on the board, opened as a page."""
    async with board_site(at_stage("review"), tmp_path) as site:
        await site.world.scans(UNIT, BOARD)
        await site.world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
        await site.world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
        page = await site.get(PERMIT, CHIEF)
        assert page.status == 200
        approve = token(CHIEF, Action.APPROVE, "approver")
        refused = await site.do(CHIEF, "tap", token=approve)
        assert refused.json["said"][0]["bad"]
        await site.do(CHIEF, "scan")
        await site.do(CHIEF, "tap", token=approve)
        permit = await site.world.permit(NUMBER)
        assert permit.status is Status.ISSUED
        assert permit.signatures[-1].proof is not None
        assert permit.signatures[-1].proof.method is ProofMethod.PLATFORM_SESSION_AT_SITE


# --- the checklist, gas, stopping -----------------------------------------------------------------------------------


async def test_a_measure_is_confirmed_once(site: BoardSite) -> None:
    await site.do(GUARD, "scan")
    permit = await site.world.permit(NUMBER)
    plain = next(
        one.no for one in permit.law.measures
        if permit.measures[one.no].involved and not evidence_of(one)
    )  # fmt: skip
    act = {"key": "c" * 32, "token": token(GUARD, Action.CONFIRM, plain)}
    await site.do(GUARD, "tap", **act)
    await site.do(GUARD, "tap", **act)
    kinds = await site.world.kinds(NUMBER)
    assert kinds.count("MeasureConfirmed") == 1
    assert (await site.world.permit(NUMBER)).measures[plain].confirmed_by == GUARD


async def test_gas_without_a_unit_is_refused_and_a_value_is_judged_at_once(site: BoardSite) -> None:
    bare = await site.do(GUARD, "gas", permit=NUMBER, values=[["可燃气", "0.2", ""]])
    assert "没有写单位" in bare.json["said"][0]["text"]
    bad = await site.do(GUARD, "gas", permit=NUMBER, values=[["可燃气", "0.8", "%vol"]])
    assert bad.json["said"][0]["bad"]
    assert "不合格" in bad.json["said"][0]["text"]
    await site.do(GUARD, "gas", permit=NUMBER, held=600, values=[["可燃气", "0", "%LEL"]])
    good = [one for one in await site.world.events(NUMBER) if isinstance(one, GasRecorded)][-1]
    assert good.passed
    assert (site.world.now - good.sample.sampled_at).total_seconds() == 600, "sampled when it was filled in"


async def test_stopping_names_who_is_told_and_needs_no_more_than_a_sign_in(working: BoardSite) -> None:
    stopped = await working.do(WORKER, "stop", key="d" * 32, permit=NUMBER)
    assert await working.world.status(NUMBER) is Status.SUSPENDED
    assert "赵敏" in stopped.json["heard"]
    assert stopped.json["waiting"] > 0
    await working.world.rows()
    later = await working.do(WORKER, "stop", key="d" * 32, permit=NUMBER)
    assert (later.json["heard"], later.json["waiting"]) == (stopped.json["heard"], 0)
    assert (await working.world.kinds(NUMBER)).count("WorkSuspended") == 1


async def test_whoever_stands_there_stops_everything_there_without_our_script(working: BoardSite) -> None:
    form = await working.form(OUTSIDER)
    body = f"form={form}&id={'e' * 32}&permit=".encode()
    page = await working.post(f"/site/{HC}/stop", OUTSIDER, body, form="", kind="application/x-www-form-urlencoded")
    assert page.status == 403, "an empty header is a wrong token"
    sent = {"Origin": working.base, "Content-Type": "application/x-www-form-urlencoded"}
    page = await working._ask("POST", f"/site/{HC}/stop", OUTSIDER, sent, body)
    assert page.status == 200
    assert "已停工" in page.text
    assert await working.world.status(NUMBER) is Status.SUSPENDED


async def stops(site: BoardSite, cry: str, *, board: str = HC, kind: str = "stop", **headers: str) -> int:
    """A post of a phone whose sign-in is over; the status of the answer."""
    body = json.dumps({"kind": kind, "id": site.id()}).encode()
    return (await site.post(f"/site/{board}/do", None, body, **{"X-Stop": cry, **headers})).status


async def test_a_stop_gets_through_after_the_sign_in_is_over(working: BoardSite) -> None:
    person, opened = PersonId(OUTSIDER), working.world.now - timedelta(hours=12)
    assert timedelta(hours=12) > LASTS
    session = seal_session(person, key=SECRET, now=opened)
    cry = seal_stop(person, HC, key=SECRET, now=opened)
    assert await stops(working, cry, Cookie=f"ptw_session={session}") == 200
    assert await working.world.status(NUMBER) is Status.SUSPENDED
    stopped = [one for one in await working.world.events(NUMBER) if isinstance(one, WorkSuspended)]
    assert [one.by.as_person for one in stopped] == [OUTSIDER]


async def test_a_stop_gets_through_as_a_plain_form_after_the_sign_in_is_over(working: BoardSite) -> None:
    body = f"form=&stop={await working.cry(WORKER)}&id={'e' * 32}&permit={NUMBER}".encode()
    sent = {"Origin": working.base, "Content-Type": "application/x-www-form-urlencoded"}
    page = await working._ask("POST", f"/site/{HC}/stop", None, sent, body)
    assert (page.status, "已停工" in page.text) == (200, True)
    assert await working.world.status(NUMBER) is Status.SUSPENDED


async def test_the_way_of_a_stop_leads_to_nothing_else(working: BoardSite) -> None:
    cry, before = await working.cry(GUARD), len(await working.world.events(NUMBER))
    assert await stops(working, cry, kind="scan") == 403
    assert await stops(working, cry, board="HC-TK1-B1") == 401, "made for another board"
    assert await stops(working, cry, Origin="https://evil.example") == 403
    assert await stops(working, cry[:-1] + ("0" if cry[-1] != "0" else "1")) == 401
    assert await stops(working, working.cookie(GUARD).partition("=")[2]) == 401, "a sign-in is none"
    assert await stops(working, seal_stop(PersonId("nobody"), HC, key=SECRET, now=working.world.now)) == 403
    borrowed = {"Cookie": f"ptw_session={cry}"}
    assert (await working.get(PERMIT, None, **borrowed)).status == 302, "it signs nobody in"
    week_old = seal_stop(PersonId(GUARD), HC, key=SECRET, now=working.world.now - STOP_LASTS)
    assert await stops(working, week_old) == 401
    assert len(await working.world.events(NUMBER)) == before


async def test_who_has_left_is_nobody_here_whatever_their_phone_still_holds(working: BoardSite) -> None:
    form, cry = await working.form(GUARD), await working.cry(GUARD)
    before = len(await working.world.events(NUMBER))
    known = await working.world.writer.submit(lambda tx: tx.directory.people[PersonId(GUARD)])
    await working.world.writer.submit(lambda tx: tx.put_register(Register(people=(replace(known, active=False),))))
    assert (await working.get(PERMIT, GUARD)).status == 302
    body = json.dumps({"kind": "scan", "id": working.id()}).encode()
    assert (await working.post(f"/site/{HC}/do", GUARD, body, form=form)).status == 403
    assert await stops(working, cry) == 403
    assert len(await working.world.events(NUMBER)) == before


# --- photos ---------------------------------------------------------------------------------------------------------


async def test_a_photo_comes_in_pieces_and_is_taken_once(site: BoardSite) -> None:
    data, upload = jpeg(), "f" * 32
    early = await site.do(GUARD, "photo", key=upload, permit=NUMBER, purpose="H3")
    assert (early.status, early.json["text"]) == (409, say.NO_PHOTO)
    await site.sends(GUARD, data, upload, piece=max(1, len(data) // 3))
    taken = await site.do(GUARD, "photo", key=upload, permit=NUMBER, purpose="H3")
    assert taken.json["fetching"]
    assert await site.fetches() == 1
    for _ in range(2):
        done = await site.do(GUARD, "photo", key=upload, permit=NUMBER, purpose="H3")
        assert not done.json["fetching"]
        assert "照片已存" in done.json["said"][0]["text"]
    assert await site.fetches() == 0
    assert [one.purpose for one in (await site.world.permit(NUMBER)).photos] == ["H3"]
    assert not site.uploads.is_whole(GUARD, upload), "looked at and put away"


async def test_what_is_no_picture_is_refused_in_words(site: BoardSite) -> None:
    await site.sends(GUARD, b"<svg onload=alert(1)>", "1" * 32)
    await site.do(GUARD, "photo", key="1" * 32, permit=NUMBER, purpose="H3")
    await site.fetches()
    answer = await site.do(GUARD, "photo", key="1" * 32, permit=NUMBER, purpose="H3")
    assert answer.json["said"][0]["bad"]
    assert (await site.world.permit(NUMBER)).photos == ()


async def test_pieces_go_on_where_they_broke_off(tmp_path: Path) -> None:
    uploads, data = Uploads(tmp_path), b"0123456789"
    assert uploads.add(GUARD, "x", at=0, of=10, piece=data[:4], now=START) == 4
    assert uploads.add(GUARD, "x", at=0, of=10, piece=data[:4], now=START) == 4, "the same piece again"
    assert uploads.add(GUARD, "x", at=7, of=10, piece=data[7:], now=START) == 4, "a piece too far"
    assert uploads.have(WORKER, "x") == 0, "everybody has names of their own"
    assert uploads.add(GUARD, "x", at=4, of=10, piece=data[4:], now=START) == 10
    assert uploads.read(uploads.handle(GUARD, "x")) == data
    assert uploads.add(GUARD, "x", at=10, of=11, piece=b"!", now=START) == 10, "whole is whole"


class Meeting(datetime):
    """A moment that two threads look at together, if they can."""

    both = Barrier(2)

    def __sub__(self, other: Any) -> Any:
        with suppress(BrokenBarrierError):
            self.both.wait(0.5)
        return super().__sub__(other)


async def test_a_piece_that_is_sent_again_while_it_is_written_stands_there_once(tmp_path: Path) -> None:
    uploads, now = Uploads(tmp_path), Meeting.fromisoformat(START.isoformat())

    def add() -> int:
        return uploads.add(GUARD, "x", at=0, of=10, piece=b"01234", now=now)

    assert set(await asyncio.gather(asyncio.to_thread(add), asyncio.to_thread(add))) == {5}
    assert uploads.have(GUARD, "x") == 5


async def test_too_large_and_too_many_are_not_taken_and_old_ones_make_room(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    for of, piece in ((MOST_BYTES + 1, b"x"), (0, b""), (2, b"xxx")):
        with pytest.raises(NotTaken):
            uploads.add(GUARD, "x", at=0, of=of, piece=piece, now=START)
    for number in range(MOST_WAITING):
        uploads.add(GUARD, str(number), at=0, of=2, piece=b"x", now=START)
    with pytest.raises(NotTaken):
        uploads.add(GUARD, "more", at=0, of=2, piece=b"x", now=START)
    uploads.add(GUARD, "more", at=0, of=2, piece=b"x", now=START + KEPT_FOR * 2)
    assert uploads.have(GUARD, "0") == 0


# --- the platform's script ------------------------------------------------------------------------------------------


async def test_only_pages_of_ours_are_signed_and_only_in_the_platforms_own_browser(site: BoardSite) -> None:
    async def sign(url: str, agent: str = INSIDE) -> int:
        body = json.dumps({"url": url}).encode()
        return (await site.post(f"/site/{HC}/sdk", GUARD, body, **{"User-Agent": agent})).status

    assert await sign(f"{site.base}/site/{HC}") == 200
    assert await sign(f"{site.base}/site/{HC}", "Firefox") == 400
    assert await sign("https://evil.example/site/x") == 400
    site.tickets = False
    assert await sign(f"{site.base}/site/{HC}") == 503
