"""A stand-in for the plant's equipment system: a switch for every vessel, reports signed as the real one signs them.

It knows the product only by the address and the key it was given, and by docs/operations/equipment-system.md. It
repeats what stands every quarter of an hour of the plant's time; a vessel that is switched off line says nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import aiohttp

from workflow.plant import Equipment

REPEATS: Final = timedelta(minutes=15)
_LOOKS: Final = 1.0
"""Seconds between two looks at the plant's clock."""


class Says(StrEnum):
    """The positions of a switch."""

    PURGED = "purged"
    NOT_PURGED = "not_purged"
    OPERATING = "operating"
    UNKNOWN = "stopped"
    """Stands still, and nobody has measured: the system reports ``stopped``."""
    OFFLINE = "offline"


LABEL: Final = {
    Says.PURGED: "已置换合格",
    Says.NOT_PURGED: "未置换",
    Says.OPERATING: "在运行",
    Says.UNKNOWN: "未知（停车没测）",
    Says.OFFLINE: "离线",
}


class EquipmentTwin:
    """One switch for each vessel that held something toxic or flammable."""

    def __init__(self, *, url: str, key: str, equipment: Iterable[Equipment], now: Callable[[], datetime]) -> None:
        """``now`` is the plant's time. The switches begin as the register has it; what it does not know is off line."""
        self._url = url
        self._key = key.encode()
        self._now = now
        vessels = [one for one in equipment if one.held_toxic_or_flammable]
        self._names = {str(one.id): one.name for one in vessels}
        self._says = {str(one.id): _at_first(one) for one in vessels}
        self._sent: dict[str, datetime] = {}
        self._count = 0
        self._session: aiohttp.ClientSession | None = None
        self._repeating = asyncio.Lock()

    def switches(self) -> list[dict[str, str]]:
        """``id``, ``name``, ``says`` and when it last spoke, of every vessel."""
        return [
            {"id": code, "name": name, "says": self._says[code].value, "sent": self._last(code)}
            for code, name in self._names.items()
        ]

    def _last(self, code: str) -> str:
        sent = self._sent.get(code)
        return sent.strftime("%H:%M:%S") if sent is not None else ""

    async def switch(self, code: str, says: Says) -> str:
        """Turn one switch and report at once; what to tell the visitor. Raise `KeyError` for a vessel it has not."""
        name = self._names[code]
        self._says[code] = says
        if says is Says.OFFLINE:
            return f"{name}离线了：不再回传，以前的话过时后就要人工确认"
        status = await self._report(code)
        return f"设备系统报{name}{LABEL[says]}" if status == 200 else f"设备系统报{name}没有成功（{status}）"

    async def run(self) -> None:
        """Report everything, and repeat what stands until cancelled."""
        while True:
            await self.repeat()
            await asyncio.sleep(_LOOKS)

    async def repeat(self) -> int:
        """Report every vessel whose last word is a quarter of an hour old; how many were taken."""
        async with self._repeating:
            now = self._now()
            due = [
                code
                for code, says in self._says.items()
                if says is not Says.OFFLINE and now - self._sent.get(code, now - REPEATS) >= REPEATS
            ]
            return [await self._report(code) for code in due].count(200)

    async def _report(self, code: str) -> int:
        now = self._now()
        self._count += 1
        said = {"equipment": code, "state": self._says[code].value, "at": now.isoformat(), "by": "中控"}
        body, stamp = json.dumps(said, ensure_ascii=False).encode(), str(int(now.timestamp()))
        nonce = f"equipment-twin-{int(now.timestamp())}-{self._count}"
        signed = hmac.new(self._key, b"\n".join((stamp.encode(), nonce.encode(), body)), hashlib.sha256).hexdigest()
        headers = {
            "X-Permitbot-Timestamp": stamp,
            "X-Permitbot-Nonce": nonce,
            "X-Permitbot-Signature": signed,
            "Content-Type": "application/json",
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(f"{self._url}/equipment/state", data=body, headers=headers) as answer:
                status = answer.status
        except aiohttp.ClientError:
            return 0
        if status == 200:
            self._sent[code] = now
        return status

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()


def _at_first(vessel: Equipment) -> Says:
    if vessel.purged is not None:
        return Says.PURGED if vessel.purged else Says.NOT_PURGED
    return Says.OPERATING if vessel.operating else Says.OFFLINE
