"""How a corp, its apps and its people are declared to the twin."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import IntEnum

from sandbox.wecom.crypto import aes_key_bytes

ROOT_DEPARTMENT = 1


class MemberStatus(IntEnum):
    """The ``status`` of a member as the directory reports it."""

    ACTIVE = 1
    DISABLED = 2
    NOT_ACTIVATED = 4
    LEFT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentConfig:
    """One department; ``leaders`` are userids."""

    id: int
    name: str
    parent: int = ROOT_DEPARTMENT
    order: int = 100
    leaders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfig:
    """One member. ``leader_in`` is shown exactly as declared, also when it does not line up with ``departments``."""

    userid: str
    name: str
    departments: tuple[int, ...] = (ROOT_DEPARTMENT,)
    order: tuple[int, ...] = ()
    leader_in: tuple[bool, ...] = ()
    main_department: int | None = None
    position: str = ""
    mobile: str = ""
    email: str = ""
    alias: str = ""
    direct_leader: tuple[str, ...] = ()
    status: MemberStatus = MemberStatus.ACTIVE
    tags: tuple[int, ...] = ()
    licensed: bool = True
    consents: bool = True
    """Whether the member agreed to show mobile and e-mail in auth/getuserdetail."""
    human: str = ""
    """The human behind the member; the same text in two corps means the same human."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppConfig:
    """One self-built app.

    ``trusted_ips`` None: an older app that is exempt from the trusted-IP rule. ``trusted_domains`` are hosts with port
    as they stand in the redirect address. An app without ``token`` and ``aes_key`` cannot receive.
    """

    agentid: int
    secret: str
    name: str = "app"
    token: str = ""
    aes_key: str = ""
    callback_url: str | None = None
    visible_users: tuple[str, ...] = ()
    visible_departments: tuple[int, ...] = (ROOT_DEPARTMENT,)
    visible_tags: tuple[int, ...] = ()
    trusted_ips: tuple[str, ...] | None = None
    trusted_domains: tuple[str, ...] = ()
    report_location: bool = False
    report_enter: bool = False
    sees_contact_details: bool = False
    """Whether user/get shows mobile and e-mail (apps created before 2022-06-20)."""

    def __post_init__(self) -> None:
        if self.aes_key:
            aes_key_bytes(self.aes_key)
        if self.token and not (len(self.token) <= 32 and self.token.isascii() and self.token.isalnum()):
            raise ValueError("a callback token has at most 32 letters and digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """A group robot: a group chat that anyone holding ``key`` can post to."""

    key: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpConfig:
    """One corp with its directory, apps and group robots."""

    corpid: str
    name: str = ""
    apps: tuple[AppConfig, ...] = ()
    people: tuple[PersonConfig, ...] = ()
    departments: tuple[DepartmentConfig, ...] = (DepartmentConfig(id=ROOT_DEPARTMENT, name="公司", parent=0),)
    tags: tuple[int, ...] = ()
    webhooks: tuple[WebhookConfig, ...] = ()
    account_cap: int = 200
    """Members the corp may have; the daily message allowance is this times 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinConfig:
    """Everything the twin starts with."""

    corps: tuple[CorpConfig, ...]


def aes_key_from(seed: str) -> str:
    """A valid EncodingAESKey that is always the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest() + hashlib.sha256(f"{seed}2".encode()).digest()
    letters = base64.b64encode(digest).decode().replace("+", "").replace("/", "").replace("=", "")
    return letters[:43]
