"""What the house saw of its chat platforms, kept in their streams; since when one person cannot be reached there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.house import House
from handlers.streams import keep
from storage.tx import Tx
from workflow.ids import PersonId
from workflow.outage import seen


def note(
    tx: Tx, house: House, platforms: Iterable[str], down: frozenset[str], *, unwatched: bool, now: datetime
) -> None:
    """Keep what a look found, where it changed. ``unwatched``: the first look since the house began."""
    for platform in platforms:
        outage = tx.load(house.outages, platform)[0]
        events = seen(outage, down=platform in down, unwatched=unwatched, at=now)
        if events:
            keep(tx, house.outages, platform, events, at=now, cause=f"outage:{platform}:{now.isoformat()}")


def down_since(tx: Tx, house: House, person: PersonId, served: frozenset[str]) -> datetime | None:
    """Since when every platform is down on which this person could act; None when one of them is not known to be.

    Somebody without any account is never kept from acting by an outage, and gets None.
    """
    platforms = {account.platform for account in tx.directory.accounts_of(person)}
    since = [tx.load(house.outages, platform)[0].since for platform in platforms & served]
    known = [moment for moment in since if moment is not None]
    return max(known) if known and len(known) == len(platforms) else None


def open_since(tx: Tx, house: House, served: frozenset[str], now: datetime) -> datetime | None:
    """Since when the outage lasts for which confirming without the chat is open to anybody at all; None: it is not."""
    offline = house.book.plant.offline
    if offline is None:
        return None
    known = (tx.load(house.outages, platform)[0].since for platform in served)
    return min((since for since in known if since is not None and now - since >= offline.after), default=None)


def any_down(tx: Tx, house: House, served: frozenset[str], now: datetime) -> bool:
    """Whether confirming without the chat is open to anybody at all now."""
    return open_since(tx, house, served, now) is not None
