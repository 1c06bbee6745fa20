"""Which cells each form has, in its order (domain 1.9): A.3 and A.8 have no place and no content, A.6 no work unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cards.forms import words
from cards.forms.paper import Paper, masked, number
from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.details import (
    BlindDetails,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    PowerDevice,
    RoadDetails,
)
from workflow.rules.types import GRADE_WORDS
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A labelled cell. ``wide`` cells take a whole line."""

    label: str
    value: str
    wide: bool = False


def cells(paper: Paper) -> tuple[Cell, ...]:
    """The cells of the permit's form, above the tables."""
    return _FORMS[paper.content.work](paper)


def _cell(label: str, value: str) -> Cell:
    return Cell(label=label, value=value)


def _wide(label: str, value: str) -> Cell:
    return Cell(label=label, value=value, wide=True)


# --- what several forms have ----------------------------------------------------------------------------------------


def _applicant(paper: Paper) -> Cell:
    return _cell("作业申请单位", paper.content.applicant_unit)


def _applied(paper: Paper) -> Cell:
    return _cell("作业申请时间", paper.time(paper.permit.submitted_at))


def _unit(paper: Paper) -> Cell:
    return _cell("作业单位", paper.content.work_unit)


def _leader(paper: Paper) -> Cell:
    return _cell("作业负责人", _in_turn(paper, paper.content.leader, [(one.leader, one.at) for one in _reliefs(paper)]))


def _guardian(paper: Paper) -> Cell:
    return _cell("监护人", _in_turn(paper, paper.content.guardian, [(one.guardian, one.at) for one in _reliefs(paper)]))


def _reliefs(paper: Paper) -> list[e.ShiftHandedOver]:
    return [one for one in paper.events if isinstance(one, e.ShiftHandedOver)]


def _in_turn(paper: Paper, first: PersonId, later: list[tuple[PersonId, datetime]]) -> str:
    """Whom the signed content names, then whoever took over, each with the time."""
    told, before = [paper.name(first)], first
    for person, at in later:
        if person != before:
            told.append(words.SINCE.format(name=paper.name(person), at=paper.time(at)))
        before = person
    return "；".join(told)


def _workers(paper: Paper) -> Cell:
    return _wide("作业人", paper.people(paper.content.workers))


def _task(paper: Paper) -> Cell:
    return _wide("作业内容", paper.content.task)


def place(paper: Paper) -> str:
    """The area's name and the place in the applicant's words, neither twice."""
    content = paper.content
    return content.place if paper.area_name in content.place else f"{paper.area_name} {content.place}".strip()


def _linked(paper: Paper) -> Cell:
    return _wide("关联的其他特殊作业及安全作业票编号", "、".join(paper.content.linked))


def _risk(paper: Paper) -> Cell:
    return _wide("风险辨识结果", paper.permit.jsa or "")


def _planned(paper: Paper) -> Cell:
    planned = paper.content.planned
    return _wide("作业实施时间", f"自 {paper.time(planned.start)} 至 {paper.time(planned.end)}")


def _grade(paper: Paper) -> str:
    return GRADE_WORDS[paper.law.grade]


def _sketched(paper: Paper) -> str:
    return words.SKETCH_BELOW if paper.sketches else ""


def _end(paper: Paper) -> tuple[Cell, ...]:
    return _linked(paper), _risk(paper), _planned(paper)


def _certified(paper: Paper, people: Iterable[PersonId], kinds: frozenset[str]) -> str:
    """Names with the certificates of these kinds; nothing after a name: none is known."""
    told = []
    for person in people:
        held = paper.certificates.get(person, ())
        numbers = [masked(one.number) for one in held if one.kind in kinds and one.number]
        told.append(f"{paper.name(person)} {'、'.join(numbers)}".strip())
    return "；".join(told)


# --- the eight forms ------------------------------------------------------------------------------------------------

_NATIONAL_WELDING = frozenset({"2.1", "2.2", "2.3"})
_ELECTRICIAN = frozenset({"1.1", "1.2", "1.3", "1.4", "1.5", "1.6"})


def _hot(paper: Paper) -> tuple[Cell, ...]:
    kinds = frozenset(kind for need in paper.law.certificates for kind in need.kinds) or _NATIONAL_WELDING
    kinds -= {"guardian", "cs_training"}
    return (
        _applicant(paper),
        _applied(paper),
        _task(paper),
        _wide("动火地点及动火部位", place(paper)),
        _cell("动火作业级别", _grade(paper)),
        _cell("动火方式", "、".join(map(paper.label, paper.content.method))),
        _wide("动火人及证书编号", _certified(paper, paper.content.workers, kinds)),
        _unit(paper),
        _leader(paper),
        _guardian(paper),
        _cell("代表性气体", paper.label(paper.content.facts.flammable_gas or "")),
        *_end(paper),
    )


