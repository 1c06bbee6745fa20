"""Frequency limits: what is refused with 45009 and blocked for a while, and what is silently dropped."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

from sandbox.clock import Clock
from sandbox.wecom.errors import ApiError, Code

CHINA = timezone(timedelta(hours=8))
"""The platform's calendar day."""


class Unit(Enum):
    """The stretch a limit counts over; hitting it blocks for the same stretch."""

    MINUTE = timedelta(minutes=1)
    HOUR = timedelta(hours=1)
    DAY = timedelta(days=1)
    """A calendar day in China, not 24 sliding hours."""

    @property
    def span(self) -> timedelta:
        """How long the stretch is."""
        length: timedelta = self.value
        return length


@dataclass(slots=True, kw_only=True)
class Limits:
    """The documented figures; tests set smaller ones."""

    corp_api_minute: int = 10_000
    corp_api_hour: int = 150_000
    ip_api_minute: int = 20_000
    ip_api_hour: int = 600_000
    member_minute: int = 30
    member_hour: int = 1_000
    sends_per_account_and_day: int = 200
    chat_minute: int = 20_000
    chat_hour: int = 300_000
    chat_member_minute: int = 200
    chat_member_day: int = 10_000
    chats_created_day: int = 1_000
    chats_changed_hour: int = 1_000
    webhook_minute: int = 20
    corp_ticket_hour: int = 400
    app_ticket_hour: int = 100
    wrong_secret_hour: int = 2_000
    wrong_mobile_percent: int = 20
    """Share of the corp's account cap that may be looked up in vain on one day."""
    debug_minute: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """At most ``limit`` per ``unit``."""

    limit: int
    unit: Unit


class _Tally:
    def __init__(self) -> None:
        self._hits: deque[tuple[datetime, int]] = deque()
        self._total = 0
        self.blocked_until: datetime | None = None

    def count(self, now: datetime, unit: Unit) -> int:
        start = _midnight(now) if unit is Unit.DAY else now - unit.span
        while self._hits and (self._hits[0][0] < start or (unit is not Unit.DAY and self._hits[0][0] == start)):
            self._total -= self._hits.popleft()[1]
        return self._total

    def add(self, now: datetime, weight: int) -> None:
        self._hits.append((now, weight))
        self._total += weight


def _midnight(now: datetime) -> datetime:
    return now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


class Limiter:
    """Counts by key. Keys are tuples of plain words, for example ("member", corpid, agentid, userid)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tallies: dict[tuple[str, Unit], _Tally] = {}

    def demand(self, key: tuple[object, ...], *rules: Rule, weight: int = 1) -> None:
        """Count a call; raises `ApiError` 45009 when a limit is hit, and for as long as the block lasts."""
        now = self._clock.now()
        self.refuse_blocked(key, *rules)
        for rule in rules:
            tally = self._tally(key, rule.unit)
            if tally.count(now, rule.unit) + weight > rule.limit:
                tally.blocked_until = _until(now, rule.unit)
                raise ApiError(Code.TOO_OFTEN, "api freq out of limit")
        for rule in rules:
            self._tally(key, rule.unit).add(now, weight)

    def refuse_blocked(self, key: tuple[object, ...], *rules: Rule) -> None:
        """Raise `ApiError` 45009 while a block lasts, without counting anything."""
        now = self._clock.now()
        for rule in rules:
            until = self._tally(key, rule.unit).blocked_until
            if until is not None and now < until:
                raise ApiError(Code.TOO_OFTEN, "api freq out of limit")

    def admits(self, key: tuple[object, ...], *rules: Rule) -> bool:
        """Count one delivery and say yes, or say no without counting: the excess is dropped, nothing is blocked."""
        now = self._clock.now()
        if any(self._tally(key, rule.unit).count(now, rule.unit) >= rule.limit for rule in rules):
            return False
        for rule in rules:
            self._tally(key, rule.unit).add(now, 1)
        return True

    def _tally(self, key: tuple[object, ...], unit: Unit) -> _Tally:
        return self._tallies.setdefault(("|".join(map(str, key)), unit), _Tally())


def _until(now: datetime, unit: Unit) -> datetime:
    return _midnight(now) + unit.span if unit is Unit.DAY else now + unit.span
