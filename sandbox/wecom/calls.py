"""One API call on its way through the twin, and the table entry that says how it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.reading import Json, Notes, Reader, parse_object
from sandbox.wecom.world import App, Corp, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The file part of a multipart request; ``filename`` exactly as it was written."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """A request with everything a handler may ask for."""

    world: World
    api: str
    query: Mapping[str, str]
    body: bytes
    caller_ip: str
    range_header: str | None = None
    upload: Upload | None = None
    notes: Notes = field(default_factory=Notes)
    caller: App | None = None
    """The app the token belongs to."""

    @property
    def app(self) -> App:
        """The calling app; raises `ApiError` where no token was given."""
        if self.caller is None:
            raise ApiError(Code.TOKEN_MISSING)
        return self.caller

    @property
    def corp(self) -> Corp:
        """The calling app's corp."""
        return self.world.corp(self.app.corpid)

    def reader(self) -> Reader:
        """The JSON body; raises `ApiError` 40058."""
        return Reader(parse_object(self.body), self.notes)

    def demand_own(self, agentid: int | None) -> App:
        """The calling app, when ``agentid`` names it; raises `ApiError` 41011, 40056 or 301002."""
        if agentid is None:
            raise ApiError(Code.AGENTID_MISSING)
        if agentid not in self.corp.apps:
            raise ApiError(Code.BAD_AGENTID, "invalid agentid")
        if agentid != self.app.agentid:
            raise ApiError(Code.WRONG_AGENT, "not allow operate another agent with this accesstoken")
        return self.app

    def query_number(self, name: str) -> int | None:
        """A whole number in the query; None when missing or not a number."""
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdigit() else None


Handler = Callable[[Call], Json | web.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How one API is served. ``counted`` puts it under the basic limits per corp and per IP."""

    api: str
    method: str
    handle: Handler
    needs_token: bool = True
    counted: bool = True
    upload: bool = False
