"""Counts typed at the entrance of a confined space: ``人2工具5`` (GB 30871-2022 6.8: persons and tools in and out)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.request.folding import MAX_TEXT, fold
from handlers.request.numerals import to_int


class Counted(StrEnum):
    """What is counted."""

    PEOPLE = "people"
    TOOLS = "tools"


class CountWhy(StrEnum):
    """Why a number was not taken."""

    UNCLEAR_THING = "unclear_thing"
    """A number of nobody knows what."""
    NOT_EXACT = "not_exact"
    TWICE = "twice"
    """The same thing with two numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRefused:
    """A number that was not taken."""

    why: CountWhy
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts read; None where none was given. Nothing is assumed to be zero."""

    people: int | None
    tools: int | None
    refused: tuple[CountRefused, ...]


_N = "[0-9]{1,4}|[零一二两三四五六七八九十]{1,4}"
_PEOPLE = "(?:作业)?(?:人员|人数|人)"
_TOOLS = "(?:工具|器具|工器具|设备工具|物品)(?:数量?)?"
_JOIN = r"\s*[:=是为]?\s*(?:共|有)?\s*"
_NOT_EXACT = re.compile(f"(?:(?:{_N})(?:多|几|来)|几|约(?:{_N})|(?:{_N})[-~到至](?:{_N}))[个名件把]?")
_COUNT = re.compile(
    f"(?P<people1>{_PEOPLE}){_JOIN}(?P<np1>{_N})(?!号)(?:[个名位]|人)*"
    f"|(?P<tools1>{_TOOLS}){_JOIN}(?P<nt1>{_N})(?!号)(?:[个件把套样])*"
    f"|(?P<np2>{_N})\\s*[个名位]?(?P<people2>{_PEOPLE})"
    f"|(?P<nt2>{_N})\\s*[个件把套样]?(?P<tools2>{_TOOLS})"
    f"|(?P<odd>(?<![A-Z0-9-])[0-9]{{1,4}})(?![0-9:.号])"
)


def parse_counts(text: str) -> Counts:
    """Read how many people and tools; of an over-long text only the first `MAX_TEXT` characters."""
    folded = fold(text[:MAX_TEXT])
    refused = [CountRefused(why=CountWhy.NOT_EXACT, said=match.group()) for match in _NOT_EXACT.finditer(folded)]
    clean = _NOT_EXACT.sub(lambda match: " " * len(match.group()), folded)
    found: dict[Counted, int] = {}
    for match in _COUNT.finditer(clean):
        if match["odd"]:
            refused.append(CountRefused(why=CountWhy.UNCLEAR_THING, said=match.group()))
            continue
        thing = Counted.PEOPLE if match["people1"] or match["people2"] else Counted.TOOLS
        number = to_int(next(match[name] for name in ("np1", "nt1", "np2", "nt2") if match[name]))
        if number is None:
            refused.append(CountRefused(why=CountWhy.NOT_EXACT, said=match.group()))
        elif thing in found and found[thing] != number:
            refused.append(CountRefused(why=CountWhy.TWICE, said=match.group()))
        else:
            found[thing] = number
    for thing in [key for key in found if any(one.why is CountWhy.TWICE for one in refused)]:
        del found[thing]
    return Counts(people=found.get(Counted.PEOPLE), tools=found.get(Counted.TOOLS), refused=tuple(refused))
