"""Damaged copies of good bytes, the same for the same seed, as many as one wants: quicker than Hypothesis by far, and
without its shrinking. For codecs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

_MASK: Final = (1 << 64) - 1
_MULTIPLIER: Final = 6364136223846793005
_STEP: Final = 1442695040888963407


class QuickDice:
    """Knuth's linear congruence: poorer chance than `tests.support.dice`, for millions of throws."""

    def __init__(self, seed: int) -> None:
        self._state = (seed * _MULTIPLIER + _STEP) & _MASK

    def below(self, bound: int) -> int:
        """0 to ``bound`` - 1."""
        self._state = (self._state * _MULTIPLIER + _STEP) & _MASK
        return (self._state >> 33) % bound

    def noise(self, count: int) -> bytes:
        return bytes(self.below(256) for _ in range(count))

    def one_of(self, choices: Sequence[bytes]) -> bytes:
        return choices[self.below(len(choices))]


Damage = Callable[[QuickDice, bytearray], None]


def _flip(dice: QuickDice, data: bytearray) -> None:
    if data:
        data[dice.below(len(data))] ^= 1 << dice.below(8)


def _overwrite(dice: QuickDice, data: bytearray) -> None:
    if data:
        data[dice.below(len(data))] = dice.below(256)


def _copy_byte(dice: QuickDice, data: bytearray) -> None:
    """A byte of the data itself in another place: digits stay digits, marks stay marks."""
    if data:
        data[dice.below(len(data))] = data[dice.below(len(data))]


def _insert(dice: QuickDice, data: bytearray) -> None:
    at = dice.below(len(data) + 1)
    data[at:at] = dice.noise(1 + dice.below(4))


def _delete(dice: QuickDice, data: bytearray) -> None:
    at = dice.below(len(data) + 1)
    del data[at : at + 1 + dice.below(4)]


def _repeat(dice: QuickDice, data: bytearray) -> None:
    at = dice.below(len(data) + 1)
    data[at:at] = data[at : at + 1 + dice.below(16)]


def _cut(dice: QuickDice, data: bytearray) -> None:
    del data[dice.below(len(data) + 1) :]


DAMAGES: Final[Sequence[Damage]] = (_flip, _overwrite, _copy_byte, _insert, _delete, _repeat, _cut)


def mutants(
    seed: int, count: int, good: Sequence[bytes], words: Sequence[bytes] = ()
) -> Iterator[tuple[QuickDice, bytes]]:
    """``count`` streams of one to three pieces: whole frames, damaged ones, noise, and the protocol's own ``words``
    (marks, numbers at a bound) where they do not belong. The dice go with each, to cut it into chunks by."""
    dice = QuickDice(seed)
    for _ in range(count):
        yield dice, b"".join(_piece(dice, good, words) for _ in range(1 + dice.below(3)))


def _piece(dice: QuickDice, good: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    data = bytearray(dice.one_of(good))
    kind = dice.below(8)
    if kind == 0:
        return bytes(data)
    if kind == 1:
        return dice.noise(dice.below(24))
    for _ in range(1 if kind < 5 else 1 + dice.below(4)):
        DAMAGES[dice.below(len(DAMAGES))](dice, data)
        if words and dice.below(3) == 0:
            at = dice.below(len(data) + 1)
            word = dice.one_of(words)
            data[at : at + dice.below(2) * len(word)] = word
    return bytes(data)


def chunks(dice: QuickDice, data: bytes) -> Iterator[bytes]:
    """The data in pieces of 1 to 16 bytes."""
    at = 0
    while at < len(data):
        step = 1 + dice.below(16)
        yield data[at : at + step]
        at += step
