"""Gates of lifting (GB 30871-2022 9)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Severity
from workflow.permit.details import LiftDetails
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.permit.gates_items import MASS, confirmed_since, items, numbers
from workflow.values import WorkType

_TRIAL = "lift.trial"


def people(asked: Asked) -> Iterator[Answer]:
    """指挥, 司机 and 司索 are named and known; who watches does nothing else (4.10), who drives does not command."""
    if asked.content.work is not WorkType.LIFT:
        return
    lift, guardian = asked.content.details.lift or LiftDetails(), asked.guardian
    named = tuple(dict.fromkeys((*((lift.commander,) if lift.commander else ()), *lift.operators, *lift.slingers)))
    found = False
    if guardian in named:
        found = True
        fact = f"监护人{asked.name(guardian)}同时是吊装指挥、司机或司索人"
        yield bad(fact, "请另派监护人：监护人不得做与监护无关的事", "申请人", button="edit")
    if lift.commander is not None and lift.commander in lift.operators:
        found = True
        fact = f"{asked.name(lift.commander)}既指挥又操作起重机"
        yield bad(fact, "请另派指挥人员，分工明确", "申请人", button="edit")
    gone = [who for who in named if (person := asked.person(who)) is not None and not person.active]
    if gone:
        found = True
        yield bad(f"{asked.names(gone)}已离岗停用", "请更换人员", "申请人", button="edit")
    strangers = [who for who in named if asked.person(who) is None]
    if strangers:
        found = True
        yield open_(f"人员台账里找不到 {asked.names(strangers)}", "请先登记人员和证书", "安全管理部门")
    if lift.commander is not None and lift.commander in lift.slingers:
        found = True
        fact = f"{asked.name(lift.commander)}既指挥又司索"
        yield bad(fact, "请核对分工，捆绑和指挥最好分开", "申请人", severity=Severity.WARN)
    if not found and named:
        yield good("指挥、司机、司索人分工明确")


def mass(asked: Asked) -> Iterator[Answer]:
    """What is weighed on site is no more than the permit says (9.1, 4.16), nor more than can be lifted (A.5, 13)."""
    if asked.content.work is not WorkType.LIFT:
        return
    said = (asked.content.details.lift or LiftDetails()).mass_t
    if said is None:
        yield open_("没有写吊物质量", "请查明吊物质量", "申请人", button="edit")
        return
    for measure, state in items(asked, MASS):
        if not state.involved or state.confirmed_by is None:
            continue
        given = numbers(state)
        if not given:
            yield open_(f"{measure.no}没有写核实的吊物质量", "请填写吨数", "监护人", button="confirm")
        elif given[0] > said:
            fact = f"现场核实吊物{given[0]} t，大于票面{said} t"
            yield bad(fact, "内容已变，请按实际质量重新办票", "申请人")
        elif len(given) == 1:
            fact = f"{measure.no}没有写此工况的额定起重量"
            yield open_(fact, "请按顺序填写吊物质量、额定起重量", "监护人", button="confirm")
        elif given[0] > given[1]:
            fact = f"吊物{given[0]} t，超过此工况额定起重量{given[1]} t"
            yield bad(fact, "请换用起重能力足够的机具，或改变工况", "作业负责人")
        else:
            yield good(f"现场核实吊物{given[0]} t，票面{said} t，额定起重量{given[1]} t")


def trial(asked: Asked) -> Iterator[Answer]:
    """Before each lift a trial lift: after a stop it is made anew (9.2.9)."""
    stop = asked.permit.suspension
    if asked.content.work is not WorkType.LIFT or stop is None:
        return
    if confirmed_since(asked, _TRIAL, stop.newest):
        yield good("停工后已重新试吊")
    else:
        yield bad("停工后还没有重新试吊", "请重新试吊，确认机具和锚点正常", "监护人", button="confirm")
