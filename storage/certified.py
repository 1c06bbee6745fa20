"""Days of work and the certificates of its crews: which permits worked on a day, and what was counted of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from storage.schema import milestone
from storage.schema_figures import certified
from storage.sql import Channel, Statement, put_row
from storage.times import spell
from storage.tx import Tx
from workflow.values import Interval

LONGEST: Final = timedelta(days=31)
"""No permit works longer after its start (domain 1.1: a road may be cut for fifteen to thirty days)."""
_PUT = put_row(certified, channel=Channel.FIGURES)
# Begun before the day was over, and not ended before it began.
_WORKED = Statement(
    text(
        f"""
        SELECT DISTINCT substr(i.stream, 8) FROM journal i
        WHERE i.site = :site AND {milestone("i.")} AND i.kind = 'WorkStarted' AND i.at >= :back AND i.at < :until
          AND NOT EXISTS (
            SELECT 1 FROM journal z WHERE z.site = :site AND z.stream = i.stream AND z.version > i.version
              AND {milestone("z.")} AND z.kind IN ('WorkFinished', 'PermitExpired', 'PermitVoided') AND z.at < :since
          )
        ORDER BY 1"""  # noqa: S608 - constants of ours
    ),
    "site",
    "since",
    "until",
    "back",
    channel=Channel.JOURNAL,
)


def worked(tx: Tx, day: Interval) -> tuple[str, ...]:
    """The permits whose work had begun and had not ended at some moment of that day, stopped or not."""
    asked = (tx.site, spell(day.start), spell(day.end), spell(day.start - LONGEST))
    return tuple(str(permit) for (permit,) in tx.read(_WORKED, asked))


def put_certified(tx: Tx, day: Interval, permit: str, lacked: Iterable[str]) -> None:
    """Write down one permit's crew of a day: for each what he lacked, empty for nothing."""
    for place, label in enumerate(lacked):
        tx.write(_PUT, (tx.site, spell(day.start), permit, place, not label, label))
