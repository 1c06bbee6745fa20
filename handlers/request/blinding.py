"""盲板抽堵: one blind, put in or taken out, in which line, with what inside it."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.request.details import Claim, DetailDoubt, DetailKey, DetailSaid, doubtful, number_said
from handlers.request.folding import Span
from handlers.request.numerals import to_int
from handlers.request.quantities import Measure, of_kind, quantities

_N = "[0-9]+|[一二两三四五六七八九十]+"
_BETWEEN = f"(?:(?:{_N})\\s?(?:块|个|张|片))?[旧新]?(?:DN[0-9]+的?)?(?:8字|八字)?(?:[0-9A-Z#-]{{1,8}}号?)?"
_INSERT = re.compile(
    f"(?:加装|加|安装|装上?|插|堵|封堵|上){_BETWEEN}盲板|(?:盲板)(?:作业)?[:, ]?\\s?(?:封堵|堵(?!漏)|加装|插入|"
    f"安装)(?![抽或])|加盲(?!板)"
)
_REMOVE = re.compile(
    f"(?:抽出?|拆除?|取出?|拔出?|抽掉|拆掉|去掉){_BETWEEN}盲板|盲板(?:作业)?[:, ]?\\s?(?:抽出?(?![堵查])|拆除|"
    f"取出|拆掉)|抽盲(?!板)"
)
_BOTH = re.compile("抽堵|堵抽|抽、堵|抽或堵|堵或抽")
_ACTION_LABEL = re.compile(
    "(?:作业)?(?:方式|类型|动作|抽堵)\\s?[:为是]\\s?(?P<a>[堵抽加拆装])(?!堵)|^\\s?(?:改成|改为|是)?"
    "(?P<b>[堵抽])(?:的|盲板)?\\s?$"
)
_BLINDS = re.compile(
    f"(?P<n>{_N})\\s?(?:块|张|片)\\s?(?:盲板)?|盲板\\s?(?P<m>{_N})\\s?(?:块|张|片|个)|(?P<k>{_N})\\s?个盲板"
)
_END = "(?=[ ,。;:!?()\\n]|$)"
_WORD = "[\u4e00-\u9fffA-Z0-9#/.()-]"
_TEXTS: tuple[tuple[DetailKey, re.Pattern[str]], ...] = (
    (
        DetailKey.BLIND_NO,
        re.compile(
            r"(?:盲板)?(?:编号|号码)(?:改成|改为|换成)?\s?[:为是]?\s?(?P<v>[A-Z0-9#][A-Z0-9#/-]{0,15})|盲板号"
            r"(?:改成|改为|换成)?\s?[:为是]?\s?(?P<v2>[A-Z0-9#][A-Z0-9#/-]{0,15})|(?P<v3>[0-9]{1,3}号)(?=盲板)"
        ),
    ),
    (
        DetailKey.DRAWING,
        re.compile(
            r"(?:盲板)?(?:位置图(?:号|编号)?|图号|图纸(?:编?号)?)(?:改成|改为|换成)?\s?[:为是]?\s?"
            r"(?P<v>[A-Z0-9][A-Z0-9#/.-]{0,19})"
        ),
    ),
    (
        DetailKey.PIPE,
        re.compile(
            f"(?:(?:设备|工艺)?(?:管线|管道|管路)(?:名称|编?号)?|盲板(?:安装)?(?:位置|部位)(?!图)|(?:设备|"
            f"管道)名称)(?:改成|改为|换成)?\\s?[:为是]\\s?(?P<v>{_WORD}{{2,24}}){_END}"
            r"|(?P<v2>(?<![A-Z0-9])(?:PL|PG|P|LS|MS|HS|N|CW|BD|FL)-?[0-9]{3,6}(?:-[A-Z0-9]{2,5})*)(?=管线|管道)"
            r"|(?:管线|管道)\s?(?P<v3>[A-Z]{1,4}-?[0-9]{2,6}(?:-[A-Z0-9]{1,5})*)"
        ),
    ),
    (
        DetailKey.MEDIUM,
        re.compile(
            "(?:管内|内部)?(?:介质|物料)(?:名称)?(?:改成|改为|换成)?\\s?[:为是]?\\s?"
            "(?P<v>[\u4e00-\u9fffA-Z][\u4e00-\u9fffA-Z0-9]{0,7}?)(?=温度|压力|[0-9]|常[温压]|[ ,。;:!?()\\n]|$)"
        ),
    ),
    (
        DetailKey.MATERIAL,
        re.compile(
            r"(?:材质|材料)(?:改成|改为|换成)?\s?[:为是]?\s?(?P<v>[\u4e00-\u9fffA-Z0-9#]{2,10}?)(?=盲板|"
            r"[ ,。;:!?()\n]|$)|(?<![0-9A-Z])(?P<v2>20号钢|20号|16MNR?|Q235B?|Q345R?|304L?|316L?|321|碳钢|"
            r"不锈钢|合金钢|铸钢)(?![0-9A-Z])(?!罐|泵|釜|塔|日|楼)"
        ),
    ),
    (
        DetailKey.SPEC,
        re.compile(
            r"规格(?:改成|改为|换成)?\s?[:为是]?\s?(?P<v>[A-Z0-9Φ][A-Z0-9Φ×X*./-]{1,15}(?:\s?PN\s?[0-9.]+)?)|"
            r"(?<![A-Z0-9])(?P<v2>DN\s?[0-9]{2,4}(?:\s?[×X*/]\s?[0-9.]+)?(?:\s?,?\s?PN\s?[0-9.]+)?)"
        ),
    ),
)
_PRESSURE_LABEL = re.compile("(?:管内|操作|工作)?压力(?:改成|改为|换成)?\\s?[:为是]?\\s?$|[带负]压\\s?$")
_TEMPERATURE_LABEL = re.compile("(?:管内|操作|工作|介质)?温度(?:改成|改为|换成)?\\s?[:为是]?\\s?$")
_AT_REST = re.compile("常压")
_KGF = re.compile(
    "(?:压力)\\s?[:为是]?\\s?(?P<n>[0-9]+(?:\\.[0-9]+)?)\\s?(?:公斤|千克|KG|(?![0-9.]|\\s?(?:兆|千|M|K)))"
)
_ROOM = re.compile("常温")


def read_blind(text: str) -> list[Claim]:
    """The cells of A.3 in a folded text."""
    claims = [*_action(text), *_numbers(text)]
    for key, pattern in _TEXTS:
        match = pattern.search(text)
        value = next((one for one in match.groups() if one), "") if match is not None else ""
        if match is not None and value:
            detail = DetailSaid(key=key, said=match.group(), text=" ".join(value.split()).strip("-/."))
            claims.append(Claim(detail=detail, span=Span(*match.span())))
    return claims


def blinds_said(text: str) -> int | None:
    """How many blinds are spoken of; None when no number is said."""
    match = _BLINDS.search(text)
    return None if match is None else to_int(match["n"] or match["m"] or match["k"])


def _action(text: str) -> list[Claim]:
    inserts, removes = _INSERT.search(text), _REMOVE.search(text)
    said = "、".join(match.group() for match in (inserts, removes) if match is not None)
    if label := _ACTION_LABEL.search(text):
        word = label["a"] or label["b"]
        return [_acts("insert" if word in "堵加装" else "remove", label.group(), Span(*label.span()))]
    if inserts and removes:
        detail = DetailSaid(key=DetailKey.ACTION, said=said, doubt=DetailDoubt.SEVERAL, options=("insert", "remove"))
        return [Claim(detail=detail, span=Span(inserts.start(), inserts.start()))]
    if inserts or removes:
        match = inserts or removes
        if match is None:
            raise TypeError("one of the two is there")
        return [_acts("insert" if inserts else "remove", match.group(), Span(match.start(), match.start()))]
    if both := _BOTH.search(text):
        return [Claim(detail=_open_action(both.group()), span=Span(both.start(), both.start()))]
    return []


def _open_action(said: str) -> DetailSaid:
    return DetailSaid(key=DetailKey.ACTION, said=said, doubt=DetailDoubt.WHICH, options=("insert", "remove"))


def _acts(action: str, said: str, span: Span) -> Claim:
    return Claim(detail=DetailSaid(key=DetailKey.ACTION, said=said, text=action), span=span)


def _numbers(text: str) -> list[Claim]:
    found = quantities(text)
    claims = [
        *_quantity(text, DetailKey.PRESSURE, Measure.PRESSURE, _PRESSURE_LABEL),
        *_quantity(text, DetailKey.TEMPERATURE, Measure.TEMPERATURE, _TEMPERATURE_LABEL),
    ]
    pressed = any(one.measure is Measure.PRESSURE for one in found)
    if not pressed and (bare := _KGF.search(text)):
        # 4公斤 is neither 4 MPa nor 0.4 MPa for sure: nothing is offered
        detail = doubtful(DetailKey.PRESSURE, bare.group(), DetailDoubt.NO_UNIT)
        claims.append(Claim(detail=detail, span=Span(*bare.span())))
    elif not pressed and (rest := _AT_REST.search(text)):
        # gauge pressure, as every plant writes it
        detail = DetailSaid(key=DetailKey.PRESSURE, said=rest.group(), number=Decimal(0))
        claims.append(Claim(detail=detail, span=Span(*rest.span())))
    if not any(one.measure is Measure.TEMPERATURE for one in found) and (room := _ROOM.search(text)):
        detail = doubtful(DetailKey.TEMPERATURE, room.group(), DetailDoubt.NOT_EXACT)
        claims.append(Claim(detail=detail, span=Span(*room.span())))
    return claims


def _quantity(text: str, key: DetailKey, measure: Measure, label: re.Pattern[str]) -> list[Claim]:
    found = list(of_kind(quantities(text), measure))
    if not found:
        return []
    values = {one.value for one in found}
    said = "、".join(dict.fromkeys(one.said for one in found))
    every = tuple(value for one in found for value in one.readings)
    below = key is DetailKey.PRESSURE and re.search("负压\\s?$", text[: found[0].span.start])
    if len(values) > 1:
        detail = doubtful(key, said, DetailDoubt.SEVERAL, every)
    elif below and found[0].value is not None and found[0].value > 0:
        detail = doubtful(key, f"负压{said}", DetailDoubt.NOT_EXACT, (-found[0].value,))
    else:
        detail = number_said(key, said, found[0].value, found[0].readings)
    claims = []
    for one in found:
        before = label.search(text, 0, one.span.start)
        claims.append(Claim(detail=detail, span=Span(before.start() if before else one.span.start, one.span.end)))
    return claims
