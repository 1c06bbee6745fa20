"""Frames as they stand on the wire: published examples, and frames made by hand with the published algorithms."""

from __future__ import annotations

from typing import Final

# Modbus RTU: (question, answer).
MODBUS_O2: Final = (bytes.fromhex("01 03 00 00 00 02 C4 0B"), bytes.fromhex("01 03 04 00 D1 00 01 6B CA"))
MODBUS_FLAMMABLE: Final = (
    bytes.fromhex("01 03 00 00 00 08 44 0C"),
    bytes.fromhex("01 03 10 00 7D 00 00 00 00 00 FA 00 01 00 64 00 19 00 32 12 C6"),
)
MODBUS_EXCEPTION: Final = bytes.fromhex("01 83 02 C0 F1")
MODBUS_WIND: Final = (bytes.fromhex("01 03 00 00 00 01 84 0A"), bytes.fromhex("01 03 02 00 6C B8 69"))

# JT/T 808: a position in the edition of 2013 (with escapes) and one of 2019.
JT808_2013: Final = bytes.fromhex(
    "7E02000026123456789012007D02000000010000000200BA7F0E07E4F11C0028003C0000"
    "1810151010100104000000640202007D01137E"
)  # fmt: skip
JT808_2019: Final = bytes.fromhex(
    "7E0200402201000000000138123456780001000000000000000301DC89C0073D8AA4000F"
    "000C004E26010509300030011831010A977E"
)  # fmt: skip

_MN: Final = b"PW=123456;MN=0123456789ABCDEF01234567"
HJ212_EXAMPLE: Final = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
HJ212_WIND_NO2: Final = (
    b"##0170QN=20260105093000000;ST=22;CN=2011;" + _MN + b";Flag=5;CP=&&DataTime=20260105093000;"
    b"a21004-Rtd=0.012,a21004-Flag=N;a01007-Rtd=3.4,a01007-Flag=N&&A881\r\n"
)
HJ212_ACK: Final = b"##0087QN=20260105093000000;ST=91;CN=9014;" + _MN + b";Flag=4;CP=&&&&0440\r\n"
HJ212_2025: Final = (
    b"##0139QN=20260105093000000;ST=31;CN=2011;" + _MN + b";Flag=9;CP=&&DataTime=20260105093000;"
    b"a01007-Rtd=3.4,a01007-Flag=N&&59C0\r\n"
)

NMEA_GGA: Final = b"$GNGGA,013000.00,3113.82400,N,12128.42200,E,1,12,0.9,15.2,M,8.1,M,,*77\r\n"
NMEA_RMC: Final = b"$GNRMC,013000.00,A,3113.82400,N,12128.42200,E,0.65,78.0,050126,,,A*4C\r\n"
