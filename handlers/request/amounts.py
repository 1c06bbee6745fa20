"""How a figure of a form is shown: with its unit, never rounded."""

from __future__ import annotations

from decimal import Decimal

from handlers.request.details import DetailKey

_UNIT = {
    DetailKey.HEIGHT: "米",
    DetailKey.LAYERS: "层",
    DetailKey.MASS: "吨",
    DetailKey.RADIUS: "米",
    DetailKey.DEPTH: "米",
    DetailKey.AREA: "平方米",
    DetailKey.VOLTAGE: "V",
    DetailKey.DEVICE: "kW",
    DetailKey.PERMITTED: "kW",
    DetailKey.TEMPERATURE: "℃",
    DetailKey.PRESSURE: "MPa",
}


def amount(key: DetailKey, number: Decimal) -> str:
    """``8.5米``, ``40吨``, ``0.8吨（800公斤）``, ``380V``."""
    plain = format(number, "f")
    told = f"{plain}{_UNIT[key]}"
    if key is DetailKey.MASS and number < 1:
        kilos = number * 1000
        whole = kilos.quantize(Decimal(1)) if kilos == kilos.to_integral_value() else kilos.normalize()
        return f"{told}（{format(whole, 'f')}公斤）"
    return told
