"""What a decision writes is among the statements that are spelled beforehand."""

from __future__ import annotations

from storage import agenda_sql
from storage.readiness import of_every_decision
from storage.sql import Backend


def test_what_an_alarm_writes_is_among_them() -> None:
    texts = [one.on(Backend.SQLITE)[0] for one in of_every_decision()]
    for table in ("journal", "board", "board_people", "inbox", "agenda"):
        assert any(text.startswith("INSERT") and f" {table} " in text for text in texts), table
    assert agenda_sql.DROP_TIMER in list(of_every_decision())


def test_a_statement_is_spelled_once() -> None:
    first, second = ([one.on(Backend.SQLITE)[0] for one in of_every_decision()] for _ in range(2))
    assert all(one is other for one, other in zip(first, second, strict=True))
