"""高处作业: how high. Only what is plainly the height of the work counts; other metres in the sentence do not."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.request.details import Claim, DetailDoubt, DetailKey, doubtful, number_said
from handlers.request.folding import MASK, Span
from handlers.request.quantities import Measure, Quantity, of_kind, quantities

_LABEL = re.compile(
    "(?:(?:作业|坠落)?(?:高度|高差)|离地面?|距地面?|距离地面|离地高|高处作业|高空作业|登高作业|登高|爬高|高处|高空|架子高|脚手架高|(?<![提增升登爬])高)"
    r"(?:有|大约|改成|改为|换成)?\s?[:为是]?\s?$"
)
_CLIMBS = re.compile("(?:爬|登|上|升)(?:到|至)\\s?$")
_FLOOR = re.compile("的?(?:平台|层|楼面|标高)")
_HIGH = re.compile("\\s?的?(?:高(?![压温空处])|高处|高空|登高)")
_LEVEL = re.compile("(?:的)?(?:标高|平台|层(?!板)|处|位置|楼面|脚手架|架子)")
_OF_A_THING = re.compile("高的?[\u4e00-\u9fff]")
_HANDLED = re.compile("[换装拆修立吊搬运搭设换刷焊]\\s?$")
"""``换8米高的灯杆``: as high as the thing, which may be another height than the work's."""
_ELEVATION = re.compile(r"(?:标高|EL|EL\+)\s?[:为是+]?\s?$")
_ALONE_BEFORE = re.compile(f"(?:^|[ ,。;:!()\\n{MASK}])$")
_ALONE_AFTER = re.compile(f"[ ,。;:!()\\n{MASK}]|$")
_NUMBER = re.compile(
    r"(?:(?:作业)?高度|离地面?|登高|爬高)(?:改成|改为|换成)?\s?[:为是]?\s?(?P<n>[0-9]+(?:\.[0-9]+)?)(?![0-9.]|\s?(?:米|M(?![A-Z])|厘米|CM|公分|毫米|MM|月|日|点|:|号|人|个))"
)


_NONE = "没有|无|未设|不设"
_COUNT = "[0-9]|[一二两三四单双]"
_SHIELD = "(?:防护)?隔离(?:层|棚|板)?|防护层|硬隔离"
_LAYERS = re.compile(
    f"(?P<none>{_NONE})(?:上下)?(?:{_SHIELD})|(?P<n1>{_COUNT})\\s?层的?(?:{_SHIELD})|"
    f"(?:{_SHIELD})(?:改成|改为|换成|有|设|是|为)?\\s?:?\\s?(?P<n2>{_COUNT})\\s?层"
)
_NUMERAL = {"单": 1, "一": 1, "双": 2, "二": 2, "两": 2, "三": 3, "四": 4}


def read_layers(text: str) -> list[Claim]:
    """``隔离层两层``, ``双层隔离``, ``没有隔离层``: only a plain number of them."""
    match = _LAYERS.search(text)
    if match is None:
        return []
    said = match["n1"] or match["n2"] or ""
    count = Decimal(0) if match["none"] else Decimal(_NUMERAL.get(said) or said)
    return [Claim(detail=number_said(DetailKey.LAYERS, match.group(), count, (count,)), span=Span(*match.span()))]


def read_height(text: str) -> list[Claim]:
    """The height of the work and the layers under it in a folded text."""
    return [*_read_metres(text), *read_layers(text)]


def _read_metres(text: str) -> list[Claim]:
    """The height, at most one claim that counts."""
    found = tuple(of_kind(quantities(text), Measure.LENGTH))
    plain = [one for one in found if _is_height(text, one)]
    unsure = [one for one in found if one not in plain and _may_be_height(text, one)]
    if plain:
        return _from(text, plain, unsure)
    if unsure:
        readings = tuple(value for one in unsure for value in one.readings)
        said = "、".join(one.said for one in unsure)
        detail = doubtful(DetailKey.HEIGHT, said, DetailDoubt.WHICH, readings)
        return [Claim(detail=detail, span=_whole(text, one)) for one in unsure]
    return _without_unit(text)


def _from(text: str, plain: list[Quantity], unsure: list[Quantity]) -> list[Claim]:
    values = {one.value for one in plain}
    if len(values) > 1 or any(one.value not in values for one in unsure):
        every = [*plain, *unsure]
        readings = tuple(value for one in every for value in one.readings)
        said = "、".join(dict.fromkeys(one.said for one in every))
        detail = doubtful(DetailKey.HEIGHT, said, DetailDoubt.SEVERAL, readings)
        return [Claim(detail=detail, span=_whole(text, one)) for one in plain]
    first = plain[0]
    detail = number_said(DetailKey.HEIGHT, first.said, first.value, first.readings)
    return [Claim(detail=detail, span=_whole(text, one)) for one in plain]


def _is_height(text: str, one: Quantity) -> bool:
    start, end = one.span
    if _ELEVATION.search(text, 0, start):
        return False
    if _CLIMBS.search(text, 0, start) and not _FLOOR.match(text, end):
        return True
    if _LEVEL.match(text, end):
        return False
    if _OF_A_THING.match(text, end) and _HANDLED.search(text, 0, start):
        return False
    if _LABEL.search(text, 0, start) or _HIGH.match(text, end):
        return True
    return bool(_ALONE_BEFORE.search(text, 0, start) and _ALONE_AFTER.match(text, end))


def _may_be_height(text: str, one: Quantity) -> bool:
    thing = _OF_A_THING.match(text, one.span.end) and _HANDLED.search(text, 0, one.span.start)
    return bool(thing or _ELEVATION.search(text, 0, one.span.start) or _LEVEL.match(text, one.span.end))


def _whole(text: str, one: Quantity) -> Span:
    """The number with its label, so that 高度 does not look like something nobody understood."""
    label = _LABEL.search(text, 0, one.span.start) or _ELEVATION.search(text, 0, one.span.start)
    level = _LEVEL.match(text, one.span.end)
    high = _HIGH.match(text, one.span.end)
    start = label.start() if label and label.group().strip(" :为是") not in _WORKS else one.span.start
    end = high.end() if high and high.group().strip(" 的") == "高" else one.span.end
    end = level.end() if level else end
    return Span(start, end)


_WORKS = frozenset({"高处作业", "高空作业", "登高作业", "登高", "爬高", "高处", "高空"})


def _without_unit(text: str) -> list[Claim]:
    match = _NUMBER.search(text)
    if match is None:
        return []
    detail = doubtful(DetailKey.HEIGHT, match.group(), DetailDoubt.NO_UNIT, (Decimal(match["n"]),))
    return [Claim(detail=detail, span=Span(*match.span()))]
