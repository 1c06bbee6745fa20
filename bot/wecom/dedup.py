"""When two deliveries are the same thing.

The platform repeats a delivery it saw no timely answer to, and names ``FromUserName`` + ``CreateTime`` as the key of an
event ([D90238]). With one-second resolution that key swallows genuine events: two approvals in the same second, a menu
press and the pictures it produced. The key here is as wide as the event, so only a true repetition collides.
"""

from __future__ import annotations

import hashlib
import json
from typing import NewType, assert_never

from bot.wecom.callbacks import AnyCallback, CardMenuTapped, CardTapped, Event, Message

DedupKey = NewType("DedupKey", str)
"""At most 200 ASCII characters; the same for every delivery of one thing, different for different things."""


def dedup_key(callback: AnyCallback) -> DedupKey:
    """The inbox key of a delivery.

    Messages: their id. Card taps: who, when, which card and code, what was chosen. Other events carry no id of their
    own and are known by the digest of their whole document.
    """
    app = (callback.corp_id, str(callback.agent_id))
    moment = int(callback.created_at.timestamp())
    who = callback.sender.lower()
    match callback:
        case CardTapped():
            # The choices are part of it: a second submit in the same second with other choices is another event.
            choices = callback.selections
            chosen = json.dumps([(one.question_key, one.option_ids) for one in choices]) if choices else "[]"
            what = _digest(*app, who, callback.key, callback.task_id, callback.response_code, chosen)
            return DedupKey(f"wecom:card:{moment}:{what}")
        case CardMenuTapped():
            what = _digest(*app, who, callback.key, callback.task_id, callback.response_code)
            return DedupKey(f"wecom:card_menu:{moment}:{what}")
        case Event():
            return DedupKey(f"wecom:event:{moment}:{_digest(*app, who, callback.digest)}")
        case Message():
            return DedupKey(f"wecom:message:{_digest(*app)}:{callback.message_id}")
        case _:
            assert_never(callback)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]
