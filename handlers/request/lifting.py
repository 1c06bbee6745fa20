"""吊装: what is lifted, how heavy it is, and with what. The crane's own tonnes are never the load's."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.request.details import Claim, DetailDoubt, DetailKey, DetailSaid, doubtful, number_said
from handlers.request.folding import MASK, Span
from handlers.request.quantities import Measure, Quantity, of_kind, quantities

_CRANE = (
    "(?:汽车吊(?:车)?|(?:履带|随车|轮胎|汽车|全路面)?(?:吊车|吊机|起重机)|履带吊|随车吊|塔吊|桥式起重机|行车|"
    "行吊|天车|叉车|电动葫芦|手[拉动]葫芦|"
    "葫芦|倒链|导链|卷扬机|千斤顶)"
)
_SLING = "(?:吊装带|吊带|钢丝绳(?:套|扣)?|卸扣|卡环|吊环|吊钩|平衡梁|吊梁|吊索|千斤绳|撑杆)"
_NO_PERSON = "(?!司机|工(?!具)|操作|指挥|驾驶|师傅)"
_TOOL = re.compile(f"(?:{_CRANE}|{_SLING}){_NO_PERSON}")
_TOOL_NEXT = re.compile(f"(?:级|位)?的?(?P<tool>{_CRANE}|{_SLING}){_NO_PERSON}")
_CRANE_NEAR = re.compile(f"[ ,](?P<tool>{_CRANE}){_NO_PERSON}")
_SLING_NEAR = re.compile(f"[ ,](?P<tool>{_SLING}){_NO_PERSON}")
_THING_BEFORE = re.compile("[\u4e00-\u9fffA-Z][ ,]?$")
_TOOL_JUST_BEFORE = re.compile(f"(?P<tool>{_CRANE}|{_SLING})(?P<gap>[ ,:]?)$")
_CAPACITY = re.compile("(?:额定(?:起重量|载荷)?|起重(?:量|能力)|核载|额载|安全负荷|工况)\\s?[:为是]?\\s?$")
_LABEL = re.compile(
    "(?:吊物|吊装物?|设备|单件)?(?:总)?(?:吊重|质量|重量|净重|毛重|载荷|自重|重)(?:改成|改为|换成|"
    "大约)?\\s?[:为是有]?\\s?$"
)
_SUMMED = re.compile(
    "(?:每[台件个块根节]?|各|单件|单重|单台|总重|总共|合计|共计|一共|共|分别)(?:重|重量)?\\s?[:为是]?\\s?$"
)
_NOUN = re.compile("\\s?的?[\u4e00-\u9fff]")
_STOP = re.compile("[ ,。;:!?()\\n" + MASK + "]|$")
_WORD = "[\u4e00-\u9fffA-Z0-9#/.-]"
_LOAD_LABEL = re.compile(
    f"(?:吊物(?:内容|名称)?|吊装(?:内容|物)|被吊物)(?:改成|改为|换成)?\\s?[:为是]\\s?(?P<load>{_WORD}{{1,20}})"
)
_RIG_LABEL = re.compile(
    f"(?:吊具(?:名称)?|索具|吊装(?:机具|机械|工具))(?:改成|改为|换成|用|采用)?\\s?[:为是用]?\\s?"
    f"(?P<tool>{_WORD}(?:{_WORD}|[、和+])*)"
)
_LIFTED = re.compile(
    "(?:吊装|起吊|吊运|吊卸|吊出|吊下|吊起|吊走|吊(?![车机装运卸起具物带索环钩梁重司篮]))(?!作业人|指挥|司机)"
    "(?P<load>[\u4e00-\u9fffA-Z0-9#/.-]{1,16})"
)
_ENDS = re.compile(
    "(?:作业|吊装|起吊|吊运|重(?=[0-9量])|就位|更换|安装|拆除|回装|回位|到位|上(?:车|去|来)?|下(?:来|去)?|出"
    "(?:来|去)?|到|至|用|[,。])"
)
_COUNT = re.compile("^(?:[0-9]+|[一二两三四五六七八九十]+)(?:台|个|件|根|块|节|套|只|组|段|捆|片|把|座|颗|吊)")
_EMPTY = re.compile("(?:作业|一下|东西|设备|物料|物品|了|的|机|车)*")


def read_lift(text: str) -> list[Claim]:
    """Load, mass and rigging of a folded text; places and people may still stand in it."""
    masses = tuple(of_kind(quantities(text), Measure.MASS))
    tools, capacities = _tools(text, masses)
    claims = [*tools]
    claims += _mass(text, [one for one in masses if one not in capacities])
    claims += _radius(text)
    label = _LOAD_LABEL.search(text)
    name = _name(label["load"]) if label is not None else ""
    if label is not None and name:
        detail = DetailSaid(key=DetailKey.LOAD, said=label.group(), text=name)
        claims.append(Claim(detail=detail, span=Span(*label.span())))
    return claims


_RADIUS = re.compile(
    "(?:(?:吊车|吊机|汽车吊|起重机|臂杆|吊臂)?(?:的?(?:回转|作业|工作|旋转|吊装|起吊|臂展))?半径|臂展)"
    "(?:改成|改为|换成|大约|约)?\\s?[:为是有]?\\s?$"
)


def _radius(text: str) -> list[Claim]:
    """``回转半径15米``: what the boom reaches with this load; two of them are asked about."""
    found = [
        (label, one)
        for one in of_kind(quantities(text), Measure.LENGTH)
        if (label := _RADIUS.search(text, 0, one.span.start)) is not None
    ]
    if not found:
        return []
    _, first = found[0]
    if len({one.value for _, one in found}) > 1:
        every = tuple(value for _, one in found for value in one.readings)
        said = "、".join(one.said for _, one in found)
        detail = doubtful(DetailKey.RADIUS, said, DetailDoubt.SEVERAL, every)
    else:
        detail = number_said(DetailKey.RADIUS, first.said, first.value, first.readings)
    return [Claim(detail=detail, span=Span(head.start(), one.span.end)) for head, one in found]


# --- with what ------------------------------------------------------------------------------------------------------


def _tools(text: str, masses: tuple[Quantity, ...]) -> tuple[list[Claim], list[Quantity]]:
    """Cranes and slings with their own tonnes; the quantities that are such tonnes."""
    if label := _RIG_LABEL.search(text):
        inside = [one for one in masses if one.span.start >= label.start("tool") and one.span.end <= label.end("tool")]
        detail = DetailSaid(key=DetailKey.RIGGING, said=label["tool"], text=label["tool"].strip("、和+"))
        return [Claim(detail=detail, span=Span(*label.span()))], [*inside, *_capacities(text, masses)]
    capacities = _capacities(text, masses)
    spans: list[Span] = []
    for match in _TOOL.finditer(text):
        start, end = match.span()
        before = next(
            (one for one in capacities if (n := _TOOL_NEXT.match(text, one.span.end)) and n.end() == end), None
        )
        after = next((one for one in capacities if _gap(text, end, one.span.start)), None)
        start = before.span.start if before else start
        end = after.span.end if after else end
        spans.append(Span(start, end))
    if not spans:
        return [], capacities
    words = "、".join(dict.fromkeys("".join(span.of(text).split()) for span in spans))
    said = " ".join(span.of(text) for span in spans)
    detail = DetailSaid(key=DetailKey.RIGGING, said=said, text=words)
    return [Claim(detail=detail, span=span) for span in spans], capacities


def _capacities(text: str, masses: tuple[Quantity, ...]) -> list[Quantity]:
    return [one for one in masses if _is_capacity(text, one)]


def _is_capacity(text: str, one: Quantity) -> bool:
    """``25吨吊车``; ``吊车25吨`` with nothing behind it."""
    if _TOOL_NEXT.match(text, one.span.end) or _CAPACITY.search(text, 0, one.span.start):
        return True
    before = _TOOL_JUST_BEFORE.search(text, 0, one.span.start)
    return before is not None and before["gap"] in {"", ":"} and _STOP.match(text, one.span.end) is not None


def _gap(text: str, end: int, start: int) -> bool:
    return end <= start and not text[end:start].strip(":") and start - end <= 1


# --- how heavy ------------------------------------------------------------------------------------------------------


def _mass(text: str, masses: list[Quantity]) -> list[Claim]:
    if not masses:
        return _without_unit(text)
    every = tuple(value for one in masses for value in one.readings)
    said = "、".join(dict.fromkeys(one.said for one in masses))
    unsure = [one for one in masses if _unsure(text, one)]
    labelled = [one for one in masses if one not in unsure and _LABEL.search(text, 0, one.span.start)]
    chosen = labelled or masses
    values = {one.value for one in chosen}
    if unsure and not labelled:
        doubt = (
            DetailDoubt.EACH_OR_ALL
            if any(_SUMMED.search(text, 0, one.span.start) for one in unsure)
            else DetailDoubt.WHICH
        )
        detail = doubtful(DetailKey.MASS, said, doubt, every)
    elif len(values) > 1 or (labelled and {one.value for one in masses} != values):
        detail = doubtful(DetailKey.MASS, said, DetailDoubt.SEVERAL, every)
    else:
        detail = number_said(DetailKey.MASS, chosen[0].said, chosen[0].value, chosen[0].readings)
    return [Claim(detail=detail, span=_with_label(text, one)) for one in masses]


def _unsure(text: str, one: Quantity) -> bool:
    """``吊车 25吨``, ``25吨 吊车``, ``吊车25吨换热器``: the crane's or the load's; ``每台3吨``: each or all."""
    if _TOOL_JUST_BEFORE.search(text, 0, one.span.start) or _CRANE_NEAR.match(text, one.span.end):
        return True
    if _SLING_NEAR.match(text, one.span.end) and not _THING_BEFORE.search(text, 0, one.span.start):
        return True
    return _SUMMED.search(text, 0, one.span.start) is not None


def _with_label(text: str, one: Quantity) -> Span:
    label = _SUMMED.search(text, 0, one.span.start) or _LABEL.search(text, 0, one.span.start)
    return Span(label.start() if label else one.span.start, one.span.end)


_NUMBER = re.compile(
    r"(?:吊重|质量|重量|净重|自重|重)\s?[:为是约]?\s?(?P<n>[0-9]+(?:\.[0-9]+)?)(?![0-9.]|\s?(?:吨|T|公斤|千克|"
    r"KG|斤|公吨|月|日|点|:|号|人|个))"
)


def _without_unit(text: str) -> list[Claim]:
    match = _NUMBER.search(text)
    if match is None:
        return []
    number = Decimal(match["n"])
    detail = doubtful(DetailKey.MASS, match.group(), DetailDoubt.NO_UNIT, (number, number / 1000))
    return [Claim(detail=detail, span=Span(*match.span()))]


# --- what -----------------------------------------------------------------------------------------------------------


def read_load(masked: str) -> DetailSaid | None:
    """The load's name out of a folded text whose places, people and times are masked: ``吊装40吨换热器``."""
    bare = masked
    for one in of_kind(quantities(masked), Measure.MASS):
        bare = bare[: one.span.start] + "\ue001" * (one.span.end - one.span.start) + bare[one.span.end :]
    for pattern in (_WEIGHED, _BEFORE_MASS, _LIFTED, _LIFTED_APART, _BEFORE_LIFT):
        for match in pattern.finditer(bare):
            if not _TOOL.match(match["load"]) and (name := _name(match["load"])):
                return DetailSaid(key=DetailKey.LOAD, said=name, text=name)
    return None


