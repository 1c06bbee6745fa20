"""How an organisation, its apps, people and groups are declared to the twin."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

ROOT_DEPARTMENT = 1


class Edition(StrEnum):
    """What the organisation pays for. It decides quotas, DING and live checks."""

    STANDARD = "standard"
    """标准版."""
    PRO = "pro"
    """专业版."""
    EXCLUSIVE = "exclusive"
    """专属版."""


class Permission(StrEnum):
    """Permission points (权限点) an app can have.

    The names of the two contact points are the twin's own; the others are the platform's.
    """

    ROBOT_SEND = "qyapi_robot_sendmsg"
    CARD_WRITE = "Card.Instance.Write"
    CARD_STREAM = "Card.Streaming.Write"
    TODO_WRITE = "Todo.Todo.Write"
    DING_WRITE = "Premium.Ding.Write"
    CONTACT_READ = "contact.read"
    MOBILE_READ = "contact.mobile.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentConfig:
    """One department; ``managers`` are userids."""

    id: int
    name: str
    parent: int = ROOT_DEPARTMENT
    managers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfig:
    """One person. ``outside``: a contact from outside the organisation, whose messages carry no senderStaffId."""

    userid: str
    name: str
    departments: tuple[int, ...] = (ROOT_DEPARTMENT,)
    mobile: str = ""
    title: str = ""
    job_number: str = ""
    manager: str = ""
    """直属主管; often not set."""
    admin: bool = False
    boss: bool = False
    active: bool = True
    outside: bool = False
    platform: str = "Android"
    """Client the person writes with: Android, iOS, Mac or Win."""

    @property
    def unionid(self) -> str:
        """The id of the human across organisations."""
        return short_hash(f"union|{self.userid}", 22) + "iE"

    @property
    def sender_id(self) -> str:
        """The encrypted id robots see."""
        return "$:LWCP_v1:$" + short_hash(f"sender|{self.userid}", 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppConfig:
    """One internal app with its robot.

    ``published`` False: a saved but unreleased version; messages carry neither senderStaffId nor isAdmin.
    ``page_hosts`` are hosts (with port) of the app's configured addresses; a page elsewhere gets no login code.
    """

    client_id: str
    client_secret: str
    agent_id: int = 1
    name: str = "作业票"
    robot_code: str = ""
    """"" = the client_id."""
    permissions: frozenset[Permission] = frozenset(Permission)
    visible_users: tuple[str, ...] = ()
    visible_departments: tuple[int, ...] = (ROOT_DEPARTMENT,)
    published: bool = True
    page_hosts: tuple[str, ...] = ()

    @property
    def robot(self) -> str:
        """The robotCode."""
        return self.robot_code or self.client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupConfig:
    """A group. ``robots`` are the robotCodes in it; ``id`` "" makes an openConversationId out of the name."""

    name: str
    members: tuple[str, ...]
    robots: tuple[str, ...] = ()
    owner: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpConfig:
    """One organisation."""

    corp_id: str
    name: str = ""
    edition: Edition = Edition.STANDARD
    apps: tuple[AppConfig, ...] = ()
    people: tuple[PersonConfig, ...] = ()
    departments: tuple[DepartmentConfig, ...] = (DepartmentConfig(id=ROOT_DEPARTMENT, name="公司", parent=0),)
    groups: tuple[GroupConfig, ...] = ()
    ding_packages: frozenset[int] = field(default_factory=frozenset)
    """remindTypes with a purchased package: 2 SMS, 3 phone call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinConfig:
    """Everything the twin starts with."""

    corps: tuple[CorpConfig, ...]


def conversation_id(seed: str) -> str:
    """An id of the shape ``cid…==``, always the same for the same seed."""
    return "cid" + short_hash(f"conversation|{seed}", 22) + "=="


def short_hash(seed: str, length: int) -> str:
    """Up to 43 letters and digits that look random."""
    digest = base64.b64encode(hashlib.sha512(seed.encode()).digest()).decode()
    return "".join(letter for letter in digest if letter.isalnum())[:length]
