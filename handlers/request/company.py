"""Which contractor: a company named in a sentence, or only that outsiders do the work."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.request.folding import Span, fold
from handlers.request.fuzzy import MOST, SHOWN, score
from handlers.request.gazetteer import Gazetteer
from handlers.request.lexicon import COMPANY, OUTSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySaid:
    """A contractor as said. ``employer`` is the plant's own writing of it, or empty while it is unknown."""

    said: str
    employer: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFound:
    """A contractor, or at least the word for one, and where it stands."""

    spans: tuple[Span, ...]
    company: CompanySaid | None
    outside: bool
    """Outsiders were mentioned, by name or not."""


_LEAD = re.compile("^.*(?:单位|承包商|外包|由|是|请|找|:)")
_TAIL = re.compile("(?:有限|责任|股份|集团)*公司$")


def find_company(masked: str, gazetteer: Gazetteer) -> CompanyFound:
    """Known contractors by their full name or without its legal tail; others by 公司 and the like."""
    outside = [Span(*match.span()) for match in OUTSIDE.finditer(masked)]
    for folded, employer in sorted(gazetteer.employers.items(), key=lambda item: -len(item[0])):
        for name in dict.fromkeys((folded, _TAIL.sub("", folded))):
            at = masked.find(name) if len(name) > 1 else -1
            if at >= 0:
                span = Span(at, at + len(name))
                said = CompanySaid(said=name, employer=employer)
                return CompanyFound(spans=(span, *outside), company=said, outside=True)
    match = COMPANY.search(masked)
    if match is None:
        return CompanyFound(spans=tuple(outside), company=None, outside=bool(outside))
    name = _LEAD.sub("", match.group())
    if len(_TAIL.sub("", name)) < 2:
        return CompanyFound(spans=tuple(outside), company=None, outside=bool(outside))
    ranked = sorted(gazetteer.employers.items(), key=lambda item: -score(name, item[0]))
    near = tuple(employer for folded, employer in ranked[:MOST] if score(name, folded) >= SHOWN)
    span = Span(match.end() - len(name), match.end())
    return CompanyFound(spans=(span, *outside), company=CompanySaid(said=fold(name), candidates=near), outside=True)
