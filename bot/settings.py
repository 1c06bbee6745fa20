"""Settings: one flat list of names, each an environment variable ``PERMITBOT_<NAME>``.

Sources, strongest first: the environment, the file ``.env``, a directory of secrets (one file per name, as container
platforms mount them; ``PERMITBOT_SECRETS_DIR``, default ``/run/secrets``), the defaults below. Nothing here reads the
clock or touches the network; a wrong or missing value becomes a `SettingsError` that names the variable.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.setting_kinds import (
    AesKey,
    BaseUrl,
    BrokerUrl,
    Ding,
    Edition,
    FilledSecret,
    GateKey,
    NamedKeys,
    PublicKeys,
    SigningKey,
    TimeZone,
    named_keys,
)

PREFIX = "PERMITBOT_"
DEFAULT_SECRETS_DIR = Path("/run/secrets")
DELIVERED_POLICIES = Path(__file__).resolve().parent.parent / "policies"
EXAMPLE_PLANT = "plant.example.yaml"


class SettingsError(Exception):
    """The settings are not usable; each problem names its variable and the cure."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class WeComCredentials:
    """What one self-built WeCom application needs to send and receive."""

    corp_id: str
    agent_id: int
    secret: SecretStr
    token: SecretStr
    """Signs the callbacks (接收消息 → Token)."""
    aes_key: SecretStr
    """Encrypts the callbacks (接收消息 → EncodingAESKey), 43 characters."""
    api_base_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DingTalkCredentials:
    """What one internal DingTalk application with its robot needs to send and receive."""

    client_id: str
    client_secret: SecretStr
    corp_id: str
    robot_code: str
    card_templates: tuple[str, ...]
    """The id for new cards first; older ones stay as long as cards made with them are about. Empty: cards go as
    words."""
    agent_id: int | None
    edition: Edition
    month_calls: int | None
    """Calls of the API a month, as bought; None: the least that the edition gives."""
    month_pushes: int | None
    """Pushes a month, as bought; None: the least that the edition gives."""
    ding: Ding
    """How an alarm rings a phone."""
    openapi_base_url: str
    """Serves the new API and the stream's gateway."""
    oapi_base_url: str
    """Serves the old API."""


