"""One connection to an MQTT broker, by gmqtt: log in, subscribe, publish, hear, and know when it is over.

gmqtt's own reconnecting is switched off: it waits without end in several places, and a connection that failed leaves
its state to the next. Here every connection is a new client; whoever uses it begins anew (docs/adr/0159).
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from hardware_bridge.sources.mqtt_acks import Together

MOST_BYTES: Final = 256 * 1024
"""The largest packet the broker may send us (MQTT 5); JSON of more than 64 KiB is not read anyway."""
KEEP_ALIVE_S: Final = 20
PATIENCE_S: Final = 10.0
"""For the connection, the login and the subscriptions, each."""
GOODBYE_S: Final = 2.0
_NEVER_AGAIN: Final = -2
"""gmqtt counts tries against this; 0 would still be one, and -1 means without end."""
_REFUSED: Final = 128
"""A reason code from here on is a no."""
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_VERSIONS: Final = {"3.1.1": 4, "5": 5}

Version = Literal["3.1.1", "5"]
Hear = Callable[[str, bytes, bool], None]
"""Topic, payload, and whether the broker had kept it for whoever comes (retained). Called in the order of arrival."""


class NotLetIn(Exception):
    """The broker answers and does not let us in; the reason is its own."""


class LineLost(Exception):
    """The connection ended, or nobody answers on it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a broker is."""

    host: str
    port: int
    tls: bool


def address(text: str) -> Address:
    """``mqtts://host:port``. Raise `ValueError`, in English, for anything else: a login has no place in it."""
    parts = urlsplit(text)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("write a whole address, for example mqtts://broker.example.com:8883")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment or parts.path:
        raise ValueError("the address carries no user, password, path or query; they are set by themselves")
    return Address(host=parts.hostname, port=parts.port or PORTS[parts.scheme], tls=parts.scheme == "mqtts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a broker is and how one gets in. Without ``tls`` nothing is encrypted, the password neither."""

    host: str
    port: int
    client_id: str
    version: Version = "5"
    tls: bool = False
    ca: Path | None = None
    """Certificates that are believed; None: the machine's."""
    certificate: Path | None = None
    """Ours, when the broker knows us by one."""
    key: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    keeps: timedelta = timedelta(minutes=15)
    """How long the broker keeps messages for us while we are away (MQTT 5)."""
    will: tuple[str, bytes] | None = None
    """Topic and payload of what the broker says, retained, when we go without a word."""

    @property
    def address(self) -> str:
        """For people."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    def context(self) -> ssl.SSLContext | None:
        """How the line is encrypted. Reads files. Raise `OSError` where they cannot be used."""
        if not self.tls:
            return None
        made = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            made.load_cert_chain(self.certificate, self.key)
        return made


class Connection:
    """One connection: `open`, use it, `close`. ``opened`` hears whether the broker kept our session, before anything
    of it comes in."""

    def __init__(self, door: Door, *, hear: Hear, opened: Callable[[bool], None], patience: float = PATIENCE_S) -> None:
        """``patience``: seconds for each answer of the broker."""
        self._door = door
        self._patience = patience
        self._hear = hear
        self._opened = opened
        self._ended = asyncio.Event()
        self._granted: dict[int, asyncio.Future[tuple[int, ...]]] = {}
        self._bug: Exception | None = None
        self._client = self._made()

    def _made(self) -> Together:
        # Loaded here: a site without MQTT carries none of it.
        import gmqtt

        from hardware_bridge.sources.mqtt_acks import Together

        # It writes bodies and traces of its own; what matters is said by us.
        logging.getLogger("gmqtt").setLevel(logging.CRITICAL + 1)
        door = self._door
        will = None if door.will is None else gmqtt.Message(*door.will, qos=1, retain=True)
        client = Together(
            door.client_id,
            clean_session=not door.keeps,
            will_message=will,
            session_expiry_interval=int(door.keeps.total_seconds()),
            maximum_packet_size=MOST_BYTES,
            hear=self._heard,
        )
        client.reconnect_retries = _NEVER_AGAIN
        if door.user is not None:
            client.set_auth_credentials(door.user, door.password)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        return client

    # --- what gmqtt calls

    def _on_connect(self, _client: Any, resumed: int, _code: int, _properties: object) -> None:
        self._guarded(self._opened, bool(resumed))

    def _on_message(
        self, _client: Any, topic: str | bytes, payload: bytes, _qos: int, properties: dict[str, Any]
    ) -> None:
        if isinstance(topic, bytes):  # no UTF-8; no filter of ours names it
            topic = topic.decode("utf-8", "replace")
        self._heard(topic, payload, bool(properties["retain"]))

    def _heard(self, topic: str, payload: bytes, kept: bool = False) -> None:
        try:
            self._hear(topic, payload, kept)
        except Exception as bug:  # gmqtt would swallow it
            self._end(bug)

    def _on_disconnect(self, _client: Any, _packet: object, _trouble: object = None) -> None:
        self._ended.set()

    def _on_subscribe(self, _client: Any, number: int, granted: tuple[int, ...], _properties: object) -> None:
        waiting = self._granted.pop(number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(granted)

    def _guarded(self, call: Callable[[bool], None], said: bool) -> None:
        try:
            call(said)
        except Exception as bug:  # gmqtt would swallow it
            self._end(bug)

    def _end(self, bug: Exception) -> None:
        self._bug = self._bug or bug
        self._ended.set()

    # --- for whoever uses it

    async def open(self) -> None:
        """Connect and log in. Raise `NotLetIn`, `LineLost`, or `OSError` (no way, no trust)."""
        from gmqtt.mqtt.handler import MQTTError

        door = self._door
        context = await asyncio.to_thread(door.context)
        try:
            async with asyncio.timeout(self._patience):
                await self._client.connect(
                    door.host, door.port, ssl=context or False, keepalive=KEEP_ALIVE_S, version=_VERSIONS[door.version]
                )
        except MQTTError as no:
            raise NotLetIn(str(no)) from None
        except TimeoutError:
            raise LineLost(f"no answer to the login within {self._patience:.0f} s") from None

    async def subscribe(self, wanted: Sequence[tuple[str, int]]) -> tuple[str, ...]:
        """Ask for topics, each with its quality of service; the ones that are refused. Nothing retained is asked for
        (MQTT 3.1.1 knows no way to say so). Raise `LineLost`."""
        from gmqtt import Subscription

        handling = 2 if self._door.version == "5" else 0
        asked = [Subscription(topic, qos=qos, retain_handling_options=handling) for topic, qos in wanted]
        answer: asyncio.Future[tuple[int, ...]] = asyncio.get_running_loop().create_future()
        self._granted[self._client.subscribe(asked)] = answer
        try:
            async with asyncio.timeout(self._patience):
                granted = await answer
        except TimeoutError:
            raise LineLost("no answer to the subscriptions") from None
        return tuple(topic for (topic, _), code in zip(wanted, granted, strict=True) if code >= _REFUSED)

    @property
    def over(self) -> bool:
        """Whether the connection has ended."""
        return self._ended.is_set()

    def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False, expires: int | None = None
    ) -> None:
        """Send one message, after every acknowledgement that is due; whether it arrives is not awaited. ``expires``:
        seconds after which the broker throws it away (MQTT 5; a broker of 3.1.1 does not). Raise `LineLost` when too
        many wait for that word."""
        self._client.acknowledge()
        properties = {} if expires is None or self._door.version != "5" else {"message_expiry_interval": expires}
        try:
            self._client.publish(topic, payload, qos=qos, retain=retain, **properties)
        except OverflowError:
            raise LineLost("the broker acknowledges nothing") from None

    async def ended(self, within: float) -> bool:
        """Wait so many seconds; whether the connection is over. Raise what hearing raised."""
        try:
            async with asyncio.timeout(within):
                await self._ended.wait()
        except TimeoutError:
            return False
        if self._bug is not None:
            raise self._bug
        return True

    async def close(self) -> None:
        """Let go of the socket, politely if that works at once."""
        self._client.acknowledge()
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._client.disconnect()
        except (OSError, TimeoutError):
            line = getattr(self._client, "_connection", None)
            if line is not None:
                # gmqtt waits until the other side has taken everything; one that is gone never does.
                line._transport.abort()
