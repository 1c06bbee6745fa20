"""A press on one of our cards, as the platform hands it back.

Only ``userId`` is the platform's word. Everything else was in the card and may come from an old one; it is carried as
it is, and whether it still holds is decided where the signature of the token is checked.
"""

from __future__ import annotations

from typing import Final

from bot.dingtalk.callbacks import CardClicked
from bot.dingtalk.fields import Json, optional, text, unfolded
from bot.dingtalk.rejection import RejectedFrame, Rejection

TOKEN, VERSION, FORM = "token", "v", "form"
"""Names of the button's parameters, as the card templates bind them."""
BY_USER_ID: Final = 1
MAX_FIELDS: Final = 200
MAX_OPTIONS: Final = 200
MAX_VALUE: Final = 2000


def read_click(raw: Json, *, corp: str) -> CardClicked:
    """The click in ``raw``. Raise `RejectedFrame` for one that cannot be read, or that names its user otherwise."""
    if optional(raw, "corpId") not in {"", corp}:
        raise RejectedFrame(Rejection.FOREIGN_CORP)
    if raw.get("userIdType", BY_USER_ID) not in (BY_USER_ID, str(BY_USER_ID)):
        raise RejectedFrame(Rejection.BAD_FIELD)
    content = unfolded(raw.get("content") or raw.get("value"))
    private = content.get("cardPrivateData")
    inside = private if isinstance(private, dict) else content
    params = _params(inside, content)
    return CardClicked(
        corp_id=corp,
        user=text(raw, "userId").strip(),
        card=text(raw, "outTrackId"),
        action=_action(inside),
        token=text(params, TOKEN, limit=1024),
        version=_scalar(params.get(VERSION, "")),
        chosen=_chosen(params.get(FORM)),
        params=params,
    )


def _params(inside: Json, content: Json) -> Json:
    """Inside of the private data or, as one walk-through of the platform has it, beside it."""
    found = inside.get("params", content.get("params"))
    if found is None:
        raise RejectedFrame(Rejection.MISSING_FIELD)
    return unfolded(found)


def _action(inside: Json) -> str:
    ids = inside.get("actionIds")
    first = ids[0] if isinstance(ids, list) and ids else ids
    if first is None or first == []:
        return ""
    if not isinstance(first, str) or len(first) > MAX_VALUE:
        raise RejectedFrame(Rejection.BAD_FIELD)
    return first


def _chosen(form: object) -> dict[str, tuple[str, ...]]:
    """What a form was sent with: the ids of what was chosen, by question."""
    if form is None or form == "":
        return {}
    values = unfolded(form)
    if len(values) > MAX_FIELDS:
        raise RejectedFrame(Rejection.BAD_FIELD)
    return {question: _options(value) for question, value in values.items()}


def _options(value: object) -> tuple[str, ...]:
    """A select says ``{"index", "value"}``, its kind for several the same with lists; other fields say it plainly."""
    if isinstance(value, dict):
        value = value.get("value")
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MAX_OPTIONS:
        raise RejectedFrame(Rejection.BAD_FIELD)
    return tuple(_scalar(one) for one in listed if one is not None and one != "")


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    said = str(value) if isinstance(value, int | float) else value
    if not isinstance(said, str) or len(said) > MAX_VALUE:
        raise RejectedFrame(Rejection.BAD_FIELD)
    return said
