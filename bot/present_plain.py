"""What a row of the outbox comes to when its card cannot be made or is refused: one line, without card and view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cards import words
from cards import words_plain as say
from cards.answers import answer_text
from cards.words_hazards import ABOUT
from handlers import outgoing as out
from workflow.effects import Lane, Purpose
from workflow.hazard.effects import About
from workflow.ids import PermitId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line to one person."""

    person: PersonId
    text: str
    permit: PermitId | None = None
    """The permit whose page may help."""


def line_of(intent: out.Outgoing, lane: Lane) -> Line | None:
    """The line of what is said to one person; None where there is none: nothing is said, or it is words already."""
    match intent:
        case out.PermitCard(person=person, permit=permit, purpose=purpose):
            said = permit_line(permit, purpose, lane)
            return Line(person=person, permit=permit, text=_noted(intent.note, intent.args, said))
        case out.PermitRefresh(person=person, permit=permit, handle=str()):
            return Line(person=person, permit=permit, text=permit_line(permit, None, lane))
        case out.HazardCard(person=person, hazard=number, about=about):
            if not about:
                return Line(person=person, text=say.HAZARD_SHOWN.format(number=number))
            spoken = words.PLAIN_ALARM if lane is Lane.SAFETY else say.HAZARD
            return Line(person=person, text=spoken.format(what=ABOUT[About(about)], number=number))
        case out.DraftCard(person=person):
            return Line(person=person, text=say.DRAFT)
        case out.Ask(person=person, key=key, args=args):
            return Line(person=person, text=say.ASK.format(question=answer_text(key, args)))
        case out.Refusal(person=person, permit=permit):
            return Line(person=person, text=say.REFUSED.format(number=f"{permit} " if permit is not None else ""))
        case out.TaskList(person=person):
            return Line(person=person, text=say.TASKS)
        case out.RegisterFile(person=person) | out.WatchFile(person=person):
            return Line(person=person, text=say.FILE)
        case _:
            return None


def permit_line(permit: PermitId, purpose: Purpose | None, lane: Lane) -> str:
    """The line about a permit for one person; an alarm's says to obey at once."""
    if purpose is None:
        return say.SHOWN.format(number=permit)
    spoken = words.PLAIN_ALARM if lane is Lane.SAFETY else say.PERMIT
    return spoken.format(what=words.PURPOSE[purpose], number=permit)


def group_line_of(note: out.GroupNote, lane: Lane) -> str:
    """The line for a group."""
    spoken = words.PLAIN_ALARM if lane is Lane.SAFETY else say.GROUP
    return _noted(note.note, note.args, spoken.format(what=words.PURPOSE[note.purpose], number=note.permit))


def _noted(note: str, args: Mapping[str, str], line: str) -> str:
    """What was noted with it comes first: who was not reached, say, may be all that it was sent for."""
    try:
        return f"{answer_text(note, args)}\n{line}" if note else line
    except LookupError:  # its words may be why there is no card
        return line


def night_line(numbers: str) -> str:
    """The line for what waited for the morning."""
    return say.NIGHT.format(numbers=numbers)
