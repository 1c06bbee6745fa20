"""Gates of the weather: wind, fog, snow, rain. Only work in the open is asked; a person on site may know better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from workflow.facts import WeatherSaid
from workflow.findings import Severity
from workflow.permit.again import LOOK
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.permit.gates_items import confirmed, confirmed_since, items
from workflow.rules.wind import LOWER_BOUNDS, force, force_name
from workflow.values import WorkType

CHECKED = "weather_checked"
"""The checklist item by which a named person answers for wind and weather at the place."""
_OPEN: Mapping[WorkType, str] = {
    WorkType.HOT: "动火",
    WorkType.CONFINED_SPACE: "进入受限空间",
    WorkType.BLIND: "抽堵盲板",
    WorkType.HEIGHT: "高处作业",
    WorkType.LIFT: "吊装",
    WorkType.POWER: "接线",
    WorkType.EARTH: "动土",
    WorkType.ROAD: "断路作业",
}
WEATHER: Mapping[str, str] = {
    "fog": "雾",
    "dense_fog": "浓雾",
    "rain": "雨",
    "rainstorm": "暴雨",
    "snow": "雪",
    "heavy_snow": "大雪",
}
"""How the fields of `workflow.facts.Weather` are called."""


def wind_stop(asked: Asked) -> Iterator[Answer]:
    """Open-air work stops at the limit and above (hot 5.2.15, height 8.2.6, lift 9.2.4).

    Essential hot work was graded up for it (5.2.15); for the others the text knows no exception. Danger is believed
    of an anemometer that is overdue; that all is well is not. Nor does a storm end because nobody speaks any more.
    """
    limit, wind, outdoor = asked.rules.wind_stop_ms, asked.facts.wind_ms, asked.content.facts.outdoor
    if limit is None or outdoor is False:
        return
    said, doubted = asked.facts.wind_said, asked.facts.wind_doubted_ms
    if doubted is not None and doubted >= limit and (wind is None or doubted > wind):
        wind, said = doubted, asked.facts.wind_doubted_said
    clause, rule = asked.rules.wind_clause, _rule(asked, limit)
    gusts = [one for one in asked.facts.wind_held if one[0] >= limit and not _seen_since(asked, one[1])]
    if gusts and (wind is None or wind < limit):
        gust, by = max(gusts, key=lambda one: one[0])
        yield _storm(asked, f"风速 {gust} m/s{_last_by(by, asked)}", limit, held=True)
    elif wind is None:
        yield _no_wind(asked, limit, rule)
    elif wind < limit:
        yield good(f"风速 {wind} m/s{_by(said, asked)}", clause=clause, rule=rule)
    else:
        yield _storm(asked, f"风速 {wind} m/s{_by(said, asked)}", limit, held=False)


def _storm(asked: Asked, speed: str, limit: Decimal, *, held: bool) -> Answer:
    """It blows too hard, or did when it was heard of last (``held``)."""
    clause, rule = asked.rules.wind_clause, _rule(asked, limit)
    if asked.content.facts.outdoor is None:
        fact = f"{speed}，没有说明是否露天"
        return open_(fact, "请说明是否露天作业", "申请人", clause=clause, rule=rule)
    if "wind_essential" in asked.rules.raised_by:
        fact = f"{speed}，已按升级管理办理"
        cure = "加强防飞溅，专人看护；风力再增大应停止"
        return bad(fact, cure, "监护人", clause=clause, rule=rule, severity=Severity.WARN)
    fact = f"{speed}，达到或超过 {limit} m/s"
    cure, who, way = f"立即停止露天{_OPEN[asked.content.work]}，风小后重新确认", "监护人", "stop"
    if held:
        cure, who, way = _look_again(asked)
    return bad(fact, cure, who, button=way, clause=clause, rule=rule)


def _seen_since(asked: Asked, said: WeatherSaid) -> bool:
    """Whether a named person looked at the weather after an instrument fell silent with these words: by the item of the
    list, or the look itself where the list has none."""
    look = asked.permit.measures.get(LOOK.no)
    looked = look is not None and look.confirmed_at is not None and look.confirmed_at > said.at
    return looked or confirmed_since(asked, CHECKED, said.at)


def _last_by(said: WeatherSaid, asked: Asked) -> str:
    return f"（{said.by} {asked.clock(said.at)} 的最后消息）"


def _look_again(asked: Asked) -> tuple[str, str, str]:
    """What ends the last bad word of a silent instrument: cure, who, button."""
    stop = f"立即停止露天{_OPEN[asked.content.work]}；" if asked.moment is Moment.DURING else ""
    return f"{stop}请到现场重新确认天气", "监护人", "stop" if stop else "confirm"


def _by(said: WeatherSaid | None, asked: Asked) -> str:
    """Who says it and when; nothing where that is not known."""
    if said is None:
        return ""
    clock = f"{said.at.astimezone(asked.facts.zone):%H:%M}"
    return f"（{said.by} {clock} 发布，非现场实测）" if said.feed else f"（{said.by} {clock} 实测）"


def _all_by(kinds: Iterable[str], asked: Asked) -> str:
    """The same of several kinds of weather, each source once."""
    said = (_by(asked.facts.weather_said.get(kind), asked) for kind in kinds)
    return "".join(dict.fromkeys(said))


def _no_wind(asked: Asked, limit: Decimal, rule: str) -> Answer:
    """Nothing measures it: the word of whoever confirmed the weather on site, else a question that only warns."""
    clause = asked.rules.wind_clause
    if _checked(asked):
        return good(f"没有风速数据，{_who(asked)}现场确认了风力", clause=clause, rule=rule)
    fact = "没有风速数据" if asked.content.facts.outdoor else "没有风速数据，也没有说明是否露天"
    named = _spoken(limit)
    cure = f"请监护人现场判断风力并说明，{named}及以上立即停止"
    return open_(fact, cure, "监护人", clause=clause, rule=rule, severity=Severity.WARN)


def _rule(asked: Asked, limit: Decimal) -> str:
    return f"{_spoken(limit, after=' ')}及以上风禁止露天{_OPEN[asked.content.work]}"


def _spoken(limit: Decimal, *, after: str = "") -> str:
    """A limit by the force that begins with it, for people to read; a figure of the plant's own as it is."""
    return force_name(force(limit)) if limit in LOWER_BOUNDS else f"{limit} m/s{after}"


