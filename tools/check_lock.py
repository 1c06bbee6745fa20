"""Say whether the lock files still fit pyproject.toml, without asking any index.

Checks, for each lock: every requirement of its groups is pinned at a version its specifier admits; every pin carries
hashes; nothing names an address or a path. And each larger lock holds the smaller at the same versions.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)")
ADDRESS = re.compile(r"https?://|file:|\s@\s|^-|(^|\s)\.{0,2}/")


def pins(text: str) -> dict[str, set[Version]]:
    """The pinned versions by normalised name: a universal lock may pin one name twice, under different markers."""
    found: dict[str, set[Version]] = {}
    for line in text.splitlines():
        if match := PIN.match(line):
            found.setdefault(canonicalize_name(match["name"]), set()).add(Version(match["version"]))
    return found


def faults(text: str, requirements: Iterable[str]) -> Iterator[str]:
    """What is wrong with one lock file, in plain sentences."""
    pinned = pins(text)
    for wanted in map(Requirement, requirements):
        versions = pinned.get(canonicalize_name(wanted.name))
        if versions is None:
            yield f"{wanted.name} is required but not locked"
            continue
        for version in sorted(versions):
            if not wanted.specifier.contains(version, prereleases=True):
                yield f"{wanted.name} is locked at {version}, but {wanted.specifier} is required"
    for block in re.split(r"\n(?=\S)", text):
        if (match := PIN.match(block)) and "--hash=sha256:" not in block:
            yield f"{match['name']} is locked without a hash"
    for number, line in enumerate(text.splitlines(), start=1):
        if ADDRESS.search(line.split("#", 1)[0].replace("--hash=sha256:", "")):
            yield f"line {number} names an address or a path: {line.strip()}"


def differences(core: str, dev: str, *, names: str = "requirements.lock and requirements-dev.lock") -> Iterator[str]:
    """Where the second lock, which is to be the larger, does not hold the first."""
    in_dev = pins(dev)
    for name, versions in pins(core).items():
        if in_dev.get(name) != versions:
            yield f"{name} differs between {names}"


def main() -> int:
    """Print what is stale; answer 0 when nothing is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    core_needs = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    dev_needs = core_needs + project["dependency-groups"]["dev"] + project["project"]["optional-dependencies"]["pg"]
    core = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    dev = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    bench = (ROOT / "requirements-bench.lock").read_text(encoding="utf-8")
    bench_needs = dev_needs + project["dependency-groups"]["bench"]
    mutation = (ROOT / "requirements-mutation.lock").read_text(encoding="utf-8")
    mutation_needs = dev_needs + project["dependency-groups"]["mutation"]
    found = [f"requirements.lock: {one}" for one in faults(core, core_needs)]
    found += [f"requirements-dev.lock: {one}" for one in faults(dev, dev_needs)]
    found += [f"requirements-bench.lock: {one}" for one in faults(bench, bench_needs)]
    found += [f"requirements-mutation.lock: {one}" for one in faults(mutation, mutation_needs)]
    found += differences(core, dev)
    found += differences(dev, bench, names="requirements-dev.lock and requirements-bench.lock")
    found += differences(dev, mutation, names="requirements-dev.lock and requirements-mutation.lock")
    for one in found:
        print(one)
    if found:
        print("Run `make lock` and commit the files.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
