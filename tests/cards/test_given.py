"""Who began work stays told after a stop; a signature taken back before anything began is not told as one."""

from __future__ import annotations

from itertools import takewhile

from cards.forms.tables import signatures
from cards.given import given
from tests.support.papers import events, paper_of
from tests.support.works import GUARDIAN, LEADER, SHIFT, at
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.signing import ACCEPT, RESUME, START
from workflow.rules.types import Role
from workflow.values import Actor, ProofMethod, WorkType

HOT = tuple(events(WorkType.HOT, closed=True))
STOP = e.WorkSuspended(by=Actor.clock(), at=at("10:40"), reason=SuspendReason.GUARDIAN_LEFT, text="", evacuate=False)


def told(history: tuple[e.Event, ...]) -> list[tuple[str, object, str]]:
    """What was signed, by whom, when; times as the clock at the place shows them."""
    return [(step, one.person, f"{one.at:%H:%M}") for step, one in given(paper_of(history).permit, history)]


def until(kind: type[e.Event]) -> tuple[e.Event, ...]:
    return tuple(takewhile(lambda one: not isinstance(one, kind), HOT))


def test_who_began_stays_told_through_stop_and_end() -> None:
    begun = [(START, GUARDIAN), (START, SHIFT)]
    again = [(RESUME, GUARDIAN), (RESUME, LEADER)]
    assert [one[:2] for one in told((*until(e.ResumeSigned),))] == begun, "while it is stopped"
    assert [one[:2] for one in told(until(e.WorkFinished))] == begun + again
    assert [one[:2] for one in told((*until(e.WorkFinished), STOP))] == begun + again, "after the second stop, too"
    assert [step for step, _, _ in told(HOT)] == [START, START, RESUME, RESUME, ACCEPT, ACCEPT]


def test_how_he_proved_it_is_kept() -> None:
    first = given(paper_of(HOT).permit, HOT)[0][1]
    assert first.proof is not None
    assert first.proof.method is ProofMethod.PLATFORM_SESSION


def test_a_signature_a_stop_took_back_is_not_on_the_page_and_not_on_the_form() -> None:
    signed = until(e.WorkStarted)
    assert [one[:2] for one in told(signed)] == [(START, GUARDIAN), (START, SHIFT)]
    stopped = (*signed, STOP)
    assert told(stopped) == []
    began = [row for row in signatures(paper_of(stopped)).rows if row[0].startswith("开工") or "验票" in row[0]]
    assert began
    assert all(row[1:] == ("", "", "", "") for row in began)
    again = e.StartSigned(by=Actor.person(GUARDIAN), at=at("10:50"), role=Role.GUARDIAN, proof=None)
    assert [one[:2] for one in told((*signed, again))] == [(START, SHIFT), (START, GUARDIAN)], "the newer one stands"
