"""A strict local stand-in for WeCom and a self-built app's view of it.

Start with `Twin(TwinConfig(...), clock)`; act through `Twin.phone`; break things through `Twin.faults`.
"""

from __future__ import annotations

from sandbox.wecom.browser import Page
from sandbox.wecom.config import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    MemberStatus,
    PersonConfig,
    TwinConfig,
    WebhookConfig,
    aes_key_from,
)
from sandbox.wecom.deliveries import Delivery, Outcome, Verification
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import (
    ALWAYS,
    DuplicateAnswer,
    Faults,
    Outage,
    OverLength,
    PhotoOrder,
    Quirks,
    RetryTime,
    TokenIssue,
)
from sandbox.wecom.limits import Limits
from sandbox.wecom.phones import Client, GroupScreen, NotOffered, Phone
from sandbox.wecom.twin import Twin

__all__ = [
    "ALWAYS",
    "ApiError",
    "AppConfig",
    "Client",
    "Code",
    "CorpConfig",
    "Delivery",
    "DepartmentConfig",
    "DuplicateAnswer",
    "Faults",
    "GroupScreen",
    "Limits",
    "MemberStatus",
    "NotOffered",
    "Outage",
    "Outcome",
    "OverLength",
    "Page",
    "PersonConfig",
    "Phone",
    "PhotoOrder",
    "Quirks",
    "RetryTime",
    "TokenIssue",
    "Twin",
    "TwinConfig",
    "Verification",
    "WebhookConfig",
    "aes_key_from",
]
