"""The walls between the rooms stand, and each of them bites."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("workflow", "storage", "cards", "handlers", "hardware_bridge", "bot", "sandbox")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo"], cwd=root, capture_output=True, text=True, timeout=100
    )


def house(root: Path) -> Path:
    """An empty house with our contracts: seven rooms, both platforms, nothing inside."""
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")
    for package in (*ROOMS, "bot/wecom", "bot/dingtalk", "bot/demo"):
        (root / package).mkdir()
        (root / package / "__init__.py").touch()
    for module in ("cards/wecom", "cards/dingtalk", "bot/demo/doorway", "bot/app", "sandbox/wecom", "sandbox/plant"):
        (root / f"{module}.py").touch()
    return root


def test_our_own_rooms_keep_every_contract() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(PROJECT['tool']['importlinter']['contracts'])} kept, 0 broken" in result.stdout


BAD_LINES = [
    ("workflow/x.py", "import handlers", "rooms"),
    ("workflow/x.py", "import storage", "rooms"),
    ("storage/x.py", "import cards", "rooms"),
    ("cards/x.py", "import storage", "rooms"),
    ("storage/x.py", "import handlers", "rooms"),
    ("handlers/x.py", "import hardware_bridge", "rooms"),
    ("hardware_bridge/x.py", "from bot import app", "rooms"),
    ("workflow/x.py", "import sqlalchemy", "pure-core"),
    ("workflow/x.py", "import yaml", "pure-core"),
    ("workflow/x.py", "from time import monotonic", "pure-core"),
    ("workflow/x.py", "import logging", "pure-core"),
    ("bot/app.py", "import sandbox", "no-sandbox-in-production"),
    ("handlers/x.py", "from sandbox import plant", "no-sandbox-in-production"),
    ("sandbox/x.py", "import bot.wecom", "twins-are-independent"),
    ("sandbox/x.py", "from cards import wecom", "twins-are-independent"),
    ("sandbox/x.py", "from bot import dingtalk", "twins-are-independent"),
    ("bot/wecom/x.py", "import bot.dingtalk", "platforms-are-strangers"),
    ("bot/dingtalk/x.py", "from bot import wecom", "platforms-are-strangers"),
    ("cards/dingtalk.py", "from cards import wecom", "encoders-are-strangers"),
    ("bot/x.py", "import permitbot_verify", "verifier-is-nobodys"),
]
GOOD_LINES = [
    ("bot/demo/doorway.py", "from sandbox import plant, wecom"),  # the one doorway
    ("bot/app.py", "import bot.wecom, bot.dingtalk, hardware_bridge, handlers, cards, storage, workflow"),
    ("handlers/x.py", "import cards, storage, workflow"),
    ("storage/x.py", "import sqlalchemy, workflow"),
    ("workflow/x.py", "import dataclasses, datetime, decimal, enum, hashlib, json, zoneinfo"),
    ("sandbox/x.py", "import aiohttp"),
]


@pytest.mark.parametrize(("path", "line", "contract"), BAD_LINES)
def test_a_bad_import_breaks_its_contract(tmp_path: Path, path: str, line: str, contract: str) -> None:
    root = house(tmp_path)
    (root / path).write_text(line + "\n", encoding="utf-8")
    result = lint_imports(root)
    assert result.returncode == 1, result.stdout + result.stderr
    names = {one["id"]: one["name"] for one in PROJECT["tool"]["importlinter"]["contracts"]}
    assert f"{names[contract]} BROKEN" in result.stdout


def test_good_imports_keep_every_contract(tmp_path: Path) -> None:
    root = house(tmp_path)
    for path, line in GOOD_LINES:
        (root / path).write_text(line + "\n", encoding="utf-8")
    result = lint_imports(root)
    assert result.returncode == 0, result.stdout + result.stderr


def imported_names(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_the_core_imports_nothing_but_the_standard_library() -> None:
    """The contract names what we use today; this catches the library nobody has thought of yet."""
    for path in sorted((ROOT / "workflow").rglob("*.py")):
        allowed = sys.stdlib_module_names | {"workflow", "_typeshed"}  # _typeshed exists for type checkers only
        foreign = imported_names(ast.parse(path.read_text(encoding="utf-8"))) - allowed
        assert not foreign, f"{path.relative_to(ROOT)} imports {sorted(foreign)}"


def test_the_verifier_shares_nothing_with_us() -> None:
    """One file; only the standard library, and one library for the signatures of keys."""
    files = sorted((ROOT / "verifier").rglob("*.py"))
    assert [path.name for path in files] == ["permitbot_verify.py"]
    foreign = imported_names(ast.parse(files[0].read_text(encoding="utf-8"))) - sys.stdlib_module_names
    assert foreign == {"cryptography"}


def test_every_room_is_under_contract_and_shipped() -> None:
    """A new top-level package must take its place in the order before anything imports it."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"policies", "tests", "benchmarks", "tools"}
    assert packages == set(ROOMS) == set(PROJECT["tool"]["importlinter"]["root_packages"])
    shipped = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {pattern.rstrip("*") for pattern in shipped} == {*ROOMS, "policies"}
