"""Ready-made permits and views for the card tests: plain values, no machinery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cards.buttons import Press, pack
from cards.views import PermitView
from workflow.ids import AreaId, EquipmentId, NodeKey, PermitId, PersonId, SiteId
from workflow.permit.content import Content, SiteFacts, content_hash
from workflow.permit.state import MeasureState, Permit, Status
from workflow.rules.types import GasRules, Grade, Measure, Node, PackRef, PermitRules, PhotoNeed, Role
from workflow.values import Interval, WorkType

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
SECRET = b"0123456789abcdef0123456789abcdef"

WORKER, LEADER, GUARD, HEAD, SAFETY, CHIEF, SHIFT = (
    PersonId(each) for each in ("wang", "li", "zhao", "zhou", "sun", "chen", "wu")
)
NAMES = {WORKER: "王强", LEADER: "李强", GUARD: "赵敏", HEAD: "周建国", SAFETY: "孙丽", CHIEF: "陈安", SHIFT: "吴刚"}


def content() -> Content:
    return Content(
        site=SiteId("HC"),
        work=WorkType.HOT,
        task="换法兰",
        area=AreaId("TK2"),
        place="2号罐",
        equipment=EquipmentId("T-202"),
        method=("electric_welding",),
        planned=Interval(start=NOW + timedelta(hours=1), end=NOW + timedelta(hours=4)),
        applicant=LEADER,
        applicant_unit="设备部",
        work_unit="设备部",
        leader=LEADER,
        workers=(WORKER,),
        guardian=GUARD,
        facts=SiteFacts(fire_explosion=True),
    )


def _node(key: str, label: str, role: Role, *, at_site: bool = False) -> Node:
    return Node(key=NodeKey(key), label=label, role=role, wait=timedelta(minutes=30), clause="4.6", at_site=at_site)


def rules(*, work: WorkType = WorkType.HOT, gas: GasRules | None = None) -> PermitRules:
    return PermitRules(
        packs=(PackRef(id="cn.gb30871.2022", hash="0" * 64),),
        work=work,
        grade=Grade.FIRST if work is WorkType.HOT else Grade.NONE,
        base_grade=Grade.FIRST if work is WorkType.HOT else Grade.NONE,
        grade_why="火灾爆炸危险场所",
        grade_clause="5.1",
        max_validity=timedelta(hours=8),
        validity_clause="5.1.3",
        chain=(
            _node("site_unit", "所在单位", Role.SITE_UNIT),
            _node("safety_dept", "安全管理部门", Role.SAFETY_DEPT),
            _node("approver", "审批人", Role.APPROVER, at_site=True),
        ),
        start_roles=(Role.GUARDIAN, Role.SHIFT_LEADER),
        resume_roles=(Role.GUARDIAN, Role.WORK_LEADER),
        acceptance_roles=(Role.WORK_LEADER, Role.SITE_UNIT),
        measures=(
            Measure(no="H1", label="内件清洗置换合格", trigger="internal_work", evidence="text"),
            Measure(no="H3", label="窨井地沟已封盖", trigger="always", evidence="photo"),
            Measure(no="H8", label="灭火器材到位", trigger="always", evidence="photo"),
        ),
        photos=(PhotoNeed(key="scene", label="作业现场"), PhotoNeed(key="clean", label="清理后现场", moment="close")),
        gas=gas
        or GasRules(
            required=("flammable",),
            limits=(),
            max_age=timedelta(minutes=30),
            retest_after_break=timedelta(minutes=30),
            record_every=None,
            continuous=False,
            points=(),
            ventilate_after_failure=False,
            ventilation_always=False,
            clause="5.3",
        ),
        certificates=(),
        guardian_may_leave=True,
        prompt_every=timedelta(minutes=30),
        misses_to_suspend=2,
        fire_watch=timedelta(minutes=30) if work is WorkType.HOT else None,
        start_within=timedelta(hours=2),
        warn_before_end=(timedelta(minutes=60), timedelta(minutes=15)),
        count_reminder=timedelta(minutes=10),
        wind_stop_ms=Decimal("8.0"),
        presence_valid=timedelta(minutes=15),
    )


def permit(status: Status, **changes: Any) -> Permit:
    number = PermitId("DHZY-HC-20261124-003")
    base = Permit(
        id=number,
        site=SiteId("HC"),
        status=status,
        version=7,
        revision=1,
        content=content(),
        content_hash=content_hash(number, 1, content()),
        rules=rules(),
        waiting_since=NOW - timedelta(minutes=12),
    )
    return replace(base, **changes)


ANSWERED = {
    "H1": MeasureState(involved=False),
    "H3": MeasureState(involved=True),
    "H8": MeasureState(involved=True),
}


def view(shown: Permit, viewer: PersonId, roles: Iterable[Role], **changes: Any) -> PermitView:
    def seal(press: Press) -> str:
        return pack(press, person=viewer, secret=SECRET)

    base = PermitView(
        permit=shown,
        viewer=viewer,
        roles=frozenset(roles),
        names=NAMES,
        area_name="二号罐区",
        asked=(),
        findings=(),
        now=NOW,
        zone=ZONE,
        seal=seal,
    )
    return replace(base, **changes)
