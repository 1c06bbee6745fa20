"""Gates of what was asked for: the people's roles, the time, the grade and the place."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.findings import Severity
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.rules import gas as air
from workflow.rules import validity
from workflow.rules.levels import parse
from workflow.rules.types import GRADE_RANK, GRADE_WORDS
from workflow.values import WorkType

_HELD = "held_toxic_or_flammable"
_REGISTERED = {
    "fire_explosion": "火灾爆炸危险场所",
    "pipe_rack": "管廊",
    "major_hazard_dike": "重大危险源罐区防火堤内",
    "operating": "设备在运行",
    "held_toxic_or_flammable": "盛装过有毒或可燃物料",
}
"""Facts the plant's own register may know better than the request: yes there and no here is a contradiction."""


def people_distinct(asked: Asked) -> Iterator[Answer]:
    """The guardian does nothing but guard (4.10): he neither works nor leads."""
    content, name = asked.content, asked.name(asked.guardian)
    also = [
        role
        for role, people in (("作业人", content.workers), ("作业负责人", (asked.leader,)))
        if asked.guardian in people
    ]
    if also:
        fact = f"监护人{name}同时是{'、'.join(also)}"
        yield bad(fact, "请另派监护人：监护人不得做与监护无关的事", "申请人", button="edit")
    else:
        yield good(f"监护人{name}不兼作业")


def length(asked: Asked) -> Iterator[Answer]:
    """The planned time fits one permit; exactly the limit fits."""
    if validity.fits(asked.content, asked.rules):
        yield good(f"计划{validity.spoken(asked.content.planned.length)}", clause=asked.rules.validity_clause)
    else:
        fact, cure = validity.too_long(asked.content, asked.rules)
        yield bad(fact, cure, "申请人", button="edit", clause=asked.rules.validity_clause)


def not_over(asked: Asked) -> Iterator[Answer]:
    """The permit's time is not past: there is no extension, only a new permit (4.16)."""
    end = validity.ends_at(asked.content.planned, asked.rules.max_validity, asked.permit.issued_at)
    if asked.at >= end:
        yield bad(f"已于{asked.clock(end)}到期", "到期不能延期，请重新申请新票", "申请人")
    else:
        yield good(f"{asked.clock(end)}前有效")


def window(asked: Asked) -> Iterator[Answer]:
    """Planned start ≤ now, and neither the planned end nor the end of validity has come."""
    planned = asked.content.planned
    end = validity.ends_at(planned, asked.rules.max_validity, asked.permit.issued_at)
    if asked.at < planned.start:
        yield bad(f"计划{asked.clock(planned.start)}开工，时间未到", "请到计划时间再开工", "作业负责人")
    elif asked.at >= end:
        yield bad(f"已于{asked.clock(end)}到期", "到期不能延期，请重新申请新票", "申请人")
    else:
        yield good(f"在作业时间内，{asked.clock(end)}到期")


def issue_clock(asked: Asked) -> Iterator[Answer]:
    """Signed now, would the permit lapse before its planned end? Said at signing (the standard names no clock)."""
    planned, limit = asked.content.planned, asked.rules.max_validity
    if asked.permit.issued_at is not None:
        return
    lapses = asked.at + limit
    if lapses < planned.end:
        fact = f"现在签发，从严计算到{asked.clock(lapses)}失效，早于计划结束{asked.clock(planned.end)}"
        yield bad(fact, "建议在作业当天开工前再签最后一个环节", "审批人")
    else:
        yield good(f"现在签发可用到{asked.clock(planned.end)}")


def grade_stated(asked: Asked) -> Iterator[Answer]:
    """The grade is computed; what the applicant called it never lowers it."""
    stated, grade = parse(asked.content.stated_grade, asked.content.work), asked.rules.grade
    if asked.content.stated_grade is None or not GRADE_RANK[grade]:
        return
    why = f"{asked.rules.grade_why}，应为{GRADE_WORDS[grade]}"
    if stated is None:
        yield open_(f"看不懂所报级别「{asked.content.stated_grade}」；{why}", f"按{GRADE_WORDS[grade]}办理", "申请人")
    elif stated is grade:
        yield good(f"所报级别与规则一致：{GRADE_WORDS[grade]}", clause=asked.rules.grade_clause)
    else:
        fact = f"申请写的是{GRADE_WORDS[stated]}；{why}"
        yield bad(fact, f"按{GRADE_WORDS[grade]}办理，级别不能人工降低", "申请人", clause=asked.rules.grade_clause)


