"""The interface of a hand."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import aiohttp

Json = dict[str, Any]
Doing: TypeAlias = Awaitable[object]
"""What was begun; await it to see the platform take it. Nothing is lost when nobody waits."""
Chosen: TypeAlias = Mapping[str, Sequence[str]]
"""Ids of the chosen options, by question. A question that is not named keeps what the card proposes."""

PERMIT_CODE, BOARD_CODE = "PTW1:", "PTB1:"
"""How the texts in the codes of permits and of boards at places begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A page as the client shows it."""

    status: int
    body: bytes
    content_type: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


class Platform(StrEnum):
    """Where a person is."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"


class Hand(Protocol):
    """One person at their chat with the app or its robot. Raises the twin's ``NotOffered`` for what is not there."""

    @property
    def platform(self) -> Platform:
        """Where this is."""
        ...

    @property
    def scans_permits(self) -> bool:
        """Whether the code of a permit can be scanned in the chat."""
        ...

    @property
    def wants_photo(self) -> str:
        """Words by which a card asks for a photo here."""
        ...

    @property
    def screen(self) -> list[Json]:
        """The chat, oldest first. Each item says ``from`` ("app" or "me"), ``kind`` and ``recalled``."""
        ...

    @property
    def cards(self) -> list[Json]:
        """The cards of the chat. Each says what is on it (``card``) and what can be pressed now (``buttons``)."""
        ...

    def says(self, text: str) -> Doing:
        """Type a line."""
        ...

    def press(self, card: Json, key: str, chosen: Chosen | None = None) -> Doing:
        """Press a button of a card, or the one that sends its choices."""
        ...

    def scans(self, code: str) -> Doing:
        """Check in by the code of a board or a permit, as it is done here."""
        ...

    async def shoots(self, picture: bytes) -> None:
        """Take a photo (JPEG) in the way that counts as taken here and now."""
        ...

    def sends_photo(self, picture: bytes) -> Doing:
        """Send any picture out of the album."""
        ...

    def sends_voice(self, sound: bytes) -> Doing:
        """Send a voice note."""
        ...

    def stands_at(self, latitude: str, longitude: str, label: str) -> Doing:
        """Send a position (GCJ-02)."""
        ...

    def tells_group(self, group: str, text: str) -> None:
        """Type a line in a group (the twin's id of it); where a robot can hear there, it is mentioned."""
        ...

    async def opens(self, url: str) -> Opened:
        """A page of the product, opened in the client; a page that asks who is there is told."""
        ...

    @property
    def web_view(self) -> aiohttp.ClientSession:
        """What pages opened in the client ask their own scripts with; it remembers who is there."""
        ...
