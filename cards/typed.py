"""A card without a card: a text whose presses stand in it as numbers, answered by typing 「选 417-1」.

The number names exactly one card of this one person, of one version; the signed tokens behind its presses never leave
the server. What is typed for it is a press like any other, judged by the same core.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from cards import words_dingtalk as words
from cards.card import Bubble, Button, Card, Choice
from cards.fit import CardMisshapen, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed for a card: the card's number, and what after it."""

    number: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of an offer: its key and the ids of its options."""

    key: str
    ids: tuple[str, ...]
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a card offered, as it is kept on the server: the key of its copy, words and token of each button in their
    order, the questions and what sends them."""

    platform: str
    task: str
    buttons: tuple[tuple[str, str], ...]
    submit: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """The press a typed line comes to."""

    token: str
    chosen: Mapping[str, tuple[str, ...]]


_LINE = re.compile(r"选\s*#?\s*(?P<number>[0-9]{1,9})(?:\s*[-—–:,、.。]\s*|\s+|(?=[^0-9-])|$)(?P<said>.*)", re.DOTALL)
_NUMBERS = re.compile(r"[0-9]{1,2}(?:[\s,、.。和+]+[0-9]{1,2})*")
_NONE = frozenset({"0", "无", "没有", "都不"})


def as_text(card: Card) -> str:
    """Everything the card tells, in lines; nothing of what can be pressed."""
    facts = [told(one) for one in card.lines]
    parts = (f"【{card.title}】", card.subtitle, card.quote, *facts, card.body, card.done, card.url or "")
    return "\n".join(part for part in parts if part)


def as_text_message(card: Card) -> Bubble:
    """A card with nothing to press, as a message."""
    return Bubble(text=as_text(card))


def pressable(card: Card) -> bool:
    """Whether anything can be pressed on it."""
    return not card.done and bool(card.buttons or card.menu or card.choices or card.submit)


def offer_of(card: Card, *, platform: str, task: str) -> Offered:
    """What is kept of a card with something to press. Raise `CardMisshapen`: choices nothing sends."""
    asked = tuple(
        Asked(key=one.key, ids=tuple(option.id for option in one.options), many=one.many) for one in card.choices
    )
    if asked and card.submit is None:
        raise CardMisshapen("choices without a button that sends them")
    submit = card.submit.token if asked and card.submit is not None else ""
    return Offered(
        platform=platform,
        task=task,
        buttons=tuple((one.text, one.token) for one in _buttons(card)),
        submit=submit,
        asked=asked,
    )


def typed_text(card: Card, number: int) -> Bubble:
    """The card as a text that says what to type for each of its presses."""
    parts = [as_text(card), *(_question(choice) for choice in card.choices)]
    if card.choices:
        parts.append(_how(card.choices, number))
    parts += [words.TYPE_BUTTON.format(number=number, nth=nth, text=one.text) for nth, one in _numbered(card)]
    return Bubble(text="\n".join(parts))


def read_typed(line: str) -> Typed | None:
    """A line that begins with 选 and a number; None for anything else."""
    match = _LINE.fullmatch(unicodedata.normalize("NFKC", line).strip())
    return Typed(number=int(match["number"]), said=match["said"].strip()) if match else None


def pressed(offer: Offered, said: str) -> Pressed | None:
    """What the words after the number come to; None when they name nothing that was offered.

    A button is named by its words or, where nothing is to be chosen, by its place.
    """
    named = [token for words_of, token in offer.buttons if words_of == said]
    if len(named) == 1:
        return Pressed(token=named[0], chosen={})
    none = said in _NONE
    if not none and _NUMBERS.fullmatch(said) is None:
        return None
    numbers = [] if none else [int(one) for one in re.findall("[0-9]+", said)]
    if offer.asked:
        chosen = _chosen(offer.asked, numbers, none=none)
        return None if chosen is None else Pressed(token=offer.submit, chosen=chosen)
    if len(numbers) != 1 or not 1 <= numbers[0] <= len(offer.buttons):
        return None
    return Pressed(token=offer.buttons[numbers[0] - 1][1], chosen={})


def _chosen(asked: tuple[Asked, ...], numbers: list[int], *, none: bool) -> Mapping[str, tuple[str, ...]] | None:
    """One number for each question, or any amount of them for the one question that takes several."""
    if len(asked) == 1 and asked[0].many:
        picked = [asked[0].ids[one - 1] for one in dict.fromkeys(numbers) if 1 <= one <= len(asked[0].ids)]
        complete = none or (numbers and len(picked) == len(set(numbers)))
        return {asked[0].key: tuple(picked)} if complete else None
    if none or len(numbers) != len(asked) or any(one.many for one in asked):
        return None
    if any(not 1 <= number <= len(one.ids) for number, one in zip(numbers, asked, strict=True)):
        return None
    return {one.key: (one.ids[number - 1],) for number, one in zip(numbers, asked, strict=True)}


def _buttons(card: Card) -> tuple[Button, ...]:
    alone = (card.submit,) if card.submit is not None and not card.choices else ()
    return (*alone, *card.buttons, *card.menu)


def _numbered(card: Card) -> list[tuple[str, Button]]:
    """The buttons and how each is named: by its place, or beside a question by its words."""
    if card.choices:
        return [(one.text, one) for one in _buttons(card)]
    return [(f"-{nth}", one) for nth, one in enumerate(_buttons(card), 1)]


def _question(choice: Choice) -> str:
    rows = [f"{nth}. {one.text}{words.TYPED_CHOSEN if one.chosen else ''}" for nth, one in enumerate(choice.options, 1)]
    return "\n".join((*((choice.title,) if choice.title else ()), *rows))


def _how(choices: tuple[Choice, ...], number: int) -> str:
    if choices[0].many:
        return words.TYPE_TICKS.format(number=number)
    return words.TYPE_CHOICE.format(number=number, example=" ".join("1" for _ in choices))
