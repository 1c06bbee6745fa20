"""The number a screen at a place shows and changes every half minute (docs/adr/0211). Pure.

Both ends are the house: it tells the screen the number and knows it again. So no secret lies on the screen, and a
number is worth something for the step it was shown in and the next one: a photo of a minute ago is worth nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from workflow.ids import AreaId, SiteId
from workflow.values import aware

STEP: Final = timedelta(seconds=30)
"""How long a number is shown."""
DIGITS: Final = 6
APART: Final = 1
"""How many steps a number may be early or late: early, where the clocks of two of our machines differ."""
TRIES: Final = 5
"""So many wrong numbers of one person within `TRIES_WITHIN`, and none of his is looked at for a while."""
PLACE_TRIES: Final = 40
"""So many wrong numbers at one place, whoever typed them."""
TRIES_WITHIN: Final = timedelta(minutes=10)
_TAG: Final = "permitbot.fresh.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """Whose place the number is of; ``secret`` is the house's own."""

    secret: bytes
    site: SiteId
    area: AreaId

    def number(self, step: int) -> str:
        """The digits shown in a step."""
        said = "\n".join(f"{len(part)}:{part}" for part in (_TAG, self.site, self.area, str(step)))
        digest = hmac.digest(self.secret, said.encode(), "sha256")
        return str(int.from_bytes(digest[:8]) % 10**DIGITS).zfill(DIGITS)

    def step_of(self, given: str, at: datetime) -> int | None:
        """The step whose number was given, if it is one that counts at that moment. Looks at all of them each time."""
        now, found = step_at(at), None
        for step in range(now - APART, now + APART + 1):
            if hmac.compare_digest(given.encode(errors="replace"), self.number(step).encode()):
                found = step
        return found


def step_at(at: datetime) -> int:
    """The number of half minutes since 1970."""
    aware(at)
    return int(at.timestamp()) // int(STEP.total_seconds())


def changes_at(at: datetime) -> datetime:
    """When the number shown at this moment gives way to the next."""
    return datetime.fromtimestamp((step_at(at) + 1) * int(STEP.total_seconds()), UTC)
