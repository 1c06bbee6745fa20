"""The shape of the site's file of lines (``policies/lines.example.yaml``). It only says what may be written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from hardware_bridge.codecs.hj212_packet import Covered, Spelling
from hardware_bridge.sample import LONGEST_KEY
from storage.policy_fields import Text
from storage.policy_models_work import Model
from workflow.values import Datum

_SECRET = re.compile(r"\$[A-Z][A-Z0-9_]{0,63}")
_PACE = re.compile(r"([0-9]{1,5}) ?(ms|s|min)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "min": "minutes"}
_SLOWEST = timedelta(minutes=30)


def _secret(text: object) -> str:
    if not isinstance(text, str) or _SECRET.fullmatch(text) is None:
        raise ValueError("密钥不写在文件里：写 $名称，值放在环境变量或密钥目录里")
    return text.removeprefix("$")


def _pace(text: object) -> timedelta:
    found = _PACE.fullmatch(text) if isinstance(text, str) else None
    length = timedelta() if found is None else timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not timedelta() < length <= _SLOWEST:
        raise ValueError("应为时长，例如 500 ms、2 s、5 min，大于 0，不超过 30 min")
    return length


def _within(least: int, most: int) -> BeforeValidator:
    def checked(text: object) -> int:
        if not isinstance(text, str) or not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"应为 {least} 到 {most} 之间的整数")
        return int(text)

    return BeforeValidator(checked)


Secret = Annotated[str, BeforeValidator(_secret)]
"""The name of a secret, without its ``$``."""
Pace = Annotated[timedelta, BeforeValidator(_pace)]
Port = Annotated[int, _within(1, 65535)]
Unit = Annotated[int, _within(0, 255)]
Lines = Annotated[int, _within(1, 4096)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_KEY)]
"""A device's address in the register."""


class Line(Model):
    """What every line has: a name of its own, and where it goes or listens."""

    name: Name
    host: Text
    port: Port


class Slave(Model):
    unit: Unit
    device: Key
    profile: Text
    every: Pace = timedelta(seconds=2)


class Modbus(Line):
    framing: Literal["tcp", "rtu"]
    timeout: Pace = timedelta(seconds=1)
    devices: Annotated[list[Slave], Field(min_length=1)]


class Listening(Line):
    port: Annotated[int, _within(0, 65535)]
    """0 takes any free one."""
    connections: Lines = 256
    idle: Pace = timedelta(minutes=3)


class Terminal(Model):
    phone: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{4,19}$")]
    device: Key
    code: Secret
    terminal: str = ""
    datum: Datum = Datum.WGS84


class Jt808(Listening):
    terminals: Annotated[list[Terminal], Field(min_length=1)]


class Sm4(Model):
    key: Secret
    spelling: Spelling
    covered: Covered


class Station(Model):
    mn: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,24}$")]
    device: Key
    password: Secret
    sm4: Sm4 | None = None


class Hj212(Listening):
    profile: Text
    stations: Annotated[list[Station], Field(min_length=1)]


class Nmea(Line):
    device: Key
    datum: Datum = Datum.WGS84


class NmeaServer(Listening):
    devices: Annotated[dict[Text, Key], Field(min_length=1)]
    """By the address a receiver calls from."""
    datum: Datum = Datum.WGS84


class Sender(Model):
    name: Key
    key: Secret
    devices: Annotated[list[Key], Field(min_length=1)]
    profile: Text | None = None


class Feed(Model):
    name: Name
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$")]
    device: Key
    profile: Text
    every: Pace = timedelta(minutes=2)
    token: Secret | None = None


class Site(Model):
    """The whole file."""

    modbus: tuple[Modbus, ...] = ()
    jt808: tuple[Jt808, ...] = ()
    hj212: tuple[Hj212, ...] = ()
    nmea: tuple[Nmea, ...] = ()
    nmea_server: tuple[NmeaServer, ...] = ()
    push: tuple[Sender, ...] = ()
    feed: tuple[Feed, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Site:
        if not any((self.modbus, self.jt808, self.hj212, self.nmea, self.nmea_server, self.push, self.feed)):
            raise ValueError("文件里一条线路也没有")
        return self
