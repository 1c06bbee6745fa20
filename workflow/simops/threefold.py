"""Yes, no, or nobody can tell: and and or over three answers."""

from __future__ import annotations

from collections.abc import Iterable


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """And: a no settles it, else what is open stays open."""
    found = tuple(answers)
    if False in found:
        return False
    return None if None in found else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Or: a yes settles it, else what is open stays open."""
    found = tuple(answers)
    if True in found:
        return True
    return None if None in found else False
