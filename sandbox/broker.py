"""A broker within the process, for the demo's devices: amqtt, MQTT 3.1.1, one user with a password, loopback only.

It is no broker for a plant: a message of a publisher that hangs up at once may be lost in it, and it carries a fifth of
what Mosquitto does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

from amqtt.plugins.base import BaseAuthPlugin

if TYPE_CHECKING:
    from amqtt.broker import Broker
    from amqtt.session import Session

HOST: Final = "127.0.0.1"


class KnownUser(BaseAuthPlugin):  # type: ignore[misc]  # amqtt ships no types
    """Lets in who gives the one name and password."""

    async def authenticate(self, *, session: Session) -> bool:
        """Whether this is the one."""
        given = f"{session.username}\n{session.password}"
        return compare_digest(given.encode(), f"{self.config.user}\n{self.config.password}".encode())

    @dataclass
    class Config:
        """Whom to let in."""

        user: str = ""
        password: str = field(default="", repr=False)


@dataclass(kw_only=True)
class DemoBroker:
    """Start it, use `port`, stop it. ``password`` is whoever starts it's to make up."""

    password: str = field(repr=False)
    user: str = "demo"
    port: int = 0
    """0: any free one; the one it listens on once started."""
    _broker: Broker | None = None

    async def start(self) -> None:
        """Listen."""
        from amqtt.broker import Broker

        # Bodies and traces of its own are nobody's to read.
        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._broker = Broker(self._config())
        await self._broker.start()
        # It does not say which port it took.
        server: Any = self._broker._servers["default"].instance
        self.port = server.sockets[0].getsockname()[1]

    def _config(self) -> dict[str, Any]:
        return {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{self.port}"}},
            "plugins": {f"{__name__}.KnownUser": {"user": self.user, "password": self.password}},
        }

    async def stop(self) -> None:
        """Let go of everybody."""
        if self._broker is not None:
            await self._broker.shutdown()
            self._broker = None
