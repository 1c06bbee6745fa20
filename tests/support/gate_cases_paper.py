"""What the gates of the paper must say: the request, the people, the preparation, the signatures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.support import scenes as s
from tests.support.gate_changes import (
    CS,
    FAIL,
    HOT,
    PASS,
    UNKNOWN,
    Case,
    M,
    certificate,
    closing_photo,
    failing,
    hired,
    no_air,
    no_photos,
    photo_with,
    same,
    special,
    welder,
)
from tests.support.rulebook import local, planned
from tests.support.scenes import LI, WANG, ZHAO
from workflow.ids import PermitId
from workflow.plant import CertificateStatus
from workflow.rules.types import RuleChange
from workflow.values import Actor

PAPER = [
    # --- the request ---
    Case("required_fields", PASS, HOT, M.REQUEST, same),
    Case("required_fields", FAIL, HOT, M.REQUEST, lambda h: h.asking(place=" ", work_unit=""), "作业地点、作业单位"),
    Case("required_fields", FAIL, HOT, M.REQUEST, lambda h: h.asking(method=()), "动火方式"),
    Case("required_fields", PASS, CS, M.REQUEST, lambda h: h.asking(method=())),
    Case("people_distinct", PASS, HOT, M.REQUEST, same),
    Case("people_distinct", FAIL, HOT, M.REQUEST, lambda h: h.asking(workers=(LI, ZHAO)), "作业人"),
    Case("people_distinct", FAIL, CS, M.START, lambda h: h.asking(leader=ZHAO), "作业负责人"),
    Case("people_known", PASS, HOT, M.REQUEST, same),
    Case("people_known", FAIL, HOT, M.REQUEST, lambda h: h.person_with(LI, active=False), "离岗"),
    Case("people_known", UNKNOWN, HOT, M.REVIEW, lambda h: h.without(LI)),
    Case("people_known", PASS, HOT, M.START, hired(date(2026, 11, 24)), "承包商资质有效"),
    Case("people_known", FAIL, HOT, M.START, hired(date(2026, 11, 23)), "承包商资质到期"),
    Case("people_known", FAIL, HOT, M.REQUEST, hired(date(2026, 11, 23)), "承包商资质到期"),
    Case("people_known", FAIL, HOT, M.REVIEW, hired(date(2027, 1, 1), active=False), "已停用"),
    Case("people_known", UNKNOWN, HOT, M.REVIEW, hired(None), "没有登记资质有效期"),
    Case("people_known", UNKNOWN, HOT, M.START, lambda h: h.person_with(LI, employer="无名"), "台账里没有这家单位"),
    Case("validity", PASS, HOT, M.REQUEST, lambda h: h.asking(planned=planned("2026-11-24 08:00", "2026-11-24 16:00"))),
    Case("validity", FAIL, HOT, M.REQUEST, lambda h: h.asking(planned=planned("2026-11-24 08:00", "2026-11-24 16:01"))),
    Case("not_expired", PASS, HOT, M.DURING, lambda h: h.at(local("2026-11-24 15:59"))),
    Case("not_expired", FAIL, HOT, M.DURING, lambda h: h.at(local("2026-11-24 16:00")), "到期"),
    Case("not_expired", FAIL, HOT, M.RESUME, lambda h: h.permit_with(issued_at=local("2026-11-24 03:00"))),
    Case("window", PASS, HOT, M.START, same),
    Case("window", PASS, HOT, M.START, lambda h: h.at(local("2026-11-24 15:59"))),
    Case("window", FAIL, HOT, M.START, lambda h: h.at(local("2026-11-24 09:59")), "时间未到"),
    Case("window", FAIL, HOT, M.START, lambda h: h.at(local("2026-11-24 16:00")), "到期"),
    Case("issue_clock", PASS, HOT, M.APPROVE, same),
    Case("issue_clock", FAIL, HOT, M.APPROVE, lambda h: h.at(local("2026-11-23 18:00")), "失效"),
    Case("grade_stated", PASS, HOT, M.REQUEST, lambda h: h.asking(stated_grade="一级")),
    Case("grade_stated", FAIL, HOT, M.REQUEST, lambda h: h.asking(stated_grade="二级"), "应为一级"),
    Case("grade_stated", UNKNOWN, HOT, M.REQUEST, lambda h: h.asking(stated_grade="超级")),
    Case("place_facts", PASS, HOT, M.REQUEST, same),
    Case("place_facts", FAIL, HOT, M.REQUEST, lambda h: h.facts_with(area=s.area(pipe_rack=True)), "管廊"),
    Case("place_facts", FAIL, HOT, M.REQUEST, lambda h: h.saying(fire_explosion=False), "火灾爆炸危险场所"),
    Case("place_facts", UNKNOWN, HOT, M.REVIEW, lambda h: h.facts_with(area=None)),
    Case("place_facts", UNKNOWN, CS, M.REVIEW, lambda h: h.facts_with(equipment=None)),
    Case("same_conditions", PASS, CS, M.START, same),
    Case("same_conditions", FAIL, HOT, M.DURING, lambda h: h.facts_with(area=s.area(major_hazard_dike=True))),
    Case("same_conditions", UNKNOWN, HOT, M.RESUME, lambda h: h.facts_with(area=None)),
    Case("purged", PASS, CS, M.START, same),
    Case("purged", FAIL, CS, M.START, lambda h: h.facts_with(equipment=s.equipment(purged=False)), "未置换合格"),
    Case("purged", UNKNOWN, CS, M.START, lambda h: h.facts_with(equipment=s.equipment(purged=None))),
    Case("rules_ahead", FAIL, CS, M.REQUEST, lambda h: h.rules_with(changes=(
        RuleChange(at=local("2026-11-24 12:00"), pack="x", title="GB X", starts=True),)), "GB X 开始实施"),
    Case("rules_ahead", FAIL, CS, M.REQUEST, lambda h: h.rules_with(changes=(
        RuleChange(at=local("2026-11-24 12:00"), pack="x", title="GB X", starts=False),)), "停止实施"),
    Case("notices", UNKNOWN, HOT, M.REQUEST, lambda h: h.rules_with(notices=("2027年节假日安排还没有录入",)), "2027"),
    Case("gases_named", PASS, CS, M.REVIEW, same),
    Case("gases_named", PASS, HOT, M.REVIEW, lambda h: h.saying(flammable_gas=None), "按未知气体从严判定"),
    Case("gases_named", PASS, HOT, M.REVIEW, same, "气体种类已说明"),
    Case("gases_named", UNKNOWN, CS, M.REVIEW, lambda h: h.saying(held_toxic_or_flammable=None, cleared=()).permit_with(
        measures={})),
    Case("gases_named", UNKNOWN, CS, M.REVIEW, lambda h: h.saying(flammable_gas=None), "没有说明是哪种气体"),
    Case("gases_named", PASS, CS, M.REVIEW, lambda h: h.saying(held_toxic_or_flammable=None).measure_with(
        "C1", involved=False).measure_with("C2", involved=False)),
    Case("gases_named", UNKNOWN, CS, M.REVIEW, lambda h: h.saying(
        held_toxic_or_flammable=None, flammable_gas=None).measure_with("C1", involved=True)),
    Case("hot.second_point", PASS, HOT, M.REVIEW, same),
    Case("hot.second_point", PASS, HOT, M.REVIEW, lambda h: h.saying(triggers=("welder_machine_over_10m",))),
    Case("hot.second_point", FAIL, HOT, M.REVIEW, lambda h: h.saying(
        triggers=("welder_machine_over_10m",)).gas_rules_with(points=(), point_labels=())),
    Case("hot.second_point", UNKNOWN, HOT, M.REVIEW, lambda h: h.saying(cleared=())),
    # --- certificates ---
    Case("certs_valid", PASS, HOT, M.REQUEST, same),
    Case("certs_valid", PASS, CS, M.START, same),
    Case("certs_valid", PASS, HOT, M.START, welder(valid_to=date(2026, 11, 24)), "2026-11-24"),
    Case("certs_valid", FAIL, HOT, M.START, welder(valid_to=date(2026, 11, 23)), "已过有效期"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, welder(kind="1.1"), "没有"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, welder(review_due=date(2026, 3, 31)), "逾期未复审"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, welder(review_due=date(2026, 11, 1)), "应于 2026-11-01 复审"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, welder(scope=("cs",)), "不含动火"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, welder(status=CertificateStatus.REVOKED), "已撤销"),
    Case("certs_valid", UNKNOWN, HOT, M.REVIEW, welder(status=CertificateStatus.UNVERIFIED), "还没有核验"),
    Case("certs_valid", UNKNOWN, HOT, M.REVIEW, lambda h: h.without(LI)),
    Case("certs_valid", UNKNOWN, HOT, M.REVIEW, lambda h: h.saying(cleared=()), "特种设备焊接作业人员证"),
    Case("certs_valid", FAIL, CS, M.START, lambda h: h.person_with(LI, certificates=(
        certificate(kind="cs_training", valid_from=date(2025, 11, 23)),)), "已超过一年"),
    Case("certs_valid", FAIL, CS, M.START, lambda h: h.person_with(s.ZHOU, certificates=()), "<zhou>没有"),
    Case("certs_valid", FAIL, HOT, M.REQUEST, lambda h: h.asking(
        planned=planned("2026-11-23 23:00", "2026-11-24 06:00")).person_with(
        LI, certificates=(certificate(valid_to=date(2026, 11, 23)),)).at(local("2026-11-23 10:00")), "早于计划结束"),
    Case("guardian_qualified", PASS, HOT, M.REQUEST, same),
    Case("guardian_qualified", FAIL, HOT, M.REQUEST, lambda h: h.person_with(ZHAO, experience_years=Decimal(0))),
    Case("guardian_qualified", FAIL, HOT, M.REQUEST, lambda h: h.person_with(ZHAO, certificates=()), "监护人培训"),
    Case("guardian_qualified", UNKNOWN, HOT, M.REVIEW, lambda h: h.person_with(ZHAO, experience_years=None)),
    Case("guardian_qualified", UNKNOWN, HOT, M.REVIEW, lambda h: h.without(ZHAO)),
    # --- preparation ---
    Case("jsa_done", PASS, HOT, M.REVIEW, same),
    Case("jsa_done", FAIL, HOT, M.REVIEW, lambda h: h.permit_with(jsa=None)),
    Case("measures_answered", PASS, HOT, M.REVIEW, same),
    Case("measures_answered", FAIL, HOT, M.REVIEW, lambda h: h.measure_with("H3", involved=False), "H3"),
    Case("measures_answered", FAIL, HOT, M.REVIEW, lambda h: h.measure_with("H9", involved=False), "H9"),
    Case("measures_answered", UNKNOWN, HOT, M.REVIEW, lambda h: h.measure_with("H6", involved=None), "H6"),
    Case("measures_answered", UNKNOWN, HOT, M.REVIEW, lambda h: h.permit_with(measures={}), "H1、H2"),
    # --- measures on site ---
    Case("measures_confirmed", PASS, HOT, M.START, same),
    Case("measures_confirmed", FAIL, HOT, M.START, lambda h: h.measure_with("H3", confirmed_by=None), "H3未确认"),
    Case("measures_confirmed", FAIL, HOT, M.START, lambda h: h.measure_with("H3", media=None), "H3缺照片"),
    Case("measures_confirmed", PASS, HOT, M.START, lambda h: photo_with(purpose="H3")(
        h.measure_with("H3", media=None))),
    Case("measures_confirmed", FAIL, HOT, M.START, lambda h: h.measure_with("H8", confirm_detail="已到位"), "H8缺数字"),
    Case("measures_confirmed", FAIL, CS, M.START, lambda h: h.measure_with("C9", confirm_detail=" "), "C9缺说明"),
    Case("measures_confirmed", PASS, CS, M.START, lambda h: h.measure_with("C9", confirm_detail="", detail="GX-1")),
    Case("measures_confirmed", FAIL, CS, M.START, lambda h: h.measure_with(
        "C9", confirm_detail="", detail="每张票都要落实", answered_by=Actor.clock()), "C9缺说明"),
    Case("measures_confirmed", FAIL, CS, M.START, no_air, "C7缺合格的气体分析"),
    Case("measures_confirmed", FAIL, CS, M.START, failing, "C7缺合格的气体分析"),
    Case("measures_confirmed", FAIL, HOT, M.START, lambda h: h.measure_with(
        "H7", involved=True, confirmed_by=ZHAO, confirm_detail="9.5米、5米", media="x"), "H7数值不够(9.5<10)"),
    Case("measures_confirmed", FAIL, HOT, M.START, lambda h: h.measure_with(
        "H7", involved=True, confirmed_by=ZHAO, confirm_detail="10米", media="x"), "H7缺数字"),
    Case("measures_confirmed", FAIL, CS, M.START, lambda h: h.measure_with(
        "C14", involved=True, confirmed_by=ZHAO), "C14缺关联票编号"),
    Case("measures_confirmed", PASS, CS, M.START, lambda h: h.measure_with(
        "C14", involved=True, confirmed_by=ZHAO, confirm_detail="纸质票 GCZY-7")),
    Case("measures_confirmed", PASS, CS, M.START, lambda h: h.asking(linked=(PermitId("DHZY-9"),)).measure_with(
        "C14", involved=True, confirmed_by=ZHAO)),
    Case("measures_confirmed", UNKNOWN, HOT, M.START, lambda h: h.measure_with("H6", involved=None), "H6"),
    Case("process_prepared", PASS, CS, M.START, same),
    Case("process_prepared", FAIL, CS, M.START, lambda h: h.measure_with("C2", confirmed_by=None)),
    Case("process_prepared", UNKNOWN, CS, M.START, lambda h: h.measure_with("C2", involved=None)),
    Case("energy_isolated", PASS, CS, M.START, same),
    Case("energy_isolated", FAIL, CS, M.START, lambda h: h.measure_with("C1", confirmed_by=None)),
    Case("energy_isolated", UNKNOWN, HOT, M.START, lambda h: h.measure_with("Q2", involved=None)),
    Case("site_checked", PASS, HOT, M.START, same),
    Case("site_checked", FAIL, HOT, M.START, lambda h: h.measure_with("Q1", confirmed_by=None)),
    Case("site_checked", UNKNOWN, CS, M.START, lambda h: h.measure_with("C13", involved=None)),
    Case("eyewash_30m", PASS, CS, M.START, same),
    Case("eyewash_30m", FAIL, CS, M.START, lambda h: h.measure_with("C11", media=None)),
    Case("eyewash_30m", UNKNOWN, CS, M.START, lambda h: h.measure_with("C11", involved=None)),
    Case("lighting_ok", PASS, CS, M.START, same),
    Case("lighting_ok", FAIL, CS, M.START, lambda h: h.measure_with("C5", confirmed_by=None)),
    Case("lighting_ok", UNKNOWN, CS, M.START, lambda h: h.measure_with("C5", involved=None)),
    Case("cross_coordinator", PASS, HOT, M.START, same),
    Case("cross_coordinator", FAIL, HOT, M.START, lambda h: h.permit_with(jsa=None), "H12缺JSA"),
    Case("cross_coordinator", UNKNOWN, CS, M.START, lambda h: h.measure_with("Q1", involved=None)),
    Case("hot.special_plan", PASS, HOT, M.START, special),
    Case("hot.special_plan", FAIL, HOT, M.START, lambda h: special(h).measure_with("T1", confirm_detail="")),
    Case("hot.special_plan", UNKNOWN, HOT, M.START, lambda h: special(h).measure_with("T1", involved=None)),
    Case("hot.special_conditions", PASS, HOT, M.START, special),
    Case("hot.special_conditions", FAIL, HOT, M.START, lambda h: special(h).measure_with("T2", confirmed_by=None)),
    Case("hot.special_conditions", UNKNOWN, HOT, M.START, lambda h: special(h).measure_with("T2", involved=None)),
    Case("cs.tester_ppe", PASS, CS, M.START, same),
    Case("cs.tester_ppe", FAIL, CS, M.START, lambda h: h.measure_with("C10", media=None)),
    Case("cs.tester_ppe", UNKNOWN, CS, M.START, lambda h: h.measure_with("C10", involved=None)),
    Case("cs.escape_set", PASS, CS, M.START, same),
    Case("cs.escape_set", FAIL, CS, M.START, lambda h: h.measure_with("S1", confirmed_by=None)),
    Case("cs.escape_set", UNKNOWN, CS, M.RESUME, lambda h: h.measure_with("S1", involved=None)),
    Case("cs.helmet", PASS, CS, M.START, same),
    Case("cs.helmet", FAIL, CS, M.RESUME, lambda h: h.measure_with("S2", confirmed_by=None)),
    Case("cs.helmet", UNKNOWN, CS, M.START, lambda h: h.measure_with("S2", involved=None)),
    Case("cs.sudden_change", PASS, CS, M.START, lambda h: h.measure_with(
        "S4", involved=True, confirmed_by=ZHAO, media="x")),
    Case("cs.sudden_change", FAIL, CS, M.START, lambda h: h.measure_with("S4", involved=True)),
    Case("cs.sudden_change", UNKNOWN, CS, M.START, lambda h: h.measure_with("S4", involved=None)),
    # --- photos and signatures ---
    Case("photos", PASS, HOT, M.START, same),
    Case("photos", FAIL, HOT, M.START, no_photos, "动火点及周围、灭火器材"),
    Case("photos", UNKNOWN, HOT, M.START, photo_with(camera=False), "动火点及周围"),
    Case("photos_close", PASS, HOT, M.CLOSE, same),
    Case("photos_close", FAIL, HOT, M.CLOSE, no_photos, "无残火"),
    Case("photos_close", UNKNOWN, CS, M.CLOSE, closing_photo(camera=False)),
    Case("briefing_signed", PASS, HOT, M.START, same),
    Case("briefing_signed", FAIL, HOT, M.START, lambda h: h.permit_with(briefed=(WANG, ZHAO, s.ZHOU)), "<li>"),
    Case("briefing_signed", FAIL, HOT, M.START, lambda h: h.permit_with(briefed=(WANG, LI, ZHAO)), "安全交底人"),
    Case("briefing_signed", FAIL, HOT, M.START, lambda h: h.permit_with(briefed=(WANG, LI, s.ZHOU)), "<zhao>"),
    Case("briefing_signed", UNKNOWN, HOT, M.START, lambda h: h.facts_with(holders={})),
    Case("briefing_signed", PASS, HOT, M.START, lambda h: h.rules_with(briefers=()).permit_with(
        briefed=(WANG, LI, ZHAO))),
    Case("approvals_complete", PASS, HOT, M.START, same),
    Case("approvals_complete", FAIL, HOT, M.START, lambda h: h.permit_with(signatures=h.permit.signatures[:2])),
    Case("no_alteration", PASS, HOT, M.START, same),
    Case("no_alteration", FAIL, HOT, M.START, lambda h: h.permit_with(content_hash="f" * 64), "<zhou>"),
]  # fmt: skip
