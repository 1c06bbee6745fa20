"""Which point a typed line means, where the shape of the vessel calls for several."""

from __future__ import annotations

import pytest

from handlers.airs import point_named
from workflow.rules.sampling import FAR, LEFT, LOWER, MIDDLE, NEAR, RIGHT, UPPER

TALL = (UPPER, MIDDLE, ("middle_2", "中部2"), LOWER)
LYING = (LEFT, MIDDLE, RIGHT)
EITHER = (UPPER, MIDDLE, LOWER, NEAR, FAR)
LINE = (("inside", "设备管道内部"), ("line_start", "隔离段首端"), ("line_end", "隔离段末端"))


@pytest.mark.parametrize(
    ("wanted", "said", "point"),
    [
        (TALL, "中部 氧20.8%", "middle"),
        (TALL, "中部2 氧20.8%", "middle_2"),
        (TALL, "罐底 氧20.8%", "lower"),
        (TALL, "氧20.8%", None),
        (LYING, "左边 可燃0%LEL", "left"),
        (LYING, "右端 可燃0%LEL", "right"),
        (EITHER, "人孔口 氧20.8%", "near"),
        (EITHER, "最里面 氧20.8%", "far"),
        (EITHER, "近端 远端 氧20.8%", None),
        (LINE, "隔离段首端 可燃0%LEL", "line_start"),
        (LINE, "末端 可燃0%LEL", "line_end"),
        (LINE, "管道内部 可燃0%LEL", "inside"),
        ((), "氧20.8%", "作业点"),
        ((NEAR,), "氧20.8%", "near"),
    ],
)
def test_the_point_a_line_names(wanted: tuple[tuple[str, str], ...], said: str, point: str | None) -> None:
    assert point_named(wanted, said) == point
