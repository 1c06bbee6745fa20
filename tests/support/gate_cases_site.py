"""What the gates of the site must say: who is there, the air, the neighbours, the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.support import scenes as s
from tests.support.gate_changes import (
    CS,
    FAIL,
    HOT,
    PASS,
    UNKNOWN,
    WATCHED,
    Case,
    M,
    aged,
    analysed,
    away,
    broken,
    by_night,
    called,
    cried,
    cried_then,
    failed_before,
    failing,
    hazardous,
    isolated,
    linked,
    long_ago,
    near,
    no_air,
    said,
    same,
    silent_for,
    watched,
    word,
)
from tests.support.hazards import LAW as HAZARD_LAW
from tests.support.rulebook import local
from tests.support.scenes import DUTY, LI, MINUTE, WANG, ZHAO, sample
from workflow.hazard.law import Inside, Legal, Plant
from workflow.hazard.state import Stage
from workflow.ids import EquipmentId
from workflow.isolation.state import Energy, Method
from workflow.monitoring import Quality
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.values import WorkType

SITE = [
    # --- at the place ---
    Case("guardian_present", PASS, HOT, M.START, same),
    Case("guardian_present", PASS, HOT, M.START, lambda h: h.later(10 * MINUTE)),
    Case("guardian_present", FAIL, HOT, M.START, away(ZHAO), "没有到现场"),
    Case("guardian_present", UNKNOWN, HOT, M.START, long_ago(ZHAO), "已过期"),
    Case("guardian_present", PASS, HOT, M.DURING, long_ago(ZHAO)),
    Case("guardian_present", FAIL, CS, M.DURING, away(ZHAO), "不在现场"),
    Case("guardian_present", FAIL, HOT, M.DURING, lambda h: h.permit_with(prompts_missed=2), "没有应答"),
    Case("leader_present", PASS, CS, M.START, same),
    Case("leader_present", FAIL, CS, M.START, away(WANG)),
    Case("leader_present", UNKNOWN, CS, M.START, long_ago(WANG)),
    Case("duty_leader_present", PASS, HOT, M.START, by_night),
    Case("duty_leader_present", FAIL, HOT, M.START, lambda h: away(DUTY)(by_night(h))),
    Case("duty_leader_present", UNKNOWN, HOT, M.START, lambda h: by_night(h).facts_with(duty_leader=None)),
    # --- air ---
    Case("gas_fresh", PASS, HOT, M.START, aged(30)),
    Case("gas_fresh", FAIL, HOT, M.START, aged(31), "超过30分钟"),
    Case("gas_fresh", PASS, CS, M.START, aged(30)),
    Case("gas_fresh", FAIL, CS, M.START, aged(31)),
    Case("gas_fresh", FAIL, HOT, M.START, aged(-1), "将来"),
    Case("gas_fresh", FAIL, HOT, M.START, failing, "可燃气超限"),
    Case("gas_fresh", FAIL, HOT, M.START, lambda h: h.permit_with(
        gas=(replace(h.permit.gas[0], passed=False),)), "动火点不合格"),
    Case("gas_fresh", UNKNOWN, HOT, M.START, no_air, "还没有气体分析"),
    Case("gas_fresh", UNKNOWN, CS, M.START, lambda h: h.permit_with(gas=h.permit.gas[:2]), "还没有测：下部"),
    Case("gas_fresh", UNKNOWN, CS, M.START, lambda h: h.permit_with(gas=(
        *h.permit.gas[:2], sample("下部", h.facts.at, o2="20.9", flammable="0"))), "下部没有测硫化氢、一氧化碳"),
    Case("gas_fresh", PASS, HOT, M.RESUME, broken(30)),
    Case("gas_fresh", FAIL, HOT, M.RESUME, broken(31), "须重新检测"),
    Case("gas_fresh", PASS, HOT, M.RESUME, broken(31, since_test=True)),
    Case("gas_fresh", FAIL, HOT, M.RESUME, broken(5, SuspendReason.GAS), "气体、通风或设备"),
    Case("gas_fresh", PASS, HOT, M.RESUME, broken(6, SuspendReason.GAS, since_test=True)),
    Case("gas_fresh", FAIL, CS, M.RESUME, broken(1), "任何中断"),
    Case("gas_fresh", FAIL, CS, M.RESUME, lambda h: no_air(broken(1)(h))),
    Case("gas_fresh", PASS, CS, M.RESUME, broken(10, since_test=True)),
    Case("gas_fresh", FAIL, CS, M.RESUME, lambda h: h.permit_with(
        gas=s.good_air(CS, h.facts.at - 10 * MINUTE)), "任何中断"),
    Case("gas_fresh", PASS, CS, M.RESUME, lambda h: h.permit_with(gas=s.good_air(CS, h.facts.at - 9 * MINUTE))),
    Case("gas_fresh", UNKNOWN, HOT, M.RESUME, lambda h: no_air(h.permit_with(suspension=None))),
    Case("gas_daily", PASS, HOT, M.START, same),
    Case("gas_daily", FAIL, HOT, M.RESUME, lambda h: h.at(local("2026-11-25 00:05")), "今天"),
    Case("gas_analyst", PASS, CS, M.START, analysed(), "由<wu>分析"),
    Case("gas_analyst", PASS, CS, M.RESUME, lambda h: broken(10, since_test=True)(analysed()(h))),
    Case("gas_analyst", PASS, HOT, M.START, analysed(device="AT-201", holders=()), "由检测仪测得"),
    Case("gas_analyst", FAIL, CS, M.START, analysed(holders=(LI,)), "<wu>不是分析人"),
    Case("gas_analyst", FAIL, HOT, M.RESUME, lambda h: broken(61)(analysed(holders=(LI,))(h)), "不是分析人"),
    Case("gas_analyst", UNKNOWN, HOT, M.START, analysed(holders=()), "没有登记分析人"),
    Case("cs.points", PASS, CS, M.START, same),
    Case("cs.points", UNKNOWN, CS, M.START, lambda h: h.facts_with(equipment=s.equipment(shape=None)), "没有登记"),
    Case("cs.points", UNKNOWN, CS, M.REVIEW, lambda h: h.facts_with(equipment=s.equipment(height_m=None)), "18 m"),
    Case("cs.points", UNKNOWN, CS, M.START, lambda h: h.facts_with(equipment=None), "两种从严"),
    Case("gas_fresh", UNKNOWN, CS, M.START, lambda h: h.facts_with(equipment=None), "近端、远端"),
    Case("gas_passing", PASS, CS, M.DURING, same),
    Case("gas_passing", FAIL, CS, M.DURING, failing, "可燃气超限"),
    Case("gas_passing", UNKNOWN, CS, M.DURING, no_air),
    Case("gas_record_due", PASS, CS, M.DURING, aged(15)),
    Case("gas_record_due", FAIL, CS, M.DURING, lambda h: aged(15)(h.later(6 * MINUTE)).later(MINUTE), "每15分钟"),
    Case("gas_record_due", UNKNOWN, CS, M.DURING, lambda h: no_air(h.permit_with(started_at=None))),
    Case("detectors", PASS, CS, M.START, watched(), "四合一 A-103"),
    Case("detectors", PASS, CS, M.RESUME, silent_for(60)),
    Case("detectors", UNKNOWN, CS, M.START, silent_for(95), "2号罐的四合一 A-103已95秒没有数据"),
    Case("detectors", UNKNOWN, CS, M.RESUME, silent_for(61, "h2s"), "已61秒没有数据（硫化氢）"),
    Case("detectors", UNKNOWN, CS, M.START, silent_for(600), "已10分钟没有数据"),
    Case("detectors", UNKNOWN, CS, M.START, watched(lambda newest, _: newest.clear()), "A-103没有数据"),
    Case("detectors", UNKNOWN, CS, M.START, watched(newest=None), "A-103没有数据"),
    Case("detectors", UNKNOWN, CS, M.START, lambda h: watched()(h).facts_with(detectors=()), "一氧化碳 0台"),
    Case("detectors", UNKNOWN, CS, M.START, lambda h: watched()(h).facts_with(detectors=None), "没能查询"),
    Case("detectors", UNKNOWN, CS, M.START, watched(watch=replace(WATCHED, detectors=2)), "氧气 1台（应2台）"),
    Case("detectors", UNKNOWN, CS, M.START, watched(
        lambda newest, at: newest.update(flammable=said(at, "flammable", value=Decimal("0.1"), unit="ppb"))),
        "不能与限值比较"),
    Case("detectors", FAIL, CS, M.START, word("o2", value=Decimal("18.0")), "2号罐的四合一 A-103：氧气 18.0%vol"),
    Case("detectors", FAIL, CS, M.RESUME, word(
        "h2s", value=Decimal(12), unit="mg/m3"), "硫化氢 12mg/m³，限值 ≤10mg/m³"),
    Case("detectors", FAIL, CS, M.START, word(
        "co", value=Decimal(900), quality=Quality.CALIBRATION_EXPIRED), "一氧化碳 900ppm"),
    Case("detectors", FAIL, CS, M.RESUME, cried(10), "氧气 18.0%vol"),
    Case("detectors", FAIL, CS, M.RESUME, cried(95), "此后已95秒没有数据"),
    Case("detectors", FAIL, CS, M.START, cried_then(Quality.FAULTY), "A-104：氧气 18.0%vol"),
    Case("detectors", FAIL, CS, M.RESUME, cried_then(Quality.ZERO_DRIFT), "此后没有合格的读数：读数为负"),
    Case("detectors", FAIL, CS, M.START, cried_then(Quality.STUCK, after="20.9"), "可能卡死"),
    Case("detectors", PASS, CS, M.START, cried_then(Quality.FAULTY, before=Decimal("20.9")), "A-103、四合一 A-104"),
    Case("detectors", FAIL, CS, M.START, word("o2", quality=Quality.CALIBRATION_EXPIRED), "A-103校准已过期"),
    Case("detectors", FAIL, CS, M.START, watched(calibration_due=date(2026, 11, 23)), "校准已过期"),
    Case("detectors", FAIL, CS, M.RESUME, word("co", quality=Quality.STUCK), "可能卡死（一氧化碳）"),
    Case("detectors", FAIL, CS, M.START, word("co", quality=Quality.BUMP_MISSING), "通气测试"),
    Case("detectors", FAIL, CS, M.START, word("co", quality=Quality.FAULTY), "报故障"),
    Case("detectors", PASS, CS, M.START, lambda h: watched(watch=replace(
        WATCHED, quantities=("o2",)))(h).rules_with(gas=None), "在线、合格"),
    Case("detectors", PASS, CS, M.REVIEW, watched(newest=None), "已登记检测仪：四合一 A-103"),
    Case("detectors", UNKNOWN, CS, M.APPROVE, watched(newest=None, calibration_due=None), "能用的检测仪不够"),
    Case("detectors", UNKNOWN, CS, M.REQUEST, watched(quantities=("o2",)), "可燃气 0台（应1台）"),
    Case("cs.ventilation_running", PASS, CS, M.DURING, same),
    Case("cs.ventilation_running", FAIL, CS, M.DURING, lambda h: h.permit_with(ventilation_running=False)),
    Case("cs.ventilation_running", UNKNOWN, CS, M.START, lambda h: h.permit_with(ventilation_running=None)),
    Case("cs.ventilation_running", PASS, CS, M.START, lambda h: h.permit_with(ventilation_mechanical=False)),
    Case("cs.ventilation_running", FAIL, CS, M.START, lambda h: h.saying(
        triggers=("sudden_change",)).permit_with(ventilation_mechanical=False), "须机械通风"),
    Case("cs.ventilation_running", FAIL, CS, M.START, failed_before(ventilation_mechanical=False), "须机械通风"),
    Case("cs.test_after_ventilation", PASS, CS, M.START, same),
    Case("cs.test_after_ventilation", PASS, CS, M.START, failed_before()),
    Case("cs.test_after_ventilation", FAIL, CS, M.START, failed_before(mechanical_since=None), "没有在机械通风"),
    Case("cs.test_after_ventilation", FAIL, CS, M.START, failed_before(
        mechanical_since=local("2026-11-24 09:58")), "09:58"),
    Case("cs.test_after_ventilation", FAIL, CS, M.START, failed_before(gas=())),
    Case("cs.test_after_ventilation", UNKNOWN, CS, M.START, failed_before(ventilation_running=None)),
    Case("wind_stop", PASS, HOT, M.START, lambda h: h.facts_with(wind_ms=Decimal("7.9"))),
    Case("wind_stop", FAIL, HOT, M.DURING, lambda h: h.facts_with(wind_ms=Decimal("8.0")), "8.0 m/s"),
    Case("wind_stop", UNKNOWN, HOT, M.START, lambda h: h.facts_with(wind_ms=None)),
    Case("wind_stop", FAIL, HOT, M.DURING, lambda h: h.facts_with(wind_doubted_ms=Decimal("8.0")), "8.0 m/s"),
    Case("wind_stop", UNKNOWN, HOT, M.START, lambda h: h.facts_with(wind_ms=None, wind_doubted_ms=Decimal(1))),
    Case("wind_stop", UNKNOWN, HOT, M.START, lambda h: h.saying(outdoor=None).facts_with(wind_ms=Decimal(9))),
    Case("wind_stop", UNKNOWN, HOT, M.START, lambda h: h.saying(outdoor=None).facts_with(wind_ms=None), "是否露天"),
    Case("wind_stop", FAIL, HOT, M.START, lambda h: h.saying(
        triggers=("wind_essential",)).facts_with(wind_ms=Decimal(9)), "升级管理"),
    # --- emergencies ---
    Case("emergency", PASS, HOT, M.START, same),
    Case("emergency", FAIL, HOT, M.APPROVE, called(), "二号罐区紧急状态未解除：<wu>"),
    Case("emergency", FAIL, HOT, M.START, called(), "二号罐区"),
    Case("emergency", FAIL, CS, M.DURING, called(), "二号罐区"),
    Case("emergency", FAIL, CS, M.RESUME, called(), "二号罐区"),
    Case("emergency", FAIL, HOT, M.RESUME, called(sure=False), "不能确定作业点不在其内"),
    Case("emergency", FAIL, HOT, M.START, called(lifters=()), "二号罐区"),
    Case("emergency", UNKNOWN, HOT, M.START, lambda h: h.facts_with(emergencies=None), "没能查询"),
    # --- hazards ---
    Case("hazards", PASS, HOT, M.START, same, "没有要停工的隐患"),
    Case("hazards", FAIL, HOT, M.START, hazardous(), "隐患 YH-HC-20260115-009 没有消除：法兰大量泄漏"),
    Case("hazards", FAIL, CS, M.RESUME, hazardous(), "YH-HC-20260115-009"),
    Case("hazards", FAIL, HOT, M.APPROVE, hazardous(), "YH-HC-20260115-009"),
    Case("hazards", FAIL, HOT, M.REQUEST, hazardous(), "YH-HC-20260115-009"),
    Case("hazards", FAIL, HOT, M.START, hazardous(stage=Stage.REPORTED, responsible=None), "法兰大量泄漏"),
    Case("hazards", FAIL, HOT, M.RESUME, hazardous(stage=Stage.TO_ACCEPT), "没有消除"),
    Case("hazards", FAIL, HOT, M.RESUME, hazardous(stage=Stage.TO_ACCEPT, legal=Legal.MAJOR), "法兰大量泄漏"),
    Case("hazards", FAIL, HOT, M.START, hazardous(Plant.ORDINARY, urgent=True), "法兰大量泄漏"),
    Case("hazards", FAIL, CS, M.START, hazardous(Plant.SERIOUS, law=replace(
        HAZARD_LAW, inside=dict.fromkeys(Plant, Inside.STOP))), "法兰大量泄漏"),
    Case("hazards", PASS, CS, M.START, hazardous(law=replace(
        HAZARD_LAW, inside=dict.fromkeys(Plant, Inside.ASK_GUARDIAN)))),
    Case("hazards", PASS, HOT, M.START, hazardous(Plant.SERIOUS)),
    Case("hazards", PASS, HOT, M.RESUME, hazardous(Plant.ORDINARY)),
    Case("hazards", PASS, HOT, M.START, hazardous(interim="已停泵泄压，拉警戒线专人看守")),
    Case("hazards", PASS, CS, M.RESUME, hazardous(stage=Stage.ARCHIVED)),
    Case("hazards", UNKNOWN, HOT, M.START, hazardous(stage=Stage.BLANK, sighting=None, grade=None), "读不出来"),
    Case("hazards", UNKNOWN, HOT, M.RESUME, lambda h: h.facts_with(hazards=None), "没能查询"),
    # --- isolations ---
    Case("isolation_proven", PASS, HOT, M.START, isolated()),
    Case("isolation_proven", PASS, CS, M.RESUME, isolated(method=Method.BLIND)),
    Case("isolation_proven", PASS, CS, M.START, isolated(method=Method.POWER_LOCK, energy=Energy.ELECTRICAL)),
    Case("isolation_proven", FAIL, CS, M.START, isolated(), "不能代替盲板"),
    Case("isolation_proven", FAIL, HOT, M.START, isolated(proven=False), "第二人验证"),
    Case("isolation_proven", FAIL, HOT, M.DURING, isolated(in_place=False), "已经解除"),
    Case("isolation_proven", UNKNOWN, HOT, M.RESUME, lambda h: h.facts_with(isolations=None), "没能查询"),
    # --- neighbours ---
    Case("conflict", PASS, HOT, M.ACCEPT, same),
    Case("conflict", UNKNOWN, HOT, M.REVIEW, lambda h: h.facts_with(others=None), "没能查询"),
    Case("conflict", UNKNOWN, HOT, M.REVIEW, near(methods=None), "请核对"),
    Case("conflict.X1", FAIL, HOT, M.ACCEPT, near(work=WorkType.BLIND, distance_m=Decimal(25)), "30 m 内不得动火"),
    Case("conflict.X1", FAIL, HOT, M.ACCEPT, near(work=WorkType.BLIND, distance_m=Decimal(30))),
    Case("conflict.X1", FAIL, HOT, M.START, near(work=WorkType.BLIND)),
    Case("conflict.X1", UNKNOWN, HOT, M.START, near(work=WorkType.BLIND, same_area=False, adjacent=True)),
    Case("conflict.X2", FAIL, HOT, M.START, near(work=WorkType.BLIND, methods=("draining",))),
    Case("conflict.X3.gas", FAIL, HOT, M.START, near(
        work=WorkType.BLIND, methods=("flammable_gas_discharge",), distance_m=Decimal(30))),
    Case("conflict.X3.liquid", FAIL, HOT, M.START, near(
        work=WorkType.BLIND, methods=("flammable_liquid_discharge",), distance_m=Decimal(15))),
    Case("conflict.X4.vapour", FAIL, HOT, M.START, near(work=CS, methods=("painting",), distance_m=Decimal(10))),
    Case("conflict.X4.vapour", FAIL, CS, M.START, lambda h: near(work=HOT, distance_m=Decimal(10))(
        h.asking(method=("painting",)))),
    Case("conflict.X4.dust", FAIL, HOT, M.START, near(work=CS, methods=("dust_cleaning",), distance_m=Decimal(10))),
    Case("conflict.X5", FAIL, CS, M.START, lambda h: near(equipment=EquipmentId("T-1"))(
        h.asking(method=("painting",)))),
    Case("conflict.X5", UNKNOWN, CS, M.START, lambda h: near(equipment=None)(h.asking(method=("painting",)))),
    Case("conflict.X5", FAIL, HOT, M.START, lambda h: near(
        work=CS, methods=("painting",), equipment=EquipmentId("T-1"))(h.asking(equipment=EquipmentId("T-1")))),
    Case("conflict.X5", UNKNOWN, HOT, M.START, lambda h: near(
        work=CS, methods=None, equipment=EquipmentId("T-1"))(h.asking(equipment=EquipmentId("T-1")))),
    Case("crossing", PASS, HOT, M.START, same),
    Case("crossing", PASS, CS, M.START, near(same_area=False)),
    Case("crossing", FAIL, CS, M.START, near(same_area=False, adjacent=True)),
    Case("crossing", PASS, CS, M.REVIEW, near(live=False)),
    Case("crossing", PASS, CS, M.START, linked(Status.ACTIVE)),
    Case("crossing", FAIL, HOT, M.START, lambda h: near()(h.measure_with("H12", confirm_detail="")), "二号泵"),
    Case("crossing", PASS, HOT, M.START, near()),
    Case("crossing", FAIL, CS, M.START, near()),
    Case("guardian_twice", PASS, HOT, M.START, near()),
    Case("guardian_twice", FAIL, HOT, M.START, near(guardian=ZHAO, same_area=False), "监护"),
    Case("guardian_twice", FAIL, HOT, M.START, near(workers=(ZHAO,)), "作业"),
    Case("guardian_twice", FAIL, HOT, M.START, near(guardian=LI), "<li>"),
    Case("guardian_twice", PASS, HOT, M.START, linked(Status.ACTIVE, guardian=ZHAO)),
    Case("guardian_twice", FAIL, HOT, M.START, linked(Status.ACTIVE, guardian=ZHAO, same_area=False)),
    Case("crew_twice", PASS, HOT, M.START, near()),
    Case("crew_twice", FAIL, HOT, M.START, near(workers=(LI,)), "<li>"),
    Case("crew_twice", PASS, HOT, M.START, linked(Status.ACTIVE, workers=(LI,))),
    Case("linked_permits", PASS, HOT, M.START, linked(Status.ACTIVE)),
    Case("linked_permits", PASS, HOT, M.REVIEW, linked(Status.IN_REVIEW)),
    Case("linked_permits", FAIL, HOT, M.START, linked(Status.IN_REVIEW), "还没有签发"),
    Case("linked_permits", FAIL, HOT, M.REVIEW, linked(Status.VOIDED), "已作废"),
    Case("linked_permits", FAIL, HOT, M.DURING, linked(Status.SUSPENDED), "已中止"),
    Case("linked_permits", UNKNOWN, HOT, M.REVIEW, linked(None), "找不到"),
    Case("linked_permits", UNKNOWN, HOT, M.REVIEW, lambda h: linked(Status.ACTIVE)(h).facts_with(linked=None)),
    Case("each_special_work_has_permit", PASS, HOT, M.START, lambda h: linked(Status.ACTIVE)(h.saying(
        triggers=("in_confined_space",)))),
    Case("each_special_work_has_permit", FAIL, HOT, M.REVIEW, lambda h: h.saying(triggers=("in_confined_space",))),
    Case("each_special_work_has_permit", FAIL, HOT, M.REVIEW, lambda h: h.saying(cleared=()).facts_with(
        area=s.area(confined_space=True))),
    Case("each_special_work_has_permit", FAIL, HOT, M.REVIEW, lambda h: h.saying(cleared=()).facts_with(
        equipment=s.equipment(confined_space=True))),
    Case("each_special_work_has_permit", FAIL, HOT, M.DURING, lambda h: linked(Status.SUSPENDED)(h.saying(
        triggers=("in_confined_space",))), "不在有效作业状态"),
    Case("each_special_work_has_permit", UNKNOWN, HOT, M.REVIEW, lambda h: linked(Status.ACTIVE, work=HOT)(h.saying(
        triggers=("in_confined_space",))), "没有查到"),
    Case("each_special_work_has_permit", UNKNOWN, HOT, M.REVIEW, lambda h: h.saying(cleared=()).facts_with(area=None)),
    Case("each_special_work_has_permit", FAIL, CS, M.REVIEW, lambda h: h.asking(method=("hot_inside",)), "动火"),
    Case("linked_power", PASS, HOT, M.START, lambda h: linked(
        Status.ACTIVE, work=WorkType.POWER, interval=h.permit.what.planned)(h)),
    Case("linked_power", FAIL, HOT, M.START, linked(Status.ACTIVE, work=WorkType.POWER)),
    # --- the end ---
    Case("space_empty", PASS, CS, M.FINISH, same),
    Case("space_empty", FAIL, CS, M.FINISH, lambda h: h.permit_with(people_inside=1), "1人"),
    Case("space_empty", UNKNOWN, CS, M.FINISH, lambda h: h.permit_with(people_inside=None, tools_inside=None)),
    Case("counted_out", PASS, CS, M.CLOSE, same),
    Case("counted_out", FAIL, CS, M.CLOSE, lambda h: h.permit_with(finished_at=None)),
    Case("closing_confirmed", PASS, WorkType.ROAD, M.CLOSE, same),
    Case("closing_confirmed", FAIL, WorkType.ROAD, M.CLOSE, lambda h: h.permit_with(closings=()), "还没有确认"),
    Case("closing_confirmed", FAIL, HOT, M.CLOSE, lambda h: h.rules_with(closing_note="厂规").permit_with(
        end_note_at=None), "完工说明"),
    Case("fire_watch_done", PASS, HOT, M.CLOSE, same),
    Case("fire_watch_done", FAIL, HOT, M.CLOSE, lambda h: h.permit_with(fire_watch_ended=False), "残火"),
    Case("fire_watch_done", FAIL, HOT, M.CLOSE, lambda h: h.permit_with(
        fire_watch_ended=False, fire_watch_minutes_over=False), "还没有结束"),
]  # fmt: skip
