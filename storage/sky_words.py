"""The last word of each instrument about wind and weather, kept however long ago it was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from storage.reading_blocks import Heard
from storage.schema_readings import sky_words
from storage.sql import Channel, Statement, asked, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.monitoring import MEANINGFUL
from workflow.rules.weather import QUANTITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class SkyWord:
    """One instrument's last value of one quantity; ``received_at`` is aware, in UTC."""

    device: str
    quantity: str
    unit: str
    value: Decimal
    received_at: datetime


_MEANT: Final = frozenset(one.value for one in MEANINGFUL)
_w = sky_words.c
_PUT = put_row(sky_words, channel=Channel.SKY)
_ALL = Statement(
    select(_w.device, _w.quantity, _w.unit, _w.value, _w.received_at)
    .where(*asked(sky_words, "site"))
    .order_by(_w.device, _w.quantity, _w.unit),
    "site",
    channel=Channel.SKY,
)


class SkyWordsTx(TxBase):
    """Words about the sky."""

    __slots__ = ()

    def keep_sky(self, said: Iterable[Heard]) -> None:
        """Remember what was said last of each quantity, of what came in in this order. What means nothing (a faulty
        sensor, a late batch) is no word."""
        last = {
            (one.device, one.quantity, one.unit): one
            for one in said
            if one.quantity in QUANTITIES and one.quality in _MEANT
        }
        for (device, quantity, unit), one in last.items():
            self.write(_PUT, (self.site, device, quantity, unit, format(one.value, "f"), spell(one.received_at)))

    def sky_words(self) -> tuple[SkyWord, ...]:
        """The last words of all instruments of the site, whether the register still has them or not."""
        return tuple(
            SkyWord(device=device, quantity=quantity, unit=unit, value=Decimal(value), received_at=read(at))
            for device, quantity, unit, value, at in self.read(_ALL, (self.site,))
        )
