"""The lock check says what is wrong with a lock, and our own locks pass it."""

from __future__ import annotations

from tools.check_lock import differences, faults, main, pins

HASHED = (
    "aiohttp==3.14.5 \\\n    --hash=sha256:00ff\nalembic==1.20.1 ; sys_platform != 'win32' \\\n    --hash=sha256:11ee\n"
)


def test_our_locks_fit_our_project() -> None:
    assert main() == 0


def test_a_sound_lock_has_no_faults() -> None:
    assert list(faults(HASHED, ["aiohttp~=3.14", "Alembic~=1.20"])) == []


def test_a_missing_name_is_named() -> None:
    assert list(faults(HASHED, ["segno~=1.6"])) == ["segno is required but not locked"]


def test_a_version_outside_its_range_is_named() -> None:
    assert list(faults(HASHED, ["aiohttp~=3.15"])) == ["aiohttp is locked at 3.14.5, but ~=3.15 is required"]


def test_a_pin_without_hash_is_named() -> None:
    assert list(faults(HASHED + "segno==1.6.6\n", [])) == ["segno is locked without a hash"]


def test_addresses_and_paths_are_named() -> None:
    for line in (
        "--index-url https://index.example/simple",
        "--find-links /opt/wheels",
        "segno @ https://files.example/segno.whl",
        "./segno-1.6.6.whl",
        "-e .",
    ):
        assert any("names an address or a path" in one for one in faults(HASHED + line + "\n", [])), line


def test_the_two_locks_must_agree() -> None:
    other = HASHED.replace("3.14.5", "3.14.4")
    assert list(differences(HASHED, other)) == ["aiohttp differs between requirements.lock and requirements-dev.lock"]
    assert list(differences(HASHED, HASHED)) == []
    assert set(pins(HASHED)) == {"aiohttp", "alembic"}
