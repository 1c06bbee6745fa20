"""What 督办 says of late steps and of departments."""

from __future__ import annotations

from collections.abc import Mapping

SUPERVISION: Mapping[str, str] = {
    "supervision": "审批督办：{late}件超时，共{waiting}件在等。\n{lines}",
    "supervision_none": "审批督办：现在没有超时的票，{waiting}件在等。",
    "supervision_mine": "没有超时的票上报到您这里。",
}
"""Answers by their keys; arguments are named in `handlers.answers`."""
STEP = "· {permit} {place} {label}：等{asked}；{told}"
NOBODY = "（没有人任这个岗）"
TAKEN, TOLD = "已有上级接手", "已上报{names}，还没人接手"
TO_GROUP = "已报管理群"
MORE = "……还有{more}件"
SHARE = "{department}：{waiting}件里{late}件超时（{percent}%）"
BY_DEPARTMENT = "各部门现在："
NO_DEPARTMENT = "没有人任岗"
