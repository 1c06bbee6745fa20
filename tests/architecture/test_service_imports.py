"""What the running service carries in its memory: nothing that only a command or a tool needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNNEEDED = {
    "PIL", "alembic", "mako", "numpy", "pypinyin", "sqlalchemy.dialects.postgresql", "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm", "typer", "zxingcpp",
}  # fmt: skip
"""Migrations run before the service starts; the sounds of characters are a table; pictures come with the first photo;
PostgreSQL is described where it is used; the
async engine comes with the first question beside the writer; the command line hands over."""


def test_the_service_imports_nothing_it_does_not_run() -> None:
    code = f"import sys, bot.building\nsys.exit(', '.join(sorted({UNNEEDED!r} & set(sys.modules))) or 0)"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, f"imported by bot.building: {result.stderr}"