_WEIGHED = re.compile(f"\ue001+的?(?P<load>[\u4e00-\u9fffA-Z]{_WORD}{{0,15}})")
_BEFORE_MASS = re.compile("(?:^|[ ,。;:\\n\ue000])(?P<load>[\u4e00-\u9fffA-Z][\u4e00-\u9fffA-Z0-9]{0,11}?)[重 ]?\ue001")
_LIFTED_APART = re.compile(
    "(?:吊装|起吊|吊运)(?:作业)?[ ,:]+(?P<load>[\u4e00-\u9fffA-Z][\u4e00-\u9fffA-Z0-9]{0,11})(?=[ ,。;\ue000]|$)"
)
_BEFORE_LIFT = re.compile("(?:^|[ ,。;:\\n\ue000])(?P<load>[\u4e00-\u9fff]{2,10}?)(?=吊装|起吊|吊运)(?!吊装带)")


def _name(run: str) -> str:
    run = _COUNT.sub("", re.sub("^(?:吊装|起吊|吊运|吊)", "", run))
    cut = _ENDS.search(run)
    run = run[: cut.start()] if cut else run
    tool = _TOOL.search(run)
    run = run[: tool.start()] if tool else run
    short = len(run) < 2 and run not in _SHORT
    return "" if _EMPTY.fullmatch(run) or short or _NO_LOAD.match(run) else run.strip("-./的")


