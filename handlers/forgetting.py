"""A night's forgetting, in small steps: each is one short turn of the writer, and doing one again changes nothing.

Only what the table lets go, goes (`workflow.privacy.retention`); what belongs to an open permit or to one under hold
stays. Of originals the bytes go and the hash stays, in a batch whose record in the journal carries the batch's digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from handlers.confirming import AHEAD
from handlers.house import House
from handlers.streams import keep
from storage.errors import StorageError
from storage.forgetting import ROWS
from storage.privacy import Use
from storage.tx import Tx
from workflow.hazard.shown import SHOWING
from workflow.ids import MediaHash, PermitId
from workflow.permit import events
from workflow.privacy.keeping import FORGOTTEN, HOLDS, Forgotten, digest_of
from workflow.privacy.retention import HAZARD, ORIGINALS, Retention, Thing, kind_of
from workflow.values import Actor

BATCH = 500
"""Rows a step takes at most: a few milliseconds of the writer."""


LOOSE = 20
"""Originals without a permit a step marks at most: for each the journal is asked."""
NAMED_WITHIN = timedelta(days=1)
"""How long after a photo or voice came in an event may name it."""
_NAMING = (
    *(one.__name__ for one in events.ALL if {"media", "evidence"} & {each.name for each in fields(one)}),
    *(one.__name__ for one in SHOWING),
)


def sweep(tx: Tx, retention: Retention, now: datetime) -> None:
    """Forget conversations and proofs nobody goes on with; their buttons then say so. To be run every hour or so."""
    if (before := retention.before(Thing.DRAFTS, now)) is not None:
        tx.purge_drafts(before)
    if (before := retention.before(Thing.ATTEMPTS, now)) is not None:
        tx.purge_proofs(before)
    tx.purge_proof_attempts(now - AHEAD)


@dataclass(slots=True)
class Tally:
    """What a night has forgotten so far."""

    counts: dict[Thing, int] = field(default_factory=dict)

    def add(self, thing: Thing, number: int) -> None:
        """So many more."""
        if number:
            self.counts[thing] = self.counts.get(thing, 0) + number


def forget_rows(tx: Tx, house: House, retention: Retention, thing: Thing, now: datetime) -> int:
    """One batch of rows; how many went. 0: nothing is left to do."""
    before = retention.before(thing, now)
    if before is None:
        return 0
    if thing is Thing.PERMIT_READINGS:
        return tx.forget_readings_of_permits(before, held(tx, house), BATCH)
    return tx.forget_rows(thing, before, BATCH)


ROWS_OF: tuple[Thing, ...] = (*sorted(ROWS), Thing.PERMIT_READINGS)
"""Things forgotten row by row."""


def held(tx: Tx, house: House) -> Mapping[PermitId, str]:
    """The permits under hold."""
    return tx.load(house.keeping, HOLDS)[0].held


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one step over the originals did."""

    after: str
    """Where the next one goes on; empty: all were looked at."""
    gone: Mapping[Thing, int]


def forget_originals(tx: Tx, house: House, retention: Retention, after: str, now: datetime, *, said: datetime) -> Page:
    """Look at the next originals in the order of their hashes, and mark those as forgotten whose time is over.

    ``now`` is the moment that is believed, ``said`` what the clock says: that is written down.
    """
    uses = tx.media_uses(after, BATCH)
    whole = _whole(uses) if len(uses) == BATCH else uses
    kept = held(tx, house)
    over = dict(_over(whole, retention, kept, now))
    known = {one.sha256 for one in tx.forgotten(over)} if over else set()
    fresh = {sha: thing for sha, thing in over.items() if sha not in known}
    fresh = _nobodys(tx, fresh, whole)
    gone: dict[Thing, int] = {}
    for thing in fresh.values():
        gone[thing] = gone.get(thing, 0) + 1
    if fresh:
        _mark(tx, house, fresh, gone, said)
    return Page(after=whole[-1].sha256 if len(uses) == BATCH else "", gone=gone)


