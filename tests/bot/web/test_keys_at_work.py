"""Start, resume and acceptance with a key, over a real socket; and a stop, which asks nobody for anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from cards import words_keys as say
from cards.buttons import Action
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SHIFT, UNIT, WORKER
from tests.support.key_calls import begun, enrolled, get, post
from tests.support.key_site import KeySite, key_site
from tests.support.key_stops import MINUTE, goes_on, stopped_and_good_again
from tests.support.office import Stage, at
from tests.support.soft_key import SoftKey
from workflow.permit.commands import SuspendReason
from workflow.permit.events import AcceptanceSigned, Event, ResumeSigned, StartSigned, WorkSuspended
from workflow.permit.state import Status
from workflow.values import ProofMethod

KEY = ProofMethod.PASSKEY


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[KeySite]:
    """Everything is in place for the start, and those who sign it stand there."""
    async with key_site(at_stage("ready"), tmp_path) as made:
        made.world.now = at("08:01")
        for person in (GUARD, SHIFT):
            await made.world.scans(person, BOARD)
        yield made


async def newest(site: KeySite, kind: type[Event]) -> Event:
    return [one for one in await site.world.events(NUMBER) if isinstance(one, kind)][-1]


async def signs(site: KeySite, link: str, key: SoftKey) -> dict[str, object]:
    return (await post(site, link, "finish", key.sign(await begun(site, link))))[1]


async def test_whoever_has_a_key_starts_with_it_and_the_journal_keeps_the_signature(site: KeySite) -> None:
    key = await enrolled(site, "赵敏")
    link = await site.work_link(GUARD, Action.START, "guardian")
    answer, text = await get(link)
    assert (answer.status, say.SIGN_BUTTON["start"] in text, "开工·监护人" in text) == (200, True, True)
    assert await signs(site, link, key) == {"ok": True, "text": say.SIGNED}
    signed = await newest(site, StartSigned)
    assert isinstance(signed, StartSigned)
    assert signed.proof is not None
    assert signed.proof.assertion is not None
    for said in ('"verdict":"start"', '"role":"guardian"', '"revision":1', f'"person":"{GUARD}"'):
        assert said in signed.proof.assertion.decision


async def test_where_the_plant_asks_a_key_a_tap_starts_nothing_and_a_stop_needs_none(site: KeySite) -> None:
    site.asks(start=KEY, resume=KEY)
    rows = await site.world.taps(GUARD, Action.START, NUMBER, "guardian")
    assert rows.said(GUARD) == ["key_needed"]
    assert (await site.world.permit(NUMBER)).start_signatures == ()
    for name, person, role in (("赵敏", GUARD, "guardian"), ("吴刚", SHIFT, "shift_leader")):
        key = await enrolled(site, name, credential=f"soft-{role}".encode())
        assert (await signs(site, await site.work_link(person, Action.START, role), key))["ok"] is True
    assert await site.world.status(NUMBER) is Status.ACTIVE
    await site.world.taps(WORKER, Action.STOP, NUMBER)
    assert await site.world.status(NUMBER) is Status.SUSPENDED


async def test_a_resume_signs_how_the_cause_was_removed(site: KeySite) -> None:
    await stopped_and_good_again(site)
    key = await enrolled(site, "赵敏")
    link = await site.work_link(GUARD, Action.RESUME, "guardian:removed")
    _, text = await get(link)
    assert "原因已消除，现场复查正常" in text
    assert await signs(site, link, key) == {"ok": True, "text": say.SIGNED}
    signed = await newest(site, ResumeSigned)
    assert isinstance(signed, ResumeSigned)
    assert signed.proof is not None
    assert signed.proof.assertion is not None
    assert '"text":"原因已消除，现场复查正常"' in signed.proof.assertion.decision


async def test_a_stop_after_the_link_ends_it(site: KeySite) -> None:
    """Somebody else stops again while the page is open: what it showed is no longer true."""
    await stopped_and_good_again(site)
    await site.world.taps(LEADER, Action.RESUME, NUMBER, "work_leader:removed")
    key = await enrolled(site, "赵敏")
    link = await site.work_link(GUARD, Action.RESUME, "guardian:removed")
    answer = key.sign(await begun(site, link))
    site.world.now += MINUTE
    await site.world.says(UNIT, f"停工 {NUMBER}")
    stop = await newest(site, WorkSuspended)
    assert isinstance(stop, WorkSuspended)
    assert (stop.at, stop.reason) == (site.world.now, SuspendReason.STOP_WORK)
    assert (await post(site, link, "finish", answer))[1] == {"ok": False, "text": say.GONE}
    assert (await site.world.permit(NUMBER)).resume_signatures == ()
    assert (await get(link))[0].status == 410


async def test_an_acceptance_is_signed_with_a_key(site: KeySite) -> None:
    world = site.world
    await goes_on(site)
    await world.photographs(GUARD)
    await world.taps(LEADER, Action.FINISH, NUMBER, "0/0")
    world.now += timedelta(minutes=31)
    await world.taps(GUARD, Action.END_WATCH, NUMBER)
    key = await enrolled(site, "李强")
    link = await site.work_link(LEADER, Action.ACCEPTANCE, "work_leader")
    assert await signs(site, link, key) == {"ok": True, "text": say.SIGNED}
    signed = await newest(site, AcceptanceSigned)
    assert isinstance(signed, AcceptanceSigned)
    assert signed.proof is not None
    assert signed.proof.method is KEY


async def test_who_has_no_part_in_a_start_gets_no_link(site: KeySite) -> None:
    await enrolled(site, "周建国")
    rows = await site.world.taps(UNIT, Action.START, NUMBER, "guardian")
    assert "key_sign_work" not in rows.said(UNIT)
    assert rows.refused(UNIT) == ["who.role"]
