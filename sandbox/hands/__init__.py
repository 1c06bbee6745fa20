"""What a person does on a phone, alike on every platform: the one way stories, tests and the demo page act.

``Hands(...).of("zhaomin")`` is the hand of a person on the platform they are on; ``.says``, ``.press``, ``.scans`` and
the rest start what a thumb would start there. What differs stands in the hand of each platform: a check-in is a scan on
the one and a typed line on the other, a photo that counts is the menu's camera here and a code in the picture there.
"""

from __future__ import annotations

from sandbox.hands.dingtalk import DingTalkHand
from sandbox.hands.hand import Doing, Hand, Json, Opened, Platform
from sandbox.hands.hands import Hands
from sandbox.hands.wecom import WeComHand

__all__ = ["DingTalkHand", "Doing", "Hand", "Hands", "Json", "Opened", "Platform", "WeComHand"]
