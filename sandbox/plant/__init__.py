"""The demo plant: 华昌化工, 480 people, made by rule so that it is the same every time.

It is a register like any customer's: people with posts, superiors and certificates (some expired), contractors, areas with
flags, fences and board codes, equipment. Nothing here decides anything.
"""

from __future__ import annotations

from sandbox.plant.cast import CAST, CastMember
from sandbox.plant.people import companies, everybody
from sandbox.plant.places import areas, equipment, groups, links

SITE = "hc"
NAME = "华昌化工"

__all__ = ["CAST", "NAME", "SITE", "CastMember", "areas", "companies", "equipment", "everybody", "groups", "links"]
