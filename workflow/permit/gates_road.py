"""Gates of closing a road (GB 30871-2022 12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from workflow.findings import Severity
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.permit.gates_items import items, must_apply
from workflow.permit.gates_weather import WEATHER
from workflow.values import WorkType

_LAMPS = "road.lamps"
_DARK = ("rain", "snow", "fog")
_HOUR_IN_MICROSECONDS = Decimal(timedelta(hours=1) // timedelta(microseconds=1))


def lamps(asked: Asked) -> Iterator[Answer]:
    """Rain, snow and fog by day ask for warning lamps as the night does (12.4; the form prints the night only).

    The night stands in the plan and calls for the item by itself; the weather is seen on the day. What an instrument
    said of it last holds while it is silent.
    """
    if asked.content.work is not WorkType.ROAD:
        return
    weather = {kind: getattr(asked.facts.weather, kind) for kind in _DARK}
    there = [WEATHER[kind] for kind, value in weather.items() if value or kind in asked.facts.weather_held]
    if there:
        yield from must_apply(asked, _LAMPS, f"现场有{'、'.join(there)}，须设警示灯")
    elif any(state.involved for _, state in items(asked, _LAMPS)):
        yield good("已列入警示灯措施")
    elif None in weather.values():
        cure = "请到现场确认；有雨、雪、雾须设警示灯"
        yield open_("不知道现场有没有雨、雪、雾", cure, "监护人", severity=Severity.WARN)
    else:
        yield good("没有雨、雪、雾")


def no_sign(asked: Asked) -> Iterator[Answer]:
    """Without sign boards only a short fixed-point work, with a traffic director and warning facilities (12.3)."""
    if asked.content.work is not WorkType.ROAD or asked.known.of("no_sign") is not True:
        return
    night = asked.known.of("night") is not False
    bound = asked.rules.bound("road.no_sign_night_h" if night else "road.no_sign_day_h")
    hours = Decimal(asked.content.planned.length // timedelta(microseconds=1)) / _HOUR_IN_MICROSECONDS
    if bound is None:
        yield open_("规则没有给出可以不设标志牌的时间", "请设标志牌", "作业负责人")
    elif not bound.holds(hours):
        planned = hours.quantize(Decimal("0.01"), ROUND_CEILING).normalize()  # upwards: a minute over reads as over
        fact = f"不设标志牌，计划{'夜间' if night else '白天'}作业{planned:f}小时，应{bound.spoken}"
        yield bad(fact, "请设标志牌，或缩短时间", "作业负责人", button="edit", clause=bound.clause)
    else:
        fact = f"短时定点作业不设标志牌，{bound.value}小时内"
        yield from must_apply(asked, "road.no_sign", fact, clause=bound.clause)
