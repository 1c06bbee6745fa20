"""From a file to a working register and back, and from the corp: what each command says and does."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import roster
from bot.settings import Settings, SettingsError
from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin as DingTalkTwin
from sandbox.wecom import AppConfig, CorpConfig, MemberStatus, PersonConfig, Twin, TwinConfig, aes_key_from
from storage import migrate
from storage.directory import Directory
from storage.engine import open_database
from storage.errors import AnotherWriter, NotMigrated
from storage.policies import PolicyError
from storage.store import Store
from storage.writer import Writer
from tests.support.dingtalk_twin import APP, plant_config
from tests.support.dingtalk_twin import CORP as DING
from tests.support.dingtalk_twin import SECRET as APP_SECRET
from tests.support.wecom_twin import START

EXAMPLE = Path(__file__).resolve().parents[2] / "policies/register.example.yaml"
CORP, AGENT, SECRET = "ww0000000000000001", 1000002, "secret-of-the-app"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site with a fresh database and the robots' keys in the environment."""
    made = Settings(
        _env_file=None,
        database_url=SecretStr(f"sqlite:///{tmp_path / 'permitbot.sqlite3'}"),
        wecom_corp_id=CORP,
        wecom_agent_id=AGENT,
        wecom_secret=SecretStr(SECRET),
        wecom_token=SecretStr("token"),
        wecom_aes_key=SecretStr(aes_key_from("permits")),
    )
    migrate.upgrade(made.database_url.get_secret_value())
    monkeypatch.setenv("ROBOT_SAFETY", "6d1f2a-safety")
    monkeypatch.setenv("ROBOT_MANAGEMENT", "6d1f2a-management")
    return made


