"""Buttons: what a tap, or words that plainly mean one of the buttons, does to a draft."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import tzinfo

from handlers.request.company import CompanySaid
from handlers.request.correcting import filled, read_again, settled
from handlers.request.folding import fold
from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceEntry, PlaceKind, Via
from handlers.request.lexicon import WORK_LABELS, StatedGrade
from handlers.request.numerals import to_int
from handlers.request.people import PersonDoubt, PersonSaid
from handlers.request.places import PlaceSaid, settle
from handlers.request.questions import Choice, Question, QuestionKind
from handlers.request.times import chosen
from handlers.request.understand import Draft
from handlers.request.words import WorkSaid
from workflow.errors import NaiveTime
from workflow.rules.types import Role
from workflow.values import WorkType

_MEANT = {
    QuestionKind.UNKNOWN_PERSON,
    QuestionKind.UNSURE_PERSON,
    QuestionKind.UNKNOWN_PLACE,
    QuestionKind.UNKNOWN_CODE,
    QuestionKind.AMBIGUOUS_PLACE,
    QuestionKind.UNKNOWN_COMPANY,
    QuestionKind.UNCLEAR_DAY,
    QuestionKind.PAST_START,
    QuestionKind.DETAIL_WHICH,
    QuestionKind.DETAIL_TOO_MANY,
    QuestionKind.UNSURE_WORK,
}
"""Questions of the sort "did you mean …": 是 answers them when there is one button."""
_BY_LABEL = _MEANT - {QuestionKind.DETAIL_WHICH} | {
    QuestionKind.SAME_NAME,
    QuestionKind.SEVERAL_PLACES,
    QuestionKind.PLACE_CONFLICT,
}
_YES = re.compile(
    "(?:是|是的|对|对的|嗯+|好|好的|可以|确认|没错|就是|OK|行|对对|是他|是她|就他|就她|就是他)[吧啊呀哦的了!。,~ ]*"
)
_NTH = re.compile("(?:选|要)?第?([一二两三四1-4])个?(?:吧|的)?")
_NTH_FORMAL = re.compile("(?:选|第)")


def pick_by_words(folded: str, question: Question) -> Choice | None:
    """The button an answer plainly means: its label, 第二个, 是 under a single button, or words only it contains."""
    words = folded.strip(" ,。!?~")
    for choice in question.choices:
        if words == fold(choice.label).strip():
            return choice
    nth = _NTH.fullmatch(words)
    if nth and _NTH_FORMAL.match(words):
        at = (to_int(nth.group(1)) or 0) - 1
        return question.choices[at] if at < len(question.choices) else None
    if question.kind in _MEANT and len(question.choices) == 1 and _YES.fullmatch(words):
        return question.choices[0]
    core = re.sub("^(?:是|就是|选|要|那个)|(?:那个|的|那位|吧|啊|里的)+$", "", words)
    if question.kind in _BY_LABEL and len(core) > 1:
        holding = [choice for choice in question.choices if core in fold(choice.label)]
        return holding[0] if len(holding) == 1 else None
    return None


def apply_choice(draft: Draft, key: str, *, gazetteer: Gazetteer, sender: PersonEntry, tz: tzinfo) -> Draft | None:
    """The draft after a tap; None when the button no longer fits (an old card, a changed plant list, a forged key)."""
    what, _, value = key.partition(":")
    try:
        match what:
            case "work":
                return _with_work(draft, WorkType(value))
            case "works":
                return replace(draft, linked=True)
            case "place":
                kind, _, place = value.partition(":")
                return _with_place(draft, gazetteer.by_place_id.get((PlaceKind(kind), place)))
            case "person":
                at, _, person = value.partition(":")
                return _with_candidate(draft, int(at), gazetteer.by_person_id.get(person))
            case "self":
                return with_person(draft, Role(value), sender)
            case "role":
                role, _, person = value.partition(":")
                return with_person(draft, Role(role), gazetteer.by_person_id.get(person))
            case "detail":
                return settled(draft, value)
            case "cell":
                return filled(draft, value)
            case "grade":
                return replace(draft, grades=(StatedGrade(value),))
            case "company":
                return replace(draft, company=CompanySaid(said=value, employer=value))
            case _:
                frame = chosen(draft.frame, key, tz)
                return None if frame is None else replace(draft, frame=frame)
    except (ValueError, IndexError, ArithmeticError, NaiveTime):
        return None


def _with_work(draft: Draft, work: WorkType) -> Draft:
    said = next((one for one in draft.works if one.work is work), WorkSaid(work=work, said=WORK_LABELS[work]))
    return read_again(replace(draft, works=(said,), linked=False), work)


def _with_place(draft: Draft, entry: PlaceEntry | None) -> Draft | None:
    if entry is None:
        return None
    doubtful = next((at for at, place in enumerate(draft.places) if place.doubt and entry in place.candidates), None)
    old = draft.places[doubtful] if doubtful is not None else next((p for p in draft.places if p.entry == entry), None)
    detail = old.detail if old else ""
    said = old.said if old else entry.name
    new = PlaceSaid(said=said, entry=entry, via=Via.CHOSEN, detail=detail, candidates=(entry,))
    if doubtful is None or old is None or old.entry is not None:
        return replace(draft, places=(new,))
    others = [place for at, place in enumerate(draft.places) if at != doubtful]
    return replace(draft, places=settle([*others[:doubtful], new, *others[doubtful:]]))


_EITHER = re.compile("或|还是|要么")


def _with_candidate(draft: Draft, at: int, person: PersonEntry | None) -> Draft | None:
    if person is None or at < 0:
        return None
    asked = draft.people[at]
    if asked.doubt is None or (asked.candidates and person not in asked.candidates):
        return None
    people = list(draft.people)
    people[at] = replace(asked, person=person, doubt=None, candidates=(person,))
    others = [one for one in asked.candidates if one != person]
    unnamed = all(one.role is not Role.WORKER for one in draft.people)
    between = asked.doubt is PersonDoubt.UNSURE and asked.role is not Role.WORKER and not _EITHER.search(asked.said)
    if between and len(others) == 1 and unnamed:
        # 王强监护赵敏: once the guardian is chosen, the other name is the bare one, and a bare name is a worker
        people.append(PersonSaid(role=Role.WORKER, said=others[0].name, person=others[0], candidates=(others[0],)))
    return replace(draft, people=tuple(people))


def with_person(draft: Draft, role: Role, person: PersonEntry | None) -> Draft | None:
    """Name one person for a role in place of whoever was named (workers: besides); None for an unknown person."""
    if person is None:
        return None
    new = PersonSaid(role=role, said=person.name, person=person, candidates=(person,))
    keep = [one for one in draft.people if one.role is not role or (role is Role.WORKER and one.person != person)]
    return replace(draft, people=(*keep, new))
