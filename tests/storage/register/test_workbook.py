"""Rosters in Excel: out and in again changes nothing; every fault is at its cell, all of them in one go."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given, settings

from storage.directory import Home, Register, normal_alias
from storage.register import RegisterError, in_order, plan, read
from storage.register_columns import SHEETS, Kind, spelled, understood
from storage.register_models import (
    AreaEntry,
    CertificateEntry,
    ChatEntry,
    ContractorEntry,
    EquipmentEntry,
    GroupEntry,
    LeaveEntry,
    LinkEntry,
    PersonEntry,
)
from storage.register_sheets import workbook
from storage.register_workbook import CELL, LARGEST, read_workbook
from tests.storage.register.conftest import EXAMPLE
from tests.support.registers import CORP, SITE, registers
from workflow.plant import LinkKind

GOOD, OTHER = "T11010519491231002X", "T440524188001010014"
"""The examples of GB 11643."""


def again(register: Register, known: Register, site: str = SITE) -> Register:
    """Written and read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        path.write_bytes(workbook(register, site=site, home=Home(corps={"wecom": CORP})))
        return read_workbook(path).against(known, site=site, home=Home(corps={"wecom": CORP}), compared=normal_alias)


@settings(max_examples=60, deadline=None)
@given(registers())
def test_out_and_in_again_changes_nothing(register: Register) -> None:
    if register == Register():
        return
    loaded = again(register, register)
    for part in ("people", "accounts", "areas", "equipment", "contractors", "links", "groups", "chats"):
        assert getattr(in_order(loaded), part) == getattr(in_order(register), part)
    assert plan(register, loaded).idle


def test_the_example_makes_the_round() -> None:
    known = read(EXAMPLE).against(Register(), site="main", home=Home(corps={"wecom": CORP}))
    loaded = again(known, known, "main")
    assert plan(known, loaded).idle
    assert workbook(known, site=SITE, home=Home(corps={"wecom": CORP})) == workbook(
        known, site=SITE, home=Home(corps={"wecom": CORP})
    )


def test_every_field_of_the_register_has_a_column() -> None:
    columns = {shape.section: {column.key for column in shape.columns} for shape in SHEETS}
    assert columns["people"] == set(PersonEntry.model_fields) - {"certificates"}
    assert columns["certificates"] == {"person", *CertificateEntry.model_fields}
    assert columns["leave"] == set(LeaveEntry.model_fields)
    assert columns["areas"] == set(AreaEntry.model_fields)
    assert columns["equipment"] == set(EquipmentEntry.model_fields)
    assert columns["contractors"] == set(ContractorEntry.model_fields)
    assert columns["links"] == set(LinkEntry.model_fields)
    assert columns["groups"] == set(GroupEntry.model_fields) - {"chats"}
    assert columns["chats"] == {"group", *ChatEntry.model_fields}
    for shape in SHEETS:
        titles = [column.title for column in shape.columns]
        assert len(set(titles)) == len(titles)


# --- what people type


