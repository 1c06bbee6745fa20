"""What goes where: each kind of arrival to its handler, each typed line to what it means here and now.

A typed line means, in this order: a word that works at any time (停工 before all others); the answer to a card that is
a text, by its number; the answer to the open question outside of a draft; gas values or a count of somebody on site; a
whole new request; a further line on the open draft; a new request; nothing, and then help is offered (docs/adr/0031).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import approvals, checkins, evidence, liveness, menus, monitoring, presence
from handlers.airs import air_said, gas_entered, gas_typed, unclear
from handlers.anew import anew_said
from handlers.answers import Say
from handlers.arrivals import (
    Arrival,
    CameraShots,
    DeviceAsks,
    Due,
    Entered,
    GasEntered,
    InsideNow,
    Location,
    MediaStored,
    MembershipChanged,
    MenuPressed,
    OutputAstray,
    Photo,
    PlatformNotice,
    Scan,
    SeenThere,
    Tap,
    Text,
    Undelivered,
    Unguarded,
    Unsupported,
    Video,
    Voice,
)
from handlers.away import away
from handlers.boards import board_typed
from handlers.boxing import boxing
from handlers.camera_alarms import seen_there
from handlers.desk import Desk
from handlers.deviating import deviating
from handlers.due import fell_due
from handlers.emergency import lifting
from handlers.endnotes import end_note_said
from handlers.entries import moved_said, roster_said
from handlers.finding import finding
from handlers.glass import glass
from handlers.handover import shift_said
from handlers.hazard_said import hazard_said
from handlers.hazard_steps import answered as hazard_answered
from handlers.holding import holding
from handlers.interlocking import confirming, purged_typed
from handlers.isolating import isolating
from handlers.keys import enrolling
from handlers.matching import matching
from handlers.muster import muster_said
from handlers.occupancy import inside_now
from handlers.outputs import astray
from handlers.pins import pinning
from handlers.points import points_said
from handlers.reading import Line
from handlers.reporting import reporting
from handlers.request import conversation
from handlers.request.folding import MAX_TEXT
from handlers.request.questions import Field
from handlers.request.understand import Said
from handlers.sketching import sketching
from handlers.supervision import supervision_said
from handlers.talk import Awaiting, Expect, HeldGas
from handlers.taps import tapped
from handlers.typed import typed_number
from handlers.undelivered import undelivered
from handlers.unguarded import unguarded
from handlers.vouching import vouching
from handlers.who_looked import looking
from handlers.words import heard, spoken
from workflow.ids import PermitId
from workflow.permit import commands as c
from workflow.permit.state import Status
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Role

_SAID = 200
"""Characters of a line with gas values that are kept until it is clear for which permit they are."""
WANTS_ANSWER: frozenset[type[Arrival]] = frozenset(
    {Text, Photo, Voice, Video, Tap, MenuPressed, Scan, GasEntered, Unsupported, MembershipChanged}
)
"""Arrivals by which somebody means to say something: a stranger who does so is told whom to ask."""


def without_person(
    desk: Desk,
    arrival: Due | DeviceAsks | SeenThere | InsideNow | OutputAstray | PlatformNotice | Undelivered | Unguarded,
) -> None:
    """The clock, a device, or the platform itself."""
    match arrival:
        case DeviceAsks():
            monitoring.asked(desk, arrival)
        case InsideNow():
            inside_now(desk, arrival)
        case SeenThere():
            seen_there(desk, arrival)
        case OutputAstray():
            astray(desk, arrival)
        case Due():
            fell_due(desk, arrival)
        case PlatformNotice():
            menus.noticed(desk, arrival)
        case Undelivered():
            undelivered(desk, arrival)
        case Unguarded():
            unguarded(desk, arrival)


def arrived(desk: Desk, arrival: Arrival, line: Line | None) -> None:
    """Something of a known person."""
    if isinstance(arrival, Text):
        if line is None:
            raise LookupError("a text is read before it is routed")
        typed(desk, line)
    else:
        HANDLERS[type(arrival)](desk, arrival)


def _voice(desk: Desk, arrival: Voice) -> None:
    """A voice note is kept as evidence; its words, when the platform tells them, may cry stop."""
    if arrival.text:
        heard(desk, arrival.text)
        liveness.said(desk, arrival.text)
    evidence.voice(desk, arrival)


def typed(desk: Desk, line: Line) -> None:
    """A typed line."""
    for means in _MEANINGS:
        if means(desk, line):
            return
    desk.say(Say.NOT_UNDERSTOOD)


def _too_long(desk: Desk, line: Line) -> bool:
    if line.too_long:
        desk.say(Say.TOO_LONG, limit=str(MAX_TEXT))
    return line.too_long


# --- the open question outside of a draft ---------------------------------------------------------------------------


def _answer(desk: Desk, line: Line) -> bool:
    awaiting = desk.talk.open_question(desk.now)
    if awaiting is None or not line.text.strip() or _is_request(line):
        return False
    return _ANSWERS[awaiting.what](desk, awaiting, line)


def _is_request(line: Line) -> bool:
    """A whole request answers no question; whoever writes one has turned to something else."""
    return isinstance(line.fresh, Said) and conversation.is_whole_request(line.fresh)


def _reason(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    approvals.reason_typed(desk, awaiting, line.text)
    return True


def _cause(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    if line.gas.readings:
        return False  # the new test after a stop, not the words about its cause
    checkins.cause_typed(desk, awaiting, line.text)
    return True


def _jsa(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    checkins.jsa_typed(desk, awaiting, line.text)
    return True


def _figures(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    if awaiting.detail:
        return False  # the words are there; a photo is awaited
    checkins.figures_typed(desk, awaiting, line.text)
    return True


def _count(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    people, tools = line.count.people, line.count.tools
    if people is None or tools is None or line.count.refused:
        desk.say(Say.COUNT_HOW, number=awaiting.permit)
    else:
        checkins.counted(desk, awaiting.permit, people, tools, awaiting.step)
    return True


def _purged(desk: Desk, awaiting: Awaiting, line: Line) -> bool:
    purged_typed(desk, awaiting, line.text)
    return True


def _sketch(_desk: Desk, _awaiting: Awaiting, _line: Line) -> bool:
    return False  # a photo is awaited, no line


_ANSWERS: Mapping[Expect, Callable[[Desk, Awaiting, Line], bool]] = {
    Expect.REASON: _reason,
    Expect.CAUSE: _cause,
    Expect.JSA: _jsa,
    Expect.MEASURE: _figures,
    Expect.COUNT: _count,
    Expect.PURGED: _purged,
    Expect.SKETCH: _sketch,
}


# --- the guardian, asked ---------------------------------------------------------------------------------------------


def _prompted(desk: Desk, line: Line) -> bool:
    """How many are inside, from the guardian who was asked for it."""
    return liveness.said(desk, line.text)


# --- somebody on site -----------------------------------------------------------------------------------------------


def _on_site(desk: Desk, line: Line) -> bool:
    """Air, gas values, or a count by the guardian of the one permit he guards."""
    return air_said(desk, line.text) or _gas(desk, line) or _counting(desk, line)


def _gas(desk: Desk, line: Line) -> bool:
    """Values are taken all together or not at all: half a sample is none."""
    refused = [one for one in line.gas.refused if one.gas or line.gas.readings]
    if refused and not line.gas.readings and (_is_request(line) or _fills_a_form(line)):
        return False  # 介质硫化氢 0.2MPa: what is in the pipe, not in the air
    if refused:
        return unclear(desk, refused[0])
    if not line.gas.readings:
        return False
    gas_typed(desk, HeldGas(readings=line.gas.readings, said=line.text[:_SAID], sampled_at=line.sent_at))
    return True


def _fills_a_form(line: Line) -> bool:
    return isinstance(line.merged, Said) and Field.DETAILS in line.merged.changed


def _counting(desk: Desk, line: Line) -> bool:
    people, tools = line.count.people, line.count.tools
    if people is None or tools is None or line.count.refused:
        return False
    guarded = [row for row in checkins.on_site(desk, Role.GUARDIAN) if c.CountPeople in LISTENS[Status(row.status)]]
    if len(guarded) != 1:
        return False
    checkins.counted(desk, PermitId(guarded[0].permit), people, tools, "count")
    return True


# --- requests -------------------------------------------------------------------------------------------------------


def _about_draft(desk: Desk, line: Line) -> bool:
    draft = desk.talk.draft
    if draft is None:
        return False
    if _is_request(line) and isinstance(line.fresh, Said):
        conversation.opened(desk, line.fresh, line.links)
        return True
    if conversation.answered_in_words(desk, draft, line.text):
        return True
    if isinstance(line.merged, Said):
        conversation.continued(desk, draft, line.merged, line.links)
        return True
    if line.links:
        conversation.linked_only(desk, draft, line.links)
        return True
    return False


def _request(desk: Desk, line: Line) -> bool:
    if isinstance(line.fresh, Said) and conversation.is_request(line.fresh):
        conversation.opened(desk, line.fresh, line.links)
        return True
    return False


# --- the table ------------------------------------------------------------------------------------------------------

HANDLERS: Mapping[type[Arrival], Callable[[Desk, Any], None]] = {
    Photo: evidence.photo,
    CameraShots: evidence.camera,
    Voice: _voice,
    Video: evidence.video,
    MediaStored: evidence.stored,
    Location: presence.located,
    GasEntered: gas_entered,
    Tap: tapped,
    MenuPressed: menus.pressed,
    Scan: presence.scanned,
    Entered: menus.entered,
    MembershipChanged: menus.joined_or_left,
    Unsupported: menus.unsupported,
}
"""Text has a function of its own, the clock and the platform itself come without a person."""

_MEANINGS: tuple[Callable[[Desk, Line], bool], ...] = (
    lifting, deviating, vouching, glass, hazard_said, spoken, typed_number, board_typed, anew_said, moved_said,
    shift_said, muster_said, roster_said, end_note_said, confirming, enrolling, pinning, finding, reporting,
    menus.home_said, holding, looking, away, supervision_said, points_said, _too_long, sketching, hazard_answered,
    _answer, isolating, boxing, matching, _prompted, _on_site, _about_draft, _request,
)  # fmt: skip
"""What a line may mean, asked in this order; the first that takes it is it."""
