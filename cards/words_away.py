"""What is said about people who are away, and who stands in for them."""

from __future__ import annotations

from collections.abc import Mapping

AWAY: Mapping[str, str] = {
    "away_how": "请假要写起止时间和代理人，例如：请假 3月20日8点到3月22日18点 由罗平代。回来了发「销假」。",
    "away_noted": "已记下：{start}到{end}您不在，由{name}代您签票；不能再转别人。回来了发「销假」。{instead}",
    "away_registered": "厂里的登记写您{start}到{end}请假，由{name}代您签票。不对就发「销假」。",
    "away_withdrawn": "厂里的登记里，{name} {start}到{end}的请假已取消，不再代签。",
    "away_for": "{name}请假，{start}到{end}的票请您代签（记录里写明代{name}）。您那时也不在的话，请马上告诉{name}。",
    "away_moved": "{name}改了请假，{start}到{end}不用您代签了。",
    "away_back": "欢迎回来，代理已结束。",
    "away_over": "{name}回来了，不用再代签。",
    "away_not": "您没有请假。",
}
"""Answers by their keys; arguments are named in `handlers.answers`."""
INSTEAD = "厂里登记的{start}到{end}不再算，按您说的。"
