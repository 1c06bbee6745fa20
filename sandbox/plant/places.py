"""Areas, equipment and groups of the demo plant."""

from __future__ import annotations

from decimal import Decimal

from workflow.ids import AreaId, EquipmentId, GroupId, SiteId
from workflow.plant import Area, Equipment, Group, LinkKind, PlaceLink, Shape
from workflow.values import Datum, Position

_SITE = SiteId("hc")
_LAT, _LNG = Decimal("36.8131"), Decimal("118.0548")
_CELL_LAT, _CELL_LNG = Decimal("0.0012"), Decimal("0.0015")


def _fence(column: int, row: int) -> tuple[Position, ...]:
    """A rectangle of about 110 m by 110 m in the plant's grid, WGS-84."""
    south, west = _LAT + row * _CELL_LAT, _LNG + column * _CELL_LNG
    north, east = south + Decimal("0.0010"), west + Decimal("0.0012")
    corners = ((south, west), (south, east), (north, east), (north, west))
    return tuple(Position(latitude=lat, longitude=lng, datum=Datum.WGS84) for lat, lng in corners)


_AREAS: tuple[tuple[str, str, tuple[str, ...], str, bool, dict[str, bool]], ...] = (
    ("TK1", "一号罐区", ("1号罐区", "甲醇罐区", "A-01"), "储运车间", True, {"major_hazard_dike": True}),
    ("TK2", "二号罐区", ("2号罐区", "苯罐区", "A-02"), "储运车间", True, {}),
    ("TK3", "三号罐区", ("3号罐区", "液碱罐区", "A-03"), "储运车间", False, {}),
    ("RX1", "合成一车间", ("一车间", "合成车间", "B-01"), "合成一车间", True, {}),
    ("RX2", "合成二车间", ("二车间", "B-02"), "合成二车间", True, {}),
    ("DST", "精馏装置区", ("精馏区", "精馏车间", "B-03"), "合成二车间", True, {}),
    ("RCK", "主管廊", ("管廊", "中央管廊", "R-00"), "公用工程车间", True, {"pipe_rack": True}),
    ("UTL", "公用工程站", ("公用站", "循环水站", "C-01"), "公用工程车间", False, {}),
    ("BLR", "锅炉房", ("动力站", "C-02"), "公用工程车间", False, {}),
    ("WWT", "污水处理站", ("污水站", "C-03"), "公用工程车间", True, {"confined_space": True}),
    ("PMP", "原料泵房", ("泵房", "D-01"), "储运车间", True, {}),
    ("LDG", "装卸站台", ("装车台", "装卸区", "D-02"), "储运车间", True, {}),
    ("WH1", "甲类仓库", ("一号仓库", "E-01"), "储运车间", True, {}),
    ("WH2", "丙类仓库", ("二号仓库", "E-02"), "储运车间", False, {}),
    ("SHP", "机修车间", ("机修", "F-01"), "设备部", False, {}),
    ("FXH", "固定动火点", ("固定动火区", "F-02"), "设备部", False, {"fixed_hot_work": True}),
    ("SUB", "总变电所", ("变电所", "配电室", "G-01"), "电仪车间", False, {}),
    ("LAB", "中心化验室", ("化验室", "质检楼", "H-01"), "质检中心", False, {}),
    ("CCR", "中央控制室", ("中控室", "控制室", "H-02"), "合成一车间", False, {}),
    ("OFF", "综合办公楼", ("办公楼", "H-03"), "综合办公室", False, {}),
)
_NEXT = {
    "TK1": ("TK2", "PMP"), "TK2": ("TK1", "TK3", "PMP"), "TK3": ("TK2",), "RX1": ("RX2", "RCK"),
    "RX2": ("RX1", "DST", "RCK"), "DST": ("RX2", "RCK"), "RCK": ("RX1", "RX2", "DST"), "PMP": ("TK1", "TK2", "LDG"),
    "LDG": ("PMP",), "WH1": ("WH2",), "WH2": ("WH1",), "SHP": ("FXH",), "FXH": ("SHP",), "UTL": ("BLR", "WWT"),
    "BLR": ("UTL",), "WWT": ("UTL",),
}  # fmt: skip


