"""Codes that may be two names of one place: found in the register, shown with reasons, decided by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache

from handlers.neighbour_news import ask_everybody
from handlers.request.folding import key as compared
from handlers.request.fuzzy import score, strict_part
from handlers.streams import keep
from storage.codec import Codec
from storage.directory import Directory, Register
from storage.fold import Fold
from storage.tx import Tx
from workflow.ids import PersonId, SiteId
from workflow.plant import LinkKind, PlaceLink
from workflow.rules.book import RuleBook
from workflow.rules.types import Role
from workflow.simops import aliases
from workflow.simops.aliases import Candidate
from workflow.simops.decisions import Judged, PlacesJudged, judge, links_of

DECISIONS: Fold[Judged, PlacesJudged] = Fold(
    kind="places", initial=lambda _: Judged(), evolve=judge, codec=Codec((PlacesJudged,))
)
"""One stream a site: who said of which two codes that they are one place, or two."""


class NotDecided(Exception):
    """The decision was not taken down; the message says why, for the one who asked."""


def likeness(one: str, other: str) -> float:
    """How alike two names are in letters and sound, 0 to 100; digits, letters and directions must be equal."""
    (here, here_strict), (there, there_strict) = _prepared(one), _prepared(other)
    return score(here, there) if here_strict == there_strict else 0.0


@lru_cache(maxsize=16384)
def _prepared(name: str) -> tuple[str, tuple[str, ...]]:
    """A name as it is compared, and what of it must be equal; each meets all the others, and making it costs 30 us."""
    here = compared(name)
    return here, strict_part(here)


def found(directory: Directory, history: dict[str, frozenset[str]] | None = None) -> tuple[Candidate, ...]:
    """Every pair worth asking about."""
    register = directory.register
    return aliases.candidates(register.areas, register.equipment, register.links, likeness, history)


def suspicions(directory: Directory) -> Iterable[tuple[str, str]]:
    """The pairs that leave conflicts open, from the register alone."""
    register = directory.register
    return aliases.suspected(register.areas, register.equipment, register.links, likeness)


def with_history(tx: Tx) -> tuple[Candidate, ...]:
    """Every pair worth asking about, what permits were opened for counted in."""
    past: defaultdict[str, set[str]] = defaultdict(set)
    for row in tx.all_permits():
        past[row.area].add(compared(f"{row.place} {row.task}"))
    return found(tx.directory, {area: frozenset(said) for area, said in past.items()})


def evidence(tx: Tx, one: str, other: str) -> Candidate | None:
    """What speaks for one place in these two codes, history included; None when nothing does or somebody decided."""
    register = tx.directory.register
    pair = {one, other}
    history = {
        code: frozenset(compared(f"{place} {task}") for place, task in tx.said_at(code))
        for code in pair
        if code in tx.directory.areas
    }
    pairs = aliases.candidates(
        [area for area in register.areas if area.id in pair],
        [thing for thing in register.equipment if thing.id in pair or thing.area in pair],
        register.links,
        likeness,
        history,
    )
    return next((each for each in pairs if each.pair == pair), None)


def judged(directory: Directory, one: str, other: str) -> PlaceLink | None:
    """The word of the safety department that holds for two codes; None when nobody has spoken yet."""
    for link in directory.register.links:
        settled = link.active and link.decided_by is not None and link.kind in {LinkKind.SAME, LinkKind.APART}
        if settled and set(link.places) == {one, other}:
            return link
    return None


def decide(
    tx: Tx, book: RuleBook, *, one: str, other: str, same: bool, by: PersonId, at: datetime, zone: tzinfo
) -> PlacesJudged:
    """Take down what a person of the safety department says of two codes: in the journal, and in the register.

    Running work is asked again at once. Raise `NotDecided`.
    """
    directory = tx.directory
    _may_decide(directory, book, by)
    first, second = sorted((one, other))
    for code in (first, second):
        if code not in directory.areas and code not in directory.equipment:
            raise NotDecided(f"没有区域或设备 {code}")
    if first == second or (first in directory.areas) != (second in directory.areas):
        raise NotDecided("应为两个区域，或两台设备")
    found_now = evidence(tx, first, second)
    shown = found_now.reasons if found_now is not None else ()
    event = PlacesJudged(one=first, other=second, same=same, by=by, at=at, reasons=shown)
    keep(tx, DECISIONS, tx.site, (event,), at=at, cause=f"aliases:{first}:{second}")
    tx.put_register(Register(links=links_of(event, site=SiteId(tx.site), day=at.astimezone(zone))))
    ask_everybody(tx, at)
    return event


def _may_decide(directory: Directory, book: RuleBook, by: PersonId) -> None:
    holders = {person.id for post in book.posts_for(Role.SAFETY_DEPT) for person in directory.holders(post)}
    if by not in holders:
        known = directory.people.get(by)
        raise NotDecided(f"{known.name if known is not None else by}不是安全管理部门的人，不能确认")
