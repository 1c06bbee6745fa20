"""Words that work at any moment: 停工, 取消, 帮助, 我的任务, 查 <票号> …

The law of this file. Stopping is heard generously: whatever sounds like *stop now* is a stop. Only a plan, a question,
a denial or a report about a stop is not obeyed at once, and that is never settled in silence either: it comes back as
`AmbiguousStop`, so that the person is asked, with the stop as the first button.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.request.folding import MAX_TEXT, fold
from handlers.request.lexicon import ROLE
from handlers.request.timescan import scan
from handlers.request.timewords import Kind


class CommandKind(StrEnum):
    """What is asked for."""

    STOP_WORK = "stop_work"
    CANCEL = "cancel"
    HELP = "help"
    MY_TASKS = "my_tasks"
    QUERY = "query"
    REFRESH = "refresh"
    SAME_AS_LAST = "same_as_last"
    WHY = "why"
    APPLY = "apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSaid:
    """A command. ``permit_no`` as typed, folded; ``about`` is the rest of the text, for the handler to read on.

    A `CommandKind.CANCEL` with something in ``about`` names more than the open draft: confirm before cancelling.
    """

    kind: CommandKind
    permit_no: str = ""
    about: str = ""
    urgent: bool = False
    """Danger was named (``着火了``): whoever hears it should also alarm, not only stop the paper."""


class NotNow(StrEnum):
    """Why a word of stopping was not obeyed at once."""

    PLANNED = "planned"
    """``明天停工检修``: about another time."""
    QUESTION = "question"
    DENIED = "denied"
    """``先别停``."""
    REPORTED = "reported"
    """``泵停了``, ``法兰漏了``: something stopped or went wrong; perhaps work should stop, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguousStop:
    """Perhaps a stop. Ask, with the stop as the first button."""

    why: NotNow
    permit_no: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class NotACommand:
    """Nothing of the kind: read it as a request or an answer."""


NOT_A_COMMAND = NotACommand()
Recognised = CommandSaid | AmbiguousStop | NotACommand

_PERMIT = re.compile("(?<![A-Z0-9])[A-Z]{2,8}[0-9]{0,2}(?:-[A-Z0-9]{1,8}){0,2}-?20[0-9]{6}-?[0-9]{1,5}(?![0-9])")
_NOISE = re.compile("[^0-9A-Z\u4e00-\u9fff?-]+")
_HEAD = re.compile(
    "(?:请问?|麻烦(?:你|您)?|帮我|帮忙|给我|我们?(?:想要?|要|需要?)|想要?|需要|你好|您好|大家|各位|那个|机器人|\\s)+"
)
_TAIL = re.compile("(?:一下子?|吧|啊|呢|呀|哈|哦|嘛|谢谢(?:你|您)?|\\s)+$")

_STOP = re.compile(
    "停工|停止|叫停|喊停|停下来?|停一?下|停掉|停手|住手|停停+|暂停|停活|停了|紧急停(?:车|机)?|STOP|停(?![\u4e00-\u9fffA-Z0-9])|停(?=[吧啊呀哈嘛呗呢])|"
    "(?:都|全|全部|快|马上|立即|立刻|赶紧|赶快|先)停(?![车机电泵])|"
    "(?:别|不要|不准|不许|不能)(?:再)?(?:干了?|做了|焊了|动火了?|动了|施工了?|割了)"
)
_HARD = re.compile("停工|停止|叫停|喊停|停手|住手|暂停|停活|STOP|别|不")
_DANGERS = "着火|起火|失火|爆炸|中毒|窒息|触电|坍塌|坠落"
_DANGER = re.compile(
    f"{_DANGERS}|火灾|炸了|冒烟|晕倒|昏倒|晕了|塌方|塌了|掉下[去来]|救命|出事了|出人命|快跑|快撤|喷出来"
)
_NO_DANGER = re.compile(
    f"(?:防止?|以防|避免|预防|易|灭|如果|万一|要是)(?:发生)?(?:(?:{_DANGERS})[、和及]?)+|"
    f"(?:{_DANGERS})(?:点|性|极限|物|危险|风险|事故|应急|演练)"
)
_LEAK = re.compile(
    "(?:漏|泄漏|泄露|漏气|漏油|漏水|超标|报警|跑冒)了|挖(?:出|到|断|破|坏|穿)了?[^0-9]{0,6}(?:电缆|光缆|管|线|不明|东西)|"
    "(?:风太大|起大?风|突[发然]排放)"
)
_URGENT = re.compile("马上|立即|立刻|赶紧|赶快|紧急|快|!")
_DENIED = re.compile("(?:别|不要?|没有?|未|不用|无需|不必|不能|不准)(?:再)?(?:停|叫停|喊停)")
_PLANNED = re.compile(
    "停工(?:检修|大修|期间?|状态|后|前|待|令|通知|计划|时|改造|消缺|整改|培训)|检修|大修|计划|安排|打算|准备|申请|办票|开票|作业票|复工|恢复|"
    "已经?停|如果|要是|万一|将要?|等.{0,6}停|停(?:工|止|车).{0,8}(?:后|再|以后|之后)(?!悔)"
)
_QUESTION = re.compile("[吗么?]|是否|能不能|要不要|可不可以|什么时候|多久|谁|怎么|几点")
_WHY = re.compile(
    "为什么|为啥|为何|什么原因|怎么(?:不行|不让|不能|不通过|被拒|办不了)|凭什么|依据(?:是)?(?:什么|哪条)?(?=$|\\?)"
)
_REPORTED = re.compile("[泵机车炉阀电水汽气风置备统产线雨]停(?:了|下|掉|止)?|停(?:电|水|汽|气|风)")
_LATER_DAY = {Kind.DAY, Kind.VAGUE_DAY, Kind.AFTER, Kind.SEVERAL_DAYS}
_LATER = _LATER_DAY | {Kind.CLOCK, Kind.RANGE}


