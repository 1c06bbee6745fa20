"""Load the device files, or say in one message everything that is wrong with them.

::

    policies/devices/*.yaml    one maker's format each: protocol modbus, json or hj212, and the table
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from hardware_bridge.codecs import profile_models as m
from hardware_bridge.codecs.hj212_station import Codes
from hardware_bridge.codecs.json_map import (
    JsonMap,
    JsonPlace,
    JsonState,
    JsonValue,
    JsonWeather,
    Looked,
    PathTo,
    TimeRule,
)
from hardware_bridge.codecs.measures import suits
from hardware_bridge.codecs.modbus_map import Field, Profile, State, WordOrder
from hardware_bridge.sample import FLAMMABLE, O2, Flag, Quantity, Unit
from storage.policy_models import Gases
from storage.policy_shape import problems_of, shaped
from storage.policy_yaml import Path_, PolicyError, Problem, Source, read
from workflow.rules.weather import LIGHT_OF

T = TypeVar("T")
AnyModel = m.Modbus | m.Json | m.Hj212
FOLDER: Final = "devices"
_SHAPES: Final[Mapping[str, type[AnyModel]]] = {
    "modbus": m.Modbus, "json": m.Json, "hj212": m.Hj212,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Every device file by the name of its profile."""

    modbus: Mapping[str, Profile]
    json: Mapping[str, JsonMap]
    hj212: Mapping[str, Codes]
    sha256: Mapping[str, str]
    """Of each file, by profile: which table a reading was read by."""


def load(policies: Path) -> Profiles:
    """Read ``policies/devices/*.yaml``. Raise `PolicyError` with every problem found, each with file, line and key."""
    problems: list[Problem] = []
    gases = _gases(policies, problems)
    files: dict[str, tuple[AnyModel, Source]] = {}
    for path in sorted((policies / FOLDER).glob("*.yaml")):
        found = _file(path, policies, problems)
        if found is None:
            continue
        model, source = found
        problems += _checked(model, source, gases)
        if model.profile in files:
            other = files[model.profile][1].name
            problems.append(source.problem(("profile",), f"{other} 里已有这个名称"))
        files[model.profile] = found
    if problems:
        raise PolicyError(problems)
    models = [model for model, _ in files.values()]
    return Profiles(
        modbus={each.profile: _modbus(each) for each in models if isinstance(each, m.Modbus)},
        json={each.profile: _json(each) for each in models if isinstance(each, m.Json)},
        hj212={each.profile: _hj212(each) for each in models if isinstance(each, m.Hj212)},
        sha256={name: source.sha256 for name, (_, source) in files.items()},
    )


def _gases(policies: Path, problems: list[Problem]) -> frozenset[str]:
    found = shaped(policies / "gases.yaml", policies, Gases, problems)
    return frozenset({O2.gas, FLAMMABLE.gas} | (found[0].gases.keys() if found else set()))


def _file(path: Path, root: Path, problems: list[Problem]) -> tuple[AnyModel, Source] | None:
    try:
        source = read(path, root)
    except PolicyError as error:
        problems.extend(error.problems)
        return None
    shape = _SHAPES.get(str(source.data.get("protocol")))
    if shape is None:
        problems.append(source.problem(("protocol",), f"应为 {'、'.join(_SHAPES)} 之一"))
        return None
    try:
        return shape.model_validate(source.data), source
    except ValidationError as error:
        problems.extend(problems_of(source, error))
        return None


# --- what one look at the shape does not see --------------------------------------------------------------------------


def _checked(model: AnyModel, source: Source, gases: frozenset[str]) -> Iterator[Problem]:
    for where, quantity in _quantities(model):
        if quantity.gas and quantity.gas not in gases:
            yield source.problem(where, f"气体表 gases.yaml 里没有 {quantity.gas}")
    for where, quantity, unit in _units(model):
        if not suits(quantity, unit):
            yield source.problem(where, f"{unit.value} 不是 {quantity.name} 的单位")
    if isinstance(model, m.Modbus):
        yield from _registers(model, source)
    if isinstance(model, m.Json):
        yield from _paths(model, source)


def _quantities(model: AnyModel) -> Iterator[tuple[Path_, Quantity]]:
    if isinstance(model, m.Hj212):
        for name, code in model.codes.items():
            yield ("codes", name, "quantity"), code.quantity
        return
    for index, value in enumerate[m.RegisterValue | m.EntryValue](model.values):
        if value.quantity is not None:
            yield ("values", index, "quantity"), value.quantity
        if isinstance(value, m.EntryValue):
            for word, quantity in value.quantities.items():
                yield ("values", index, "quantities", word), quantity


def _units(model: AnyModel) -> Iterator[tuple[Path_, Quantity, Unit]]:
    """What stands beside a quantity as its unit; where one of them is looked up, the reading is checked instead."""
    if isinstance(model, m.Hj212):
        for name, code in model.codes.items():
            yield ("codes", name, "unit"), code.quantity, code.unit
        return
    for index, value in enumerate[m.RegisterValue | m.EntryValue](model.values):
        if value.quantity is not None and value.unit is not None:
            yield ("values", index, "unit"), value.quantity, value.unit


