"""Draw some of the mutants of the core, try each against the tests of the core, and say which nobody minds.

    make mutate SAMPLE=300 SEED=1

Takes minutes to make the mutants and seconds for each. Stopped, it goes on where it was (``--fresh`` begins anew).
"""

from __future__ import annotations

import argparse
import os
import random  # noqa: TID251 -- the seed is an argument and is printed
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from tools.mutation.mutants import difference, names, refused_by_types
from tools.mutation.outcome import Outcome

ROOT: Final = Path(__file__).resolve().parents[2]
HOME: Final = ROOT / "var" / "mutation"
TREE: Final = HOME / "tree"
SLOW: Final = (
    "tests/workflow/test_live_work.py::test_live_work_never_goes_on_where_it_is_not_safe",
    "tests/workflow/test_random_review.py::test_whatever_is_issued_was_lawfully_signed",
    "tests/workflow/test_prompted_lives.py::test_the_guardian_is_asked_in_time_and_two_misses_always_stop_the_work",
)
"""Random searches take no part: a minute for every survivor, and what they kill is luck."""
TESTS: Final = ("tests/workflow", "-m", "not deep", "-p", "no:cacheprovider", "-o", "timeout=0", "-W", "ignore",
                *(f"--deselect={test}" for test in SLOW))  # fmt: skip
PATTERN: Final = "workflow.findings*"
"""mutmut makes all mutants whatever it is asked to try; this module has almost none."""


def make(tree: Path) -> None:
    """Copy the files of the project as they are at this moment; let mutmut make mutants and statistics."""
    shutil.rmtree(tree, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    for name in files:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    others = sorted({name.split("/")[0] for name in files} - {"workflow", ".gitignore"})
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[tool.mutmut]\nsource_paths = ["workflow/"]\nalso_copy = {others}\nmax_children = 1\n'
            f"pytest_add_cli_args_test_selection = {list(TESTS)}\n"
        )
    maker = Path(sys.executable).with_name("mutmut")
    subprocess.run([str(maker), "run", PATTERN], cwd=tree, check=False, stdout=subprocess.DEVNULL)
    if not (tree / "mutants" / "mutmut-stats.json").exists():
        raise SystemExit(f"mutmut did not come to its statistics; run `{maker} run {PATTERN}` in {tree} and read why")


def draw(mutants: list[str], sample: int, seed: int) -> list[str]:
    """So many at random, the same for the same seed and core."""
    return random.Random(seed).sample(sorted(mutants), min(sample, len(mutants)))  # noqa: S311 -- a sample, no secret


def run(chosen: list[str], outcomes: Path) -> dict[str, Outcome]:
    """Try each. Answers what became of it."""
    listed = outcomes.with_suffix(".names")
    listed.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    environment = {
        **os.environ, "MUTANTS": str(listed), "OUTCOMES": str(outcomes), "MUTANT_UNDER_TEST": "",
        "PYTHONPATH": f".{os.pathsep}{ROOT}",
    }  # fmt: skip
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "tools.mutation.loop", *TESTS]
    subprocess.run(asked, cwd=TREE / "mutants", env=environment, check=True)
    rows = (line.split("\t") for line in outcomes.read_text(encoding="utf-8").splitlines())
    return {row[0]: Outcome(row[1]) for row in rows}


def report(found: dict[str, Outcome]) -> None:
    """The figures, then every mutant nobody minds."""
    for mutant in sorted(name for name, outcome in found.items() if outcome.missed):
        print(f"\n{mutant}: {found[mutant]}")
        print("\n".join(difference(TREE / "mutants", mutant)))
    modules = Counter(name.rpartition(".")[0] for name in found)
    missed = Counter(name.rpartition(".")[0] for name, outcome in found.items() if outcome.missed)
    print(f"\n{'module':45}{'tried':>7}{'missed':>8}")
    for module in sorted(modules, key=lambda name: (-missed[name], name)):
        print(f"{module:45}{modules[module]:7}{missed[module]:8}")
    count = Counter(found.values())
    print("\n" + ", ".join(f"{outcome.value} {count[outcome]}" for outcome in Outcome))
    killed = len(found) - sum(missed.values())
    print(f"{killed} of {len(found)} noticed: {100 * killed / len(found):.1f} %")


def main() -> None:
    """Make, draw, try, judge by types, report."""
    asked = argparse.ArgumentParser(prog="make mutate")
    asked.add_argument("--sample", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--fresh", action="store_true", help="make the mutants of the core as it is now")
    given = asked.parse_args()
    outcomes = HOME / f"outcomes-{given.seed}.tsv"
    if given.fresh or not (TREE / "mutants" / "mutmut-stats.json").exists():
        for old in HOME.glob("outcomes-*"):
            old.unlink()
        make(TREE)
    everyone = list(names(TREE / "mutants", "workflow"))
    chosen = draw(everyone, given.sample, given.seed)
    print(f"{len(chosen)} of {len(everyone)} mutants, drawn with seed {given.seed}")
    tried = run(chosen, outcomes)
    found = {mutant: tried[mutant] for mutant in chosen}
    missed = [mutant for mutant, outcome in found.items() if outcome.missed]
    found |= dict.fromkeys(refused_by_types(TREE, missed, HOME / "types"), Outcome.BY_TYPES)
    report(found)


if __name__ == "__main__":
    main()
