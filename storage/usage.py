"""What a platform's month has cost so far: calls we made, news it pushed to us. Kept per app and month of the plant.

A process does not write for every call: it takes a block ahead, and gives back at its end what it did not use. So after
a crash the books show at most a block too much, and never less than was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.schema import platform_usage
from storage.sql import Channel, Row, Statement, asked, put_row
from storage.times import spell
from storage.tx_base import TxBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One app's month. ``month`` as ``2026-11``, by the plant's calendar. Warned: the highest per cent told of."""

    platform: str
    app: str
    month: str
    calls: int = 0
    pushes: int = 0
    calls_warned: int = 0
    pushes_warned: int = 0


_PUT = put_row(platform_usage, channel=Channel.USAGE)
_columns = [column for column in platform_usage.c if column.name not in {"site", "updated_at"}]
_ONE = Statement(
    select(*_columns).where(*asked(platform_usage, "site", "platform", "app", "month")),
    "site",
    "platform",
    "app",
    "month",
    channel=Channel.USAGE,
)
_MONTH = Statement(
    select(*_columns)
    .where(*asked(platform_usage, "site", "month"))
    .order_by(platform_usage.c.platform, platform_usage.c.app),
    "site",
    "month",
    channel=Channel.USAGE,
)


class UsageTx(TxBase):
    """The platforms' meters."""

    __slots__ = ()

    def usage(self, platform: str, app: str, month: str) -> Usage:
        """What the month has cost; nothing when it has just begun."""
        rows = self.read(_ONE, (self.site, platform, app, month))
        return _usages(rows)[0] if rows else Usage(platform=platform, app=app, month=month)

    def usages(self, month: str) -> tuple[Usage, ...]:
        """All apps of a month."""
        return _usages(self.read(_MONTH, (self.site, month)))

    def put_usage(self, usage: Usage, at: datetime) -> None:
        """Write a month anew; read it in the same transaction, because other processes count, too."""
        self.write(
            _PUT,
            (
                self.site, usage.platform, usage.app, usage.month, usage.calls, usage.pushes, usage.calls_warned,
                usage.pushes_warned, spell(at),
            ),
        )  # fmt: skip


def _usages(rows: Sequence[Row]) -> tuple[Usage, ...]:
    return tuple(
        Usage(
            platform=platform, app=app, month=month, calls=calls, pushes=pushes, calls_warned=calls_warned,
            pushes_warned=pushes_warned,
        )
        for platform, app, month, calls, pushes, calls_warned, pushes_warned in rows
    )  # fmt: skip
