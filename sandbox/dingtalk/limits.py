"""Rates and monthly quotas."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sandbox.clock import Clock
from sandbox.dingtalk.config import Edition

CHINA = timezone(timedelta(hours=8))
"""The platform's calendar."""
_SECOND = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Limits:
    """The documented figures; tests set smaller ones."""

    calls_per_second: int = 20
    """Per app and API."""
    standard_calls_month: int = 5_000
    standard_pushes_month: int = 3_000
    pro_calls_month: int = 200_000
    pro_pushes_month: int = 50_000
    users_per_send: int = 20
    keys_per_recall: int = 20
    param_bytes: int = 15_000
    ding_receivers: int = 200
    ding_paid_receivers: int = 20
    """SMS and phone."""
    card_value_bytes: int = 1024
    card_bytes: int = 100 * 1024
    webhook_per_minute: int = 20
    notices_per_user_day: int = 500
    notice_recipients_minute: int = 5_000
    notice_bytes: int = 2_048


class Limiter:
    """Counts calls per key inside a sliding stretch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hits: dict[tuple[str, ...], deque[datetime]] = {}

    def admits(self, *key: str, limit: int, span: timedelta = _SECOND, weight: int = 1) -> bool:
        """Count ``weight`` hits and say yes, or say no without counting."""
        now = self._clock.now()
        hits = self._hits.setdefault(key, deque())
        while hits and now - hits[0] >= span:
            hits.popleft()
        if len(hits) + weight > limit:
            return False
        hits.extend([now] * weight)
        return True


class Meter:
    """What an organisation used this calendar month."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._used: Counter[tuple[str, str, str]] = Counter()

    def calls(self, corp_id: str) -> int:
        """OpenAPI calls of this month."""
        return self._used[self._key(corp_id, "calls")]

    def pushes(self, corp_id: str) -> int:
        """Stream and webhook pushes of this month."""
        return self._used[self._key(corp_id, "pushes")]

    def use(self, corp_id: str, what: str, number: int = 1) -> None:
        """Count ``calls`` or ``pushes``; a test may use up a whole month at once."""
        self._used[self._key(corp_id, what)] += number

    def calls_left(self, corp_id: str, edition: Edition) -> bool:
        """Whether one more call is allowed."""
        limits = self._limits
        allowed = limits.standard_calls_month if edition is Edition.STANDARD else limits.pro_calls_month
        return self.calls(corp_id) < allowed

    def pushes_left(self, corp_id: str, edition: Edition) -> bool:
        """Whether one more push is allowed."""
        limits = self._limits
        allowed = limits.standard_pushes_month if edition is Edition.STANDARD else limits.pro_pushes_month
        return self.pushes(corp_id) < allowed

    def _key(self, corp_id: str, what: str) -> tuple[str, str, str]:
        return corp_id, what, self._clock.now().astimezone(CHINA).strftime("%Y-%m")
