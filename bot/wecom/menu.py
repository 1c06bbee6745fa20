"""The app's menu ([D90231]): three entries at the foot of the conversation, checked against the platform's limits.

A photo is taken with the system camera only: pictures from the album say nothing about here and now. A scan waits for
our word instead of opening whatever address a code contains.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

MAX_ENTRIES: Final = 3
MAX_CHILDREN: Final = 5
MAX_NAME: Final = 16
"""Bytes of an entry's name."""
MAX_CHILD_NAME: Final = 40
MAX_KEY: Final = 128


class MenuInvalid(ValueError):
    """The menu breaks a limit of the platform."""


class MenuKey(StrEnum):
    """What comes back as `MenuPressed.key`, `Scan.menu_key` or `CameraShots.menu_key`."""

    APPLY = "apply"
    TASKS = "tasks"
    STOP = "stop"
    SHOOT = "shoot"
    SCAN = "scan"
    HAZARD = "hazard"


class EntryType(StrEnum):
    """The kinds of entries this product uses, in the platform's words."""

    CLICK = "click"
    SCAN = "scancode_waitmsg"
    CAMERA = "pic_sysphoto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something to press."""

    name: str
    key: str
    type: EntryType = EntryType.CLICK

    def __post_init__(self) -> None:
        if not 0 < len(self.name.encode()) <= MAX_CHILD_NAME or not 0 < len(self.key.encode()) <= MAX_KEY:
            raise MenuInvalid(f"entry {self.name!r}: name or key empty or too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """An entry that opens further ones."""

    name: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.entries) <= MAX_CHILDREN:
            raise MenuInvalid(f"folder {self.name!r} has {len(self.entries)} entries")


MENU: Final[tuple[Entry | Folder, ...]] = (
    Entry(name="我要申请", key=MenuKey.APPLY),
    Entry(name="我的任务", key=MenuKey.TASKS),
    Folder(
        name="报隐患/停工",
        entries=(
            Entry(name="立即停工", key=MenuKey.STOP),
            Entry(name="报隐患", key=MenuKey.HAZARD),
            Entry(name="现场拍照", key=MenuKey.SHOOT, type=EntryType.CAMERA),
            Entry(name="扫码", key=MenuKey.SCAN, type=EntryType.SCAN),
        ),
    ),
)


def menu_body(menu: tuple[Entry | Folder, ...] = MENU) -> dict[str, Any]:
    """The JSON of menu/create. Raises `MenuInvalid`."""
    if not 0 < len(menu) <= MAX_ENTRIES:
        raise MenuInvalid(f"a menu has 1 to {MAX_ENTRIES} entries")
    if any(not 0 < len(entry.name.encode()) <= MAX_NAME for entry in menu):
        raise MenuInvalid(f"the name of a top entry has 1 to {MAX_NAME} bytes")
    return {"button": [_encoded(entry) for entry in menu]}


def _encoded(entry: Entry | Folder) -> dict[str, Any]:
    match entry:
        case Folder(name=name, entries=entries):
            return {"name": name, "sub_button": [_encoded(one) for one in entries]}
        case Entry(name=name, key=key, type=kind):
            return {"type": kind.value, "name": name, "key": str(key)}
