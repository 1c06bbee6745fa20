"""A card as one viewer sees it, in the shape pages draw cards of every platform in.

``card`` holds ``main_title``, ``sub_title_text``, ``button_list``, ``select_list`` and ``submit_button``; beside it
stand ``buttons`` (what can be pressed now), ``links``, ``greyed``, the ``form``, the raw ``data``, and ``texts``: every
text from top to bottom with its size, weight and colour.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.dingtalk.templates import Component, Template

Json = dict[str, Any]
FORM = "form"
_STYLES = {"blue": 1, "red": 3, "green": 2}
_PLAIN_STYLE = 4
SEVERAL = ("MULTI_SELECT", "MULTI_CHECKBOX_GROUP")
_TITLES, _BODIES = ("title", "msgTitle"), ("markdown", "msgContent", "staticMsgContent", "content", "tips")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something that sends a callback. ``params`` are what the template binds to it."""

    key: str
    text: str
    style: int
    params: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Face:
    """What one viewer sees of a card."""

    title: str = ""
    lines: list[str] = field(default_factory=list)
    texts: list[Json] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    greyed: str = ""
    form: list[Json] = field(default_factory=list)
    form_button: Button | None = None

    def view(self) -> Json:
        """For a page."""
        card: Json = {
            "card_type": "multiple_interaction" if self.form else "button_interaction",
            "main_title": {"title": self.title},
            "sub_title_text": "\n".join(self.lines),
            "button_list": [_button_view(each) for each in self.buttons],
        }
        pressable = [*self.buttons, *([self.form_button] if self.form_button is not None else [])]
        if self.form_button is not None:
            card["submit_button"] = _button_view(self.form_button)
            several = [each for each in self.form if each.get("options") and each.get("type") in SEVERAL]
            card["select_list"] = [
                _select_view(each) for each in self.form if each.get("options") and each not in several
            ]
            if several:
                card["checkbox"] = _checkbox_view(several[0])
        return {
            "card": card,
            "buttons": [_button_view(each) for each in pressable],
            "links": self.links,
            "greyed": self.greyed,
            "form": self.form,
            "texts": self.texts or [{"text": one} for one in (self.title, *self.lines) if one],
            "menu": [],
        }


def face(template: Template, data: Mapping[str, str]) -> Face:
    """How the template looks with this data."""
    if template.variables is None:
        return _plain_face(data)
    shown = Face()
    for component in template.components:
        if component.visible.holds(data):
            _draw(shown, component, data)
    return shown


def broken_face() -> Face:
    """Another app's private template cannot be drawn."""
    return Face(title="卡片加载失败")


def _draw(shown: Face, component: Component, data: Mapping[str, str]) -> None:
    props = component.props
    if "formSchema" in props:
        _draw_form(shown, component, data)
    elif "actionType" in props and "text" in props:
        _draw_button(shown, component, data)
    elif "text" in props:
        text = _text(props["text"], data)
        if text:
            look = {"size": str(props.get("size", "")), "bold": bool(props.get("bold"))}
            shown.texts.append({"text": text, "color": _choice(props.get("color"), data), **look})
        if text and not shown.title and props.get("bold"):
            shown.title = text
        elif text:
            shown.lines.append(text)


def _draw_button(shown: Face, component: Component, data: Mapping[str, str]) -> None:
    props = component.props
    text = _text(props["text"], data)
    if not text:
        return
    if _choice(props.get("status"), data) == "disabled" or props["actionType"] == "none":
        shown.greyed = text
    elif props["actionType"] == "url":
        shown.links.append({"where": component.id, "text": text, "url": _choice(props.get("url"), data)})
    elif props["actionType"] == "request":
        key = _text(props.get("actionId"), data) or component.id
        shown.buttons.append(
            Button(key=key, text=text, style=_style(_choice(props.get("color"), data)), params=_params(props, data))
        )


def _draw_form(shown: Face, component: Component, data: Mapping[str, str]) -> None:
    props = component.props
    schema = data.get(str(props["formSchema"].get("variable", "")), "")
    fields = _parsed(schema).get("fields") if schema else None
    if not isinstance(fields, list) or not fields:
        return
    shown.form = [each for each in fields if isinstance(each, dict)]
    if _choice(props.get("status"), data) == "disabled":
        return
    text = _text(props.get("submitText"), data) or "提交"
    shown.form_button = Button(key=FORM, text=text, style=1, params=_params(props, data))


def _plain_face(data: Mapping[str, str]) -> Face:
    """A template without a file: well-known variables, and the buttons of ``sys_full_json_obj``."""
    shown = Face(title=next((data[name] for name in _TITLES if data.get(name)), ""))
    shown.lines = [data[name] for name in _BODIES if data.get(name)]
    for row in _parsed(data.get("sys_full_json_obj", "")).get("msgButtons") or []:
        if row.get("request"):
            style = _style(str(row.get("color", "")))
            shown.buttons.append(
                Button(key=str(row.get("id", "")), text=str(row.get("text", "")), style=style, params={})
            )
        else:
            shown.links.append({"where": "msgButtons", "text": row.get("text", ""), "url": row.get("url", "")})
    return shown


def _text(value: object, data: Mapping[str, str]) -> str:
    """A text with its ``${variables}`` filled in."""
    if not isinstance(value, dict):
        return str(value or "")
    parts = str(value.get("content", "")).split("${")
    filled = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled += data.get(name.strip(), "") + rest
    return filled


def _choice(value: object, data: Mapping[str, str]) -> str:
    """A property that is fixed or comes out of a variable."""
    if not isinstance(value, dict):
        return str(value or "")
    fixed = str(value.get("value") or "")
    if value.get("valueType") == "variable" and value.get("variable"):
        return data.get(str(value["variable"]), "") or fixed
    return fixed


def _params(props: Json, data: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in _bound(cast(list[Json], props.get("params") or []), data) if name}


def _bound(rows: list[Json], data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        variable = str(row.get("variable") or "")
        yield str(row.get("name", "")), data.get(variable, "") if variable else str(row.get("value", ""))


def _parsed(text: str) -> Json:
    try:
        parsed: object = json.loads(text) if text else {}
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _style(colour: str) -> int:
    return _STYLES.get(colour, _PLAIN_STYLE)


def _button_view(button: Button) -> Json:
    return {"text": button.text, "key": button.key, "style": button.style}


def _options(row: Json) -> list[Json]:
    return [{"id": str(each.get("value")), "text": str(each.get("text"))} for each in row["options"]]


def _chosen(row: Json) -> object:
    """The default of a field with options, with or without its index."""
    default = row.get("defaultValue")
    return default.get("value") if isinstance(default, dict) else default


def _select_view(row: Json) -> Json:
    shown: Json = {"question_key": row.get("name"), "title": row.get("label", ""), "option_list": _options(row)}
    return shown | {"selected_id": str(_chosen(row) or "")}


def _checkbox_view(row: Json) -> Json:
    """The first field with several answers; pages draw one."""
    chosen = _chosen(row)
    ticked = [str(each) for each in chosen] if isinstance(chosen, list) else []
    options = [each | {"is_checked": each["id"] in ticked} for each in _options(row)]
    return {"question_key": row.get("name"), "title": row.get("label", ""), "mode": 1, "option_list": options}
