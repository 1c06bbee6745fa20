"""The plant's words: works, methods, grades, facts, roles, labels, courtesies. Tables only; others read them."""

from __future__ import annotations

import re
from enum import StrEnum

from workflow.rules.types import Role
from workflow.values import WorkType

WORK_LABELS = {
    WorkType.HOT: "动火作业",
    WorkType.CONFINED_SPACE: "受限空间作业",
    WorkType.BLIND: "盲板抽堵作业",
    WorkType.HEIGHT: "高处作业",
    WorkType.LIFT: "吊装作业",
    WorkType.POWER: "临时用电作业",
    WorkType.EARTH: "动土作业",
    WorkType.ROAD: "断路作业",
}
"""Labels of GB 30871-2022."""

_INSIDE = "(?:储罐|罐(?![区组])|反应[釜器]|釜|塔|槽|筒?仓(?!库)|窨?井|池|坑|炉膛?|容器|设备|地沟|烟道|涵洞|箱体)"
_ENTERED = f"(?:{_INSIDE}|罐车|管道|箱涵)"
ENTERING = re.compile("(?<![推改引促先前上])(?:进入?到?|钻进|下到?|入到?)\\s?$")
"""What stands before a vessel that people go into."""
WORKS: dict[WorkType, re.Pattern[str]] = {
    WorkType.HOT: re.compile("(?:动火|用火|明火)(?:作业)?"),
    WorkType.CONFINED_SPACE: re.compile(
        f"(?:受限|有限|密闭)空间(?:作业)?|清[罐釜塔槽池仓]|(?:进入?到?|下到?|入|钻进?){_ENTERED}(?:内|里面?)?(?:作业)?"
        f"|{_INSIDE}(?:内部?|里面?)(?:作业|施工)?(?!侧|外)|(?:人员?)?进去(?:作业)?"
    ),
    WorkType.BLIND: re.compile("盲板(?:抽堵)?(?:作业)?|抽堵盲?板?(?:作业)?|[加抽堵拆]盲(?!板|区|管|法)"),
    WorkType.HEIGHT: re.compile(
        "高处(?:作业)?|登高(?:作业)?|高空(?:作业)?|爬高|上架子|(?:搭设?|拆除?)(?:[0-9.]+米)?高?的?(?:架子|架(?![线空设构桥]))|"
        "脚手架|吊篮|爬塔|蜘蛛人"
    ),
    WorkType.LIFT: re.compile(
        "(?:吊装|起吊|吊运|起重|吊卸)(?![工带]|机)(?:作业)?|(?:汽车|履带|随车)?吊车|汽车吊|履带吊|随车吊|行吊|"
        "吊机|吊(?=[0-9]|[一二三四五六七八九十两百半]+(?:吨|台|个|公斤|千克))"
    ),
    WorkType.POWER: re.compile(
        "临时(?:用电|电源|接电|拉电)(?:作业)?|(?:接|拉|用)?临时?电(?:作业)?(?![话动气])|临电|(?<![0-9A-Z])接"
        "(?:220|380)(?:伏|V)?的?电|接(?:个|一路)?动力电"
    ),
    WorkType.EARTH: re.compile(
        "(?:动土|破土|开挖|挖掘)(?:作业)?|挖(?:[0-9.]+米?深?的?)?(?:[一个条]{0,2})(?:沟|坑|土|槽|基坑|管沟|"
        "地沟|电缆沟|方|路面)|打(?:接地)?[桩]|破路面?"
    ),
    WorkType.ROAD: re.compile(
        "断路(?!器)(?:作业)?|封(?:闭|锁|住)?[东南西北主厂区内一二三四1-9号条]{0,4}(?:道路|马路|路(?![口径由]))|"
        "占(?:用)?(?:道路|道|路)(?:作业)?|断道|封道"
    ),
}
"""The name of each work, wide enough for how people call it."""

