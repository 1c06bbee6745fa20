"""Check-ins (签到) and live checks (实人) people made on their phones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One check-in; coordinates as the client reported them."""

    corp_id: str
    userid: str
    at: datetime
    place: str
    detail: str
    latitude: str
    longitude: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCheck:
    """One live check with its result. It carries no transaction id."""

    corp_id: str
    agent_id: int
    userid: str
    at: datetime
    passed: bool
    platform: str


@dataclass(slots=True, kw_only=True)
class Presence:
    """All of them, oldest first."""

    check_ins: list[CheckIn] = field(default_factory=list)
    live_checks: list[LiveCheck] = field(default_factory=list)
