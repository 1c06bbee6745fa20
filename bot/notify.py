"""A word to systemd: ready, alive, stopping (sd_notify(3)). One datagram each, no library.

Outside of a unit with ``Type=notify`` nothing is said to anybody.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import timedelta

import structlog

_log = structlog.get_logger()


class Systemd:
    """The manager that started us, if it wants to hear of us. ``environ`` is the process's environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        meant = environ.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
        usec = environ.get("WATCHDOG_USEC", "") if meant and self._address else ""
        self.patience = timedelta(microseconds=int(usec)) if usec.isdigit() and int(usec) else None
        """How long the manager waits for a sign of life before it starts us anew; None: it does not."""

    def ready(self) -> None:
        """We listen and work."""
        self._say("READY=1")

    def alive(self) -> None:
        """The loops turn."""
        if self.patience is not None:
            self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """We are ending in good order."""
        self._say("STOPPING=1")

    def _say(self, word: str) -> None:
        if not self._address:
            return
        # A name that begins with "@" lives in the kernel, not in a folder.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(word.encode(), address)
        except OSError as deaf:
            _log.warning("systemd was not told", action="notify", word=word, error=type(deaf).__name__)
