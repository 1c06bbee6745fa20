"""The table of what is kept how long, as it is shipped."""

from __future__ import annotations

from typing import Final

from storage.policy_retention import load_retention
from tests.support.office import POLICIES

RETENTION: Final = load_retention(POLICIES, plant="plant.example.yaml")
