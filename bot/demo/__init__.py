"""The demo: the one package of the product that may import `sandbox`."""

from __future__ import annotations

from pathlib import Path


def main(*, port: int, data: Path | None, speed: float, practice: bool = False) -> int:
    """Run the demo until Ctrl-C, or the practice of a new worker instead; the exit code."""
    from bot.demo.command import main as run

    return run(port=port, data=data, speed=speed, practice=practice)
