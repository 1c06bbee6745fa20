"""What comes of bytes on a line that is answered."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.sample import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said, what to send back, and whether to close the line after that."""

    said: tuple[Said, ...] = ()
    send: bytes = b""
    close: bool = False
