"""动土: how deep and how large. 断路: why, and whom it concerns."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.request.details import Claim, DetailDoubt, DetailKey, DetailSaid, doubtful, number_said
from handlers.request.folding import Span
from handlers.request.quantities import Measure, Quantity, of_kind, plain, quantities

_DEEP_BEFORE = re.compile(
    "(?:(?:开挖|挖掘|动土|挖|沟|坑|钻|打桩|桩)?(?:深度|深)|挖到|挖至)(?:改成|改为|换成)?\\s?[:为是有]?\\s?$"
)
_BURIED = re.compile("(?:埋[^ ,。;0-9]{0,4}深|埋地深?|埋设深度|桩长|管长|覆土)\\s?[:为是]?\\s?$")
_DEEP_AFTER = re.compile("的?深")
_LONG = re.compile("(?:长度?|沟长)\\s?[:为是]?\\s?$")
_WIDE = re.compile("(?:宽度?|沟宽)\\s?[:为是]?\\s?$")
_LONG_AFTER, _WIDE_AFTER = re.compile("的?长"), re.compile("的?宽")
_HIGH = re.compile("的?高|的?远|处|[内外]|范围")
_SCOPE = re.compile("(?:作业)?(?:范围|方式)(?:改成|改为|换成)?\\s?[:为是]\\s?(?P<v>[^,。; \\n]{2,40})")
_NUMBER = re.compile(
    r"(?:深度|挖深|沟深|坑深|深)\s?[:为是约]?\s?(?P<n>[0-9]+(?:\.[0-9]+)?)(?![0-9.]|\s?(?:米|M(?![A-Z])|厘米|"
    r"CM|公分|毫米|MM))"
)


def read_earth(text: str) -> list[Claim]:
    """Depth, area and scope of a folded text."""
    found = quantities(text)
    lengths = tuple(of_kind(found, Measure.LENGTH))
    claims = [*_depth(text, lengths), *_area(text, lengths, tuple(of_kind(found, Measure.AREA)))]
    if scope := _SCOPE.search(text):
        detail = DetailSaid(key=DetailKey.SCOPE, said=scope.group(), text=scope["v"].strip())
        claims.append(Claim(detail=detail, span=Span(*scope.span())))
    return [*claims, *read_ways(text, buried=True)]


def _deep(text: str, one: Quantity) -> bool:
    if _BURIED.search(text, 0, one.span.start):
        return False
    return bool(_DEEP_BEFORE.search(text, 0, one.span.start) or _DEEP_AFTER.match(text, one.span.end))


def _depth(text: str, lengths: tuple[Quantity, ...]) -> list[Claim]:
    deep = [one for one in lengths if _deep(text, one)]
    if deep:
        values = {one.value for one in deep}
        said = "、".join(dict.fromkeys(one.said for one in deep))
        if len(values) > 1:
            every = tuple(value for one in deep for value in one.readings)
            detail = doubtful(DetailKey.DEPTH, said, DetailDoubt.SEVERAL, every)
        else:
            detail = number_said(DetailKey.DEPTH, said, deep[0].value, deep[0].readings)
        return [Claim(detail=detail, span=_claimed(text, one)) for one in deep]
    if match := _NUMBER.search(text):
        number = Decimal(match["n"])
        detail = doubtful(DetailKey.DEPTH, match.group(), DetailDoubt.NO_UNIT, (number, number / 100))
        return [Claim(detail=detail, span=Span(*match.span()))]
    open_ones = [one for one in lengths if not _otherwise(text, one)]
    if open_ones:
        said = "、".join(one.said for one in open_ones)
        every = tuple(value for one in open_ones for value in one.readings)
        return [Claim(detail=doubtful(DetailKey.DEPTH, said, DetailDoubt.WHICH, every), span=open_ones[0].span)]
    return []


def _claimed(text: str, one: Quantity) -> Span:
    before, after = _DEEP_BEFORE.search(text, 0, one.span.start), _DEEP_AFTER.match(text, one.span.end)
    start = one.span.start
    if before is not None and before.group().lstrip("开挖掘动土钻打桩沟坑").startswith("深"):
        start = before.start() + before.group().index("深")
    return Span(start, after.end() if after else one.span.end)


def _otherwise(text: str, one: Quantity) -> bool:
    """Plainly something else than a depth: ``长20米``, ``宽1米``, ``埋深0.8米``."""
    start, end = one.span
    if any(pattern.search(text, 0, start) for pattern in (_LONG, _WIDE, _BURIED)):
        return True
    return any(pattern.match(text, end) for pattern in (_LONG_AFTER, _WIDE_AFTER, _HIGH))


def _area(text: str, lengths: tuple[Quantity, ...], areas: tuple[Quantity, ...]) -> list[Claim]:
    if len(areas) == 1:
        detail = number_said(DetailKey.AREA, areas[0].said, areas[0].value, areas[0].readings)
        return [Claim(detail=detail, span=areas[0].span)]
    long = [one for one in lengths if _LONG.search(text, 0, one.span.start) or _LONG_AFTER.match(text, one.span.end)]
    wide = [one for one in lengths if _WIDE.search(text, 0, one.span.start) or _WIDE_AFTER.match(text, one.span.end)]
    if len(long) != 1 or len(wide) != 1 or long[0].value is None or wide[0].value is None:
        return []
    value = plain(long[0].value * wide[0].value)
    said = f"{long[0].said}×{wide[0].said}"
    detail = number_said(DetailKey.AREA, said, value, (value,))
    return [Claim(detail=detail, span=_side(text, one, (_LONG, _WIDE))) for one in (long[0], wide[0])]


def _side(text: str, one: Quantity, labels: tuple[re.Pattern[str], ...]) -> Span:
    starts = [label.start() for pattern in labels if (label := pattern.search(text, 0, one.span.start))]
    after = _LONG_AFTER.match(text, one.span.end) or _WIDE_AFTER.match(text, one.span.end)
    return Span(min([one.span.start, *starts]), after.end() if after else one.span.end)


_BAD = "(?:可燃|易燃|易爆|有毒|有害|腐蚀)"
_BURIED_NO = re.compile(f"地下(?:确认)?(?:没有?|无|不存在)[^,。; 0-9]{{0,6}}{_BAD}[^,。; ]{{0,8}}")
_BURIED_YES = re.compile(f"地下(?:可能|还)?(?:有|埋有|埋着|存在)[^,。; 0-9]{{0,6}}{_BAD}[^,。; ]{{0,8}}")
_FIRE_WAY = "消防(?:车)?(?:通?道(?:路)?|路)"
_ROUTE_YES = re.compile(
    f"(?:保留|留出|留有|留|不占用?|不影响|不挡|不堵){_FIRE_WAY}|{_FIRE_WAY}(?:保留|畅通|留出|留着|不占用?|不受影响|能过)"
)
_ROUTE_NO = re.compile(f"(?:占用?了?|挡住?了?|堵住?了?|封闭?了?|切断){_FIRE_WAY}|{_FIRE_WAY}(?:被占|不通|要断|封闭)")


def read_ways(text: str, *, buried: bool) -> list[Claim]:
    """What is plainly said of the ground (only of a pit) and of the fire engines' way."""
    pairs = [(DetailKey.ROUTE, _ROUTE_YES, _ROUTE_NO)]
    pairs += [(DetailKey.BURIED, _BURIED_YES, _BURIED_NO)] if buried else []
    claims = []
    for key, yes, no in pairs:
        found = yes.search(text) or no.search(text)
        if found is not None:
            told = DetailSaid(key=key, said=found.group(), text="yes" if yes.search(text) else "no")
            claims.append(Claim(detail=told, span=Span(*found.span())))
    return claims


