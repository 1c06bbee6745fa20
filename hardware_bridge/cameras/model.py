"""What a camera is to us: something that is asked for one picture and answers with it, or is silent for a reason."""

from __future__ import annotations

from typing import Final, Protocol

from workflow.stills import Silence

LARGEST: Final = 8 << 20
"""Bytes of a picture, at most."""
WITHIN: Final = 12.0
"""Seconds one try may take, all in all: a first picture takes two with a key frame each second."""


class StillCamera(Protocol):
    """One camera at the end of one transport."""

    async def still(self) -> bytes | Silence:
        """A JPEG of now, or why there is none. Never raises for anything a camera does; ends by itself within
        `WITHIN`, and at once when it is cancelled."""
        ...
