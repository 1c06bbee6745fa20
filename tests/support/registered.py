"""Permits written straight into a database, journal and board, with the people they name in the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings
from handlers.house import permits_of
from storage.board import BoardRow
from storage.directory import Register
from storage.engine import open_database
from storage.tx import Tx
from storage.writer import Writer
from tests.support.papers import MANY, NAMES, NUMBER_OF_CARD, asked, events
from tests.support.works import AREA, SITE
from workflow.ids import PermitId
from workflow.plant import Area, Certificate, Person
from workflow.values import WorkType

STATED = "=cmd|' /C calc'!A0 换法兰，联系13912345678，身份证320102199003071234"
"""What somebody typed: a formula, a telephone number, an identity number."""


def number_of(work: WorkType) -> PermitId:
    return PermitId(f"{work.name[:4]}-HC-20250611-001")


def register() -> Register:
    held = Certificate(kind="2.1", number=NUMBER_OF_CARD, valid_from=date(2024, 1, 1), valid_to=date(2030, 1, 1))
    people = tuple(Person(id=who, site=SITE, name=name, department="罐区") for who, name in NAMES.items())
    people = tuple(replace(one, certificates=(held,)) if one.id == MANY[0] else one for one in people)
    return Register(people=people, areas=(Area(id=AREA, site=SITE, name="2号罐区"),))


def settings_with(database_url: str, *works: WorkType, samples: int = 4) -> Settings:
    """The settings of a site with one permit of each of these works, all planned for 2025-06-11."""
    writer = Writer(open_database(database_url), SITE)
    writer.start_blocking()
    permits = permits_of(SITE)

    def write(tx: Tx) -> None:
        tx.put_register(register())
        for work in works:
            told = list(events(work, task=STATED, samples=samples))
            for version, event in enumerate(told):
                tx.append(permits, number_of(work), version, (event,), event.at, "test")
            tx.put_on_board(_row(work, len(told)))

    writer.submit_blocking(write)
    writer.stop_blocking()
    return Settings(_env_file=None, site_id=SITE, database_url=SecretStr(database_url))


def _row(work: WorkType, version: int) -> BoardRow:
    what = asked(work)
    return BoardRow(
        permit=number_of(work), status="closed", version=version, work=work.value, grade="none", area=what.area,
        place=what.place, equipment=None, planned=what.planned, live=False, open=False, task=what.task, people=(),
        updated_at=what.planned.end + timedelta(hours=1),
    )  # fmt: skip


def database_of(settings: Settings) -> Path:
    """The file behind the settings."""
    return Path(settings.database_url.get_secret_value().removeprefix("sqlite:///"))
