"""A card as WeCom spells it: one of the template cards, structurally valid by construction.

What happens to what does not fit, in this order:

- a fact too long for the table of facts, or beyond its six rows, moves whole into the text below;
- title, subtitle, quote and text are cut with an ellipsis: they begin with what matters, and the page has the rest;
- what is pressed or chosen is never cut into something else: options that would look alike show where they part; a
  button that does not fit, or options that look alike all the same, is a `CardTooLong`;
- what has no place on any of the platform's cards, such as a button beside ticks, is a `CardMisshapen`, never dropped.
"""

from __future__ import annotations

from typing import Any, Final

from cards.card import Button, Card, Choice, Option, Style, Tone
from cards.fit import CardMisshapen, amount, apart, cut, distinct, key_of, told, whole
from cards.wecom_limits import (
    APP,
    MAX_BUTTONS,
    MAX_ID_BYTES,
    MAX_KEY_BYTES,
    MAX_LINES,
    MAX_MENU,
    MAX_OPTIONS,
    MAX_SELECTS,
    MAX_TICKS,
    WEBHOOK,
    CardType,
    Door,
)

Json = dict[str, Any]

_QUOTE: Final = 160
_COLOUR: Final = {Tone.NEUTRAL: 0, Tone.GOOD: 3, Tone.WARN: 1, Tone.DANGER: 2}
_STYLE: Final = {Style.PRIMARY: 1, Style.NORMAL: 4, Style.DANGER: 2}
_MENU_TITLE: Final = "更多"


def encode(card: Card, *, task_id: str, notice_url: str) -> Json:
    """The ``template_card`` of a card for a self-built app.

    ``task_id`` is unique per app, up to 128 of ``[0-9A-Za-z_-@]``. ``notice_url`` is where a card without buttons leads
    when it has no page of its own. Raises `CardTooLong`, `CardMisshapen`.
    """
    if card.done:
        return _notice(card, APP, notice_url)
    if not card.choices:
        buttons = (*((card.submit,) if card.submit else ()), *card.buttons)
        if buttons:
            return _buttons(card, buttons, task_id)
        notice = _notice(card, APP, notice_url)
        return notice | _menu(card, task_id) if card.menu else notice
    if card.submit is None:
        raise CardMisshapen("choices without a button that sends them")
    if any(choice.many for choice in card.choices):
        return _vote(card, card.submit, task_id)
    if card.buttons:
        return _buttons(card, (card.submit, *card.buttons), task_id)
    return _selects(card, card.submit, task_id)


def encode_for_group(card: Card, *, notice_url: str) -> Json:
    """The same card as a notice for a group's webhook: shorter, nothing to press, nobody's personal buttons."""
    return _notice(card, WEBHOOK, notice_url)


# --- what several kinds share ----------------------------------------------------------------------------------------


def _title(card: Card, limit: int) -> str:
    if not card.title:
        raise CardMisshapen("a card without a title")
    return cut(card.title, limit)


def _frame(card: Card, kind: CardType, door: Door, *first: str) -> Json:
    """What notices and button cards share; ``first`` goes before the body."""
    fit = door.lengths
    frame: Json = {
        "card_type": kind.value,
        "source": {"desc": cut(card.source, fit.source), "desc_color": _COLOUR[card.tone]},
        "main_title": {"title": _title(card, fit.title), "desc": cut(card.subtitle, fit.desc)},
    }
    if card.quote:
        frame["quote_area"] = {"type": 0, "quote_text": cut(card.quote, _QUOTE)}
    fitting = [line for line in card.lines if 0 < len(line.label) <= fit.keyname and len(line.value) <= fit.value]
    table = fitting[:MAX_LINES]
    if table:
        frame["horizontal_content_list"] = [{"keyname": line.label, "value": line.value} for line in table]
    rest = (told(line) for line in card.lines if line not in table)
    text = "\n".join(part for part in (*first, card.body, *rest) if part)
    if text:
        frame["sub_title_text"] = cut(text, fit.sub_title)
    return frame


# --- the kinds -------------------------------------------------------------------------------------------------------


def _notice(card: Card, door: Door, notice_url: str) -> Json:
    notice = _frame(card, CardType.TEXT, door, card.done)
    notice["card_action"] = {"type": 1, "url": card.url or notice_url}
    return notice


