"""What a page may ask the phone for, through the script of the platform it is opened in.

The scripts lie on the platforms' own hosts: they are loaded in the platforms' own browsers and nowhere else, and a page
does everything but tell an exact position without them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

Sign = Callable[[str, str, datetime], Awaitable[Mapping[str, str | int]]]
"""(address of the page, nonce, now) → what the script is configured with. Raises the platform's trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdk:
    """One platform's script."""

    name: str
    """How the page's own script asks: ``wecom`` · ``dingtalk``."""
    agent: str
    """Part of what the platform's own browser calls itself."""
    script: str
    sign: Sign
    trouble: type[Exception]
    """What signing raises when the platform gives no ticket now."""
    frames: str = ""
    """Schemes of the frames by which the script speaks to the client."""

    @property
    def host(self) -> str:
        """Where the script comes from."""
        parts = urlsplit(self.script)
        return f"{parts.scheme}://{parts.netloc}"
