"""How long each thing is kept. The figures are policy (``policies/retention.yaml``); this only judges.

Deletable by policy only, earlier deletion refused (domain 1.11: tickets at least a year, video at least a month).
What is not known to be over is not over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from workflow.values import aware


class Thing(StrEnum):
    """What is kept. One line of the table each."""

    JOURNAL = "journal"
    """The records of permits and everything beside them: hash chains, never cut."""
    PHOTOS = "photos"
    VIDEOS = "videos"
    VOICES = "voices"
    """Also every other original of a permit that is neither picture nor film."""
    HAZARD_PHOTOS = "hazard_photos"
    """Also every other original of a hazard that is no film."""
    HAZARD_VIDEOS = "hazard_videos"
    LOOSE_MEDIA = "loose_media"
    """Originals that belong to no permit and no hazard."""
    PERMIT_READINGS = "permit_readings"
    READINGS = "readings"
    """Raw readings that belong to no permit."""
    DRAFTS = "drafts"
    ATTEMPTS = "attempts"
    """Proofs begun and never finished."""
    INBOX = "inbox"
    AGENDA = "agenda"
    LINKS = "links"
    LOOKS = "looks"
    """Who looked at whose data."""
    DECISIONS = "decisions"
    """How long an approver looked before deciding."""
    MEDICAL = "medical"
    """Blood type, contra-indications, emergency contact."""


ORIGINALS = frozenset(
    {Thing.PHOTOS, Thing.VIDEOS, Thing.VOICES, Thing.HAZARD_PHOTOS, Thing.HAZARD_VIDEOS, Thing.LOOSE_MEDIA}
)
"""Files: their bytes go, their hashes stay."""
OF_PERMITS = frozenset({Thing.PHOTOS, Thing.VIDEOS, Thing.VOICES, Thing.PERMIT_READINGS})
"""Counted from the end of the permit; an open permit and one under hold keep theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table. ``keep`` None: for ever; ``most`` None: no upper bound."""

    thing: Thing
    label: str
    keep: timedelta | None
    least: timedelta
    most: timedelta | None
    clause: str
    mark: str

    def refuses(self, keep: timedelta | None) -> str:
        """Why the thing may not be kept so long or so short, in words; empty when it may."""
        if keep is None:
            return "" if self.most is None else f"{self.label}最多保存{days(self.most)}（{self.clause}），不能写 always"
        if self.keep is None:
            return f"{self.label}永久保存，不能缩短（{self.clause}）"
        if keep < self.least:
            return f"{self.label}至少保存{days(self.least)}（{self.clause}）"
        if self.most is not None and keep > self.most:
            return f"{self.label}最多保存{days(self.most)}（{self.clause}）"
        return ""


@dataclass(frozen=True, slots=True)
class Retention:
    """The whole table: a line for every `Thing`."""

    lines: Mapping[Thing, Line]

    def before(self, thing: Thing, now: datetime) -> datetime | None:
        """What is older than this may be forgotten; None: nothing ever."""
        aware(now)
        keep = self.lines[thing].keep
        return None if keep is None else now - keep

    def forgettable(self, thing: Thing, *, since: datetime | None, now: datetime, held: bool = False) -> bool:
        """Whether the thing may be forgotten now. ``since``: what its age counts from; None: not over, or unknown."""
        before = self.before(thing, now)
        return before is not None and since is not None and not held and since < before


HAZARD: Final = "hazard"
"""The purpose an original has that belongs to a hazard."""


def kind_of(mime: str, *, bound: bool, purpose: str = "") -> Thing:
    """Which line an original falls under. ``bound``: it belongs to a permit, or (``purpose``) to a hazard."""
    if not bound:
        return Thing.LOOSE_MEDIA
    if purpose == HAZARD:
        return Thing.HAZARD_VIDEOS if mime.startswith("video/") else Thing.HAZARD_PHOTOS
    match mime.partition("/")[0]:
        case "image":
            return Thing.PHOTOS
        case "video":
            return Thing.VIDEOS
        case _:
            return Thing.VOICES


def days(length: timedelta) -> str:
    """A length for people: whole days, or hours where it is shorter."""
    return f"{length.days}天" if length.days else f"{int(length.total_seconds() // 3600)}小时"
