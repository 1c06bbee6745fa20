"""What is forgotten, and when. Nothing here touches the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long each thing without a life of its own is kept."""

    conversation: timedelta = timedelta(hours=24)
    """A draft nobody touched is gone; its buttons then say so."""
    inbox: timedelta = timedelta(days=14)
    """No platform redelivers after days."""
    agenda: timedelta = timedelta(days=30)
    links: timedelta = timedelta(days=7)
    readings: timedelta = timedelta(days=90)
    """Readings that belong to no permit; a permit keeps its own."""


def sweep(tx: Tx, now: datetime, keep: Keep = Keep()) -> None:
    """Forget what is old. Run it every hour or so; running it twice changes nothing."""
    tx.purge_drafts(now - keep.conversation)
    tx.purge_inbox(now - keep.inbox)
    tx.purge_agenda(now - keep.agenda)
    tx.purge_links(now - keep.links)
    tx.purge_readings(now - keep.readings)
