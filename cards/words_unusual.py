"""How a permit differs from the last ones of its kind, in words: one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

from cards import words
from cards.fit import cut
from cards.views import PermitView
from workflow.permit.unusual import (
    OXYGEN,
    SHOWN,
    Comparison,
    ContractorNew,
    Departed,
    Departure,
    Difference,
    GasNearer,
    GradeRaised,
    Longer,
    MoreSkipped,
    OutOfHours,
    PeopleNew,
    PlaceNew,
)
from workflow.rules.gas import label

UNCOMPARED: Final = "没能查到以往的同类票，没有比较。"
_AS_USUAL: Final = "与最近{count}张同类票相比无异常。"
_TOO_FEW: Final = "同类票不足3张，无从比较。"
_DIFFERENT: Final = "与最近{count}张同类票比，有{found}处不同"
_FIRST: Final = "与最近{count}张同类票比，有{found}处不同，先看{shown}处"
LABEL: Final = "同类比"
BRIEF_MOST: Final = 26
"""What a row of a card holds on every platform."""
_BRIEF_UNREAD: Final = "没能比较"
_BRIEF_FEW: Final = "不足3张，无从比较"
_BRIEF_USUAL: Final = "与近{count}张相比无异常"
_BRIEF: Final = "与近{count}张有{found}处不同：{first}"
_WHEN: Final[Mapping[str, str]] = {
    "night": "夜间",
    "holiday": "节假日",
    "rest_day": "公休日",
    "special_situation": "特殊情况",
    "wind_essential": "大风天确需作业",
}
"""By the names under which the rules know situations that raise a grade."""
_DEPARTED: Final[Mapping[Departure, str]] = {
    Departure.GAS_FAILED: "本票气体分析不合格过",
    Departure.ESCALATED: "本票有人超时没签，由上级代签",
    Departure.PHOTO_DOUBTED: "本票有照片疑似旧照翻拍",
    Departure.PURGED_BY_HAND: "本票置换合格是人工确认的",
}


def headline(comparison: Comparison | None) -> str:
    """The first line: nothing unusual, nothing to compare with, or how many differences follow."""
    if comparison is None:
        return UNCOMPARED
    if not comparison.enough:
        return _TOO_FEW
    count, found = comparison.against, len(comparison.differences)
    if not found:
        return _AS_USUAL.format(count=count)
    text = _DIFFERENT if found <= SHOWN else _FIRST
    return text.format(count=count, found=found, shown=SHOWN)


def brief(view: PermitView, comparison: Comparison | None) -> str:
    """The same in one line for a card: how many differences, and what the weightiest two are about."""
    if comparison is None:
        return _BRIEF_UNREAD
    if not comparison.enough:
        return _BRIEF_FEW
    found = [_line(view, one).split("：")[0].split("，")[0] for one in comparison.differences]
    if not found:
        return _BRIEF_USUAL.format(count=comparison.against)
    said = _BRIEF.format(count=comparison.against, found=len(found), first=found[0])
    for one in found[1:]:
        if len(said) + len(one) + 1 > BRIEF_MOST:
            return cut(said, BRIEF_MOST)
        said = f"{said}、{one}"
    return cut(said, BRIEF_MOST)


def lines(view: PermitView, comparison: Comparison | None) -> tuple[str, ...]:
    """The weightiest differences, one line each."""
    found = () if comparison is None else comparison.differences[:SHOWN]
    return tuple(_line(view, one) for one in found)


def _line(view: PermitView, one: Difference) -> str:
    match one:
        case GasNearer():
            gas = view.permit.law.gas
            name = one.gas if gas is None else label(gas, one.gas)
            before = "离正常值最远的是" if one.gas == OXYGEN else "最高"
            return f"气体离限值更近：{name} {one.value}{one.unit.value}，以往{before} {one.usual}"
        case GradeRaised():
            why = "、".join(_WHEN.get(name, name) for name in one.by)
            return f"升了级：本是{words.GRADE[one.base]}，因{why}升为{words.GRADE[one.grade]}，以往都没升过"
        case OutOfHours():
            return f"{_WHEN[one.when]}作业：以往都不在{_WHEN[one.when]}"
        case PlaceNew():
            return f"新作业点：以往没有在「{one.place}」作业"
        case Longer():
            usual, most = words.span(one.usual), words.span(one.most)
            return f"时间长：计划{words.span(one.planned)}，以往一般{usual}，最长{most}"
        case ContractorNew():
            return f"新单位：以往没有「{one.unit}」"
        case PeopleNew():
            who = "、".join(view.name(person) for person in one.people[:3])
            more = f"等{len(one.people)}人" if len(one.people) > 3 else ""
            return f"新{words.ROLE[one.role]}：{who}{more}，以往没当过"
        case MoreSkipped():
            return f"“不涉及”多：勾了{one.skipped}项，以往最多{one.most}项"
        case Departed():
            return f"{_DEPARTED[one.how]}，以往没有"
        case other:
            assert_never(other)
