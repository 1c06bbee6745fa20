"""Pictures of the plant's cameras as a part of the service: made when there is a file (``PERMITBOT_CAMERAS_FILE``).

An order comes from the outbox, is carried out outside of every transaction, and its answer goes to the office as a
device's word: the picture is kept byte for byte under its SHA-256 like every photo, and the permit's journal names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.clock import Clock
from bot.log import get_logger
from bot.settings import Settings, SettingsError
from cards.pictures.asked import BadPicture, examine
from handlers.arrivals import DeviceAsks, Sender
from handlers.house import House
from handlers.outgoing import StillOrder
from handlers.stills import STILL
from storage.media import MediaFiles, MediaRow, StoredFile
from storage.policy_yaml import PolicyError
from storage.writer import Writer
from workflow.ids import DeviceId, PermitId, SiteId
from workflow.permit.commands import RecordStill
from workflow.rules.book import RuleBook
from workflow.stills import ANSWER_WITHIN, NO_CAMERAS, Cameras, Silence
from workflow.values import Actor

if TYPE_CHECKING:
    from hardware_bridge.cameras.model import StillCamera
    from hardware_bridge.cameras.plan import Plan

CAMERA: Final = Sender(platform="", corp="", user="camera")
_JPEG: Final = "image/jpeg"

log = get_logger("stills")


def planned(settings: Settings, book: RuleBook) -> Plan | None:
    """The cameras the settings name; None without a file. Raise `SettingsError` where something is missing for them,
    or wrong with the file, and where the plant wants pictures and no camera is named."""
    if settings.cameras_file is None:
        if book.plant.stills:
            raise SettingsError(
                ["the plant file asks for pictures (stills): set PERMITBOT_CAMERAS_FILE, or take that out"]
            )
        return None
    from hardware_bridge.cameras.plan import load
    from hardware_bridge.cameras.rtsp import NoDecoder, needed

    def secret(name: str) -> str | None:
        found = settings.named(name)
        return None if found is None else found.get_secret_value()

    try:
        needed()
        return load(settings.cameras_file, secret)
    except NoDecoder:
        raise SettingsError(["cameras are read by PyAV: install the extra, pip install 'permitbot[media]'"]) from None
    except PolicyError as wrong:
        raise SettingsError([f"PERMITBOT_CAMERAS_FILE: {problem}" for problem in wrong.problems]) from None


def known(plan: Plan | None) -> Cameras:
    """What the office knows of them."""
    return NO_CAMERAS if plan is None else plan.cameras


@dataclass(frozen=True, slots=True, kw_only=True)
class Stills:
    """Carries out orders for pictures. ``tell`` is the office."""

    cameras: Mapping[DeviceId, StillCamera]
    site: SiteId
    house: House
    writer: Writer
    media: MediaFiles
    clock: Clock
    tell: Callable[[DeviceAsks], Awaitable[None]]

    async def take(self, order: StillOrder) -> None:
        """Answer one order. Raise `storage.errors.StorageError` when that cannot be written now: it comes again.

        One that is answered already, or whose patience is over, is nobody's wish any more.
        """
        if self.clock.now() - order.at >= ANSWER_WITHIN or await self._answered(order):
            return
        camera = self.cameras.get(order.camera)
        said = Silence.NO_CAMERA if camera is None else await camera.still()
        stored = None
        if not isinstance(said, Silence):
            try:
                stored = await asyncio.to_thread(self._keep, said)
            except BadPicture:
                said = Silence.NO_PICTURE
        silence = said if isinstance(said, Silence) else None
        log.info("still", permit=order.permit, camera=order.camera, occasion=order.occasion, silence=silence)
        await self._record(order, stored, silence)

    async def _answered(self, order: StillOrder) -> bool:
        permits = self.house.permits
        permit = await self.writer.submit(lambda tx: tx.load(permits, order.permit)[0])
        return any(one.key == order.key for one in permit.stills)

    def _keep(self, picture: bytes) -> StoredFile:
        """Look whether it can be shown, and keep it."""
        if examine(picture) != _JPEG:
            raise BadPicture("no JPEG")
        return self.media.save(picture)

    async def _record(self, order: StillOrder, stored: StoredFile | None, silence: Silence | None) -> None:
        now = self.clock.now()
        if stored is not None:
            row = MediaRow(
                sha256=stored.sha256, mime=_JPEG, size=stored.size, path=stored.path, received_at=now,
                permit=order.permit, purpose=STILL, md5=stored.md5,
            )  # fmt: skip
            await self.writer.submit(lambda tx: tx.add_media(row))
        there = self.house.cameras.by_id.get(order.camera)
        command = RecordStill(
            by=Actor.device(order.camera), at=now, key=order.key, occasion=order.occasion, camera=order.camera,
            name=order.camera if there is None else there.name, asked_at=order.at,
            taken_at=None if stored is None else now, media=None if stored is None else stored.sha256,
            silence=silence,
        )  # fmt: skip
        await self.tell(
            DeviceAsks(
                site=self.site,
                sender=CAMERA,
                dedup_key=f"still:{order.permit}:{order.key}",
                received_at=now,
                permit=PermitId(order.permit),
                command=command,
            )
        )
