"""Slips of fingers and of speech recognition in the words for works: 忙板 is a 盲板, 掉装 is a 吊装.

Only what means nothing else is put right; each slip has the length of its word, so every span still points into what
the person typed. What is a word of its own (短路, 冻土) is left alone and asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from handlers.request.folding import REMEMBERED, fold
from workflow.values import WorkType

_SLIPS: tuple[tuple[str, str], ...] = (
    ("[忙芒茫盲氓][版扳班办]|[忙芒茫氓]板", "盲板"),
    ("抽赌(?=盲|作业)", "抽堵"),
    ("[赌肚](?=盲板)", "堵"),
    ("[丑愁](?=盲板)", "抽"),
    ("[高搞][出初楚触]作业(?!面|点|平台|位|区)", "高处作业"),
    ("高[处出]做业", "高处作业"),
    ("[灯等登][糕膏告](?=作业|换|修|拆|刷|检|清|安装|\\s)", "登高"),
    ("[掉调钓][装庄桩]", "吊装"),
    ("吊[庄桩妆状](?=作业|[^\u4e00-\u9fff]|换|设备|泵|电机|罐)", "吊装"),
    ("[林零邻淋]时用[电店]", "临时用电"),
    ("临[是事市]用[电店]|临时用店|临时永电", "临时用电"),
    ("洞土(?=作业)|东土(?=作业)|动吐(?=作业)", "动土"),
    ("[段锻缎]路(?=作业)|断[录露鹿陆](?=作业)", "断路"),
    ("占到(?=作业(?!平台|面|点|位)|施工(?!平台|现场|点|区))|站道(?=作业|施工)", "占道"),
    ("[冻懂洞][火伙]", "动火"),
    ("动[伙货](?=作业|[^\u4e00-\u9fff]|焊|换)", "动火"),
    ("[售瘦兽][限线]空间|受[线陷现献]空间", "受限空间"),
    ("打[庄装状](?=作业|机|[0-9])", "打桩"),
    ("脚手[价驾嫁假]", "脚手架"),
)
_PATTERN = re.compile("|".join(f"(?P<s{at}>{pattern})" for at, (pattern, _) in enumerate(_SLIPS)))


def mend(folded: str) -> str:
    """The folded text with plain slips put right; the length never changes."""
    return _PATTERN.sub(_right, folded)


def _right(match: re.Match[str]) -> str:
    word = _SLIPS[int((match.lastgroup or "s0")[1:])][1]
    said = match.group()
    return word if len(word) == len(said) else said


_DOUBTFUL: tuple[tuple[str, WorkType], ...] = (
    ("短路(?!器|保护|故障)(?=作业|施工|[ ,。;]|修|$)", WorkType.ROAD),
    ("冻土(?!层)(?=作业|施工|[ ,。;]|挖|$)", WorkType.EARTH),
    ("段路(?=[ ,。;]|施工|$)", WorkType.ROAD),
    ("盲管|盲法兰|8字盲板倒换", WorkType.BLIND),
    ("用电(?=作业|[ ,。;]|$)|(?:配电|检修|电源)箱接(?!地)", WorkType.POWER),
    ("[0-9一二三四五六七八九十半]米高|离地面?[0-9一二两三四五六七八九十]", WorkType.HEIGHT),
    ("司索|吊车司机", WorkType.LIFT),
)
"""Words that sound like a work, or go with one, and may be something else: the work is offered, never taken."""
_DOUBTS = tuple((re.compile(pattern), work) for pattern, work in _DOUBTFUL)


def sounds_like(texts: Sequence[str]) -> tuple[WorkType, ...]:
    """Works that words of these messages only sound like."""
    heard = {at for text in texts for at in _doubts_in(text)}
    return tuple(dict.fromkeys(_DOUBTS[at][1] for at in sorted(heard)))


@lru_cache(REMEMBERED)
def _doubts_in(text: str) -> tuple[int, ...]:
    folded = mend(fold(text))
    return tuple(at for at, (pattern, _) in enumerate(_DOUBTS) if pattern.search(folded))
