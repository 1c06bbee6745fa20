"""Template cards of apps: what each of the five types must, may and may not carry.

The check returns the card as the client understands it. Fields a type does not know disappear with a remark, so a
screen shows only what really works. Group-robot cards have rules of their own: `webhook_cards`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum
from typing import cast

from sandbox.wecom import card_inputs, card_parts
from sandbox.wecom.card_parts import Desk, Lengths
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Quirks
from sandbox.wecom.reading import Json, Notes, Reader

APP_LENGTHS = Lengths(
    source=20,
    title=36,
    desc=44,
    emphasis_title=14,
    emphasis_desc=22,
    sub_title=160,
    keyname=5,
    value=30,
    jump_title=18,
    vertical_title=38,
    vertical_desc=160,
)


class CardType(StrEnum):
    """The five types."""

    TEXT = "text_notice"
    NEWS = "news_notice"
    BUTTON = "button_interaction"
    VOTE = "vote_interaction"
    MULTIPLE = "multiple_interaction"


class Phase(Enum):
    """Where the card stands: some fields exist only in updates, task_id is demanded only when sending."""

    SEND = "send"
    UPDATE = "update"


NOTICES = frozenset({CardType.TEXT, CardType.NEWS})
INTERACTIVE = frozenset({CardType.BUTTON, CardType.VOTE, CardType.MULTIPLE})
_WITH_MENU = NOTICES | {CardType.BUTTON}

_FIELDS: dict[CardType, tuple[str, ...]] = {
    CardType.TEXT: (
        *("source", "action_menu", "main_title", "quote_area", "emphasis_content", "sub_title_text"),
        *("horizontal_content_list", "jump_list", "card_action", "task_id"),
    ),
    CardType.NEWS: (
        *("source", "action_menu", "main_title", "quote_area", "image_text_area", "card_image"),
        *("vertical_content_list", "horizontal_content_list", "jump_list", "card_action", "task_id"),
    ),
    CardType.BUTTON: (
        *("source", "action_menu", "main_title", "quote_area", "sub_title_text", "horizontal_content_list"),
        *("card_action", "task_id", "button_selection", "button_list"),
    ),
    CardType.VOTE: ("source", "main_title", "task_id", "checkbox", "submit_button"),
    CardType.MULTIPLE: ("source", "main_title", "task_id", "select_list", "submit_button"),
}

_TITLE_LENGTHS: dict[CardType, tuple[int, int]] = {
    CardType.TEXT: (36, 44),
    CardType.NEWS: (36, 44),
    CardType.BUTTON: (36, 44),
    CardType.VOTE: (16, 160),
    CardType.MULTIPLE: (36, 160),
}


def check_app_card(
    card: Json,
    *,
    phase: Phase,
    notes: Notes,
    quirks: Quirks,
    find_media: Callable[[str], object] = card_parts.any_media,
) -> Json:
    """The card as understood; raises `ApiError` with the 420xx code of the first structural mistake."""
    desk = Desk(notes=notes, quirks=quirks, lengths=APP_LENGTHS, find_media=find_media)
    reader = Reader(card, notes, "template_card")
    try:
        card_type = CardType(reader.text("card_type"))
    except ValueError as error:
        raise ApiError(Code.CARD_TYPE) from error
    updating = phase is Phase.UPDATE
    replaceable = ("replace_text",) if updating and card_type in INTERACTIVE else ()
    reader.only("card_type", *_FIELDS[card_type], *replaceable)
    shown = {"card_type": str(card_type)} | _display(desk, reader, card_type) | _inputs(desk, reader, card_type, phase)
    if replaceable and reader.text("replace_text"):
        shown["replace_text"] = reader.text("replace_text")
    return shown


def callback_capable(card: Json) -> bool:
    """Whether touching the card can send an event: buttons, votes, choices, or a corner menu."""
    return card["card_type"] in INTERACTIVE or "action_menu" in card


def card_type_of(card: Json) -> CardType:
    """The type of a checked card."""
    return CardType(cast(str, card["card_type"]))


def _display(desk: Desk, reader: Reader, card_type: CardType) -> Json:
    allowed = _FIELDS[card_type]
    shown = card_parts.display(desk, reader, allowed) | _titles(desk, reader, card_type)
    if card_type is CardType.NEWS and not {"image_text_area", "card_image"} & shown.keys():
        raise ApiError(Code.CARD_IMAGE_URL, "news_notice needs image_text_area or card_image")
    if "card_action" in allowed:
        required = card_type in NOTICES
        if (action := card_parts.card_action(reader.child("card_action"), required=required)) is not None:
            shown["card_action"] = action
    return shown


def _titles(desk: Desk, reader: Reader, card_type: CardType) -> Json:
    title, desc = _TITLE_LENGTHS[card_type]
    shown: Json = {}
    if (child := reader.child("main_title")) is not None:
        shown["main_title"] = card_parts.main_title(desk, child, title=title, desc=desc)
    has_title = child is not None and bool(child.text("title"))
    if "sub_title_text" in _FIELDS[card_type] and reader.text("sub_title_text"):
        shown["sub_title_text"] = desk.advised(reader, "sub_title_text", desk.lengths.sub_title)
    if card_type is CardType.TEXT:
        if not has_title and "sub_title_text" not in shown:
            raise desk.unlisted("text_notice needs main_title.title or sub_title_text")
    elif not has_title:
        raise desk.unlisted("main_title.title missing")
    return shown


def _inputs(desk: Desk, reader: Reader, card_type: CardType, phase: Phase) -> Json:
    updating = phase is Phase.UPDATE
    shown: Json = {}
    if card_type in _WITH_MENU and (menu := reader.child("action_menu")) is not None:
        shown["action_menu"] = card_inputs.action_menu(desk, menu)
    if card_type is CardType.BUTTON:
        if (choice := reader.child("button_selection")) is not None:
            shown["button_selection"] = card_inputs.selection(desk, choice, updating=updating)
        shown["button_list"] = card_inputs.button_list(desk, reader.rows("button_list"))
    if card_type is CardType.VOTE:
        shown["checkbox"] = card_inputs.checkbox(desk, reader.child("checkbox"), updating=updating)
    if card_type is CardType.MULTIPLE:
        shown["select_list"] = card_inputs.select_list(desk, reader.rows("select_list"), updating=updating)
    if card_type in (CardType.VOTE, CardType.MULTIPLE):
        submit = card_inputs.submit_button(desk, reader.child("submit_button"), required=not updating)
        if submit is not None:
            shown["submit_button"] = submit
    task_needed = not updating and (card_type in INTERACTIVE or "action_menu" in shown)
    if task := card_inputs.task_id(desk, reader, required=task_needed):
        shown["task_id"] = task
    return shown
