"""A card as DingTalk spells it: the variables of our one template (`cards.dingtalk_fields`), texts all of them.

Everybody's card is a card of their own in their own chat with the robot. Even so what can be pressed, and every word
that is for this person alone, travels as private data of this person: a card that were ever shown to somebody else
would show them a notice. What a press brings back: the parameters ``token`` and ``v``, and for a form the chosen
options under the key of each question.

What does not fit follows `cards.fit`, as on every platform. A safety line that is cut says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cards import words
from cards.card import Button, Card, Choice, Style, Tone
from cards.dingtalk_fields import FORMS, LINES, PRIVATE, PUBLIC, SLOTS, WORDS, line, slot, word
from cards.dingtalk_limits import (
    BUTTON_TEXT,
    MAX_KEY_BYTES,
    MAX_OPTIONS,
    MAX_SELECTS,
    MAX_TICKS,
    MAX_VALUE_BYTES,
    OPTION_TEXT,
    check,
    cut_bytes,
)
from cards.fit import CardMisshapen, CardTooLong, amount, apart, cut, distinct, key_of, told, whole
from cards.typed import as_text, pressable
from cards.words_dingtalk import CUT_SHORT

_COLOUR: Final = {
    Tone.NEUTRAL: "common_level1_base_color",
    Tone.GOOD: "extended_green8_color",
    Tone.WARN: "extended_orange8_color",
    Tone.DANGER: "common_red1_color",
}
_STYLE: Final = {Style.PRIMARY: "blue", Style.NORMAL: "gray", Style.DANGER: "red"}
_SUMMARY: Final = 60
_MARK: Final = 8
_BAR: Final = "｜"


class Kind(StrEnum):
    """What is sent."""

    CARD = "card"
    TEXT = "text"
    """A plain message: there is no template to show a card with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A card ready to be sent to one person.

    ``public`` and ``private`` are the two maps of a `Kind.CARD`, always with every variable, so that the platform may
    replace or merge them. ``summary``: one line for the list of chats and the notification. ``text``: the whole of a
    `Kind.TEXT`.
    """

    kind: Kind
    summary: str
    public: Mapping[str, str]
    private: Mapping[str, str]
    text: str = ""


def encode(card: Card, *, template: str | None) -> Encoded:
    """The card for a template of ours, or, without one, as a plain text.

    Without a template nothing can be pressed: the relay offers what a card has as numbers to type (`cards.typed`), so a
    card with buttons that comes here without a template is `CardMisshapen`. Raise `CardTooLong`, `CardMisshapen`.
    """
    summary = cut(card.title, _SUMMARY)
    if template is None:
        if pressable(card):
            raise CardMisshapen("something to press, and no card to press it on")
        return Encoded(kind=Kind.TEXT, summary=summary, public={}, private={}, text=as_text(card))
    public = dict.fromkeys((one.name for one in PUBLIC), "") | _public(card, summary)
    private = dict.fromkeys((one.name for one in PRIVATE), "") | _private(card)
    check(public, private, forms=FORMS)
    return Encoded(kind=Kind.CARD, summary=summary, public=public, private=private)


def track_id(key: str, template: str) -> str:
    """Our id of a card instance: the same key and template always give the same one, and it tells the template."""
    return f"pb{_short(template, _MARK)}-{_short(key, 40)}"


def template_of(track: str, templates: Iterable[str]) -> str | None:
    """Which of the templates a card was made with; None when it is none of them."""
    return next((one for one in templates if track.startswith(f"pb{_short(one, _MARK)}-")), None)


def _short(text: str, count: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:count]


# --- what everybody may see ------------------------------------------------------------------------------------------


def _public(card: Card, summary: str) -> dict[str, str]:
    if not card.title:
        raise CardMisshapen("a card without a title")
    status, _, heading = card.title.partition(_BAR)
    facts = [told(one) for one in card.lines[:LINES]]
    return {
        "lastMessage": summary,
        "source": _fit(card.source),
        "status": _fit(status),
        "status_color": _COLOUR[card.tone],
        "heading": _fit(heading),
        "subtitle": _fit(card.subtitle),
        "quote": _alarm(card.quote),
        "done": _fit(card.done),
        **{line(number): _fit(text) for number, text in enumerate(facts, 1)},
    }


def _fit(text: str) -> str:
    return cut_bytes(text, MAX_VALUE_BYTES)


def _alarm(text: str) -> str:
    """A line somebody's safety may hang on: cut only in words."""
    if len(text.encode()) <= MAX_VALUE_BYTES:
        return text
    return cut_bytes(text, MAX_VALUE_BYTES - len(CUT_SHORT.encode())) + CUT_SHORT


