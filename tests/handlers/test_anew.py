"""重新发起 and 复制: a new draft each, nothing sent, one citing the old number and the other showing what changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards import words
from cards.buttons import Action
from handlers.outgoing import Answer, DraftCard
from storage.tx import Tx
from tests.support.hot_work import GUARD, LEADER, NUMBER, WORKER
from tests.support.office import Stage, World
from workflow.permit import events as e
from workflow.permit.state import Status
from workflow.plant import CertificateStatus

NEXT = "DHZY-HC-20260318-002"


async def cancelled(world: World) -> None:
    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.CANCELLED


def revoked(tx: Tx) -> None:
    """The welder's certificates are revoked in the register."""
    register = tx.directory.register
    people = tuple(
        replace(one, certificates=tuple(replace(card, status=CertificateStatus.REVOKED) for card in one.certificates))
        if one.id == WORKER
        else one
        for one in register.people
    )
    tx.put_register(replace(register, people=people))


async def test_what_came_to_nothing_is_taken_up_anew_and_cited(at_stage: Stage) -> None:
    world = at_stage("issued")
    await cancelled(world)
    rows = await world.says(LEADER, f"重新发起 {NUMBER}")
    assert len(rows.of(DraftCard, LEADER)) == 1
    draft = (await world.talk(LEADER)).draft
    assert draft is not None
    assert draft.again == NUMBER
    assert await world.kinds(NEXT) == [], "nothing is sent by that"
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    notes = [event.text for event in await world.events(NEXT) if isinstance(event, e.NoteAdded)]
    assert notes == [f"重新发起，原票{NUMBER}"]
    assert (await world.permit(NEXT)).what.linked == (), "a dead permit is cited, not linked"


async def test_the_last_one_is_meant_where_no_number_is_said(at_stage: Stage) -> None:
    world = at_stage("issued")
    await cancelled(world)
    await world.says(LEADER, "重新发起")
    draft = (await world.talk(LEADER)).draft
    assert draft is not None
    assert draft.again == NUMBER


async def test_a_living_permit_is_not_taken_up_anew(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(LEADER, f"重新发起 {NUMBER}")
    assert rows.said(LEADER) == ["again_not_dead"]
    assert (await world.talk(LEADER)).draft is None


async def test_nor_one_that_is_over_with_people_inside(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.passes(hours=5)
    assert await world.status(NUMBER) is Status.EXPIRED
    rows = await world.says(LEADER, f"重新发起 {NUMBER}")
    assert rows.said(LEADER) == ["again_not_dead"]


@pytest.mark.parametrize("who", [GUARD, "hc0001"])
async def test_nobody_takes_up_what_is_not_theirs(at_stage: Stage, who: str) -> None:
    world = at_stage("issued")
    await cancelled(world)
    assert (await world.says(who, f"重新发起 {NUMBER}")).said(who) == ["no_such_permit"]
    assert (await world.says(who, f"复制 {NUMBER}")).said(who) == ["no_such_permit"]


async def test_a_copy_cites_nothing_and_says_that_nothing_changed(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.says(LEADER, f"复制 {NUMBER}")
    assert rows.said(LEADER) == ["copy_same"]
    draft = (await world.talk(LEADER)).draft
    assert draft is not None
    assert draft.again is None
    assert await world.kinds(NEXT) == []


@pytest.mark.parametrize("line", [f"复制 {NUMBER}", "和上次一样"])
async def test_a_copy_shows_line_by_line_what_changed(at_stage: Stage, line: str) -> None:
    world = at_stage("issued")
    await world.writer.submit(revoked)
    rows = await world.says(LEADER, line)
    (told,) = [one for one in rows.of(Answer, LEADER) if one.key == "copy_changes"]
    lines = told.args["lines"].splitlines()
    assert lines
    assert any(one.startswith("· 人员证件：王强") for one in lines)


def test_the_two_share_no_word() -> None:
    again, copy = words.BUTTON[Action.AGAIN], words.BUTTON[Action.COPY]
    assert not set(again) & set(copy)
