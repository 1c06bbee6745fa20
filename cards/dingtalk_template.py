"""Our card template for DingTalk's builder (卡片平台), built from the list of variables.

The file is what the builder's 导入 reads: an envelope whose ``editorData`` is a text that holds the tree of components,
the variables and sample values. Nothing else of a template may be written by hand, so a variable the encoder fills in
is always one the template shows. `python -m tools.dingtalk_template` writes the file anew; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cards.dingtalk import encode
from cards.dingtalk_fields import LINES, SLOTS, VARIABLES, WORDS, Variable, line, slot, word
from cards.words_dingtalk import SAMPLE, TOO_OLD

Json = dict[str, Any]

REVISION: Final = 1
"""Moves whenever the file changes: a published template is locked, so each revision is a template of its own."""
PATH: Final = Path(__file__).with_name("dingtalk_templates") / "permit.json"
_ALWAYS: Final[Json] = {
    "type": "dynamicVisible",
    "value": True,
    "valueType": "fixed",
    "condition": {"op": "and", "conditions": []},
}
_OLD_CLIENT: Final = (
    '<LinearLayout width="@data{{width}}" height="match_content" orientation="vertical">'
    '<FastTextView textSize="15np" width="match_parent" height="match_content" text="{text}"/></LinearLayout>'
)


def template() -> str:
    """The file, the same on every run."""
    editor = {
        "schemaVersion": "3.0.0",
        "schema": _schema(),
        "mockData": _mock(),
        "editVersion": REVISION,
        "customWidgetInfo": "",
        "useCustomWidgetInfo": False,
        "variableList": [_variable(one) for one in VARIABLES],
        "formList": [],
        "expList": [],
        "localList": [],
        "hsfList": [],
        "lwpList": [],
        "extension": {"extendType": "NORMAL", "fileTypeList": []},
    }
    envelope = {
        "editorData": json.dumps(editor, ensure_ascii=False, separators=(",", ":")),
        "widgetInfo": _OLD_CLIENT.format(text=TOO_OLD),
        "type": "im",
        "mode": "card",
    }
    return json.dumps(envelope, ensure_ascii=False, indent=1) + "\n"


# --- variables -------------------------------------------------------------------------------------------------------


def _variable(one: Variable) -> Json:
    spelled: Json = {
        "name": one.name,
        "private": one.private,
        "type": "form" if one.form else "string",
        "id": one.name,
        "description": one.what,
        "editorVarType": "variables",
    }
    return spelled | {"disabled": False, "schema": [_fields(one.name)]} if one.form else spelled


def _fields(form: str) -> Json:
    """What a form is made of, as the builder describes it."""
    inner = f"{form}.fields[0]"
    option = [_part(f"{inner}.options[0]", name, "string") for name in ("value", "text")]
    parts = [
        _part(inner, name, kind)
        for name, kind in (
            ("name", "string"), ("label", "string"), ("type", "string"), ("required", "boolean"),
            ("defaultValue", "string"),
        )
    ]  # fmt: skip
    options = _part(inner, "options", "loopArray") | {"schema": option}
    return _part(form, "fields", "loopArray") | {"schema": [*parts, options]}


def _part(inside: str, name: str, kind: str) -> Json:
    return {
        "id": f"{inside}.{name}", "type": kind, "name": name, "private": True, "editorVarType": "variables",
        "disabled": True,
    }  # fmt: skip


def _mock() -> Json:
    """Sample values, made by the encoder itself. A form stands here as the object its text holds."""
    sample = encode(SAMPLE, template="sample")
    private: Json = dict(sample.private)
    for one in VARIABLES:
        if one.form and private[one.name]:
            private[one.name] = json.loads(private[one.name])
    return {"cardData": dict(sample.public), "cardPrivateData": private, "localData": {}, "richTextData": {}}


# --- the tree --------------------------------------------------------------------------------------------------------


def _schema() -> Json:
    children = list(_children())
    names = sorted({child["componentName"] for child in children} - {"Form"})
    mapped = [
        {
            "package": "@ali/dxComponent", "version": "1.0.0", "exportName": name, "main": "./src/index.tsx",
            "destructuring": False, "subName": "", "componentName": name,
        }
        for name in ("Card", *names)
    ]  # fmt: skip
    card = _node("Card", 0, {"url": _link(""), "linkCondition": _ALWAYS, "actionType": "url"})
    return {
        "version": "1.0.0",
        "componentsMap": [*mapped, {"devMode": "lowCode", "componentName": "Form"}],
        "componentsTree": [card | {"fileName": "permit", "dataSource": {"list": []}, "children": children}],
        "i18n": {},
    }


def _children() -> Iterator[Json]:
    """From top to bottom. What has no words is not shown; once ``done`` has words, nothing can be pressed."""
    nodes = (
        *_head(),
        *(_text(line(number)) for number in range(1, LINES + 1)),
        *(_text(word(number)) for number in range(1, WORDS + 1)),
        ("Form", _form()),
        *(("SingleButton", _button(number)) for number in range(1, SLOTS + 1)),
        ("SingleButton", _page()),
        ("SingleButton", _final()),
    )
    for number, (name, props) in enumerate(nodes, 1):
        yield _node(name, number, props)


def _head() -> tuple[tuple[str, Json], ...]:
    """The status in words, in its colour; never a colour alone."""
    return (
        _text("source", size="small"),
        _text("status", size="large", bold=True, colour="status_color"),
        _text("heading", size="large", bold=True),
        _text("subtitle"),
        _text("quote", bold=True, colour="status_color"),
    )


def _node(name: str, number: int, props: Json) -> Json:
    return {
        "componentName": name, "id": f"node_permit{number:03d}", "props": props, "hidden": False, "title": "",
        "isLocked": False, "condition": True, "conditionGroup": "",
    }  # fmt: skip


def _text(variable: str, *, size: str = "middle", bold: bool = False, colour: str = "") -> tuple[str, Json]:
    return "BaseText", {
        "text": _words(f"${{{variable}}}"),
        "styleType": "custom",
        "fontSizeType": "Standard",
        "size": size,
        "bold": bold,
        "color": {
            "type": "dynamicColor", "valueType": "variable" if colour else "fixed",
            "value": "common_level1_base_color", "variable": colour, "variableType": "global",
        },
        "maxLine": {
            "type": "dynamicNumber", "valueType": "fixed", "value": 0, "variable": "", "variableType": "global",
        },
        "autoWidth": False,
        "gravity": "left",
        "visible": _visible(variable),
        **_margins(2),
    }  # fmt: skip


def _margins(between: int) -> Json:
    return {"marginLeft": 12, "marginRight": 12, "marginTop": between, "marginBottom": between}


def _form() -> Json:
    return {
        "id": "form",
        "submitText": _words("${form_btn_text}"),
        "formSchema": {"variable": "form", "variableType": "global", "type": "variableValue"},
        "params": _params("form_token"),
        "status": _select("form_status", "normal"),
        "actionType": "request",
        "visible": _visible("form_btn_text"),
    }


def _button(number: int) -> Json:
    return {
        "text": _words(f"${{{slot(number, 'text')}}}"),
        "status": _select("", "normal"),
        "color": _select(slot(number, "color"), "gray"),
        "actionType": "request",
        "actionId": _words(f"b{number}"),
        "params": _params(slot(number, "token")),
        "disabledWhileForward": True,
        **_margins(4),
        "visible": _visible(slot(number, "text")),
    }


def _page() -> Json:
    return {
        "text": _words("看整张票"),
        "status": _select("", "normal"),
        "color": _select("", "gray"),
        "actionType": "url",
        "urlType": "all",
        "url": _link("page_url"),
        **_margins(4),
        "visible": _visible("page_url"),
    }


def _final() -> Json:
    return {
        "text": _words("${done}"),
        "status": _select("", "disabled"),
        "color": _select("", "gray"),
        "actionType": "none",
        **_margins(4),
        "visible": _visible("done"),
    }


def _params(token: str) -> list[Json]:
    """What a press brings back besides a form's own answers."""
    return [
        {
            "type": "variable", "variable": variable, "value": "", "name": name, "variableType": "global",
            "id": str(number),
        }
        for number, (name, variable) in enumerate((("token", token), ("v", "v")), 1)
    ]  # fmt: skip


def _words(content: str) -> Json:
    return {"type": "dynamicString", "content": content, "i18n": False}


def _select(variable: str, value: str) -> Json:
    return {
        "type": "dynamicSelect", "valueType": "variable" if variable else "fixed", "value": value,
        "variable": variable, "variableType": "global",
    }  # fmt: skip


def _link(variable: str) -> Json:
    return {
        "type": "dynamicLink", "value": "", "valueType": "variable" if variable else "fixed", "variable": variable,
        "variableType": "global",
    }  # fmt: skip


def _visible(variable: str) -> Json:
    """Shown when the variable has words."""
    condition = {
        "value": "", "op": "notEqual", "variable": variable, "variableType": "global", "type": "variable",
        "valueType": "fixed", "valueVariableType": "global",
    }  # fmt: skip
    return _ALWAYS | {"valueType": "condition", "condition": {"op": "and", "conditions": [condition]}}
