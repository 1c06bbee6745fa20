"""The gates: one small pure question each, asked at fixed moments of a permit's life.

Read `TABLE` first. A line says when a gate is asked and how heavy its no is: `B` stops, `W` warns, a dot means it is
not asked then. Unknown weighs as much as a no, except at the request and when the request is taken in, where it only
warns; some gates say themselves that a certain answer only warns. A gate that does not concern the permit says nothing.

The clause quoted is the one of the packs in force (`PermitRules.citations`), unless the answer brings its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.facts import Facts
from workflow.findings import Finding, Severity, Verdict, stopping
from workflow.permit import gates_blind as blind
from workflow.permit import gates_chain as chain
from workflow.permit import gates_conflicts as near
from workflow.permit import gates_detectors as watching
from workflow.permit import gates_earth as earth
from workflow.permit import gates_emergency as zone
from workflow.permit import gates_fields as fields
from workflow.permit import gates_gas as air
from workflow.permit import gates_hazards as hazards
from workflow.permit import gates_height as height
from workflow.permit import gates_interlock as interlock
from workflow.permit import gates_isolation as isolation
from workflow.permit import gates_items as items
from workflow.permit import gates_lift as lift
from workflow.permit import gates_people as people
from workflow.permit import gates_power as power
from workflow.permit import gates_request as request
from workflow.permit import gates_road as road
from workflow.permit import gates_site as site
from workflow.permit import gates_weather as weather
from workflow.permit.gates_common import Answer, Ask, Asked, Moment
from workflow.permit.state import Permit
from workflow.rules.types import PermitRules

__all__ = ["KEYS", "TABLE", "Gate", "Moment", "evaluate", "halting"]

OWN = "系统安全要求"
"""Quoted where no pack in force names a clause."""
_WEIGHT = {"B": Severity.BLOCK, "W": Severity.WARN}
_EARLY = frozenset({Moment.REQUEST, Moment.ACCEPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate: its key, its rule in plain Chinese, its question, and its weight at each moment."""

    key: str
    rule: str
    ask: Ask
    at: Mapping[Moment, Severity]


def _gate(key: str, when: str, ask: Ask, rule: str) -> Gate:
    """``when`` has one letter per `Moment`, in its order: B stops, W warns, a dot is silence."""
    at = {moment: _WEIGHT[mark] for moment, mark in zip(Moment, when, strict=True) if mark != "."}
    return Gate(key=key, rule=rule, ask=ask, at=at)