class Settings(BaseSettings):
    """Everything a site may set. Secrets are `SecretStr`: they print as stars."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    site_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,16}$")] = "main"
    """Name of the plant in every row and permit number; letters and digits, never changed afterwards."""
    timezone: TimeZone = "Asia/Shanghai"
    """The plant's time zone: days, shifts and everything people read."""

    summaries: Literal["month", "week", "both", "none"] = "month"
    """Which summaries go to the management's group as a page (docs/operations/reports.md)."""

    database_url: SecretStr = SecretStr("sqlite:///var/permitbot.sqlite3")
    """SQLAlchemy address; a secret because a PostgreSQL one carries a password."""
    media_dir: Path = Path("var/media")
    policies_dir: Path | None = None
    """Rule packs; None means those delivered with the program."""
    plant_file: str = EXAMPLE_PLANT
    """The plant's own settings, a path inside the policies directory or an absolute one."""

    listen_host: str = "127.0.0.1"
    listen_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0 takes any free port."""
    public_url: BaseUrl | None = None
    """How phones and the platform reach this server, without a path at the end."""
    emergency_phone: Annotated[str, Field(pattern=r"^[0-9+() -]{3,24}$")] | None = None
    """The number to ring in danger, as it stands on the boards; shown to everybody who reads one."""

    button_key: SigningKey | None = None
    """Signs every button; a change makes all cards already sent unusable."""

    equipment_key: SigningKey | None = None
    """Signs what the plant's equipment system reports; without it nobody may report."""

    work_order_url: BaseUrl | None = None
    """Where the equipment system takes work orders of hazards; without it none are handed over."""
    work_order_key: SigningKey | None = None
    """Signs work orders, and what the equipment system answers and reports of them."""

    hardware_bridge: bool = False
    """Whether detectors and other devices are listened to (docs/hardware.md)."""
    device_lines: Path | None = None
    """The file that says where they are heard: a path inside the policies directory, or an absolute one."""
    mqtt_url: BrokerUrl | None = None
    """The site's broker, ``mqtts://host:port``."""
    mqtt_user: Annotated[str, Field(min_length=1)] | None = None
    mqtt_password: FilledSecret | None = None
    mqtt_ca: Path | None = None
    """Certificates its own is held against; None: the machine's."""
    mqtt_file: str = "mqtt.yaml"
    """Topics and further brokers, a path inside the policies directory or an absolute one."""
    outputs_file: Path | None = None
    """Doors, turnstiles, ignitions and sirens (docs/hardware.md, Outputs); None: there are none."""
    output_key: SigningKey | None = None
    """Signs what goes to outputs over HTTP and what they answer."""
    cameras_file: Path | None = None
    """Cameras that show the places of work (docs/cameras.md); None: there are none."""
    gateway_keys: NamedKeys | None = None
    """The site gateways that may speak to this house, ``name:key`` each, divided by commas."""
    gateway_url: BaseUrl | None = None
    """Of a site gateway: the address of the main house."""
    gateway_key: SigningKey | None = None
    """Of a site gateway: its key, the one the main house has under its name."""

    gate_key: GateKey | None = None
    """Signs what is shown at the gate; without it there is no gate page (docs/adr/0143)."""
    gate_earlier_keys: PublicKeys = ""
    """Public keys that were in use before and still count, divided by commas."""
    gate_fresh_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """How long the gate may rely on what it last fetched."""

    wecom_corp_id: str | None = None
    wecom_agent_id: Annotated[int, Field(gt=0)] | None = None
    wecom_secret: FilledSecret | None = None
    wecom_token: FilledSecret | None = None
    wecom_aes_key: AesKey | None = None
    wecom_api_base_url: BaseUrl = "https://qyapi.weixin.qq.com"

    dingtalk_client_id: str | None = None
    dingtalk_client_secret: FilledSecret | None = None
    dingtalk_corp_id: str | None = None
    dingtalk_robot_code: str | None = None
    """None means the client id, as for most robots of an internal app."""
    dingtalk_card_templates: str = ""
    """Ids of the published card template, divided by commas, the one for new cards first."""
    dingtalk_agent_id: Annotated[int, Field(gt=0)] | None = None
    dingtalk_edition: Edition = "standard"
    """What the organisation has bought; it decides how many messages and calls a month has."""
    dingtalk_month_calls: Annotated[int, Field(gt=0)] | None = None
    """Calls a month where more was bought than the edition's least; all apps of the organisation share them."""
    dingtalk_month_pushes: Annotated[int, Field(gt=0)] | None = None
    """Pushes a month where more was bought than the edition's least."""
    dingtalk_ding: Ding = "app"
    """How an alarm rings a phone (DING): in the app, by SMS or by a call; SMS and calls need packs that were bought."""
    dingtalk_live_check: bool = False
    """Whether the plant has switched on 实人认证 for this app (专属版 only)."""
    dingtalk_openapi_base_url: BaseUrl = "https://api.dingtalk.com"
    dingtalk_oapi_base_url: BaseUrl = "https://oapi.dingtalk.com"

    faceid_secret_id: FilledSecret | None = None
    faceid_secret_key: FilledSecret | None = None
    faceid_rule_id: Annotated[str, Field(min_length=1)] | None = None
    faceid_identities: Path | None = None
    """A file with names and numbers of papers, beside the secrets (`bot.proofs.identities`)."""
    faceid_least: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(70)
    """How alike the faces must be at least, of 100; the service has a limit of its own beside it."""
    faceid_region: str = "ap-guangzhou"
    faceid_base_url: BaseUrl = "https://faceid.tencentcloudapi.com"

    soter_app_id: str | None = None
    soter_secret: FilledSecret | None = None
    soter_openids: Path | None = None
    """A file that says which WeChat account (openid) is whose."""
    soter_base_url: BaseUrl = "https://api.weixin.qq.com"

    log_format: Literal["auto", "json", "console"] = "auto"
    """auto: colours on a terminal, JSON lines elsewhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    _sources: tuple[Path | None, Path | None] = PrivateAttr(default=(None, None))
    """The ``.env`` file and the directory of secrets these settings were read from."""

    @model_validator(mode="before")
    @classmethod
    def _blank_means_absent(cls, given: object) -> object:
        """A line ``NAME=`` in .env is a form not yet filled in, not an empty secret."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value != ""}

    @model_validator(mode="after")
    def _secrets_differ(self) -> Self:
        """One secret pasted into two places is a slip that would surface much later."""
        taken: dict[str, str] = {}
        for name in _SECRETS:
            secret: SecretStr | None = getattr(self, name)
            if secret is None:
                continue
            other = taken.setdefault(secret.get_secret_value(), name)
            if other != name:
                raise ValueError(f"{variable(other)} and {variable(name)} hold the same value; one was pasted twice")
        return self

    @property
    def policies(self) -> Path:
        """The directory of the rule packs in force."""
        return self.policies_dir or DELIVERED_POLICIES

    @property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.timezone)

    def secrets(self) -> tuple[str, ...]:
        """Every secret value that is set, for the log's redaction. Never print it."""
        values = (getattr(self, name) for name in type(self).model_fields)
        found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        if password := urlsplit(self.database_url.get_secret_value()).password:
            found.append(password)
        if self.gateway_keys is not None:
            found += [key for _, key in named_keys(self.gateway_keys)]
        return tuple(found)

    def wecom(self) -> WeComCredentials:
        """The WeCom credentials, whole. Raise `SettingsError` naming every one that is missing."""
        if (
            self.wecom_corp_id is None
            or self.wecom_agent_id is None
            or self.wecom_secret is None
            or self.wecom_token is None
            or self.wecom_aes_key is None
        ):
            raise SettingsError(missing(self, _WECOM_SOURCES))
        return WeComCredentials(
            corp_id=self.wecom_corp_id,
            agent_id=self.wecom_agent_id,
            secret=self.wecom_secret,
            token=self.wecom_token,
            aes_key=self.wecom_aes_key,
            api_base_url=self.wecom_api_base_url,
        )

    def dingtalk(self) -> DingTalkCredentials:
        """The DingTalk credentials, whole. Raise `SettingsError` naming every one that is missing."""
        if self.dingtalk_client_id is None or self.dingtalk_client_secret is None or self.dingtalk_corp_id is None:
            raise SettingsError(missing(self, _DINGTALK_SOURCES))
        templates = (one.strip() for one in self.dingtalk_card_templates.split(","))
        return DingTalkCredentials(
            client_id=self.dingtalk_client_id,
            client_secret=self.dingtalk_client_secret,
            corp_id=self.dingtalk_corp_id,
            robot_code=self.dingtalk_robot_code or self.dingtalk_client_id,
            card_templates=tuple(one for one in templates if one),
            agent_id=self.dingtalk_agent_id,
            edition=self.dingtalk_edition,
            month_calls=self.dingtalk_month_calls,
            month_pushes=self.dingtalk_month_pushes,
            ding=self.dingtalk_ding,
            openapi_base_url=self.dingtalk_openapi_base_url,
            oapi_base_url=self.dingtalk_oapi_base_url,
        )

    @property
    def speaks_wecom(self) -> bool:
        """Whether this site is meant to have WeCom: anything of it is filled in."""
        return any(getattr(self, name) is not None for name in _WECOM_SOURCES)

    @property
    def speaks_dingtalk(self) -> bool:
        """Whether this site is meant to have DingTalk: anything of it is filled in."""
        return any(getattr(self, name) is not None for name in _DINGTALK_SOURCES)

    def require_platform(self) -> None:
        """Raise `SettingsError` when the site has no platform at all, or only half of one."""
        problems: list[str] = []
        if not (self.speaks_wecom or self.speaks_dingtalk):
            problems.append(
                f"no chat platform is set: fill in the {PREFIX}WECOM_ lines, the {PREFIX}DINGTALK_ lines, or both"
            )
        for speaks, demand in ((self.speaks_wecom, self.wecom), (self.speaks_dingtalk, self.dingtalk)):
            if speaks:
                try:
                    demand()
                except SettingsError as half:
                    problems += half.problems
        if problems:
            raise SettingsError(problems)

    def named(self, name: str) -> SecretStr | None:
        """A secret under a name of the site's own choice, from the same sources as the settings; None when not set.

        Read anew each time, so that a key that was changed is the new one.
        """
        env_file, folder = self._sources
        value = os.environ.get(name)
        if not value and env_file is not None and env_file.is_file():
            value = dotenv_values(env_file).get(name)
        if not value and folder is not None and (folder / name).is_file():
            value = (folder / name).read_text(encoding="utf-8").strip()
        return SecretStr(value) if value else None

    def chat_key(self, chat: str) -> str | None:
        """What it takes to post to a group as the register writes it: the key itself, or ``$NAME`` of what holds it.

        None when nothing of that name is set.
        """
        if not chat.startswith("$"):
            return chat
        found = self.named(chat.removeprefix("$"))
        return None if found is None else found.get_secret_value()

    def require_button_key(self) -> SecretStr:
        """The key that signs buttons. Raise `SettingsError` when it is not set."""
        if self.button_key is None:
            raise SettingsError(missing(self, {"button_key": _BUTTON_KEY_SOURCE}))
        return self.button_key

    def require_public_url(self) -> str:
        """This server's public address. Raise `SettingsError` when it is not set."""
        if self.public_url is None:
            raise SettingsError(missing(self, {"public_url": _PUBLIC_URL_SOURCE}))
        return self.public_url


