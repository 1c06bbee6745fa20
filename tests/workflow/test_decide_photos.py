"""A photo that was made from an earlier one shows nothing, until a named person says why it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.works import CHIEF, GUARDIAN, LEADER, SAFETY, SHIFT, WORKER, Desk, make_ready, photo
from workflow.errors import ImpossibleEvent
from workflow.ids import MediaHash
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.evolve import evolve, fold
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor

OLD = MediaHash("e" * 64)


def ready() -> Desk:
    """Everything in order for the start."""
    desk = Desk().reach(Status.ISSUED)
    make_ready(desk)
    return desk


def without(purpose: str) -> Desk:
    """Ready, but for the photos of one purpose."""
    desk = ready()
    kept = [one for one in desk.events if not (isinstance(one, e.PhotoAdded) and one.purpose == purpose)]
    desk.events = [
        replace(one, media=None) if isinstance(one, e.MeasureConfirmed) and one.no == purpose else one for one in kept
    ]
    desk.permit = fold(desk.permit.id, desk.permit.site, desk.events)
    return desk


def doubted(purpose: str, *, camera: bool = True) -> Desk:
    """Ready, but the only photo for a purpose resembles an earlier one."""
    desk = without(purpose)
    taken = desk.by(GUARDIAN, c.AddPhoto, purpose=purpose, media=photo("again"), camera=camera, copies=OLD)
    desk.ask(taken)
    return desk


def start(desk: Desk) -> list[str]:
    return desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def accept(desk: Desk, who: str = SAFETY, **parts: str) -> c.AcceptPhoto:
    said: dict[str, str] = {"purpose": "scene", "media": photo("again"), "reason": "同一角度重拍，已到场看过", **parts}
    command: c.AcceptPhoto = desk.by(who, c.AcceptPhoto, **said)  # type: ignore[arg-type]  # ids are strings
    return command


def test_a_doubtful_photo_does_not_let_work_start() -> None:
    desk = doubted("scene")
    assert start(desk) == ["photos"]
    desk.ask(accept(desk))
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_a_doubtful_photo_confirms_no_measure() -> None:
    desk = doubted("H8")
    assert start(desk) == ["measures_confirmed"]
    desk.ask(accept(desk, purpose="H8"))
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_a_new_photo_takes_the_place_of_a_doubtful_one() -> None:
    desk = doubted("scene")
    desk.ask(desk.by(GUARDIAN, c.AddPhoto, purpose="scene", media=photo("new"), camera=True))
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_accepting_says_it_is_no_copy_and_not_that_it_is_of_here_and_now() -> None:
    desk = doubted("scene", camera=False)
    desk.ask(accept(desk))
    assert start(desk) == ["photos"]


def test_the_one_time_code_in_the_picture_is_as_good_as_the_camera() -> None:
    desk = doubted("scene")
    desk.ask(desk.by(GUARDIAN, c.AddPhoto, purpose="scene", media=photo("code"), camera=False, code=True))
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_what_was_doubted_once_stays_doubted_for_every_purpose() -> None:
    desk = doubted("scene")
    desk.ask(desk.by(WORKER, c.AddPhoto, purpose="H8", media=photo("again"), camera=True))
    assert [one.doubtful for one in desk.permit.photos if one.media == photo("again")] == [True, True]


@pytest.mark.parametrize("who", [GUARDIAN, LEADER, SHIFT, CHIEF])
def test_only_the_safety_department_accepts(who: str) -> None:
    desk = doubted("scene")
    assert desk.refused(accept(desk, who)) == ["who.role"]


def test_nobody_accepts_their_own_photo() -> None:
    desk = without("scene")
    desk.ask(desk.by(SAFETY, c.AddPhoto, purpose="scene", media=photo("again"), camera=True, copies=OLD))
    assert desk.refused(accept(desk)) == ["who.independent"]


def test_a_reason_is_given_and_there_must_be_a_doubt() -> None:
    desk = doubted("scene")
    assert desk.refused(accept(desk, reason=" ")) == ["photo.reason"]
    assert desk.refused(accept(desk, media=photo("other"))) == ["late.done"]
    desk.ask(accept(desk))
    assert desk.refused(accept(desk)) == ["late.done"]


def test_an_acceptance_of_nothing_is_impossible() -> None:
    desk = ready()
    strange = e.PhotoAccepted(
        by=Actor.person(SAFETY), at=desk.now, purpose="scene", media=photo("scene"), reason="看过"
    )
    with pytest.raises(ImpossibleEvent):
        evolve(desk.permit, strange)


def test_the_gate_names_what_is_doubted_and_what_to_do() -> None:
    desk = doubted("scene")
    found = [
        one
        for one in evaluate(Moment.START, desk.permit, desk.permit.law, desk.facts())
        if one.gate == "photos" and one.stops
    ]
    assert [one.fact for one in found] == ["像是以前用过的照片：作业现场"]
    assert "安全管理部门" in found[0].cure
