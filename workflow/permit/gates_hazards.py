"""The gate of open hazards: where one stops live work, nothing begins or resumes beside it (domain 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Verdict
from workflow.hazard.holds import stops
from workflow.hazard.law import Legal
from workflow.hazard.no import CLAUSE
from workflow.hazard.state import Hazard, Stage
from workflow.permit.gates_common import Answer, Asked, good, open_
from workflow.rules.types import Role

_SAFETY = "安全管理部门"
_SHOWN = 30
"""Characters of what was reported."""


def no_hazard(asked: Asked) -> Iterator[Answer]:
    """No hazard that stops work is open at the place; one that cannot be read may be such a one."""
    found = asked.facts.hazards
    if found is None:
        yield open_("没能查询作业地点的隐患", "请稍后再试；现场有险情先撤离", "属地", button="refresh", clause=CLAUSE)
        return
    answers = tuple(answer for hazard in found for answer in _of(asked, hazard))
    yield from answers or (good("作业地点没有要停工的隐患", clause=CLAUSE),)


def _of(asked: Asked, hazard: Hazard) -> Iterator[Answer]:
    if hazard.stage is Stage.BLANK:
        fact, cure = f"隐患 {hazard.id} 的记录读不出来", "请核实现场，并请系统管理员修复记录"
        yield open_(fact, cure, _SAFETY, button="refresh", clause=CLAUSE)
    elif stops(hazard):
        cure, who = _accept(hazard) if hazard.stage is Stage.TO_ACCEPT else _mend(asked, hazard)
        owing = () if hazard.responsible is None or hazard.stage is Stage.TO_ACCEPT else (hazard.responsible,)
        yield Answer(
            verdict=Verdict.FAIL,
            fact=f"作业地点的隐患 {hazard.id} 没有消除：{_said(hazard)}",
            cure=cure,
            who=who,
            clause=CLAUSE,
            call=owing or asked.facts.holders.get(Role.SAFETY_DEPT, ()),
        )


def _mend(asked: Asked, hazard: Hazard) -> tuple[str, str]:
    """The work that mends it needs a permit, too: it begins once something holds the danger off."""
    who = _SAFETY if hazard.responsible is None else asked.name(hazard.responsible)
    first = "请安全管理部门派人整改" if hazard.responsible is None else f"请{who}整改并通过验收"
    hold = f"先控住危险，由责任人、属地或安全管理部门发「临时措施 {hazard.id} 内容」"
    return f"{first}；验收前要作业（含整改它的作业），{hold}", who


def _accept(hazard: Hazard) -> tuple[str, str]:
    who = "厂领导" if hazard.ruling[1].legal is Legal.MAJOR else _SAFETY
    return f"已报整改，请{who}验收", who


def _said(hazard: Hazard) -> str:
    what = hazard.sighting
    return "" if what is None else (" ".join(what.text.split()) or what.place)[:_SHOWN]
