"""The doctor's look at signing with keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.doctor import Verdict
from bot.doctor_keys import examine_keys, examine_offline
from bot.settings import Settings
from tests.support.office import POLICIES

LINE = "  site: platform_session"


def site(folder: Path, line: str, url: str | None) -> Settings:
    """A plant whose file says this of the site, at this address."""
    shutil.copytree(POLICIES, folder / "policies")
    plant = folder / "policies" / "plant.example.yaml"
    plant.write_text(plant.read_text("utf-8").replace(LINE, line), "utf-8")
    return Settings(_env_file=None, policies_dir=folder / "policies", public_url=url)


def test_where_taps_will_do_nothing_is_said(tmp_path: Path) -> None:
    assert list(examine_keys(site(tmp_path, LINE, None))) == []


@pytest.mark.parametrize(
    ("line", "asked"),
    [("  site: passkey", "proofs.site"), (f"{LINE}\n  acceptance: {{special: passkey}}", "proofs.acceptance")],
)
@pytest.mark.parametrize("url", [None, "https://10.0.0.7", "http://127.0.0.1:8080"])
def test_keys_that_no_browser_would_keep_are_told(tmp_path: Path, line: str, asked: str, url: str | None) -> None:
    (found,) = examine_keys(site(tmp_path, line, url))
    assert found.verdict is Verdict.BAD
    assert asked in found.saw
    assert "host name" in found.cure


def test_a_host_name_over_https_will_do(tmp_path: Path) -> None:
    (found,) = examine_keys(site(tmp_path, "  site: passkey", "https://permit.example.com"))
    assert found.verdict is Verdict.GOOD


@pytest.mark.parametrize(("url", "verdict"), [(None, Verdict.BAD), ("https://permit.example.com", Verdict.GOOD)])
def test_the_number_of_a_screen_needs_pages(tmp_path: Path, url: str | None, verdict: Verdict) -> None:
    (found,) = examine_keys(site(tmp_path, "  site: platform_session_fresh_code", url))
    assert (found.verdict, "proofs.site" in found.saw) == (verdict, True)


def test_a_plant_that_asks_for_keys_and_for_screens_hears_of_both(tmp_path: Path) -> None:
    lines = "  site: platform_session_fresh_code\n  acceptance: {special: passkey}"
    found = {
        step: one.verdict
        for one in examine_keys(site(tmp_path, lines, None))
        for step in ("site", "acceptance")
        if f"proofs.{step}" in one.saw
    }
    assert found == {"site": Verdict.BAD, "acceptance": Verdict.BAD}


# --- confirming without the chat --------------------------------------------------------------------------------------


def offline(folder: Path, url: str | None) -> Settings:
    """A plant that lets people confirm by PIN, at this address."""
    given = site(folder, LINE, url)
    plant = folder / "policies" / "plant.example.yaml"
    said = plant.read_text("utf-8")
    assert "\n# offline: {" in said
    plant.write_text(said.replace("\n# offline: {", "\noffline: {"), "utf-8")
    return given


def test_a_plant_without_the_offline_way_hears_nothing_of_it(tmp_path: Path) -> None:
    assert list(examine_offline(site(tmp_path, LINE, None))) == []


@pytest.mark.parametrize("url", [None, "https://10.0.0.7", "http://127.0.0.1:8080"])
def test_the_offline_way_without_pages_is_told_before_the_outage(tmp_path: Path, url: str | None) -> None:
    (found,) = examine_offline(offline(tmp_path, url))
    assert (found.verdict, "PIN" in found.saw) == (Verdict.BAD, True)
    assert "without the chat" in found.cure


def test_with_pages_it_says_what_it_cannot_see(tmp_path: Path) -> None:
    (found,) = examine_offline(offline(tmp_path, "https://permit.example.com"))
    assert found.verdict is Verdict.GOOD
    assert "not seen from here" in found.saw
