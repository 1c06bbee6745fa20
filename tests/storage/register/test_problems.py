"""Everything that can be wrong with a register is said at once, with file, line and key; and then nothing is loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from handlers.request.folding import key as folded
from storage.directory import Account, Contractor, Home, Register
from storage.register import RegisterError, read
from tests.storage.register.conftest import CORP, SITE, Desk
from workflow.ids import AreaId, EquipmentId, PersonId, SiteId
from workflow.plant import Area, Certificate, Equipment, Person

SITE_ID = SiteId(SITE)

SHAPE = [
    ("people:\n  - {id: a, name: 甲, phon: 1}\n", ["register.yaml:2: people[0].phon: 没有这一项，请检查拼写"]),
    ("persons: []\n", ["register.yaml:1: persons: 没有这一项，请检查拼写"]),
    ("people:\n  - {id: a}\n", ["register.yaml:2: people[0].name: 缺少这一项"]),
    ("people:\n  - {id: 王强, name: 王强}\n", ["register.yaml:2: people[0].id: 账号由字母、数字和"]),
    ('people:\n  - {id: a, name: "王强 "}\n', ["register.yaml:2: people[0].name: 前后有空格"]),
    ("people:\n  - {id: a, name: 王\u200b强}\n", ["register.yaml:2: people[0].name: 前后有空格，或夹着看不见的字符"]),
    ("people:\n  - {id: a, name: ''}\n", ["register.yaml:2: people[0].name: 不能为空"]),
    ("people:\n  - {id: a, name: 甲, name: 乙}\n", ["register.yaml:2: people[0].name: 这一项写了两次"]),
    ("people:\n  - {id: a, name: 甲, active: false}\n", ["register.yaml:2: people[0].active: 应为 yes 或 no"]),
    ("people:\n  - {id: a, name: 甲, phone: 无}\n", ["register.yaml:2: people[0].phone: 应为电话号码"]),
    (
        "people:\n  - {id: a, name: 甲, experience_years: 3年}\n",
        ["register.yaml:2: people[0].experience_years: 应为不带单位的数"],
    ),
    ("people:\n  - {id: a, name: 甲, experience_years: ３}\n", ["register.yaml:2: people[0].experience_years: 应为"]),
    # A post without areas is not a post everywhere: the whole site has to be said.
    (
        "people:\n  - id: a\n    name: 甲\n    posts:\n      workshop_head:\n",
        ["register.yaml:5: people[0].posts.workshop_head: 应为区域代码的列表；整个厂区写 all"],
    ),
    (
        "people:\n  - {id: a, name: 甲, posts: {workshop_head: []}}\n",
        ["register.yaml:2: people[0].posts.workshop_head: 应为区域代码的列表"],
    ),
    ("people:\n  - {id: a, name: 甲, posts: {x: TK1}}\n", ["register.yaml:2: people[0].posts.x: 应为区域代码的列表"]),
    (
        "areas:\n  - {code: A, name: 甲, fire_explosion: maybe}\n",
        ["register.yaml:2: areas[0].fire_explosion: 应为 yes、no 或 unknown"],
    ),
    (
        "areas:\n  - {code: A, name: 甲, fence: {corners: [[1, 2], [1, 3], [2, 3]]}}\n",
        ["register.yaml:2: areas[0].fence.datum: 缺少这一项"],
    ),
    (
        "areas:\n  - code: A\n    name: 甲\n    fence:\n      datum: gps\n      corners: [[1, 2]]\n",
        ["register.yaml:5: areas[0].fence.datum: 应为 'wgs84', 'gcj02', 'bd09' 之一"],
    ),
    (
        "areas:\n  - code: A\n    name: 甲\n    fence:\n      datum: wgs84\n      corners:\n        - [118.0, 36.8]\n",
        ["register.yaml:7: areas[0].fence.corners[0]: 纬度在 -90 到 90 之间"],
    ),
    (
        "areas:\n  - {code: A, name: 甲, fence: {datum: wgs84, corners: [[36°8, 118], [1], [1, 2, 3, 4]]}}\n",
        ["corners[0]: 经纬度应为", "corners[1]: 应为 [纬度, 经度]", "corners[2]: 应为 [纬度, 经度]"],
    ),
    ("areas: TK1\n", ["register.yaml:1: areas: 应为列表"]),
    ("areas: [TK1]\n", ["register.yaml:1: areas[0]: 应为“名称: 值”"]),
    ("areas:\n  - {code: A, name: 甲, aliases: [乙, 乙]}\n", ["register.yaml:2: areas[0].aliases: 同一项写了两次"]),
    ("areas:\n  - {code: [A], name: 甲}\n", ["register.yaml:2: areas[0].code: 应为文字"]),
    (
        "groups:\n  - {id: g, name: 群, purpose: alarm}\n",
        ["register.yaml:2: groups[0].purpose: 应为 'safety', 'management', 'area' 之一"],
    ),
    (
        "contractors:\n  - {id: c, name: 丙, credit_code: 123}\n",
        ["register.yaml:2: contractors[0].credit_code: 统一社会信用代码是 18 位"],
    ),
    ("people: [\n", ["register.yaml:2: YAML 写法不对"]),
    ("", ["register.yaml:1: 应为“名称: 值”的列表"]),
]
CERTIFICATE = """
people:
  - id: a
    name: 甲
    certificates:
      - kind: "2.1"
        number: T11010519491231002X
        valid_from: 2024-01-01
        valid_to: 2030-01-01