def weather_stop(asked: Asked) -> Iterator[Answer]:
    """Fog, snow and rain in which the work does not go on in the open (height 8.2.6, lift 9.2.4).

    What nobody knows stops a start; while work goes on it only asks, for the start was confirmed on site.
    """
    outdoor = asked.content.facts.outdoor
    if outdoor is False:
        return
    for stop in asked.rules.weather:
        seen = {kind: getattr(asked.facts.weather, kind) for kind in stop.kinds}
        there = [kind for kind, value in seen.items() if value]
        spelt = f"{'、'.join(WEATHER[kind] for kind in there)}{_all_by(there, asked)}"
        unknown = [WEATHER[kind] for kind, value in seen.items() if value is None]
        work = _OPEN[asked.content.work]
        last = {kind: by for kind, by in asked.facts.weather_held.items() if kind in stop.kinds}
        held = {kind: by for kind, by in last.items() if not _seen_since(asked, by)}
        if held and not there:
            yield _held(asked, held, stop.clause)
        elif there and outdoor is None:
            yield open_(f"现场有{spelt}，没有说明是否露天", "请说明是否露天作业", "申请人", clause=stop.clause)
        elif there:
            cure = f"立即停止露天{work}，天气好转后重新确认"
            yield bad(f"现场有{spelt}", cure, "监护人", button="stop", clause=stop.clause)
        elif not unknown:
            spelt = f"{'、'.join(WEATHER[kind] for kind in stop.kinds)}{_all_by(stop.kinds, asked)}"
            yield good(f"没有{spelt}", clause=stop.clause)
        elif _checked(asked):
            yield good(f"{_who(asked)}现场确认了天气", clause=stop.clause)
        else:
            fact = f"不知道现场有没有{'、'.join(unknown)}"
            severity = Severity.WARN if asked.moment is Moment.DURING else None
            yield open_(fact, "请到现场确认天气", "监护人", button="confirm", clause=stop.clause, severity=severity)


def _held(asked: Asked, held: Mapping[str, WeatherSaid], clause: str) -> Answer:
    """The last that was heard was bad, and nobody has looked since."""
    by = "".join(dict.fromkeys(_last_by(one, asked) for one in held.values()))
    fact = f"现场有{'、'.join(WEATHER[kind] for kind in held)}{by}"
    if asked.content.facts.outdoor is None:
        return open_(f"{fact}，没有说明是否露天", "请说明是否露天作业", "申请人", clause=clause)
    cure, who, way = _look_again(asked)
    return bad(fact, cure, who, button=way, clause=clause)


def _who(asked: Asked) -> str:
    """The names of those who confirmed the weather at the place."""
    by = {state.confirmed_by for _, state in items(asked, CHECKED) if state.involved and state.confirmed_by}
    return "、".join(sorted(asked.facts.people[one].name for one in by if one in asked.facts.people))


def _checked(asked: Asked) -> bool:
    """A named person confirmed the weather at the place; after a stop, since the stop."""
    stop = asked.permit.suspension
    if asked.moment is Moment.RESUME and stop is not None:
        return confirmed_since(asked, CHECKED, stop.newest)
    return confirmed(asked, CHECKED)
