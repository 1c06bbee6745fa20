"""A whole life's figures in words, and yesterday's on the morning after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from cards.digest import Item, bubble, news
from cards.linked import anchors
from handlers.digests import arm
from handlers.due import due_of
from handlers.figured import address, group_name, may_read, morning, node_name, span_of, values
from handlers.outgoing import Digest, Morning
from handlers.windows import Window
from storage.figures import spreads, tally
from storage.tx import Tx
from tests.handlers.test_digests import BASE, MANAGEMENT_GROUP, SAFETY_GROUP, meeting, timers
from tests.support.finished import to_the_end
from tests.support.hot_work import CHIEF, GUARD, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SITE, TODAY, World, at
from workflow.figures import DEFINITIONS, OWN, UNKNOWN, Cut, Key, Share
from workflow.ids import PersonId

DAY = Window(since=TODAY, until=TODAY)


async def lines(world: World, day: date = TODAY) -> list[str]:
    told = await world.writer.submit(
        lambda tx: morning(tx, world.house, day, as_of=at("08:00", "2026-03-19"), base=BASE)
    )
    return [one.text for one in told]


async def test_a_life_from_request_to_closing_counts_everywhere(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await to_the_end(world, NUMBER)

    def ask(tx: Tx) -> None:
        span = span_of(DAY, world.house)
        happened = tally(tx, span)
        once = ("PermitSubmitted", "PermitIssued", "WorkStarted", "PermitClosed")
        assert [happened[kind] for kind in once] == [1] * 4
        whole = spreads(tx, Key.APPROVAL_TIME, span)[""]
        steps = spreads(tx, Key.NODE_TIME, span)[""]
        assert whole.count == 1
        assert steps.total == whole.total, "the steps are the whole, with nothing between them"
        later = world.now + timedelta(days=1)
        assert values(tx, Key.CLOSED_LOOP, span, Cut.GRADE, as_of=later) == {"hot/first": Share(part=1, whole=1)}
        (company,) = values(tx, Key.APPROVAL_TIME, span, Cut.CONTRACTOR, as_of=later)
        leader = next(who for role, who in on_board(tx).people if role == "work_leader")
        assert company == (tx.directory.people[PersonId(leader)].employer or OWN)
        for key, meaning in DEFINITIONS.items():
            for cut in meaning.cuts:
                for group in values(tx, key, span, cut, as_of=later):
                    assert group_name(tx, world.house, cut, group), (key, cut)

    def on_board(tx: Tx):  # type: ignore[no-untyped-def]  # the row of the one permit
        row = tx.on_board(NUMBER)
        assert row is not None
        return row

    await world.writer.submit(ask)
    told = await lines(world)
    assert told[0] == "昨日作业票 3月18日 周三"
    assert told[1].startswith("申请1　签发1　开工1")
    assert "许可闭环率 100.0%（1/1）" in told
    assert any(line.startswith("审批时效 中位 ") and line.endswith("（1件）") for line in told)
    assert any(line.startswith("最慢环节 ") for line in told)


async def test_the_morning_fits_a_chat_and_every_line_leads_behind_its_number(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await to_the_end(world, NUMBER)
    as_of = at("08:00", "2026-03-19")
    told = bubble(await world.writer.submit(lambda tx: morning(tx, world.house, TODAY, as_of=as_of, base=BASE)))
    assert told.text.count("\n") < 12
    assert len(told.text) <= 400
    assert len(anchors(told.text, told.links).encode()) <= 2048
    assert f"{BASE}/figures?since=2026-03-18&until=2026-03-18&key=closed_loop&cut=whole&group=" in told.links


def test_what_does_not_fit_a_group_is_left_out_whole() -> None:
    lines = [
        Item(text="头"),
        *(Item(text=f"{number}" * 60, link="https://a.example/" + "x" * 300) for number in range(9)),
    ]
    said = news(lines)
    assert said.text.split("\n") == ["头", *(f"{number}" * 60 for number in range(6))], "400 characters"
    assert len(news([Item(text="头"), *[Item(text="行")] * 40]).text.split("\n")) == 12
    heavy = news([Item(text="头"), *[Item(text="行", link="https://a.example/" + "x" * 900)] * 9])
    assert len(heavy.text.split("\n")) == 5, "what a robot's Markdown holds"
    assert news([]).text == ""


async def test_a_day_on_which_nothing_happened_is_not_told(world: World) -> None:
    assert await lines(world) == []


async def test_the_management_reads_it_once_with_the_first_shift(world: World) -> None:
    await meeting(world, SAFETY_GROUP, MANAGEMENT_GROUP)
    await world.writer.submit(lambda tx: arm(tx, world.house, world.now))
    world.now = at("08:00")
    found = []
    for row in await world.writer.submit(lambda tx: timers(tx, world.now)):
        rows = await world.take(due_of(row, site=SITE, now=world.now))
        found += rows.of(Morning)
        assert len(rows.of(Digest)) > 2
    assert found == [Morning(group=MANAGEMENT_GROUP, day=date(2026, 3, 17), as_of=at("08:00"))]


async def test_only_who_answers_for_the_whole_plant_reads_figures(world: World) -> None:
    reads = {
        who: await world.writer.submit(lambda tx, who=who: may_read(tx, world.house, PersonId(who)))  # type: ignore[misc]  # a default
        for who in (SAFETY, CHIEF, UNIT, GUARD, WORKER, "nobody")
    }
    assert [who for who, may in reads.items() if may] == [SAFETY, CHIEF]


async def test_steps_are_called_by_their_names(world: World) -> None:
    for key, name in (("accept", "受理"), ("prepare", "准备"), ("unheard_of", "unheard_of")):
        assert node_name(world.house, key) == name


def test_an_address_says_days_figure_and_group() -> None:
    assert address(BASE, DAY) == f"{BASE}/figures?since=2026-03-18&until=2026-03-18"
    assert address("", DAY, Key.NODE_TIME, Cut.NODE, UNKNOWN).endswith("&key=node_time&cut=node&group=%3F")