def place_facts(asked: Asked) -> Iterator[Answer]:
    """What the request says of the place agrees with the plant's register (4.11 b, 4.17)."""
    area, equipment = asked.facts.area, asked.facts.equipment
    if area is None:
        yield open_("区域台账里找不到作业点", "请选择登记过的区域", "申请人", button="edit")
        return
    if asked.content.equipment is not None and equipment is None:
        yield open_(f"设备台账里找不到 {asked.content.equipment}", "请核对设备位号", "申请人", button="edit")
        return
    registered = {
        "fire_explosion": area.fire_explosion,
        "pipe_rack": area.pipe_rack,
        "major_hazard_dike": area.major_hazard_dike,
        "operating": equipment.operating if equipment is not None else None,
        "held_toxic_or_flammable": equipment.held_toxic_or_flammable if equipment is not None else None,
    }
    said = asked.known
    denied = [_REGISTERED[fact] for fact, value in registered.items() if value is True and said.of(fact) is False]
    if denied:
        yield bad(
            f"台账登记为：{'、'.join(denied)}，申请里写的是否",
            "请核对现场后重新申请",
            "申请人、所在单位",
            button="edit",
        )
    else:
        yield good("与区域、设备台账一致")


def rules_ahead(asked: Asked) -> Iterator[Answer]:
    """Packs that start or end inside the planned time: the work falls under both (domain 0.1)."""
    for change in asked.rules.changes:
        what = "开始实施" if change.starts else "停止实施"
        fact = f"作业期间{asked.clock(change.at)} {change.title} {what}"
        yield bad(fact, "届时按新旧规则从严执行，不满足即中止；建议拆成两张票", "申请人")


def notices(asked: Asked) -> Iterator[Answer]:
    """Sentences the rules want the deciders to read."""
    for text in asked.rules.notices:
        yield open_(text, "请知悉并从严把握", "审批人")


def gases_named(asked: Asked) -> Iterator[Answer]:
    """Which gases to look for: the limits and the tests depend on it."""
    gas, facts = asked.rules.gas, asked.content.facts
    if gas is None:
        return
    held = _held(asked)
    if asked.content.work is WorkType.CONFINED_SPACE and held is None:
        yield open_("还没有说明是否盛装过有毒、可燃物料", "请说明原有介质", "申请人", button="edit")
    elif held is True and facts.flammable_gas is None and not facts.toxic_gases:
        fact = "盛装过有毒或可燃物料，但没有说明是哪种气体"
        some = any(air.property_of(gas, name) is not None for name in gas.required)
        severity = Severity.WARN if some else None
        yield open_(fact, "请说明气体名称，检测才不会漏项", "申请人", button="edit", severity=severity)
    elif facts.flammable_gas is None:
        fact = "没有说明代表性可燃气，按未知气体从严判定"
        yield good(fact)
    else:
        yield good("气体种类已说明")


def _held(asked: Asked) -> bool | None:
    """What the space held before: said in the request, or answered in the checklist item that turns on it."""
    said = asked.known.of(_HELD)
    if said is not None:
        return said
    items = (measure.no for measure in asked.rules.measures if measure.trigger == _HELD)
    answers = [state.involved for no in items if (state := asked.permit.measures.get(no)) is not None]
    return True if True in answers else False if answers and None not in answers else None


def second_point(asked: Asked) -> Iterator[Answer]:
    """A welding machine more than 10 m from the point is a second hot point with its own test and clearing (5.2.12)."""
    known = asked.known
    if known.of("electric_welding") is not True:
        return
    far = known.of("welder_machine_over_10m")
    if far is None:
        yield open_("不知道电焊机距动火点是否超过10 m", "请说明焊机位置", "申请人", button="edit")
    elif far is False:
        yield good("电焊机在动火点10 m内")
    else:
        yield from _machine_point(asked)


def _machine_point(asked: Asked) -> Iterator[Answer]:
    gas = asked.rules.gas
    if gas is not None and "welder_machine" in gas.points:
        yield good("焊机处按第二个动火点管理，须单独做气体分析")
    else:
        fact = "电焊机距动火点超过10 m，算另一个动火点"
        yield bad(fact, "请把焊机移到10 m内，或为焊机处另行分析和清理", "作业负责人")