_REASON = re.compile(
    "(?:断路|封路|占道)?(?:原因|事由|理由)(?:改成|改为|换成)?\\s?[:为是]\\s?(?P<v>[^,。; \\n]{2,40})|因为?"
    "(?P<v2>[\u4e00-\u9fff]{2,20}?)(?=需要?|要|断路|封路|占道)"
)
_UNITS = re.compile(
    "(?:涉及|相关|影响)(?:的)?(?:相关)?(?:单位|部门|车间)?(?:改成|改为|换成)?(?:有|到)?\\s?[:为是]?\\s?"
    "(?P<v>[\u4e00-\u9fffA-Z0-9]{2,12}(?:[、和及/][\u4e00-\u9fffA-Z0-9]{2,12})*)"
    "|(?:已?通知)(?:了|到)?\\s?[:]?\\s?(?P<v2>[\u4e00-\u9fffA-Z0-9]{2,12}(?:[、和及/][\u4e00-\u9fffA-Z0-9]{2,12})*)"
)


def read_road(text: str) -> list[Claim]:
    """Reason and units concerned of a folded text."""
    claims = []
    if reason := _REASON.search(text):
        value = reason["v"] or reason["v2"]
        claims.append(Claim(detail=DetailSaid(key=DetailKey.REASON, said=value, text=value), span=Span(*reason.span())))
    if units := _UNITS.search(text):
        value = "、".join(re.split("[、和及/]", units["v"] or units["v2"]))
        claims.append(Claim(detail=DetailSaid(key=DetailKey.UNITS, said=value, text=value), span=Span(*units.span())))
    return [*claims, *read_ways(text, buried=False)]
