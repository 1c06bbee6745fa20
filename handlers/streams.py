"""The kinds of streams beside the permits', and how each folds and is stored."""

from __future__ import annotations

from storage.codec import Codec
from storage.fold import Fold
from workflow.ids import IsolationId, SiteId
from workflow.isolation import events
from workflow.isolation.evolve import evolve
from workflow.isolation.state import Isolation

Isolations = Fold[Isolation, events.Event]


def isolations_of(site: SiteId) -> Isolations:
    """Isolations of one site."""
    return Fold(
        kind="isolation",
        initial=lambda stream: Isolation(id=IsolationId(stream), site=site),
        evolve=evolve,
        codec=Codec(events.ALL),
    )