def recognise(text: str) -> Recognised:
    """Tell whether a text is a command. Of an over-long text only the first `MAX_TEXT` characters are heard."""
    folded = fold(text[:MAX_TEXT])
    heard = _stop(folded)
    if not isinstance(heard, NotACommand):
        return heard
    permit = _permit(folded)
    core = _core(folded.replace(permit, " ") if permit else folded)
    if permit and _ASKING_STATE.fullmatch(core.replace(" ", "")):
        return CommandSaid(kind=CommandKind.QUERY, permit_no=permit)
    for kind, whole in _WHOLE:
        if whole.fullmatch(core):
            return CommandSaid(kind=kind, permit_no=permit)
    return _with_object(core, permit)


def _permit(folded: str) -> str:
    match = _PERMIT.search(folded)
    return match.group() if match else ""


def _core(folded: str) -> str:
    """The text without signs, emoji and courtesies at its ends."""
    core = _NOISE.sub(" ", folded).strip()
    head = _HEAD.match(core)
    if head and head.end() < len(core):
        core = core[head.end() :]
    tail = _TAIL.search(core)
    return core[: tail.start()] if tail and tail.start() else core


def _stop(folded: str) -> Recognised:
    danger = _DANGER.search(_NO_DANGER.sub(" ", folded)) is not None
    word = _STOP.search(folded)
    if word is None and not danger and _LEAK.search(folded) is None:
        return NOT_A_COMMAND  # whatever time it names
    kinds = {token.kind for token in scan(folded)}
    later = bool(kinds & _LATER)
    if word is None:
        return _alarm(folded, danger=danger, later=later)
    permit = _permit(folded)
    about = _about(folded, permit)
    if danger and not kinds & _LATER_DAY:
        return CommandSaid(kind=CommandKind.STOP_WORK, permit_no=permit, about=about, urgent=True)
    why = _not_now(folded, word, later=later)
    if why is NotNow.QUESTION and _WHY.search(folded):
        return CommandSaid(kind=CommandKind.WHY, permit_no=permit, about=_WHY.sub("", _core(folded)).strip())
    if why is not None:
        return AmbiguousStop(why=why, permit_no=permit, about=about)
    return CommandSaid(kind=CommandKind.STOP_WORK, permit_no=permit, about=about, urgent=danger)


def _not_now(folded: str, word: re.Match[str], *, later: bool) -> NotNow | None:
    if _WHY.search(folded) or _QUESTION.search(folded):
        return NotNow.QUESTION
    if _DENIED.search(folded):
        return NotNow.DENIED
    if later or _PLANNED.search(folded):
        return NotNow.PLANNED
    if _REPORTED.search(folded) and not (_HARD.match(word.group()) or _URGENT.search(folded)):
        return NotNow.REPORTED
    return None


_HAPPENING = re.compile("了|啦|!|有人|救命|快")
_CRY = 4
_SHORT = 24
"""A cry for help is short; longer sentences that mention fire talk about it."""


def _alarm(folded: str, *, danger: bool, later: bool) -> Recognised:
    """Danger without a word of stopping."""
    if later or _PLANNED.search(folded):
        return NOT_A_COMMAND
    about = _about(folded, "")
    core = _core(folded)
    happening = _HAPPENING.search(folded) is not None or len(core) <= _CRY
    if danger and happening and len(core) <= _SHORT and not _QUESTION.search(folded):
        return CommandSaid(kind=CommandKind.STOP_WORK, permit_no=_permit(folded), about=about, urgent=True)
    if danger or (_LEAK.search(folded) and len(_core(folded)) <= _SHORT):
        return AmbiguousStop(why=NotNow.REPORTED, permit_no=_permit(folded), about=about)
    return NOT_A_COMMAND


