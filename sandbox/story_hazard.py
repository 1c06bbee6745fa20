"""A hazard from the photo to the file: reported without a name, seen twice, let wait, mended, sent back, accepted."""

from __future__ import annotations

from datetime import timedelta

from sandbox.story import Player
from sandbox.story_hot import number_on

SEEN = "2号罐 平台护栏松动，一碰就晃"
AGAIN = "隐患 2号罐 平台的护栏松动，一碰就晃"
SERIOUS_WAITS = timedelta(hours=8)
"""How long a serious one may wait for somebody to take it on (policies/hazards.yaml)."""


async def hazard_story(player: Player) -> str:
    """The whole story; the number of its hazard."""
    number = await report(player)
    await see_again(player, number)
    await let_wait(player, number)
    await mend(player, "已把护栏立柱螺栓紧固")
    await send_back(player)
    await mend(player, "立柱重新焊牢，晃动试验无松动")
    player.say("安全管理部门到现场看过，验收通过，归档")
    await player.press(player.crew.safety, "验收通过")
    for who in (player.crew.worker, player.crew.above):
        await player.sees(who, "整改验收通过")
    await player.types(player.crew.worker, "我的积分")
    await player.sees(player.crew.worker, "余额5分")
    player.say(f"演示完了：{number} 从一张照片到归档，报告人一路跟着看；除了安全管理部门，没有人知道是他报的")
    return number


async def report(player: Player) -> str:
    """A photo and one line, without a name; the number."""
    who = player.crew.worker
    player.say(f"{player.crew.name(who)}拍一张照片，写一句话，不具名")
    await player.sends(who)
    await player.types(who, f"匿名隐患 {SEEN}")
    await player.sees(who, "已登记，谢谢")
    return number_on(player, who, "YH")


async def see_again(player: Player, number: str) -> None:
    """Somebody else sees the same and is asked whether it is."""
    player.say(f"{player.crew.name(player.crew.guardian)}也看见了：是不是同一条，问一句")
    await player.types(player.crew.guardian, AGAIN)
    await player.press(player.crew.guardian, "是这一条")
    await player.sees(player.crew.guardian, f"和{number}是同一条")


async def let_wait(player: Player, number: str) -> None:
    """Nobody takes it on within eight hours: it climbs, and whoever it climbed to sees to it."""
    unit, above = player.crew.unit, player.crew.above
    player.say("较大隐患8小时内要接单。没有人接，督办到责任人的上级")
    await player.offered(unit, "接单")
    await player.jump(SERIOUS_WAITS)
    await player.sees(above, "督办")
    await player.press(above, "接手督办", also=number)
    await player.press(unit, "接单", also=number)


async def mend(player: Player, said: str) -> None:
    """A photo of how it is now, and a line."""
    unit = player.crew.unit
    player.say("整改，拍一张整改后的照片，写一句整改了什么")
    await player.press(unit, "已整改")
    await player.types(unit, said)
    await player.sends(unit)
    await player.offered(player.crew.safety, "验收通过")


async def send_back(player: Player) -> None:
    """Whoever looked says why not."""
    safety = player.crew.safety
    player.say("安全管理部门到现场一看，还在晃：退回")
    await player.press(safety, "退回")
    await player.types(safety, "立柱还是松的，请焊牢")
    await player.sees(player.crew.unit, "验收没有通过")