class Book:
    """A workbook typed by a test with another library than ours."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "名册.xlsx"
        self.book = openpyxl.Workbook()
        self.book.remove(self.book.active)

    def sheet(self, name: str, *rows: list[Any]) -> Book:
        sheet = self.book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        return self

    def register(self, known: Register | None = None, posts: frozenset[str] = frozenset()) -> Register:
        self.book.save(self.path)
        found = read_workbook(self.path, posts=posts)
        return found.against(known or Register(), site=SITE, home=Home(corps={"wecom": CORP}), compared=normal_alias)

    def problems(self, known: Register | None = None, posts: frozenset[str] = frozenset()) -> list[str]:
        try:
            self.register(known, posts)
        except RegisterError as wrong:
            return [str(one) for one in wrong.problems]
        return []


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


PEOPLE = ["编号*", "名称", "部门", "岗位", "电话", "生产实践年数", "在用"]
HELD = ["人员编号", "种类", "证号", "有效期自", "有效期至"]
AREAS = ["代码", "名称", "别名", "火灾爆炸危险场所", "相邻区域", "围栏"]


def test_what_people_type_is_understood(book: Book) -> None:
    fence = "gcj02: 36.8131,118.0548; 36.8131,118.0560; 36.8141,118.0560"
    book.sheet("区域", AREAS, ["TK1", "甲醇罐区", "一号罐区、1号罐区", "是", None, fence], ["PMP", "泵房", None, "否"])
    book.sheet(
        "人员",
        PEOPLE,
        ["wang", "王强", "车间", "shift_leader：TK1，PMP\nehs_officer: all", 13812345678, 3.5, "是"],
        [None, None],
        ["li", "李明", None, None, "010-12345678", None, "否"],
    )
    book.sheet(
        "证书",
        HELD,
        ["wang", "2.1", GOOD, date(2024, 1, 1), "2030/1/1"],
        ["wang", "guardian", "JH-1", datetime.combine(date(2025, 3, 1), time()), "2026年3月1日"],
    )
    found = book.register()
    wang, li = found.people
    assert (wang.phone, str(wang.experience_years), wang.active, li.active) == ("13812345678", "3.5", True, False)
    assert {post.key: post.areas for post in wang.posts} == {"shift_leader": ("TK1", "PMP"), "ehs_officer": ()}
    assert [(held.kind, held.valid_from, held.valid_to) for held in wang.certificates] == [
        ("2.1", date(2024, 1, 1), date(2030, 1, 1)),
        ("guardian", date(2025, 3, 1), date(2026, 3, 1)),
    ]
    assert found.areas[0].aliases == ("一号罐区", "1号罐区")
    assert len(found.areas[0].fence) == 3
    assert (found.areas[0].fire_explosion, found.areas[1].fire_explosion) == (True, False)


def test_every_fault_is_told_at_its_cell_in_one_go(book: Book) -> None:
    book.sheet("区域", AREAS, ["TK1", "罐区", None, "也许"], ["TK1", "又一个"])
    book.sheet(
        "人员",
        PEOPLE,
        ["wang", "王强", None, "shift_leader: NIX", "call me", None, None],
        ["wang", "重名"],
        [None, "没有编号"],
        ["zhao", "赵敏", None, "shiftleader: all"],
    )
    book.sheet("证书", HELD, ["wang", "2.1", "T110105194912310021", "2024-01-01", "gestern"], ["nobody", "2.1", GOOD])
    told = book.problems(posts=frozenset({"shift_leader"}))
    text = "\n".join(told)
    for wanted in (
        "名册.xlsx:2: 区域!D2「火灾爆炸危险场所」: 应为 是 或 否；不知道就空着（写的是“也许”）",
        "名册.xlsx:3: 区域!A3「代码」: 与 名册.xlsx:2 重复（写的是“TK1”）",
        "名册.xlsx:2: 人员!E2「电话」: 应为电话号码，5 到 20 位数字（7 个字符，不显示）",
        "没有区域 NIX",
        "名册.xlsx:3: 人员!A3「编号」: 与 名册.xlsx:2 重复（写的是“wang”）",
        "名册.xlsx:4: 人员!4「编号」: 没有填写",
        "企业规则里没有岗位 shiftleader",
        "名册.xlsx:2: 证书!E2「有效期至」: 应为日期",
        "名册.xlsx:3: 证书!A3「人员编号」: 人员表里没有这个编号（写的是“nobody”）",
        "名册.xlsx:3: 证书!3「有效期自」: 没有填写",
    ):
        assert wanted in text, text
    assert "call me" not in text


LINKS = ["编号", "种类", "位置", "名称", "相距（米）", "认定人", "认定日期", "在用"]
GROUPS = ["编号", "名称", "用途", "区域"]
CHATS = ["群编号", "平台", "企业", "机器人密钥"]


def test_groups_chats_and_relations_are_understood(book: Book) -> None:
    book.sheet("区域", AREAS, ["TK1", "甲醇罐区"], ["PMP", "泵房"])
    book.sheet(
        "位置关系",
        LINKS,
        ["way-1", "distance", "TK1、PMP", None, 41.5],
        ["fire-1", "fire_route", "PMP、TK1", "北路", None, None, None, "否"],
    )
    book.sheet("群组", GROUPS, ["safe", "安全群", "safety"], ["tank", "罐区群", "area", "TK1"])
    book.sheet("群聊", CHATS, ["safe", None, None, "$SAFE_KEY"], ["tank", "wecom", None, "$TANK_KEY"])
    found = book.register()
    assert [(link.kind, link.places, link.metres, link.active) for link in found.links] == [
        (LinkKind.DISTANCE, ("TK1", "PMP"), Decimal("41.5"), True),
        (LinkKind.FIRE_ROUTE, ("PMP", "TK1"), None, False),
    ]
    assert [(group.id, group.purpose, group.areas) for group in found.groups] == [
        ("safe", "safety", ()), ("tank", "area", ("TK1",)),
    ]  # fmt: skip
    assert [(chat.group, chat.chat) for chat in found.chats] == [("safe", "$SAFE_KEY"), ("tank", "$TANK_KEY")]


def test_faults_of_groups_and_relations_are_at_their_cells_and_no_key_is_repeated(book: Book) -> None:
    book.sheet("区域", AREAS, ["TK1", "甲醇罐区"])
    book.sheet("位置关系", LINKS, ["way-1", "beside", "TK1、NIX"], ["way-2", "distance", "TK1、NIX"], [None, "dike"])
    book.sheet("群组", GROUPS, ["safe", "安全群", "secret"], ["tank", "罐区群", "area", "NIX"])
    book.sheet("群聊", CHATS, ["nobody", None, None, "a key of a robot!"], ["tank", "telegram", None, "$TANK"])
    told = book.problems()
    text = "\n".join(told)
    for wanted in (
        "位置关系!B2「种类」", "位置关系!C3「位置」", "位置关系!4「编号」: 没有填写", "群组!C2「用途」",
        "群组!D3「区域」", "群聊!A2「群编号」: 群组表里没有这个编号（写的是“nobody”）", "群聊!B3「平台」",
    ):  # fmt: skip
        assert wanted in text, text
    assert "robot!" not in text


def test_groups_without_the_sheet_of_their_chats_are_refused(book: Book) -> None:
    """What is not written is taken away: an alarm group must not fall silent because a sheet was forgotten."""
    book.sheet("群组", GROUPS, ["safe", "安全群", "safety"])
    assert any("群聊: 有“群组”就要有这张表" in one for one in book.problems())
    book.sheet("群聊", CHATS)
    assert book.problems() == []


def test_the_check_character_of_an_identity_number_is_computed_and_never_repeated(book: Book) -> None:
    wrong = GOOD[:-1] + "1"
    book.sheet("人员", PEOPLE, ["wang", "王强"])
    book.sheet("证书", HELD, ["wang", "2.1", wrong, "2024-01-01", "2030-01-01"])
    (told,) = book.problems()
    assert "证书!C2「证号」" in told
    assert "校验位不对" in told
    assert wrong not in told
    assert wrong[1:7] not in told


def test_one_identity_number_has_one_holder(book: Book) -> None:
    book.sheet("人员", PEOPLE, ["wang", "王强"], ["li", "李明"])
    book.sheet("证书", HELD, *[[who, "2.1", GOOD, "2024-01-01", "2030-01-01"] for who in ("wang", "li")])
    told = book.problems()
    assert len(told) == 1
    assert GOOD not in told[0]


def test_headings_are_held_to_the_known_ones(book: Book) -> None:
    book.sheet("人员", ["编号", "姓名", "电话", "电话"], ["wang", "王强"])
    text = "\n".join(book.problems())
    assert "人员!B1: 没有“姓名”这一列" in text
    assert "人员!D1: “电话”有两列" in text
    assert "人员: 缺少“名称”这一列" in text


def test_a_formula_is_a_value_and_runs_nowhere(book: Book) -> None:
    book.sheet("人员", PEOPLE, ["wang", '=HYPERLINK("http://x","王强")'])
    assert "没有填写" in book.problems()[0]
    hostile = Register(
        people=(read(EXAMPLE).against(Register(), site="main", home=Home(corps={"wecom": CORP})).people[0],)
    )
    named = replace(hostile.people[0], name="=1+1", department="@SUM(A1)", superior=None, posts=(), employer=None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        path.write_bytes(workbook(Register(people=(named,)), site=SITE, home=Home(corps={"wecom": CORP})))
        sheet = openpyxl.load_workbook(path)["人员"]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
        assert sheet["B2"].value == "=1+1"


@pytest.mark.parametrize("content", [b"", b"id,name\n1,2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(RegisterError, match="xlsx"):
        read_workbook(path)
    with pytest.raises(RegisterError, match="读不了"):
        read_workbook(tmp_path / "none.xlsx")


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def test_macros_bombs_and_large_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(_packed({"xl/workbook.xml": b"", "xl/vbaProject.bin": b"x"}))
    with pytest.raises(RegisterError, match="宏"):
        read_workbook(path)
    path.write_bytes(_packed({f"xl/{number}.xml": bytes(30_000_000) for number in range(4)}))
    with pytest.raises(RegisterError, match="展开后太大"):
        read_workbook(path)
    path.write_bytes(bytes(LARGEST + 1))
    with pytest.raises(RegisterError, match="文件太大"):
        read_workbook(path)
    path.write_bytes(_packed({"xl/workbook.xml": b"<nonsense"}))
    with pytest.raises(RegisterError, match="打不开"):
        read_workbook(path)


def spoiled(change: tuple[bytes, bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """An empty workbook of ours with some bytes of a part exchanged."""
    with zipfile.ZipFile(io.BytesIO(workbook(Register(), site=SITE, home=Home(corps={"wecom": CORP})))) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    assert change[0] in parts[part]
    return _packed(parts | {part: parts[part].replace(*change)})


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>',
        b"<row r='9'><c t='n' r = 'A99999999999'><v>1</v></c></row>",
        b'<x:row r="9"><x:c s="1" r="ZZ1"/></x:row>',
        b'<row r="9"><c r="&#88;FD1048576"/></row>',
        b'<row r="20002"><c r="A20002"/></row>',
        b'<row r="9"><c t=">" r="XFD1048576"/></row>',
        b'<row r="9"><c r="A9" t= r="XFD9"/></row>',
    ],
)
def test_a_cell_at_the_end_of_the_world_is_refused_before_anything_reads_it(tmp_path: Path, cell: bytes) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(spoiled((b"</sheetData>", cell + b"</sheetData>")))
    with pytest.raises(RegisterError, match="工作表太大"):
        read_workbook(path)


def test_a_declared_size_alone_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    path.write_bytes(spoiled((b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')))
    read_workbook(path)


def test_a_cell_without_end_is_refused_and_a_book_without_our_sheets_too(book: Book) -> None:
    book.sheet("人员", PEOPLE, ["wang", "王" * (CELL + 1)])
    (told,) = book.problems()
    assert "太长" in told
    assert len(told) < 200


def test_a_book_of_other_sheets_says_which_are_known(book: Book) -> None:
    book.sheet("Sheet1", ["a"])
    (told,) = book.problems()
    assert "没有认识的工作表" in told


@pytest.mark.parametrize("text", ["a、b", "a;b", "a\n", "a,b，c"])
def test_an_item_with_a_separator_in_it_survives(text: str) -> None:
    aliases = next(one for shape in SHEETS for one in shape.columns if one.kind is Kind.LIST)
    items = [text.strip(), "z"]
    assert understood(aliases, spelled(aliases, items)) == items


def test_an_empty_template_has_every_heading(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(workbook(Register(), site=SITE, home=Home(corps={"wecom": CORP})))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [shape.name for shape in SHEETS]
    assert [cell.value for cell in book["证书"][1]][:3] == ["人员编号*", "种类*", "证号*"]
    assert (
        read_workbook(path).against(Register(), site=SITE, home=Home(corps={"wecom": CORP}), compared=normal_alias)
        == Register()
    )
