"""Warnings about accepted requests: allowed by the platform, but a mistake waiting to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One warning. ``about`` is an outTrackId, a userid or another name."""

    at: datetime
    about: str
    text: str
