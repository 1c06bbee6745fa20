"""Answers of pure functions, kept by who their arguments are.

Telling whether two contents are equal takes as long as many an answer; telling whether they are one and the same object
takes nothing. What the core speaks of is frozen: a permit that changes has another content, a person whose certificate
changes is another record, rules that change are other rules. So an answer about these very objects never grows old, and
whoever asks about other ones is answered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """At least the last ``kept`` different answers, at most twice as many; harmless from any thread.

    Ask it only for what follows from the objects named alone, and only about objects that never change.
    """

    __slots__ = ("_kept", "_new", "_old")

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._new: dict[tuple[Hashable, ...], tuple[tuple[object, ...], T]] = {}
        self._old: dict[tuple[Hashable, ...], tuple[tuple[object, ...], T]] = {}

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def of(self, about: tuple[object, ...], work_out: Callable[[], T], *, given: Hashable = None) -> T:
        """The answer about these objects: remembered, or worked out now. What is raised is not remembered.

        ``given``: what else it follows from and is told by its value, such as a day.
        """
        key = (given, *map(id, about))
        known = self._new.get(key)
        if known is None:
            # The objects are held beside the answer, so that no other ever takes their place in memory.
            known = self._old.get(key) or (about, work_out())
            if len(self._new) >= self._kept:
                self._new, self._old = {}, self._new
            self._new[key] = known
        return known[1]
