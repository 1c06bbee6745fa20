"""Running the verifier as a stranger does: a process of its own, none of our paths."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "permitbot_verify.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the verifier said: its exit code, and (mark, Chinese, English) lines."""

    code: int
    lines: tuple[tuple[str, str, str], ...]

    def marked(self, mark: str) -> str:
        """The English sentences with this mark, joined."""
        return "\n".join(en for found, _, en in self.lines if found == mark)


def run(export: Path, *, anchor: str | None = None) -> Said:
    """Check an export; `Said.lines` is empty when it is not readable at all."""
    return asked(str(export), *([] if anchor is None else ["--anchor", anchor]), folder=export.parent)


def asked(*arguments: str, folder: Path) -> Said:
    """What the verifier answers to these arguments."""
    command = [sys.executable, "-I", str(VERIFIER), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60)
    if done.returncode == 2:
        return Said(code=2, lines=(("unreadable", "", done.stderr.strip()),))
    found = json.loads(done.stdout)
    assert found["code"] == done.returncode, done.stderr
    return Said(code=done.returncode, lines=tuple(tuple(line) for line in found["lines"]))
