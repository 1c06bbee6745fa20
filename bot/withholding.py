"""Records that stay here when evidence leaves: their hash goes out, their words do not.

Two reasons. Somebody wrote a phone or identity number. Or a hazard was reported, or joined, by somebody who stays
unnamed to the line: then whatever he did there himself stays, and what follows from the very same message, whose key
may tell whose it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from workflow.journal import Record

NUMBER: Final = "personal number"
REPORTER: Final = "unnamed reporter"
HAZARD: Final = "hazard/"
POINTS: Final = "points/"
_PERSONAL: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?:(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?![0-9A-Za-z])"
)
"""A mobile or identity number; digits inside a hash or a longer number are none."""

Kept = Mapping[tuple[str, int], str]
"""Why a record stays, by its stream and version."""


def withheld(streams: Iterable[Sequence[Record]], *, reporters: bool = False) -> Kept:
    """What stays of these streams. ``reporters``: whoever exports may give unnamed reporters away."""
    kept: dict[tuple[str, int], str] = {}
    for records in streams:
        for record in records:
            if personal(record):
                kept[record.stream, record.version] = NUMBER
        if not reporters:
            for record in _of_unnamed(records):
                kept[record.stream, record.version] = REPORTER
    return kept


def personal(record: Record) -> bool:
    """Whether somebody wrote a phone or identity number into this record."""
    return any(_PERSONAL.search(text) for text in (record.cause, text_of(record.body)))


def _of_unnamed(records: Sequence[Record]) -> Iterable[Record]:
    """The records of a hazard, or of somebody's points, that would tell who reported it unnamed."""
    if records and records[0].stream.startswith(POINTS):
        return [record for record in records if said(record).get("named") is False]
    if not records or not records[0].stream.startswith(HAZARD):
        return ()
    bodies = [(record, said(record)) for record in records]
    hidden = {_by(body) for _, body in bodies if (body.get("what") or {}).get("named") is False} - {None}
    messages = {record.cause for record, body in bodies if _by(body) in hidden}
    return [record for record, body in bodies if record.cause in messages or body.get("to") in hidden]


def _by(body: Mapping[str, Any]) -> str | None:
    who = (body.get("by") or {}).get("id")
    return who if isinstance(who, str) else None


def said(record: Record) -> dict[str, Any]:
    """The event as plain JSON; nothing when it was damaged."""
    try:
        found = json.loads(record.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def text_of(body: bytes) -> str:
    """Bytes that were damaged are exported, too: the verifier is to see them."""
    return body.decode(errors="replace")