TABLE: tuple[Gate, ...] = (
    #                     REQUEST ACCEPT REVIEW APPROVE START DURING RESUME FINISH CLOSE
    _gate("emergency", "WWWBBBB..", zone.emergency, "紧急状态解除前不签发、不开工、不复工"),
    _gate("hazards", "WWWWB.B..", hazards.no_hazard, "要停工的隐患没有消除、也没有控住的，不开工、不复工"),
    _gate("required_fields", "BBBBB....", fields.required_fields, "作业票各项填写齐全"),
    _gate("people_distinct", "BBBBB.B..", request.people_distinct, "监护人专职监护，不得兼做作业"),
    _gate("chain_signable", "BWW......", chain.chain_signable, "每个签字环节都有人能签，作业方的人不能签"),
    _gate("people_known", "BBBBB.B..", people.people_known, "作业人员、监护人、负责人都在册在岗"),
    _gate("validity", "BBBBB....", request.length, "计划时间不超过最长有效期"),
    _gate("not_expired", "BBBB.BB..", request.not_over, "到期作业票不能继续使用，不能延期"),
    _gate("window", "....B....", request.window, "在计划的作业时间内开工"),
    _gate("issue_clock", "...W.....", request.issue_clock, "有效期从严自签发起算"),
    _gate("grade_stated", "WWWW.....", request.grade_stated, "级别由规则计算，不能人工降低"),
    _gate("place_facts", "BBBB.....", request.place_facts, "票面与作业点的实际情况一致"),
    _gate("same_conditions", "....BBB..", request.place_facts, "条件没有变化；变了要重新办票"),
    _gate("purged", "WWBBBBB..", interlock.purged, "设备清洗、置换合格"),
    _gate("rules_ahead", "WWWW.....", request.rules_ahead, "作业期间规则变化的，按新旧从严"),
    _gate("notices", "WWWW.....", request.notices, "审批人须知悉"),
    _gate("gases_named", "WWBBB....", request.gases_named, "说明要检测的气体"),
    _gate("hot.second_point", "WWBBB.B..", request.second_point, "电焊机距动火点超过10 m 算另一个动火点"),
    _gate("certs_valid", "BBBBBBB..", people.certs_valid, "持有效证件上岗"),
    _gate("guardian_qualified", "BBBBBBB..", people.guardian_qualified, "监护人有生产实践经验并经培训考核合格"),
    _gate("jsa_done", "..BBB....", site.jsa_done, "作业前做危害分析"),
    _gate("measures_answered", "..BBB....", site.measures_answered, "安全措施逐项说明是否涉及"),
    _gate("measures_confirmed", "....B.B..", site.measures_confirmed, "安全措施在现场逐项落实"),
    _gate("isolation_proven", "....BBB..", isolation.isolation_proven, "隔离上锁挂牌，并由第二人验证"),
    _gate("photos", "....B....", site.photos_at_start, "开工前现场拍照"),
    _gate("briefing_signed", "....B.B..", people.briefing_signed, "作业前安全交底，交底人和所有人员签字"),
    _gate("approvals_complete", "....B.B..", site.approvals_complete, "审批签字齐全"),
    _gate("no_alteration", "...BB.B..", site.no_alteration, "签发后的票面不得涂改"),
    _gate("guardian_present", "....BBB..", people.guardian_present, "监护人在现场，不得离开"),
    _gate("leader_present", "....B.B..", people.leader_present, "作业负责人在现场确认"),
    _gate("duty_leader_present", "....B.B..", people.duty_leader_present, "特级遇升级情形，厂值班领导到场"),
    _gate("gas_fresh", "....B.B..", air.gas_fresh, "作业前气体分析合格且在有效时间内"),
    _gate("gas_analyst", "....B.B..", air.gas_analyst, "作业前的气体分析由分析人做，或由检测仪测"),
    _gate("cs.points", "..WWW.W..", air.points_known, "按空间形状布置取样点"),
    _gate("gas_daily", "....B.B..", air.gas_daily, "每天动火前做气体分析"),
    _gate("gas_passing", ".....B...", air.gas_passing, "作业中气体合格"),
    _gate("gas_record_due", ".....B...", air.gas_record_due, "作业中按时记录气体"),
    _gate("detectors", "WWWWB.B..", watching.detectors, "要连续监测的作业，检测仪在线、合格、不超限才能开工"),
    _gate("cs.ventilation_running", "....BBB..", air.ventilation_running, "作业全程通风"),
    _gate("cs.test_after_ventilation", "....B.B..", air.test_after_ventilation, "检测不合格须机械通风后全部重新检测"),
    _gate("cs.voltage", "....B.B..", air.voltage, "受限空间灯具、手持电具用安全电压"),
    _gate("wind_stop", "....BBB..", weather.wind_stop, "大风停止露天作业"),
    _gate("weather_stop", "....BBB..", weather.weather_stop, "浓雾、大雪、暴雨停止露天作业"),
    _gate("figures_kept", "....B.B..", items.figures_kept, "现场填写的数值符合规定"),
    _gate("blind.single", "BBBBB....", blind.single, "一块盲板、一个动作一张票"),
    _gate("height.reconfirm", "....B.B..", height.reconfirmed, "中断后、每天作业前重新检查确认"),
    _gate("lift.people", "BBBBB.B..", lift.people, "吊装人员分工明确，监护人专职监护"),
    _gate("lift.mass", "..BBB.B..", lift.mass, "吊物质量与票面一致"),
    _gate("lift.trial", "......B..", lift.trial, "每次起吊前试吊"),
    _gate("power.load", "BBBBB.B..", power.load, "用电负荷不超过许可功率"),
    _gate("power.duration", "BBBBB....", power.duration, "临时用电一般不超过15天，特殊情况不超过30天"),
    _gate("earth.unknown_object", "......B..", earth.unknown_object, "挖出不明物，报告并采取措施后才能继续"),
    _gate("road.lamps", "..BBBWB..", road.lamps, "夜间和雨、雪、雾天设警示灯"),
    _gate("road.no_sign", "BBBBB.B..", road.no_sign, "短时定点作业才可以不设标志牌"),
    _gate("conflict", "WBBBBBB..", near.conflict, "附近没有冲突的作业"),
    _gate("crossing", "WWWWB.B..", near.crossing, "交叉作业指定协调人，共同辨识风险"),
    _gate("guardian_twice", "BBBBBBB..", near.guardian_twice, "监护人不得做与监护无关的事"),
    _gate("crew_twice", "WWWWW.W..", near.crew_twice, "同一人不能同时在两处作业"),
    _gate("linked_permits", "WWBBBBB..", near.linked_permits, "关联的作业票有效"),
    _gate("each_special_work_has_permit", "WWBBBBB..", near.each_special_work_has_permit, "涉及多种特殊作业，分别办票"),
    _gate("linked_power", "BBBBB.B..", near.linked_power, "配套临时用电与作业票起止时间一致"),
    _gate("space_empty", ".......W.", site.space_empty, "人员、工具全部撤出"),
    _gate("counted_out", "........B", site.counted_out, "人员、工具全部撤出并清点"),
    _gate("fire_watch_done", "........B", site.fire_watch_done, "动火后留守观察，确认无残火"),
    _gate("closing_confirmed", "........B", site.closing_confirmed, "收尾事项全部确认后才能验收"),
    _gate("photos_close", "........B", site.photos_at_close, "完工后现场拍照"),
)  # fmt: skip

