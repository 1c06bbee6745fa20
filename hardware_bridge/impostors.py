"""Who spoke in the name of a device that is not his: counted, told once to the log, and heard by nobody else.

The key of a gateway is worth as much as the box it lies in. Whoever has it may speak for the devices the register puts
behind that gateway (``gateway``), and nobody else may: neither another gateway nor a line of the house itself. Without
this the key of a shed at the gate would be good air in every tank.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import structlog

from hardware_bridge.devices import Devices
from hardware_bridge.sample import Beat, DeviceKey, Position, Sample

MOST: Final = 1000
"""Pairs that are remembered."""

_log = structlog.get_logger()


class Impostors:
    """What was turned away on one site."""

    __slots__ = ("times",)

    def __init__(self) -> None:
        self.times: Counter[tuple[str, DeviceKey]] = Counter()
        """By who spoke (a gateway, or nothing for a line of our own) and for which device."""

    def turns_away(self, said: Sample | Position | Beat, via: str, devices: Devices) -> bool:
        """Whether ``via`` must not say this. A device nobody registered is nobody's, and is told apart elsewhere."""
        if not self._wrong(via, said.device, devices):
            return False
        pair = via, said.device
        if pair not in self.times:
            if len(self.times) >= MOST:
                return True
            behind = devices.by_key[said.device].gateway
            _log.warning("spoke for another's device", action="bridge", via=via, device=said.device, gateway=behind)
        self.times[pair] += 1
        return True

    def renew(self, devices: Devices) -> None:
        """The register moved: forget pairs it allows now."""
        wrong = {pair: n for pair, n in self.times.items() if self._wrong(*pair, devices)}
        self.times = Counter(wrong)

    @staticmethod
    def _wrong(via: str, device: DeviceKey, devices: Devices) -> bool:
        known = devices.by_key.get(device)
        return known is not None and known.gateway != via

    def notes(self) -> tuple[str, ...]:
        """For the health page and the doctor."""
        if not self.times:
            return ()
        via, device = next(iter(self.times))
        who = f"gateway {via}" if via else "a line of this house"
        said = f"{len(self.times)} devices were spoken for by somebody the register does not name under `gateway`"
        return (f"{said}, e.g. {device} by {who}; none of it was heard",)
