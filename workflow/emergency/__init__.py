"""Site emergencies (紧急停工): a state of a zone. While one is in force no work in the zone starts or goes on."""

from __future__ import annotations