_WECOM_SOURCES = {
    "wecom_corp_id": "管理后台 → 我的企业 → 企业ID",
    "wecom_agent_id": "管理后台 → 应用管理 → your app → AgentId",
    "wecom_secret": "管理后台 → 应用管理 → your app → Secret",
    "wecom_token": "管理后台 → 应用管理 → your app → 接收消息 → Token",
    "wecom_aes_key": "管理后台 → 应用管理 → your app → 接收消息 → EncodingAESKey",
}
_DINGTALK_SOURCES = {
    "dingtalk_client_id": "开放平台 → your app → 凭证与基础信息 → Client ID",
    "dingtalk_client_secret": "开放平台 → your app → 凭证与基础信息 → Client Secret",
    "dingtalk_corp_id": "开放平台 → 首页 → CorpId",
}
_SECRETS = (
    "button_key",
    "equipment_key",
    "work_order_key",
    "output_key",
    "gate_key",
    "wecom_secret",
    "wecom_token",
    "wecom_aes_key",
    "dingtalk_client_secret",
    "faceid_secret_key",
    "soter_secret",
    "mqtt_password",
    "gateway_keys",
    "gateway_key",
)
"""Each of them is somebody else's: no two are ever the same."""
_BUTTON_KEY_SOURCE = "make one with `openssl rand -hex 32` and keep it"
_PUBLIC_URL_SOURCE = "the https address under which phones reach this server"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def missing(settings: Settings, sources: dict[str, str]) -> list[str]:
    """One sentence for each setting of `sources` that has no value, with the place to find it."""
    return [
        f"{variable(name)} is not set ({source})" for name, source in sources.items() if getattr(settings, name) is None
    ]


