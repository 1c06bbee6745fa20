"""A private PostgreSQL server for tests and benchmarks: its own data directory, a unix socket, no network, fsync on."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CURE = "needs the PostgreSQL server programs: make test-deps"


def postgres_programs() -> Path | None:
    """The directory of ``initdb`` and ``pg_ctl``; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return places[-1].parent if places else None


class PostgresServer:
    """A running cluster; every database in it is throw-away."""

    def __init__(self, programs: Path, home: Path) -> None:
        self._programs = programs
        self._home = home
        self._names = count(1)
        # The server refuses to run as root.
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self._user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(home, entry.pw_uid, entry.pw_gid)

    def __enter__(self) -> Self:
        data, log = str(self._home / "data"), str(self._home / "log")
        self._run("initdb", "-D", data, "-U", "permitbot", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._home}' -c fsync=on"
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "immediate", "-w", "stop")

    def url(self, database: str) -> str:
        """How to reach a database of this server."""
        return f"postgresql://permitbot@/{database}?host={self._home}"

    def create(self, template: str = "template0") -> str:
        """Make a new database, empty or a copy of ``template``; its name."""
        import psycopg

        name = f"t{next(self._names)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._home,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
            **self._user,
        )
        if done.returncode:
            log = self._home / "log"
            detail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} ended with {done.returncode}\n{detail}")


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """Start a server, stop it and delete it. Raise `FileNotFoundError` with the cure when the programs are missing."""
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError(CURE)
    # Not under pytest's own directory: that one is closed to the server's user.
    home = Path(tempfile.mkdtemp(prefix="permitbot-pg-"))
    try:
        with PostgresServer(programs, home) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)
