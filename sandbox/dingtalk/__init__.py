"""A strict local stand-in for DingTalk: the stream gateway, the OpenAPI and the old oapi.

Start it on any free port and point both base addresses of an adapter at it::

    twin = Twin(TwinConfig(corps=(CorpConfig(corp_id="ding1", apps=(AppConfig(client_id="dinga", client_secret="s"),),
                people=(PersonConfig(userid="zhaomin", name="赵敏"),)),)), clock)
    base = await twin.start()          # http://127.0.0.1:<port>: api.dingtalk.com and oapi.dingtalk.com at once

The stream SDK takes ``DINGTALK_OPENAPI_ENDPOINT=<base>`` (set before its import); the open call returns the socket's
address. More people, groups and apps: `Twin.add_person`, `Twin.add_group`, `Twin.add_app`.

Act as a person: ``twin.phone("zhaomin").type_text("…")``, ``.send_photo``, ``.send_voice``; in a group
``twin.phone("zhaomin").in_group(group.id).type_text("…", at=["dinga"])``. What they see: ``.screen``, ``.cards``.

Pages: let them load ``<base>/dd.js`` as the platform's script, open ``<base>/twin/open?client_id=&userid=&url=`` in a
browser, and set ``phone.device`` (position, codes, pictures); without a browser use ``phone.open_link`` and
``phone.request_auth_code``.

Break things: ``twin.faults`` (misfortunes, by count or switch), ``twin.quirks`` (readings of unsettled behaviour),
``twin.limits`` (figures), and on sockets ``twin.gateway.disconnect/reset/close_with/half_kill/ping/send_odd``.

Wait without sleeping: ``await push`` (the end of one push), ``await twin.connected()``, ``await twin.settled()``,
``await twin.until(lambda: …)``. Time stands still on a `sandbox.clock.ManualClock` until it is advanced: limits,
repeats and lifetimes follow it (`Quirks.limits_in` turns the gateway's to real time, which suits a clock that jumps).
"""

from __future__ import annotations

from sandbox.dingtalk.clicks import Click, ClickEnd
from sandbox.dingtalk.conditions import TemplateBroken
from sandbox.dingtalk.config import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    Edition,
    GroupConfig,
    Permission,
    PersonConfig,
    TwinConfig,
)
from sandbox.dingtalk.errors import ApiError, LegacyError
from sandbox.dingtalk.faults import (
    ALWAYS,
    ExistingCard,
    Faults,
    Outage,
    Quirks,
    Redelivery,
    StandardDing,
    TimeKind,
    Unsettled,
)
from sandbox.dingtalk.gateway import Connection
from sandbox.dingtalk.limits import Limits
from sandbox.dingtalk.phones import GroupScreen, NotOffered, Phone
from sandbox.dingtalk.pushes import Heard, Outcome, Push
from sandbox.dingtalk.twin import Twin

__all__ = [
    "ALWAYS",
    "ApiError",
    "AppConfig",
    "Click",
    "ClickEnd",
    "Connection",
    "CorpConfig",
    "DepartmentConfig",
    "Edition",
    "ExistingCard",
    "Faults",
    "GroupConfig",
    "GroupScreen",
    "Heard",
    "LegacyError",
    "Limits",
    "NotOffered",
    "Outage",
    "Outcome",
    "Permission",
    "PersonConfig",
    "Phone",
    "Push",
    "Quirks",
    "Redelivery",
    "StandardDing",
    "TemplateBroken",
    "TimeKind",
    "Twin",
    "TwinConfig",
    "Unsettled",
]
