"""Live checks (活体) as the platform tells of them: the question and the answer, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.members import UserId

LIVE_CHECKS: Final = "exclusive/faces/recognizeRecords/query"
MOST_LIVE_CHECKS: Final = 200
"""Records of one person within minutes that are read at all."""
_PAGE: Final = 50
_PASSED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCheck:
    """One live check. It names no decision."""

    userid: UserId
    agent: int
    at: datetime
    """By the platform's clock, in milliseconds."""
    passed: bool
    platform: str


def live_query(userid: UserId, *, agent: int, since: datetime, until: datetime, token: str) -> dict[str, Any]:
    """The question about one person, passed or not; ``token`` leads to the next page."""
    asked = {
        "agentId": agent, "userIds": [userid], "fromTime": _millis(since), "toTime": _millis(until),
        "maxResults": _PAGE,
    }  # fmt: skip
    return asked | ({"nextToken": token} if token else {})


def live_check_of(raw: Mapping[str, Any]) -> LiveCheck:
    """One record. Raise `KeyError`, `TypeError` or `ValueError` for another shape than documented."""
    return LiveCheck(
        userid=UserId(str(raw["userId"])),
        agent=int(raw["agentId"]),
        at=datetime.fromtimestamp(int(raw["invokeTime"]) / 1000, tz=UTC),
        passed=raw["faceCompareResult"] == _PASSED,
        platform=str(raw.get("platform") or ""),
    )


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
