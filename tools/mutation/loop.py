"""A pytest plugin: collect once, then fork for each mutant and run the tests that reach it, the fastest first.

Reads from the environment: ``MUTANTS`` (a file of names, one a line) and ``OUTCOMES`` (a file that grows by one line a
mutant, so that a run that was stopped goes on where it stopped). Runs in the directory mutmut made, beside its figures.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

from tools.mutation.outcome import Outcome

CPU_SECONDS: Final = 150
"""Of its own processor time, so that a busy machine makes no outcome. The whole folder takes half of it."""
GREEN, RED = 0, 1


def _child(tests: Sequence[pytest.Item], mutant: str, tell: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.environ["MUTANT_UNDER_TEST"] = mutant
    for test in tests:
        if any(report.failed for report in runtestprotocol(test, nextitem=None, log=False)):
            os.write(tell, test.nodeid.encode()[:1000])
            return RED
    return GREEN


def _try(tests: Sequence[pytest.Item], mutant: str) -> tuple[Outcome, str]:
    """What becomes of one mutant, and by which test."""
    if not tests:
        return Outcome.UNREACHED, ""
    hear, tell = os.pipe()
    pid = os.fork()
    if not pid:
        code = RED
        with contextlib.suppress(BaseException):
            code = _child(tests, mutant, tell)
        os._exit(code)
    os.close(tell)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(hear, encoding="utf-8") as told:
        by = told.read()
    if os.WIFSIGNALED(status):
        return Outcome.ENDLESS, ""
    return (Outcome.SURVIVED if os.WEXITSTATUS(status) == GREEN else Outcome.KILLED), by


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests once."""
    known = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    reached, lasts = known["tests_by_mangled_function_name"], known["duration_by_test"]
    tests = sorted(session.items, key=lambda test: lasts.get(test.nodeid, 0.0))
    outcomes = Path(os.environ["OUTCOMES"])
    done = (
        {line.split("\t")[0] for line in outcomes.read_text(encoding="utf-8").splitlines()} if outcomes.exists() else ()
    )
    for mutant in Path(os.environ["MUTANTS"]).read_text(encoding="utf-8").split():
        if mutant in done:
            continue
        names = set(reached.get(mutant.rpartition("__mutmut_")[0], ()))
        began = perf_counter()
        outcome, by = _try([test for test in tests if test.nodeid in names], mutant)
        with outcomes.open("a", encoding="utf-8") as file:
            file.write(f"{mutant}\t{outcome}\t{perf_counter() - began:.1f}\t{by}\n")
    return True
