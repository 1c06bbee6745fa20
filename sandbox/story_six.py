"""Later works from one chat line: height of Ⅲ and a lift of 二级 to the issued paper, a closed road to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sandbox.story import Player
from sandbox.story_hot import BOARD, confirm_all, number_on


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
    line="今天14点到16点 2号罐 汽车吊吊装换热器 45吨 吊装路径不出本区域 吊具钢丝绳 "
    "指挥李强 司机邹卫龙 司索高飞 监护赵敏",
    series="QZDZ",
    by="wangqiang",
    lists=1,
    pages=2,
    accepts="zhoujianguo",
    leads="liqiang",
    hazards="吊物坠落、碰撞：方案已批，试吊，警戒区无人，专人指挥",
    signs=("zhoujianguo", "sunli", "maming"),
)
ROAD = Request(
    line="今天14点到16点 2号罐 断路 修路面 涉及消防队 保留消防通道 作业人王强 负责人李强 监护赵敏",
    series="DLZY",
    by="wangqiang",
    lists=1,
    pages=1,
    accepts="zhoujianguo",
    leads="liqiang",
    hazards="车辆伤害：设路障和警示标志，专人指挥交通，保留消防通道",
    signs=("zhoujianguo", "hc0338", "sunli", "maming"),
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


async def to_work(player: Player, number: str) -> None:
    """From the issued permit to work that goes on."""
    player.say("到点：交底，逐项确认，拍照，开工")
    await player.jump_to_hour(14, 1)
    for who in ("zhaomin", "wugang"):
        await player.scans(who, BOARD)
    for who in ("wugang", "liqiang", "wangqiang", "zhaomin"):
        await player.press(who, "交底已签字", also=number)
    await confirm_all(player)
    await player.scans("liqiang", BOARD)
    for who in ("zhaomin", "liqiang"):
        await player.press(who, "确认开工", also=number)
    await player.sees("wangqiang", "作业中")


async def road_to_its_end(player: Player) -> str:
    """A road closed for a repair, from the line to the road reported open again and the paper closed; its number."""
    number = await to_issue(player, ROAD)
    await to_work(player, number)
    await player.jump(timedelta(minutes=30, seconds=5))
    await player.answers("zhaomin", board=BOARD, air="")
    player.say("完工清点，拍照，恢复通行，验收")
    await player.press("liqiang", "完工清点")
    await player.press("liqiang", "全部撤出")
    await player.press("liqiang", "现场已清理恢复")
    await player.press("zhoujianguo", "已检查恢复通行")
    await player.shoots("zhaomin")
    await player.sees("zhaomin", "照片已存")
    await player.press("liqiang", "验收签字")
    await player.press("zhoujianguo", "验收签字")
    await player.sees("wangqiang", "已验收关闭")
    return number
