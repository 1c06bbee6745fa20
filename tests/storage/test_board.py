"""The board: which permits overlap (domain 4.3), and whose business a permit is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from storage.board import BoardRow
from storage.tx import Tx
from storage.writer import Writer
from tests.support.ledger import T0, minutes
from workflow.values import Interval


def row(
    permit: str,
    start: float,
    end: float,
    *,
    area: str = "tank",
    live: bool = True,
    is_open: bool = True,
    status: str = "active",
) -> BoardRow:
    """A permit on the board, its times in minutes."""
    return BoardRow(
        permit=permit,
        status=status,
        version=1,
        work="hot",
        grade="first",
        area=area,
        place="2号罐北侧",
        equipment="T-102",
        planned=Interval(start=minutes(start), end=minutes(end)),
        live=live,
        open=is_open,
        task="换法兰",
        people=(("guardian", "zhao"), ("worker", "wang")),
        updated_at=T0,
    )


async def put(writer: Writer, *rows: BoardRow) -> None:
    """Put rows up in one command."""

    def work(tx: Tx) -> None:
        for one in rows:
            tx.put_on_board(one)

    await writer.submit(work)


async def overlapping(writer: Writer, start: float, end: float, *areas: str, now: datetime = T0) -> list[str]:
    """Permits that overlap, by number."""
    interval = Interval(start=minutes(start), end=minutes(end))
    found = await writer.submit(lambda tx: tx.overlapping(areas or ("tank",), interval, now))
    return [one.permit for one in found]


async def test_touching_is_not_overlapping(writer: Writer) -> None:
    await put(writer, row("P", 60, 120))
    assert await overlapping(writer, 0, 60) == []
    assert await overlapping(writer, 120, 180) == []
    assert await overlapping(writer, 119, 180) == ["P"]
    assert await overlapping(writer, 0, 61) == ["P"]
    assert await overlapping(writer, 80, 90) == ["P"]


async def test_live_past_its_end_has_an_open_end(writer: Writer) -> None:
    await put(writer, row("live", 0, 60), row("planned", 0, 60, live=False, status="in_review"))
    assert await overlapping(writer, 600, 660, now=minutes(59)) == []
    assert await overlapping(writer, 600, 660, now=minutes(60)) == ["live"]
    assert await overlapping(writer, 30, 90, now=minutes(60)) == ["live", "planned"]


async def test_what_is_over_conflicts_with_nothing(writer: Writer) -> None:
    await put(writer, row("P", 0, 60))
    await put(writer, row("P", 0, 60, live=False, is_open=False, status="closed"))
    assert await overlapping(writer, 0, 60) == []


async def test_only_the_areas_asked_for(writer: Writer) -> None:
    await put(writer, row("P", 0, 60), row("Q", 0, 60, area="rack"), row("R", 0, 60, area="far"))
    assert await overlapping(writer, 0, 60, "tank", "rack", "tank") == ["P", "Q"]


def test_live_but_not_open_is_a_contradiction() -> None:
    with pytest.raises(ValueError, match="still open"):
        row("P", 0, 60, live=True, is_open=False)


async def test_a_row_comes_back_as_it_was_put_up(writer: Writer) -> None:
    await put(writer, row("P", 0, 60))
    assert await writer.submit(lambda tx: tx.on_board("P")) == row("P", 0, 60)
    assert await writer.submit(lambda tx: tx.on_board("Q")) is None


async def test_whose_business_it_is(writer: Writer) -> None:
    later = replace(row("Q", 30, 60), people=(("work_leader", "wang"), ("worker", "wang")))
    over = row("R", 0, 60, live=False, is_open=False, status="closed")
    await put(writer, later, row("P", 0, 60), over)

    def names(tx: Tx) -> tuple[list[str], ...]:
        lists = (
            tx.open_permits_of("wang"),
            tx.open_permits_of("zhao"),
            tx.open_permits(),
            tx.permits_in("closed"),
            tx.all_permits(),
        )
        return tuple([one.permit for one in found] for found in lists)

    assert await writer.submit(names) == (["P", "Q"], ["P"], ["P", "Q"], ["R"], ["P", "R", "Q"])
    assert await writer.submit(lambda tx: tx.board_counts()) == {"active": 2, "closed": 1}
    await put(writer, replace(later, people=(("work_leader", "li"),)))
    assert (await writer.submit(names))[0] == ["P"]


async def test_putting_up_the_same_row_again_writes_nothing(writer: Writer) -> None:
    await put(writer, row("P", 0, 60))

    def work(tx: Tx) -> int:
        tx.put_on_board(row("P", 0, 60))
        before = tx._session.flushes
        tx.open_permits()
        return tx._session.flushes - before

    assert await writer.submit(work) == 0


async def test_a_failed_change_is_forgotten_by_the_cache_too(writer: Writer) -> None:
    await put(writer, row("P", 0, 60))

    def fail(tx: Tx) -> None:
        tx.put_on_board(row("P", 0, 90))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await writer.submit(fail)
    await put(writer, row("P", 0, 90))
    found = await writer.submit(lambda tx: tx.on_board("P"))
    assert found is not None
    assert found.planned.end == minutes(90)


async def test_what_is_kept_in_memory_never_differs_from_the_rows(writer: Writer) -> None:
    """Permits wander through areas and crews, close and open again, and every ninth change fails."""
    crews = [("zhao", "wang"), ("zhao", "li"), ("li",), ("wang", "wang", "sun")]
    model: dict[str, BoardRow] = {}

    def look(tx: Tx) -> tuple[dict[str, list[str]], list[BoardRow]]:
        interval = Interval(start=minutes(0), end=minutes(600))
        lists = {area: [one.permit for one in tx.overlapping((area,), interval, T0)] for area in ("a", "b", "c")}
        lists |= {who: [one.permit for one in tx.open_permits_of(who)] for who in ("zhao", "wang", "li", "sun")}
        return lists, [one for who in ("zhao", "wang", "li", "sun") for one in tx.open_permits_of(who)]

    def expected() -> dict[str, list[str]]:
        standing = sorted((one for one in model.values() if one.open), key=lambda one: (one.planned.start, one.permit))
        lists = {area: [one.permit for one in standing if one.area == area] for area in ("a", "b", "c")}
        for who in ("zhao", "wang", "li", "sun"):
            lists[who] = [one.permit for one in standing if who in {person for _, person in one.people}]
        return lists

    for step in range(120):
        is_open = step * 5 % 7 != 3
        one = replace(
            row(f"P{step * 7 % 5}", step % 11, 60 + step, area="abc"[step * 3 // 2 % 3], live=is_open, is_open=is_open),
            people=tuple((f"role{number}", who) for number, who in enumerate(crews[step * 11 // 3 % 4])),
        )

        def work(tx: Tx, one: BoardRow = one, step: int = step) -> None:
            tx.put_on_board(one)
            look(tx)
            if step % 9 == 4:
                raise RuntimeError

        if step % 9 == 4:
            with pytest.raises(RuntimeError):
                await writer.submit(work)
        else:
            await writer.submit(work)
            model[one.permit] = one
        lists, rows = await writer.submit(look)
        assert lists == expected(), step
        for found in rows:
            assert sorted(found.people) == sorted(model[found.permit].people)
            assert replace(found, people=()) == replace(model[found.permit], people=())


async def test_a_change_that_leaves_place_and_crew_alone_is_seen_without_asking_the_database(writer: Writer) -> None:
    await put(writer, row("P", 0, 60))

    def work(tx: Tx) -> tuple[int, list[int]]:
        tx.open_permits_of("zhao")
        tx.overlapping(("tank",), row("P", 0, 60).planned, T0)
        tx.put_on_board(replace(row("P", 0, 60), version=2))
        before = tx._session.flushes
        found = (*tx.open_permits_of("zhao"), *tx.overlapping(("tank",), row("P", 0, 60).planned, T0))
        return tx._session.flushes - before, [one.version for one in found]

    assert await writer.submit(work) == (0, [2, 2])
