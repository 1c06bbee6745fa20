"""`permitbot directory import-excel` and `export-excel`: the register as a workbook, in and out.

Importing goes the way of `directory load`, with the same checks, all or nothing; it writes, so on SQLite the service
has to be stopped. Exporting only reads.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from bot import roster
from bot.clock import Clock, SystemClock
from bot.settings import Settings
from storage import policies
from storage.directory import Register
from storage.register_export import CannotExport
from storage.register_sheets import workbook
from storage.register_workbook import read_workbook

Say = roster.Say


def load(*, settings: Settings, path: Path, dry_run: bool, say: Say) -> int:
    """Import a workbook, or only say what importing it would do. 1 when something is wrong with it.

    Raise `SettingsError`, `storage.errors.StorageError` or `storage.policies.PolicyError`.
    """
    plant = policies.load(settings.policies, plant=settings.plant_file).plant
    posts = frozenset({*plant.duty_posts, *(post for posts in plant.roles.values() for post in posts)})
    return roster.load(
        settings=settings, path=path, check=dry_run, say=say, reader=partial(read_workbook, posts=posts)
    )  # fmt: skip


def export(*, settings: Settings, path: Path, template: bool, say: Say, clock: Clock | None = None) -> int:
    """Write the register in force, or an empty template, to a new workbook that only its owner can read.

    1 when that cannot be done. Raise `SettingsError` or `storage.errors.StorageError`.
    """
    home = roster.home_of(settings)
    register, leave = (Register(), ()) if template else roster.to_export(settings, (clock or SystemClock()).now())
    try:
        data = workbook(register, site=settings.site_id, home=home, leave=leave)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        say(f"{path} exists already; choose another name.")
        return 1
    except (CannotExport, OSError) as failure:
        say(f"Not exported: {failure}")
        return 1
    if template:
        say(f"{path}: an empty workbook. Columns with * are needed; a comment on a heading says what belongs there.")
        return 0
    say(f"{len(register.people)} people and {len(register.areas)} areas in {path}.")
    say("It holds telephone and identity numbers and the keys of robots; keep it to yourself.")
    return 0
