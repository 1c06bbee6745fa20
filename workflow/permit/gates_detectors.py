"""The gate of the detectors: where the plant asks for them, enough of them are bound, heard, good and within limits.

Before work is at hand only the register is asked, for a portable that is switched off today may serve tomorrow. At the
start and the resumption every word of a device is held against the silence allowed: what would stop the work a moment
later does not let it begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from workflow.monitoring import Band, Detector, Quality, Reading, Watch, band, failures, watch_over
from workflow.permit.gates_common import Answer, Asked, Moment, bad, good, open_
from workflow.rules import gas as air
from workflow.rules.validity import spoken

CLAUSE = "本厂规定"
"""The law asks for continuous monitoring and leaves the devices to the plant (docs/adr/0153)."""
_LIVE = frozenset({Moment.START, Moment.RESUME})
_BIND = "请在设备台账把检测仪登记到作业区域、佩戴人或本票"
_KEEPER, _GUARD = "安全员", "监护人"
_ANOTHER = "请换一台校准有效、状态正常的检测仪"
_WRONG: Mapping[Quality, tuple[str, str]] = {
    Quality.MANUAL: ("不是检测仪的读数", _ANOTHER),
    Quality.OUT_OF_RANGE: ("读数超出量程", "人员不要进入，请通风处理并核对检测仪"),
    Quality.STALE: ("传来的是旧数据", "请检查检测仪的时钟和网络，等新数据"),
    Quality.CLOCK_DRIFT: ("时钟走快了", "请校准检测仪的时钟"),
    Quality.STUCK: ("读数一直不变，可能卡死", _ANOTHER),
    Quality.ZERO_DRIFT: ("读数为负，零点漂移", "请在新鲜空气中校零"),
    Quality.CALIBRATION_EXPIRED: ("校准已过期", _ANOTHER),
    Quality.BUMP_MISSING: ("没有按时做通气测试", "请做通气测试并登记，或换一台"),
    Quality.FAULTY: ("报故障或正在预热、标定", _ANOTHER),
    Quality.WRONG_UNIT: ("单位与台账不一致", "请核对设备台账里的单位"),
    Quality.UNKNOWN_DEVICE: ("台账里没有", _BIND),
    Quality.GAP: ("数据有缺失", "请等新数据"),
}
"""Why a word of a device does not count, and what cures it; `Quality.GOOD` counts."""
_COUNTED = timedelta(minutes=3)
_SECOND = timedelta(seconds=1)


def detectors(asked: Asked) -> Iterator[Answer]:
    """Every quantity has as many devices as the plant asks for, heard within its bound, good, none beyond its limit."""
    rules, facts = asked.rules, asked.facts
    watch = watch_over(facts.monitoring, rules.work, rules.grade, rules.gas)
    if watch is None:
        return
    bound = facts.detectors
    if bound is None:
        yield open_("没能查询设备台账", "请稍后重试", _KEEPER, clause=CLAUSE)
    elif asked.moment in _LIVE:
        yield from _live(asked, watch, bound)
    else:
        yield from _registered(asked, watch, bound)


def _registered(asked: Asked, watch: Watch, bound: tuple[Detector, ...]) -> Iterator[Answer]:
    """What the register lets one hope for."""
    fit = [one for one in bound if one.fit(asked.day_of_work)]
    short = _short(watch, [(one, what) for one in fit for what in one.quantities])
    if short:
        fact = f"作业点能用的检测仪不够：{_lacking(asked, watch, short)}"
        yield open_(fact, f"开工前{_BIND.removeprefix('请')}，校准要有效", _KEEPER, clause=CLAUSE)
    else:
        yield good(f"已登记检测仪：{'、'.join(one.name for one in fit)}", clause=CLAUSE)


def _live(asked: Asked, watch: Watch, bound: tuple[Detector, ...]) -> Iterator[Answer]:
    """What the devices themselves say now. One beyond its limit is danger however many others are good; one that is
    silent or unfit is named only where it is missed."""
    dangers = [answer for one in bound for answer in _beyond(asked, watch, one)]
    sensors = [(one, what) for one in bound for what in one.quantities if what in watch.quantities]
    doubts = {sensor: doubt for sensor in sensors if (doubt := _unfit(asked, watch, *sensor)) is not None}
    serving = [sensor for sensor in sensors if sensor not in doubts]
    short = _short(watch, serving)
    yield from dangers
    yield from _doubted(asked, [(*sensor, doubt) for sensor, doubt in doubts.items() if sensor[1] in short], sensors)
    unbound = _short(watch, sensors)
    if unbound:
        fact = f"没有绑定足够的检测仪：{_lacking(asked, watch, unbound)}"
        yield open_(fact, _BIND, _KEEPER, clause=CLAUSE)
    elif not dangers and not short:
        names = "、".join(dict.fromkeys(one.name for one, _ in serving))
        yield good(f"检测仪在线、合格：{names}", clause=CLAUSE)


def _doubted(
    asked: Asked, doubts: list[tuple[Detector, str, Answer]], sensors: list[tuple[Detector, str]]
) -> Iterator[Answer]:
    """One sentence for each device and reason; it names the gases where others of the same device are well."""
    for fact in dict.fromkeys(doubt.fact for _, _, doubt in doubts):
        one, _, answer = next(each for each in doubts if each[2].fact == fact)
        of = [what for _, what, doubt in doubts if doubt.fact == fact]
        every = [what for each, what in sensors if each.id == one.id]
        yield (
            answer
            if of == every
            else replace(answer, fact=f"{fact}（{'、'.join(_label(asked, what) for what in of)}）")
        )


def _heard(asked: Asked, watch: Watch, one: Detector, what: str) -> Reading | None:
    """Its last word, while that counts; exactly the silence allowed does."""
    said = (one.newest or {}).get(what)
    return said if said is not None and timedelta(0) <= asked.at - said.of <= watch.silent_after else None


def _beyond(asked: Asked, watch: Watch, one: Detector) -> Iterator[Answer]:
    """Every gas it measures, asked for or not: that is what would stop the work (docs/adr/0152). Who fell silent after
    such a word, or said nothing good since, has not taken it back."""
    gas = asked.rules.gas
    for what, last in (one.newest or {}).items():
        words = (*one.since_good.get(what, ()), last)
        cries = [said for said in words if gas is not None and band(said, gas, asked.content) is Band.BEYOND]
        if gas is not None and what in one.quantities and cries:
            fact = f"{one.called}：{'；'.join(failures(cries[-1], gas, asked.content))}"
            cure = "人员不要进入，已在里面的立即撤出；处理后重新检测"
            if cries[-1] is not last:
                fact += f"，此后没有合格的读数：{_WRONG[last.quality][0]}"
                cure = "人员不要进入；各点重新检测，等这台检测仪的读数合格，或在台账改派、停用"
            elif _heard(asked, watch, one, what) is None:
                fact += f"，此后{_silence(asked, one, what)}"
                cure = "人员不要进入；各点重新检测，并恢复这台检测仪的数据，或在台账改派、停用"
            yield bad(fact, cure, _GUARD, button="gas_help", clause=CLAUSE)


def _unfit(asked: Asked, watch: Watch, one: Detector, what: str) -> Answer | None:
    """Why one sensor does not let work begin; None: it does."""
    said, gas = _heard(asked, watch, one, what), asked.rules.gas
    if said is None:
        fact = f"{one.called}{_silence(asked, one, what)}"
        return open_(fact, "请检查检测仪的电源、网络和位置，等数据恢复", _GUARD, clause=CLAUSE)
    quality = said.quality
    if quality is Quality.GOOD and not one.fit(asked.day(asked.at)):
        quality = Quality.CALIBRATION_EXPIRED
    if quality is not Quality.GOOD:
        why, cure = _WRONG[quality]
        return bad(f"{one.called}{why}", cure, _KEEPER, clause=CLAUSE)
    if gas is not None and band(said, gas, asked.content) is Band.UNTOLD:
        fact = f"{one.called}的读数不能与限值比较"
        return open_(fact, "请核对票面的可燃气种类和设备台账里的单位", _KEEPER, clause=CLAUSE)
    return None


def _silence(asked: Asked, one: Detector, what: str) -> str:
    """To the second while that is what people count in."""
    said = (one.newest or {}).get(what)
    if said is None:
        return "没有数据"
    age = asked.at - said.of
    return f"已{age // _SECOND}秒没有数据" if age < _COUNTED else f"已{spoken(age)}没有数据"


def _short(watch: Watch, serving: list[tuple[Detector, str]]) -> dict[str, int]:
    """Quantities that have fewer devices than the plant asks for, and how many they have."""
    counts = {what: sum(name == what for _, name in serving) for what in watch.quantities}
    return {what: count for what, count in counts.items() if count < watch.detectors}


def _lacking(asked: Asked, watch: Watch, short: Mapping[str, int]) -> str:
    return "、".join(f"{_label(asked, what)} {count}台（应{watch.detectors}台）" for what, count in short.items())


def _label(asked: Asked, what: str) -> str:
    gas = asked.rules.gas
    return air.label(gas, what) if gas is not None else what
