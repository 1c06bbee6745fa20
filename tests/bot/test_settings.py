from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, load_settings, variable

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECOM = {
    "WECOM_CORP_ID": "ww0000000000000000",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "invented-secret-of-the-app",
    "WECOM_TOKEN": "inventedCallbackToken",
    "WECOM_AES_KEY": AES_KEY,
}


DINGTALK = {
    "DINGTALK_CLIENT_ID": "dingapp0000000000",
    "DINGTALK_CLIENT_SECRET": "invented-secret-of-the-other-app",
    "DINGTALK_CORP_ID": "ding0000000000000000",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)
    (tmp_path / "none").mkdir(exist_ok=True)
    return load_settings(env_file=None, secrets_dir=tmp_path / "none")


def test_defaults_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(tmp_path, monkeypatch)
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.wecom_api_base_url == "https://qyapi.weixin.qq.com"
    assert settings.listen_host == "127.0.0.1"


def test_wecom_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = read(tmp_path, monkeypatch, **WECOM).wecom()
    assert credentials.agent_id == 1000002
    assert credentials.aes_key.get_secret_value() == AES_KEY
    assert "invented" not in repr(credentials)


def test_dingtalk_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = {"DINGTALK_CARD_TEMPLATES": " b.schema, a.schema,"}
    settings = read(tmp_path, monkeypatch, **DINGTALK, **templates)
    credentials = settings.dingtalk()
    assert credentials.robot_code == credentials.client_id == "dingapp0000000000"
    assert credentials.card_templates == ("b.schema", "a.schema")
    assert (credentials.edition, credentials.agent_id) == ("standard", None)
    assert credentials.openapi_base_url == "https://api.dingtalk.com"
    assert "invented" not in repr(credentials)
    assert "invented-secret-of-the-other-app" in settings.secrets()


def test_what_a_plant_bought_from_dingtalk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    least = read(tmp_path, monkeypatch, **DINGTALK, DINGTALK_EDITION="pro").dingtalk()
    assert (least.month_calls, least.month_pushes, least.ding) == (None, None, "app")
    bought = {"DINGTALK_MONTH_CALLS": "800000", "DINGTALK_MONTH_PUSHES": "", "DINGTALK_DING": "phone"}
    more = read(tmp_path, monkeypatch, **DINGTALK, **bought).dingtalk()
    assert (more.month_calls, more.month_pushes, more.ding) == (800_000, None, "phone")
    for wrong in ({"DINGTALK_MONTH_CALLS": "0"}, {"DINGTALK_DING": "siren"}):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            read(tmp_path, monkeypatch, **DINGTALK, **wrong)


@pytest.mark.parametrize("given", [WECOM, DINGTALK, WECOM | DINGTALK])
def test_a_site_has_one_platform_or_the_other_or_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    settings = read(tmp_path, monkeypatch, **given)
    settings.require_platform()
    assert settings.speaks_wecom is ("WECOM_SECRET" in given)
    assert settings.speaks_dingtalk is ("DINGTALK_CORP_ID" in given)


def test_no_platform_and_half_a_platform_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="no chat platform is set"):
        read(tmp_path, monkeypatch).require_platform()
    half = read(tmp_path, monkeypatch, **WECOM, DINGTALK_CORP_ID="ding1")
    with pytest.raises(SettingsError) as caught:
        half.require_platform()
    assert [one.split()[0] for one in caught.value.problems] == [
        "PERMITBOT_DINGTALK_CLIENT_ID", "PERMITBOT_DINGTALK_CLIENT_SECRET",
    ]  # fmt: skip


def test_what_is_missing_is_named_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(tmp_path, monkeypatch, WECOM_CORP_ID="ww1")
    with pytest.raises(SettingsError) as caught:
        settings.wecom()
    text = str(caught.value)
    for name in ("WECOM_AGENT_ID", "WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY"):
        assert PREFIX + name in text
    assert "CORP_ID" not in text
    with pytest.raises(SettingsError, match="PERMITBOT_BUTTON_KEY is not set"):
        settings.require_button_key()
    with pytest.raises(SettingsError, match="PERMITBOT_PUBLIC_URL is not set"):
        settings.require_public_url()


def test_an_empty_line_counts_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(tmp_path, monkeypatch, WECOM_SECRET="", WECOM_AGENT_ID="")
    with pytest.raises(SettingsError, match="PERMITBOT_WECOM_SECRET is not set"):
        settings.wecom()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WECOM_AES_KEY", "tooshort", "43 letters and digits"),
        ("BUTTON_KEY", "tooshort", "at least 32 characters"),
        ("TIMEZONE", "Asia/Peking2", "no time zone"),
        ("TIMEZONE", "../etc/passwd", "no time zone"),
        ("PUBLIC_URL", "permit.example.com", "whole address"),
        ("PUBLIC_URL", "http://permit.example.com", "use https"),
        ("PUBLIC_URL", "https://user:word@permit.example.com", "no user name"),
        ("LISTEN_PORT", "70000", "65535"),
        ("SITE_ID", "一厂", "pattern"),
        ("WECOM_AGENT_ID", "abc", "integer"),
        ("LOG_LEVEL", "chatty", "warning"),
    ],
)
def test_a_bad_value_is_named_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, monkeypatch, **{name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"PERMITBOT_{name}: ")
    assert words in problem
    if name.endswith("KEY"):
        assert value not in problem
    assert caught.value.__cause__ is None


