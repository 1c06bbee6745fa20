"""A pass, a list of status, and every doubt a gate can have about the two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from workflow.gate_pass import Pass, Seen, Standing, StatusList, Verdict, entry_key
from workflow.values import Interval

NUMBER, OTHER = "DHZY-HC-20260611-001", "DHZY-HC-20260611-002"
NOW = datetime(2026, 6, 11, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASS = Pass(
    site="HC", number=NUMBER, work="二级动火", place="2号罐 顶部人孔", guardian="赵敏", people=3,
    planned=Interval(start=NOW - 30 * MINUTE, end=NOW + 120 * MINUTE), standing=Standing.MAY_ENTER, version=17,
    head=bytes(range(8)), issued_at=NOW - 60 * MINUTE,
)  # fmt: skip
LIST = StatusList(
    site="HC", number=400, issued_at=NOW - 6 * MINUTE, expires_at=NOW + 4 * MINUTE, early=60 * MINUTE,
    entries={entry_key("HC", NUMBER): Standing.MAY_ENTER, entry_key("HC", OTHER): Standing.VOIDED},
)  # fmt: skip
SEEN = Seen(number=400, issued_at=LIST.issued_at, latest=NOW)


def told(standing: Standing) -> StatusList:
    return replace(LIST, entries={entry_key("HC", NUMBER): standing})


YOUNG = replace(PASS, issued_at=NOW - MINUTE)
LATER = Interval(start=NOW + 61 * MINUTE, end=NOW + 120 * MINUTE)
DOUBTS: list[tuple[Pass, StatusList | None, Seen, Verdict]] = [
    (PASS, None, SEEN, Verdict.NO_STATUS),
    (PASS, replace(LIST, expires_at=NOW), SEEN, Verdict.STALE),
    (PASS, LIST, replace(SEEN, number=401), Verdict.ROLLED_BACK),
    (PASS, LIST, replace(SEEN, issued_at=NOW), Verdict.ROLLED_BACK),
    (PASS, LIST, replace(SEEN, latest=NOW + 3 * MINUTE), Verdict.CLOCK),
    (PASS, replace(LIST, issued_at=NOW + 3 * MINUTE), SEEN, Verdict.CLOCK),
    (PASS, replace(LIST, entries={}), SEEN, Verdict.UNKNOWN),
    (YOUNG, replace(LIST, entries={}), SEEN, Verdict.NEWER),
    (replace(PASS, issued_at=NOW + 3 * MINUTE), LIST, SEEN, Verdict.FUTURE),
    (replace(PASS, planned=Interval(start=NOW - MINUTE, end=NOW)), LIST, SEEN, Verdict.EXPIRED),
    (replace(PASS, planned=LATER), LIST, SEEN, Verdict.EARLY),
    (PASS, told(Standing.SUSPENDED), SEEN, Verdict.SUSPENDED),
    (PASS, told(Standing.ENDED), SEEN, Verdict.ENDED),
    (PASS, told(Standing.VOIDED), SEEN, Verdict.VOIDED),
    (PASS, told(Standing.EXPIRED), SEEN, Verdict.EXPIRED),
    (PASS, told(Standing.NOT_ISSUED), SEEN, Verdict.NOT_ISSUED),
    (replace(YOUNG, standing=Standing.SUSPENDED), LIST, SEEN, Verdict.SUSPENDED),
    (replace(PASS, number=OTHER), LIST, SEEN, Verdict.VOIDED),
]
"""What is shown, what the gate holds and has seen, and what it must say."""
