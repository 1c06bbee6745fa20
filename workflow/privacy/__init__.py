"""Personal data: what is kept how long, what may not be forgotten yet, who may see what is hidden."""

from __future__ import annotations
