"""Earlier permits of the same kind in an office: the same life under other numbers, changed where a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from storage.tx import Tx
from tests.support.hot_work import NUMBER
from tests.support.office import World
from workflow.permit.content import Content
from workflow.permit.events import PermitSubmitted
from workflow.values import Interval


def longer(by: timedelta) -> Callable[[Content], Content]:
    """A change of content: planned for longer."""
    return lambda what: replace(what, planned=Interval(start=what.planned.start, end=what.planned.end + by))


async def lived_before(
    world: World, count: int, change: Callable[[Content], Content] = lambda what: what, *, status: str = "closed"
) -> None:
    """Put ``count`` permits beside the one of the tests, alike but for ``change``, as though they were over."""
    events = await world.events(NUMBER)

    def write(tx: Tx) -> None:
        row = tx.on_board(NUMBER)
        assert row is not None
        for number in range(900, 900 + count):
            name = f"{NUMBER[:-3]}{number}"
            told = [
                replace(one, content=change(one.content)) if isinstance(one, PermitSubmitted) else one for one in events
            ]
            tx.append(world.house.permits, name, 0, told, world.now, f"before:{name}")
            planned = Interval(start=row.planned.start - timedelta(days=1), end=row.planned.end - timedelta(days=1))
            tx.put_on_board(
                replace(row, permit=name, status=status, live=False, open=False, planned=planned, people=())
            )

    await world.writer.submit(write)
