"""Filling in a card's form (表单): what the client checks and what it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
_ONE_OF = ("SELECT", "CHECKBOX_GROUP")
_SOME_OF = ("MULTI_SELECT", "MULTI_CHECKBOX_GROUP")
_YES_NO = ("CHECKBOX", "SWITCH")
_TEXTS = ("TEXT", "TEXT_AREA", "DATE", "TIME", "DATETIME")


class FormRefused(Exception):
    """The client does not let the person submit this."""


def fill(fields: Sequence[Json], answers: Mapping[str, object]) -> Json:
    """The submitted values by field name; raises `FormRefused`."""
    names = {str(each.get("name")) for each in fields}
    if unknown := answers.keys() - names:
        raise FormRefused(f"the form does not ask {sorted(unknown)}")
    return {str(each["name"]): value for each in fields if (value := _value(each, answers)) is not None}


def _value(field: Json, answers: Mapping[str, object]) -> object:
    """One field's value; None when it stays empty."""
    name = str(field["name"])
    if name in answers and (field.get("hidden") or field.get("readOnly")):
        raise FormRefused(f"{name} cannot be edited")
    answer = answers.get(name, field.get("defaultValue"))
    if answer in (None, "", []):
        if field.get("required"):
            raise FormRefused(str(field.get("requiredMsg") or f"{name} is required"))
        return None
    return _typed(str(field.get("type", "TEXT")), field, answer)


def _typed(kind: str, field: Json, answer: object) -> object:
    if kind in _ONE_OF:
        value = answer["value"] if isinstance(answer, dict) else answer
        if isinstance(value, list | tuple) and len(value) == 1:  # as pages send every choice
            value = value[0]
        return {"index": _index(field, value), "value": value}
    if kind in _SOME_OF:
        values = answer["value"] if isinstance(answer, dict) else answer
        if not isinstance(values, list | tuple):
            raise FormRefused("several options come as a list")
        return {"index": [_index(field, each) for each in values], "value": list(values)}
    fits = (
        (kind in _YES_NO and isinstance(answer, bool))
        or (kind == "NUMBER" and isinstance(answer, int | float | str) and not isinstance(answer, bool))
        or (kind == "TEXT_ARRAY" and isinstance(answer, list))
        or (kind in _TEXTS and isinstance(answer, str))
    )
    if not fits:
        raise FormRefused(f"a {kind} cannot be {answer!r}")
    return answer


def _index(field: Json, value: object) -> int:
    values = [each.get("value") for each in field.get("options") or []]
    if value not in values:
        raise FormRefused(f"no such option: {value!r}")
    return values.index(value)
