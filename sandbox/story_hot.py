"""The story of one first-grade hot work, from a chat line to a closed permit, with one escalation and one stop."""

from __future__ import annotations

import re
from datetime import timedelta

from sandbox.crews import STAFF
from sandbox.story import Player

WORK = "今天8点半到11点半 2号罐 露天 一级动火 换法兰 电焊"
LINE = f"{WORK} {STAFF.named()}"
GAS = "可燃 0%LEL"
BOARD = "PTB1:HC-TK2-B1"
"""The code on the board of 二号罐区."""


def number_on(player: Player, who: str, series: str = "DHZY") -> str:
    """The newest permit number of a series a phone shows."""
    found = re.findall(rf"{series}-[A-Z0-9]+-\d{{8}}-\d{{3}}", str(player.hand(who).screen))
    return found[-1] if found else ""


async def ask(player: Player) -> str:
    """The request: one line, the questions that are left, one tap; the permit's number."""
    player.say(f"{player.crew.name(player.crew.worker)}发一句话申请")
    await player.types(player.crew.worker, f"{WORK} {player.crew.named()}")
    await player.press(player.crew.worker, "选好了")
    await player.press(player.crew.worker, "提交申请")
    await player.sees(player.crew.worker, "DHZY-")
    return number_on(player, player.crew.worker)


async def prepare(player: Player) -> None:
    """Taking in, the checklist, the hazard analysis, the leader's signature."""
    player.say("所在单位受理，作业负责人准备")
    await player.press(player.crew.unit, "受理")
    await analyse(player)


async def analyse(player: Player) -> None:
    """What the leader prepares before anybody is asked to sign."""
    await player.press(player.crew.leader, "提交勾选")
    await player.press(player.crew.leader, "填危害分析")
    await player.types(player.crew.leader, "苯蒸气着火爆炸：已置换分析合格，盲板隔离，备灭火器2具，专人监护")
    await player.press(player.crew.leader, "提交审批")


async def approve(player: Player) -> None:
    """The chain; the second step waits too long and climbs."""
    player.say("逐级审批；安全管理部门没有动静")
    await player.press(player.crew.unit, "同意")
    await player.offered(player.crew.safety, "同意")
    await player.jump(timedelta(minutes=31))
    player.say("超时，自动上报给上级；上级跟进，不会自动通过")
    await player.press(player.crew.above, "我来跟进")
    await player.press(player.crew.safety, "同意")
    player.say("审批人到现场扫码后签字")
    await player.scans(player.crew.last, BOARD)
    await player.press(player.crew.last, "同意", also="须在现场审批")


async def start(player: Player, number: str) -> None:
    """On site: check-in, briefing, item by item, photos, gas, two signatures."""
    player.say("监护人到现场，扫作业票和现场牌")
    await player.finds(player.crew.guardian, number)
    await player.scans(player.crew.guardian, BOARD)
    await player.scans(player.crew.shift, BOARD)
    for who in (player.crew.shift, player.crew.leader, player.crew.worker, player.crew.guardian):
        await player.press(who, "交底已签字")
    player.say("逐项确认措施，拍照，报气体")
    await confirm_all(player)
    await player.types(player.crew.guardian, GAS)
    await player.sees(player.crew.guardian, "合格")
    player.say("监护人和当班班长确认开工")
    await player.press(player.crew.guardian, "确认开工")
    await player.press(player.crew.shift, "确认开工")
    await player.sees(player.crew.worker, "作业中")


async def confirm_all(player: Player) -> None:
    """The guardian's list: a tap each; a photo or a line of figures where one is asked."""
    guardian, idle = player.crew.guardian, 0
    for _ in range(80):
        await player.moment()
        if player.card_says(guardian, "请发一句话写明"):
            await player.types(guardian, "灭火器2具 救生绳2根 编号A12")
        elif player.card_says(guardian, player.hand(guardian).wants_photo):
            await player.shoots(guardian)
        elif not await player.tries(guardian, "已落实"):
            idle += 1  # a card that is changed in place may say a moment later that something is wanted after all
            if idle == 2:
                return
            continue
        idle = 0


async def work(player: Player) -> None:
    """A prompt answered, a stop by the worker, a re-test, the return to work."""
    player.say("作业中：不定时问监护人，让他在现场办一件小事")
    await player.jump(timedelta(minutes=30, seconds=5))
    await player.answers(player.crew.guardian, board=BOARD, air=GAS)
    player.say(f"{player.crew.name(player.crew.worker)}发现漏气，喊停工")
    await player.types(player.crew.worker, "停工 法兰处有漏气")
    await player.sees(player.crew.guardian, "停工")
    player.say("原因消除、重新检测合格后，监护人和负责人各自确认复工")
    await player.types(player.crew.guardian, GAS)
    for who in (player.crew.guardian, player.crew.leader):
        await player.scans(who, BOARD)
        await player.press(who, "确认复工")
        await player.types(who, "法兰已紧固，复测无泄漏")
    await player.shows(player.crew.worker, "作业中")


async def finish(player: Player) -> None:
    """Counting out, the fire watch, acceptance by two."""
    player.say("完工清点，留守观察")
    await player.press(player.crew.leader, "完工清点")
    await player.press(player.crew.leader, "全部撤出")
    await player.sees(player.crew.guardian, "留守")
    await player.jump(timedelta(minutes=31))
    await player.shoots(player.crew.guardian)
    await player.press(player.crew.guardian, "确认无残火")
    player.say("两人验收，关闭")
    await player.press(player.crew.leader, "验收签字")
    await player.press(player.crew.unit, "验收签字")
    await player.sees(player.crew.worker, "已验收关闭")


async def hot_work_story(player: Player) -> str:
    """The whole story; the number of its permit."""
    number = await ask(player)
    await prepare(player)
    await approve(player)
    player.say("到了计划时间")
    await player.jump_to_hour(8, 31)
    await start(player, number)
    await work(player)
    await finish(player)
    player.say(f"演示完了：{number} 从一句话到关闭，每一步都在流水账里")
    return number
