"""DingTalk's figures for interactive cards (互动卡片), and whether a card's variables keep to them.

The page says 1 KB for a value, and its own samples of forms are longer; so the short values keep to the page, the form
to a ceiling of ours, and the whole card to the 100 KB of the page of the create call. Keys and ids count bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cards.fit import CardTooLong, cut

MAX_KEY_BYTES: Final = 100
MAX_VALUE_BYTES: Final = 1024
MAX_FORM_BYTES: Final = 16 * 1024
MAX_CARD_BYTES: Final = 100 * 1024
MAX_TRACK_ID: Final = 64
"""Characters of ``outTrackId``: 100 in one guide, 64 in another; the smaller is kept."""
MAX_TICKS: Final = 20
MAX_OPTIONS: Final = 10
MAX_SELECTS: Final = 3
BUTTON_TEXT: Final = 10
"""Characters on a button that a phone shows in one line."""
OPTION_TEXT: Final = 40
FORM_CLIENTS: Final[Mapping[str, str]] = {"PC": "7.6.0", "iOS/Android": "7.6.6"}
"""The oldest clients that show a form; older ones say in its place that they cannot."""


def cut_bytes(text: str, limit: int) -> str:
    """At most ``limit`` bytes of UTF-8, an ellipsis where something is missing."""
    if len(text.encode()) <= limit:
        return text
    fitting = len(text.encode()[: limit - 3].decode(errors="ignore")) + 1
    return cut(text, fitting)


def check(public: Mapping[str, str], private: Mapping[str, str], *, forms: frozenset[str]) -> None:
    """Look at every key and value and at the whole. ``forms``: the variables that hold a form.

    Raise `CardTooLong`, and `TypeError` for a value that is no text: the platform takes nothing else.
    """
    total = 0
    for name, value in (*public.items(), *private.items()):
        if not isinstance(value, str):
            raise TypeError(f"{name} is a {type(value).__name__}, the platform takes texts only")
        size = len(value.encode())
        most = MAX_FORM_BYTES if name in forms else MAX_VALUE_BYTES
        if len(name.encode()) > MAX_KEY_BYTES or size > most:
            raise CardTooLong(f"{name} has {size} bytes, {most} fit")
        total += len(name.encode()) + size
    if total > MAX_CARD_BYTES:
        raise CardTooLong(f"a card of {total} bytes, {MAX_CARD_BYTES} fit")
