"""Who acts on a permit (domain 0.3, 1.4)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Some roles are named in the permit (`workflow.permit.named`), the others follow from posts at the place."""

    APPLICANT = "applicant"
    WORK_LEADER = "work_leader"
    WORKER = "worker"
    GUARDIAN = "guardian"
    GAS_ANALYST = "gas_analyst"
    SITE_UNIT = "site_unit"
    SAFETY_DEPT = "safety_dept"
    APPROVER = "approver"
    SHIFT_LEADER = "shift_leader"
    ACCEPTOR = "acceptor"
    CHIEF = "chief"
    """主管领导, 主管厂长或总工程师: approver of 特级动火, Ⅳ级高处, 一级吊装 (table B.1)."""
    BASE_UNIT = "base_unit"
    """所在基层单位: approver of 二级动火, confined space, blinds, Ⅰ级高处 (table B.1)."""
    PRINCIPAL = "principal"
    """主要负责人 or the delegate named in writing (Order 13 Art 7)."""
    PROF_DEPT = "prof_dept"
    """所在单位专业部门: approver of Ⅱ and Ⅲ级高处, 二 and 三级吊装, 动土, 断路 (table B.1)."""
    REVIEWER = "reviewer"
    """审核部门 of the forms for work at height and lifting (A.4, A.5)."""
    POWER_USER = "power_user"
    """用电单位 (A.6)."""
    POWER_UNIT = "power_unit"
    """配送电单位: approver of temporary power (table B.1)."""
    WATER_UNIT = "water_unit"
    """给排水: countersigns digging where it is concerned, as do the next five (table B.1, A.7)."""
    ELECTRIC_UNIT = "electric_unit"
    STEAM_UNIT = "steam_unit"
    PROCESS_UNIT = "process_unit"
    EQUIPMENT_UNIT = "equipment_unit"
    FIRE_DEPT = "fire_dept"
    """消防管理部门: countersigns closing a road, and digging where it is concerned."""
    LIFT_COMMANDER = "lift_commander"
    """作业指挥 of a lift: signs in the place of the work leader (A.5)."""
    LIFT_OPERATOR = "lift_operator"
    SLINGER = "slinger"


OVERSEERS = frozenset(
    {
        Role.SITE_UNIT, Role.BASE_UNIT, Role.SAFETY_DEPT, Role.SHIFT_LEADER, Role.APPROVER, Role.REVIEWER,
        Role.ACCEPTOR, Role.CHIEF, Role.PRINCIPAL, Role.PROF_DEPT, Role.FIRE_DEPT,
    }
)  # fmt: skip
"""Roles that look after whole places, where the plant's file names no others."""
