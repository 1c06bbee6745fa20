"""The directory: what goes in comes out, lookups follow the register's own rules, changes are seen at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from storage.directory import Account, Contractor, Device, Directory, GroupChat, Register
from storage.engine import Database
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from workflow.ids import AreaId, DeviceId, EquipmentId, GroupId, PersonId, SiteId
from workflow.plant import Area, Certificate, CertificateStatus, Equipment, Group, Person, Post
from workflow.values import Datum, Position

SITE_ID = SiteId(SITE)
TANK, RACK = AreaId("A-01"), AreaId("A-02")


def person(key: str, name: str, *posts: Post, superior: str | None = None, active: bool = True) -> Person:
    """A member of the plant."""
    return Person(
        id=PersonId(key),
        site=SITE_ID,
        name=name,
        department="检修车间",
        posts=posts,
        superior=None if superior is None else PersonId(superior),
        active=active,
    )


def corner(latitude: str, longitude: str) -> Position:
    """A corner of a fence."""
    return Position(
        latitude=Decimal(latitude), longitude=Decimal(longitude), datum=Datum.GCJ02, accuracy_m=Decimal("2.5")
    )


WANG = replace(
    person("wang", "王强", superior="li"),
    employer="蓝盾检修",
    phone="13800000000",
    experience_years=Decimal("3.5"),
    certificates=(
        Certificate(
            kind="2.1",
            number="T310",
            valid_from=date(2024, 1, 1),
            valid_to=date(2027, 1, 1),
            review_due=date(2025, 6, 1),
            reviewed_on=date(2025, 5, 1),
            status=CertificateStatus.UNVERIFIED,
        ),
        Certificate(
            kind="cs_training",
            number="C1",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            scope=("cs", "hot"),
        ),
    ),
)
LI = person("li", "李明", Post(key="workshop_head", areas=(TANK,)), superior="chen")
CHEN = person("chen", "陈总", Post(key="plant_manager"), Post(key="workshop_head"))
GONE = person("gone", "赵离", Post(key="workshop_head"), active=False)
REGISTER = Register(
    people=(CHEN, GONE, LI, WANG),
    accounts=(Account(platform="wecom", corp="ww1", userid="wangqiang", person=WANG.id),),
    contractors=(Contractor(id="bd", name="蓝盾检修", credit_code="91310000", valid_to=date(2026, 12, 31), note="n"),),
    areas=(
        Area(
            id=TANK,
            site=SITE_ID,
            name="2号罐区",
            aliases=("T-102区", "罐二"),
            department="储运",
            fire_explosion=True,
            major_hazard_dike=True,
            neighbours=(RACK,),
            fence=(corner("31.1", "121.1"), corner("31.2", "121.1"), corner("31.2", "121.2")),
            board_code="board-7",
            medium="甲醇",
        ),
        Area(id=RACK, site=SITE_ID, name="管廊", aliases=("罐二",), fire_explosion=None, pipe_rack=True),
    ),
    equipment=(
        Equipment(
            id=EquipmentId("T-102"),
            site=SITE_ID,
            name="2号罐",
            area=TANK,
            aliases=("二号罐",),
            operating=False,
            held_toxic_or_flammable=True,
            purged=None,
            confined_space=True,
        ),
    ),
    groups=(
        Group(id=GroupId("g1"), site=SITE_ID, name="安全群", purpose="safety", areas=(TANK,)),
        Group(id=GroupId("g2"), site=SITE_ID, name="全厂安全群", purpose="safety"),
    ),
    chats=(GroupChat(group=GroupId("g1"), platform="wecom", corp="ww1", chat="chat-9"),),
    devices=(
        Device(
            id=DeviceId("d1"),
            name="便携式四合一",
            kind="gas",
            address="gw1/17",
            person=WANG.id,
            area=TANK,
            calibrated_on=date(2026, 3, 1),
            calibration_due=date(2026, 9, 1),
            settings='{"unit":"%LEL"}',
        ),
    ),
)


async def imported(writer: Writer) -> Directory:
    """The register, written and read."""
    await writer.submit(lambda tx: tx.put_register(REGISTER))
    return await writer.submit(lambda tx: tx.directory)


async def test_the_register_comes_back_as_it_went_in(writer: Writer) -> None:
    directory = await imported(writer)
    for name in ("people", "accounts", "contractors", "equipment", "groups", "chats", "devices"):
        assert getattr(directory.register, name) == getattr(REGISTER, name), name
    for stored, given in zip(directory.register.areas, REGISTER.areas, strict=True):
        assert replace(stored, aliases=()) == replace(given, aliases=())
        assert set(stored.aliases) == set(given.aliases)


async def test_a_person_is_found_by_account_whatever_the_case(writer: Writer) -> None:
    directory = await imported(writer)
    assert directory.by_account("wecom", "ww1", " WangQiang ") == WANG
    assert directory.by_account("wecom", "ww2", "wangqiang") is None
    assert directory.by_account("dingtalk", "ww1", "wangqiang") is None
    assert [account.userid for account in directory.accounts_of(WANG.id)] == ["wangqiang"]
    await writer.submit(lambda tx: tx.drop_account("wecom", "ww1", "WANGQIANG"))
    assert await writer.submit(lambda tx: tx.person_by_account("wecom", "ww1", "wangqiang")) is None


async def test_a_blocked_account_is_nobody(writer: Writer) -> None:
    blocked = Register(accounts=(replace(REGISTER.accounts[0], active=False),))
    await imported(writer)
    await writer.submit(lambda tx: tx.put_register(blocked))
    directory = await writer.submit(lambda tx: tx.directory)
    assert directory.by_account("wecom", "ww1", "wangqiang") is None
    assert directory.accounts_of(WANG.id) == ()


async def test_an_account_that_is_gone_takes_its_person_along(writer: Writer) -> None:
    await imported(writer)
    await writer.submit(lambda tx: tx.account_gone("wecom", "ww1", " WangQiang"))
    directory = await writer.submit(lambda tx: tx.directory)
    assert directory.people[WANG.id] == replace(WANG, active=False)
    assert [account.active for account in directory.register.accounts] == [False], "kept, to be known on return"
    version = directory.version
    await writer.submit(lambda tx: tx.account_gone("wecom", "ww1", "wangqiang"))
    await writer.submit(lambda tx: tx.account_gone("wecom", "ww1", "stranger"))
    assert await writer.submit(lambda tx: tx.directory.version) == version


async def test_who_is_reached_elsewhere_or_was_refused_stays_as_they_are(writer: Writer) -> None:
    await imported(writer)
    elsewhere = Account(platform="wecom", corp="ww2", userid="w", person=WANG.id)
    refused = Account(platform="wecom", corp="ww1", userid="zhao", person=GONE.id)
    await writer.submit(lambda tx: tx.put_register(Register(accounts=(elsewhere, refused))))
    await writer.submit(lambda tx: tx.account_gone("wecom", "ww1", "wangqiang"))
    await writer.submit(lambda tx: tx.account_gone("wecom", "ww1", "zhao"))
    directory = await writer.submit(lambda tx: tx.directory)
    assert directory.people[WANG.id].active
    assert {account.userid: account.active for account in directory.register.accounts} == {
        "wangqiang": False,
        "w": True,
        "zhao": True,
    }, "an active account of somebody inactive says that the plant refused them"


async def test_holders_of_a_post_are_active_and_cover_the_area(writer: Writer) -> None:
    directory = await imported(writer)
    assert directory.holders("workshop_head") == (CHEN, LI)
    assert directory.holders("workshop_head", TANK) == (CHEN, LI)
    assert directory.holders("workshop_head", RACK) == (CHEN,)
    assert directory.holders("nobody") == ()


async def test_superiors_go_up_and_a_circle_ends(writer: Writer) -> None:
    directory = await imported(writer)
    assert directory.superiors(WANG.id) == (LI, CHEN)
    await writer.submit(lambda tx: tx.put_person(replace(CHEN, superior=WANG.id)))
    await writer.submit(lambda tx: tx.put_person(replace(LI, active=False)))
    directory = await writer.submit(lambda tx: tx.directory)
    assert [one.id for one in directory.superiors(WANG.id)] == ["chen"]


async def test_places_and_things_by_any_of_their_names(writer: Writer) -> None:
    directory = await imported(writer)
    assert [area.id for area in directory.areas_called("t-102区 ")] == [TANK]
    assert [area.id for area in directory.areas_called("A-01")] == [TANK]
    assert {area.id for area in directory.areas_called("罐二")} == {TANK, RACK}, (
        "two places share the name: one must ask"
    )
    assert directory.areas_called("罐三") == ()
    board = directory.area_of_board("board-7")
    assert board is not None
    assert board.id == TANK
    assert [thing.id for thing in directory.equipment_called("二号罐")] == ["T-102"]
    assert directory.equipment_called("T-10") == (), "digits never match fuzzily"
    device = directory.device_at("gw1/17")
    assert device is not None
    assert device.id == "d1"


async def test_groups_of_an_area_and_of_the_whole_site(writer: Writer) -> None:
    directory = await imported(writer)
    assert [group.id for group in directory.groups_for("safety", TANK)] == ["g1", "g2"]
    assert [group.id for group in directory.groups_for("safety", RACK)] == ["g2"]
    assert [chat.chat for chat in directory.chats_of(GroupId("g1"))] == ["chat-9"]


async def test_replacing_a_person_replaces_posts_and_certificates(writer: Writer) -> None:
    await imported(writer)
    changed = replace(WANG, posts=(Post(key="guardian"),), certificates=WANG.certificates[:1])
    await writer.submit(lambda tx: tx.put_person(changed))
    assert await writer.submit(lambda tx: tx.person(WANG.id)) == changed
    assert await writer.submit(lambda tx: tx.person(LI.id)) == LI


async def test_a_change_is_seen_in_the_same_command_and_a_failure_is_not(writer: Writer) -> None:
    before = await imported(writer)
    renamed = replace(WANG, name="王强强")

    def change(tx: Tx) -> str:
        tx.put_person(renamed)
        found = tx.person(WANG.id)
        assert found is not None
        return found.name

    def fail(tx: Tx) -> None:
        change(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await writer.submit(fail)
    assert await writer.submit(lambda tx: tx.directory) is before
    assert await writer.submit(change) == "王强强"
    assert await writer.submit(lambda tx: tx.person(WANG.id)) == renamed


async def test_the_snapshot_is_built_once_for_each_version(database: Database, writer: Writer) -> None:
    first = await imported(writer)
    assert await writer.submit(lambda tx: tx.directory) is first
    store = Store(database, SITE)
    seen = await store.directory()
    assert seen.register == first.register
    assert await store.directory() is seen
    await writer.submit(lambda tx: tx.drop_device(DeviceId("d1")))
    moved = await store.directory()
    assert moved is not seen
    assert moved.device_at("gw1/17") is None
    await store.close()


async def test_two_areas_may_not_carry_one_board_code(writer: Writer) -> None:
    await imported(writer)
    twin = replace(REGISTER.areas[1], board_code="board-7")
    with pytest.raises(Exception, match="board_code"):
        await writer.submit(lambda tx: tx.put_register(Register(areas=(twin,))))
    assert (await writer.submit(lambda tx: tx.directory)).areas[RACK].board_code is None


async def test_two_dingtalk_ids_that_differ_in_case_stay_two_people(writer: Writer) -> None:
    """Were they one, the press of the one would be the signature of the other."""
    upper = Account(platform="dingtalk", corp="ding1", userid="ManagerLi", person=WANG.id)
    lower = replace(upper, userid="managerli", person=LI.id)
    await imported(writer)
    await writer.submit(lambda tx: tx.put_register(Register(accounts=(upper, lower))))
    directory = await writer.submit(lambda tx: tx.directory)
    assert directory.by_account("dingtalk", "ding1", "ManagerLi") == WANG
    assert directory.by_account("dingtalk", "ding1", " managerli ") == LI
    assert directory.by_account("dingtalk", "ding1", "MANAGERLI") is None
    await writer.submit(lambda tx: tx.drop_account("dingtalk", "ding1", "managerli"))
    directory = await writer.submit(lambda tx: tx.directory)
    assert directory.by_account("dingtalk", "ding1", "ManagerLi") == WANG
    assert directory.by_account("dingtalk", "ding1", "managerli") is None
