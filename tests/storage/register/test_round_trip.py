"""What is exported can be loaded again, and is the same; the database keeps all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from storage.directory import Account, Home, Register
from storage.register import Plan, RegisterError, in_order, plan, read
from storage.register_export import CannotExport, spell
from storage.writer import Writer
from tests.storage.register.conftest import EXAMPLE
from tests.support.registers import CORP, SITE, registers
from workflow.ids import AreaId
from workflow.plant import Area
from workflow.values import Datum, Position


def again(register: Register) -> Register:
    """Exported and read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.yaml"
        path.write_text(spell(register, site=SITE, home=Home(corps={"wecom": CORP})), encoding="utf-8")
        return read(path).against(Register(), site=SITE, home=Home(corps={"wecom": CORP}))


@given(registers())
def test_what_was_exported_loads_and_is_the_same(register: Register) -> None:
    loaded = again(register)
    assert loaded == register
    assert plan(register, loaded).idle


def carried_out(known: Register, changes: Plan) -> Register:
    """What the plan makes of a register: this test's own reading of it."""
    dropped = {(one.platform, one.corp, one.userid) for one in changes.drop_accounts}
    put = changes.put

    def over(old: Iterable[Any], new: Iterable[Any], key: Callable[[Any], object]) -> tuple[Any, ...]:
        return tuple(({key(one): one for one in old} | {key(one): one for one in new}).values())

    def account(one: Account) -> object:
        return one.platform, one.corp, one.userid

    def by_id(one: Any) -> object:
        return one.id

    return Register(
        people=over(known.people, put.people, by_id),
        areas=over(known.areas, put.areas, by_id),
        equipment=over(known.equipment, put.equipment, by_id),
        links=over(known.links, put.links, by_id),
        groups=over(known.groups, put.groups, by_id),
        contractors=over(known.contractors, put.contractors, by_id),
        accounts=over((one for one in known.accounts if account(one) not in dropped), put.accounts, account),
        chats=(*(one for one in known.chats if one.group not in changes.drop_chats), *put.chats),
    )


@settings(max_examples=30)
@given(registers(), registers())
def test_a_load_brings_any_register_to_what_is_written(before: Register, written: Register) -> None:
    check_load(before, written)


@pytest.mark.deep
@given(registers(), registers())
def test_so_it_does_however_long_one_looks(before: Register, written: Register) -> None:
    check_load(before, written)


def check_load(before: Register, written: Register) -> None:
    after = carried_out(before, plan(before, written))
    assert plan(after, written).idle, "a second load finds nothing to do"
    for name in ("areas", "equipment", "links", "groups", "contractors", "people"):
        said = {one.id for one in getattr(written, name)}
        wanted = getattr(in_order(written), name)
        kept = [one for one in getattr(in_order(before), name) if one.id not in said]
        got = {one.id: one for one in getattr(in_order(after), name)}
        assert got.keys() == {one.id for one in (*wanted, *kept)}
        for one in (*wanted, *kept):
            # Only this may differ: nobody comes back whom the platform took, or stays without an account.
            assert got[one.id] == one or (name == "people" and got[one.id] == replace(one, active=False))
    people = {person.id for person in written.people}
    spoken = {(one.platform, one.corp, one.userid, one.person) for one in written.accounts}
    assert {
        (one.platform, one.corp, one.userid, one.person) for one in after.accounts if one.person in people
    } == spoken
    groups = {group.id for group in written.groups}
    assert {one for one in after.chats if one.group in groups} == set(written.chats)


async def test_the_database_keeps_all_of_it(writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8").replace("site: main", f"site: {SITE}"), encoding="utf-8")
    here = read(path).against(Register(), site=SITE, home=Home(corps={"wecom": CORP}))
    assert here.people
    await writer.submit(lambda tx: plan(tx.directory.register, here).carry_out(tx))
    stored = await writer.submit(lambda tx: tx.directory)
    assert in_order(stored.register) == in_order(here)
    assert in_order(again(stored.register)) == in_order(here)
    await writer.submit(lambda tx: plan(tx.directory.register, here).carry_out(tx))
    assert await writer.submit(lambda tx: tx.directory.version) == stored.version, "nothing changed: nothing is written"


def test_a_fence_in_two_coordinate_systems_cannot_be_said() -> None:
    corners = tuple(
        Position(latitude=Decimal(36), longitude=Decimal(118 + number), datum=datum)
        for number, datum in enumerate((Datum.WGS84, Datum.WGS84, Datum.GCJ02))
    )
    odd = Register(areas=(Area(id=AreaId("TK1"), site=SITE, name="罐区", fence=corners),))
    with pytest.raises(CannotExport, match="TK1"):
        spell(odd, site=SITE, home=Home(corps={"wecom": CORP}))


def test_without_a_platform_the_first_of_the_plant_is_meant(tmp_path: Path) -> None:
    """A plant on DingTalk alone writes no platform either; there a user id keeps its capitals."""
    path = tmp_path / "people.yaml"
    path.write_text(
        "people:\n- {id: Li, name: 李明, department: 设备部}\n"
        "- {id: zhao, name: 赵敏, department: 设备部, accounts: [{platform: wecom, userid: ZhaoMin}]}\n",
        encoding="utf-8",
    )
    home = Home(corps={"dingtalk": "ding1", "wecom": CORP})
    register = read(path).against(Register(), site=SITE, home=home)
    assert [(one.platform, one.corp, one.userid) for one in register.accounts] == [
        ("dingtalk", "ding1", "Li"),
        ("wecom", CORP, "zhaomin"),
    ]
    path.write_text(spell(register, site=SITE, home=home), encoding="utf-8")
    assert read(path).against(Register(), site=SITE, home=home) == register
    with pytest.raises(RegisterError) as wrong:
        read(path).against(Register(), site=SITE, home=Home(corps={"dingtalk": "ding1"}))
    assert "wecom 没有设置，要写明 corp" in str(wrong.value.problems[0])