def test_one_value_in_two_places_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PERMITBOT_WECOM_SECRET and PERMITBOT_WECOM_TOKEN hold the same value"):
        read(tmp_path, monkeypatch, **(WECOM | {"WECOM_TOKEN": WECOM["WECOM_SECRET"]}))
    with pytest.raises(SettingsError, match="PERMITBOT_WECOM_SECRET and PERMITBOT_DINGTALK_CLIENT_SECRET hold"):
        read(tmp_path, monkeypatch, **WECOM, DINGTALK_CLIENT_SECRET=WECOM["WECOM_SECRET"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost:9000", "https://permit.example.com/"])
def test_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert read(tmp_path, monkeypatch, PUBLIC_URL=url).require_public_url() == url.rstrip("/")


def test_sources_in_order_of_strength(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "PERMITBOT_WECOM_SECRET=from-the-file\nPERMITBOT_WECOM_TOKEN=from-the-file-too\nPERMITBOT_SITE_ID=file\n",
        encoding="utf-8",
    )
    secrets_dir = tmp_path / "secrets"
    secrets_dir.mkdir()
    (secrets_dir / "permitbot_wecom_token").write_text("from-the-folder\n", encoding="utf-8")
    (secrets_dir / "permitbot_wecom_aes_key").write_text(AES_KEY + "\n", encoding="utf-8")
    monkeypatch.setenv("PERMITBOT_SITE_ID", "environment")
    settings = load_settings(env_file=env_file, secrets_dir=secrets_dir)
    assert settings.site_id == "environment"
    assert settings.wecom_secret is not None
    assert settings.wecom_secret.get_secret_value() == "from-the-file"
    assert settings.wecom_token is not None
    assert settings.wecom_token.get_secret_value() == "from-the-file-too"
    assert settings.wecom_aes_key is not None
    assert settings.wecom_aes_key.get_secret_value() == AES_KEY


def test_a_secrets_directory_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMITBOT_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="SECRETS_DIR"):
        load_settings(env_file=None)


def test_an_env_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes("PERMITBOT_SITE_ID=一厂\n".encode("gbk"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(env_file=env_file)


def test_secrets_never_print_and_are_all_known_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "k" * 32
    settings = read(tmp_path, monkeypatch, **WECOM, BUTTON_KEY=key, DATABASE_URL="postgresql+psycopg://u:pw@h/d")
    shown = repr(settings) + str(settings)
    held = settings.secrets()
    for secret in (key, WECOM["WECOM_SECRET"], WECOM["WECOM_TOKEN"], AES_KEY, "postgresql+psycopg://u:pw@h/d"):
        assert secret not in shown
        assert secret in held
    assert "pw" in held, "the password alone may appear in a driver's message"


def test_each_gateway_has_a_key_of_its_own_and_each_key_is_kept_out_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = "n" * 32, "s" * 32
    settings = read(tmp_path, monkeypatch, GATEWAY_KEYS=f"north:{north}, south:{south}")
    assert {north, south} <= set(settings.secrets())
    for wrong in (north, f"north:{north},", "north:short", f"north:{north},north:{south}", f"no rth:{north}"):
        with pytest.raises(SettingsError, match="GATEWAY_KEYS"):
            read(tmp_path, monkeypatch, GATEWAY_KEYS=wrong)


def test_the_example_file_names_every_setting_and_no_other(tmp_path: Path) -> None:
    lines = (Path(__file__).resolve().parents[2] / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if line.lstrip("# ").startswith(PREFIX)}
    known = {variable(name) for name in Settings.model_fields} | {f"{PREFIX}SECRETS_DIR"}
    assert named <= known
    hosts = ("WECOM_API", "DINGTALK_OPENAPI", "DINGTALK_OAPI", "FACEID", "SOTER")
    bases = [f"{host}_BASE_URL" for host in hosts]
    assert known - named == {PREFIX + base for base in bases}, "the base URLs are for tests and the demo"


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    """An ``.env`` and a directory of secrets; each has a robot of its own and one in common."""
    env_file, folder = tmp_path / ".env", tmp_path / "secrets"
    env_file.write_text("ROBOT_A=from-env-file\nROBOT_C=from-env-file\nROBOT_EMPTY=\n", encoding="utf-8")
    folder.mkdir()
    (folder / "ROBOT_B").write_text("from-folder\n", encoding="utf-8")
    (folder / "ROBOT_C").write_text("from-folder\n", encoding="utf-8")
    return env_file, folder


@pytest.mark.parametrize(
    ("chat", "key"),
    [
        ("6d1f2a-plain", "6d1f2a-plain"),
        ("$ROBOT_A", "from-env-file"),
        ("$ROBOT_B", "from-folder"),
        ("$ROBOT_C", "from-env-file"),
        ("$ROBOT_EMPTY", None),
        ("$ROBOT_D", None),
    ],
)
def test_a_robots_key_comes_from_wherever_settings_come_from(
    sources: tuple[Path, Path], chat: str, key: str | None
) -> None:
    env_file, folder = sources
    settings = load_settings(env_file=env_file, secrets_dir=folder)
    assert settings.chat_key(chat) == key
    assert "from-env-file" not in repr(settings)


def test_the_environment_outweighs_files(sources: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    env_file, folder = sources
    settings = load_settings(env_file=env_file, secrets_dir=folder)
    monkeypatch.setenv("ROBOT_A", "from-environment")
    assert settings.chat_key("$ROBOT_A") == "from-environment"
    env_file.write_text("ROBOT_C=changed\n", encoding="utf-8")
    assert settings.chat_key("$ROBOT_C") == "changed", "a new key needs no restart"
    found = settings.named("ROBOT_A")
    assert found is not None
    assert "from-environment" not in repr(found)


def test_the_key_of_the_equipment_system_is_no_other_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PERMITBOT_BUTTON_KEY and PERMITBOT_EQUIPMENT_KEY hold the same value"):
        read(tmp_path, monkeypatch, BUTTON_KEY="x" * 32, EQUIPMENT_KEY="x" * 32)
