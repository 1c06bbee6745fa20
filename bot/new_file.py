"""Writing a file that is not there yet, for its owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def written(path: Path, data: bytes, say: Callable[[str], None]) -> bool:
    """Whether it was written; if not, it was said why."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        say(f"{path} exists already; choose another name.")
    except OSError as failure:
        say(f"Not written: {failure}")
    else:
        return True
    return False
