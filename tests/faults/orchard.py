"""Plants one fault after the other in a copy of the tree and runs the named tests against it. A program of its own.

    python orchard.py TREE JOBS.json RESULTS.json [LIBRARY…]

The tree is warmed up once; then every fault gets a forked child of an interpreter that has the heavy libraries loaded
but nothing of the core, so that it imports the faulty source. Exit codes are pytest's: 1 = red, as it should be.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

import hypothesis.stateful  # noqa: F401 -- loaded here once, for every child
import pytest

RED, CRASHED = 1, 99


def _child(tree: Path, tests: list[str], log: Path) -> int:
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    loaded = "ignore::pytest.PytestAssertRewriteWarning"
    arguments = ["-q", "-x", "-W", loaded, "-p", "no:cacheprovider", "--no-header", "-m", "not deep", *tests]
    code = CRASHED
    try:
        code = int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _planted(tree: Path, job: dict[str, object], log: Path) -> int:
    """Write the faulty source, run, put the sound one back with its old time, so that its bytecode stays good."""
    path = tree / str(job["file"])
    sound, times = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(sound.replace(str(job["old"]), str(job["new"])), encoding="utf-8")
    sys.dont_write_bytecode = True
    try:
        return _child(tree, list(job["tests"]), log)  # type: ignore[call-overload]  # a list of names
    finally:
        path.write_text(sound, encoding="utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        sys.dont_write_bytecode = False


def main(tree: Path, jobs: Path, results: Path) -> None:
    """Warm up with every named test on the sound tree (they must be green), then plant."""
    asked = json.loads(jobs.read_text(encoding="utf-8"))
    log = tree / "orchard.log"
    names = sorted({test for job in asked for test in job["tests"]})
    found: dict[str, object] = {"sound": _child(tree, names, log), "sound_log": log.read_text(encoding="utf-8")[-4000:]}
    for job in asked:
        code = _planted(tree, job, log)
        found[job["what"]] = code
        if code != RED:
            found[job["what"] + " log"] = log.read_text(encoding="utf-8")[-4000:]
    results.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    for library in sys.argv[4:]:
        importlib.import_module(library)
    main(*(Path(argument) for argument in sys.argv[1:4]))
