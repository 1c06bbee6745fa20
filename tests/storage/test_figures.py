"""The figures over a journal small enough to count by hand, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from storage.board import BoardRow
from storage.certified import put_certified
from storage.codec import Codec
from storage.deviations import DeviationRow
from storage.directory import Register
from storage.engine import Database
from storage.figures import _statement, cases, counts, shares, spreads, tally
from storage.fold import Fold
from storage.hazards import HazardRow
from storage.schema import MILESTONES
from storage.sql import Backend
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from workflow.figures import DEFINITIONS, OWN, UNKNOWN, Case, Cut, Key, Share, Spread, Unit
from workflow.hazard import events as hazard_events
from workflow.ids import NodeKey, PersonId, SiteId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.plant import Person
from workflow.values import Actor, Interval

DAY = datetime(2026, 3, 18, tzinfo=UTC)
SPAN = Interval(start=DAY, end=DAY + timedelta(days=1))
LATER = DAY + timedelta(days=2)
MINUTE = timedelta(minutes=1)


def at(clock: str) -> datetime:
    """A time of the day the figures are of."""
    hour, minute = clock.split(":")
    return DAY + timedelta(hours=int(hour), minutes=int(minute))


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitSubmitted(e.Event):
    """The figures want nothing of a request but its time; the real one carries a whole rule book."""


CODEC: Codec[e.Event] = Codec((PermitSubmitted, *(one for one in e.ALL if one is not e.PermitSubmitted)))
PERMITS: Fold[int, e.Event] = Fold(kind="permit", initial=lambda _: 0, evolve=lambda n, _: n + 1, codec=CODEC)
HAZARD_CODEC: Codec[hazard_events.Event] = Codec((hazard_events.HazardAccepted,))
HAZARDS: Fold[int, hazard_events.Event] = Fold(
    kind="hazard", initial=lambda _: 0, evolve=lambda n, _: n + 1, codec=HAZARD_CODEC
)


def by(who: str) -> Actor:
    return Actor.person(PersonId(who))


def happened(tx: Tx, permit: str, *events: e.Event) -> None:
    for event in events:
        tx.append(PERMITS, permit, tx.load(PERMITS, permit)[1], [event], event.at, "test")


def requested(who: str, clock: str) -> e.Event:
    return PermitSubmitted(by=by(who), at=at(clock))


def signed(who: str, clock: str, node: str) -> e.Event:
    return e.StepApproved(by=by(who), at=at(clock), node=NodeKey(node), content_hash="", opinion="同意", proof=None)


def board(permit: str, *, area: str, work: str, ends: datetime, leader: str, applicant: str = "wang") -> BoardRow:
    return BoardRow(
        permit=permit, status="closed", version=1, work=work, grade="first", area=area, place="", equipment=None,
        planned=Interval(start=DAY, end=ends), live=False, open=False, task="",
        people=(("applicant", applicant), ("work_leader", leader)), updated_at=DAY,
    )  # fmt: skip


def person(who: str, department: str, employer: str | None = None) -> Person:
    return Person(id=PersonId(who), site=SiteId(SITE), name=who, department=department, employer=employer)


PEOPLE = Register(
    people=(
        person("wang", "检维修"), person("li", "检维修"), person("cao", "安装队", "华建安装"), person("qian", "生产"),
        person("sun", "安全"),
    )
)  # fmt: skip


def a_day(tx: Tx) -> None:
    """Three permits, two of them issued: one at leisure and closed, one after a climb and stopped for its gas."""
    tx.put_register(PEOPLE)
    happened(
        tx, "A1",
        requested("wang", "08:00"),
        e.RequestAccepted(by=by("qian"), at=at("08:10")),
        e.ReviewRequested(by=by("li"), at=at("08:30"), content_hash="", proof=None),
        signed("qian", "08:40", "site_unit"),
        e.NodeReminded(by=Actor.clock(), at=at("09:05"), node=NodeKey("safety_dept")),  # not late by that
        signed("sun", "09:10", "safety_dept"),
        e.PermitIssued(by=by("sun"), at=at("09:10")),
        e.WorkStarted(by=by("qian"), at=at("09:30")),
        e.PermitClosed(by=by("qian"), at=at("12:00")),
    )  # fmt: skip
    happened(
        tx, "A2",
        requested("wang", "10:00"),
        e.ReturnedForChange(by=by("qian"), at=at("10:30"), node=None, reason="缺图"),
        requested("wang", "11:00"),
        e.RequestAccepted(by=by("qian"), at=at("11:05")),
        e.ReviewRequested(by=by("li"), at=at("11:10"), content_hash="", proof=None),
        e.NodeEscalated(by=Actor.clock(), at=at("11:40"), node=NodeKey("site_unit"), level=1, to=PersonId("sun")),
        signed("qian", "12:00", "site_unit"),
        signed("wang", "13:00", "own"),
        e.PermitIssued(by=by("wang"), at=at("13:00")),
        e.AttemptRefused(by=by("cao"), at=at("13:05"), command="Start", gates=("gas",), text="没有气体分析"),
        e.WorkStarted(by=by("qian"), at=at("13:30")),
        e.WorkSuspended(by=Actor.clock(), at=at("14:00"), reason=SuspendReason.GAS, text="超标", evacuate=True),
        e.WorkSuspended(by=Actor.clock(), at=at("14:01"), reason=SuspendReason.WIND, text="六级", evacuate=False),
        e.PermitExpired(by=Actor.clock(), at=at("18:00"), why="有效期已到", was_live=True),
    )  # fmt: skip
    happened(tx, "A3", requested("cao", "15:00"), e.PermitRejected(by=by("qian"), at=at("15:10"), node=None, reason=""))
    put_certified(tx, SPAN, "A1", ["", "焊接与热切割作业证", ""])
    tx.put_on_board(board("A1", area="TK2", work="hot", ends=at("16:00"), leader="li"))
    tx.put_on_board(board("A2", area="P1", work="cs", ends=at("18:00"), leader="cao"))
    tx.put_on_board(board("A3", area="P1", work="hot", ends=at("20:00"), leader="cao", applicant="cao"))


def spread(*minutes: int) -> Spread:
    """What these many minutes come to."""
    ordered = sorted(minutes)
    return Spread(
        count=len(ordered), total=sum(ordered) * MINUTE, middle=ordered[(len(ordered) - 1) // 2] * MINUTE,
        longest=ordered[-1] * MINUTE,
    )  # fmt: skip


async def test_approval_runs_from_the_first_submission(writer: Writer) -> None:
    await writer.submit(a_day)

    async def ask(cut: Cut) -> dict[str, Spread]:
        return await writer.submit(lambda tx: spreads(tx, Key.APPROVAL_TIME, SPAN, cut))

    assert await ask(Cut.WHOLE) == {"": spread(70, 180)}
    assert await ask(Cut.AREA) == {"TK2": spread(70), "P1": spread(180)}
    assert await ask(Cut.GRADE) == {"hot/first": spread(70), "cs/first": spread(180)}
    assert await ask(Cut.CONTRACTOR) == {OWN: spread(70), "华建安装": spread(180)}


async def test_every_step_has_its_own_time_and_a_climb_counts_against_the_department(writer: Writer) -> None:
    await writer.submit(a_day)
    found = await writer.submit(lambda tx: spreads(tx, Key.NODE_TIME, SPAN, Cut.NODE))
    assert found == {
        "accept": spread(10, 5), "prepare": spread(20, 5), "site_unit": spread(10, 50), "safety_dept": spread(30),
        "own": spread(60),
    }  # fmt: skip
    by_both = await writer.submit(lambda tx: spreads(tx, Key.NODE_TIME, SPAN, Cut.NODE_AREA))
    assert {group: one for group, one in by_both.items() if group.startswith("site_unit|")} == {
        "site_unit|TK2": spread(10), "site_unit|P1": spread(50),
    }  # fmt: skip
    assert sum(one.count for one in by_both.values()) == sum(one.count for one in found.values())
    by_company = await writer.submit(lambda tx: spreads(tx, Key.NODE_TIME, SPAN, Cut.NODE_CONTRACTOR))
    assert by_company["site_unit|"] == spread(10), "the plant's own"
    assert by_company["site_unit|华建安装"] == spread(50)
    (case,) = await writer.submit(
        lambda tx: cases(tx, Key.NODE_TIME, SPAN, Cut.NODE_CONTRACTOR, "site_unit|华建安装", as_of=LATER, most=9)
    )
    assert case.subject == "A2"
    by_department = await writer.submit(lambda tx: shares(tx, Key.COOPERATION, SPAN, Cut.DEPARTMENT, as_of=LATER))
    assert by_department == {"生产": Share(part=3, whole=4), "安全": Share(part=1, whole=1)}, "one's own is not counted"


async def test_the_loop_is_closed_or_not_and_what_still_runs_is_neither(writer: Writer) -> None:
    await writer.submit(a_day)

    async def loop(as_of: datetime) -> dict[str, Share]:
        return await writer.submit(lambda tx: shares(tx, Key.CLOSED_LOOP, SPAN, as_of=as_of))

    assert await loop(LATER) == {"": Share(part=1, whole=2)}
    assert await loop(at("12:00")) == {"": Share(part=1, whole=1)}, "the other one is within its time"
    assert await loop(at("11:59")) == {}, "nobody knows yet"
    behind = await writer.submit(lambda tx: cases(tx, Key.CLOSED_LOOP, SPAN, as_of=LATER))
    assert behind == (
        Case(subject="A2", group="", value=0, remark="expired"),
        Case(subject="A1", group="", value=1, remark="closed"),
    )


async def test_those_at_work_are_counted_by_day_and_what_they_lack_is_said(writer: Writer) -> None:
    await writer.submit(a_day)
    found = await writer.submit(lambda tx: shares(tx, Key.CERTIFIED, SPAN, Cut.WORK, as_of=LATER))
    assert found == {"hot": Share(part=2, whole=3)}
    behind = await writer.submit(lambda tx: cases(tx, Key.CERTIFIED, SPAN, as_of=LATER))
    assert behind[0] == Case(subject="A1", group="", value=0, remark="焊接与热切割作业证")


async def test_violations_leave_out_what_is_nobodys_doing(writer: Writer) -> None:
    await writer.submit(a_day)
    emergency = DeviationRow(id="PC-1", stage="open", area="TK2", place="", why="抢修", opened_at=at("03:00"))
    await writer.submit(lambda tx: tx.put_deviation(emergency))
    found = await writer.submit(lambda tx: counts(tx, Key.VIOLATIONS, SPAN, Cut.KIND))
    assert found == {(sort, sort): 1 for sort in ("gas", "no_permit", "overrun", "refused")}
    by_area = await writer.submit(lambda tx: counts(tx, Key.VIOLATIONS, SPAN, Cut.AREA))
    assert by_area == {("P1", "gas"): 1, ("P1", "overrun"): 1, ("P1", "refused"): 1, ("TK2", "no_permit"): 1}


async def test_hazards_are_timed_closed_and_told_when_they_come_again(writer: Writer) -> None:
    def row(number: int, reported: datetime, stage: str, area: str = "TK2", kind: str = "fire") -> HazardRow:
        due = None if stage == "archived" else SPAN.end
        return HazardRow(
            id=f"H{number}", is_open=due is not None, stage=stage, area=area, kind=kind, place="", said="",
            reporter="wang", responsible="", supervision=0, reported_at=reported, reported_on=reported.date(),
            due_at=due, earned=0,
        )  # fmt: skip

    def some(tx: Tx) -> None:
        before = DAY - timedelta(days=3)
        for one in (
            row(1, before, "archived"), row(2, at("08:00"), "rectifying"),
            row(3, at("09:00"), "archived", kind="other"), row(4, at("09:00"), "dismissed"),
            row(5, at("10:00"), "rectifying", area=""),
        ):  # fmt: skip
            tx.put_hazard(one)
        for number, moment in ((1, at("06:00")), (3, at("11:00"))):
            accepted = hazard_events.HazardAccepted(by=by("sun"), at=moment, comment="")
            tx.append(HAZARDS, f"H{number}", 0, [accepted], moment, "test")

    await writer.submit(some)
    times = await writer.submit(lambda tx: spreads(tx, Key.RECTIFICATION_TIME, SPAN, Cut.KIND))
    assert times == {"fire": spread(3 * 24 * 60 + 6 * 60), "other": spread(120)}

    async def share(key: Key, as_of: datetime) -> dict[str, Share]:
        return await writer.submit(lambda tx: shares(tx, key, SPAN, Cut.AREA, as_of=as_of))

    assert await share(Key.RECTIFIED, at("12:00")) == {"TK2": Share(part=1, whole=1)}, "the others have time"
    assert await share(Key.RECTIFIED, LATER) == {"TK2": Share(part=1, whole=2), UNKNOWN: Share(part=0, whole=1)}
    assert await share(Key.REPEATED, LATER) == {"TK2": Share(part=1, whole=2)}, "the same kind at the same place"


async def test_a_figure_and_its_list_are_the_same_cases(database: Database, writer: Writer) -> None:
    await writer.submit(a_day)
    store = Store(database, SITE)
    for key, meaning in DEFINITIONS.items():
        for cut in meaning.cuts:
            behind = await store.read(lambda tx, key=key, cut=cut: cases(tx, key, SPAN, cut, as_of=LATER))  # type: ignore[misc]  # mypy cannot infer a lambda's defaults
            groups: dict[str, list[int]] = {}
            for one in behind:
                groups.setdefault(one.group, []).append(one.value)
            for group, values in groups.items():
                alone = await store.read(lambda tx, k=key, c=cut, g=group: cases(tx, k, SPAN, c, g, as_of=LATER))  # type: ignore[misc]  # the same
                assert sorted(one.value for one in alone) == sorted(values), (key, cut, group)
            assert await _figure(store, key, cut) == {group: _counted(meaning.unit, v) for group, v in groups.items()}
    await store.close()


async def _figure(store: Store, key: Key, cut: Cut) -> dict[str, object]:
    match DEFINITIONS[key].unit:
        case Unit.SPREAD:
            return dict(await store.read(lambda tx: spreads(tx, key, SPAN, cut)))
        case Unit.SHARE:
            return dict(await store.read(lambda tx: shares(tx, key, SPAN, cut, as_of=LATER)))
        case Unit.COUNT:
            found: dict[str, object] = {}
            for (group, _), many in (await store.read(lambda tx: counts(tx, key, SPAN, cut))).items():
                found[group] = int(str(found.get(group, 0))) + many
            return found


def _counted(unit: Unit, values: list[int]) -> object:
    match unit:
        case Unit.SPREAD:
            return spread(*(value // 60 for value in values))
        case Unit.SHARE:
            return Share(part=sum(values), whole=len(values))
        case Unit.COUNT:
            return len(values)


async def test_another_day_and_an_empty_house_say_nothing(writer: Writer) -> None:
    await writer.submit(a_day)
    day_after = Interval(start=SPAN.end, end=LATER)
    assert await writer.submit(lambda tx: tally(tx, day_after)) == {}
    assert await writer.submit(lambda tx: spreads(tx, Key.APPROVAL_TIME, day_after)) == {}
    assert await writer.submit(lambda tx: cases(tx, Key.VIOLATIONS, day_after, as_of=LATER)) == ()
    today = await writer.submit(lambda tx: tally(tx, SPAN))
    assert (today["PermitSubmitted"], today["PermitIssued"], today["WorkSuspended"]) == (4, 2, 2)


async def test_the_list_comes_in_pages_the_longest_first(writer: Writer) -> None:
    await writer.submit(a_day)

    def page(skip: int) -> tuple[Case, ...]:
        return writer.submit_blocking(
            lambda tx: cases(tx, Key.NODE_TIME, SPAN, Cut.NODE, as_of=LATER, most=2, skip=skip)
        )

    assert [(one.subject, one.remark, one.value // 60) for one in (*page(0), *page(2))] == [
        ("A2", "own", 60), ("A2", "site_unit", 50), ("A1", "safety_dept", 30), ("A1", "prepare", 20),
    ]  # fmt: skip


def test_only_what_a_figure_has_is_asked() -> None:
    with pytest.raises(ValueError, match="divided"):
        _statement(Key.CLOSED_LOOP, Cut.NODE, Unit.SHARE)


def test_milestones_are_events() -> None:
    known = {one.__name__ for one in (*e.ALL, *hazard_events.ALL)}
    assert set(MILESTONES) <= known


@pytest.mark.parametrize("key", sorted(set(DEFINITIONS) - {Key.CERTIFIED, Key.RECTIFIED, Key.REPEATED}))
def test_no_figure_walks_through_the_journal(sqlite_url: str, key: Key) -> None:
    sql, _ = _statement(key, Cut.WHOLE, DEFINITIONS[key].unit).on(Backend.SQLITE)
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("",) * sql.count("?"))]
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar_one() == 0
    engine.dispose()
    asked = [line for line in plan if " i " in line or " p " in line or " z " in line]
    assert asked
    assert all("journal_milestones" in line or "journal_lives" in line for line in asked), plan
