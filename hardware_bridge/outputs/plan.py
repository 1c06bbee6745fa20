"""``outputs.yaml``: which outputs a plant has and how each is reached, or every fault with file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, model_validator

from hardware_bridge.outputs.model import LONGEST_HOLD, SHORTEST_HOLD, Output, OutputId, OutputKind
from hardware_bridge.sources.mqtt_topics import problem_of
from storage.policy_fields import Flag, Positive
from storage.policy_models_work import Model
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem, Source
from workflow.ids import AreaId, PermitId
from workflow.permit.release import AIR_FOR, IDENTITY_FOR, LONGEST, POSITION_FOR, Bounds

_LARGEST: Final = 65535


def _number(text: str) -> str:
    if int(text) > _LARGEST:
        raise ValueError("应为 0 到 65535 之间的数")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("应为完整地址，不带用户名、? 和 #，例如 https://10.0.0.8/door-1")
    return text


def _topic(text: str) -> str:
    if problem_of(text) is not None or {"+", "#"} & set(text.split("/")):
        raise ValueError("应为一个主题，不带通配符，例如 permitbot/outputs/door-1/set")
    return text


Topic = Annotated[str, AfterValidator(_topic)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Number = Annotated[str, StringConstraints(pattern=r"^\d{1,5}$"), AfterValidator(_number)]
Address = Annotated[str, AfterValidator(_address)]


class ModbusSaid(Model):
    """Where an output hangs on a Modbus device."""

    host: Name
    port: Number = "502"
    unit: Number = "1"
    coil: Number
    safe: Flag = False
    read_back: Number
    inputs: Flag = True


class MqttSaid(Model):
    """Where an output is told and where it answers, at a broker of the MQTT file."""

    broker: Name
    told: Topic
    answers: Topic

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.told == self.answers:
            raise ValueError("told 和 answers 应是两个主题")
        return self


class OutputSaid(Model):
    """One output."""

    name: Name
    kind: OutputKind
    area: Name
    permit: Name | None = None
    hold: Positive
    webhook: Address | None = None
    modbus: ModbusSaid | None = None
    mqtt: MqttSaid | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if sum(line is not None for line in (self.webhook, self.modbus, self.mqtt)) != 1:
            raise ValueError("webhook、modbus、mqtt 应写一项，只写一项")
        if not SHORTEST_HOLD <= self.hold <= LONGEST_HOLD:
            raise ValueError("hold 应在 4 s 到 60 s 之间，与设备自身的超时一致")
        return self


class OutputsFile(Model):
    """The whole file."""

    identity_for: Positive = IDENTITY_FOR
    position_for: Positive = POSITION_FOR
    air_for: Positive = AIR_FOR
    outputs: dict[Name, OutputSaid]

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if max(self.identity_for, self.position_for, self.air_for) > LONGEST:
            raise ValueError("identity_for、position_for、air_for 都不能超过 1 h")
        if self.air_for > timedelta(minutes=5):
            raise ValueError("air_for 不能超过 5 min")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The outputs of a plant, and for how long what is shown to them counts."""

    outputs: tuple[tuple[Output, OutputSaid], ...]
    bounds: Bounds


def load(path: Path) -> Plan:
    """Read the file. Raise `PolicyError` with every problem found."""
    problems: list[Problem] = []
    found = shaped(path, path.parent, OutputsFile, problems)
    if found is None:
        raise PolicyError(problems)
    said, source = found
    problems += _shared_topics(said, source)
    if problems:
        raise PolicyError(problems)
    return Plan(
        outputs=tuple((_output(name, one), one) for name, one in said.outputs.items()),
        bounds=Bounds(identity=said.identity_for, position=said.position_for, air=said.air_for),
    )


def _shared_topics(said: OutputsFile, source: Source) -> Iterator[Problem]:
    """Two outputs on one topic would obey each other's commands, or answer for each other."""
    seen: set[tuple[str, str]] = set()
    for name, one in said.outputs.items():
        if one.mqtt is None:
            continue
        for key, topic in (("told", one.mqtt.told), ("answers", one.mqtt.answers)):
            if (one.mqtt.broker, topic) in seen:
                yield source.problem(("outputs", name, "mqtt", key), f"主题 {topic} 已用在别处")
            seen.add((one.mqtt.broker, topic))


def _output(name: str, said: OutputSaid) -> Output:
    return Output(
        id=OutputId(name),
        name=said.name,
        kind=said.kind,
        area=AreaId(said.area),
        permit=None if said.permit is None else PermitId(said.permit),
        hold=said.hold,
    )
