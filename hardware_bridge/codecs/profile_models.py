"""The shapes of the device files (``policies/devices/*.yaml``). They only say what may be written; `profiles` builds.

Every scalar of the files is text (docs/adr/0008), so addresses may stay as the maker prints them, hexadecimal or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, model_validator

from hardware_bridge.codecs.json_map import PathTo, TimeForm
from hardware_bridge.codecs.modbus_map import NumberType, WordOrder
from hardware_bridge.codecs.modbus_rtu import MOST_WORDS
from hardware_bridge.sample import Flag, Quantity, Unit, quantity_named
from storage.policy_fields import Flag as YesNo
from storage.policy_fields import Mark, Text
from storage.policy_models_work import Model
from workflow.rules.weather import KINDS
from workflow.values import Datum

_NUMBER = re.compile(r"0x[0-9a-fA-F]{1,8}|[0-9]{1,10}")
_SCALE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_PATH = re.compile(r"(?P<up>(?:\^\.)*|\$\.)(?P<names>[^.\[\]^$\s]+(?:\.[^.\[\]^$\s]+)*)")
_EACH = re.compile(r"(?:[^.\[\]^$\s]+(?:\.[^.\[\]^$\s]+)*)?\[\](?:\.[^.\[\]^$\s]+(?:\.[^.\[\]^$\s]+)*\[\])*")


def _whole(text: object) -> int:
    if not isinstance(text, str) or _NUMBER.fullmatch(text) is None:
        raise ValueError("应为整数，十进制或 0x 开头的十六进制")
    return int(text, 16 if text.startswith("0x") else 10)


def _up_to(most: int, least: int = 0) -> Callable[[object], int]:
    def checked(text: object) -> int:
        value = _whole(text)
        if not least <= value <= most:
            raise ValueError(f"应在 {least} 到 {most} 之间")
        return value

    return checked


def _scale(text: object) -> Decimal:
    if not isinstance(text, str) or _SCALE.fullmatch(text) is None or not Decimal(text):
        raise ValueError("应为大于 0 的数，例如 10 或 0.1")
    return Decimal(text)


def _quantity(text: object) -> Quantity:
    try:
        return quantity_named(str(text))
    except ValueError:
        raise ValueError("应为气体代号（o2、flammable、h2s……）或 wind_speed、temperature 等测量项") from None


def _sort(text: object) -> str:
    if text not in KINDS:
        raise ValueError(f"应为 {'、'.join(KINDS)} 之一")
    return str(text)


def _path(text: object) -> PathTo:
    found = _PATH.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("应为路径，例如 data.lel、^.device_id、$.timestamp")
    up = None if found["up"] == "$." else len(found["up"]) // len("^.")
    return PathTo(names=tuple(found["names"].split(".")), up=up)


def _each(text: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(text, str) or _EACH.fullmatch(text) is None:
        raise ValueError("应为列表路径，例如 data.sensors[]、[] 或 devices[].sensors[]")
    parts = text.removesuffix("[]").split("[].")
    return tuple(tuple(part.split(".")) if part else () for part in parts)


def _zone(text: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(text))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("应为时区，例如 Asia/Shanghai") from None


Whole = Annotated[int, BeforeValidator(_whole)]
Word = Annotated[int, BeforeValidator(_up_to(0xFFFF))]
Bit = Annotated[int, BeforeValidator(_up_to(15))]
Count = Annotated[int, BeforeValidator(_up_to(MOST_WORDS, 1))]
Scale = Annotated[Decimal, BeforeValidator(_scale)]
Sort = Annotated[str, BeforeValidator(_sort)]
Measured = Annotated[Quantity, BeforeValidator(_quantity)]
Path = Annotated[PathTo, BeforeValidator(_path)]
Each = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_each)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class Device(Model):
    """What every device file says of itself."""

    profile: Text
    label: Text
    source: Text
    mark: Mark
    note: str | None = None


# --- Modbus -----------------------------------------------------------------------------------------------------------


class Read(Model):
    address: Word
    count: Count


class RegisterValue(Model):
    channel: Text
    quantity: Measured
    unit: Unit
    address: Word
    type: NumberType
    order: WordOrder | None = None
    divide: Scale = Decimal(1)
    multiply: Scale = Decimal(1)
    decimals_at: Word | None = None
    invalid: list[Whole] = []

    @model_validator(mode="after")
    def _complete(self) -> RegisterValue:
        if (self.order is None) is not (self.type.words == 1):
            raise ValueError("32 位数值必须写 order（abcd、cdab、badc、dcba），16 位数值不写")
        if Decimal(1) not in (self.divide, self.multiply):
            raise ValueError("divide 和 multiply 只写一个")
        power = self.divide.normalize()
        if power.as_tuple().digits != (1,):
            raise ValueError("divide 应为 10 的幂，例如 10、100；其他倍数写 multiply")
        return self


class RegisterState(Model):
    address: Word
    codes: dict[Word, list[Flag]] = {}
    bits: dict[Bit, Flag] = {}
    channels: list[Text] = []

    @model_validator(mode="after")
    def _one(self) -> RegisterState:
        if bool(self.codes) is bool(self.bits):
            raise ValueError("codes 和 bits 写其中一个")
        if Flag.NORMAL in self.bits.values():
            raise ValueError("bits 里不写 normal：没有置位就是正常")
        return self


class Modbus(Device):
    """``protocol: modbus``."""

    protocol: Literal["modbus"]
    function: Literal["3", "4"]
    base: Literal["0", "1"]
    reads: list[Read] = Field(min_length=1)
    values: list[RegisterValue] = Field(min_length=1)
    states: list[RegisterState] = []
    expects: dict[Word, list[Word]] = {}


# --- JSON -------------------------------------------------------------------------------------------------------------


class Time(Model):
    path: Path
    form: Annotated[TimeForm, Field(alias="as")]
    format: str = ""
    zone: Zone | None = None

    @model_validator(mode="after")
    def _complete(self) -> Time:
        text = self.form is TimeForm.TEXT
        if text is not bool(self.format):
            raise ValueError("as: text 必须写 format；s 和 ms 不写")
        if (text and "%z" not in self.format) is (self.zone is None):
            raise ValueError("文字时间必须写 zone 或在 format 里写 %z，二者只写一个；s 和 ms 不写 zone")
        return self


class EntryValue(Model):
    path: Path
    channel: str | None = None
    channel_path: Path | None = None
    quantity: Measured | None = None
    quantity_path: Path | None = None
    quantities: dict[Text, Measured] = {}
    unit: Unit | None = None
    unit_path: Path | None = None
    units: dict[Text, Unit] = {}
    multiply: Scale = Decimal(1)

    @model_validator(mode="after")
    def _declared(self) -> EntryValue:
        if self.quantity is None and self.quantity_path is None:
            raise ValueError("缺少 quantity 或 quantity_path")
        if self.unit is None and self.unit_path is None:
            raise ValueError("缺少 unit 或 unit_path：单位不能猜")
        for path, table, name in (
            (self.quantity_path, self.quantities, "quantities"),
            (self.unit_path, self.units, "units"),
        ):
            if (path is None) is bool(table):
                raise ValueError(f"{name} 与它的路径要么都写，要么都不写")
        if (self.channel is None) is (self.channel_path is None):
            raise ValueError("channel 和 channel_path 写其中一个")
        return self


class EntryState(Model):
    path: Path
    codes: dict[Text, list[Flag]] = Field(min_length=1)
    channels: list[Text] = []


class Weather(Model):
    path: Path
    codes: dict[Text, list[Sort]] = Field(min_length=1)


class Place(Model):
    latitude: Path
    longitude: Path
    datum: Datum


class Json(Device):
    """``protocol: json``."""

    protocol: Literal["json"]
    device: Path | None = None
    each: Each = ()
    time: Time | None = None
    strings: YesNo = False
    values: list[EntryValue] = []
    states: list[EntryState] = []
    weather: Weather | None = None
    position: Place | None = None


# --- HJ 212 -----------------------------------------------------------------------------------------------------------


class Code(Model):
    quantity: Measured
    unit: Unit
    mark: Mark | None = None
    note: str | None = None


class Hj212(Device):
    """``protocol: hj212``."""

    protocol: Literal["hj212"]
    codes: dict[Text, Code] = Field(min_length=1)
    marks: dict[Text, list[Flag]]
