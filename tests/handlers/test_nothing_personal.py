"""A marked identity and telephone number, held against everything a whole job says: cards, messages, pages, journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bot import export
from bot.log import Redactor
from bot.web.looks import context
from cards.card import Card
from cards.forms.paper import masked
from cards.lists import task_list
from cards.permit import permit_card
from handlers.encoding import pack_outgoing
from handlers.views import Viewer
from storage.tx import Tx
from tests.support.hot_work import NUMBER
from tests.support.office import SECRET, World
from workflow.ids import PermitId, PersonId
from workflow.plant import Person

IDENTITY, PHONE = "11010519491231002X", "13912345678"
"""The first is GB 11643's own example."""
TEMPLATES = Path(__file__).parents[2] / "bot" / "web" / "templates"


def marked(tx: Tx) -> tuple[PersonId, ...]:
    """Everybody at the plant now has that number, and certificates that hold that identity."""
    register = tx.directory.register

    def with_marks(one: Person) -> Person:
        held = tuple(replace(each, number=f"T{IDENTITY}") for each in one.certificates)
        return replace(one, phone=PHONE, certificates=held)

    tx.put_register(replace(register, people=tuple(map(with_marks, register.people))))
    return tuple(one.id for one in register.people)


def hidden(text: str, where: str) -> None:
    assert IDENTITY not in text, where
    assert PHONE not in text, where


@pytest.mark.parametrize("stage", ["review", "active"])
async def test_no_card_no_page_and_no_export_shows_a_number(at_stage: Callable[[str], World], stage: str) -> None:
    world = at_stage(stage)
    people = await world.writer.submit(marked)
    viewer = Viewer(house=world.house)

    def shown(tx: Tx) -> Iterator[tuple[str, str]]:
        permits = world.house.permits
        events = [permits.codec.decode(one.kind, one.body) for one in tx.records(permits, NUMBER)]
        assert events
        for who in people:
            view = viewer.permit(
                tx, PermitId(NUMBER), who, purpose=None, now=world.now, seal=lambda _: "", page="https://p"
            )
            assert view is not None
            card: Card = permit_card(view)
            yield f"card of {who}", str(asdict(card))
            told = context(view, events, key=SECRET)
            yield f"page of {who}", str({name: told[name] for name in told if name not in ("law", "names")})
            tasks = viewer.tasks(tx, who, now=world.now, seal=lambda _: "")
            yield f"tasks of {who}", str(asdict(task_list(tasks)))
        found = export.of_permit(tx, NUMBER, checkpoint=None)
        assert found is not None
        for name, data in export.files_of(found, media={}, forms={}, readme="").items():
            yield name, data.decode()

    for where, text in await world.writer.submit(lambda tx: list(shown(tx))):
        hidden(text, where)


async def test_no_message_that_waits_holds_one(at_stage: Callable[[str], World]) -> None:
    """Answers to what people say, and refusals that name whom to call: only those carry a number."""
    world = at_stage("active")
    people = await world.writer.submit(marked)
    for who in ("wangqiang", "liqiang", "zhaomin", "sunli"):
        assert PersonId(who) in people
        for line in ("帮助", "我的任务", f"查 {NUMBER}", "为什么", "谁看过我", "谁在里面", "封存清单", "我的紧急信息"):
            for row, intent in (await world.says(who, line)).claimed:
                hidden(pack_outgoing(intent).decode(), f"{who}: {line}: {row.purpose}")


def test_no_template_names_one() -> None:
    """Templates get plain values; none of them asks for a person's number by name."""
    for template in sorted(TEMPLATES.glob("*.html")):
        text = template.read_text(encoding="utf-8")
        assert not any(name in text for name in (".phone", ".id_number", ".identity", "certificate.number")), template


def test_a_log_line_and_a_certificate_lose_theirs() -> None:
    said = Redactor().text(json.dumps({"said": f"打{PHONE}找他，身份证{IDENTITY}"}, ensure_ascii=False))
    hidden(said, "log")
    assert IDENTITY not in masked(f"T{IDENTITY}")
    assert masked("T320500199003071238") == "T3205**********1238"
