"""A record of a register file, and where it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.policy_yaml import Path_, Problem, Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """A record and where it was written."""

    said: T
    source: Source
    where: Path_

    def wrong(self, message: str, *key: str | int) -> Problem:
        """A problem at one key of the record."""
        return self.source.problem((*self.where, *key), message)
