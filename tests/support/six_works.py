"""A content of each of the six later works to ask the real rules about, complete enough to be graded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.support.rulebook import TUESDAY, content
from workflow.ids import PersonId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    RoadDetails,
)
from workflow.values import Interval, WorkType

COMMANDER, OPERATOR, SLINGER = PersonId("ma"), PersonId("ge"), PersonId("shi")

FACTORS = (
    "gust_5", "cold_5c", "cold_water", "slippery", "poor_light", "near_live_conductor", "swinging",
    "toxic_or_low_oxygen", "disaster_prone",
)  # fmt: skip
"""The nine objective factors of 8.1.2."""
ANNEX_II = ("edge_opening", "dangerous_surroundings", "no_platform", "inside_tower", "near_toxic_vent")
ANNEX_IV = ("hot_cold_environment", "snow_work", "rain_work", "live_line", "hanging")
CALM = (*FACTORS, *ANNEX_II, *ANNEX_IV, "night_lamps_only", "steep_slope")


def height(metres: str | None, *said: str, unsaid: tuple[str, ...] = (), planned: Interval = TUESDAY) -> Content:
    """Work at a height with these factors; all others are said not to be there, but for the unsaid ones."""
    cleared = tuple(name for name in CALM if name not in (*said, *unsaid))
    details = Details(height=HeightDetails(height_m=None if metres is None else Decimal(metres)))
    facts = SiteFacts(outdoor=True, fire_explosion=False, triggers=said, cleared=cleared)
    return content(WorkType.HEIGHT, task="换灯", method=("maintenance",), facts=facts, details=details, planned=planned)


def lift(tonnes: str | None, **changes: Any) -> Content:
    """A lift of this mass by a mobile crane."""
    part = LiftDetails(
        mass_t=None if tonnes is None else Decimal(tonnes), load="换热器", rigging="钢丝绳", commander=COMMANDER,
        operators=(OPERATOR,), slingers=(SLINGER,),
    )  # fmt: skip
    facts = SiteFacts(outdoor=True, fire_explosion=False)
    base = content(WorkType.LIFT, task="吊换热器", method=("mobile_crane",), facts=facts, details=Details(lift=part))
    return replace(base, **changes)


def power(volts: str | None = "380", *, explosion: bool | None = False, reason: str = "", **changes: Any) -> Content:
    """Temporary power at this voltage."""
    part = PowerDetails(
        source_point="3号配电箱", permitted_kw=Decimal(20), voltage_v=None if volts is None else Decimal(volts),
        special_reason=reason,
    )  # fmt: skip
    facts = SiteFacts(outdoor=False, fire_explosion=explosion)
    base = content(WorkType.POWER, task="接水泵", method=("grid_supply",), facts=facts, details=Details(power=part))
    return replace(base, **changes)


def earth(metres: str | None, *said: str, media: bool | None = False, cleared: tuple[str, ...] = ()) -> Content:
    """Digging by hand to this depth."""
    part = EarthDetails(depth_m=None if metres is None else Decimal(metres), buried_media=media, scope="人工挖沟")
    facts = SiteFacts(outdoor=True, fire_explosion=False, triggers=said, cleared=cleared)
    return content(WorkType.EARTH, task="挖电缆沟", method=("hand_digging",), facts=facts, details=Details(earth=part))


def blind(*said: str, explosion: bool | None = True, toxics: tuple[str, ...] = (), **changes: Any) -> Content:
    """A blind put into a line."""
    part = BlindDetails(action=BlindAction.INSERT, pipe="P-101", medium="甲醇", number="MB-1")
    facts = SiteFacts(outdoor=True, fire_explosion=explosion, triggers=said, toxic_gases=toxics)
    base = content(WorkType.BLIND, task="加盲板", method=(), facts=facts, details=Details(blind=part))
    return replace(base, **changes)


def road(*said: str, cleared: tuple[str, ...] = (), **changes: Any) -> Content:
    """A road closed."""
    part = RoadDetails(reason="管廊吊装", units_concerned=("储运车间",))
    facts = SiteFacts(outdoor=True, fire_explosion=False, triggers=said, cleared=cleared)
    base = content(WorkType.ROAD, task="封闭二号路", method=("full_closure",), facts=facts, details=Details(road=part))
    return replace(base, **changes)


def one_of_each() -> tuple[Content, ...]:
    """The six, in the order of the standard."""
    return blind(), height("6"), lift("20"), power(), earth("1.0"), road()
