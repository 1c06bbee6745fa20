"""When two pipes are one: the names people give a line, made comparable (GB 30871-2022 7.10).

Line codes are compared exactly; digits never match fuzzily. Where neither name holds a code, equal words are one pipe
and different words prove nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from workflow.plant import PlaceLink

_MARKS = re.compile(r"""[\s"'“”‘’″＂()（）【】\[\],，、;；:：_./\\·]+""")
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－~～"), "-")
_SIZE = re.compile(r"(?:DN|PN|NPS)[0-9]+")
_PIPE_WORDS = re.compile(r"(?:工艺)?(?:管线|管道|管路|管子)$")


def plain(name: str) -> str:
    """A name with widths, case, dashes and blanks evened out."""
    even = unicodedata.normalize("NFKC", name).upper().translate(_DASHES)
    return _PIPE_WORDS.sub("", _MARKS.sub(" ", even).strip())


def codes(name: str) -> frozenset[str]:
    """Line codes in a name, e.g. ``P-1203-80`` → ``P1203-80``: letters and digits, the first dash left out.

    Sizes (DN80) are no codes.
    """
    found = set()
    for match in _CODE.findall(plain(name)):
        if _SIZE.fullmatch(match):
            continue
        if any(sign.isalpha() for sign in match) and any(sign.isdigit() for sign in match):
            found.add(re.sub(r"^([A-Z]+)-(?=\d)", r"\1", match))
    return frozenset(found)


class Lines:
    """The lines on record, each with every code it goes by."""

    __slots__ = ("_links",)

    def __init__(self, links: Iterable[PlaceLink]) -> None:
        self._links = tuple(links)

    def same(self, one: str, other: str) -> bool | None:
        """Whether two names mean one pipe; a registered line with several codes is one pipe."""
        told = same_pipe(one, other)
        if told:
            return True
        here, there = self._of(one), self._of(other)
        return bool(here & there) if here and there else told

    def _of(self, name: str) -> frozenset[str]:
        return frozenset(
            link.id for link in self._links if any(same_pipe(name, said) for said in (link.name, *link.aliases))
        )


def same_pipe(one: str, other: str) -> bool | None:
    """Whether two names mean one pipe; None when they do not tell.

    One code that begins the other (``P1203`` and ``P1203-80``) may be one line with and without its size: not told.
    """
    if not one.strip() or not other.strip():
        return None
    if plain(one).replace(" ", "") == plain(other).replace(" ", ""):
        return True
    here, there = codes(one), codes(other)
    if here & there:
        return True
    if here and there:
        part = any(a.startswith(f"{b}-") or b.startswith(f"{a}-") for a in here for b in there)
        return None if part else False
    return None
