"""Runs of the face service: opened by one call, gone through by one person, told of for three days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LIVES = timedelta(seconds=7200)
"""How long a run may be gone through."""
KEPT = timedelta(days=3)
"""How long its result is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Who stands in front of the camera. ``score``: how like the papers' photo, 0 to 100, as the service spells it."""

    id_number: str
    score: str = "95.31"
    living: bool = True


@dataclass(slots=True, kw_only=True)
class Run:
    """One run."""

    token: str
    rule: str
    id_number: str
    name: str
    extra: str
    back: str
    opened: datetime
    looks: list[dict[str, Any]] = field(default_factory=list)
    done: bool = False

    def look(self, face: Face, at: datetime, number: str) -> None:
        """The camera looks once; the last look decides."""
        alike = face.id_number == self.id_number
        live = 0 if face.living else 4010
        compared = None if live else 0 if alike else 3015
        self.looks.append(
            {
                "ReqTime": str(int(at.timestamp() * 1000)),
                "Seq": number,
                "Idcard": self.id_number,
                "Name": self.name,
                "Sim": face.score if alike else "12.08",
                "IsNeedCharge": True,
                "Errcode": live or compared or 0,
                "Livestatus": live,
                "Comparestatus": compared,
            }
        )
        self.done = True

    def result(self) -> dict[str, Any]:
        """The part ``Text`` of a result."""
        last = self.looks[-1] if self.looks else {}
        return {
            "ErrCode": last.get("Errcode"),
            "ErrMsg": None if not last else "成功" if last["Errcode"] == 0 else "失败",
            "IdCard": self.id_number,
            "Name": self.name,
            "LiveStatus": last.get("Livestatus"),
            "Comparestatus": last.get("Comparestatus"),
            "Sim": last.get("Sim"),
            "Extra": self.extra,
            "LivenessDetail": self.looks or None,
        }