"""
DATES = [
    ("valid_to: 2030-01-01", "valid_to: 2030-01-01 08:00", "9: people[0].certificates[0].valid_to: 只写日期，不写时刻"),
    ("valid_to: 2030-01-01", "valid_to: 2030/01/01", "9: people[0].certificates[0].valid_to: 应为日期"),
    ("valid_to: 2030-01-01", "valid_to: 20300101", "9: people[0].certificates[0].valid_to: 应为日期"),
    ("valid_to: 2030-01-01", "valid_to: 2030-02-30", "9: people[0].certificates[0].valid_to: 没有这一天"),
    ("valid_to: 2030-01-01", "valid_to:", "9: people[0].certificates[0].valid_to: 应为日期"),
    ("valid_to: 2030-01-01", "valid_to: 2023-12-31", "9: people[0].certificates[0].valid_to: 有效期止早于有效期起"),
    ("        valid_to: 2030-01-01\n", "", "6: people[0].certificates[0].valid_to: 缺少这一项"),
    ("X\n", "1\n", "7: people[0].certificates[0].number: 证号的校验位不对"),
    ("T11010519491231002X", "T0001", "7: people[0].certificates[0].number: 特种作业操作证的证号应为 T 加 18 位"),
    (
        "valid_to: 2030-01-01",
        "valid_to: 2030-01-01\n        review_due: 2031-01-01",
        "10: people[0].certificates[0].review_due: 复审日不在有效期内",
    ),
    (
        "valid_to: 2030-01-01",
        "valid_to: 2030-01-01\n        review_due: 2023-01-01",
        "10: people[0].certificates[0].review_due: 复审日不在有效期内",
    ),
    (
        "valid_to: 2030-01-01",
        "valid_to: 2030-01-01\n        reviewed_on: 2023-01-01",
        "10: people[0].certificates[0].reviewed_on: 复审早于有效期起",
    ),
]
ACROSS = [
    (
        """
        people:
          - {id: a, name: 甲, superior: nobody}
          - {id: b, name: 乙, superior: A}
        """,
        ["3: people[0].superior: 没有人员 nobody", "4: people[1].superior: 没有人员 A，是不是 a？"],
    ),
    (
        """
        people:
          - {id: a, name: 甲, superior: b}
          - {id: b, name: 乙, superior: c}
          - {id: c, name: 丙, superior: b}
          - {id: d, name: 丁, superior: d}
        """,
        ["4: people[1].superior: 上级绕成一圈：b → c → b", "6: people[3].superior: 上级绕成一圈：d → d"],
    ),
    (
        """
        people:
          - {id: a, name: 甲, posts: {head: [TK1, TK9]}}
        areas:
          - {code: TK1, name: 罐区}
        """,
        ["3: people[0].posts.head[1]: 没有区域 TK9"],
    ),
    (
        """
        people:
          - {id: a, name: 甲, posts: {head: [TK1, TK1]}}
        areas:
          - {code: TK1, name: 罐区}
        """,
        ["3: people[0].posts.head: 同一区域写了两次"],
    ),
    (
        """
        people:
          - {id: Wang, name: 王}
          - {id: wang, name: 汪}
        """,
        ["4: people[1].id: 与 register.yaml:3 重复", "4: people[1].userid: 这个账号已经写给 register.yaml:3"],
    ),
    (
        """
        people:
          - {id: a, name: 甲, userid: x}
          - {id: b, name: 乙, accounts: [{userid: X}]}
          - {id: c, name: 丙, accounts: [{userid: x, corp: ww2}]}
          - {id: d, name: 丁, userid: d, accounts: []}
        """,
        [
            "4: people[1].accounts[0].userid: 这个账号已经写给 register.yaml:3",
            "6: people[3].userid: userid 和 accounts 只写一个",
        ],
    ),
    (
        """
        areas:
          - {code: TK1, name: 一号罐区, aliases: [罐区]}
          - {code: TK2, name: 二号罐区, aliases: [ 罐区 ]}
        """,
        ["4: areas[1].aliases[0]: “罐区”也指区域 TK1；一个名称只能指一处"],
    ),
    (
        """
        areas:
          - {code: TK1, name: 罐区}
          - {code: TK2, name: tk1}
          - {code: TK3, name: 三号}
          - {code: TK3, name: 三号}
        """,
        ["4: areas[1].name: “tk1”也指区域 TK1", "6: areas[3].code: 与 register.yaml:5 重复"],
    ),
    (
        """
        areas:
          - {code: TK1, name: 罐区}
          - {code: TK2, name: 罐区二}
        equipment:
          - {code: T-1, name: 一号罐, area: TK1, aliases: [罐区]}
          - {code: T-2, name: 一号罐, area: TK2, aliases: [大罐]}
          - {code: T-3, name: 一号罐, area: TK2, aliases: [大罐]}
          - {code: T-4, name: T-2, area: TK1}
          - {code: T-5, name: 五号罐, area: TK5}
        """,
        [
            "6: equipment[0].aliases[0]: “罐区”也指区域 TK1",
            "8: equipment[2].aliases[0]: “大罐”也指设备 T-2",
            "8: equipment[2].name: “一号罐”也指设备 T-2",
            "9: equipment[3].name: “T-2”也指设备 T-2",
            "10: equipment[4].area: 没有区域 TK5",
        ],
    ),
    (
        """
        areas:
          - {code: TK1, name: 罐区, neighbours: [TK2, TK3, TK1, TK9]}
          - {code: TK2, name: 罐区二, neighbours: [TK1]}
          - {code: TK3, name: 罐区三}
        """,
        [
            "3: areas[0].neighbours[1]: TK3 没有把 TK1 写成相邻",
            "3: areas[0].neighbours[2]: 自己不能是自己的相邻区域",
            "3: areas[0].neighbours[3]: 没有区域 TK9",
        ],
    ),
    (
        """
        areas:
          - {code: TK1, name: 罐区, board: B}
          - {code: TK2, name: 罐区二, board: B}
        """,
        ["4: areas[1].board: 区域 TK1 的标牌也是这个码"],
    ),
    (
        """
        areas:
          - {code: TK1, name: 甲, fence: {datum: wgs84, corners: [[36, 118], [36, 118], [36.1, 118]]}}
          - {code: TK2, name: 乙, fence: {datum: wgs84, corners: [[36, 118], [36.001, 118], [63.001, 118.001]]}}
        """,
        [
            "3: areas[0].fence.corners: 围栏至少要 3 个不同的角",
            "4: areas[1].fence.corners: 围栏的角相距上百公里",
        ],
    ),
    (
        """
        groups:
          - {id: g, name: 群, purpose: area, areas: [TK9], chats: [{key: k}, {key: k}]}
          - {id: g, name: 群, purpose: area}
        """,
        [
            "3: groups[0].areas[0]: 没有区域 TK9",
            "3: groups[0].chats[1]: 同一个群写了两次",
            "4: groups[1].id: 与 register.yaml:3 重复",
        ],
    ),
    (
        """
        contractors:
          - {id: c, name: 丙}
          - {id: d, name: 丙}
        people:
          - {id: a, name: 甲, employer: c}
        """,
        ["4: contractors[1].name: 与 register.yaml:3 重复", "6: people[0].employer: 没有登记承包商“c”"],
    ),
    (
        """
        people:
          - id: a
            name: 甲
            certificates:
              - {kind: "2.1", number: t11010519491231002x, valid_from: 2024-01-01, valid_to: 2030-01-01}
              - {kind: "2.1", number: T11010519491231002X, valid_from: 2025-01-01, valid_to: 2031-01-01}
              - {kind: "3.2", number: T320500199003071238, valid_from: 2024-01-01, valid_to: 2030-01-01}
              - {kind: "1.2", number: T320500199003071238, valid_from: 2024-01-01, valid_to: 2030-01-01,
                 status: mismatch}
          - id: b
            name: 乙
            certificates:
              - {kind: "2.1", number: T11010519491231002X, valid_from: 2024-01-01, valid_to: 2030-01-01}
              - {kind: guardian, number: 培训1, valid_from: 2024-01-01, valid_to: 2030-01-01}
        """,
        [
            "7: people[0].certificates[1]: 同一张证写了两次",
            "8: people[0].certificates[2].number: 与此人另一张操作证的证号不同",
            "14: people[1].certificates[0].number: 与 a 的证号相同",
        ],
    ),
    ("site: B\n", ["1: site: 这份登记是厂区 B 的，不是 A 的"]),
]


@pytest.mark.parametrize(("text", "said"), SHAPE)
def test_a_file_that_is_not_well_formed(desk: Desk, text: str, said: list[str]) -> None:
    expect(desk.problems(text), said)


@pytest.mark.parametrize(("before", "after", "said"), DATES)
def test_a_certificate_that_cannot_be(desk: Desk, before: str, after: str, said: str) -> None:
    assert desk.problems(CERTIFICATE) == []
    expect(desk.problems(CERTIFICATE.replace(before, after)), [said])


@pytest.mark.parametrize(("text", "said"), ACROSS)
def test_records_that_do_not_fit_together(desk: Desk, text: str, said: list[str]) -> None:
    expect(desk.problems(text), said)


def expect(problems: list[str], said: list[str]) -> None:
    assert len(problems) == len(said), problems
    for problem, part in zip(problems, said, strict=True):
        assert part in problem


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("people:\n  - {id: a, name: 甲, phone: 1380013800013800138000}\n", "138001"),
        (CERTIFICATE.replace("1002X", "10021"), "19491231"),
        (CERTIFICATE.replace("T1101", "1101"), "19491231"),
        ("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: https://q/send?key=6d1f2a}]}\n", "6d1f2a"),
        ("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: $6d1f2a}]}\n", "6d1f2a"),
        ("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: 6d1f2a}, {key: 6d1f2a}]}\n", "6d1f2a"),
        ("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: [6d1f2a]}]}\n", "6d1f2a"),
    ],
)
def test_no_message_repeats_what_is_private(desk: Desk, text: str, secret: str) -> None:
    (said,) = desk.problems(text)
    assert secret not in said


def test_a_robots_key_is_not_printed_with_its_record(desk: Desk) -> None:
    register = desk.loaded("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: 6d1f2a}]}\n")
    assert register.chats[0].chat == "6d1f2a"
    assert "6d1f2a" not in repr(register)
    assert "6d1f2a" not in repr(
        desk.written("groups:\n  - {id: g, name: 群, purpose: area, chats: [{key: 6d1f2a}]}\n").files[0][0]
    )


# --- several files, and what is in force already


def test_a_folder_is_read_as_one_and_each_problem_names_its_file(desk: Desk) -> None:
    (desk.folder / "areas.yaml").write_text("areas:\n  - {code: TK1, name: 罐区}\n", encoding="utf-8")
    (desk.folder / "people.yaml").write_text(
        "people:\n  - {id: a, name: 甲, posts: {head: [TK1]}}\n  - {id: b, name: 乙, posts: {head: [TK2]}}\n",
        encoding="utf-8",
    )
    (desk.folder / "more.yaml").write_text("people:\n\n  - {id: a, name: 甲}\n", encoding="utf-8")
    with pytest.raises(RegisterError) as caught:
        read(desk.folder).against(Register(), site=SITE, home=Home(corps={"wecom": CORP}))
    assert [str(one).split(":")[0] for one in caught.value.problems] == ["people.yaml"] * 3
    assert "与 more.yaml:3 重复" in str(caught.value)


def test_every_malformed_file_is_told(desk: Desk) -> None:
    for name in ("one", "two"):
        (desk.folder / f"{name}.yaml").write_text("area: []\n", encoding="utf-8")
    with pytest.raises(RegisterError) as caught:
        read(desk.folder)
    assert [one.file for one in caught.value.problems] == ["one.yaml", "two.yaml"]


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_nothing_to_read_is_said(desk: Desk, name: str) -> None:
    with pytest.raises(RegisterError, match=r"读不了这个文件|没有"):
        read(desk.folder / name)


def area(code: str, name: str, **more: object) -> Area:
    return replace(Area(id=AreaId(code), site=SITE_ID, name=name), **more)  # type: ignore[arg-type]  # fields by name


KNOWN = Register(
    areas=(
        area("TK1", "罐区", neighbours=(AreaId("TK2"),), board_code="B1"),
        area("TK2", "罐区二", neighbours=(AreaId("TK1"),)),
    ),
    equipment=(Equipment(id=EquipmentId("T-1"), site=SITE_ID, name="一号罐", area=AreaId("TK1")),),
    contractors=(Contractor(id="c", name="丙"),),
    people=(
        Person(id=PersonId("boss"), site=SITE_ID, name="主任", department="", superior=PersonId("chief")),
        Person(
            id=PersonId("chief"),
            site=SITE_ID,
            name="厂长",
            department="",
            certificates=(
                Certificate(
                    kind="2.1",
                    number="T11010519491231002X",
                    valid_from=date(2024, 1, 1),
                    valid_to=date(2030, 1, 1),
                ),
            ),
        ),
    ),
    accounts=(Account(platform="wecom", corp=CORP, userid="boss", person=PersonId("boss")),),
)


def test_references_may_lead_to_what_is_in_force(desk: Desk) -> None:
    text = """
        people:
          - {id: a, name: 甲, superior: boss, employer: 丙, posts: {head: [TK1]}}
        equipment:
          - {code: T-2, name: 一号罐, area: TK2}
        """
    assert desk.problems(text, KNOWN) == []
    assert len(desk.problems(text)) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "people:\n  - {id: chief, name: 厂长, superior: boss}\n",
            ["2: people[0].superior: 上级绕成一圈：chief → boss"],
        ),
        ("areas:\n  - {code: TK3, name: 罐区}\n", ["2: areas[0].name: “罐区”也指区域 TK1"]),
        ("areas:\n  - {code: TK3, name: T-1}\n", ["2: areas[0].name: “T-1”也指设备 T-1"]),
        ("areas:\n  - {code: TK3, name: 三, board: B1}\n", ["2: areas[0].board: 区域 TK1 的标牌"]),
        ("areas:\n  - {code: TK3, name: 三, neighbours: [TK1]}\n", ["2: areas[0].neighbours[0]: TK1 没有把 TK3"]),
        ("areas:\n  - {code: TK2, name: 罐区二}\n", ["2: areas[0].neighbours: 在用的区域 TK1 与它相邻，这里没有写"]),
        ("equipment:\n  - {code: T-2, name: 一号罐, area: TK1}\n", ["2: equipment[0].name: “一号罐”也指设备 T-1"]),
        ("contractors:\n  - {id: d, name: 丙}\n", ["2: contractors[0].name: 在用的承包商 c 也叫"]),
        (CERTIFICATE, ["7: people[0].certificates[0].number: 与 chief 的证号相同"]),
        ("areas:\n  - {code: TK1, name: 罐区改, board: B1, neighbours: [TK2]}\n", []),
        ("people:\n  - {id: boss, name: 主任}\n", []),
    ],
)
def test_what_is_written_must_fit_what_is_in_force(desk: Desk, text: str, said: list[str]) -> None:
    expect(desk.problems(text, KNOWN), said)


def test_two_spellings_the_reader_of_requests_takes_for_one_are_one(desk: Desk) -> None:
    text = "areas:\n  - {code: A, name: 2#罐区}\n  - {code: B, name: 二号罐区}\n"
    assert len(desk.loaded(text).areas) == 2
    with pytest.raises(RegisterError, match="“二号罐区”也指区域 A"):
        desk.loaded(text, compared=folded)
    dashes = "equipment:\n  - {code: R-101-2, name: 一, area: A}\n  - {code: R-1012, name: 二, area: A}\n"
    assert len(desk.loaded("areas:\n  - {code: A, name: 甲}\n" + dashes, compared=folded).equipment) == 2


def test_a_register_of_nothing_is_none(desk: Desk) -> None:
    assert desk.loaded("site: A\n") == Register()


def test_one_file_stands_alone_in_its_folder(desk: Desk) -> None:
    """Only what was named is read: the folder may hold a plant file beside it."""
    (desk.folder / "plant.yaml").write_text("plant: hc\n", encoding="utf-8")
    assert desk.problems("people:\n  - {id: a, name: 甲}\n") == []
    assert Path("register.yaml").name in str(desk.written("people: []\n").files[0][1].name)
