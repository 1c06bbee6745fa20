"""When two entries of the register are one instrument: by model and serial, however somebody spelt them.

A vote of two detectors, or a work that must have two, is worth nothing when one box stands in the register twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

_NOTHING: Final = frozenset({"Zs", "Cc", "Cf", "Pd", "Pc"})
"""Blanks, invisible characters, dashes and underscores: printed on one label, left out on the next."""
_MINUS: Final = "\u2212"

Key = TypeVar("Key")


def spelled_plainly(text: str) -> str:
    """A model or serial as it is compared: compatible characters are one, case, blanks and dashes are nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in plain if each != _MINUS and unicodedata.category(each) not in _NOTHING)


def named_twice(instruments: Iterable[tuple[Key, str, str]]) -> Iterator[tuple[Key, Key]]:
    """(key, model, serial) of every instrument → each that is another one under a second name, and that other one.

    Without a serial nobody can tell. A model somebody left out may be any: the serial decides.
    """
    seen: dict[str, list[tuple[str, Key]]] = {}
    for key, model, serial in instruments:
        number, kind = spelled_plainly(serial), spelled_plainly(model)
        if not number:
            continue
        others = seen.setdefault(number, [])
        twin = next((other for known, other in others if not known or not kind or known == kind), None)
        if twin is not None:
            yield key, twin
        others.append((kind, key))
