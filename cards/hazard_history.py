"""What happened to a hazard, one line an event. Who reported it without a name is not named here either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cards import words, words_hazards
from cards.history import Telling
from workflow.hazard import events as e
from workflow.hazard.state import Sighting
from workflow.ids import PersonId

UNNAMED = "报告人（不具名）"


def hazard_lines(history: Iterable[e.Event], telling: Telling) -> tuple[str, ...]:
    """「11:20 周建国 接单」 without the time, for every event."""
    told = tuple(history)
    seen = (one for one in told if isinstance(one, e.HazardReported | e.SeenAgain) and not one.what.named)
    unnamed = {person: UNNAMED for one in seen if (person := one.by.as_person) is not None}
    telling = replace(telling, names={**telling.names, **unnamed})
    return tuple(f"{_who(one, telling)} {LINES[type(one)](one, telling)}".rstrip() for one in told)


def _who(event: e.Event, telling: Telling) -> str:
    person = event.by.as_person
    return "系统" if person is None else _name(person, telling)


def _name(person: PersonId, telling: Telling) -> str:
    return telling.names.get(person, str(person))


def _seen(what: Sighting) -> str:
    return f"{what.place or words_hazards.NO_PLACE} {what.text or words_hazards.ONLY_PHOTO}"


def _until(moment: datetime, telling: Telling) -> str:
    return f"{words.day(moment, telling.zone)} {words.clock(moment, telling.zone)}"


def _cause(event: e.SupervisionRaised) -> str:
    return "重大隐患" if event.owed is None else f"{words_hazards.OWED[event.owed]}超期"


_Tell = Callable[[Any, Telling], str]
LINES: Mapping[type[e.Event], _Tell] = {
    e.HazardReported: lambda x, t: f"报隐患：{_seen(x.what)}；定为{words_hazards.LEVEL[x.grade.plant]}",
    e.SeenAgain: lambda x, t: f"也看见了：{_seen(x.what)}",
    e.HazardMerged: lambda x, t: f"并入{x.into}",
    e.HazardDismissed: lambda x, t: f"核实不属实：{x.why}",
    e.HazardRegraded: lambda x, t: f"改定为{words_hazards.LEVEL[x.grade.plant]}：{x.why}",
    e.HazardAssigned: lambda x, t: f"派给{_name(x.to, t)}",
    e.HazardTaken: lambda x, t: "接单",
    e.InterimPut: lambda x, t: f"临时措施：{x.text}",
    e.PlanAdopted: lambda x, t: "批准整改方案（五落实）",
    e.ExtensionAsked: lambda x, t: f"申请延期到{_until(x.ask.until, t)}：{x.ask.why}",
    e.ExtensionGranted: lambda x, t: f"同意延期到{_until(x.until, t)}",
    e.ExtensionRefused: lambda x, t: f"不同意延期：{x.why}",
    e.HazardRectified: lambda x, t: f"报整改完成：{x.text}（附照片）",
    e.HazardAccepted: lambda x, t: f"验收通过，归档 {x.comment}",
    e.HazardSentBack: lambda x, t: f"验收退回：{x.why}",
    e.HazardReopened: lambda x, t: f"重新打开：{x.why}",
    e.NoteAdded: lambda x, t: f"留言：{x.text}",
    e.ChargeTaken: lambda x, t: "接手督办",
    e.SupervisionRaised: lambda x, t: f"{_cause(x)}，督办：{'、'.join(_name(one, t) for one in x.told)}",
    e.PointsEarned: lambda x, t: f"给{_name(x.to, t)}记{x.points}分",
}
"""Every kind has a sentence; one without raises `KeyError`."""