FORMAL = re.compile(
    "(?:动火|用火|明火|(?:受限|有限|密闭)空间|高处|登高|高空|临时用电|动土)(?:作业)?|吊装作业|(?:盲板抽堵|"
    "抽堵盲板|断路)(?:作业)?"
)
"""Names of works that say nothing about the task behind them (``登高换灯``)."""
METHODS: tuple[tuple[str, str], ...] = (
    ("argon_welding", "氩弧焊?"),
    ("gas_cutting", "气割|火焰切割|氧割|割枪|割炬"),
    ("plasma_cutting", "等离子(?:切割?)?"),
    ("gas_welding", "气焊|(?<![动用明])火焊"),
    ("electric_welding", "电焊(?!工)|手工焊|焊条电弧焊|[二气]保焊"),
    ("brazing", "钎焊|锡焊"),
    ("welding", "(?:焊接|补焊|点焊|堆焊|满焊|施焊|焊补|焊机)|焊(?![工条缝口材道点丝])"),
    ("cutting", "(?<!冷)(?<!水)切割(?!草)|割(?:除|断|开|管|口|掉|下)|砂轮切"),
    ("grinding", "打磨|磨光|抛光|角磨机?|磨光机|砂轮机?|磨口"),
    ("drilling", "钻孔|打孔|开孔|电钻|冲击钻|打眼"),
    ("blowlamp", "喷灯|烤枪|烘烤|热风枪|热熔"),
    ("blasting", "喷[砂沙]|抛丸"),
)
"""Methods that make flame, sparks or a hot surface (GB 30871-2022 3.4, domain 1.1): said alone, they mean hot work."""
METHOD_LABELS = {
    "argon_welding": "氩弧焊",
    "gas_cutting": "气割",
    "plasma_cutting": "等离子切割",
    "gas_welding": "气焊",
    "electric_welding": "电焊",
    "welding": "焊接",
    "cutting": "切割",
    "grinding": "打磨",
    "drilling": "钻孔",
    "blowlamp": "喷灯",
    "brazing": "钎焊",
    "blasting": "喷砂",
}
METHOD = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in METHODS))
NEGATED = re.compile(
    "(?:不(?:需要?|用|要|涉及|是|会|能|进行|做|搞)?|无需?|没有?|免|未|非|禁止|严禁|不准|(?<![级类区分性特])别)$"
)


class StatedGrade(StrEnum):
    """The grade a person named. A claim, compared with the computed grade; it never lowers it."""

    SPECIAL = "special"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"


GRADE_LABELS = {
    StatedGrade.SPECIAL: "特级",
    StatedGrade.FIRST: "一级",
    StatedGrade.SECOND: "二级",
    StatedGrade.THIRD: "三级",
    StatedGrade.FOURTH: "四级",
}
GRADE_SIGNS = dict(zip("特一1ⅠI二2Ⅱ三3Ⅲ四4Ⅳ", "特一一一一二二二三三三四四四", strict=True))
GRADE_OF = {label[0]: grade for grade, label in GRADE_LABELS.items()}
_GRADED = "动火|用火|高处|登高|高空|吊装|受限|有限|作业|票|证"
GRADE = re.compile(
    f"(?<![风力震上下同各第0-9])(?P<sign>[特一二三四1-4ⅠⅡⅢⅣ])级(?:的)?\\s?(?={_GRADED}|[ ,。;:!)\\n\ue000]|$)"
    f"|(?:动火|用火|高处|登高|吊装|级别|等级)(?:作业)?[:为是]?\\s?(?P<sign2>[特一二三四1-4ⅠⅡⅢⅣ])级(?!风|泵|塔|反应)"
)


class FactKind(StrEnum):
    """A fact about the place that grade and checklist depend on. Names follow `workflow.permit.content.SiteFacts`."""

    PIPE_RACK = "pipe_rack"
    DIKE = "dike"
    TANK_AREA = "tank_area"
    OPERATING = "operating"
    PURGED = "purged"
    ISOLATED = "isolated"
    OUTDOOR = "outdoor"
    FIXED_HOT_WORK = "fixed_hot_work"
    FIRE_EXPLOSION = "fire_explosion"
    OXYGEN_RICH = "oxygen_rich"
    CONTRACTOR = "contractor"


