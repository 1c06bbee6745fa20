"""The first quarter of an hour of a new worker, in five minutes: he does his own part, everybody else plays along.

A lesson is one thing to do on the learner's own phone. It is over when his screen shows that it was done, however he
did it; the others' part follows by itself. Nothing here can be mistaken for work: it is a plant of its own (`SITE`),
whose name stands in every number, and all of it is thrown away at the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sandbox.story import Player
from sandbox.story_hot import BOARD, GAS, WORK, confirm_all, number_on, prepare

SITE: Final = "LIANXI"
"""The plant of every practice: DHZY-LIANXI-…, in no book of any other plant."""
APP: Final = "作业票（练习）"
_LOOK: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thing to do. ``line`` is a sentence the learner may send as it stands."""

    key: str
    do: Callable[[Player], str]
    seen: Callable[[Player], bool]
    line: Callable[[Player], str] = lambda _: ""
    before: Callable[[Player], Awaitable[None]] | None = None
    """What the others do first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where the learner stands: the lesson of how many, what to do, and a sentence to send."""

    step: int
    of: int
    key: str
    do: str
    line: str = ""
    done: bool = False


Tell = Callable[[Told], None]
WAIT: Final = "稍等，同事们在办他们那一步……"
END: Final = "练完了。票号里带 {site} 的都是练习，不能拿去作业，关掉就没了。真要办票，到聊天里找「作业票」。"


async def practise(player: Player, tell: Tell) -> str:
    """Every lesson to its end; the number of the practice permit."""
    for step, lesson in enumerate(LESSONS, 1):
        if lesson.before is not None:
            tell(Told(step=step, of=len(LESSONS), key="", do=WAIT))
            await lesson.before(player)
        tell(Told(step=step, of=len(LESSONS), key=lesson.key, do=lesson.do(player), line=lesson.line(player)))
        await _learned(player, lesson)
    tell(Told(step=len(LESSONS), of=len(LESSONS), key="", do=END.format(site=SITE), done=True))
    return number_on(player, _me(player))


async def _learned(player: Player, lesson: Lesson) -> None:
    """Wait as long as he needs: nobody is stuck who reads slowly."""
    while not lesson.seen(player):
        try:
            await player.hands.until(lambda: lesson.seen(player), seconds=_LOOK)
        except TimeoutError:
            continue


def _me(player: Player) -> str:
    return player.crew.worker


def _tells(*words: str) -> Callable[[Player], bool]:
    """The learner's phone shows one of these, said by the app."""

    def seen(player: Player) -> bool:
        shown = [item for item in player.hand(_me(player)).screen if item["from"] == "app"]
        return any(word in str(item) for item in shown for word in words)

    return seen


def _offers(text: str) -> Callable[[Player], bool]:
    return lambda player: player.button(_me(player), text) is not None


def _signed(player: Player) -> bool:
    return not _offers("交底已签字")(player) and bool(number_on(player, _me(player)))


async def _approvals(player: Player) -> None:
    """Everybody else's part up to the briefing, without any haste: nothing approves by itself here either."""
    crew, number = player.crew, number_on(player, _me(player))
    await prepare(player)
    await player.press(crew.unit, "同意")
    await player.press(crew.safety, "同意")
    await player.scans(crew.last, BOARD)
    await player.press(crew.last, "同意", also="须在现场审批")
    await player.jump_to_hour(8, 31)
    await player.finds(crew.guardian, number)
    await player.scans(crew.guardian, BOARD)
    await player.scans(crew.shift, BOARD)
    for who in (crew.shift, crew.leader, crew.guardian):
        await player.press(who, "交底已签字")
    await player.offered(_me(player), "交底已签字")


async def _begin(player: Player) -> None:
    """The guardian's list, the air, the two signatures."""
    crew = player.crew
    await confirm_all(player)
    await player.types(crew.guardian, GAS)
    await player.sees(crew.guardian, "合格")
    await player.press(crew.guardian, "确认开工")
    await player.press(crew.shift, "确认开工")
    await player.sees(_me(player), "作业中")


LESSONS: Final = (
    Lesson(
        key="how",
        do=lambda _: "点手机下面的「我要申请」，看看怎么说。",
        seen=_tells("直接发一句话"),
    ),
    Lesson(
        key="ask",
        do=lambda _: "发一句话申请：时间、地点、干什么、谁干、谁监护。可以点「照着填」，再点「发送」。",
        line=lambda player: f"{WORK} {player.crew.named()}",
        seen=lambda player: _offers("选好了")(player) or _offers("提交申请")(player),
    ),
    Lesson(
        key="submit",
        do=lambda _: "机器人只问您没说到的：看一眼，点「选好了」；再核对一遍，点「提交申请」。",
        seen=lambda player: bool(number_on(player, _me(player))),
    ),
    Lesson(
        key="brief",
        do=lambda _: "票批下来了，是负责人一步一步签的，没有自动通过。开工前先听交底：点「交底已签字」。",
        before=_approvals,
        seen=_signed,
    ),
    Lesson(
        key="stop",
        do=lambda _: "开工了。最要紧的一招：觉得不对，马上叫停，不用谁批准。发一句「停工」。",
        line=lambda _: "停工 法兰处有漏气",
        before=_begin,
        seen=_tells("已停工"),
    ),
    Lesson(
        key="hazard",
        do=lambda _: "停下了；要监护人和负责人确认才能复工。再练一招：看到隐患，一句话就报。",
        line=lambda _: "隐患 2号罐 爬梯踏板少一块",
        seen=_tells("YH-"),
    ),
    Lesson(
        key="tasks",
        do=lambda _: "最后：点「我的任务」，随时看等您办的事和您参与的票。",
        seen=_tells("件等您办", "没有等您办"),
    ),
)
"""In this order. Seven things to do, some ten taps and lines."""