# --- what is for this person alone -----------------------------------------------------------------------------------


def _version(card: Card) -> str:
    """What a press is told apart by. The answer to a press says when, in ``source``: drawn again, it takes another."""
    return _short(f"{card.key}\n{card.source}", _MARK)


def _private(card: Card) -> dict[str, str]:
    private = {word(number): _fit(text) for number, text in enumerate(_words(card), 1)}
    private |= {"v": _version(card), "page_url": _fit(card.url or "")}
    if card.done:
        return private
    buttons = (*card.buttons, *card.menu)
    if not card.choices:
        buttons = (*((card.submit,) if card.submit else ()), *buttons)
    if len(buttons) > SLOTS:
        raise CardTooLong(f"{len(buttons)} buttons, {SLOTS} fit")
    distinct([button.token for button in buttons], "buttons")
    for number, button in enumerate(buttons, 1):
        private |= _button(number, button)
    return private | _form(card)


def _words(card: Card) -> list[str]:
    """The text line by line, and the facts beyond the last row; the last line takes what is left over."""
    lines = [text for text in card.body.split("\n") if text] + [told(one) for one in card.lines[LINES:]]
    return [*lines[: WORDS - 1], "；".join(lines[WORDS - 1 :])] if len(lines) > WORDS else lines


def _button(number: int, button: Button) -> dict[str, str]:
    return {
        slot(number, "text"): whole(button.text, BUTTON_TEXT, "a button"),
        slot(number, "token"): key_of(button.token, MAX_VALUE_BYTES, button.text),
        slot(number, "color"): _STYLE[button.style],
    }


def _form(card: Card) -> dict[str, str]:
    if not card.choices:
        return {}
    if card.submit is None:
        raise CardMisshapen("choices without a button that sends them")
    amount(len(card.choices), MAX_SELECTS, "questions")
    distinct([choice.key for choice in card.choices], "questions")
    fields = [_field(choice) for choice in card.choices]
    return {
        "form": json.dumps({"fields": fields}, ensure_ascii=False, separators=(",", ":")),
        "form_btn_text": whole(card.submit.text, BUTTON_TEXT, "a button"),
        "form_status": "normal",
        "form_token": key_of(card.submit.token, MAX_VALUE_BYTES, card.submit.text),
    }


def _field(choice: Choice) -> dict[str, Any]:
    """One question. Of several choices none is an answer, too; of one, one must be chosen."""
    amount(len(choice.options), MAX_TICKS if choice.many else MAX_OPTIONS, "options")
    ids = [key_of(one.id, MAX_VALUE_BYTES, one.text) for one in choice.options]
    distinct(ids, "options")
    if not all(one.text for one in choice.options):
        raise CardMisshapen("an option without words")
    texts = apart([one.text for one in choice.options], OPTION_TEXT)
    chosen = [number for number, one in enumerate(choice.options) if one.chosen]
    field: dict[str, Any] = {
        "name": key_of(choice.key, MAX_KEY_BYTES, "a question"),
        "label": _fit(choice.title or words.ASK_TITLE),
        "type": "MULTI_SELECT" if choice.many else "SELECT",
        "required": not choice.many,
        "options": [{"value": one, "text": text} for one, text in zip(ids, texts, strict=True)],
    }
    if chosen and choice.many:
        field["defaultValue"] = {"index": chosen, "value": [ids[one] for one in chosen]}
    elif chosen:
        field["defaultValue"] = {"index": chosen[0], "value": ids[chosen[0]]}
    return field
