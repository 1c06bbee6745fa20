"""What handlers leave in rows for later, as bytes: outgoing intents, timers' commands.

One shape for both: ``{"kind": <class name>, "body": {…}}``, canonical JSON. Renaming a class or a field is a
migration of the rows that wait.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args

import msgspec

from handlers.digest_due import ShiftBegins
from handlers.held import HeldReport, StayEnds, StillDue
from handlers.outgoing import Outgoing
from storage.codec import Codec
from workflow.hazard.commands import DebtOverdue
from workflow.permit import commands
from workflow.permit.commands import Command

T = TypeVar("T")
Timed = Command | DebtOverdue | HeldReport | ShiftBegins | StillDue | StayEnds
"""What a timer may ask."""


class _Envelope(msgspec.Struct):
    kind: str
    body: msgspec.Raw


_OPEN = msgspec.json.Decoder(_Envelope)


class _Tagged(Generic[T]):
    """A codec whose bytes carry the class name."""

    def __init__(self, classes: tuple[type[T], ...]) -> None:
        self._codec: Codec[T] = Codec(classes)

    def pack(self, value: T) -> bytes:
        kind, body = self._codec.encode(value)
        return b'{"kind":"%s","body":%s}' % (kind.encode(), body)

    def unpack(self, payload: bytes) -> T:
        envelope = _OPEN.decode(payload)
        return self._codec.decode(envelope.kind, bytes(envelope.body))


_OUTGOING: _Tagged[Any] = _Tagged(get_args(Outgoing))
_COMMANDS: _Tagged[Any] = _Tagged((*commands.ALL, DebtOverdue, HeldReport, ShiftBegins, StillDue, StayEnds))


def pack_outgoing(outgoing: Outgoing) -> bytes:
    """The payload of an outbox row."""
    return _OUTGOING.pack(outgoing)


def unpack_outgoing(payload: bytes) -> Outgoing:
    """The intent in an outbox row. Raise `storage.errors.UnknownEvent` for a kind this version does not know."""
    outgoing: Outgoing = _OUTGOING.unpack(payload)
    return outgoing


def pack_command(command: Timed) -> bytes:
    """The payload of a timer row."""
    return _COMMANDS.pack(command)


def unpack_command(payload: bytes) -> Timed:
    """The command in a timer row. Raise `storage.errors.UnknownEvent` for a kind this version does not know."""
    command: Timed = _COMMANDS.unpack(payload)
    return command
