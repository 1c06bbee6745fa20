"""The chat groups that can be told something."""

from __future__ import annotations

from storage.tx import Tx
from workflow.ids import GroupId


def meeting(tx: Tx, purpose: str) -> tuple[GroupId, ...]:
    """The groups of a purpose that meet somewhere: a line to a group without a chat would reach nobody."""
    directory = tx.directory
    return tuple(group.id for group in directory.groups_for(purpose) if directory.chats_of(group.id))
