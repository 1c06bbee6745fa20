"""The linter refuses to read a clock or throw dice anywhere but in the two clock files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BAD_LINES = [
    "from datetime import UTC, datetime\n\nat = datetime.now(UTC)",
    "import datetime\n\nat = datetime.datetime.now(tz=datetime.UTC)",
    "from datetime import datetime\n\nat = datetime.utcnow()",
    "from datetime import datetime\n\nat = datetime.today()",
    "from datetime import date\n\nday = date.today()",
    "import time\n\nat = time.time()",
    "from time import time\n\nat = time()",
    "import uuid\n\nname = uuid.uuid4()",
    "from uuid import uuid4\n\nname = uuid4()",
    "import random\n\ndie = random.randint(1, 6)",
    "from random import randint\n\ndie = randint(1, 6)",
    "import secrets\n\nnonce = secrets.token_hex()",
    "import os\n\nnonce = os.urandom(16)",
]
GOOD_LINES = [
    "from datetime import UTC, datetime\n\nat = datetime(2025, 6, 11, tzinfo=UTC)",
    "import time\n\nstarted = time.perf_counter()",
    "import secrets\n\nsame = secrets.compare_digest(b'a', b'b')",
    "import uuid\n\nname = uuid.UUID(int=1)",
]


def banned(lines: str, path: str) -> list[str]:
    """The bans that ruff reports for these lines, were they in that file."""
    code = f'"""A module."""\n\nfrom __future__ import annotations\n\n{lines}\n'
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "--stdin-filename", path, "-"],
        input=code,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert result.returncode in {0, 1}, result.stderr
    return [line for line in result.stdout.splitlines() if " TID251 " in line]


@pytest.mark.parametrize("lines", BAD_LINES)
def test_bad_lines(lines: str) -> None:
    for path in ("workflow/permit/decide.py", "storage/agenda.py", "bot/relay.py", "tests/bot/test_relay.py"):
        found = banned(lines, path)
        assert found, f"{path} may read: {lines}"
        assert " input: " in found[0]


@pytest.mark.parametrize("lines", GOOD_LINES)
def test_good_lines(lines: str) -> None:
    assert banned(lines, "storage/agenda.py") == []


@pytest.mark.parametrize("path", ["bot/clock.py", "sandbox/clock.py"])
def test_only_the_clock_files_may(path: str) -> None:
    assert banned(BAD_LINES[0], path) == []


def test_a_clock_in_another_room_is_not_excused() -> None:
    assert banned(BAD_LINES[0], "handlers/clock.py")
