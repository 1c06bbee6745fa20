"""The record of what was pushed to a receiver and what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.wecom.events import News
from sandbox.wecom.reading import Json


class Outcome(StrEnum):
    """How one push, or the whole delivery, ended."""

    ACCEPTED = "accepted"
    LATE = "late"
    """Answered after the time allowed, or made to look so."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    LOST = "lost"
    """All pushes failed."""
    DROPPED = "dropped"
    """Never pushed (a fault)."""
    UNCONFIGURED = "unconfigured"
    """The app has no callback address."""
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The bytes of one HTTP request to the receiver."""

    url: str
    query: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One push and how it ended. ``status`` None: no answer."""

    at: datetime
    outcome: Outcome
    status: int | None
    push: Push


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One piece of news on its way. Await it to wait for the end."""

    number: int
    corpid: str
    agentid: int
    news: News
    xml: str
    at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.PENDING
    replies: list[str] = field(default_factory=list)
    """Types of the passive replies that were shown."""
    reply_errors: list[str] = field(default_factory=list)
    """Why a passive reply was not shown."""
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def __await__(self) -> Generator[Any, None, Delivery]:
        yield from self._done.wait().__await__()
        return self

    def finish(self, outcome: Outcome) -> None:
        """Set the end."""
        self.outcome = outcome
        self._done.set()

    def view(self) -> Json:
        """The delivery for a page; no ciphertext, no plaintext."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "corpid": self.corpid,
            "agentid": self.agentid,
            "userid": self.news.userid,
            "kind": self.news.kind,
            "outcome": str(self.outcome),
            "attempts": [{"outcome": str(each.outcome), "status": each.status} for each in self.attempts],
            "replies": list(self.replies),
            "reply_errors": list(self.reply_errors),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of saving a callback address."""

    ok: bool
    reason: str = ""
