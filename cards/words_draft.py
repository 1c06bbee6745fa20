"""The words of a request in the making: the questions asked for, the labels of its lines, the warnings of its own.

Keys are the values of `handlers.request.questions.QuestionKind`; a test holds the two lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.values import WorkType

QUESTIONS: Mapping[str, str] = {
    "missing_work": "要办哪种作业票？",
    "several_works": "{said}每种各要一张票，要办哪种？",
    "missing_place": "在哪里作业？请写设备位号或区域名。",
    "unknown_place": "「{said}」没有登记，是下面哪个？都不是请写全称。",
    "unknown_code": "没有位号「{said}」，是下面哪个？都不是请核对后重写。",
    "ambiguous_place": "「{said}」指的是哪个？",
    "several_places": "写了几个地点（{said}），一张票只能一个，是哪个？",
    "place_conflict": "{said}不在同一处，以哪个为准？",
    "missing_times": "什么时候作业？例如：明早8点到11点。",
    "missing_start": "从几点开始？",
    "missing_end": "{start}开始，到几点结束？",
    "ambiguous_hour": "是上午还是下午？",
    "unclear_day": "「{said}」是哪一天？",
    "unclear_time": "「{said}」是几点？请写清楚，例如：14点到17点。",
    "impossible_date": "没有「{said}」这一天，请重新写日期。",
    "weekday_mismatch": "「{said}」日期和星期对不上，是哪一天？",
    "several_days": "「{said}」写了几天，一张票先办哪天？",
    "several_intervals": "「{said}」写了几个时间，一张票只能一段，是哪段？",
    "conflicting_times": "时间前后对不上，是哪个？",
    "past_start": "这个时间已经过了，要改到什么时候？",
    "end_before_start": "结束时间早于开始时间，请重新写。",
    "too_long": "时间太长，这类票最长{limit}。到几点结束？",
    "ambiguous_change": "要改的是开始还是结束？",
    "missing_person": "谁是{role}？请写姓名。",
    "unknown_person": "名单里没有「{said}」，{role}是谁？",
    "same_name": "有几位{said}，{role}是哪位？",
    "unsure_person": "「{said}」是{role}吗？请确认是谁。",
    "unsure_work": "是要办{said}吗？",
    "missing_task": "干什么活？例如：换法兰。",
    "missing_details": "还缺：{what}",
    "detail_not_exact": "「{said}」不够准，{what}到底是多少？",
    "detail_no_unit": "「{said}」没写单位，{what}是多少？",
    "detail_several": "{what}写了几个（{said}），是哪个？",
    "detail_which": "「{said}」说的是{what}吗？",
    "detail_unlikely": "{what}「{said}」不对吧？请核对后重写。",
    "detail_too_many": "一张票只办一块盲板，其余另办。",
    "detail_each_or_all": "「{said}」是每个的还是合计？",
    "several_grades": "写了几个级别（{said}），是哪个？",
    "no_such_grade": "动火没有{said}，是哪个级别？",
    "unknown_company": "没有登记「{said}」这家单位，是下面哪家？",
}

DETAIL: Mapping[str, str] = {
    "machine": "焊机位置",
    "action": "堵还是抽",
    "pipe": "管线名称",
    "medium": "介质",
    "temperature": "温度",
    "pressure": "压力",
    "material": "材质",
    "spec": "规格",
    "blind_no": "盲板编号",
    "drawing": "位置图号",
    "blinds": "盲板数量",
    "author": "位置图编制人",
    "height": "作业高度",
    "layers": "上下隔离层",
    "mass": "吊物重量",
    "load": "吊物",
    "rigging": "吊具",
    "commander": "吊装指挥",
    "operator": "吊装司机",
    "slinger": "司索人",
    "radius": "作业半径",
    "path": "吊装路径",
    "source": "电源接入点",
    "voltage": "电压",
    "device": "用电设备和功率",
    "permitted": "许可用电功率",
    "user": "用电人",
    "special": "超15天的原因",
    "depth": "挖深",
    "area": "面积",
    "scope": "作业范围",
    "buried": "地下易燃有毒介质",
    "route": "消防车通道",
    "reason": "断路原因",
    "units": "涉及单位",
}
"""What the cells of single forms are called on site (Annex A.3 to A.8)."""
ANSWERED: Mapping[str, Mapping[str, str]] = {
    "buried": {"yes": "可能有", "no": "没有"},
    "route": {"yes": "保留", "no": "占用"},
}
"""How a cell with a yes or a no reads."""
MACHINE = "焊机离动火点超过10米，放在哪里？请写设备位号或区域名，例如：焊机在机修车间"
MACHINE_UNKNOWN = "「{said}」没有登记。焊机放在哪里？请写设备位号或区域名，例如：焊机在机修车间"
PATH = "吊物要经过哪些区域的上方？请写区域名，例如：吊装路径经过泵房、装卸区"
PATH_UNKNOWN = "「{said}」没有登记。吊物要经过哪些区域？请写登记过的区域名，例如：吊装路径经过泵房"
ACTION: Mapping[str, str] = {"insert": "堵（加盲板）", "remove": "抽（拆盲板）"}
RATING = "{device}功率"
HINT_DETAILS = "一句话写全，例如：{example}"
EXAMPLE: Mapping[str, str] = {
    "action": "堵",
    "pipe": "管线：苯进料线",
    "medium": "介质苯",
    "temperature": "45℃",
    "pressure": "0.4MPa",
    "material": "材质碳钢",
    "spec": "规格DN100",
    "blind_no": "编号MB-12",
    "drawing": "图号P-03",
    "height": "高度8米",
    "layers": "隔离层两层",
    "mass": "重3.5吨",
    "load": "吊物：换热器",
    "rigging": "吊具：钢丝绳",
    "commander": "指挥李强",
    "operator": "司机王强",
    "slinger": "司索刘军",
    "radius": "作业半径15米",
    "path": "吊装路径经过泵房",
    "source": "电源：2号配电箱",
    "voltage": "380V",
    "device": "电焊机7.5kW",
    "user": "用电人王强",
    "permitted": "许可功率15kW",
    "author": "编制人王强",
    "depth": "深1.5米",
    "units": "涉及单位：消防队、调度室",
}
"""How to say a missing cell, by the same keys."""
HEIGHT_UNLIKELY = "作业高度「{said}」不对吧？不足2米不算高处作业，请核对后重写。"
NAMELESS = "「{said}」是什么设备的功率？"
METHOD = "用什么方式动火？"
METHODS = "干的是哪种活？"
SITUATIONS = "勾选符合的情况，没勾的就是没有"
FORMER_MEDIUM = "里面盛装过什么？说不清请先问属地。"
YES, NO = "是", "不是"
LEADER = "作业负责人是谁？负责人不能兼监护人。"
SLOT = "这个时间有冲突。最早没有冲突的是下面这个时间，改不改？"
SLOT_MOVE = "改到{time}"
SLOT_KEEP = "不改，先和对方商量"
BLOCKED = "这样不能提交，请改一下再提交。"

HEADING: Mapping[WorkType, str] = {
    WorkType.HOT: "动火作业",
    WorkType.CONFINED_SPACE: "受限空间作业",
    WorkType.BLIND: "盲板抽堵作业",
    WorkType.HEIGHT: "高处作业",
    WorkType.LIFT: "吊装作业",
    WorkType.POWER: "临时用电作业",
    WorkType.EARTH: "动土作业",
    WorkType.ROAD: "断路作业",
}
HEADING_OPEN = "新申请"
LINE_TIME, LINE_PLACE, LINE_TASK = "时间", "地点", "内容"
LINE_WORKERS, LINE_GUARDIAN, LINE_CHAIN = "作业人", "监护人", "审批"
LEADS = "（{name}负责）"

SITUATION: Mapping[str, str] = {
    "outdoor": "露天作业",
    "at_height": "离地2米及以上",
    "large_vessel": "大设备，要分层取样",
    "outer_wall": "在管道或罐、塔外壁上",
    "long_line": "较长的物料管线",
    "open_surroundings": "在设备外敞开处",
    "in_confined_space": "在受限空间里",
    "pressure_part": "焊的是承压件",
    "welder_machine_over_10m": "焊机离动火点超10米",
    "temporary_power": "要接临时用电",
    "blind_work": "要抽堵盲板",
    "oxygen_service": "是氧气设备或管道",
    "rotating_equipment": "里面有转动设备",
    "dusty": "有扬尘",
    "sudden_change": "气体可能突然变化",
    "oxygen_shortage": "可能缺氧",
    "oxygen_rich": "富氧环境",
    # other special works this one touches
    "hot_work": "要动火",
    "lifting": "要吊装",
    "digging": "要动土",
    "road_closed": "要断路",
    # blinds
    "toxic_medium": "管内有毒介质",
    "corrosive": "管内强腐蚀介质",
    "hot_medium": "管内高温介质",
    "cold_medium": "管内低温介质",
    "shared_line": "几家企业共用的管道",
    # height: what decides the grade, then the rest
    "gust_5": "阵风五级及以上",
    "cold_5c": "平均气温5℃及以下",
    "cold_water": "要碰12℃以下冷水",
    "slippery": "有冰雪、油、水，易滑",
    "poor_light": "光线差、看不清",
    "near_live_conductor": "离带电体太近",
    "swinging": "会摆动或立足宽不足0.5米",
    "toxic_or_low_oxygen": "有毒气体或缺氧",
    "disaster_prone": "易发灾害、抢险",
    "edge_opening": "洞口、坑、井、沟边",
    "dangerous_surroundings": "周围有易燃有毒或转动设备",
    "no_platform": "容器、管道上无平台护栏",
    "inside_tower": "在塔、容器里面",
    "near_toxic_vent": "靠近有毒放空管、烟囱",
    "hot_cold_environment": "高温或低温环境",
    "snow_work": "雪天作业",
    "rain_work": "雨天作业",
    "night_lamps_only": "夜间室外全靠灯照明",
    "live_line": "带电作业",
    "hanging": "悬空、没有可靠立足点",
    "steep_slope": "坡度大于45度的斜坡",
    "scaffold": "用脚手架、安全网、围栏",
    "ladder_rope": "用梯子、绳索",
    "overlapping": "上下层同时有人干活",
    "guard_removed": "要动防护设施",
    "regularly_at_height": "作业人经常登高干活",
    # lifting
    "complex_lift": "形状复杂、细长、易碎、贵重",
    "near_hazmat": "旁边有危险物料设备管道",
    "near_power_line": "附近有带电线路",
    "overhead_lines": "吊装高度内有管线桥架",
    "ground_bearing": "吊车下有地沟、盖板",
    "anchor_structure": "用建筑物作锚点",
    "tandem": "两台及以上吊车抬吊",
    # temporary power
    "mixed_load": "动力照明合用一路",
    "overhead": "线路架空",
    "overhead_road": "架空线跨路",
    "surface_laid": "沿墙、沿地敷设",
    "buried": "线路埋地",
    # digging
    "buried_media": "地下可能有易燃有毒介质",
    "in_unit_area": "在装置区或罐区内",
    "on_road": "涉及道路",
    "concerns_water": "涉及地下给排水管",
    "concerns_electric": "涉及地下电缆光缆",
    "concerns_steam": "涉及地下蒸汽热力管",
    "concerns_process": "涉及地下工艺管线",
    "concerns_equipment": "涉及设备基础",
    "concerns_fire": "涉及消防管线或通道",
    # roads
    "rain_snow_fog": "可能有雨、雪、雾",
    "no_sign": "短时定点，不设标志牌",
    "fire_route_kept": "保留消防车通道",
}
"""A situation to tick, ≤16 characters."""

DUPLICATE = "您已有一张相近的票：{number}（{status}）。确实要另办再提交。"
COPIED = "照{number}填的，请改时间并核对人员。"
REVISED = "{number}被退回：{reason}"
LINKED = "与{numbers}是同一件活，互相关联。"
MORE_FOLLOWS = "提交后接着办：{works}。"
GRADED = "{grade}：{why}"

AGAIN = "重新发起：原票{number}没有办成，新票会注明原票号。请核对后提交。"
AGAIN_CITED = "重新发起，原票{number}"
SINCE_RULES = "规则："
SINCE_NEW_PACK = "{title}已生效"
SINCE_PACK_CHANGED = "{title}有修改"
SINCE_PACK_ENDED = "{title}不再适用"
SINCE_PLANT = "本厂规定或基础数据"
SINCE_GRADE = "级别："
SINCE_VALIDITY = "最长有效期："
SINCE_NODE = "新增审批："
SINCE_MEASURE = "新增措施："
SINCE_CERTIFICATE = "新增证件要求："
SINCE_GAS = "气体限值有变化"
SINCE_PEOPLE = "人员证件："
SINCE_PLACE = "作业点："
