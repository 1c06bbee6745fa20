"""What the permit's page shows, as plain values for the template; nothing in here is markup but the code."""

from __future__ import annotations

from typing import Any

from cards import words, words_keys, words_links, words_photos
from cards.freshness import changes_at, photo_code
from cards.permit import permit_card
from cards.pictures.qr import permit_code, svg
from cards.pictures.watermark import Watermark
from cards.refusal import finding_line
from cards.views import PermitView
from handlers.keys import SignLink
from handlers.purposes import label_of
from workflow.findings import Verdict
from workflow.permit import commands as c
from workflow.permit.state import Photo, Signature
from workflow.permit.transitions import LISTENS
from workflow.rules.types import Role


def context(view: PermitView, *, key: bytes) -> dict[str, Any]:
    """Everything the template of a permit may name. ``key`` makes the one-time code for photos."""
    permit = view.permit
    return {
        "card": permit_card(view),
        "number": permit.id,
        "law": permit.law,
        "grade_why": f"{permit.law.grade_why}（{permit.law.grade_clause}）",
        "signatures": [_signature(view, one) for one in permit.signatures],
        "vouched": [
            (view.name(person), words_links.VOUCHED.format(name=view.name(voucher)))
            for person, voucher in permit.vouched.items()
        ],
        "measures": [(measure.no, measure.label, permit.measures.get(measure.no)) for measure in permit.law.measures],
        "jsa": permit.jsa or "",
        "photos": [_photo(view, one) for one in permit.photos],
        "open": [finding_line(one) for one in view.findings if one.verdict is not Verdict.PASS],
        "names": view.names,
        "qr": svg(permit_code(permit.id)),
        "fresh": svg(photo_code(permit.id, view.now, secret=key)) if c.AddPhoto in LISTENS[permit.status] else "",
        "until": words.clock(changes_at(view.now), view.zone),
    }


def to_sign(view: PermitView, what: SignLink, *, key: bytes) -> dict[str, Any]:
    """What somebody sees before a key signs: what is unusual first, then what the signature covers."""
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
    return context(view, key=key) | {
        "rows": rows,
        "involved": involved,
        "step": _step(view, what),
        "person": view.name(view.viewer),
        "button": words_keys.SIGN_BUTTON[what.verdict],
        "foot": words_keys.SIGN_FOOT[what.verdict],
    }


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
        "strength": words.PROOF[one.proof.method] if one.proof is not None else words.NO_PROOF,
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
