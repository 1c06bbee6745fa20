"""The scalars of the register: text in, exact values out, or one Chinese sentence about what was expected.

No sentence repeats what was typed: it may be an identity number, a telephone number or a key.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from workflow.nearness import STRONGEST_DBM, WEAKEST_DBM

_USERID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_STRENGTH = re.compile(r"-[0-9]{1,3}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*")
_LOCAL = re.compile(
    r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})"
    r"(?:[T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::00)?)?"
)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")
_PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){4,19}")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_REFERENCE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 200

WHOLE_SITE = "all"
_FLAGS = {"yes": True, "no": False, "unknown": None}


def _name(text: str) -> str:
    if not text:
        raise ValueError("不能为空")
    if text != text.strip() or not text.isprintable():
        raise ValueError("前后有空格，或夹着看不见的字符、全角空格")
    if len(text) > _LONGEST:
        raise ValueError(f"太长，最多 {_LONGEST} 个字")
    return text


def _userid(text: str) -> str:
    if _USERID.fullmatch(text) is None:
        raise ValueError("账号由字母、数字和 _ . @ - 组成，最多 64 个")
    return text


def _flag(text: object) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("应为 yes 或 no")
    return text == "yes"


def _maybe(text: object) -> bool | None:
    if not isinstance(text, str) or text not in _FLAGS:
        raise ValueError("应为 yes、no 或 unknown")
    return _FLAGS[text]


def _day(text: object) -> date:
    if isinstance(text, str) and _MOMENT.fullmatch(text):
        raise ValueError("只写日期，不写时刻，例如 2026-05-01")
    try:
        if isinstance(text, str) and _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValueError("没有这一天") from None
    raise ValueError("应为日期，例如 2026-05-01")


def _number(text: object) -> Decimal:
    if not isinstance(text, str) or _NUMBER.fullmatch(text) is None:
        raise ValueError("应为不带单位的数，例如 3.5")
    return Decimal(text)


def _seconds(text: object) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _LONGEST:
        raise ValueError(f"应为 1 到 {_LONGEST} 的整数")
    return int(text)


def _dbm(text: object) -> int:
    if not isinstance(text, str) or _STRENGTH.fullmatch(text) is None or not WEAKEST_DBM < int(text) < STRONGEST_DBM:
        raise ValueError(f"应为 {WEAKEST_DBM} 到 {STRONGEST_DBM} 之间的负整数，例如 -75")
    return int(text)


def _moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError("应为带时区的时间，例如 2026-05-01T08:00:00+08:00")
    return found


def _when(text: object) -> tuple[date, time | None]:
    found = _LOCAL.fullmatch(text) if isinstance(text, str) else None
    try:
        if found is not None:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            return day, None if found["hour"] is None else time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise ValueError("没有这个时间") from None
    raise ValueError("应为日期或日期加时刻（厂区时间），例如 2026-03-20 或 2026-03-20 08:00")


def _quantity(text: str) -> str:
    if _QUANTITY.fullmatch(text) is None:
        raise ValueError("应为气体表里的代码或测量种类，例如 o2、flammable、h2s、wind_speed")
    return text


def _unit(text: str) -> str:
    if text not in DEVICE_UNITS:
        raise ValueError(f"没有这个单位；可以写 {'、'.join(DEVICE_UNITS)}")
    return text


def _corner(numbers: object) -> tuple[Decimal, Decimal, Decimal | None]:
    if not isinstance(numbers, list) or not 2 <= len(numbers) <= 3:
        raise ValueError("应为 [纬度, 经度] 或 [纬度, 经度, 误差米数]")
    texts = [one for one in numbers if isinstance(one, str)]
    if len(texts) != len(numbers) or any(_DEGREES.fullmatch(one) is None for one in texts[:2]):
        raise ValueError("经纬度应为十进制的度，例如 36.8131")
    latitude, longitude = Decimal(texts[0]), Decimal(texts[1])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValueError("纬度在 -90 到 90 之间，经度在 -180 到 180 之间；先写纬度，再写经度")
    return latitude, longitude, _number(texts[2]) if len(texts) == 3 else None


def _covered(areas: object) -> tuple[str, ...]:
    """Areas of a post. The whole site has to be said: an area forgotten must not become a signature everywhere."""
    if areas == WHOLE_SITE:
        return ()
    if not isinstance(areas, list) or not areas or not all(isinstance(one, str) for one in areas):
        raise ValueError(f"应为区域代码的列表；整个厂区写 {WHOLE_SITE}")
    return tuple(areas)


def _phone(text: str) -> str:
    if _PHONE.fullmatch(text) is None:
        raise ValueError("应为电话号码，5 到 20 位数字")
    return text


def _credit_code(text: str) -> str:
    if _CREDIT_CODE.fullmatch(text) is None:
        raise ValueError("统一社会信用代码是 18 位数字和大写字母")
    return text


def _chat_key(text: str) -> str:
    if text.startswith("$") and _REFERENCE.fullmatch(text) is None:
        raise ValueError("$ 后面应为环境变量的名称，例如 $ROBOT_SAFETY")
    if "/" in text or "=" in text:
        raise ValueError("只写地址里 key= 后面的部分，不写整个地址")
    return _name(text)


def _once(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) != len(items):
        raise ValueError("同一项写了两次")
    return items


_LONGEST = 86_400
_QUANTITY = re.compile(r"[a-z][a-z0-9_]{0,31}")
DEVICE_UNITS = (
    "%vol", "%LEL", "ppm", "mg/m3", "ppb", "ug/m3", "m/s", "km/h", "deg", "degC", "%", "Pa", "hPa", "kPa", "m", "mm",
    "V", "mV", "m3/h", "dBm", "state",
)  # fmt: skip
"""Units a device may measure in, as the bridge spells them."""
Name = Annotated[str, AfterValidator(_name)]
Dbm = Annotated[int, BeforeValidator(_dbm)]
Seconds = Annotated[int, BeforeValidator(_seconds)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Quantity = Annotated[str, AfterValidator(_quantity)]
DeviceUnit = Annotated[str, AfterValidator(_unit)]
Names = Annotated[tuple[Name, ...], AfterValidator(_once)]
UserId = Annotated[str, AfterValidator(_userid)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Maybe = Annotated[bool | None, BeforeValidator(_maybe)]
Day = Annotated[date, BeforeValidator(_day)]
When = Annotated[tuple[date, time | None], BeforeValidator(_when)]
"""A day, or a minute of it, by the clock of the site."""
Number = Annotated[Decimal, BeforeValidator(_number)]
Corner = Annotated[tuple[Decimal, Decimal, Decimal | None], BeforeValidator(_corner)]
Covered = Annotated[tuple[Name, ...], BeforeValidator(_covered)]
Phone = Annotated[str, AfterValidator(_phone)]
CreditCode = Annotated[str, AfterValidator(_credit_code)]
ChatKey = Annotated[str, AfterValidator(_chat_key), Field(repr=False)]


# --- certificate numbers

NATIONAL_KIND = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")
"""Items of the national catalogue, e.g. ``2.1``; the number is ``T`` and the holder's identity number (domain 2.1)."""
_NATIONAL_NUMBER = re.compile(r"T[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    f"{region}{number}"
    for region, numbers in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
        7: "1",
        8: "123",
    }.items()
    for number in numbers
)


def national_number_fault(number: str) -> str | None:
    """What is wrong with the number of a special-operation certificate (``T`` and 18 characters); None when nothing.

    The identity number in it is checked as GB 11643 demands: region, date of birth, check character.
    """
    if _NATIONAL_NUMBER.fullmatch(number) is None:
        return "特种作业操作证的证号应为 T 加 18 位身份证号"
    return _identity_fault(number[1:])


def _identity_fault(number: str) -> str | None:
    # Permanent residents from abroad have numbers that begin with 9; the province follows.
    if (number[1:3] if number[0] == "9" else number[:2]) not in _PROVINCES:
        return "证号里的地区代码不存在，请核对"
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "证号里的出生日期不存在，请核对"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return None if _CHECK[total % 11] == number[17] else "证号的校验位不对，请核对"
