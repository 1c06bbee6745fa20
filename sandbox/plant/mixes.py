"""Who of the demo plant is on which platform."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sandbox.hands.hand import Platform
from workflow.plant import Person

BOTH: Final = "wugang"
"""The shift leader is everybody's man: he has an account here and there, and is reached where he last wrote."""


class Mix(StrEnum):
    """How the plant's people are spread over the platforms."""

    WECOM = "wecom"
    """Everybody on WeCom."""
    MIXED = "mixed"
    """The plant's own on WeCom, the contractors' people on DingTalk, one on both."""
    DINGTALK = "dingtalk"
    """Everybody on DingTalk."""

    @property
    def speaks(self) -> frozenset[Platform]:
        """The platforms it takes."""
        return _SPEAKS[self]

    def places(self, person: Person) -> tuple[Platform, ...]:
        """Where a person has an account."""
        if self is not Mix.MIXED:
            return tuple(self.speaks)
        if person.id == BOTH:
            return (Platform.DINGTALK, Platform.WECOM)
        return (Platform.WECOM,) if person.employer is None else (Platform.DINGTALK,)


_SPEAKS: Final = {
    Mix.WECOM: frozenset({Platform.WECOM}),
    Mix.MIXED: frozenset(Platform),
    Mix.DINGTALK: frozenset({Platform.DINGTALK}),
}