def areas() -> tuple[Area, ...]:
    """Twenty areas; each carries its old code as an alias and a code on its board."""
    return tuple(
        Area(
            id=AreaId(code),
            site=_SITE,
            name=name,
            aliases=aliases,
            department=department,
            fire_explosion=fire,
            neighbours=tuple(AreaId(other) for other in _NEXT.get(code, ())),
            fence=_fence(index % 5, index // 5),
            board_code=f"HC-{code}-B1",
            pipe_rack=flags.get("pipe_rack", False),
            major_hazard_dike=flags.get("major_hazard_dike", False),
            fixed_hot_work=flags.get("fixed_hot_work", False),
            confined_space=flags.get("confined_space", False),
        )
        for index, (code, name, aliases, department, fire, flags) in enumerate(_AREAS)
    )


def _tank(area: str, number: int, medium: str, *, operating: bool, purged: bool | None) -> Equipment:
    return Equipment(
        id=EquipmentId(f"T-{number}"),
        site=_SITE,
        name=f"{number % 100}号罐",
        area=AreaId(area),
        aliases=(f"T{number}", f"{number % 100}#罐"),
        operating=operating,
        medium=medium,
        held_toxic_or_flammable=medium not in {"液碱", "循环水"},
        purged=purged,
        confined_space=True,
        shape=Shape.VERTICAL,
        height_m=Decimal(12),
    )


def equipment() -> tuple[Equipment, ...]:
    """Tanks, reactors, columns, pumps and exchangers: some 60 pieces with exact codes."""
    rows = [
        _tank("TK1", 101, "甲醇", operating=True, purged=None),
        _tank("TK2", 202, "苯", operating=False, purged=True),
        _tank("TK2", 203, "苯", operating=True, purged=None),
        _tank("TK2", 204, "甲苯", operating=False, purged=None),
        _tank("TK3", 305, "液碱", operating=False, purged=True),
        _tank("TK3", 306, "液碱", operating=True, purged=None),
    ]
    kinds = (("RX1", "R", "反应釜", "苯"), ("RX2", "R", "反应釜", "甲苯"), ("DST", "C", "精馏塔", "苯"))
    for area, letter, name, medium in kinds:
        base = {"RX1": 100, "RX2": 200, "DST": 300}[area]
        rows += [_vessel(area, f"{letter}-{base + n}", f"{n}号{name}", medium, n) for n in range(1, 7)]
    for area, base in (("PMP", 400), ("UTL", 500), ("LDG", 600)):
        rows += [
            _vessel(area, f"P-{base + n}", f"P{base + n}泵", "甲醇" if area != "UTL" else "循环水", n)
            for n in range(1, 9)
        ]
    rows += [_vessel("WWT", f"V-{700 + n}", f"{n}号调节池", "污水", n) for n in range(1, 4)]
    rows += [_vessel("BLR", f"B-{800 + n}", f"{n}号锅炉", "循环水", n) for n in range(1, 3)]
    return tuple(rows)


def _vessel(area: str, code: str, name: str, medium: str, n: int) -> Equipment:
    return Equipment(
        id=EquipmentId(code),
        site=_SITE,
        name=name,
        area=AreaId(area),
        aliases=(code.replace("-", ""),),
        operating=n % 2 == 1,
        medium=medium,
        held_toxic_or_flammable=medium not in {"循环水"},
        purged=None if n % 2 == 1 else True,
        confined_space=code[0] in "RCVB",
    )


_LINKS: tuple[tuple[str, LinkKind, tuple[str, ...], str, tuple[str, ...], str], ...] = (
    ("dike-tk1", LinkKind.DIKE, ("T-101", "TK1"), "一号罐区防火堤", (), ""),
    ("dike-tk2", LinkKind.DIKE, ("T-202", "T-203"), "二号罐区东防火堤", (), ""),
    ("dike-tk2w", LinkKind.DIKE, ("T-204", "TK2"), "二号罐区西防火堤", (), ""),
    ("dike-tk3", LinkKind.DIKE, ("T-305", "T-306"), "三号罐区防火堤", (), ""),
    ("deck-r105", LinkKind.ABOVE, ("R-105", "R-106"), "5号釜操作平台在6号釜上方", (), ""),
    ("sewer-east", LinkKind.DRAIN, ("TK1", "TK2", "PMP", "WWT"), "东侧含油污水系统", (), ""),
    ("sewer-west", LinkKind.DRAIN, ("RX1", "RX2", "DST"), "生产污水系统", (), ""),
    ("line-1203", LinkKind.LINE, ("T-202", "P-401"), "P-1203-80", ("苯出料线", "BZ-1203"), ""),
    ("line-1101", LinkKind.LINE, ("T-101", "P-402"), "P-1101-100", ("甲醇出料线",), ""),
    ("system-r1", LinkKind.SYSTEM, ("R-101", "R-102"), "合成一车间 1# 隔离系统", (), ""),
    ("pool-1", LinkKind.INSIDE, ("V-701", "WWT"), "", (), ""),
    ("fire-tk1", LinkKind.FIRE_ROUTE, ("PMP", "TK1"), "罐区北路", (), ""),
    ("fire-tk1b", LinkKind.FIRE_ROUTE, ("TK2", "TK1"), "罐区中路", (), ""),
    ("way-202-204", LinkKind.DISTANCE, ("T-202", "T-204"), "", (), "41.5"),
    ("way-202-203", LinkKind.DISTANCE, ("T-202", "T-203"), "", (), "18.0"),
)


def links() -> tuple[PlaceLink, ...]:
    """How the places belong together beyond their neighbours: dikes, sewers, pipes, what hangs over what."""
    return tuple(
        PlaceLink(
            id=key, site=_SITE, kind=kind, places=places, name=name, aliases=aliases,
            metres=Decimal(metres) if metres else None,
        )
        for key, kind, places, name, aliases, metres in _LINKS
    )  # fmt: skip


def groups() -> tuple[Group, ...]:
    """The chat groups that hear broadcasts."""
    return (
        Group(id=GroupId("hc-safety"), site=_SITE, name="华昌安全群", purpose="safety"),
        Group(id=GroupId("hc-management"), site=_SITE, name="华昌管理群", purpose="management"),
    )


_SHIFT_LAT, _SHIFT_LNG = Decimal("0.000524"), Decimal("0.006080")
"""GCJ-02 minus WGS-84 at this plant (Zibo); the shift hardly changes over a few hundred metres."""


def middle(area: str) -> tuple[Decimal, Decimal]:
    """Latitude and longitude of the middle of an area (WGS-84). Raise `KeyError`."""
    found = {str(each.id): each for each in areas()}[area]
    south_west, north_east = found.fence[0], found.fence[2]
    return (south_west.latitude + north_east.latitude) / 2, (south_west.longitude + north_east.longitude) / 2


def gcj02_middle(area: str) -> tuple[str, str, str]:
    """Latitude, longitude and name of the middle of an area, as a phone in China reports it (GCJ-02). Raise
    `KeyError`."""
    found = {str(each.id): each for each in areas()}[area]
    latitude, longitude = middle(area)
    return str(latitude + _SHIFT_LAT), str(longitude + _SHIFT_LNG), found.name
