"""What people's phones have in hand: position, codes, pictures; and check-ins (签到) and live checks (实人)."""

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
class Device:
    """What a page can ask one phone for. Coordinates are text as in the client (GCJ-02); None = no position."""

    latitude: str | None = None
    longitude: str | None = None
    accuracy: str = "30"
    mocked: bool = False
    """The position comes from an app that makes it up; only Android tells."""
    codes: list[str] = field(default_factory=list)
    """What the next scans read."""
    pictures: list[bytes] = field(default_factory=list)
    """What the camera took."""
    live_check_passes: bool = True


@dataclass(slots=True, kw_only=True)
class Presence:
    """All of them, oldest first."""

    check_ins: list[CheckIn] = field(default_factory=list)
    live_checks: list[LiveCheck] = field(default_factory=list)
    devices: dict[tuple[str, str], Device] = field(default_factory=dict)
    """By organisation and userid."""
