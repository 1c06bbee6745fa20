"""The file that says which brokers there are and what is spoken there (``policies/mqtt.yaml``); secrets it only names.

A broker without ``url`` is the one the environment names (``PERMITBOT_MQTT_URL`` and its like).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from hardware_bridge.codecs import profiles
from hardware_bridge.codecs.json_map import JsonMap
from hardware_bridge.line_models import Key
from hardware_bridge.sample import DeviceKey
from hardware_bridge.sources.mqtt_client import LOOPBACK, Address, Version, address
from hardware_bridge.sources.mqtt_topics import Feed, problem_of
from storage.policy_fields import Duration, Text
from storage.policy_fields import Flag as YesNo
from storage.policy_models_work import Model
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem, Source

LONGEST_KEPT: Final = timedelta(days=1)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def _filter(text: object) -> str:
    wrong = problem_of(text) if isinstance(text, str) else "应为文字"
    if wrong is not None:
        raise ValueError(wrong)
    return str(text)


def _level(text: object) -> int:
    if not isinstance(text, str) or not re.fullmatch(r"[1-9][0-9]?", text):
        raise ValueError("应为主题的第几级，从 1 数起")
    return int(text)


def _address(text: object) -> Address:
    try:
        return address(str(text))
    except ValueError:
        raise ValueError("应为 mqtts://主机:端口，不带用户名和密码") from None


def _secret(text: object) -> str:
    if not isinstance(text, str) or _NAME.fullmatch(text) is None:
        raise ValueError("应为存放密码的环境变量或文件的名称，不是密码本身")
    return text


def _client(text: object) -> str:
    if not isinstance(text, str) or _ID.fullmatch(text) is None:
        raise ValueError("应为 1 到 64 个字母、数字、点、横线或下划线")
    return text


class _Topic(Model):
    topic: Annotated[str, BeforeValidator(_filter)]
    profile: Text | None = None
    device: Annotated[int, BeforeValidator(_level)] | None = None
    devices: Annotated[list[Key], Field(min_length=1)] | None = None
    qos: Literal["0", "1"] = "1"


class _Broker(Model):
    name: Text
    url: Annotated[Address, BeforeValidator(_address)] | None = None
    user: Text | None = None
    password: Annotated[str, BeforeValidator(_secret)] | None = None
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    client_id: Annotated[str, BeforeValidator(_client)] | None = None
    version: Version = "5"
    keeps: Duration = timedelta(minutes=15)
    plain: YesNo = False
    topics: Annotated[list[_Topic], Field(min_length=1)]


class _File(Model):
    brokers: Annotated[list[_Broker], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One broker as the file names it. ``password`` is the name of a secret; ``plain``: an address that encrypts
    nothing is meant."""

    name: str
    feeds: tuple[Feed, ...]
    at: Address | None
    user: str | None
    password: str | None
    ca: Path | None
    certificate: Path | None
    key: Path | None
    client_id: str | None
    version: Version
    keeps: timedelta
    plain: bool


def load(policies: Path, file: Path) -> tuple[Wanted, ...]:
    """The brokers of a file. Raise `PolicyError` with every problem found, each with file, line and key."""
    problems: list[Problem] = []
    maps = profiles.load(policies).json
    found = shaped(file, policies, _File, problems)
    if found is not None:
        problems += _checked(*found, maps)
    if problems or found is None:
        raise PolicyError(problems)
    return tuple(_wanted(one, maps) for one in found[0].brokers)


def _checked(file: _File, source: Source, maps: Mapping[str, JsonMap]) -> Iterator[Problem]:
    names = [one.name for one in file.brokers]
    for number, one in enumerate(file.brokers):
        at = ("brokers", number)
        if one.name in names[:number]:
            yield source.problem((*at, "name"), f"{one.name} 出现了两次")
        if one.url is None and any(other.url is None for other in file.brokers[:number]):
            yield source.problem(at, "只有一个 broker 可以不写 url")
        if (one.certificate is None) is not (one.key is None):
            yield source.problem(at, "certificate 和 key 要一起写")
        if one.keeps > LONGEST_KEPT:
            yield source.problem((*at, "keeps"), "最长 1 d")
        if one.url is not None and not one.url.tls and not one.plain and one.url.host not in LOOPBACK:
            yield source.problem((*at, "url"), "不加密的 mqtt:// 只能用于本机；确实要用请写 plain: yes")
        for row, topic in enumerate(one.topics):
            where = (*at, "topics", row)
            if topic.profile is not None and topic.profile not in maps:
                yield source.problem((*where, "profile"), f"policies/devices 里没有 json 格式 {topic.profile}")
            elif topic.profile is not None and maps[topic.profile].device is None and topic.device is None:
                yield source.problem(where, "这种报文不写设备，请用 device 说明主题的第几级是设备")


def _wanted(one: _Broker, maps: Mapping[str, JsonMap]) -> Wanted:
    return Wanted(
        name=one.name,
        feeds=tuple(
            Feed(
                pattern=topic.topic,
                qos=int(topic.qos),
                map=None if topic.profile is None else maps[topic.profile],
                device=None if topic.device is None else topic.device - 1,
                devices=None if topic.devices is None else frozenset(map(DeviceKey, topic.devices)),
            )
            for topic in one.topics
        ),
        at=one.url, user=one.user, password=one.password, ca=one.ca, certificate=one.certificate, key=one.key,
        client_id=one.client_id, version=one.version, keeps=one.keeps, plain=one.plain,
    )  # fmt: skip
