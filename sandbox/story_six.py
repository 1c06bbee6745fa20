"""Requests of later works, from one chat line to the issued paper: work at height of grade Ⅲ, a lift of grade 二级."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.story import Player
from sandbox.story_hot import BOARD, number_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line and who has to do with it."""

    line: str
    series: str
    by: str
    lists: int
    """How many lists of ticks are left to answer."""
    pages: int
    """How many pages its checklist has."""
    accepts: str
    leads: str
    hazards: str
    signs: tuple[str, ...]
    """Who signs, in order; the last one at the place."""


HEIGHT = Request(
    line="今天14点到16点 2号罐 登高换灯 18米 作业人王强 负责人李强 监护赵敏",
    series="GCZY",
    by="wangqiang",
    lists=2,
    pages=1,
    accepts="zhoujianguo",
    leads="liqiang",
    hazards="坠落：系安全带，平台护栏完好，下方拉警戒线，专人监护",
    signs=("zhoujianguo", "sunli", "maming"),
)
LIFT = Request(
    line="今天14点到16点 2号罐 汽车吊吊装换热器 45吨 吊具钢丝绳 指挥李强 司机邹卫龙 司索高飞 监护赵敏",
    series="QZDZ",
    by="wangqiang",
    lists=1,
    pages=2,
    accepts="zhoujianguo",
    leads="liqiang",
    hazards="吊物坠落、碰撞：方案已批，试吊，警戒区无人，专人指挥",
    signs=("zhoujianguo", "sunli", "maming"),
)


async def to_issue(player: Player, request: Request) -> str:
    """Play a request until it is issued; the permit's number."""
    player.say(f"一句话申请：{request.line}")
    await player.types(request.by, request.line)
    for _ in range(request.lists):
        await player.press(request.by, "选好了")
    await player.press(request.by, "提交申请")
    await player.sees(request.by, f"{request.series}-")
    number = number_on(player, request.by, request.series)
    player.say("受理，勾选措施，填危害分析，提交审批")
    await player.press(request.accepts, "受理", also=number)
    for _ in range(request.pages):
        await player.press(request.leads, "提交勾选")
    await player.press(request.leads, "填危害分析")
    await player.types(request.leads, request.hazards)
    await player.press(request.leads, "提交审批")
    player.say("逐级审批，最后一位在现场")
    *others, last = request.signs
    for who in others:
        await player.press(who, "同意", also=number)
    await player.scans(last, BOARD)
    await player.press(last, "同意", also=number)
    await player.sees(request.by, "已签发")
    return number
