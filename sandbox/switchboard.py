"""The part of a twin's remote control that is the same for every twin: its switches and its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from sandbox import switches
from sandbox.clock import Clock
from sandbox.remote import answer, body_of
from sandbox.switches import Misfortunes

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class _Twin(Protocol):
    # Read-only on purpose: each twin has faults and quirks of its own class.
    @property
    def faults(self) -> Misfortunes[Any]: ...
    @property
    def quirks(self) -> DataclassInstance: ...
    @property
    def clock(self) -> Clock: ...


class Switchboard:
    """Handlers over one twin's ``faults``, ``quirks`` and ``clock``."""

    def __init__(self, twin: _Twin) -> None:
        self._board = twin

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        """Set some misfortunes."""
        switches.apply(self._board.faults, await body_of(request))
        return answer(switches.to_json(self._board.faults))

    async def set_quirks(self, request: web.Request) -> web.StreamResponse:
        """Set some readings of unsettled behaviour."""
        switches.apply(self._board.quirks, await body_of(request))
        return answer(switches.to_json(self._board.quirks))

    async def clear_faults(self, _: web.Request) -> web.StreamResponse:
        """Switch all misfortunes off."""
        self._board.faults.clear()
        return answer(switches.to_json(self._board.faults))

    async def advance(self, request: web.Request) -> web.StreamResponse:
        """Push the clock ahead by ``seconds``, when it is one that can be pushed."""
        seconds = (await body_of(request)).get("seconds")
        push = getattr(self._board.clock, "advance", None)
        if push is None or not isinstance(seconds, int | float):
            raise ValueError("this clock cannot be pushed, or seconds is no number")
        push(timedelta(seconds=seconds))
        return answer({"now": self._board.clock.now().isoformat()})
