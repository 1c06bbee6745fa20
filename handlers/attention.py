"""The radar at work: approvals are noted, a night judges them, and a likely stamp is asked one question before 同意.

Nothing here refuses anything. A question is one tap more, a wrong answer shows the right line and is one tap more
again; never in an emergency, never about a stop, at most at one approval in three.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cards import words
from cards.buttons import Action, Press
from cards.words_attention import LINE, QUESTION, SEEN
from handlers.answers import Say
from handlers.asked import asked
from handlers.outgoing import Ask, Offer
from storage.attention import Decided
from workflow.attention.question import Question, Value, lines_of, question_for
from workflow.ids import PermitId, PersonId
from workflow.permit.events import Event, StepApproved
from workflow.permit.state import Permit

if TYPE_CHECKING:
    from handlers.desk import Desk

_SEEN = "seen"
"""In place of the number of an answer: the right line was shown."""


def noted(desk: Desk, *, before: Permit, event: Event) -> None:
    """Keep an approval for the night's judging, with what was known of the time before it."""
    if not isinstance(event, StepApproved) or desk.house.radar is None or event.by.as_person is None:
        return
    person = event.by.as_person
    desk.tx.add_decision(
        person,
        Decided(
            permit=before.id,
            revision=before.revision,
            at=event.at,
            asked_at=before.waiting_since or event.at,
            lines=lines_of(before),
            words="" if event.opinion == words.AGREED else event.opinion,
            questioned=desk.tx.setting(_key(person)) == _about(before, event.node) if _suspect(desk, person) else False,
        ),
    )


def asks_first(desk: Desk, permit: Permit, press: Press) -> bool:
    """Whether one question comes before this approval; then it was put."""
    node = permit.node
    if node is None or node.key != press.arg or desk.me not in (*_asked(desk, permit), *permit.escalated_to):
        return False  # the core says no in its own words
    radar = desk.house.radar
    if radar is None or not _suspect(desk, desk.me) or desk.tx.emergencies():
        return False
    about = _about(permit, node.key)
    if desk.tx.setting(_key(desk.me)) != about and desk.tx.lately_questioned(desk.me, radar.ask_one_in - 1):
        return False
    question = question_for(permit, desk.me)
    if question is None:
        return False
    desk.tx.put_setting(_key(desk.me), about)
    text = QUESTION[question.about].format(subject=_subject(question))
    offers = tuple(
        Offer(press=_press(permit, node.key, str(index)), label=_said(desk, question, value))
        for index, value in enumerate(question.answers)
    )
    args = {"number": str(permit.id), "question": text}
    desk.question(Ask(person=desk.me, subject=_card(permit.id), key=Say.ATTEND_ASK.value, args=args, offers=offers))
    return True


def answered(desk: Desk, permit: Permit, press: Press) -> bool:
    """Whether the approval goes on. A wrong answer shows the right line, and the next tap approves."""
    node, _, said = press.arg.rpartition(":")
    question = question_for(permit, desk.me)
    if question is None:
        return True
    subject = _subject(question)
    line = LINE[question.about].format(subject=subject, answer=_said(desk, question, question.answers[question.right]))
    args = {"number": str(permit.id), "line": line}
    if said not in (_SEEN, str(question.right)):
        offers = (Offer(press=_press(permit, node, _SEEN), label=SEEN),)
        desk.question(
            Ask(person=desk.me, subject=_card(permit.id), key=Say.ATTEND_MISSED.value, args=args, offers=offers)
        )
        return False
    desk.settle(_card(permit.id), Say.ATTEND_DONE, **args)
    return True


def _suspect(desk: Desk, person: str) -> bool:
    radar, standing = desk.house.radar, desk.tx.standing(person)
    if radar is None or standing is None or desk.now - standing.judged_at > radar.window:
        return False
    return standing.score >= radar.ask_from


def _asked(desk: Desk, permit: Permit) -> tuple[PersonId, ...]:
    return asked(permit, desk.holders(permit.what.area), desk.now)


def _press(permit: Permit, node: str, said: str) -> Press:
    return Press(action=Action.ATTEND, subject=permit.id, revision=permit.revision, arg=f"{node}:{said}")


def _card(permit: PermitId) -> str:
    return f"ask:{permit}:attend"


def _key(person: str) -> str:
    return f"attention.asked:{person}"


def _about(permit: Permit, node: str) -> str:
    return f"{permit.id}/{permit.revision}/{node}"


def _subject(question: Question) -> str:
    return words.GAS.get(question.subject, question.subject)


def _said(desk: Desk, question: Question, value: Value) -> str:
    match value:
        case datetime():
            return words.clock(value, desk.house.zone)
        case Decimal():
            return f"{value:f}{question.unit}"
        case int():
            return str(value)
        case _:
            person = desk.tx.directory.people.get(value)
            return person.name if person is not None else str(value)
