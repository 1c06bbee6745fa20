"""Counting what went wrong within a while, in memory that outlives a restart: wrong numbers, wrong PINs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often since ``since``, kept under ``key``; after ``within`` it begins anew."""

    key: str
    since: datetime
    count: int

    @classmethod
    def at(cls, tx: Tx, key: str, now: datetime, within: timedelta) -> Tally:
        """What is counted at this moment; what is older is forgotten together, and so is what a clock counted that had
        leapt ahead: nobody shall wait until it is that late again."""
        count, _, since = (tx.setting(key) or "").partition(" ")
        if not since or abs(now - datetime.fromisoformat(since)) >= within:
            return cls(key=key, since=now, count=0)
        return cls(key=key, since=datetime.fromisoformat(since), count=int(count))

    def add(self, tx: Tx) -> None:
        """Once more."""
        tx.put_setting(self.key, f"{self.count + 1} {self.since.isoformat()}")