def _registers(model: m.Modbus, source: Source) -> Iterator[Problem]:
    """Every register a table speaks of is one that is read, and no channel is named twice."""
    base = int(model.base)
    asked = {address for each in model.reads for address in range(each.address, each.address + each.count)}
    for index, each in enumerate(model.reads):
        if each.address < base or each.address + each.count - base > 0x10000:
            yield source.problem(("reads", index, "address"), f"base 为 {base} 时，寄存器地址从 {base} 开始")
    used: list[tuple[Path_, int]] = []
    for index, value in enumerate(model.values):
        used += [(("values", index, "address"), value.address + step) for step in range(value.type.words)]
        used += [(("values", index, "decimals_at"), value.decimals_at)] if value.decimals_at is not None else []
    used += [(("states", index, "address"), state.address) for index, state in enumerate(model.states)]
    used += [(("expects",), address) for address in model.expects]
    for where, address in used:
        if address not in asked:
            yield source.problem(where, f"reads 里没有读寄存器 {address}")
    channels = [value.channel for value in model.values]
    yield from _channels(channels, [state.channels for state in model.states], source)


def _paths(model: m.Json, source: Source) -> Iterator[Problem]:
    """No path steps out further than there are lists, and the file reads something."""
    paths: list[tuple[Path_, PathTo | None]] = [(("device",), model.device)]
    paths += [(("time", "path"), model.time.path)] if model.time else []
    for index, value in enumerate(model.values):
        for name in ("path", "channel_path", "quantity_path", "unit_path"):
            paths.append((("values", index, name), getattr(value, name)))
    paths += [(("states", index, "path"), state.path) for index, state in enumerate(model.states)]
    paths += [(("weather", "path"), model.weather.path)] if model.weather else []
    if model.position:
        paths += [(("position", "latitude"), model.position.latitude)]
        paths += [(("position", "longitude"), model.position.longitude)]
    for where, path in paths:
        if path is not None and (path.up or 0) > len(model.each):
            yield source.problem(where, "^. 比 each 里的列表层数多")
    fixed = [value.channel for value in model.values if value.channel is not None]
    loose = any(value.channel_path for value in model.values)
    yield from _channels(fixed, [] if loose else [state.channels for state in model.states], source)


def _channels(channels: Sequence[str], spoken_of: Sequence[Sequence[str]], source: Source) -> Iterator[Problem]:
    for index, name in enumerate(channels):
        if name in channels[:index]:
            yield source.problem(("values", index, "channel"), f"通道 {name} 写了两次")
    for index, names in enumerate(spoken_of):
        for name in names:
            if name not in channels:
                yield source.problem(("states", index, "channels"), f"values 里没有通道 {name}")


# --- building ---------------------------------------------------------------------------------------------------------


def _modbus(model: m.Modbus) -> Profile:
    base = int(model.base)
    fields = tuple(
        Field(
            channel=each.channel, quantity=each.quantity, unit=each.unit, address=each.address - base, type=each.type,
            order=each.order or WordOrder.ABCD, scale=each.multiply * (Decimal(1) / each.divide),
            decimals_at=None if each.decimals_at is None else each.decimals_at - base,
            invalid=frozenset(each.invalid),
        )
        for each in model.values
    )  # fmt: skip
    states = tuple(
        State(
            address=each.address - base, codes=_flags(each.codes), bits=each.bits, channels=frozenset(each.channels)
        )
        for each in model.states
    )  # fmt: skip
    return Profile(
        name=model.profile, label=model.label, function=int(model.function), fields=fields, states=states,
        reads=tuple((each.address - base, each.count) for each in model.reads),
        expects={address - base: frozenset(words) for address, words in model.expects.items()},
    )  # fmt: skip


def _json(model: m.Json) -> JsonMap:
    time = model.time
    return JsonMap(
        name=model.profile, label=model.label, device=model.device, each=model.each, strings=model.strings,
        time=TimeRule(path=time.path, form=time.form, format=time.format, zone=time.zone) if time else None,
        values=tuple(_value(each) for each in model.values),
        states=tuple(
            JsonState(path=each.path, table=_flags(each.codes), channels=frozenset(each.channels))
            for each in model.states
        ),
        weather=None if model.weather is None else _weather(model.weather),
        place=JsonPlace(
            latitude=model.position.latitude, longitude=model.position.longitude, datum=model.position.datum
        ) if model.position else None,
    )  # fmt: skip


def _value(each: m.EntryValue) -> JsonValue:
    return JsonValue(
        path=each.path, channel=each.channel or "", channel_path=each.channel_path, scale=each.multiply,
        quantity=Looked(fixed=each.quantity, path=each.quantity_path, table=each.quantities),
        unit=Looked(fixed=each.unit, path=each.unit_path, table=each.units),
    )  # fmt: skip


def _weather(model: m.Weather) -> JsonWeather:
    """What is heavy is light besides, whether the file says so or not."""
    table = {
        word: frozenset(kinds) | {LIGHT_OF[kind] for kind in kinds if kind in LIGHT_OF}
        for word, kinds in model.codes.items()
    }
    return JsonWeather(path=model.path, table=table)


def _hj212(model: m.Hj212) -> Codes:
    values = {code: (each.quantity, each.unit) for code, each in model.codes.items()}
    return Codes(values=values, marks=_flags(model.marks))


def _flags(table: Mapping[T, list[Flag]]) -> dict[T, frozenset[Flag]]:
    return {word: frozenset(flags) for word, flags in table.items()}
