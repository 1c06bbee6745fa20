"""Streams of events folded into states, and the small memory of the hot ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from storage.chain import Chain
from storage.codec import Codec

S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold(Generic[S, E]):
    """One kind of stream: how it begins, how an event moves it, and how its events are stored.

    States must be immutable: a command that fails hands the earlier object back.
    """

    kind: str
    """First part of the stored stream name, e.g. ``permit``."""
    initial: Callable[[str], S]
    """The state before the first event of the stream with this id."""
    evolve: Callable[[S, E], S]
    codec: Codec[E]

    def name(self, stream: str) -> str:
        """The stored name of the stream: kind and id."""
        return f"{self.kind}/{stream}"


class Hot:
    """A folded stream at its head."""

    __slots__ = ("chain", "head", "state", "version")

    def __init__(self, state: Any, version: int, head: bytes, chain: Chain) -> None:
        self.state = state
        self.version = version
        self.head = head
        self.chain = chain


class HotStreams(OrderedDict[str, Hot]):
    """Folded streams by stored name, least recently used first.

    Trimmed only between batches: inside a batch a stream may have rows that are not in the database yet.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity

    def trim(self) -> None:
        """Forget the coldest above capacity."""
        while len(self) > self.capacity:
            self.popitem(last=False)