MEASURE_GATES: Mapping[str, str] = {
    "process_prepared": "设备、管线按要求排空、清洗、置换",
    "energy_isolated": "能量隔离，上锁挂牌",
    "site_checked": "作业现场检查合格",
    "eyewash_30m": "应急器材到位；腐蚀介质30 m内有冲洗水",
    "lighting_ok": "照明和手持电具电压合格",
    "cross_coordinator": "作业危害分析完成，交叉作业定协调人",
    "hot.special_plan": "特级动火编制作业方案",
    "hot.special_conditions": "特级动火：微正压、无分解爆炸物料、装置稳定",
    "cs.tester_ppe": "进入者和进入取样的检测人佩戴防护用品",
    "cs.escape_set": "随身带隔绝式紧急逃生呼吸器，过滤式不算",
    "cs.sudden_change": "气体可能突变：安全带、生命绳、送风或正压式呼吸器",
    "cs.helmet": "进入受限空间戴安全帽",
    "weather_checked": "现场确认风力和雨、雪、雾情况",
    "blind.shared_line_notice": "多家企业共用的管道，作业前告知上下游企业",
    "blind.spec_ok": "盲板、垫片与介质、温度、压力、法兰相符；高压盲板经超声波检测合格",
    "blind.pressure_down": "作业管道降压至常压或微正压",
    "blind.medium_ppe": "按介质和温度佩戴防护用品",
    "blind.detector": "含硫化氢、氯、氨、一氧化碳、氰化物的管道，携带便携式检测仪",
    "height.comms": "30 m 及以上配备通信工具",
    "height.double_layer": "上下同时作业设隔离层，落差超过24 m 设双层",
    "height.dismantle_zone": "拆除脚手架、防护棚设警戒区并派专人监护，不得上下同时作业",
    "height.guard_removal": "移动、拆除防护设施经审批人同意，有可靠替代，完工恢复",
    "height.toxic_liaison": "靠近有毒排放口，与生产岗位保持联络，备好防护用品",
    "lift.plan": "一级、二级和复杂的三级吊装编制方案并批准",
    "lift.trial": "起吊前试吊，机具和锚点正常",
    "lift.tandem": "多台起重机抬吊，每台不超过额定起重量的80%",
    "lift.mass_confirmed": "吊物质量已核实，在起重能力内",
    "lift.signals": "分工明确，指挥信号统一",
    "lift.anchors": "不用管道、管架、电杆、机电设备作锚点；用建构筑物的经核算批准",
    "lift.power_line": "吊索、吊臂与架空线、带电线路保持距离",
    "power.connect_watch": "接线、拆线时上级开关断电、上锁、挂牌，有监护人",
    "power.no_backfeed": "移动电源、自备发电机不得接入电网",
    "power.no_passing_on": "不得擅自转供电、增加负荷、变更地点和用途",
    "power.buried": "埋地电缆埋深大于0.7 m，设标志桩，穿路加保护管",
    "power.overhead": "架空线现场不低于2.5 m，跨路不低于5 m",
    "power.protection": "一机一闸一保护，配电箱防雨、接地",
    "earth.buried_lines": "地下电缆、管线已查明、确认并保护",
    "earth.spoil": "弃土距坑边不小于1 m、堆高不超过1.5 m",
    "earth.ladder": "深度超过2 m 设上下梯道",
    "earth.unknown_object": "挖出不明物停止作业、保护现场、报告，采取措施后才能继续",
    "earth.site_liaison": "在装置、罐区动土，监护人与岗位人员保持联络",
    "earth.lamps": "夜间坑边设红灯警示",
    "earth.on_road": "涉及道路的，已报交通、消防、安全、应急",
    "road.fire_route": "交通方案始终保留消防通道",
    "road.units_told": "交通组织方案已通知有关单位",
    "road.lamps": "夜间和雨、雪、雾天设红色警示灯，高1.5 m（不低于1.0 m），150 m 外可见",
    "road.no_sign": "短时定点作业不设标志牌的，有专人指挥交通并设警示设施",
}
"""Gates that a checklist item answers; they are asked with `measures_confirmed`."""

