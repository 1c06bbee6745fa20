"""The gate of the emergency in force: nothing is issued, starts, goes on or resumes inside its zone (4.8)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Verdict
from workflow.permit.gates_common import Answer, Asked, good, open_


def emergency(asked: Asked) -> Iterator[Answer]:
    """No emergency holds the place. A place that may lie inside the zone lies inside."""
    found = asked.facts.emergencies
    if found is None:
        yield open_("没能查询紧急状态", "请稍后再试；现场有险情先撤离", "属地", button="refresh")
        return
    for one in found:
        names = asked.names(one.lifters) or "值班领导（还没有登记）"
        inside = "" if one.sure else "，不能确定作业点不在其内"
        yield Answer(
            verdict=Verdict.FAIL,
            fact=f"{one.where}紧急状态未解除：{asked.name(one.by)} {asked.clock(one.at)} 发起{inside}",
            cure=f"请联系{names}，确认险情消除后发「解除紧急 {one.where} 原因」",
            who=names,
            call=one.lifters,
        )
    if not found:
        yield good("没有紧急状态")
