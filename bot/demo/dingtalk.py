"""The demo plant's company on DingTalk: the same people and groups, one app with its robot and our card template."""

from __future__ import annotations

from datetime import datetime

from cards.dingtalk_template import PATH
from sandbox.clock import Clock
from sandbox.dingtalk import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    Edition,
    GroupConfig,
    PersonConfig,
    Quirks,
    TimeKind,
    Twin,
    TwinConfig,
)
from sandbox.plant import CAST, everybody, groups

CORP, APP, SECRET = "dingdemo00000001", "dingpermitdemo", "demo-secret-of-the-dingtalk-app"
TEMPLATE = "permit-demo.schema"
EDITION = Edition.PRO
"""With DING, so that it can be seen."""


def twin_config(today: datetime) -> TwinConfig:
    """The plant's people as members of an organisation with one app, and its groups with the robot in them."""
    people = everybody(today.date())
    departments = {name: number for number, name in enumerate(dict.fromkeys(p.department for p in people), start=2)}
    root = DepartmentConfig(id=1, name="华昌化工", parent=0)
    members = tuple(
        PersonConfig(
            userid=person.id, name=person.name, departments=(departments[person.department],),
            manager=person.superior or "",
        )
        for person in people
    )  # fmt: skip
    corp = CorpConfig(
        corp_id=CORP,
        name="华昌化工",
        edition=EDITION,
        apps=(AppConfig(client_id=APP, client_secret=SECRET),),
        people=members,
        departments=(root, *(DepartmentConfig(id=number, name=name) for name, number in departments.items())),
        groups=tuple(
            GroupConfig(id=chat_of(group.id), name=group.name, members=tuple(m.id for m in CAST), robots=(APP,))
            for group in groups()
        ),
    )
    return TwinConfig(corps=(corp,))


def chat_of(group: str) -> str:
    """The openConversationId of a group of ours."""
    return f"cid{group.replace('-', '')}=="


def twin(clock: Clock, today: datetime) -> Twin:
    """The stand-in, not listening yet. Its own patience is real time: the plant's clock is pushed by half hours."""
    made = Twin(twin_config(today), clock, quirks=Quirks(limits_in=TimeKind.REAL))
    made.templates.load(PATH.read_text("utf-8"), TEMPLATE, client_id=APP)
    return made


def settings(base: str) -> dict[str, str]:
    """What a site that speaks with it has in its settings."""
    return {
        "dingtalk_client_id": APP,
        "dingtalk_client_secret": SECRET,
        "dingtalk_corp_id": CORP,
        "dingtalk_card_templates": TEMPLATE,
        "dingtalk_edition": str(EDITION),
        "dingtalk_openapi_base_url": base,
        "dingtalk_oapi_base_url": base,
    }
