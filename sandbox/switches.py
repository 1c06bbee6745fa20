"""What the switches of every twin share: counting down, written ends of coming calls, reading and setting by name."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json = dict[str, object]


class _Times(Protocol):
    times: int


Scripted = TypeVar("Scripted", bound=_Times)


class Misfortunes(Generic[Scripted]):
    """Base of a twin's `Faults`, a dataclass of switches. A number counts what is still to be hit; -1 never ends."""

    __slots__ = ()

    __dataclass_fields__: ClassVar[dict[str, Any]]
    scripted: dict[str, Scripted]
    """How the next calls of an API end, by its name."""

    def take(self, name: str) -> bool:
        """Whether the counting switch ``name`` strikes now; uses up one count."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0

    def script(self, api: str) -> Scripted | None:
        """The scripted end that strikes a call of ``api`` now; uses up one count."""
        scripted = self.scripted.get(api)
        if scripted is None or scripted.times == 0:
            return None
        if scripted.times > 0:
            scripted.times -= 1
        return scripted

    def clear(self) -> None:
        """Switch everything off."""
        calm = type(self)()
        for each in fields(self):
            setattr(self, each.name, getattr(calm, each.name))


def to_json(switches: DataclassInstance) -> Json:
    """All switches by name; durations in seconds, enumerations as words."""
    return {each.name: _plain(getattr(switches, each.name)) for each in fields(switches)}


def apply(switches: DataclassInstance, changes: Json) -> None:
    """Set some switches from JSON; raises ValueError for an unknown name or a value of the wrong kind."""
    known = {each.name for each in fields(switches) if not isinstance(getattr(switches, each.name), dict)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"no switch named {name}")
        setattr(switches, name, _like(getattr(switches, name), value, name))


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {name: asdict(entry) for name, entry in value.items()}
    return value


def _like(current: object, value: object, name: str) -> object:
    if isinstance(current, timedelta) and isinstance(value, int | float):
        return timedelta(seconds=value)
    if isinstance(current, StrEnum) and isinstance(value, str):
        return type(current)(value)
    if isinstance(current, bool) and isinstance(value, bool):
        return value
    if isinstance(current, int) and not isinstance(current, bool) and type(value) is int:
        return value
    if type(current) is str and isinstance(value, str):
        return value
    raise ValueError(f"{name} cannot be {value!r}")
