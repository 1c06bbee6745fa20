"""The park's dictionary, read against the facts there are."""

from __future__ import annotations

from pathlib import Path

from cards.reports.park import CODED, EVERY, KNOWN
from storage.policy_park import FILE, OFF, Park, load_park


def park_of(directory: Path) -> Park:
    """The dictionary in force; a folder without one (of an earlier version) is off.

    Raise `storage.policies.PolicyError` with every fault.
    """
    if not (directory / FILE).exists():
        return OFF
    known = {rows.value: frozenset((*names, *EVERY)) for rows, names in KNOWN.items()}
    return load_park(directory, known=known, coded=dict(CODED))