def _whole(uses: tuple[Use, ...]) -> tuple[Use, ...]:
    """Without the last original, whose uses may go on beyond the page."""
    last = uses[-1].sha256
    whole = tuple(use for use in uses if use.sha256 != last)
    if not whole:
        raise StorageError(f"one original has more than {BATCH} uses")
    return whole


def _over(
    uses: tuple[Use, ...], retention: Retention, kept: Mapping[PermitId, str], now: datetime
) -> Iterator[tuple[MediaHash, Thing]]:
    """Originals all of whose uses are past their time, and which line each falls under."""
    for sha256, group in groupby(uses, key=attrgetter("sha256")):
        own = tuple(group)
        if all(_past(use, retention, kept, now) for use in own):
            yield sha256, _line(own)


def _line(uses: tuple[Use, ...]) -> Thing:
    """The line under which an original is counted: its permit's, where it has one, else its hazard's."""
    bound = sorted((use for use in uses if use.permit), key=lambda use: use.purpose == HAZARD)
    first = (*bound, *uses)[0]
    return kind_of(first.mime, bound=bool(bound), purpose=first.purpose)


def _past(use: Use, retention: Retention, kept: Mapping[PermitId, str], now: datetime) -> bool:
    thing = kind_of(use.mime, bound=bool(use.permit), purpose=use.purpose)
    since = use.received_at if not use.permit else use.ended and max(use.ended, use.received_at)
    return retention.forgettable(thing, since=since, now=now, held=PermitId(use.permit) in kept)


def _nobodys(tx: Tx, over: Mapping[MediaHash, Thing], uses: tuple[Use, ...]) -> dict[MediaHash, Thing]:
    """Without originals that an event names though no use of them is registered: evidence is never nobody's."""
    received = {use.sha256: use.received_at for use in uses}
    found: dict[MediaHash, Thing] = {}
    loose = 0
    for sha256, thing in over.items():
        if thing is Thing.LOOSE_MEDIA:
            loose += 1
            since = received[sha256]
            if loose > LOOSE or tx.named_by(sha256, _NAMING, since, since + NAMED_WITHIN):
                continue
        found[sha256] = thing
    return found


def _mark(tx: Tx, house: House, fresh: Mapping[MediaHash, Thing], gone: Mapping[Thing, int], now: datetime) -> None:
    summary = Forgotten(
        by=Actor.clock(),
        at=now,
        counts={thing.value: gone[thing] for thing in sorted(gone)},
        originals=len(fresh),
        digest=digest_of(fresh),
    )
    state = keep(tx, house.keeping, FORGOTTEN, (summary,), at=now, cause=f"forget:{now.isoformat()}")
    for sha256, thing in fresh.items():
        tx.forget_media(sha256, thing=thing.value, at=now, version=state.batches)


def remember(tx: Tx, house: House, tally: Tally, now: datetime) -> None:
    """The night's summary of rows: counts, nothing else. Originals have said theirs batch by batch."""
    counts = {thing.value: number for thing, number in sorted(tally.counts.items()) if thing not in ORIGINALS}
    if counts:
        summary = Forgotten(by=Actor.clock(), at=now, counts=counts)
        keep(tx, house.keeping, FORGOTTEN, (summary,), at=now, cause=f"forget:{now.isoformat()}")


def still_wanted(tx: Tx, house: House, retention: Retention, sha256: MediaHash, now: datetime) -> bool:
    """Whether the same bytes came in anew, or were put under hold, since they were marked: then they stay."""
    uses = tx.media_called(sha256)
    kept = held(tx, house)
    return any(
        (one.permit is not None and PermitId(one.permit) in kept)
        or not retention.forgettable(
            kind_of(one.mime, bound=bool(one.permit), purpose=one.purpose), since=one.received_at, now=now
        )
        for one in uses
    )
