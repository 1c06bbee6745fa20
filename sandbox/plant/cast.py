"""The people whose phones the demo page shows. Everybody else exists, but stays in the background."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """One named person: id (also the WeCom userid), name, department, position, posts and superior."""

    id: str
    name: str
    department: str
    position: str
    posts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(post key, areas it covers; empty = whole site)."""
    superior: str | None = None
    employer: str | None = None
    certificates: tuple[str, ...] = ()
    """Keys of ``_CERTIFICATES`` in `sandbox.plant.people`, e.g. ``welder``, ``guardian``, ``climber``."""
    experience_years: int | None = None
    on_page: str = ""
    """Role caption under the phone; empty = no phone on the page."""


_STORAGE = ("TK1", "TK2", "TK3", "PMP", "LDG", "WH1", "WH2")

CAST: tuple[CastMember, ...] = (
    CastMember(id="wangqiang", name="王强", department="设备部", position="焊工", superior="liqiang",
               certificates=("welder", "guardian", "cs", "climber"), experience_years=9, on_page="作业人"),
    CastMember(id="liqiang", name="李强", department="设备部", position="检修班长", posts=(("foreman", ()),), superior="maming",
               certificates=("welder", "guardian", "cs", "climber", "commander"), experience_years=14,
               on_page="作业负责人"),
    CastMember(id="zhaomin", name="赵敏", department="储运车间", position="主操", superior="zhoujianguo",
               certificates=("guardian", "cs"), experience_years=11, on_page="监护人"),
    CastMember(id="zhoujianguo", name="周建国", department="储运车间", position="车间主任",
               posts=(("workshop_head", _STORAGE),), superior="zhengwei", experience_years=20,
               certificates=("cs",), on_page="所在单位"),
    CastMember(id="sunli", name="孙丽", department="安环部", position="安全主管", posts=(("ehs_officer", ()),),
               superior="chenan", experience_years=12, certificates=("cs",), on_page="安全管理部门"),
    CastMember(id="chenan", name="陈安", department="安环部", position="安环部长", posts=(("ehs_head", ()),), superior="zhengwei",
               experience_years=18, certificates=("cs",), on_page="审批人"),
    CastMember(id="zhengwei", name="郑伟", department="厂领导", position="主管副厂长",
               posts=(("deputy_director", ()), ("duty_leader", ())), experience_years=25, certificates=("cs",), on_page="上级"),
    CastMember(id="wugang", name="吴刚", department="储运车间", position="当班班长",
               posts=(("shift_leader", _STORAGE),), superior="zhoujianguo", certificates=("guardian", "cs"),
               experience_years=15, on_page="当班班长"),
    CastMember(id="maming", name="马明", department="设备部", position="设备部长", posts=(("maintenance_head", ()),),
               superior="zhengwei", experience_years=19),
    CastMember(id="liujun", name="刘军", department="鲁安检修", position="焊工", superior="liqiang", employer="鲁安检修",
               certificates=("welder_expired",), experience_years=6),
    CastMember(id="gaofei", name="高飞", department="鲁安检修", position="检修工", superior="liqiang", employer="鲁安检修",
               certificates=("cs", "climber", "scaffolder"), experience_years=4),
    CastMember(id="ludahai", name="鲁大海", department="鲁安检修", position="承包商班长", posts=(("foreman", ()),),
               superior="liqiang", employer="鲁安检修", certificates=("welder", "guardian", "cs", "climber"),
               experience_years=16, on_page="承包商负责人"),
    CastMember(id="qinchuan", name="秦川", department="鲁安检修", position="焊工", superior="ludahai", employer="鲁安检修",
               certificates=("welder", "cs"), experience_years=7, on_page="承包商焊工"),
    CastMember(id="linhui", name="林慧", department="质检中心", position="气体分析工", posts=(("gas_analyst", ()),),
               superior="chenan", certificates=("cs",), experience_years=8),
    CastMember(id="hetao", name="何涛", department="合成一车间", position="车间主任",
               posts=(("workshop_head", ("RX1", "CCR", "RCK")),), superior="zhengwei", experience_years=17),
    CastMember(id="guoyong", name="郭勇", department="合成一车间", position="当班班长",
               posts=(("shift_leader", ("RX1", "CCR", "RCK")),), superior="hetao", experience_years=13),
    CastMember(id="luoping", name="罗平", department="合成二车间", position="车间主任",
               posts=(("workshop_head", ("RX2", "DST")),), superior="zhengwei", experience_years=16),
    CastMember(id="xiebin", name="谢斌", department="合成二车间", position="当班班长",
               posts=(("shift_leader", ("RX2", "DST")),), superior="luoping", experience_years=12),
    CastMember(id="tangjie", name="唐杰", department="公用工程车间", position="车间主任",
               posts=(("workshop_head", ("UTL", "BLR", "WWT", "SUB", "SHP", "FXH", "LAB", "OFF")),), superior="zhengwei",
               experience_years=15),
    CastMember(id="songyan", name="宋岩", department="公用工程车间", position="当班班长",
               posts=(("shift_leader", ("UTL", "BLR", "WWT", "SUB", "SHP", "FXH", "LAB", "OFF")),), superior="tangjie",
               certificates=("guardian", "cs"), experience_years=10),
    CastMember(id="dengkai", name="邓凯", department="储运车间", position="副主任", posts=(("workshop_deputy", _STORAGE),), superior="zhoujianguo", experience_years=12, certificates=("cs",)),
    CastMember(id="fengyi", name="冯毅", department="公用工程车间", position="副主任",
               posts=(("workshop_deputy", ("UTL", "BLR", "WWT", "SUB", "SHP", "FXH", "LAB", "OFF")),), superior="tangjie", experience_years=11, certificates=("cs",)),
)  # fmt: skip
