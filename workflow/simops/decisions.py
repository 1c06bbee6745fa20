"""What people decided about codes and places, as events of one stream a site: never automatic, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from workflow.ids import PersonId, SiteId
from workflow.plant import LinkKind, PlaceLink
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesJudged:
    """A person of the safety department said whether two codes are one place."""

    one: str
    other: str
    same: bool
    by: PersonId
    at: datetime
    reasons: tuple[str, ...] = ()
    """What the finder had shown."""

    def __post_init__(self) -> None:
        aware(self.at)


def _none() -> Mapping[tuple[str, str], bool]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was decided, the newest word for each pair."""

    pairs: Mapping[tuple[str, str], bool] = field(default_factory=_none)


def judge(state: Judged, event: PlacesJudged) -> Judged:
    """The state after one more decision."""
    return replace(state, pairs=MappingProxyType({**state.pairs, (event.one, event.other): event.same}))


def links_of(event: PlacesJudged, *, site: SiteId, day: datetime) -> tuple[PlaceLink, PlaceLink]:
    """What the register holds from now on: the decision, and the opposite one ended. ``day``: at the site's zone."""
    held = {kind: f"{kind.value}:{event.one}:{event.other}" for kind in (LinkKind.SAME, LinkKind.APART)}
    wanted = LinkKind.SAME if event.same else LinkKind.APART
    first, second = (
        PlaceLink(
            id=held[kind],
            site=site,
            kind=kind,
            places=(event.one, event.other),
            decided_by=event.by,
            decided_on=day.date(),
            active=kind is wanted,
        )
        for kind in (LinkKind.SAME, LinkKind.APART)
    )
    return first, second
