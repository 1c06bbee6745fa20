"""`permitbot doctor` on devices: whether the bridge that is needed runs, and which device may not serve today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.doctor import Finding, Verdict
from bot.setting_kinds import named_keys
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from storage.directory import Device
    from workflow.rules.book import RuleBook

SOON = timedelta(days=30)
"""How long before its end a calibration is spoken of."""
_SUBJECT = "devices"
_MEND = "correct the register of devices and load it again"


def examine_devices(settings: Settings, today: date) -> Iterator[Finding]:
    """Look at the register of devices as the bridge will read it."""
    from sqlalchemy.exc import DBAPIError

    from bot import roster
    from bot.bridging import agreed
    from storage import policies
    from storage.errors import StorageError

    try:
        register = roster.in_force(settings)
        book = policies.load(settings.policies, plant=settings.plant_file)
        agreed(settings, book)
    except SettingsError as wrong:
        yield Finding(subject=_SUBJECT, verdict=Verdict.BAD, saw=str(wrong), cure="PERMITBOT_HARDWARE_BRIDGE=true")
        return
    except (StorageError, DBAPIError, policies.PolicyError):
        return  # already said of the database or the policies
    yield from _lines(settings)
    areas = {str(area.id) for area in register.areas}
    yield from _outputs(settings, areas)
    yield from _cameras(settings, book, areas)
    if settings.hardware_bridge:
        keys = settings.gateway_keys
        gateways = frozenset(() if keys is None else (name for name, _ in named_keys(keys)))
        yield from _looked_at(register.devices, today)
        yield from _behind(register.devices, gateways)


def _lines(settings: Settings) -> Iterator[Finding]:
    from bot.device_lines import lines_of
    from storage.policies import PolicyError

    subject = "device lines"
    try:
        lines = lines_of(settings)
    except SettingsError as wrong:
        yield Finding(subject=subject, verdict=Verdict.BAD, saw=str(wrong), cure="PERMITBOT_HARDWARE_BRIDGE=true")
    except PolicyError as wrong:
        for problem in wrong.problems:
            yield Finding(subject=subject, verdict=Verdict.BAD, saw=str(problem), cure="mend that line of the file")
    else:
        if lines is not None:
            yield Finding(subject=subject, verdict=Verdict.GOOD, saw=f"{settings.device_lines} can be read", cure="")


def _outputs(settings: Settings, areas: set[str]) -> Iterator[Finding]:
    """Doors, ignitions and sirens: one at a place nobody knows serves nobody and warns nobody."""
    if settings.outputs_file is None:
        return
    from bot.outputs import planned

    subject, cure = "outputs", "mend the file, or load the register again"
    try:
        plan = planned(settings)
    except SettingsError as wrong:
        yield Finding(subject=subject, verdict=Verdict.BAD, saw=str(wrong), cure=cure)
        return
    outputs = [] if plan is None else [output for output, _ in plan.outputs]
    lost = [one for one in outputs if one.area not in areas]
    for one in lost:
        saw = f"{one.id}: the register knows no area {one.area}"
        yield Finding(subject=subject, verdict=Verdict.BAD, saw=saw, cure=cure)
    if not lost:
        yield Finding(subject=subject, verdict=Verdict.GOOD, saw=f"{len(outputs)} outputs", cure="")


def _cameras(settings: Settings, book: RuleBook, areas: set[str]) -> Iterator[Finding]:
    """Cameras: one that looks at a place nobody knows shows no permit anything."""
    from bot.stills import planned

    subject, cure = "cameras", "mend the file, or load the register again"
    try:
        plan = planned(settings, book)
    except SettingsError as wrong:
        yield Finding(subject=subject, verdict=Verdict.BAD, saw=str(wrong), cure=cure)
        return
    if plan is None:
        return
    cameras = tuple(plan.cameras.by_id.values())
    lost = [(one.id, area) for one in cameras for area in sorted(one.areas - areas)]
    for camera, area in lost:
        saw = f"{camera}: the register knows no area {area}"
        yield Finding(subject=subject, verdict=Verdict.BAD, saw=saw, cure=cure)
    if not lost:
        yield Finding(subject=subject, verdict=Verdict.GOOD, saw=f"{len(cameras)} cameras", cure="")


def _looked_at(rows: tuple[Device, ...], today: date) -> Iterator[Finding]:
    from hardware_bridge.devices import read

    known = read(rows)
    for problem in known.problems:
        yield Finding(subject=_SUBJECT, verdict=Verdict.BAD, saw=problem, cure=_MEND)
    for one in known.by_id.values():
        due = one.calibration_due
        if due is None or due < today:
            saw = f"{one.id} does not serve: calibration {'is not on record' if due is None else f'ended on {due}'}"
            yield Finding(subject=_SUBJECT, verdict=Verdict.ADVICE, saw=saw, cure="have it calibrated, then " + _MEND)
        elif due - today <= SOON:
            saw = f"{one.id}: calibration ends on {due}"
            yield Finding(subject=_SUBJECT, verdict=Verdict.ADVICE, saw=saw, cure="have it calibrated in time")
    if not known.problems:
        yield Finding(subject=_SUBJECT, verdict=Verdict.GOOD, saw=f"{len(known.by_id)} devices", cure="")


def _behind(rows: tuple[Device, ...], gateways: frozenset[str]) -> Iterator[Finding]:
    """Who speaks for whom: a gateway nobody put a device behind is heard by nobody, and the other way round."""
    from hardware_bridge.devices import read

    behind = {one.id: one.gateway for one in read(rows).by_id.values() if one.gateway}
    for device, gateway in behind.items():
        if gateway not in gateways:
            saw = f"{device} stands behind gateway {gateway}, and PERMITBOT_GATEWAY_KEYS knows none of that name"
            yield Finding(subject=_SUBJECT, verdict=Verdict.BAD, saw=saw, cure="name the gateway there, or " + _MEND)
    for gateway in sorted(gateways - set(behind.values())):
        saw = f"gateway {gateway} speaks for no device: nothing it says is heard"
        cure = f"write `gateway: {gateway}` beside its devices, then load the register"
        yield Finding(subject=_SUBJECT, verdict=Verdict.BAD, saw=saw, cure=cure)
