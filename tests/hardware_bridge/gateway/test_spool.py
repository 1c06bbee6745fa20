"""The spool: order, kills in the middle of a line, a full disk, too little room."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hardware_bridge.gateway.spool import MOST_IN_MEMORY, Spool, _append


def sent(spool: Spool) -> list[bytes]:
    """Everything that waits, taken one by one."""
    found = []
    while (first := spool.first()) is not None:
        number, body = first
        found.append(body)
        spool.taken(number)
    return found


def bodies(count: int, since: int = 1) -> list[bytes]:
    return [f"batch {n}".encode() for n in range(since, since + count)]


def test_what_was_kept_is_there_after_a_kill_in_its_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path, name="a", segment=40)
    assert [spool.append(body) for body in bodies(7)] == [1, 2, 3, 4, 5, 6, 7]
    spool.taken(2)
    again = Spool(tmp_path, name="never used")
    assert (again.name, len(again)) == ("a", 5)
    assert sent(again) == bodies(5, since=3)
    assert list(tmp_path.glob("*.log")) == [], "what the house has goes"
    last = Spool(tmp_path, name="b")
    assert last.append(b"next") == 8, "a number is never given twice"


@pytest.mark.parametrize("cut", [1, 5, 12, 17])
def test_a_line_torn_by_a_kill_is_cut_off_and_nothing_else(tmp_path: Path, cut: int) -> None:
    spool = Spool(tmp_path, name="a")
    for body in bodies(3):
        spool.append(body)
    (file,) = tmp_path.glob("*.log")
    file.write_bytes(file.read_bytes()[:-cut])
    again = Spool(tmp_path, name="b")
    again.append(b"after")
    assert sent(Spool(tmp_path, name="c")) == [*bodies(2), b"after"]


def test_a_damaged_batch_is_never_sent_as_something_else(tmp_path: Path) -> None:
    spool = Spool(tmp_path, name="a")
    for body in bodies(2):
        spool.append(body)
    (file,) = tmp_path.glob("*.log")
    whole = bytearray(file.read_bytes())
    whole[12] ^= 1
    file.write_bytes(whole)
    assert sent(spool) == [b"batch 2"]
    assert spool.lost == 1


class Disk:
    """A disk that takes so many bytes and then half a line."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, file: Path, line: bytes) -> None:
        if len(line) > self.room:
            with file.open("ab") as out:
                out.write(line[: len(line) // 2])
            raise OSError(28, "No space left on device")
        self.room -= len(line)
        _append(file, line)


def test_a_full_disk_keeps_the_newest_in_memory_and_the_order_all_the_same(tmp_path: Path) -> None:
    disk = Disk(room=40)
    spool = Spool(tmp_path, name="a", write=disk.write)
    for body in bodies(4):
        spool.append(body)
    assert spool.trouble == "No space left on device"
    disk.room = 1000
    spool.append(b"batch 5")
    assert spool.trouble == ""
    on_disk = Spool(tmp_path, name="x")
    assert len(on_disk) >= 2, "what was on disk is whole"
    assert sent(spool) == bodies(5)


def test_too_little_room_gives_up_the_oldest_and_counts_them(tmp_path: Path) -> None:
    spool = Spool(tmp_path, name="a", segment=40, most=120)
    for body in bodies(20):
        spool.append(body)
    assert sum(file.stat().st_size for file in tmp_path.glob("*.log")) <= 120
    left = sent(spool)
    assert left == bodies(len(left), since=21 - len(left)), "the newest, in order"
    assert spool.lost == 20 - len(left) > 0


class Power:
    """A disk behind a power supply: what nobody synced is gone when it fails, names of files like what is in them."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._sizes: dict[int, int] = {}

    def sync(self, handle: int) -> None:
        told = os.fstat(handle)
        if stat.S_ISDIR(told.st_mode):
            self._names = {one.name: one.inode() for one in os.scandir(handle)}
        else:
            self._sizes[told.st_ino] = told.st_size

    def fails(self, folder: Path) -> None:
        for file in folder.iterdir():
            inode = file.stat().st_ino
            if self._names.get(file.name) == inode:
                os.truncate(file, self._sizes.get(inode, 0))
            else:
                file.unlink()


def test_what_was_kept_outlasts_a_power_cut(tmp_path: Path) -> None:
    """A kill leaves what the kernel has; a power cut leaves what was synced."""
    power = Power()
    spool = Spool(tmp_path, name="a", segment=40, sync=power.sync)
    for body in bodies(5):
        spool.append(body)
    power.fails(tmp_path)
    again = Spool(tmp_path, name="b", sync=power.sync)
    assert (again.name, [again.first(), len(again)]) == ("a", [(1, b"batch 1"), 5])
    again.taken(2)
    power.fails(tmp_path)
    last = Spool(tmp_path, name="c")
    assert (last.name, sent(last)) == ("a", bodies(3, since=3)), "what the house has is not sent as news"


def test_a_spool_whose_state_is_gone_begins_anew(tmp_path: Path) -> None:
    """Nobody knows what the house has of it: history that is missing, never history counted twice."""
    spool = Spool(tmp_path, name="a")
    spool.append(b"batch 1")
    (tmp_path / "spool.json").unlink()
    again = Spool(tmp_path, name="b")
    assert (again.name, again.first()) == ("b", None)


def test_memory_is_no_bottomless_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path, name="a", write=Disk(room=0).write)
    for body in bodies(MOST_IN_MEMORY + 2):
        spool.append(body)
    assert (len(spool), spool.lost, spool.first()) == (MOST_IN_MEMORY, 2, (3, b"batch 3"))
