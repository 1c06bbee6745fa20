"""How long a permit may last, and when it ends. There is no extension: past the end only a new permit helps (4.16)."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.permit.content import Content
from workflow.rules.types import GRADE_WORDS, PermitRules
from workflow.values import Interval

_HOUR = timedelta(hours=1)


def ends_at(planned: Interval, limit: timedelta, issued_at: datetime | None) -> datetime:
    """When the permit ends: the planned end, never beyond planned start + limit, nor beyond issue + limit.

    The standard does not say from when validity runs; both clocks are held, the earlier counts.
    """
    ends = [planned.end, planned.start + limit]
    if issued_at is not None:
        ends.append(issued_at + limit)
    return min(ends)


def fits(content: Content, rules: PermitRules) -> bool:
    """Whether the planned time is within the longest validity; exactly the limit fits."""
    return content.planned.length <= rules.max_validity


def too_long(content: Content, rules: PermitRules) -> tuple[str, str]:
    """The fact and the cure for a planned time that does not fit, in plain Chinese."""
    limit, length = spoken(rules.max_validity), spoken(content.planned.length)
    grade = GRADE_WORDS[rules.grade] or "本类"
    if rules.raised_by and rules.base_grade is not rules.grade:
        lower = GRADE_WORDS[rules.base_grade]
        fact = f"计划 {length}；{rules.grade_why}，{grade}一张票最长 {limit}"
        cure = f"拆成几张：避开升级时段的办{lower}票，其余每张不超过 {limit}；或整段按{grade}分成每张不超过 {limit}"
        return fact, cure
    cure = f"拆成几张票，每张不超过 {limit}；到期须办新票，不能延期"
    if rules.longer_validity is not None and content.planned.length <= rules.longer_validity:
        cure = f"有特殊原因的写明原因，最长可办 {spoken(rules.longer_validity)}；否则{cure}"
    return f"计划 {length}，{grade}作业票最长 {limit}", cure


def spoken(length: timedelta) -> str:
    """A duration for people: ``8小时``, ``1小时30分``, ``25分钟``."""
    minutes = -(-length // timedelta(minutes=1))
    hours, rest = divmod(minutes, _HOUR // timedelta(minutes=1))
    if not hours:
        return f"{rest}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"
