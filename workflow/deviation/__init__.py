"""Green channel (绿色通道): emergency work that could not wait for its permit. A deviation, and never a permit."""

from __future__ import annotations
