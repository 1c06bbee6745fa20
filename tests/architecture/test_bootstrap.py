"""The bootstrap says in plain words what a bare machine lacks, and does nothing the second time."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "flock", "rm")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout on a machine that has nothing but a shell and a few small tools."""
    checkout = tmp_path / "checkout"
    (checkout / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools/bootstrap.sh", checkout / "tools/bootstrap.sh")
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (checkout / name).write_text(name, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def program(machine: Path, name: str, script: str) -> None:
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def bootstrap(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHON"} | {"PATH": str(machine / "bin")}
    return subprocess.run(
        [str(machine / "checkout/tools/bootstrap.sh"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_no_python(machine: Path) -> None:
    result = bootstrap(machine)
    assert result.returncode == 1
    assert "needs Python 3.11 or newer; python3 here is: not installed" in result.stderr
    assert "apt-get install python3 python3-venv" in result.stderr


def test_old_python(machine: Path) -> None:
    program(machine, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    result = bootstrap(machine)
    assert result.returncode == 1
    assert "python3 here is: Python 3.9.2" in result.stderr


def test_python_without_its_venv_module(machine: Path) -> None:
    program(machine, "python3", '[ "$1" = -c ] && exit 0; mkdir -p .venv; exit 1')
    result = bootstrap(machine)
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr
    assert not (machine / "checkout/.venv").exists()


def test_a_newer_interpreter_beside_an_old_one_is_found(machine: Path) -> None:
    program(machine, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    program(machine, "python3.12", '[ "$1" = -c ] && exit 0; exit 1')
    assert "python3.12 cannot make a virtual environment" in bootstrap(machine).stderr


def make_environment(machine: Path) -> None:
    """A uv that leaves an environment behind and a log of what it was asked."""
    program(machine, "python3", "exit 0")
    for tool in ("mkdir", "chmod"):
        (machine / "bin" / tool).symlink_to(str(shutil.which(tool)))
    program(
        machine,
        "uv",
        'echo "$@" >>uv.log; if [ "$1" = venv ]; then mkdir -p .venv/bin; echo "#!/bin/sh" >.venv/bin/python; '
        "chmod +x .venv/bin/python; fi",
    )


def asked(machine: Path) -> list[str]:
    log = machine / "checkout/uv.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def test_the_second_run_does_nothing_until_the_lock_changes(machine: Path) -> None:
    make_environment(machine)
    assert bootstrap(machine, "core").returncode == 0
    first = asked(machine)
    assert any("pip sync" in line and "--require-hashes requirements.lock" in line for line in first)
    assert any("--no-deps --no-build-isolation --editable ." in line for line in first)

    assert bootstrap(machine, "core").returncode == 0
    assert asked(machine) == []

    (machine / "checkout/requirements.lock").write_text("changed", encoding="utf-8")
    assert bootstrap(machine, "core").returncode == 0
    assert any("pip sync" in line for line in asked(machine))


def test_a_development_environment_serves_both(machine: Path) -> None:
    make_environment(machine)
    assert bootstrap(machine, "dev").returncode == 0
    assert any("requirements-dev.lock" in line for line in asked(machine))
    assert bootstrap(machine, "core").returncode == 0
    assert asked(machine) == []


def test_an_interrupted_set_up_is_done_again(machine: Path) -> None:
    make_environment(machine)
    program(machine, "uv", 'echo "$@" >>uv.log; mkdir -p .venv/bin; exit 1')
    assert bootstrap(machine, "core").returncode == 1
    make_again = machine / "bin"
    for tool in ("mkdir", "chmod"):
        (make_again / tool).unlink()
    make_environment(machine)
    assert bootstrap(machine, "core").returncode == 0
    assert any("pip sync" in line for line in asked(machine))


def test_an_unknown_wish_is_refused(machine: Path) -> None:
    assert bootstrap(machine, "everything").returncode == 2
