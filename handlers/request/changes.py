"""Words of change in a later message: 改到, 换成, 推迟, 再加, 不要. They say which part of a draft is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handlers.request.lexicon import DETAIL_LABEL, DUTY, ROLE
from handlers.request.timescan import length_of


class ChangeKind(StrEnum):
    """What a message does to a draft."""

    REPLACE = "replace"
    """``监护换成刘军``: the new value takes the place of the old one."""
    ADD = "add"
    """``再加一个刘军``."""
    REMOVE = "remove"
    """``刘军不去了``."""
    SHIFT = "shift"
    """``推迟半小时``: start and end move."""
    STRETCH = "stretch"
    """``延长一小时``: only the end moves."""
    ANSWER = "answer"
    """None of these: an answer, or something more about the job."""


class TimeSide(StrEnum):
    """Which end of the interval a changed hour belongs to."""

    START = "start"
    END = "end"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A later message, taken apart. ``text`` is what still has to be read (folded); ``old`` is what it replaces."""

    kind: ChangeKind
    text: str
    old: str = ""
    by: timedelta | None = None
    side: TimeSide | None = None


_LENGTH = "[^,。;到]{1,8}?(?:小时|钟头|分钟|刻钟)半?"
_SHIFT = re.compile(
    f"(?:推迟|延后|往?后推|往后挪|(?<![今明昨当最])晚)(?P<later>{_LENGTH})"
    f"|(?:提前|提早|往前挪|(?<![今明昨当最])早)(?P<sooner>{_LENGTH})"
)
_STRETCH = re.compile(f"(?:延长|多干|加时?|再干|顺延)(?P<more>{_LENGTH})")
_CHANGED = "(?:改[到成为]?|换[到成]?|调[到成为]?|是|为)*"
_TO_END = re.compile(f"延长到|延到|延期到|顺延到|拖到|干到|做到|持续到|(?:结束|完工|收工)时间?{_CHANGED}")
_TO_START = re.compile(f"提前到|提早到|推迟到|推到|(?:开始|开工|动工)时间?{_CHANGED}")
_REPLACE = re.compile(
    "改到|改成|改为|改在|改由|换成|换到|换为|挪到|调到|调成|调为|更正为?|应该是|应为|而是|(?P<weak>改|换)"
)
_NOT_BUT = re.compile("不是(?P<old>[^,。是]{1,12})[,，]?\\s?(?:应该|而)?是(?P<new>.+)")
_REMOVE = re.compile("不要|去掉|删掉|删除|不去了?|不来了?|不参加|减掉|拿掉|撤掉")
_ADD = re.compile("再加[上个一]*|加上|还有|另外|再来|增加(?!装)|添加|也(?=[去来干参])")
_CLAUSE = re.compile("[,。;\\n]+")


def clauses(folded: str) -> list[str]:
    """The message cut at its commas when more than one change may be in it; else the message whole."""
    pieces = [piece for piece in _CLAUSE.split(folded) if piece.strip()]
    changing = [piece for piece in pieces if take_apart(piece).kind is not ChangeKind.ANSWER]
    return pieces if len(pieces) > 1 and changing else [folded]


def take_apart(folded: str) -> Change:
    """Tell what a later message does. Only its own words count; what it means for the draft is `merge`'s business."""
    if (moved := _moved(folded)) is not None:
        return moved
    if side := _one_side(folded):
        return side
    if match := _NOT_BUT.search(folded):
        return Change(kind=ChangeKind.REPLACE, text=_subject(folded[: match.start()]) + match["new"], old=match["old"])
    if (match := _REPLACE.search(folded)) and _worth(folded, match):
        before, after = folded[: match.start()], folded[match.end() :]
        return Change(kind=ChangeKind.REPLACE, text=_subject(before) + after, old=before, side=TimeSide.EITHER)
    if _REMOVE.search(folded):
        return Change(kind=ChangeKind.REMOVE, text=_REMOVE.sub(" ", folded))
    if match := _ADD.search(folded):
        return Change(kind=ChangeKind.ADD, text=_ADD.sub(" ", folded))
    return Change(kind=ChangeKind.ANSWER, text=folded)


def _moved(folded: str) -> Change | None:
    stretched = _STRETCH.search(folded)
    if stretched and (length := length_of(stretched["more"])):
        return Change(kind=ChangeKind.STRETCH, text="", by=length)
    shifted = _SHIFT.search(folded)
    if shifted and (length := length_of(shifted["later"] or shifted["sooner"])):
        return Change(kind=ChangeKind.SHIFT, text="", by=length if shifted["later"] else -length)
    return None


_TIMELY = re.compile("[0-9点时:]")
_HOUR = re.compile("[点时:]|[0-9]$")


def _one_side(folded: str) -> Change | None:
    for pattern, side in ((_TO_END, TimeSide.END), (_TO_START, TimeSide.START)):
        match = pattern.search(folded)
        if match and _HOUR.search(folded, match.end()) and not _TIMELY.search(folded, 0, match.start()):
            return Change(kind=ChangeKind.REPLACE, text=folded[match.end() :], side=side)
    return None


def _worth(folded: str, match: re.Match[str]) -> bool:
    """改造 and 换法兰 are jobs, not changes: a bare 改 or 换 must point at a role or a label said before it."""
    if match["weak"]:
        ahead = folded[: match.start()]
        return any(word.search(ahead) for word in (ROLE, DUTY, _ABOUT, _LABELLED))
    return bool(folded[match.end() :].strip())


_ABOUT = re.compile("(?P<place>地点|位置|地方|部位)|(?P<task>内容|任务)|(?P<grade>级别|等级)")


_LABELLED = re.compile(f"(?:{DETAIL_LABEL.pattern})\\s?$")


def _subject(before: str) -> str:
    """What the change is about, kept as a label in front of the new value."""
    if duty := DUTY.search(before):
        return f"{duty.group()}:"
    if detail := DETAIL_LABEL.search(before):
        return f"{detail.group()}:"
    if role := ROLE.search(before):
        return f"{role.group()}:"
    if about := _ABOUT.search(before):
        return f"{about.group()}:"
    return ""
