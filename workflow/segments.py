"""The fingerprint of raw readings: one hash a subject and hour, chained. Pure.

A *segment* is everything one subject said in one hour of UTC, in the order it came in. The subject is a device
(``device:GD-1``), or a permit (``permit:…``) for what people typed for it. A reading is hashed as one line of canonical
JSON, then a header::

    state = 32 zero bytes
    for each line:  state = SHA-256(state || line)
    hash  = SHA-256(header || previous || state)

``header`` is canonical JSON of site, subject, hour, count and lost; ``previous`` the hash of the subject's segment
before this one, or 32 zero bytes. So a point changed, dropped, added or moved changes the hash, and a segment left out
breaks the chain of its device. Readings that were lost before they were stored are counted in ``lost`` and stand in the
lines as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from workflow.journal import instant
from workflow.values import aware

NOTHING = bytes(32)
"""What stands before the first segment of a subject."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One sealed hour of one subject. ``hour`` is its first moment, UTC."""

    subject: str
    hour: datetime
    count: int
    lost: int
    previous: bytes
    hash: bytes

    def __post_init__(self) -> None:
        aware(self.hour)


def canonical(value: object) -> bytes:
    """Canonical JSON: keys in order, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sealed(
    *, site: str, subject: str, hour: datetime, lines: Iterable[bytes], lost: int = 0, previous: bytes = NOTHING
) -> Segment:
    """The segment of these lines."""
    state, count = NOTHING, 0
    for line in lines:
        state, count = sha256(state + line).digest(), count + 1
    header = canonical({"site": site, "subject": subject, "hour": instant(hour), "count": count, "lost": lost})
    found = sha256(header + previous + state).digest()
    return Segment(subject=subject, hour=hour, count=count, lost=lost, previous=previous, hash=found)


def broken(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Of one subject's segments in order of their hours, those that do not follow the one before."""
    before: bytes | None = None
    found: list[Segment] = []
    for one in segments:
        if before is not None and one.previous != before:
            found.append(one)
        before = one.hash
    return tuple(found)
