"""Which ways of confirming a decision a person has, strongest first, and what each of them does not show.

The house knows its rungs (`House.rungs`) by how strong they are and by whom they are there for; how one works is the
business of `bot.proofs`. A passkey is signed with on the page of the decision itself; every other rung has a page of
its own below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cards.words_rungs import LIMITS, TITLE
from storage.tx import Tx
from workflow.ids import PersonId
from workflow.values import STRENGTH, ProofMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One way of confirming a site has set up. ``has``: whether it is there for this person."""

    method: ProofMethod
    way: str
    """Its page, below the page of the decision: ``<link>/by/<way>``."""
    has: Callable[[Tx, PersonId], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way for one person, in the words of the page. ``way`` is empty for the key: the page itself asks for it."""

    method: ProofMethod
    way: str
    title: str
    limits: str
    """What it does not show; empty where nothing is to be held against it."""


def offers(
    tx: Tx, rungs: Iterable[Rung], person: PersonId, *, key: bool, weakest: ProofMethod = ProofMethod.PLATFORM_SESSION
) -> tuple[Offer, ...]:
    """What this person may confirm a decision with, strongest first; nothing weaker than ``weakest``.

    ``key``: whether the person has a key in use and pages to use it on.
    """
    ways = [(ProofMethod.PASSKEY, "")] if key else []
    ways += [(rung.method, rung.way) for rung in rungs if rung.has(tx, person)]
    enough = [(method, way) for method, way in ways if STRENGTH[method] >= STRENGTH[weakest]]
    enough.sort(key=lambda one: STRENGTH[one[0]], reverse=True)
    return tuple(Offer(method=method, way=way, title=TITLE[method], limits=LIMITS[method]) for method, way in enough)
