"""When two pushes are the same thing.

``headers.messageId`` names the push and may change when the platform comes again, so it is no part of any key. One
message that calls two robots reaches each of them under one msgId: the robot belongs to the key. An event has an id of
its own. A click has none; it is known by who pressed what with which choices on which version of which card, so a
second press counts once the card shows something newer.
"""

from __future__ import annotations

import hashlib
import json
from typing import NewType, assert_never

from bot.dingtalk.callbacks import AnyCallback, CardClicked, Event, Message

DedupKey = NewType("DedupKey", str)
"""At most 200 ASCII characters; the same for every push of one thing, different for different things."""


def dedup_key(callback: AnyCallback) -> DedupKey:
    """The inbox key of a push. What brings several things adds a number to it for each."""
    match callback:
        case Message():
            return DedupKey(f"dingtalk:message:{_digest(callback.corp_id, callback.robot_code, callback.message_id)}")
        case Event():
            return DedupKey(f"dingtalk:event:{_digest(callback.corp_id, callback.event_id)}")
        case CardClicked():
            params = json.dumps(callback.params, sort_keys=True)
            what = (callback.corp_id, callback.card, callback.user, callback.action, callback.version, params)
            return DedupKey(f"dingtalk:click:{_digest(*what)}")
        case _:
            assert_never(callback)


def part_key(key: DedupKey, number: int) -> DedupKey:
    """The key of one of several things a push brought."""
    return DedupKey(f"{key}#{number}")


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]
