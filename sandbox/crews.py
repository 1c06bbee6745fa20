"""Who plays a story: the same roles, filled by the plant's own people, or with a contractor's crew in the middle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.plant.cast import CAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of a job by what they do in it; each is the id of a person."""

    worker: str
    leader: str
    guardian: str = "zhaomin"
    unit: str = "zhoujianguo"
    """Answers for the place."""
    safety: str = "sunli"
    """Signs for the safety department, and lets it wait in the story."""
    above: str = "zhengwei"
    """Hears when the safety department lets it wait."""
    last: str = "chenan"
    """Signs at the place."""
    shift: str = "wugang"

    def named(self) -> str:
        """The crew in a chat line."""
        return f"作业人{_NAMES[self.worker]} 负责人{_NAMES[self.leader]} 监护{_NAMES[self.guardian]}"

    def name(self, who: str) -> str:
        """What somebody is called."""
        return _NAMES[who]


_NAMES: Final = {member.id: member.name for member in CAST}
STAFF: Final = Crew(worker="wangqiang", leader="liqiang")
CONTRACTOR: Final = Crew(worker="qinchuan", leader="ludahai")
"""A contractor's welder and his foreman; everybody else is the plant's."""
