"""The demo's camera over the second tank area. The service asks it over RTSP like any customer's.

There is one where PyAV is installed. The environment of the core, which is enough for everything else, has none.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from bot.clock import OffsetClock
from bot.demo.plant import ZONE
from cards import words
from cards.words_devices import OCCASION
from handlers.stills import PATIENCE
from hardware_bridge.cameras.rtsp import NoDecoder, needed
from sandbox.camera import Manner, VirtualCamera
from sandbox.page.photos import tanks
from storage.tx import Tx
from storage.writer import Writer
from workflow.permit.life import Still
from workflow.stills import Occasion

Json = dict[str, Any]

NAME: Final = "CAM-201"
CALLED: Final = "二号罐区摄像头"
STILLS: Final = "stills:\n  - {works: [hot], silent: tell}\n"
"""What the demo's plant asks of it."""
_FILE: Final = "cameras:\n  {name}:\n    name: {called}\n    address: {address}\n    areas: [{area}]\n"
_SLOW: Final = 6.0
"""Real seconds to wait for a picture before the clock is pushed."""
WORDS: Final = {Manner.GOOD: "恢复正常", Manner.BLACK: "黑屏了", Manner.DEAF: "不答话了"}
"""What a visitor can do to it."""


@asynccontextmanager
async def camera(clock: OffsetClock) -> AsyncIterator[VirtualCamera | None]:
    """The camera, switched on; None where its pictures could not be read."""
    try:
        needed()
    except NoDecoder:
        yield None
        return
    made = VirtualCamera(_seen(clock))
    made.films = lambda: _seen(clock)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def _seen(clock: OffsetClock) -> Image.Image:
    return tanks(f"{NAME}  {clock.now().astimezone(ZONE):%Y-%m-%d %H:%M:%S}")


def cameras_file(made: VirtualCamera, area: str, folder: Path) -> Path:
    """The file that names it, as a plant writes it."""
    path = folder / "cameras.yaml"
    path.write_text(_FILE.format(name=NAME, called=CALLED, address=made.address, area=area), "utf-8")
    return path


@dataclass(slots=True, kw_only=True)
class FieldCamera:
    """The camera of a running demo. ``writer`` is the service's own."""

    camera: VirtualCamera
    writer: Writer
    last: Still | None = None
    """Its last answer about the newest permit."""

    @classmethod
    def of(cls, made: VirtualCamera | None, writer: Writer, *, asked: bool) -> FieldCamera | None:
        """It, where there is one and the plant asks it."""
        return cls(camera=made, writer=writer) if made is not None and asked else None

    async def answered(self) -> None:
        """Wait for what it was asked to show: a push of the clock makes no camera silent that would answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SLOW):
                while self.camera.manner is Manner.GOOD and await self.writer.submit(_waiting):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.02)

    def breaks(self, manner: str) -> str:
        """It goes wrong, or is mended; what to tell the visitor. Raise `ValueError`."""
        self.camera.manner = Manner(manner)
        return f"{NAME} {CALLED}{WORDS[self.camera.manner]}"

    def shown(self) -> Json:
        """What is wrong with it, and what it last answered."""
        last = self.last
        word = "还没有问过" if last is None else "拍下画面" if last.media is not None else "没有画面"
        return {
            "id": NAME,
            "name": CALLED,
            "fault": self.camera.manner.value,
            "word": word,
            "good": last is None or last.media is not None,
            "heard": "开工、停工、复工时拍" if last is None else f"{words.clock(last.at, ZONE)} {_why_asked(last)}",
        }


def _why_asked(last: Still) -> str:
    return OCCASION[Occasion(last.key.partition(":")[0])]


def _waiting(tx: Tx) -> bool:
    return any(PATIENCE in names for names in tx.timers().values())
