"""`permitbot directory aliases`: what it shows, whose word it takes, and what is left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import aliases, roster
from bot.settings import Settings
from handlers.aliases import DECISIONS
from storage import migrate
from storage.engine import open_database
from storage.store import Store
from workflow.plant import LinkKind

EXAMPLE = Path(__file__).resolve().parents[2] / "policies/register.example.yaml"
DOUBLED = """
areas:
  - {code: TW-012, name: 塔顶平台新, fire_explosion: yes}
  - {code: TW12, name: 塔顶平台旧, fire_explosion: yes}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(
        _env_file=None,
        database_url=SecretStr(f"sqlite:///{tmp_path / 'permitbot.sqlite3'}"),
        wecom_corp_id="ww0000000000000001",
    )
    migrate.upgrade(made.database_url.get_secret_value())
    doubled = tmp_path / "doubled.yaml"
    doubled.write_text(DOUBLED, encoding="utf-8")
    for path in (EXAMPLE, doubled):
        assert roster.load(settings=made, path=path, check=False, say=lambda _: None) == 0
    return made


def shown(settings: Settings) -> list[str]:
    said: list[str] = []
    assert aliases.show(settings=settings, say=said.append) == 0
    return said


def settle(settings: Settings, *, by: str, same: bool = True) -> tuple[int, str]:
    said: list[str] = []
    code = aliases.settle(settings=settings, one="TW12", other="TW-012", same=same, by=by, say=said.append)
    return code, said[0]


def test_codes_that_differ_by_marks_are_shown_until_somebody_decides(settings: Settings) -> None:
    assert any("TW-012 = TW12?" in line and "conflicts stay open" in line for line in shown(settings))
    code, said = settle(settings, by="sunli")
    assert (code, "one place" in said) == (0, True)
    assert shown(settings) == ["Nothing to decide."]


def test_only_the_safety_department_decides(settings: Settings) -> None:
    code, said = settle(settings, by="wangqiang")
    assert code == 1
    assert "安全管理部门" in said
    assert any("TW-012 = TW12?" in line for line in shown(settings))


def test_a_decision_is_in_the_journal_and_in_the_register(settings: Settings) -> None:
    settle(settings, by="sunli", same=False)

    async def look() -> tuple[list[str], list[tuple[LinkKind, bool]]]:
        store = Store(open_database(settings.database_url.get_secret_value()), settings.site_id)
        try:
            kinds = [record.kind for record in await store.records(DECISIONS, settings.site_id)]
            links = (await store.directory()).register.links
            return kinds, [(link.kind, link.active) for link in links if "TW12" in link.places]
        finally:
            await store.close()

    kinds, links = asyncio.run(look())
    assert kinds == ["PlacesJudged"]
    assert sorted(links) == [(LinkKind.APART, True), (LinkKind.SAME, False)]