FACTS: tuple[tuple[FactKind, bool, str], ...] = (
    (FactKind.FIXED_HOT_WORK, True, "固定动火(?:区|点)"),
    (
        FactKind.PURGED,
        False,
        "(?:未|没有?|不)(?:经过?)?(?:置换|吹扫|清洗)(?:合格|干净)?|置换(?:未|不|没)合格|带压不置换",
    ),
    (FactKind.PURGED, True, "(?:置换|吹扫|清洗)(?:已经?)?(?:合格|完毕?|干净)|已经?(?:置换|吹扫|清洗)(?:合格|完毕?)?"),
    (FactKind.OPERATING, True, "带压|(?:正在|在)?运行中|正在运行|在线运行|(?:不|未|没有?)停车|生产中|在产|带料"),
    (FactKind.OPERATING, False, "已经?停(?:车|产|用|运|机)|停车了|停(?:产|运)了?|已停"),
    (
        FactKind.ISOLATED,
        True,
        "已经?(?:隔离|加好?盲板|加装盲板|堵好?盲板)|盲板已经?加好?|(?:隔离|盲板)(?:已)?(?:完成|到位)",
    ),
    (FactKind.PIPE_RACK, True, "管廊|管桥|管架"),
    (FactKind.DIKE, True, "围堰|防火堤"),
    (FactKind.TANK_AREA, True, "罐区"),
    (FactKind.OUTDOOR, True, "露天|室外|户外"),
    (FactKind.OUTDOOR, False, "室内|厂房内|屋里"),
    (FactKind.FIRE_EXPLOSION, False, "非(?:防爆|爆炸危险)(?:区域?|场所)?|非防爆"),
    (FactKind.FIRE_EXPLOSION, True, "防爆区|爆炸危险(?:区域?|场所)|易燃易爆(?:场所|区域?)?|甲类(?:区域?|装置)?"),
    (FactKind.OXYGEN_RICH, True, "富氧"),
)
FACT = re.compile("|".join(f"(?P<f{at}>{pattern})" for at, (_, _, pattern) in enumerate(FACTS)))

ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.APPLICANT, "(?:申请|报票|填报|填表|提交)人"),
    (
        Role.GAS_ANALYST,
        "(?:气体)?(?:分析|检测|化验|取样)(?:人员?|员)|分析(?=[:\ue000])|(?:负责)?(?:测气|气体检测|气体分析)",
    ),
    (Role.GUARDIAN, "(?:负责)?(?:现场|动火|作业)?(?:(?:监护|监火|看火)(?:人员?|员|者)?|看着|盯着|看护|旁站)"),
    (
        Role.WORK_LEADER,
        "(?:作业|施工|现场|项目)?负责人|负责(?=[ ,。;:!\\n]|$)|(?:作业|现场)?带班(?:人|领导)?|领班|带队|牵头人?|指挥",
    ),
    (
        Role.WORKER,
        (
            "(?:动火|作业|施工|操作|参与|入罐|进罐|检修)人员?|(?:电|气)?焊工|电工(?!证)|架子工|普工|作业成员|"
            "干活的?人?|人员(?=[:是])"
        ),
    ),
)
ROLE = re.compile("|".join(f"(?P<{role.name}>{words})" for role, words in ROLE_WORDS))
DUTY_WORDS: tuple[tuple[str, str], ...] = (
    ("commander", "(?:吊装|起重|现场)?(?:总)?指挥(?:人员?|员|者)?|信号(?:工|指挥|员)"),
    ("slinger", "司索(?:人员?|工|员)?|挂钩(?:人员?|工)?|捆绑(?:人员?|工)"),
    (
        "operator",
        (
            "(?:汽车吊|吊车|行车|天车|起重机|吊机|塔吊)?(?:司机|驾驶员)|(?:吊装|起重)(?:作业)?(?:人员?(?!指挥)|工)|"
            "(?:吊车|行车|天车|起重机|吊机|葫芦)?操作(?:人员?|工|手)|(?:吊车|行车|天车)工|"
            "开(?:吊车|行车|天车)的?"
        ),
    ),
    ("user", "用电(?:人员?|负责人|使用人)|使用人"),
    ("author", "(?:位置图|图纸?)?(?:编制|绘制|绘图)(?:人员?|者)"),
)
DETAIL_LABEL = re.compile(
    "(?:回转|作业|吊装|工作)?半径|隔离层|防护层|焊机|消防车?通?道|(?:作业|坠落)?高度|(?:吊物|吊装)?(?:重量|质量|吊重)|吊物|吊具|索具|(?:开挖|挖掘|沟|坑|挖)?深度?|电压|电源"
    "(?:接入)?点?|(?:许可|总)?功率|"
    "介质|温度|压力|材质|规格|盲板编?号|编号|位置图|图号|管线|管道|(?:断路)?原因|涉及单位|作业范围|抽堵"
)
"""Labels of the cells of single works, as a correction names them."""
DUTY = re.compile("|".join(f"(?P<{name}_>{words})" for name, words in DUTY_WORDS))
"""People of a work's own form (Annex A.3, A.5, A.6). Group names are `details.DetailKey` values with an underscore."""
OTHER_ROLE = re.compile(
    "(?:审批|批准|签发|审核|会签|验收|交底|接受交底|联系|验票|确认)人|安全员|安全管理人员|值班长|值长|调度|"
    "主管领导|车间主任|现场领导|领导"
)
"""People who are named for something else: they must not become workers by standing there."""
ROLE_LABELS = {
    Role.GUARDIAN: "监护人",
    Role.WORK_LEADER: "作业负责人",
    Role.WORKER: "作业人",
    Role.GAS_ANALYST: "分析人",
    Role.APPLICANT: "申请人",
}

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴"
    "丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利"
)
COMMON_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
NOT_A_NAME = re.compile(
    "高[压温处空]|安[全装排]|时间|方[案便]|常[压温]|管[线道廊子架]|水[泵管]|金属|白[天班]|施[工焊]|严[禁格]|"
    "车[间辆]|许可|马[上达]|成[品型]|计[划量]|"
    "石[化灰油]|柴油|温[度差]|谢谢|全[天部程]|应[急该]|明[天早晚火]|查[漏看找]|文[件明]|武器|范围|夏天|夏季|"
    "何时|周[边围期末]|陶瓷|严重|万用|"
    "钱款|龙门|雷雨|史无|白色|黄色|金额|任务|任何|单位|程序|章程|向外|汤|于[是此]|高度|高位|施压|方向|方位|"
    "金工|江边|田地|石棉|毛刺|孔洞|孔板"
)
"""Ordinary words that begin like a name."""
TITLED = re.compile(
    "[小老阿大](?P<a>[\u4e00-\u9fff])|(?P<b>[\u4e00-\u9fff])(?:工|师傅|班长|主任|队长?|总|经理|科长|部长|厂长|哥|姐)"
)

