"""One API call on its way through the twin, and the table entry that says how it is served."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, cast

from aiohttp import web

from sandbox.changes import Json
from sandbox.dingtalk.config import Permission
from sandbox.dingtalk.errors import ApiError, Errcode, LegacyError
from sandbox.dingtalk.world import App, Corp, World


class Style(Enum):
    """Which of the two APIs an endpoint belongs to."""

    NEW = "new"
    """``/v1.0``: token in a header, refusals with an HTTP status."""
    LEGACY = "legacy"
    """oapi: token in the query, refusals with an errcode at HTTP 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The file part of a multipart request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """A request with everything a handler may ask for."""

    world: World
    endpoint: Endpoint
    query: Mapping[str, str]
    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    upload: Upload | None = None
    caller: App | None = None
    """The app the token belongs to."""

    @property
    def app(self) -> App:
        """The calling app; only where a token was asked for."""
        if self.caller is None:
            raise ApiError("InvalidAuthentication")
        return self.caller

    @property
    def corp(self) -> Corp:
        """The calling app's organisation."""
        return self.world.corp(self.app)

    def json(self) -> Json:
        """The JSON object in the body; raises the refusal of the endpoint's style."""
        try:
            parsed: object = json.loads(self.body)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict):
            return cast(Json, parsed)
        if self.endpoint.style is Style.LEGACY:
            raise LegacyError(Errcode.BAD_PARAMETER, "不合法的参数")
        raise ApiError("InvalidParameter.JSON", "the body is no json object")

    def demand(self, permission: Permission) -> None:
        """Raise unless the app has a permission point that only part of the answer needs."""
        if permission not in self.app.config.permissions:
            raise LegacyError(Errcode.NO_PERMISSION, f"应用尚未开通所需的权限：[{permission}]")


Handler = Callable[[Call], Json | web.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How one API is served. ``path`` is also its name for faults; ``free`` of the monthly quota."""

    path: str
    method: str
    handle: Handler
    style: Style = Style.NEW
    permission: Permission | None = None
    needs_token: bool = True
    free: bool = False
    upload: bool = False


class Api(Protocol):
    """A part of the platform's HTTP face."""

    def endpoints(self) -> tuple[Endpoint, ...]:
        """What it serves."""
        ...