def load_settings(*, env_file: Path | None = Path(".env"), secrets_dir: Path | None = None) -> Settings:
    """Read the settings of this process. Raise `SettingsError` listing every value that cannot be used."""
    named = os.environ.get(f"{PREFIX}SECRETS_DIR")
    folder = secrets_dir or (Path(named) if named else DEFAULT_SECRETS_DIR)
    if (secrets_dir or named) and not folder.is_dir():
        raise SettingsError([f"{PREFIX}SECRETS_DIR names {folder}, which is no directory"])
    try:
        secrets = folder if folder.is_dir() else None
        settings = Settings(_env_file=env_file, _secrets_dir=secrets)
        settings._sources = (env_file, secrets)
    except ValidationError as invalid:
        raise SettingsError(_problems(invalid)) from None  # the cause would carry the values, secrets among them
    except OSError as unreadable:
        raise SettingsError([f"the settings cannot be read: {unreadable}"]) from unreadable
    except UnicodeDecodeError:
        raise SettingsError([f"{env_file} is not UTF-8 text"]) from None
    return settings


def _problems(invalid: ValidationError) -> list[str]:
    found = []
    for error in invalid.errors(include_url=False, include_input=False, include_context=False):
        message = error["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in error["loc"])
        found.append(f"{variable(name)}: {message}" if name else message)
    return found