def _confined(paper: Paper) -> tuple[Cell, ...]:
    equipment = paper.content.equipment
    return (
        _applicant(paper),
        _applied(paper),
        _task(paper),
        _wide("受限空间名称", paper.label(equipment) if equipment else place(paper)),
        _cell("原有介质名称", paper.label(f"medium:{equipment}") if f"medium:{equipment}" in paper.labels else ""),
        _unit(paper),
        _leader(paper),
        _guardian(paper),
        _workers(paper),
        *_end(paper),
    )


def _blind(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.blind or BlindDetails()
    return (
        _applicant(paper),
        _unit(paper),
        _cell("作业类别", words.ACTION[said.action] if said.action is not None else ""),
        _cell("设备、管道名称", said.pipe),
        _cell("管道介质", said.medium),
        _cell("温度", number(said.temperature_c, " ℃")),
        _cell("压力", number(said.pressure_mpa, " MPa")),
        _cell("盲板材质", said.material),
        _cell("盲板规格", said.spec),
        _cell("盲板编号", said.number),
        _cell("实际作业开始时间", paper.time(paper.permit.started_at)),
        _cell("盲板位置图编号", said.drawing_no),
        _cell("位置图编制人", paper.name(said.drawing_author)),
        _wide("盲板位置图（可另附图）", _sketched(paper)),
        _leader(paper),
        _guardian(paper),
        _workers(paper),
        _linked(paper),
        _risk(paper),
    )


def _height(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.height or HeightDetails()
    return (
        _applicant(paper),
        _applied(paper),
        _wide("作业地点", place(paper)),
        _task(paper),
        _cell("作业高度", number(said.height_m, " m")),
        _cell("高处作业级别", _grade(paper)),
        _unit(paper),
        _leader(paper),
        _guardian(paper),
        _workers(paper),
        *_end(paper),
    )


def _lift(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.lift or LiftDetails()
    mass = number(said.mass_t, " t")
    return (
        _applicant(paper),
        _applied(paper),
        _unit(paper),
        _wide("吊装地点", place(paper)),
        _cell("吊具名称", said.rigging),
        _cell("吊物质量及作业级别", "  ".join(filter(None, (mass, _grade(paper))))),
        _wide("吊物内容", said.load),
        _wide("吊装作业人", paper.people(said.operators)),
        _wide("司索人", paper.people(said.slingers)),
        _cell("指挥人员", paper.name(said.commander)),
        _guardian(paper),
        _risk(paper),
        _planned(paper),
    )


def _power(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.power or PowerDetails()
    return (
        _applicant(paper),
        _applied(paper),
        _wide("作业地点", place(paper)),
        _task(paper),
        _cell("电源接入点", said.source_point),
        _cell("许可用电功率", number(said.permitted_kw, " kW")),
        _cell("工作电压", number(said.voltage_v, " V")),
        _cell("用电人", paper.name(said.user)),
        _wide("用电设备名称及额定功率", "；".join(map(_device, said.devices))),
        _wide("作业人及电工证号", _certified(paper, paper.content.workers, _ELECTRICIAN)),
        _cell("作业负责人及电工证号", _certified(paper, (paper.content.leader,), _ELECTRICIAN)),
        _guardian(paper),
        *((_wide("超过15天的原因", said.special_reason),) if said.special_reason else ()),
        *_end(paper),
    )


def _device(device: PowerDevice) -> str:
    return f"{device.name} {number(device.kw, ' kW')}".strip()


def _earth(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.earth or EarthDetails()
    figures = [
        f"深 {number(said.depth_m, ' m')}" if said.depth_m is not None else "",
        f"面积 {number(said.area_m2, ' m²')}" if said.area_m2 is not None else "",
    ]
    return (
        _applicant(paper),
        _applied(paper),
        _unit(paper),
        _leader(paper),
        _wide("作业地点", place(paper)),
        _task(paper),
        _guardian(paper),
        _wide(
            "作业范围、内容、方式（含深度、面积，附简图）",
            "；".join(filter(None, (said.scope, *figures, _sketched(paper)))),
        ),
        *_end(paper),
    )


def _road(paper: Paper) -> tuple[Cell, ...]:
    said = paper.content.details.road or RoadDetails()
    return (
        _applicant(paper),
        _unit(paper),
        _leader(paper),
        _guardian(paper),
        _wide("涉及相关单位（部门）", "、".join(said.units_concerned)),
        _wide("断路原因", said.reason),
        _wide("断路地段示意图（可另附图）及相关说明", _sketched(paper)),
        *_end(paper),
    )


_FORMS: Mapping[WorkType, Callable[[Paper], tuple[Cell, ...]]] = {
    WorkType.HOT: _hot,
    WorkType.CONFINED_SPACE: _confined,
    WorkType.BLIND: _blind,
    WorkType.HEIGHT: _height,
    WorkType.LIFT: _lift,
    WorkType.POWER: _power,
    WorkType.EARTH: _earth,
    WorkType.ROAD: _road,
}
