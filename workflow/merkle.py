"""Merkle trees as RFC 6962 section 2.1 defines them: hashes of leaves and nodes, the log that only grows, its proofs.

Leaves and inner nodes are hashed under different first bytes, so that a node can never be passed off as a leaf. A
`Frontier` is what must be kept of a tree to let it grow: at most one hash for every bit of its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The whole subtrees a log consists of, largest first: its size and their roots.

    ``peaks`` has one hash for every bit set in ``size``; anything else is a `ValueError`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.peaks):
            raise ValueError(f"a log of {self.size} leaves has {self.size.bit_count()} peaks, not {len(self.peaks)}")

    def grown(self, leaves: Iterable[bytes]) -> Frontier:
        """The log with these leaf hashes added; work and memory depend on the new leaves only."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            found, odd = leaf, size
            while odd & 1:
                found = node_hash(peaks.pop(), found)
                odd >>= 1
            peaks.append(found)
            size += 1
        return Frontier(size=size, peaks=tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the log."""
        return _joined(self.peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """Peaks folded from the right, as RFC 6962 hangs the smaller subtree under the right hand."""
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return Frontier().grown(leaves).root


class Tree:
    """A whole log, held so that each proof costs only its own length."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = list(leaves)
        self._levels = [level]
        while len(level) > 1:
            level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0])

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The audit path of one leaf, from the leaf upwards. Raise `IndexError` when there is no such leaf."""
        if not 0 <= index < len(self):
            raise IndexError(f"no leaf {index} among {len(self)}")
        path: list[bytes] = []
        first, end = 0, len(self)
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(first, middle))
                first = middle
        return tuple(reversed(path))

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """The proof that the log of the first ``old`` leaves is the beginning of this one.

        Raise `IndexError` for an old size that is not between 0 and the present one.
        """
        if not 0 <= old <= len(self):
            raise IndexError(f"a log of {len(self)} leaves never had {old} to begin with")
        if old in (0, len(self)):
            return ()
        proof: list[bytes] = []
        first, end, whole = 0, len(self), True
        while old != end:
            middle = first + _split(end - first)
            if old <= middle:
                proof.append(self._root(middle, end))
                end = middle
            else:
                proof.append(self._root(first, middle))
                first, whole = middle, False
        if not whole:
            proof.append(self._root(first, end))
        return tuple(reversed(proof))

    def _root(self, first: int, end: int) -> bytes:
        """The root over leaves ``[first, end)``, where ``first`` is a multiple of the next power of two."""
        size = end - first
        if size & (size - 1) == 0:
            return self._levels[size.bit_length() - 1][first // size]
        middle = first + _split(size)
        return node_hash(self._root(first, middle), self._root(middle, end))


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path leads from this leaf hash, at this place of a log of ``size`` leaves, to this root."""
    if not 0 <= index < size:
        return False
    found, place, last = leaf, index, size - 1
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def consistent(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the log of ``old`` leaves to be the beginning of the one of ``size`` leaves."""
    if old == 0 or old == size:
        return not proof and (old_root == EMPTY if old == 0 else old_root == new_root)
    if not 0 < old < size or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
