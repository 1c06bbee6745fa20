"""The platform's directory into ours, over the twin: an awkward corp, and what must never be touched."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.wecom import errors
from bot.wecom.client import WeComClient
from bot.wecom.directory import CorpId, Department, DepartmentId, Member, MemberKey, MemberStatus, UserId
from bot.wecom.identity import Directory
from bot.wecom.sync import Synced, TooManyGone, merge, sync_directory, synced_at
from sandbox.clock import ManualClock
from sandbox.wecom import AppConfig, CorpConfig, DepartmentConfig, Outage, PersonConfig, Twin, TwinConfig
from sandbox.wecom import MemberStatus as TwinStatus
from storage.directory import Account, Register
from storage.engine import open_database
from storage.migrate import upgrade
from storage.writer import Writer
from tests.support.wecom_twin import START
from workflow.ids import PersonId, SiteId
from workflow.plant import Certificate, Person, Post

SITE, CORP, AGENT, SECRET = SiteId("A"), "ww1plant", 1000002, "secret-of-permits"
AT = datetime(2026, 3, 2, 19, 5, tzinfo=UTC)

DEPARTMENTS = (
    DepartmentConfig(id=1, name="厂区", parent=0, leaders=("boss",)),
    DepartmentConfig(id=2, name="动力车间", parent=1, leaders=("LiGong",)),
    DepartmentConfig(id=3, name="维修班", parent=2),
)
BOSS = PersonConfig(userid="boss", name="厂长")
LI = PersonConfig(userid="LiGong", name="李工", departments=(1, 2), leader_in=(False, True), main_department=2)
WANG = PersonConfig(
    # In two departments, one flag for both, and his superior in another spelling.
    userid="WangQiang",
    name="王强",
    departments=(2, 3),
    leader_in=(False,),
    main_department=3,
    direct_leader=("ZHAOMIN",),
)
ZHAO = PersonConfig(userid="ZhaoMin", name="赵敏", departments=(3,), leader_in=(True,))
SUN = PersonConfig(userid="sun", name="孙丽", departments=(3,))
EVERYBODY = (BOSS, LI, WANG, ZHAO, SUN)


@dataclass(slots=True)
class Corp:
    """A corp in the twin, our client, our register."""

    twin: Twin
    client: WeComClient
    writer: Writer

    async def sync(self, *, accept_losses: bool = False) -> Synced:
        return await sync_directory(self.client, self.writer, SITE, at=AT, accept_losses=accept_losses)

    async def register(self) -> Register:
        return await self.writer.submit(lambda tx: tx.directory.register)

    async def person(self, key: str) -> Person:
        found = await self.writer.submit(lambda tx: tx.directory.person(PersonId(key)))
        assert found is not None
        return found

    async def account(self, userid: str) -> Account:
        (found,) = [one for one in (await self.register()).accounts if one.userid == userid]
        return found

    async def put(self, *people: Person, accounts: tuple[Account, ...] = ()) -> None:
        await self.writer.submit(lambda tx: tx.put_register(Register(people=people, accounts=accounts)))

    def set_people(self, *people: PersonConfig) -> None:
        """The corp has these members now: whoever is missing left."""
        before = self.twin.world.corps[CORP]
        self.twin.world.corps[CORP].directory = type(before.directory)(replace(before.config, people=people))


@asynccontextmanager
async def corp_of(people: tuple[PersonConfig, ...], database: Path) -> AsyncIterator[Corp]:
    app = AppConfig(agentid=AGENT, secret=SECRET)
    config = TwinConfig(corps=(CorpConfig(corpid=CORP, apps=(app,), people=people, departments=DEPARTMENTS),))
    clock = ManualClock(START)
    twin = Twin(config, clock)
    writer = Writer(open_database(f"sqlite:///{database}"), SITE)
    await writer.start()
    try:
        base = await twin.start()
        async with aiohttp.ClientSession() as session:
            secret = SecretStr(SECRET)
            client = WeComClient(
                session, clock, corp_id=CORP, agent_id=AGENT, secret=secret, base_url=base, pause=no_pause
            )
            yield Corp(twin=twin, client=client, writer=writer)
    finally:
        await writer.stop()
        await twin.stop()


async def no_pause(_seconds: float) -> None:
    """Busy platforms are asked again at once."""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "permitbot.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def corp(migrated: Path, tmp_path: Path) -> AsyncIterator[Corp]:
    database = tmp_path / "permitbot.sqlite3"
    shutil.copy(migrated, database)
    async with corp_of(EVERYBODY, database) as made:
        yield made


def names(people: tuple[Person, ...]) -> list[str]:
    return sorted(person.id for person in people)


# --- who is there


async def test_a_first_pull_makes_people_without_posts(corp: Corp) -> None:
    synced = await corp.sync()
    assert names(synced.added) == ["boss", "ligong", "sun", "wangqiang", "zhaomin"]
    assert (synced.changed, synced.gone, synced.back, synced.clashes, synced.unreadable) == ((), (), (), (), 0)
    wang = await corp.person("wangqiang")
    assert (wang.name, wang.department, wang.site, wang.active) == ("王强", "维修班", "A", True)
    assert (wang.posts, wang.certificates, wang.employer) == ((), (), None)
    found = await corp.writer.submit(lambda tx: tx.person_by_account("wecom", CORP, "WANGQIANG"))
    assert found == wang
    assert await corp.writer.submit(synced_at) == AT


async def test_superiors_come_from_the_platform_in_its_order(corp: Corp) -> None:
    await corp.sync()
    superiors = {person.id: person.superior for person in (await corp.register()).people}
    assert superiors == {
        "wangqiang": "zhaomin",  # named personally
        "sun": "zhaomin",  # flagged in the department
        "zhaomin": "ligong",  # leads the own department: the next one up
        "ligong": "boss",
        "boss": None,
    }


async def test_a_second_pull_finds_nothing_to_do(corp: Corp) -> None:
    await corp.sync()
    version = await corp.writer.submit(lambda tx: tx.directory.version)
    assert await corp.sync() == Synced()
    assert await corp.writer.submit(lambda tx: tx.directory.version) == version


async def test_what_the_plant_knows_of_a_person_is_not_touched(corp: Corp) -> None:
    held = Certificate(kind="guardian", number="1", valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))
    known = Person(
        id=PersonId("W-17"),
        site=SITE,
        name="王小强",
        department="检修",
        posts=(Post(key="workshop_head"),),
        certificates=(held,),
        employer="鲁安检修",
        phone="13800000000",
    )
    account = Account(platform="wecom", corp=CORP, userid="WANGQIANG", person=known.id)
    await corp.put(known, accounts=(account,))
    synced = await corp.sync()
    assert names(synced.changed) == ["W-17"]
    assert await corp.person("W-17") == replace(known, department="维修班", superior=PersonId("zhaomin"))
    assert not [one for one in (await corp.register()).people if one.id == "wangqiang"], "nobody is there twice"


async def test_who_signs_or_holds_a_certificate_keeps_the_plants_name(corp: Corp) -> None:
    """Members may call themselves what they like; a permit shows who signed it."""
    await corp.sync()
    wang, zhao = await corp.person("wangqiang"), await corp.person("zhaomin")
    held = Certificate(kind="guardian", number="1", valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))
    await corp.put(replace(wang, posts=(Post(key="ehs_officer"),)), replace(zhao, certificates=(held,)))
    corp.set_people(*(replace(one, name=f"{one.name}★") for one in EVERYBODY))
    await corp.sync()
    called = {person.id: person.name for person in (await corp.register()).people}
    assert called == {"boss": "厂长★", "ligong": "李工★", "sun": "孙丽★", "wangqiang": "王强", "zhaomin": "赵敏"}


async def test_a_superior_the_platform_does_not_name_stays_the_registers(corp: Corp) -> None:
    await corp.put(
        Person(id=PersonId("chair"), site=SITE, name="董事长", department=""),
        Person(id=PersonId("boss"), site=SITE, name="厂长", department="", superior=PersonId("chair")),
        accounts=(Account(platform="wecom", corp=CORP, userid="boss", person=PersonId("boss")),),
    )
    await corp.sync()
    assert (await corp.person("boss")).superior == "chair"
    assert (await corp.person("chair")).active, "who has no account is not the platform's business"


@pytest.mark.parametrize("status", [TwinStatus.DISABLED, TwinStatus.NOT_ACTIVATED, TwinStatus.LEFT])
async def test_who_is_gone_becomes_inactive_and_comes_back(corp: Corp, status: TwinStatus) -> None:
    await corp.sync()
    await corp.put(replace(await corp.person("zhaomin"), posts=(Post(key="shift_leader"),)))
    corp.twin.set_status("ZhaoMin", status, corpid=CORP)
    synced = await corp.sync()
    assert names(synced.gone) == ["zhaomin"]
    zhao = await corp.person("zhaomin")
    assert not zhao.active
    assert zhao.posts == (Post(key="shift_leader"),)
    assert not (await corp.account("zhaomin")).active
    assert (await corp.person("wangqiang")).superior == "ligong", "nobody waits for who is gone"
    assert (await corp.sync()).gone == ()
    corp.twin.set_status("ZhaoMin", TwinStatus.ACTIVE, corpid=CORP)
    synced = await corp.sync()
    assert names(synced.back) == ["zhaomin"]
    assert (await corp.person("zhaomin")).active
    assert (await corp.account("zhaomin")).active


async def test_a_deleted_member_is_gone(corp: Corp) -> None:
    await corp.sync()
    corp.set_people(BOSS, LI, ZHAO, SUN)
    assert names((await corp.sync()).gone) == ["wangqiang"]


async def test_whom_the_plant_refused_no_pull_brings_back(corp: Corp) -> None:
    await corp.sync()
    await corp.put(replace(await corp.person("sun"), active=False))
    assert await corp.sync() == Synced()
    corp.twin.set_status("sun", TwinStatus.LEFT, corpid=CORP)
    assert await corp.sync() == Synced()
    corp.twin.set_status("sun", TwinStatus.ACTIVE, corpid=CORP)
    assert await corp.sync() == Synced()
    assert not (await corp.person("sun")).active


async def test_an_account_elsewhere_keeps_a_person_active(corp: Corp) -> None:
    await corp.sync()
    other = Account(platform="wecom", corp="ww2", userid="sun", person=PersonId("sun"))
    await corp.put(accounts=(other,))
    corp.twin.set_status("sun", TwinStatus.LEFT, corpid=CORP)
    assert (await corp.sync()).gone == ()
    assert (await corp.person("sun")).active
    accounts = {one.corp: one.active for one in (await corp.register()).accounts if one.person == "sun"}
    assert accounts == {CORP: False, "ww2": True}


async def test_people_of_another_corp_are_not_this_ones_business(corp: Corp) -> None:
    guest = Person(id=PersonId("guest"), site=SITE, name="外协", department="")
    away = Account(platform="wecom", corp="ww2", userid="guest", person=guest.id, active=False)
    await corp.put(guest, accounts=(away,))
    synced = await corp.sync()
    assert "guest" not in names((*synced.changed, *synced.gone))
    assert await corp.person("guest") == guest


async def test_names_are_kept_legible_so_that_an_export_loads(corp: Corp) -> None:
    corp.set_people(PersonConfig(userid="sun", name=" 孙\u3000丽\u200b "), PersonConfig(userid="nul", name="\u200b"))
    await corp.sync()
    assert [person.name for person in (await corp.register()).people] == ["nul", "孙 丽"]


async def test_a_member_who_never_came_is_not_made_a_person(corp: Corp) -> None:
    corp.set_people(*EVERYBODY, PersonConfig(userid="new", name="新人", status=TwinStatus.NOT_ACTIVATED))
    assert "new" not in names((await corp.sync()).added)


async def test_an_account_is_never_guessed_from_an_equal_id(corp: Corp) -> None:
    """Somebody in the register has the id of a member, but another account or none: a person has to say who is who."""
    head = Person(id=PersonId("Sun"), site=SITE, name="孙厂长", department="", posts=(Post(key="director"),))
    await corp.put(head)
    synced = await corp.sync()
    assert synced.clashes == ("sun",)
    assert await corp.person("Sun") == head
    assert await corp.writer.submit(lambda tx: tx.person_by_account("wecom", CORP, "sun")) is None


# --- when the platform cannot be believed


@pytest.mark.parametrize("api", ["department/simplelist", "department/get", "user/list", "user/get"])
@pytest.mark.parametrize(("code", "kind"), [(45009, errors.Throttled), (48002, errors.Misconfigured)])
async def test_half_a_picture_changes_nothing(corp: Corp, api: str, code: int, kind: type[Exception]) -> None:
    await corp.sync()
    before = await corp.register()
    corp.set_people(LI, replace(WANG, name="王大强"), PersonConfig(userid="new", name="新人"))
    corp.twin.faults.fail(api, code, times=-1)
    with pytest.raises(kind):
        await corp.sync()
    assert await corp.register() == before
    corp.twin.faults.clear()
    assert names((await corp.sync()).added) == ["new"]


@pytest.mark.parametrize(
    ("outage", "kind"), [(Outage.BAD_GATEWAY, errors.NetworkTrouble), (Outage.BUSY, errors.PlatformBusy)]
)
async def test_an_outage_changes_nothing(corp: Corp, outage: Outage, kind: type[Exception]) -> None:
    await corp.sync()
    before = await corp.register()
    corp.twin.faults.outage = outage
    with pytest.raises(kind):
        await corp.sync()
    assert await corp.register() == before
    assert await corp.writer.submit(synced_at) == AT


async def test_a_corp_that_empties_at_once_is_not_believed(corp: Corp) -> None:
    many = tuple(PersonConfig(userid=f"p{number}", name=f"人{number}") for number in range(20))
    corp.set_people(*EVERYBODY, *many)
    assert len((await corp.sync()).added) == 25
    corp.set_people(*EVERYBODY, *many[:15])
    assert len((await corp.sync()).gone) == 5, "a few may always leave"
    corp.set_people(*EVERYBODY, *many[:9])
    with pytest.raises(TooManyGone) as caught:
        await corp.sync()
    assert (caught.value.gone, caught.value.known) == (6, 20)
    assert all(person.active for person in (await corp.register()).people if person.id in {"p9", "p14"})
    assert len((await corp.sync(accept_losses=True)).gone) == 6
    assert not (await corp.person("p9")).active


async def test_a_narrowed_range_makes_people_unreachable(corp: Corp) -> None:
    await corp.sync()
    app = corp.twin.agent(AGENT, corpid=CORP)
    app.config = replace(app.config, visible_departments=(3,), visible_users=("LiGong",))
    synced = await corp.sync()
    assert names(synced.gone) == ["boss"]
    assert (await corp.person("ligong")).active, "visible one by one: asked for by name"
    assert (await corp.person("ligong")).department == "动力车间", "a name we may not read any more is kept"


# --- who is above whom, whatever the platform says


def member(name: str, *, leads: tuple[int, ...] = (), direct: tuple[str, ...] = (), department: int = 1) -> Member:
    return Member(
        key=MemberKey(corp_id=CorpId(CORP), userid=UserId(name)),
        name=name,
        position="",
        status=MemberStatus.ACTIVE,
        departments=(DepartmentId(department),),
        leads=frozenset(map(DepartmentId, leads)),
        main_department=DepartmentId(department),
        direct_leaders=tuple(map(UserId, direct)),
    )


def unit(number: int, parent: int | None, *leaders: str) -> Department:
    above = None if parent is None else DepartmentId(parent)
    return Department(id=DepartmentId(number), parent=above, order=0, leaders=tuple(map(UserId, leaders)))


def pulled(*parts: Member | Department) -> Directory:
    return Directory(
        corp_id=CorpId(CORP),
        members={one.key.userid: one for one in parts if isinstance(one, Member)},
        departments={one.id: one for one in parts if isinstance(one, Department)},
        unreadable=frozenset(),
        gone=frozenset(),
    )


def superiors(directory: Directory, register: Register | None = None) -> dict[str, str | None]:
    synced, _ = merge(register or Register(), directory, SITE)
    return {person.id: person.superior for person in (*synced.added, *synced.changed)}


def test_two_who_lead_together_are_not_above_each_other() -> None:
    found = superiors(
        pulled(
            unit(1, None, "boss"),
            unit(2, 1, "a", "b"),
            member("boss"),
            member("a", department=2),
            member("b", department=2, leads=(2,)),
            member("w", department=2),
        )
    )
    assert found == {"boss": None, "a": "boss", "b": "boss", "w": "a"}


def test_a_circle_is_broken_where_it_is_least_personal() -> None:
    found = superiors(pulled(unit(1, None, "deputy"), member("boss"), member("deputy", direct=("boss",))))
    assert found == {"deputy": "boss", "boss": None}


def test_even_a_circle_of_personal_superiors_ends() -> None:
    found = superiors(pulled(member("a", direct=("b",)), member("b", direct=("c",)), member("c", direct=("a",))))
    assert found == {"a": "b", "b": "c", "c": None}


def test_a_superior_of_the_register_that_would_close_a_circle_is_dropped() -> None:
    old = Person(id=PersonId("b"), site=SITE, name="b", department="", superior=PersonId("a"))
    known = Register(people=(old,), accounts=(Account(platform="wecom", corp=CORP, userid="b", person=old.id),))
    found = superiors(pulled(member("a", direct=("b",)), member("b")), known)
    assert found == {"a": "b", "b": None}


def test_a_person_with_two_accounts_is_not_above_themselves() -> None:
    one = Person(id=PersonId("w"), site=SITE, name="w", department="")
    accounts = tuple(Account(platform="wecom", corp=CORP, userid=userid, person=one.id) for userid in ("w1", "w2"))
    known = Register(people=(one,), accounts=accounts)
    directory = pulled(member("w1", direct=("w2",)), member("w2"))
    synced, changed = merge(known, directory, SITE)
    assert [(person.id, person.name, person.superior) for person in synced.changed] == [("w", "w1", None)]
    assert changed == ()


KEYS = [f"m{number}" for number in range(6)]


@st.composite
def corps(draw: st.DrawFn) -> Directory:
    """Six people who name each other at random, in departments that may form a ring."""
    departments = [
        unit(number, draw(st.sampled_from([None, 1, 2, 3])), *draw(st.lists(st.sampled_from(KEYS), max_size=2)))
        for number in (1, 2, 3)
    ]
    members = [
        replace(
            member(
                key,
                leads=tuple(draw(st.lists(st.sampled_from([1, 2, 3]), max_size=2))),
                direct=tuple(draw(st.lists(st.sampled_from([*KEYS, "stranger"]), max_size=1))),
                department=draw(st.sampled_from([1, 2, 3, 9])),
            ),
            status=draw(st.sampled_from(MemberStatus)),
        )
        for key in draw(st.lists(st.sampled_from(KEYS), unique=True))
    ]
    gone = frozenset(map(UserId, KEYS)) - {one.key.userid for one in members}
    return replace(pulled(*departments, *members), gone=gone)


@given(st.lists(corps(), min_size=1, max_size=3))
def test_whatever_the_platform_says_escalations_climb_and_a_second_pull_is_idle(pulls: list[Directory]) -> None:
    register = Register()
    for directory in pulls:
        register = after(register, directory)
        above = {person.id: person.superior for person in register.people}
        for person in register.people:
            way = [person.id]
            while (superior := above[way[-1]]) is not None:
                assert superior not in way, "nobody is in the end their own superior"
                way.append(superior)
        for person in register.people:
            there = directory.members.get(UserId(person.id))
            assert person.active == (there is not None and there.status is MemberStatus.ACTIVE)
        synced, accounts = merge(register, directory, SITE)
        assert (synced, accounts) == (Synced(), ())


def after(register: Register, directory: Directory) -> Register:
    """The register with a pull merged in."""
    synced, accounts = merge(register, directory, SITE)
    people = {person.id: person for person in register.people}
    people |= {one.id: one for one in (*synced.added, *synced.changed, *synced.gone, *synced.back)}
    held = {one.userid: one for one in register.accounts} | {one.userid: one for one in accounts}
    return Register(people=tuple(people.values()), accounts=tuple(held.values()))
