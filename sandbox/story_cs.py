"""A confined-space job whose first gas test fails: no entry, mechanical ventilation, a full new test, then work."""

from __future__ import annotations

from sandbox.story import Player
from sandbox.story_hot import confirm_all, number_on

LINE = "今天9点到11点 进2号罐 清理 受限空间 作业人王强 负责人李强 监护赵敏"
POINTS = ("上部", "中部", "下部")
GOOD = "氧 20.9% 可燃 0%LEL 硫化氢 0ppm 一氧化碳 0ppm 苯 0mg/m3"
BAD = "氧 20.9% 可燃 0%LEL 硫化氢 8ppm 一氧化碳 0ppm 苯 0mg/m3"


async def ask_and_approve(player: Player) -> str:
    """From the line to the issued permit."""
    await player.types("wangqiang", LINE)
    await player.ticks("wangqiang", "清淤", "选好了")
    await player.sees("wangqiang", "勾选符合的情况")
    await player.press("wangqiang", "选好了", also="勾选符合的情况")
    await player.press("wangqiang", "提交申请")
    await player.sees("wangqiang", "YXKJ-")
    number = number_on(player, "wangqiang", "YXKJ")
    await player.press("zhoujianguo", "受理")
    await player.press("liqiang", "提交勾选")
    await player.press("liqiang", "填危害分析")
    await player.types("liqiang", "缺氧、硫化氢中毒：盲板隔离、置换、通风、专人监护、备呼吸器和救生绳")
    await player.press("liqiang", "提交审批")
    await player.scans("zhoujianguo", "PTB1:HC-TK2-B1")
    await player.press("zhoujianguo", "同意", also="须在现场审批")
    return number


async def get_ready(player: Player, number: str) -> None:
    """On site up to the gas test."""
    await player.jump_to_hour(9, 1)
    for who in ("zhaomin", "liqiang", "wugang"):
        await player.finds(who, number)
        await player.scans(who, "PTB1:HC-TK2-B1")
    for who in ("wugang", "liqiang", "wangqiang", "zhaomin"):
        await player.press(who, "交底已签字")
    await confirm_all(player)


async def report_air(player: Player, values: str) -> None:
    """All three points, one line each."""
    for point in POINTS:
        await player.types("zhaomin", f"{point} {values}")


async def ventilate_and_test_again(player: Player) -> None:
    """What a failed first test asks for: mechanical ventilation, then every point anew."""
    await player.press("zhaomin", "机械通风已开")
    await report_air(player, GOOD)
    await confirm_all(player)


async def enter(player: Player) -> None:
    """The guardian's and the leader's signatures right before entry."""
    await player.press("zhaomin", "确认开工")
    await player.scans("liqiang", "PTB1:HC-TK2-B1")
    await player.press("liqiang", "确认开工")
    await player.sees("wangqiang", "作业中")
