"""A card as WeCom spells it: one of the five template cards of a self-built app, structurally valid by construction.

Limits are those of the app family (the group-robot family has shorter ones and no callbacks; nothing here is sent by
it).
Texts that only inform are cut with an ellipsis; a text that must be whole raises `CardTooLong`.
"""

from __future__ import annotations

from typing import Any, Final

from cards.card import Button, Card, Choice, Style, Tone

Json = dict[str, Any]

_SOURCE, _TITLE, _DESC, _SUB, _QUOTE = 20, 36, 44, 160, 160
_VOTE_TITLE, _VOTE_DESC = 16, 160
_KEY, _VALUE = 5, 30
_BUTTON, _OPTION, _VOTE_OPTION = 10, 16, 17
_TOKEN_BYTES, _OPTION_BYTES = 1024, 128
_MOST_LINES, _MOST_BUTTONS, _MOST_OPTIONS, _MOST_VOTES, _MOST_SELECTS, _MOST_MENU = 6, 6, 10, 20, 3, 3

_COLOUR: Final = {Tone.NEUTRAL: 0, Tone.GOOD: 3, Tone.WARN: 1, Tone.DANGER: 2}
_STYLE: Final = {Style.PRIMARY: 1, Style.NORMAL: 4, Style.DANGER: 2}


class CardTooLong(ValueError):
    """Something a person must read or press whole does not fit the platform's limit: our bug."""


def encode(card: Card, *, task_id: str, notice_url: str) -> Json:
    """The ``template_card`` of a card. ``notice_url``: where a card without buttons leads when it has no page of its
    own."""
    if card.done:
        return _notice(card, task_id=task_id, notice_url=notice_url)
    if card.choices and card.choices[0].many:
        return _vote(card, task_id)
    if card.choices and card.submit is not None:
        return _selects(card, task_id)
    if card.buttons:
        return _buttons(card, task_id)
    return _notice(card, task_id=task_id, notice_url=notice_url)


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _whole(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise CardTooLong(f"{what} of {len(text)} characters, {limit} fit: {text}")
    return text


def _token(token: str, limit: int = _TOKEN_BYTES) -> str:
    if len(token.encode()) > limit:
        raise CardTooLong(f"a key of {len(token.encode())} bytes, {limit} fit")
    return token


def _source(card: Card, *, colour: bool) -> Json:
    source: Json = {"desc": cut(card.source, _SOURCE)}
    return source | {"desc_color": _COLOUR[card.tone]} if colour else source


def _frame(card: Card, kind: str) -> Json:
    """What text_notice and button_interaction share."""
    frame: Json = {
        "card_type": kind,
        "source": _source(card, colour=True),
        "main_title": {"title": cut(card.title, _TITLE), "desc": cut(card.subtitle, _DESC)},
    }
    if card.quote:
        frame["quote_area"] = {"type": 0, "quote_text": cut(card.quote, _QUOTE)}
    if card.body:
        frame["sub_title_text"] = cut(card.body, _SUB)
    if card.lines:
        frame["horizontal_content_list"] = [
            {"keyname": _whole(line.label, _KEY, "a label"), "value": cut(line.value, _VALUE)}
            for line in card.lines[:_MOST_LINES]
        ]
    return frame


def _notice(card: Card, *, task_id: str, notice_url: str) -> Json:
    notice = _frame(card, "text_notice")
    if card.done:
        notice["sub_title_text"] = cut("\n".join(filter(None, (card.done, card.body))), _SUB)
    notice["card_action"] = {"type": 1, "url": card.url or notice_url}
    if card.menu and not card.done:
        entries = [{"text": _whole(one.text, _BUTTON, "a menu entry"), "key": _token(one.token)} for one in card.menu]
        notice["action_menu"] = {"desc": "更多", "action_list": entries[:_MOST_MENU]}
        notice["task_id"] = task_id
    return notice


def _button(button: Button) -> Json:
    return {
        "type": 0,
        "text": _whole(button.text, _BUTTON, "a button"),
        "style": _STYLE[button.style],
        "key": _token(button.token),
    }


def _buttons(card: Card, task_id: str) -> Json:
    if len(card.buttons) > _MOST_BUTTONS:
        raise CardTooLong(f"{len(card.buttons)} buttons, {_MOST_BUTTONS} fit")
    body = _frame(card, "button_interaction")
    if card.url is not None:
        body["card_action"] = {"type": 1, "url": card.url}
    body["button_list"] = [_button(button) for button in card.buttons]
    body["task_id"] = task_id
    return body


def _told(card: Card) -> str:
    """Everything a vote or select card can say is one description: the unusual first."""
    lines = "；".join(f"{line.label}：{line.value}" for line in card.lines)
    return cut("\n".join(filter(None, (card.quote, card.subtitle, card.body, lines))), _VOTE_DESC)


def _submit(card: Card) -> Json:
    if card.submit is None:
        raise CardTooLong("a card with choices has no button that sends them")
    return {"text": _whole(card.submit.text, _BUTTON, "a button"), "key": _token(card.submit.token)}


def _vote(card: Card, task_id: str) -> Json:
    choice = card.choices[0]
    if len(choice.options) > _MOST_VOTES:
        raise CardTooLong(f"{len(choice.options)} options, {_MOST_VOTES} fit")
    return {
        "card_type": "vote_interaction",
        "source": _source(card, colour=False),
        "main_title": {"title": cut(card.title, _VOTE_TITLE), "desc": _told(card)},
        "checkbox": {
            "question_key": choice.key,
            "mode": 1,
            "option_list": [
                {"id": _token(one.id, _OPTION_BYTES), "text": cut(one.text, _VOTE_OPTION), "is_checked": one.chosen}
                for one in choice.options
            ],
        },
        "submit_button": _submit(card),
        "task_id": task_id,
    }


def _select(choice: Choice) -> Json:
    if not 1 <= len(choice.options) <= _MOST_OPTIONS:
        raise CardTooLong(f"{len(choice.options)} options, 1 to {_MOST_OPTIONS} fit")
    chosen = next((one.id for one in choice.options if one.chosen), choice.options[0].id)
    return {
        "question_key": choice.key,
        "title": cut(choice.title, 13),
        "selected_id": chosen,
        "option_list": [
            {"id": _token(one.id, _OPTION_BYTES), "text": cut(one.text, _OPTION)} for one in choice.options
        ],
    }


def _selects(card: Card, task_id: str) -> Json:
    return {
        "card_type": "multiple_interaction",
        "source": _source(card, colour=False),
        "main_title": {"title": cut(card.title, _TITLE), "desc": _told(card)},
        "select_list": [_select(choice) for choice in card.choices[:_MOST_SELECTS]],
        "submit_button": _submit(card),
        "task_id": task_id,
    }
