"""The one spelling of time in the database, and back.

Every instant is stored as `workflow.journal.instant` spells it: UTC, microseconds, ``Z``. Twenty-seven characters, so
that text order is time order.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from workflow.journal import instant

_spelled: tuple[datetime | None, str, datetime | None, str] = (None, "", None, "")


def spell(moment: datetime) -> str:
    """`workflow.journal.instant`, by a shorter way for times already in UTC. Raise `NaiveTime` without a zone."""
    # One command stamps all it writes with one and the same object, here and there another comes between, as when a
    # timer is due: the last two are kept, which saves most of the spelling.
    global _spelled  # noqa: PLW0603 - a tuple is replaced whole: harmless from any thread
    last, text, before, earlier = _spelled
    if last is moment:
        return text
    if before is moment:
        _spelled = (before, earlier, last, text)
        return earlier
    if moment.tzinfo is UTC:
        new = moment.isoformat(timespec="microseconds")[:-6] + "Z"
    else:
        new = instant(moment)
    _spelled = (moment, new, last, text)
    return new


def read(text: str) -> datetime:
    """The instant a stored text means, aware, in UTC."""
    return datetime.fromisoformat(text)


def read_optional(text: str | None) -> datetime | None:
    """`read`, with nothing for nothing."""
    return None if text is None else datetime.fromisoformat(text)


def spell_optional(moment: datetime | None) -> str | None:
    """`spell`, with nothing for nothing."""
    return None if moment is None else spell(moment)


def read_day(text: str | None) -> date | None:
    """A stored calendar day."""
    return None if text is None else date.fromisoformat(text)


def spell_day(day: date | None) -> str | None:
    """A calendar day as stored."""
    return None if day is None else day.isoformat()
