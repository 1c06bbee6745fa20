"""Doors, turnstiles, ignitions and sirens as a part of the service: made when there is a file of them.

``PERMITBOT_OUTPUTS_FILE`` names the file, ``PERMITBOT_OUTPUT_KEY`` signs what goes over HTTP. Two addresses come with
them. ``/badge/{output}`` shows whoever is signed in a badge for one door; ``POST /outputs/badge`` is where the reader
beside the door hands in what it read. The badge is its own proof: the reader needs no key and learns none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import aiohttp
import msgspec
from aiohttp import web

from bot.clock import Clock, Entropy, Ids
from bot.log import get_logger
from bot.platform import TryLater
from bot.pulse import Pulse
from bot.settings import Settings, SettingsError
from bot.web.pages import Pages, page_of
from bot.web.session import NoSession
from cards import words_devices as say
from cards.pictures.qr import svg
from handlers.arrivals import OutputAstray
from handlers.house import House
from handlers.outgoing import OutputOrder
from handlers.outputs import driven
from hardware_bridge.body import whole
from hardware_bridge.outputs.keeper import Keeper, tagged
from hardware_bridge.outputs.model import Fitted, Line, Output, OutputId, OutputKind, Unreached
from hardware_bridge.outputs.plan import MqttSaid, OutputSaid, Plan, load
from hardware_bridge.service import BRIDGE
from storage.policy_yaml import PolicyError
from storage.writer import Writer
from workflow.badge import LASTS, NONCE_BYTES, SKEW, Badge, NotABadge, opened, spelled
from workflow.ids import PermitId, SiteId

if TYPE_CHECKING:
    from hardware_bridge.service import Bridge
    from hardware_bridge.sources.mqtt_client import Door

SILENT_AFTER: Final = timedelta(minutes=1)
PAGE: Final = "/badge/{output}"
PORT: Final = "/outputs/badge"
LARGEST: Final = 1024
"""Bytes of what a reader hands in."""

log = get_logger("outputs")


class _Read(msgspec.Struct, forbid_unknown_fields=True):
    output: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    badge: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


def planned(settings: Settings) -> Plan | None:
    """The outputs the settings name. Raise `SettingsError` where something they need is missing, or wrong with them."""
    if settings.outputs_file is None:
        return None
    if not settings.hardware_bridge:
        raise SettingsError(["outputs need the air: set PERMITBOT_HARDWARE_BRIDGE=true"])
    try:
        plan = load(settings.outputs_file)
    except PolicyError as wrong:
        raise SettingsError([f"PERMITBOT_OUTPUTS_FILE: {problem}" for problem in wrong.problems]) from None
    wanted = {said.mqtt.broker for _, said in plan.outputs if said.mqtt is not None}
    unknown = wanted - set(_doors(settings)) if wanted else set()
    if unknown:
        names = "、".join(sorted(unknown))
        raise SettingsError([f"PERMITBOT_OUTPUTS_FILE: the MQTT file has no broker {names}, or no address for it"])
    if settings.output_key is None and any(said.webhook is not None for _, said in plan.outputs):
        raise SettingsError(["outputs behind HTTP are signed: set PERMITBOT_OUTPUT_KEY"])
    return plan


def _doors(settings: Settings) -> Mapping[str, Door]:
    """The brokers of the MQTT file by their names. Raise as `bot.mqtt.brokers`."""
    from bot.mqtt import brokers

    return {wanted.name: door for wanted, door in brokers(settings)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What the outputs are lent by the service."""

    settings: Settings
    house: House
    writer: Writer
    clock: Clock
    ids: Ids
    entropy: Entropy
    pulse: Pulse
    session: aiohttp.ClientSession
    tell: Callable[[OutputAstray], Awaitable[None]]
    badge_key: bytes = field(repr=False)