LABEL = re.compile(
    "(?P<place>(?:作业|动火|施工)?(?:地点|位置|部位|区域)|受限空间名称|地方)\\s?[:是为]\\s?"
    "|(?P<task>(?:作业|动火|施工|工作)?(?:内容|任务|事由)|干什么|原因)\\s?[:是为]\\s?"
    "|(?P<other>(?:作业|动火|施工|实施|计划)?(?:时间|类型|类别|级别|等级|方式|单位|人员|日期)|申请(?:人|单位|"
    "部门))\\s?[:是为]\\s?"
)
_COURTESY = (
    "你好|您好|大家好|各位|领导|机器人|作业票|许可证?|麻烦(?:你|您)?(?:一下)?|请(?:帮忙?|问|给)|帮(?:我|忙|"
    "一下)|谢谢(?:你|您|啦)?|多谢|辛苦了?|拜托(?:了)?|"
    "(?:我们?|咱们?|俺)(?:这边|这里|班组?|车间)?(?:想要?|要|打算|准备|需要?|计划|拟)?|想要|打算|准备|需要|计划|"
    "安排|申请(?:一?[个张份])?|办理?一?[个张份下]|办理|"
    "[开报弄来]一?[个张份]|开(?=票|证)|一?[个张份](?:票|证)|一下|进行|作业(?=$|[ ,。;:])|的话|也?就是|然后|还有|另外|"
    "以及|位置|老编号|原编号|旧编号|原来的?|以前的?|编号|位号|继续|顺便|主要|抓紧|注意安全|情况|如下|信息|人员|"
    "工作|票|证"
)
_ALONE = (
    "[由让为是在的了吗呗嘛吧啊呢哈呀哦嗯要去做干对给把从自用于和与及跟来到再就都还又该这那个需今有内里上处共名人作业施工办开想请我俺咱们需号]|"
    "好的?|这个?|那个?|两人?|现场|时间|"
    "地点|内容|方式|级别|类型|单位|位置|部位|可以|没有?|不|ok|OK"
)
COURTESY = re.compile(f"(?:{_COURTESY})+")
"""Words that say nothing about the job, wherever they stand at the edge of a phrase."""
HEAD = re.compile(
    "(?:(?:作业|动火|施工|工作)?(?:内容(?!物)|任务(?!书))|在|把|给|要|去|的|是|为|由|让|对|请|需|并|则|将|"
    "做一?下?(?!好)|干(?!燥|气|法))+"
)
TAIL = re.compile("(?:了|的|需要|吗|呗|吧|啊|呢|哈|呀|哦|一下|作业|施工|工作|谢谢)+$")
FILLER = re.compile(f"(?:{_COURTESY}|{_ALONE})+")
"""A phrase made of nothing else says nothing."""
TASK = re.compile(
    "换|拆|装|修|补|堵|清|刷|焊|割|切|磨|钻|接|改|移|加|配|校|查|测|保温|防腐|除锈|涂|漆|喷|扫|试压|打压|疏通|"
    "敷|铺|砌|浇|打|挖|吊|抽|铲|新增|调|紧固|"
    "润滑|标定|取样|处理|消[缺漏]|制作|预制|碰头|封|搭|架设|布线|放线|固定|解体|复位|对接|碰管|动改|技改|更新|"
    "导|放空|置换|吹|冲洗|烘|烤|熔|撬|敲|"
    "焊|探伤|检|恢复|立杆|投用|拉|穿|埋|排|卸|灌|充|抢|整改|泄漏|漏"
)
COMPANY = re.compile(
    "[\u4e00-\u9fffA-Z0-9()]{2,16}?(?:有限|责任|股份|集团)*公司|[\u4e00-\u9fff]{2,8}(?:建设|安装|检修|工程|"
    "建筑|防腐|消防)(?:集团|队)"
)
OUTSIDE = re.compile("外包(?:单位|队伍?|人员)?|承包商|外委(?:单位|队伍?)?|外协(?:单位)?|施工队|外来(?:单位|施工)")
SELF = re.compile("我自己|本人|自己|我本人|我|俺")
