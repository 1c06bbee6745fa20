"""Wind force by wind speed, for people to read (GB/T 28591, the Beaufort scale).

Limits are compared in m/s, never in force: 8.0 m/s is already 五级. The lower bounds of forces 4 to 8 are those the
rule packs use (5.5, 8.0, 10.8, 13.9, 17.2); the others are the scale's widely published ones, not read in its text.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from typing import Final

LOWER_BOUNDS: Final = tuple(
    Decimal(each)
    for each in ("0.0", "0.3", "1.6", "3.4", "5.5", "8.0", "10.8", "13.9", "17.2", "20.8", "24.5", "28.5", "32.7")
)
"""m/s, by force from 0 to 12: the force begins here."""
_NAMES: Final = (
    "零级", "一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级", "十一级", "十二级",
)  # fmt: skip


def force(speed_ms: Decimal) -> int:
    """Wind force 0 to 12 at this speed in m/s, exactly; 12 is also all above. Raise `ValueError` below nought."""
    if not speed_ms >= 0:
        raise ValueError("a wind speed is nought or more")
    return bisect_right(LOWER_BOUNDS, speed_ms) - 1


def force_name(wind_force: int) -> str:
    """In Chinese: 5 is 五级."""
    return _NAMES[wind_force]
