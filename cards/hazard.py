"""The card of a hazard: a work order for whoever answers for it, a parcel for whoever reported it, a question for
whoever is asked. One subject, so that everybody holds one and sees it change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cards import words, words_hazards
from cards.buttons import Action, Press
from cards.card import Button, Card, Line, Style, Tone
from cards.views import Seal
from workflow.hazard.effects import About
from workflow.hazard.law import Plant
from workflow.hazard.owed import due, owed
from workflow.hazard.state import Hazard, Stage
from workflow.ids import HazardId
from workflow.values import aware

_TONES = {Plant.ORDINARY: Tone.NEUTRAL, Plant.SERIOUS: Tone.WARN, Plant.MAJOR: Tone.DANGER}
_MAIN = frozenset({"take", "rectify", "accept", "grant"})
_GRAVE = frozenset({"back", "refuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardView:
    """One hazard as one person may see it now. ``reporter`` is empty where he may not be named to the viewer."""

    hazard: Hazard
    about: About | None
    mine: bool
    """Whether the viewer reported it, or saw the same."""
    earned: int = 0
    """Points the viewer got for it."""
    reporter: str
    responsible: str
    may: tuple[str, ...]
    """What the viewer may press: keys of `cards.words_hazards.TAPS`, the likeliest first."""
    now: datetime
    zone: tzinfo
    seal: Seal
    page_url: str | None = None
    """Where its pictures are shown; None where the viewer has no door to pages."""

    def __post_init__(self) -> None:
        aware(self.now)


def subject_of(number: HazardId) -> str:
    """The key under which a person holds at most one card of it."""
    return f"hazard:{number}"


def hazard_card(view: HazardView) -> Card:
    """The card. Raise ValueError for a hazard nobody reported."""
    hazard = view.hazard
    _, grade = hazard.ruling
    seen = hazard.sighting
    if seen is None:
        raise ValueError(f"{hazard.id} was never reported")
    said = words_hazards.ABOUT[view.about] if view.about is not None else ""
    if view.earned and view.about is About.ARCHIVED:
        said += words_hazards.EARNED.format(points=view.earned)
    buttons = tuple(_button(view, what) for what in view.may)
    return Card(
        subject=subject_of(hazard.id),
        key=f"{subject_of(hazard.id)}:{hazard.version}:{view.about or ''}",
        title=words_hazards.headline(grade, hazard.stage, hazard.supervision, ended=not hazard.open),
        subtitle=str(hazard.id),
        tone=_TONES[grade.plant] if hazard.open else Tone.GOOD,
        source=words_hazards.SOURCE,
        quote=said,
        body=f"{seen.text or words_hazards.ONLY_PHOTO}\n{words_hazards.why_grave(grade)}",
        lines=tuple(_lines(view))[:6],
        buttons=buttons,
        menu=() if buttons else (_button(view, "show"),),
        url=view.page_url if hazard.before or hazard.after or hazard.videos else None,
        phase=hazard.stage.value,
        done="" if hazard.open else words_hazards.STAGE[hazard.stage],
    )


def _button(view: HazardView, what: str) -> Button:
    press = Press(action=Action.HAZARD, subject=view.hazard.id, revision=view.hazard.version, arg=what)
    style = Style.PRIMARY if what in _MAIN else Style.DANGER if what in _GRAVE else Style.NORMAL
    return Button(text=words_hazards.TAPS[what], token=view.seal(press), style=style)


def _lines(view: HazardView) -> Iterator[Line]:
    hazard, rows = view.hazard, words_hazards.ROWS
    place = hazard.sighting.place if hazard.sighting is not None else ""
    yield Line(label=rows["place"], value=place or words_hazards.NO_PLACE)
    if view.mine:
        yield Line(label=rows["way"], value=words_hazards.STEPS[hazard.stage])
    yield Line(label=rows["who"], value=view.responsible or words_hazards.NOBODY)
    until, what = due(hazard), owed(hazard)
    if until is not None and what is not None:
        label = f"{words_hazards.OWED[what]}期限" if len(words_hazards.OWED[what]) < 4 else rows["due"]
        yield Line(label=label, value=words_hazards.left(until, view.now, view.zone))
    if hazard.extension is not None:
        asked = words.day(hazard.extension.until, view.zone)
        yield Line(label=rows["more"], value=f"到{asked}：{hazard.extension.why}")
    if hazard.stage in (Stage.TO_ACCEPT, Stage.ARCHIVED):
        counted = words_hazards.BEFORE_AFTER.format(before=len(hazard.before), after=len(hazard.after))
        yield Line(label=rows["photos"], value=counted)
    elif hazard.interim:
        yield Line(label=rows["hold"], value=hazard.interim)
    yield Line(label=rows["by"], value=view.reporter or words_hazards.UNNAMED)
