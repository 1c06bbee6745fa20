"""Gates of the air: tested, fresh, complete, still good; ventilated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from workflow.findings import Severity
from workflow.permit.commands import SuspendReason
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.permit.gates_items import items
from workflow.permit.state import GasRecord, Suspension
from workflow.rules import gas as air
from workflow.rules import sampling
from workflow.rules.analysts import by_analyst
from workflow.rules.types import GasRules, Role
from workflow.rules.validity import spoken
from workflow.values import WorkType

_ANY_POINT = ""
PLANT = "本厂规定"
_VOLTS = re.compile(r"(\d+(?:\.\d+)?)\s*[Vv伏]")
_OVERDUE_STOPS = 2
"""A record is asked for when its time has come and stops the work when that time has passed twice (domain 4.7)."""

AIR_UNKNOWN = frozenset(
    {
        SuspendReason.GAS,
        SuspendReason.VENTILATION,
        SuspendReason.DEVICE_ALARM,
        SuspendReason.DEVICE_SILENT,
        SuspendReason.SUDDEN_RELEASE,
        SuspendReason.EMERGENCY,
    }
)
"""Stops after which nobody knows the air, however short they were (1.6 "alarm")."""


def gas_fresh(asked: Asked) -> Iterator[Answer]:
    """Every required point tested, every required gas in it, all passed, and drawn ≤ the allowed age ago (5.3.1, 6.3).

    At the resumption: tested anew after a break longer than the grade allows, or after any stop that leaves the air
    unknown (5.3.1; 6.3 f; GB 46768 6.2.7; Order 13 Art 15).
    """
    gas = asked.rules.gas
    if gas is None:
        return
    stop = asked.permit.suspension
    if asked.moment is Moment.RESUME and stop is not None:
        yield from _after_break(asked, gas, stop)
    else:
        yield from _tested(asked, gas, fresh=True, clause=gas.age_clause)


def _after_break(asked: Asked, gas: GasRules, stop: Suspension) -> Iterator[Answer]:
    pause = asked.at - stop.since
    any_break = gas.retest_after_break == timedelta(0)
    if not _retest(asked, gas, stop):
        yield from _tested(asked, gas, fresh=False, clause=gas.retest_clause)
        return
    old = [record for record in asked.permit.gas if record.sample.sampled_at <= stop.newest]
    if old or not asked.permit.gas:
        limit = "任何中断都" if any_break else f"超过{spoken(gas.retest_after_break)}"
        why = limit if AIR_UNKNOWN.isdisjoint(stop.reasons) else "因气体、通风或设备原因停工"
        fact = f"已中断{spoken(pause)}（{why}须重新检测），停工后还没有测全各点"
        yield bad(fact, "请通风后各点重新取样分析", "分析人", button="gas_help", clause=gas.retest_clause)
    else:
        yield from _tested(asked, gas, fresh=True, clause=gas.retest_clause)


def _retest(asked: Asked, gas: GasRules, stop: Suspension) -> bool:
    """Whether a stop asks for a new test."""
    any_break = gas.retest_after_break == timedelta(0)
    return any_break or asked.at - stop.since > gas.retest_after_break or not AIR_UNKNOWN.isdisjoint(stop.reasons)


def gas_analyst(asked: Asked) -> Iterator[Answer]:
    """Where the plant wants it, what work begins by was analysed by a holder of the analysts' post there, or measured
    by a detector. After a break that asks for no new test nobody is asked who drew the last."""
    gas, permit, rules = asked.rules.gas, asked.permit, asked.rules
    if gas is None or not permit.gas or not by_analyst(asked.facts.analysts, rules.work, rules.grade):
        return
    stop = permit.suspension
    if asked.moment is Moment.RESUME and stop is not None and not _retest(asked, gas, stop):
        return
    holders = asked.facts.holders.get(Role.GAS_ANALYST, ())
    counted = [record.sample for record in _by_point(asked).values() if record is not None]
    by_hand = dict.fromkeys(one.analyst for one in counted if one.device is None)
    others = [person for person in by_hand if person not in holders]
    if not others:
        hands = asked.names(by_hand)
        yield good(f"由{hands}分析" if hands else "由检测仪测得", clause=PLANT)
    elif not holders:
        fact = f"{asked.names(others)}做的分析，这里没有登记分析人，不能核对"
        yield open_(fact, "请在岗位表登记分析人，或用登记的检测仪检测", "安全员", clause=PLANT)
    else:
        fact = f"{asked.names(others)}不是分析人"
        cure = f"请分析人（{asked.names(holders)}）取样分析，或用登记的检测仪检测"
        yield bad(fact, cure, "分析人", button="gas_help", clause=PLANT)


def _tested(asked: Asked, gas: GasRules, *, fresh: bool, clause: str) -> Iterator[Answer]:
    if not asked.permit.gas:
        yield open_("还没有气体分析", "请取样分析", "分析人", button="gas_help", clause=clause)
        return
    found = _by_point(asked)
    records = [record for record in found.values() if record is not None]
    wrong = [*_incomplete(asked, gas, found), *(_age(asked, gas, records, clause) if fresh else ())]
    yield from wrong
    if not wrong:
        newest = max(record.sample.sampled_at for record in records)
        span = f"在{spoken(gas.max_age)}内" if fresh else "中断时间未超限"
        yield good(f"{asked.clock(newest)}取样，气体分析合格，{span}", clause=clause)


def _incomplete(asked: Asked, gas: GasRules, found: dict[str, GasRecord | None]) -> Iterator[Answer]:
    """Fails: a value. Unknown: a point or a gas that nobody has tested."""
    failing = [text for record in asked.permit.gas if not record.passed for text in _why(record)]
    if failing:
        fact = f"气体分析不合格：{'；'.join(failing)}"
        yield bad(fact, "请处理后重新取样分析", "分析人", button="gas_help", clause=gas.clause)
    untested = [_point(asked, point) for point, record in found.items() if record is None]
    if untested:
        fact = f"还没有测：{'、'.join(untested)}"
        yield open_(fact, "请补测这些取样点", "分析人", button="gas_help", clause=gas.clause)
    for record in found.values():
        if record is not None and (missing := air.missing(record.sample, gas, asked.content)):
            names = "、".join(air.label(gas, name) for name in missing)
            fact = f"{_point(asked, record.sample.point)}没有测{names}"
            yield open_(fact, f"请补测{names}", "分析人", button="gas_help", clause=gas.clause)


def _age(asked: Asked, gas: GasRules, records: list[GasRecord], clause: str) -> Iterator[Answer]:
    """Fails: drawn too long ago, or not yet."""
    stale = [record for record in records if asked.at - record.sample.sampled_at > gas.max_age]
    if any(record.sample.sampled_at > asked.at for record in records):
        yield bad("取样时间在将来", "请核对取样时间", "分析人", button="gas_help", clause=clause)
    elif stale:
        oldest = min(record.sample.sampled_at for record in stale)
        fact = f"{asked.clock(oldest)}取样，已过{spoken(asked.at - oldest)}，超过{spoken(gas.max_age)}"
        yield bad(fact, "请重新取样分析", "分析人", button="gas_help", clause=clause)


def _by_point(asked: Asked) -> dict[str, GasRecord | None]:
    """The newest record of each point that must be covered; without required points, the newest of all."""
    records = sorted(asked.permit.gas, key=lambda record: record.sample.sampled_at)
    wanted = sampling.points(asked.rules, asked.facts.equipment)
    if not wanted:
        return {_ANY_POINT: records[-1]}
    found: dict[str, GasRecord | None] = {}
    for point, label in wanted:
        here = [record for record in records if record.sample.point in {point, label}]
        found[point] = here[-1] if here else None
    return found


def _point(asked: Asked, point: str) -> str:
    names = dict(sampling.points(asked.rules, asked.facts.equipment))
    return names.get(point, point or "取样点")


def _why(record: GasRecord) -> tuple[str, ...]:
    return record.failures or (f"{record.sample.point}不合格",)


def points_known(asked: Asked) -> Iterator[Answer]:
    """The register says what the sampling points hang on; what it leaves out is asked for from both sides."""
    if asked.rules.gas is None:
        return
    missing = sampling.unsaid(asked.rules, asked.facts.equipment)
    if missing:
        yield open_(missing, "请在设备台账补登形状、内高、内深；现场按实际布点", "所在单位")
    elif asked.rules.work is WorkType.CONFINED_SPACE:
        yield good("取样点按空间形状布置")


def gas_daily(asked: Asked) -> Iterator[Answer]:
    """Hot work is tested every day before it begins (5.3.1), however short the break over midnight was."""
    gas = asked.rules.gas
    if gas is None or not gas.daily or not asked.permit.gas:
        return
    days = {asked.day(record.sample.sampled_at) for record in asked.permit.gas}
    if min(days) < asked.day(asked.at):
        fact = "今天作业前还没有做气体分析"
        yield bad(fact, "请重新取样分析", "分析人", button="gas_help", clause=gas.age_clause)
    else:
        yield good("今天已做气体分析", clause=gas.age_clause)


def gas_passing(asked: Asked) -> Iterator[Answer]:
    """While work goes on, the latest value of every point keeps its limits."""
    gas = asked.rules.gas
    if gas is None:
        return
    failing = [text for record in asked.permit.gas if not record.passed for text in _why(record)]
    if failing:
        fact = f"气体不合格：{'；'.join(failing)}"
        yield bad(fact, "立即停止作业，人员撤离，处理后重新检测", "监护人", button="stop", clause=gas.clause)
    elif not asked.permit.gas:
        fact = "没有有效的气体分析"
        yield open_(fact, "立即停止作业，重新检测", "监护人", button="gas_help", clause=gas.clause)
    else:
        yield good("气体合格", clause=gas.clause)


def gas_record_due(asked: Asked) -> Iterator[Answer]:
    """Records during work come in time (6.5; GB 46768 6.2.3): late warns, twice the time stops."""
    gas, permit = asked.rules.gas, asked.permit
    if gas is None or gas.record_every is None:
        return
    marks = [record.sample.sampled_at for record in permit.gas]
    marks += [moment for moment in (permit.started_at, permit.resumed_at) if moment is not None]
    if not marks:
        yield open_("没有气体检测记录", "请立即记录", "监护人", button="gas_help", clause=gas.record_clause)
        return
    age = asked.at - max(marks)
    if age > gas.record_every:
        late = age > gas.record_every * _OVERDUE_STOPS
        fact = f"{spoken(age)}没有气体记录，应每{spoken(gas.record_every)}一次"
        severity = None if late else Severity.WARN
        yield bad(fact, "请立即记录", "监护人", button="gas_help", clause=gas.record_clause, severity=severity)
    else:
        yield good(f"气体记录在{spoken(gas.record_every)}内", clause=gas.record_clause)


# --- ventilation ----------------------------------------------------------------------------------------------------


def ventilation_running(asked: Asked) -> Iterator[Answer]:
    """Ventilation throughout every entry, mechanical where the rules or a failed test ask for it (GB 46768 6.2.4)."""
    gas, permit = asked.rules.gas, asked.permit
    if gas is None or not (gas.ventilation_always or gas.mechanical):
        return
    mechanical = gas.mechanical or (gas.ventilate_after_failure and permit.gas_failed_once)
    clause = gas.ventilation_clause
    if permit.ventilation_running is None:
        yield open_("还没有报告通风情况", "请先通风并报告", "监护人", button="ventilation", clause=clause)
    elif not permit.ventilation_running:
        yield bad("通风没有运行", "人员撤出，恢复通风后重新检测", "监护人", button="ventilation", clause=clause)
    elif mechanical and not permit.ventilation_mechanical:
        yield bad("须机械通风，现为自然通风", "请开启机械通风并报告", "监护人", button="ventilation", clause=clause)
    else:
        yield good("机械通风运行中" if permit.ventilation_mechanical else "通风运行中", clause=clause)


def test_after_ventilation(asked: Asked) -> Iterator[Answer]:
    """A failed test: mechanical ventilation, then a full new test that passes, each point drawn since (5.9.2, 5.11)."""
    gas, permit = asked.rules.gas, asked.permit
    if gas is None or not gas.ventilate_after_failure:
        return
    clause = gas.failure_clause
    if not permit.gas_failed_once:
        yield good("检测没有出现过不合格", clause=clause)
    elif permit.ventilation_running is None:
        fact = "曾检测不合格，还没有报告机械通风"
        yield open_(fact, "请机械通风并报告，再全部重新检测", "监护人", button="ventilation", clause=clause)
    elif permit.mechanical_since is None:
        fact = "曾检测不合格，没有在机械通风"
        yield bad(fact, "请机械通风并报告，再全部重新检测", "监护人", button="ventilation", clause=clause)
    else:
        points = _by_point(asked).values() if permit.gas else (None,)
        old = [record for record in points if record is None or record.sample.sampled_at < permit.mechanical_since]
        failing = [record for record in permit.gas if not record.passed]
        if old or failing:
            fact = f"{asked.clock(permit.mechanical_since)}机械通风后还没有全部重新检测合格"
            yield bad(fact, "请各点重新检测；再不合格则继续通风并查明原因", "分析人", button="gas_help", clause=clause)
        else:
            yield good("机械通风后已全部重新检测合格", clause=clause)


# --- light in a space -----------------------------------------------------------------------------------------------


def voltage(asked: Asked) -> Iterator[Answer]:
    """A voltage somebody wrote for lamps and hand tools in a space is no higher than 36 V (4.13)."""
    bound = asked.rules.bound("cs.voltage_v")
    if bound is None:
        return
    for measure, state in items(asked, "lighting_ok"):
        given = [Decimal(volts) for volts in _VOLTS.findall(state.confirm_detail)] if state.involved else []
        if [volts for volts in given if not bound.holds(volts)]:
            fact = f"{measure.no} 写明 {max(given)} V，应{bound.spoken}；潮湿狭小不大于12 V"
            yield bad(fact, "请更换安全电压的灯具和手持电具", "作业负责人", button="confirm", clause=bound.clause)
        elif given:
            yield good(f"{measure.no} {max(given)} V", clause=bound.clause)
