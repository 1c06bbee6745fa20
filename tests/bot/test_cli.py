from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot import cli

ROOT = Path(__file__).resolve().parents[2]


def permitbot(folder: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("PERMITBOT_")}
    command = ["-c", code] if code else ["-m", "bot.cli", *arguments]
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_loads_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys, bot.cli\n"
        "try:\n    bot.cli.app(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'aiohttp', 'pydantic', 'PIL', 'structlog', 'alembic', 'wechatpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    result = permitbot(tmp_path, code=code)
    assert result.returncode == 0, result.stderr
    assert "doctor" in result.stdout


@pytest.mark.parametrize(
    ("module", "arguments"), [("bot.demo", {"port", "data", "speed"}), ("bot.serve", {"settings"})]
)
def test_what_a_command_hands_over_to_takes_its_arguments(module: str, arguments: set[str]) -> None:
    signature = inspect.signature(import_module(module).main)
    signature.bind(**dict.fromkeys(arguments))
    assert signature.return_annotation == "int"


def test_doctor_fails_on_an_empty_site_and_says_why(tmp_path: Path) -> None:
    result = permitbot(tmp_path, "doctor")
    assert result.returncode == 1
    assert "no chat platform is set" in result.stdout
    assert "permitbot db upgrade" in result.stdout
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "var").exists()


def test_db_upgrade_makes_the_default_database_and_can_be_repeated(tmp_path: Path) -> None:
    first = permitbot(tmp_path, "db", "upgrade")
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "var/permitbot.sqlite3").exists()
    assert first.stdout.startswith("The database is at revision ")
    again = permitbot(tmp_path, "db", "upgrade")
    assert again.stdout.strip() == first.stdout.strip().rstrip(".") + " already."


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("PERMITBOT_WECOM_AES_KEY=short-and-secret", 2, "PERMITBOT_WECOM_AES_KEY: "),
        ("PERMITBOT_DATABASE_URL=sqlite:////nowhere/at/all.sqlite3", 1, "/nowhere/at"),
        ("PERMITBOT_DATABASE_URL=mysql://root:pass-word@host/name", 1, "no driver for mysql"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_never_a_traceback(tmp_path: Path, line: str, code: int, words: str) -> None:
    (tmp_path / ".env").write_text(line + "\n", encoding="utf-8")
    result = permitbot(tmp_path, "db", "upgrade")
    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr.replace("AES_KEY", "")
    assert "pass-word" not in result.stderr


def test_a_register_can_be_checked_before_there_is_a_database(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PERMITBOT_WECOM_CORP_ID=ww0000000000000001\n", encoding="utf-8")
    example = str(ROOT / "policies/register.example.yaml")
    checked = permitbot(tmp_path, "directory", "load", example, "--check")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.strip().endswith("Sound. Nothing was changed (--check).")
    assert not (tmp_path / "var").exists()
    early = permitbot(tmp_path, "directory", "load", example)
    assert (early.returncode, "permitbot db upgrade" in early.stderr) == (1, True)
    assert permitbot(tmp_path, "db", "upgrade").returncode == 0
    assert permitbot(tmp_path, "directory", "load", example).stdout.strip().endswith("Loaded.")
    assert permitbot(tmp_path, "directory", "export", "out.yaml").returncode == 0
    assert permitbot(tmp_path, "directory", "load", "out.yaml").stdout.strip().endswith("Nothing to change.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("directory", "load", "r.yaml"), "PERMITBOT_WECOM_CORP_ID is not set"),
        (("directory", "export", "r.yaml"), "PERMITBOT_WECOM_CORP_ID is not set"),
        (("directory", "sync"), "no chat platform is set"),
    ],
)
def test_a_directory_command_without_settings_names_them(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = permitbot(tmp_path, *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def commands() -> set[str]:
    """Every command as it is typed: ``run``, ``directory load`` …"""
    single = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    grouped = {
        f"{group.name} {command.name or command.callback.__name__}"
        for group in cli.app.registered_groups
        if group.typer_instance is not None
        for command in group.typer_instance.registered_commands
        if command.callback
    }
    return single | grouped


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", "docs/operations/first-plant.md"])
def test_every_command_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    known = commands()
    assert {"run", "db upgrade", "directory load"} <= known
    named = re.findall(r"(?:bin/|`|^    )permitbot ([a-z]+(?: [a-z]+)?)", text, re.M)
    assert named
    for one in named:
        assert one in known or one.split()[0] in known, f"{document} names `permitbot {one}`"
