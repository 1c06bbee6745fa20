"""``cameras.yaml``: which cameras a plant has and which places they look at, or every fault with file, line and key.

An address holds neither name nor password: who logs in is named beside it, the password lies in the environment or in
the directory of secrets, and the file says under which name (``$CAM_1_PASSWORD``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from hardware_bridge.line_models import Secret
from storage.policy_models_work import Model
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem
from workflow.ids import AreaId, DeviceId
from workflow.stills import Camera, Cameras

_SECRET: Final = re.compile(r"user|pass|pwd|token|auth|key|secret", re.IGNORECASE)
_ADDRESS: Final = "应为 rtsp:// 或 rtsps:// 地址，不带用户名、密码和 #，例如 rtsp://10.0.0.20:554/stream1"
Secrets = Callable[[str], str | None]
"""Finds a secret by its name; None when it is not set."""


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        # In small letters: the library that asks knows no other spelling.
        whole = text.startswith(("rtsp://", "rtsps://")) and parts.hostname and parts.port != 0
    except ValueError:
        raise ValueError(_ADDRESS) from None
    if not whole or parts.username or parts.password or parts.fragment or not text.isascii() or not text.isprintable():
        raise ValueError(_ADDRESS)
    if any(_SECRET.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        raise ValueError("地址里不能带账号密码，请写 user 和 password")
    return text


Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_address)]


class CameraSaid(Model):
    """One camera."""

    name: Name
    address: Address
    areas: list[Name] = Field(min_length=1)
    user: Name | None = None
    password: Secret | None = None
    ca: Path | None = None
    """Certificates that are believed; beside the file unless its path is whole."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.address.startswith("rtsps:") is not (self.ca is not None):
            raise ValueError("rtsps:// 的摄像头要写 ca（签发证书的文件），rtsp:// 的不写")
        if (self.user is None) is not (self.password is None):
            raise ValueError("user 和 password 应一起写")
        if len(set(self.areas)) != len(self.areas):
            raise ValueError("areas 里有写了两次的")
        return self


class CamerasFile(Model):
    """The whole file."""

    cameras: dict[Name, CameraSaid] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cameras of a plant. The addresses hold passwords: they are in no ``repr``."""

    cameras: Cameras
    addresses: Mapping[DeviceId, str] = field(repr=False)
    authorities: Mapping[DeviceId, Path]
    """Of each camera that is spoken with over TLS: whose certificates are believed."""


def load(path: Path, secret: Secrets) -> Plan:
    """Read the file. Raise `PolicyError` with every problem found."""
    problems: list[Problem] = []
    found = shaped(path, path.parent, CamerasFile, problems)
    if found is None:
        raise PolicyError(problems)
    said, source = found
    addresses: dict[DeviceId, str] = {}
    authorities: dict[DeviceId, Path] = {}
    for name, one in said.cameras.items():
        password = "" if one.password is None else secret(one.password)
        if password is None:
            problems.append(source.problem(("cameras", name, "password"), f"密钥 {one.password} 没有设置"))
        else:
            addresses[DeviceId(name)] = _with_login(one, password)
        if one.ca is not None:
            authorities[DeviceId(name)] = (path.parent / one.ca).absolute()
            if not authorities[DeviceId(name)].is_file():
                problems.append(source.problem(("cameras", name, "ca"), f"没有文件 {one.ca}"))
    if problems:
        raise PolicyError(problems)
    by_id = {
        DeviceId(name): Camera(id=DeviceId(name), name=one.name, areas=frozenset(map(AreaId, one.areas)))
        for name, one in said.cameras.items()
    }
    return Plan(cameras=Cameras(by_id=by_id, there=True), addresses=addresses, authorities=authorities)


def _with_login(said: CameraSaid, password: str) -> str:
    if said.user is None:
        return said.address
    return said.address.replace("://", f"://{quote(said.user, safe='')}:{quote(password, safe='')}@", 1)
