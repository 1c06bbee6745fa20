"""What every command has, and the two small lists commands choose from. `workflow.permit.commands` names them all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflow.values import Stamped


class SuspendReason(StrEnum):
    """Why work was stopped (domain 4.2). Any of them orders people out of a confined space."""

    STOP_WORK = "stop_work"
    GUARDIAN_LEFT = "guardian_left"
    GUARDIAN_SILENT = "guardian_silent"
    GAS = "gas"
    WIND = "wind"
    VENTILATION = "ventilation"
    DEVICE_SILENT = "device_silent"
    DEVICE_ALARM = "device_alarm"
    UNKNOWN_OBJECT = "unknown_object"
    SUDDEN_RELEASE = "sudden_release"
    EMERGENCY = "emergency"
    SHIFT_CHANGE = "shift_change"
    CONFLICT = "conflict"
    CERTIFICATE = "certificate"
    RULES_CHANGED = "rules_changed"
    LINKED = "linked"
    """A permit of the same job, on which this work depends, was stopped or ended."""
    MISCOUNT = "miscount"
    """The guardian counts other people inside than the log holds."""
    HAZARD = "hazard"
    """A hazard was seen where the work goes on; the text names it."""
    CONDITIONS = "conditions"
    """Any other gate that must hold during work no longer passes (4.17); the text says which."""


class CheckInWay(StrEnum):
    """How a person showed to be at the place."""

    BOARD_CODE = "board_code"
    FRESH_CODE = "fresh_code"
    """The changing number of the screen beside the board; that it was the right one the office has found."""
    POSITION = "position"
    PERMIT_CODE = "permit_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""
