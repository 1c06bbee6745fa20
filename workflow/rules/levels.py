"""The grades of the works that have them, from the lowest to the highest, and how people call them.

Hot work knows 二级, 一级, 特级 (GB 30871-2022 5.1), work at height Ⅰ to Ⅳ (8.1), lifting 三级, 二级, 一级 (9.1).
一级 and 二级 of hot work and of lifting share their names, and nothing else: a permit has one work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from workflow.values import WorkType


class Grade(StrEnum):
    """Grades of all works; works without grades carry `NONE`."""

    SPECIAL = "special"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    LEVEL_I = "i"
    LEVEL_II = "ii"
    LEVEL_III = "iii"
    LEVEL_IV = "iv"
    NONE = "none"


GRADE_WORDS: dict[Grade, str] = {
    Grade.SPECIAL: "特级",
    Grade.FIRST: "一级",
    Grade.SECOND: "二级",
    Grade.THIRD: "三级",
    Grade.LEVEL_I: "Ⅰ级",
    Grade.LEVEL_II: "Ⅱ级",
    Grade.LEVEL_III: "Ⅲ级",
    Grade.LEVEL_IV: "Ⅳ级",
    Grade.NONE: "",
}
"""How a grade is called on the form."""

GRADES: Mapping[WorkType, tuple[Grade, ...]] = {
    WorkType.HOT: (Grade.SECOND, Grade.FIRST, Grade.SPECIAL),
    WorkType.CONFINED_SPACE: (),
    WorkType.BLIND: (),
    WorkType.HEIGHT: (Grade.LEVEL_I, Grade.LEVEL_II, Grade.LEVEL_III, Grade.LEVEL_IV),
    WorkType.LIFT: (Grade.THIRD, Grade.SECOND, Grade.FIRST),
    WorkType.POWER: (),
    WorkType.EARTH: (),
    WorkType.ROAD: (),
}
"""The grades each work can have, from the lowest to the strictest; empty = none."""

GRADE_RANK: dict[Grade, int] = {
    Grade.NONE: 0,
    Grade.THIRD: 1,
    Grade.SECOND: 2,
    Grade.FIRST: 3,
    Grade.SPECIAL: 4,
    Grade.LEVEL_I: 1,
    Grade.LEVEL_II: 2,
    Grade.LEVEL_III: 3,
    Grade.LEVEL_IV: 4,
}
"""A higher rank is the stricter grade of two of one work."""

_CALLED: Mapping[WorkType, Mapping[str, Grade]] = {
    WorkType.HOT: {"特": Grade.SPECIAL, "一": Grade.FIRST, "二": Grade.SECOND},
    WorkType.LIFT: {"一": Grade.FIRST, "二": Grade.SECOND, "三": Grade.THIRD},
    WorkType.HEIGHT: {
        "I": Grade.LEVEL_I,
        "II": Grade.LEVEL_II,
        "III": Grade.LEVEL_III,
        "IV": Grade.LEVEL_IV,
        "一": Grade.LEVEL_I,
        "二": Grade.LEVEL_II,
        "三": Grade.LEVEL_III,
        "四": Grade.LEVEL_IV,
    },
}
_MARK = re.compile("IV|III|II|I|[特一二三四]")


def parse(stated: str | None, work: WorkType) -> Grade | None:
    """What an applicant called the grade of this work; None when nothing, or more than one, can be read out of it."""
    if stated is None:
        return None
    called = _CALLED.get(work, {})
    by_value = {grade.value: grade for grade in called.values()}
    if stated in by_value:
        return by_value[stated]
    marks = _MARK.findall(unicodedata.normalize("NFKC", stated).upper())
    found = {called[mark] for mark in marks if mark in called}
    return found.pop() if len(found) == 1 else None
