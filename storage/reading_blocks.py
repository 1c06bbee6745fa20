"""What a device said within one batch, as one row: a list in JSON, exact, in the order it came in.

A row for each value costs thirteen times as much to write, most of it in the indexes. A block never reaches from one
hour of UTC into the next, so that whole blocks are sealed and forgotten as whole hours are. Each entry is ``[quantity,
value, unit, quality, measured_at, received_at]``; values are texts, so that no digit is lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

import msgspec

from workflow.segments import HOUR

MOST: Final = 256
"""Entries of one block: more are not faster to write, and slower to read for whoever wants one of them."""


class Heard(Protocol):
    """What a block keeps of a reading."""

    @property
    def device(self) -> str:
        """Who said it."""
        ...

    @property
    def quantity(self) -> str:
        """Of what."""
        ...

    @property
    def value(self) -> Decimal:
        """How much."""
        ...

    @property
    def unit(self) -> str:
        """In which unit."""
        ...

    @property
    def quality(self) -> str:
        """What it is worth."""
        ...

    @property
    def measured_at(self) -> datetime | None:
        """When, by the device's clock."""
        ...

    @property
    def received_at(self) -> datetime:
        """When, by ours."""
        ...


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One of a block's values, times as they were given."""

    quantity: str
    value: Decimal
    unit: str
    quality: str
    measured_at: datetime | None
    received_at: datetime


class Block(NamedTuple):
    """Entries of one device and one hour of UTC; ``first`` and ``last`` received of them, aware."""

    device: str
    first: datetime
    last: datetime
    size: int
    body: str


_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder(list[Entry]).decode


def blocks_of(readings: Iterable[Heard]) -> Iterator[Block]:
    """The readings as blocks. Those of one device and hour keep their order."""
    waiting: dict[str, list[Heard]] = {}
    begins = ends = datetime.min.replace(tzinfo=UTC)
    for one in readings:
        if not begins <= one.received_at < ends:
            yield from _ended(waiting)
            begins = one.received_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            ends = begins + HOUR
        said = waiting.get(one.device)
        if said is None:
            waiting[one.device] = [one]
        else:
            said.append(one)
    yield from _ended(waiting)


def _ended(waiting: dict[str, list[Heard]]) -> Iterator[Block]:
    for device, said in waiting.items():
        for start in range(0, len(said), MOST):
            yield _block(device, said[start : start + MOST])
    waiting.clear()


def _block(device: str, said: list[Heard]) -> Block:
    received = [one.received_at for one in said]
    body = _ENCODE(
        [(one.quantity, one.value, one.unit, one.quality, one.measured_at, one.received_at) for one in said]
    ).decode()
    return Block(device, min(received), max(received), len(said), body)


def entries(body: str) -> list[Entry]:
    """What a block holds."""
    return _DECODE(body)
