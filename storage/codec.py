"""Events to canonical JSON bytes and back.

Canonical: keys sorted, no blanks, exact decimals as strings, instants in the one spelling, enumerations by value. The
bytes are made once, when an event is appended, and hashed as they are; nothing is ever serialised again to verify.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from storage.errors import UnknownEvent
from storage.times import spell

E = TypeVar("E")
Convert = Callable[[Any], Any]

_ENCODER = msgspec.json.Encoder(order="sorted", decimal_format="string")


class Codec(Generic[E]):
    """The registry of one union of dataclasses. The class name is the stored kind: renaming a class is a migration."""

    def __init__(self, classes: Iterable[type[E]]) -> None:
        self._plans: dict[type[Any], tuple[str, Convert | None]] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {}
        for cls in classes:
            kind = cls.__name__
            if kind in self._decoders:
                raise TypeError(f"two events are called {kind}")
            self._plans[cls] = (kind, _conversion(cls))
            self._decoders[kind] = msgspec.json.Decoder(cls)

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind this codec can read."""
        return frozenset(self._decoders)

    def encode(self, event: E) -> tuple[str, bytes]:
        """The stored kind and canonical bytes. Raise `UnknownEvent` for a class that is not registered."""
        try:
            kind, convert = self._plans[type(event)]
        except KeyError:
            raise UnknownEvent(f"{type(event).__name__} is not a registered event") from None
        return kind, _ENCODER.encode(event if convert is None else convert(event))

    def decode(self, kind: str, body: bytes) -> E:
        """The event of stored bytes. Raise `UnknownEvent` when kind or body fit no registered class."""
        try:
            decoder = self._decoders[kind]
        except KeyError:
            raise UnknownEvent(f"the journal holds a {kind}, which this version does not know") from None
        try:
            event: E = decoder.decode(body)
        except (msgspec.MsgspecError, ValueError) as error:
            raise UnknownEvent(f"the stored {kind} does not fit its class: {error}") from error
        return event


def _conversion(hint: Any) -> Convert | None:
    """How to bring a value of this type into a form msgspec spells canonically; None when it already is.

    msgspec spells everything as we want except instants, so only types that may hold one are taken apart.
    """
    if hint is datetime:
        return spell
    if isinstance(hint, type) and is_dataclass(hint):
        return _of_dataclass(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _of_union([argument for argument in arguments if argument is not type(None)])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _of_mapping(_conversion(arguments[1]))
    if isinstance(origin, type) and issubclass(origin, tuple | list | frozenset | set):
        inner = {id(found): found for found in map(_conversion, arguments) if found is not None}
        if len(arguments) > 1 and arguments[-1] is not Ellipsis and inner:
            raise TypeError(f"{hint}: a tuple of different parts may not hold instants")
        return _of_sequence(next(iter(inner.values()))) if inner else None
    return None


# Kept: twenty codecs ask about the same values inside their events.
@cache
def _of_dataclass(cls: type[Any]) -> Convert | None:
    hints = get_type_hints(cls)
    plan = [(field.name, _conversion(hints[field.name])) for field in fields(cls)]
    if all(convert is None for _, convert in plan):
        return None
    plain = [name for name, convert in plan if convert is None]
    changed = [(name, convert) for name, convert in plan if convert is not None]

    def taken_apart(value: Any) -> dict[str, Any]:
        row = {name: getattr(value, name) for name in plain}
        for name, convert in changed:
            row[name] = convert(getattr(value, name))
        return row

    return taken_apart


def _of_union(members: list[Any]) -> Convert | None:
    conversions = [found for found in map(_conversion, members) if found is not None]
    if not conversions:
        return None
    if len(members) > 1:
        raise TypeError(f"a union of {members} may not hold instants")
    only = conversions[0]
    return lambda value: None if value is None else only(value)


def _of_mapping(inner: Convert | None) -> Convert | None:
    if inner is None:
        return None
    return lambda value: {_key(key): inner(item) for key, item in value.items()}


def _key(key: Any) -> Any:
    return key.value if isinstance(key, Enum) else key


def _of_sequence(inner: Convert) -> Convert:
    return lambda value: [inner(item) for item in value]
