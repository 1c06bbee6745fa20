"""A request in the making: what was said, what was answered since, and the card's text as of the last change.

A draft is plain data in the conversation's row. It is never a permit: it becomes one only when its author presses
提交, and what is submitted is what the card showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cards.views import DraftView, Question, Seal
from handlers.request.understand import Draft
from workflow.ids import PermitId, PersonId
from workflow.values import WorkType, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class FactAnswer:
    """One fact about the place, settled by the applicant's own tap or word."""

    name: str
    """A field of `workflow.permit.content.SiteFacts` or a trigger of the checklists."""
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The one open question. ``key`` says whose it is: ``said`` (of the sentence), ``fact:…``, ``situations``, …"""

    key: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    many: bool = False
    ticked: tuple[str, ...] = ()
    hint: str = ""
    """How to answer in words, where an example helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the card says, in words, as of one version of the draft."""

    heading: str
    lines: tuple[tuple[str, str], ...]
    question: Asked | None
    warnings: tuple[str, ...]
    complete: bool
    leftovers: tuple[str, ...] = ()
    details: str = ""
    """The cells of the work's own form, in one paragraph."""
    why: str = ""
    """Why the work has this grade, in one line."""


NOTHING_SAID = Draft()
EMPTY = Shown(heading="", lines=(), question=None, warnings=(), complete=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """One person's open request. ``version`` moves with every change; a button of another version is told so."""

    id: str
    version: int
    opened_at: datetime
    said: Draft = NOTHING_SAID
    facts: tuple[FactAnswer, ...] = ()
    situations_answered: bool = False
    """The list of situations was shown and answered: what was not ticked does not apply."""
    ticked_off: tuple[str, ...] = ()
    """Situations that stood on a list this draft's author has answered."""
    methods: tuple[str, ...] = ()
    """Methods tapped, beside those of the sentence."""
    gases: tuple[str, ...] = ()
    """Former medium as tapped or typed: keys of the gas table."""
    number: PermitId | None = None
    """The permit number reserved at the first attempt to submit; a refused attempt keeps it."""
    revises: PermitId | None = None
    """The returned permit this draft changes."""
    again: PermitId | None = None
    """The permit that came to nothing and whose job this draft takes up anew."""
    linked: tuple[PermitId, ...] = ()
    """Permits of the other works of the same job, submitted before this one (GB 30871-2022 4.6)."""
    queue: tuple[WorkType, ...] = ()
    """Works of the same job that follow this one, one permit each."""
    followers: tuple[PermitId, ...] = ()
    """The numbers reserved for them, in their order: each permit names the others from the start."""
    kept_time: str = ""
    """The planned time, as spelled by the card, that stays although another one would be free of conflicts."""
    shown: Shown = EMPTY

    def __post_init__(self) -> None:
        aware(self.opened_at)

    def fact(self, name: str) -> bool | None:
        """What was answered about a fact; None = nothing yet."""
        return next((answer.value for answer in self.facts if answer.name == name), None)

    def answered(self, *answers: FactAnswer) -> tuple[FactAnswer, ...]:
        """The facts after some more answers: a newer one replaces an older one."""
        names = {answer.name for answer in answers}
        return (*(answer for answer in self.facts if answer.name not in names), *answers)


def draft_view(draft: RequestDraft, person: PersonId, seal: Seal) -> DraftView:
    """The card's view of a draft: the words of its last change, nothing looked up."""
    shown = draft.shown
    asked = shown.question
    question = None
    if asked is not None:
        question = Question(
            key=asked.key,
            text=asked.text,
            options=asked.options,
            many=asked.many,
            ticked=asked.ticked,
            hint=asked.hint,
        )
    return DraftView(
        draft=draft.id,
        version=draft.version,
        person=person,
        heading=shown.heading,
        lines=shown.lines,
        question=question,
        warnings=shown.warnings,
        complete=shown.complete,
        seal=seal,
        leftovers=shown.leftovers,
        details=shown.details,
        why=shown.why,
    )
