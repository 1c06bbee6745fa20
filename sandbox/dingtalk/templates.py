"""Card templates: what the builder exports, read for its variables, its texts and its buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.dingtalk.conditions import Condition, TemplateBroken, read_condition

Json = dict[str, Any]
_SYSTEM = "sys_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of the tree as far as a person sees it."""

    kind: str
    id: str
    props: Json
    visible: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One published template. ``variables`` None: not known, every name goes; True marks a private one.

    ``client_id`` is the app that owns it; "" = everybody's.
    """

    id: str
    client_id: str = ""
    published: bool = True
    variables: Mapping[str, bool] | None = None
    components: tuple[Component, ...] = field(default=())

    def knows(self, name: str) -> bool:
        """Whether the template has this variable."""
        return self.variables is None or name in self.variables or name.startswith(_SYSTEM)

    def private(self, name: str) -> bool:
        """Whether the builder calls this variable private."""
        return bool((self.variables or {}).get(name))


PUBLIC_TEMPLATES = (
    "589420e2-c1e2-46ef-a5ed-b8728e654da9.schema",
    "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema",
    "382e4302-551d-4880-bf29-a30acfab2e71.schema",
    "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema",
)
"""Shipped in official code and usable from any app; `sandbox.dingtalk.views` knows what they look like."""


class Templates:
    """The registry: templates by id."""

    def __init__(self) -> None:
        self._known: dict[str, Template] = {each: Template(id=each) for each in PUBLIC_TEMPLATES}

    def load(self, exported: str, template_id: str, *, client_id: str = "", published: bool = True) -> Template:
        """Import what the builder exported (the JSON text) and give it an id; raises `TemplateBroken`."""
        template = read_export(exported, template_id, client_id=client_id, published=published)
        self._known[template_id] = template
        return template

    def declare(self, template_id: str, *, client_id: str = "", published: bool = True) -> Template:
        """A template nobody has a file of: every variable goes."""
        template = self._known[template_id] = Template(id=template_id, client_id=client_id, published=published)
        return template

    def find(self, template_id: str) -> Template | None:
        """The template, published or not."""
        return self._known.get(template_id)


def read_export(exported: str, template_id: str, *, client_id: str, published: bool) -> Template:
    """The template inside an exported file; raises `TemplateBroken`."""
    if not template_id.endswith(".schema"):
        raise TemplateBroken("a template id ends with .schema")
    try:
        editor = json.loads(json.loads(exported)["editorData"])
        listed = cast(list[Json], editor["variableList"])
        roots = cast(list[Json], editor["schema"]["componentsTree"])
    except (ValueError, KeyError, TypeError) as error:
        raise TemplateBroken(f"not an export of the builder: {error!r}") from error
    variables: dict[str, bool] = {}
    for each in listed:
        if not isinstance(each.get("name"), str) or each["name"] in variables:
            raise TemplateBroken(f"variable without a name, or twice: {each.get('name')!r}")
        variables[each["name"]] = bool(each.get("private"))
    components = tuple(component for root in roots for component in _walk(root))
    template = Template(
        id=template_id, client_id=client_id, published=published, variables=variables, components=components
    )
    _check_references(template)
    return template


def _walk(node: Json) -> Iterator[Component]:
    """The node and what is inside it, from top to bottom."""
    if node.get("hidden"):
        return
    props = cast(Json, node.get("props") or {})
    yield Component(
        kind=str(node.get("componentName", "")),
        id=str(node.get("id", "")),
        props=props,
        visible=read_condition(props.get("visible")),
    )
    for child in cast(list[Json], node.get("children") or []):
        yield from _walk(child)


def _check_references(template: Template) -> None:
    """Every variable a component shows must be declared."""
    for component in template.components:
        for name in _references(component.props):
            if not template.knows(name.partition(".")[0]):
                raise TemplateBroken(f"{component.id} shows the undeclared variable {name}")


def _references(value: object) -> Iterator[str]:
    """Names of variables anywhere inside props."""
    if isinstance(value, dict):
        variable = value.get("variable")
        if isinstance(variable, str) and variable:
            yield variable
        content = value.get("content")
        if isinstance(content, str):
            yield from placeholders(content)
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def placeholders(text: str) -> Iterator[str]:
    """Names inside ``${…}``."""
    for part in text.split("${")[1:]:
        yield part.partition("}")[0].strip()
