"""The trees against the published vectors of Certificate Transparency, and against the definition."""

from __future__ import annotations

import hashlib

import pytest

from workflow import merkle

# The eight inputs and the roots of their first n that the reference implementation of RFC 6962 is tested with.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in INPUTS]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def many(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_published_paths() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [one.hex() for one in merkle.Tree(LEAVES).inclusion(0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in merkle.Tree(LEAVES[:3]).inclusion(2)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]
    assert [one.hex() for one in merkle.Tree(LEAVES).consistency(6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(34))
def test_a_log_that_grows_piece_by_piece_is_the_tree(size: int) -> None:
    leaves = many(size)
    assert merkle.root(leaves) == by_definition(leaves)
    for cut in range(size + 1):
        grown = merkle.Frontier().grown(leaves[:cut]).grown(leaves[cut:])
        assert grown.root == by_definition(leaves)
        assert len(grown.peaks) == size.bit_count()


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_and_nothing_else(size: int) -> None:
    leaves = many(size)
    root, tree = merkle.root(leaves), merkle.Tree(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.inclusion(index)
        assert merkle.included(leaf, index, size, path, root)
        assert not merkle.included(merkle.leaf_hash(b"other"), index, size, path, root)
        assert not merkle.included(leaf, index, size, (*path, root), root)
        assert not merkle.included(leaf, index, size, path, leaf if size > 1 else merkle.EMPTY)
        assert not merkle.included(leaf, size, size, path, root)
        if path:
            assert not merkle.included(leaf, index, size, path[:-1], root)
            assert not merkle.included(leaf, index ^ 1, size, path, root)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_beginning_is_proved_and_no_other(size: int) -> None:
    leaves = many(size)
    root, tree = merkle.root(leaves), merkle.Tree(leaves)
    for old in range(size + 1):
        proof, before = tree.consistency(old), merkle.root(leaves[:old])
        assert merkle.consistent(old, before, size, root, proof)
        assert not merkle.consistent(old, merkle.leaf_hash(b"other"), size, root, proof)
        assert not merkle.consistent(old, before, size, root, (*proof, root))
        if 0 < old < size:
            changed = merkle.root([merkle.leaf_hash(b"other"), *leaves[1:]])
            assert not merkle.consistent(old, before, size, changed, proof)
            assert not merkle.consistent(old, before, size, root, proof[:-1])


def test_what_does_not_exist_is_not_proved() -> None:
    for wrong in (-1, 8):
        with pytest.raises(IndexError):
            merkle.Tree(LEAVES).inclusion(wrong)
    for wrong in (-1, 9):
        with pytest.raises(IndexError):
            merkle.Tree(LEAVES).consistency(wrong)
    with pytest.raises(ValueError, match="peaks"):
        merkle.Frontier(size=3, peaks=(LEAVES[0],))
    assert not merkle.consistent(9, LEAVES[0], 8, LEAVES[0], ())
