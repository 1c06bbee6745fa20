"""What systemd hears, over a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.notify import Systemd


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.setblocking(False)
        yield line, address


def heard(line: socket.socket) -> list[str]:
    words = []
    while True:
        try:
            words.append(line.recv(100).decode())
        except BlockingIOError:
            return words


def test_ready_alive_stopping(manager: tuple[socket.socket, str]) -> None:
    line, address = manager
    systemd = Systemd({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())})
    assert systemd.patience == timedelta(seconds=30)
    systemd.ready()
    systemd.alive()
    systemd.stopping()
    assert heard(line) == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_a_watchdog_meant_for_another_process_hears_nothing(manager: tuple[socket.socket, str]) -> None:
    line, address = manager
    systemd = Systemd({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"})
    assert systemd.patience is None
    systemd.alive()
    assert heard(line) == []


def test_a_name_in_the_kernel() -> None:
    name = f"permitbot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0{name}")
        line.setblocking(False)
        Systemd({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert heard(line) == ["READY=1"]


def test_without_a_manager_nothing_is_said_and_a_deaf_one_is_survived(tmp_path: Path) -> None:
    for environ in ({}, {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "1000000"}):
        systemd = Systemd(environ)
        systemd.ready()
        systemd.alive()
        systemd.stopping()
