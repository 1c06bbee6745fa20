"""The rubber-stamp radar: does somebody read what he approves? Pure scoring, and never a refusal.

What is seen of an approval is little: when the card was sent or the page opened (nobody can have read it before), when
he approved, how much there was to read, and what he wrote. So every figure is an upper bound of his attention, and the
score speaks only where even the bound is too small. Four signs, each a share of his approvals:

- **quick**: less time than reading takes, by the length of this permit;
- **bursts**: several approvals within minutes, none of them opened;
- **unopened**: permits with much to read, approved without opening the details;
- **same words**: the same sentence again and again, where he writes one himself.

Few approvals say little: every share is drawn towards what is usual, the more so the fewer there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.values import aware


class Sign(StrEnum):
    """What speaks for a stamp."""

    QUICK = "quick"
    BURST = "burst"
    UNOPENED = "unopened"
    SAME_WORDS = "same_words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The radar's figures: policy, none of them law."""

    window: timedelta
    """How far back it looks."""
    least: int
    """Fewer approvals are not judged at all."""
    start: timedelta
    """What reading takes before the first line, where not everything stands on the card."""
    per_line: timedelta
    """What each line to read adds."""
    easy_lines: int
    """Up to so many lines everything stands on the card: nothing needs to be opened."""
    burst_count: int
    burst_within: timedelta
    prior: int
    """So many usual approvals are added in thought."""
    usual: int
    """How much of each sign is usual, in thousandths."""
    signs: dict[Sign, int]
    """How much each sign weighs, compared with the others."""
    tell_from: int
    """The score, in thousandths, from which the approver is told, privately."""
    ask_from: int
    """… and from which one question is asked, now and then."""
    tell_every: timedelta
    ask_one_in: int
    """At most one of so many approvals in a row comes with a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval, with what is known of the time before it.

    ``shown_at``: the earliest moment he can have seen the permit; ``opened_at``: when he first opened its details.
    """

    at: datetime
    shown_at: datetime
    lines: int
    opened_at: datetime | None = None
    words: str = ""
    """What he wrote himself; empty: the button's own word."""

    def __post_init__(self) -> None:
        aware(self.at)
        aware(self.shown_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How often a sign was seen, of how many approvals that could have shown it."""

    sign: Sign
    count: int
    among: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """``value`` in thousandths: 0 reads, 1000 stamps. The reasons, heaviest first."""

    value: int
    approvals: int
    reasons: tuple[Seen, ...]


def score(approvals: Sequence[Approval], weights: Weights, *, pages: bool) -> Score | None:
    """Judge one person's approvals of the window; None where they are too few to say anything.

    ``pages``: whether there is a page to open; without one nobody is blamed for not opening it.
    """
    if len(approvals) < weights.least:
        return None
    ordered = sorted(approvals, key=lambda one: (one.at, one.shown_at))
    seen = {
        Sign.QUICK: _quick(ordered, weights),
        Sign.BURST: _bursts(ordered, weights),
        Sign.UNOPENED: _unopened(ordered, weights) if pages else None,
        Sign.SAME_WORDS: _same_words(ordered, weights),
    }
    found = [one for one in seen.values() if one is not None]
    total = sum(weights.signs[one.sign] for one in found)
    value = sum(weights.signs[one.sign] * _share(one, weights) for one in found) // max(total, 1)
    reasons = sorted(
        (one for one in found if _share(one, weights) > 2 * weights.usual),
        key=lambda one: (-weights.signs[one.sign] * _share(one, weights), one.sign),
    )
    return Score(value=value, approvals=len(ordered), reasons=tuple(reasons))


def needed(lines: int, weights: Weights) -> timedelta:
    """What reading a permit of so many lines takes at the least; a short one is taken in with the card."""
    return (weights.start if lines > weights.easy_lines else timedelta()) + lines * weights.per_line


def _share(seen: Seen, weights: Weights) -> int:
    """In thousandths, drawn towards what is usual."""
    return (1000 * seen.count + weights.prior * weights.usual) // (seen.among + weights.prior)


def _quick(ordered: Sequence[Approval], weights: Weights) -> Seen:
    """The time he can have looked at it: since it was shown, and, unless he opened it, since his last approval."""
    count = 0
    last: datetime | None = None
    for one in ordered:
        since = one.shown_at
        if one.opened_at is not None:
            since = min(since, one.opened_at)
        elif last is not None:
            since = max(since, last)
        count += one.at - since < needed(one.lines, weights)
        last = one.at
    return Seen(sign=Sign.QUICK, count=count, among=len(ordered))


def _bursts(ordered: Sequence[Approval], weights: Weights) -> Seen:
    """Approvals that stand in a burst. Only such count as have much to read and were not opened."""
    heavy = [one.at for one in ordered if one.opened_at is None and one.lines > weights.easy_lines]
    inside: set[int] = set()
    for first in range(len(heavy) - weights.burst_count + 1):
        last = first + weights.burst_count - 1
        if heavy[last] - heavy[first] <= weights.burst_within:
            inside.update(range(first, last + 1))
    return _of(Sign.BURST, len(inside), ordered, weights)


def _unopened(ordered: Sequence[Approval], weights: Weights) -> Seen:
    count = sum(one.opened_at is None and one.lines > weights.easy_lines for one in ordered)
    return _of(Sign.UNOPENED, count, ordered, weights)


def _of(sign: Sign, count: int, ordered: Sequence[Approval], weights: Weights) -> Seen:
    """Where nothing heavy was approved the sign stays at what is usual: what cannot be seen speaks against nobody."""
    return Seen(sign=sign, count=count, among=sum(one.lines > weights.easy_lines for one in ordered))


def _same_words(ordered: Sequence[Approval], weights: Weights) -> Seen | None:
    """Only where he writes himself: the button's own word is the same for everybody."""
    written = Counter(one.words.strip() for one in ordered if one.words.strip())
    among = sum(written.values())
    if among < weights.least:
        return None
    return Seen(sign=Sign.SAME_WORDS, count=max(written.values()), among=among)
