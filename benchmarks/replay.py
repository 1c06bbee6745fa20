"""Replay a year of permits under changed rules: 3,000 closed hot works, one JSON line a figure. Nothing is asserted.

The year is one hot work played through the office to its close, copied with its own number and day.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from workflow.rules.book import RuleBook

FIRST = date(2026, 3, 18)


def main() -> None:
    """Make the year, replay it three times, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permits", type=int, default=3000)
    permits = parser.parse_args().permits
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), permits)


def _say(figure: str, value: float, unit: str, **more: object) -> None:
    print(json.dumps({"benchmark": "replay", "figure": figure, "value": round(value, 3), "unit": unit, **more}))


def _run(folder: Path, permits: int) -> None:
    from bot.policy_replay import run
    from bot.settings import Settings
    from storage.policies import load
    from tests.support.finished import closed
    from tests.support.office import POLICIES, SITE, at, open_world, template
    from workflow.ids import PermitId
    from workflow.replay import Past

    world = open_world(template(folder), at("07:30"))
    number = asyncio.run(closed(world))
    records = world.writer.submit_blocking(lambda tx: tx.records(world.house.permits, number))
    directory = world.writer.submit_blocking(lambda tx: tx.directory)
    world.writer.stop_blocking()
    codec, house = world.house.permits.codec, world.house
    began = time.perf_counter()
    pasts = []
    for index in range(permits):
        day = (FIRST + timedelta(days=index * 365 // permits)).isoformat()
        told = f"DHZY-HC-{day.replace('-', '')}-{index:04d}"
        before = (FIRST - timedelta(days=1)).isoformat(), (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        pasts.append(
            Past(
                id=PermitId(told),
                site=SITE,
                events=tuple(
                    codec.decode(
                        one.kind,
                        one.body.replace(number.encode(), told.encode())
                        .replace(FIRST.isoformat().encode(), day.encode())
                        .replace(before[0].encode(), before[1].encode()),
                    )
                    for one in records
                ),
            )
        )
    _say("decode", time.perf_counter() - began, "s", permits=permits, events=permits * len(records))
    settings = Settings(_env_file=None, site_id=SITE)
    changed = Path(shutil.copytree(POLICIES, folder / "changed"))
    plant = changed / "plant.example.yaml"
    text = plant.read_text(encoding="utf-8")

    def limited(hours: int) -> RuleBook:
        plant.write_text(text.replace("tighten: {}", f"tighten: {{hot: {{validity: {{first: {hours} h}}}}}}"), "utf-8")
        return load(changed, plant="plant.example.yaml")

    # Three hours were asked for: six change no answer and have every decision asked, two refuse the first grade.
    for figure, book in (
        ("unchanged", house.book),
        ("every decision asked", limited(6)),
        ("requests of the first grade refused", limited(2)),
    ):
        began = time.perf_counter()
        found = run(tuple(pasts), directory, house.book, book, settings, at("00:00"))
        _say(figure, time.perf_counter() - began, "s", permits=found.asked, changed=len(found.changed))
    _say("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


if __name__ == "__main__":
    main()