_SHORT = frozenset("泵阀罐塔釜管炉箱梁柱")
_NO_LOAD = re.compile(
    "从|经过|途经|路[径线]|重量?[0-9]|质量|吊重|净重|自重|每|[特一二三四]级|起重$|监护|指挥|司机|司索|作业人|负责|额定|半径|吊高|总重"
)


# --- over what ------------------------------------------------------------------------------------------------------

OWN = "不出本区域"
"""The load stays over the area the lift is in."""
_RUN = "[^,。;:!? \\n]{1,40}"
_LABELLED = re.compile(
    "(?:吊装|吊运|吊物|起吊)?(?:的)?(?:路径|路线)\\s?(?:改成|改为|换成)?\\s?[:为是]?\\s?"
    f"(?:经过|途经|经由|经|跨过|跨越|跨|从)?\\s?(?P<v>{_RUN})"
)
_PASSING = re.compile(f"(?:吊物|吊装|吊运|起吊)?(?:要|会|从)?(?:经过|途经|跨过|跨越|越过)\\s?(?P<v>{_RUN})")
_FROM_TO = re.compile(
    "从(?P<a>[^,。;:!? \\n吊]{1,16}?)(?:吊运|吊装|起吊|吊)(?:到|至|往|过)(?P<b>[^,。;:!? \\n]{1,16})"
)  # fmt: skip
_STAYS = re.compile(
    "(?:吊装|吊运|吊物|路径|路线)*\\s?[:为是]?\\s?(?:不(?:会)?(?:出|超出|离开)(?:本|作业)?(?:区域|罐区|装置区?|区)|"
    "只?在(?:本|作业)区域?(?:范围)?[内里]|不经过(?:其他|其它|别的)(?:区域?|地方))"
)


def read_path(text: str) -> list[Claim]:
    """``吊装路径经过罐区A、泵房``, ``从A区吊到B区``, ``不出本区域`` in a folded text."""
    for pattern in (_STAYS, _LABELLED, _FROM_TO, _PASSING):
        match = pattern.search(text)
        if match is None:
            continue
        if pattern is _STAYS:
            words = OWN
        elif pattern is _FROM_TO:
            words = f"{match['a']}、{match['b']}"
        else:
            words = match["v"]
        detail = DetailSaid(key=DetailKey.PATH, said=match.group().strip(), text=words)
        return [Claim(detail=detail, span=Span(*match.span()))]
    return []
