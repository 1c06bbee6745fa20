"""The XML shape of a card in a passive reply, turned into its JSON shape."""

from __future__ import annotations

import re
from typing import cast
from xml.etree.ElementTree import Element

from sandbox.wecom.reading import Json

_OBJECTS = frozenset(
    {"Source", "ActionMenu", "MainTitle", "QuoteArea", "EmphasisContent", "CardAction", "CardImage"}
) | {*("ImageTextArea", "ButtonSelection", "CheckBox", "SubmitButton")}
_LISTS = frozenset({"ActionList", "HorizontalContentList", "JumpList", "VerticalContentList", "OptionList"}) | {
    *("ButtonList", "SelectList")
}
_NUMBERS = frozenset({"DescColor", "Type", "Style", "Mode"})
_FLAGS = frozenset({"Disable", "IsChecked"})
_TEXTS = frozenset({"CardType", "IconUrl", "Desc", "Text", "Key", "Title", "Url", "Appid", "AppId", "PagePath"}) | {
    *("QuoteText", "SubTitleText", "KeyName", "Value", "MediaId", "UserId", "ImageUrl", "QuestionKey", "SelectedId"),
    *("Id", "ReplaceText", "TaskId"),
}
_RATIO = "AspectRatio"
_IRREGULAR = {
    "AppId": "appid",
    "CheckBox": "checkbox",
    "KeyName": "keyname",
    "PagePath": "pagepath",
    "UserId": "userid",
}


class UnknownElement(Exception):
    """The card carries an element the platform's page does not name."""


def card_from_xml(element: Element) -> Json:
    """The JSON shape of a TemplateCard element; raises `UnknownElement`."""
    card: Json = {}
    for child in element:
        name = _IRREGULAR.get(child.tag) or re.sub(r"(?<!^)(?=[A-Z])", "_", child.tag).lower()
        if child.tag in _LISTS:
            cast(list[Json], card.setdefault(name, [])).append(card_from_xml(child))
        else:
            card[name] = _value(child)
    return card


def _value(child: Element) -> object:
    text = child.text or ""
    if child.tag in _OBJECTS:
        return card_from_xml(child)
    if child.tag in _NUMBERS:
        return int(text) if text.isdigit() else text
    if child.tag in _FLAGS:
        return text.strip().lower() in ("1", "true")
    if child.tag in _TEXTS:
        return text
    if child.tag == _RATIO:
        return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text
    raise UnknownElement(child.tag)
