"""How a hazard says no: one finding, in plain Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from workflow.errors import Refused
from workflow.findings import no
from workflow.hazard.state import Stage

CLAUSE = "安全生产法第四十一条；隐患排查治理暂行规定"
SHORTEST_REASON = 4
"""Characters under which a reason says nothing."""

STAGES: Mapping[Stage, str] = {
    Stage.BLANK: "没有这个编号",
    Stage.REPORTED: "待派发",
    Stage.RECTIFYING: "整改中",
    Stage.TO_ACCEPT: "待验收",
    Stage.ARCHIVED: "已归档",
    Stage.DISMISSED: "已判定不属实",
    Stage.MERGED: "已并入另一条",
}


def refuse(gate: str, fact: str, cure: str) -> NoReturn:
    """Raise `Refused` with one reason, and what cures it."""
    raise Refused((no(gate, fact, cure=cure, clause=CLAUSE),))


def the_why(text: str) -> str:
    """The reason given, trimmed. Raise `Refused` for one that says nothing."""
    said = text.strip()
    if len(said) < SHORTEST_REASON:
        refuse("hazard.why", "没有写明原因", "请写明原因，不少于4个字")
    return said
