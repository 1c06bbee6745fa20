"""What the single settings must look like: each kind refuses a wrong value in words that name the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"{name!r} is no time zone; write for example Asia/Shanghai") from unknown
    return name


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write a whole address, for example https://permit.example.com")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the address must carry no user name, password, query or fragment")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("plain http is accepted for this machine only; use https")
    return url.rstrip("/")


def _broker(url: str) -> str:
    # Imported where it is used: most sites have no broker.
    from hardware_bridge.sources.mqtt_client import LOOPBACK as HERE
    from hardware_bridge.sources.mqtt_client import address

    at = address(url)
    if not at.tls and at.host not in HERE:
        raise ValueError("plain mqtt is accepted for this machine only; use mqtts, or say so in the MQTT file")
    return url


def _aes_key(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if len(value) != 43 or not value.isalnum() or not value.isascii():
        raise ValueError("an EncodingAESKey has exactly 43 letters and digits")
    return secret


def _strong(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 32:
        raise ValueError("needs at least 32 characters; `openssl rand -hex 32` makes a good one")
    return secret


def _named_keys(secret: SecretStr) -> SecretStr:
    if len(dict(named_keys(secret))) != secret.get_secret_value().count(",") + 1:
        raise ValueError("write name:key, each with a key of its own of at least 32 characters, divided by commas")
    return secret


def named_keys(secret: SecretStr) -> Iterator[tuple[str, str]]:
    """The well-formed pairs of ``name:key,name:key``."""
    for one in secret.get_secret_value().split(","):
        name, _, key = one.strip().partition(":")
        if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) and re.fullmatch(r"[!-~]{32,}", key):
            yield name, key


def _seed(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9a-f]{64}", secret.get_secret_value()):
        raise ValueError("a gate key has 64 hexadecimal digits; `openssl rand -hex 32` makes one")
    return secret


def _public_keys(text: str) -> str:
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one.strip()) for one in text.split(",") if one.strip()):
        raise ValueError("write public keys as `permitbot gate keys` says them, divided by commas")
    return text


BaseUrl = Annotated[str, AfterValidator(_base_url)]
BrokerUrl = Annotated[str, AfterValidator(_broker)]
FilledSecret = Annotated[SecretStr, Field(min_length=1)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
NamedKeys = Annotated[SecretStr, AfterValidator(_named_keys)]
SigningKey = Annotated[SecretStr, AfterValidator(_strong)]
GateKey = Annotated[SecretStr, AfterValidator(_seed)]
Edition = Literal["standard", "pro", "exclusive"]
Ding = Literal["app", "sms", "phone"]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
PublicKeys = Annotated[str, AfterValidator(_public_keys)]
