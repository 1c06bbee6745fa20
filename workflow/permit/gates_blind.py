"""Gates of inserting and removing blinds (GB 30871-2022 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow.permit.details import BlindDetails
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.values import WorkType

_SEVERAL = re.compile("[、,，;；/＋+和及与～~]|\\s至\\s?")


def single(asked: Asked) -> Iterator[Answer]:
    """One permit is one blind and one action, 抽 or 堵 (domain 1.1; 7)."""
    if asked.content.work is not WorkType.BLIND:
        return
    form = asked.content.details.blind or BlindDetails()
    number = form.number.strip()
    if form.action is None or not number:
        yield open_("没有写明是堵还是抽、哪一块盲板", "请写明一块盲板和一个动作", "申请人", button="edit")
    elif _SEVERAL.search(number):
        yield bad(f"一张票写了几块盲板：{number}", "一块盲板一张票，请分别办理", "申请人", button="edit")
    else:
        yield good(f"一块盲板（{number}）、一个动作")
