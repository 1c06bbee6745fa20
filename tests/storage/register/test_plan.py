"""What a load does to the register in force: whole records, nobody deleted, nobody brought back whom WeCom took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.directory import Account, Directory, Home, Register
from storage.register import Count, RegisterError, plan, read
from storage.writer import Writer
from tests.storage.register.conftest import CORP, EXAMPLE, SITE, Desk
from workflow.ids import GroupId, PersonId

TWO = """
areas:
  - {code: TK1, name: 罐区}
groups:
  - {id: g, name: 安全群, purpose: safety, chats: [{key: $OLD}, {key: $OTHER}]}
people:
  - {id: wang, name: 王强, posts: {head: all, deputy: [TK1]}, superior: li}
  - {id: li, name: 李明}
"""


async def load(writer: Writer, desk: Desk, text: str) -> Directory:
    """Load a file as the command does: judged and written in one transaction."""
    written = desk.written(text)
    await writer.submit(
        lambda tx: plan(
            tx.directory.register, written.against(tx.directory.register, site=SITE, home=Home(corps={"wecom": CORP}))
        ).carry_out(tx)
    )
    return await writer.submit(lambda tx: tx.directory)


async def switch_off(writer: Writer, userid: str) -> None:
    """What a sync does to somebody who left."""
    directory = await writer.submit(lambda tx: tx.directory)
    person = directory.by_account("wecom", CORP, userid)
    assert person is not None
    account = Account(platform="wecom", corp=CORP, userid=userid, person=person.id, active=False)
    gone = Register(people=(replace(person, active=False),), accounts=(account,))
    await writer.submit(lambda tx: tx.put_register(gone))


async def test_a_person_that_is_written_is_written_whole(writer: Writer, desk: Desk) -> None:
    await load(writer, desk, TWO)
    directory = await load(writer, desk, "people:\n  - {id: wang, name: 王强, posts: {deputy: all}, userid: WQ}\n")
    wang = directory.people[PersonId("wang")]
    assert [post.key for post in wang.posts] == ["deputy"]
    assert wang.superior is None
    assert [one.userid for one in directory.accounts_of(wang.id)] == ["wq"]
    assert directory.by_account("wecom", CORP, "wang") is None, "the account he had is nobody's now"
    assert directory.people[PersonId("li")].active, "who is not written stays"
    assert [area.id for area in directory.register.areas] == ["TK1"]


async def test_a_group_leaves_where_it_does_not_meet_any_more(writer: Writer, desk: Desk) -> None:
    await load(writer, desk, TWO)
    directory = await load(
        writer, desk, "groups:\n  - {id: g, name: 安全群, purpose: safety, chats: [{key: $NEW}, {key: $OTHER}]}\n"
    )
    assert {chat.chat for chat in directory.chats_of(GroupId("g"))} == {"$NEW", "$OTHER"}
    directory = await load(writer, desk, "groups:\n  - {id: g, name: 安全群, purpose: safety}\n")
    assert directory.chats_of(GroupId("g")) == ()


async def test_one_fault_and_nothing_at_all_is_written(writer: Writer, desk: Desk) -> None:
    await load(writer, desk, TWO)
    before = await writer.submit(lambda tx: tx.directory)
    with pytest.raises(RegisterError):
        await load(writer, desk, TWO.replace("李明", "李大明").replace("superior: li", "superior: nobody"))
    after = await writer.submit(lambda tx: tx.directory)
    assert after.register == before.register
    assert after.version == before.version


async def test_a_file_does_not_bring_back_whom_the_platform_took(writer: Writer, desk: Desk) -> None:
    await load(writer, desk, TWO)
    await switch_off(writer, "wang")
    directory = await load(writer, desk, TWO.replace("王强", "王小强"))
    wang = directory.people[PersonId("wang")]
    assert wang.name == "王小强"
    assert not wang.active
    assert directory.by_account("wecom", CORP, "wang") is None
    assert plan(directory.register, desk.loaded(TWO.replace("王强", "王小强"), directory.register)).idle


async def test_who_has_another_account_is_still_there(writer: Writer, desk: Desk) -> None:
    two_accounts = "people:\n  - {id: wang, name: 王强, accounts: [{userid: wang}, {corp: ww2, userid: wq}]}\n"
    await load(writer, desk, TWO)
    await switch_off(writer, "wang")
    directory = await load(writer, desk, two_accounts)
    assert directory.people[PersonId("wang")].active
    assert [one.corp for one in directory.accounts_of(PersonId("wang"))] == ["ww2"]


async def test_the_plants_own_no_leaves_the_account_alone(writer: Writer, desk: Desk) -> None:
    """That is how a sync tells apart whom the plant refused and whom the platform took."""
    await load(writer, desk, TWO)
    await switch_off(writer, "wang")
    refused = TWO.replace("name: 王强", "name: 王强, active: no")
    directory = await load(writer, desk, refused)
    assert not directory.people[PersonId("wang")].active
    assert [one.userid for one in directory.accounts_of(PersonId("wang"))] == ["wang"]
    directory = await load(writer, desk, TWO)
    assert directory.people[PersonId("wang")].active, "the plant said no, so the plant can say yes"


async def test_an_account_given_to_another_leaves_nobody_half_there(writer: Writer, desk: Desk) -> None:
    await load(writer, desk, "people:\n  - {id: wq01, name: 王强}\n  - {id: zhao, name: 赵敏}\n")
    text = "people:\n  - {id: wang, name: 王强, userid: wq01, posts: {head: all}}\n"
    known = (await writer.submit(lambda tx: tx.directory)).register
    changes = plan(known, desk.loaded(text, known))
    assert [one.id for one in changes.deserted] == ["wq01"]
    directory = await load(writer, desk, text)
    found = directory.by_account("wecom", CORP, "wq01")
    assert found is not None
    assert found.id == "wang"
    assert not directory.people[PersonId("wq01")].active
    assert directory.people[PersonId("zhao")].active


async def test_who_keeps_another_account_stays(writer: Writer, desk: Desk) -> None:
    await load(
        writer, desk, "people:\n  - {id: wq01, name: 王强, accounts: [{userid: wq01}, {corp: ww2, userid: w}]}\n"
    )
    directory = await load(writer, desk, "people:\n  - {id: wang, name: 王强, userid: wq01}\n")
    assert directory.people[PersonId("wq01")].active
    assert [one.corp for one in directory.accounts_of(PersonId("wq01"))] == ["ww2"]


async def test_a_load_counts_what_it_does(writer: Writer, desk: Desk) -> None:
    known = (await load(writer, desk, TWO)).register
    text = "people:\n  - {id: wang, name: 王强}\n  - {id: zhao, name: 赵敏}\nareas:\n  - {code: TK1, name: 罐区}\n"
    counts = plan(known, desk.loaded(text, known)).counts
    assert counts["people"] == Count(new=1, changed=1, same=0, untouched=1)
    assert counts["areas"] == Count(new=0, changed=0, same=1, untouched=0)
    assert counts["groups"] == Count(new=0, changed=0, same=0, untouched=1)


def test_the_whole_site_is_said_and_an_area_is_one(desk: Desk) -> None:
    wang = desk.loaded(TWO).people[0]
    assert [(post.key, post.areas) for post in wang.posts] == [("head", ()), ("deputy", ("TK1",))]


def test_a_certificate_number_ends_in_a_capital(desk: Desk) -> None:
    register = desk.loaded(
        """
        people:
          - id: a
            name: 甲
            certificates:
              - {kind: "2.1", number: t11010519491231002x, valid_from: 2024-01-01, valid_to: 2030-01-01}
              - {kind: guardian, number: jh-x, valid_from: 2024-01-01, valid_to: 2024-01-01}
        """
    )
    assert [held.number for held in register.people[0].certificates] == ["T11010519491231002X", "jh-x"]


def test_the_example_is_sound_and_says_everything_a_plant_needs() -> None:
    register = read(EXAMPLE).against(Register(), site="main", home=Home(corps={"wecom": CORP}))
    assert (len(register.people), len(register.areas)) == (8, 3)
    assert all(chat.chat.startswith("$") for chat in register.chats), "the example teaches to keep keys elsewhere"
    assert [one.id for one in register.people if not Directory(1, register).accounts_of(one.id)] == ["liujun"]