KEYS: frozenset[str] = frozenset({gate.key for gate in TABLE} | set(MEASURE_GATES))
"""Every gate a policy file may cite. Conflicts answer as ``conflict.<rule>``."""

_BY_MOMENT: Mapping[Moment, tuple[Gate, ...]] = {
    moment: tuple(gate for gate in TABLE if moment in gate.at) for moment in Moment
}


def evaluate(moment: Moment, permit: Permit, rules: PermitRules, facts: Facts) -> tuple[Finding, ...]:
    """Ask every gate of this moment; every answer comes back, the passing ones too.

    Certificates and rules are judged for ``facts.at``. Raise `BlankPermit` for a permit without content.
    """
    asked = Asked(moment=moment, permit=permit, content=permit.what, rules=rules, facts=facts)
    clauses = {citation.gate: citation.clause for citation in rules.citations}
    return tuple(
        _finding(gate, answer, moment, clauses) for gate in _BY_MOMENT[moment] for answer in gate.ask(asked)
    )  # fmt: skip


def halting(moment: Moment, permit: Permit, rules: PermitRules, facts: Facts) -> tuple[Finding, ...]:
    """Those of `evaluate` that do not let go on. Every gate is asked all the same."""
    asked = Asked(moment=moment, permit=permit, content=permit.what, rules=rules, facts=facts)
    # Nearly every decision meets none. What passes is not written out for nobody to read: a third of asking the gates.
    against = [
        (gate, answer)
        for gate in _BY_MOMENT[moment]
        for answer in gate.ask(asked)
        if answer.verdict is not Verdict.PASS
    ]
    if not against:
        return ()
    clauses = {citation.gate: citation.clause for citation in rules.citations}
    return stopping(tuple(_finding(gate, answer, moment, clauses) for gate, answer in against))


def _finding(gate: Gate, answer: Answer, moment: Moment, clauses: Mapping[str, str]) -> Finding:
    key = answer.gate or gate.key
    severity = answer.severity or gate.at[moment]
    if answer.verdict is Verdict.UNKNOWN and moment in _EARLY:
        severity = Severity.WARN
    return Finding(
        gate=key,
        verdict=answer.verdict,
        severity=severity,
        rule=answer.rule or MEASURE_GATES.get(key, gate.rule),
        clause=answer.clause or clauses.get(key) or clauses.get(gate.key) or OWN,
        fact=answer.fact,
        cure=answer.cure,
        who=answer.who,
        button=answer.button,
        call=answer.call,
        other=answer.other,
    )
