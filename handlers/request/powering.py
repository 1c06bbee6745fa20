"""临时用电: where the power comes from, its voltage, and what hangs on it with how many kilowatts."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from handlers.request.details import Claim, DetailDoubt, DetailKey, DetailSaid, doubtful, number_said
from handlers.request.folding import Span, mask
from handlers.request.numerals import to_int
from handlers.request.quantities import Measure, Quantity, of_kind, quantities

_DEVICE = re.compile(
    "(?:直流|交流|氩弧|逆变)?电焊机|氩弧焊机|焊机|潜水泵|污水泵|排污泵|水泵|泥浆泵|真空泵|液压泵|油泵|"
    "照明灯具?|照明|碘钨灯|防爆灯|投光灯|探照灯|行灯|"
    "角磨机|打磨机|磨光机|切割机|砂轮机|套丝机|坡口机|热熔机|滚槽机|手?电钻|电锤|电镐|冲击钻|空压机|空气压缩机|"
    "轴流风机|鼓风机|排风机|风机|"
    "搅拌机|振动棒|振捣器|卷扬机|烘箱|烘干箱|电加热器|加热器|热处理机|滤油机|清洗机|高压清洗机|吸尘器|探伤机|"
    "打夯机|打桩机|钻机|吊篮|手持电动工具|电动工具|检测仪"
)
_N = "[0-9]+|[一二两俩三四五六七八九十]+"
_COUNT_BEFORE = re.compile(f"(?P<n>{_N})\\s?(?:台|个|盏|部|只|套|把|支)\\s?$")
_COUNT_AFTER = re.compile(
    f"(?P<each>/[台个盏把])?(?P<gap>\\s?[,×X*]?\\s?)(?P<n>{_N})\\s?(?:台|个|盏|部|只|套|把|支)(?!套)"
)
_LINK = re.compile(
    "(?P<link>\\s?(?:[:(（,]|的|是|为|额定|功率|容量|(?P<each>每[台个盏把]|各|单台|均为|都是)|(?P<all>总功率|"
    "总共|合计|共计|一共|总|共))*\\s?)$"
)
_TOTAL = re.compile("(?:许可(?:用电)?功率|总功率|总负荷|负荷|总容量|容量|总用电)\\s?[:为是约共]?\\s?$")
_SUM = re.compile("(?:总计|合计|共计|总共|一共|共)\\s?[:为是约]?\\s?$")
_CODE = "[\u4e00-\u9fffA-Z0-9#/号-]"
_SOURCE = re.compile(
    f"(?:电源(?:接入)?点|接入点|取电点|接电点|电源)(?:改成|改为|换成|改到)?\\s?(?:[:为是在从接自]|来自|取自|"
    f"接自|引自)+\\s?(?P<s1>{_CODE}{{2,20}})"
    f"|(?:从|自|由|在)(?P<s2>{_CODE}{{2,18}}?)(?=接电|取电|引电|拉电|接线|引线|拉线|供电|送电|接临时电|接临电|"
    f"接临时|上接|里接|处接|引出|接(?![地头手触]))"
    f"|(?:接自|引自|取自|接在|接到|接入)(?P<s3>{_CODE}{{2,20}})"
    r"|电源(?:接入)?点?\s?(?P<s5>[A-Z]{1,5}-?[0-9]+号?(?:柜|箱)?)"
    f"|(?P<s4>{_CODE}{{0,8}}(?:配电箱|检修箱|检修电源箱|电源箱|动力箱|配电柜|开关柜|低压柜|插座箱|MCC|"
    f"JX)-?[A-Z0-9-]{{0,8}}号?(?:柜|回路)?)(?=接|取|引|[ ,。;]|$)"
)
_BARE_VOLTS = re.compile(
    r"(?<![0-9A-Z.:/-])(?:电压\s?[:为是]?\s?)?(?P<n>380|220|三百八(?!十伏|十V)|三百八十(?!伏|V|千)|两百二"
    r"(?!十伏)|二百二(?!十伏|十V))(?!\s?(?:V|伏|千|KW|W|瓦|[0-9.:点米号人台]))"
)
_WORDS = {"三百八": Decimal(380), "三百八十": Decimal(380), "两百二": Decimal(220), "二百二": Decimal(220)}
_SPECIAL = re.compile("(?:超期|特殊|延期|超过15天)(?:原因|理由|情况)?\\s?[:为是]\\s?(?P<why>[^,。; \\n]{2,40})")


def read_power(text: str) -> list[Claim]:
    """Source, voltage and consumers of a folded text."""
    found = quantities(text)
    source = _source(text)
    claims = [*source, *_voltage(text, tuple(of_kind(found, Measure.VOLTAGE)))]
    # 照明箱 is a source, no lamp
    claims += _devices(mask(text, (claim.span for claim in source)), list(of_kind(found, Measure.POWER)))
    if special := _SPECIAL.search(text):
        detail = DetailSaid(key=DetailKey.SPECIAL, said=special["why"], text=special["why"])
        claims.append(Claim(detail=detail, span=Span(*special.span())))
    return claims


def machines(text: str) -> list[Span]:
    """Names of consumers: a 电焊机 that wants power says nothing about hot work on this permit."""
    return [Span(*match.span()) for match in _DEVICE.finditer(text)]


def _source(text: str) -> list[Claim]:
    match = _SOURCE.search(text)
    if match is None:
        return []
    name = next(match[group] for group in ("s1", "s2", "s3", "s4", "s5") if match[group])
    name = re.sub("(?:接电|取电|引电|拉电|接线|上|里|处|的|引|拉)+$", "", name)
    name = re.sub("^(?:电源|接入|取电|接电)点?(?=.{2})", "", name)
    if len(name) < 2:
        return []
    return [Claim(detail=DetailSaid(key=DetailKey.SOURCE, said=name, text=name), span=Span(*match.span()))]


def _voltage(text: str, volts: tuple[Quantity, ...]) -> list[Claim]:
    if volts:
        values = {one.value for one in volts}
        said = "、".join(dict.fromkeys(one.said for one in volts))
        if len(values) > 1:
            every = tuple(value for one in volts for value in one.readings)
            detail = doubtful(DetailKey.VOLTAGE, said, DetailDoubt.SEVERAL, every)
        else:
            detail = number_said(DetailKey.VOLTAGE, said, volts[0].value, volts[0].readings)
        return [Claim(detail=detail, span=_labelled(text, one.span, _VOLT_LABEL)) for one in volts]
    bare = list(_BARE_VOLTS.finditer(text))
    if not bare:
        return []
    readings = tuple(_WORDS[one["n"]] if one["n"] in _WORDS else Decimal(one["n"]) for one in bare)
    detail = doubtful(DetailKey.VOLTAGE, "、".join(one.group() for one in bare), DetailDoubt.NO_UNIT, readings)
    return [Claim(detail=detail, span=Span(*one.span())) for one in bare]


_VOLT_LABEL = re.compile("(?:工作|使用)?电压(?:等级)?(?:改成|改为|换成)?\\s?[:为是]?\\s?$")


def _labelled(text: str, span: Span, label: re.Pattern[str]) -> Span:
    match = label.search(text, 0, span.start)
    return Span(match.start() if match else span.start, span.end)


# --- consumers ------------------------------------------------------------------------------------------------------


def _devices(text: str, powers: list[Quantity]) -> list[Claim]:
    nouns = [Span(*match.span()) for match in _DEVICE.finditer(text)]
    claims: list[Claim] = []
    free = list(nouns)
    loose: list[Quantity] = []
    for one in powers:
        noun = None if _TOTAL.search(text, 0, one.span.start) else _noun_of(text, one, free)
        if noun is None:
            loose.append(one)
        else:
            free.remove(noun)
            claims.append(_device(text, noun, one))
    for one in loose:
        if _TOTAL.search(text, 0, one.span.start):
            span = _labelled(text, one.span, _TOTAL)
            detail = number_said(DetailKey.PERMITTED, one.said, one.value, one.readings)
            claims.append(Claim(detail=detail, span=span))
        elif _SUM.search(text, 0, one.span.start) and one.value is not None and one.value == _sum_of(claims):
            # 每台7.5kW 共15kW: the same said twice
            claims.append(Claim(detail=claims[-1].detail, span=_labelled(text, one.span, _SUM)))
        elif len(free) == 1 and len(loose) == 1:
            claims.append(_device(text, free.pop(), one))
        else:
            detail = doubtful(DetailKey.DEVICE, one.said, DetailDoubt.WHICH, one.readings)
            claims.append(Claim(detail=detail, span=one.span))
    for noun in free:
        count, _ = _count(text, noun, None)
        detail = DetailSaid(key=DetailKey.DEVICE, said=noun.of(text), text=noun.of(text), count=count)
        claims.append(Claim(detail=detail, span=_with_count(text, noun)))
    return sorted(claims, key=lambda claim: claim.span)


def _with_count(text: str, noun: Span) -> Span:
    before, after = _COUNT_BEFORE.search(text, 0, noun.start), _COUNT_AFTER.match(text, noun.end)
    return Span(before.start() if before else noun.start, after.end() if after else noun.end)


def _sum_of(claims: list[Claim]) -> Decimal | None:
    told = [claim.detail for claim in claims if claim.detail.key is DetailKey.DEVICE]
    if not told or any(one.number is None for one in told):
        return None
    return sum((one.number * one.count for one in told if one.number is not None), Decimal(0))


def _noun_of(text: str, power: Quantity, nouns: list[Span]) -> Span | None:
    before = [noun for noun in nouns if noun.end <= power.span.start]
    if before:
        between = text[before[-1].end : power.span.start]
        between = _COUNT_AFTER.sub("", between, count=1) if _COUNT_AFTER.match(between) else between
        if (link := _LINK.search(between)) and link.start() == 0:
            return before[-1]
    after = [noun for noun in nouns if noun.start >= power.span.end]
    if after:
        between = re.sub(f"^\\s?的?(?:(?:{_N})\\s?[台个盏部只套把])?\\s?", "", text[power.span.end : after[0].start])
        if not between:
            return after[0]
    return None


def _count(text: str, noun: Span, power: Quantity | None) -> tuple[int, bool]:
    """How many, and whether the number stands before the name (then a power behind it may be of all)."""
    if before := _COUNT_BEFORE.search(text, 0, noun.start):
        return to_int(before["n"].replace("俩", "两")) or 1, True
    end = max(noun.end, power.span.end) if power is not None else noun.end
    for at in dict.fromkeys((end, noun.end)):
        if after := _COUNT_AFTER.match(text, at):
            return to_int(after["n"].replace("俩", "两")) or 1, at != end
    return 1, False


def _contested(text: str, noun: Span, power: Quantity) -> bool:
    """Whether a count stands apart between this consumer and the next one."""
    after = _COUNT_AFTER.match(text, max(noun.end, power.span.end))
    if after is None or not after["gap"].startswith(" "):
        return False
    return re.match(f"\\s?(?:的)?(?:{_DEVICE.pattern})", text[after.end() :]) is not None


def _device(text: str, noun: Span, power: Quantity) -> Claim:
    """``电焊机7.5kW两台`` is a rating twice; ``两台电焊机15kW`` may be each or all: asked."""
    name = noun.of(text)
    span = _with_count(text, Span(min(noun.start, power.span.start), max(noun.end, power.span.end)))
    count, first = _count(text, noun, power)
    between = text[min(noun.end, power.span.end) : max(noun.start, power.span.start)]
    link = _LINK.search(between) if noun.end <= power.span.start else None
    base = number_said(DetailKey.DEVICE, f"{name}{power.said}", power.value, power.readings)
    base = replace(base, text=name, count=count)
    if _contested(text, noun, power):
        # 水泵7.5kW 2台 电焊机: two of the one or two of the other
        said = text[noun.start : span.end]
        return Claim(detail=replace(base, said=said, number=None, doubt=DetailDoubt.UNLIKELY, readings=()), span=span)
    if count == 1 or base.doubt is not None or (link is not None and link["each"]):
        return Claim(detail=base, span=span)
    if link is not None and link["all"]:
        return Claim(detail=replace(base, text=f"{name}{count}台合计", count=1), span=span)
    if first and noun.end <= power.span.start:
        said = f"{count}台{name}{power.said}"
        detail = replace(base, said=said, number=None, doubt=DetailDoubt.EACH_OR_ALL, readings=power.readings)
        return Claim(detail=detail, span=span)
    return Claim(detail=base, span=span)
