"""The fields of the eight forms: what a ticket cannot do without (domain 1.9; the binding duty is 4.18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow.permit.content import Content
from workflow.permit.details import (
    BlindDetails,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    RoadDetails,
)
from workflow.permit.gates_common import Answer, Asked, bad, good
from workflow.values import WorkType

Fields = Mapping[str, object]


def required_fields(asked: Asked) -> Iterator[Answer]:
    """Every field of the work's form is filled in."""
    missing = [name for name, value in _fields(asked.content).items() if _blank(value)]
    if missing:
        yield bad(f"没有填写{'、'.join(missing)}", f"请补充{'、'.join(missing)}", "申请人", button="edit")
    else:
        yield good("各项已填写")


def _fields(content: Content) -> Fields:
    every: Fields = {
        "作业内容": content.task,
        "作业地点": content.place,
        "作业申请单位": content.applicant_unit,
        "作业单位": content.work_unit,
        "作业负责人": content.leader,
        "监护人": content.guardian,
    }
    return {**every, **OF_WORK[content.work](content)}


def _blank(value: object) -> bool:
    """Nothing was said: a figure of zero was."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == ()


def _hot(content: Content) -> Fields:
    return {"作业人": content.workers, "动火方式": content.method}


def _space(content: Content) -> Fields:
    return {"作业人": content.workers}


def _blind(content: Content) -> Fields:
    form = content.details.blind or BlindDetails()
    return {
        "作业人": content.workers,
        "堵或抽": form.action,
        "设备、管道名称": form.pipe,
        "介质": form.medium,
        "温度": form.temperature_c,
        "压力": form.pressure_mpa,
        "盲板材质": form.material,
        "盲板规格": form.spec,
        "盲板编号": form.number,
        "盲板位置图编号": form.drawing_no,
        "位置图编制人": form.drawing_author,
    }


def _height(content: Content) -> Fields:
    form = content.details.height or HeightDetails()
    return {"作业人": content.workers, "作业高度": form.height_m}


def _lift(content: Content) -> Fields:
    form = content.details.lift or LiftDetails()
    return {
        "吊具名称": form.rigging,
        "吊物内容": form.load,
        "吊物质量": form.mass_t,
        "指挥人员": form.commander,
        "吊装作业人": form.operators,
        "司索人": form.slingers,
    }


def _power(content: Content) -> Fields:
    form = content.details.power or PowerDetails()
    return {
        "作业人": content.workers,
        "电源接入点": form.source_point,
        "许可用电功率": form.permitted_kw,
        "工作电压": form.voltage_v,
        "用电设备": form.devices,
        "用电人": form.user,
    }


def _earth(content: Content) -> Fields:
    form = content.details.earth or EarthDetails()
    return {"作业范围、内容、方式": form.scope, "动土深度": form.depth_m}


def _road(content: Content) -> Fields:
    form = content.details.road or RoadDetails()
    return {"断路原因": form.reason, "涉及相关单位": form.units_concerned}


OF_WORK: Mapping[WorkType, Callable[[Content], Fields]] = {
    WorkType.HOT: _hot,
    WorkType.CONFINED_SPACE: _space,
    WorkType.BLIND: _blind,
    WorkType.HEIGHT: _height,
    WorkType.LIFT: _lift,
    WorkType.POWER: _power,
    WorkType.EARTH: _earth,
    WorkType.ROAD: _road,
}
"""What each form asks besides the fields of every form. Workers are not on A.7 and A.8; on A.5 they have names of their
own."""