def _menu(card: Card, task_id: str) -> Json:
    amount(len(card.menu), MAX_MENU, "menu entries")
    entries = [
        {
            "text": whole(entry.text, APP.lengths.button, "a menu entry"),
            "key": key_of(entry.token, MAX_KEY_BYTES, entry.text),
        }
        for entry in card.menu
    ]
    distinct([entry["key"] for entry in entries], "menu entries")
    return {"action_menu": {"desc": _MENU_TITLE, "action_list": entries}, "task_id": task_id}


def _buttons(card: Card, buttons: tuple[Button, ...], task_id: str) -> Json:
    amount(len(buttons), MAX_BUTTONS, "buttons")
    body = _frame(card, CardType.BUTTONS, APP)
    if card.url is not None:
        body["card_action"] = {"type": 1, "url": card.url}
    if card.choices:
        if len(card.choices) > 1:
            raise CardMisshapen("buttons beside more than one question")
        body["button_selection"] = _select(card.choices[0])
    body["button_list"] = [
        {
            "type": 0,
            "text": whole(button.text, APP.lengths.button, "a button"),
            "style": _STYLE[button.style],
            "key": key_of(button.token, MAX_KEY_BYTES, button.text),
        }
        for button in buttons
    ]
    distinct([button["key"] for button in body["button_list"]], "buttons")
    body["task_id"] = task_id
    return body


def _form(card: Card, kind: CardType, submit: Button, task_id: str, title: int) -> Json:
    """What vote and select cards share: they have no table, so everything to be said is one description."""
    said = "\n".join(part for part in (card.quote, card.subtitle, card.body) if part)
    facts = "；".join(told(line) for line in card.lines)
    desc = cut("\n".join(part for part in (said, facts) if part), APP.lengths.long_desc)
    return {
        "card_type": kind.value,
        "source": {"desc": cut(card.source, APP.lengths.source)},
        "main_title": {"title": _title(card, title), "desc": desc},
        "submit_button": {
            "text": whole(submit.text, APP.lengths.button, "a button"),
            "key": key_of(submit.token, MAX_KEY_BYTES, submit.text),
        },
        "task_id": task_id,
    }


def _vote(card: Card, submit: Button, task_id: str) -> Json:
    if len(card.choices) > 1 or card.buttons:
        raise CardMisshapen("ticks beside another question or button")
    choice = card.choices[0]
    texts = _texts(choice, MAX_TICKS, APP.lengths.tick)
    body = _form(card, CardType.VOTE, submit, task_id, APP.lengths.vote_title)
    if choice.title and choice.title not in body["main_title"]["desc"]:
        # The platform's ticks have no heading of their own; the question goes first in the description.
        desc = "\n".join(part for part in (choice.title, body["main_title"]["desc"]) if part)
        body["main_title"]["desc"] = cut(desc, APP.lengths.long_desc)
    body["checkbox"] = {
        "question_key": key_of(choice.key, MAX_KEY_BYTES, "a question"),
        "mode": 1,
        "option_list": [
            {"id": one.id, "text": text, "is_checked": one.chosen}
            for one, text in zip(choice.options, texts, strict=True)
        ],
    }
    return body


def _selects(card: Card, submit: Button, task_id: str) -> Json:
    amount(len(card.choices), MAX_SELECTS, "questions")
    distinct([choice.key for choice in card.choices], "questions")
    body = _form(card, CardType.SELECTS, submit, task_id, APP.lengths.title)
    body["select_list"] = [_select(choice) for choice in card.choices]
    return body


def _select(choice: Choice) -> Json:
    texts = _texts(choice, MAX_OPTIONS, APP.lengths.option)
    select: Json = {
        "question_key": key_of(choice.key, MAX_KEY_BYTES, "a question"),
        "option_list": [{"id": one.id, "text": text} for one, text in zip(choice.options, texts, strict=True)],
    }
    if choice.title:
        select["title"] = cut(choice.title, APP.lengths.select_title)
    # Without a choice of ours the platform shows the first option as chosen; there is no "none yet".
    chosen = [one.id for one in choice.options if one.chosen]
    return select | {"selected_id": chosen[0]} if chosen else select


def _texts(choice: Choice, most: int, fit: int) -> list[str]:
    """The words of the options, cut where two of them cannot become one."""
    options: tuple[Option, ...] = choice.options
    amount(len(options), most, "options")
    distinct([key_of(one.id, MAX_ID_BYTES, one.text) for one in options], "options")
    if not all(one.text for one in options):
        raise CardMisshapen("an option without words")
    return apart([one.text for one in options], fit)
