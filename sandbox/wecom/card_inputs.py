"""The pieces of a template card a person can press or choose."""

from __future__ import annotations

import re

from sandbox.wecom.card_parts import Desk, keep
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.reading import Json, NoteKind, Reader

_KEY_BYTES = 1024
_OPTION_ID_BYTES = 128
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_OPTION_TEXT, _CHECKBOX_TEXT = 16, 17
_BUTTON_TEXT = 10
CALLBACK_BUTTON, URL_BUTTON = 0, 1


def task_id(desk: Desk, reader: Reader, *, required: bool) -> str:
    """The card's business key; raises 42014 for a bad one."""
    value = reader.text("task_id")
    if not value:
        if required:
            raise desk.unlisted("task_id missing")
        return ""
    if not _TASK_ID.fullmatch(value):
        raise ApiError(Code.TASK_ID_ILLEGAL)
    return value


def action_menu(desk: Desk, reader: Reader) -> Json:
    """The menu in the right upper corner."""
    reader.only("desc", "action_list")
    rows = reader.rows("action_list") or []
    if not 1 <= len(rows) <= 3:
        raise desk.unlisted("action_list has one to three entries")
    shown: list[Json] = []
    for row in rows:
        row.only("text", "key")
        key, text = row.text("key"), row.text("text")
        if not text or not key or len(key.encode()) > _KEY_BYTES:
            raise desk.unlisted(f"{row.path('key')} or text missing or too long")
        if any(key == other["key"] for other in shown):
            raise ApiError(Code.CARD_MENU_KEY_TWICE)
        shown.append({"text": text, "key": key})
    return keep(desc=reader.text("desc")) | {"action_list": shown}


def button_list(desk: Desk, rows: list[Reader] | None) -> list[Json]:
    """One to six buttons; a callback button needs a key of its own, a url button an address."""
    if not rows or len(rows) > 6:
        raise desk.unlisted("button_list has one to six entries")
    shown: list[Json] = []
    for row in rows:
        row.only("type", "text", "style", "key", "url")
        if not row.text("text"):
            raise ApiError(Code.CARD_BUTTON_TEXT, row.path("text"))
        kind = row.number("type") or CALLBACK_BUTTON
        if kind == URL_BUTTON and not row.text("url"):
            raise desk.unlisted(f"{row.path('url')} missing")
        key = row.text("key") if kind != URL_BUTTON else ""
        if kind != URL_BUTTON:
            taken = any(key == other.get("key") for other in shown)
            if not key or len(key.encode()) > _KEY_BYTES or taken:
                raise ApiError(Code.CARD_BUTTON_KEY, row.path("key"))
        text = desk.advised(row, "text", _BUTTON_TEXT)
        url = row.text("url") if kind == URL_BUTTON else ""
        shown.append(keep(type=kind, text=text, style=_style(desk, row), key=key, url=url))
    return shown


def _style(desk: Desk, row: Reader) -> int:
    style = row.number("style")
    if style is not None and style not in range(1, 5):
        desk.notes.add(NoteKind.VALUE, row.path("style"), "unknown style, 1 is used")
        style = None
    return style or 1


def _question_key(reader: Reader, taken: list[Json]) -> str:
    key = reader.text("question_key")
    if not key or len(key.encode()) > _KEY_BYTES or any(key == other["question_key"] for other in taken):
        raise ApiError(Code.CARD_QUESTION_KEY, reader.path("question_key"))
    return key


def _options(desk: Desk, reader: Reader, *, most: int, text_length: int, checkable: bool) -> list[Json]:
    rows = reader.rows("option_list") or []
    if not 1 <= len(rows) <= most:
        raise ApiError(Code.CARD_OPTION_LENGTH, reader.path("option_list"))
    shown: list[Json] = []
    for row in rows:
        row.only("id", "text", *(["is_checked"] if checkable else []))
        option = row.text("id")
        if not option or len(option.encode()) > _OPTION_ID_BYTES or any(option == other["id"] for other in shown):
            raise ApiError(Code.CARD_OPTION_ID, row.path("id"))
        if not row.text("text"):
            raise ApiError(Code.CARD_OPTION_TEXT, row.path("text"))
        entry: Json = {"id": option, "text": desk.advised(row, "text", text_length)}
        shown.append(entry | ({"is_checked": row.flag("is_checked")} if checkable else {}))
    return shown


def selection(desk: Desk, reader: Reader, *, updating: bool, taken: list[Json] | None = None) -> Json:
    """A drop-down list: button_selection, or one entry of select_list."""
    reader.only("question_key", "title", "option_list", "selected_id", *(["disable"] if updating else []))
    question = _question_key(reader, taken or [])
    options = _options(desk, reader, most=10, text_length=_OPTION_TEXT, checkable=False)
    selected = reader.text("selected_id")
    if all(option["id"] != selected for option in options):
        if selected:
            desk.notes.add(NoteKind.VALUE, reader.path("selected_id"), "unknown option, the first one is used")
        selected = str(options[0]["id"])
    return keep(
        question_key=question,
        title=reader.text("title"),
        option_list=options,
        selected_id=selected,
        disable=(updating and reader.flag("disable")) or None,
    )


def select_list(desk: Desk, rows: list[Reader] | None, *, updating: bool) -> list[Json]:
    """One to three drop-down lists with different question keys."""
    if not rows or len(rows) > 3:
        raise ApiError(Code.CARD_SELECT_LENGTH)
    shown: list[Json] = []
    for row in rows:
        shown.append(selection(desk, row, updating=updating, taken=shown))
    return shown


def checkbox(desk: Desk, reader: Reader | None, *, updating: bool) -> Json:
    """The options of a vote."""
    if reader is None:
        raise desk.unlisted("checkbox missing")
    reader.only("question_key", "mode", "option_list", *(["disable"] if updating else []))
    mode = reader.number("mode") or 0
    if mode not in (0, 1):
        desk.notes.add(NoteKind.VALUE, reader.path("mode"), "unknown mode, single choice is used")
        mode = 0
    return keep(
        question_key=_question_key(reader, []),
        mode=mode,
        option_list=_options(desk, reader, most=20, text_length=_CHECKBOX_TEXT, checkable=True),
        disable=(updating and reader.flag("disable")) or None,
    )


def submit_button(desk: Desk, reader: Reader | None, *, required: bool) -> Json | None:
    """The button that sends the choices."""
    if reader is None:
        if required:
            raise ApiError(Code.CARD_SUBMIT_KEY)
        return None
    reader.only("text", "key")
    key = reader.text("key")
    if not key or len(key.encode()) > _KEY_BYTES:
        raise ApiError(Code.CARD_SUBMIT_KEY)
    if not reader.text("text"):
        raise ApiError(Code.CARD_SUBMIT_TEXT)
    return {"text": desk.advised(reader, "text", _BUTTON_TEXT), "key": key}
