"""What a push is answered with: one answer for each, saying whether it needs to come again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from bot.dingtalk.protocol import Frame, Kind


class Outcome(IntEnum):
    """The platform's codes. Everything but the first brings the push again."""

    COMMITTED = 200
    REJECTED = 400
    NOBODYS = 404
    """Of a topic nobody here listens to."""
    LATER = 500
    """Not committed yet, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. ``data`` is what the platform expects for this kind of push."""

    outcome: Outcome
    data: Mapping[str, Any] = field(default_factory=dict)


_STATUS: Final = {Outcome.COMMITTED: "SUCCESS"}


def reply(frame: Frame, outcome: Outcome, response: Mapping[str, Any] | None = None) -> Reply:
    """The answer to ``frame``. ``response`` is what a click's card becomes for whoever pressed it."""
    match frame.kind:
        case Kind.EVENT:
            return Reply(outcome=outcome, data={"status": _STATUS.get(outcome, "LATER")})
        case Kind.CALLBACK | Kind.SYSTEM:
            return Reply(outcome=outcome, data={"response": response})


def newer(version: str, aside: str = "") -> Mapping[str, Any]:
    """The clicker's own copy of the card, unchanged but for the version it carries.

    A click has no id: a second press of the same button is told from a repeat of the first by the version alone. The
    rest of the card follows through the relay, for everybody. ``aside`` is for when it will not follow soon: shown to
    the clicker alone, and free of the month's count.
    """
    told = {"cardData": {"cardParamMap": {"source": aside}}} if aside else {}
    return {
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        "userPrivateData": {"cardParamMap": {"v": version}},
        **told,
    }
