"""Details answered and corrected: by a further line, or by a tap on a button of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.request.changes import Change, ChangeKind
from handlers.request.detailing import joined, read_details
from handlers.request.details import DetailDoubt, DetailKey, DetailSaid, likely
from handlers.request.folding import fold
from handlers.request.questions import Field, Question
from handlers.request.typos import mend
from workflow.values import WorkType

if TYPE_CHECKING:
    from handlers.request.understand import Draft

_ONE_READING = {
    DetailKey.HEIGHT: ("作业高度", "米"),
    DetailKey.VOLTAGE: ("电压", "V"),
    DetailKey.PERMITTED: ("许可功率", "kW"),
}
"""Cells whose unit the question itself names and of which no other unit makes sense."""
_BARE = re.compile(
    "(?:是|就是)?\\s?(?P<n>[0-9]+(?:\\.[0-9]+)?|[零一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?)\\s?[。.!吧]?"
)
_LABELS = {
    DetailKey.PIPE: "管线",
    DetailKey.MEDIUM: "介质",
    DetailKey.MATERIAL: "材质",
    DetailKey.SPEC: "规格",
    DetailKey.BLIND_NO: "编号",
    DetailKey.DRAWING: "图号",
    DetailKey.LOAD: "吊物",
    DetailKey.RIGGING: "吊具",
    DetailKey.SOURCE: "电源",
    DetailKey.UNITS: "涉及单位",
    DetailKey.DEPTH: "深度",
    DetailKey.PERMITTED: "许可功率",
}
_ONE_PHRASE = re.compile("[^,。;\\n]{1,40}")
_DEFERS = re.compile("没有?|无|不知道|不清楚|还没|待定|不用|不涉及|暂无|[是的好对嗯吧]+")


def numbered(text: str, asked: Question) -> str:
    """The answer with the label, and where only one unit makes sense the unit, that the question already named."""
    if asked.field is not Field.DETAILS or len(asked.details) != 1 or asked.devices:
        return text
    key, bare = asked.details[0], _BARE.fullmatch(text.strip())
    if key in _ONE_READING and bare is not None:
        label, unit = _ONE_READING[key]
        return f"{label}:{bare['n']}{unit}"
    label = _LABELS.get(key, "")
    plain = _ONE_PHRASE.fullmatch(text.strip(" 。!")) and not _DEFERS.fullmatch(text.strip(" 。!"))
    if label and plain and label not in text and not (key is DetailKey.DEPTH and "深" in text):
        return f"{label}:{text.strip()}"
    return text


def details_after(
    old: tuple[DetailSaid, ...], new: tuple[DetailSaid, ...], change: Change, asked: Question | None
) -> tuple[DetailSaid, ...]:
    """The cells after a further line."""
    wanted = set(asked.details) if asked is not None and asked.field is Field.DETAILS else set()
    corrects = change.kind is ChangeKind.REPLACE
    if asked is not None and asked.devices:
        new = _rated(old, new, asked.devices)
        old = tuple(one for one in old if not (one.key is DetailKey.DEVICE and one.number is None and _named(one, new)))
    if DetailKey.DEVICE in wanted:
        old, new = _named_now(old, new)
    firm = tuple(one for one in new if corrects or one.key in wanted)
    rest = tuple(one for one in new if one not in firm)
    more = change.kind is ChangeKind.ADD
    return joined(joined(old, firm, settles=True, more=more), rest, settles=False, more=True)


def _named_now(
    old: tuple[DetailSaid, ...], new: tuple[DetailSaid, ...]
) -> tuple[tuple[DetailSaid, ...], tuple[DetailSaid, ...]]:
    """``15kW是什么设备的？`` ``水泵``: the one power without a name and the one name without a power."""
    nameless = [one for one in old if one.key is DetailKey.DEVICE and not one.text]
    unrated = [one for one in new if one.key is DetailKey.DEVICE and one.number is None and one.doubt is None]
    if len(nameless) != 1 or len(unrated) != 1 or len(nameless[0].readings) != 1 or unrated[0].count != 1:
        return old, new
    rated = replace(unrated[0], number=nameless[0].readings[0])
    return (
        tuple(one for one in old if one is not nameless[0]),
        tuple(rated if one is unrated[0] else one for one in new),
    )


def _named(one: DetailSaid, new: tuple[DetailSaid, ...]) -> bool:
    return any(other.key is DetailKey.DEVICE and other.text == one.text for other in new)


def _rated(
    old: tuple[DetailSaid, ...], new: tuple[DetailSaid, ...], devices: tuple[str, ...]
) -> tuple[DetailSaid, ...]:
    """``水泵多少千瓦？`` ``15千瓦``: a power alone belongs to the one consumer that was asked about."""
    if len(devices) != 1:
        return new
    count = next((one.count for one in old if one.key is DetailKey.DEVICE and one.text == devices[0]), 1)
    rated = []
    for one in new:
        lone = one.key is DetailKey.DEVICE and not one.text and one.doubt is DetailDoubt.WHICH
        if lone and len(one.readings) == 1 and count == 1:
            one = replace(one, text=devices[0], number=one.readings[0], doubt=None, readings=())
        elif lone:
            one = replace(one, text=devices[0], count=count, doubt=DetailDoubt.EACH_OR_ALL)
        rated.append(one)
    return tuple(rated)


def settled(draft: Draft, value: str) -> Draft | None:
    """After a tap on one reading of a doubtful cell; None when the cell is not doubtful (any more)."""
    where, _, chosen = value.partition(":")
    at = int(where)
    if at < 0:
        return None
    one = draft.details[at]
    if one.doubt is None:
        return None
    new = _chosen(one, chosen)
    if new is None:
        return None
    return replace(draft, details=(*draft.details[:at], new, *draft.details[at + 1 :]))


def _chosen(one: DetailSaid, chosen: str) -> DetailSaid | None:
    certain = replace(one, doubt=None, readings=(), options=())
    if one.doubt is DetailDoubt.EACH_OR_ALL and one.key is DetailKey.DEVICE and len(one.readings) == 1:
        if chosen == "each":
            return replace(certain, number=one.readings[0])
        if chosen == "all":
            return replace(certain, text=f"{one.text}{one.count}台合计", count=1, number=one.readings[0])
        return None
    if one.options:
        return replace(certain, text=chosen) if chosen in one.options else None
    number = Decimal(chosen)
    return replace(certain, number=number) if number in one.readings else None


def filled(draft: Draft, value: str) -> Draft | None:
    """After a tap that fills an empty cell (堵 or 抽, 220 or 380 V, the power of all consumers)."""
    name, _, chosen = value.partition(":")
    key = DetailKey(name)
    if any(one.key is key for one in draft.details):
        return None
    if key is DetailKey.ACTION and chosen in {"insert", "remove"}:
        new = DetailSaid(key=key, said=chosen, text=chosen)
    elif key in {DetailKey.VOLTAGE, DetailKey.PERMITTED} and likely(key, Decimal(chosen)):
        new = DetailSaid(key=key, said=chosen, number=Decimal(chosen))
    else:
        return None
    return replace(draft, details=(*draft.details, new))


def read_again(draft: Draft, work: WorkType) -> Draft:
    """The draft after its work was told late: what was typed before may hold the cells of the work's form.

    Only cells nobody has filled are taken; words that turn out to belong to one are not left over any more.
    """
    cells, covered = draft.details, ""
    for text in draft.said:
        folded = mend(fold(text))
        found = read_details(folded, (work,))
        fresh = tuple(one for one in found.details if all(one.key is not other.key for other in cells))
        cells = joined(cells, fresh, settles=False, more=True)
        covered += "\n" + " ".join(span.of(folded) for span in found.spans)
    left = tuple(words for words in draft.leftovers if mend(fold(words)) not in covered)
    return replace(draft, details=cells, leftovers=left)
