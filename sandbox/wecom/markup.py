"""The platform's XML: CDATA for text, bare digits for numbers, repeated elements without a wrapper for lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias, Union
from xml.etree import ElementTree

Value: TypeAlias = Union[str, int, float, "Fields"]
Fields: TypeAlias = Iterable[tuple[str, Value]]

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters XML 1.0 cannot carry."""


class MarkupBroken(Exception):
    """The text is not XML, or carries a document type declaration."""


def write(fields: Fields) -> str:
    """A whole document with the root ``xml``."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: Value) -> str:
    if isinstance(value, str):
        safe = _FORBIDDEN.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<![CDATA[{safe}]]>"
    if isinstance(value, int | float):
        return str(value)
    return _inside(value)


def read(text: bytes | str) -> ElementTree.Element:
    """The root element; raises `MarkupBroken`. Document type declarations are refused."""
    if b"<!DOCTYPE" in (text if isinstance(text, bytes) else text.encode()):
        raise MarkupBroken("document type declaration")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - declarations, the way to attack a parser, are refused above
    except ElementTree.ParseError as error:
        raise MarkupBroken("not xml") from error


def text_of(element: ElementTree.Element, name: str) -> str:
    """The text of a child; "" when there is none."""
    return element.findtext(name) or ""
