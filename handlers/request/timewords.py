"""Words of time, as one table of patterns. `timescan` cuts a text with it; `timeframe` says what they mean together.

Every piece must later be used: a word of time that nobody can place becomes a question. So vague words (``节后``,
``左右``, ``夜班``) are in the table too; they must not fall silently under it. Order matters: the first pattern that
fits wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.request.numerals import CN_INT


class DayPart(StrEnum):
    """A part of the day, as said."""

    DAWN = "凌晨"
    MORNING = "早上"
    FORENOON = "上午"
    NOON = "中午"
    AFTERNOON = "下午"
    DUSK = "傍晚"
    EVENING = "晚上"
    NIGHT = "夜里"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSaid:
    """A time of day as said: hour 0-24, minute, part of day, and whether the writing itself is 24-hour."""

    hour: int
    minute: int
    part: DayPart | None = None
    explicit24: bool = False
    either: bool = False
    """A bare hour that replaces one after noon: both halves of the day are possible."""


class Kind(StrEnum):
    """What a piece of text is."""

    DAY = "day"
    PART = "part"
    CLOCK = "clock"
    RANGE = "range"
    DURATION = "duration"
    AFTER = "after"
    NOW = "now"
    NEXT_DAY = "next_day"
    TO = "to"
    START_MARK = "start_mark"
    END_MARK = "end_mark"
    VAGUE_DAY = "vague_day"
    VAGUE_TIME = "vague_time"
    VAGUE_LENGTH = "vague_length"
    SEVERAL_DAYS = "several_days"
    IGNORE = "ignore"


CN = "零一二两三四五六七八九十廿"
H = "(?:1[0-9]|2[0-4]|0?[0-9]|二十[一二三四]?|廿[一二三四]?|十[一二三四五六七八九]?|[零一两二三四五六七八九])"
_MINUTE = "(?:[0-5]?[0-9]|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]|[一二三四五六七八九])"
MINUTE2 = "(?:[0-5][0-9]|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])"
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = (
    "(?:(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
    f"|(?:三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])(?![{CN}]))"
)
_N = rf"(?:[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?|{CN_INT})"
_TO = r"\s?[-~到至]+\s?"

PLACE_NOUN = (
    r"(?:号|罐|釜|泵|塔|车间|机|炉|楼|门|线|库|站|池|井|槽|仓|阀|管|装置|单元|反应|储|换热|压缩|风机|变|配|厂|区|平台|栈|码头|桥|沟|路|坑|"
    r"法兰|设备|桶|箱|柜|球|气|油|水|酸|碱|氨|氯|氢|锅|灌|车|吊|轨|皮带|冷|加热|分离|精馏|蒸|干燥|过滤|缓冲|位|钢)"
)
"""What makes ``3号…`` a place: then it is never the third of the month."""

_PARTS = {
    DayPart.DAWN: "凌晨|拂晓",
    DayPart.MORNING: rf"清晨|早晨|一?大?清早|一?早上|一早(?!班)|早间|(?<=[今明])[早晨]|早(?=\s?{H}(?:点|时|:|{_TO}))",
    DayPart.FORENOON: "上午|午前",
    DayPart.NOON: "正午|中午|午间|晌午",
    DayPart.AFTERNOON: "下午|午后|后晌",
    DayPart.DUSK: "傍晚|黄昏",
    DayPart.EVENING: rf"晚上|晚间|(?<=[今明昨当])晚|晚(?=\s?{H}(?:点|时|:|{_TO}))",
    DayPart.NIGHT: rf"夜晚|夜间|夜里|深夜|半夜|午夜|[前后]半夜|(?<=[今明昨当])夜|夜(?=\s?{H}(?:点|时|:|{_TO}))",
}
PART_WORDS = {part: re.compile(words) for part, words in _PARTS.items()}
_PART = "|".join(f"(?:{words})" for words in _PARTS.values())

_HOLIDAY = (
    "(?:元旦|春节|除夕|大年[初三]?[一二三四五六七八九十]?|元宵|清明|五一|劳动节|端午|中秋|国庆|双节|小?长假|假期|放假|节日|周末|双休日?|工作日|"
    "休息日|农历|正月|腊月|节(?=[前后])|年(?=[前后底初]))"
)
_VAGUE_DAY = (
    rf"{_HOLIDAY}(?:[节日]?[前后期底初]?间?的?)?(?:第[一二三四五六七]天|当天)?|第[一三四五六七0-9]天|[前后头]一天|初[一二三四五六七八九十](?!级|步|次)|"
    r"(?:这|本|下|上)个?月(?:初|中旬|中|底|末)|[上中下]旬|(?:下|上|本|这)个?(?:周|星期|礼拜)(?![一二三四五六日天1-7])|改天|改日|过几天|过[两俩]天|这[几两]天|"
    r"(?<![A-Z])(?:MON|TUE|WEDNES|THURS|FRI|SATUR|SUN)(?:DAY)?(?![A-Z])|近期|最近|到时候|(?:时间|日期):?(?:待定|另定)|择日"
)
_VAGUE_TIME = (
    "尽快|尽早|越快越好|随时|有空|(?<![今明昨当])[早晚]一?点儿?(?![0-9半钟整一二三])|晚些(?:时候)?|一会儿?|待会儿?|等会儿?|等一下|等下|稍后|稍晚|"
    "过一?会儿?|回头|抽空|[白夜早中晚]班|大夜|小夜|倒班|交接?班[前后]?|[上下]班[前后]?|班[前后]|收工[前后]|全天|[一1]?整天|白天|大?半天|通宵|全夜|整夜|"
    "饭[前后]|午休|昼夜"
)
_HOURS = r"(?:小时|钟头|H(?![A-Z0-9])|HRS?(?![A-Z])|HOURS?(?![A-Z]))"
_ANY_LENGTH = (
    rf"(?:半个?{_HOURS}|{_N}\s?个?半?\s?{_HOURS}半?(?:[零又]?{_N}\s?分钟?)?|[一两二三123]刻钟"
    rf"|{_N}\s?(?:分钟|MINS?(?![A-Z])))"
)
LENGTH = re.compile(
    rf"(?P<onehalf>半个?{_HOURS})|(?P<hours>{_N})\s?个?(?P<half1>半)?\s?{_HOURS}(?P<half2>半)?(?:[零又]?(?P<more>{_N})\s?分钟?)?"
    rf"|(?P<quarters>[一两二三123])刻钟|(?P<minutes>{_N})\s?(?:分钟|MINS?)"
)
"""Takes one exact length apart."""
_FEW = "[一两二三四五六七八九]"
_LOOSE_LENGTH = (
    rf"(?:好?几|{_FEW}{{2}}|(?:[0-9]{{1,2}}|{_FEW})\s?[-~到至、]\s?(?:[0-9]{{1,2}}|{_FEW})|{_N}[几来多])\s?个?半?多?\s?(?:小时|钟头|分钟)"
    rf"|{_N}\s?个?多(?:小时|钟头)|{H}[点时](?:[0-9]{{1,2}}|{_FEW})个?(?:小时|钟头)"
)
_ABOUT = "(?:大约|大概|约莫|差不多|约|近|将近|至少|最多|最少|顶多|不超过|不到)"
_CLOCK_AT_ALL = rf"(?:{H}[点时](?:半|{MINUTE2}分?|[一三13]刻)?钟?|{H}:[0-5][0-9])"
_DOT_DAY = (
    r"(?<![/A-ZΦ-])(?P<mo5>1[0-2]|0?[1-9])\.(?P<d5>3[01]|[12][0-9]|0[1-9])(?:日|号)?(?![0-9./-])"
    r"(?!\s?(?:[米吨%％度升倍个]|MM|M|KG|MPA|KPA|T|PPM|公斤|千克|MG))"
)
_NAMED_DAY = (
    "(?P<name>TODAY|TOMORROW|TMR|大后天|大前天|后天|后日|明天|明日|明儿个?|今天|今日|今儿个?|当[天日]|本日|昨天|昨日|昨儿|前天|前日|"
    "(?<![说表证声照透注])明(?=[早晨晚夜]|上午|下午|中午|凌晨)|今(?=[早晨晚夜]|上午|下午|中午)|昨(?=[晚夜])|当(?=[晚夜]))"
)
_OCLOCK = "(?:点(?!位)|时(?![间段候]))"
_CLOCK = (
    rf"(?P<h>{H})\s?{_OCLOCK}(?:(?P<half>半)|(?P<quarter>[一三13])刻|钟|整|过?(?P<m1>{_MINUTE})分(?!之)"
    rf"|(?P<m2>{MINUTE2})(?![0-9号个人名台根米吨]))?"
)

RULES: tuple[tuple[str, Kind, str], ...] = (
    # lengths that are not the length of the work
    ("every", Kind.IGNORE, rf"(?:每隔?|间隔|隔|提前)\s?{_ANY_LENGTH}|{_ANY_LENGTH}(?=[测检记分析巡查]{{0,2}}一次)"),
    ("already", Kind.IGNORE, "(?:现在|目前)(?=[已在是正])|当前|(?:时间|工期)(?=紧)"),
    ("daily", Kind.SEVERAL_DAYS, f"每天|每日|每周[一二三四五六日天]?|每晚|天天|连续(?:[0-9]+|{CN_INT})[天日]"),
    # near misses of exact times
    ("short_of", Kind.VAGUE_TIME, rf"差{_N}\s?(?:分钟?|刻钟?)|[点时]差{_N}[分刻]"),
    ("loose", Kind.VAGUE_LENGTH, _LOOSE_LENGTH),
    ("either", Kind.VAGUE_TIME, rf"(?:{_FEW}{{2}}|[0-9]{{1,2}}、[0-9]{{1,2}})点(?!\s?位)"),
    ("about_length", Kind.VAGUE_LENGTH, rf"{_ABOUT}\s?{_ANY_LENGTH}"),
    ("about", Kind.VAGUE_TIME, rf"{_ABOUT}\s?(?:{_PART})?{_CLOCK_AT_ALL}"),
    ("dotted", Kind.VAGUE_TIME, rf"[0-9]{{1,2}}\.[0-9]{{2}}{_TO}[0-9]{{1,2}}\.[0-9]{{2}}(?![0-9])"),
    # lengths
    (
        "after",
        Kind.AFTER,
        rf"再?过\s?(?P<a1>{_ANY_LENGTH})(?:之后|以后|后)?|(?P<a2>{_ANY_LENGTH})(?:之后|以后|过后|后(?!天))",
    ),
    ("within", Kind.VAGUE_LENGTH, rf"{_ANY_LENGTH}\s?(?:以内|之内|内|以前|之前|前|以上|左右|多)"),
    ("length", Kind.DURATION, _ANY_LENGTH),
    ("days_after", Kind.DAY, rf"(?P<days>{_N})[天日](?:之后|以后|过后|后(?!天))"),
    (
        "days",
        Kind.SEVERAL_DAYS,
        rf"(?:{_N}|几)(?:天|昼夜|周(?![一二三四五六日天围边])|个?星期(?![一二三四五六日天])|个月)(?!车)",
    ),
    ("now", Kind.NOW, "现在|此刻|马上|立即|立刻|即刻|这就|眼下|NOW(?![A-Z])"),
    # dates
    (
        "compact",
        Kind.RANGE,
        rf"(?<![A-Z/-])(?P<c1>(?:[01][0-9]|2[0-4])[0-5][05]){_TO}(?P<c2>(?:[01][0-9]|2[0-4])[0-5][05])(?![0-9A-Z号.:/-])",
    ),
    (
        "iso",
        Kind.DAY,
        r"(?P<y>20[0-9]{2})[-/.](?P<mo>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12][0-9]|0?[1-9])(?:日|号)?(?![0-9])",
    ),
    (
        "monthday",
        Kind.DAY,
        rf"(?:(?P<y2>20[0-9]{{2}}|二零二[一二三四五六七八九]|今|明)年)?(?P<mo2>{_MONTH})月份?(?P<d2>{_DAY})(?:日|号(?!{PLACE_NOUN})|(?!号))",
    ),
    ("month", Kind.VAGUE_DAY, rf"{_MONTH}月份?(?:{_DAY}号)?|20[0-9]{{2}}年|[今明]年"),
    ("thismonth", Kind.DAY, rf"(?P<rel>本|这个?|下个?)月(?P<d3>{_DAY})(?:日|号(?!{PLACE_NOUN}))"),
    ("monthend", Kind.DAY, "(?<=[到至])(?P<end>这个?|本|下个?)?月[底末]"),
    ("nextday", Kind.NEXT_DAY, "次日|翌日|第二天|隔天|转天"),
    ("vague_day", Kind.VAGUE_DAY, _VAGUE_DAY),
    (
        "slash",
        Kind.DAY,
        r"(?<![/A-ZΦ])(?P<mo4>1[0-2]|0?[1-9])/(?P<d4>3[01]|[12][0-9]|0?[1-9])(?:日|号)?(?![0-9/])(?!\s?[寸吋\"英″])",
    ),
    ("dotday", Kind.DAY, _DOT_DAY),
    (
        "dashday",
        Kind.DAY,
        rf"(?<![/A-Z年月-])(?P<mo6>1[0-2]|0?[1-9])-(?P<d6>3[01]|[12][0-9]|0?[1-9])(?=\s+(?:{_PART}|{H}(?:点|时(?!间)|:)))",
    ),
    ("name", Kind.DAY, _NAMED_DAY),
    (
        "weekday",
        Kind.DAY,
        r"(?P<wp>下下个?|下个?|本|这个?|上个?)?(?:周|星期|礼拜)(?P<wd>[一二三四五六]|[1-6](?![0-9])|[日天](?!常))",
    ),
    ("domain", Kind.DAY, rf"(?<![A-Z年月第-])(?P<d7>{_DAY})(?:日(?![内前间常用志光])|(?P<hao>号)(?!{PLACE_NOUN}))"),
    # times of day
    ("vague_time", Kind.VAGUE_TIME, _VAGUE_TIME),
    ("part", Kind.PART, _PART),
    ("approx", Kind.VAGUE_TIME, rf"{_CLOCK_AT_ALL}\s?(?:左右|多钟?|来钟|前后|上下|许|以后|之后|过后|后(?!天|日))"),
    (
        "colon",
        Kind.CLOCK,
        r"(?P<ch>1[0-9]|2[0-4]|0?[0-9]):(?P<cm>[0-5][0-9])(?::00)?[点时分]?\s?(?P<ap1>[AP]\.?M\.?)?(?![0-9:])",
    ),
    (
        "bare_range",
        Kind.RANGE,
        rf"(?<![A-Z/-])(?P<r1>{H}){_TO}(?P<r2>{H}){_OCLOCK}(?:(?P<rhalf>半)|(?P<rm>{MINUTE2})(?![0-9号])分?)?(?:钟|整)?",
    ),
    ("clock", Kind.CLOCK, _CLOCK),
    ("ampm", Kind.CLOCK, r"(?<![A-Z])(?P<ah>1[0-2]|0?[1-9])\s?(?P<ap2>[AP]\.?M\.?)(?![A-Z])"),
    ("hour_range", Kind.RANGE, r"(?P<b1>1[0-9]|2[0-4]|0?[0-9])[-~到至](?P<b2>1[0-9]|2[0-4]|0?[0-9])(?=[\s,。;]|$)"),
    ("odd", Kind.VAGUE_TIME, r"(?<![A-Z])[0-9]{1,2}:[0-9]+"),
    # joints
    ("to", Kind.TO, "[-~到至]+"),
    ("end_mark", Kind.END_MARK, "结束|完工|收工|完成|干完|做完|收尾|为?止|之前|以前|前"),
    ("start_mark", Kind.START_MARK, "开始|开工|动工|开干|起(?![重吊动])"),
)
SCANNER = re.compile("|".join(f"(?P<rule_{name}>{pattern})" for name, _, pattern in RULES))
KIND_OF = {name: kind for name, kind, _ in RULES}