_STOPPING = re.compile(
    f"{_URGENT.pattern}|暂?停(?:[工止掉手活了停]|下来?|一?下)*|(?<=停)[车机]|住手|叫|喊|STOP|作业|动火|施工|干活|"
    "来(?=$| )|有味道|(?:别|不要|不准|不许)再?[干做焊割动]了?|大家|全部|所有|都|先(?=停)|请|麻烦|一下|[吧啊呢呀哈哦嘛]|"
    "[^0-9A-Z\u4e00-\u9fff#号-]+"
)


def _about(folded: str, permit: str) -> str:
    rest = folded.replace(permit, " ") if permit else folded
    return " ".join(_STOPPING.sub(" ", rest).split())


_ASKING_STATE = re.compile(
    "(?:查询?|查看|看看?|搜)?(?:一下)?的?(?:进度|状态|情况|怎么样了?|到哪(?:一步|儿|里)?了?|批了没有?|批了吗|好了吗|\\?)*"
)
_LAST = "上一?[次回张]的?"
_HELP = (
    "帮助|HELP|怎么用|如何使用|使用(?:说明|方法|帮助)|说明书?|菜单|功能|教我|"
    "你?(?:能做什么|会什么|能干什么|会干什么)|\\?+"
)
_TASKS = (
    "(?:看看?|查看?|打开)?(?:一下)?(?:我的)?(?:任务|待办|待办事项|作业票列表)|我的(?:票|作业票|申请|审批|作业)|"
    "有?(?:什么|哪些)(?:任务|待办)|待我(?:审批|处理)的?"
)
_AGAIN = "刷新|更新(?:卡片|状态)?|重新发(?:卡片?|送)?|再发一?[次遍张]|卡片(?:没了|不见了|过期了?)"
_NEW = "(?:发起|新建|提交)?申请|新?(?:申请|办|开|建)(?:一?[张个份])?(?:作业票|票|作业|许可证?|作业许可)|新申请"
_REASON = "为什么|为啥|为何|什么原因|原因|凭什么|依据|为什么不行|怎么不行|为什么不能(?:办|提交|开工)?"
_UNDO = (
    "取消(?:申请|掉|草稿)?|算了|不[办做要]了|不申请了|撤[销回](?:申请)?|作废|重来|重新(?:来|开始|申请|填)|退出|放弃|清空|"
    "删除(?:草稿)?"
)
_LIKE_LAST = (
    f"[和跟同照按与]?着?{_LAST}(?:一样|相同|那样|办|来|内容)?|老样子|复制上一?[次张]|再来一[张次份](?:一样的?)?|"
    "一样的再来一张"
)
_WHOLE: tuple[tuple[CommandKind, re.Pattern[str]], ...] = (
    (CommandKind.HELP, re.compile(_HELP)),
    (CommandKind.MY_TASKS, re.compile(_TASKS)),
    (CommandKind.REFRESH, re.compile(_AGAIN)),
    (CommandKind.APPLY, re.compile(_NEW)),
    (CommandKind.WHY, re.compile(_REASON)),
    (CommandKind.CANCEL, re.compile(_UNDO)),
    (CommandKind.SAME_AS_LAST, re.compile(_LIKE_LAST)),
)
_QUERY = re.compile("(?:查询?|查看|看看?|搜)(?:一下)?\\s?(?P<about>[A-Z0-9-]{2,30}|[0-9]{2,})(?:号?票)?")
_CANCEL = re.compile("(?:取消|撤销|撤回|作废)(?P<about>.+)")
_SAME = re.compile(f"(?:[和跟同照按与]着?{_LAST}(?:一样|相同|那样|办|来)?|老样子|复制上一?[次张])\\s?(?P<about>.+)")
_WHY_ABOUT = re.compile("(?:为什么|为啥|为何|凭什么|怎么(?=不行|不让|不能|不通过|被拒|办不了))(?P<about>.+)")


def _with_object(core: str, permit: str) -> Recognised:
    if query := _QUERY.fullmatch(core):
        return CommandSaid(kind=CommandKind.QUERY, permit_no=permit or query["about"])
    if why := _WHY_ABOUT.match(core):
        return CommandSaid(kind=CommandKind.WHY, permit_no=permit, about=why["about"].strip())
    if same := _SAME.match(core):
        return CommandSaid(kind=CommandKind.SAME_AS_LAST, about=same["about"].strip())
    if (cancel := _CANCEL.match(core)) and not ROLE.search(cancel["about"]):
        return CommandSaid(kind=CommandKind.CANCEL, permit_no=permit, about=cancel["about"].strip())
    return NOT_A_COMMAND
