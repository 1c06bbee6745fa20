"""Chance, drawn where the secret is: when a guardian is asked next, and what.

Nobody can foresee a draw without the site's secret; with it, anybody can draw it again from what the journal says:
whose prompt, its number, and when it was set. So a draw can be checked afterwards, and never be chosen.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from workflow.effects import SetTimer
from workflow.permit.commands import Command, PromptDue
from workflow.values import aware

_MOMENT_BYTES = 8
_TICK = timedelta(milliseconds=1)


def draw(secret: bytes, permit: str, number: int, at: datetime) -> bytes:
    """32 bytes for one prompt, set at a moment: first when it comes, then what it asks."""
    said = f"prompt\n{permit}\n{number}\n{int(aware(at).timestamp() * 1_000_000)}"
    return hmac.new(secret, said.encode(), hashlib.sha256).digest()


def moment(earliest: datetime, latest: datetime, drawn: bytes) -> datetime:
    """The moment between the two that a draw means, every millisecond as likely as the next; never after ``latest``."""
    ticks = (latest - earliest) // _TICK + 1
    return earliest + int.from_bytes(drawn[:_MOMENT_BYTES]) % ticks * _TICK


def drawn(effect: SetTimer, secret: bytes, at: datetime) -> tuple[datetime, Command]:
    """When a timer falls due, and what it asks then: as it says, or drawn when it leaves the moment to chance."""
    command = effect.command
    if effect.earliest is None or not isinstance(command, PromptDue):
        return effect.due, command
    luck = draw(secret, effect.permit, command.number, at)
    return moment(effect.earliest, effect.due, luck), replace(command, draw=luck[_MOMENT_BYTES:].hex())
