"""The digest at the start of a shift: what waits, what runs, what is wrong, what comes. At most twelve lines.

An empty block vanishes; with nothing in any there is no digest. Of what does not fit, the most important stays: what
is wrong before what waits, that before what runs, that before what comes. A block always says how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cards import words_digest as say
from cards.card import Bubble
from cards.fit import cut

MOST_LINES = 12
MOST_CHARACTERS = 400
MOST_BYTES = 1900
"""With the addresses behind the lines: an app's text in WeCom ends at 2048."""
MOST_BYTES_GROUP = 3900
"""The same in a group: a robot's Markdown in WeCom ends at 4096."""
_ANCHOR = 20
"""Bytes a link costs beside its address."""
_LINE = 34
"""Characters of one line at most."""


class Block(StrEnum):
    """The blocks, in the order they are shown."""

    MINE = "mine"
    """What waits: for the reader himself, or for anybody of the group's places."""
    RUNNING = "running"
    UNUSUAL = "unusual"
    TOMORROW = "tomorrow"


_FIRST = (Block.UNUSUAL, Block.MINE, Block.RUNNING, Block.TOMORROW)
"""Who gets room first, in turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line: a fact in words, and the address it leads to."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """What one group or person is told."""

    head: str
    blocks: dict[Block, tuple[Item, ...]]
    """The most urgent of each first."""
    own: bool
    """For one person: what waits is his own."""
    tail: tuple[Item, ...] = ()
    """Said below everything, whatever else has no room; it alone is no reason for a digest."""


def digest(view: DigestView) -> Bubble | None:
    """The message; None when there is nothing to say."""
    blocks = {block: items for block, items in view.blocks.items() if items}
    if not blocks:
        return None
    shown = dict.fromkeys(blocks, 0)
    grown = True
    while grown:
        grown = False
        for block in _FIRST:
            if shown.get(block, 0) < len(blocks.get(block, ())):
                more = shown | {block: shown[block] + 1}
                if _fits(_lines(view, blocks, more)):
                    shown, grown = more, True
    return bubble(_lines(view, blocks, shown))


def news(lines: Sequence[Item]) -> Bubble:
    """Lines for a group, the first the head: as many of them as are read, each whole or not at all."""
    kept = list(lines[:1])
    for one in lines[1:]:
        if _fits([*kept, one], MOST_BYTES_GROUP):
            kept.append(one)
    return bubble(kept)


def bubble(lines: Sequence[Item]) -> Bubble:
    """Lines as one message; without any address it is plain words."""
    links = tuple(one.link for one in lines)
    return Bubble(text="\n".join(one.text for one in lines), links=links if any(links) else ())


def _lines(view: DigestView, blocks: dict[Block, tuple[Item, ...]], shown: dict[Block, int]) -> list[Item]:
    lines = [Item(text=view.head)]
    for block in Block:
        if block in blocks:
            items, count = blocks[block], shown[block]
            more = say.OF_THESE.format(shown=count) if 0 < count < len(items) else ""
            title = say.BLOCK_OWN.get(block.value) if view.own else None
            lines.append(Item(text=f"【{title or say.BLOCK[block.value]}】{len(items)}{say.MANY}{more}"))
            lines += [Item(text=cut(one.text, _LINE), link=one.link) for one in items[:count]]
    return [*lines, *view.tail]


def _fits(lines: Sequence[Item], most_bytes: int = MOST_BYTES) -> bool:
    characters = sum(len(one.text) + 1 for one in lines) - 1
    weight = sum(len(one.text.encode()) + 1 + (len(one.link) + _ANCHOR if one.link else 0) for one in lines)
    return len(lines) <= MOST_LINES and characters <= MOST_CHARACTERS and weight <= most_bytes