class Outputs:
    """The outputs of the site as one of its loops."""

    def __init__(self, plan: Plan, lent: Lent, bridge: Bridge) -> None:
        self._lent = lent
        self._names = {output.id: output.name for output, _ in plan.outputs}
        self._since = lent.clock.now()
        self._used: dict[bytes, datetime] = {}
        """Badges that were taken, and until when they could be shown again."""
        self.keeper = Keeper(
            outputs=[Fitted(output=output, line=self._line(output, said)) for output, said in plan.outputs],
            look=lambda: lent.writer.submit(lambda tx: driven(tx, lent.house)),
            air=bridge.aired,
            guardian=tagged(bridge.at_post),
            tell=self._tell,
            clock=lent.clock.now,
            name=lent.ids.new(),
            bounds=plan.bounds,
            alive=lent.pulse.expect("outputs", SILENT_AFTER),
        )

    def _line(self, output: Output, said: OutputSaid) -> Line:
        """How one output is reached. A transport is imported where it is used."""
        lent = self._lent
        if said.mqtt is not None:
            return self._mqtt(output, said.mqtt)
        if said.modbus is not None:
            from hardware_bridge.outputs.coil import Coil, Wiring

            wired = said.modbus
            wiring = Wiring(
                host=wired.host, port=int(wired.port), unit=int(wired.unit), coil=int(wired.coil), safe=wired.safe,
                read_back=int(wired.read_back), inputs=wired.inputs,
            )  # fmt: skip
            return Coil(output.id, wiring)
        from hardware_bridge.outputs.webhook import Webhook

        key = lent.settings.output_key
        return Webhook(
            output.id,
            said.webhook or "",
            key=b"" if key is None else key.get_secret_value().encode(),
            session=lent.session,
            clock=lent.clock.now,
            nonce=lambda: lent.entropy.take(16).hex(),
        )

    def _mqtt(self, output: Output, said: MqttSaid) -> Line:
        from hardware_bridge.outputs.mqtt_line import MqttLine, Topics

        door = _doors(self._lent.settings)[said.broker]
        return MqttLine(
            output.id,
            # Two clients of one name throw each other out.
            replace(door, client_id=f"{door.client_id}-{output.id}"),
            Topics(told=said.told, answers=said.answers),
            keeps_safe=output.kind is not OutputKind.SIREN,
            nonce=lambda: self._lent.entropy.take(16).hex(),
        )

    async def drive(self, order: OutputOrder) -> None:
        """Carry out an order of the core. Raise `TryLater` until the outputs have taken it."""
        try:
            await self.keeper.drive(order)
        except Unreached as missed:
            raise TryLater(f"not taken: {missed}") from None

    async def _tell(self, output: Output, permits: tuple[PermitId, ...], what: str, since: datetime) -> None:
        log.error("output astray", output=output.id, what=what)
        await self._lent.tell(
            OutputAstray(
                site=SiteId(self._lent.settings.site_id),
                sender=BRIDGE,
                dedup_key=f"output:{output.id}:{since.isoformat()}:{what}",
                received_at=self._lent.clock.now(),
                permits=permits,
                name=output.name,
                what=what,
            )
        )

    # --- badges

    def routes(self) -> list[web.RouteDef]:
        """Where readers hand in what they read."""
        return [web.post(PORT, self._taken)]

    def install(self, app: web.Application, pages: Pages) -> None:
        """Add the page that shows a badge; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PAGE, partial(self._shown, pages))])

    async def _shown(self, pages: Pages, request: web.Request) -> web.Response:
        output = request.match_info["output"]
        try:
            person = pages.person(request)
        except NoSession:
            return pages.send_to_login(request, request.path)
        name = self._names.get(OutputId(output))
        if name is None:
            raise web.HTTPNotFound
        lent = self._lent
        badge = Badge(
            site=lent.settings.site_id,
            output=output,
            person=person,
            made_at=lent.clock.now(),
            nonce=lent.entropy.take(NONCE_BYTES),
        )
        said = {
            "title": say.BADGE_TITLE,
            "note": say.BADGE_NOTE.format(name=name),
            "code": svg(spelled(badge, lent.badge_key)),
        }
        return page_of(request, "badge.html", said)

    async def _taken(self, request: web.Request) -> web.Response:
        """A badge as a reader read it: whether it counts, and what still lacks until the door is released."""
        raw = await whole(request.content, LARGEST)
        try:
            if raw is None:
                raise NotABadge("too long")
            read = msgspec.json.decode(raw, type=_Read)
            lacks = self.show(read.output, read.badge)
        except (msgspec.DecodeError, UnicodeDecodeError, NotABadge) as no:
            log.warning("badge turned away", why=str(no) if isinstance(no, NotABadge) else "shape")
            return web.json_response({"taken": False, "lacks": []}, status=403)
        return web.json_response({"taken": True, "lacks": list(lacks)})

    def show(self, output: str, text: str) -> tuple[str, ...]:
        """A badge was shown at an output: what still lacks. Raise `NotABadge` for one that does not count, or that
        counted already."""
        lent, now = self._lent, self._lent.clock.now()
        if OutputId(output) not in self._names:
            raise NotABadge("no such door")
        badge = opened(text, lent.badge_key, site=lent.settings.site_id, output=output, now=now)
        self._used = {nonce: until for nonce, until in self._used.items() if now <= until}
        if badge.nonce in self._used or badge.made_at <= self._since:
            # What was taken before this service started is not remembered: badges of before count no more.
            raise NotABadge("it was shown before")
        self._used[badge.nonce] = badge.made_at + LASTS + SKEW
        return self.keeper.badge(badge, now)
