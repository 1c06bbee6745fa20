"""WeCom's directory into ours: `bot.sync` with WeCom's pull."""

from __future__ import annotations

from datetime import datetime

from bot import sync
from bot.members import Directory
from bot.sync import Synced, TooManyGone
from bot.wecom.identity import DirectorySource, read_directory
from storage.directory import Account, Register
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import SiteId

__all__ = ["PLATFORM", "Synced", "TooManyGone", "merge", "sync_directory", "synced_at"]

PLATFORM = "wecom"


async def sync_directory(
    source: DirectorySource, writer: Writer, site: SiteId, *, at: datetime, accept_losses: bool = False
) -> Synced:
    """Pull the corp's members and merge them. Raises `bot.wecom.errors.WeComTrouble` or `TooManyGone`."""

    async def pull(known: tuple[str, ...]) -> Directory:
        return await read_directory(source, known=known)

    corp = str(source.corp_id)
    return await sync.sync_directory(PLATFORM, corp, pull, writer, site, at=at, accept_losses=accept_losses)


def synced_at(tx: Tx) -> datetime | None:
    """When the directory was last pulled; None when it never was."""
    return sync.synced_at(tx, PLATFORM)


def merge(register: Register, pulled: Directory, site: SiteId) -> tuple[Synced, tuple[Account, ...]]:
    """`bot.sync.merge` for WeCom."""
    return sync.merge(PLATFORM, register, pulled, site)
