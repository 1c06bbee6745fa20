"""Two checksums that share a polynomial and are not each other: Modbus' CRC, and the one of HJ 212.

Both start at FFFF and divide by A001, low bit first. Modbus keeps all 16 bits from byte to byte. HJ 212 shifts its
register by a whole byte before the next goes in, so only 8 bits live on: it finds every single wrong byte, and of
heavier damage all but one in 256. Modbus sends the low byte first, HJ 212 writes the high one first.
"""

from __future__ import annotations

from typing import Final


def _rows() -> tuple[int, ...]:
    rows = []
    for start in range(256):
        value = start
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
        rows.append(value)
    return tuple(rows)


_ROWS: Final = _rows()


def modbus(data: bytes | bytearray) -> bytes:
    """CRC-16/MODBUS (Modbus over serial line 6.2.2), low byte first, as it stands on the wire."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _ROWS[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def hj212(data: bytes) -> int:
    """The CRC of HJ 212-2017, annex A. Written as four upper-case hexadecimal digits."""
    value = 0xFFFF
    for byte in data:
        value = _ROWS[(value >> 8) ^ byte]
    return value
