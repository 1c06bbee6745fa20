"""Hearing a cancellation that a library forgot."""

from __future__ import annotations

import asyncio


def still_wanted() -> None:
    """Raise `asyncio.CancelledError` where the running task was cancelled and something below swallowed it.

    In Python 3.11 `asyncio.wait_for` forgets a cancellation that comes together with the result, and pymodbus waits by
    it: a loop around such a call goes on for ever, and the service never stops. Called after each such call. Inside
    `asyncio.timeout` it keeps the time's own cancellation just as well.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