def run(settings: Settings, path: Path, *, check: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []
    return roster.load(settings=settings, path=path, check=check, say=said.append), said


def export(settings: Settings, path: Path) -> tuple[int, list[str]]:
    said: list[str] = []
    return roster.export(settings=settings, path=path, say=said.append), said


def directory(settings: Settings) -> Directory:
    async def ask() -> Directory:
        store = Store(open_database(settings.database_url.get_secret_value()), settings.site_id)
        try:
            return await store.directory()
        finally:
            await store.close()

    return asyncio.run(ask())


def variant(folder: Path, *changes: tuple[str, str]) -> Path:
    """The example with some words exchanged."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# --- load


def test_the_example_makes_a_plant_that_lacks_nothing(settings: Settings) -> None:
    code, said = run(settings, EXAMPLE)
    assert (code, said[-1]) == (0, "Loaded.")
    assert "people: 8 new, 0 changed, 0 the same" in said
    assert not [line for line in said if line.startswith("note:")], "every role is held in every area"
    found = directory(settings)
    wang = found.by_account("wecom", CORP, "WangQiang")
    assert wang is not None
    assert [held.kind for held in wang.certificates] == ["2.1", "cs_training"]
    assert [area.id for area in found.areas_called("1号罐区")] == ["TK1"]
    assert {chat.chat for chat in found.register.chats} == {"$ROBOT_SAFETY", "$ROBOT_MANAGEMENT"}


def test_no_key_is_written_anywhere(settings: Settings, tmp_path: Path) -> None:
    run(settings, EXAMPLE)
    export(settings, tmp_path / "out.yaml")
    for path in tmp_path.iterdir():
        assert b"6d1f2a" not in path.read_bytes(), path.name


def test_a_check_says_the_same_and_changes_nothing(settings: Settings) -> None:
    checked = run(settings, EXAMPLE, check=True)
    assert directory(settings).version == 0
    loaded = run(settings, EXAMPLE)
    assert checked[0] == loaded[0] == 0
    assert checked[1][:-1] == loaded[1][:-1]
    assert checked[1][-1] == "Sound. Nothing was changed (--check)."
    assert run(settings, EXAMPLE)[1][-1] == "Nothing to change."


def test_every_problem_is_told_and_nothing_is_loaded(settings: Settings, tmp_path: Path) -> None:
    path = variant(
        tmp_path,
        ("superior: chenan, ", "superior: chengan, "),
        ("T11000019880314000X", "T110000198803140001"),
        ("[TK1, PMP, SHP]", "[TK1, PMP, SPH]"),
        ("neighbours: [PMP]", "neighbors: [PMP]"),
    )
    code, said = run(settings, path)
    # A misspelt key is told first: what else is wrong is judged once every file can be read.
    assert (code, said) == (
        1,
        ["register.yaml:22: areas[0].neighbors: 没有这一项，请检查拼写", "1 problem; nothing was changed."],
    )
    path.write_text(path.read_text(encoding="utf-8").replace("neighbors", "neighbours"), encoding="utf-8")
    code, said = run(settings, path)
    assert code == 1
    assert [line.split(": ")[1] for line in said[:-1]] == [
        "people[2].superior",
        "people[4].posts.shift_leader[2]",
        "people[6].certificates[0].number",
    ]
    assert said[-1] == "3 problems; nothing was changed."
    assert "19880314" not in "".join(said)
    assert directory(settings).version == 0


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("{director: all, ", "{", "note: nobody is principal (主要负责人或书面委托人): director"),
        (
            "{ehs_head: all}",
            "{ehs_haed: all}",
            "note: post ehs_haed: the plant file gives it no role; did you mean ehs_head?",
        ),
        ("[TK1, PMP, SHP]", "[TK1]", "note: nobody is shift_leader (岗位当班班长) in PMP, SHP: shift_leader"),
        (", duty_leader: all", "", "note: nobody stands by as the last rung of escalations: duty_leader"),
        (
            "kind: guardian",
            "kind: gaurdian",
            "note: certificate gaurdian: the rules do not know it; did you mean guardian?",
        ),
        (
            "$ROBOT_SAFETY",
            "$ROBOT_SAFTEY",
            "note: $ROBOT_SAFTEY, the key of group safety, is not set here; the service needs it",
        ),
    ],
)
def test_what_will_be_missed_is_noted(settings: Settings, tmp_path: Path, before: str, after: str, note: str) -> None:
    code, said = run(settings, variant(tmp_path, (before, after)), check=True)
    assert code == 0
    assert note in said


def test_notes_look_at_the_whole_register_not_at_one_file(settings: Settings, tmp_path: Path) -> None:
    run(settings, EXAMPLE)
    path = tmp_path / "one.yaml"
    path.write_text("people:\n  - {id: newcomer, name: 新人, superior: chenan}\n", encoding="utf-8")
    code, said = run(settings, path)
    assert (code, said) == (
        0,
        [
            "areas: 0 new, 0 changed, 0 the same, 3 not in the file and kept",
            "equipment: 0 new, 0 changed, 0 the same, 2 not in the file and kept",
            "links: 0 new, 0 changed, 0 the same, 3 not in the file and kept",
            "groups: 0 new, 0 changed, 0 the same, 2 not in the file and kept",
            "contractors: 0 new, 0 changed, 0 the same, 1 not in the file and kept",
            "people: 1 new, 0 changed, 0 the same, 8 not in the file and kept",
            "devices: 0 new, 0 changed, 0 the same, 1 not in the file and kept",
            "Loaded.",
        ],
    )


def test_a_check_needs_no_database(settings: Settings, tmp_path: Path) -> None:
    nowhere = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{tmp_path}/none/x.sqlite3")})
    code, said = run(nowhere, EXAMPLE, check=True)
    assert code == 0
    assert said[0].startswith("note: compared with an empty register")
    assert not (tmp_path / "none").exists()


def test_loading_needs_the_tables_the_company_and_rules(settings: Settings, tmp_path: Path) -> None:
    bare = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{tmp_path}/bare.sqlite3")})
    with pytest.raises(NotMigrated, match="permitbot db upgrade"):
        run(bare, EXAMPLE)
    with pytest.raises(SettingsError, match="PERMITBOT_WECOM_CORP_ID"):
        run(settings.model_copy(update={"wecom_corp_id": None}), EXAMPLE)
    with pytest.raises(PolicyError):
        run(settings.model_copy(update={"plant_file": "nowhere.yaml"}), EXAMPLE)
    assert directory(settings).version == 0


async def test_the_service_must_stand_still_for_a_load_and_not_for_a_look(settings: Settings, tmp_path: Path) -> None:
    service = Writer(open_database(settings.database_url.get_secret_value()), settings.site_id)
    await service.start()
    try:
        with pytest.raises(AnotherWriter):
            await asyncio.to_thread(run, settings, EXAMPLE)
        assert (await asyncio.to_thread(run, settings, EXAMPLE, check=True))[0] == 0
        assert (await asyncio.to_thread(export, settings, tmp_path / "out.yaml"))[0] == 0
    finally:
        await service.stop()


# --- export


def test_an_export_is_for_its_owner_and_loads_as_the_same(settings: Settings, tmp_path: Path) -> None:
    run(settings, EXAMPLE)
    path = tmp_path / "out.yaml"
    code, said = export(settings, path)
    assert (code, len(said)) == (0, 2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run(settings, path)[1][-1] == "Nothing to change."
    before = path.read_bytes()
    assert export(settings, path) == (1, [f"{path} exists already; choose another name."])
    assert path.read_bytes() == before
    code, said = export(settings, tmp_path / "no" / "such.yaml")
    assert code == 1
    assert said[0].startswith("Not exported: ")


async def test_an_export_that_would_not_load_says_so(settings: Settings, tmp_path: Path) -> None:
    """A register that was not loaded from a file may hold what a file may not say."""
    await asyncio.to_thread(run, settings, EXAMPLE)
    writer = Writer(open_database(settings.database_url.get_secret_value()), settings.site_id)
    await writer.start()
    wang = await writer.submit(lambda tx: tx.person_by_account("wecom", CORP, "wangqiang"))
    assert wang is not None
    held = replace(wang.certificates[0], number="T1")
    await writer.submit(lambda tx: tx.put_person(replace(wang, certificates=(held,))))
    await writer.stop()
    code, said = await asyncio.to_thread(export, settings, tmp_path / "out.yaml")
    assert code == 0
    assert said[-1] == "As it stands this file could not be loaded; correct it first."
    assert len([line for line in said if line.startswith("note: out.yaml:")]) == 1


# --- sync


@pytest.fixture
async def corp(settings: Settings) -> AsyncIterator[tuple[Twin, Settings]]:
    """The example's people as members of a corp, and two more."""
    known = ("zhengwei", "chenan", "sunli", "zhoujianguo", "wugang", "zhaomin", "WangQiang")
    people = (
        *(PersonConfig(userid=userid, name=f"{userid}在企业微信") for userid in known),
        PersonConfig(userid="xin", name="新来的", direct_leader=("chenan",)),
        PersonConfig(userid="liujun", name="刘俊"),
    )
    app = AppConfig(agentid=AGENT, secret=SECRET)
    clock = ManualClock(START)
    twin = Twin(TwinConfig(corps=(CorpConfig(corpid=CORP, apps=(app,), people=people),)), clock)
    base = await twin.start()
    yield twin, settings.model_copy(update={"wecom_api_base_url": base})
    await twin.stop()


async def pull(settings: Settings, *, accept_losses: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []

    def work() -> int:
        return roster.sync(settings=settings, accept_losses=accept_losses, say=said.append, clock=ManualClock(START))

    return await asyncio.to_thread(work), said


async def test_a_sync_says_who_came_changed_and_went(corp: tuple[Twin, Settings]) -> None:
    twin, settings = corp
    await asyncio.to_thread(run, settings, EXAMPLE)
    code, said = await pull(settings)
    assert code == 0
    assert said[0] == "added: 1: 新来的 (xin)"
    assert said[1].startswith("changed: 7: ")
    assert said[2] == "gone: 0"
    # Written without an account in the register, and a member of the same id turns up: a human has to say who is who.
    assert said[-1].startswith("note: liujun was left out")
    assert (await pull(settings))[1][:3] == ["added: 0", "changed: 0", "gone: 0"]
    twin.set_status("xin", MemberStatus.LEFT, corpid=CORP)
    assert (await pull(settings))[1][2] == "gone: 1: 新来的 (xin)"
    twin.set_status("xin", MemberStatus.ACTIVE, corpid=CORP)
    assert (await pull(settings))[1][3] == "back: 1: 新来的 (xin)"


async def test_a_load_after_a_sync_finds_the_same_people(corp: tuple[Twin, Settings]) -> None:
    _, settings = corp
    await pull(settings)
    code, said = await asyncio.to_thread(run, settings, EXAMPLE)
    assert code == 0
    assert "people: 0 new, 8 changed, 0 the same, 1 not in the file and kept" in said


async def test_a_corp_that_cannot_be_believed_or_asked_changes_nothing(corp: tuple[Twin, Settings]) -> None:
    twin, settings = corp
    await asyncio.to_thread(run, settings, EXAMPLE)
    await pull(settings)
    before = await asyncio.to_thread(directory, settings)
    app = twin.agent(AGENT, corpid=CORP)
    whole = app.config
    app.config = replace(whole, visible_departments=(), visible_users=("chenan",))
    code, said = await pull(settings)
    assert code == 1
    assert said[0].startswith("7 of 9 active people are not there any more")
    app.config = whole
    twin.faults.fail("user/list", 45009)
    code, said = await pull(settings)
    assert code == 1
    assert said[0].startswith("WeCom: user/list: errcode 45009")
    assert (await asyncio.to_thread(directory, settings)).register == before.register
    app.config = replace(whole, visible_departments=(), visible_users=("chenan",))
    code, said = await pull(settings, accept_losses=True)
    assert (code, said[2][:8]) == (0, "gone: 7:")


async def test_a_site_with_dingtalk_pulls_from_there(tmp_path: Path) -> None:
    twin = DingTalkTwin(plant_config(), ManualClock(START))
    base = await twin.start()
    try:
        url = f"sqlite:///{tmp_path / 'ding.sqlite3'}"
        await asyncio.to_thread(migrate.upgrade, url)
        given = Settings.model_validate(
            {
                "database_url": url,
                "dingtalk_client_id": APP,
                "dingtalk_client_secret": APP_SECRET,
                "dingtalk_corp_id": DING,
                "dingtalk_openapi_base_url": base,
                "dingtalk_oapi_base_url": base,
            }
        )
        code, said = await pull(given)
        assert code == 0
        assert said[0].startswith("added: 3: ")
        assert "赵敏 (zhaomin)" in said[0]
        refused = given.model_copy(update={"dingtalk_client_secret": SecretStr("wrong")})
        code, said = await pull(refused)
        assert code == 1
        assert said[0].startswith("DingTalk: ")
    finally:
        await twin.stop()
