"""The doctor's look at the ways of confirming."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import Verdict
from bot.doctor_rungs import examine_rungs
from bot.settings import Settings

SECRET = SecretStr("0123456789abcdef")


def site(papers: Path | None, **more: object) -> Settings:
    given: dict[str, object] = {
        "faceid_secret_id": SecretStr("AKID1"), "faceid_secret_key": SECRET, "faceid_rule_id": "R1",
        "faceid_identities": papers, "public_url": "https://permit.example.com",
    }  # fmt: skip
    return Settings(_env_file=None, **(given | more))  # type: ignore[arg-type]  # a mixed bag of settings


def test_nothing_set_is_nothing_said() -> None:
    assert list(examine_rungs(Settings(_env_file=None))) == []


def test_papers_only_we_can_read_are_well(tmp_path: Path) -> None:
    path = tmp_path / "papers.json"
    path.write_text('{"a": {"name": "甲", "id_number": "11010519491231002X"}}', "utf-8")
    path.chmod(0o600)
    assert [one.saw for one in examine_rungs(site(path))] == ["face service, papers of 1 people"]
    path.chmod(0o644)
    assert [one.cure for one in examine_rungs(site(path)) if one.verdict is Verdict.BAD] == [f"chmod 600 {path}"]
    path.chmod(0o600)
    (bad,) = (one for one in examine_rungs(site(path, public_url=None)) if one.verdict is Verdict.BAD)
    assert "PERMITBOT_PUBLIC_URL" in bad.saw


@pytest.mark.parametrize("text", [None, "{", '{"a": {"name": "甲", "id_number": "110105194912310021"}}'])
def test_papers_that_cannot_be_used_are_named_without_a_number(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "papers.json"
    if text is not None:
        path.write_text(text, "utf-8")
    (bad,) = examine_rungs(site(path))
    assert (bad.verdict, "110105" in bad.saw) == (Verdict.BAD, False)


def test_half_an_access_is_said() -> None:
    found = [one.saw for one in examine_rungs(site(None))]
    assert ["PERMITBOT_FACEID_IDENTITIES" in one for one in found] == [True]
