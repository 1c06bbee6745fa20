"""Identifiers. Distinct types, so that a person is never passed where a permit is meant."""

from __future__ import annotations

from typing import NewType

SiteId = NewType("SiteId", str)
"""One plant. The partition key of every table."""
PermitId = NewType("PermitId", str)
"""The printed permit number, ``类型码-厂区-YYYYMMDD-序号``; unique, never reused (domain 1.9)."""
PersonId = NewType("PersonId", str)
"""One human, whichever chat platforms they use."""
AreaId = NewType("AreaId", str)
EquipmentId = NewType("EquipmentId", str)
DeviceId = NewType("DeviceId", str)
GroupId = NewType("GroupId", str)
"""A chat group that receives digests and broadcasts."""
MediaHash = NewType("MediaHash", str)
"""SHA-256 (lower-case hex) of the original bytes of a photo, voice or file."""
NodeKey = NewType("NodeKey", str)
"""One step of the signature chain, e.g. ``site_unit``."""
IsolationId = NewType("IsolationId", str)
"""One entry of the isolation register, ``GL-厂区-YYYYMMDD-序号``; never reused."""
LockBoxId = NewType("LockBoxId", str)
"""One lock box, ``SX-厂区-YYYYMMDD-序号``; what is written on the box itself is its label and comes back."""
DeviationId = NewType("DeviationId", str)
"""One green-channel deviation, ``PC-厂区-YYYYMMDD-序号``: a number series of its own, never a permit's."""
HazardId = NewType("HazardId", str)
"""One hazard (隐患), ``YH-厂区-YYYYMMDD-序号``; it keeps its number through every return and reopening."""
