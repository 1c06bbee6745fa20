"""One line to a group about a permit: what, where, who, until when. Groups get no buttons."""

from __future__ import annotations

from cards import words, words_steps
from cards.steps_site import ordered_out, stopped_by
from cards.views import PermitView
from workflow.effects import Purpose


def group_line(view: PermitView) -> str:
    """「【立即停工】二号罐区 2号罐 一级动火（DHZY-…）：气体分析不合格。监护人赵敏」."""
    permit = view.permit
    what = permit.what
    place = what.place if view.area_name in what.place else f"{view.area_name} {what.place}".strip()
    head = f"【{words.PURPOSE[view.purpose] if view.purpose is not None else words.STATUS[permit.status]}】"
    reason = ""
    if view.purpose is Purpose.SUSPENDED:
        reason = f"：{stopped_by(permit)}{words_steps.OUT if ordered_out(permit) else ''}"
    until = f"，到{words.clock(what.planned.end, view.zone)}" if view.purpose is Purpose.STARTED else ""
    people = f"监护人{view.name(permit.guardian)}"
    return f"{head}{place} {words.work_name(what.work, permit.law.grade)}（{permit.id}）{reason}{until}。{people}"
