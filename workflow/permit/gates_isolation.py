"""The gate of the isolations a permit stands on (4.2 b, 4.5 c, 6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.facts import Isolated
from workflow.isolation.state import TIGHT, Energy
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.values import WorkType

_TIGHT_CLAUSE = "GB 30871-2022 6.1"


def isolation_proven(asked: Asked) -> Iterator[Answer]:
    """Every isolation cited is in place and proven by a second person; into a space, a closed valve alone is none."""
    cited = asked.facts.isolations
    if cited is None:
        yield open_("没能查询隔离台账", "请稍后再试，或到现场核对锁和盲板", "作业负责人", button="refresh")
        return
    answers = [answer for one in cited for answer in _about(asked, one)]
    yield from answers
    if cited and not answers:
        yield good(f"隔离 {'、'.join(one.id for one in cited)} 已上锁并验证")


def _about(asked: Asked, one: Isolated) -> Iterator[Answer]:
    name = f"隔离 {one.id}（{one.what}）"
    if not one.in_place:
        yield bad(f"{name}已经解除", "请重新隔离、上锁、验证", "所在单位")
    elif not one.proven:
        yield bad(f"{name}还没有第二人验证", "请另一人到现场试车、验电或放空，发「验证 锁号」", "作业负责人")
    held = asked.content.facts.held_toxic_or_flammable
    space = asked.content.work is WorkType.CONFINED_SPACE
    if space and held is not False and one.energy is Energy.PROCESS and one.method not in TIGHT:
        fact = f"{name}只是关阀，不能代替盲板"
        yield bad(fact, "请加盲板或拆除一段管道", "所在单位", clause=_TIGHT_CLAUSE)
