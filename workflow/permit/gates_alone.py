"""Hard rules about one permit that need no other one to bite (X9, X11, X12 of domain 4.3).

The packs hold their figures and clauses under these keys, with ``reach: alone``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow.permit.details import EarthDetails, RoadDetails
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.permit.state import Status
from workflow.rules.types import ConflictRule
from workflow.simops.pairs import machine_lost
from workflow.values import WorkType

_OVER = frozenset({Status.REJECTED, Status.CANCELLED, Status.VOIDED, Status.EXPIRED, Status.CLOSED, Status.ARCHIVED})


def alone(asked: Asked, rule: ConflictRule) -> Iterator[Answer]:
    """What one such rule says of this permit. Raise `KeyError` for a key nobody knows: the packs are checked before."""
    if not rule.works or asked.content.work in rule.works:
        yield from RULES[rule.key](asked, rule)


def _deep_pit(asked: Asked, rule: ConflictRule) -> Iterator[Answer]:
    """A pit deeper than 1.2 m where bad media may lie in the ground is a confined space (11.10)."""
    pit = asked.content.details.earth or EarthDetails()
    gate = f"conflict.{rule.key}"
    if pit.buried_media is False or (
        pit.depth_m is not None and rule.above_m is not None and pit.depth_m <= rule.above_m
    ):
        return
    if pit.depth_m is None or pit.buried_media is None:
        unsaid = "动土深度" if pit.depth_m is None else "地下是否可能有有毒有害或可燃介质"
        yield open_(
            f"还没有说明{unsaid}：{rule.text}", "请说明", "申请人", button="edit", gate=gate, rule=rule.text,
            clause=rule.clause,
        )  # fmt: skip
        return
    held = [
        other
        for other in asked.facts.others or ()
        if other.work is WorkType.CONFINED_SPACE and other.id in asked.content.linked and other.status not in _OVER
    ]
    if held:
        yield good(f"已关联受限空间作业票 {held[0].id}", gate=gate, rule=rule.text, clause=rule.clause)
    else:
        fact = f"动土深 {pit.depth_m} m，没有受限空间作业票：{rule.text}"
        yield bad(
            fact, "请先办受限空间作业票并关联", "申请人", button="edit", gate=gate, rule=rule.text, clause=rule.clause
        )


def _same_times(_asked: Asked, _rule: ConflictRule) -> Iterator[Answer]:
    """X10 answers under its own gate, `linked_power`."""
    return iter(())


def _fire_route(asked: Asked, rule: ConflictRule) -> Iterator[Answer]:
    """A road or a pit never takes the last way of a fire engine (12.1)."""
    content, facts = asked.content, asked.facts
    road = content.work is WorkType.ROAD
    said = content.details.road or RoadDetails() if road else content.details.earth or EarthDetails()
    gate, kept = f"conflict.{rule.key}", said.fire_route_kept
    if kept:
        yield good("保留消防车通道", gate=gate, rule=rule.text, clause=rule.clause)
    elif kept is False or facts.cut_off:
        lost = f"，{'、'.join(facts.cut_off)}没有别的消防车通道" if facts.cut_off else ""
        fact = f"没有保留消防车通道{lost}"
        cure = "请留出或另设消防车通道，并写进交通组织方案"
        yield bad(fact, cure, "作业负责人", button="edit", gate=gate, rule=rule.text, clause=rule.clause)
    elif road or facts.on_fire_route:
        fact = "还没有说明是否保留消防车通道"
        yield open_(fact, "请所在单位和消防人员现场确认", "所在单位", button="edit", gate=gate, rule=rule.text,
                    clause=rule.clause)  # fmt: skip


def _second_point(asked: Asked, rule: ConflictRule) -> Iterator[Answer]:
    """A second hot point whose place nobody knows cannot be held against anything (5.2.12)."""
    if machine_lost(asked.content):
        fact = "电焊机距动火点超过10 m，没有说明焊机放在哪里，不能核对焊机周围的作业"
        yield open_(fact, "请说明焊机位置，由所在单位现场核对", "申请人", button="edit", gate=f"conflict.{rule.key}",
                    rule=rule.text, clause=rule.clause)  # fmt: skip


def _fire_and_vapour(asked: Asked, rule: ConflictRule) -> Iterator[Answer]:
    """One entry that both burns and gives off vapour is in conflict with itself (6.7)."""
    done = {*asked.content.method, *asked.content.facts.triggers}
    if done & set(rule.methods) and done & set(rule.other_methods):
        cure = "请分开办票，错开时间"
        yield bad(f"本票同时有这两种作业：{rule.text}", cure, "申请人", button="edit", gate=f"conflict.{rule.key}",
                  rule=rule.text, clause=rule.clause)  # fmt: skip


RULES: Mapping[str, Callable[[Asked, ConflictRule], Iterator[Answer]]] = {
    "X5.alone": _fire_and_vapour,
    "X9": _deep_pit,
    "X10": _same_times,
    "X11": _fire_route,
    "X12": _second_point,
}
