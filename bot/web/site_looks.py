"""What the pages at the place show, as plain values for their templates; nothing in here is markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from cards import words, words_site
from cards.buttons import Action
from cards.card import Button
from cards.permit import permit_card
from cards.step import button
from cards.steps_site import to_confirm
from cards.views import PermitView
from handlers.onsite import GasForm, Work
from handlers.purposes import label_of
from workflow.permit import commands as c
from workflow.permit.state import GasRecord, MeasureState, Permit, Status
from workflow.permit.tasks import PHOTO_PURPOSE
from workflow.permit.transitions import LISTENS
from workflow.rules.checklists import NUMBERS, PHOTO, TEXT, evidence_of
from workflow.rules.gas import label
from workflow.rules.tasks import TaskKind
from workflow.rules.types import Measure, Role

_ICON = {
    Status.ISSUED: "○",
    Status.ACTIVE: "▶",
    Status.SUSPENDED: "■",
    Status.FIRE_WATCH: "◔",
    Status.COMPLETED: "□",
}
_ELSEWHERE = frozenset({Action.STOP, Action.CONFIRM, Action.MEASURES, Action.GAS_HELP, Action.REFRESH})
"""Buttons of the card for which the page has a place of its own."""


def public(works: Sequence[Work], zone: tzinfo) -> dict[str, Any]:
    """What every passer-by may see."""
    return {
        "works": [
            {
                "title": words.work_name(one.work, one.grade),
                "status": words.STATUS[one.status],
                "icon": _ICON[one.status],
                "tone": "danger" if one.status is Status.SUSPENDED else "good",
                "until": words.clock(one.until, zone),
                "guardian": one.guardian,
            }
            for one in works
        ]
    }


def row(view: PermitView) -> dict[str, Any]:
    """One permit in the list of a place."""
    card = permit_card(view)
    return {
        "number": view.permit.id,
        "title": card.title,
        "subtitle": card.subtitle,
        "tone": card.tone.value,
        "asked": view.viewer in view.asked,
    }


def around(view: PermitView, gas: GasForm | None) -> dict[str, Any]:
    """Everything the page of one permit shows."""
    permit = view.permit
    card, seen = permit_card(view), permit.presence.get(view.viewer)
    return {
        "card": card,
        "number": permit.id,
        "buttons": [one for one in (*card.buttons, *card.menu) if _action(one) not in _ELSEWHERE],
        "checklist": [_measure(view, one) for one in dict.fromkeys((*permit.law.measures, *to_confirm(view)))],
        "left": len(to_confirm(view)),
        "answer": _answer_token(view),
        "photos": _photos(permit),
        "prompt_photo": _prompt_photo(permit),
        "gas": gas,
        "tests": [_test(view, record) for record in permit.gas[-3:]],
        "here_since": words.clock(seen.at, view.zone) if seen is not None else "",
        "stoppable": c.StopWork in LISTENS[permit.status],
    }


def _action(one: Button) -> Action:
    """What a button does that was made for this very page."""
    return Action(one.token.split(".")[1])


def _answer_token(view: PermitView) -> str:
    """The token with which items are answered one by one; empty where nobody answers any."""
    if c.AnswerMeasure not in LISTENS[view.permit.status] or Role.WORK_LEADER not in view.roles:
        return ""
    return button(view, Action.MEASURES).token


def _measure(view: PermitView, measure: Measure) -> dict[str, Any]:
    state = view.permit.measures.get(measure.no)
    wanted = set(evidence_of(measure))
    due = measure in to_confirm(view)
    confirms = c.ConfirmMeasure in LISTENS[view.permit.status] and bool(view.roles & {Role.GUARDIAN, Role.WORK_LEADER})
    word, tone, icon = _standing(state, due=due)
    return {
        "no": measure.no,
        "label": measure.label,
        "word": word,
        "tone": tone,
        "icon": icon,
        "detail": state.confirm_detail if state is not None else "",
        "token": button(view, Action.CONFIRM, measure.no).token if confirms and due else "",
        "wants_text": bool({TEXT, NUMBERS} & wanted),
        "wants_photo": PHOTO in wanted,
        "has_photo": any(photo.purpose == measure.no for photo in view.permit.photos),
    }


def _standing(state: MeasureState | None, *, due: bool) -> tuple[str, str, str]:
    """Word, colour and sign: never colour alone."""
    if state is None or state.involved is None:
        return words_site.UNDECIDED, "warn", "？"
    if not state.involved:
        return words_site.NOT_INVOLVED, "none", "—"
    if state.confirmed_by is None or due:
        return words_site.NOT_IN_PLACE, "danger", "○"
    return words_site.IN_PLACE, "good", "✓"


def _photos(permit: Permit) -> list[dict[str, Any]]:
    """The photos the rules want of this permit, each with what has come of it."""
    if c.AddPhoto not in LISTENS[permit.status]:
        return []
    found = []
    for need in permit.law.photos:
        taken = [photo for photo in permit.photos if photo.purpose == need.key]
        counts = any(photo.fresh and not photo.doubtful for photo in taken)
        word = words_site.COUNTS if counts else words_site.COUNTS_NOT if taken else words_site.WANTED
        found.append({"purpose": need.key, "label": need.label, "word": word, "tone": "good" if counts else "danger"})
    return found


def _prompt_photo(permit: Permit) -> dict[str, str] | None:
    asking = permit.asking
    if asking is None or asking.task is None or asking.task.kind is not TaskKind.PHOTO:
        return None
    return {"purpose": PHOTO_PURPOSE, "label": label_of(permit, PHOTO_PURPOSE)}


def _test(view: PermitView, record: GasRecord) -> dict[str, Any]:
    sample, gas = record.sample, view.permit.law.gas
    spelled = [
        f"{label(gas, one.gas) if gas is not None else one.gas} {format(one.value, 'f')}{one.unit.value}"
        for one in sample.readings
    ]
    return {
        "at": words.clock(sample.sampled_at, view.zone),
        "word": "合格" if record.passed else "不合格",
        "tone": "good" if record.passed else "danger",
        "values": "，".join(spelled),
        "why": "；".join(record.failures),
    }
