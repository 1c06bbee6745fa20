"""Reading a request body the way the platform does: lenient about JSON types, with remarks about what it overlooked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, cast

from sandbox.wecom.errors import ApiError, Code

Json: TypeAlias = dict[str, object]
View: TypeAlias = dict[str, Any]
"""JSON on its way out, for pages and tests that look inside."""


class NoteKind(StrEnum):
    """What a remark is about."""

    FORMAT = "format"
    """A value had the wrong JSON type and was converted."""
    LENGTH = "length"
    """Longer than advised; cut or left to the client."""
    IGNORED = "ignored"
    """A field the platform does not know here; it has no effect."""
    VALUE = "value"
    """An odd value that was replaced by a default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One remark about an accepted request."""

    kind: NoteKind
    path: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Notes:
    """Remarks collected while a request is read. With ``strict_lengths`` a length remark becomes a refusal."""

    strict_lengths: bool = False
    items: list[Note] = field(default_factory=list)

    def add(self, kind: NoteKind, path: str, detail: str) -> None:
        """Keep one remark, once."""
        note = Note(kind=kind, path=path, detail=detail)
        if note not in self.items:
            self.items.append(note)

    def too_long(self, path: str, detail: str) -> None:
        """Remark on a length; raises `ApiError` in strict mode."""
        if self.strict_lengths:
            raise ApiError(Code.BAD_PARAMETER, f"{path} {detail}")
        self.add(NoteKind.LENGTH, path, detail)

    @property
    def wrong_types(self) -> bool:
        """Whether a value had to be converted."""
        return any(note.kind is NoteKind.FORMAT for note in self.items)


def parse_object(body: bytes) -> Json:
    """The JSON object in a request body; raises `ApiError` 40058 when there is none."""
    try:
        parsed: object = json.loads(body)
    except ValueError as error:
        raise ApiError(Code.BAD_PARAMETER, "body is not json") from error
    if not isinstance(parsed, dict):
        raise ApiError(Code.BAD_PARAMETER, "body is not a json object")
    return cast(Json, parsed)


class Reader:
    """One JSON object and the path that leads to it."""

    def __init__(self, data: Json, notes: Notes, path: str = "") -> None:
        self.data = data
        self.notes = notes
        self._path = path

    def path(self, name: str) -> str:
        """Where a field stands, for remarks."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field is there with a value."""
        return self.data.get(name) is not None

    def text(self, name: str) -> str:
        """The field as text; "" when missing, numbers converted with a remark, other shapes treated as missing."""
        value = self.data.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.notes.add(NoteKind.FORMAT, self.path(name), "number where a string belongs")
            return str(value)
        if value is not None:
            self.notes.add(NoteKind.FORMAT, self.path(name), "not a string")
        return ""

    def number(self, name: str) -> int | None:
        """The field as an integer; None when missing or unusable, digit strings converted with a remark."""
        value = self.data.get(name)
        if isinstance(value, bool):
            self.notes.add(NoteKind.FORMAT, self.path(name), "boolean where a number belongs")
            return int(value)
        if isinstance(value, int):
            return value
        if isinstance(value, str) and value.lstrip("-").isdigit():
            self.notes.add(NoteKind.FORMAT, self.path(name), "string where a number belongs")
            return int(value)
        if value is not None:
            self.notes.add(NoteKind.FORMAT, self.path(name), "not an integer")
        return None

    def flag(self, name: str) -> bool:
        """The field as yes or no; missing means no."""
        value = self.data.get(name)
        return value if isinstance(value, bool) else bool(self.number(name))

    def child(self, name: str) -> Reader | None:
        """The object inside the field; None when there is none."""
        value = self.data.get(name)
        if isinstance(value, dict):
            return Reader(cast(Json, value), self.notes, self.path(name))
        if value is not None:
            self.notes.add(NoteKind.FORMAT, self.path(name), "not an object")
        return None

    def rows(self, name: str) -> list[Reader] | None:
        """The list of objects inside the field; None when there is none."""
        value = self.data.get(name)
        if isinstance(value, list):
            return list(self._readers(name, value))
        if value is not None:
            self.notes.add(NoteKind.FORMAT, self.path(name), "not a list")
        return None

    def strings(self, name: str) -> list[str]:
        """The list of texts (or numbers) inside the field; empty when there is none."""
        value = self.data.get(name)
        return [str(entry) for entry in value] if isinstance(value, list) else []

    def only(self, *known: str) -> None:
        """Remark on every field that is not in ``known``."""
        for name in self.data:
            if name not in known:
                self.notes.add(NoteKind.IGNORED, self.path(name), "has no effect here")

    def _readers(self, name: str, value: list[object]) -> Iterator[Reader]:
        for position, entry in enumerate(value):
            path = f"{self.path(name)}[{position}]"
            if isinstance(entry, dict):
                yield Reader(cast(Json, entry), self.notes, path)
            else:
                self.notes.add(NoteKind.FORMAT, path, "not an object")
                yield Reader({}, self.notes, path)


def cut_bytes(text: str, limit: int) -> str:
    """At most ``limit`` UTF-8 bytes of the text, never half a character."""
    return text.encode()[:limit].decode(errors="ignore")
