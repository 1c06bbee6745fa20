"""DingTalk's directory into ours: `bot.sync` with DingTalk's pull."""

from __future__ import annotations

from datetime import datetime

from bot import members, sync
from bot.dingtalk.directory import Contacts, Walk
from bot.dingtalk.errors import Refused, Unreachable
from bot.members import Directory, Limits
from bot.sync import Synced, TooManyGone
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import SiteId

__all__ = ["PLATFORM", "Synced", "TooManyGone", "sync_directory", "synced_at"]

PLATFORM = "dingtalk"
LIMITS = Limits(hidden=(Unreachable, Refused), absent=(Unreachable,))


async def sync_directory(
    contacts: Contacts, writer: Writer, site: SiteId, *, at: datetime, accept_losses: bool = False
) -> Synced:
    """Pull the organisation's members and merge them. Raises a `DingTalkTrouble` or `TooManyGone`; then nothing was
    changed."""

    async def pull(known: tuple[str, ...]) -> Directory:
        walk = Walk(contacts, hidden=LIMITS.hidden)
        return await members.read_directory(walk, known=known, limits=LIMITS)

    corp = str(contacts.corp_id)
    return await sync.sync_directory(PLATFORM, corp, pull, writer, site, at=at, accept_losses=accept_losses)


def synced_at(tx: Tx) -> datetime | None:
    """When the directory was last pulled; None when it never was."""
    return sync.synced_at(tx, PLATFORM)
