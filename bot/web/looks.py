"""What the permit's page shows, as plain values for the template; nothing in here is markup but the code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cards import words, words_keys, words_links, words_photos, words_unusual
from cards.freshness import changes_at, photo_code
from cards.given import given
from cards.permit import permit_card
from cards.pictures.asked import Watermark
from cards.pictures.qr import permit_code, svg
from cards.refusal import finding_line
from cards.views import PermitView
from cards.words_devices import CAMERA, CAMERA_PICTURE
from cards.worth import worth
from handlers.keys import SignLink
from handlers.purposes import label_of
from workflow.findings import Finding, Verdict
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.life import Still
from workflow.permit.state import Photo, RoleSignature, Signature
from workflow.permit.transitions import LISTENS
from workflow.permit.unusual import Comparison
from workflow.rules.types import Role


def context(view: PermitView, events: Iterable[e.Event], *, key: bytes) -> dict[str, Any]:
    """Everything the template of a permit may name. ``events`` are its history, ``key`` makes the one-time code for
    photos."""
    permit = view.permit
    return {
        "card": permit_card(view),
        "number": permit.id,
        "law": permit.law,
        "grade_why": f"{permit.law.grade_why}（{permit.law.grade_clause}）",
        "signatures": [_signature(view, one) for one in permit.signatures],
        "at_work": [_at_work(view, verdict, one) for verdict, one in given(permit, events)],
        "vouched": [
            (view.name(person), words_links.VOUCHED.format(name=view.name(voucher)))
            for person, voucher in permit.vouched.items()
        ],
        "measures": [(measure.no, measure.label, permit.measures.get(measure.no)) for measure in permit.law.measures],
        "jsa": permit.jsa or "",
        "photos": [_photo(view, one) for one in permit.photos],
        "stills": [_still(view, one) for one in permit.stills],
        "open": [finding_line(one) for one in view.findings if one.verdict is not Verdict.PASS],
        "names": view.names,
        "qr": svg(permit_code(permit.id)),
        "fresh": svg(photo_code(permit.id, view.now, secret=key)) if c.AddPhoto in LISTENS[permit.status] else "",
        "until": words.clock(changes_at(view.now), view.zone),
    }


def to_sign(view: PermitView, what: SignLink, comparison: Comparison | None, *, key: bytes) -> dict[str, Any]:
    """What somebody sees before he signs: what is unusual or in doubt first, then what the signature covers."""
    content = view.permit.what
    rows = [
        (words_keys.AT_PLACE, f"{view.area_name} {content.place}"),
        (words_keys.TASK, content.task),
        (words_keys.UNITS, " / ".join(dict.fromkeys((content.applicant_unit, content.work_unit)))),
        (words_keys.LEADER, view.name(content.leader)),
    ]
    involved = [
        (measure.no, measure.label)
        for measure in view.permit.law.measures
        if (state := view.permit.measures.get(measure.no)) is not None and state.involved
    ]
    if what.text:
        rows.insert(0, (words_keys.CAUSE, what.text))
    return context(view, (), key=key) | {
        "doubts": [_doubt(one) for one in sorted(view.findings, key=_urgency) if one.verdict is not Verdict.PASS],
        "unlike": words_unusual.headline(comparison),
        "unlike_tone": _tone(comparison),
        "differences": words_unusual.lines(view, comparison),
        "rows": rows,
        "involved": involved,
        "step": _step(view, what),
        "person": view.name(view.viewer),
        "button": words_keys.SIGN_BUTTON[what.verdict],
        "foot": words_keys.SIGN_FOOT[what.verdict],
    }


def _urgency(one: Finding) -> tuple[bool, bool]:
    """What stops comes first, and of that the other works around, which somebody has to be called about."""
    return not one.stops, one.other is None


def _doubt(one: Finding) -> dict[str, str]:
    unknown = one.verdict is Verdict.UNKNOWN
    kind = "stops" if one.stops else "unknown" if unknown else "warns"
    icon, word = words_keys.DOUBT["unknown_stops" if one.stops and unknown else kind]
    around = words_keys.AROUND if one.other is not None else ""
    _, _, text = finding_line(one).partition(" ")  # its own mark would stand beside ours
    return {"kind": kind, "icon": icon, "word": f"{around}{word}", "text": text}


def _tone(comparison: Comparison | None) -> str:
    if comparison is None or not comparison.enough:
        return "unknown"
    return "warns" if comparison.differences else "fine"


def _step(view: PermitView, what: SignLink) -> str:
    if what.verdict in words_keys.WORK_STEP:
        return f"{words_keys.WORK_STEP[what.verdict]}·{words.ROLE[Role(what.step)]}"
    return next((node.label for node in view.permit.law.chain if node.key == what.step), "")


def _signature(view: PermitView, one: Signature) -> dict[str, str]:
    node = next((node.label for node in view.permit.law.chain if node.key == one.node), str(one.node))
    return {
        "node": node,
        "who": view.name(one.person),
        "opinion": one.opinion,
        "when": f"{words.day(one.at, view.zone)} {words.clock(one.at, view.zone)}",
        "strength": worth(one.proof, view.name, escalated=one.escalated),
    }


def _at_work(view: PermitView, verdict: str, one: RoleSignature) -> dict[str, str]:
    return {
        "node": f"{words_keys.WORK_STEP[verdict]}·{words.ROLE[one.role]}",
        "who": view.name(one.person),
        "when": f"{words.day(one.at, view.zone)} {words.clock(one.at, view.zone)}",
        "strength": worth(one.proof, view.name),
    }


def _photo(view: PermitView, one: Photo) -> dict[str, str]:
    return {
        "media": one.media,
        "label": label_of(view.permit, one.purpose),
        "who": view.name(one.by),
        "when": words.clock(one.at, view.zone),
        "camera": words_photos.photo_worth(one),
    }


def mark_of(view: PermitView, photo: Photo) -> Watermark:
    """What is written on an evidence photo."""
    permit = view.permit
    local = photo.at.astimezone(view.zone)
    return Watermark(
        lines=(
            f"{permit.id} {words.work_name(permit.what.work, permit.law.grade)} · {label_of(permit, photo.purpose)}",
            f"{view.area_name} {permit.what.place} · {view.name(photo.by)}",
            f"{local:%Y-%m-%d %H:%M:%S} · {words_photos.photo_worth(photo)}",
        )
    )


def _still(view: PermitView, one: Still) -> dict[str, str]:
    return {"media": one.media or "", "name": one.name or CAMERA, "when": words.clock(one.at, view.zone)}


def still_mark_of(view: PermitView, still: Still) -> Watermark:
    """What is written on a camera's picture."""
    permit = view.permit
    local = still.at.astimezone(view.zone)
    return Watermark(
        lines=(
            f"{permit.id} {words.work_name(permit.what.work, permit.law.grade)} · {CAMERA_PICTURE}",
            f"{view.area_name} {permit.what.place} · {still.name}",
            f"{local:%Y-%m-%d %H:%M:%S}",
        )
    )
