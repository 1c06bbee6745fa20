"""What every test shares: Hypothesis profiles, the programs some tests need, and a loud word about what was skipped."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from tests.support.plain_log import plain_log

plain_log()

# Same examples on every run: a red test stays red until somebody mends it. `make test-deep` explores.
settings.register_profile(
    "default", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "deep",
    deadline=None,
    max_examples=2_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PROFILE = os.environ.get("PERMITBOT_TEST_PROFILE", "default")
settings.load_profile(PROFILE)
if PROFILE == "default":
    # Hypothesis also draws from the constants of whatever modules of ours are loaded at that moment. Which those are is
    # decided by the tests that ran before in this process: the same examples on every run need a pool that stays empty.
    assert callable(providers._get_local_constants), "a newer Hypothesis; look for its pool of local constants"
    setattr(providers, "_get_local_constants", lambda: providers._local_constants)  # noqa: B010 - a function of theirs

# Hundreds of tests start a process. Where the environment forbids bytecode, each would compile the same sources anew,
# which takes longer than the test.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    sys.dont_write_bytecode = False

# `make test-shaken`: every event loop behaves as on a bad machine. The value is the seed.
if shaken := os.environ.get("PERMITBOT_SHAKEN"):
    from tests.support.shaken import ShakenPolicy

    asyncio.set_event_loop_policy(ShakenPolicy(shaken))

LONGER_THAN_MOST = 300
"""Seconds: a test that asks for a longer limit than the usual one (pyproject.toml), or for none, is a long one."""
ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
SKIPPED_ON_CI = 1


def _postgres() -> bool:
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def _mosquitto() -> bool:
    return shutil.which("mosquitto") is not None or Path("/usr/sbin/mosquitto").exists()


NEEDS = {
    "pg": (_postgres, "the PostgreSQL server programs"),
    "browser": (_chromium, "Chromium"),
    "mqtt": (_mosquitto, "the Mosquitto broker"),
}


def _is_long(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("timeout")
    return mark is not None and not 0 < mark.args[0] <= LONGER_THAN_MOST


def _long_first(items: list[pytest.Item]) -> None:
    """Put the tests that take a minute at the head of each half: two workers begin with a half each, and whoever is
    done early can take over short tests but not a long one that has begun."""
    long = [item for item in items if _is_long(item)]
    rest = [item for item in items if not _is_long(item)]
    middle = max(0, len(items) // 2 - len(long[::2]))
    items[:] = [*long[::2], *rest[:middle], *long[1::2], *rest[middle:]]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first; and skip, with the cure, what needs a program that is not here."""
    _long_first(items)
    for marker, (present, what) in NEEDS.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        if marked and not present():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=f"needs {what}: make test-deps"))


def _skips(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter is not None else []
    return Counter(_reason(report) for report in reports)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return words.removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """On CI a skipped test is a failed run: there everything can be installed."""
    yield
    if ON_CI and session.exitstatus == pytest.ExitCode.OK and _skips(session.config):
        session.exitstatus = SKIPPED_ON_CI


_REACHED = "reached"
"""The property by which a random machine tells in one line where it has been (`record_property`)."""


def _say_reached(say: pytest.TerminalReporter) -> None:
    reports = [one for kind in ("passed", "failed") for one in say.stats.get(kind, ())]
    lines = [str(value) for one in reports for name, value in one.user_properties if name == _REACHED]
    if lines:
        say.section("REACHED")
    for line in lines:
        say.line(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the random machines have been, what did not run, and how to make it run."""
    _say_reached(terminalreporter)
    skips = _skips(config)
    if not skips:
        return
    say = terminalreporter
    say.section("NOT TESTED", sep="!", red=True, bold=True)
    for reason, count in skips.most_common():
        say.line(f"{count:4d} skipped: {reason}", yellow=True)
    say.line("Install what is missing with `make test-deps` (Debian, as root), then run again.")
    if ON_CI:
        say.line("CI=true: a skipped test is a failure here.", red=True, bold=True)
