"""A camera behind RTSP: each picture is taken by a process of its own (`grab.py`), which is ended when it takes too
long or says too much. Whatever a camera does, it is silence of this camera and of nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import sys
from pathlib import Path
from typing import Final

from hardware_bridge.cameras.model import LARGEST, WITHIN
from workflow.stills import Silence

_GRAB: Final = Path(__file__).with_name("grab.py")
_CHUNK: Final = 1 << 16
_OF_THE_TRY: Final = 0.8
"""The part of the time the process has for the camera; the rest is its own birth and death."""


class NoDecoder(Exception):
    """The extra ``media`` (PyAV) is not installed: no camera can be read here. Ours to mend before the start."""


def needed() -> None:
    """Raise `NoDecoder` where pictures cannot be read."""
    if importlib.util.find_spec("av") is None:
        raise NoDecoder


class RtspCamera:
    """One camera. ``address`` holds the password: it is told to nobody but the process that asks. ``ca``: whose
    certificates are believed, for a camera that is spoken with over TLS."""

    def __init__(self, address: str, *, ca: Path | None = None, within: float = WITHIN, largest: int = LARGEST) -> None:
        self._address = address
        self._ca = ca
        self._within = within
        self._largest = largest

    async def still(self) -> bytes | Silence:
        """See `hardware_bridge.cameras.model.StillCamera`."""
        try:
            async with asyncio.timeout(self._within):
                return await self._asked()
        except TimeoutError:
            return Silence.NO_PICTURE

    async def _asked(self) -> bytes | Silence:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-B", str(_GRAB),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            # None of our environment: it holds secrets.
            env={"PATH": os.defpath, "LANG": "C.UTF-8"}, cwd="/", start_new_session=True,
        )  # fmt: skip
        try:
            if process.stdin is None or process.stdout is None:
                raise TypeError("both are pipes")
            with contextlib.suppress(OSError):
                process.stdin.write(json.dumps(self._request()).encode())
                process.stdin.close()
            said = await _read(process.stdout, self._largest)
            if said is not None:
                await process.wait()
        finally:
            if process.returncode is None:
                # Not by `process.kill`: it looks first whether the process has ended, and asyncio misses that end.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        return Silence.TOO_LARGE if said is None else _answer(said)

    def _request(self) -> dict[str, object]:
        ca = None if self._ca is None else str(self._ca)
        return {"address": self._address, "seconds": self._within * _OF_THE_TRY, "ca": ca}


async def _read(line: asyncio.StreamReader, largest: int) -> bytes | None:
    """Everything it says; None when that is more than it may."""
    said = bytearray()
    while chunk := await line.read(_CHUNK):
        said += chunk
        if len(said) > largest:
            return None
    return bytes(said)


def _answer(said: bytes) -> bytes | Silence:
    """A picture, or why not. A process that died says nothing, or not all of it."""
    head, _, picture = said.partition(b"\n")
    try:
        why = json.loads(head)["silence"] if picture == b"" else None
        return picture if why is None else Silence(why)
    except (ValueError, KeyError, TypeError):
        return Silence.NO_PICTURE
